// SPDX-License-Identifier: MIT
// What a WireServer may answer, right and wrong.
#pragma once

#include "support/wireserver.h"

#include <QTimer>

#include <sys/socket.h>

namespace waybill::test {

inline const QByteArray delivered = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

inline WireServer::Answer saying(const QByteArray& bytes) {
    return [bytes](QTcpSocket& socket, const QByteArray&) { socket.write(bytes); };
}

inline WireServer::Answer sayingAndClosing(const QByteArray& bytes) {
    return [bytes](QTcpSocket& socket, const QByteArray&) {
        socket.write(bytes);
        socket.disconnectFromHost();
    };
}

inline void reset(QTcpSocket& socket) {
    const linger none{1, 0};
    ::setsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    socket.abort();
}

/// `first` at once, then `again` every so many milliseconds for as long as the sender stays.
inline WireServer::Answer repeating(const QByteArray& first, const QByteArray& again, int every = 3) {
    return [first, again, every](QTcpSocket& socket, const QByteArray&) {
        socket.write(first);
        auto* timer = new QTimer(&socket);
        QObject::connect(timer, &QTimer::timeout, &socket, [&socket, again] { socket.write(again); });
        timer->start(every);
    };
}

/// One byte, then the next.
inline WireServer::Answer byteByByte(const QByteArray& bytes) {
    return [bytes](QTcpSocket& socket, const QByteArray&) {
        socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        auto* timer = new QTimer(&socket);
        QObject::connect(timer, &QTimer::timeout, &socket, [&socket, timer, bytes, at = qsizetype(0)]() mutable {
            if (at == bytes.size()) {
                timer->stop();
                return;
            }
            socket.write(bytes.mid(at++, 1));
            socket.flush();
        });
        timer->start(0);
    };
}

/// In order, until a connection brings a second request.
inline WireServer::Answer wellUntilReused(const WireServer::Answer& then) {
    return [then](QTcpSocket& socket, const QByteArray& request) {
        if (socket.property("isReused").toBool()) {
            then(socket, request);
        } else {
            socket.setProperty("isReused", true);
            socket.write(delivered);
        }
    };
}

inline QByteArray answer(int status, const QByteArray& lines = {}, const QByteArray& body = {}) {
    return "HTTP/1.1 " + QByteArray::number(status) + " Word\r\n" + lines +
           "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

} // namespace waybill::test
