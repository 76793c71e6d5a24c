// SPDX-License-Identifier: MIT
#pragma once

#include "contract/delivery.h"
#include "contract/result.h"
#include "sandbox/bringing.h"
#include "sandbox/deliveryqueue.h"
#include "store/database.h"

#include <functional>

namespace waybill {

/// The first pending delivery of an event to an endpoint.
Delivery firstDelivery(const QString& deliveryId, const QString& eventId, const QString& endpointId, Instant now);

/// Takes in the events of other accounts, each once. What was brought and where it goes on is written in the same
/// transaction as the events and their deliveries, so that no moment to be interrupted at lies between. Lives on the
/// sandbox's thread; all errors are Storage.
class EventIntake final {
public:
    EventIntake(Database& database, DeliveryQueue& queue) : database_(database), queue_(queue) {}

    Result<Bringing> bringing(const QString& source);
    Result<Bringing> bring(const QString& source, const BringingStep& step, Instant now,
                           const std::function<QString()>& newDeliveryId);
    Result<QList<BroughtEvent>> brought(const QString& source, int limit);
    Result<QStringList> sources();
    Result<void> forget(const QString& source);

private:
    struct Taker {
        QString endpointId;
        QStringList eventTypes;
    };
    struct Outcome {
        BroughtResult result;
        int deliveries = 0;
    };
    Result<QList<Taker>> takers();
    Result<void> begin(const QString& source, const QList<Event>& before, Instant now);
    Result<bool> has(const QString& statement, const QVariantList& values);
    /// `made` gathers the deliveries, of which the queue is told once they are stored.
    Result<Outcome> take(const Event& event, const QList<Taker>& takers, Instant now,
                         const std::function<QString()>& newDeliveryId, QList<Delivery>& made);
    Result<int> takeNew(const QString& source, const QList<Event>& events, Instant now,
                        const std::function<QString()>& newDeliveryId, QList<Delivery>& made);
    Result<void> moveOn(const QString& source, std::optional<qint64> newest, Instant now);
    Result<void> noteGaps(const QString& source, const BringingStep& step, int brought, Instant now);
    Result<void> endLook(const QString& source, Instant now);

    Database& database_;
    DeliveryQueue& queue_;
};

} // namespace waybill
