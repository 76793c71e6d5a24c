// SPDX-License-Identifier: MIT
// Text that tries to turn our sentences, to break their lines, or to be markup.
#pragma once

#include <QString>

namespace waybill::test {

/// An override that is never closed, ends of isolates that were never opened, lines, a control and markup.
inline const QString& hostileText() {
    static const QString text = QStringLiteral("\u202emoc\u2069\u2069.rezah\nevil\u2029\u001b[31m<b>R&D</b> %1 %2");
    return text;
}

/// What is wrong with a text in which foreign text stands; empty where nothing of it turns or breaks what is around it.
inline QString turnedIn(const QString& text) {
    int isolates = 0;
    int embeddings = 0;
    for (const QChar character : text) {
        const char16_t unit = character.unicode();
        const bool embeds = unit == 0x202a || unit == 0x202b || unit == 0x202d || unit == 0x202e;
        if (unit >= 0x2066 && unit <= 0x2068)
            ++isolates;
        else if (unit == 0x2069 && --isolates < 0)
            return QStringLiteral("an isolate is ended that was not begun: ") + text;
        else if (embeds && isolates == 0)
            return QStringLiteral("a turn outside of an isolate: ") + text;
        else if (unit == 0x202c && --embeddings < 0)
            return QStringLiteral("a turn is ended that was not begun: ") + text;
        embeddings += embeds ? 1 : 0;
        if (unit == 0x2029 || unit == 0x1b)
            return QStringLiteral("a control: ") + text;
    }
    return isolates == 0 && embeddings == 0 ? QString() : QStringLiteral("not closed: ") + text;
}

} // namespace waybill::test
