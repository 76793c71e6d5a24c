// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptfailure.h"

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QSslError>
#include <QSslSocket>

#include <optional>

namespace waybill {

/// What is known of a TLS connection that failed.
struct TlsFacts {
    QByteArray firstBytes;                ///< That came from the peer.
    std::optional<QSsl::AlertType> alert; ///< That the peer sent, except for the one that ends a connection well.
    QList<QSslError> errors;              ///< Of its certificate.
    bool hasEnded = false;                ///< The peer closed or reset the connection.
};

/// Why a handshake failed.
AttemptFailure handshakeFailure(const TlsFacts& facts);
/// Whether an alert, after the handshake, says that a client certificate is wanted.
bool wantsClientCertificate(const TlsFacts& facts);
/// What the certificate's errors, the alert and the library say, each on a line.
QString tlsDetails(const TlsFacts& facts, const QString& reason);

/// Gathers the facts of a socket that is connected and will start TLS; ends with the socket.
class TlsWatch final : public QObject {
public:
    explicit TlsWatch(QSslSocket& socket);
    const TlsFacts& facts() const { return facts_; }

private:
    bool eventFilter(QObject* watched, QEvent* event) override;

    QSslSocket& socket_;
    TlsFacts facts_;
};

} // namespace waybill
