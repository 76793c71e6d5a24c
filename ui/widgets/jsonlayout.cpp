// SPDX-License-Identifier: MIT
#include "widgets/jsonlayout.h"

#include <algorithm>
#include <optional>

namespace waybill {

namespace {

constexpr int deepest = 200;

/// Writes each token as it was read; only white space between tokens is new.
class JsonLayout {
public:
    explicit JsonLayout(QStringView input) : m_input(input) {}

    std::optional<LaidOutPayload> run() {
        skipSpace();
        if (!value(0))
            return std::nullopt;
        skipSpace();
        if (!atEnd())
            return std::nullopt;
        m_out.isJson = true;
        return std::move(m_out);
    }

private:
    bool atEnd() const { return m_at >= m_input.size(); }
    bool next(char16_t expected) const { return !atEnd() && m_input[m_at] == expected; }
    void skipSpace() {
        while (next(u' ') || next(u'\n') || next(u'\r') || next(u'\t'))
            ++m_at;
    }
    void newLine(int depth) { m_out.text += u'\n' + QString(qsizetype(depth) * 2, u' '); }
    void keep(qsizetype from, JsonPart part) {
        m_out.spans.append({m_out.text.size(), m_at - from, part});
        m_out.text += m_input.sliced(from, m_at - from);
    }

    bool value(int depth) {
        if (atEnd() || depth > deepest)
            return false;
        if (next(u'{'))
            return sequence(depth, u'}', true);
        if (next(u'['))
            return sequence(depth, u']', false);
        if (next(u'"'))
            return string(JsonPart::String);
        if (next(u'-') || isDigit())
            return number();
        for (const QStringView word : {QStringView(u"true"), QStringView(u"false"), QStringView(u"null")}) {
            if (m_input.sliced(m_at).startsWith(word)) {
                const qsizetype from = m_at;
                m_at += word.size();
                keep(from, JsonPart::Keyword);
                return true;
            }
        }
        return false;
    }

    bool sequence(int depth, char16_t close, bool isObject) {
        m_out.text += m_input[m_at++];
        skipSpace();
        if (next(close)) {
            m_out.text += m_input[m_at++];
            return true;
        }
        for (;;) {
            newLine(depth + 1);
            if (isObject && !key())
                return false;
            if (!value(depth + 1))
                return false;
            skipSpace();
            if (next(u',')) {
                m_out.text += m_input[m_at++];
                skipSpace();
                continue;
            }
            if (!next(close))
                return false;
            newLine(depth);
            m_out.text += m_input[m_at++];
            return true;
        }
    }

    bool key() {
        if (!next(u'"') || !string(JsonPart::Key))
            return false;
        skipSpace();
        if (!next(u':'))
            return false;
        ++m_at;
        skipSpace();
        m_out.text += QStringView(u": ");
        return true;
    }

    bool string(JsonPart part) {
        const qsizetype from = m_at++;
        while (!atEnd() && m_input[m_at] != u'"') {
            if (m_input[m_at] < u' ')
                return false;
            m_at += m_input[m_at] == u'\\' ? 2 : 1;
        }
        if (atEnd())
            return false;
        ++m_at;
        keep(from, part);
        return true;
    }

    bool isDigit() const { return !atEnd() && m_input[m_at] >= u'0' && m_input[m_at] <= u'9'; }
    bool digits() {
        if (!isDigit())
            return false;
        while (isDigit())
            ++m_at;
        return true;
    }
    bool number() {
        const qsizetype from = m_at;
        if (next(u'-'))
            ++m_at;
        if (next(u'0'))
            ++m_at;
        else if (!digits())
            return false;
        if (next(u'.') && (++m_at, !digits()))
            return false;
        if (next(u'e') || next(u'E')) {
            ++m_at;
            if (next(u'+') || next(u'-'))
                ++m_at;
            if (!digits())
                return false;
        }
        keep(from, JsonPart::Number);
        return true;
    }

    QStringView m_input;
    qsizetype m_at = 0;
    LaidOutPayload m_out;
};

/// A line of many thousand characters stalls text layouts, so it is broken; the spans move along.
void breakLongLines(LaidOutPayload& payload) {
    constexpr qsizetype longest = 2000;
    QString broken;
    QList<qsizetype> breaks; ///< Positions in the old text before which a break goes.
    qsizetype column = 0;
    for (qsizetype at = 0; at < payload.text.size(); ++at) {
        const QChar character = payload.text[at];
        if (character == u'\n') {
            column = 0;
        } else if (++column > longest && !character.isLowSurrogate()) {
            broken += u'\n';
            breaks.append(at);
            column = 1;
        }
        broken += character;
    }
    if (breaks.isEmpty())
        return;
    payload.text = broken;
    const auto moved = [&breaks](qsizetype at) {
        return at + (std::upper_bound(breaks.cbegin(), breaks.cend(), at) - breaks.cbegin());
    };
    for (JsonSpan& span : payload.spans) {
        const qsizetype end = moved(span.start + span.length - 1) + 1;
        span.start = moved(span.start);
        span.length = end - span.start;
    }
}

/// Without half of a last UTF-8 character.
QByteArray beginning(const QByteArray& payload, qsizetype limit) {
    qsizetype end = limit;
    while (end > 0 && (uchar(payload[end]) & 0xC0) == 0x80)
        --end;
    return payload.first(end);
}

} // namespace

LaidOutPayload layOutPayload(const QByteArray& payload, qsizetype limit) {
    const bool isCut = payload.size() > limit;
    const QString text = QString::fromUtf8(isCut ? beginning(payload, limit) : payload);
    LaidOutPayload result;
    auto json = isCut ? std::nullopt : JsonLayout(text).run();
    if (json)
        result = std::move(*json);
    else
        result.text = text;
    result.isCut = isCut;
    breakLongLines(result);
    return result;
}

} // namespace waybill
