// SPDX-License-Identifier: MIT
#include "account/syncpace.h"

#include <algorithm>

namespace waybill {

namespace {
constexpr milliseconds window{60'000};
// Of one request by the client: room is left for them, because they are known only afterwards.
constexpr int mostRetries = 5;
constexpr milliseconds leastSpacing{100};
constexpr milliseconds mostSpacing{10'000};
} // namespace

void SyncPace::setLimit(std::optional<int> requestsPerMinute) {
    if (requestsPerMinute)
        budget_ = std::max(*requestsPerMinute / 3, 1);
}

void SyncPace::forget(Instant now) {
    // A clock that was set back must not leave times of the future behind.
    sent_.removeIf([now](Instant at) { return at + window <= now || at > now; });
}

void SyncPace::noteSent(Instant now) {
    forget(now);
    sent_.append(now);
}

milliseconds SyncPace::waitBeforeNext(Instant now) {
    forget(now);
    const int most = budget_ - std::min(mostRetries, budget_ / 4);
    if (sent_.size() < most)
        return milliseconds{0};
    return sent_.at(sent_.size() - most) + window - now;
}

milliseconds SyncPace::spacing(Instant now, int requestsOfLastLook) {
    forget(now);
    if (sent_.size() * 2 < budget_)
        return leastSpacing;
    return std::clamp(window * std::max(requestsOfLastLook, 1) / budget_, leastSpacing, mostSpacing);
}

} // namespace waybill
