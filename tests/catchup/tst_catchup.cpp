// SPDX-License-Identifier: MIT
// Catch-up between the stand-in for the real account, over real HTTP, and the sandbox account with its own engine.
#include "account/accountconnection.h"
#include "catchup/catchup.h"
#include "clock/movableclock.h"
#include "http/httpserver.h"
#include "sandbox/sandbox.h"
#include "support/fakevault.h"
#include "support/standin.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <memory>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
constexpr int all = 100'000;
}

class tst_CatchUp final : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<test::StandIn> standIn;
    std::unique_ptr<MovableClock> clock;
    SystemClock realTime;
    SystemRandom random;
    std::unique_ptr<FakeVault> vault;
    std::unique_ptr<HttpServer> receiver;
    QString receiverUrl;
    QStringList received; ///< Event ids that reached the receiver, in the order they did.
    std::unique_ptr<Sandbox> sandbox;
    std::unique_ptr<AccountClient> local;
    ProxySetting proxies;
    std::unique_ptr<AccountConnection> account;
    std::unique_ptr<CatchUp> catchUp;

    /// An account without events, and nothing here either.
    void begin(const QString& order = u"newest"_s) {
        standIn->behave();
        standIn->control("POST", u"/settings"_s, {{u"order"_s, order}, {u"limit"_s, 100'000}});
        QStringList rows;
        const QJsonArray old = standIn->control("GET", u"/truth/events"_s).value(u"data"_s).toArray();
        for (const auto& one : old)
            rows += one.toObject().value(u"id"_s).toString();
        loseRows(rows);
        const double now = standIn->control("POST", u"/clock"_s, {{u"advance_s"_s, 60}}).value(u"now"_s).toDouble();
        clock = std::make_unique<MovableClock>(instantFromMilliseconds(qint64(now * 1000)));
        folder = std::make_unique<QTemporaryDir>();
        vault = std::make_unique<FakeVault>();
        received.clear();
        receiver = std::make_unique<HttpServer>(
            [this](const HttpRequest& request, const HttpServer::Respond& respond) {
                received += QString::fromLatin1(request.headers.value("Autousers-Event-Id").value_or(QByteArray()));
                respond({200, {}, {}});
            },
            [](int status, const QString&) {
                return HttpResponse{status, {}, {}};
            });
        receiverUrl = u"http://127.0.0.1:%1/hook"_s.arg(*receiver->listen(0));
        open();
    }
    void open() {
        sandbox =
            std::make_unique<Sandbox>(Sandbox::Options{folder->filePath(u"sandbox.sqlite"_s), Secret("ak_live_local"),
                                                       u"enterprise"_s, QStringList{u"*"_s}},
                                      *vault, *clock, realTime, random);
        QSignalSpy started(sandbox.get(), &Sandbox::started);
        sandbox->start();
        QVERIFY(started.wait(test::patience));
        local = std::make_unique<AccountClient>(sandbox->transport(), Secret("ak_live_local"), *clock, random);
        account = std::make_unique<AccountConnection>(QUrl(standIn->baseUrl()), Secret(standIn->key()), proxies, *clock,
                                                      random);
        catchUp = std::make_unique<CatchUp>(account->client(), u"the account"_s, *sandbox, *clock);
        catchUp->open();
    }
    void close() {
        catchUp.reset();
        account.reset();
        local.reset();
        sandbox.reset();
    }
    void startBringing() {
        catchUp->start();
        QVERIFY(waitUntil([this] { return catchUp->record().since.has_value(); }));
    }

    /// Lets time pass, much faster than it does, until `isSo`. In a loop of its own, because waiting for a condition
    /// with QTest sleeps between the turns.
    bool waitUntil(const std::function<bool()>& isSo, milliseconds step = milliseconds(250)) {
        QEventLoop loop;
        QTimer time;
        QElapsedTimer passed;
        passed.start();
        connect(&time, &QTimer::timeout, &loop, [&] {
            clock->advance(step);
            if (isSo() || passed.hasExpired(30'000))
                loop.quit();
        });
        time.start(4);
        loop.exec();
        return isSo();
    }
    /// Whole looks that begin from now on.
    bool waitForLooks(int number) {
        for (int i = 0; i < number; ++i) {
            const Instant before = clock->now();
            if (!waitUntil([&] { return catchUp->record().lookedAt > before && !catchUp->isLooking(); }))
                return false;
        }
        return true;
    }
    template <typename T>
    T answerOf(const std::function<void(Done<T>)>& ask) {
        std::optional<Result<T>> answer;
        ask([&](const Result<T>& result) { answer = result; });
        if (!waitUntil([&] { return answer.has_value(); }, milliseconds(50)) || !*answer)
            qFatal("no answer: %s", answer ? qPrintable((*answer).error().message) : "in time");
        return **answer;
    }
    Endpoint addEndpoint(const QStringList& events = {u"*"_s}) {
        return answerOf<EndpointWithSecret>([&](const Done<EndpointWithSecret>& done) {
                   local->createEndpoint({receiverUrl, events, {}, {}}, this, done);
               })
            .endpoint;
    }
    void changeEndpoint(const QString& id, const EndpointChanges& changes) {
        (void)answerOf<Endpoint>([&](const Done<Endpoint>& done) { local->updateEndpoint(id, changes, this, done); });
    }
    QList<BroughtEvent> record() {
        auto events = answerOf<QList<BroughtEvent>>(
            [&](const Done<QList<BroughtEvent>>& done) { catchUp->readBrought(all, this, done); });
        std::ranges::reverse(events);
        return events;
    }
    QStringList processed() {
        QStringList ids;
        for (const BroughtEvent& event : record())
            ids += event.eventId;
        return ids;
    }
    QMap<QString, BroughtResult> results() {
        QMap<QString, BroughtResult> found;
        for (const BroughtEvent& event : record())
            found.insert(event.eventId, event.result);
        return found;
    }
    QList<Event> listOf(AccountClient& client) {
        QList<Event> events;
        PageRequest request{largestPage, {}, {}};
        for (;;) {
            const auto page =
                answerOf<Page<Event>>([&](const Done<Page<Event>>& done) { client.listEvents(request, this, done); });
            events += page.data;
            if (!page.hasMore)
                return events;
            request.startingAfter = page.nextCursor;
        }
    }
    /// The ids of the sandbox's own events, in the order they came.
    QStringList inSandbox() {
        QStringList ids;
        for (const Event& event : listOf(*local))
            ids.prepend(event.id);
        return ids;
    }
    QList<Delivery> deliveriesTo(const QString& endpointId) {
        QList<Delivery> rows;
        PageRequest request{largestPage, {}, {}};
        for (;;) {
            const auto page = answerOf<Page<Delivery>>(
                [&](const Done<Page<Delivery>>& done) { local->listDeliveries(endpointId, request, this, done); });
            rows += page.data;
            if (!page.hasMore)
                return rows;
            request.startingAfter = page.nextCursor;
        }
    }

    QStringList emitEvents(int count, const QString& type = {}) {
        QJsonObject given{{u"count"_s, count}, {u"deliver"_s, false}};
        if (!type.isEmpty())
            given.insert(u"type"_s, type);
        QStringList ids;
        const QJsonArray made = standIn->control("POST", u"/emit"_s, given).value(u"data"_s).toArray();
        for (const auto& one : made)
            ids += one.toObject().value(u"event_id"_s).toString();
        return ids;
    }
    /// What was there before; of more than one second, because otherwise nothing tells in which order it is listed.
    QStringList history() {
        QStringList ids = emitEvents(4);
        timePasses(seconds(5));
        ids += emitEvents(5);
        timePasses(seconds(5));
        return ids;
    }
    /// For both sides.
    void timePasses(std::chrono::seconds by) {
        standIn->control("POST", u"/clock"_s, {{u"advance_s"_s, qint64(by.count())}});
        clock->advance(by);
    }
    void loseRows(const QStringList& ids) {
        standIn->control("DELETE", u"/rows"_s, {{u"event_ids"_s, QJsonArray::fromStringList(ids)}});
    }
    /// Everything that the account lists, in the order it happened there, without `before`.
    QStringList truth(const QStringList& before) {
        standIn->behave();
        QStringList ids;
        for (const Event& event : listOf(account->client()))
            ids += event.id;
        if (standIn->control("GET", u"/settings"_s).value(u"order"_s).toString() == u"newest")
            std::ranges::reverse(ids);
        for (const QString& id : before)
            ids.removeAll(id);
        return ids;
    }
    static QStringList sorted(QStringList ids) {
        ids.sort();
        return ids;
    }

private Q_SLOTS:
    void initTestCase() { standIn = std::make_unique<test::StandIn>(); }
    void cleanup() {
        close();
        receiver.reset();
    }
    void cleanupTestCase() { standIn.reset(); }

    /// The promise, whatever the account does.
    void everyEventIsBroughtOnceAndInOrder_data() {
        QTest::addColumn<QString>("order");
        QTest::addColumn<int>("rows");
        QTest::addColumn<QJsonObject>("mischief");
        const auto row = [](const char* name, const QJsonObject& mischief, const QList<int>& sizes) {
            for (const QString& order : {u"newest"_s, u"oldest"_s}) {
                for (const int size : sizes)
                    QTest::addRow("%s first, pages of %d%s", qPrintable(order), size, name)
                        << order << size << mischief;
            }
        };
        const auto refusals = QJsonArray{u"rate_limited"_s,     u"server_error"_s,   u"lost_answer"_s,  u"closed"_s,
                                         u"bad_gateway_html"_s, u"truncated_json"_s, u"cut_mid_body"_s, u"html_200"_s};
        row("", {}, {1, 2, 7, 100});
        row(", rows come again", {{u"what"_s, u"repeat_rows"_s}, {u"rows"_s, 3}}, {7, 100});
        row(", rows shift",
            {{u"what"_s, u"shift"_s}, {u"events"_s, 1}, {u"insert"_s, 0}, {u"settle"_s, 0}, {u"probability"_s, 0.2}},
            {2, 7});
        row(", some answers fail",
            {{u"what"_s, refusals}, {u"probability"_s, 0.15}, {u"retry_after"_s, 1}, {u"path"_s, u"/events"_s}},
            {2, 7});
        row(", some pages stand the other way around", {{u"what"_s, u"reverse_page"_s}, {u"probability"_s, 0.3}}, {7});
    }
    void everyEventIsBroughtOnceAndInOrder() {
        QFETCH(QString, order);
        QFETCH(int, rows);
        QFETCH(QJsonObject, mischief);
        begin(order);
        const Endpoint endpoint = addEndpoint();
        const QStringList before = history();
        if (rows < largestPage)
            standIn->misbehave({{u"what"_s, u"short_page"_s}, {u"rows"_s, rows}, {u"path"_s, u"/events"_s}});
        startBringing();
        if (!mischief.isEmpty())
            standIn->misbehave(mischief);
        QStringList emitted;
        // Some in the same second, some not; some while it looks.
        for (const int count : {1, 15, 4}) {
            emitted += emitEvents(count);
            QVERIFY(waitForLooks(1));
            timePasses(seconds(count));
        }
        const bool shifts = mischief.value(u"what"_s) == u"shift"_s;
        if (shifts)
            QVERIFY(waitForLooks(3));
        const QStringList happened = truth(before);
        QVERIFY(shifts || happened == emitted);
        QVERIFY(waitUntil([&] { return catchUp->record().seen >= happened.size(); }));
        QVERIFY(waitForLooks(2));

        const bool tiesAreKnown = mischief.value(u"what"_s) != u"reverse_page"_s;
        if (tiesAreKnown)
            QCOMPARE(processed(), happened);
        QCOMPARE(sorted(processed()), sorted(happened));
        QCOMPARE(inSandbox(), processed());
        QCOMPARE(catchUp->record().seen, happened.size());
        QCOMPARE(catchUp->record().handed, happened.size());
        QVERIFY(catchUp->record().gaps.isEmpty());
        QCOMPARE(catchUp->waiting(), 0);
        QVERIFY(waitUntil([&] { return received.size() >= happened.size(); }));
        QCOMPARE(sorted(received), sorted(happened));
        QCOMPARE(deliveriesTo(endpoint.id).size(), happened.size());
    }

    /// A backlog that is not held in memory: more pages than are kept while it goes back.
    void aBacklogIsBroughtInOrder_data() {
        QTest::addColumn<QString>("order");
        QTest::newRow("newest first") << u"newest"_s;
        QTest::newRow("oldest first") << u"oldest"_s;
    }
    void aBacklogIsBroughtInOrder() {
        QFETCH(QString, order);
        begin(order);
        const QStringList before = emitEvents(150);
        startBringing();
        catchUp->stop();
        QVERIFY(waitUntil([this] { return !catchUp->record().isOn; }));
        QStringList emitted;
        for (int i = 0; i < 4; ++i) {
            timePasses(seconds(70));
            emitted += emitEvents(210);
        }
        // What is asked for again is shorter than it was.
        standIn->misbehave({{u"what"_s, u"short_page"_s}, {u"rows"_s, 40}, {u"probability"_s, 0.3}});
        catchUp->start();
        QVERIFY(waitUntil([&] { return catchUp->record().seen >= emitted.size(); }));
        QCOMPARE(processed(), emitted);
    }

    void theBodyIsTheBytesThatTheAccountListed() {
        begin();
        startBringing();
        emitEvents(3);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 3; }));
        const QList<Event> here = listOf(*local);
        const QList<Event> there = listOf(account->client());
        QCOMPARE(here.size(), 3);
        for (qsizetype i = 0; i < 3; ++i)
            QCOMPARE(here[i].body, there[i].body);
    }

    void afterARestartItGoesOnWhereItWas_data() { aBacklogIsBroughtInOrder_data(); }
    void afterARestartItGoesOnWhereItWas() {
        QFETCH(QString, order);
        begin(order);
        history();
        standIn->misbehave({{u"what"_s, u"short_page"_s}, {u"rows"_s, 2}, {u"path"_s, u"/events"_s}});
        startBringing();
        QStringList emitted;
        for (int i = 0; i < 6; ++i) {
            emitted += emitEvents(9);
            // In the middle of its work.
            (void)waitUntil([&, before = catchUp->record().seen] { return catchUp->record().seen > before + i; });
            close();
            open();
            emitted += emitEvents(1);
        }
        QVERIFY(waitUntil([&] { return catchUp->record().seen >= emitted.size(); }));
        QVERIFY(catchUp->record().isOn);
        QVERIFY(waitForLooks(1));
        QCOMPARE(processed(), emitted);
        QCOMPARE(inSandbox(), emitted);
    }

    void whileItIsOffNothingIsBroughtAndAfterwardsAll() {
        begin();
        startBringing();
        QStringList emitted = emitEvents(2);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 2; }));
        catchUp->stop();
        QVERIFY(waitUntil([this] { return !catchUp->record().isOn; }));
        emitted += emitEvents(3);
        timePasses(std::chrono::hours(2));
        QVERIFY(!catchUp->isLooking());
        QCOMPARE(catchUp->record().seen, 2);
        close();
        open();
        catchUp->start();
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 5; }));
        QCOMPARE(processed(), emitted);
        // The person wanted it so.
        QVERIFY(catchUp->record().gaps.isEmpty());
    }

    void eventsOfTheSameSecondAsTheLastOneAreNotLost_data() { aBacklogIsBroughtInOrder_data(); }
    void eventsOfTheSameSecondAsTheLastOneAreNotLost() {
        QFETCH(QString, order);
        begin(order);
        startBringing();
        emitEvents(1);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 1; }));
        // Listed on the older side of what was brought.
        standIn->control("POST", u"/insert"_s, {{u"events"_s, 3}, {u"older_s"_s, 2}});
        emitEvents(1);
        QVERIFY(waitUntil([this] { return catchUp->record().seen >= 5; }));
        QVERIFY(waitForLooks(2));
        QCOMPARE(sorted(processed()), sorted(truth({})));
    }

    void itGoesOnWhereTheLastBroughtEventsWereDeleted_data() { aBacklogIsBroughtInOrder_data(); }
    void itGoesOnWhereTheLastBroughtEventsWereDeleted() {
        QFETCH(QString, order);
        begin(order);
        emitEvents(120);
        timePasses(seconds(100));
        startBringing();
        const QStringList first = emitEvents(5);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 5; }));
        loseRows(first);
        QVERIFY(waitForLooks(1));
        const QStringList then = emitEvents(3);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 8; }));
        QCOMPARE(processed(), first + then);
        QVERIFY(catchUp->record().gaps.isEmpty());
    }

    void itSaysThatItLookedLate() {
        begin();
        startBringing();
        const Instant last = *catchUp->record().lookedAt;
        close();
        timePasses(std::chrono::hours(3));
        emitEvents(4);
        open();
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 4 && !catchUp->isLooking(); }));
        QCOMPARE(catchUp->record().gaps.size(), 1);
        const BringingGap gap = catchUp->record().gaps.constFirst();
        QCOMPARE(gap.kind, GapKind::LookedLate);
        QVERIFY(gap.from >= last);
        QVERIFY(gap.to - gap.from >= std::chrono::hours(3));
        QCOMPARE(gap.broughtLate, 4);
        QVERIFY(waitForLooks(2));
        QCOMPARE(catchUp->record().gaps.size(), 1);
    }

    void itSaysThatSomeMayBeMissing_data() { aBacklogIsBroughtInOrder_data(); }
    void itSaysThatSomeMayBeMissing() {
        QFETCH(QString, order);
        begin(order);
        emitEvents(3);
        startBringing();
        emitEvents(2);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 2; }));
        close();
        timePasses(std::chrono::days(10));
        emitEvents(4);
        timePasses(std::chrono::days(95));
        QStringList listed = emitEvents(30);
        timePasses(seconds(5));
        listed += emitEvents(100);
        open();
        QVERIFY(waitUntil([this] { return catchUp->record().seen >= 132 && !catchUp->isLooking(); }));
        QVERIFY(waitForLooks(2));
        // The record itself goes back a month.
        QCOMPARE(processed().last(130), listed);
        const QList<BringingGap> gaps = catchUp->record().gaps;
        QCOMPARE(gaps.size(), 2);
        const auto missing = std::ranges::find(gaps, GapKind::NoLongerListed, &BringingGap::kind);
        QVERIFY(missing != gaps.end());
        QVERIFY(missing->to - missing->from > std::chrono::days(104));
    }

    void theRecordGoesBackAMonthAndNothingIsBroughtAgain_data() { aBacklogIsBroughtInOrder_data(); }
    void theRecordGoesBackAMonthAndNothingIsBroughtAgain() {
        QFETCH(QString, order);
        begin(order);
        history();
        startBringing();
        QStringList emitted = emitEvents(5);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 5; }));
        close();
        timePasses(std::chrono::days(31));
        open();
        emitted += emitEvents(2);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 7; }));
        QVERIFY(waitForLooks(2));
        close();
        open();
        QVERIFY(waitForLooks(2));
        QCOMPARE(catchUp->record().seen, 7);
        QCOMPARE_LT(processed().size(), 7);
        QCOMPARE(inSandbox(), emitted);
    }

    /// As an account with a wrong clock may list one.
    void anEventOfTheFutureDoesNotStopTheOthers_data() { aBacklogIsBroughtInOrder_data(); }
    void anEventOfTheFutureDoesNotStopTheOthers() {
        QFETCH(QString, order);
        begin(order);
        history();
        startBringing();
        standIn->control("POST", u"/insert"_s, {{u"events"_s, 1}, {u"older_s"_s, -1'000'000}});
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 1; }));
        const QStringList emitted = emitEvents(3);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 4; }));
        QVERIFY(waitForLooks(2));
        QCOMPARE(processed().last(3), emitted);
        QCOMPARE(catchUp->record().seen, 4);
    }

    void theRecordSaysWhatBecameOfEach() {
        begin();
        const Endpoint some = addEndpoint({u"rating.created"_s});
        const Endpoint off = addEndpoint();
        EndpointChanges changes;
        changes.status = EndpointStatus::Disabled;
        changeEndpoint(off.id, changes);
        startBringing();
        const QString taken = emitEvents(1, u"rating.created"_s).constFirst();
        const QString untaken = emitEvents(1, u"calibration.frozen"_s).constFirst();
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 2; }));
        // Small on its way to the stand-in's control, and over a megabyte in the account's list.
        QJsonArray parts;
        for (int i = 0; i < 12'000; ++i)
            parts.append(QJsonObject());
        standIn->misbehave({{u"what"_s, u"unknown_fields"_s}});
        const QJsonObject made = standIn->control("POST", u"/emit"_s,
                                                  {{u"object"_s, QJsonObject{{u"id"_s, u"big"_s}, {u"parts"_s, parts}}},
                                                   {u"type"_s, u"rating.created"_s},
                                                   {u"deliver"_s, false}});
        const QString large = made.value(u"data"_s).toArray().at(0).toObject().value(u"event_id"_s).toString();
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 3; }));
        const auto found = results();
        QCOMPARE(found.value(taken), BroughtResult::Handed);
        QCOMPARE(found.value(untaken), BroughtResult::NoEndpointTakesIt);
        QCOMPARE(found.value(large), BroughtResult::TooLarge);
        QCOMPARE(catchUp->record().handed, 1);
        QCOMPARE(catchUp->record().skipped.value(BroughtResult::NoEndpointTakesIt), 1);
        QCOMPARE(catchUp->record().skipped.value(BroughtResult::TooLarge), 1);
        QCOMPARE(deliveriesTo(some.id).size(), 1);
        QVERIFY(deliveriesTo(off.id).isEmpty());
        // Kept, though nobody took it.
        QCOMPARE(inSandbox(), (QStringList{taken, untaken}));
    }

    /// It is recorded once, with its reason, and holds nothing up.
    void aRowThatCannotBeReadIsSkippedAndSaid_data() {
        QTest::addColumn<QString>("order");
        QTest::addColumn<int>("rows");
        QTest::addColumn<QJsonObject>("spoilt");
        for (const QString& order : {u"newest"_s, u"oldest"_s}) {
            for (const int rows : {1, 3, 100}) {
                const auto row = [&](const char* name, const QJsonObject& spoilt) {
                    QTest::addRow("%s, %s first, pages of %d", name, qPrintable(order), rows)
                        << order << rows << spoilt;
                };
                row("without an id", {{u"fields"_s, QJsonArray{u"id"_s}}});
                row("without a type", {{u"fields"_s, QJsonArray{u"type"_s}}});
                row("without anything",
                    {{u"fields"_s, QJsonArray{u"id"_s, u"type"_s, u"created"_s, u"api_version"_s, u"team_id"_s}}});
            }
        }
    }
    void aRowThatCannotBeReadIsSkippedAndSaid() {
        QFETCH(QString, order);
        QFETCH(int, rows);
        QFETCH(QJsonObject, spoilt);
        begin(order);
        addEndpoint();
        const QStringList before = history();
        // One of before the start, which is not to be told of, and two of afterwards.
        if (rows < largestPage)
            standIn->misbehave({{u"what"_s, u"short_page"_s}, {u"rows"_s, rows}, {u"path"_s, u"/events"_s}});
        spoilt.insert(u"what"_s, u"spoil_rows"_s);
        spoilt.insert(u"ids"_s, QJsonArray{before.last()});
        standIn->misbehave(spoilt);
        startBringing();
        catchUp->stop();
        QVERIFY(waitUntil([this] { return !catchUp->record().isOn; }));
        QStringList emitted;
        for (int i = 0; i < 3; ++i) {
            emitted += emitEvents(3);
            timePasses(seconds(90));
        }
        const QStringList bad{emitted.takeAt(7), emitted.takeAt(1)};
        spoilt.insert(u"ids"_s, QJsonArray::fromStringList(bad));
        standIn->misbehave(spoilt);
        catchUp->start();
        QVERIFY(waitUntil([&] { return catchUp->record().seen >= 9; }));
        const QStringList later = emitEvents(2);
        QVERIFY(waitUntil([&] { return catchUp->record().seen >= 11; }));
        QVERIFY(waitForLooks(3));
        close();
        open();
        QVERIFY(waitForLooks(2));

        QVERIFY(!catchUp->problem());
        QCOMPARE(inSandbox(), emitted + later);
        QCOMPARE(catchUp->record().seen, 11);
        QCOMPARE(catchUp->record().handed, 9);
        QCOMPARE(catchUp->record().skipped.value(BroughtResult::Unreadable), 2);
        QVERIFY(catchUp->record().gaps.isEmpty());
        QStringList told;
        for (const BroughtEvent& event : record()) {
            if (event.result == BroughtResult::Unreadable)
                told += event.eventId;
        }
        const bool hasIds = !spoilt.value(u"fields"_s).toArray().contains(u"id"_s);
        if (hasIds)
            QCOMPARE(sorted(told), sorted(bad));
        else
            QVERIFY(std::ranges::all_of(told, [](const QString& id) { return id.startsWith(u"sha256:"); }));
    }

    /// Where all is of one second no time tells the order. What is known of it does.
    void withinOneSecondTheOrderIsTheAccounts_data() {
        QTest::addColumn<QString>("order");
        QTest::addColumn<int>("rows");
        for (const QString& order : {u"newest"_s, u"oldest"_s}) {
            for (const int rows : {2, 100})
                QTest::addRow("%s first, pages of %d", qPrintable(order), rows) << order << rows;
        }
    }
    void withinOneSecondTheOrderIsTheAccounts() {
        QFETCH(QString, order);
        QFETCH(int, rows);
        begin(order);
        // However long it takes to emit them.
        standIn->misbehave({{u"what"_s, u"spoil_rows"_s},
                            {u"fields"_s, QJsonArray()},
                            {u"with"_s, QJsonObject{{u"created"_s, secondsSinceEpoch(clock->now())}}}});
        emitEvents(5);
        if (rows < largestPage)
            standIn->misbehave({{u"what"_s, u"short_page"_s}, {u"rows"_s, rows}, {u"path"_s, u"/events"_s}});
        startBringing();
        QStringList emitted = emitEvents(4);
        QVERIFY(waitUntil([&] { return catchUp->record().seen == 4; }));
        emitted += emitEvents(7);
        QVERIFY(waitUntil([&] { return catchUp->record().seen == 11; }));
        QCOMPARE(inSandbox(), emitted);
        QVERIFY(waitForLooks(2));
        QCOMPARE(catchUp->record().seen, 11);
    }

    void aForgottenAccountBeginsAnew() {
        begin();
        startBringing();
        const QStringList first = emitEvents(3);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 3; }));
        CatchUp other(account->client(), u"another account"_s, *sandbox, *clock);
        other.open();
        other.start();
        QVERIFY(waitUntil([&] { return other.record().since.has_value(); }));
        catchUp.reset();
        bool isForgotten = false;
        sandbox->forgetSource(u"the account"_s, this,
                              [&](const Result<void>& forgotten) { isForgotten = forgotten.has_value(); });
        QVERIFY(waitUntil([&] { return isForgotten; }));
        const auto sources =
            answerOf<QStringList>([&](const Done<QStringList>& done) { sandbox->readSources(this, done); });
        QCOMPARE(sources, QStringList{u"another account"_s});
        QVERIFY(other.record().isOn);
        QCOMPARE(inSandbox(), first);
        const auto bringing = answerOf<Bringing>(
            [&](const Done<Bringing>& done) { sandbox->readBringing(u"the account"_s, this, done); });
        QCOMPARE(bringing, Bringing());
    }

    void anEventThatIsHereAlreadyIsNotHandedOverAgain() {
        begin();
        startBringing();
        CatchUp other(account->client(), u"the account by another name"_s, *sandbox, *clock);
        other.open();
        other.start();
        QVERIFY(waitUntil([&] { return other.record().since.has_value(); }));
        const QStringList emitted = emitEvents(4);
        QVERIFY(waitUntil([&] { return other.record().seen == 4 && catchUp->record().seen == 4; }));
        QCOMPARE(inSandbox(), emitted);
        QCOMPARE(other.record().handed + catchUp->record().handed +
                     other.record().skipped.value(BroughtResult::NoEndpointTakesIt) +
                     catchUp->record().skipped.value(BroughtResult::NoEndpointTakesIt),
                 4);
        QCOMPARE(other.record().skipped.value(BroughtResult::AlreadyHere) +
                     catchUp->record().skipped.value(BroughtResult::AlreadyHere),
                 4);
    }

    void itSaysWhyItCannotLookAndGoesOnByItself() {
        begin();
        startBringing();
        standIn->misbehave({{u"what"_s, u"missing_scope"_s}, {u"scope"_s, u"events:read"_s}});
        QVERIFY(waitUntil([this] { return catchUp->problem().has_value(); }));
        QCOMPARE(catchUp->problem()->kind, ErrorKind::Authorization);
        emitEvents(2);
        standIn->behave();
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 2; }));
        QVERIFY(!catchUp->problem());
    }

    void itTakesAThirdOfTheTeamsRequestsAtMost() {
        begin();
        standIn->control("POST", u"/settings"_s, {{u"limit"_s, 120}});
        emitEvents(3);
        standIn->misbehave({{u"what"_s, u"short_page"_s}, {u"rows"_s, 1}, {u"path"_s, u"/events"_s}});
        startBringing();
        emitEvents(60);
        const Instant began = clock->now();
        const qsizetype before = standIn->control("GET", u"/requests"_s).value(u"data"_s).toArray().size();
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 60; }));
        const qsizetype sent = standIn->control("GET", u"/requests"_s).value(u"data"_s).toArray().size() - before;
        const auto minutes = std::chrono::ceil<std::chrono::minutes>(clock->now() - began).count() + 1;
        QVERIFY2(sent <= 40 * minutes, qPrintable(u"%1 requests in %2 minutes"_s.arg(sent).arg(minutes)));
    }

    void aQuietAccountWithManyOfOneSecondCostsOnePageALook_data() { aBacklogIsBroughtInOrder_data(); }
    void aQuietAccountWithManyOfOneSecondCostsOnePageALook() {
        QFETCH(QString, order);
        begin(order);
        startBringing();
        emitEvents(450);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 450; }));
        timePasses(seconds(90));
        QVERIFY(waitForLooks(1));
        standIn->control("DELETE", u"/requests"_s);
        QVERIFY(waitForLooks(3));
        QCOMPARE_LE(standIn->control("GET", u"/requests"_s).value(u"data"_s).toArray().size(), 4);
        emitEvents(3);
        QVERIFY(waitUntil([this] { return catchUp->record().seen == 453; }));
    }
};

QTEST_GUILESS_MAIN(tst_CatchUp)
#include "tst_catchup.moc"
