// SPDX-License-Identifier: MIT
#pragma once

#include "receiver/receiver.h"

#include <QCache>
#include <QTimer>

#include <optional>

namespace waybill {

/// What the built-in receiver found of the signatures of deliveries: asked once for each that somebody looks at, so
/// that a long log costs no more than what is in sight.
class SignatureVerdicts final : public QObject {
    Q_OBJECT
public:
    /// The receiver outlives it.
    explicit SignatureVerdicts(Receiver& receiver, QObject* parent = nullptr);

    /// Nothing where it did not come to the receiver, or is not known yet: then `known` tells.
    std::optional<SignatureCheck> of(const QString& deliveryId, const QString& endpointUrl);

Q_SIGNALS:
    /// Some have become known.
    void known();

private:
    void take(const QString& deliveryId, const std::optional<SignatureCheck>& check);

    Receiver& receiver_;
    QCache<QString, std::optional<SignatureCheck>> checks_;
    QTimer tell_;
};

} // namespace waybill
