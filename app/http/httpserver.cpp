// SPDX-License-Identifier: MIT
#include "http/httpserver.h"

#include "http/requestreader.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

namespace waybill {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

constexpr qint64 readAhead = 64LL * 1024;
constexpr milliseconds longestFarewell{1'000};

bool isSafe(const HttpHeader& field) {
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; };
    return !field.name.isEmpty() &&
           std::ranges::none_of(field.name, [&](char c) { return isControl(c) || c == ':'; }) &&
           std::ranges::none_of(field.value, isControl);
}

bool isOurs(const QByteArray& name) {
    const QByteArray lower = name.toLower();
    return lower == "content-length" || lower == "connection" || lower == "transfer-encoding";
}

QByteArray wireBytes(const HttpResponse& response, bool isHead, bool keepAlive) {
    const int status = response.status >= 200 && response.status <= 999 ? response.status : 500;
    const bool hasNoBody = status == 204 || status == 304;
    QByteArray bytes = "HTTP/1.1 "_ba + QByteArray::number(status) + ' ' + reasonPhrase(status) + "\r\n";
    for (const HttpHeader& field : response.headers.fields()) {
        if (isSafe(field) && !isOurs(field.name))
            bytes += field.name + ": " + field.value + "\r\n";
    }
    if (!response.headers.value("Cache-Control"))
        bytes += "Cache-Control: no-store\r\n";
    if (!response.headers.value("X-Content-Type-Options"))
        bytes += "X-Content-Type-Options: nosniff\r\n";
    if (!hasNoBody)
        bytes += "Content-Length: "_ba + QByteArray::number(response.body.size()) + "\r\n";
    bytes += keepAlive ? "Connection: keep-alive\r\n\r\n"_ba : "Connection: close\r\n\r\n"_ba;
    if (!hasNoBody && !isHead)
        bytes += response.body;
    return bytes;
}

} // namespace

/// One peer: reads its requests one after the other, each answered before the next is read.
class HttpServer::Connection final : public QObject {
public:
    Connection(HttpServer& server, QTcpSocket* socket)
        : QObject(&server), server_(server), socket_(socket), timer_(this), port_(server.port()) {
        socket_->setParent(this);
        socket_->setReadBufferSize(readAhead);
        timer_.setSingleShot(true);
        connect(&timer_, &QTimer::timeout, this, &Connection::onTimeout);
        connect(socket_, &QTcpSocket::readyRead, this, &Connection::proceed);
        connect(socket_, &QTcpSocket::bytesWritten, this, &Connection::onWritten);
        connect(socket_, &QTcpSocket::disconnected, this, &Connection::end);
        timer_.start(server_.limits_.idleTime);
    }

    void refuse(int status, const QString& message) { write(server_.refusal_(status, message), false, false); }

    void end() {
        if (phase_ == Phase::Ended)
            return;
        phase_ = Phase::Ended;
        timer_.stop();
        --server_.connections_;
        socket_->abort();
        deleteLater();
    }

    void proceed() {
        if (isProceeding_)
            return;
        isProceeding_ = true;
        const QPointer<Connection> self(this);
        while (self && step()) {
        }
        if (self)
            isProceeding_ = false;
    }

private:
    enum class Phase { Reading, Answering, Leaving, Ended };

    // True where there may be more to do at once.
    bool step() {
        // A peer that sends requests and does not read the answers gets no more of them.
        if (looksAway_)
            return false;
        if (phase_ == Phase::Leaving)
            socket_->readAll();
        if (phase_ != Phase::Reading)
            return false;
        bytes_ += socket_->readAll();
        if (bytes_.isEmpty())
            return false;
        if (!reader_) {
            reader_ = std::make_unique<RequestReader>(server_.limits_, port_);
            started_.start();
            hasHead_ = false;
            timer_.start(std::min(server_.limits_.headerTime, server_.limits_.requestTime));
        }
        const RequestReader::State state = reader_->read(bytes_);
        if (state == RequestReader::State::Refused) {
            refuse(reader_->refusedStatus(), reader_->refusedMessage());
            return false;
        }
        if (state == RequestReader::State::Complete) {
            handle();
            return true;
        }
        if (state == RequestReader::State::Body && !hasHead_) {
            hasHead_ = true;
            timer_.start(std::max(milliseconds{0}, server_.limits_.requestTime - milliseconds{started_.elapsed()}));
            if (reader_->expectsContinue() && bytes_.isEmpty())
                say("HTTP/1.1 100 Continue\r\n\r\n");
        }
        return socket_->bytesAvailable() > 0;
    }

    void handle() {
        timer_.stop();
        phase_ = Phase::Answering;
        const std::unique_ptr<RequestReader> reader = std::move(reader_);
        const bool isHead = reader->request().method == "HEAD";
        const bool keepAlive = reader->keepsAlive();
        const quint64 number = ++number_;
        const QPointer<Connection> self(this);
        // About the server as a whole there is nothing to say but that it is there (RFC 9110, 9.3.7).
        if (reader->request().target == "*") {
            write({204, {}, {}}, isHead, keepAlive);
            return;
        }
        server_.handler_(reader->request(), [self, number, isHead, keepAlive](const HttpResponse& response) {
            if (!self || self->phase_ != Phase::Answering || self->number_ != number)
                return;
            self->write(response, isHead, keepAlive);
            self->proceed();
        });
        if (self)
            attend();
    }

    void write(const HttpResponse& response, bool isHead, bool keepAlive) {
        const bool stays = keepAlive && server_.port() != 0;
        phase_ = stays ? Phase::Reading : Phase::Leaving;
        reader_.reset();
        timer_.start(stays ? server_.limits_.idleTime : std::max(longestFarewell, server_.limits_.idleTime));
        say(wireBytes(response, isHead, stays));
    }

    void say(const QByteArray& bytes) {
        socket_->write(bytes);
        socket_->flush();
        attend();
        if (phase_ == Phase::Leaving && socket_->bytesToWrite() == 0)
            sayFarewell();
    }

    // Qt drops a connection, with all that is still to be said, as soon as it sees that the peer has no more to send.
    // While its read buffer is full it does not look.
    void attend() {
        const bool looksAway = phase_ == Phase::Answering || socket_->bytesToWrite() > 0;
        if (phase_ == Phase::Ended || looksAway == looksAway_)
            return;
        looksAway_ = looksAway;
        if (looksAway) {
            socket_->setReadBufferSize(1);
            socket_->ungetChar('\0');
        } else {
            socket_->getChar(nullptr);
            socket_->setReadBufferSize(readAhead);
        }
    }

    void onWritten() {
        attend();
        if (phase_ == Phase::Leaving && socket_->bytesToWrite() == 0) {
            sayFarewell();
        } else if (phase_ == Phase::Reading) {
            if (!reader_)
                timer_.start(server_.limits_.idleTime);
            if (!bytes_.isEmpty() || socket_->bytesAvailable() > 0)
                proceed();
        }
    }

    // Closing with bytes unread would reset the connection and take the answer from the peer: what still comes is
    // read and dropped for a moment.
    void sayFarewell() {
#ifdef Q_OS_UNIX
        ::shutdown(int(socket_->socketDescriptor()), SHUT_WR);
        timer_.start(longestFarewell);
        socket_->readAll();
#else
        socket_->disconnectFromHost();
#endif
    }

    void onTimeout() {
        if (phase_ == Phase::Reading && reader_)
            refuse(408, u"The request did not arrive in time."_s);
        else
            end();
    }

    HttpServer& server_;
    QTcpSocket* socket_;
    QTimer timer_;
    quint16 port_;
    QByteArray bytes_;
    std::unique_ptr<RequestReader> reader_;
    QElapsedTimer started_;
    Phase phase_ = Phase::Reading;
    quint64 number_ = 0;
    bool hasHead_ = false;
    bool isProceeding_ = false;
    bool looksAway_ = false;
};

HttpServer::HttpServer(Handler handler, Refusal refusal, QObject* parent)
    : HttpServer(std::move(handler), std::move(refusal), HttpServerLimits{}, parent) {}

HttpServer::HttpServer(Handler handler, Refusal refusal, HttpServerLimits limits, QObject* parent)
    : QObject(parent), handler_(std::move(handler)), refusal_(std::move(refusal)), limits_(limits) {
    for (auto* server : {&ipv4_, &ipv6_}) {
        *server = std::make_unique<QTcpServer>();
        connect(server->get(), &QTcpServer::newConnection, this, [this, from = server->get()] { welcome(*from); });
    }
}

HttpServer::~HttpServer() = default;

void HttpServer::welcome(QTcpServer& server) {
    while (QTcpSocket* socket = server.nextPendingConnection()) {
        auto* connection = new Connection(*this, socket);
        ++connections_;
        if (connections_ > 2 * limits_.connections)
            connection->end();
        else if (connections_ > limits_.connections)
            connection->refuse(503, u"Too many connections are open. Try again in a moment."_s);
        else
            connection->proceed();
    }
}

// On Linux two programs never listen at one address, SO_REUSEADDR or not; without it, the port could not be taken again
// for a minute after a connection.
Result<quint16> HttpServer::listen(quint16 port) {
    constexpr int mostPorts = 32;
    for (int tries = 0; tries < mostPorts; ++tries) {
        if (!ipv4_->listen(QHostAddress(QHostAddress::LocalHost), port))
            return failure(whyNot(*ipv4_, port));
        // "localhost" leads to either, so that one of them alone would leave the other to whoever takes it.
        if (ipv6_->listen(QHostAddress(QHostAddress::LocalHostIPv6), ipv4_->serverPort()) ||
            ipv6_->serverError() != QAbstractSocket::AddressInUseError)
            return ipv4_->serverPort();
        ipv4_->close();
        if (port != 0)
            break;
    }
    return failure(whyNot(*ipv6_, port));
}

Error HttpServer::whyNot(const QTcpServer& server, quint16 port) {
    Error error;
    error.details = server.errorString();
    if (server.serverError() == QAbstractSocket::AddressInUseError) {
        error.kind = ErrorKind::PortTaken;
        error.message = u"Port %1 is used by another program. Choose another port."_s.arg(port);
    } else if (server.serverError() == QAbstractSocket::SocketAccessError) {
        error.kind = ErrorKind::Malformed;
        error.message = u"Port %1 is kept for the system's own services. Choose one from 1024 on."_s.arg(port);
    } else {
        error.kind = ErrorKind::Storage;
        error.message = u"This computer lets no program listen on port %1 now."_s.arg(port);
    }
    return error;
}

void HttpServer::close() {
    ipv4_->close();
    ipv6_->close();
    for (QObject* child : QList<QObject*>(children())) {
        if (auto* connection = dynamic_cast<Connection*>(child))
            connection->end();
    }
}

quint16 HttpServer::port() const {
    return ipv4_->isListening() ? ipv4_->serverPort() : quint16(0);
}

bool HttpServer::answersIpv6() const {
    return ipv6_->isListening();
}

} // namespace waybill
