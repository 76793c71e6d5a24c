// SPDX-License-Identifier: MIT
#include "sandbox/eventintake.h"

#include "contract/jsontext.h"
#include "sandbox/sandboxrows.h"

#include <QCryptographicHash>

#include <algorithm>

namespace waybill {

using namespace rows;

namespace {

constexpr qsizetype largestBody = 1024LL * 1024;
constexpr int mostGaps = 20;
constexpr std::chrono::days recordKept{30};
constexpr int mostTrimmed = 500; // At one look.
// `brought.result` of what was there before the start.
constexpr int wasBefore = -1;

/// Id and type go out in headers.
bool isReadable(const Event& event) {
    const auto isControl = [](QChar character) { return character < u' ' || character == QChar(0x7f); };
    return event.created > 0 && !event.id.isEmpty() && !event.type.isEmpty() && event.id.isValidUtf16() &&
           std::ranges::none_of(event.id, isControl) && std::ranges::none_of(event.type, isControl) &&
           json::readRow(event.body).isSound;
}

constexpr QLatin1String digestPrefix{"sha256:"};

/// How the record knows a row again.
QString keyOf(const Event& event) {
    if (!event.id.isEmpty() && event.id.isValidUtf16())
        return event.id;
    return digestPrefix + QString::fromLatin1(QCryptographicHash::hash(event.body, QCryptographicHash::Sha256).toHex());
}

} // namespace

Delivery firstDelivery(const QString& deliveryId, const QString& eventId, const QString& endpointId, Instant now) {
    Delivery delivery;
    delivery.id = deliveryId;
    delivery.eventId = eventId;
    delivery.endpointId = endpointId;
    delivery.scheduledFor = delivery.createdAt = now;
    return delivery;
}

Result<Bringing> EventIntake::bringing(const QString& source) {
    Bringing bringing;
    auto row = database_.run(QStringLiteral("SELECT is_on, since, looked_at, newest, floor FROM sources WHERE id = ?"),
                             {source});
    TRY(row);
    if (!row->next())
        return bringing;
    BringingRecord& record = bringing.record;
    record.isOn = row->value(0).toBool();
    record.since = instantOf(row->value(1));
    record.lookedAt = instantOf(row->value(2));
    if (!row->value(3).isNull())
        bringing.newest = row->value(3).toLongLong();
    bringing.floor = row->value(4).toLongLong();

    auto anchor = database_.run(QStringLiteral("SELECT event_id FROM brought WHERE source = ? AND created < ? "
                                               "AND created > 0 AND event_id NOT GLOB ? "
                                               "ORDER BY created DESC, seq DESC LIMIT 1"),
                                {source, bringing.floor, QString(digestPrefix + u'*')});
    TRY(anchor);
    if (anchor->next())
        bringing.anchor = anchor->value(0).toString();

    auto ofNewest = database_.run(QStringLiteral("SELECT event_id FROM brought WHERE source = ? AND created = ?"),
                                  {source, bringing.newest.value_or(0)});
    TRY(ofNewest);
    while (ofNewest->next())
        bringing.newestIds.insert(ofNewest->value(0).toString());

    auto counts = database_.run(QStringLiteral("SELECT result, count FROM brought_counts WHERE source = ?"), {source});
    TRY(counts);
    while (counts->next()) {
        const auto result = BroughtResult(counts->value(0).toInt());
        const qint64 count = counts->value(1).toLongLong();
        record.seen += count;
        if (result == BroughtResult::Handed)
            record.handed = count;
        else
            record.skipped.insert(result, count);
    }

    auto gaps = database_.run(QStringLiteral("SELECT kind, from_at, to_at, brought_late FROM gaps WHERE source = ? "
                                             "ORDER BY seq DESC LIMIT ?"),
                              {source, mostGaps});
    TRY(gaps);
    while (gaps->next())
        record.gaps.append({GapKind(gaps->value(0).toInt()), instantFromMilliseconds(gaps->value(1).toLongLong()),
                            instantFromMilliseconds(gaps->value(2).toLongLong()), gaps->value(3).toInt()});
    return bringing;
}

Result<Bringing> EventIntake::bring(const QString& source, const BringingStep& step, Instant now,
                                    const std::function<QString()>& newDeliveryId) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    TRY(database_.run(QStringLiteral("INSERT OR IGNORE INTO sources (id) VALUES (?)"), {source}));
    if (step.isOn)
        TRY(database_.run(QStringLiteral("UPDATE sources SET is_on = ? WHERE id = ?"), {*step.isOn ? 1 : 0, source}));
    if (step.before)
        TRY(begin(source, *step.before, now));
    QList<Delivery> made;
    const auto taken = takeNew(source, step.events, now, newDeliveryId, made);
    TRY(taken);
    TRY(noteGaps(source, step, *taken, now));
    if (step.isWholeLook)
        TRY(endLook(source, now));
    auto reached = bringing(source);
    TRY(reached);
    reached->brought = *taken;
    TRY(transaction.commit());
    for (const Delivery& delivery : std::as_const(made))
        queue_.inserted(delivery);
    return reached;
}

Result<QList<BroughtEvent>> EventIntake::brought(const QString& source, int limit) {
    auto query =
        database_.run(QStringLiteral("SELECT event_id, type, created, brought_at, result, deliveries "
                                     "FROM brought INDEXED BY brought_in_order WHERE source = ? AND result <> ? "
                                     "ORDER BY seq DESC LIMIT ?"),
                      {source, wasBefore, limit});
    TRY(query);
    QList<BroughtEvent> events;
    while (query->next())
        events.append({query->value(0).toString(), query->value(1).toString(),
                       Instant(seconds(query->value(2).toLongLong())),
                       instantFromMilliseconds(query->value(3).toLongLong()), BroughtResult(query->value(4).toInt()),
                       query->value(5).toInt()});
    return events;
}

Result<QStringList> EventIntake::sources() {
    auto query = database_.run(QStringLiteral("SELECT id FROM sources ORDER BY id"));
    TRY(query);
    QStringList sources;
    while (query->next())
        sources.append(query->value(0).toString());
    return sources;
}

Result<void> EventIntake::forget(const QString& source) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    for (const QString& statement :
         {QStringLiteral("DELETE FROM gaps WHERE source = ?"),
          QStringLiteral("DELETE FROM brought_counts WHERE source = ?"),
          QStringLiteral("DELETE FROM brought WHERE source = ?"), QStringLiteral("DELETE FROM sources WHERE id = ?")})
        TRY(database_.run(statement, {source}));
    return transaction.commit();
}

Result<void> EventIntake::begin(const QString& source, const QList<Event>& before, Instant now) {
    const auto hasBegun = has(QStringLiteral("SELECT 1 FROM sources WHERE id = ? AND since IS NOT NULL"), {source});
    TRY(hasBegun);
    if (*hasBegun)
        return {};
    TRY(database_.run(QStringLiteral("UPDATE sources SET since = ?, looked_at = ? WHERE id = ?"),
                      {ms(now), ms(now), source}));
    std::optional<qint64> newest;
    for (const Event& event : before) {
        TRY(database_.run(QStringLiteral("INSERT OR IGNORE INTO brought (source, event_id, type, created, brought_at, "
                                         "result, deliveries) VALUES (?, ?, ?, ?, ?, ?, 0)"),
                          {source, keyOf(event), text(event.type), event.created, ms(now), wasBefore}));
        newest = std::max(newest.value_or(event.created), event.created);
    }
    return moveOn(source, newest, now);
}

Result<QList<EventIntake::Taker>> EventIntake::takers() {
    auto query =
        database_.run(QStringLiteral("SELECT id, enabled_events FROM endpoints WHERE disabled = 0 ORDER BY seq"));
    TRY(query);
    QList<Taker> takers;
    while (query->next())
        takers.append({query->value(0).toString(), query->value(1).toString().split(u' ')});
    return takers;
}

Result<bool> EventIntake::has(const QString& statement, const QVariantList& values) {
    auto query = database_.run(statement, values);
    TRY(query);
    return query->next();
}

Result<EventIntake::Outcome> EventIntake::take(const Event& event, const QList<Taker>& takers, Instant now,
                                               const std::function<QString()>& newDeliveryId, QList<Delivery>& made) {
    const auto isHere = has(QStringLiteral("SELECT 1 FROM events WHERE id = ?"), {event.id});
    TRY(isHere);
    if (*isHere)
        return Outcome{BroughtResult::AlreadyHere};
    if (event.body.size() > largestBody)
        return Outcome{BroughtResult::TooLarge};
    if (!isReadable(event))
        return Outcome{BroughtResult::Unreadable};
    TRY(insertEvent(database_, event));
    int deliveries = 0;
    for (const Taker& taker : takers) {
        if (!taker.eventTypes.contains(u"*") && !taker.eventTypes.contains(event.type))
            continue;
        made.append(firstDelivery(newDeliveryId(), event.id, taker.endpointId, now));
        TRY(queue_.insert(made.constLast()));
        ++deliveries;
    }
    return Outcome{deliveries == 0 ? BroughtResult::NoEndpointTakesIt : BroughtResult::Handed, deliveries};
}

Result<int> EventIntake::takeNew(const QString& source, const QList<Event>& events, Instant now,
                                 const std::function<QString()>& newDeliveryId, QList<Delivery>& made) {
    if (events.isEmpty())
        return 0;
    const auto at = bringing(source);
    TRY(at);
    const auto takes = takers();
    TRY(takes);
    std::optional<qint64> newest = at->newest;
    int brought = 0;
    for (const Event& event : events) {
        // Below the floor everything is settled, and its rows may be trimmed. (Without a time it cannot be placed: the
        // record says so, once.)
        if (event.created > 0 && event.created < at->floor)
            continue;
        const auto isKnown =
            has(QStringLiteral("SELECT 1 FROM brought WHERE source = ? AND event_id = ?"), {source, keyOf(event)});
        TRY(isKnown);
        if (*isKnown)
            continue;
        const auto outcome = take(event, *takes, now, newDeliveryId, made);
        TRY(outcome);
        TRY(database_.run(QStringLiteral("INSERT INTO brought (source, event_id, type, created, brought_at, result, "
                                         "deliveries) VALUES (?, ?, ?, ?, ?, ?, ?)"),
                          {source, keyOf(event), text(event.type), event.created, ms(now), int(outcome->result),
                           outcome->deliveries}));
        TRY(database_.run(QStringLiteral("INSERT INTO brought_counts VALUES (?, ?, 1) "
                                         "ON CONFLICT (source, result) DO UPDATE SET count = count + 1"),
                          {source, int(outcome->result)}));
        newest = std::max(newest.value_or(event.created), event.created);
        ++brought;
    }
    TRY(moveOn(source, newest, now));
    return brought;
}

Result<void> EventIntake::moveOn(const QString& source, std::optional<qint64> newest, Instant now) {
    if (!newest)
        return {};
    return database_
        .run(QStringLiteral(
                 "UPDATE sources SET newest = max(?, coalesce(newest, 0)), floor = max(?, floor) WHERE id = ?"),
             {*newest, floorBelow(*newest, now), source})
        .map([](const QSqlQuery&) {});
}

Result<void> EventIntake::noteGaps(const QString& source, const BringingStep& step, int brought, Instant now) {
    // Each is noted once, however often its look is interrupted: a late look by when the last one was, what is missing
    // by the place from which it is.
    if (step.lateSince) {
        const QVariant since = ms(step.lateSince);
        const QVariantList key{source, int(GapKind::LookedLate), since};
        TRY(database_.run(QStringLiteral("INSERT OR IGNORE INTO gaps (source, kind, place, from_at, to_at) "
                                         "VALUES (?, ?, ?, ?, ?)"),
                          key + QVariantList{since, since}));
        TRY(database_.run(QStringLiteral("UPDATE gaps SET to_at = ?, brought_late = brought_late + ? "
                                         "WHERE source = ? AND kind = ? AND place = ?"),
                          QVariantList{ms(now), brought} + key));
    }
    if (step.missing)
        TRY(database_.run(QStringLiteral("INSERT OR IGNORE INTO gaps (source, kind, place, from_at, to_at) "
                                         "SELECT id, ?, coalesce(newest, 0), ?, ? FROM sources WHERE id = ?"),
                          {int(GapKind::NoLongerListed), ms(step.missing->from), ms(step.missing->to), source}));
    return {};
}

Result<void> EventIntake::endLook(const QString& source, Instant now) {
    TRY(database_.run(QStringLiteral("UPDATE sources SET looked_at = ? WHERE id = ?"), {ms(now), source}));
    TRY(database_.run(QStringLiteral("DELETE FROM gaps WHERE source = ? AND seq NOT IN "
                                     "(SELECT seq FROM gaps WHERE source = ? ORDER BY seq DESC LIMIT ?)"),
                      {source, source, mostGaps}));
    // What is at the floor or above is the memory of what was brought, and the anchor is where to go on: neither goes.
    // Nor does what cannot be placed: it would be new again.
    const auto at = bringing(source);
    TRY(at);
    return database_
        .run(QStringLiteral("DELETE FROM brought WHERE seq IN (SELECT seq FROM brought INDEXED BY brought_age WHERE "
                            "source = ? AND brought_at < ? AND created < ? AND created > 0 AND event_id <> ? ORDER BY "
                            "brought_at LIMIT ?)"),
             {source, ms(now - recordKept), at->floor, text(at->anchor), mostTrimmed})
        .map([](const QSqlQuery&) {});
}

} // namespace waybill
