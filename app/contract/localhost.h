// SPDX-License-Identifier: MIT
#pragma once

#include <QStringView>

namespace waybill {

/// "localhost" and every name below it mean this computer (RFC 6761), with or without the dot of the root.
inline bool isLocalhostName(QStringView host) {
    if (host.endsWith(u'.'))
        host.chop(1);
    return host.compare(u"localhost", Qt::CaseInsensitive) == 0 || host.endsWith(u".localhost", Qt::CaseInsensitive);
}

} // namespace waybill
