// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountconnection.h"
#include "account/accountlist.h"
#include "history/history.h"
#include "history/historysync.h"
#include "insight/obstacle.h"
#include "services.h"

#include <memory>

namespace waybill {

class DeliveriesPlace;
class DeliveryActions;
class EndpointActions;
class EndpointsPlace;
class OlderRows;
class SecretClipboard;
class SignatureVerdicts;
class Unfinished;

/// One account as it is worked with: the copy of its log and the sync that keeps it, its places, and what a person does
/// in them. The window takes the places, and has to be rid of them before the desk goes.
class AccountDesk final : public QObject {
    Q_OBJECT
public:
    /// The sandbox.
    AccountDesk(Services& services, SecretClipboard& clipboard, Unfinished& unfinished);
    /// A real account. Its id names its copy and the owner of its secrets.
    AccountDesk(Services& services, SecretClipboard& clipboard, Unfinished& unfinished,
                const ConnectedAccount& account);
    ~AccountDesk() override;

    /// How the id of an account begins that is there for one run only.
    static constexpr QLatin1String runPrefix{"run-"};
    /// Removes the copies of accounts that are there for one run only; none may be open.
    static void removeCopiesOfRuns(const Services& services);
    /// The files of an account's copy.
    static QStringList copyFiles(const Services& services, const QString& accountId);

    /// Begins to keep the copy in step, with this key where it is a real account.
    void start(const Secret& apiKey = {});
    /// Asks a real account who the key is and what its plan is; never answers for the sandbox.
    void check(Done<AccountFacts> done);
    /// From now on `status` shows how far back this account is read, and says what a person wants of it.
    void tell(OlderRows& status);
    /// An empty copy means an empty account from now on; until then it means nothing, and `why` says what is in the way
    /// (empty: the account is being asked).
    void showKnown();
    void showUnknown(const QString& why);
    History& history() { return history_; }
    HistorySync& sync() { return sync_; }
    AccountClient& client() { return *client_; }
    /// Where the account's clock can be moved; else null.
    TimeMachine* timeMachine() const { return controls_ ? controls_->timeMachine() : nullptr; }
    /// What the account is timed by.
    const Clock& clock() const { return clock_; }
    EndpointActions& endpointActions() { return *endpointActions_; }
    EndpointsPlace* endpoints() const { return endpoints_; }
    DeliveriesPlace* deliveries() const { return deliveries_; }

Q_SIGNALS:
    /// Something that the person wanted did not work.
    void actionFailed(const waybill::Error& error);
    void actionSucceeded();
    /// The person chose the way out that was offered beside what failed.
    void remedyRequested(waybill::Obstacle obstacle);
    /// The copy on this computer cannot be read or written.
    void copyFailed(const waybill::Error& error);
    /// What the copy lacks, because it cannot be read.
    void leftOut(const waybill::LeftOutRows& rows);
    /// How far back the copy goes, or whether it goes on.
    void reachChanged(const waybill::Reach& reach);

private:
    AccountDesk(Services& services, SecretClipboard& clipboard, Unfinished& unfinished, const QString& accountId,
                std::unique_ptr<AccountConnection> connection, std::unique_ptr<AccountClient> ownClient,
                SandboxControls* controls);
    void readReach();

    SandboxControls* controls_; ///< Null for an account that runs elsewhere.
    std::unique_ptr<AccountConnection> connection_;
    std::unique_ptr<AccountClient> ownClient_; ///< Of the sandbox, which has no connection.
    AccountClient* client_;
    const Clock& clock_;
    History history_;
    HistorySync sync_;
    EndpointsPlace* endpoints_;   // the window's
    DeliveriesPlace* deliveries_; // the window's
    SignatureVerdicts* verdicts_;
    bool isReadingReach_ = false;
    bool readsReachAgain_ = false;
    std::unique_ptr<EndpointActions> endpointActions_;
    std::unique_ptr<DeliveryActions> deliveryActions_;
};

} // namespace waybill
