// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"

#include <atomic>

namespace waybill {

/// A clock that stands still until it is moved.
class MovableClock final : public Clock {
    Q_OBJECT
public:
    explicit MovableClock(Instant start, QObject* parent = nullptr);
    Instant now() const override;
    void moveTo(Instant instant);
    void advance(milliseconds by);

private:
    std::atomic<qint64> milliseconds_;
};

} // namespace waybill
