// SPDX-License-Identifier: MIT
#include "currentaccount.h"

#include "words/errors.h"

#include <QCryptographicHash>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
/// Each key at each address has a copy of its own.
QString idOfThisRun(const QUrl& baseUrl, const Secret& apiKey) {
    QCryptographicHash digest(QCryptographicHash::Sha256);
    digest.addData(baseUrl.toEncoded());
    digest.addData("\n");
    digest.addData(apiKey.reveal());
    return AccountDesk::runPrefix + QString::fromLatin1(digest.result().toHex().left(16));
}
} // namespace

const QString CurrentAccount::sandbox = u"sandbox"_s;

CurrentAccount::CurrentAccount(Services& services, AccountList& accounts, SecretClipboard& clipboard,
                               Unfinished& unfinished, QObject* parent)
    : QObject(parent)
    , services_(services)
    , accounts_(accounts)
    , clipboard_(clipboard)
    , unfinished_(unfinished)
    , id_(sandbox)
    , desk_(std::make_unique<AccountDesk>(services, clipboard, unfinished)) {
    connectDesk();
    readSyncedAt();
    connect(&services.sandbox(), &Sandbox::started, this, [this] {
        isSandboxReady_ = true;
        if (isSandbox())
            desk_->start();
    });
    connect(&services.sandbox(), &Sandbox::failed, this, [this](const Error& error) {
        if (isSandbox())
            showWhatIsKnown(error);
    });
    connect(&services.secrets(), &SecretDoor::ready, this, [this] {
        if (!hasKey_)
            readKeyAndStart();
    });
    countdown_.setInterval(1000);
    connect(&countdown_, &QTimer::timeout, this, &CurrentAccount::countDown);
}

CurrentAccount::~CurrentAccount() = default;

const ConnectedAccount* CurrentAccount::connected() const {
    return given_ && given_->id == id_ ? &*given_ : accounts_.find(id_);
}

AccountState CurrentAccount::state() const {
    if (obstacle_)
        return stateOf(obstacleOf(*obstacle_));
    if (retriedBecause_)
        return {tr("trying again"), PillKind::Warning};
    if (!wasInStep_)
        return {tr("connecting"), PillKind::Neutral};
    return {tr("ready"), PillKind::Success};
}

const ConnectedAccount& CurrentAccount::give(const QUrl& baseUrl, const Secret& apiKey) {
    givenKey_ = apiKey;
    return given_.emplace(ConnectedAccount{idOfThisRun(baseUrl, apiKey), tr("Account of this run"), baseUrl, {}, {}});
}

void CurrentAccount::open(const QString& accountId, const Secret& apiKey) {
    id_ = accountId;
    const ConnectedAccount* account = connected();
    auto desk = account ? std::make_unique<AccountDesk>(services_, clipboard_, unfinished_, *account)
                        : std::make_unique<AccountDesk>(services_, clipboard_, unfinished_);
    const auto before = std::exchange(desk_, std::move(desk));
    obstacle_.reset();
    retriedBecause_.reset();
    pausedUntil_.reset();
    syncedAt_.reset();
    countdown_.stop();
    hasKey_ = isCopyKnown_ = wasInStep_ = false;
    connectDesk();
    Q_EMIT opened();
    readSyncedAt();
    if (apiKey.isEmpty())
        readKeyAndStart();
    else
        start(apiKey);
}

void CurrentAccount::connectDesk() {
    connect(&desk_->sync(), &HistorySync::failed, this, &CurrentAccount::fail);
    connect(&desk_->sync(), &HistorySync::finished, this, &CurrentAccount::becomeInStep);
    connect(&desk_->client(), &AccountClient::retrying, this, &CurrentAccount::retry);
    connect(&desk_->client(), &AccountClient::recovered, this, [this] {
        if (!std::exchange(retriedBecause_, std::nullopt) || obstacle_)
            return;
        showWhatIsKnown(std::nullopt);
        Q_EMIT recovered();
        Q_EMIT changed();
    });
}

void CurrentAccount::readKeyAndStart() {
    if (isSandbox()) {
        hasKey_ = true;
        if (isSandboxReady_)
            desk_->start();
    } else if (given_ && given_->id == id_) {
        start(givenKey_);
    } else {
        // The desk is the context: the answer for an account that was left meanwhile is dropped.
        accounts_.readKey(id_, desk_.get(), [this](const Result<Secret>& apiKey) {
            if (apiKey)
                start(*apiKey);
            else
                fail(apiKey.error());
        });
    }
}

void CurrentAccount::start(const Secret& apiKey) {
    hasKey_ = true;
    desk_->start(apiKey);
    desk_->sync().nudge();
    readPlan();
}

void CurrentAccount::readPlan() {
    desk_->check([this, id = id_](const Result<AccountFacts>& facts) {
        if (facts)
            takePlan(id, facts->usage.plan);
    });
}

void CurrentAccount::takePlan(const QString& accountId, const QString& plan) {
    accounts_.setPlan(accountId, plan);
    if (given_ && given_->id == accountId && given_->plan != plan) {
        given_->plan = plan;
        Q_EMIT changed();
    }
}

void CurrentAccount::takeKey(const QString& accountId, const Secret& apiKey) {
    if (accountId == id_)
        start(apiKey);
}

void CurrentAccount::lookAgain() {
    pausedUntil_.reset();
    countdown_.stop();
    if (hasKey_)
        desk_->sync().nudge();
    else
        readKeyAndStart();
}

void CurrentAccount::readSyncedAt() {
    desk_->history().readCounts(desk_.get(), [this](const Result<HistoryCounts>& counts) {
        isCopyKnown_ = true;
        if (counts) // Otherwise the copy reports it itself.
            syncedAt_ = counts->syncedAt;
        showWhatIsKnown(obstacle_ ? obstacle_ : retriedBecause_);
        if (retriedBecause_ && !wasInStep_)
            Q_EMIT retrying(*retriedBecause_);
        Q_EMIT changed();
    });
}

void CurrentAccount::fail(const Error& error) {
    // The plan that is shown cannot be the one that refuses.
    if (obstacleOf(error) == Obstacle::PlanTooSmall && (!obstacle_ || obstacleOf(*obstacle_) != Obstacle::PlanTooSmall))
        readPlan();
    obstacle_ = error;
    retriedBecause_.reset();
    showWhatIsKnown(error);
    if (obstacleOf(error) == Obstacle::Paused && error.retryAfterSeconds) {
        pausedUntil_ = services_.clock().now() + seconds(*error.retryAfterSeconds);
        countdown_.start();
    }
    Q_EMIT failed(error);
    Q_EMIT changed();
}

void CurrentAccount::retry(const Error& why) {
    if (obstacle_ || retriedBecause_)
        return;
    retriedBecause_ = why;
    // Which copy is shown meanwhile is told as well; until that is known, reading it tells. A single answer that is bad
    // is soon asked for again; an account that is silent is told of at once.
    if (isCopyKnown_ && (!wasInStep_ || obstacleOf(why) == Obstacle::Offline)) {
        showWhatIsKnown(why);
        Q_EMIT retrying(why);
    }
    Q_EMIT changed();
}

void CurrentAccount::becomeInStep() {
    if (obstacle_)
        readPlan(); // It may be what has changed.
    obstacle_.reset();
    pausedUntil_.reset();
    countdown_.stop();
    retriedBecause_.reset();
    wasInStep_ = true;
    Q_EMIT inStep();
    readSyncedAt();
}

void CurrentAccount::countDown() {
    const auto left = std::chrono::ceil<seconds>(pausedUntil_.value_or(Instant{}) - services_.clock().now());
    if (left > seconds(0) && obstacle_) {
        obstacle_->retryAfterSeconds = int(left.count());
        Q_EMIT failed(*obstacle_);
    } else {
        lookAgain();
    }
}

void CurrentAccount::showWhatIsKnown(const std::optional<Error>& why) {
    if (syncedAt_ || wasInStep_)
        desk_->showKnown();
    else
        desk_->showUnknown(why ? tr("%1.", "what is in the way").arg(wordsFor(*why).title) : QString());
}

} // namespace waybill
