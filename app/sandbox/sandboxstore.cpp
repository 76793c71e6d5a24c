// SPDX-License-Identifier: MIT
#include "sandbox/sandboxstore.h"

#include "contract/contractjson.h"
#include "contract/random.h"
#include "contract/unicode.h"
#include "sandbox/sandboxrows.h"
#include "sandbox/sandboxschema.h"

#include <QCoreApplication>

#include <algorithm>

namespace waybill {

using namespace rows;

namespace {

constexpr std::chrono::hours idempotencyKept{24};

QString tr(const char* text) {
    return QCoreApplication::translate("SandboxStore", text);
}

auto notFound(const QString& message) {
    return failure(ErrorKind::NotFound, message);
}

const QString endpointColumns = QStringLiteral(
    "id, url, description, enabled_events, disabled, api_version, secret_prefix, created_at, updated_at, "
    "last_delivered_at, last_failed_at, disabled_at, disabled_by, rotated_at, rotated_by, previous_valid_until");

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
    endpoint.trace = {instantOf(row.value(11)), Actor(row.value(12).toInt()), instantOf(row.value(13)),
                      Actor(row.value(14).toInt()), instantOf(row.value(15))};
    return endpoint;
}

/// The place of a cursor in its list, also where its row is gone.
Result<qint64> placeOf(Database& database, const QString& table, const QString& cursor, const QString& param) {
    auto query = database.run(
        QStringLiteral("SELECT seq FROM %1 WHERE id = ? UNION ALL SELECT seq FROM gone WHERE key = ?").arg(table),
        {cursor, goneKey(table, cursor)});
    if (!query)
        return failure(query.error());
    if (query->next())
        return query->value(0).toLongLong();
    Error error;
    error.kind = ErrorKind::InvalidRequest;
    error.message = tr("“%1” is not an id from an earlier page.").arg(firstCharacters(cursor, 100));
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
        where += (towardsNewer ? QStringLiteral(" AND %1.seq > ?") : QStringLiteral(" AND %1.seq < ?")).arg(table);
        values += *place;
    }
    values += limit + 1;
    auto query = database.run(
        QStringLiteral("SELECT %1 FROM %2 WHERE %3 ORDER BY %4.seq %5 LIMIT ?")
            .arg(columns, tables, where, table, towardsNewer ? QStringLiteral("ASC") : QStringLiteral("DESC")),
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

Result<std::unique_ptr<SandboxStore>> SandboxStore::open(const DataFile& file) {
    auto database = Database::open(file, sandboxSchema());
    if (!database)
        return failure(database.error());
    std::unique_ptr<SandboxStore> store(new SandboxStore(*std::move(database))); // NOLINT: the constructor is private
    SystemRandom random;
    const auto once = [&](const QString& name, const QString& fresh) -> Result<QString> {
        TRY(store->database_->run(QStringLiteral("INSERT OR IGNORE INTO meta VALUES (?, ?)"), {name, fresh}));
        auto query = store->database_->run(QStringLiteral("SELECT value FROM meta WHERE name = ?"), {name});
        TRY(query);
        return query->next() ? query->value(0).toString() : fresh;
    };
    const auto team = once(QStringLiteral("team"), QString(u"team_" % newToken(random).left(10)));
    const auto user = once(QStringLiteral("user"), QString(u"usr_" % newToken(random).left(10)));
    if (!team || !user)
        return failure(!team ? team.error() : user.error());
    store->teamId_ = *team;
    store->userId_ = *user;
    // Triggers see no row that REPLACE takes away.
    if (auto marked =
            store->database_->run(QStringLiteral("UPDATE secrets SET may_be_spent = 1 WHERE may_be_spent = 0"));
        !marked)
        return failure(marked.error());
    store->queue_ = std::make_unique<DeliveryQueue>(*store->database_);
    store->oldRows_ = std::make_unique<OldRows>(*store->database_);
    store->intake_ = std::make_unique<EventIntake>(*store->database_, *store->queue_);
    return store;
}

bool SandboxStore::wasLeftOpen() const {
    return database_->wasLeftOpen();
}

void SandboxStore::distrust() {
    database_->distrust();
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

Result<Endpoint> SandboxStore::updateEndpoint(const QString& id, const EndpointChanges& changes, Instant now,
                                              Actor by) {
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
    const bool isSwitched = current->status != changed.status;
    const bool switchedOn = isSwitched && changed.status == EndpointStatus::Enabled;
    if (isSwitched) {
        changed.trace.disabledAt = switchedOn ? std::nullopt : std::optional(now);
        changed.trace.disabledBy = switchedOn ? Actor::Unknown : by;
    }
    TRY(database_->run(
        QStringLiteral("UPDATE endpoints SET url = ?, enabled_events = ?, description = ?, api_version = ?, "
                       "disabled = ?, disabled_at = ?, disabled_by = ?, updated_at = ? WHERE id = ?"),
        {changed.url, changed.enabledEvents.join(u' '), text(changed.description), text(changed.apiVersion),
         changed.status == EndpointStatus::Disabled ? 1 : 0, ms(changed.trace.disabledAt),
         int(changed.trace.disabledBy), ms(now), id}));
    // Switched on again, it starts with a clean record: the old failures would disable it at the next one.
    if (switchedOn)
        TRY(database_->run(QStringLiteral("UPDATE endpoints SET gone_in_a_row = 0, failures_in_a_row = 0 WHERE id = ?"),
                           {id}));
    TRY(transaction.commit());
    return changed;
}

Result<void> SandboxStore::deleteEndpoint(const QString& id, Instant now) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    TRY(endpoint(id));
    TRY(database_->run(QStringLiteral("INSERT INTO deleted_endpoints SELECT seq FROM endpoints WHERE id = ?"), {id}));
    TRY(database_->run(QStringLiteral("INSERT OR REPLACE INTO gone SELECT ?, seq, ? FROM endpoints WHERE id = ?"),
                       {goneKey(QStringLiteral("endpoints"), id), ms(now), id}));
    TRY(database_->run(
        QStringLiteral("DELETE FROM authorities WHERE endpoint = (SELECT seq FROM endpoints WHERE id = ?)"), {id}));
    TRY(database_->run(QStringLiteral("DELETE FROM endpoints WHERE id = ?"), {id}));
    TRY(transaction.commit());
    queue_->endpointDeleted();
    return {};
}

Result<CertificateAuthority> SandboxStore::authority(const QString& endpointId) {
    auto query = database_->run(QStringLiteral("SELECT certificates FROM endpoints LEFT JOIN authorities ON "
                                               "authorities.endpoint = endpoints.seq WHERE endpoints.id = ?"),
                                {endpointId});
    TRY(query);
    if (!query->next())
        return notFound(tr("There is no such endpoint."));
    return CertificateAuthority::restored(query->value(0).toByteArray());
}

Result<void> SandboxStore::setAuthority(const QString& endpointId, const CertificateAuthority& authority) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    TRY(endpoint(endpointId));
    TRY(database_->run(
        QStringLiteral("DELETE FROM authorities WHERE endpoint = (SELECT seq FROM endpoints WHERE id = ?)"),
        {endpointId}));
    if (!authority.isEmpty())
        TRY(database_->run(QStringLiteral("INSERT INTO authorities SELECT seq, ? FROM endpoints WHERE id = ?"),
                           {authority.bytes(), endpointId}));
    return transaction.commit();
}

Result<void> SandboxStore::rotateSecret(const QString& id, const QString& newSecretId, const QString& newPrefix,
                                        Instant previousValidUntil, Instant now, const Idempotency& once, Actor by) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    auto rotated = database_->run(
        QStringLiteral("UPDATE endpoints SET previous_secret_id = secret_id, previous_valid_until = ?, secret_id = ?, "
                       "secret_prefix = ?, updated_at = ?, rotated_at = ?, rotated_by = ? WHERE id = ?"),
        {ms(previousValidUntil), newSecretId, newPrefix, ms(now), ms(now), int(by), id});
    if (!rotated)
        return failure(rotated.error());
    if (rotated->numRowsAffected() == 0)
        return notFound(tr("There is no such endpoint."));
    TRY(keepAnswer(*database_, once));
    return transaction.commit();
}

Result<Endpoint> SandboxStore::endOverlap(const QString& id, Instant now) {
    TRY(database_->run(
        QStringLiteral("UPDATE endpoints SET previous_valid_until = ? WHERE id = ? AND previous_valid_until > ?"),
        {ms(now), id, ms(now)}));
    return endpoint(id);
}

Result<void> SandboxStore::insertEvent(const Event& event, const QList<Delivery>& deliveries, const Idempotency& once) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    TRY(rows::insertEvent(*database_, event));
    for (const Delivery& delivery : deliveries)
        TRY(queue_->insert(delivery));
    TRY(keepAnswer(*database_, once));
    TRY(transaction.commit());
    for (const Delivery& delivery : deliveries)
        queue_->inserted(delivery);
    return {};
}

Result<void> SandboxStore::insertReplay(const Delivery& replay, const Idempotency& once) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return transaction.commit();
    TRY(queue_->insert(replay));
    TRY(keepAnswer(*database_, once));
    TRY(transaction.commit());
    queue_->inserted(replay);
    return {};
}

Result<Delivery> SandboxStore::delivery(const QString& id) {
    return findDelivery(*database_, id);
}

Result<Page<Delivery>> SandboxStore::deliveries(const QString& endpointId, std::optional<DeliveryStatus> status,
                                                const PageRequest& page) {
    TRY(endpoint(endpointId));
    QString condition = QStringLiteral("endpoint = (SELECT seq FROM endpoints WHERE id = ?)");
    if (status)
        condition += QStringLiteral(" AND state = %1").arg(int(rowState(*status)));
    // Named: the planner would read the endpoint's whole log for a state that is rare, or sort it.
    const QString tables = deliveryTables.arg(status ? QStringLiteral("INDEXED BY deliveries_by_state")
                                                     : QStringLiteral("INDEXED BY deliveries_of_endpoint"));
    return pageOf<Delivery>(*database_, QStringLiteral("deliveries"), deliveryColumns, tables, condition, {endpointId},
                            page, defaultPageOfLog, &deliveryOf);
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
    const QString table = QStringLiteral("events");
    QString tables = table;
    QString condition = QStringLiteral("1 = 1");
    QVariantList values;
    if (!type.isEmpty()) {
        tables = table + QStringLiteral(" INDEXED BY events_of_type");
        condition += QStringLiteral(" AND type = ?");
        values += type;
    }
    // An object has few events, whatever their types.
    if (!objectId.isEmpty()) {
        tables = table + QStringLiteral(" INDEXED BY events_of_object");
        condition += QStringLiteral(" AND object_id = ?");
        values += objectId;
    }
    return pageOf<Event>(*database_, table, eventColumns, tables, condition, values, page, defaultPageOfLog,
                         [this](const QSqlQuery& row) { return eventOf(row, teamId_); });
}

Result<void> SandboxStore::noteSecret(const QString& id) {
    return database_->run(QStringLiteral("INSERT INTO secrets (id) VALUES (?)"), {id}).map([](const QSqlQuery&) {});
}

Result<QStringList> SandboxStore::spentSecrets(Instant now) {
    Transaction transaction(*database_);
    if (!transaction.begun())
        return failure(transaction.commit().error());
    TRY(database_->run(QStringLiteral("UPDATE endpoints INDEXED BY endpoints_overlap SET previous_secret_id = NULL, "
                                      "previous_valid_until = NULL WHERE previous_valid_until <= ?"),
                       {ms(now)}));
    TRY(forgetOldAnswers(now));
    // Whatever is in use now is marked again when it no longer is.
    TRY(database_->run(QStringLiteral(
        "UPDATE secrets INDEXED BY secrets_that_may_be_spent SET may_be_spent = 0 WHERE may_be_spent = 1 AND (EXISTS "
        "(SELECT 1 FROM endpoints INDEXED BY endpoints_secret WHERE secret_id = secrets.id) OR EXISTS (SELECT 1 FROM "
        "endpoints INDEXED BY endpoints_previous_secret WHERE previous_secret_id = secrets.id) OR EXISTS (SELECT 1 "
        "FROM "
        "idempotency INDEXED BY idempotency_secret WHERE secret_id = secrets.id))")));
    auto query = database_->run(
        QStringLiteral("SELECT id FROM secrets INDEXED BY secrets_that_may_be_spent WHERE may_be_spent = 1"));
    TRY(query);
    QStringList spent;
    while (query->next())
        spent += query->value(0).toString();
    TRY(transaction.commit());
    return spent;
}

Result<void> SandboxStore::forgetSecret(const QString& id) {
    return database_->run(QStringLiteral("DELETE FROM secrets WHERE id = ?"), {id}).map([](const QSqlQuery&) {});
}

Result<std::optional<Instant>> SandboxStore::nextSecretSpent() {
    auto query = database_->run(QStringLiteral(
        "SELECT (SELECT min(previous_valid_until) FROM endpoints), (SELECT min(created_at) FROM idempotency INDEXED BY "
        "idempotency_secrets WHERE secret_id <> '')"));
    TRY(query);
    if (!query->next())
        return std::optional<Instant>();
    const std::optional<Instant> overlap = instantOf(query->value(0));
    const std::optional<Instant> answered = instantOf(query->value(1));
    if (!answered)
        return overlap;
    const Instant expiry = *answered + idempotencyKept;
    return std::optional(overlap ? std::min(*overlap, expiry) : expiry);
}

Result<std::optional<Instant>> SandboxStore::nextOverlapEnd() {
    auto query = database_->run(QStringLiteral("SELECT min(previous_valid_until) FROM endpoints"));
    TRY(query);
    return query->next() ? instantOf(query->value(0)) : std::nullopt;
}

Result<void> SandboxStore::forgetOldAnswers(Instant now) {
    // A few at a time: there may be a day's worth of them, and each new one makes room for more.
    constexpr int together = 16;
    return database_
        ->run(QStringLiteral("DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency INDEXED BY "
                             "idempotency_age WHERE created_at <= ? ORDER BY created_at LIMIT ?)"),
              {ms(now - idempotencyKept), together})
        .map([](const QSqlQuery&) {});
}

Result<std::optional<StoredAnswer>> SandboxStore::storedAnswer(const QString& key, Instant now) {
    TRY(forgetOldAnswers(now));
    auto query = database_->run(
        QStringLiteral("SELECT digest, status, body, request_id, secret_id FROM idempotency WHERE key = ? AND "
                       "created_at > ?"),
        {key, ms(now - idempotencyKept)});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return std::optional<StoredAnswer>();
    return std::optional(StoredAnswer{query->value(0).toByteArray(), query->value(1).toInt(),
                                      query->value(2).toByteArray(), query->value(3).toString(),
                                      query->value(4).toString()});
}

Result<SandboxStore::Sent> SandboxStore::sent(const QString& deliveryId) {
    auto query =
        database_->run(QStringLiteral("SELECT signed_at, signature, url, looked_up, connected, encrypted, sent, "
                                      "first_byte, done, started_at FROM deliveries JOIN answers ON delivery = seq "
                                      "WHERE id = ? AND signature <> ''"),
                       {deliveryId});
    TRY(query);
    if (!query->next())
        return notFound(tr("This delivery has not been sent yet."));
    return Sent{query->value(0).toLongLong(),
                query->value(1).toByteArray(),
                query->value(2).toString(),
                {numberOf(query->value(3)), numberOf(query->value(4)), numberOf(query->value(5)),
                 numberOf(query->value(6)), numberOf(query->value(7)), numberOf(query->value(8))},
                instantOf(query->value(9))};
}

} // namespace waybill
