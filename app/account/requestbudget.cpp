// SPDX-License-Identifier: MIT
#include "account/requestbudget.h"

#include "contract/contractjson.h"

#include <algorithm>

namespace waybill {

namespace {

// Limits count by the minute, so a reset further away is a clock that disagrees with ours.
constexpr seconds longestWindow{60};
constexpr milliseconds firstBackoff{1'000};
constexpr milliseconds retryAfterSpread{250};

std::optional<qint64> number(const HttpResponse& response, QByteArrayView name) {
    bool isNumber = false;
    const qint64 value = response.headers.value(name).value_or(QByteArray()).trimmed().toLongLong(&isNumber);
    return isNumber && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<seconds> retryAfter(const HttpResponse& response) {
    const auto value = number(response, "Retry-After");
    return value ? std::optional(seconds(std::min<qint64>(*value, 86'400))) : std::nullopt;
}

milliseconds scaled(milliseconds whole, double share) {
    return milliseconds(qint64(double(whole.count()) * share));
}

bool isWorthRetrying(const HttpResponse& response) {
    if (response.status != 429 && response.status < 500)
        return false;
    const Error error = json::readError(response.status, response.body, {}, {});
    return error.kind != ErrorKind::WebhooksNotEnabled && error.code != u"quota_exceeded" &&
           error.code != u"secret_storage_unavailable";
}

} // namespace

void RequestBudget::noteSent() {
    if (remaining_ && *remaining_ > 0)
        --*remaining_;
}

void RequestBudget::note(const HttpResponse& response) {
    if (const auto limit = number(response, "X-RateLimit-Limit"))
        limit_ = int(std::min<qint64>(*limit, 1'000'000));
    const auto remaining = number(response, "X-RateLimit-Remaining");
    const auto reset = number(response, "X-RateLimit-Reset");
    const auto wait = retryAfter(response);
    const bool isRefusal = wait && (response.status == 429 || response.status >= 500);
    // A refusal that says when to come back says it all; its numbers must not stop us for the rest of the minute.
    if (remaining && reset && !isRefusal) {
        const Instant now = clock_.now();
        const bool hasWindow = resetsAt_ && *resetsAt_ > now;
        const qint64 latest = secondsSinceEpoch(now + longestWindow);
        const Instant resetsAt(seconds(std::min(*reset, latest)));
        const int left = int(std::min<qint64>(*remaining, 1'000'000));
        // Within one window, answers may come out of order and others are still under way: the lower number holds.
        remaining_ = hasWindow && resetsAt <= *resetsAt_ && remaining_ ? std::min(*remaining_, left) : left;
        resetsAt_ = hasWindow ? std::max(*resetsAt_, resetsAt) : resetsAt;
    }
    if (isRefusal)
        refusedUntil_ = std::max(refusedUntil_.value_or(Instant{}), clock_.now() + *wait);
}

milliseconds RequestBudget::waitBeforeNext() const {
    const Instant now = clock_.now();
    Instant earliest = now;
    if (refusedUntil_)
        earliest = std::max(earliest, *refusedUntil_);
    if (remaining_ == 0 && resetsAt_)
        earliest = std::max(earliest, *resetsAt_);
    return earliest - now;
}

RateLimit RequestBudget::rateLimit() const {
    const bool isCounting = resetsAt_ && *resetsAt_ > clock_.now();
    return {limit_, isCounting ? remaining_ : std::nullopt, isCounting ? resetsAt_ : std::nullopt};
}

std::optional<milliseconds> RequestBudget::retryDelay(int retriesSoFar, const HttpResponse* response, double chance) {
    if (retriesSoFar >= maximumRetries || (response && !isWorthRetrying(*response)))
        return std::nullopt;
    if (const auto wait = response ? retryAfter(*response) : std::nullopt)
        return *wait + scaled(retryAfterSpread, chance);
    const milliseconds longest = firstBackoff * (1 << std::max(retriesSoFar, 0));
    return scaled(longest, 0.5 + chance / 2);
}

} // namespace waybill
