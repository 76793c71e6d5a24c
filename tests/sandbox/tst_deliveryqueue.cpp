// SPDX-License-Identifier: MIT
#include "sandbox/sandboxschema.h"
#include "sandbox/sandboxstore.h"

#include <QTemporaryDir>
#include <QTest>

using namespace waybill;

namespace {
const Instant start = instantFromMilliseconds(1791792900000);
const QString endpointId = QStringLiteral("whe_1");
constexpr int perEndpoint = 4;
} // namespace

/// The deliveries table as a queue, looked at from a second connection to the same file.
class TestDeliveryQueue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->filePath(QStringLiteral("sandbox.sqlite"));
        open();
        Endpoint endpoint;
        endpoint.id = endpointId;
        endpoint.url = QStringLiteral("https://receiver.example/hook");
        endpoint.enabledEvents = {QStringLiteral("*")};
        endpoint.secretPrefix = QStringLiteral("whsec_abcdef");
        endpoint.createdAt = endpoint.updatedAt = start;
        QVERIFY(store_->insertEndpoint(endpoint, QStringLiteral("secret_1"), {}));
        for (int i = 0; i < 6; ++i)
            add(QStringLiteral("whd_%1").arg(i));
    }
    void cleanup() {
        aside_.reset();
        store_.reset();
    }

    void noLookReadsTheWholeLog_data() {
        QTest::addColumn<QString>("statement");
        const QStringList statements = DeliveryQueue::statements();
        for (qsizetype i = 0; i < statements.size(); ++i)
            QTest::addRow("%lld: %s", i, qPrintable(statements.at(i).left(50))) << statements.at(i);
    }
    void noLookReadsTheWholeLog() {
        QFETCH(QString, statement);
        // With statistics the planner has a choice.
        QVERIFY(aside_->run(QStringLiteral("ANALYZE")));
        QVariantList values;
        values.resize(statement.count(u'?'));
        auto plan = aside_->run(QStringLiteral("EXPLAIN QUERY PLAN ") + statement, values);
        QVERIFY2(plan, plan ? "" : qPrintable(plan.error().details));
        while (plan->next()) {
            const QString step = plan->value(3).toString();
            if (!step.startsWith(u"SCAN"))
                continue;
            const bool isShort = step == u"SCAN endpoints" || step.contains(u"deliveries_under_way") ||
                                 step.contains(u"deliveries_deferred") || step.contains(u"CONSTANT ROW");
            QVERIFY2(isShort, qPrintable(step));
        }
    }

    void countsWhatWaits_data() {
        QTest::addColumn<std::function<void()>>("change");
        QTest::addColumn<int>("waiting");
        const auto claim = [this](int limit) { QVERIFY(queue().claimDue(start, limit, perEndpoint)); };
        const auto settle = [this](int status) {
            DeliveryQueue::Settlement settlement;
            settlement.deliveryId = QStringLiteral("whd_0");
            settlement.outcome.status = status;
            settlement.startedAt = settlement.settledAt = start;
            settlement.nextDeliveryId = QStringLiteral("whd_next");
            QVERIFY(queue().settle(settlement));
        };
        const auto row = [](const char* name, int waiting, const std::function<void()>& change) {
            QTest::newRow(name) << change << waiting;
        };
        row("as stored", 6, [] {});
        row("one more", 7, [this] { add(QStringLiteral("whd_more")); });
        row("claimed", 2, [=] { claim(64); });
        row("delivered", 5, [=] {
            claim(1);
            settle(200);
        });
        row("failed, so another follows", 6, [=] {
            claim(1);
            settle(503);
        });
        row("put back", 6, [=, this] {
            claim(1);
            QVERIFY(queue().defer(QStringLiteral("whd_0"), QStringLiteral("Locked."), start, start));
        });
        row("interrupted", 6, [=, this] {
            claim(2);
            int made = 0;
            QVERIFY(queue().settleInterrupted(start, [&] { return QStringLiteral("whd_next_%1").arg(++made); }));
        });
        row("deleted", 0, [this] { QVERIFY(store_->deleteEndpoint(endpointId)); });
    }
    void countsWhatWaits() {
        QFETCH(std::function<void()>, change);
        change();
        QTEST(queue().state(perEndpoint)->scheduled, "waiting");
        auto counted = aside_->run(QStringLiteral("SELECT count(*) FROM deliveries WHERE state = 0"));
        QVERIFY(counted && counted->next());
        QTEST(counted->value(0).toInt(), "waiting");
    }

    void saysWhenTheNextIsDueAndWhereThereIsRoom() {
        add(QStringLiteral("whd_later"), start + seconds{60});
        QCOMPARE(queue().state(perEndpoint)->nextWithRoom, start);
        QVERIFY(queue().claimDue(start, 64, perEndpoint));
        QCOMPARE(queue().state(perEndpoint)->nextDue, start);
        QCOMPARE(queue().state(perEndpoint)->nextWithRoom, std::nullopt);
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
                  "INSERT INTO idempotency VALUES ('key', '', 201, '', '', 'deleted', 1791792900000)"})
                QVERIFY((*older)->run(QString::fromLatin1(row)));
        }
        open();
        QCOMPARE(queue().state(perEndpoint)->scheduled, 1);
        QCOMPARE(queue().claimDue(start, 64, perEndpoint)->size(), 1);
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
    void add(const QString& id, Instant due = start) {
        Event event;
        event.id = u"event_of_" % id;
        event.type = QStringLiteral("rating.created");
        event.apiVersion = QString::fromLatin1(eventApiVersion);
        event.body = "{}";
        Delivery delivery;
        delivery.id = id;
        delivery.eventId = event.id;
        delivery.endpointId = endpointId;
        delivery.scheduledFor = delivery.createdAt = due;
        QVERIFY(store_->insertEvent(event, {delivery}, {}));
    }

    std::unique_ptr<QTemporaryDir> folder_;
    QString path_;
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<Database> aside_;
};

Q_DECLARE_METATYPE(std::function<void()>)

QTEST_GUILESS_MAIN(TestDeliveryQueue)
#include "tst_deliveryqueue.moc"
