// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QPointer>

class QAction;
class QMenu;
class QWidget;

namespace waybill {

/// Cut, copy, paste and select all, for what has the keyboard. None of them hands the key on: what has the keyboard and
/// knows the key took it before.
class EditActions final : public QObject {
    Q_OBJECT
public:
    /// Adds them to `menu`, which belongs to `window`.
    EditActions(QWidget& window, QMenu& menu);

private:
    void take(QWidget* focused);
    void look();
    /// What has the keyboard, also while a menu is open; null where nothing has it.
    QWidget* focused() const;
    void cut();
    void copy();
    void paste();
    void selectAll();

    QWidget& window_;
    QPointer<QWidget> focused_;
    QAction* cut_;
    QAction* copy_;
    QAction* paste_;
    QAction* selectAll_;
};

} // namespace waybill
