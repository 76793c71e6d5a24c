// SPDX-License-Identifier: MIT
#include "http/httpconnection.h"

#include <QChildEvent>
#include <QNetworkProxy>
#include <QSslSocket>

#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 readAnswerBytes = 64LL * 1024;
constexpr std::size_t readAtOnce = 16UL * 1024;

std::unique_ptr<QTcpSocket> socketFor(const HttpDestination& destination) {
    if (destination.isTls())
        return std::make_unique<QSslSocket>();
    return std::make_unique<QTcpSocket>();
}

} // namespace

HttpConnection::HttpConnection(const HttpDestination& destination, const QSslConfiguration& tls)
    : destination_(destination), socket_(socketFor(destination)), secure_(qobject_cast<QSslSocket*>(socket_.get())) {
    socket_->setProxy(QNetworkProxy::NoProxy); // Ours is spoken to here.
    connect(socket_.get(), &QTcpSocket::hostFound, this, [this] { outcome_.phases.lookedUp = elapsed(); });
    connect(socket_.get(), &QTcpSocket::connected, this, &HttpConnection::onConnected);
    connect(socket_.get(), &QTcpSocket::bytesWritten, this, &HttpConnection::noteSent);
    connect(socket_.get(), &QTcpSocket::readyRead, this, &HttpConnection::read);
    connect(socket_.get(), &QTcpSocket::errorOccurred, this, &HttpConnection::fail);
    socket_->installEventFilter(this);
    if (!secure_)
        return;
    secure_->setSslConfiguration(tls);
    secure_->setReadBufferSize(readAnswerBytes);
    connect(secure_, &QSslSocket::encrypted, this, &HttpConnection::onEncrypted);
    connect(secure_, &QSslSocket::encryptedBytesWritten, this, &HttpConnection::noteSent);
    connect(secure_, &QSslSocket::newSessionTicketReceived, this,
            [this] { Q_EMIT sessionOffered(secure_->sslConfiguration().sessionTicket()); });
}

HttpConnection::~HttpConnection() {
    socket_->disconnect(this);
}

void HttpConnection::begin(State state) {
    state_ = state;
    started_.start();
    outcome_ = {};
    readBytes_ = 0;
}

void HttpConnection::open(const QByteArray& request, ProxyFinder& proxies) {
    begin(State::Connecting);
    waiting_ = request;
    proxies.find(destination_.origin(), this, [this](const Proxy& proxy) { connectThrough(proxy); });
}

void HttpConnection::connectThrough(const Proxy& proxy) {
    if (state_ != State::Connecting)
        return;
    proxy_ = proxy;
    if (proxy.kind == Proxy::Kind::Unusable)
        return failAtProxy(proxy.failure(ProxyFailure::Kind::Unusable));
    if (proxy.kind == Proxy::Kind::Http && !secure_) {
        // It passes the request on itself.
        waiting_.replace(0, destination_.firstLines().size(), destination_.firstLinesForProxy());
        if (!proxy.user.isEmpty())
            waiting_.insert(waiting_.indexOf("\r\n") + 2, "Proxy-Authorization: " + proxy.authorization() + "\r\n");
    } else if (!proxy.isDirect()) {
        handshake_.emplace(proxy, destination_.host(), destination_.port());
    }
    if (!proxy.isDirect())
        socket_->connectToHost(proxy.host, proxy.port,
                               secure_ ? QIODevice::ReadWrite : QIODevice::ReadWrite | QIODevice::Unbuffered);
    else if (secure_)
        secure_->connectToHostEncrypted(destination_.host(), destination_.port());
    else
        // Without Qt's buffers a request is one call of the system, and so is an answer.
        socket_->connectToHost(destination_.host(), destination_.port(), QIODevice::ReadWrite | QIODevice::Unbuffered);
}

bool HttpConnection::reuse(const QByteArray& request) {
    if (!isQuiet()) {
        close();
        return false;
    }
    begin(State::Exchanging);
    isReused_ = true;
    reader_.restart();
    if (write(request) >= 0)
        return true;
    close();
    return false;
}

// Whether nothing came since the last answer, not even the end: asked of the system, because Qt hears it a turn later.
bool HttpConnection::isQuiet() const {
    if (state_ != State::Idle || (secure_ && secure_->encryptedBytesAvailable() > 0))
        return false;
    char byte = 0;
    const auto seen = ::recv(int(socket_->socketDescriptor()), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

// When the peer resets a connection before Qt has seen it stand, Qt 6.4 connects again and again until the deadline,
// without a signal. A second notice for one socket that still connects tells.
bool HttpConnection::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ChildAdded) {
        noticed_ = nullptr;
        static_cast<QChildEvent*>(event)->child()->installEventFilter(this);
    } else if (event->type() == QEvent::SockAct && socket_->state() == QAbstractSocket::ConnectingState) {
        if (std::exchange(noticed_, watched) == watched) {
            outcome_.details = u"The connection was reset as soon as it stood."_s;
            finish(AttemptFailure::Closed);
            return true;
        }
    }
    return false;
}

void HttpConnection::onConnected() {
    outcome_.phases.connected = elapsed();
    socket_->removeEventFilter(this);
    for (QObject* child : socket_->findChildren<QObject*>())
        child->removeEventFilter(this);
    socket_->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (handshake_) {
        state_ = State::Tunnelling;
        if (socket_->write(handshake_->takeBytes()) < 0)
            fail(socket_->error());
        return;
    }
    if (!secure_ && write(std::exchange(waiting_, {})) < 0)
        fail(socket_->error());
}

// Byte by byte where the proxy speaks HTTP: what comes behind its answer is not for us to read here.
void HttpConnection::passProxy() {
    while (state_ == State::Tunnelling && handshake_->state() == ProxyHandshake::State::Talking) {
        QByteArray bytes(handshake_->wanted(), Qt::Uninitialized);
        const qint64 size = socket_->read(bytes.data(), bytes.size());
        if (size < 0)
            return fail(socket_->error());
        if (size == 0)
            return;
        handshake_->read(bytes.first(size));
        if (const QByteArray more = handshake_->takeBytes(); !more.isEmpty() && socket_->write(more) < 0)
            return fail(socket_->error());
    }
    if (state_ != State::Tunnelling)
        return;
    if (handshake_->state() == ProxyHandshake::State::Failed) {
        outcome_.details = handshake_->details();
        return failAtProxy(handshake_->failure());
    }
    handshake_.reset();
    state_ = State::Connecting;
    outcome_.phases.connected = elapsed();
    if (secure_) {
        secure_->setPeerVerifyName(destination_.host());
        secure_->startClientEncryption();
    } else if (write(std::exchange(waiting_, {})) < 0) {
        fail(socket_->error());
    }
}

void HttpConnection::failAtProxy(ProxyFailure failure) {
    outcome_.proxy = std::move(failure);
    finish(AttemptFailure::Proxy);
}

void HttpConnection::onEncrypted() {
    outcome_.phases.encrypted = elapsed();
    if (const QByteArray session = secure_->sslConfiguration().sessionTicket(); !session.isEmpty())
        Q_EMIT sessionOffered(session);
    if (write(std::exchange(waiting_, {})) < 0)
        fail(socket_->error());
}

qint64 HttpConnection::write(const QByteArray& request) {
    state_ = State::Exchanging;
    const qint64 written = socket_->write(request);
    if (secure_ && written >= 0)
        secure_->flush();
    noteSent();
    return written;
}

void HttpConnection::noteSent() {
    if (state_ == State::Exchanging && !outcome_.phases.sent && socket_->bytesToWrite() == 0 &&
        (!secure_ || secure_->encryptedBytesToWrite() == 0))
        outcome_.phases.sent = elapsed();
}

void HttpConnection::read() {
    if (state_ == State::Tunnelling)
        return passProxy();
    if (state_ == State::Idle) {
        close();
        Q_EMIT lost();
        return;
    }
    std::array<char, readAtOnce> bytes; // NOLINT(*-member-init): read fills what is used of it
    do {
        const qint64 size = socket_->read(bytes.data(), std::min(qint64(bytes.size()), readAnswerBytes - readBytes_));
        if (size < 0)
            return fail(socket_->error());
        if (size > 0 && !outcome_.phases.firstByte)
            outcome_.phases.firstByte = elapsed();
        readBytes_ += size;
        settle(reader_.read({bytes.data(), size}));
        if (state_ != State::Exchanging && state_ != State::Connecting)
            return;
        if (readBytes_ >= readAnswerBytes)
            // The head came: its status decides, however much more there would be.
            return finish(reader_.status() ? AttemptFailure::None : AttemptFailure::Unreadable);
    } while (secure_ && secure_->bytesAvailable() > 0);
}

void HttpConnection::settle(AnswerReader::State state) {
    if (state == AnswerReader::State::Complete)
        finish(AttemptFailure::None);
    else if (state == AnswerReader::State::Unreadable)
        finish(AttemptFailure::Unreadable);
}

void HttpConnection::fail(QAbstractSocket::SocketError error) {
    if (state_ == State::Idle) {
        close();
        Q_EMIT lost();
        return;
    }
    outcome_.details = socket_->errorString();
    if (!proxy_.isDirect() && (!outcome_.phases.connected || state_ == State::Tunnelling))
        return failAtProxy(proxy_.failure(error == QAbstractSocket::HostNotFoundError ? ProxyFailure::Kind::LookUp
                                          : error == QAbstractSocket::ConnectionRefusedError
                                              ? ProxyFailure::Kind::Refused
                                          : outcome_.phases.connected ? ProxyFailure::Kind::Closed
                                                                      : ProxyFailure::Kind::Unreachable));
    switch (error) {
    case QAbstractSocket::HostNotFoundError:
        return finish(AttemptFailure::LookUp);
    case QAbstractSocket::ConnectionRefusedError:
        return finish(AttemptFailure::Refused);
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        return finish(AttemptFailure::Tls);
    case QAbstractSocket::RemoteHostClosedError:
        if (secure_ && outcome_.phases.connected && state_ == State::Connecting)
            return finish(AttemptFailure::Tls);
        if (secure_ && secure_->bytesAvailable() > 0)
            read();
        if (readBytes_ > 0)
            settle(reader_.close());
        return finish(AttemptFailure::Closed);
    default:
        return finish(state_ == State::Exchanging || outcome_.phases.connected ? AttemptFailure::Closed
                                                                               : AttemptFailure::Unreachable);
    }
}

void HttpConnection::timeOut() {
    if (!proxy_.isDirect() && (!outcome_.phases.connected || state_ == State::Tunnelling))
        return failAtProxy(proxy_.failure(ProxyFailure::Kind::TimedOut));
    finish(AttemptFailure::TimedOut);
}

void HttpConnection::finish(AttemptFailure failure) {
    if (state_ != State::Connecting && state_ != State::Tunnelling && state_ != State::Exchanging)
        return;
    outcome_.failure = failure;
    outcome_.took = milliseconds(elapsed());
    outcome_.phases.done = elapsed();
    outcome_.status = reader_.status();
    outcome_.answer = reader_.kept();
    if (failure == AttemptFailure::None)
        outcome_.details.clear();
    if (failure == AttemptFailure::None && outcome_.phases.sent && reader_.keepsAlive() &&
        socket_->state() == QAbstractSocket::ConnectedState) {
        state_ = State::Idle;
        idle_.start();
    } else {
        close();
    }
    Q_EMIT settled();
}

void HttpConnection::close() {
    if (state_ == State::Ended)
        return;
    state_ = State::Ended;
    waiting_.clear();
    socket_->disconnect(this);
    socket_->abort();
}

} // namespace waybill
