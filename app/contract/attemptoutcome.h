// SPDX-License-Identifier: MIT
#pragma once

#include "contract/delivery.h"
#include "contract/instant.h"
#include "contract/proxyfailure.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace waybill {

/// Why no answer came.
enum class AttemptFailure {
    None,        ///< An answer came: `status` says which.
    LookUp,      ///< The host has no address.
    Refused,     ///< Nothing listens there.
    Unreachable, ///< Any other network error before the connection stood.
    Tls,         ///< The certificate or the handshake was not accepted; no byte of the body was sent.
    TimedOut,    ///< No full answer within 10 s.
    Closed,      ///< The receiver closed the connection before its answer was whole.
    Unreadable,  ///< The answer is not HTTP, or its head is too large.
    Interrupted, ///< Waybill was closed before the answer came.
    Unsendable,  ///< The event's id or type cannot stand in a header; nothing was sent.
    Proxy,       ///< The proxy did not let the attempt through: `AttemptOutcome::proxy` says why.
};

/// Milliseconds since the start of the attempt at which each phase ended; nothing for one that was not reached or not
/// needed.
struct AttemptPhases {
    std::optional<int> lookedUp;
    std::optional<int> connected;
    std::optional<int> encrypted;
    std::optional<int> sent;
    std::optional<int> firstByte;
    std::optional<int> done;
};

/// What came of one attempt.
struct AttemptOutcome {
    AttemptFailure failure = AttemptFailure::None;
    std::optional<int> status;         ///< The answer's status; also set where the answer's body was cut off.
    QByteArray answer;                 ///< At most `keptAnswerBytes`.
    QString details;                   ///< Technical text for a failure, from the network library.
    std::optional<ProxyFailure> proxy; ///< Set exactly where `failure` is Proxy.
    milliseconds took{0};
    AttemptPhases phases;

    bool isDelivered() const { return failure == AttemptFailure::None && status && *status >= 200 && *status < 300; }
    /// A 410 answer; three in a row disable the endpoint.
    bool isGone() const { return failure == AttemptFailure::None && status == 410; }
};

/// A plain English sentence for `error` of the delivery: "The receiver did not answer within 10 s." Empty for a
/// delivered one.
QString describeFailure(const AttemptOutcome& outcome);

/// What follows an attempt.
struct NextStep {
    DeliveryStatus status = DeliveryStatus::Delivered; ///< Delivered, Failed or Abandoned.
    std::optional<seconds> retryAfter; ///< After the start of this attempt; set exactly where status is Failed.
};
NextStep nextStep(const AttemptOutcome& outcome, int attempt);

} // namespace waybill
