// SPDX-License-Identifier: MIT
#include "http/httpdestination.h"

#include "http/loopback.h"

namespace waybill {

// The encoded host is the name in ASCII (IDN as punycode), in small letters; the user info of a URL is in none of it.
HttpDestination::HttpDestination(const QUrl& url, const CertificateAuthority& trusted) {
    Parts parts;
    const bool isIpv6 = url.host().contains(u':');
    parts.host = isIpv6 ? url.host() : url.host(QUrl::FullyEncoded);
    parts.isTls = url.scheme() == u"https";
    const quint16 usualPort = parts.isTls ? 443 : 80;
    parts.port = quint16(url.port(usualPort));
    parts.isLoopback = isLoopbackHost(url.host());
    parts.certificateName = parts.host;
    if (parts.certificateName.endsWith(u'.'))
        parts.certificateName.chop(1);
    parts.origin.setScheme(url.scheme());
    parts.origin.setHost(url.host());
    parts.origin.setPort(url.port());
    parts.trusted = trusted;

    QByteArray target = url.path(QUrl::FullyEncoded).toLatin1();
    if (target.isEmpty())
        target = "/";
    if (url.hasQuery())
        target += '?' + url.query(QUrl::FullyEncoded).toLatin1();
    QByteArray host = parts.host.toLatin1();
    if (isIpv6) // Its zone (%eth0) means something on this computer only.
        host = '[' + host.first(host.contains('%') ? host.indexOf('%') : host.size()) + ']';
    parts.peer = url.scheme().toLatin1() + "://" + parts.host.toLatin1() + ' ' + QByteArray::number(parts.port);
    if (!trusted.isEmpty())
        parts.peer += ' ' + trusted.digest();
    // The usual port is left out, as browsers and curl do: some receivers compare the whole field.
    if (parts.port != usualPort)
        host += ':' + QByteArray::number(parts.port);
    parts.firstLines = "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\n";
    parts_ = std::make_shared<const Parts>(std::move(parts));
}

QByteArray HttpDestination::firstLinesForProxy() const {
    QByteArray lines = firstLines();
    return lines.insert(lines.indexOf(' ') + 1, parts_->origin.toEncoded());
}

} // namespace waybill
