// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"
#include "contract/delivery.h"
#include "contract/event.h"
#include "contract/result.h"
#include "store/database.h"

#include <functional>

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

/// The deliveries table as a queue: each endpoint has its own line, so that a slow receiver holds up none but itself.
/// Every function that changes something is one transaction. Lives on the sandbox's thread; all errors are Storage.
class DeliveryQueue final {
public:
    DeliveryQueue(Database& database, QString teamId) : database_(database), teamId_(std::move(teamId)) {}

    /// Due and not under way, marked as under way in the same transaction. At most `perEndpoint` are under way for one
    /// endpoint; where `limit` is less than what is due, endpoints with fewer under way come first, then the oldest.
    Result<QList<DueDelivery>> claimDue(Instant now, int limit, int perEndpoint);
    /// Puts a claimed one back with the reason why it waits (a secret that cannot be read), to be claimed again when
    /// `now` ≥ `until`; and with it whatever else is due at its endpoint, which waits for the same.
    Result<void> defer(const QString& deliveryId, const QString& reason, Instant now, Instant until);
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
    struct State {
        int scheduled = 0;
        std::optional<Instant> nextDue;
        std::optional<Instant> nextWithRoom; ///< Of the endpoints with fewer than `perEndpoint` under way.
        QString waitingReason;
    };
    Result<State> state(int perEndpoint);

    /// What runs at every look at the queue, for a test of the plans: none may read the log or the whole queue.
    static QStringList statements();

private:
    struct Line {
        QString endpointId;
        int scheduled = 0;
        int underWay = 0;
        std::optional<Instant> nextDue;
    };
    struct Place {
        qint64 seq = 0;
        qint64 dueAt = 0;
        int before = 0; ///< How many of its endpoint would be under way before it.
    };
    Result<QList<Line>> lines();
    Result<QList<Place>> dueInLine(const Line& line, Instant now, int most);

    Database& database_;
    QString teamId_;
};

} // namespace waybill
