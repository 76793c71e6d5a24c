// SPDX-License-Identifier: MIT
#include "widgets/screenroom.h"

#include <QGuiApplication>
#include <QScreen>
#include <QWidget>

namespace waybill {

namespace {
// The frame is known only when the window is shown, and then it is too late.
constexpr QSize usualFrame(4, 40);
} // namespace

QSize roomOnScreen(const QWidget& window) {
    const QWidget* owner = window.isVisible() || !window.parentWidget() ? &window : window.parentWidget()->window();
    const QScreen* screen = owner->screen() ? owner->screen() : QGuiApplication::primaryScreen();
    const QSize frame = window.isVisible() ? window.frameGeometry().size() - window.size() : QSize();
    return screen->availableGeometry().size() - frame.expandedTo(usualFrame);
}

} // namespace waybill
