// SPDX-License-Identifier: MIT
#include "widgets/sparkbars.h"

#include <QPainter>

namespace waybill {

void paintSparkBars(QPainter* painter, const QRect& area, const QList<SparkBar>& bars, const Tokens& tokens) {
    int highest = 1;
    for (const SparkBar& bar : bars)
        highest = qMax(highest, bar.delivered + bar.failed);
    if (bars.isEmpty())
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    const qreal step = qreal(area.width()) / qreal(bars.size());
    const qreal width = qMax<qreal>(1, step - 2);
    qreal left = area.left();
    for (const SparkBar& bar : bars) {
        const int total = bar.delivered + bar.failed;
        const qreal gap = bar.delivered > 0 && bar.failed > 0 ? 1 : 0;
        const qreal height = total > 0 ? qMax<qreal>(3, area.height() * qreal(total) / highest) : 1;
        const qreal failed = total > 0 ? height * bar.failed / total : 0;
        const qreal bottom = area.bottom() + 1;
        painter->setBrush(total > 0 ? tokens.success : tokens.outline);
        if (bar.delivered > 0 || total == 0)
            painter->drawRoundedRect(QRectF(left, bottom - height + failed + gap, width, height - failed - gap), 1, 1);
        painter->setBrush(tokens.danger);
        if (failed > 0)
            painter->drawRoundedRect(QRectF(left, bottom - height, width, failed), 1, 1);
        left += step;
    }
    painter->restore();
}

} // namespace waybill
