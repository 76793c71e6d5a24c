// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "history/historyschema.h"
#include "history/historysync.h"
#include "support/fakeaccount.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const Instant start{seconds(1'800'000'000)};
} // namespace

class tst_HistorySync final : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<MovableClock> clock;
    std::unique_ptr<test::FakeAccount> account;
    std::unique_ptr<AccountClient> client;
    std::unique_ptr<History> history;
    std::unique_ptr<HistorySync> sync;
    std::unique_ptr<QSignalSpy> finished;
    std::unique_ptr<QSignalSpy> failed;
    SystemRandom random;
    int made = 0;

    void open() {
        client = std::make_unique<AccountClient>(*account, Secret("ak_live_key"), *clock, random);
        history = std::make_unique<History>(folder->filePath(u"history.sqlite"_s), *clock);
        sync = std::make_unique<HistorySync>(*client, *history, *clock);
        finished = std::make_unique<QSignalSpy>(sync.get(), &HistorySync::finished);
        failed = std::make_unique<QSignalSpy>(sync.get(), &HistorySync::failed);
    }
    void close() {
        failed.reset();
        finished.reset();
        sync.reset();
        history.reset();
        client.reset();
    }

    void addEndpoint(const QString& id) {
        Endpoint endpoint;
        endpoint.id = id;
        endpoint.url = u"https://example.com/"_s + id;
        endpoint.enabledEvents = {u"*"_s};
        endpoint.statusText = u"enabled"_s;
        endpoint.secretPrefix = u"whsec_abcdef"_s;
        endpoint.createdAt = start + seconds(account->endpoints.size());
        account->endpoints.append(endpoint);
    }
    QString addDelivery(const QString& endpointId, bool isSettled = true) {
        ++made;
        const QString number = u"%1"_s.arg(made, 5, 10, QChar(u'0'));
        Event event;
        event.id = u"event_"_s + number;
        event.type = u"rating.created"_s;
        event.apiVersion = u"2026-05-04"_s;
        event.created = secondsSinceEpoch(start) + made;
        event.teamId = u"team_1"_s;
        event.objectId = u"obj"_s;
        event.body = json::writeEnvelope(event, R"({"id":"obj","z":1.10,"a":2})", u"req"_s, {});
        account->events.append(event);
        Delivery delivery;
        delivery.id = u"whd_"_s + number;
        delivery.endpointId = endpointId;
        delivery.eventId = event.id;
        delivery.statusText = u"pending"_s;
        delivery.createdAt = start - std::chrono::hours(1) + milliseconds(made);
        delivery.scheduledFor = delivery.createdAt;
        account->deliveries.append(delivery);
        if (isSettled)
            settle(delivery.id);
        return delivery.id;
    }
    void settle(const QString& id) {
        Delivery& delivery = account->delivery(id);
        delivery.status = DeliveryStatus::Delivered;
        delivery.statusText = u"delivered"_s;
        delivery.deliveredAt = clock->now() + milliseconds(made);
        delivery.responseStatus = 200;
        delivery.responseBody = u"ok"_s;
        delivery.responseMs = 5;
        for (Endpoint& endpoint : account->endpoints) {
            if (endpoint.id == delivery.endpointId)
                endpoint.lastDeliveredAt = delivery.deliveredAt;
        }
    }

    template <typename T>
    T wait(const std::function<void(Done<T>)>& ask) {
        std::optional<Result<T>> answered;
        ask([&answered](const Result<T>& result) { answered = result; });
        while (!answered)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (!*answered)
            qFatal("The history does not answer.");
        return **answered;
    }
    /// Lets time pass, a little at a time, until one more look has come to its end.
    bool look(milliseconds step = milliseconds{100}) {
        const qsizetype before = finished->count() + failed->count();
        return test::waitFor([&] {
            if (finished->count() + failed->count() > before)
                return true;
            if (!sync->isLooking())
                clock->advance(step);
            return false;
        });
    }
    static QList<Delivery> byId(QList<Delivery> deliveries) {
        std::ranges::sort(deliveries, {}, &Delivery::id);
        return deliveries;
    }
    void compareWithAccount() {
        const auto summaries = wait<QList<EndpointSummary>>([&](auto done) { history->readEndpoints(this, done); });
        QList<Endpoint> endpoints;
        for (const EndpointSummary& summary : summaries)
            endpoints.append(summary.endpoint);
        QCOMPARE(endpoints, account->endpoints);
        DeliveryQuery query;
        query.limit = 100'000;
        const auto rows = wait<QList<DeliveryRow>>([&](auto done) { history->readDeliveries(query, this, done); });
        QList<Delivery> deliveries;
        for (const DeliveryRow& row : rows)
            deliveries.append(row.delivery);
        QCOMPARE(byId(deliveries), byId(account->deliveries)); // Each has an order of its own.
    }
    int askedSince(qsizetype before) const { return int(account->asked.size() - before); }

private Q_SLOTS:
    void init() {
        made = 0;
        folder = std::make_unique<QTemporaryDir>();
        clock = std::make_unique<MovableClock>(start);
        account = std::make_unique<test::FakeAccount>();
        open();
    }
    void cleanup() {
        close();
        account.reset();
        clock.reset();
        folder.reset();
    }

    void copiesAWholeAccount() {
        for (int i = 0; i < 105; ++i)
            addEndpoint(u"whe_%1"_s.arg(i));
        for (int i = 0; i < 250; ++i)
            addDelivery(u"whe_%1"_s.arg(i % 2));
        sync->start();
        QVERIFY(look());
        QCOMPARE(failed->count(), 0);
        compareWithAccount();
        QVERIFY(wait<QStringList>([&](auto done) { history->readMissingEvents({}, this, done); }).isEmpty());
        QVERIFY(wait<HistoryCounts>([&](auto done) { history->readCounts(this, done); }).syncedAt);
        QVERIFY(std::all_of(account->asked.begin(), account->asked.end(),
                            [](const QByteArray& line) { return line.startsWith("GET "); }));
    }

    void staysEqualWhenRowsComeSettleAndLeave() {
        addEndpoint(u"whe_1"_s);
        addEndpoint(u"whe_2"_s);
        for (int i = 0; i < 5; ++i)
            addDelivery(u"whe_1"_s);
        const QString waiting = addDelivery(u"whe_1"_s, false);
        sync->start();
        QVERIFY(look());
        compareWithAccount();

        for (int i = 0; i < 130; ++i)
            addDelivery(u"whe_2"_s);
        addEndpoint(u"whe_3"_s);
        addDelivery(u"whe_3"_s);
        sync->nudge();
        QVERIFY(look());
        compareWithAccount();

        settle(waiting);
        sync->nudge();
        QVERIFY(look());
        compareWithAccount();

        account->removeEndpoint(u"whe_2"_s);
        sync->nudge();
        QVERIFY(look());
        compareWithAccount();
        QCOMPARE(failed->count(), 0);
    }

    void settlesAPendingRowFarBelowTheNewest() {
        addEndpoint(u"whe_1"_s);
        const QString waiting = addDelivery(u"whe_1"_s, false);
        for (int i = 0; i < 150; ++i)
            addDelivery(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        settle(waiting);
        sync->nudge();
        QVERIFY(look());
        compareWithAccount();
        QVERIFY(account->asked.contains("GET /webhooks/deliveries/" + waiting.toLatin1()));
    }

    void fillsTheGapOfAWalkThatWasInterrupted() {
        addEndpoint(u"whe_1"_s);
        for (int i = 0; i < 450; ++i)
            addDelivery(u"whe_1"_s);
        account->failsFrom = 9; // after all pages of events and two of five of deliveries
        sync->start();
        QVERIFY(look());
        QCOMPARE(failed->count(), 1);
        QCOMPARE(wait<HistoryCounts>([&](auto done) { history->readCounts(this, done); }).deliveries, 200);
        // Waybill is closed and started again.
        close();
        account->failsFrom = 0;
        open();
        sync->start();
        QVERIFY(look());
        QCOMPARE(failed->count(), 0);
        compareWithAccount();
    }

    void goesOnWithTheEndpointAtWhichALookFailed() {
        for (int i = 0; i < 10; ++i) {
            addEndpoint(u"whe_%1"_s.arg(i));
            addDelivery(u"whe_%1"_s.arg(i));
        }
        account->failsFrom = 8; // after the list and six endpoints
        sync->start();
        QVERIFY(look());
        QCOMPARE(failed->count(), 1);
        account->failsFrom = 0;
        const qsizetype before = account->asked.size();
        QVERIFY(look());
        QCOMPARE(failed->count(), 1);
        QCOMPARE(askedSince(before), 1 + 4 + 1); // the list, the other endpoints, the events
        compareWithAccount();
    }

    void readsTheEventOfADeliveryThatItSawBeforeItFailed() {
        addEndpoint(u"whe_1"_s);
        addDelivery(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        addDelivery(u"whe_1"_s);
        account->failsFrom = int(account->asked.size()) + 3; // the list, the endpoint; not the events
        sync->nudge();
        QVERIFY(look());
        QCOMPARE(failed->count(), 1);
        account->failsFrom = 0;
        QVERIFY(look());
        QVERIFY(clock->now() - start < seconds(60)); // It did not look through for it.
        QVERIFY(wait<QStringList>([&](auto done) { history->readMissingEvents({}, this, done); }).isEmpty());
    }

    /// The Sandbox's clock may be moved ahead and put right again: newer rows are then of an earlier time.
    void leavesNoGapWhereManyRowsCameAfterTheClockWentBack_data() {
        QTest::addColumn<QList<int>>("hours");
        QTest::addColumn<bool>("inOneMoment");
        QTest::addColumn<bool>("isInterrupted");
        const auto row = [](const char* name, const QList<int>& hours) {
            for (const bool inOneMoment : {true, false}) {
                for (const bool isInterrupted : {false, true})
                    QTest::addRow("%s%s%s", name, inOneMoment ? ", of one moment" : "",
                                  isInterrupted ? ", interrupted" : "")
                        << hours << inOneMoment << isInterrupted;
            }
        };
        // What each hundred and a half is ahead by; the first were read before.
        row("put right", {24, 0, 0});
        row("moved again", {24, 5, 0});
        row("moved to and fro", {24, 0, 5, 0, 12, 0});
        row("never moved", {0, 0, 0});
    }
    void leavesNoGapWhereManyRowsCameAfterTheClockWentBack() {
        QFETCH(QList<int>, hours);
        QFETCH(bool, inOneMoment);
        QFETCH(bool, isInterrupted);
        addEndpoint(u"whe_1"_s);
        const auto addSome = [&](int hour) {
            const int began = made;
            for (int i = 0; i < 150; ++i) {
                Delivery& delivery = account->delivery(addDelivery(u"whe_1"_s));
                Event& event = account->events.last();
                event.created = secondsSinceEpoch(start) + hour * 3600 + (inOneMoment ? began : made);
                event.body = json::writeEnvelope(event, R"({"id":"obj"})", u"req"_s, {});
                delivery.createdAt = Instant(seconds(event.created));
            }
        };
        addSome(hours.takeFirst());
        sync->start();
        QVERIFY(look());
        for (const int hour : hours)
            addSome(hour);
        if (isInterrupted) {
            account->failsFrom = int(account->asked.size()) + 5;
            sync->nudge();
            QVERIFY(look());
            QCOMPARE(failed->count(), 1);
            account->failsFrom = 0;
        }
        for (int i = 0; i < 3; ++i) {
            clock->advance(seconds(61));
            QVERIFY(look());
        }
        QStringList expected;
        for (const Delivery& delivery : std::as_const(account->deliveries))
            expected += delivery.id;
        DeliveryQuery query;
        query.limit = 100'000;
        QStringList copied;
        for (const auto& row : wait<QList<DeliveryRow>>([&](auto done) { history->readDeliveries(query, this, done); }))
            copied += row.delivery.id;
        copied.sort();
        QCOMPARE(copied, expected);
        QCOMPARE(wait<QStringList>([&](auto done) { history->readMissingEvents({}, this, done); }), QStringList());
        QVERIFY(wait<QList<Walk>>([&](auto done) { history->readWalks(this, done); }).isEmpty());
    }

    /// A row that lacks what every row has costs no other.
    void leavesOutWhatCannotBeRead() {
        addEndpoint(u"whe_1"_s);
        addEndpoint(u"whe_2"_s);
        for (int i = 0; i < 250; ++i)
            addDelivery(u"whe_%1"_s.arg(1 + i % 2));
        sync->start();
        QVERIFY(look());
        const QList<Endpoint> endpoints = account->endpoints;
        for (int i = 0; i < 250; ++i)
            addDelivery(u"whe_2"_s);
        const QStringList spoilt{account->deliveries[300].id, account->deliveries[400].id, account->deliveries[499].id};
        account->withoutId = QList<QByteArray>{"whe_1"};
        for (const QString& id : spoilt)
            account->withoutId += {id.toLatin1(), id.toLatin1().replace("whd", "event")};
        for (int i = 0; i < 2; ++i) {
            clock->advance(seconds(61));
            QVERIFY(look());
        }
        QCOMPARE(failed->count(), 0);
        account->deliveries.removeIf([&](const Delivery& one) { return spoilt.contains(one.id); });
        compareWithAccount();
        QCOMPARE(wait<QStringList>([&](auto done) { history->readMissingEvents({}, this, done); }), QStringList());
    }

    /// Exactly the row that cannot be read is left out, in lists and where it is asked for alone, and it is told which.
    void tellsWhatIsLeftOut_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("an invalid byte") << QByteArray("\"event_id\":\"\377");
        QTest::newRow("half a character") << QByteArray("\"event_id\":\"\xed\xa0\xbd");
        QTest::newRow("no JSON") << QByteArray("\"odd\":nul,\"event_id\":\"");
        QTest::newRow("nested deeply") << "\"odd\":" + QByteArray(2000, '[') + QByteArray(2000, ']') +
                                              ",\"event_id\":\"";
    }
    void tellsWhatIsLeftOut() {
        QFETCH(QByteArray, bytes);
        addEndpoint(u"whe_1"_s);
        for (int i = 0; i < 5; ++i)
            addDelivery(u"whe_1"_s);
        const QString waiting = addDelivery(u"whe_1"_s, false);
        QSignalSpy leftOut(sync.get(), &HistorySync::leftOut);
        sync->start();
        QVERIFY(look());
        QCOMPARE(leftOut.count(), 0);
        // One that is new, and one that the copy has and asks for.
        const QString fresh = addDelivery(u"whe_1"_s);
        settle(waiting);
        for (const QString& id : {fresh, waiting})
            account->spoilt.append({"\"event_id\":\"" + QByteArray(id.toLatin1()).replace("whd", "event"),
                                    bytes + id.toLatin1().replace("whd", "event")});
        account->events.clear();
        for (int i = 0; i < 3; ++i) {
            clock->advance(seconds(61));
            QVERIFY(look());
        }
        QCOMPARE(failed->count(), 0);
        QCOMPARE(leftOut.last().constFirst().value<LeftOutRows>(), (LeftOutRows{2, {waiting, fresh}}));
        const QString later = addDelivery(u"whe_1"_s);
        clock->advance(seconds(61));
        QVERIFY(look());
        QVERIFY(wait<DeliveryRow>([&](auto done) { history->readDelivery(later, this, done); }).delivery.isSettled());
        account->spoilt.clear();
        clock->advance(seconds(61));
        QVERIFY(look());
        compareWithAccount();
        QCOMPARE(leftOut.last().constFirst().value<LeftOutRows>(), LeftOutRows());
    }

    void readsBackwardsWithProgressUntilItIsPaused() {
        addEndpoint(u"whe_1"_s);
        for (int i = 0; i < 450; ++i)
            addDelivery(u"whe_1"_s);
        int pages = 0;
        connect(sync.get(), &HistorySync::reachChanged, sync.get(), [this, &pages] {
            // Four pages of events and one of deliveries.
            if (sync->isLooking() && ++pages == 5)
                sync->pause();
        });
        sync->start();
        QVERIFY(look());
        QCOMPARE(pages, 5);
        addDelivery(u"whe_1"_s);
        sync->nudge();
        QVERIFY(look());
        QCOMPARE(wait<HistoryCounts>([&](auto done) { history->readCounts(this, done); }).deliveries, 201);
        sync->disconnect(sync.get());
        sync->resume();
        QVERIFY(look());
        compareWithAccount();
    }

    void leavesOlderRowsUntilTheyAreWantedAgain_data() {
        QTest::addColumn<bool>("cancels");
        QTest::addColumn<Backwards>("stands");
        QTest::newRow("paused") << false << Backwards::Paused;
        QTest::newRow("cancelled") << true << Backwards::Cancelled;
    }
    void leavesOlderRowsUntilTheyAreWantedAgain() {
        QFETCH(bool, cancels);
        QFETCH(Backwards, stands);
        addEndpoint(u"whe_1"_s);
        for (int i = 0; i < 220; ++i)
            addDelivery(u"whe_1"_s);
        const auto stop = connect(sync.get(), &HistorySync::reachChanged, sync.get(), [this, cancels] {
            if (sync->isLooking())
                cancels ? sync->cancel() : sync->pause();
        });
        sync->start();
        QVERIFY(look());
        // Waybill is closed and started again; meanwhile, more came than the first page lists.
        close();
        for (int i = 0; i < 130; ++i)
            addDelivery(u"whe_1"_s);
        open();
        sync->start();
        QVERIFY(look());
        QVERIFY(look());
        const auto counts = [this] { return wait<HistoryCounts>([&](auto done) { history->readCounts(this, done); }); };
        const auto reach = [this] { return wait<Reach>([&](auto done) { history->readReach(this, done); }); };
        QCOMPARE(counts().deliveries, 100 + 130);
        QCOMPARE(reach().backwards, stands);
        QCOMPARE(reach().backTo, account->deliveries.at(120).createdAt);
        sync->resume();
        QVERIFY(look());
        compareWithAccount();
        QCOMPARE(reach().backwards, Backwards::Complete);
    }

    void comesBackSoonInALongReadAndLeavesAnAccountInPeaceThatIsAway_data() {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("retryAfter");
        QTest::addColumn<QList<int>>("waits");
        QTest::newRow("pages are left") << 250 << 0 << QList<int>{1, 2, 4, 8, 10, 10};
        QTest::newRow("nothing is left") << 50 << 0 << QList<int>{10, 10, 10};
        QTest::newRow("the account says when") << 250 << 25 << QList<int>{25, 25};
    }
    void comesBackSoonInALongReadAndLeavesAnAccountInPeaceThatIsAway() {
        QFETCH(int, rows);
        QFETCH(int, retryAfter);
        QFETCH(QList<int>, waits);
        addEndpoint(u"whe_1"_s);
        for (int i = 0; i < rows; ++i)
            addDelivery(u"whe_1"_s);
        connect(sync.get(), &HistorySync::reachChanged, sync.get(), [this] { account->failsFrom = 1; });
        account->retryAfter = retryAfter;
        sync->start();
        if (rows < 100) {
            QVERIFY(look());
            QCOMPARE(failed->count(), 0);
        }
        QVERIFY(look());
        QCOMPARE(failed->count(), 1);
        for (const int wait : std::as_const(waits)) {
            const Instant before = clock->now();
            QVERIFY(look(milliseconds{500}));
            QCOMPARE(std::chrono::round<seconds>(clock->now() - before).count(), wait);
        }
        account->failsFrom = 0;
        sync->disconnect(sync.get());
        QVERIFY(look());
        QVERIFY(look());
        compareWithAccount();
    }

    void bringsACopyOfTheFirstStepUpToDateWithTheAccount() {
        addEndpoint(u"whe_whole"_s);
        addEndpoint(u"whe_partly"_s);
        for (int i = 0; i < 250; ++i) {
            addDelivery(u"whe_whole"_s);
            addDelivery(u"whe_partly"_s, i % 50 != 0);
        }
        close();
        QVERIFY(QFile::remove(folder->filePath(u"history.sqlite"_s)));
        {
            auto before = Database::open(folder->filePath(u"history.sqlite"_s), historyMigrations().first(1));
            QVERIFY(before);
            // As the first step's sync left it: one log whole, of the other the newest and a gap, some single events.
            for (qsizetype i = 0; i < account->deliveries.size(); ++i) {
                const Delivery& row = account->deliveries.at(i);
                const bool isHeld = row.endpointId == u"whe_whole"_s || i < 100 || i > 400;
                if (!isHeld)
                    continue;
                const qint64 at = millisecondsSinceEpoch(*row.createdAt);
                QVERIFY((*before)->run(u"INSERT INTO deliveries (id, endpoint_id, event_id, attempt, status,"
                                       " scheduled_for, created_at, replays_delivery_id, sort_at)"
                                       " VALUES (?, ?, ?, 1, 'pending', ?, ?, '', ?)"_s,
                                       {row.id, row.endpointId, row.eventId, at, at, at}));
                QVERIFY((*before)->run(u"INSERT INTO answers (delivery_id, body) VALUES (?, 'old')"_s, {row.id}));
                if (i % 7 == 0)
                    QVERIFY((*before)->run(u"INSERT INTO events (id, type, api_version, created, team_id, object_id,"
                                           " body) VALUES (?, 't', '', ?, '', '', x'7b7d')"_s,
                                           {row.eventId, account->events.at(i).created}));
            }
            QVERIFY((*before)->run(u"INSERT INTO walks (endpoint_id) VALUES ('whe_partly')"_s));
        }
        open();
        // Nothing of the log that is whole is lost before the account has answered.
        QCOMPARE(wait<HistoryCounts>([&](auto done) { history->readCounts(this, done); }).deliveries, 250);
        sync->start();
        const auto isPending = [this] {
            return wait<HistoryCounts>([&](auto done) { history->readCounts(this, done); }).pending;
        };
        for (int i = 0; i < 12 && isPending() != 5; ++i)
            QVERIFY(look());
        QCOMPARE(failed->count(), 0);
        compareWithAccount();
        QVERIFY(wait<QList<Walk>>([&](auto done) { history->readWalks(this, done); }).isEmpty());
        for (const Event& event : std::as_const(account->events))
            QCOMPARE(wait<Event>([&](auto done) { history->readEvent(event.id, this, done); }).body, event.body);
    }

    void countsWhatTheClientSendsAgainIntoItsThird() {
        account->limit = "60";
        addEndpoint(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        account->failsEveryOther = true;
        QList<Instant> sent;
        account->heard = [&] { sent.append(clock->now()); };
        while (sent.size() < 60) {
            sync->nudge();
            clock->advance(milliseconds{500});
            for (int i = 0; i < 3; ++i)
                wait<QStringList>([&](auto done) { history->readPending(u"whe_1"_s, this, done); });
        }
        for (qsizetype i = 20; i < sent.size(); ++i)
            QVERIFY(sent[i] - sent[i - 20] >= seconds(60));
    }

    void takesFewRequestsForANudge() {
        for (int i = 0; i < 10; ++i)
            addEndpoint(u"whe_%1"_s.arg(i));
        for (int i = 0; i < 200; ++i)
            addDelivery(u"whe_3"_s);
        sync->start();
        QVERIFY(look());
        qsizetype before = account->asked.size();
        sync->nudge();
        QVERIFY(look());
        QCOMPARE(askedSince(before), 1); // the list of endpoints says that nothing happened
        addDelivery(u"whe_3"_s);
        before = account->asked.size();
        sync->nudge();
        QVERIFY(look());
        QCOMPARE(askedSince(before), 3); // list, one page, one event
        compareWithAccount();
    }

    void gathersNudgesIntoOneMoreLook() {
        addEndpoint(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        QSignalSpy began(sync.get(), &HistorySync::started);
        for (int i = 0; i < 50; ++i)
            sync->nudge();
        QVERIFY(test::waitFor([&] {
            clock->advance(milliseconds(10));
            return sync->isLooking();
        }));
        for (int i = 0; i < 50; ++i)
            sync->nudge();
        QVERIFY(look());
        QVERIFY(look());
        // Nothing before the next cadence.
        clock->advance(seconds(5));
        QCoreApplication::processEvents();
        QCOMPARE(began.count(), 2);
    }

    void looksAsOftenAsItIsWorth_data() {
        QTest::addColumn<bool>("acts");
        QTest::addColumn<bool>("visible");
        QTest::addColumn<int>("milliseconds");
        QTest::newRow("after acting") << true << false << 1'000;
        QTest::newRow("visible") << false << true << 10'000;
        QTest::newRow("hidden") << false << false << 60'000;
    }
    void looksAsOftenAsItIsWorth() {
        QFETCH(bool, acts);
        QFETCH(bool, visible);
        QFETCH(int, milliseconds);
        addEndpoint(u"whe_1"_s);
        sync->setVisible(visible);
        sync->start();
        QVERIFY(look());
        if (acts) {
            client->deleteEndpoint(u"whe_other"_s, this, [](auto) {});
            QVERIFY(QSignalSpy(client.get(), &AccountClient::acted).wait(test::patience));
            QVERIFY(look());
        }
        QSignalSpy began(sync.get(), &HistorySync::started);
        clock->advance(waybill::milliseconds(milliseconds - 1));
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
        QCOMPARE(began.count(), 0);
        clock->advance(waybill::milliseconds(1));
        QTRY_COMPARE(began.count(), 1);
    }

    void findsWhatAPersonDidAtOnce() {
        addEndpoint(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        addDelivery(u"whe_1"_s, false); // pending: nothing of the endpoint shows it
        client->deleteEndpoint(u"whe_other"_s, this, [](auto) {});
        QVERIFY(QSignalSpy(client.get(), &AccountClient::acted).wait(test::patience));
        QVERIFY(look());
        compareWithAccount();
        QVERIFY(clock->now() - start < seconds(2));
    }

    void blanksNothingWhenItFailsAndGoesOnLater() {
        addEndpoint(u"whe_1"_s);
        addDelivery(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        account->failsFrom = 1;
        QVERIFY(look());
        QCOMPARE(failed->count(), 1);
        compareWithAccount();
        account->failsFrom = 0;
        addDelivery(u"whe_1"_s);
        QVERIFY(look());
        QCOMPARE(failed->count(), 1);
        compareWithAccount();
    }

    void copiesTheLogWithAKeyThatMayNotReadEvents() {
        account->refusesEvents = true;
        addEndpoint(u"whe_1"_s);
        addDelivery(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        QCOMPARE(failed->count(), 0);
        compareWithAccount();
    }

    void keepsTheExactBytesOfANewEvent() {
        addEndpoint(u"whe_1"_s);
        addDelivery(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        const Event& event = account->events.last();
        QCOMPARE(wait<Event>([&](auto done) { history->readEvent(event.id, this, done); }).body, event.body);
    }

    void staysUnderAThirdOfTheLimit() {
        account->limit = "30";
        addEndpoint(u"whe_1"_s);
        sync->start();
        QVERIFY(look());
        const Instant began = clock->now();
        const qsizetype before = account->asked.size();
        while (clock->now() - began < seconds(120)) {
            sync->nudge();
            clock->advance(milliseconds(500));
            // There and back, so that the looks come on.
            for (int i = 0; i < 3; ++i)
                wait<QStringList>([&](auto done) { history->readPending(u"whe_1"_s, this, done); });
        }
        QVERIFY(askedSince(before) >= 10);
        QVERIFY2(askedSince(before) <= 3 * 10, qPrintable(QString::number(askedSince(before))));
    }

    void endsQuietlyInTheMiddleOfALook() {
        addEndpoint(u"whe_1"_s);
        addDelivery(u"whe_1"_s);
        sync->start();
        QVERIFY(test::waitFor([&] { return sync->isLooking(); }));
        close();
        QCoreApplication::processEvents();
        open();
        QCOMPARE(finished->count(), 0);
    }
};

QTEST_GUILESS_MAIN(tst_HistorySync)
#include "tst_historysync.moc"
