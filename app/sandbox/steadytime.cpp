// SPDX-License-Identifier: MIT
#include "sandbox/steadytime.h"

namespace waybill {

namespace {
// Looks are an hour apart, or a night: after longer the computer was off, or its clock was set.
constexpr std::chrono::days leap{1};
// Long enough for somebody to notice, and to set it right.
constexpr std::chrono::days believedAfter{1};
} // namespace

SteadyTime SteadyTime::after(Instant now) const {
    if (now - reached <= leap)
        return {now, std::nullopt};
    if (!leaptTo || now < *leaptTo)
        return {reached, now};
    const auto goneOn = now - *leaptTo;
    if (goneOn < believedAfter)
        return *this;
    return goneOn <= believedAfter + leap ? SteadyTime{now, std::nullopt} : SteadyTime{*leaptTo, now};
}

} // namespace waybill
