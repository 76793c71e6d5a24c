// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"
#include "contract/retryschedule.h"
#include "http/httpmessage.h"

#include <QObject>
#include <QSslConfiguration>
#include <QUrl>

#include <functional>

namespace waybill {

/// One POST of one attempt.
struct OutgoingPost {
    QUrl url;            ///< http or https; normalised by checkEndpointUrl.
    HttpHeaders headers; ///< Without Host, Content-Length, Connection and Accept-Encoding, which the sender sets.
    QByteArray body;
};

/// Sends deliveries. One call = one request on the wire, at most; never a redirect, never a resend; one deadline over
/// look-up, connection, TLS, sending, head and body; reading stops at 64 KiB, 4 KB are kept. A connection of its own
/// for every attempt. Lives on one thread.
class HttpSender final : public QObject {
    Q_OBJECT
public:
    explicit HttpSender(QObject* parent = nullptr);
    ~HttpSender() override;
    /// `done` runs exactly once, on this thread, never before the call returns; not after the sender is gone.
    void post(const OutgoingPost& post, std::function<void(AttemptOutcome)> done);
    /// For a certificate authority of one's own. Verification and TLS 1.2 or later stay, whatever it says.
    void setTlsConfiguration(const QSslConfiguration& configuration);
    void setTimeLimit(milliseconds limit) { timeLimit_ = limit; } ///< `attemptTimeLimit` unless told otherwise.

private:
    class Exchange;
    QSslConfiguration tls_;
    milliseconds timeLimit_ = attemptTimeLimit;
};

} // namespace waybill
