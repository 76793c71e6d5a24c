// SPDX-License-Identifier: MIT
#pragma once

#include "contract/account.h"
#include "http/httpmessage.h"

#include <algorithm>

namespace waybill {

/// How many requests the account takes in a minute, by its plan. The minute begins with the first of them.
class RequestWindow {
public:
    /// What the sandbox allows where the plan has its own number.
    static constexpr int customPerMinute = 6000;

    explicit RequestWindow(QStringView plan) : limit_(requestsPerMinute(plan).value_or(customPerMinute)) {}

    int limit() const { return limit_; }
    /// False where this minute has no more of them.
    bool take(Instant now) {
        begin(now);
        if (used_ >= limit_)
            return false;
        ++used_;
        return true;
    }
    seconds untilReset(Instant now) {
        begin(now);
        return std::chrono::ceil<seconds>(ends_ - now);
    }
    /// What every answer tells of it.
    void addTo(HttpHeaders& headers, Instant now) {
        begin(now);
        headers.add("X-RateLimit-Limit", QByteArray::number(limit_));
        headers.add("X-RateLimit-Remaining", QByteArray::number(std::max(0, limit_ - used_)));
        headers.add("X-RateLimit-Reset",
                    QByteArray::number(std::chrono::ceil<seconds>(ends_.time_since_epoch()).count()));
    }

private:
    /// Where the one before has ended. One that would last longer is of a clock that was moved back.
    void begin(Instant now) {
        constexpr seconds length{60};
        if (used_ > 0 && now < ends_ && ends_ - now <= length)
            return;
        ends_ = now + length;
        used_ = 0;
    }

    int limit_;
    int used_ = 0;
    Instant ends_;
};

} // namespace waybill
