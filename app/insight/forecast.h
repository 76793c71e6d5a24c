// SPDX-License-Identifier: MIT
#pragma once

#include "contract/delivery.h"
#include "contract/endpointhealth.h"

#include <QList>

namespace waybill {

/// What a log tells of an endpoint's health, from its settled attempts, the newest first. An account counts by itself;
/// where the log is not the whole one, this may be too small.
EndpointHealth healthIn(const QList<Delivery>& settled);

/// What will happen at an endpoint if every attempt from now on fails as the last one did.
struct Forecast {
    struct Step {
        QString eventId;
        int attempt = 1; ///< Of its event.
        Instant at;
        friend bool operator==(const Step&, const Step&) = default;
    };
    /// The last attempt of the event that is given up first.
    std::optional<Step> givenUp;
    int failuresLeft = 0; ///< More failures in a row that disable the endpoint.
    int goneLeft = 0;     ///< More 410 answers in a row that do; `goneAnswersThatDisable` where the last was none.
    /// The attempt that disables the endpoint; nothing where what is scheduled does not suffice.
    std::optional<Step> disabled;
    friend bool operator==(const Forecast&, const Forecast&) = default;
};

/// `pending` in any order; `answersGone` where the last attempt was answered with 410. Times are the earliest: each
/// attempt is made when it is due.
Forecast forecastOf(const EndpointHealth& health, const QList<Delivery>& pending, bool answersGone);

} // namespace waybill
