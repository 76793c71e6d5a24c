// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"

#include <atomic>

namespace waybill {

/// A clock that follows another one until it is moved: then it is ahead of it, and may go faster. It never shows an
/// earlier time than before, unless it is told to follow again. Moved on one thread; asked on any.
class ShiftedClock final : public Clock {
    Q_OBJECT
public:
    static constexpr int fastest = 2'000;

    /// `real` outlives it.
    explicit ShiftedClock(const Clock& real, QObject* parent = nullptr);
    Instant now() const override;
    milliseconds waitFor(Instant due) const override;

    const Clock& real() const { return real_; }
    /// Shows another time than the real one, or soon will.
    bool isMoved() const;
    milliseconds ahead() const { return now() - real_.now(); }
    /// Milliseconds for each one of the real time.
    int pace() const;

    /// Nothing where that time has passed here.
    void jumpTo(Instant instant);
    /// 1 to `fastest`. Goes on from the time that it shows.
    void setPace(int pace);
    /// Shows the real time again.
    void follow();

private:
    struct Course {
        qint64 ahead = 0; ///< Milliseconds, of what the time since `start_` makes at this pace.
        qint64 pace = 1;
    };
    Course course() const;
    void take(const Course& course);
    Instant at(const Course& course) const;

    const Clock& real_;
    const Instant start_;
    std::atomic<qint64> course_; ///< Both in one number: whoever reads it gets what belongs together.
};

} // namespace waybill
