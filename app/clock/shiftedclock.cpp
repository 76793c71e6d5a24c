// SPDX-License-Identifier: MIT
#include "clock/shiftedclock.h"

#include <algorithm>

namespace waybill {

namespace {
constexpr qint64 paces = 4'096; // The room for a pace below the milliseconds.
static_assert(ShiftedClock::fastest < paces);
} // namespace

ShiftedClock::ShiftedClock(const Clock& real, QObject* parent)
    : Clock(parent), real_(real), start_(real.now()), course_(1) {
    connect(&real_, &Clock::moved, this, &Clock::moved);
}

ShiftedClock::Course ShiftedClock::course() const {
    const qint64 both = course_.load();
    return {(both - (both & (paces - 1))) / paces, both & (paces - 1)};
}

void ShiftedClock::take(const Course& course) {
    course_.store(course.ahead * paces + course.pace);
    Q_EMIT moved();
}

Instant ShiftedClock::at(const Course& course) const {
    return start_ + (real_.now() - start_) * course.pace + milliseconds(course.ahead);
}

Instant ShiftedClock::now() const {
    return at(course());
}

milliseconds ShiftedClock::waitFor(Instant due) const {
    const Course now = course();
    const milliseconds left = std::max(due - at(now), milliseconds{0});
    return milliseconds((left.count() + now.pace - 1) / now.pace);
}

bool ShiftedClock::isMoved() const {
    const Course now = course();
    return now.ahead != 0 || now.pace != 1;
}

int ShiftedClock::pace() const {
    return int(course().pace);
}

void ShiftedClock::jumpTo(Instant instant) {
    const Course before = course();
    if (const milliseconds by = instant - at(before); by > milliseconds{0})
        take({before.ahead + by.count(), before.pace});
}

void ShiftedClock::setPace(int pace) {
    const Course before = course();
    const qint64 wanted = std::clamp(pace, 1, fastest);
    const qint64 sinceStart = (real_.now() - start_).count();
    if (wanted != before.pace)
        take({before.ahead + sinceStart * (before.pace - wanted), wanted});
}

void ShiftedClock::follow() {
    if (isMoved())
        take({});
}

} // namespace waybill
