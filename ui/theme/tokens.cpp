// SPDX-License-Identifier: MIT
#include "theme/tokens.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QWidget>

#include <cmath>

namespace waybill {

namespace {

Tokens makeLight() {
    Tokens t;
    t.window = QColor(0xf6f7f9);
    t.sidebar = QColor(0xeef0f4);
    t.surface = QColor(0xffffff);
    t.surfaceSunken = QColor(0xeef0f4);
    t.border = QColor(0xdfe3ea);
    t.outline = QColor(0x7c8593);
    t.text = QColor(0x1d2330);
    t.textMuted = QColor(0x5c6675);
    t.textDisabled = QColor(0x8a929f);
    t.accent = QColor(0x4653d6);
    t.accentHover = QColor(0x3642bd);
    t.accentText = QColor(0xffffff);
    t.accentSoft = QColor(0xe9ebfd);
    t.success = QColor(0x0e7757);
    t.successSoft = QColor(0xe0f4ec);
    t.warning = QColor(0x945700);
    t.warningSoft = QColor(0xfdf0d9);
    t.danger = QColor(0xb3261e);
    t.dangerSoft = QColor(0xfce8e6);
    t.info = QColor(0x2c5a96);
    t.infoSoft = QColor(0xe6eef8);
    t.neutral = QColor(0x5c6675);
    t.neutralSoft = QColor(0xeef0f4);
    t.codeKey = t.accent;
    t.codeString = QColor(0x0c7051);
    t.codeNumber = QColor(0x8c5200);
    t.codeKeyword = t.info;
    t.codePunctuation = t.text;
    t.focus = t.accent;
    return t;
}

Tokens makeDark() {
    Tokens t;
    t.dark = true;
    t.window = QColor(0x15181e);
    t.sidebar = QColor(0x181b22);
    t.surface = QColor(0x1c2028);
    t.surfaceSunken = QColor(0x181b22);
    t.border = QColor(0x2d333f);
    t.outline = QColor(0x737c8b);
    t.text = QColor(0xe7eaf0);
    t.textMuted = QColor(0x9aa5b5);
    t.textDisabled = QColor(0x6f7886);
    t.accent = QColor(0x98a2ff);
    t.accentHover = QColor(0xb0b8ff);
    t.accentText = QColor(0x15181e);
    t.accentSoft = QColor(0x2a2f55);
    t.success = QColor(0x5fd0a8);
    t.successSoft = QColor(0x16382d);
    t.warning = QColor(0xf0b65a);
    t.warningSoft = QColor(0x3d2e12);
    t.danger = QColor(0xff9d95);
    t.dangerSoft = QColor(0x45201e);
    t.info = QColor(0x9cc2f5);
    t.infoSoft = QColor(0x1e2f47);
    t.neutral = QColor(0x9aa5b5);
    t.neutralSoft = QColor(0x262b35);
    t.codeKey = t.accent;
    t.codeString = t.success;
    t.codeNumber = t.warning;
    t.codeKeyword = t.info;
    t.codePunctuation = t.text;
    t.focus = t.accent;
    return t;
}

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& colour) {
    return 0.2126 * linear(double(colour.redF())) + 0.7152 * linear(double(colour.greenF())) +
           0.0722 * linear(double(colour.blueF()));
}

} // namespace

const Tokens& lightTokens() {
    static const Tokens tokens = makeLight();
    return tokens;
}

const Tokens& darkTokens() {
    static const Tokens tokens = makeDark();
    return tokens;
}

const Tokens& currentTokens(const QWidget* widget) {
    const QPalette palette = widget ? widget->palette() : QApplication::palette();
    return palette.color(QPalette::Active, QPalette::Window).lightness() < 128 ? darkTokens() : lightTokens();
}

double contrast(const QColor& one, const QColor& other) {
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QFont textFont(int pixels, QFont::Weight weight) {
    QFont font = QApplication::font();
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

QFont codeFont(int pixels) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(pixels);
    return font;
}

} // namespace waybill
