// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"

namespace waybill {

inline constexpr int goneAnswersThatDisable = 3;
inline constexpr int failuresThatDisable = 50;

/// What the last settled attempts say of an endpoint. Tests and replays count.
struct EndpointHealth {
    int goneInARow = 0;     ///< 410 answers, none other in between.
    int failuresInARow = 0; ///< "All of the last 50 settled attempts failed" is 50 failures in a row.

    EndpointHealth after(const AttemptOutcome& outcome) const;
    bool disablesEndpoint() const {
        return goneInARow >= goneAnswersThatDisable || failuresInARow >= failuresThatDisable;
    }
    friend bool operator==(const EndpointHealth&, const EndpointHealth&) = default;
};

} // namespace waybill
