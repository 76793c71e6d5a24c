// SPDX-License-Identifier: MIT
#include "words/testoutcome.h"

#include "words/answers.h"
#include "words/signatures.h"
#include "words/statuses.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString together(const QString& status, const QString& sentence) {
    return QCoreApplication::translate("TestOutcome", "%1. %2", "a status, then a sentence").arg(status, sentence);
}
} // namespace

QString testOutcomeText(const DeliveryRow& row, const std::optional<SignatureCheck>& check) {
    const Delivery& delivery = row.delivery;
    if (delivery.status != DeliveryStatus::Delivered) {
        // Why the signature was refused says more than the number with which it was.
        const bool isRefused = check && !check->isValid();
        return together(QCoreApplication::translate("TestOutcome", "The test event was not delivered"),
                        isRefused ? wordsFor(*check).sentence : explainAttempt(delivery, row.afterwards));
    }
    const QString status = statusOf(delivery, Instant(), row.afterwards, check).text;
    return together(status, check ? wordsFor(*check).sentence : wordsFor(delivery).happened);
}

} // namespace waybill
