// SPDX-License-Identifier: MIT
#include "clock/clock.h"

#include <algorithm>

namespace waybill {

milliseconds Clock::waitFor(Instant due) const {
    return std::max(due - now(), milliseconds{0});
}

Instant SystemClock::now() const {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

} // namespace waybill
