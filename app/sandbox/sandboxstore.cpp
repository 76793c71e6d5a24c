// SPDX-License-Identifier: MIT
#include "sandbox/sandboxstore.h"

#include "contract/contractjson.h"
#include "contract/random.h"
#include "contract/signature.h"
#include "sandbox/sandboxschema.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

// Early return of what went wrong; the error is already a sentence.
#define TRY(call)                                                                                                      \
    do {                                                                                                               \
        if (auto tried = (call); !tried)                                                                               \
            return failure(tried.error());                                                                             \
    } while (false)

namespace waybill {

namespace {

constexpr std::chrono::hours idempotencyKept{24};

QString tr(const char* text) {
    return QCoreApplication::translate("SandboxStore", text);
}

auto notFound(const QString& message) {
    return failure(ErrorKind::NotFound, message);
}

QVariant ms(std::optional<Instant> instant) {
    return instant ? QVariant(millisecondsSinceEpoch(*instant)) : QVariant(QMetaType(QMetaType::LongLong));
}

std::optional<Instant> instantOf(const QVariant& value) {
    return value.isNull() ? std::nullopt : std::optional(instantFromMilliseconds(value.toLongLong()));
}

std::optional<int> numberOf(const QVariant& value) {
    return value.isNull() ? std::nullopt : std::optional(value.toInt());
}

std::optional<QString> textOf(const QVariant& value) {
    return value.isNull() ? std::nullopt : std::optional(value.toString());
}

QVariant number(std::optional<int> value) {
    return value ? QVariant(*value) : QVariant(QMetaType(QMetaType::Int));
}
/// An empty QString may be a null one, which SQLite would take for NULL.
QString text(const QString& value) {
    return value.isNull() ? QStringLiteral("") : value;
}
QVariant textOrNull(const QString& value) {
    return value.isEmpty() ? QVariant(QMetaType(QMetaType::QString)) : QVariant(value);
}

const QString endpointColumns = QStringLiteral(
    "id, url, description, enabled_events, disabled, api_version, secret_prefix, created_at, updated_at, "
    "last_delivered_at, last_failed_at");

Endpoint endpointOf(const QSqlQuery& row) {
    Endpoint endpoint;
    endpoint.id = row.value(0).toString();
    endpoint.url = row.value(1).toString();
    endpoint.description = row.value(2).toString();
    endpoint.enabledEvents = row.value(3).toString().split(u' ');
    endpoint.status = row.value(4).toBool() ? EndpointStatus::Disabled : EndpointStatus::Enabled;
    endpoint.statusText = json::name(endpoint.status);
    endpoint.apiVersion = row.value(5).toString();
    endpoint.secretPrefix = row.value(6).toString();
    endpoint.createdAt = instantOf(row.value(7));
    endpoint.updatedAt = instantOf(row.value(8));
    endpoint.lastDeliveredAt = instantOf(row.value(9));
    endpoint.lastFailedAt = instantOf(row.value(10));
    return endpoint;
}

const QString deliveryColumns = QStringLiteral(
    "deliveries.id, attempt, state, event_id, endpoint_id, scheduled_for, delivered_at, response_status, answers.body, "
    "response_ms, error, created_at, replays_delivery_id");
const QString deliveryTables = QStringLiteral("deliveries LEFT JOIN answers ON answers.delivery_id = deliveries.id");

DeliveryStatus statusOf(RowState state) {
    switch (state) {
    case RowState::Pending:
    case RowState::UnderWay:
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

RowState rowState(DeliveryStatus settled) {
    return settled == DeliveryStatus::Delivered ? RowState::Delivered
           : settled == DeliveryStatus::Failed  ? RowState::Failed
                                                : RowState::Abandoned;
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
    return delivery;
}

const QString eventColumns = QStringLiteral("id, type, api_version, created, object_id, body");

Event eventOf(const QSqlQuery& row, const QString& teamId, int first = 0) {
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

/// The place of a cursor in its list, also where its row is gone.
Result<qint64> placeOf(Database& database, const QString& table, const QString& cursor, const QString& param) {
    auto query = database.run(
        QStringLiteral("SELECT seq FROM %1 WHERE id = ? UNION ALL SELECT seq FROM deleted WHERE id = ?").arg(table),
        {cursor, cursor});
    if (!query)
        return failure(query.error());
    if (query->next())
        return query->value(0).toLongLong();
    Error error;
    error.kind = ErrorKind::InvalidRequest;
    error.message = tr("“%1” is not an id from an earlier page.").arg(cursor.left(100));
    error.param = param;
    return failure(std::move(error));
}

/// One page of `table`, newest first, in either direction.
template <typename T, typename Read>
Result<Page<T>> pageOf(Database& database, const QString& table, const QString& columns, const QString& tables,
                       const QString& condition, QVariantList values, const PageRequest& request, int defaultLimit,
                       Read read) {
    const int limit = request.limit.value_or(defaultLimit);
    const bool towardsNewer = !request.endingBefore.isEmpty();
    QString where = condition;
    if (towardsNewer || !request.startingAfter.isEmpty()) {
        const auto place = placeOf(database, table, towardsNewer ? request.endingBefore : request.startingAfter,
                                   towardsNewer ? QStringLiteral("ending_before") : QStringLiteral("starting_after"));
        if (!place)
            return failure(place.error());
        where += towardsNewer ? QStringLiteral(" AND seq > ?") : QStringLiteral(" AND seq < ?");
        values += *place;
    }
    values += limit + 1;
    auto query =
        database.run(QStringLiteral("SELECT %1 FROM %2 WHERE %3 ORDER BY seq %4 LIMIT ?")
                         .arg(columns, tables, where, towardsNewer ? QStringLiteral("ASC") : QStringLiteral("DESC")),
                     values);
    if (!query)
        return failure(query.error());
    Page<T> page;
    while (query->next())
        page.data.append(read(*query));
    page.hasMore = page.data.size() > limit;
    if (page.hasMore)
        page.data.removeLast();
    if (towardsNewer)
        std::ranges::reverse(page.data);
    if (page.hasMore)
        page.nextCursor = towardsNewer ? page.data.constFirst().id : page.data.constLast().id;
    return page;
}

Result<void> insertDelivery(Database& database, const Delivery& delivery) {
    return database
        .run(QStringLiteral(
                 "INSERT INTO deliveries (id, endpoint_id, event_id, attempt, scheduled_for, due_at, created_at, "
                 "replays_delivery_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
             {delivery.id, delivery.endpointId, delivery.eventId, delivery.attempt, ms(delivery.scheduledFor),
              ms(delivery.scheduledFor), ms(delivery.createdAt), textOrNull(delivery.replaysDeliveryId)})
        .map([](const QSqlQuery&) {});
}

Result<void> keepAnswer(Database& database, const SandboxStore::Idempotency& once) {
    if (once.key.isEmpty())
        return {};
    return database
        .run(QStringLiteral(
                 "INSERT OR REPLACE INTO idempotency (key, digest, status, body, request_id, secret_id, created_at)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?)"),
             {once.key, once.answer.requestDigest, once.answer.status, once.answer.body, once.answer.requestId,
              text(once.answer.secretId), ms(once.now)})
        .map([](const QSqlQuery&) {});
}

} // namespace

SandboxStore::SandboxStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

SandboxStore::~SandboxStore() = default;

Result<std::unique_ptr<SandboxStore>> SandboxStore::open(const QString& path) {
    auto database = Database::open(path, sandboxSchema());
    if (!database)
        return failure(database.error());
    std::unique_ptr<SandboxStore> store(new SandboxStore(*std::move(database))); // NOLINT: the constructor is private
    SystemRandom random;
    const auto once = [&](const QString& name, const QString& fresh) -> Result<QString> {
        TRY(store->database_->run(QStringLiteral("INSERT OR IGNORE INTO meta VALUES (?, ?)"), {name, fresh}));
        auto query = store->database_->run(QStringLiteral("SELECT value FROM meta WHERE name = ?"), {name});
        if (!query || !query->next())
            return failure(query ? Error{} : query.error());
        return query->value(0).toString();
    };
    const auto team = once(QStringLiteral("team"), QString(u"team_" % newToken(random).left(10)));
    const auto user = once(QStringLiteral("user"), QString(u"usr_" % newToken(random).left(10)));
    if (!team || !user)
        return failure(!team ? team.error() : user.error());
    store->teamId_ = *team;
    store->userId_ = *user;
    return store;
}

QString SandboxStore::teamId() const {
    return teamId_;
}
QString SandboxStore::userId() const {
    return userId_;
}

Result<void> SandboxStore::insertEndpoint(const Endpoint& endpoint, const QString& secretId, const Idempotency& once) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    TRY(database_->run(
        QStringLiteral("INSERT INTO endpoints (id, url, description, enabled_events, api_version, "
                       "secret_prefix, secret_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {endpoint.id, endpoint.url, text(endpoint.description), endpoint.enabledEvents.join(u' '),
         text(endpoint.apiVersion), endpoint.secretPrefix, secretId, ms(endpoint.createdAt), ms(endpoint.updatedAt)}));
    TRY(keepAnswer(*database_, once));
    return transaction.commit();
}

Result<Endpoint> SandboxStore::endpoint(const QString& id) {
    auto query = database_->run(QStringLiteral("SELECT %1 FROM endpoints WHERE id = ?").arg(endpointColumns), {id});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return notFound(tr("There is no such endpoint."));
    return endpointOf(*query);
}

Result<SigningKeys> SandboxStore::signingKeys(const QString& endpointId) {
    auto query = database_->run(
        QStringLiteral("SELECT secret_id, previous_secret_id, previous_valid_until FROM endpoints WHERE id = ?"),
        {endpointId});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return notFound(tr("There is no such endpoint."));
    return SigningKeys{query->value(0).toString(), query->value(1).toString(), instantOf(query->value(2))};
}

Result<Page<Endpoint>> SandboxStore::endpoints(const PageRequest& page) {
    const QString table = QStringLiteral("endpoints");
    return pageOf<Endpoint>(*database_, table, endpointColumns, table, QStringLiteral("1 = 1"), {}, page, defaultPage,
                            &endpointOf);
}

Result<Endpoint> SandboxStore::updateEndpoint(const QString& id, const EndpointChanges& changes, Instant now) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    auto current = endpoint(id);
    if (!current)
        return current;
    Endpoint changed = *current;
    changed.url = changes.url.value_or(changed.url);
    changed.enabledEvents = changes.enabledEvents.value_or(changed.enabledEvents);
    changed.description = changes.description.value_or(changed.description);
    changed.apiVersion = changes.apiVersion.value_or(changed.apiVersion);
    changed.status = changes.status.value_or(changed.status);
    changed.statusText = json::name(changed.status);
    changed.updatedAt = now;
    const bool switchedOn = current->status == EndpointStatus::Disabled && changed.status == EndpointStatus::Enabled;
    TRY(database_->run(
        QStringLiteral("UPDATE endpoints SET url = ?, enabled_events = ?, description = ?, api_version = ?, "
                       "disabled = ?, updated_at = ? WHERE id = ?"),
        {changed.url, changed.enabledEvents.join(u' '), text(changed.description), text(changed.apiVersion),
         changed.status == EndpointStatus::Disabled ? 1 : 0, ms(now), id}));
    // Switched on again, it starts with a clean record: the old failures would disable it at the next one.
    if (switchedOn)
        TRY(database_->run(QStringLiteral("UPDATE endpoints SET gone_in_a_row = 0, failures_in_a_row = 0 WHERE id = ?"),
                           {id}));
    TRY(transaction.commit());
    return changed;
}

Result<QStringList> SandboxStore::deleteEndpoint(const QString& id) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    const auto keys = signingKeys(id);
    if (!keys)
        return failure(keys.error());
    TRY(database_->run(
        QStringLiteral("INSERT OR REPLACE INTO deleted SELECT id, seq FROM deliveries WHERE endpoint_id = ?"), {id}));
    TRY(database_->run(QStringLiteral("INSERT OR REPLACE INTO deleted SELECT id, seq FROM endpoints WHERE id = ?"),
                       {id}));
    TRY(database_->run(QStringLiteral("DELETE FROM endpoints WHERE id = ?"), {id}));
    TRY(transaction.commit());
    QStringList secrets{keys->current};
    if (!keys->previous.isEmpty())
        secrets += keys->previous;
    return secrets;
}

Result<void> SandboxStore::rotateSecret(const QString& id, const QString& newSecretId, const QString& newPrefix,
                                        Instant previousValidUntil, Instant now, const Idempotency& once) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    auto rotated = database_->run(
        QStringLiteral("UPDATE endpoints SET previous_secret_id = secret_id, previous_valid_until = ?, secret_id = ?, "
                       "secret_prefix = ?, updated_at = ? WHERE id = ?"),
        {ms(previousValidUntil), newSecretId, newPrefix, ms(now), id});
    if (!rotated)
        return failure(rotated.error());
    if (rotated->numRowsAffected() == 0)
        return notFound(tr("There is no such endpoint."));
    TRY(keepAnswer(*database_, once));
    return transaction.commit();
}

Result<void> SandboxStore::insertEvent(const Event& event, const QList<Delivery>& deliveries, const Idempotency& once) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    TRY(database_->run(QStringLiteral("INSERT INTO events (id, type, api_version, created, object_id, body) "
                                      "VALUES (?, ?, ?, ?, ?, ?)"),
                       {event.id, event.type, event.apiVersion, event.created, text(event.objectId), event.body}));
    for (const Delivery& delivery : deliveries)
        TRY(insertDelivery(*database_, delivery));
    TRY(keepAnswer(*database_, once));
    return transaction.commit();
}

Result<void> SandboxStore::insertReplay(const Delivery& replay, const Idempotency& once) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    TRY(insertDelivery(*database_, replay));
    TRY(keepAnswer(*database_, once));
    return transaction.commit();
}

Result<Delivery> SandboxStore::delivery(const QString& id) {
    auto query = database_->run(
        QStringLiteral("SELECT %1 FROM %2 WHERE deliveries.id = ?").arg(deliveryColumns, deliveryTables), {id});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return notFound(tr("There is no such delivery."));
    return deliveryOf(*query);
}

Result<Page<Delivery>> SandboxStore::deliveries(const QString& endpointId, std::optional<DeliveryStatus> status,
                                                const PageRequest& page) {
    TRY(endpoint(endpointId));
    QString condition = QStringLiteral("endpoint_id = ?");
    if (status == DeliveryStatus::Pending)
        condition += QStringLiteral(" AND state IN (0, 1)");
    else if (status)
        condition += QStringLiteral(" AND state = %1").arg(int(rowState(*status)));
    return pageOf<Delivery>(*database_, QStringLiteral("deliveries"), deliveryColumns, deliveryTables, condition,
                            {endpointId}, page, defaultPageOfLog, &deliveryOf);
}

Result<Event> SandboxStore::event(const QString& id) {
    auto query = database_->run(QStringLiteral("SELECT %1 FROM events WHERE id = ?").arg(eventColumns), {id});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return notFound(tr("There is no such event."));
    return eventOf(*query, teamId_);
}

Result<Page<Event>> SandboxStore::events(const QString& type, const QString& objectId, const PageRequest& page) {
    QString condition = QStringLiteral("1 = 1");
    QVariantList values;
    if (!type.isEmpty()) {
        condition += QStringLiteral(" AND type = ?");
        values += type;
    }
    if (!objectId.isEmpty()) {
        condition += QStringLiteral(" AND object_id = ?");
        values += objectId;
    }
    const QString table = QStringLiteral("events");
    return pageOf<Event>(*database_, table, eventColumns, table, condition, values, page, defaultPageOfLog,
                         [this](const QSqlQuery& row) { return eventOf(row, teamId_); });
}

Result<std::optional<StoredAnswer>> SandboxStore::storedAnswer(const QString& key, Instant now) {
    TRY(database_->run(QStringLiteral("DELETE FROM idempotency WHERE created_at <= ?"), {ms(now - idempotencyKept)}));
    auto query = database_->run(
        QStringLiteral("SELECT digest, status, body, request_id, secret_id FROM idempotency WHERE key = ?"), {key});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return std::optional<StoredAnswer>();
    return std::optional(StoredAnswer{query->value(0).toByteArray(), query->value(1).toInt(),
                                      query->value(2).toByteArray(), query->value(3).toString(),
                                      query->value(4).toString()});
}

Result<QList<DueDelivery>> SandboxStore::claimDue(Instant now, int limit, int perEndpoint) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    QList<DueDelivery> due;
    {
        // The index is named: with a second one to choose from, the planner reads the whole log.
        auto query = database_->run(
            QStringLiteral(
                "SELECT deliveries.id, attempt, state, event_id, endpoint_id, scheduled_for, delivered_at, "
                "response_status, NULL, response_ms, error, deliveries.created_at, replays_delivery_id, events.id, "
                "events.type, events.api_version, events.created, events.object_id, events.body, endpoints.url, "
                "secret_id, previous_secret_id, previous_valid_until FROM deliveries INDEXED BY deliveries_due "
                "JOIN events ON events.id = event_id JOIN endpoints ON endpoints.id = endpoint_id "
                "WHERE state = 0 AND due_at <= ? AND (SELECT count(*) FROM deliveries AS busy WHERE "
                "busy.state = 1 AND busy.endpoint_id = deliveries.endpoint_id) < ? "
                "ORDER BY due_at, deliveries.seq LIMIT ?"),
            {ms(now), perEndpoint, limit});
        if (!query)
            return failure(query.error());
        QHash<QString, int> taken;
        while (query->next()) {
            if (++taken[query->value(4).toString()] > perEndpoint)
                continue;
            due.append({deliveryOf(*query),
                        eventOf(*query, teamId_, 13),
                        query->value(19).toString(),
                        {query->value(20).toString(), query->value(21).toString(), instantOf(query->value(22))}});
        }
    }
    for (const DueDelivery& claimed : std::as_const(due))
        TRY(database_->run(QStringLiteral("UPDATE deliveries SET state = 1, started_at = ?, error = NULL WHERE id = ?"),
                           {ms(now), claimed.delivery.id}));
    TRY(transaction.commit());
    return due;
}

Result<void> SandboxStore::defer(const QStringList& deliveryIds, const QString& reason, Instant until) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    for (const QString& id : deliveryIds)
        TRY(database_->run(QStringLiteral("UPDATE deliveries SET state = 0, started_at = NULL, due_at = ?, error = ? "
                                          "WHERE id = ? AND state = 1"),
                           {ms(until), reason, id}));
    return transaction.commit();
}

Result<void> SandboxStore::retryDeferred(Instant now) {
    return database_
        ->run(QStringLiteral("UPDATE deliveries SET due_at = scheduled_for WHERE state = 0 AND error IS NOT NULL AND "
                             "scheduled_for <= ?"),
              {ms(now)})
        .map([](const QSqlQuery&) {});
}

Result<void> SandboxStore::settle(const Settlement& settlement) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    const auto settled = delivery(settlement.deliveryId);
    if (!settled && settled.error().kind == ErrorKind::NotFound)
        return {}; // Its endpoint was deleted while it was under way.
    if (!settled)
        return failure(settled.error());
    if (settled->isSettled())
        return {}; // Written before, though the commit was reported as failed.
    const AttemptOutcome& outcome = settlement.outcome;
    const NextStep step = nextStep(outcome, settled->attempt);
    const bool delivered = step.status == DeliveryStatus::Delivered;
    TRY(database_->run(
        QStringLiteral("UPDATE deliveries SET state = ?, delivered_at = ?, response_status = ?, response_ms = ?, "
                       "error = ? WHERE id = ?"),
        {int(rowState(step.status)), ms(delivered ? std::optional(settlement.settledAt) : std::nullopt),
         number(outcome.status), int(outcome.took.count()), textOrNull(describeFailure(outcome)),
         settlement.deliveryId}));
    const AttemptPhases& phases = outcome.phases;
    TRY(database_->run(
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
        TRY(insertDelivery(*database_, next));
    }
    EndpointHealth health;
    {
        auto query =
            database_->run(QStringLiteral("SELECT gone_in_a_row, failures_in_a_row FROM endpoints WHERE id = ?"),
                           {settled->endpointId});
        TRY(query);
        if (query->next())
            health = EndpointHealth{query->value(0).toInt(), query->value(1).toInt()}.after(outcome);
    }
    TRY(database_->run(QStringLiteral("UPDATE endpoints SET gone_in_a_row = ?, failures_in_a_row = ?, %1 = ?, "
                                      "disabled = MAX(disabled, ?) WHERE id = ?")
                           .arg(delivered ? QStringLiteral("last_delivered_at") : QStringLiteral("last_failed_at")),
                       {health.goneInARow, health.failuresInARow, ms(settlement.settledAt),
                        health.disablesEndpoint() ? 1 : 0, settled->endpointId}));
    return transaction.commit();
}

Result<int> SandboxStore::settleInterrupted(Instant now, const std::function<QString()>& newDeliveryId) {
    struct Interrupted {
        QString id;
        Instant startedAt;
        QString url;
    };
    QList<Interrupted> interrupted;
    {
        auto query = database_->run(
            QStringLiteral("SELECT deliveries.id, started_at, url FROM deliveries INDEXED BY deliveries_under_way JOIN "
                           "endpoints ON endpoints.id = endpoint_id WHERE state = 1 ORDER BY deliveries.seq"));
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

Result<SandboxStore::QueueState> SandboxStore::queueState() {
    QueueState state;
    auto query = database_->run(QStringLiteral("SELECT count(*), min(due_at), max(error) FROM deliveries INDEXED BY "
                                               "deliveries_due WHERE state = 0"));
    TRY(query);
    if (query->next()) {
        state.scheduled = query->value(0).toInt();
        state.nextDue = instantOf(query->value(1));
        state.waitingReason = query->value(2).toString();
    }
    return state;
}

Result<SandboxStore::Sent> SandboxStore::sent(const QString& deliveryId) {
    auto query =
        database_->run(QStringLiteral("SELECT signed_at, signature, url, looked_up, connected, encrypted, sent, "
                                      "first_byte, done FROM answers WHERE delivery_id = ? AND signature <> ''"),
                       {deliveryId});
    TRY(query);
    if (!query->next())
        return notFound(tr("This delivery has not been sent yet."));
    return Sent{query->value(0).toLongLong(),
                query->value(1).toByteArray(),
                query->value(2).toString(),
                {numberOf(query->value(3)), numberOf(query->value(4)), numberOf(query->value(5)),
                 numberOf(query->value(6)), numberOf(query->value(7)), numberOf(query->value(8))}};
}

} // namespace waybill
