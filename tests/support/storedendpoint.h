// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"

namespace waybill::test {

/// As the sandbox stores it, for every event.
inline Endpoint storedEndpoint(const QString& id, Instant createdAt,
                               const QString& url = QStringLiteral("https://receiver.example/hook")) {
    Endpoint endpoint;
    endpoint.id = id;
    endpoint.url = url;
    endpoint.enabledEvents = {QStringLiteral("*")};
    endpoint.secretPrefix = QStringLiteral("whsec_abcdef");
    endpoint.createdAt = endpoint.updatedAt = createdAt;
    return endpoint;
}

} // namespace waybill::test
