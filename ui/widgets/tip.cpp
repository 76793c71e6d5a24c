// SPDX-License-Identifier: MIT
#include "widgets/tip.h"

#include "models/plaintip.h"

#include <QWidget>

namespace waybill {

void setTip(QWidget* widget, const QString& text) {
    widget->setToolTip(plainTip(text));
    widget->setAccessibleDescription(text); // Otherwise the tooltip's markup would be read out.
}

} // namespace waybill
