// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptfailure.h"
#include "contract/delivery.h"
#include "contract/instant.h"
#include "contract/proxyfailure.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace waybill {

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

/// What the head of an answer says of its body.
struct AnswerForm {
    QByteArray type;     ///< Content-Type.
    QByteArray encoding; ///< Content-Encoding.
    qint64 size = 0;     ///< Bytes of the body, as it came.
    bool isCut = false;  ///< It is larger than that.
};

/// What came of one attempt.
struct AttemptOutcome {
    AttemptFailure failure = AttemptFailure::None;
    std::optional<int> status; ///< The answer's status; also set where the answer's body was cut off.
    QByteArray answer;         ///< At most `keptAnswerBytes`.
    AnswerForm form;           ///< Of `answer`.
    // Of a failure, as in its FailureReport.
    SentPart sent = SentPart::Nothing;
    QStringList addresses;
    QString protocol;
    std::optional<ProxyFailure> proxy; ///< Set exactly where `failure` is Proxy.
    QString details;                   ///< Technical text for a failure, from the network library.
    milliseconds took{0};
    AttemptPhases phases;

    bool isDelivered() const { return failure == AttemptFailure::None && status && *status >= 200 && *status < 300; }
    /// A 410 answer; three in a row disable the endpoint.
    bool isGone() const { return failure == AttemptFailure::None && status == 410; }
};

/// A plain English sentence for `error` of the delivery: "The receiver did not answer within 10 s." Empty for a
/// delivered one.
QString describeFailure(const AttemptOutcome& outcome);

/// Nothing where an answer came whole.
std::optional<FailureReport> reportOf(const AttemptOutcome& outcome);

/// What follows an attempt.
struct NextStep {
    DeliveryStatus status = DeliveryStatus::Delivered; ///< Delivered, Failed or Abandoned.
    std::optional<seconds> retryAfter; ///< After the start of this attempt; set exactly where status is Failed.
};
NextStep nextStep(const AttemptOutcome& outcome, int attempt);

} // namespace waybill
