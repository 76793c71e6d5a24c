// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"

#include <QTimer>

#include <optional>

namespace waybill {

/// "Call me at": one due time on one Clock. Due times are wall clock, waits are monotonic and short, so that a clock
/// that jumps and a computer that slept are noticed. Lives on one thread; the Clock may live on another.
class Alarm final : public QObject {
    Q_OBJECT
public:
    explicit Alarm(const Clock& clock, QObject* parent = nullptr);
    /// Replaces the time set before. A time that has passed rings as soon as the event loop runs.
    void setFor(Instant due);
    void cancel();
    std::optional<Instant> due() const { return due_; }

Q_SIGNALS:
    /// The time has come. Once per `setFor`.
    void rang();

private:
    void look();
    const Clock& clock_;
    std::optional<Instant> due_;
    QTimer timer_;
};

} // namespace waybill
