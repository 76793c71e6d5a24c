// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountlist.h"
#include "completion/requesthandle.h"

#include <QObject>
#include <QPointer>

namespace waybill {

class AccountConnection;
class AccountDialog;
class Clock;
class ProxySetting;
class RandomSource;

/// What a person does to accounts: connect, rename, give another key, remove.
class AccountActions final : public QObject {
    Q_OBJECT
public:
    AccountActions(AccountList& accounts, const ProxySetting& proxies, const Clock& clock, RandomSource& random,
                   QWidget& window, QObject* parent = nullptr);

    void add();
    void rename(const ConnectedAccount& account);
    void replaceKey(const ConnectedAccount& account);
    void askToRemove(const ConnectedAccount& account);

Q_SIGNALS:
    void added(const QString& accountId, const waybill::Secret& apiKey);
    void keyReplaced(const QString& accountId, const waybill::Secret& apiKey);
    void removeConfirmed(const QString& accountId);

private:
    void check(AccountDialog* dialog, const QString& knownAccount);
    void keep(AccountDialog* dialog, const QString& knownAccount, const QString& teamId, const QString& plan);

    AccountList& accounts_;
    const ProxySetting& proxies_;
    const Clock& clock_;
    RandomSource& random_;
    QWidget& window_;
};

} // namespace waybill
