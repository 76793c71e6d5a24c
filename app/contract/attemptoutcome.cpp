// SPDX-License-Identifier: MIT
#include "contract/attemptoutcome.h"

#include "contract/retryschedule.h"

namespace waybill {

using namespace Qt::StringLiterals;

QString describeFailure(const AttemptOutcome& outcome) {
    switch (outcome.failure) {
    case AttemptFailure::None:
        break;
    case AttemptFailure::LookUp:
        return u"The receiver's host name has no address."_s;
    case AttemptFailure::Refused:
        return u"Nothing listens at the receiver's address."_s;
    case AttemptFailure::Unreachable:
        return u"The receiver could not be reached."_s;
    case AttemptFailure::Tls:
        return u"The receiver's certificate was not accepted, so nothing was sent."_s;
    case AttemptFailure::TimedOut:
        return u"The receiver did not answer within 10 s."_s;
    case AttemptFailure::Closed:
        return u"The receiver closed the connection before its answer was complete."_s;
    case AttemptFailure::Unreadable:
        return u"The receiver's answer could not be read as HTTP."_s;
    case AttemptFailure::Interrupted:
        return u"Waybill was closed before the answer came."_s;
    case AttemptFailure::Unsendable:
        return u"The event's id or type cannot be sent in a header."_s;
    case AttemptFailure::Proxy:
        return describe(outcome.proxy.value_or(ProxyFailure()));
    }
    if (outcome.isDelivered())
        return {};
    if (!outcome.status)
        return u"The receiver gave no answer."_s;
    if (outcome.isGone())
        return u"The receiver answered 410: it says that this address is gone for good."_s;
    if (*outcome.status >= 300 && *outcome.status < 400)
        return u"The receiver answered %1, a redirect. Redirects are not followed."_s.arg(*outcome.status);
    return u"The receiver answered %1 instead of a 2xx status."_s.arg(*outcome.status);
}

NextStep nextStep(const AttemptOutcome& outcome, int attempt) {
    if (outcome.isDelivered())
        return {DeliveryStatus::Delivered, std::nullopt};
    if (const std::optional<seconds> delay = delayAfter(attempt))
        return {DeliveryStatus::Failed, delay};
    return {DeliveryStatus::Abandoned, std::nullopt};
}

} // namespace waybill
