// SPDX-License-Identifier: MIT
// For tests of what goes through a proxy: it speaks CONNECT and SOCKS 5, and leads every host to one port here.
#pragma once

#include <QTcpServer>
#include <QTcpSocket>

#include <memory>

namespace waybill::test {

class TunnelProxy final : public QTcpServer {
public:
    explicit TunnelProxy(quint16 target = 0) : target_(target) {
        if (!listen(QHostAddress::LocalHost))
            qFatal("The test's proxy cannot listen.");
    }

    QByteArray credentials;                                         ///< "name:password", where it asks for them.
    QByteArray answer = "HTTP/1.1 200 Connected\r\nX-A: 1\r\n\r\n"; ///< To CONNECT; nothing is let through unless 200.
    QByteArray reply = QByteArray("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50", 10); ///< Of SOCKS.
    bool closes = false;                                                           ///< Instead of any answer.

    const QByteArrayList& heads() const { return heads_; } ///< Of CONNECT.
    const QByteArrayList& ways() const { return ways_; }   ///< Address and port as SOCKS has them.
    int connections() const { return connections_; }

protected:
    void incomingConnection(qintptr descriptor) override {
        ++connections_;
        auto* socket = new QTcpSocket(this);
        socket->setSocketDescriptor(descriptor);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, talk = std::make_shared<Talk>()] {
            if (closes)
                return socket->disconnectFromHost();
            talk->bytes += socket->readAll();
            if (talk->away)
                talk->away->write(std::exchange(talk->bytes, {}));
            else if (talk->bytes.startsWith('\x05') || talk->step > 0)
                speakSocks(*socket, *talk);
            else if (talk->bytes.contains("\r\n\r\n"))
                speakHttp(*socket, *talk);
        });
    }

private:
    struct Talk {
        QByteArray bytes;
        int step = 0;
        QTcpSocket* away = nullptr;
    };

    void speakHttp(QTcpSocket& socket, Talk& talk) {
        const QByteArray head = std::exchange(talk.bytes, {});
        heads_ += head;
        if (!credentials.isEmpty() &&
            !head.contains(QByteArray("Proxy-Authorization: Basic " + credentials.toBase64() + "\r\n"))) {
            socket.write("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        socket.write(answer);
        if (answer.contains(" 200 "))
            lead(socket, talk);
    }

    void speakSocks(QTcpSocket& socket, Talk& talk) {
        if (talk.step == 0 && talk.bytes.size() >= 2 + talk.bytes.at(1)) {
            const char method = credentials.isEmpty() ? 0 : talk.bytes.mid(2).contains('\x02') ? 2 : char(0xff);
            talk.bytes.clear();
            talk.step = method == 2 ? 1 : 2;
            socket.write(QByteArray("\x05") + method);
        } else if (talk.step == 1) {
            const qsizetype nameSize = talk.bytes.at(1);
            const QByteArray given = talk.bytes.mid(2, nameSize) + ':' + talk.bytes.mid(3 + nameSize);
            talk.bytes.clear();
            talk.step = 2;
            socket.write(given == credentials ? QByteArray("\x01\x00", 2) : QByteArray("\x01\x01", 2));
        } else if (talk.step == 2 && talk.bytes.size() >= 7) {
            ways_ += std::exchange(talk.bytes, {}).mid(3);
            socket.write(reply);
            if (reply.at(1) == 0)
                lead(socket, talk);
        }
    }

    void lead(QTcpSocket& socket, Talk& talk) {
        talk.away = new QTcpSocket(&socket);
        connect(talk.away, &QTcpSocket::readyRead, &socket,
                [&socket, away = talk.away] { socket.write(away->readAll()); });
        connect(talk.away, &QTcpSocket::disconnected, &socket, &QTcpSocket::disconnectFromHost);
        connect(&socket, &QTcpSocket::disconnected, talk.away, &QTcpSocket::disconnectFromHost);
        talk.away->connectToHost(QHostAddress(QHostAddress::LocalHost), target_);
    }

    const quint16 target_;
    int connections_ = 0;
    QByteArrayList heads_;
    QByteArrayList ways_;
};

} // namespace waybill::test
