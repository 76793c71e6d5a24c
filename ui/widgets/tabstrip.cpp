// SPDX-License-Identifier: MIT
#include "widgets/tabstrip.h"

#include "theme/tokens.h"

#include <QPainter>

namespace waybill {

namespace {
constexpr int gap = 8; ///< Beside the edges of both neighbours.
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
    const QFontMetrics metrics(textFont(type::body));
    return {metrics.size(Qt::TextShowMnemonic, tabText(index)).width() + 2 * edge + gap,
            metrics.height() + 2 * space::s};
}

QSize TabStrip::minimumTabSizeHint(int index) const {
    return tabSizeHint(index);
}

void TabStrip::paintEvent(QPaintEvent*) {
    const Tokens& t = currentTokens(this);
    QPainter painter(this);
    painter.fillRect(QRect(edge, height() - 1, width() - 2 * edge, 1), t.border);
    for (int index = 0; index < count(); ++index) {
        const bool current = index == currentIndex();
        const QRect room =
            isRightToLeft() ? tabRect(index).adjusted(gap, 0, 0, 0) : tabRect(index).adjusted(0, 0, -gap, 0);
        const QRect area = room.adjusted(edge, 0, -edge, 0);
        const bool pointed = tabRect(index).contains(mapFromGlobal(QCursor::pos()));
        // One weight for all: a bold one would need more room and make the gaps uneven.
        painter.setFont(textFont(type::body));
        painter.setPen(!isTabEnabled(index) ? t.textDisabled : current ? t.accent : pointed ? t.text : t.textMuted);
        painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic | Qt::TextDontClip,
                         tabText(index));
        if (current) {
            painter.fillRect(QRect(area.left(), height() - 2, area.width(), 2), t.accent);
            if (hasFocus()) {
                painter.setRenderHint(QPainter::Antialiasing);
                painter.setPen(QPen(t.focus, 2));
                painter.setBrush(Qt::NoBrush);
                painter.drawRoundedRect(QRectF(room).adjusted(1, 4, -1, -5), 4, 4);
            }
        }
    }
}

} // namespace waybill
