// SPDX-License-Identifier: MIT
#include "http/proxyprobe.h"

#include <QNetworkProxy>

namespace waybill {

ProxyProbe::ProxyProbe(const Proxy& proxy, const QString& host, quint16 port, QObject* parent)
    : QObject(parent), proxy_(proxy), handshake_(proxy, host, port), socket_(this) {
    socket_.setProxy(QNetworkProxy::NoProxy);
    connect(&socket_, &QTcpSocket::connected, this, [this] { socket_.write(handshake_.takeBytes()); });
    connect(&socket_, &QTcpSocket::readyRead, this, &ProxyProbe::read);
    connect(&socket_, &QTcpSocket::errorOccurred, this, &ProxyProbe::fail);
}

void ProxyProbe::start() {
    socket_.connectToHost(proxy_.host, proxy_.port);
}

void ProxyProbe::read() {
    while (handshake_.state() == ProxyHandshake::State::Talking) {
        const QByteArray bytes = socket_.read(handshake_.wanted());
        if (bytes.isEmpty())
            return;
        handshake_.read(bytes);
        socket_.write(handshake_.takeBytes());
    }
    finish(handshake_.state() == ProxyHandshake::State::Failed ? std::optional(handshake_.failure()) : std::nullopt);
}

void ProxyProbe::fail(QAbstractSocket::SocketError error) {
    using Kind = ProxyFailure::Kind;
    finish(proxy_.failure(error == QAbstractSocket::HostNotFoundError        ? Kind::LookUp
                          : error == QAbstractSocket::ConnectionRefusedError ? Kind::Refused
                          : error == QAbstractSocket::RemoteHostClosedError  ? Kind::Closed
                                                                             : Kind::Unreachable));
}

void ProxyProbe::finish(const std::optional<ProxyFailure>& failure) {
    socket_.disconnect(this);
    socket_.abort();
    Q_EMIT finished(failure);
}

} // namespace waybill
