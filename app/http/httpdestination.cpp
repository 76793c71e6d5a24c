// SPDX-License-Identifier: MIT
#include "http/httpdestination.h"

#include "http/loopback.h"

namespace waybill {

HttpDestination::HttpDestination(const QUrl& url, const CertificateAuthority& trusted) {
    Parts parts;
    parts.host = url.host();
    parts.isTls = url.scheme() == u"https";
    parts.port = quint16(url.port(parts.isTls ? 443 : 80));
    parts.isLoopback = isLoopbackHost(parts.host);
    parts.origin.setScheme(url.scheme());
    parts.origin.setHost(parts.host);
    parts.origin.setPort(url.port());
    parts.trusted = trusted;

    QByteArray target = url.path(QUrl::FullyEncoded).toLatin1();
    if (target.isEmpty())
        target = "/";
    if (url.hasQuery())
        target += '?' + url.query(QUrl::FullyEncoded).toLatin1();
    QByteArray host = url.host(QUrl::FullyEncoded).toLatin1();
    if (host.contains(':'))
        host = '[' + host + ']';
    parts.peer = url.scheme().toLatin1() + "://" + host + ':' + QByteArray::number(parts.port);
    if (!trusted.isEmpty())
        parts.peer += ' ' + trusted.digest();
    // The usual port is left out, as browsers and curl do: some receivers compare the whole field.
    if (parts.port != (parts.isTls ? 443 : 80))
        host += ':' + QByteArray::number(parts.port);
    parts.firstLines = "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
    parts_ = std::make_shared<const Parts>(std::move(parts));
}

QByteArray HttpDestination::firstLinesForProxy() const {
    QByteArray lines = firstLines();
    return lines.insert(lines.indexOf(' ') + 1, parts_->origin.toEncoded());
}

} // namespace waybill
