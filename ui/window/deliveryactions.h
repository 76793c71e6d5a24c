// SPDX-License-Identifier: MIT
#pragma once

#include "completion/requesthandle.h"
#include "contract/delivery.h"
#include "contract/error.h"
#include "contract/result.h"
#include "insight/obstacle.h"
#include "widgets/commandnote.h"

#include <QHash>
#include <QObject>
#include <QSet>

namespace waybill {

class AccountClient;
class DeliveriesPlace;
class History;

/// What a person does to deliveries: replays one at once, several after a question.
class DeliveryActions final : public QObject {
    Q_OBJECT
public:
    /// `client`, `history` and `place` outlive the actions.
    DeliveryActions(AccountClient& client, History& history, DeliveriesPlace& place, QObject* parent = nullptr);

    void replay(const QStringList& deliveryIds);

Q_SIGNALS:
    void failed(const waybill::Error& error);
    void succeeded();
    /// The person chose the way out that was offered beside what failed.
    void remedyRequested(waybill::Obstacle obstacle);
    void enableRequested(const QString& endpointId);

private:
    void replayOne(const QString& deliveryId);
    void answered(const QString& deliveryId, const Result<QueuedDelivery>& queued);
    void stopWaiting();
    /// When all have been answered and some refused.
    void lookForRemedy();
    void tell(const QString& action, const CommandNote::Act& act);
    void ask(const QStringList& deliveryIds, const QStringList& hosts);

    AccountClient& client_;
    History& history_;
    DeliveriesPlace& place_;
    QHash<QString, RequestHandle> underWay_;
    QSet<QString> justAsked_;
    QStringList failed_; ///< Since nothing was under way.
    Error why_;
};

} // namespace waybill
