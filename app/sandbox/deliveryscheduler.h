// SPDX-License-Identifier: MIT
#pragma once

#include "clock/alarm.h"
#include "contract/random.h"
#include "sandbox/deliveryqueue.h"
#include "sandbox/deliverysender.h"
#include "sandbox/sandboxcontrols.h"
#include "sandbox/signingsecrets.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <functional>

namespace waybill {

/// Takes what is due from the queue, has it sent, and stores what was answered: in turns, each of which is one
/// transaction, so that what was answered is stored before anything else is taken. Never more under way than its
/// limits; nothing new while the store takes nothing. Lives on the sandbox's thread; everything handed in outlives it.
class DeliveryScheduler final : public QObject {
    Q_OBJECT
public:
    struct Limits {
        int underWay = 2048;              ///< Sent, or taken to be sent next.
        qint64 bytes = 8LL * 1024 * 1024; ///< Of their bodies.
        int perNewEndpoint = 4;           ///< Before anything is known of a receiver.
        int perSlowEndpoint = 4;          ///< It answers, but takes a second or more.
        int ofSuspects = 256;             ///< For all receivers together that did not answer the last time; one each.
        int together = 768;               ///< Answers worth a turn, while the sender still has half as many to send.
        milliseconds longestWait{25};     ///< Of an answer for others to be stored with it.
        milliseconds firstPause{250};     ///< Where the store takes nothing; twice as long each time, up to 10 s.
    };
    /// Why nothing may be sent to this address now; empty where it may.
    using Hold = std::function<QString(const QString& url)>;
    DeliveryScheduler(DeliveryQueue& queue, SigningSecrets& secrets, DeliverySender& sender, const Clock& clock,
                      RandomSource& random, Limits limits, QObject* parent = nullptr);

    /// Settles what a crash left under way, as soon as the store can, then begins.
    void start();
    /// Something may be due: an event or a replay was stored.
    void wake() { wakeIn(milliseconds{0}); }
    /// Somebody else failed at the same store: nothing new until it takes work again.
    void storeFailed(const Error& error);
    /// An endpoint was changed or deleted: what was taken and has not begun yet is taken anew, as things stand now.
    void takeAnew();
    /// Stores what has ended until now.
    void settleNow();
    /// What it holds back waits, as what waits for a secret, until `retrySecrets` or until its endpoint is changed.
    void setHold(Hold hold) { hold_ = std::move(hold); }
    /// Secrets may be readable again, or an address reached: what waits for one is due now.
    void retrySecrets();
    /// Stores what was answered and takes nothing more. What the sender gave back waits again, where its `finish` came
    /// first; what is under way is settled as interrupted at the next start.
    void shutdown();
    const EngineState& state() const { return state_; }

Q_SIGNALS:
    /// An attempt was settled, or put back to wait.
    void changed();
    /// What a crash left under way was settled.
    void started();
    void stateChanged(const waybill::EngineState& state);

private:
    void turn();
    Result<void> settleInterrupted();
    void wakeIn(milliseconds wait);
    void sent(const QList<SentAttempt>& attempts);
    void learn(const SentAttempt& attempt);
    void putBack(qint64 endpoint, const QList<qint64>& deliveries);
    DeliveryQueue::Room room() const;
    void send(const DueLine& due);
    void defer(const DueLine& due, const QString& reason);
    void tryAgainLater(const Error& error);
    void report();

    DeliveryQueue& queue_;
    SigningSecrets& secrets_;
    DeliverySender& sender_;
    const Clock& clock_;
    RandomSource& random_;
    const Limits limits_;
    Alarm alarm_;
    QTimer soon_;
    QTimer again_;
    milliseconds pause_{0};
    QList<SentAttempt> sent_; ///< Not stored yet.
    QList<Deferral> deferred_;
    QSet<qint64> awaitingSecrets_;  ///< Deliveries that were taken, but not given to the sender yet.
    QHash<qint64, int> allowances_; ///< How many may be under way, by endpoint, where something is known of it.
    QSet<qint64> suspectsUnderWay_;
    Hold hold_;
    QSet<qint64> held_;   ///< Endpoints to which nothing may be sent.
    quint64 changes_ = 0; ///< Of endpoints.
    bool running_ = false;
    bool hasStarted_ = false;
    std::optional<Error> storeFailure_;
    EngineState state_;
};

} // namespace waybill
