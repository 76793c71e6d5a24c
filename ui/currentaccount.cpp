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

CurrentAccount::CurrentAccount(Services& services, AccountList& accounts, SecretClipboard& clipboard, QObject* parent)
    : QObject(parent)
    , services_(services)
    , accounts_(accounts)
    , clipboard_(clipboard)
    , id_(sandbox)
    , desk_(std::make_unique<AccountDesk>(services, clipboard)) {
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
    auto desk = account ? std::make_unique<AccountDesk>(services_, clipboard_, *account)
                        : std::make_unique<AccountDesk>(services_, clipboard_);
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
    desk_->check([this, id = id_](const Result<AccountFacts>& facts) {
        if (facts)
            accounts_.setPlan(id, facts->usage.plan);
    });
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
    // Which copy is shown meanwhile is told as well; until that is known, reading it tells.
    if (!wasInStep_ && isCopyKnown_) {
        showWhatIsKnown(why);
        Q_EMIT retrying(why);
    }
    Q_EMIT changed();
}

void CurrentAccount::becomeInStep() {
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
