// SPDX-License-Identifier: MIT
#include "widgets/menukey.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QWidget>

namespace waybill {

bool isMenuKey(const QKeyEvent& event) {
    return event.key() == Qt::Key_Menu || (event.key() == Qt::Key_F10 && event.modifiers() == Qt::ShiftModifier);
}

bool openMenuOf(QWidget* focused) {
    // Some platforms have opened it already.
    if (!focused || QApplication::activePopupWidget())
        return false;
    const QPoint place = focused->inputMethodQuery(Qt::ImCursorRectangle).toRect().center();
    QContextMenuEvent event(QContextMenuEvent::Keyboard, place, focused->mapToGlobal(place));
    return QApplication::sendEvent(focused, &event) && event.isAccepted();
}

} // namespace waybill
