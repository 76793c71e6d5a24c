// SPDX-License-Identifier: MIT
#include "contract/endpointhealth.h"

namespace waybill {

EndpointHealth EndpointHealth::after(const AttemptOutcome& outcome) const {
    if (outcome.isDelivered())
        return {};
    // Our own end says nothing about the receiver.
    if (outcome.failure == AttemptFailure::Interrupted)
        return *this;
    return {outcome.isGone() ? goneInARow + 1 : 0, failuresInARow + 1};
}

std::optional<DisablingRule> EndpointHealth::disablingRule() const {
    if (goneInARow >= goneAnswersThatDisable)
        return DisablingRule::GoneInARow;
    if (failuresInARow >= failuresThatDisable)
        return DisablingRule::FailuresInARow;
    return std::nullopt;
}

} // namespace waybill
