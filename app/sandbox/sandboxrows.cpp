// SPDX-License-Identifier: MIT
#include "sandbox/sandboxrows.h"

#include "contract/contractjson.h"

#include <QCoreApplication>

namespace waybill::rows {

namespace {

std::optional<QString> textOf(const QVariant& value) {
    return value.isNull() ? std::nullopt : std::optional(value.toString());
}

DeliveryStatus statusOf(RowState state) {
    switch (state) {
    case RowState::Pending:
        return DeliveryStatus::Pending;
    case RowState::Delivered:
        return DeliveryStatus::Delivered;
    case RowState::Failed:
        return DeliveryStatus::Failed;
    case RowState::Abandoned:
        return DeliveryStatus::Abandoned;
    }
    return DeliveryStatus::Unknown;
}

} // namespace

QVariant ms(std::optional<Instant> instant) {
    return instant ? QVariant(millisecondsSinceEpoch(*instant)) : QVariant(QMetaType(QMetaType::LongLong));
}

std::optional<Instant> instantOf(const QVariant& value) {
    return value.isNull() ? std::nullopt : std::optional(instantFromMilliseconds(value.toLongLong()));
}

std::optional<int> numberOf(const QVariant& value) {
    return value.isNull() ? std::nullopt : std::optional(value.toInt());
}

QVariant number(std::optional<int> value) {
    return value ? QVariant(*value) : QVariant(QMetaType(QMetaType::Int));
}

QString text(const QString& value) {
    return value.isNull() ? QStringLiteral("") : value;
}

QVariant textOrNull(const QString& value) {
    return value.isEmpty() ? QVariant(QMetaType(QMetaType::QString)) : QVariant(value);
}

RowState rowState(DeliveryStatus status) {
    return status == DeliveryStatus::Delivered   ? RowState::Delivered
           : status == DeliveryStatus::Failed    ? RowState::Failed
           : status == DeliveryStatus::Abandoned ? RowState::Abandoned
                                                 : RowState::Pending;
}

Delivery deliveryOf(const QSqlQuery& row) {
    Delivery delivery;
    delivery.id = row.value(0).toString();
    delivery.attempt = row.value(1).toInt();
    delivery.status = statusOf(RowState(row.value(2).toInt()));
    delivery.statusText = json::name(delivery.status);
    delivery.eventId = row.value(3).toString();
    delivery.endpointId = row.value(4).toString();
    delivery.scheduledFor = instantOf(row.value(5));
    delivery.deliveredAt = instantOf(row.value(6));
    delivery.responseStatus = numberOf(row.value(7));
    delivery.responseBody = textOf(row.value(8));
    delivery.responseMs = numberOf(row.value(9));
    delivery.error = textOf(row.value(10));
    delivery.createdAt = instantOf(row.value(11));
    delivery.replaysDeliveryId = row.value(12).toString();
    delivery.failure = failureReport(row.value(13).toString());
    delivery.simulatedAt = instantOf(row.value(14));
    return delivery;
}

Result<Delivery> findDelivery(Database& database, const QString& id) {
    auto query = database.run(
        QStringLiteral("SELECT %1 FROM %2 WHERE deliveries.id = ?").arg(deliveryColumns, deliveryTables.arg(QString())),
        {id});
    TRY(query);
    if (!query->next())
        return failure(ErrorKind::NotFound, QCoreApplication::translate("SandboxStore", "There is no such delivery."));
    return deliveryOf(*query);
}

Result<void> insertEvent(Database& database, const Event& event) {
    return database
        .run(QStringLiteral("INSERT INTO events (id, type, api_version, created, object_id, body) "
                            "VALUES (?, ?, ?, ?, ?, ?)"),
             {event.id, event.type, text(event.apiVersion), event.created, text(event.objectId), event.body})
        .map([](const QSqlQuery&) {});
}

Event eventOf(const QSqlQuery& row, const QString& teamId, int first) {
    Event event;
    event.id = row.value(first).toString();
    event.type = row.value(first + 1).toString();
    event.apiVersion = row.value(first + 2).toString();
    event.created = row.value(first + 3).toLongLong();
    event.objectId = row.value(first + 4).toString();
    event.body = row.value(first + 5).toByteArray();
    event.teamId = teamId;
    return event;
}

} // namespace waybill::rows
