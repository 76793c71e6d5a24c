// SPDX-License-Identifier: MIT
#pragma once

#include <QPointer>
#include <QPushButton>
#include <QTimer>
#include <QWidget>

class QMenu;

namespace waybill {

class TimeMachine;

/// In the status bar: what time it is for the account, a menu that moves its clock, and the way back while it is moved.
/// Hidden where the account has no clock to move.
class ClockButton final : public QWidget {
    Q_OBJECT
public:
    explicit ClockButton(QWidget* parent = nullptr);

    /// Null for none. It may go before this.
    void setMachine(TimeMachine* machine);
    QMenu* menu() const { return menu_; }

Q_SIGNALS:
    void backRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void makeMenu();
    void open();
    void show();
    void showMenu();

    QPointer<TimeMachine> machine_;
    QPushButton* clock_ = nullptr;
    QPushButton* back_ = nullptr;
    QMenu* menu_ = nullptr;
    QAction* nextAttempt_ = nullptr;
    QAction* overlapEnd_ = nullptr;
    QAction* jumpOn_ = nullptr;
    QAction* fast_ = nullptr;
    QAction* stop_ = nullptr;
    QAction* realTime_ = nullptr;
    QTimer tick_;
};

} // namespace waybill
