// SPDX-License-Identifier: MIT
#include "clock/alarm.h"

#include <algorithm>

namespace waybill {

namespace {
// How late a jump of the system's clock may be noticed.
constexpr milliseconds longestWait{10'000};
} // namespace

Alarm::Alarm(const Clock& clock, QObject* parent) : QObject(parent), clock_(clock), timer_(this) {
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, &Alarm::look);
    connect(&clock_, &Clock::moved, this, [this] {
        if (due_)
            timer_.start(0);
    });
}

void Alarm::setFor(Instant due) {
    due_ = due;
    timer_.start(std::min(clock_.waitFor(due), longestWait));
}

void Alarm::cancel() {
    due_.reset();
    timer_.stop();
}

void Alarm::look() {
    if (!due_)
        return;
    if (clock_.now() < *due_) {
        setFor(*due_);
        return;
    }
    due_.reset();
    Q_EMIT rang();
}

} // namespace waybill
