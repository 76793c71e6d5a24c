// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QObject>

namespace waybill {

/// What time it is. Everything that decides by time asks a Clock that it was given, never the system.
/// `now()` may be called on any thread.
class Clock : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual Instant now() const = 0;

Q_SIGNALS:
    /// The clock was set: everything that waits looks again. Emitted on the thread that moved it.
    void moved();
};

/// The computer's clock.
class SystemClock final : public Clock {
    Q_OBJECT
public:
    using Clock::Clock;
    Instant now() const override;
};

} // namespace waybill
