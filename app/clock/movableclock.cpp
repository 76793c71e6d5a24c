// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"

namespace waybill {

MovableClock::MovableClock(Instant start, QObject* parent)
    : Clock(parent), milliseconds_(millisecondsSinceEpoch(start)) {}

Instant MovableClock::now() const {
    return instantFromMilliseconds(milliseconds_.load());
}

void MovableClock::moveTo(Instant instant) {
    milliseconds_.store(millisecondsSinceEpoch(instant));
    Q_EMIT moved();
}

void MovableClock::advance(milliseconds by) {
    moveTo(now() + by);
}

} // namespace waybill
