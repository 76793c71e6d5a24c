// SPDX-License-Identifier: MIT
#pragma once

#include "http/proxy.h"

#include <QByteArrayView>

namespace waybill {

/// What is said to a proxy, and what it says, before it opens the way to a host: CONNECT, or SOCKS 5 (RFC 1928, 1929).
/// Knows no socket: bytes in, bytes out.
class ProxyHandshake {
public:
    enum class State { Talking, Open, Failed };

    ProxyHandshake(const Proxy& proxy, const QString& host, quint16 port);

    /// What to write next, once each time: at the beginning, and after `read` while it is talking. May be empty.
    QByteArray takeBytes() { return std::exchange(bytes_, {}); }
    /// How many bytes may be read at most, so that none is taken that is for whoever comes after.
    qsizetype wanted() const;
    State read(QByteArrayView bytes);
    State state() const { return state_; }
    /// Once it failed.
    const ProxyFailure& failure() const { return failure_; }
    /// What the proxy answered, for the details; never a header field.
    const QString& details() const { return details_; }

private:
    enum class Step { Connect, Method, Password, Way };

    void readHead();
    void readMethod();
    void readWay();
    void askTheWay();
    ProxyFailure::Kind noPassword() const;
    void fail(ProxyFailure::Kind kind, int status = 0);

    const Proxy proxy_;
    const QString host_;
    const quint16 port_;
    Step step_;
    State state_ = State::Talking;
    QByteArray bytes_;
    QByteArray read_;
    ProxyFailure failure_;
    QString details_;
};

} // namespace waybill
