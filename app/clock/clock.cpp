// SPDX-License-Identifier: MIT
#include "clock/clock.h"

namespace waybill {

Instant SystemClock::now() const {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

} // namespace waybill
