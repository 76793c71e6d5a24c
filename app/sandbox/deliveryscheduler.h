// SPDX-License-Identifier: MIT
#pragma once

#include "clock/alarm.h"
#include "contract/random.h"
#include "sandbox/deliveryqueue.h"
#include "sandbox/deliverysender.h"
#include "sandbox/sandboxcontrols.h"

#include <QList>
#include <QObject>
#include <QTimer>

#include <functional>

namespace waybill {

/// Takes what is due from the queue, has it sent, and settles it there. Never more under way than its limits; nothing
/// new while an outcome could not be stored. Lives on the sandbox's thread; everything handed in outlives it.
class DeliveryScheduler final : public QObject {
    Q_OBJECT
public:
    struct Limits {
        int underWay = 64;
        int perEndpoint = 4; ///< So that a slow receiver holds up none but itself.
    };
    DeliveryScheduler(DeliveryQueue& queue, DeliverySender& sender, const Clock& clock, RandomSource& random,
                      Limits limits, QObject* parent = nullptr);

    /// Settles what a crash left under way, then begins.
    Result<void> start();
    /// Something may be due: an event or a replay was stored.
    void wake();
    /// Secrets may be readable again: what waits for one is due now.
    void retrySecrets();
    /// Takes nothing more. What is under way is dropped here and settled as interrupted at the next start.
    void shutdown();
    const EngineState& state() const { return state_; }

Q_SIGNALS:
    /// An attempt was settled, or put back to wait.
    void changed();
    void stateChanged(const waybill::EngineState& state);

private:
    using Write = std::function<Result<void>()>;
    void look();
    void take();
    void attempt(const DueDelivery& due);
    void finished(const DueDelivery& due, const Result<SentAttempt>& sent);
    void writeWaiting();
    void tryAgainLater(const Error& error);
    void report();

    DeliveryQueue& queue_;
    DeliverySender& sender_;
    const Clock& clock_;
    RandomSource& random_;
    Limits limits_;
    Alarm alarm_;
    QTimer soon_;
    QTimer again_;
    milliseconds pause_{0};
    QList<Write> waiting_; ///< Outcomes that are not stored yet.
    int underWay_ = 0;
    bool running_ = false;
    QString problem_;
    EngineState state_;
};

} // namespace waybill
