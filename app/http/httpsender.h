// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"
#include "contract/retryschedule.h"
#include "http/httpdestination.h"
#include "http/proxyfinder.h"

#include <QObject>
#include <QSslConfiguration>
#include <QTimer>

#include <functional>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

namespace waybill {

/// One POST of one attempt.
struct OutgoingPost {
    HttpDestination destination;
    /// Header fields as they go over the wire, each made by `appendHeaderField`. Without Host, Content-Length,
    /// Connection and Accept-Encoding, which are the sender's.
    QByteArray fields;
    QByteArray body;
};

/// Appends "Name: value\r\n". False, and nothing appended, where that would not be exactly one field: the name is not a
/// token, or CR, LF or NUL is in the value.
[[nodiscard]] bool appendHeaderField(QByteArray& fields, QByteArrayView name, QByteArrayView value);

/// Sends deliveries. One call = one request on the wire, at most; never a redirect, never a resend; one deadline over
/// look-up, connection, TLS, sending, head and body; reading stops at 64 KiB, 4 KB are kept. Lives on one thread.
///
/// Connections are kept for the next attempt where the peer allows it, and TLS sessions for the next connection. A peer
/// may close a kept connection just as a request sets out: that attempt fails (`Closed`), because to send it again
/// might deliver it twice. To make that as rare as can be,
/// - a connection carries another request only within a second after its last answer, and within half of what the peer
///   promised (`Keep-Alive: timeout=`). The shortest limit that common servers have is two seconds;
/// - and only if the system has nothing to read from it, not even its end. Otherwise a new one is opened;
/// - a peer is trusted once it left a connection open for a moment: some close behind an answer without saying so;
/// - and it gets new connections only, for a minute, where it failed an attempt in that way.
class HttpSender final : public QObject {
    Q_OBJECT
public:
    explicit HttpSender(QObject* parent = nullptr);
    ~HttpSender() override;
    /// `done` runs exactly once, on this thread, never before the call returns; not after the sender is gone. It may
    /// post again, and may destroy the sender.
    void post(const OutgoingPost& post, std::function<void(AttemptOutcome)> done);
    /// For a certificate authority of one's own. Verification and TLS 1.2 or later stay, whatever it says.
    void setTlsConfiguration(const QSslConfiguration& configuration);
    /// The system's unless told otherwise. Counts from the next attempt on.
    void setProxies(const ProxyChoice& choice);
    /// `attemptTimeLimit` unless told otherwise; not while an attempt is under way.
    void setTimeLimit(milliseconds limit) { timeLimit_ = limit; }

private:
    struct Peer;
    struct Line;
    struct Finished {
        std::function<void(AttemptOutcome)> done;
        AttemptOutcome outcome;
    };
    using Lines = std::list<Line>;

    Peer& peerOf(const HttpDestination& destination);
    bool sendOverIdle(Peer& peer, const QByteArray& request, std::function<void(AttemptOutcome)>& done);
    void sendOverNew(Peer& peer, const OutgoingPost& post, const QByteArray& request,
                     std::function<void(AttemptOutcome)> done);
    QSslConfiguration tlsFor(const HttpDestination& destination, const Peer& peer);
    void dropAllIdle();
    void settle(Lines::iterator line);
    void dropIdle(Peer& peer);
    void drop(Lines& from, Lines::iterator line);
    void endOverdue();
    void closeIdle();
    void wantTurn();
    void takeTurn();

    QSslConfiguration tls_;
    QList<QSslCertificate> systemAuthorities_; ///< Read once something is to be trusted besides them.
    ProxyFinder proxies_;
    milliseconds timeLimit_ = attemptTimeLimit;
    std::unordered_map<QByteArray, std::unique_ptr<Peer>> peers_;
    Lines busy_; ///< By the start of the attempt: all have one limit, so the first is the next to be overdue.
    Lines ended_;
    std::vector<Finished> finished_;
    int idleLines_ = 0;
    bool wantsTurn_ = false;
    QTimer overdue_;
    QTimer tidy_;
};

} // namespace waybill
