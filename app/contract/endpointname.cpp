// SPDX-License-Identifier: MIT
#include "contract/endpointname.h"

#include "contract/foreigntext.h"

#include <QUrl>

namespace waybill {

QString endpointName(const QString& description, const QString& url) {
    if (!isInvisible(description))
        return inOneLine(description);
    const QString host = QUrl(url).host();
    return isInvisible(host) ? inOneLine(url) : host;
}

QString endpointName(const Endpoint& endpoint) {
    return endpointName(endpoint.description, endpoint.url);
}

} // namespace waybill
