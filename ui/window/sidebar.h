// SPDX-License-Identifier: MIT
#pragma once

#include "theme/icons.h"
#include "widgets/pill.h"

#include <QAbstractButton>
#include <QFrame>

class QButtonGroup;
class QVBoxLayout;

namespace waybill {

/// A line of the sidebar: icon, name, count.
class SidebarButton final : public QAbstractButton {
    Q_OBJECT
public:
    SidebarButton(Icon icon, const QString& name, QWidget* parent = nullptr);
    void setCount(const QString& count);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Icon icon_;
    QString count_;
};

/// The account as the sidebar shows it.
class AccountCard final : public QWidget {
    Q_OBJECT
public:
    explicit AccountCard(QWidget* parent = nullptr);
    void setAccount(const QString& name, const QString& state, PillKind kind);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString name_;
    QString state_;
    PillKind kind_ = PillKind::Neutral;
};

/// The account, the places, and at the foot help and settings.
class Sidebar final : public QFrame {
    Q_OBJECT
public:
    explicit Sidebar(QWidget* parent = nullptr);

    SidebarButton* addPlace(Icon icon, const QString& name, const QString& objectName);
    void setCurrent(int place);
    AccountCard* account() const { return account_; }

Q_SIGNALS:
    void placeChosen(int place);
    void learnRequested();
    void settingsRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    AccountCard* account_;
    QVBoxLayout* places_;
    QButtonGroup* group_;
    SidebarButton* firstFoot_ = nullptr;
};

} // namespace waybill
