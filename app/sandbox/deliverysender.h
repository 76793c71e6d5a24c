// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "http/httpmessage.h"
#include "http/httpsender.h"
#include "sandbox/signingsecrets.h"

#include <QObject>

#include <functional>

namespace waybill {

/// One attempt as it was made.
struct SentAttempt {
    AttemptOutcome outcome;
    Instant startedAt;
    qint64 signedAt = 0;
    QByteArray signatureHeader;
};

/// The fields of a delivery's head that are ours, in the order of the wire.
HttpHeaders deliveryHeaders(const Event& event, const QString& deliveryId, const QByteArray& signature);

/// Makes one attempt: reads the secrets, signs, posts once.
class DeliverySender final : public QObject {
    Q_OBJECT
public:
    /// `HttpSender::post`, or a test's way to a receiver.
    using Post = std::function<void(const OutgoingPost&, std::function<void(AttemptOutcome)>)>;

    /// `clock` says when the attempt began and which secrets are valid; the signature carries `realTime`, because
    /// receivers check it against theirs.
    DeliverySender(SigningSecrets& secrets, Post post, const Clock& clock, const Clock& realTime,
                   QObject* parent = nullptr);
    /// An error means that nothing was sent: a secret could not be read. `done` is not called after the sender is gone.
    void send(const DueDelivery& due, std::function<void(Result<SentAttempt>)> done);

private:
    void postSigned(const DueDelivery& due, const QList<Secret>& secrets,
                    const std::function<void(Result<SentAttempt>)>& done);
    SigningSecrets& secrets_;
    Post post_;
    const Clock& clock_;
    const Clock& realTime_;
};

} // namespace waybill
