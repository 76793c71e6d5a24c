// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "account/accountlist.h"
#include "words/catchup.h"

#include <QPointer>

#include <map>
#include <memory>

namespace waybill {

class AccountCatchUp;
class CatchUpDialog;
class MainWindow;
class Services;

/// Brings events of real accounts to the sandbox, each account by itself and whichever one is shown, and lets a person
/// begin, see and end that.
class CatchUps final : public QObject {
    Q_OBJECT
public:
    /// Everything handed in outlives this.
    CatchUps(Services& services, AccountList& accounts, MainWindow& window, QObject* parent = nullptr);
    ~CatchUps() override;

    /// An account whose key is not in the list's vault.
    void add(const ConnectedAccount& account, const Secret& apiKey);
    /// Goes on with what was on when Waybill ended, and with what waits for a key. From when the sandbox answers.
    void goOn();
    void show(const QString& accountId);
    /// The account has another key now.
    void takeKey(const QString& accountId, const Secret& apiKey);
    /// Before an account is removed: its record goes with it.
    void end(const QString& accountId);
    /// With the run end those accounts that are there for one run only.
    void endRun();

Q_SIGNALS:
    /// The person wants one in the sandbox.
    void endpointRequested();
    void newKeyRequested(const QString& accountId);
    /// A record is still there.
    void failed(const waybill::Error& error);

private:
    AccountCatchUp& of(const ConnectedAccount& account);
    void take(std::unique_ptr<AccountCatchUp> catchUp);
    void renameAll();
    void showButton();
    void showDialog();
    void forget(const QString& accountId);
    void forgetFormerRuns();
    void countTakers();
    void countTakers(const QString& after, int before);

    Services& services_;
    AccountList& accounts_;
    MainWindow& window_;
    AccountClient sandbox_;
    std::map<QString, std::unique_ptr<AccountCatchUp>> catchUps_; ///< By the account's id.
    QPointer<CatchUpDialog> dialog_;
    QString shown_; ///< The account that the dialog is about.
    std::optional<int> takers_;
    bool isCounting_ = false;
    bool countAgain_ = false;
};

} // namespace waybill
