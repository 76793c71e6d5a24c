// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>

#include <functional>

class QMenu;
class QWidget;

namespace waybill {

/// Moves the keyboard from one part of a window to the next, back to where it was in each of them.
class Panes final : public QObject {
    Q_OBJECT
public:
    /// Adds the two actions to `menu`. `panes` are asked for each time, in their order.
    Panes(QWidget& window, QMenu& menu, std::function<QList<QWidget*>()> panes);

private:
    void move(int by);

    QWidget& window_;
    std::function<QList<QWidget*>()> panes_;
    QHash<const QWidget*, QPointer<QWidget>> last_; ///< What had the keyboard in a pane.
};

} // namespace waybill
