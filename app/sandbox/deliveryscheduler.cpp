// SPDX-License-Identifier: MIT
#include "sandbox/deliveryscheduler.h"

#include <QPointer>

#include <algorithm>

namespace waybill {

namespace {

// How long a delivery whose secret cannot be read waits, unless somebody unlocks the keychain before.
constexpr seconds secretPause{30};
constexpr milliseconds firstPause{250};
constexpr milliseconds longestPause{10'000};

} // namespace

DeliveryScheduler::DeliveryScheduler(DeliveryQueue& queue, DeliverySender& sender, const Clock& clock,
                                     RandomSource& random, Limits limits, QObject* parent)
    : QObject(parent)
    , queue_(queue)
    , sender_(sender)
    , clock_(clock)
    , random_(random)
    , limits_(limits)
    , alarm_(clock, this)
    , soon_(this)
    , again_(this) {
    soon_.setSingleShot(true);
    again_.setSingleShot(true);
    connect(&soon_, &QTimer::timeout, this, &DeliveryScheduler::look);
    connect(&again_, &QTimer::timeout, this, &DeliveryScheduler::look);
    connect(&alarm_, &Alarm::rang, this, &DeliveryScheduler::look);
}

Result<void> DeliveryScheduler::start() {
    const auto interrupted = queue_.settleInterrupted(clock_.now(), [this] { return newDeliveryId(random_); });
    if (!interrupted)
        return failure(interrupted.error());
    running_ = true;
    if (*interrupted > 0)
        Q_EMIT changed();
    wake();
    return {};
}

void DeliveryScheduler::wake() {
    if (running_)
        soon_.start(0);
}

void DeliveryScheduler::retrySecrets() {
    if (!running_)
        return;
    if (const auto due = queue_.retryDeferred(clock_.now()); !due)
        tryAgainLater(due.error());
    wake();
}

void DeliveryScheduler::shutdown() {
    running_ = false;
    alarm_.cancel();
    soon_.stop();
    again_.stop();
    waiting_.clear();
}

void DeliveryScheduler::look() {
    if (!running_)
        return;
    writeWaiting();
    if (waiting_.isEmpty())
        take();
    report();
}

void DeliveryScheduler::take() {
    const int room = limits_.underWay - underWay_;
    if (room <= 0)
        return;
    const auto due = queue_.claimDue(clock_.now(), room, limits_.perEndpoint);
    if (!due) {
        tryAgainLater(due.error());
        return;
    }
    problem_.clear();
    pause_ = milliseconds{0};
    for (const DueDelivery& one : *due)
        attempt(one);
}

void DeliveryScheduler::attempt(const DueDelivery& due) {
    ++underWay_;
    sender_.send(due, [self = QPointer(this), due](const Result<SentAttempt>& sent) {
        if (self && self->running_)
            self->finished(due, sent);
    });
}

void DeliveryScheduler::finished(const DueDelivery& due, const Result<SentAttempt>& sent) {
    --underWay_;
    if (!sent) {
        waiting_.append([this, id = due.delivery.id, reason = sent.error().message, now = clock_.now()] {
            return queue_.defer(id, reason, now, now + secretPause);
        });
    } else {
        DeliveryQueue::Settlement settlement;
        settlement.deliveryId = due.delivery.id;
        settlement.outcome = sent->outcome;
        settlement.startedAt = sent->startedAt;
        settlement.settledAt = clock_.now();
        settlement.url = due.url;
        settlement.signedAt = sent->signedAt;
        settlement.signatureHeader = sent->signatureHeader;
        settlement.nextDeliveryId = newDeliveryId(random_);
        waiting_.append([this, settlement] { return queue_.settle(settlement); });
    }
    // While the store does not take an outcome, its own pause decides when to try again.
    if (!again_.isActive())
        wake();
}

void DeliveryScheduler::writeWaiting() {
    bool wrote = false;
    while (!waiting_.isEmpty()) {
        if (const auto written = waiting_.constFirst()(); !written) {
            tryAgainLater(written.error());
            break;
        }
        waiting_.removeFirst();
        wrote = true;
    }
    if (wrote)
        Q_EMIT changed();
}

void DeliveryScheduler::tryAgainLater(const Error& error) {
    problem_ = error.message;
    pause_ = pause_ == milliseconds{0} ? firstPause : std::min(pause_ * 2, longestPause);
    again_.start(pause_);
}

void DeliveryScheduler::report() {
    EngineState now = state_;
    now.underWay = underWay_;
    now.problem = problem_;
    if (const auto queue = queue_.state(limits_.perEndpoint)) {
        now.scheduled = queue->scheduled;
        now.nextDue = queue->nextDue;
        if (now.problem.isEmpty())
            now.problem = queue->waitingReason;
        // Where there is no room, the end of an attempt wakes us.
        if (queue->nextWithRoom && underWay_ < limits_.underWay && !again_.isActive())
            alarm_.setFor(*queue->nextWithRoom);
        else
            alarm_.cancel();
    } else if (!again_.isActive()) {
        tryAgainLater(queue.error());
        now.problem = problem_;
    }
    if (now == state_)
        return;
    state_ = now;
    Q_EMIT stateChanged(state_);
}

} // namespace waybill
