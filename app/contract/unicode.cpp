// SPDX-License-Identifier: MIT
#include "contract/unicode.h"

#include <QTextBoundaryFinder>

#include <algorithm>

namespace waybill {

qsizetype characterCount(QStringView text) {
    qsizetype count = text.size();
    for (qsizetype i = 1; i < text.size(); ++i) {
        if (text[i].isLowSurrogate() && text[i - 1].isHighSurrogate())
            --count;
    }
    return count;
}

QString firstCharacters(const QString& text, qsizetype most) {
    if (text.size() <= most)
        return text;
    qsizetype end = 0; // In UTF-16 units: so many code points.
    for (qsizetype count = 0; count < most && end < text.size(); ++count) {
        const bool isPair = text[end].isHighSurrogate() && end + 1 < text.size() && text[end + 1].isLowSurrogate();
        end += isPair ? 2 : 1;
    }
    if (end >= text.size())
        return text;
    QTextBoundaryFinder letters(QTextBoundaryFinder::Grapheme, text);
    letters.setPosition(int(end));
    if (letters.isAtBoundary())
        return text.first(end);
    const qsizetype before = letters.toPreviousBoundary();
    // One letter with more marks than there is room for.
    return text.first(before > 0 ? before : end);
}

QString withoutHalves(QString text) {
    if (text.isValidUtf16())
        return text;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!text[i].isSurrogate())
            continue;
        if (text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate())
            ++i;
        else
            text[i] = QChar::ReplacementCharacter;
    }
    return text;
}

std::optional<QString> fromStrictUtf8(QByteArrayView bytes) {
    if (!QUtf8StringView(bytes.data(), bytes.size()).isValidUtf8())
        return std::nullopt;
    return QString::fromUtf8(bytes);
}

} // namespace waybill
