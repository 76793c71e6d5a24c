// SPDX-License-Identifier: MIT
#pragma once

#include "theme/icons.h"
#include "widgets/pill.h"

#include <QAbstractButton>
#include <QFrame>

class QButtonGroup;
class QVBoxLayout;

namespace waybill {

class ElidedLabel;

/// A line of the sidebar: icon, name, count.
class SidebarButton final : public QAbstractButton {
    Q_OBJECT
public:
    SidebarButton(Icon icon, const QString& name, QWidget* parent = nullptr);
    void setCount(const QString& count);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    Icon icon_;
    QString count_;
};

/// An account as the sidebar shows it.
struct AccountEntry {
    QString id;
    QString name;
    QString state; ///< "This computer · ready"
    PillKind kind = PillKind::Neutral;
    bool isOurs = false;       ///< The sandbox: it has no key, and is always there.
    bool bringsEvents = false; ///< Its events can be brought to this computer.
    friend bool operator==(const AccountEntry&, const AccountEntry&) = default;
};

/// The account that is shown, and a menu with the others and what can be done with it.
class AccountSwitcher final : public QAbstractButton {
    Q_OBJECT
public:
    explicit AccountSwitcher(QWidget* parent = nullptr);
    void setAccounts(const QList<AccountEntry>& accounts, const QString& current);
    const AccountEntry& current() const { return current_; }

Q_SIGNALS:
    void chosen(const QString& accountId);
    void addRequested();
    // These for the account that is shown.
    void detailsRequested();
    void bringRequested();
    void renameRequested();
    void replaceKeyRequested();
    void removeRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void openMenu();

    QList<AccountEntry> accounts_;
    AccountEntry current_;
    ElidedLabel* name_;
    ElidedLabel* state_;
};

/// The account, the places, and at the foot help and settings.
class Sidebar final : public QFrame {
    Q_OBJECT
public:
    explicit Sidebar(QWidget* parent = nullptr);

    SidebarButton* addPlace(Icon icon, const QString& name, const QString& objectName);
    void setCurrent(int place);
    AccountSwitcher* accounts() const { return account_; }

Q_SIGNALS:
    void placeChosen(int place);
    void learnRequested();
    void settingsRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    AccountSwitcher* account_;
    QVBoxLayout* places_;
    QButtonGroup* group_;
    SidebarButton* firstFoot_ = nullptr;
};

} // namespace waybill
