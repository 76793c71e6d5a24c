// SPDX-License-Identifier: MIT
#include "sandbox/steadytime.h"

namespace waybill {

namespace {
// Looks are an hour apart, or a night: after longer the computer was off, or its clock was set.
constexpr std::chrono::days leap{1};
// Long enough for somebody to notice, and to set it right.
constexpr std::chrono::days goesOn{1};
} // namespace

SteadyTime SteadyTime::after(Instant now) const {
    const bool isNoLeap = now - reached <= leap;
    const bool wentOn = leaptTo && now - *leaptTo >= goesOn;
    if (isNoLeap || wentOn)
        return {now, std::nullopt};
    return {reached, leaptTo && *leaptTo <= now ? *leaptTo : now};
}

} // namespace waybill
