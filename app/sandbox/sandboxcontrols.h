// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "completion/pendingcalls.h"
#include "contract/attemptoutcome.h"
#include "contract/error.h"
#include "http/certificateauthority.h"
#include "http/httpmessage.h"
#include "sandbox/bringing.h"

#include <QObject>

namespace waybill {

/// The request of an attempt exactly as it went out.
struct SentRequest {
    QByteArray target; ///< "POST" to this path.
    HttpHeaders headers;
    QByteArray body;
    std::optional<AttemptPhases> phases; ///< Once it is settled.
    Instant sentAt;                      ///< Real time, as it was signed: whole seconds.
    std::optional<Instant> startedAt;    ///< By the account's clock.
};

/// What the engine is doing, for the status bar.
struct EngineState {
    int scheduled = 0;
    int underWay = 0;
    std::optional<Instant> nextDue;
    std::optional<Instant> overlapEnds; ///< When a secret that was rotated out signs for the last time, the next one.
    std::optional<Error> storeFailure;  ///< Nothing is sent until the store takes work again.
    QString secretProblem;              ///< Why some deliveries wait ("The keychain is locked…"), or empty.
    bool isHeldBack = false;            ///< Some wait because the built-in receiver is not where their endpoint points.
    bool isWaiting() const { return storeFailure || !secretProblem.isEmpty(); }
    friend bool operator==(const EngineState&, const EngineState&) = default;
};

class TimeMachine;

/// What no contract can express, of an account that runs on this computer. The current account gives it or nothing.
class SandboxControls : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// NotFound for an unknown delivery or one that was not sent yet.
    virtual void readSentRequest(const QString& deliveryId, QObject* context, Done<SentRequest> done) = 0;
    /// "End overlap now": the secret that was rotated out signs no more. No error where it did not any more.
    virtual void endOverlap(const QString& endpointId, QObject* context, Done<void> done) = 0;
    virtual EngineState engineState() const = 0;
    /// What everything in the account is timed by.
    virtual const Clock& clock() const = 0;
    /// Where that clock can be moved; else null.
    virtual TimeMachine* timeMachine() = 0;

    /// What was brought here from another account; `source` names that account. An empty record for a new one.
    virtual void readBringing(const QString& source, QObject* context, Done<Bringing> done) = 0;
    /// One transaction: events with their pending deliveries, the rows of the record, and the place that was reached.
    virtual void bring(const QString& source, const BringingStep& step, QObject* context, Done<Bringing> done) = 0;
    /// The newest first.
    virtual void readBrought(const QString& source, int limit, QObject* context, Done<QList<BroughtEvent>> done) = 0;
    /// The names of all accounts from which something was to be brought.
    virtual void readSources(QObject* context, Done<QStringList> done) = 0;
    /// The record of one of them goes, and the events that were brought stay. Bringing from it would begin anew.
    virtual void forgetSource(const QString& source, QObject* context, Done<void> done) = 0;

    /// The certificate authority that may vouch for this endpoint's receiver besides those of the system; empty: none.
    virtual void readAuthority(const QString& endpointId, QObject* context, Done<CertificateAuthority> done) = 0;
    /// Counts from the next attempt on; an empty one takes it away. NotFound where there is no such endpoint.
    virtual void setAuthority(const QString& endpointId, const CertificateAuthority& authority, QObject* context,
                              Done<void> done) = 0;

Q_SIGNALS:
    /// Something in the account changed: the nudge (no data).
    void changed();
    void engineStateChanged(const waybill::EngineState& state);
};

} // namespace waybill
