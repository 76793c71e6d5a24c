// SPDX-License-Identifier: MIT
#include "http/inboxaddress.h"

#include "http/loopback.h"

#include <QRegularExpression>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr quint16 defaultPort = 80;

bool isLabel(const QByteArray& label) {
    return !label.isEmpty() && !label.startsWith('-') && !label.endsWith('-') && std::ranges::all_of(label, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

bool isBelow(const QString& path, const QString& inbox) {
    return path == inbox || path.startsWith(inbox + u'/');
}

/// Of some inbox, where it is not known which is ours.
bool looksLikeInbox(const QString& path) {
    static const QRegularExpression form(u"^/in/[0-9A-Za-z]{32}(/|$)"_s);
    return form.match(path).hasMatch();
}

} // namespace

bool isServedHost(const QByteArray& host) {
    const QByteArray lower = host.toLower();
    if (lower == "127.0.0.1" || lower == "localhost" || lower == "[::1]")
        return true;
    // No look-up ever leads such a name to another computer (RFC 6761).
    const QByteArrayList labels = lower.split('.');
    return labels.size() > 1 && labels.constLast() == "localhost" && std::ranges::all_of(labels, isLabel);
}

bool isServedAuthority(const QByteArray& authority, quint16 port) {
    const QByteArray ending = ':' + QByteArray::number(port);
    if (authority.endsWith(ending))
        return isServedHost(authority.chopped(ending.size()));
    if (port != defaultPort)
        return false;
    return isServedHost(authority.endsWith(':') ? authority.chopped(1) : authority);
}

InboxAddress::Place InboxAddress::placeOf(const QUrl& url) const {
    const QString host = url.host();
    const bool isIpv6 = host == u"::1";
    const bool isServed = isServedHost(isIpv6 ? "[::1]"_ba : host.toLatin1());
    if (url.scheme() != u"http" || !(isServed || isLoopbackHost(host)))
        return Place::Elsewhere;
    if (port != 0 && url.port(defaultPort) == port && isServed && (answersIpv6 || !isIpv6))
        return !path.isEmpty() && url.path() == path ? Place::Here : Place::Elsewhere;
    const bool isInbox = path.isEmpty() ? looksLikeInbox(url.path()) : isBelow(url.path(), path);
    return isInbox ? Place::Former : Place::Elsewhere;
}

} // namespace waybill
