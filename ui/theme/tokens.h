// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>
#include <QFont>

class QWidget;

namespace waybill {

/// Every colour of the window. No literal colour stands anywhere else.
struct Tokens {
    bool dark = false;
    QColor window, sidebar, surface, surfaceSunken;
    QColor border;  ///< Separates, carries no meaning.
    QColor outline; ///< Outlines a control: at least 3:1 on every ground.
    QColor text, textMuted, textDisabled;
    QColor accent, accentHover, accentText, accentSoft;
    QColor success, successSoft;
    QColor warning, warningSoft;
    QColor danger, dangerSoft;
    QColor info, infoSoft;
    QColor neutral, neutralSoft;
    QColor codeKey, codeString, codeNumber, codeKeyword, codePunctuation;
    QColor focus; ///< The focus ring.
};

const Tokens& lightTokens();
const Tokens& darkTokens();
/// The set that fits the widget's palette; with nullptr the application's.
const Tokens& currentTokens(const QWidget* widget);

/// WCAG 2 contrast of two opaque colours, 1 to 21.
double contrast(const QColor& one, const QColor& other);

namespace space {
inline constexpr int xs = 4, s = 8, m = 12, l = 16, xl = 24;
}
namespace radius {
inline constexpr int small = 6, large = 8;
}
/// Font sizes in device-independent pixels.
namespace type {
inline constexpr int tiny = 11, small = 12, body = 13, heading = 15, title = 18, display = 22;
}

/// The system's font at a size of the scale.
QFont textFont(int pixels, QFont::Weight weight = QFont::Normal);
/// The system's fixed-width font.
QFont codeFont(int pixels = type::small);

} // namespace waybill
