// SPDX-License-Identifier: MIT
#include "sandbox/deliverysender.h"

#include "contract/signature.h"

#include <QCoreApplication>
#include <QPointer>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

HttpHeaders deliveryHeaders(const Event& event, const QString& deliveryId, const QByteArray& signature) {
    return {{"Content-Type"_ba, "application/json"_ba},
            {"User-Agent"_ba, header::userAgentOfDeliveries},
            {header::signature, signature},
            {header::eventId, event.id.toUtf8()},
            {header::eventType, event.type.toUtf8()},
            {header::deliveryId, deliveryId.toUtf8()}};
}

DeliverySender::DeliverySender(SigningSecrets& secrets, Post post, const Clock& clock, const Clock& realTime,
                               QObject* parent)
    : QObject(parent), secrets_(secrets), post_(std::move(post)), clock_(clock), realTime_(realTime) {}

void DeliverySender::send(const DueDelivery& due, std::function<void(Result<SentAttempt>)> done) {
    SigningKeys keys = due.keys;
    if (!keys.previousValidUntil || *keys.previousValidUntil <= clock_.now())
        keys.previous.clear();
    const qsizetype wanted = keys.previous.isEmpty() ? 1 : 2;
    secrets_.read(keys, this, [this, due, wanted, done = std::move(done)](const Result<QList<Secret>>& secrets) {
        if (!secrets) {
            done(failure(secrets.error()));
            return;
        }
        const bool complete = secrets->size() == wanted &&
                              std::ranges::none_of(*secrets, [](const Secret& secret) { return secret.isEmpty(); });
        if (complete)
            postSigned(due, *secrets, done);
        else
            done(failure(ErrorKind::SecretNotFound,
                         QCoreApplication::translate("DeliverySender",
                                                     "The signing secret of this endpoint could not be found.")));
    });
}

void DeliverySender::postSigned(const DueDelivery& due, const QList<Secret>& secrets,
                                const std::function<void(Result<SentAttempt>)>& done) {
    SentAttempt attempt;
    attempt.startedAt = clock_.now();
    attempt.signedAt = secondsSinceEpoch(realTime_.now());
    attempt.signatureHeader = signatureHeader(due.event.body, attempt.signedAt, secrets);
    OutgoingPost outgoing{HttpDestination(QUrl(due.url)), {}, due.event.body};
    const HttpHeaders headers = deliveryHeaders(due.event, due.delivery.id, attempt.signatureHeader);
    for (const HttpHeader& field : headers.fields()) {
        if (!appendHeaderField(outgoing.fields, field.name, field.value)) {
            done(failure(
                ErrorKind::Malformed,
                QCoreApplication::translate("DeliverySender", "This delivery has a header that cannot be sent.")));
            return;
        }
    }
    post_(outgoing, [guard = QPointer(this), attempt, done](AttemptOutcome outcome) mutable {
        if (!guard)
            return;
        attempt.outcome = std::move(outcome);
        done(std::move(attempt));
    });
}

} // namespace waybill
