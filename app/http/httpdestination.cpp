// SPDX-License-Identifier: MIT
#include "http/httpdestination.h"

#include "http/loopback.h"

namespace waybill {

HttpDestination::HttpDestination(const QUrl& url) {
    Parts parts;
    parts.host = url.host();
    parts.isTls = url.scheme() == u"https";
    parts.port = quint16(url.port(parts.isTls ? 443 : 80));
    parts.isLoopback = isLoopbackHost(parts.host);

    QByteArray target = url.path(QUrl::FullyEncoded).toLatin1();
    if (target.isEmpty())
        target = "/";
    if (url.hasQuery())
        target += '?' + url.query(QUrl::FullyEncoded).toLatin1();
    QByteArray host = url.host(QUrl::FullyEncoded).toLatin1();
    if (host.contains(':'))
        host = '[' + host + ']';
    parts.peer = url.scheme().toLatin1() + "://" + host + ':' + QByteArray::number(parts.port);
    if (url.port() != -1)
        host += ':' + QByteArray::number(url.port());
    parts.firstLines = "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
    parts_ = std::make_shared<const Parts>(std::move(parts));
}

} // namespace waybill
