// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "contract/account.h"
#include "sandbox/sandboxschema.h"
#include "sandbox/sandboxstore.h"
#include "support/storedendpoint.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;
using namespace std::chrono_literals;

namespace {
const Instant start = instantFromMilliseconds(1791792900000);
const QString endpointId = QStringLiteral("whe_1");
constexpr std::chrono::days eventsKept{90};
constexpr std::chrono::minutes ofADay{15}; // About 0.01 of it.

enum State { Pending = 0, Delivered = 1, Failed = 2 };
} // namespace

/// What leaves the sandbox, and when; on a clock that the test moves.
class TestRetention : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->filePath(QStringLiteral("sandbox.sqlite"));
        auto store = SandboxStore::open(path_);
        QVERIFY(store);
        store_ = *std::move(store);
        addEndpoint(endpointId);
        auto aside = Database::open(path_, sandboxSchema());
        QVERIFY(aside);
        aside_ = *std::move(aside);
    }
    void cleanup() {
        aside_.reset();
        store_.reset();
    }

    void aDeliveryLeavesAfterThirtyDaysWithItsBytes_data() {
        QTest::addColumn<milliseconds>("age");
        QTest::addColumn<bool>("isThere");
        QTest::newRow("29.99 days") << milliseconds(deliveriesKept - ofADay) << true;
        QTest::newRow("30.01 days") << milliseconds(deliveriesKept + ofADay) << false;
    }
    void aDeliveryLeavesAfterThirtyDaysWithItsBytes() {
        QFETCH(milliseconds, age);
        add(QStringLiteral("whd_leaving"), QStringLiteral("event_1"), Delivered, start);
        leave(start + age);
        QTEST(store_->delivery(QStringLiteral("whd_leaving")).has_value(), "isThere");
        for (const char* bytes : {"whd_leaving", "answer to whd_leaving", "https://url.of/whd_leaving"})
            QTEST(isInFiles(bytes), "isThere");
        QVERIFY(store_->event(QStringLiteral("event_1")));
    }

    void anEventWithoutDeliveriesLeavesWhenThePlanKeepsItNoLonger_data() {
        QTest::addColumn<QString>("plan");
        QTest::addColumn<milliseconds>("age");
        QTest::addColumn<bool>("isThere");
        for (const auto& [plan, days] : {std::pair("pro", 90), std::pair("enterprise", 365)}) {
            const milliseconds kept = std::chrono::days{days};
            QTest::addRow("%s, a little before", plan) << QString::fromLatin1(plan) << kept - ofADay << true;
            QTest::addRow("%s, a little later", plan) << QString::fromLatin1(plan) << kept + ofADay << false;
        }
    }
    void anEventWithoutDeliveriesLeavesWhenThePlanKeepsItNoLonger() {
        QFETCH(QString, plan);
        QFETCH(milliseconds, age);
        add(QStringLiteral("whd_1"), QStringLiteral("event_leaving"), Delivered, start);
        while (const auto more = store_->oldRows().leaveStep(start + age, eventsKeptOn(plan)))
            if (!*more)
                break;
        QVERIFY(store_->oldRows().wipe());
        QTEST(store_->event(QStringLiteral("event_leaving")).has_value(), "isThere");
        QTEST(isInFiles("event_leaving"), "isThere");
        QTEST(isInFiles("body of event_leaving"), "isThere");
    }

    void whatIsStillNeededStays_data() {
        QTest::addColumn<int>("states"); ///< Of the attempts of one event.
        QTest::addColumn<int>("left");
        QTest::newRow("one that waits") << 1 << 1;
        QTest::newRow("a failed one whose next attempt waits") << 2 << 2;
    }
    void whatIsStillNeededStays() {
        QFETCH(int, states);
        for (int attempt = 1; attempt <= states; ++attempt)
            add(QStringLiteral("whd_%1").arg(attempt), QStringLiteral("event_1"), attempt == states ? Pending : Failed,
                start);
        add(QStringLiteral("whd_other"), QStringLiteral("event_2"), Delivered, start);
        leave(start + 400 * 24h);
        QTEST(count("deliveries"), "left");
        QVERIFY(store_->event(QStringLiteral("event_1")));
        QVERIFY(!store_->event(QStringLiteral("event_2")));
    }

    void whatAMovedClockMadeLeavesThirtyRealDaysAfterItWasSent_data() {
        QTest::addColumn<milliseconds>("ahead"); ///< By how much the clock was moved.
        QTest::addColumn<milliseconds>("later"); ///< When it was sent, after the start.
        QTest::addColumn<milliseconds>("age");   ///< In real time, from the start.
        QTest::addColumn<bool>("isThere");
        const milliseconds kept = deliveriesKept;
        QTest::newRow("by a year, 29.99 days old") << milliseconds(365 * 24h) << 0ms << kept - ofADay << true;
        QTest::newRow("by a year, 30.01 days old") << milliseconds(365 * 24h) << 0ms << kept + ofADay << false;
        QTest::newRow("by some days that have passed since, 29.99 days old")
            << milliseconds(20 * 24h) << 0ms << kept - ofADay << true;
        QTest::newRow("by some days that have passed since, 30.01 days old")
            << milliseconds(20 * 24h) << 0ms << kept + ofADay << false;
        QTest::newRow("sent in its own time, long after")
            << milliseconds(20 * 24h) << milliseconds(20 * 24h) << kept + ofADay << true;
    }
    void whatAMovedClockMadeLeavesThirtyRealDaysAfterItWasSent() {
        QFETCH(milliseconds, ahead);
        QFETCH(milliseconds, later);
        QFETCH(milliseconds, age);
        add(QStringLiteral("whd_moved"), QStringLiteral("event_1"), Delivered, start + ahead, start + later);
        leave(start + age);
        QTEST(store_->delivery(QStringLiteral("whd_moved")).has_value(), "isThere");
    }

    void whatAMovedClockMadeHoldsUpNothing_data() {
        QTest::addColumn<State>("state");
        QTest::addColumn<milliseconds>("ahead");
        QTest::newRow("sent") << Delivered << milliseconds(300 * 24h);
        QTest::newRow("sent, and its time has come since") << Delivered << milliseconds(20 * 24h);
        QTest::newRow("waiting for its time") << Pending << milliseconds(300 * 24h);
    }
    void whatAMovedClockMadeHoldsUpNothing() {
        QFETCH(State, state);
        QFETCH(milliseconds, ahead);
        add(QStringLiteral("whd_moved"), QStringLiteral("event_1"), state, start + ahead, start);
        add(QStringLiteral("whd_old"), QStringLiteral("event_2"), Delivered, start);
        leave(start + deliveriesKept + ofADay);
        QVERIFY(!store_->delivery(QStringLiteral("whd_old")));
        QCOMPARE(store_->delivery(QStringLiteral("whd_moved")).has_value(), state == Pending);
    }

    void whatWasNeverSentStaysUntilItsOwnTimeHasPassed() {
        // Settled as interrupted: nobody knows when it was signed.
        add(QStringLiteral("whd_interrupted"), QStringLiteral("event_1"), Failed, start + 300 * 24h, Instant());
        leave(start + 330 * 24h - ofADay);
        QVERIFY(store_->delivery(QStringLiteral("whd_interrupted")));
        leave(start + 330 * 24h + ofADay);
        QVERIFY(!store_->delivery(QStringLiteral("whd_interrupted")));
    }

    void leavesInSmallSteps() {
        constexpr int rows = 3 * OldRows::rowsPerStep + 10;
        addMany(rows);
        int before = rows;
        int steps = 0;
        for (bool hasMore = true; hasMore; ++steps) {
            const auto step = store_->oldRows().leaveStep(start + deliveriesKept + ofADay, eventsKept);
            QVERIFY(step);
            hasMore = *step;
            const int after = count("deliveries");
            QVERIFY(before - after <= OldRows::rowsPerStep);
            before = after;
        }
        QCOMPARE(before, 0);
        QCOMPARE(steps, 4); // The last one is not full.
    }

    void aCursorToARowThatIsGoneWorksForThirtyDays() {
        for (int i = 0; i < 3; ++i)
            add(QStringLiteral("whd_%1").arg(i), QStringLiteral("event_%1").arg(i), Delivered, start + i * 24h);
        const Instant gone = start + deliveriesKept + 25h; // The first two.
        leave(gone);
        QCOMPARE(count("deliveries"), 1);
        PageRequest page;
        page.endingBefore = QStringLiteral("whd_1");
        const auto newer = store_->deliveries(endpointId, std::nullopt, page);
        QVERIFY(newer);
        QCOMPARE(newer->data.constFirst().id, QStringLiteral("whd_2"));
        leave(gone + 30 * 24h - ofADay);
        QVERIFY(store_->deliveries(endpointId, std::nullopt, page));
        leave(gone + 30 * 24h + ofADay);
        QCOMPARE(store_->deliveries(endpointId, std::nullopt, page).error().kind, ErrorKind::InvalidRequest);
        leave(gone + 400 * 24h);
        leave(gone + 431 * 24h);
        QCOMPARE(count("gone"), 0);
    }

    void theLogOfADeletedEndpointIsGoneAtOnceAndLeavesInSteps() {
        addEndpoint(QStringLiteral("whe_other"));
        add(QStringLiteral("whd_other"), QStringLiteral("event_other"), Pending, start, QStringLiteral("whe_other"));
        addMany(OldRows::rowsPerStep + 10);
        add(QStringLiteral("whd_waiting"), QStringLiteral("event_waiting"), Pending, start);
        QVERIFY(store_->deleteEndpoint(endpointId, start));
        for (const char* delivery : {"whd_many_1", "whd_waiting"})
            QCOMPARE(store_->delivery(QString::fromLatin1(delivery)).error().kind, ErrorKind::NotFound);
        QCOMPARE(store_->deliveries(endpointId, std::nullopt, {}).error().kind, ErrorKind::NotFound);
        const DeliveryQueue::Room room{9, 9000, [](qint64, const DeliveryQueue::Line&) { return 9; }, 9,
                                       [](qint64) { return false; }};
        QCOMPARE(store_->queue().state(room)->scheduled, 1);
        const auto taken = store_->queue().turn({}, {}, start, room, [] { return QStringLiteral("whd_new"); });
        QCOMPARE(taken->size(), 1);
        QCOMPARE(taken->constFirst().deliveries.size(), 1);
        const DueLine& line = taken->constFirst();
        QCOMPARE(line.of(line.deliveries.constFirst().id), "whd_other");
        QVERIFY(*store_->oldRows().leaveStep(start, eventsKept));
        leave(start);
        QCOMPARE(count("deliveries"), 1);
        QCOMPARE(count("deleted_endpoints"), 0);
    }

    void whatWasUnderWayToADeletedEndpointIsForgotten() {
        add(QStringLiteral("whd_1"), QStringLiteral("event_1"), Pending, start);
        const DeliveryQueue::Room room{9, 9000, [](qint64, const DeliveryQueue::Line&) { return 9; }, 9,
                                       [](qint64) { return false; }};
        const auto newId = [] { return QStringLiteral("whd_new"); };
        const auto taken = store_->queue().turn({}, {}, start, room, newId);
        QCOMPARE(taken->size(), 1);
        QVERIFY(store_->deleteEndpoint(endpointId, start));
        SentAttempt attempt;
        attempt.seq = taken->constFirst().deliveries.constFirst().seq;
        attempt.endpoint = taken->constFirst().endpoint;
        attempt.outcome.status = 503;
        attempt.startedAt = attempt.settledAt = start;
        QVERIFY(store_->queue().turn({attempt}, {}, start, room, newId));
        QCOMPARE(count("deliveries"), 1);
        QCOMPARE(store_->queue().state(room)->underWay, 0);
        QCOMPARE(store_->queue().state(room)->scheduled, 0);
    }

    void noStepReadsTheWholeLog() {
        addMany(1000);
        QVERIFY(aside_->run(QStringLiteral("ANALYZE")));
        const QByteArrayList statements = store_->oldRows().statements();
        for (const QByteArray& text : statements) {
            const QString statement = QString::fromLatin1(text);
            QVariantList values;
            values.resize(statement.count(u'?'));
            auto plan = aside_->run(QStringLiteral("EXPLAIN QUERY PLAN ") + statement, values);
            QVERIFY2(plan, plan ? "" : qPrintable(plan.error().details));
            while (plan->next()) {
                const QString step = plan->value(3).toString();
                QVERIFY2((!step.startsWith(u"SCAN") || step == u"SCAN deleted_endpoints") &&
                             !step.contains(u"TEMP B-TREE"),
                         qPrintable(step + u": " + statement));
            }
        }
    }

    void looksByItselfAsRealTimeGoesOn() {
        add(QStringLiteral("whd_1"), QStringLiteral("event_1"), Delivered, start);
        add(QStringLiteral("whd_2"), QStringLiteral("event_2"), Delivered, start + 2 * ofADay);
        MovableClock clock(start + deliveriesKept + ofADay);
        Retention retention(store_->oldRows(), clock, QStringLiteral("pro"));
        retention.look();
        QTRY_COMPARE(count("deliveries"), 1);
        clock.advance(std::chrono::hours{1});
        QTRY_COMPARE(count("deliveries"), 0);
    }

    void aLeapIsBelievedOnceItHasGoneOnForADay_data() {
        using Hours = QList<int>;
        QTest::addColumn<Hours>("looks"); // Since the first one.
        QTest::addColumn<Hours>("times"); // By which rows leave.
        QTest::newRow("no leap") << Hours{1, 16, 40} << Hours{1, 16, 40};
        QTest::newRow("set back") << Hours{10, 2} << Hours{10, 2};
        QTest::newRow("it goes on") << Hours{900, 923, 924, 925} << Hours{0, 0, 924, 925};
        QTest::newRow("it is set right") << Hours{900, 1, 2} << Hours{0, 1, 2};
        QTest::newRow("and wrong once more") << Hours{900, 1, 924, 925} << Hours{0, 1, 1, 1};
        QTest::newRow("another leap before a day has passed") << Hours{900, 902, 9000, 9001} << Hours{0, 0, 900, 900};
        QTest::newRow("an hour a week") << Hours{168, 169, 336, 337, 504} << Hours{0, 0, 168, 168, 336};
    }
    void aLeapIsBelievedOnceItHasGoneOnForADay() {
        QFETCH(QList<int>, looks);
        QFETCH(QList<int>, times);
        QCOMPARE(*store_->oldRows().timeOfLeaving(start), start);
        for (qsizetype i = 0; i < looks.size(); ++i) {
            store_.reset(); // It is kept across restarts.
            store_ = *SandboxStore::open(path_);
            QCOMPARE(*store_->oldRows().timeOfLeaving(start + std::chrono::hours{looks.at(i)}),
                     start + std::chrono::hours{times.at(i)});
        }
    }

    void nothingLeavesByATimeThatWasOnlyJustLeaptTo() {
        add(QStringLiteral("whd_1"), QStringLiteral("event_1"), Delivered, start);
        MovableClock clock(start);
        Retention retention(store_->oldRows(), clock, QStringLiteral("pro"));
        retention.look();
        QTRY_COMPARE(steadyTime("reached"), millisecondsSinceEpoch(start));
        clock.advance(std::chrono::days{900});
        QTRY_COMPARE(steadyTime("leapt_to"), millisecondsSinceEpoch(clock.now()));
        QCOMPARE(count("deliveries"), 1);
        clock.advance(std::chrono::days{1});
        QTRY_COMPARE(count("deliveries"), 0);
    }

private:
    void addEndpoint(const QString& id) {
        QVERIFY(store_->insertEndpoint(test::storedEndpoint(id, start), QStringLiteral("secret_1"), {}));
    }
    /// A delivery with what was answered; its event, if it is not there yet.
    void add(const QString& id, const QString& eventId, State state, Instant at, const QString& endpoint = endpointId) {
        add(id, eventId, state, at, at, endpoint);
    }
    /// Made at `at` by the account's clock, sent at `sentAt` by real time.
    void add(const QString& id, const QString& eventId, State state, Instant at, Instant sentAt,
             const QString& endpoint = endpointId) {
        const auto run = [this](const char* statement, const QVariantList& values) {
            const auto done = aside_->run(QString::fromLatin1(statement), values);
            QVERIFY2(done, done ? "" : qPrintable(done.error().details));
        };
        const qint64 created = millisecondsSinceEpoch(at);
        run("INSERT OR IGNORE INTO events (id, type, api_version, created, object_id, body) VALUES (?, 'x', 'v', ?, "
            "'', ?)",
            {eventId, created / 1000, QByteArray("body of " + eventId.toLatin1())});
        run("INSERT INTO deliveries (id, endpoint, event, attempt, state, scheduled_for, due_at, created_at) SELECT ?, "
            "endpoints.seq, events.seq, 1, ?, ?, ?, ? FROM endpoints, events WHERE endpoints.id = ? AND events.id = ?",
            {id, int(state), created, created, created, endpoint, eventId});
        if (state != Pending)
            run("INSERT INTO answers (delivery, body, url, signed_at, signature) SELECT seq, ?, ?, ?, 't' FROM "
                "deliveries WHERE id = ?",
                {QString(u"answer to " % id), QString(u"https://url.of/" % id), secondsSinceEpoch(sentAt), id});
    }
    void addMany(int rows) {
        const Transaction together(*aside_);
        for (int i = 0; i < rows; ++i)
            add(QStringLiteral("whd_many_%1").arg(i), QStringLiteral("event_many_%1").arg(i % 100), Delivered, start);
        QVERIFY(aside_->run(QStringLiteral("COMMIT")));
    }
    void leave(Instant now) {
        store_->oldRows().rewind();
        for (bool hasMore = true; hasMore;) {
            const auto step = store_->oldRows().leaveStep(now, eventsKept);
            QVERIFY2(step, step ? "" : qPrintable(step.error().details));
            hasMore = *step;
        }
        QVERIFY(store_->oldRows().wipe());
    }
    int count(const char* table) {
        auto query = aside_->run(QStringLiteral("SELECT count(*) FROM ") + QString::fromLatin1(table));
        return query && query->next() ? query->value(0).toInt() : -1;
    }
    qint64 steadyTime(const char* part) {
        auto query = aside_->run(QStringLiteral("SELECT value ->> ? FROM meta WHERE name = 'steady_time'"),
                                 {QString::fromLatin1(part)});
        return query && query->next() ? query->value(0).toLongLong() : 0;
    }
    bool isInFiles(const QByteArray& bytes) const {
        for (const char* suffix : {"", "-wal"}) {
            QFile file(path_ + QString::fromLatin1(suffix));
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(bytes))
                return true;
        }
        return false;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    QString path_;
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<Database> aside_;
};

QTEST_GUILESS_MAIN(TestRetention)
#include "tst_retention.moc"
