// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"
#include "contract/delivery.h"
#include "contract/endpoint.h"
#include "contract/endpointhealth.h"
#include "contract/event.h"
#include "contract/page.h"
#include "contract/result.h"
#include "store/database.h"

#include <functional>
#include <memory>

namespace waybill {

/// Which secrets sign for an endpoint: ids in the vault ("sandbox/<secret id>"), never the secrets themselves.
struct SigningKeys {
    QString current;
    QString previous; ///< Empty where there is none.
    std::optional<Instant> previousValidUntil;
};

/// A delivery that is due, with all that an attempt needs.
struct DueDelivery {
    Delivery delivery;
    Event event;
    QString url;
    SigningKeys keys;
};

/// The first answer to a POST with an idempotency key, to be given again for 24 h. Where the answer holds a one-time
/// secret, the body has `secret` left out and `secretId` says which to put back.
struct StoredAnswer {
    QByteArray requestDigest; ///< SHA-256 of method, path and raw body.
    int status = 0;
    QByteArray body;
    QString requestId;
    QString secretId;
};

/// The sandbox's SQL; the deliveries table *is* the queue. Every function that changes something is one transaction.
/// Lives on the sandbox's thread. All errors are Storage, NotFound or InvalidRequest (a cursor that was never given).
class SandboxStore final {
public:
    static Result<std::unique_ptr<SandboxStore>> open(const QString& path);
    ~SandboxStore();

    /// An answer to keep in the same transaction as the effect; empty key: nothing is kept.
    struct Idempotency {
        QString key;
        StoredAnswer answer;
        Instant now;
    };

    QString teamId() const; ///< Made once, with the database.
    QString userId() const;

    // Endpoints
    Result<void> insertEndpoint(const Endpoint& endpoint, const QString& secretId, const Idempotency& once);
    Result<Endpoint> endpoint(const QString& id);
    Result<SigningKeys> signingKeys(const QString& endpointId);
    Result<Page<Endpoint>> endpoints(const PageRequest& page);
    Result<Endpoint> updateEndpoint(const QString& id, const EndpointChanges& changes, Instant now);
    /// With its deliveries, pending ones included. Answers the ids of its secrets, to be removed from the vault.
    Result<QStringList> deleteEndpoint(const QString& id);
    Result<void> rotateSecret(const QString& id, const QString& newSecretId, const QString& newPrefix,
                              Instant previousValidUntil, Instant now, const Idempotency& once);

    // Events and deliveries
    /// Event and its first pending deliveries, together.
    Result<void> insertEvent(const Event& event, const QList<Delivery>& deliveries, const Idempotency& once);
    Result<void> insertReplay(const Delivery& replay, const Idempotency& once);
    Result<Delivery> delivery(const QString& id);
    Result<Page<Delivery>> deliveries(const QString& endpointId, std::optional<DeliveryStatus> status,
                                      const PageRequest& page);
    Result<Event> event(const QString& id);
    Result<Page<Event>> events(const QString& type, const QString& objectId, const PageRequest& page);

    Result<std::optional<StoredAnswer>> storedAnswer(const QString& key, Instant now);

    // The queue
    /// Due, oldest first, not under way, marked as under way in the same transaction.
    /// At most `perEndpoint` are under way for one endpoint, so that a slow receiver holds up none but itself.
    Result<QList<DueDelivery>> claimDue(Instant now, int limit, int perEndpoint);
    /// Puts claimed ones back with the reason why they wait (a secret that cannot be read), to be claimed again when
    /// `now` ≥ `until`.
    Result<void> defer(const QStringList& deliveryIds, const QString& reason, Instant until);
    /// Makes everything that was deferred due again.
    Result<void> retryDeferred(Instant now);
    struct Settlement {
        QString deliveryId;
        AttemptOutcome outcome;
        Instant startedAt; ///< When the attempt began: the next one counts from here.
        Instant settledAt;
        QString url;         ///< Where it was sent.
        qint64 signedAt = 0; ///< `t` of the signature.
        QByteArray signatureHeader;
        QString nextDeliveryId; ///< The id for the next attempt, used where one follows.
    };
    /// Outcome, the next attempt's row, the endpoint's health and times (and its disabling), in one transaction.
    Result<void> settle(const Settlement& settlement);
    /// After a crash: attempts that were under way are settled as interrupted and follow the schedule. Answers how
    /// many.
    Result<int> settleInterrupted(Instant now, const std::function<QString()>& newDeliveryId);
    struct QueueState {
        int scheduled = 0;
        std::optional<Instant> nextDue;
        QString waitingReason;
    };
    Result<QueueState> queueState();

    struct Sent {
        qint64 signedAt = 0;
        QByteArray signatureHeader;
        QString url;
        AttemptPhases phases;
    };
    Result<Sent> sent(const QString& deliveryId);

private:
    explicit SandboxStore(std::unique_ptr<Database> database);
    std::unique_ptr<Database> database_;
    QString teamId_;
    QString userId_;
};

} // namespace waybill
