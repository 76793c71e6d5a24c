// SPDX-License-Identifier: MIT
#include "http/addressrace.h"

#include "http/loopback.h"

#include <QChildEvent>
#include <QHostInfo>

#include <algorithm>
#include <chrono>
#include <utility>

namespace waybill {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// RFC 8305, "Connection Attempt Delay".
constexpr auto headStart = 250ms;

QString nameOf(const QHostAddress& address) {
    return address.protocol() == QHostAddress::IPv6Protocol ? QString(u'[' + address.toString() + u']')
                                                            : address.toString();
}

} // namespace

/// A connection to one address, until it stands or fails.
class AddressRace::Runner final : public QObject {
public:
    Runner(AddressRace& race, std::unique_ptr<QTcpSocket> itsSocket, QString itsName)
        : name(std::move(itsName)), socket(std::move(itsSocket)), race_(race) {
        socket->installEventFilter(this);
        connect(socket.get(), &QTcpSocket::connected, this, [this] { race_.runnerConnected(*this); });
        connect(socket.get(), &QTcpSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
            race_.runnerFailed(*this,
                               error == QAbstractSocket::ConnectionRefusedError  ? AttemptFailure::Refused
                               : error == QAbstractSocket::RemoteHostClosedError ? AttemptFailure::Closed
                                                                                 : AttemptFailure::Unreachable,
                               socket->errorString());
        });
    }

    /// Nothing is heard of it any more.
    std::unique_ptr<QTcpSocket> release() {
        socket->disconnect(this);
        socket->removeEventFilter(this);
        for (QObject* child : socket->findChildren<QObject*>())
            child->removeEventFilter(this);
        return std::move(socket);
    }

    const QString name;
    std::unique_ptr<QTcpSocket> socket;

private:
    // When the peer resets a connection before Qt has seen it stand, Qt 6.4 connects again and again until the
    // deadline, without a signal. A second notice for one socket that still connects tells.
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::ChildAdded) {
            noticed_ = nullptr;
            static_cast<QChildEvent*>(event)->child()->installEventFilter(this);
        } else if (event->type() == QEvent::SockAct && socket && socket->state() == QAbstractSocket::ConnectingState) {
            if (std::exchange(noticed_, watched) == watched) {
                race_.runnerFailed(*this, AttemptFailure::Closed, u"The connection was reset as soon as it stood."_s);
                return true;
            }
        }
        return false;
    }

    AddressRace& race_;
    const QObject* noticed_ = nullptr;
};

AddressRace::AddressRace(MakeSocket make) : make_(std::move(make)), next_(this) {
    next_.setSingleShot(true);
    connect(&next_, &QTimer::timeout, this, &AddressRace::tryNext);
}

AddressRace::~AddressRace() {
    stop();
}

void AddressRace::start(const QString& host, quint16 port, QIODevice::OpenMode mode) {
    QList<QHostAddress> known = loopbackAddressesOf(host);
    if (const QHostAddress address(host); !address.isNull())
        known = {address};
    if (!known.isEmpty()) {
        Q_EMIT lookedUp();
        return start(known, port, mode);
    }
    lookUp_ = QHostInfo::lookupHost(host, this, [this, port, mode](const QHostInfo& found) {
        lookUp_ = -1;
        if (found.addresses().isEmpty())
            return lose(AttemptFailure::LookUp, found.errorString());
        Q_EMIT lookedUp();
        start(interleaved(found.addresses()), port, mode);
    });
}

void AddressRace::start(const QList<QHostAddress>& addresses, quint16 port, QIODevice::OpenMode mode) {
    left_ = addresses;
    port_ = port;
    mode_ = mode;
    tryNext();
}

void AddressRace::stop() {
    next_.stop();
    left_.clear();
    if (lookUp_ != -1)
        QHostInfo::abortHostLookup(std::exchange(lookUp_, -1));
    while (!runners_.empty())
        drop(*runners_.back());
}

QList<QHostAddress> AddressRace::interleaved(const QList<QHostAddress>& addresses) {
    QList<QHostAddress> first;
    QList<QHostAddress> second;
    for (const QHostAddress& address : addresses) {
        QList<QHostAddress>& family = address.protocol() == addresses.constFirst().protocol() ? first : second;
        if (!family.contains(address))
            family.append(address);
    }
    QList<QHostAddress> turns;
    for (qsizetype i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size())
            turns.append(first.at(i));
        if (i < second.size())
            turns.append(second.at(i));
    }
    return turns;
}

void AddressRace::tryNext() {
    if (left_.isEmpty())
        return;
    const QHostAddress address = left_.takeFirst();
    runners_.push_back(std::make_unique<Runner>(*this, make_(), nameOf(address)));
    tried_ += runners_.back()->name;
    if (!left_.isEmpty())
        next_.start(headStart);
    // Last: it may fail at once.
    runners_.back()->socket->connectToHost(address, port_, mode_);
}

void AddressRace::runnerConnected(Runner& runner) {
    winner_ = runner.release();
    stop();
    Q_EMIT won();
}

void AddressRace::runnerFailed(Runner& runner, AttemptFailure failure, const QString& reason) {
    details_ += tried_.size() + left_.size() < 2 ? reason : u"%1: %2"_s.arg(runner.name, reason);
    // The further it came the more it says: an address without a way there (IPv6, often) says the least.
    if (failure_ == AttemptFailure::None || failure_ == AttemptFailure::Unreachable ||
        failure == AttemptFailure::Closed)
        failure_ = failure;
    drop(runner);
    if (!left_.isEmpty())
        tryNext();
    else if (runners_.empty())
        Q_EMIT lost();
}

void AddressRace::lose(AttemptFailure failure, const QString& reason) {
    failure_ = failure;
    details_ = QStringList(reason);
    Q_EMIT lost();
}

// Not destroyed at once: this may be in the middle of its own work.
void AddressRace::drop(Runner& runner) {
    const auto at = std::ranges::find_if(runners_, [&](const auto& one) { return one.get() == &runner; });
    if (runner.socket) {
        runner.socket->disconnect(&runner);
        runner.socket->abort();
    }
    gone_.push_back(std::move(*at));
    runners_.erase(at);
}

} // namespace waybill
