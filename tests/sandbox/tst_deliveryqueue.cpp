// SPDX-License-Identifier: MIT
#include "contract/retryschedule.h"
#include "sandbox/sandboxschema.h"
#include "sandbox/sandboxstore.h"
#include "support/storedendpoint.h"

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;

namespace {
const Instant start = instantFromMilliseconds(1791792900000);
const QString endpointId = QStringLiteral("whe_1");
constexpr int perEndpoint = 4;

DeliveryQueue::Room room(int most = 64) {
    return {most, 1'000'000, [](qint64, const DeliveryQueue::Line& line) { return perEndpoint - line.underWay; }, 64,
            [](qint64) { return false; }};
}
} // namespace

/// The deliveries table as a queue, looked at from a second connection to the same file.
class TestDeliveryQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->filePath(QStringLiteral("sandbox.sqlite"));
        open();
        addEndpoint(endpointId);
        for (int i = 0; i < 6; ++i)
            add(QStringLiteral("whd_%1").arg(i));
    }
    void cleanup() {
        aside_.reset();
        store_.reset();
    }

    void noTurnReadsTheWholeLog() {
        // With statistics the planner has a choice.
        QVERIFY(aside_->run(QStringLiteral("ANALYZE")));
        const QByteArrayList statements = queue().statements();
        for (const QByteArray& text : statements) {
            const QString statement = QString::fromLatin1(text);
            QVariantList values;
            values.resize(statement.count(u'?'));
            auto plan = aside_->run(QStringLiteral("EXPLAIN QUERY PLAN ") + statement, values);
            QVERIFY2(plan, plan ? "" : qPrintable(plan.error().details));
            while (plan->next()) {
                const QString step = plan->value(3).toString();
                QVERIFY2(!step.startsWith(u"SCAN") || step.contains(u"deliveries_deferred") ||
                             step == u"SCAN endpoints" || step.startsWith(u"SCAN picked"),
                         qPrintable(step + u": " + statement));
            }
        }
    }

    void countsWhatWaits_data() {
        QTest::addColumn<std::function<void()>>("change");
        QTest::addColumn<int>("waiting");
        const auto row = [](const char* name, int waiting, const std::function<void()>& change) {
            QTest::newRow(name) << change << waiting;
        };
        row("as stored", 6, [] {});
        row("one more", 7, [this] { add(QStringLiteral("whd_more")); });
        row("taken", 2, [this] { take(); });
        row("delivered", 5, [this] { settle(take(1), 200); });
        row("failed, so another follows", 6, [this] { settle(take(1), 503); });
        row("failed for the last time", 5, [this] {
            QVERIFY(aside_->run(QStringLiteral("UPDATE deliveries SET attempt = 9")));
            settle(take(1), 503);
        });
        row("put back", 6, [this] {
            const DueLine due = take(1);
            QVERIFY(queue().turn({},
                                 {{due.endpoint, {due.deliveries.constFirst().seq}, QStringLiteral("Locked."), start}},
                                 start, room(0), newId()));
        });
        row("interrupted", 6, [this] {
            take(2);
            open();
            QCOMPARE(queue().settleInterrupted(start, newId()), 2);
        });
        row("stored though the commit was reported as failed", 5, [this] {
            const DueLine due = take(1);
            settle(due, 200);
            settle(due, 200);
        });
        row("deleted", 0, [this] { QVERIFY(store_->deleteEndpoint(endpointId, start)); });
    }
    void countsWhatWaits() {
        QFETCH(std::function<void()>, change);
        change();
        const auto remembered = queue().state(room());
        QTEST(remembered->scheduled, "waiting");
        auto counted = aside_->run(QStringLiteral(
            "SELECT count(*) FROM deliveries WHERE state = 0 AND endpoint IN (SELECT seq FROM endpoints)"));
        QVERIFY(counted && counted->next());
        QCOMPARE(counted->value(0).toInt(), remembered->scheduled + remembered->underWay);
        queue().distrust();
        const auto read = queue().state(room());
        QCOMPARE(read->scheduled, remembered->scheduled);
        QCOMPARE(read->underWay, remembered->underWay);
    }

    void saysWhenTheNextIsDueAndWhereThereIsRoom() {
        add(QStringLiteral("whd_later"), start + seconds{60});
        QCOMPARE(queue().state(room())->nextWithRoom, start);
        take();
        QCOMPARE(queue().state(room())->nextDue, start);
        QCOMPARE(queue().state(room())->nextWithRoom, std::nullopt);
    }

    void takesNoMoreThanItsRoom_data() {
        QTest::addColumn<int>("deliveries");
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<int>("taken");
        QTest::newRow("no room") << 0 << qint64(1000) << 0;
        QTest::newRow("room for two") << 2 << qint64(1000) << 2;
        QTest::newRow("what a line may have") << 64 << qint64(1000) << perEndpoint;
        QTest::newRow("bytes for two") << 64 << qint64(3) << 2;
        QTest::newRow("one, however large") << 64 << qint64(1) << 1;
    }
    void takesNoMoreThanItsRoom() {
        QFETCH(int, deliveries);
        QFETCH(qint64, bytes);
        auto given = room(deliveries);
        given.bytes = bytes;
        const auto taken = queue().turn({}, {}, start, given, newId());
        QVERIFY(taken);
        QTEST(taken->isEmpty() ? 0 : int(taken->constFirst().deliveries.size()), "taken");
    }

    void takesFromSuspectsOnlyWhatIsLeftForThem() {
        auto given = room();
        given.isSuspect = [](qint64) { return true; };
        given.suspects = 0;
        QVERIFY(queue().turn({}, {}, start, given, newId())->isEmpty());
        // Or whoever waits for room would look again at once, and again.
        QCOMPARE(queue().state(given)->nextWithRoom, std::nullopt);
        given.suspects = 1;
        QCOMPARE(queue().turn({}, {}, start, given, newId())->size(), 1);
    }

    void evensOutWhatIsUnderWay() {
        QCOMPARE(take(4).deliveries.size(), 4);
        addSix(QStringLiteral("whe_2"));
        const auto taken = queue().turn({}, {}, start, roomyLines(8), newId());
        QCOMPARE(taken->size(), 1);
        QCOMPARE(taken->constFirst().endpoint, 2);
        QCOMPARE(taken->constFirst().deliveries.size(), 4);
    }

    void suspectsThatMayNotBeTakenHoldNoShare() {
        addSix(QStringLiteral("whe_2"));
        auto given = roomyLines(6);
        given.isSuspect = [](qint64 endpoint) { return endpoint == 1; };
        given.suspects = 0;
        const auto taken = queue().turn({}, {}, start, given, newId());
        QCOMPARE(taken->constFirst().deliveries.size(), 6);
    }

    /// Whatever is stored together, an endpoint comes out as if each attempt had been stored when it ended.
    void aBatchDecidesAsTheSameAttemptsOneByOne_data() {
        QTest::addColumn<QList<int>>("outcomes");
        QTest::addColumn<bool>("isDisabled");
        const auto times = [](int count, int status) { return QList<int>(count, status); };
        QTest::newRow("410, 410, 410, 200") << QList<int>{410, 410, 410, 200} << true;
        QTest::newRow("410, 410, 200, 410") << QList<int>{410, 410, 200, 410} << false;
        QTest::newRow("410, 410, 500, 410") << QList<int>{410, 410, 500, 410} << false;
        QTest::newRow("410, 410, cut off, 410, 200") << QList<int>{410, 410, 0, 410, 200} << true;
        QTest::newRow("fifty failures and a success") << times(50, 500) + times(1, 200) << true;
        QTest::newRow("forty-nine and a success") << times(49, 500) + times(1, 200) + times(1, 500) << false;
        QRandomGenerator random(11);
        for (int round = 0; round < 4; ++round) {
            QList<int> outcomes;
            bool isDisabled = false;
            EndpointHealth health;
            const int successIn = 2 + random.bounded(60);
            for (int i = 0; i < 60; ++i) {
                const int kind = random.bounded(successIn);
                outcomes += kind == 0 ? 200 : kind == 1 ? 0 : random.bounded(3) > 0 ? 410 : 503;
                health = health.after(outcomeOf(outcomes.constLast()));
                isDisabled = isDisabled || health.disablesEndpoint();
            }
            QTest::addRow("any, %d", round) << outcomes << isDisabled;
        }
    }
    void aBatchDecidesAsTheSameAttemptsOneByOne() {
        QFETCH(QList<int>, outcomes);
        QFETCH(bool, isDisabled);
        const QList<QStringList> alone = {endpointAfter(QStringLiteral("whe_alone"), outcomes, 1)};
        QCOMPARE(alone.constFirst().constFirst() == u"1", isDisabled);
        for (const int together : {3, 7, 1000})
            QCOMPARE(endpointAfter(QStringLiteral("whe_%1").arg(together + 10), outcomes, together),
                     alone.constFirst());
    }

    void neverTakesWhatIsUnderWay() {
        QSet<qint64> seen;
        for (int i = 0; i < 3; ++i) {
            const auto taken = queue().turn({}, {}, start, room(2 * (i + 1)), newId());
            QVERIFY(taken);
            for (const DueLine& line : *taken) {
                for (const DueDelivery& delivery : line.deliveries) {
                    QVERIFY(!seen.contains(delivery.seq));
                    seen.insert(delivery.seq);
                }
            }
        }
        QCOMPARE(seen.size(), perEndpoint);
    }

    void changesNothingWhereTheTurnFails() {
        const DueLine due = take(1);
        QVERIFY(aside_->run(QStringLiteral("BEGIN IMMEDIATE")));
        QVERIFY(!queue().turn({attemptOf(due, 503)}, {}, start, room(), newId()));
        QCOMPARE(queue().state(room())->underWay, 1);
        QVERIFY(aside_->run(QStringLiteral("ROLLBACK")));
        settle(due, 503);
        QCOMPARE(queue().state(room())->underWay, 0);
    }

    void anOlderFileKeepsItsQueueAndItsSecrets() {
        cleanup();
        QVERIFY(QFile::remove(path_));
        {
            auto older = Database::open(path_, sandboxSchema().first(1));
            QVERIFY(older);
            for (const char* row :
                 {"INSERT INTO endpoints (id, url, description, enabled_events, api_version, secret_prefix, secret_id, "
                  "previous_secret_id, previous_valid_until, created_at, updated_at) VALUES "
                  "('whe_1', 'https://a.example/', '', '*', '', 'whsec_', 'new', 'old', 1791792900000, 0, 0)",
                  "INSERT INTO events VALUES (1, 'event_1', 'rating.created', '2026-05-04', 0, '', '{}')",
                  "INSERT INTO deliveries (id, endpoint_id, event_id, attempt, state, scheduled_for, due_at, "
                  "created_at) VALUES ('whd_1', 'whe_1', 'event_1', 1, 0, 0, 0, 0)",
                  "INSERT INTO deliveries (id, endpoint_id, event_id, attempt, state, scheduled_for, due_at, "
                  "created_at) VALUES ('whd_2', 'whe_1', 'event_1', 1, 2, 0, 0, 0)",
                  "INSERT INTO answers (delivery_id, body, url, signed_at, signature) VALUES ('whd_2', 'thanks', '', "
                  "0, "
                  "'')",
                  "INSERT INTO deliveries (id, endpoint_id, event_id, attempt, state, scheduled_for, due_at, "
                  "started_at, created_at) VALUES ('whd_3', 'whe_1', 'event_1', 1, 1, 0, 0, 1791792900000, 0)",
                  "INSERT INTO idempotency VALUES ('key', '', 201, '', '', 'deleted', 1791792900000)"})
                QVERIFY((*older)->run(QString::fromLatin1(row)));
        }
        open();
        QCOMPARE(queue().settleInterrupted(start, newId()), 1);
        QCOMPARE(queue().state(room())->scheduled, 2);
        const DueLine due = take();
        QCOMPARE(due.of(due.deliveries.constFirst().id), "whd_1");
        QCOMPARE(store_->delivery(QStringLiteral("whd_2"))->status, DeliveryStatus::Delivered);
        QCOMPARE(store_->delivery(QStringLiteral("whd_2"))->responseBody, QStringLiteral("thanks"));
        const Delivery interrupted = *store_->delivery(QStringLiteral("whd_3"));
        QCOMPARE(interrupted.status, DeliveryStatus::Failed);
        QCOMPARE(store_->deliveries(endpointId, DeliveryStatus::Pending, {})->data.constFirst().scheduledFor,
                 start + retrySchedule[1]);
        QCOMPARE(*store_->spentSecrets(start), QStringList{QStringLiteral("old")});
        QCOMPARE(*store_->spentSecrets(start + std::chrono::hours{24}),
                 (QStringList{QStringLiteral("deleted"), QStringLiteral("old")}));
    }

private:
    void open() {
        auto store = SandboxStore::open(path_);
        QVERIFY(store);
        store_ = *std::move(store);
        auto aside = Database::open(path_, sandboxSchema());
        QVERIFY(aside);
        aside_ = *std::move(aside);
    }
    DeliveryQueue& queue() { return store_->queue(); }
    DeliveryQueue::NewId newId() {
        return [this] { return QStringLiteral("whd_next_%1").arg(++made_); };
    }
    DueLine take(int most = 64) {
        const auto taken = queue().turn({}, {}, start, room(most), newId());
        return taken && !taken->isEmpty() ? taken->constFirst() : DueLine();
    }
    static SentAttempt attemptOf(const DueLine& due, int status) {
        SentAttempt sent;
        sent.seq = due.deliveries.constFirst().seq;
        sent.endpoint = due.endpoint;
        sent.attempt = due.deliveries.constFirst().attempt;
        sent.outcome.status = status;
        sent.startedAt = sent.settledAt = start;
        return sent;
    }
    static AttemptOutcome outcomeOf(int status) {
        AttemptOutcome outcome;
        if (status > 0)
            outcome.status = status;
        else
            outcome.failure = AttemptFailure::Interrupted;
        return outcome;
    }
    /// All that is kept of an endpoint to which these came to be known, so many at once and in any order.
    QStringList endpointAfter(const QString& endpoint, const QList<int>& outcomes, int together) {
        addEndpoint(endpoint);
        auto number = aside_->run(QStringLiteral("SELECT seq FROM endpoints WHERE id = ?"), {endpoint});
        if (!number || !number->next())
            return {};
        const qint64 seq = number->value(0).toLongLong();
        number->finish();
        Event event;
        event.id = u"event_of_" % endpoint;
        event.type = QStringLiteral("rating.created");
        event.body = "{}";
        QList<Delivery> deliveries;
        for (int i = 0; i < outcomes.size(); ++i) {
            Delivery delivery;
            delivery.id = u"whd_" % endpoint % QString::number(i);
            delivery.eventId = event.id;
            delivery.endpointId = endpoint;
            delivery.scheduledFor = delivery.createdAt = start + seconds{3600};
            deliveries += delivery;
        }
        if (!store_->insertEvent(event, deliveries, {}))
            return {};
        QRandomGenerator random(5);
        QList<SentAttempt> batch;
        for (int i = 0; i < outcomes.size(); ++i) {
            auto delivery = aside_->run(QStringLiteral("SELECT seq FROM deliveries WHERE id = ?"),
                                        {QString(u"whd_" % endpoint % QString::number(i))});
            if (!delivery || !delivery->next())
                return {};
            SentAttempt sent;
            sent.seq = delivery->value(0).toLongLong();
            sent.endpoint = seq;
            sent.attempt = 9;
            sent.outcome = outcomeOf(outcomes[i]);
            sent.startedAt = start;
            sent.settledAt = start + milliseconds{4 * i};
            batch.insert(random.bounded(batch.size() + 1), sent);
            if (batch.size() < together && i + 1 < outcomes.size())
                continue;
            if (!queue().turn(batch, {}, start, room(0), newId()))
                return {};
            batch.clear();
        }
        auto row = aside_->run(QStringLiteral("SELECT disabled, disabled_at, disabled_by, gone_in_a_row, "
                                              "failures_in_a_row, last_delivered_at, last_failed_at FROM endpoints "
                                              "WHERE id = ?"),
                               {endpoint});
        QStringList kept;
        for (int column = 0; row && row->isActive() && (column > 0 || row->next()) && column < 7; ++column)
            kept += row->value(column).toString();
        return kept;
    }
    void settle(const DueLine& due, int status) {
        QVERIFY(queue().turn({attemptOf(due, status)}, {}, start, room(0), newId()));
    }
    static DeliveryQueue::Room roomyLines(int most) {
        auto given = room(most);
        given.ofLine = [](qint64, const DeliveryQueue::Line&) { return 64; };
        return given;
    }
    void addEndpoint(const QString& id) {
        QVERIFY(store_->insertEndpoint(test::storedEndpoint(id, start), u"secret_of_" % id, {}));
    }
    void addSix(const QString& endpoint) {
        addEndpoint(endpoint);
        for (int i = 0; i < 6; ++i)
            add(u"whd_" % endpoint % QString::number(i), start, endpoint);
    }
    void add(const QString& id, Instant due = start, const QString& endpoint = endpointId) {
        Event event;
        event.id = u"event_of_" % id;
        event.type = QStringLiteral("rating.created");
        event.apiVersion = QString::fromLatin1(eventApiVersion);
        event.body = "{}";
        Delivery delivery;
        delivery.id = id;
        delivery.eventId = event.id;
        delivery.endpointId = endpoint;
        delivery.scheduledFor = delivery.createdAt = due;
        QVERIFY(store_->insertEvent(event, {delivery}, {}));
    }

    std::unique_ptr<QTemporaryDir> folder_;
    QString path_;
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<Database> aside_;
    int made_ = 0;
};

Q_DECLARE_METATYPE(std::function<void()>)

QTEST_GUILESS_MAIN(TestDeliveryQueue)
#include "tst_deliveryqueue.moc"
