// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace waybill {

/// Who an API key is (`GET /auth/whoami`).
struct Principal {
    QString userId;
    QString teamId;
    QString source;
    QStringList scopes;
};

/// Plan and what is left of it (`GET /usage`).
struct Usage {
    QString plan; ///< free, indie, team, pro, enterprise, or one that we do not know yet.
    std::optional<Instant> periodStart;
    std::optional<Instant> periodEnd;
    QJsonObject used;
    QJsonObject limits;
    QJsonObject remaining;
};

namespace scope {
inline constexpr const char16_t* webhooksRead = u"webhooks:read";
inline constexpr const char16_t* webhooksWrite = u"webhooks:write";
inline constexpr const char16_t* eventsRead = u"events:read";
} // namespace scope

/// The literal scope first, then the family wildcard (`webhooks:*`), then `*`.
bool scopesCover(const QStringList& scopes, QStringView needed);
/// Webhooks are included on Pro and Enterprise.
bool planIncludesWebhooks(QStringView plan);
/// How long an event is listed: 90 days on Pro, a year on Enterprise. Plans without webhooks have none to keep.
std::chrono::days eventsKeptOn(QStringView plan);
/// Requests a minute: Free 60, Team 120, Pro 600; nothing where the plan has its own number (Enterprise, unknown).
std::optional<int> requestsPerMinute(QStringView plan);

} // namespace waybill
