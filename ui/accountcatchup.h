// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountconnection.h"
#include "account/accountlist.h"
#include "catchup/catchup.h"
#include "words/catchup.h"

#include <memory>

namespace waybill {

class Services;

/// The catch-up of one account with a connection of its own: it begins to speak with the account once it is wanted and
/// the key is known.
class AccountCatchUp final : public QObject {
    Q_OBJECT
public:
    /// Where `apiKey` is empty it is read from the list's vault. Everything handed in outlives this.
    AccountCatchUp(Services& services, AccountList& accounts, const ConnectedAccount& account, const Secret& apiKey,
                   QObject* parent = nullptr);
    ~AccountCatchUp() override;

    const ConnectedAccount& account() const { return account_; }
    void rename(const QString& name) { account_.name = name; }

    /// Reads the record; goes on if it was on.
    void open();
    void start();
    void stop();
    /// Ends what goes on with the old key, and goes on with this one.
    void takeKey(const Secret& apiKey);
    /// All but the sandbox's endpoints.
    BringingState state() const;

Q_SIGNALS:
    void changed();

private:
    void take(const Result<Bringing>& kept);
    /// Calls `then` once there is a catch-up to call.
    void withKey(std::function<void(CatchUp&)> then);
    CatchUp& connected(const Secret& apiKey);

    Services& services_;
    AccountList& accounts_;
    ConnectedAccount account_;
    Secret apiKey_;
    BringingRecord record_;        ///< As it was kept, until the catch-up has read it.
    std::optional<Error> problem_; ///< Why there is no catch-up, such as a key that is not here.
    std::unique_ptr<AccountConnection> connection_;
    std::unique_ptr<CatchUp> catchUp_;
    bool hasRead_ = false; ///< The catch-up knows the record.
};

} // namespace waybill
