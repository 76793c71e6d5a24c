// SPDX-License-Identifier: MIT
#include "contract/foreigntext.h"

#include <QList>

#include <algorithm>

namespace waybill {

namespace {
constexpr char16_t isolateEnd = 0x2069;
constexpr char16_t embeddingEnd = 0x202c;

bool beginsIsolate(char16_t character) {
    return character >= 0x2066 && character <= 0x2068;
}
bool beginsEmbedding(char16_t character) {
    return character == 0x202a || character == 0x202b || character == 0x202d || character == 0x202e;
}

/// A picture of a control character, which would otherwise do something or be nothing.
QChar shownControl(char16_t character) {
    constexpr char16_t pictures = 0x2400;
    constexpr char16_t del = 0x7f;
    return QChar(character < u' ' ? char16_t(pictures + character) : character == del ? u'\u2421' : u'\ufffd');
}

/// Every turn of direction ends where the text ends, and what ends none is left out.
QString balanced(const QString& text) {
    QString result;
    result.reserve(text.size());
    QList<char16_t> ends; // Of what is open, innermost last.
    for (const QChar character : text) {
        const char16_t unit = character.unicode();
        if (beginsIsolate(unit)) {
            ends.append(isolateEnd);
        } else if (beginsEmbedding(unit)) {
            ends.append(embeddingEnd);
        } else if (unit == embeddingEnd) {
            if (ends.isEmpty() || ends.constLast() != embeddingEnd)
                continue;
            ends.removeLast();
        } else if (unit == isolateEnd) {
            if (!ends.contains(isolateEnd))
                continue;
            // With an isolate ends what was embedded in it.
            while (ends.constLast() != isolateEnd)
                result += QChar(ends.takeLast());
            ends.removeLast();
        }
        result += character;
    }
    while (!ends.isEmpty())
        result += QChar(ends.takeLast());
    return result;
}

bool isFiller(char32_t character) {
    constexpr char32_t fillers[] = {0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2065, 0x2800, 0x3164, 0xffa0};
    return std::ranges::find(fillers, character) != std::end(fillers) || (character >= 0xfff0 && character <= 0xfff8);
}

bool isVariationSelector(char32_t character) {
    return (character >= 0x180b && character <= 0x180f) || (character >= 0xfe00 && character <= 0xfe0f) ||
           (character >= 0xe0000 && character <= 0xe0fff);
}
} // namespace

QString inOneLine(const QString& foreign) {
    QString line = foreign.simplified();
    for (QChar& character : line) {
        if (character.category() == QChar::Other_Control)
            character = shownControl(character.unicode());
    }
    return balanced(line);
}

QString isolated(const QString& foreign) {
    const QString line = inOneLine(foreign);
    return line.isEmpty() ? line : QString(u'\u2068' + line + QChar(isolateEnd));
}

QString withoutIsolation(QString text) {
    return text.removeIf([](QChar character) { return character == u'\u2068' || character == QChar(isolateEnd); });
}

bool isInvisible(const QString& text) {
    const QList<uint> characters = text.toUcs4();
    return std::ranges::all_of(characters, [](char32_t character) {
        switch (QChar::category(character)) {
        case QChar::Separator_Space:
        case QChar::Separator_Line:
        case QChar::Separator_Paragraph:
        case QChar::Other_Control:
        case QChar::Other_Format:
            return true;
        default:
            return isFiller(character) || isVariationSelector(character);
        }
    });
}

} // namespace waybill
