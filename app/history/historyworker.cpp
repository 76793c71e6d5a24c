// SPDX-License-Identifier: MIT
#include "history/historyworker.h"

#include "contract/contractjson.h"
#include "contract/endpointname.h"
#include "history/historyrows.h"
#include "history/historyschema.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;
using namespace copyrows;

namespace {

constexpr std::chrono::hours lastDay{24};
constexpr int latestShown = 12;

QString statusTextOf(const Delivery& delivery) {
    return delivery.statusText.isEmpty() ? json::name(delivery.status) : delivery.statusText;
}

DeliveryRow rowOf(const QSqlQuery& query) {
    const QString url = query.value(17).toString();
    return {deliveryOf(query), query.value(15).toString(), endpointName(query.value(16).toString(), url), url,
            afterwardsOf(json::deliveryStatus(query.value(18).toString()))};
}

/// The contract does not say when an attempt failed; it was due then, and took ten seconds at most.
QVariant settledTimeOf(const Delivery& delivery) {
    if (!delivery.isSettled())
        return {};
    if (delivery.deliveredAt)
        return valueOf(delivery.deliveredAt);
    return delivery.scheduledFor ? valueOf(delivery.scheduledFor) : QVariant(sortTimeOf(delivery));
}

/// `text` anywhere, its own wildcards as plain characters (with ESCAPE '\').
QString containing(QString text) {
    text.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
    return u'%' + text + u'%';
}

} // namespace

Result<void> History::Worker::open() {
    auto opened = Database::open(file_, historyMigrations());
    if (!opened) {
        openError_ = opened.error();
        return failure(openError_);
    }
    database_ = std::move(*opened);
    return {};
}

Result<QSqlQuery> History::Worker::run(const QString& statement, const QVariantList& values) {
    return database_ ? database_->run(statement, values) : Result<QSqlQuery>(failure(openError_));
}

Result<QStringList> History::Worker::readIds(const QString& statement, const QVariantList& values) {
    auto query = run(statement, values);
    if (!query)
        return failure(query.error());
    QStringList ids;
    while (query->next())
        ids.append(query->value(0).toString());
    return ids;
}

Result<qint64> History::Worker::readNumber(const QString& statement, const QVariantList& values) {
    auto query = run(statement, values);
    if (!query)
        return failure(query.error());
    return query->next() ? query->value(0).toLongLong() : 0;
}

Result<int> History::Worker::write(const QString& statement, const QVariantList& values) {
    const auto query = run(statement, values);
    if (!query)
        return failure(query.error());
    return query->numRowsAffected();
}

Result<int> History::Worker::change(const std::function<Result<int>()>& work) {
    if (!database_)
        return failure(openError_);
    Transaction transaction(*database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    auto written = work();
    if (!written)
        return written;
    if (auto committed = transaction.commit(); !committed)
        return failure(committed.error());
    changed_ = changed_ || *written > 0;
    return written;
}

// Reading

Result<QList<EndpointSummary>> History::Worker::readEndpoints() {
    auto query = run(u"SELECT "_s + endpointColumns + u" FROM endpoints ORDER BY created_at, id");
    if (!query)
        return failure(query.error());
    QList<EndpointSummary> summaries;
    while (query->next()) {
        auto summary = summaryOf(endpointOf(*query));
        if (!summary)
            return failure(summary.error());
        summaries.append(*summary);
    }
    return summaries;
}

Result<EndpointSummary> History::Worker::summaryOf(const Endpoint& endpoint) {
    const QString& id = endpoint.id;
    const qint64 since = millisecondsSinceEpoch(clock_.now() - lastDay);
    EndpointSummary summary;
    summary.endpoint = endpoint;

    auto counts = run(u"SELECT (SELECT rows FROM counts WHERE log = 'of ' || ?),"
                      " (SELECT count(*) FROM deliveries WHERE endpoint_id = ? AND settled_at >= ?),"
                      " (SELECT count(*) FROM deliveries WHERE endpoint_id = ? AND settled_at >= ?"
                      "  AND status = 'delivered'),"
                      " (SELECT count(*) FROM deliveries WHERE endpoint_id = ? AND settled_at >= ?"
                      "  AND status = 'delivered' AND response_ms IS NOT NULL),"
                      " (SELECT count(*) FROM deliveries WHERE endpoint_id = ? AND status = 'pending'"
                      "  AND attempt > 1)"_s,
                      {id, id, since, id, since, id, since, id});
    if (!counts)
        return failure(counts.error());
    if (!counts->next())
        return summary;
    summary.deliveries = counts->value(0).toInt();
    summary.settledLastDay = counts->value(1).toInt();
    summary.deliveredLastDay = counts->value(2).toInt();
    const int timed = counts->value(3).toInt();
    summary.pendingRetries = counts->value(4).toInt();

    // Nearest rank: the smallest time that so many of a hundred did not exceed.
    const auto timeAtRank = [&](int percent) {
        const int offset = std::max((timed * percent + 99) / 100, 1) - 1;
        return readNumber(u"SELECT response_ms FROM deliveries WHERE endpoint_id = ? AND settled_at >= ?"
                          " AND status = 'delivered' AND response_ms IS NOT NULL ORDER BY response_ms"
                          " LIMIT 1 OFFSET ?"_s,
                          {id, since, offset});
    };
    if (timed > 0) {
        const auto median = timeAtRank(50);
        const auto slow = timeAtRank(95);
        if (!median || !slow)
            return failure(median ? slow.error() : median.error());
        summary.medianMs = int(*median);
        summary.ninetyFifthMs = int(*slow);
    }
    if (summary.pendingRetries > 0) {
        auto next = run(u"SELECT "_s + deliveryColumns + deliverySource +
                            u" WHERE d.endpoint_id = ? AND d.status = 'pending' AND d.attempt > 1"
                            " ORDER BY d.scheduled_for, d.id LIMIT 1",
                        {id});
        if (!next)
            return failure(next.error());
        if (next->next())
            summary.nextRetry = deliveryOf(*next);
    }

    auto latest = run(
        u"SELECT status, settled_at, response_status FROM deliveries WHERE endpoint_id = ? AND settled_at IS NOT NULL"
        " ORDER BY happens_at DESC, sort_at DESC, id DESC LIMIT ?"_s,
        {id, latestShown});
    if (!latest)
        return failure(latest.error());
    while (latest->next()) {
        summary.latest.prepend(json::deliveryStatus(latest->value(0).toString()));
        if (summary.latestFailure || summary.latest.first() == DeliveryStatus::Delivered)
            continue;
        const QVariant answer = latest->value(2);
        summary.latestFailure = LatestFailure{instantAt(*latest, 1).value_or(Instant()),
                                              answer.isNull() ? std::nullopt : std::optional(answer.toInt())};
    }

    auto failing =
        run(u"SELECT min(happens_at) FROM deliveries WHERE endpoint_id = ? AND settled_at IS NOT NULL"
            " AND (happens_at, sort_at, id) > (SELECT happens_at, sort_at, id FROM ("
            "  SELECT happens_at, sort_at, id FROM deliveries WHERE endpoint_id = ? AND settled_at IS NOT NULL"
            "   AND status = 'delivered' UNION ALL SELECT -9e18, 0, '' ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT 1))"_s,
            {id, id});
    if (!failing)
        return failure(failing.error());
    if (failing->next())
        summary.failingSince = instantAt(*failing, 0);
    return summary;
}

Result<QList<DeliveryRow>> History::Worker::readDeliveries(const DeliveryQuery& query) {
    QStringList conditions;
    QVariantList values;
    const auto add = [&](const QString& condition, const QVariantList& bound) {
        conditions.append(condition);
        values.append(bound);
    };
    const DeliveryFilter& filter = query.filter;
    if (!filter.endpointId.isEmpty())
        add(u"d.endpoint_id = ?"_s, {filter.endpointId});
    if (filter.status == DeliveryStatus::Unknown)
        add(u"d.status NOT IN ('pending', 'delivered', 'failed', 'abandoned')"_s, {});
    else if (filter.status)
        add(u"d.status = ?"_s, {json::name(*filter.status)});
    if (filter.hidesSimulated)
        add(u"d.simulated_at IS NULL"_s, {});
    if (!filter.eventType.isEmpty())
        add(u"e.type = ?"_s, {filter.eventType});
    if (!filter.text.isEmpty()) {
        QStringList places;
        QVariantList texts;
        for (const char16_t* column : {u"d.id", u"d.event_id", u"d.endpoint_id", u"d.replays_delivery_id", u"e.type",
                                       u"p.name", u"p.url", u"a.body", u"d.error"}) {
            places.append(QStringView(column) + u" LIKE ? ESCAPE '\\'"_s);
            texts.append(containing(filter.text));
        }
        for (const QString& type : filter.titledTypes) {
            places.append(u"e.type = ?"_s);
            texts.append(type);
        }
        add(u'(' + places.join(u" OR ") + u')', texts);
    }
    if (query.after)
        add(u"(d.happens_at, d.id) < (?, ?)"_s, {shownTimeOf(*query.after), query.after->id});

    const QString where = conditions.isEmpty() ? QString() : u" WHERE "_s + conditions.join(u" AND ");
    values.append(std::max(query.limit, 0));
    auto found = run(u"SELECT "_s + deliveryColumns + rowColumns + deliverySource + rowSource + where +
                         u" ORDER BY d.happens_at DESC, d.id DESC LIMIT ?",
                     values);
    if (!found)
        return failure(found.error());
    QList<DeliveryRow> rows;
    while (found->next())
        rows.append(rowOf(*found));
    return rows;
}

Result<DeliveryRow> History::Worker::readDelivery(const QString& id) {
    auto query =
        run(u"SELECT "_s + deliveryColumns + rowColumns + deliverySource + rowSource + u" WHERE d.id = ?", {id});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return failure(ErrorKind::NotFound, tr("This delivery is not in the log any more."));
    return rowOf(*query);
}

Result<QList<Delivery>> History::Worker::readJourney(const QString& eventId, const QString& endpointId) {
    auto query = run(u"SELECT "_s + deliveryColumns + deliverySource +
                         u" WHERE d.event_id = ? AND d.endpoint_id = ? ORDER BY d.sort_at, d.attempt, d.id",
                     {eventId, endpointId});
    if (!query)
        return failure(query.error());
    QList<Delivery> journey;
    while (query->next())
        journey.append(deliveryOf(*query));
    return journey;
}

Result<Event> History::Worker::readEvent(const QString& id) {
    auto query =
        run(u"SELECT id, type, api_version, created, team_id, object_id, body FROM events WHERE id = ?"_s, {id});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return failure(ErrorKind::NotFound, tr("This event is not in the copy on this computer yet."));
    Event event;
    event.id = query->value(0).toString();
    event.type = query->value(1).toString();
    event.apiVersion = query->value(2).toString();
    event.created = query->value(3).toLongLong();
    event.teamId = query->value(4).toString();
    event.objectId = query->value(5).toString();
    event.body = query->value(6).toByteArray();
    return event;
}

Result<HistoryCounts> History::Worker::readCounts() {
    auto query = run(u"SELECT (SELECT count(*) FROM endpoints), (SELECT rows FROM counts WHERE log = '*'),"
                     " (SELECT count(*) FROM deliveries WHERE status = 'pending'),"
                     " (SELECT min(scheduled_for) FROM deliveries WHERE status = 'pending'),"
                     " (SELECT value FROM meta WHERE key = 'synced_at')"_s);
    if (!query)
        return failure(query.error());
    HistoryCounts counts;
    if (query->next()) {
        counts.endpoints = query->value(0).toInt();
        counts.deliveries = query->value(1).toInt();
        counts.pending = query->value(2).toInt();
        counts.nextDue = instantAt(*query, 3);
        counts.syncedAt = instantAt(*query, 4);
    }
    return counts;
}

Result<QStringList> History::Worker::readPending(const QString& endpointId) {
    return readIds(u"SELECT id FROM deliveries WHERE endpoint_id = ? AND status = 'pending' ORDER BY sort_at, id"_s,
                   {endpointId});
}

Result<QList<Delivery>> History::Worker::readDue(Instant by) {
    auto query = run(u"SELECT "_s + deliveryColumns + deliverySource +
                         u" WHERE d.status = 'pending' AND (d.scheduled_for IS NULL OR d.scheduled_for <= ?)"
                         " ORDER BY d.scheduled_for, d.id",
                     {millisecondsSinceEpoch(by)});
    if (!query)
        return failure(query.error());
    QList<Delivery> due;
    while (query->next())
        due.append(deliveryOf(*query));
    return due;
}

Result<QString> History::Worker::readBefore(const Delivery& delivery, bool oldestFirst) {
    // Rows of the same time may be listed in any order: none of them.
    const auto before = readIds(oldestFirst ? u"SELECT id FROM deliveries WHERE endpoint_id = ? AND sort_at < ?"
                                              " ORDER BY sort_at DESC, id DESC LIMIT 1"_s
                                            : u"SELECT id FROM deliveries WHERE endpoint_id = ? AND sort_at > ?"
                                              " ORDER BY sort_at, id LIMIT 1"_s,
                                {delivery.endpointId, sortTimeOf(delivery)});
    return before ? Result<QString>(before->value(0)) : failure(before.error());
}

Result<QStringList> History::Worker::readMissingEvents(const QStringList& among) {
    if (among.isEmpty())
        return readIds(u"SELECT DISTINCT event_id FROM deliveries WHERE event_id <> ''"
                       " AND event_id NOT IN (SELECT id FROM events)"_s);
    QStringList missing;
    for (const QString& id : among) {
        const auto known = readNumber(u"SELECT count(*) FROM events WHERE id = ?"_s, {id});
        if (!known)
            return failure(known.error());
        if (*known == 0)
            missing.append(id);
    }
    return missing;
}

// Writing

Result<int> History::Worker::storeEndpoint(const Endpoint& endpoint) {
    static const QString statement =
        upsert(u"endpoints"_s, u"id"_s,
               {u"name"_s, u"url"_s, u"description"_s, u"enabled_events"_s, u"status"_s, u"secret_prefix"_s,
                u"api_version"_s, u"created_at"_s, u"updated_at"_s, u"last_delivered_at"_s, u"last_failed_at"_s,
                u"disabled_at"_s, u"disabled_by"_s, u"rotated_at"_s, u"rotated_by"_s, u"previous_valid_until"_s});
    auto known = run(u"SELECT "_s + endpointColumns + u" FROM endpoints WHERE id = ?", {notNull(endpoint.id)});
    if (!known)
        return failure(known.error());
    const EndpointTrace trace =
        traceOf(known->next() ? std::optional(endpointOf(*known)) : std::nullopt, endpoint, clock_.now());
    const QString status = endpoint.statusText.isEmpty() ? json::name(endpoint.status) : endpoint.statusText;
    const QByteArray names =
        QJsonDocument(QJsonArray::fromStringList(endpoint.enabledEvents)).toJson(QJsonDocument::Compact);
    return write(statement,
                 {notNull(endpoint.id), notNull(endpointName(endpoint)), notNull(endpoint.url),
                  notNull(endpoint.description), QString::fromUtf8(names), notNull(status),
                  notNull(endpoint.secretPrefix), notNull(endpoint.apiVersion), valueOf(endpoint.createdAt),
                  valueOf(endpoint.updatedAt), valueOf(endpoint.lastDeliveredAt), valueOf(endpoint.lastFailedAt),
                  valueOf(trace.disabledAt), json::name(trace.disabledBy), valueOf(trace.rotatedAt),
                  json::name(trace.rotatedBy), valueOf(trace.previousSecretValidUntil)});
}

Result<int> History::Worker::storeDelivery(const Delivery& delivery) {
    // What is settled stays settled: an answer that was slower than a newer one must not undo it.
    static const QString statement =
        upsert(u"deliveries"_s, u"id"_s,
               {u"endpoint_id"_s, u"event_id"_s, u"attempt"_s, u"status"_s, u"scheduled_for"_s, u"delivered_at"_s,
                u"response_status"_s, u"response_ms"_s, u"error"_s, u"created_at"_s, u"replays_delivery_id"_s,
                u"sort_at"_s, u"settled_at"_s, u"failure"_s, u"simulated_at"_s, u"happens_at"_s},
               u" AND NOT (deliveries.settled_at IS NOT NULL AND excluded.status = 'pending')"_s);
    static const QString answer = upsert(u"answers"_s, u"delivery_id"_s, {u"body"_s});

    auto written =
        write(statement, {notNull(delivery.id), notNull(delivery.endpointId), notNull(delivery.eventId),
                          delivery.attempt, notNull(statusTextOf(delivery)), valueOf(delivery.scheduledFor),
                          valueOf(delivery.deliveredAt), valueOf(delivery.responseStatus), valueOf(delivery.responseMs),
                          valueOf(delivery.error), valueOf(delivery.createdAt), notNull(delivery.replaysDeliveryId),
                          sortTimeOf(delivery), settledTimeOf(delivery), storedText(delivery.failure),
                          valueOf(delivery.simulatedAt), shownTimeOf(delivery)});
    if (!written || !delivery.responseBody)
        return written;
    auto answered = write(answer, {delivery.id, notNull(*delivery.responseBody)});
    if (!answered)
        return answered;
    return std::max(*written, *answered);
}

Result<int> History::Worker::storeEvent(const Event& event) {
    static const QString statement = upsert(
        u"events"_s, u"id"_s, {u"type"_s, u"api_version"_s, u"created"_s, u"team_id"_s, u"object_id"_s, u"body"_s});
    return write(statement,
                 {notNull(event.id), notNull(event.type), notNull(event.apiVersion), event.created,
                  notNull(event.teamId), notNull(event.objectId), event.body.isNull() ? QByteArray("") : event.body});
}

Result<int> History::Worker::dropEndpoint(const QString& id) {
    int changed = 0;
    for (const QString& statement :
         {u"DELETE FROM deliveries WHERE endpoint_id = ?"_s, u"DELETE FROM endpoints WHERE id = ?"_s}) {
        auto written = write(statement, {id});
        if (!written)
            return written;
        changed += *written;
    }
    const auto forgotten = write(u"DELETE FROM walks WHERE log = ?"_s, {id});
    return forgotten ? Result<int>(changed) : forgotten;
}

Result<void> History::Worker::replaceEndpoints(const QList<Endpoint>& endpoints) {
    auto written = change([&]() -> Result<int> {
        QSet<QString> kept;
        int changed = 0;
        for (const Endpoint& endpoint : endpoints) {
            auto stored = storeEndpoint(endpoint);
            if (!stored)
                return stored;
            changed += *stored;
            kept.insert(endpoint.id);
        }
        // Deliveries may name an endpoint that left while they were being fetched. The recursion jumps from one
        // endpoint to the next in the index: plain DISTINCT would walk every row.
        const auto known =
            readIds(u"WITH RECURSIVE named (id) AS (SELECT min(endpoint_id) FROM deliveries UNION ALL"
                    " SELECT (SELECT min(endpoint_id) FROM deliveries WHERE endpoint_id > named.id) FROM named"
                    "  WHERE named.id IS NOT NULL)"
                    " SELECT id FROM named WHERE id IS NOT NULL UNION SELECT id FROM endpoints"_s);
        if (!known)
            return failure(known.error());
        for (const QString& id : *known) {
            if (kept.contains(id))
                continue;
            auto dropped = dropEndpoint(id);
            if (!dropped)
                return dropped;
            changed += *dropped;
        }
        return changed;
    });
    return written ? Result<void>() : failure(written.error());
}

Result<void> History::Worker::putEndpoint(const Endpoint& endpoint) {
    auto written = change([&] { return storeEndpoint(endpoint); });
    return written ? Result<void>() : failure(written.error());
}

Result<void> History::Worker::removeEndpoint(const QString& id) {
    auto written = change([&] { return dropEndpoint(id); });
    return written ? Result<void>() : failure(written.error());
}

Result<int> History::Worker::putDeliveries(const QList<Delivery>& deliveries) {
    return change([&]() -> Result<int> {
        int changed = 0;
        for (const Delivery& delivery : deliveries) {
            auto stored = storeDelivery(delivery);
            if (!stored)
                return stored;
            changed += *stored;
        }
        return changed;
    });
}

Result<int> History::Worker::putEvents(const QList<Event>& events) {
    return change([&]() -> Result<int> {
        int changed = 0;
        for (const Event& event : events) {
            auto stored = storeEvent(event);
            if (!stored)
                return stored;
            changed += *stored;
        }
        return changed;
    });
}

Result<void> History::Worker::removeDelivery(const QString& id) {
    auto written = change([&] { return write(u"DELETE FROM deliveries WHERE id = ?"_s, {id}); });
    return written ? Result<void>() : failure(written.error());
}

Result<void> History::Worker::dropOld(int most) {
    const qint64 oldest = millisecondsSinceEpoch(oldestKept());
    auto written = change([&]() -> Result<int> {
        // What is older than this is not in the log any more: no walk has to lead there.
        if (auto ended =
                write(u"DELETE FROM walks WHERE log <> '' AND NOT goes_forward AND at > 0 AND at < ?"_s, {oldest});
            !ended)
            return ended;
        return write(u"DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries INDEXED BY deliveries_newest"
                     " WHERE sort_at > 0 AND sort_at < ? AND status <> 'pending' ORDER BY sort_at LIMIT ?)"_s,
                     {oldest, most});
    });
    return written ? Result<void>() : failure(written.error());
}

Result<void> History::Worker::noteSynced(Instant at) {
    auto written = write(upsert(u"meta"_s, u"key"_s, {u"value"_s}), {u"synced_at"_s, millisecondsSinceEpoch(at)});
    return written ? Result<void>() : failure(written.error());
}

} // namespace waybill
