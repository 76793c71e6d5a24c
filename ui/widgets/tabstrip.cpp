// SPDX-License-Identifier: MIT
#include "widgets/tabstrip.h"

#include "theme/tokens.h"

#include <QPainter>

namespace waybill {

namespace {
constexpr int gap = 18;
}

TabStrip::TabStrip(QWidget* parent) : QTabBar(parent) {
    setDrawBase(false);
    setExpanding(false);
    setFocusPolicy(Qt::StrongFocus);
    setElideMode(Qt::ElideNone);
    setUsesScrollButtons(true);
    setMouseTracking(true);
}

QSize TabStrip::tabSizeHint(int index) const {
    const QFontMetrics metrics(textFont(type::body, QFont::DemiBold));
    return {metrics.size(Qt::TextShowMnemonic, tabText(index)).width() + gap, metrics.height() + 2 * space::s};
}

QSize TabStrip::minimumTabSizeHint(int index) const {
    return tabSizeHint(index);
}

void TabStrip::paintEvent(QPaintEvent*) {
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.fillRect(QRect(0, height() - 1, width(), 1), t.border);
    for (int index = 0; index < count(); ++index) {
        const bool current = index == currentIndex();
        // The words start at the strip's edge; the gap lies after them.
        const QRect area =
            isRightToLeft() ? tabRect(index).adjusted(gap, 0, 0, 0) : tabRect(index).adjusted(0, 0, -gap, 0);
        const bool pointed = tabRect(index).contains(mapFromGlobal(QCursor::pos()));
        painter.setFont(textFont(type::body, current ? QFont::DemiBold : QFont::Normal));
        painter.setPen(!isTabEnabled(index) ? t.textDisabled : current ? t.accent : pointed ? t.text : t.textMuted);
        painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic | Qt::TextDontClip,
                         tabText(index));
        if (current) {
            painter.fillRect(QRect(area.left(), height() - 2, area.width(), 2), t.accent);
            if (hasFocus()) {
                painter.setRenderHint(QPainter::Antialiasing);
                painter.setPen(QPen(t.focus, 2));
                painter.setBrush(Qt::NoBrush);
                painter.drawRoundedRect(QRectF(area).adjusted(area.left() == 0 ? 1 : -4, 4, 4, -5), 4, 4);
            }
        }
    }
}

} // namespace waybill
