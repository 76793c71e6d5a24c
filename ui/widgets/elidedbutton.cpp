// SPDX-License-Identifier: MIT
#include "widgets/elidedbutton.h"

#include <QStyleOptionButton>
#include <QStylePainter>

namespace waybill {

namespace {
constexpr int leastCharacters = 12;
}

ElidedButton::ElidedButton(QWidget* parent) : QPushButton(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

int ElidedButton::aroundWords() const {
    return sizeHint().width() - fontMetrics().size(Qt::TextShowMnemonic, text()).width();
}

QSize ElidedButton::minimumSizeHint() const {
    const QSize whole = sizeHint();
    return {qMin(whole.width(), aroundWords() + leastCharacters * fontMetrics().averageCharWidth()), whole.height()};
}

void ElidedButton::paintEvent(QPaintEvent*) {
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text = fontMetrics().elidedText(text(), Qt::ElideMiddle, width() - aroundWords(), Qt::TextShowMnemonic);
    QStylePainter(this).drawControl(QStyle::CE_PushButton, option);
}

} // namespace waybill
