// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "http/httpmessage.h"

#include <optional>

namespace waybill {

/// What the account allows, as it last said.
struct RateLimit {
    std::optional<int> perMinute;
    std::optional<int> remaining; ///< Until `resetsAt`; nothing where no count is under way.
    std::optional<Instant> resetsAt;
    friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

/// When the next request may go, and whether one that failed may be tried again: the throttle from `X-RateLimit-*` and
/// `Retry-After`, at most 5 retries with exponential backoff and jitter on 429, 5xx and broken connections.
/// Pure decisions over what it was told; the client does the waiting.
class RequestBudget {
public:
    static constexpr int maximumRetries = 5;
    explicit RequestBudget(const Clock& clock) : clock_(clock) {}

    /// One more request is on its way: it counts before its answer says so.
    void noteSent();
    /// Reads the headers of an answer.
    void note(const HttpResponse& response);
    /// How long the next request has to wait; zero where it may go at once.
    milliseconds waitBeforeNext() const;
    /// Requests a minute, as the account last said.
    std::optional<int> limit() const { return limit_; }
    RateLimit rateLimit() const;
    /// How long to wait before trying again, or nothing where that is no use. `response` is null for a broken
    /// connection, `chance` is uniform in [0, 1).
    static std::optional<milliseconds> retryDelay(int retriesSoFar, const HttpResponse* response, double chance);

private:
    const Clock& clock_;
    std::optional<int> limit_;
    std::optional<int> remaining_;
    std::optional<Instant> resetsAt_;
    std::optional<Instant> refusedUntil_;
};

} // namespace waybill
