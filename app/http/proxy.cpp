// SPDX-License-Identifier: MIT
#include "http/proxy.h"

#include <QCoreApplication>
#include <QUrl>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr int usualPort = 1080;

QString words(const char* text) {
    return QCoreApplication::translate("Proxy", text);
}

} // namespace

QString Proxy::name() const {
    return (host.contains(u':') ? u'[' + host + u']' : host) + u':' + QString::number(port);
}

QByteArray Proxy::authorization() const {
    return "Basic " + QByteArray(user.toUtf8() + ':' + password.reveal()).toBase64();
}

bool operator==(const Proxy& left, const Proxy& right) {
    return left.kind == right.kind && left.host == right.host && left.port == right.port && left.user == right.user &&
           equalInConstantTime(left.password.reveal(), right.password.reveal());
}

Result<Proxy> readProxy(const QString& text) {
    QString address = text.trimmed();
    const auto no = [](const QString& message) { return failure(ErrorKind::Malformed, message); };
    const auto noAddress = [&] {
        return no(
            words(QT_TRANSLATE_NOOP("Proxy", "This is not the address of a proxy. It looks like proxy.example:3128 or "
                                             "socks5://proxy.example:1080.")));
    };
    if (!address.contains(u"://"))
        address.prepend(u"http://");
    const QUrl url(address, QUrl::TolerantMode);
    const QString scheme = url.scheme();
    const bool isSocks = scheme == u"socks5" || scheme == u"socks5h";
    if (!isSocks && scheme != u"http") {
        if (scheme != u"https" && !scheme.startsWith(u"socks"))
            return noAddress();
        return no(words(QT_TRANSLATE_NOOP("Proxy", "Waybill cannot use a proxy of the kind %1. It can use http and "
                                                   "socks5."))
                      .arg(scheme));
    }
    const QString path = url.path();
    if (!url.isValid() || url.host().isEmpty() || url.port() == 0 || (!path.isEmpty() && path != u"/") ||
        url.hasQuery() || url.hasFragment())
        return noAddress();
    Proxy proxy;
    proxy.kind = isSocks ? Proxy::Kind::Socks5 : Proxy::Kind::Http;
    proxy.host = url.host();
    proxy.port = quint16(url.port(usualPort));
    proxy.user = url.userName(QUrl::FullyDecoded);
    proxy.password = Secret(url.password(QUrl::FullyDecoded).toUtf8());
    return proxy;
}

} // namespace waybill
