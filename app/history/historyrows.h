// SPDX-License-Identifier: MIT
#pragma once

#include "contract/delivery.h"
#include "contract/endpoint.h"
#include "contract/event.h"

#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <optional>

/// Rows of the copy as values and back.
namespace waybill::copyrows {

/// In the order that deliveryOf() reads.
inline constexpr QStringView deliveryColumns =
    u"d.id, d.attempt, d.status, d.event_id, d.endpoint_id, d.scheduled_for,"
    " d.delivered_at, d.response_status, a.body, d.response_ms, d.error, d.created_at,"
    " d.replays_delivery_id, d.failure, d.simulated_at";
inline constexpr QStringView deliverySource = u" FROM deliveries d LEFT JOIN answers a ON a.delivery_id = d.id";
inline constexpr QStringView rowColumns =
    u", coalesce(e.type, ''), coalesce(p.name, ''), coalesce(p.url, ''),"
    " CASE WHEN d.status = 'failed' THEN (SELECT l.status FROM deliveries l INDEXED BY deliveries_of_journey"
    "  WHERE l.event_id = d.event_id AND l.endpoint_id = d.endpoint_id"
    "  AND l.replays_delivery_id = d.replays_delivery_id AND l.attempt > d.attempt ORDER BY l.attempt DESC LIMIT 1) "
    "END";
inline constexpr QStringView rowSource =
    u" LEFT JOIN events e ON e.id = d.event_id LEFT JOIN endpoints p ON p.id = d.endpoint_id";
/// In the order that endpointOf() reads.
inline constexpr QStringView endpointColumns =
    u"id, url, description, enabled_events, status, secret_prefix, api_version,"
    " created_at, updated_at, last_delivered_at, last_failed_at, disabled_at, disabled_by, rotated_at, rotated_by,"
    " previous_valid_until";

QVariant valueOf(const std::optional<Instant>& instant);
template <typename T>
QVariant valueOf(const std::optional<T>& value) {
    return value ? QVariant(*value) : QVariant();
}
/// A null QString would be bound as NULL.
QString notNull(const QString& text);
std::optional<Instant> instantAt(const QSqlQuery& query, int column);

/// What is known of `now`, where the copy had it as `before` and it is read at `noticed`: what the account does not
/// tell by itself shows in what changed.
EndpointTrace traceOf(const std::optional<Endpoint>& before, const Endpoint& now, Instant noticed);

Delivery deliveryOf(const QSqlQuery& query);
Endpoint endpointOf(const QSqlQuery& query);

/// By what the log is shown; 0 where nothing says it.
qint64 shownTimeOf(const Delivery& delivery);
/// By what an account's list is ordered: 0 where the account does not say.
qint64 sortTimeOf(const Delivery& delivery);
Instant timeOf(const Delivery& delivery);
Instant timeOf(const Event& event);

/// Inserts a row or changes what differs; `condition` ends the WHERE of the change.
QString upsert(const QString& table, const QString& key, const QStringList& columns, const QString& condition = {});

} // namespace waybill::copyrows
