// SPDX-License-Identifier: MIT
#include "insight/forecast.h"

#include "contract/retryschedule.h"

#include <algorithm>
#include <tuple>

namespace waybill {

namespace {

AttemptOutcome outcomeIn(const Delivery& delivery) {
    AttemptOutcome outcome;
    outcome.status = delivery.responseStatus;
    if (delivery.failure)
        outcome.failure = delivery.failure->code;
    else if (!outcome.status)
        outcome.failure = AttemptFailure::Unreachable; // Which one does not matter here.
    return outcome;
}

AttemptOutcome answered(int status) {
    AttemptOutcome outcome;
    outcome.status = status;
    return outcome;
}

} // namespace

EndpointHealth healthIn(const QList<Delivery>& settled) {
    const auto delivered = std::ranges::find(settled, DeliveryStatus::Delivered, &Delivery::status);
    EndpointHealth health;
    for (auto delivery = std::make_reverse_iterator(delivered); delivery != settled.crend(); ++delivery)
        health = health.after(outcomeIn(*delivery));
    return health;
}

Forecast forecastOf(const EndpointHealth& health, const QList<Delivery>& pending, bool answersGone) {
    Forecast forecast;
    forecast.failuresLeft = std::max(failuresThatDisable - health.failuresInARow, 0);
    forecast.goneLeft = std::max(goneAnswersThatDisable - health.goneInARow, 0);
    const AttemptOutcome failure = answered(answersGone ? 410 : 503);

    QList<Forecast::Step> due;
    for (const Delivery& delivery : pending) {
        if (delivery.scheduledFor)
            due.append({delivery.eventId, delivery.attempt, *delivery.scheduledFor});
    }
    // The next one is at the front of a heap.
    const auto isLater = [](const Forecast::Step& one, const Forecast::Step& other) {
        return std::tie(one.at, one.eventId, one.attempt) > std::tie(other.at, other.eventId, other.attempt);
    };
    std::ranges::make_heap(due, isLater);
    EndpointHealth then = health;
    bool isDisabled = health.disablesEndpoint();
    while (!due.isEmpty() && !(forecast.givenUp && isDisabled)) {
        std::ranges::pop_heap(due, isLater);
        const Forecast::Step step = due.takeLast();
        then = then.after(failure);
        if (!isDisabled && then.disablesEndpoint()) {
            isDisabled = true;
            forecast.disabled = step;
        }
        const NextStep next = nextStep(failure, step.attempt);
        if (next.retryAfter) {
            due.append({step.eventId, step.attempt + 1, step.at + *next.retryAfter});
            std::ranges::push_heap(due, isLater);
        } else if (!forecast.givenUp) {
            forecast.givenUp = step;
        }
    }
    return forecast;
}

} // namespace waybill
