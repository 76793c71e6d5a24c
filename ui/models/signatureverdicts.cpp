// SPDX-License-Identifier: MIT
#include "models/signatureverdicts.h"

namespace waybill {

namespace {
constexpr int mostKept = 5'000;
}

SignatureVerdicts::SignatureVerdicts(Receiver& receiver, QObject* parent)
    : QObject(parent), receiver_(receiver), checks_(mostKept) {
    tell_.setSingleShot(true);
    connect(&tell_, &QTimer::timeout, this, &SignatureVerdicts::known);
    connect(&receiver, &Receiver::captured, this,
            [this](const Capture& capture) { take(capture.deliveryId, capture.check); });
    // What was asked before it was open may have an answer now.
    connect(&receiver, &Receiver::listening, this, [this] {
        checks_.clear();
        tell_.start();
    });
}

std::optional<SignatureCheck> SignatureVerdicts::of(const QString& deliveryId, const QString& endpointUrl) {
    if (const auto* check = checks_.object(deliveryId))
        return *check;
    if (!receiver_.owns(QUrl(endpointUrl)))
        return std::nullopt;
    checks_.insert(deliveryId, new std::optional<SignatureCheck>); // The cache owns it; asked once.
    receiver_.readCapture(deliveryId, this, [this, deliveryId](const Result<Capture>& capture) {
        if (capture)
            take(deliveryId, capture->check);
    });
    return std::nullopt;
}

void SignatureVerdicts::take(const QString& deliveryId, const std::optional<SignatureCheck>& check) {
    checks_.insert(deliveryId, new std::optional<SignatureCheck>(check));
    tell_.start();
}

} // namespace waybill
