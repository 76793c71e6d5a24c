// SPDX-License-Identifier: MIT
// For tests of what sends requests: a server that does what it is told, however wrong, and keeps every byte it got.
#pragma once

#include <QSet>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QTest>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>

namespace waybill::test {

class WireServer final : public QTcpServer {
public:
    /// Once for each whole request.
    using Answer = std::function<void(QTcpSocket& socket, const QByteArray& request)>;

    explicit WireServer(Answer answer = {}, const std::optional<QSslConfiguration>& tls = {})
        : answer_(std::move(answer)), tls_(tls) {
        if (!listen(QHostAddress::LocalHost))
            qFatal("The test's server cannot listen.");
    }

    /// As soon as a connection stands, before anything is read.
    std::function<void(QTcpSocket& socket)> onConnected;

    QUrl url(const QString& path = QStringLiteral("/hook")) const {
        return QUrl(
            QStringLiteral("%1://localhost:%2%3")
                .arg(tls_ ? QStringLiteral("https") : QStringLiteral("http"), QString::number(serverPort()), path));
    }
    int connections() const { return connections_; }
    int openConnections() const { return openConnections_; }
    const QByteArray& received() const { return received_; } ///< Of all connections, decrypted.
    const QList<QByteArray>& requests() const { return requests_; }
    /// For each request, the number of the connection that brought it, from 1.
    const QList<int>& connectionsOfRequests() const { return connectionsOfRequests_; }
    /// Whether a connection brought a second request.
    bool hasReused() const {
        return QSet<int>(connectionsOfRequests_.begin(), connectionsOfRequests_.end()).size() < requests_.size();
    }
    /// For what a receiver does of its own accord, with every connection that stands.
    void toEach(const std::function<void(QTcpSocket& socket)>& act) {
        for (QTcpSocket* socket : findChildren<QTcpSocket*>(Qt::FindDirectChildrenOnly)) {
            if (socket->state() == QAbstractSocket::ConnectedState)
                act(*socket);
        }
    }

    /// Connections are taken in order: once a new one was, every earlier one has been counted.
    bool hasCountedAll() {
        QTcpSocket fence;
        if (!fence.bind(QHostAddress::LocalHost))
            return false;
        fencePort_ = fence.localPort();
        hasMetFence_ = false;
        fence.connectToHost(QHostAddress(QHostAddress::LocalHost), serverPort());
        return QTest::qWaitFor([this] { return hasMetFence_; });
    }

protected:
    void incomingConnection(qintptr descriptor) override {
        auto* socket = tls_ ? new QSslSocket(this) : new QTcpSocket(this);
        socket->setSocketDescriptor(descriptor);
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        if (socket->peerPort() == fencePort_) {
            hasMetFence_ = true;
            return;
        }
        ++connections_;
        ++openConnections_;
        connect(socket, &QTcpSocket::disconnected, this, [this] { --openConnections_; });
        connect(socket, &QTcpSocket::readyRead, this,
                [this, socket, number = connections_, bytes = QByteArray()]() mutable {
                    const QByteArray more = socket->readAll();
                    received_ += more;
                    bytes += more;
                    while (const qsizetype size = wholeRequest(bytes)) {
                        const QByteArray request = bytes.first(size);
                        bytes.remove(0, size);
                        requests_.append(request);
                        connectionsOfRequests_.append(number);
                        if (answer_)
                            answer_(*socket, request);
                    }
                });
        if (auto* secure = qobject_cast<QSslSocket*>(socket)) {
            secure->setSslConfiguration(*tls_);
            secure->startServerEncryption();
        }
        if (onConnected)
            onConnected(*socket);
    }

private:
    static qsizetype wholeRequest(const QByteArray& bytes) {
        const qsizetype head = bytes.indexOf("\r\n\r\n") + 4;
        if (head < 4)
            return 0;
        const QByteArray name("\r\ncontent-length:");
        const QByteArray lower = bytes.first(head).toLower();
        const qsizetype field = lower.indexOf(name);
        const qsizetype value = field + name.size();
        const qsizetype length =
            field < 0 ? 0 : lower.sliced(value, lower.indexOf('\r', value) - value).trimmed().toLongLong();
        return bytes.size() < head + length ? 0 : head + length;
    }

    const Answer answer_;
    const std::optional<QSslConfiguration> tls_;
    int connections_ = 0;
    int openConnections_ = 0;
    quint16 fencePort_ = 0;
    bool hasMetFence_ = false;
    QByteArray received_;
    QList<QByteArray> requests_;
    QList<int> connectionsOfRequests_;
};

} // namespace waybill::test
