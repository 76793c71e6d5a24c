// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountlist.h"
#include "accountdesk.h"
#include "words/obstacles.h"

#include <QTimer>

#include <memory>
#include <optional>

namespace waybill {

/// The account that is worked with: its desk, the way to its key, and how it stands. The sandbox at first.
class CurrentAccount final : public QObject {
    Q_OBJECT
public:
    /// Everything handed in outlives this.
    CurrentAccount(Services& services, AccountList& accounts, SecretClipboard& clipboard, Unfinished& unfinished,
                   QObject* parent = nullptr);
    ~CurrentAccount() override;

    static const QString sandbox; ///< Its id.

    const QString& id() const { return id_; }
    bool isSandbox() const { return id_ == sandbox; }
    AccountDesk& desk() const { return *desk_; }
    /// As it was connected; null for the sandbox.
    const ConnectedAccount* connected() const;
    /// What stands between the person and the account.
    const std::optional<Error>& obstacle() const { return obstacle_; }
    /// Since it was opened, with nothing in the way now.
    bool isInStep() const { return wasInStep_ && !obstacle_; }
    /// When the copy was last equal to the account, as far as that is known.
    const std::optional<Instant>& syncedAt() const { return syncedAt_; }
    AccountState state() const;

    /// An account that is there for this run only, with its key.
    const ConnectedAccount& give(const QUrl& baseUrl, const Secret& apiKey);
    const std::optional<ConnectedAccount>& given() const { return given_; }
    /// Reads the key where it is not given.
    void open(const QString& accountId, const Secret& apiKey = {});
    /// If it is this account's.
    void takeKey(const QString& accountId, const Secret& apiKey);
    /// The person wants to know whether it goes now.
    void lookAgain();
    /// What an account has told of its plan.
    void takePlan(const QString& accountId, const QString& plan);

Q_SIGNALS:
    /// There is another desk; the one before goes as soon as everybody has heard of it.
    void opened();
    /// Something is in the way, or what is said of it counts down.
    void failed(const waybill::Error& error);
    /// The account cannot be reached, or was not in step yet and answers badly; it is asked again.
    void retrying(const waybill::Error& why);
    /// It answers after all.
    void recovered();
    void inStep();
    /// How it stands, or since when the copy is as it is.
    void changed();

private:
    void connectDesk();
    void readKeyAndStart();
    void start(const Secret& apiKey);
    void readPlan();
    void readSyncedAt();
    void fail(const Error& error);
    void retry(const Error& why);
    void becomeInStep();
    void countDown();
    /// An empty copy that never was in step tells nothing of the account.
    void showWhatIsKnown(const std::optional<Error>& why);

    Services& services_;
    AccountList& accounts_;
    SecretClipboard& clipboard_;
    Unfinished& unfinished_;
    QString id_;
    std::unique_ptr<AccountDesk> desk_;
    std::optional<ConnectedAccount> given_;
    Secret givenKey_;
    std::optional<Error> obstacle_;
    std::optional<Error> retriedBecause_; ///< While the account is asked again.
    std::optional<Instant> pausedUntil_;
    std::optional<Instant> syncedAt_;
    QTimer countdown_;
    bool isSandboxReady_ = false;
    bool hasKey_ = false;
    bool isCopyKnown_ = false; ///< Since when it is as it is was asked and answered.
    bool wasInStep_ = false;
};

} // namespace waybill
