// SPDX-License-Identifier: MIT
#include "http/httpsender.h"

#include "http/answerreader.h"
#include "http/loopback.h"

#include <QChildEvent>
#include <QElapsedTimer>
#include <QNetworkProxy>
#include <QSslSocket>
#include <QTimer>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {
constexpr qint64 readAnswerBytes = 64LL * 1024;
} // namespace

/// One request on its own connection, from the look-up to the outcome; ends itself.
class HttpSender::Exchange final : public QObject {
public:
    Exchange(HttpSender& sender, OutgoingPost post, std::function<void(AttemptOutcome)> done)
        : QObject(&sender)
        , post_(std::move(post))
        , done_(std::move(done))
        , socket_(this)
        , deadline_(this)
        , soon_(this) {
        socket_.setSslConfiguration(sender.tls_);
        socket_.setReadBufferSize(readAnswerBytes);
        socket_.installEventFilter(this);
        if (isLoopbackHost(post_.url.host()))
            socket_.setProxy(QNetworkProxy::NoProxy);
        connect(&socket_, &QSslSocket::hostFound, this, [this] { outcome_.phases.lookedUp = elapsed(); });
        connect(&socket_, &QSslSocket::connected, this, [this] {
            outcome_.phases.connected = elapsed();
            if (!isTls())
                write();
        });
        connect(&socket_, &QSslSocket::encrypted, this, [this] {
            outcome_.phases.encrypted = elapsed();
            write();
        });
        connect(&socket_, &QSslSocket::bytesWritten, this, [this] {
            if (socket_.bytesToWrite() == 0)
                outcome_.phases.sent = elapsed();
        });
        connect(&socket_, &QSslSocket::readyRead, this, &Exchange::read);
        connect(&socket_, &QSslSocket::errorOccurred, this, &Exchange::fail);
        deadline_.setSingleShot(true);
        deadline_.setTimerType(Qt::PreciseTimer);
        connect(&deadline_, &QTimer::timeout, this, [this] { finish(AttemptFailure::TimedOut); });
        timer_.start();
        deadline_.start(sender.timeLimit_);
        soon_.setSingleShot(true);
        connect(&soon_, &QTimer::timeout, this, [this] { finished_ ? deliver() : start(); });
        soon_.start(0);
    }

    // When the peer resets a connection before Qt has seen it stand, Qt 6.4 connects again and again until the
    // deadline, without a signal. A second notice for one socket that still connects tells.
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::ChildAdded) {
            noticed_ = nullptr;
            static_cast<QChildEvent*>(event)->child()->installEventFilter(this);
        } else if (event->type() == QEvent::SockAct && socket_.state() == QAbstractSocket::ConnectingState) {
            if (std::exchange(noticed_, watched) == watched) {
                outcome_.details = u"The connection was reset as soon as it stood."_s;
                finish(AttemptFailure::Closed);
                return true;
            }
        }
        return false;
    }

private:
    bool isTls() const { return post_.url.scheme() == u"https"; }
    int elapsed() const { return int(timer_.elapsed()); }

    void start() {
        const QString host = post_.url.host();
        if (isTls())
            socket_.connectToHostEncrypted(host, quint16(post_.url.port(443)));
        else
            socket_.connectToHost(host, quint16(post_.url.port(80)));
    }

    void write() {
        QByteArray target = post_.url.path(QUrl::FullyEncoded).toLatin1();
        if (target.isEmpty())
            target = "/";
        if (post_.url.hasQuery())
            target += '?' + post_.url.query(QUrl::FullyEncoded).toLatin1();
        QByteArray host = post_.url.host(QUrl::FullyEncoded).toLatin1();
        if (host.contains(':'))
            host = '[' + host + ']';
        if (post_.url.port() != -1)
            host += ':' + QByteArray::number(post_.url.port());
        QByteArray head = "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
        for (const HttpHeader& field : post_.headers.fields())
            head += field.name + ": " + field.value + "\r\n";
        head += "Accept-Encoding: identity\r\nConnection: close\r\nContent-Length: " +
                QByteArray::number(post_.body.size()) + "\r\n\r\n";
        socket_.write(head + post_.body);
    }

    void read() {
        if (!outcome_.phases.firstByte)
            outcome_.phases.firstByte = elapsed();
        const QByteArray bytes = socket_.read(readAnswerBytes - readBytes_);
        readBytes_ += bytes.size();
        settle(reader_.read(bytes));
        if (!finished_ && readBytes_ >= readAnswerBytes)
            // The head came: its status decides, however much more there would be.
            finish(reader_.status() ? AttemptFailure::None : AttemptFailure::Unreadable);
    }

    void settle(AnswerReader::State state) {
        if (state == AnswerReader::State::Complete)
            finish(AttemptFailure::None);
        else if (state == AnswerReader::State::Unreadable)
            finish(AttemptFailure::Unreadable);
    }

    void fail(QAbstractSocket::SocketError error) {
        outcome_.details = socket_.errorString();
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
            if (outcome_.phases.connected && isTls() && !outcome_.phases.encrypted)
                return finish(AttemptFailure::Tls);
            while (!finished_ && socket_.bytesAvailable() > 0)
                read();
            if (!finished_)
                settle(readBytes_ > 0 ? reader_.close() : AnswerReader::State::Reading);
            return finish(AttemptFailure::Closed);
        default:
            return finish(outcome_.phases.connected ? AttemptFailure::Closed : AttemptFailure::Unreachable);
        }
    }

    void finish(AttemptFailure failure) {
        if (std::exchange(finished_, true))
            return;
        outcome_.failure = failure;
        outcome_.took = milliseconds(timer_.elapsed());
        outcome_.phases.done = elapsed();
        outcome_.status = reader_.status();
        outcome_.answer = reader_.kept();
        if (failure == AttemptFailure::None)
            outcome_.details.clear();
        deadline_.stop();
        socket_.disconnect(this);
        socket_.abort();
        // Not at once: `done` may do anything, and must not do it in the middle of the socket's own work.
        soon_.start(0);
    }

    void deliver() {
        deleteLater();
        const auto done = std::exchange(done_, nullptr);
        done(std::move(outcome_));
    }

    const OutgoingPost post_;
    std::function<void(AttemptOutcome)> done_;
    QSslSocket socket_;
    QTimer deadline_;
    QTimer soon_;
    QElapsedTimer timer_;
    AnswerReader reader_;
    AttemptOutcome outcome_;
    qint64 readBytes_ = 0;
    const QObject* noticed_ = nullptr;
    bool finished_ = false;
};

HttpSender::HttpSender(QObject* parent) : QObject(parent) {
    setTlsConfiguration(QSslConfiguration::defaultConfiguration());
}

void HttpSender::setTlsConfiguration(const QSslConfiguration& configuration) {
    tls_ = configuration;
    tls_.setProtocol(QSsl::TlsV1_2OrLater);
    tls_.setPeerVerifyMode(QSslSocket::VerifyPeer);
}

HttpSender::~HttpSender() = default;

void HttpSender::post(const OutgoingPost& post, std::function<void(AttemptOutcome)> done) {
    new Exchange(*this, post, std::move(done));
}

} // namespace waybill
