// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QObject>

namespace waybill {

/// What time it is. Everything that decides by time asks a Clock that it was given, never the system.
/// What is asked here may be asked on any thread.
class Clock : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual Instant now() const = 0;
    /// How long that is in real time, going on as it does now; none where the time has come.
    virtual milliseconds waitFor(Instant due) const;

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
