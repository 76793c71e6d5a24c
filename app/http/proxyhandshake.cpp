// SPDX-License-Identifier: MIT
#include "http/proxyhandshake.h"

#include <QHostAddress>
#include <QUrl>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestHead = 16 * 1024;
constexpr qsizetype longestText = 255; ///< Of a name or a password in SOCKS.
constexpr char version = 5;

// Of SOCKS, by RFC 1928.
enum Method : unsigned char { withoutPassword = 0, withPassword = 2, noneOfThem = 0xff };
enum AddressType : char { ofIPv4 = 1, ofName = 3, ofIPv6 = 4 };
enum Reply : unsigned char { granted = 0, failed = 1, notAllowed = 2, unsupported = 7 };

QByteArray number(quint16 port) {
    return QByteArray(1, char(port >> 8)) + char(port & 0xff);
}

QByteArray measured(const QByteArray& text) {
    return char(text.size()) + text;
}

} // namespace

ProxyHandshake::ProxyHandshake(const Proxy& proxy, const QString& host, quint16 port)
    : proxy_(proxy)
    , host_(QString::fromLatin1(QUrl::toAce(host)).isEmpty() ? host : QString::fromLatin1(QUrl::toAce(host)))
    , port_(port)
    , step_(proxy.kind == Proxy::Kind::Socks5 ? Step::Method : Step::Connect) {
    if (step_ == Step::Method) {
        bytes_ = proxy_.user.isEmpty() ? QByteArray{"\x05\x01\x00", 3} : QByteArray{"\x05\x02\x00\x02", 4};
        return;
    }
    const QByteArray peer =
        (host_.contains(u':') ? u'[' + host_ + u']' : host_).toLatin1() + ':' + QByteArray::number(port_);
    bytes_ = "CONNECT " + peer + " HTTP/1.1\r\nHost: " + peer + "\r\n";
    if (!proxy_.user.isEmpty())
        bytes_ += "Proxy-Authorization: " + proxy_.authorization() + "\r\n";
    bytes_ += "\r\n";
}

qsizetype ProxyHandshake::wanted() const {
    switch (step_) {
    case Step::Connect:
        return 1; // A head says only at its end that it ends.
    case Step::Method:
    case Step::Password:
        return 2 - read_.size();
    case Step::Way:
        break;
    }
    if (read_.size() < 5)
        return 5 - read_.size();
    const char type = read_.at(3);
    const qsizetype address = type == ofIPv4 ? 4 : type == ofIPv6 ? 16 : 1 + qsizetype(quint8(read_.at(4)));
    return 4 + address + 2 - read_.size();
}

ProxyHandshake::State ProxyHandshake::read(QByteArrayView bytes) {
    read_ += bytes;
    switch (step_) {
    case Step::Connect:
        readHead();
        break;
    case Step::Method:
        if (wanted() <= 0)
            readMethod();
        break;
    case Step::Password:
        if (wanted() > 0)
            break;
        if (read_.at(1) != 0)
            fail(ProxyFailure::Kind::PasswordRefused);
        else
            askTheWay();
        break;
    case Step::Way:
        if (wanted() <= 0)
            readWay();
        break;
    }
    return state_;
}

void ProxyHandshake::readHead() {
    const bool isProxy =
        QByteArrayView("HTTP/1.").startsWith(QByteArrayView(read_).first(std::min<qsizetype>(read_.size(), 7))) &&
        read_.size() <= longestHead;
    if (!isProxy)
        return fail(ProxyFailure::Kind::Unreadable);
    if (!read_.endsWith("\r\n\r\n") && !read_.endsWith("\n\n"))
        return;
    const QByteArray line = read_.first(read_.indexOf('\n')).trimmed();
    details_ = QString::fromLatin1(line.left(200));
    const QByteArray text = line.mid(8).trimmed();
    bool isNumber = false;
    const int status = text.left(3).toInt(&isNumber);
    if (!isNumber || status < 100 || (text.size() > 3 && text.at(3) != ' '))
        return fail(ProxyFailure::Kind::Unreadable);
    if (status < 200) {
        read_.clear(); // An interim answer.
    } else if (status < 300) {
        state_ = State::Open;
    } else if (status == 407) {
        fail(noPassword());
    } else {
        const bool isDenied = status == 401 || status == 403 || status == 405 || status == 451;
        const bool isNoWay = status == 404 || status == 502 || status == 503 || status == 504;
        fail(isDenied  ? ProxyFailure::Kind::Denied
             : isNoWay ? ProxyFailure::Kind::NoWay
                       : ProxyFailure::Kind::Answered,
             status);
    }
}

void ProxyHandshake::readMethod() {
    const auto method = quint8(read_.at(1));
    if (read_.at(0) != version)
        return fail(ProxyFailure::Kind::Unreadable);
    if (method == withoutPassword)
        return askTheWay();
    if (method != withPassword || proxy_.user.isEmpty())
        return fail(noPassword());
    step_ = Step::Password;
    read_.clear();
    bytes_ = '\x01' + measured(proxy_.user.toUtf8().left(longestText)) +
             measured(proxy_.password.reveal().left(longestText));
}

ProxyFailure::Kind ProxyHandshake::noPassword() const {
    return proxy_.user.isEmpty() || proxy_.password.isEmpty() ? ProxyFailure::Kind::WantsPassword
                                                              : ProxyFailure::Kind::PasswordRefused;
}

void ProxyHandshake::askTheWay() {
    step_ = Step::Way;
    read_.clear();
    bytes_ = QByteArray("\x05\x01\x00", 3);
    const QHostAddress address(host_);
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        const quint32 four = address.toIPv4Address();
        bytes_ += char(ofIPv4) + number(quint16(four >> 16)) + number(quint16(four & 0xffff));
    } else if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        const Q_IPV6ADDR sixteen = address.toIPv6Address();
        bytes_ += char(ofIPv6) + QByteArray(reinterpret_cast<const char*>(sixteen.c), sizeof sixteen.c);
    } else {
        bytes_ += char(ofName) + measured(host_.toLatin1().left(longestText));
    }
    bytes_ += number(port_);
}

void ProxyHandshake::readWay() {
    const auto reply = quint8(read_.at(1));
    if (read_.at(0) != version)
        return fail(ProxyFailure::Kind::Unreadable);
    if (reply == granted) {
        state_ = State::Open;
        return;
    }
    details_ = u"SOCKS 5: %1"_s.arg(reply);
    fail(reply == notAllowed   ? ProxyFailure::Kind::Denied
         : reply < unsupported ? ProxyFailure::Kind::NoWay
                               : ProxyFailure::Kind::Answered);
}

void ProxyHandshake::fail(ProxyFailure::Kind kind, int status) {
    state_ = State::Failed;
    failure_ = proxy_.failure(kind, status);
}

} // namespace waybill
