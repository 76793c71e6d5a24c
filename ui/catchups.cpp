// SPDX-License-Identifier: MIT
#include "catchups.h"

#include "accountcatchup.h"
#include "accountdesk.h"
#include "dialogs/catchupdialog.h"
#include "services.h"
#include "window/bringingbutton.h"
#include "window/mainwindow.h"

#include <algorithm>
#include <utility>

namespace waybill {

namespace {
constexpr int rowsShown = 200;
} // namespace

CatchUps::CatchUps(Services& services, AccountList& accounts, MainWindow& window, QObject* parent)
    : QObject(parent)
    , services_(services)
    , accounts_(accounts)
    , window_(window)
    , sandbox_(services.sandbox().transport(), services.apiKey(), services.clock(), services.random()) {
    connect(&window.bringing(), &BringingButton::chosen, this, &CatchUps::show);
    connect(&accounts, &AccountList::changed, this, &CatchUps::renameAll);
    connect(&services.sandbox(), &SandboxControls::changed, this, [this] {
        if (dialog_)
            countTakers();
    });
}

CatchUps::~CatchUps() = default;

void CatchUps::add(const ConnectedAccount& account, const Secret& apiKey) {
    take(std::make_unique<AccountCatchUp>(services_, accounts_, account, apiKey));
}

void CatchUps::goOn() {
    forgetFormerRuns();
    for (const ConnectedAccount& account : accounts_.accounts())
        of(account);
    for (const auto& [id, catchUp] : catchUps_)
        catchUp->open();
}

AccountCatchUp& CatchUps::of(const ConnectedAccount& account) {
    if (!catchUps_.contains(account.id))
        take(std::make_unique<AccountCatchUp>(services_, accounts_, account, Secret()));
    return *catchUps_.at(account.id);
}

void CatchUps::take(std::unique_ptr<AccountCatchUp> catchUp) {
    const QString id = catchUp->account().id;
    connect(catchUp.get(), &AccountCatchUp::changed, this, [this, id] {
        showButton();
        if (dialog_ && shown_ == id)
            showDialog();
    });
    catchUps_[id] = std::move(catchUp);
}

void CatchUps::show(const QString& accountId) {
    if (const ConnectedAccount* account = accounts_.find(accountId))
        of(*account);
    const auto found = catchUps_.find(accountId);
    if (found == catchUps_.end())
        return;
    if (dialog_ && shown_ == accountId) {
        dialog_->raise();
        dialog_->activateWindow();
        return;
    }
    if (dialog_)
        dialog_->close();
    AccountCatchUp* catchUp = found->second.get();
    shown_ = accountId;
    dialog_ = opened(new CatchUpDialog(catchUp->account().name, services_.clock(), &window_));
    connect(dialog_, &CatchUpDialog::startRequested, catchUp, &AccountCatchUp::start);
    connect(dialog_, &CatchUpDialog::stopRequested, catchUp, &AccountCatchUp::stop);
    connect(dialog_, &CatchUpDialog::endpointRequested, this, &CatchUps::endpointRequested);
    connect(dialog_, &CatchUpDialog::newKeyRequested, this, [this, accountId] { Q_EMIT newKeyRequested(accountId); });
    catchUp->open();
    showDialog();
    countTakers();
}

void CatchUps::takeKey(const QString& accountId, const Secret& apiKey) {
    if (const auto found = catchUps_.find(accountId); found != catchUps_.end())
        found->second->takeKey(apiKey);
}

void CatchUps::end(const QString& accountId) {
    if (dialog_ && shown_ == accountId)
        dialog_->close();
    if (const auto found = catchUps_.find(accountId); found != catchUps_.end()) {
        found->second->stop();
        catchUps_.erase(found);
        showButton();
    }
    forget(accountId);
}

void CatchUps::endRun() {
    QStringList ofRun;
    for (const auto& [id, catchUp] : catchUps_) {
        if (id.startsWith(AccountDesk::runPrefix))
            ofRun.append(id);
    }
    for (const QString& id : std::as_const(ofRun))
        end(id);
}

void CatchUps::forget(const QString& accountId) {
    services_.sandbox().forgetSource(accountId, this, [this](const Result<void>& forgotten) {
        if (!forgotten)
            Q_EMIT failed(forgotten.error());
    });
}

/// A run that was killed had no time to, and goes on where it was if it is begun again with the same key.
void CatchUps::forgetFormerRuns() {
    services_.sandbox().readSources(this, [this](const Result<QStringList>& sources) {
        if (!sources)
            return; // The sandbox says itself that it cannot be read.
        for (const QString& source : *sources) {
            if (source.startsWith(AccountDesk::runPrefix) && !catchUps_.contains(source))
                forget(source);
        }
    });
}

void CatchUps::renameAll() {
    for (const auto& [id, catchUp] : catchUps_) {
        if (const ConnectedAccount* account = accounts_.find(id))
            catchUp->rename(account->name);
    }
    showButton();
}

void CatchUps::showButton() {
    QList<BringingButton::Entry> entries;
    qint64 handed = 0;
    for (const auto& [id, catchUp] : catchUps_) {
        const BringingState state = catchUp->state();
        if (!state.record.isOn)
            continue;
        entries.append({id, bringingText(catchUp->account().name, state), state.problem.has_value()});
        handed += state.record.handed;
    }
    window_.bringing().setEntries(entries, bringingText(int(entries.size()), handed));
}

void CatchUps::showDialog() {
    BringingState state = catchUps_.at(shown_)->state();
    state.endpoints = takers_;
    dialog_->setState(state);
    const auto read = [dialog = dialog_.get()](const Result<QList<BroughtEvent>>& events) {
        if (events)
            dialog->setBrought(*events);
        else
            dialog->setError(events.error());
    };
    services_.sandbox().readBrought(shown_, rowsShown, dialog_, read);
}

void CatchUps::countTakers() {
    countAgain_ = isCounting_;
    if (std::exchange(isCounting_, true))
        return;
    countTakers({}, 0);
}

void CatchUps::countTakers(const QString& after, int before) {
    const auto counted = [this, before](const Result<Page<Endpoint>>& endpoints) {
        if (endpoints) {
            const int takers =
                before + int(std::ranges::count_if(endpoints->data, [](const Endpoint& endpoint) {
                    return endpoint.status == EndpointStatus::Enabled && !endpoint.enabledEvents.isEmpty();
                }));
            if (const QString next = endpoints->continuation(); !next.isEmpty()) {
                countTakers(next, takers);
                return;
            }
            takers_ = takers;
            if (dialog_)
                showDialog();
        }
        isCounting_ = false;
        if (countAgain_ && dialog_)
            countTakers();
    };
    sandbox_.listEndpoints({largestPage, after, {}}, this, counted);
}

} // namespace waybill
