// SPDX-License-Identifier: MIT
#pragma once

#include "theme/tokens.h"

#include <QString>
#include <QStyleOptionViewItem>

class QPainter;

namespace waybill {

/// For delegates: a title, and where there is room its technical name beside it, in the fixed-width font.
void paintTitleAndName(QPainter* painter, const QRect& area, const QString& title, const QString& name,
                       const QStyleOptionViewItem& option);

} // namespace waybill
