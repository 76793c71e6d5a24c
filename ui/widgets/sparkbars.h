// SPDX-License-Identifier: MIT
#pragma once

#include "theme/tokens.h"

#include <QList>
#include <QRect>

class QPainter;

namespace waybill {

struct SparkBar {
    int delivered = 0;
    int failed = 0;
};

/// Little bars side by side, failures on top of deliveries, for delegates and widgets.
void paintSparkBars(QPainter* painter, const QRect& area, const QList<SparkBar>& bars, const Tokens& tokens);

} // namespace waybill
