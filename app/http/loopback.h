// SPDX-License-Identifier: MIT
#pragma once

#include <QHostAddress>
#include <QString>

namespace waybill {

/// Whether a URL's host is this computer: never asked of a proxy.
inline bool isLoopbackHost(const QString& host) {
    return host == u"localhost" || QHostAddress(host).isLoopback();
}

} // namespace waybill
