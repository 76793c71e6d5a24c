// SPDX-License-Identifier: MIT
#include "contract/jsontext.h"

#include "contract/unicode.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cmath>

namespace waybill::json {

namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Walks over JSON without reading it: knows brackets, commas and where a text ends, and nothing of what is between.
class Outline {
public:
    explicit Outline(QByteArrayView text) : text_(text) {}

    struct Member {
        QByteArrayView name; ///< With its quotes.
        QByteArrayView value;
    };
    std::optional<QList<Member>> members() {
        QList<Member> members;
        const bool isWhole = list('{', '}', [&] {
            const QByteArrayView name = text();
            skipBlanks();
            if (name.isEmpty() || !take(':'))
                return false;
            members.append({name, value()});
            return !members.constLast().value.isEmpty();
        });
        return isWhole ? std::optional(members) : std::nullopt;
    }
    std::optional<QList<QByteArrayView>> items() {
        QList<QByteArrayView> items;
        const bool isWhole = list('[', ']', [&] {
            items.append(value());
            return !items.constLast().isEmpty();
        });
        return isWhole ? std::optional(items) : std::nullopt;
    }

private:
    /// From the first byte to the last, blanks around it aside.
    template <typename Part>
    bool list(char begin, char end, const Part& part) {
        skipBlanks();
        if (!take(begin))
            return false;
        skipBlanks();
        bool ends = take(end);
        while (!ends) {
            skipBlanks();
            if (!part())
                return false;
            skipBlanks();
            ends = take(end);
            if (!ends && !take(','))
                return false;
        }
        skipBlanks();
        return at_ == text_.size();
    }
    void skipBlanks() {
        while (at_ < text_.size() && isBlank(text_[at_]))
            ++at_;
    }
    bool take(char c) {
        const bool isThere = at_ < text_.size() && text_[at_] == c;
        at_ += isThere ? 1 : 0;
        return isThere;
    }
    bool skipText() {
        if (!take('"'))
            return false;
        while (at_ < text_.size() && text_[at_] != '"')
            at_ += text_[at_] == '\\' ? 2 : 1;
        return take('"');
    }
    QByteArrayView text() {
        const qsizetype begin = at_;
        return skipText() ? text_.sliced(begin, at_ - begin) : QByteArrayView();
    }
    /// Empty where it does not end.
    QByteArrayView value() {
        skipBlanks();
        const qsizetype begin = at_;
        QByteArray open; // The brackets that close what is open, the next one last.
        do {
            const char c = at_ < text_.size() ? text_[at_] : '\0';
            if (at_ >= text_.size()) {
                return {};
            } else if (c == '"') {
                if (!skipText())
                    return {};
            } else if (c == '{' || c == '[') {
                open += c == '{' ? '}' : ']';
                ++at_;
            } else if (c == '}' || c == ']') {
                if (open.isEmpty() || open.back() != c)
                    return {};
                open.chop(1);
                ++at_;
            } else if (c == ',' || c == ':' || isBlank(c)) {
                if (open.isEmpty())
                    return {};
                ++at_;
            } else {
                while (at_ < text_.size() && !QByteArrayView("\",:{}[] \t\n\r").contains(text_[at_]))
                    ++at_;
            }
        } while (!open.isEmpty());
        return text_.sliced(begin, at_ - begin);
    }

    QByteArrayView text_;
    qsizetype at_ = 0;
};

bool isTooDeep(QByteArrayView body, int deepest = largestDepth) {
    int depth = 0;
    bool inText = false;
    for (qsizetype i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (inText) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inText = false;
        } else if (c == '"') {
            inText = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

/// The grammar of RFC 8259; `size` of it at the beginning of `text` is taken.
bool isNumber(QByteArrayView number) {
    qsizetype at = 0;
    const auto digits = [&] {
        const qsizetype begin = at;
        while (at < number.size() && number[at] >= '0' && number[at] <= '9')
            ++at;
        return at - begin;
    };
    const auto take = [&](QByteArrayView any) {
        const bool isThere = at < number.size() && any.contains(number[at]);
        at += isThere ? 1 : 0;
        return isThere;
    };
    take("-");
    const qsizetype begin = at;
    const qsizetype whole = digits();
    if (whole == 0 || (whole > 1 && number[begin] == '0') || (take(".") && digits() == 0))
        return false;
    if (take("eE")) {
        take("+-");
        if (digits() == 0)
            return false;
    }
    return at == number.size();
}

/// What no double holds becomes null: the number is fine, and only we cannot have it as one.
QByteArray withoutLargeNumbers(QByteArrayView json) {
    QByteArray held;
    held.reserve(json.size());
    for (qsizetype i = 0; i < json.size();) {
        qsizetype end = i + 1;
        if (json[i] == '"') {
            while (end < json.size() && json[end] != '"')
                end += json[end] == '\\' ? 2 : 1;
            end = std::min(end + 1, json.size());
        } else if (json[i] == '-' || (json[i] >= '0' && json[i] <= '9')) {
            while (end < json.size() && QByteArrayView("0123456789+-.eE").contains(json[end]))
                ++end;
            const QByteArrayView number = json.sliced(i, end - i);
            bool isHeld = false;
            const double value = number.toDouble(&isHeld);
            if (isNumber(number) && (!isHeld || !std::isfinite(value))) {
                held += "null";
                i = end;
                continue;
            }
        }
        held += json.sliced(i, end - i);
        i = end;
    }
    return held;
}

/// Qt takes more than JSON allows.
bool areTextsSound(QByteArrayView json) {
    constexpr QByteArrayView escapes("\"\\/bfnrtu");
    constexpr QByteArrayView hexadecimal("0123456789abcdefABCDEF");
    bool inText = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        if (json[i] == '"') {
            inText = !inText;
        } else if (inText && static_cast<unsigned char>(json[i]) < 0x20) {
            return false;
        } else if (inText && json[i] == '\\') {
            if (++i == json.size() || !escapes.contains(json[i]))
                return false;
            if (json[i] == 'u') {
                const QByteArrayView code = json.sliced(i + 1).first(std::min<qsizetype>(4, json.size() - i - 1));
                if (code.size() < 4 || !std::ranges::all_of(code, [&](char c) { return hexadecimal.contains(c); }))
                    return false;
            }
        }
    }
    return true;
}

/// Any JSON value; nothing where it is none, not in UTF-8, or nested deeper than `deepest`.
std::optional<QJsonValue> readValue(QByteArrayView json, int deepest) {
    if (!QUtf8StringView(json.data(), json.size()).isValidUtf8() || isTooDeep(json, deepest) || !areTextsSound(json))
        return std::nullopt;
    const auto read = [](const QByteArray& value) -> std::optional<QJsonValue> {
        QJsonParseError error;
        const QJsonArray list = QJsonDocument::fromJson('[' + value + ']', &error).array();
        if (error.error != QJsonParseError::NoError || list.size() != 1)
            return std::nullopt;
        return list[0];
    };
    const auto value = read(json.toByteArray());
    return value ? value : read(withoutLargeNumbers(json));
}

QByteArrayView withoutMark(QByteArrayView text) {
    constexpr QByteArrayView mark("\xef\xbb\xbf");
    return text.startsWith(mark) ? text.sliced(mark.size()) : text;
}

/// What of an object can be read. As parsers do, the last of two members of one name counts.
Row readMembers(const QList<Outline::Member>& members, int deepest) {
    Row row;
    for (const Outline::Member& member : members) {
        const auto name = readValue(member.name, deepest);
        const auto value = readValue(member.value, deepest);
        if (name && value)
            row.object.insert(name->toString(), *value);
        row.isSound = row.isSound && name && value;
    }
    return row;
}

} // namespace

std::optional<QJsonObject> parse(const QByteArray& body) {
    if (isTooDeep(body))
        return std::nullopt;
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(body, &error);
    if (error.error != QJsonParseError::NoError || !document.isObject())
        return std::nullopt;
    return document.object();
}

std::optional<PageText> takeApart(const QByteArray& page) {
    auto members = Outline(withoutMark(page)).members();
    if (!members)
        return std::nullopt;
    std::optional<QByteArrayView> data;
    members->removeIf([&](const Outline::Member& member) {
        const auto name = readValue(member.name, largestDepth);
        const bool isData = name && name->toString() == u"data";
        if (isData)
            data = member.value;
        return isData;
    });
    const auto rows = data ? Outline(*data).items() : std::nullopt;
    if (!rows)
        return std::nullopt;
    PageText text{readMembers(*members, largestDepth - 1).object, {}};
    text.rows.reserve(rows->size());
    for (const QByteArrayView row : *rows)
        text.rows += row.toByteArray();
    return text;
}

Row readRow(const QByteArray& row) {
    // Where a row stands in its page, it is two levels down.
    constexpr int deepest = largestDepth - 3;
    const auto members = Outline(row).members();
    return members ? readMembers(*members, deepest) : Row{{}, false};
}

QByteArray compact(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QString text(const QJsonValue& value) {
    return withoutHalves(value.toString());
}

QStringList texts(const QJsonValue& value) {
    QStringList list;
    const QJsonArray items = value.toArray();
    for (const auto& item : items) {
        if (item.isString())
            list += text(item);
    }
    return list;
}

QJsonValue orNull(const QString& value) {
    return value.isEmpty() ? QJsonValue() : QJsonValue(value);
}
QJsonValue orNull(const std::optional<QString>& value) {
    return value ? QJsonValue(*value) : QJsonValue();
}
QJsonValue orNull(std::optional<int> value) {
    return value ? QJsonValue(*value) : QJsonValue();
}
QJsonValue orNull(std::optional<Instant> value) {
    return value ? QJsonValue(toIso8601(*value)) : QJsonValue();
}

} // namespace waybill::json
