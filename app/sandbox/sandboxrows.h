// SPDX-License-Identifier: MIT
// Between the rows of the sandbox's tables and the contract's values; for the source files that hold its SQL.
#pragma once

#include "contract/delivery.h"
#include "contract/event.h"
#include "contract/try.h"
#include "sandbox/sandboxschema.h"
#include "store/database.h"

namespace waybill::rows {

QVariant ms(std::optional<Instant> instant);
std::optional<Instant> instantOf(const QVariant& value);
QVariant number(std::optional<int> value);
std::optional<int> numberOf(const QVariant& value);
/// An empty QString may be a null one, which SQLite would take for NULL.
QString text(const QString& value);
QVariant textOrNull(const QString& value);

RowState rowState(DeliveryStatus status);

/// Read by `deliveryOf`, which begins at the row's first column.
inline const QString deliveryColumns = QStringLiteral(
    "deliveries.id, attempt, state, events.id, endpoints.id, scheduled_for, delivered_at, response_status, "
    "answers.body, response_ms, error, deliveries.created_at, replays_delivery_id, "
    "answers.failure, simulated_at");
// CROSS: the log is read in its own order, whatever the planner makes of the others. %1: an index, or nothing.
inline const QString deliveryTables =
    QStringLiteral("deliveries %1 CROSS JOIN events ON events.seq = event CROSS JOIN endpoints ON endpoints.seq = "
                   "endpoint LEFT JOIN answers ON answers.delivery = deliveries.seq");
Delivery deliveryOf(const QSqlQuery& row);
Result<Delivery> findDelivery(Database& database, const QString& id);

Result<void> insertEvent(Database& database, const Event& event);

/// Read by `eventOf` from the column `first` on.
inline const QString eventColumns =
    QStringLiteral("events.id, events.type, events.api_version, events.created, events.object_id, events.body");
Event eventOf(const QSqlQuery& row, const QString& teamId, int first = 0);

} // namespace waybill::rows
