// SPDX-License-Identifier: MIT
#pragma once

#include "theme/tokens.h"

#include <QList>
#include <QRect>

class QPainter;

namespace waybill {

enum class SparkBar { Arrived, Failed };

/// Little bars side by side, for delegates and widgets. One that arrived is high and filled, one that failed is low and
/// hollow: colour alone says nothing.
void paintSparkBars(QPainter* painter, const QRect& area, const QList<SparkBar>& bars, const Tokens& tokens);

} // namespace waybill
