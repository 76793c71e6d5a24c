// SPDX-License-Identifier: MIT
#include "http/httpconnection.h"

#include "http/tlsfailure.h"

#include <QNetworkProxy>
#include <QSslSocket>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 readAnswerBytes = 64LL * 1024;
constexpr std::size_t readAtOnce = 16UL * 1024;

// Without Qt's buffers a request is one call of the system, and so is an answer.
QIODevice::OpenMode modeFor(const HttpDestination& destination) {
    return destination.isTls() ? QIODevice::OpenMode(QIODevice::ReadWrite)
                               : QIODevice::ReadWrite | QIODevice::Unbuffered;
}

/// Whether the peer reset the connection; asked before Qt reads, which takes that for a well-meant end.
bool isReset(const QTcpSocket& socket) {
    char byte = 0;
    return ::recv(int(socket.socketDescriptor()), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == ECONNRESET;
}

ProxyFailure::Kind wayToProxy(AttemptFailure failure) {
    switch (failure) {
    case AttemptFailure::LookUp:
        return ProxyFailure::Kind::LookUp;
    case AttemptFailure::Refused:
        return ProxyFailure::Kind::Refused;
    case AttemptFailure::Closed:
        return ProxyFailure::Kind::Closed;
    default:
        return ProxyFailure::Kind::Unreachable;
    }
}

} // namespace

HttpConnection::HttpConnection(const HttpDestination& destination, const QSslConfiguration& tls)
    : destination_(destination), tls_(tls), race_([this] { return makeSocket(); }) {
    connect(&race_, &AddressRace::lookedUp, this, [this] { outcome_.phases.lookedUp = elapsed(); });
    connect(&race_, &AddressRace::won, this, [this] {
        take(race_.takeWinner());
        onConnected();
    });
    connect(&race_, &AddressRace::lost, this, [this] {
        outcome_.details = race_.details();
        if (proxy_.isDirect())
            finish(race_.failure());
        else
            failAtProxy(proxy_.failure(wayToProxy(race_.failure())));
    });
}

HttpConnection::~HttpConnection() {
    if (socket_)
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
    if (proxy.kind == Proxy::Kind::Http && !destination_.isTls()) {
        // It passes the request on itself.
        waiting_.replace(0, destination_.firstLines().size(), destination_.firstLinesForProxy());
        if (!proxy.user.isEmpty())
            waiting_.insert(waiting_.indexOf("\r\n") + 2, "Proxy-Authorization: " + proxy.authorization() + "\r\n");
    } else if (!proxy.isDirect()) {
        handshake_.emplace(proxy, destination_.host(), destination_.port());
    }
    if (proxy.isDirect())
        race_.start(destination_.host(), destination_.port(), modeFor(destination_));
    else
        race_.start(proxy.host, proxy.port, modeFor(destination_));
}

std::unique_ptr<QTcpSocket> HttpConnection::makeSocket() const {
    std::unique_ptr<QTcpSocket> socket;
    if (destination_.isTls()) {
        auto secure = std::make_unique<QSslSocket>();
        secure->setSslConfiguration(tls_);
        secure->setReadBufferSize(readAnswerBytes);
        socket = std::move(secure);
    } else {
        socket = std::make_unique<QTcpSocket>();
    }
    socket->setProxy(QNetworkProxy::NoProxy); // Ours is spoken to here.
    return socket;
}

void HttpConnection::take(std::unique_ptr<QTcpSocket> socket) {
    socket_ = std::move(socket);
    connect(socket_.get(), &QTcpSocket::bytesWritten, this, &HttpConnection::noteSent);
    connect(socket_.get(), &QTcpSocket::readyRead, this, &HttpConnection::read);
    connect(socket_.get(), &QTcpSocket::errorOccurred, this, &HttpConnection::fail);
    secure_ = qobject_cast<QSslSocket*>(socket_.get());
    if (!secure_)
        return;
    connect(secure_, &QSslSocket::encrypted, this, &HttpConnection::onEncrypted);
    connect(secure_, &QSslSocket::encryptedBytesWritten, this, &HttpConnection::noteSent);
    connect(secure_, &QSslSocket::newSessionTicketReceived, this,
            [this] { Q_EMIT sessionOffered(secure_->sslConfiguration().sessionTicket()); });
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

void HttpConnection::onConnected() {
    outcome_.phases.connected = elapsed();
    socket_->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (handshake_) {
        state_ = State::Tunnelling;
        if (socket_->write(handshake_->takeBytes()) < 0)
            fail(socket_->error());
        return;
    }
    startExchange();
}

// The way is open.
void HttpConnection::startExchange() {
    if (secure_) {
        watch_ = new TlsWatch(*secure_);
        secure_->setPeerVerifyName(destination_.certificateName());
        secure_->startClientEncryption();
    } else if (write(std::exchange(waiting_, {})) < 0) {
        fail(socket_->error());
    }
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
    startExchange();
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
    requestBytes_ = request.size();
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

// Of what is encrypted and waits, nothing tells how much of the request it is: it went out in part.
SentPart HttpConnection::sentPart() const {
    if (outcome_.phases.sent)
        return SentPart::Whole;
    if (state_ != State::Exchanging || (!secure_ && socket_->bytesToWrite() >= requestBytes_))
        return SentPart::Nothing;
    return SentPart::Part;
}

void HttpConnection::read() {
    if (state_ == State::Tunnelling)
        return passProxy();
    if (state_ == State::Idle) {
        close();
        Q_EMIT lost();
        return;
    }
    if (!secure_ && readBytes_ > 0 && reader_.isInHead() && isReset(*socket_)) {
        outcome_.details = u"The connection was reset."_s;
        return finish(AttemptFailure::Closed);
    }
    std::array<char, readAtOnce> bytes; // NOLINT(*-member-init): read fills what is used of it
    do {
        const qint64 size = socket_->read(bytes.data(), std::min(qint64(bytes.size()), readAnswerBytes - readBytes_));
        if (size < 0)
            return fail(socket_->error());
        if (size > 0 && !outcome_.phases.firstByte)
            outcome_.phases.firstByte = elapsed();
        if (const auto known = std::min(readBytes_, qint64(firstBytes_.size())); known < qint64(firstBytes_.size()))
            std::copy_n(bytes.data(), std::min(size, qint64(firstBytes_.size()) - known), firstBytes_.data() + known);
        readBytes_ += size;
        settle(reader_.read({bytes.data(), size}));
        if (state_ != State::Exchanging && state_ != State::Connecting)
            return;
        if (readBytes_ >= readAnswerBytes)
            // The head came: its status decides, however much more there would be.
            return settle(reader_.stop());
    } while (secure_ && secure_->bytesAvailable() > 0);
}

void HttpConnection::settle(AnswerReader::State state) {
    if (state == AnswerReader::State::Complete)
        finish(AttemptFailure::None);
    else if (state == AnswerReader::State::Unreadable)
        finishUnreadable();
}

void HttpConnection::finishUnreadable() {
    const FirstBytes first =
        FirstBytes::of({firstBytes_.data(), qsizetype(std::min(readBytes_, qint64(firstBytes_.size())))});
    outcome_.protocol = first.protocol;
    switch (first.kind) {
    case FirstBytes::Kind::Tls:
        return finish(AttemptFailure::SpeaksTls);
    case FirstBytes::Kind::Http2:
        return finish(AttemptFailure::Http2);
    case FirstBytes::Kind::Page:
        return finish(AttemptFailure::Http09);
    case FirstBytes::Kind::Named:
        return finish(AttemptFailure::OtherProtocol);
    default:
        return finish(AttemptFailure::Unreadable);
    }
}

void HttpConnection::fail(QAbstractSocket::SocketError error) {
    if (state_ == State::Idle) {
        close();
        Q_EMIT lost();
        return;
    }
    outcome_.details = socket_->errorString();
    if (!proxy_.isDirect() && state_ == State::Tunnelling)
        return failAtProxy(proxy_.failure(ProxyFailure::Kind::Closed));
    if (secure_ && state_ == State::Connecting)
        return failHandshake(error == QAbstractSocket::RemoteHostClosedError);
    if (secure_ && secure_->bytesAvailable() > 0)
        read();
    // With TLS 1.3 the peer looks at the client's certificate after the handshake.
    if (secure_ && readBytes_ == 0 && wantsClientCertificate(watch_->facts())) {
        outcome_.details = tlsDetails(watch_->facts(), outcome_.details);
        return finish(AttemptFailure::ClientCertificate);
    }
    if (error == QAbstractSocket::SslInternalError)
        return finish(AttemptFailure::Tls);
    if (error == QAbstractSocket::RemoteHostClosedError && readBytes_ > 0)
        settle(reader_.close());
    finish(AttemptFailure::Closed);
}

void HttpConnection::failHandshake(bool hasEnded) {
    TlsFacts facts = watch_->facts();
    facts.hasEnded = hasEnded;
    outcome_.details = tlsDetails(facts, outcome_.details);
    outcome_.protocol = FirstBytes::of(facts.firstBytes).protocol;
    finish(handshakeFailure(facts));
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
    outcome_.form = reader_.form();
    if (socket_)
        outcome_.sent = sentPart();
    else
        outcome_.addresses = race_.tried();
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
    race_.stop();
    if (socket_) {
        socket_->disconnect(this);
        socket_->abort();
    }
}

} // namespace waybill
