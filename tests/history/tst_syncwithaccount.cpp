// SPDX-License-Identifier: MIT
// The sync against the stand-in for the real account, over real HTTP, at some size and under failure.
#include "account/accountconnection.h"
#include "clock/movableclock.h"
#include "history/historysync.h"
#include "support/copydigest.h"
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

/// On its way to the account, counts what is sent in the time of the clock that the sync knows.
class CountingTransport final : public Transport {
public:
    CountingTransport(const QUrl& baseUrl, const Clock& clock) : transport_(baseUrl), clock_(clock) {}
    RequestHandle send(const HttpRequest& request, QObject* context, Done<HttpResponse> done) override {
        sent_.append(clock_.now());
        return transport_.send(request, context, std::move(done));
    }
    qsizetype sent() const { return sent_.size(); }
    int mostInAMinute() const {
        qsizetype most = 0;
        for (qsizetype first = 0, last = 0; last < sent_.size(); ++last) {
            while (sent_[first] + seconds(60) <= sent_[last])
                ++first;
            most = std::max(most, last - first + 1);
        }
        return int(most);
    }

private:
    HttpTransport transport_;
    const Clock& clock_;
    QList<Instant> sent_;
};

QJsonArray everyFailure() {
    return {u"revoked_key"_s,  u"plan"_s,      u"missing_scope"_s, u"role"_s,           u"beta_flag"_s,
            u"rate_limited"_s, u"quota"_s,     u"server_error"_s,  u"html_200"_s,       u"bad_gateway_html"_s,
            u"not_json_200"_s, u"empty_200"_s, u"lost_answer"_s,   u"truncated_json"_s, u"reset_mid_body"_s,
            u"cut_mid_body"_s, u"drip"_s,      u"oversized"_s,     u"closed"_s,         u"redirect"_s};
}

} // namespace

class tst_SyncWithAccount final : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<test::StandIn> standIn;
    std::unique_ptr<MovableClock> clock;
    ProxySetting proxies;
    std::unique_ptr<AccountConnection> connection;
    std::unique_ptr<History> history;
    std::unique_ptr<HistorySync> sync;
    SystemRandom random;
    int ended = 0;
    int endedWell = 0;

    void begin(const QStringList& options) {
        folder = std::make_unique<QTemporaryDir>();
        standIn = std::make_unique<test::StandIn>(options);
        clock = std::make_unique<MovableClock>(SystemClock().now());
    }
    QString path() const { return folder->filePath(u"history.sqlite"_s); }
    void open() {
        connection = std::make_unique<AccountConnection>(QUrl(standIn->baseUrl()), Secret(standIn->key()), proxies,
                                                         *clock, random);
        openWith(connection->client());
    }
    void openWith(AccountClient& client) {
        history = std::make_unique<History>(path(), *clock);
        sync = std::make_unique<HistorySync>(client, *history, *clock);
        ended = endedWell = 0;
        connect(sync.get(), &HistorySync::finished, this, [this] { ++ended, ++endedWell; });
        connect(sync.get(), &HistorySync::failed, this, [this] { ++ended; });
        sync->start();
    }
    void close() {
        sync.reset();
        history.reset();
        connection.reset();
    }
    QStringList seed(QJsonObject rows) {
        QStringList ids;
        const QJsonArray made = standIn->control("POST", u"/seed"_s, rows).value(u"endpoint_ids"_s).toArray();
        for (const auto& id : made)
            ids.append(id.toString());
        return ids;
    }

    /// Lets the sync's time pass, much faster than time does, until `isSo`. In a loop of its own, because waiting for a
    /// condition with QTest sleeps between the turns.
    bool waitUntil(const std::function<bool()>& isSo, milliseconds step = milliseconds(200)) {
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
    bool waitForLooks(int more) {
        return waitUntil([this, before = endedWell, more] { return endedWell >= before + more; });
    }
    test::CopyDigest truth(const QString& what) {
        const QJsonObject said = standIn->control("GET", u"/truth/%1?rows=0"_s.arg(what));
        return {said.value(u"count"_s).toInt(), said.value(u"sha256"_s).toString().toLatin1()};
    }
    bool isEqual() {
        return test::endpointsOfCopy(path()) == truth(u"endpoints"_s) &&
               test::deliveriesOfCopy(path()) == truth(u"deliveries"_s) &&
               test::eventsOfCopy(path()) == truth(u"events"_s);
    }
    /// Nothing changes in the account any more: a few more looks, and everything has been found.
    void settleDown() {
        standIn->behave();
        clock->advance(std::chrono::hours(26)); // Whatever was scheduled is due now.
        for (int i = 0; i < 12 && !isEqual(); ++i) {
            clock->advance(seconds(61));
            QVERIFY(waitForLooks(1));
        }
    }
    void compareWithAccount() {
        QCOMPARE(test::endpointsOfCopy(path()).count, truth(u"endpoints"_s).count);
        QCOMPARE(test::deliveriesOfCopy(path()).count, truth(u"deliveries"_s).count);
        QCOMPARE(test::eventsOfCopy(path()).count, truth(u"events"_s).count);
        QVERIFY(isEqual());
    }
    int requests(const QString& pathPattern) {
        return int(
            standIn->control("GET", u"/requests?path="_s + QString::fromLatin1(QUrl::toPercentEncoding(pathPattern)))
                .value(u"data"_s)
                .toArray()
                .size());
    }

private Q_SLOTS:
    void cleanup() {
        close();
        clock.reset();
        standIn.reset();
        folder.reset();
    }

    void endsEqual_data() {
        QTest::addColumn<QString>("order");
        QTest::addColumn<double>("share");
        QTest::addColumn<int>("chance");
        QTest::newRow("newest first, nothing fails") << u"newest"_s << 0.0 << 1;
        QTest::newRow("oldest first, nothing fails") << u"oldest"_s << 0.0 << 2;
        for (int i = 0; i < 2; ++i) {
            QTest::addRow("newest first, 2 %% fail, %d", i) << u"newest"_s << 0.02 << 10 + i;
            QTest::addRow("oldest first, 2 %% fail, %d", i) << u"oldest"_s << 0.02 << 20 + i;
        }
        QTest::newRow("newest first, 15 % fail") << u"newest"_s << 0.15 << 30;
    }
    void endsEqual() {
        QFETCH(QString, order);
        QFETCH(double, share);
        QFETCH(int, chance);
        begin({u"--limit"_s, u"100000"_s, u"--order"_s, order, u"--seed"_s, QString::number(chance)});
        seed({{u"endpoints"_s, 6},
              {u"deliveries"_s, 2'000},
              {u"days"_s, 25}, // Nothing becomes too old while the sync's time passes.
              {u"events"_s, 500},
              {u"event_days"_s, 60},
              {u"seed"_s, chance}});
        const auto sometimes = [&](QJsonObject rule, double probability) {
            rule.insert(u"probability"_s, probability);
            rule.insert(u"seed"_s, chance);
            standIn->misbehave(rule);
        };
        if (share > 0)
            sometimes({{u"what"_s, everyFailure()}, {u"size"_s, 9 << 20}, {u"bytes"_s, 4096}, {u"every_ms"_s, 1}},
                      share);
        sometimes({{u"what"_s, u"short_page"_s}, {u"rows"_s, 40}}, 0.5);
        sometimes({{u"what"_s, u"repeat_rows"_s}, {u"rows"_s, 5}}, 0.3);
        sometimes({{u"what"_s, u"reverse_page"_s}}, 0.1);
        sometimes({{u"what"_s, u"unknown_fields"_s}}, 0.1);
        sometimes({{u"what"_s, u"drop_headers"_s}}, 0.05);
        sometimes({{u"what"_s, u"shift"_s},
                   {u"insert"_s, 3},
                   {u"settle"_s, 2},
                   {u"events"_s, 2},
                   {u"path"_s, u"deliveries|events"_s}},
                  0.2);
        open();
        QVERIFY(waitUntil([this] { return endedWell >= 3 || ended >= 20; }));
        settleDown();
        compareWithAccount();
    }

    void settlesManyRowsByThePage_data() {
        QTest::addColumn<QString>("order");
        QTest::addColumn<int>("moments");
        QTest::newRow("newest first") << u"newest"_s << 40;
        QTest::newRow("oldest first") << u"oldest"_s << 40;
        QTest::newRow("newest first, all of one moment") << u"newest"_s << 1;
        QTest::newRow("oldest first, all of one moment") << u"oldest"_s << 1;
    }
    void settlesManyRowsByThePage() {
        QFETCH(QString, order);
        QFETCH(int, moments);
        begin({u"--limit"_s, u"100000"_s, u"--order"_s, order});
        seed({{u"endpoints"_s, 2},
              {u"deliveries"_s, 1'000},
              {u"days"_s, 25},
              {u"statuses"_s, QJsonObject{{u"delivered"_s, 1}}}});
        QJsonArray ids;
        for (int i = moments; i > 0; --i) {
            const QJsonObject rows{{u"deliveries"_s, 400 / moments}, {u"older_s"_s, 60 + i}};
            const QJsonArray made = standIn->control("POST", u"/insert"_s, rows).value(u"delivery_ids"_s).toArray();
            std::ranges::copy(made, std::back_inserter(ids));
        }
        standIn->control("POST", u"/insert"_s, {{u"deliveries"_s, 400}}); // Between them and the newest page.
        open();
        QVERIFY(waitForLooks(1));
        QVERIFY(isEqual());
        standIn->control("DELETE", u"/requests"_s);
        standIn->control("POST", u"/settle"_s, {{u"delivery_ids"_s, ids}, {u"response_status"_s, 200}});
        clock->advance(seconds(61)); // It looks through the account.
        QVERIFY(waitForLooks(1));
        QVERIFY(isEqual());
        // They are on two pages or three of either endpoint, its others that are pending on two or three lists.
        QVERIFY2(requests(u"/webhooks/whe"_s) <= 16, qPrintable(QString::number(requests(u"/webhooks/whe"_s))));
        QVERIFY2(requests(u"/webhooks/deliveries/"_s) <= 2,
                 qPrintable(QString::number(requests(u"/webhooks/deliveries/"_s))));
    }

    void readsAnAccountAtWorkInAFewRequestsAPage_data() {
        QTest::addColumn<QString>("order");
        QTest::newRow("newest first") << u"newest"_s;
        QTest::newRow("oldest first") << u"oldest"_s;
    }
    void readsAnAccountAtWorkInAFewRequestsAPage() {
        QFETCH(QString, order);
        begin({u"--limit"_s, u"100000"_s, u"--order"_s, order, u"--seed"_s, u"3"_s});
        standIn->control("POST", u"/settings"_s, {{u"deliver"_s, false}});
        seed({{u"endpoints"_s, 6},
              {u"deliveries"_s, 8'000},
              {u"days"_s, 25},
              {u"events"_s, 2'000},
              {u"event_days"_s, 60},
              {u"statuses"_s, QJsonObject{{u"delivered"_s, 98}, {u"pending"_s, 2}}}});
        standIn->misbehave({{u"what"_s, QJsonArray{u"html_200"_s, u"revoked_key"_s, u"truncated_json"_s}},
                            {u"probability"_s, 0.015},
                            {u"seed"_s, 3}});
        // As many a request as a busy account has where it takes three or four a second.
        standIn->misbehave(
            {{u"what"_s, u"shift"_s}, {u"insert"_s, 5}, {u"settle"_s, 5}, {u"events"_s, 3}, {u"anywhere"_s, true}});
        open();
        bool isRead = false;
        connect(sync.get(), &HistorySync::finished, this, [&] {
            history->readWalks(
                this, [&](const Result<QList<Walk>>& walks) { isRead = isRead || (walks && walks->isEmpty()); });
        });
        QVERIFY(waitUntil([&] { return isRead; }));
        const int rows = truth(u"deliveries"_s).count + truth(u"events"_s).count;
        const int asked = requests(u""_s);
        QVERIFY2(asked <= rows / 100 * 5 / 2, qPrintable(u"%1 requests for %2 rows"_s.arg(asked).arg(rows)));
        settleDown();
        compareWithAccount();
    }

    void goesOnWhereItStopped_data() {
        QTest::addColumn<QString>("order");
        QTest::newRow("newest first") << u"newest"_s;
        QTest::newRow("oldest first") << u"oldest"_s;
    }
    void goesOnWhereItStopped() {
        QFETCH(QString, order);
        begin({u"--limit"_s, u"100000"_s, u"--order"_s, order});
        seed({{u"endpoints"_s, 2}, {u"deliveries"_s, 2'000}, {u"events"_s, 500}});
        open();
        const auto pages = [this] { return requests(u"starting_after"_s); };
        QVERIFY(waitUntil([&] { return pages() >= 8; }));
        close();
        const int before = pages();
        const int had = test::deliveriesOfCopy(path()).count;
        QVERIFY(had > 200 && had < 2'000);
        standIn->control("POST", u"/insert"_s, {{u"deliveries"_s, 30}, {u"events"_s, 3}});
        open();
        QVERIFY(waitUntil([&] { return isEqual(); }));
        // 20 + 5 pages in all, at least; at most the page under way again, and two for the new rows of each list.
        QVERIFY2(pages() <= 25 + 1 + 3 * 2, qPrintable(u"%1 before, %2 in all"_s.arg(before).arg(pages())));
    }

    void goesOnFromARowThatIsGone() {
        begin({u"--limit"_s, u"100000"_s});
        const QString id = seed({{u"endpoints"_s, 1}, {u"deliveries"_s, 1'000}}).first();
        open();
        QVERIFY(waitUntil([&] { return requests(u"starting_after"_s) >= 3; }));
        close();
        history = std::make_unique<History>(path(), *clock);
        std::optional<QList<Walk>> walks;
        history->readWalks(this, [&](const Result<QList<Walk>>& read) { walks = *read; });
        QVERIFY(waitUntil([&] { return walks.has_value(); }));
        QCOMPARE(walks->size(), 1);
        history.reset();
        standIn->control("DELETE", u"/rows"_s, {{u"delivery_ids"_s, QJsonArray{walks->first().cursor}}});
        open();
        QVERIFY(waitUntil([&] {
            return test::deliveriesOfCopy(path()).count == truth(u"deliveries"_s).count + 1; // The copy keeps that row.
        }));
    }

    void readsTheLogsLastThirtyDaysAndAllEvents_data() {
        QTest::addColumn<QString>("order");
        QTest::newRow("newest first") << u"newest"_s;
        QTest::newRow("oldest first") << u"oldest"_s;
    }
    void readsTheLogsLastThirtyDaysAndAllEvents() {
        QFETCH(QString, order);
        begin({u"--limit"_s, u"100000"_s, u"--order"_s, order});
        seed({{u"endpoints"_s, 2},
              {u"deliveries"_s, 2'000},
              {u"days"_s, 90},
              {u"events"_s, 500},
              {u"statuses"_s, QJsonObject{{u"delivered"_s, 1}}}});
        const QJsonArray rows = standIn->control("GET", u"/truth/deliveries"_s).value(u"data"_s).toArray();
        QList<Instant> times;
        for (const auto& row : rows)
            times.append(instantFromIso8601(row[u"created_at"_s].toString()).value());
        // The edge may pass a row while the sync's time does.
        const auto inLog = [&](milliseconds slack) {
            return int(
                std::ranges::count_if(times, [&](Instant at) { return at >= clock->now() - deliveriesKept + slack; }));
        };
        open();
        QVERIFY(waitUntil([&] {
            return endedWell > 0 && test::eventsOfCopy(path()) == truth(u"events"_s) &&
                   test::deliveriesOfCopy(path()).count >= inLog(std::chrono::hours(1));
        }));
        QVERIFY(waitForLooks(2));
        QVERIFY(inLog({}) > 300 && inLog({}) < 1'000);
        QVERIFY(test::deliveriesOfCopy(path()).count >= inLog({}));
        QVERIFY(test::deliveriesOfCopy(path()).count <= inLog(-std::chrono::hours(1)));
        // Newest first, it does not even ask for the rest; and all events are five pages.
        if (order == u"newest"_s)
            QVERIFY(requests(u"deliveries.*starting_after"_s) <= 2 * 5);
    }

    void forgetsWhatVanishedInTheAccount_data() {
        QTest::addColumn<QString>("order");
        QTest::addColumn<QString>("status");
        for (const QString& order : {u"newest"_s, u"oldest"_s}) {
            for (const QString& status : {u"pending"_s, u"delivered"_s})
                QTest::addRow("%s first, %s", qPrintable(order), qPrintable(status)) << order << status;
        }
    }
    void forgetsWhatVanishedInTheAccount() {
        QFETCH(QString, order);
        QFETCH(QString, status);
        begin({u"--limit"_s, u"100000"_s, u"--order"_s, order});
        standIn->control("POST", u"/settings"_s, {{u"deliver"_s, false}});
        seed({{u"endpoints"_s, 1},
              {u"deliveries"_s, 90},
              {u"days"_s, 25},
              {u"statuses"_s, QJsonObject{{u"delivered"_s, 80}, {u"pending"_s, 20}}}});
        open();
        QVERIFY(waitForLooks(1));
        QVERIFY(isEqual());
        QJsonArray ids;
        const QJsonArray rows = standIn->control("GET", u"/truth/deliveries"_s).value(u"data"_s).toArray();
        for (const auto& row : rows) {
            if (row[u"status"_s].toString() == status && ids.size() < 4)
                ids.append(row[u"id"_s]);
        }
        QCOMPARE(ids.size(), 4);
        standIn->control("DELETE", u"/rows"_s, {{u"delivery_ids"_s, ids}});
        standIn->control("POST", u"/insert"_s, {{u"deliveries"_s, 3}});
        QCOMPARE(truth(u"deliveries"_s).count, 89);
        QVERIFY(waitUntil([&] { return isEqual(); }));
        // And then nothing is asked about them any more.
        QVERIFY(waitForLooks(1));
        const int before = requests(u"/webhooks/deliveries/"_s);
        clock->advance(seconds(61));
        QVERIFY(waitForLooks(2));
        QVERIFY(requests(u"/webhooks/deliveries/"_s) - before <= 20); // What is still pending, at most.
        for (const auto& id : ids)
            QVERIFY(requests(u"/webhooks/deliveries/"_s + id.toString()) <= 1);
    }

    void letsTheCopyOfADeletedEndpointGoWithIt() {
        begin({u"--limit"_s, u"100000"_s});
        const QStringList ids = seed({{u"endpoints"_s, 3}, {u"deliveries"_s, 2'000}, {u"events"_s, 100}});
        open();
        QVERIFY(waitUntil([&] { return requests(u"starting_after"_s) >= 4; }));
        standIn->control("DELETE", u"/endpoints/"_s + ids[0]); // In the middle of the read,
        QVERIFY(waitUntil([&] { return isEqual(); }));
        standIn->control("DELETE", u"/endpoints/"_s + ids[1]); // and after it.
        QVERIFY(waitUntil([&] { return isEqual(); }));
        QVERIFY(truth(u"deliveries"_s).count > 0);
    }

    void staysWithinAThirdOfTheLimit() {
        begin({u"--limit"_s, u"60"_s});
        seed({{u"endpoints"_s, 3}, {u"deliveries"_s, 1'500}, {u"events"_s, 300}});
        standIn->misbehave(
            {{u"what"_s, QJsonArray{u"server_error"_s, u"lost_answer"_s, u"bad_gateway_html"_s, u"closed"_s}},
             {u"probability"_s, 0.2}});
        CountingTransport transport(QUrl(standIn->baseUrl()), *clock);
        AccountClient client(transport, Secret(standIn->key()), *clock, random);
        openWith(client);
        // The account's clock goes with the sync's, so that both count the same minutes.
        Instant told = clock->now();
        QVERIFY(waitUntil(
            [&] {
                standIn->control("POST", u"/clock"_s, {{u"advance_s"_s, double((clock->now() - told).count()) / 1000}});
                told = clock->now();
                return transport.sent() > 5 && test::eventsOfCopy(path()) == truth(u"events"_s) &&
                       test::deliveriesOfCopy(path()) == truth(u"deliveries"_s);
            },
            milliseconds(500)));
        close();
        const QJsonObject minutes = standIn->control("GET", u"/minutes"_s);
        QCOMPARE(minutes.value(u"refused"_s).toInt(), 0);
        QVERIFY(transport.sent() >= 20);
        QVERIFY2(transport.mostInAMinute() <= 20, qPrintable(QString::number(transport.mostInAMinute())));
    }
};

QTEST_GUILESS_MAIN(tst_SyncWithAccount)
#include "tst_syncwithaccount.moc"
