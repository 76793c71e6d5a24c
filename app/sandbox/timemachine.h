// SPDX-License-Identifier: MIT
#pragma once

#include "clock/shiftedclock.h"
#include "sandbox/sandboxcontrols.h"

namespace waybill {

/// Moves the clock of an account on this computer, so that retries, an endpoint that is disabled and the end of a
/// rotation's overlap can be seen now. What is due is really sent. Lives on the main thread.
class TimeMachine final : public QObject {
    Q_OBJECT
public:
    /// Both outlive it.
    TimeMachine(ShiftedClock& clock, SandboxControls& controls, QObject* parent = nullptr);

    const Clock& clock() const { return clock_; }
    const Clock& realTime() const { return clock_.real(); }
    bool isMoved() const { return clock_.isMoved(); }
    milliseconds ahead() const { return clock_.ahead(); }
    /// A day passes in a minute.
    bool isFast() const { return clock_.pace() > 1; }
    /// Jumps from attempt to attempt by itself, until nothing is scheduled.
    bool isJumpingOn() const { return isJumpingOn_; }
    /// The next time to jump to; none where nothing waits for its time.
    std::optional<Instant> nextAttempt() const;
    std::optional<Instant> overlapEnd() const;
    int scheduled() const { return controls_.engineState().scheduled; }

    void jumpToNextAttempt();
    void jumpToOverlapEnd();
    /// Until there is nothing to send, or until what is there cannot be sent.
    void jumpOn();
    void goFast();
    /// The clock stays where it is and goes on at the pace of real time.
    void stop();
    /// What was scheduled by the moved clock keeps its time, and waits for it.
    void backToRealTime();

Q_SIGNALS:
    /// The clock was moved, or what can be done with it is another.
    void changed();

private:
    std::optional<Instant> ifToCome(std::optional<Instant> instant) const;
    void jumpTo(std::optional<Instant> instant);
    void look();

    ShiftedClock& clock_;
    SandboxControls& controls_;
    bool isJumpingOn_ = false;
};

} // namespace waybill
