// SPDX-License-Identifier: MIT
#include "http/httpsender.h"

#include "http/httpconnection.h"

#include <QDeadlineTimer>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace waybill {

using namespace std::chrono_literals;

namespace {

constexpr milliseconds longestIdle = 1s;
constexpr milliseconds moment = 10ms; ///< After which a connection that still stands was left open on purpose.
constexpr milliseconds distrust = 60s;
constexpr milliseconds tidyInterval = 250ms;
constexpr std::size_t idleLinesOfAPeer = 32;
constexpr int idleLinesInAll = 128;
constexpr std::size_t knownPeers = 256;

bool isToken(QByteArrayView name) {
    const QByteArrayView marks("!#$%&'*+-.^_`|~");
    return !name.isEmpty() && std::ranges::all_of(name, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.contains(c);
    });
}

QByteArray bytesOf(const OutgoingPost& post) {
    const QByteArrayView lines("Accept-Encoding: identity\r\nContent-Length: ");
    const QByteArray length = QByteArray::number(post.body.size());
    const QByteArray& first = post.destination.firstLines();
    QByteArray bytes;
    bytes.reserve(first.size() + post.fields.size() + lines.size() + length.size() + 4 + post.body.size());
    bytes.append(first).append(post.fields).append(lines).append(length).append("\r\n\r\n").append(post.body);
    return bytes;
}

} // namespace

bool appendHeaderField(QByteArray& fields, QByteArrayView name, QByteArrayView value) {
    if (!isToken(name) || std::ranges::any_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }))
        return false;
    fields.append(name).append(": ").append(value).append("\r\n");
    return true;
}

/// What is known of a host and port, for as long as it is used now and then.
struct HttpSender::Peer {
    Lines idle; ///< The last used at the end.
    int lines = 0;
    QByteArray session;
    milliseconds longestIdle = waybill::longestIdle;
    bool isTrusted = false;
    QDeadlineTimer distrusted; ///< Over unless it failed an attempt by closing a kept connection.
};

struct HttpSender::Line {
    Line(Peer& itsPeer, const HttpDestination& destination, const QSslConfiguration& tls)
        : peer(itsPeer), connection(destination, tls) {
        ++peer.lines;
    }
    ~Line() { --peer.lines; }
    Q_DISABLE_COPY_MOVE(Line)

    Peer& peer;
    HttpConnection connection;
    std::function<void(AttemptOutcome)> done;
    bool mayStay = true; ///< Its TLS configuration and its proxy are still the sender's.
};

HttpSender::HttpSender(QObject* parent) : QObject(parent), proxies_(this), overdue_(this), tidy_(this) {
    setTlsConfiguration(QSslConfiguration::defaultConfiguration());
    overdue_.setSingleShot(true);
    overdue_.setTimerType(Qt::PreciseTimer);
    connect(&overdue_, &QTimer::timeout, this, &HttpSender::endOverdue);
    tidy_.setInterval(tidyInterval);
    connect(&tidy_, &QTimer::timeout, this, &HttpSender::closeIdle);
}

HttpSender::~HttpSender() {
    for (auto& [name, peer] : peers_)
        peer->idle.clear();
}

void HttpSender::setTlsConfiguration(const QSslConfiguration& configuration) {
    tls_ = configuration;
    tls_.setProtocol(QSsl::TlsV1_2OrLater);
    tls_.setPeerVerifyMode(QSslSocket::VerifyPeer);
    tls_.setSslOption(QSsl::SslOptionDisableSessionPersistence, false);
    // What was verified otherwise does not count any more.
    for (auto& [name, peer] : peers_)
        peer->session.clear();
    dropAllIdle();
}

void HttpSender::setProxies(const ProxyChoice& choice) {
    proxies_.setChoice(choice);
    dropAllIdle();
}

void HttpSender::dropAllIdle() {
    for (auto& [name, peer] : peers_)
        dropIdle(*peer);
    for (Line& line : busy_)
        line.mayStay = false;
}

void HttpSender::post(const OutgoingPost& post, std::function<void(AttemptOutcome)> done) {
    Peer& peer = peerOf(post.destination);
    const QByteArray request = bytesOf(post);
    if (!sendOverIdle(peer, request, done))
        sendOverNew(peer, post, request, std::move(done));
    if (!overdue_.isActive())
        overdue_.start(timeLimit_);
}

HttpSender::Peer& HttpSender::peerOf(const HttpDestination& destination) {
    const auto known = peers_.find(destination.peer());
    if (known != peers_.end())
        return *known->second;
    if (peers_.size() >= knownPeers)
        std::erase_if(peers_, [](const auto& entry) { return entry.second->lines == 0; });
    return *peers_.emplace(destination.peer(), std::make_unique<Peer>()).first->second;
}

bool HttpSender::sendOverIdle(Peer& peer, const QByteArray& request, std::function<void(AttemptOutcome)>& done) {
    while (!peer.idle.empty()) {
        const auto line = peer.isTrusted ? std::prev(peer.idle.end()) : peer.idle.begin();
        const milliseconds idle = line->connection.idleTime();
        if (!peer.isTrusted && idle < moment)
            return false;
        --idleLines_;
        busy_.splice(busy_.end(), peer.idle, line);
        line->done = std::move(done);
        if (idle < peer.longestIdle && line->connection.reuse(request)) {
            peer.isTrusted = true;
            return true;
        }
        done = std::move(line->done);
        drop(busy_, line);
    }
    return false;
}

void HttpSender::sendOverNew(Peer& peer, const OutgoingPost& post, const QByteArray& request,
                             std::function<void(AttemptOutcome)> done) {
    busy_.emplace_back(peer, post.destination, tlsFor(post.destination, peer));
    const auto line = std::prev(busy_.end());
    line->done = std::move(done);
    HttpConnection& connection = line->connection;
    connect(&connection, &HttpConnection::settled, this, [this, line] { settle(line); });
    connect(&connection, &HttpConnection::lost, this, [this, line] {
        --idleLines_;
        drop(line->peer.idle, line);
    });
    connect(&connection, &HttpConnection::sessionOffered, this, [line](const QByteArray& session) {
        if (line->mayStay)
            line->peer.session = session;
    });
    connection.open(request, proxies_);
}

QSslConfiguration HttpSender::tlsFor(const HttpDestination& destination, const Peer& peer) {
    QSslConfiguration tls = tls_;
    if (!destination.trusted().isEmpty()) {
        if (systemAuthorities_.isEmpty())
            systemAuthorities_ = QSslConfiguration::systemCaCertificates();
        destination.trusted().addTo(tls, systemAuthorities_);
    }
    if (!peer.session.isEmpty())
        tls.setSessionTicket(peer.session);
    return tls;
}

void HttpSender::settle(Lines::iterator line) {
    Peer& peer = line->peer;
    const HttpConnection& connection = line->connection;
    finished_.push_back({std::exchange(line->done, nullptr), connection.outcome()});
    wantTurn();
    if (connection.wasReused() && connection.outcome().failure == AttemptFailure::Closed) {
        peer.isTrusted = false;
        peer.distrusted.setRemainingTime(distrust);
        dropIdle(peer);
    }
    if (const auto promised = connection.keepAliveTime())
        peer.longestIdle = std::min<milliseconds>(longestIdle, milliseconds(*promised) / 2);
    if (!connection.isIdle() || !line->mayStay || !peer.distrusted.hasExpired() ||
        peer.idle.size() >= idleLinesOfAPeer || idleLines_ >= idleLinesInAll)
        return drop(busy_, line);
    ++idleLines_;
    peer.idle.splice(peer.idle.end(), busy_, line);
    if (!tidy_.isActive())
        tidy_.start();
}

// Not destroyed at once: this may be in the middle of the connection's own work.
void HttpSender::drop(Lines& from, Lines::iterator line) {
    line->connection.close();
    ended_.splice(ended_.end(), from, line);
    wantTurn();
}

void HttpSender::dropIdle(Peer& peer) {
    while (!peer.idle.empty()) {
        --idleLines_;
        drop(peer.idle, peer.idle.begin());
    }
}

void HttpSender::endOverdue() {
    while (!busy_.empty() && busy_.front().connection.age() >= timeLimit_)
        busy_.front().connection.timeOut();
    if (!busy_.empty())
        overdue_.start(std::chrono::ceil<milliseconds>(timeLimit_ - busy_.front().connection.age()));
}

void HttpSender::closeIdle() {
    for (auto& [name, peer] : peers_) {
        while (!peer->idle.empty() && peer->idle.front().connection.idleTime() >= peer->longestIdle) {
            --idleLines_;
            drop(peer->idle, peer->idle.begin());
        }
    }
    if (idleLines_ == 0)
        tidy_.stop();
}

void HttpSender::wantTurn() {
    if (!std::exchange(wantsTurn_, true))
        QMetaObject::invokeMethod(this, &HttpSender::takeTurn, Qt::QueuedConnection);
}

void HttpSender::takeTurn() {
    wantsTurn_ = false;
    ended_.clear();
    const QPointer<HttpSender> guard(this);
    for (Finished& finished : std::exchange(finished_, {})) {
        finished.done(std::move(finished.outcome));
        if (!guard)
            return;
    }
}

} // namespace waybill
