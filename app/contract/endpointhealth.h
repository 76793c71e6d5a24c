// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"

#include <optional>

namespace waybill {

inline constexpr int goneAnswersThatDisable = 3;
inline constexpr int failuresThatDisable = 50;

/// The contract's two rules by which an endpoint is disabled.
enum class DisablingRule { GoneInARow, FailuresInARow };

/// What the last settled attempts say of an endpoint, in the order in which they ended. Tests and replays count. An
/// endpoint that is enabled again begins with an empty one.
struct EndpointHealth {
    int goneInARow = 0;     ///< 410 answers, none other in between.
    int failuresInARow = 0; ///< "All of the last 50 settled attempts failed" is 50 failures in a row.

    EndpointHealth after(const AttemptOutcome& outcome) const;
    /// The one that is met with the last attempt, if any. It was met for good: what comes after does not undo it.
    std::optional<DisablingRule> disablingRule() const;
    bool disablesEndpoint() const { return disablingRule().has_value(); }
    friend bool operator==(const EndpointHealth&, const EndpointHealth&) = default;
};

} // namespace waybill
