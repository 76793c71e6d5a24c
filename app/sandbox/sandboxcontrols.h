// SPDX-License-Identifier: MIT
#pragma once

#include "completion/pendingcalls.h"
#include "contract/attemptoutcome.h"
#include "http/httpmessage.h"

#include <QObject>

namespace waybill {

/// The request of an attempt exactly as it went out.
struct SentRequest {
    QByteArray target; ///< "POST" to this path.
    HttpHeaders headers;
    QByteArray body;
    std::optional<AttemptPhases> phases; ///< Once it is settled.
};

/// What the engine is doing, for the status bar.
struct EngineState {
    int scheduled = 0;
    int underWay = 0;
    std::optional<Instant> nextDue;
    QString problem; ///< Why deliveries wait ("The keychain is locked…"), or empty.
    friend bool operator==(const EngineState&, const EngineState&) = default;
};

/// What no contract can express, of an account that runs on this computer. The current account gives it or nothing.
class SandboxControls : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// NotFound for an unknown delivery or one that was not sent yet.
    virtual void readSentRequest(const QString& deliveryId, QObject* context, Done<SentRequest> done) = 0;
    virtual EngineState engineState() const = 0;

Q_SIGNALS:
    /// Something in the account changed: the nudge (no data).
    void changed();
    void engineStateChanged(const waybill::EngineState& state);
};

} // namespace waybill
