// SPDX-License-Identifier: MIT
#pragma once

#include <QHostAddress>
#include <QList>
#include <QString>

namespace waybill {

/// "localhost" and every name below it mean this computer (RFC 6761), with or without the dot of the root.
inline bool isLocalhostName(QStringView host) {
    if (host.endsWith(u'.'))
        host.chop(1);
    return host.compare(u"localhost", Qt::CaseInsensitive) == 0 || host.endsWith(u".localhost", Qt::CaseInsensitive);
}

/// Whether a URL's host is this computer: never asked of a proxy.
inline bool isLoopbackHost(const QString& host) {
    return isLocalhostName(host) || QHostAddress(host).isLoopback();
}

/// Where a name of this computer leads, without asking anybody; empty for every other host.
inline QList<QHostAddress> loopbackAddressesOf(const QString& host) {
    if (!isLocalhostName(host))
        return {};
    return {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
}

} // namespace waybill
