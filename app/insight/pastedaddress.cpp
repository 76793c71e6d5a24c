// SPDX-License-Identifier: MIT
#include "insight/pastedaddress.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

// The whole of what may stand at the beginning and at the end; an address itself begins with a letter.
constexpr QStringView openers = u"<([\"'`“”„‚‘’«»‹›*";
constexpr QStringView closers = u">)]\"'`“”‘’«»‹›*.,;:!…";

bool isInvisible(QChar c) {
    return c.isSpace() || c.category() == QChar::Other_Control || c.category() == QChar::Other_Format;
}

template <typename Is>
QString without(const QString& text, Is isAround) {
    const auto first = std::find_if_not(text.cbegin(), text.cend(), isAround);
    const auto last = std::find_if_not(text.crbegin(), std::make_reverse_iterator(first), isAround).base();
    return QString(first, last - first);
}

bool begins(const QString& text) {
    static const QRegularExpression scheme(u"^https?:"_s, QRegularExpression::CaseInsensitiveOption);
    return scheme.match(text).hasMatch();
}

/// A bracket that the address itself opened is its own.
QString withoutClosers(QString text) {
    while (!text.isEmpty() && closers.contains(text.back())) {
        const QChar last = text.back();
        const QChar open = last == u')' ? QChar(u'(') : last == u']' ? QChar(u'[') : QChar();
        if (!open.isNull() && text.count(open) >= text.count(last))
            break;
        text.chop(1);
    }
    return text;
}

QString withoutOpeners(QString text) {
    while (!text.isEmpty() && openers.contains(text.front()))
        text.remove(0, 1);
    return text;
}

} // namespace

QString addressInPasted(const QString& pasted) {
    const QString text = without(pasted, isInvisible);
    // "[what it says](address)", and a chat's "<address|what it says>".
    static const QRegularExpression link(u"\\[[^\\]]*\\]\\(<?(https?:[^)\\s>]+)>?\\)|<(https?:[^|>\\s]+)\\|[^>]*>"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    if (const auto found = link.match(text); found.hasMatch())
        return found.captured(found.lastCapturedIndex());
    static const QRegularExpression blank(u"\\s+"_s);
    QStringList addresses;
    for (const QString& word : text.split(blank, Qt::SkipEmptyParts)) {
        QString found = withoutOpeners(without(word, isInvisible));
        if (found.startsWith(u"--url="))
            found = withoutOpeners(found.sliced(6));
        if (!begins(found))
            continue;
        addresses += withoutClosers(without(found, isInvisible));
    }
    const bool isOne =
        std::ranges::all_of(addresses, [&](const QString& one) { return one == addresses.constFirst(); });
    if (addresses.isEmpty() || !isOne)
        return text;
    // "https://exa mple.com": words behind it may belong to it, and who wrote it has to say.
    const bool beginsIt = begins(withoutOpeners(text)) && text.contains(blank);
    return beginsIt ? text : addresses.constFirst();
}

} // namespace waybill
