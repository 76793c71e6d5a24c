// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <array>
#include <optional>

namespace waybill {

/// The whole exchange of one attempt: look-up, connection, TLS, sending, headers and body.
inline constexpr milliseconds attemptTimeLimit{10'000};
/// How much of an answer is kept.
inline constexpr int keptAnswerBytes = 4096;

/// Seconds after the start of the attempt before; the first is sent at once. No jitter.
inline constexpr std::array<seconds, 9> retrySchedule{
    seconds{0},      seconds{60},     seconds{300},    seconds{1'800},  seconds{7'200},
    seconds{21'600}, seconds{86'400}, seconds{86'400}, seconds{86'400},
};
inline constexpr int attemptLimit = int(retrySchedule.size());

/// The delay between the start of `attempt` (1 to 9) and the start of the next; nothing after the last.
constexpr std::optional<seconds> delayAfter(int attempt) {
    if (attempt < 1 || attempt >= attemptLimit)
        return std::nullopt;
    return retrySchedule[std::size_t(attempt)];
}

} // namespace waybill
