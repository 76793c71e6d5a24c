// SPDX-License-Identifier: MIT
#include "history/historyrows.h"

#include "contract/contractjson.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace waybill::copyrows {

using namespace Qt::StringLiterals;

namespace {

std::optional<int> numberAt(const QSqlQuery& query, int column) {
    return query.isNull(column) ? std::nullopt : std::optional(query.value(column).toInt());
}

std::optional<QString> textAt(const QSqlQuery& query, int column) {
    return query.isNull(column) ? std::nullopt : std::optional(query.value(column).toString());
}

} // namespace

QVariant valueOf(const std::optional<Instant>& instant) {
    return instant ? QVariant(millisecondsSinceEpoch(*instant)) : QVariant();
}

QString notNull(const QString& text) {
    return text.isNull() ? u""_s : text;
}

std::optional<Instant> instantAt(const QSqlQuery& query, int column) {
    return query.isNull(column) ? std::nullopt
                                : std::optional(instantFromMilliseconds(query.value(column).toLongLong()));
}

Delivery deliveryOf(const QSqlQuery& query) {
    Delivery delivery;
    delivery.id = query.value(0).toString();
    delivery.attempt = query.value(1).toInt();
    delivery.statusText = query.value(2).toString();
    delivery.status = json::deliveryStatus(delivery.statusText);
    delivery.eventId = query.value(3).toString();
    delivery.endpointId = query.value(4).toString();
    delivery.scheduledFor = instantAt(query, 5);
    delivery.deliveredAt = instantAt(query, 6);
    delivery.responseStatus = numberAt(query, 7);
    delivery.responseBody = textAt(query, 8);
    delivery.responseMs = numberAt(query, 9);
    delivery.error = textAt(query, 10);
    delivery.createdAt = instantAt(query, 11);
    delivery.replaysDeliveryId = query.value(12).toString();
    delivery.failure = failureReport(query.value(13).toString());
    delivery.simulatedAt = instantAt(query, 14);
    return delivery;
}

Endpoint endpointOf(const QSqlQuery& query) {
    Endpoint endpoint;
    endpoint.id = query.value(0).toString();
    endpoint.url = query.value(1).toString();
    endpoint.description = query.value(2).toString();
    const QJsonArray names = QJsonDocument::fromJson(query.value(3).toString().toUtf8()).array();
    for (const auto& name : names)
        endpoint.enabledEvents.append(name.toString());
    endpoint.statusText = query.value(4).toString();
    endpoint.status = json::endpointStatus(endpoint.statusText);
    endpoint.secretPrefix = query.value(5).toString();
    endpoint.apiVersion = query.value(6).toString();
    endpoint.createdAt = instantAt(query, 7);
    endpoint.updatedAt = instantAt(query, 8);
    endpoint.lastDeliveredAt = instantAt(query, 9);
    endpoint.lastFailedAt = instantAt(query, 10);
    endpoint.trace = {instantAt(query, 11), json::actor(query.value(12).toString()), instantAt(query, 13),
                      json::actor(query.value(14).toString()), instantAt(query, 15)};
    return endpoint;
}

qint64 shownTimeOf(const Delivery& delivery) {
    const auto time = happensAt(delivery);
    return time ? millisecondsSinceEpoch(*time) : 0;
}

EndpointTrace traceOf(const std::optional<Endpoint>& before, const Endpoint& now, Instant noticed) {
    EndpointTrace trace = now.trace;
    const Instant changedAt = now.updatedAt.value_or(noticed);
    if (now.status != EndpointStatus::Disabled) {
        trace.disabledAt.reset();
        trace.disabledBy = Actor::Unknown;
    } else if (!trace.disabledAt && before) {
        // By whom, or by which rule, nobody says.
        const bool wasDisabled = before->status == EndpointStatus::Disabled;
        trace.disabledAt = wasDisabled ? before->trace.disabledAt : std::optional(changedAt);
        trace.disabledBy = wasDisabled ? before->trace.disabledBy : Actor::Unknown;
    }
    if (trace.rotatedAt || !before)
        return trace;
    if (before->secretPrefix.isEmpty() || before->secretPrefix == now.secretPrefix) {
        trace.rotatedAt = before->trace.rotatedAt;
        trace.rotatedBy = before->trace.rotatedBy;
        trace.previousSecretValidUntil = before->trace.previousSecretValidUntil;
    } else {
        // What this Waybill does says so itself.
        trace.rotatedAt = changedAt;
        trace.rotatedBy = Actor::OtherTool;
    }
    return trace;
}

qint64 sortTimeOf(const Delivery& delivery) {
    const auto time = delivery.createdAt ? delivery.createdAt : delivery.scheduledFor;
    return time ? millisecondsSinceEpoch(*time) : 0;
}

Instant timeOf(const Delivery& delivery) {
    return instantFromMilliseconds(sortTimeOf(delivery));
}

Instant timeOf(const Event& event) {
    return Instant(seconds(event.created));
}

QString upsert(const QString& table, const QString& key, const QStringList& columns, const QString& condition) {
    QStringList marks(columns.size() + 1, u"?"_s);
    QStringList assigned;
    QStringList kept;
    QStringList given;
    for (const QString& column : columns) {
        assigned.append(column + u" = excluded." + column);
        kept.append(table + u'.' + column);
        given.append(u"excluded." + column);
    }
    return u"INSERT INTO " + table + u" (" + key + u", " + columns.join(u", ") + u") VALUES (" + marks.join(u", ") +
           u") ON CONFLICT (" + key + u") DO UPDATE SET " + assigned.join(u", ") + u" WHERE (" + kept.join(u", ") +
           u") IS NOT (" + given.join(u", ") + u')' + condition;
}

} // namespace waybill::copyrows
