// SPDX-License-Identifier: MIT
#include "sandbox/deliveryscheduler.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace waybill {

namespace {

// How long a delivery whose secret cannot be read waits, unless somebody unlocks the keychain before.
constexpr seconds secretPause{30};
constexpr milliseconds longestPause{10'000};
// "Receivers should answer in under 500 ms": twice that is slow.
constexpr milliseconds slow{1'000};
constexpr int suspect = 1;

bool gaveNoAnswer(const AttemptOutcome& outcome) {
    return outcome.failure == AttemptFailure::TimedOut || outcome.failure == AttemptFailure::Unreachable ||
           outcome.failure == AttemptFailure::LookUp || outcome.failure == AttemptFailure::Proxy;
}

QList<qint64> seqsOf(const DueLine& due) {
    QList<qint64> seqs;
    for (const DueDelivery& delivery : due.deliveries)
        seqs += delivery.seq;
    return seqs;
}

} // namespace

DeliveryScheduler::DeliveryScheduler(DeliveryQueue& queue, SigningSecrets& secrets, DeliverySender& sender,
                                     const Clock& clock, RandomSource& random, Limits limits, QObject* parent)
    : QObject(parent)
    , queue_(queue)
    , secrets_(secrets)
    , sender_(sender)
    , clock_(clock)
    , random_(random)
    , limits_(limits)
    , alarm_(clock, this)
    , soon_(this)
    , again_(this) {
    soon_.setSingleShot(true);
    again_.setSingleShot(true);
    connect(&soon_, &QTimer::timeout, this, &DeliveryScheduler::turn);
    connect(&again_, &QTimer::timeout, this, &DeliveryScheduler::turn);
    connect(&alarm_, &Alarm::rang, this, &DeliveryScheduler::turn);
    connect(&sender_, &DeliverySender::sent, this, &DeliveryScheduler::sent);
    connect(&sender_, &DeliverySender::returned, this, &DeliveryScheduler::putBack);
}

void DeliveryScheduler::start() {
    running_ = true;
    turn();
}

Result<void> DeliveryScheduler::settleInterrupted() {
    if (hasStarted_)
        return {};
    const auto interrupted = queue_.settleInterrupted(clock_.now(), [this] { return newDeliveryId(random_); });
    if (!interrupted)
        return failure(interrupted.error());
    hasStarted_ = true;
    if (*interrupted > 0)
        Q_EMIT changed();
    Q_EMIT started();
    return {};
}

// While the store takes nothing, its own pause decides when to try again.
void DeliveryScheduler::wakeIn(milliseconds wait) {
    if (running_ && !again_.isActive())
        soon_.start(wait);
}

void DeliveryScheduler::takeAnew() {
    ++changes_;
    held_.clear();
    QMetaObject::invokeMethod(&sender_, &DeliverySender::recall, Qt::QueuedConnection);
    retrySecrets(); // What waits may wait for nothing any more, or be scheduled no more.
}

void DeliveryScheduler::settleNow() {
    if (!running_)
        return;
    QCoreApplication::sendPostedEvents(this, QEvent::MetaCall); // What the sender has told.
    if (!sent_.isEmpty())
        turn();
}

void DeliveryScheduler::putBack(qint64 endpoint, const QList<qint64>& deliveries) {
    suspectsUnderWay_.remove(endpoint);
    queue_.putBack(deliveries, clock_.now());
    wake();
}

void DeliveryScheduler::retrySecrets() {
    if (!running_)
        return;
    for (Deferral& deferral : deferred_) // Not stored yet.
        deferral.until = clock_.now();
    if (const auto due = queue_.retryDeferred(clock_.now()); !due)
        storeFailed(due.error());
    wake();
}

void DeliveryScheduler::storeFailed(const Error& error) {
    if (!running_ || error.kind != ErrorKind::Storage)
        return;
    if (!again_.isActive())
        tryAgainLater(error);
    report();
}

void DeliveryScheduler::shutdown() {
    if (!std::exchange(running_, false))
        return;
    alarm_.cancel();
    soon_.stop();
    again_.stop();
    if (!hasStarted_)
        return;
    QCoreApplication::sendPostedEvents(this, QEvent::MetaCall); // The sender's last words.
    queue_.putBack(awaitingSecrets_.values(), clock_.now());
    DeliveryQueue::Room none = room();
    none.deliveries = 0;
    // What cannot be stored now is settled as interrupted at the next start.
    (void)queue_.turn(sent_, deferred_, clock_.now(), none, [this] { return newDeliveryId(random_); });
}

void DeliveryScheduler::sent(const QList<SentAttempt>& attempts) {
    sent_ += attempts;
    // A turn costs a write to the disk and a page or two for each line, so while the sender has enough to do, more
    // answers share one.
    const qsizetype withSender = state_.underWay - sent_.size();
    if (sent_.size() >= limits_.together || withSender < limits_.together / 2)
        wake();
    else if (!soon_.isActive())
        wakeIn(limits_.longestWait);
}

void DeliveryScheduler::turn() {
    if (!running_)
        return;
    const auto taken = settleInterrupted().and_then([this] {
        return queue_.turn(sent_, deferred_, clock_.now(), room(), [this] { return newDeliveryId(random_); });
    });
    if (!taken) {
        tryAgainLater(taken.error());
        report();
        return;
    }
    storeFailure_.reset();
    pause_ = milliseconds{0};
    for (const SentAttempt& attempt : std::as_const(sent_))
        learn(attempt);
    const bool stored = !sent_.isEmpty() || !deferred_.isEmpty();
    sent_.clear();
    deferred_.clear();
    if (stored)
        Q_EMIT changed();
    for (const DueLine& due : *taken)
        send(due);
    report();
}

/// A receiver earns its share by answering, and loses it by hanging.
void DeliveryScheduler::learn(const SentAttempt& attempt) {
    const AttemptOutcome& outcome = attempt.outcome;
    suspectsUnderWay_.remove(attempt.endpoint);
    int& allowance = allowances_[attempt.endpoint];
    if (gaveNoAnswer(outcome))
        allowance = suspect;
    else if (outcome.took >= slow)
        allowance = limits_.perSlowEndpoint;
    else
        allowance = std::min(std::max(allowance, limits_.perNewEndpoint) * 2, limits_.underWay);
}

DeliveryQueue::Room DeliveryScheduler::room() const {
    return {limits_.underWay, limits_.bytes,
            [this](qint64 endpoint, const DeliveryQueue::Line& line) {
                return allowances_.value(endpoint, limits_.perNewEndpoint) - line.underWay;
            },
            limits_.ofSuspects - int(suspectsUnderWay_.size()),
            [this](qint64 endpoint) { return allowances_.value(endpoint) == suspect; }};
}

void DeliveryScheduler::send(const DueLine& due) {
    if (const QString reason = hold_ ? hold_(due.url) : QString(); !reason.isEmpty()) {
        held_.insert(due.endpoint);
        defer(due, reason);
        return;
    }
    held_.remove(due.endpoint);
    if (allowances_.value(due.endpoint) == suspect)
        suspectsUnderWay_.insert(due.endpoint);
    SigningKeys keys = due.keys;
    if (!keys.previousValidUntil || *keys.previousValidUntil <= clock_.now())
        keys.previous.clear();
    const qsizetype wanted = keys.previous.isEmpty() ? 1 : 2;
    for (const DueDelivery& delivery : due.deliveries)
        awaitingSecrets_.insert(delivery.seq);
    secrets_.read(keys, this, [this, due, wanted, before = changes_](const Result<QList<Secret>>& secrets) {
        if (!running_)
            return;
        for (const DueDelivery& delivery : due.deliveries)
            awaitingSecrets_.remove(delivery.seq);
        if (before != changes_) {
            putBack(due.endpoint, seqsOf(due));
            return;
        }
        const auto isMissing = [](const Secret& secret) { return secret.isEmpty(); };
        if (!secrets) {
            defer(due, secrets.error().message);
        } else if (secrets->size() != wanted || std::ranges::any_of(*secrets, isMissing)) {
            defer(due,
                  QCoreApplication::translate("DeliveryScheduler", "The signing secret of an endpoint could not be "
                                                                   "found. Rotate it to get a new one."));
        } else {
            QMetaObject::invokeMethod(
                &sender_, [sender = &sender_, parcel = Parcel{due, *secrets}] { sender->send(parcel); },
                Qt::QueuedConnection);
        }
    });
}

void DeliveryScheduler::defer(const DueLine& due, const QString& reason) {
    suspectsUnderWay_.remove(due.endpoint);
    deferred_.append({due.endpoint, seqsOf(due), reason, clock_.now() + secretPause});
    wake();
}

void DeliveryScheduler::tryAgainLater(const Error& error) {
    storeFailure_ = error;
    pause_ = pause_ == milliseconds{0} ? limits_.firstPause : std::min(pause_ * 2, longestPause);
    soon_.stop();
    again_.start(pause_);
}

void DeliveryScheduler::report() {
    EngineState now = state_;
    now.storeFailure = storeFailure_;
    if (const auto queue = queue_.state(room())) {
        now.scheduled = queue->scheduled;
        now.underWay = queue->underWay;
        now.nextDue = queue->nextDue;
        now.secretProblem = queue->waitingReason;
        now.isHeldBack = !held_.isEmpty();
        // Where there is no room, the end of an attempt wakes us.
        if (queue->nextWithRoom && !again_.isActive())
            alarm_.setFor(*queue->nextWithRoom);
        else
            alarm_.cancel();
    } else if (!again_.isActive()) {
        tryAgainLater(queue.error());
        now.storeFailure = storeFailure_;
    }
    if (now == state_)
        return;
    state_ = now;
    Q_EMIT stateChanged(state_);
}

} // namespace waybill
