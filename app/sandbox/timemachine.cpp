// SPDX-License-Identifier: MIT
#include "sandbox/timemachine.h"

#include <utility>

namespace waybill {

namespace {
constexpr int dayInAMinute = 24 * 60;
}

TimeMachine::TimeMachine(ShiftedClock& clock, SandboxControls& controls, QObject* parent)
    : QObject(parent), clock_(clock), controls_(controls) {
    connect(&clock, &Clock::moved, this, &TimeMachine::changed);
    connect(&controls, &SandboxControls::engineStateChanged, this, &TimeMachine::look);
}

std::optional<Instant> TimeMachine::ifToCome(std::optional<Instant> instant) const {
    return instant && *instant > clock_.now() ? instant : std::nullopt;
}

std::optional<Instant> TimeMachine::nextAttempt() const {
    return ifToCome(controls_.engineState().nextDue);
}

std::optional<Instant> TimeMachine::overlapEnd() const {
    return ifToCome(controls_.engineState().overlapEnds);
}

void TimeMachine::jumpTo(std::optional<Instant> instant) {
    if (instant)
        clock_.jumpTo(*instant);
}

void TimeMachine::jumpToNextAttempt() {
    stop();
    jumpTo(nextAttempt());
}

void TimeMachine::jumpToOverlapEnd() {
    stop();
    jumpTo(overlapEnd());
}

void TimeMachine::jumpOn() {
    stop();
    isJumpingOn_ = true;
    look();
}

void TimeMachine::goFast() {
    isJumpingOn_ = false;
    clock_.setPace(dayInAMinute);
}

void TimeMachine::stop() {
    clock_.setPace(1);
    if (std::exchange(isJumpingOn_, false))
        Q_EMIT changed();
}

void TimeMachine::backToRealTime() {
    isJumpingOn_ = false;
    clock_.follow();
}

// One attempt after the other: while one is under way, nobody knows when the next will be.
void TimeMachine::look() {
    const EngineState state = controls_.engineState();
    const bool isAtTheEnd = state.scheduled == 0 && state.underWay == 0;
    if (isJumpingOn_ && (isAtTheEnd || state.isWaiting()))
        isJumpingOn_ = false;
    else if (isJumpingOn_ && state.underWay == 0)
        jumpTo(nextAttempt());
    Q_EMIT changed();
}

} // namespace waybill
