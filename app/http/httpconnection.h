// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"
#include "http/addressrace.h"
#include "http/answerreader.h"
#include "http/firstbytes.h"
#include "http/httpdestination.h"
#include "http/proxyfinder.h"
#include "http/proxyhandshake.h"

#include <QElapsedTimer>
#include <QObject>
#include <QSslConfiguration>
#include <QTcpSocket>

#include <array>
#include <memory>

QT_BEGIN_NAMESPACE
class QSslSocket;
QT_END_NAMESPACE

namespace waybill {

class TlsWatch;

/// A connection of the sender's: carries one attempt, and further ones where the peer leaves it open. Whatever happens
/// it writes a request once at most. Not to be destroyed by what hears its signals.
class HttpConnection final : public QObject {
    Q_OBJECT
public:
    HttpConnection(const HttpDestination& destination, const QSslConfiguration& tls);
    ~HttpConnection() override;

    /// Connects and sends; once, for the first attempt.
    void open(const QByteArray& request, ProxyFinder& proxies);
    /// Sends over a connection that is idle. False where it turns out to be no longer usable: then nothing was written.
    bool reuse(const QByteArray& request);
    void timeOut(); ///< Ends the attempt.
    void close();   ///< Without a further signal.

    bool isIdle() const { return state_ == State::Idle; } ///< The peer may be sent another request.
    bool wasReused() const { return isReused_; }          ///< Of the last attempt.
    /// Since the attempt began.
    std::chrono::nanoseconds age() const { return std::chrono::nanoseconds(started_.nsecsElapsed()); }
    milliseconds idleTime() const { return milliseconds(idle_.elapsed()); }
    std::optional<seconds> keepAliveTime() const { return reader_.keepAliveTime(); }
    const AttemptOutcome& outcome() const { return outcome_; }

Q_SIGNALS:
    void settled(); ///< The attempt ended: `outcome` says how. Also from within `open` and `reuse`.
    void lost();    ///< While it was idle: the peer closed it or sent what nobody asked for.
    void sessionOffered(const QByteArray& session); ///< For the next connection to this peer: a shorter handshake.

private:
    enum class State { Connecting, Tunnelling, Exchanging, Idle, Ended };

    void begin(State state);
    std::unique_ptr<QTcpSocket> makeSocket() const;
    void take(std::unique_ptr<QTcpSocket> socket);
    void connectThrough(const Proxy& proxy);
    void onConnected();
    void startExchange();
    void passProxy();
    void failAtProxy(ProxyFailure failure);
    void onEncrypted();
    qint64 write(const QByteArray& request);
    void noteSent();
    void read();
    void settle(AnswerReader::State state);
    void fail(QAbstractSocket::SocketError error);
    void failHandshake(bool hasEnded);
    void finishUnreadable();
    SentPart sentPart() const;
    void finish(AttemptFailure failure);
    bool isQuiet() const;
    int elapsed() const { return int(started_.elapsed()); }

    const HttpDestination destination_;
    const QSslConfiguration tls_;
    AddressRace race_;
    std::unique_ptr<QTcpSocket> socket_; ///< Once it is connected.
    QSslSocket* secure_ = nullptr;       ///< `socket_`, for https.
    TlsWatch* watch_ = nullptr;          ///< Of `secure_`.
    State state_ = State::Connecting;
    Proxy proxy_;
    std::optional<ProxyHandshake> handshake_; ///< Until the proxy has opened the way.
    QByteArray waiting_;                      ///< Until the connection stands.
    AnswerReader reader_;
    AttemptOutcome outcome_;
    QElapsedTimer started_;
    QElapsedTimer idle_;
    qint64 requestBytes_ = 0;
    qint64 readBytes_ = 0;
    std::array<char, FirstBytes::enough> firstBytes_{}; ///< Of the answer.
    bool isReused_ = false;
};

} // namespace waybill
