// SPDX-License-Identifier: MIT
#include "widgets/sparkbars.h"

#include <QPainter>

namespace waybill {

void paintSparkBars(QPainter* painter, const QRect& area, const QList<SparkBar>& bars, const Tokens& tokens) {
    if (bars.isEmpty())
        return;
    constexpr qreal lowShare = 0.45;
    constexpr qreal line = 1.5;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const qreal step = qreal(area.width()) / qreal(bars.size());
    const qreal width = qMax<qreal>(2 * line, step - 2);
    qreal left = area.left();
    for (const SparkBar bar : bars) {
        const bool hasFailed = bar == SparkBar::Failed;
        const qreal height = hasFailed ? area.height() * lowShare : area.height();
        const QRectF place(left, area.bottom() + 1 - height, width, height);
        painter->setBrush(hasFailed ? QBrush(Qt::NoBrush) : QBrush(tokens.success));
        painter->setPen(hasFailed ? QPen(tokens.danger, line) : QPen(Qt::NoPen));
        const qreal inset = hasFailed ? line / 2 : 0;
        painter->drawRoundedRect(place.adjusted(inset, inset, -inset, -inset), 1, 1);
        left += step;
    }
    painter->restore();
}

} // namespace waybill
