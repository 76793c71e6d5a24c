// SPDX-License-Identifier: MIT
#include "ending.h"

#include <QGuiApplication>
#include <QKeyEvent>
#include <QSessionManager>

#include <cstdlib>
#include <utility>

namespace waybill {

Ending::Ending(QCoreApplication& application, int status) : application_(application), status_(status) {
    // Qt itself ends the program where the display goes.
    std::atexit(&TerminationSignals::hurry);
    connect(&termination_, &TerminationSignals::received, this, &Ending::end);
    application.installEventFilter(this);
    if (auto* gui = qobject_cast<QGuiApplication*>(&application)) {
        // The session asks first, and tells it to end once all programs have agreed, which Waybill does.
        connect(gui, &QGuiApplication::commitDataRequest, this, &Ending::near, Qt::DirectConnection);
    }
}

int Ending::run() {
    const int status = QCoreApplication::exec();
    TerminationSignals::hurry();
    return status;
}

bool Ending::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Quit && watched == &application_) {
        end();
        return true;
    }
    // Behind a dialog or a menu the shortcut of the window is not heard, and not every desktop has one.
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Quit) || key->keyCombination() == (Qt::CTRL | Qt::Key_Q)) {
            end();
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

void Ending::end() {
    if (!std::exchange(hasBegun_, true))
        Q_EMIT near();
    QCoreApplication::exit(status_);
}

} // namespace waybill
