// SPDX-License-Identifier: MIT
#include "window/testwatch.h"

#include "words/testoutcome.h"

namespace waybill {

TestWatch::TestWatch(History& history, Receiver& receiver, QObject* parent)
    : QObject(parent), history_(history), receiver_(receiver) {
    connect(&history, &History::changed, this, &TestWatch::look);
}

void TestWatch::follow(const QString& endpointId, const QString& deliveryId) {
    followed_.insert(endpointId, deliveryId);
    look();
}

void TestWatch::look() {
    for (auto test = followed_.cbegin(); test != followed_.cend(); ++test) {
        history_.readDelivery(
            test.value(), this,
            [this, endpointId = test.key(), deliveryId = test.value()](const Result<DeliveryRow>& row) {
                // It comes a moment after its test was taken.
                if (!row || !row->delivery.isSettled() || followed_.value(endpointId) != deliveryId)
                    return;
                followed_.remove(endpointId);
                tell(endpointId, *row);
            });
    }
}

void TestWatch::tell(const QString& endpointId, const DeliveryRow& row) {
    const auto say = [this, endpointId, row](const std::optional<SignatureCheck>& check) {
        const bool wentWell = row.delivery.status == DeliveryStatus::Delivered && (!check || check->isValid());
        Q_EMIT told(endpointId, testOutcomeText(row, check), wentWell);
    };
    if (!receiver_.owns(QUrl(row.endpointUrl))) {
        say({});
        return;
    }
    receiver_.readCapture(row.delivery.id, this, [say](const Result<Capture>& capture) {
        say(capture ? std::optional(capture->check) : std::nullopt);
    });
}

} // namespace waybill
