// SPDX-License-Identifier: MIT
#pragma once

#include <QSize>

class QWidget;

namespace waybill {

/// How large a window can be on its screen, beside panels and within its frame. Before it is shown, on the screen of
/// the window that it belongs to.
QSize roomOnScreen(const QWidget& window);

} // namespace waybill
