// SPDX-License-Identifier: MIT
#include "sandbox/retention.h"

#include "contract/account.h"
#include "contract/delivery.h"
#include "sandbox/sandboxrows.h"

#include <QCryptographicHash>
#include <QtEndian>

#include <algorithm>
#include <utility>

namespace waybill {

namespace {

constexpr std::chrono::days placesKept{30};
constexpr milliseconds betweenSteps{1'000};
constexpr milliseconds pauseAfterFailure{30'000};
constexpr std::chrono::hours betweenLooks{1};

struct OldRow {
    qint64 seq = 0;
    QString id;
};

/// In real time: the account's clock may have been moved ahead when the row was made, but no signature is older than
/// its delivery.
Instant madeAt(Instant created, qint64 signedAt) {
    return signedAt > 0 ? std::min(created, Instant(seconds(signedAt))) : created;
}

} // namespace

qint64 goneKey(const QString& list, const QString& id) {
    const QByteArray digest = QCryptographicHash::hash(QString(list % u'/' % id).toUtf8(), QCryptographicHash::Sha256);
    return qFromBigEndian<qint64>(digest.constData());
}

// The indexes are named: with a second one to choose from, the planner may read the whole log.
OldRows::OldRows(Database& database)
    : database_(database)
    , readOfDeleted_(database, "SELECT deliveries.seq FROM deleted_endpoints CROSS JOIN deliveries INDEXED BY "
                               "deliveries_of_endpoint ON deliveries.endpoint = deleted_endpoints.seq LIMIT ?")
    , forgetDeleted_(database, "DELETE FROM deleted_endpoints")
    , readDeliveries_(database,
                      "SELECT seq, id, created_at, state <> 0 AND NOT EXISTS (SELECT 1 FROM deliveries AS other "
                      "INDEXED BY deliveries_of_event WHERE other.event = one.event AND other.endpoint = one.endpoint "
                      "AND other.state = 0), ifnull((SELECT signed_at FROM answers WHERE delivery = one.seq), 0) FROM "
                      "deliveries AS one WHERE seq > ? ORDER BY seq LIMIT ?")
    , deleteDelivery_(database, "DELETE FROM deliveries WHERE seq = ?")
    , readEvents_(database, "SELECT seq, id, created, NOT EXISTS (SELECT 1 FROM deliveries INDEXED BY "
                            "deliveries_of_event WHERE event = events.seq) FROM events WHERE seq > ? ORDER BY seq "
                            "LIMIT ?")
    , deleteEvent_(database, "DELETE FROM events WHERE seq = ?")
    , keepPlace_(database, "INSERT OR REPLACE INTO gone (key, seq, gone_at) VALUES (?, ?, ?)")
    , forgetPlaces_(database, "DELETE FROM gone WHERE key IN (SELECT key FROM gone INDEXED BY gone_age WHERE gone_at "
                              "<= ? ORDER BY gone_at LIMIT ?)")
    , readTime_(database, "SELECT value ->> 'reached', value ->> 'leapt_to' FROM meta WHERE name = 'steady_time'")
    , writeTime_(database, "INSERT OR REPLACE INTO meta (name, value) VALUES ('steady_time', json_object('reached', ?, "
                           "'leapt_to', ?))") {}

QByteArrayList OldRows::statements() const {
    return {readOfDeleted_.text(), readDeliveries_.text(), deleteDelivery_.text(), readEvents_.text(),
            deleteEvent_.text(),   keepPlace_.text(),      forgetPlaces_.text()};
}

Result<Instant> OldRows::timeOfLeaving(Instant now) {
    std::optional<SteadyTime> known;
    TRY(readTime_.read([&known](const StatementRow& row) {
        known = {instantFromMilliseconds(row.number(0)), std::nullopt};
        if (!row.isNull(1))
            known->leaptTo = instantFromMilliseconds(row.number(1));
        return false;
    }));
    const SteadyTime time = known ? known->after(now) : SteadyTime{now, std::nullopt};
    const auto leaptTo = time.leaptTo ? std::optional(millisecondsSinceEpoch(*time.leaptTo)) : std::nullopt;
    return writeTime_.run(millisecondsSinceEpoch(time.reached), leaptTo).map([&time](int) { return time.reached; });
}

void OldRows::rewind() {
    deliveriesUpTo_ = eventsUpTo_ = 0;
}

Result<bool> OldRows::leaveStep(Instant now, std::chrono::days eventsKept) {
    const auto before = std::pair(deliveriesUpTo_, eventsUpTo_);
    const auto looked = [&]() -> Result<int> {
        Transaction transaction(database_);
        if (!transaction.begun())
            return failure(transaction.commit().error());
        const auto ofDeleted = leaveOfDeletedEndpoints();
        TRY(ofDeleted);
        const auto deliveries = leaveDeliveries(now, rowsPerStep - *ofDeleted);
        TRY(deliveries);
        const auto events = leaveEvents(now, eventsKept, rowsPerStep - *ofDeleted - *deliveries);
        TRY(events);
        const int rows = *ofDeleted + *deliveries + *events;
        const auto places = forgetPlaces_.run(millisecondsSinceEpoch(now - placesKept), rowsPerStep - rows);
        TRY(places);
        TRY(transaction.commit());
        hasLeft_ = hasLeft_ || rows > 0;
        return rows + *places;
    }();
    if (!looked)
        std::tie(deliveriesUpTo_, eventsUpTo_) = before;
    return looked.map([](int rows) { return rows >= rowsPerStep; });
}

/// All of them, also those that were still to be sent: nobody sees them any more.
Result<int> OldRows::leaveOfDeletedEndpoints() {
    QList<qint64> rows;
    TRY(readOfDeleted_.read(
        [&rows](const StatementRow& row) {
            rows.append(row.number(0));
            return true;
        },
        rowsPerStep));
    for (const qint64 seq : std::as_const(rows))
        TRY(deleteDelivery_.run(seq));
    if (rows.size() < rowsPerStep)
        TRY(forgetDeleted_.run());
    return int(rows.size());
}

/// Answers how many were looked at.
Result<int> OldRows::leaveDeliveries(Instant now, int most) {
    QList<OldRow> old;
    int looked = 0;
    TRY(readDeliveries_.read(
        [&](const StatementRow& row) {
            const Instant created = madeAt(instantFromMilliseconds(row.number(2)), row.number(4));
            if (created > now - deliveriesKept && created <= now)
                return false;
            ++looked;
            deliveriesUpTo_ = row.number(0);
            if (created <= now && row.number(3))
                old.append({deliveriesUpTo_, row.text(1)});
            return true;
        },
        deliveriesUpTo_, most));
    for (const OldRow& row : std::as_const(old)) {
        TRY(deleteDelivery_.run(row.seq));
        TRY(keepPlace_.run(goneKey(QStringLiteral("deliveries"), row.id), row.seq, millisecondsSinceEpoch(now)));
    }
    return looked;
}

Result<int> OldRows::leaveEvents(Instant now, std::chrono::days kept, int most) {
    QList<OldRow> old;
    int looked = 0;
    TRY(readEvents_.read(
        [&](const StatementRow& row) {
            const Instant created{seconds(row.number(2))};
            if (created > now - kept && created <= now)
                return false;
            ++looked;
            eventsUpTo_ = row.number(0);
            if (created <= now && row.number(3))
                old.append({eventsUpTo_, row.text(1)});
            return true;
        },
        eventsUpTo_, most));
    for (const OldRow& row : std::as_const(old)) {
        TRY(deleteEvent_.run(row.seq));
        TRY(keepPlace_.run(goneKey(QStringLiteral("events"), row.id), row.seq, millisecondsSinceEpoch(now)));
    }
    return looked;
}

Result<void> OldRows::wipe() {
    TRY(database_.run(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)")));
    hasLeft_ = false;
    return {};
}

Retention::Retention(OldRows& rows, const Clock& realTime, const QString& plan, QObject* parent)
    : QObject(parent)
    , rows_(rows)
    , realTime_(realTime)
    , eventsKept_(eventsKeptOn(plan))
    , nextLook_(realTime, this)
    , nextStep_(this)
    , lookAgain_(this) {
    lookAgain_.setSingleShot(true);
    connect(&lookAgain_, &QTimer::timeout, this, &Retention::look);
    nextStep_.setSingleShot(true);
    connect(&nextStep_, &QTimer::timeout, this, &Retention::step);
    connect(&nextLook_, &Alarm::rang, this, &Retention::look);
}

void Retention::look() {
    rows_.rewind();
    time_.reset();
    if (!nextStep_.isActive())
        nextStep_.start(betweenSteps);
}

Result<bool> Retention::leave() {
    if (!time_) {
        const auto time = rows_.timeOfLeaving(realTime_.now());
        TRY(time);
        time_ = *time;
    }
    return rows_.leaveStep(*time_, eventsKept_);
}

void Retention::step() {
    const auto hasMore = leave();
    const auto wiped = hasMore && !*hasMore && rows_.hasLeft() ? rows_.wipe() : Result<void>();
    if (!hasMore || !wiped) {
        nextStep_.start(pauseAfterFailure);
        Q_EMIT storeFailed(hasMore ? wiped.error() : hasMore.error());
    } else if (*hasMore) {
        nextStep_.start(betweenSteps);
    } else {
        nextLook_.setFor(realTime_.now() + betweenLooks);
        lookAgain_.start(betweenLooks);
    }
}

} // namespace waybill
