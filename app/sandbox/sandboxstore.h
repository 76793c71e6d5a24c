// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"
#include "contract/page.h"
#include "http/certificateauthority.h"
#include "sandbox/deliveryqueue.h"
#include "sandbox/eventintake.h"
#include "sandbox/retention.h"

#include <memory>

namespace waybill {

/// The first answer to a POST with an idempotency key, to be given again for 24 h. Where the answer holds a one-time
/// secret, the body has `secret` left out and `secretId` says which to put back.
struct StoredAnswer {
    QByteArray requestDigest; ///< SHA-256 of method, path and raw body.
    int status = 0;
    QByteArray body;
    QString requestId;
    QString secretId;
};

/// The sandbox's SQL, with the deliveries table as its queue. Every function that changes something is one transaction.
/// Lives on the sandbox's thread. All errors are Storage, NotFound or InvalidRequest (a cursor that was never given).
class SandboxStore final {
public:
    static Result<std::unique_ptr<SandboxStore>> open(const DataFile& file);
    ~SandboxStore();

    /// An answer to keep in the same transaction as the effect; empty key: nothing is kept.
    struct Idempotency {
        QString key;
        StoredAnswer answer;
        Instant now;
    };

    /// Whether whoever wrote the file before did not close it: it may have been damaged then.
    bool wasLeftOpen() const;
    /// The file was found damaged: from here on everything fails, until it is well.
    void distrust();

    QString teamId() const; ///< Made once, with the database.
    QString userId() const;

    // Endpoints
    Result<void> insertEndpoint(const Endpoint& endpoint, const QString& secretId, const Idempotency& once);
    Result<Endpoint> endpoint(const QString& id);
    Result<SigningKeys> signingKeys(const QString& endpointId);
    Result<Page<Endpoint>> endpoints(const PageRequest& page);
    Result<Endpoint> updateEndpoint(const QString& id, const EndpointChanges& changes, Instant now,
                                    Actor by = Actor::Unknown);
    /// With its deliveries, pending ones included: nobody sees them from here on, and they leave little by little.
    Result<void> deleteEndpoint(const QString& id, Instant now);
    Result<void> rotateSecret(const QString& id, const QString& newSecretId, const QString& newPrefix,
                              Instant previousValidUntil, Instant now, const Idempotency& once,
                              Actor by = Actor::Unknown);
    /// The secret that was rotated out signs no more from now on, if it still did.
    Result<Endpoint> endOverlap(const QString& id, Instant now);

    /// What may vouch for its receiver besides the system's authorities.
    Result<CertificateAuthority> authority(const QString& endpointId);
    Result<void> setAuthority(const QString& endpointId, const CertificateAuthority& authority);

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

    // Which secrets are in the vault
    /// Before it goes in, so that a crash leaves none behind that nobody knows of.
    Result<void> noteSecret(const QString& id);
    /// Lets go of overlaps and answers that have ended, and names the secrets that nothing needs any more.
    Result<QStringList> spentSecrets(Instant now);
    Result<void> forgetSecret(const QString& id);
    /// When an overlap or an answer with a secret ends next.
    Result<std::optional<Instant>> nextSecretSpent();
    /// When an overlap ends next.
    Result<std::optional<Instant>> nextOverlapEnd();

    DeliveryQueue& queue() { return *queue_; }
    EventIntake& intake() { return *intake_; }
    OldRows& oldRows() { return *oldRows_; }

    struct Sent {
        qint64 signedAt = 0;
        QByteArray signatureHeader;
        QString url;
        AttemptPhases phases;
        std::optional<Instant> startedAt;
    };
    Result<Sent> sent(const QString& deliveryId);

private:
    explicit SandboxStore(std::unique_ptr<Database> database);
    Result<void> forgetOldAnswers(Instant now);

    std::unique_ptr<Database> database_;
    std::unique_ptr<DeliveryQueue> queue_;
    std::unique_ptr<EventIntake> intake_;
    std::unique_ptr<OldRows> oldRows_;
    QString teamId_;
    QString userId_;
};

} // namespace waybill
