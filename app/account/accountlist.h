// SPDX-License-Identifier: MIT
#pragma once

#include "contract/random.h"
#include "contract/result.h"
#include "secrets/secretvault.h"

#include <QList>
#include <QUrl>

class QSettings;

namespace waybill {

/// An account that a person has connected. Its key is not here: the vault has it.
struct ConnectedAccount {
    QString id;   ///< Ours.
    QString name; ///< What the person calls it.
    QUrl baseUrl;
    QString teamId;
    QString plan; ///< As the account last said.
    friend bool operator==(const ConnectedAccount&, const ConnectedAccount&) = default;
};

/// The accounts of this computer, kept in the settings, and their keys, kept in the vault. Lives on the main thread.
class AccountList final : public QObject {
    Q_OBJECT
public:
    /// Everything handed in outlives the list.
    AccountList(QSettings& settings, SecretVault& vault, RandomSource& random, QObject* parent = nullptr);

    const QList<ConnectedAccount>& accounts() const { return accounts_; }
    const ConnectedAccount* find(const QString& id) const;

    /// Keeps the key first: an account without one is not added. `account.id` is given here.
    void add(ConnectedAccount account, const Secret& key, QObject* context, Done<ConnectedAccount> done);
    void rename(const QString& id, const QString& name);
    void setPlan(const QString& id, const QString& plan);
    void replaceKey(const QString& id, const Secret& key, QObject* context, Done<void> done);
    void readKey(const QString& id, QObject* context, Done<Secret> done);
    /// The account is gone from here at once; `done` when its key is, too.
    void remove(const QString& id, QObject* context, Done<void> done);

Q_SIGNALS:
    void changed();

private:
    void change(const QString& id, const std::function<void(ConnectedAccount&)>& how);
    void write();

    QSettings& settings_;
    SecretVault& vault_;
    RandomSource& random_;
    QList<ConnectedAccount> accounts_;
};

} // namespace waybill
