// SPDX-License-Identifier: MIT
#pragma once

#include "history/history.h"
#include "receiver/receiver.h"

#include <QHash>

namespace waybill {

/// Follows test events until it is known what came of them, the check of their signatures included.
class TestWatch final : public QObject {
    Q_OBJECT
public:
    /// Both outlive it.
    TestWatch(History& history, Receiver& receiver, QObject* parent = nullptr);
    void follow(const QString& endpointId, const QString& deliveryId);

Q_SIGNALS:
    /// The first attempt is settled; `words` tells what came of it.
    void told(const QString& endpointId, const QString& words, bool wentWell);

private:
    void look();
    void tell(const QString& endpointId, const DeliveryRow& row);

    History& history_;
    Receiver& receiver_;
    QHash<QString, QString> followed_; ///< The newest test of an endpoint.
};

} // namespace waybill
