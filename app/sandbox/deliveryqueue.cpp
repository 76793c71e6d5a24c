// SPDX-License-Identifier: MIT
#include "sandbox/deliveryqueue.h"

#include "contract/endpointhealth.h"
#include "sandbox/sandboxrows.h"

#include <algorithm>
#include <tuple>

namespace waybill {

using namespace rows;

namespace {

// The indexes are named: with a second one to choose from, the planner reads the whole log.
const QString linesStatement = QStringLiteral(
    "SELECT id, scheduled, (SELECT count(*) FROM deliveries AS busy INDEXED BY deliveries_under_way WHERE busy.state = "
    "1 "
    "AND busy.endpoint_id = endpoints.id), (SELECT min(due_at) FROM deliveries AS waiting INDEXED BY deliveries_due "
    "WHERE waiting.state = 0 AND waiting.endpoint_id = endpoints.id) FROM endpoints WHERE scheduled > 0");
const QString dueStatement =
    QStringLiteral("SELECT seq, due_at FROM deliveries INDEXED BY deliveries_due WHERE state = 0 AND endpoint_id = ? "
                   "AND due_at <= ? ORDER BY due_at, seq LIMIT ?");
const QString claimedStatement =
    QStringLiteral("SELECT deliveries.id, attempt, state, event_id, endpoint_id, scheduled_for, delivered_at, "
                   "response_status, NULL, response_ms, error, deliveries.created_at, replays_delivery_id, %1, "
                   "endpoints.url, secret_id, previous_secret_id, previous_valid_until FROM deliveries "
                   "JOIN events ON events.id = event_id JOIN endpoints ON endpoints.id = endpoint_id "
                   "WHERE deliveries.seq = ?")
        .arg(eventColumns);
const QString reasonStatement = QStringLiteral("SELECT error FROM deliveries INDEXED BY deliveries_deferred WHERE "
                                               "state = 0 AND error IS NOT NULL LIMIT 1");
const QString retryStatement =
    QStringLiteral("UPDATE deliveries INDEXED BY deliveries_deferred SET due_at = scheduled_for WHERE state = 0 AND "
                   "error IS NOT NULL AND scheduled_for <= ?");
const QString deferLineStatement =
    QStringLiteral("UPDATE deliveries INDEXED BY deliveries_due SET due_at = ?, error = ? WHERE state = 0 AND "
                   "endpoint_id = (SELECT endpoint_id FROM deliveries WHERE id = ?) AND due_at <= ?");
const QString underWayStatement =
    QStringLiteral("SELECT deliveries.id, started_at, url FROM deliveries INDEXED BY deliveries_under_way JOIN "
                   "endpoints ON endpoints.id = endpoint_id WHERE state = 1");

} // namespace

QStringList DeliveryQueue::statements() {
    return {linesStatement, dueStatement,       claimedStatement, reasonStatement,
            retryStatement, deferLineStatement, underWayStatement};
}

Result<QList<DeliveryQueue::Line>> DeliveryQueue::lines() {
    auto query = database_.run(linesStatement);
    TRY(query);
    QList<Line> lines;
    while (query->next())
        lines.append(
            {query->value(0).toString(), query->value(1).toInt(), query->value(2).toInt(), instantOf(query->value(3))});
    return lines;
}

Result<QList<DeliveryQueue::Place>> DeliveryQueue::dueInLine(const Line& line, Instant now, int most) {
    auto query = database_.run(dueStatement, {line.endpointId, ms(now), most});
    TRY(query);
    QList<Place> places;
    while (query->next())
        places.append({query->value(0).toLongLong(), query->value(1).toLongLong(), line.underWay + int(places.size())});
    return places;
}

Result<QList<DueDelivery>> DeliveryQueue::claimDue(Instant now, int limit, int perEndpoint) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    const auto lines = this->lines();
    TRY(lines);
    QList<Place> places;
    for (const Line& line : *lines) {
        if (line.underWay >= perEndpoint || !line.nextDue || *line.nextDue > now)
            continue;
        const auto due = dueInLine(line, now, std::min(limit, perEndpoint - line.underWay));
        TRY(due);
        places += *due;
    }
    std::ranges::sort(places, {}, [](const Place& place) { return std::tuple(place.before, place.dueAt, place.seq); });
    QList<DueDelivery> claimed;
    for (const Place& place : places.first(std::min(qsizetype(limit), places.size()))) {
        auto query = database_.run(claimedStatement, {place.seq});
        TRY(query);
        if (!query->next())
            continue;
        claimed.append({deliveryOf(*query),
                        eventOf(*query, teamId_, 13),
                        query->value(19).toString(),
                        {query->value(20).toString(), query->value(21).toString(), instantOf(query->value(22))}});
        TRY(database_.run(QStringLiteral("UPDATE deliveries SET state = 1, started_at = ?, error = NULL WHERE seq = ?"),
                          {ms(now), place.seq}));
    }
    TRY(transaction.commit());
    return claimed;
}

Result<void> DeliveryQueue::defer(const QString& deliveryId, const QString& reason, Instant now, Instant until) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.commit();
    TRY(database_.run(QStringLiteral("UPDATE deliveries SET state = 0, started_at = NULL, due_at = ?, error = ? WHERE "
                                     "id = ? AND state = 1"),
                      {ms(until), reason, deliveryId}));
    TRY(database_.run(deferLineStatement, {ms(until), reason, deliveryId, ms(now)}));
    return transaction.commit();
}

Result<void> DeliveryQueue::retryDeferred(Instant now) {
    return database_.run(retryStatement, {ms(now)}).map([](const QSqlQuery&) {});
}

Result<void> DeliveryQueue::settle(const Settlement& settlement) {
    Transaction transaction(database_);
    if (!transaction.begun())
        return transaction.commit();
    const auto settled = findDelivery(database_, settlement.deliveryId);
    if (!settled && settled.error().kind == ErrorKind::NotFound)
        return {}; // Its endpoint was deleted while it was under way.
    if (!settled)
        return failure(settled.error());
    if (settled->isSettled())
        return {}; // Written before, though the commit was reported as failed.
    const AttemptOutcome& outcome = settlement.outcome;
    const NextStep step = nextStep(outcome, settled->attempt);
    const bool delivered = step.status == DeliveryStatus::Delivered;
    TRY(database_.run(
        QStringLiteral("UPDATE deliveries SET state = ?, delivered_at = ?, response_status = ?, response_ms = ?, "
                       "error = ? WHERE id = ?"),
        {int(rowState(step.status)), ms(delivered ? std::optional(settlement.settledAt) : std::nullopt),
         number(outcome.status), int(outcome.took.count()), textOrNull(describeFailure(outcome)),
         settlement.deliveryId}));
    const AttemptPhases& phases = outcome.phases;
    TRY(database_.run(
        QStringLiteral(
            "INSERT OR REPLACE INTO answers (delivery_id, body, url, signed_at, signature, looked_up, connected, "
            "encrypted, sent, first_byte, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {settlement.deliveryId,
         outcome.status ? QVariant(text(QString::fromUtf8(outcome.answer))) : QVariant(QMetaType(QMetaType::QString)),
         text(settlement.url), settlement.signedAt,
         settlement.signatureHeader.isNull() ? QByteArray("") : settlement.signatureHeader, number(phases.lookedUp),
         number(phases.connected), number(phases.encrypted), number(phases.sent), number(phases.firstByte),
         number(phases.done)}));
    if (step.retryAfter) {
        Delivery next;
        next.id = settlement.nextDeliveryId;
        next.endpointId = settled->endpointId;
        next.eventId = settled->eventId;
        next.attempt = settled->attempt + 1;
        next.scheduledFor = settlement.startedAt + *step.retryAfter;
        next.createdAt = settlement.settledAt;
        next.replaysDeliveryId = settled->replaysDeliveryId;
        TRY(insertDelivery(database_, next));
    }
    EndpointHealth health;
    {
        auto query =
            database_.run(QStringLiteral("SELECT gone_in_a_row, failures_in_a_row FROM endpoints WHERE id = ?"),
                          {settled->endpointId});
        TRY(query);
        if (query->next())
            health = EndpointHealth{query->value(0).toInt(), query->value(1).toInt()}.after(outcome);
    }
    TRY(database_.run(QStringLiteral("UPDATE endpoints SET gone_in_a_row = ?, failures_in_a_row = ?, %1 = ?, "
                                     "disabled = MAX(disabled, ?) WHERE id = ?")
                          .arg(delivered ? QStringLiteral("last_delivered_at") : QStringLiteral("last_failed_at")),
                      {health.goneInARow, health.failuresInARow, ms(settlement.settledAt),
                       health.disablesEndpoint() ? 1 : 0, settled->endpointId}));
    return transaction.commit();
}

Result<int> DeliveryQueue::settleInterrupted(Instant now, const std::function<QString()>& newDeliveryId) {
    struct Interrupted {
        QString id;
        Instant startedAt;
        QString url;
    };
    QList<Interrupted> interrupted;
    {
        auto query = database_.run(underWayStatement);
        TRY(query);
        while (query->next())
            interrupted.append(
                {query->value(0).toString(), instantOf(query->value(1)).value_or(now), query->value(2).toString()});
    }
    for (const Interrupted& one : std::as_const(interrupted)) {
        AttemptOutcome outcome;
        outcome.failure = AttemptFailure::Interrupted;
        Settlement settlement;
        settlement.deliveryId = one.id;
        settlement.outcome = outcome;
        settlement.startedAt = one.startedAt;
        settlement.settledAt = now;
        settlement.url = one.url;
        settlement.nextDeliveryId = newDeliveryId();
        TRY(settle(settlement));
    }
    return int(interrupted.size());
}

Result<DeliveryQueue::State> DeliveryQueue::state(int perEndpoint) {
    const auto lines = this->lines();
    TRY(lines);
    State state;
    const auto sooner = [](std::optional<Instant> one, std::optional<Instant> other) {
        return one && other ? std::min(*one, *other) : one ? one : other;
    };
    for (const Line& line : *lines) {
        state.scheduled += line.scheduled;
        state.nextDue = sooner(state.nextDue, line.nextDue);
        if (line.underWay < perEndpoint)
            state.nextWithRoom = sooner(state.nextWithRoom, line.nextDue);
    }
    auto query = database_.run(reasonStatement);
    TRY(query);
    if (query->next())
        state.waitingReason = query->value(0).toString();
    return state;
}

} // namespace waybill
