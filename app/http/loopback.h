// SPDX-License-Identifier: MIT
#pragma once

#include "contract/localhost.h"

#include <QHostAddress>
#include <QList>
#include <QString>

namespace waybill {

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
