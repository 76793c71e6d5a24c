// SPDX-License-Identifier: MIT
#pragma once

class QKeyEvent;
class QWidget;

namespace waybill {

/// The menu key, or Shift+F10 where a keyboard has none.
bool isMenuKey(const QKeyEvent& event);
/// Opens the context menu of what has the keyboard; false where it has none.
bool openMenuOf(QWidget* focused);

} // namespace waybill
