// SPDX-License-Identifier: MIT
#pragma once

#include "http/proxyhandshake.h"

#include <QObject>
#include <QTcpSocket>

#include <optional>

namespace waybill {

/// Asks a proxy for the way to a host and says what is wrong with it; nothing is sent through. For a client whose
/// library does not tell. Ends with its owner at any time.
class ProxyProbe final : public QObject {
    Q_OBJECT
public:
    ProxyProbe(const Proxy& proxy, const QString& host, quint16 port, QObject* parent);
    void start();

Q_SIGNALS:
    /// Once. Nothing where the proxy opened the way.
    void finished(const std::optional<waybill::ProxyFailure>& failure);

private:
    void read();
    void fail(QAbstractSocket::SocketError error);
    void finish(const std::optional<ProxyFailure>& failure);

    const Proxy proxy_;
    ProxyHandshake handshake_;
    QTcpSocket socket_;
};

} // namespace waybill
