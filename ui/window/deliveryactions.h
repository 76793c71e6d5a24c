// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"

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

private:
    void replayOne(const QString& deliveryId);
    void ask(const QStringList& deliveryIds, const QStringList& hosts);

    AccountClient& client_;
    History& history_;
    DeliveriesPlace& place_;
    QSet<QString> replaying_;
};

} // namespace waybill
