// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "history/history.h"

#include <QFileInfo>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

const Instant start{seconds(1'800'000'000)};

Endpoint endpoint(const QString& id, const QString& url, const QString& description = {}, int made = 0) {
    Endpoint value;
    value.id = id;
    value.url = url;
    value.description = description;
    value.enabledEvents = {u"rating.created"_s, u"evaluation.completed"_s};
    value.statusText = u"enabled"_s;
    value.secretPrefix = u"whsec_abcdef"_s;
    value.createdAt = start + seconds(made);
    return value;
}

Delivery delivery(const QString& id, const QString& endpointId, DeliveryStatus status, Instant at) {
    static const QHash<DeliveryStatus, QString> names{{DeliveryStatus::Pending, u"pending"_s},
                                                      {DeliveryStatus::Delivered, u"delivered"_s},
                                                      {DeliveryStatus::Failed, u"failed"_s},
                                                      {DeliveryStatus::Abandoned, u"abandoned"_s}};
    Delivery value;
    value.id = id;
    value.endpointId = endpointId;
    value.eventId = u"event_of_"_s + id;
    value.status = status;
    value.statusText = names.value(status);
    value.createdAt = at;
    value.scheduledFor = at;
    if (status == DeliveryStatus::Delivered) {
        value.deliveredAt = at;
        value.responseStatus = 200;
    }
    return value;
}

Event someEvent(const QString& id, const QString& type, const QByteArray& body) {
    Event value;
    value.id = id;
    value.type = type;
    value.apiVersion = u"2026-05-04"_s;
    value.created = secondsSinceEpoch(start);
    value.teamId = u"team_1"_s;
    value.objectId = u"obj_1"_s;
    value.body = body;
    return value;
}

bool isNewer(const Delivery& left, const Delivery& right) {
    return std::pair(*happensAt(left), left.id) > std::pair(*happensAt(right), right.id);
}

QStringList idsOf(const QList<DeliveryRow>& rows) {
    QStringList ids;
    for (const DeliveryRow& row : rows)
        ids.append(row.delivery.id);
    return ids;
}

} // namespace

class tst_History final : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<MovableClock> clock;
    std::unique_ptr<History> history;

    QString path() const { return folder->filePath(u"data/history.sqlite"_s); }

    template <typename T>
    Result<T> wait(const std::function<void(Done<T>)>& ask) {
        std::optional<Result<T>> answered;
        ask([&answered](const Result<T>& result) { answered = result; });
        while (!answered)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (!*answered && answered->error().kind != ErrorKind::NotFound)
            qInfo().noquote() << answered->error().message << answered->error().details;
        return *answered;
    }
    Result<int> put(const QList<Delivery>& deliveries) {
        return wait<int>([&](auto done) { history->putDeliveries(deliveries, this, done); });
    }
    Result<int> putEvents(const QList<Event>& events) {
        return wait<int>([&](auto done) { history->putEvents(events, this, done); });
    }
    Result<void> replace(const QList<Endpoint>& endpoints) {
        return wait<void>([&](auto done) { history->replaceEndpoints(endpoints, this, done); });
    }
    QList<DeliveryRow> read(const DeliveryQuery& query) {
        return wait<QList<DeliveryRow>>([&](auto done) { history->readDeliveries(query, this, done); }).value();
    }
    QList<EndpointSummary> endpoints() {
        return wait<QList<EndpointSummary>>([&](auto done) { history->readEndpoints(this, done); }).value();
    }
    HistoryCounts counts() {
        return wait<HistoryCounts>([&](auto done) { history->readCounts(this, done); }).value();
    }
    std::optional<Walk> take(const Walk& walk, const Page<Delivery>& page) {
        return wait<TakenPage>([&](auto done) { history->takePage(walk, page, this, done); })->next;
    }

private Q_SLOTS:
    void init() {
        folder = std::make_unique<QTemporaryDir>();
        clock = std::make_unique<MovableClock>(start);
        history = std::make_unique<History>(path(), *clock);
    }
    void cleanup() {
        history.reset();
        clock.reset();
        folder.reset();
    }

    void saysWhatFollowedAnAttemptThatFailed_data() {
        QTest::addColumn<int>("last");
        QTest::addColumn<int>("expected");
        QTest::newRow("another is scheduled") << int(DeliveryStatus::Pending) << int(Afterwards::TriedAgain);
        QTest::newRow("it came in the end") << int(DeliveryStatus::Delivered) << int(Afterwards::Delivered);
        QTest::newRow("given up") << int(DeliveryStatus::Abandoned) << int(Afterwards::GivenUp);
    }

    void saysWhatFollowedAnAttemptThatFailed() {
        QFETCH(int, last);
        QFETCH(int, expected);
        QList<Delivery> attempts;
        for (int attempt = 1; attempt <= 3; ++attempt) {
            attempts.append(delivery(u"whd_%1"_s.arg(attempt), u"whe_1"_s,
                                     attempt < 3 ? DeliveryStatus::Failed : DeliveryStatus(last),
                                     start + seconds(attempt)));
            attempts.last().eventId = u"evt_1"_s;
            attempts.last().attempt = attempt;
        }
        // A replay is a journey of its own, and tells nothing of this one.
        attempts.append(delivery(u"whd_4"_s, u"whe_1"_s, DeliveryStatus::Failed, start + seconds(4)));
        attempts.last().eventId = u"evt_1"_s;
        attempts.last().replaysDeliveryId = u"whd_1"_s;
        QCOMPARE(put(attempts), 4);
        const QList<DeliveryRow> rows = read({});
        QCOMPARE(idsOf(rows), (QStringList{u"whd_4"_s, u"whd_3"_s, u"whd_2"_s, u"whd_1"_s}));
        QCOMPARE(int(rows.at(0).afterwards), int(Afterwards::TriedAgain));
        QCOMPARE(int(rows.at(2).afterwards), expected);
        QCOMPARE(int(rows.at(3).afterwards), expected);
        QList<Delivery> journey;
        for (const DeliveryRow& row : rows)
            journey.prepend(row.delivery);
        for (const DeliveryRow& row : rows)
            QVERIFY(row.delivery.status != DeliveryStatus::Failed ||
                    afterwardsIn(journey, row.delivery) == row.afterwards);
    }

    void aNameWithNothingToSeeIsTheHost() {
        QVERIFY(replace({endpoint(u"whe_1"_s, u"https://hooks.example.org/a"_s, u"\u00a0\u200b"_s)}));
        QCOMPARE(put({delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Delivered, start)}), 1);
        QCOMPARE(read({}).constFirst().endpointName, u"hooks.example.org"_s);
    }

    void findsAnEventByItsTitle() {
        QCOMPARE(put({delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Delivered, start)}), 1);
        QCOMPARE(putEvents({someEvent(u"event_of_whd_1"_s, u"rating.created"_s, "{}")}), 1);
        QCOMPARE(read({{{}, {}, {}, u"submitted"_s, {u"rating.created"_s}}, 10, {}}).size(), 1);
        QCOMPARE(read({{{}, {}, {}, u"submitted"_s, {}}, 10, {}}).size(), 0);
    }

    void readsThePagesThatSortingInMemoryGives() {
        QRandomGenerator random(7);
        QList<Delivery> all;
        for (int i = 0; i < 500; ++i) {
            // Many at the same moment, so that the ids decide.
            all.append(delivery(u"whd_%1"_s.arg(random.generate()), u"whe_%1"_s.arg(i % 3),
                                i % 2 ? DeliveryStatus::Delivered : DeliveryStatus::Failed,
                                start + seconds(random.bounded(40))));
        }
        QCOMPARE(put(all), 500);
        for (const QString& endpointId : {QString(), u"whe_1"_s}) {
            QList<Delivery> expected = all;
            if (!endpointId.isEmpty())
                expected.removeIf([&](const Delivery& one) { return one.endpointId != endpointId; });
            std::sort(expected.begin(), expected.end(), isNewer);
            QList<Delivery> found;
            DeliveryQuery query;
            query.filter.endpointId = endpointId;
            query.limit = 37;
            for (;;) {
                const QList<DeliveryRow> page = read(query);
                QVERIFY(page.size() <= 37);
                for (const DeliveryRow& row : page)
                    found.append(row.delivery);
                if (page.isEmpty())
                    break;
                query.after = page.last().delivery;
            }
            QCOMPARE(found, expected);
        }
    }

    void showsTheLogByWhenARowHappens() {
        Delivery made = delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Delivered, start);
        made.deliveredAt = start + seconds(50);
        Delivery later = delivery(u"whd_2"_s, u"whe_1"_s, DeliveryStatus::Delivered, start + seconds(10));
        later.deliveredAt = start + seconds(20);
        Delivery waits = delivery(u"whd_3"_s, u"whe_1"_s, DeliveryStatus::Pending, start + seconds(5));
        waits.scheduledFor = start + seconds(600);
        // Three days ahead by the moved clock, really before the others.
        Delivery simulated = delivery(u"whd_4"_s, u"whe_1"_s, DeliveryStatus::Abandoned, start + std::chrono::days(3));
        simulated.simulatedAt = start + seconds(15);
        put({made, later, waits, simulated});
        QCOMPARE(idsOf(read({})), (QStringList{u"whd_3"_s, u"whd_1"_s, u"whd_2"_s, u"whd_4"_s}));
        DeliveryQuery first;
        first.limit = 2;
        const QList<DeliveryRow> page = read(first);
        DeliveryQuery second;
        second.after = page.constLast().delivery;
        QCOMPARE(idsOf(read(second)), (QStringList{u"whd_2"_s, u"whd_4"_s}));
        DeliveryQuery real;
        real.filter.hidesSimulated = true;
        QCOMPARE(idsOf(read(real)), (QStringList{u"whd_3"_s, u"whd_1"_s, u"whd_2"_s}));
    }

    void keepsEveryFieldOfADelivery() {
        Delivery full = delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Unknown, start);
        full.statusText = u"resting"_s;
        full.attempt = 4;
        full.responseStatus = 500;
        full.responseBody = u"späť <b>\n"_s;
        full.responseMs = 12;
        full.error = u"It failed."_s;
        full.simulatedAt = start - seconds(9);
        full.replaysDeliveryId = u"whd_0"_s;
        Delivery bare;
        bare.id = u"whd_2"_s;
        bare.statusText = u"pending"_s;
        bare.endpointId = u"whe_1"_s;
        bare.eventId = u"event_1"_s;
        QCOMPARE(put({full, bare}), 2);
        for (const Delivery& one : {full, bare}) {
            const auto row = wait<DeliveryRow>([&](auto done) { history->readDelivery(one.id, this, done); });
            QVERIFY(row);
            QCOMPARE(row->delivery, one);
        }
    }

    void keepsEveryFieldOfAnEndpoint() {
        Endpoint full = endpoint(u"whe_1"_s, u"https://example.com/a"_s, u"Näme"_s);
        full.status = EndpointStatus::Unknown;
        full.statusText = u"resting"_s;
        full.apiVersion = u"2026-05-04"_s;
        full.updatedAt = start + seconds(1);
        full.lastDeliveredAt = start + seconds(2);
        full.lastFailedAt = start + seconds(3);
        QVERIFY(replace({full}));
        QCOMPARE(endpoints().first().endpoint, full);
    }

    void takesWildcardsAsPlainCharacters_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("found");
        QTest::newRow("percent") << u"100%"_s << QStringList{u"whd_a"_s};
        QTest::newRow("underscore") << u"a_b"_s << QStringList{u"whd_b"_s};
        QTest::newRow("backslash") << u"c:\\x"_s << QStringList{u"whd_c"_s};
        QTest::newRow("quote") << u"it's"_s << QStringList{u"whd_d"_s};
        QTest::newRow("only percent") << u"%"_s << QStringList{u"whd_a"_s};
        QTest::newRow("id") << u"WHD_B"_s << QStringList{u"whd_b"_s};
        QTest::newRow("event id") << u"of_whd_c"_s << QStringList{u"whd_c"_s};
        QTest::newRow("event type") << u"rating.cr"_s << QStringList{u"whd_d"_s};
        QTest::newRow("endpoint name") << u"shop desk"_s << QStringList{u"whd_a"_s, u"whd_b"_s};
        QTest::newRow("endpoint url") << u"example.org/hook"_s << QStringList{u"whd_c"_s, u"whd_d"_s};
        QTest::newRow("error") << u"timed"_s << QStringList{u"whd_b"_s};
        QTest::newRow("nothing") << u"zebra"_s << QStringList{};
    }
    void takesWildcardsAsPlainCharacters() {
        QFETCH(QString, text);
        QFETCH(QStringList, found);
        QVERIFY(replace({endpoint(u"whe_1"_s, u"https://example.com/x"_s, u"Shop desk"_s),
                         endpoint(u"whe_2"_s, u"https://example.org/hook"_s)}));
        Delivery a = delivery(u"whd_a"_s, u"whe_1"_s, DeliveryStatus::Delivered, start);
        a.responseBody = u"100% done"_s;
        Delivery b = delivery(u"whd_b"_s, u"whe_1"_s, DeliveryStatus::Failed, start);
        b.responseBody = u"a_b 1000"_s;
        b.error = u"It timed out."_s;
        Delivery c = delivery(u"whd_c"_s, u"whe_2"_s, DeliveryStatus::Failed, start);
        c.responseBody = u"axb c:\\x"_s;
        Delivery d = delivery(u"whd_d"_s, u"whe_2"_s, DeliveryStatus::Failed, start);
        d.responseBody = u"it's"_s;
        QCOMPARE(put({a, b, c, d}), 4);
        QCOMPARE(putEvents({someEvent(d.eventId, u"rating.created"_s, "{}")}), 1);
        DeliveryQuery query;
        query.filter.text = text;
        QStringList ids = idsOf(read(query));
        std::sort(ids.begin(), ids.end());
        QCOMPARE(ids, found);
    }

    void filtersByStatusAndTypeAndNamesWhatItShows() {
        QVERIFY(replace({endpoint(u"whe_1"_s, u"https://example.com:8443/x"_s)}));
        QCOMPARE(put({delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Failed, start),
                      delivery(u"whd_2"_s, u"whe_1"_s, DeliveryStatus::Pending, start)}),
                 2);
        QCOMPARE(putEvents({someEvent(u"event_of_whd_1"_s, u"rating.created"_s, "{}")}), 1);
        DeliveryQuery query;
        query.filter.status = DeliveryStatus::Pending;
        QCOMPARE(idsOf(read(query)), QStringList{u"whd_2"_s});
        query.filter = {};
        query.filter.eventType = u"rating.created"_s;
        const QList<DeliveryRow> rows = read(query);
        QCOMPARE(idsOf(rows), QStringList{u"whd_1"_s});
        QCOMPARE(rows.first().eventType, u"rating.created"_s);
        QCOMPARE(rows.first().endpointName, u"example.com"_s);
        QCOMPARE(rows.first().endpointUrl, u"https://example.com:8443/x"_s);
    }

    void countsWhatTheLogSaysOfAnEndpoint() {
        clock->advance(std::chrono::hours(48));
        const Instant now = clock->now();
        QVERIFY(replace({endpoint(u"whe_2"_s, u"https://example.com/b"_s, {}, 2),
                         endpoint(u"whe_1"_s, u"https://example.com/a"_s, {}, 1)}));
        QList<Delivery> log;
        // Outside the last day.
        log.append(delivery(u"whd_old"_s, u"whe_1"_s, DeliveryStatus::Delivered, now - std::chrono::hours(25)));
        log.last().responseMs = 9'999;
        for (int i = 1; i <= 20; ++i) {
            log.append(delivery(u"whd_%1"_s.arg(i), u"whe_1"_s, DeliveryStatus::Delivered,
                                now - std::chrono::hours(2) + seconds(i)));
            log.last().responseMs = 10 * i;
        }
        for (int i = 1; i <= 3; ++i)
            log.append(delivery(u"whd_f%1"_s.arg(i), u"whe_1"_s, DeliveryStatus::Failed,
                                now - std::chrono::hours(1) + seconds(i)));
        for (int i = 1; i <= 2; ++i) {
            log.append(delivery(u"whd_p%1"_s.arg(i), u"whe_1"_s, DeliveryStatus::Pending, now));
            log.last().attempt = 2;
            log.last().scheduledFor = now + seconds(100 - i);
        }
        log.append(delivery(u"whd_p3"_s, u"whe_1"_s, DeliveryStatus::Pending, now));
        QCOMPARE(put(log), int(log.size()));

        const QList<EndpointSummary> summaries = endpoints();
        QCOMPARE(summaries.size(), 2);
        const EndpointSummary& first = summaries.first();
        QCOMPARE(first.endpoint.id, u"whe_1"_s);
        QCOMPARE(first.deliveries, int(log.size()));
        QCOMPARE(first.settledLastDay, 23);
        QCOMPARE(first.deliveredLastDay, 20);
        QCOMPARE(first.medianMs, 100);
        QCOMPARE(first.ninetyFifthMs, 190);
        QCOMPARE(first.pendingRetries, 2);
        QVERIFY(first.nextRetry);
        QCOMPARE(first.nextRetry->id, u"whd_p2"_s);
        QCOMPARE(first.failingSince, now - std::chrono::hours(1) + seconds(1));
        QCOMPARE(first.latest, QList<DeliveryStatus>(9, DeliveryStatus::Delivered) +
                                   QList<DeliveryStatus>(3, DeliveryStatus::Failed));
        EndpointSummary empty;
        empty.endpoint = summaries.last().endpoint;
        QCOMPARE(empty.endpoint.id, u"whe_2"_s);
        QCOMPARE(summaries.last(), empty);

        history->noteSynced(now);
        const HistoryCounts all = counts();
        QCOMPARE(all.endpoints, 2);
        QCOMPARE(all.deliveries, int(log.size()));
        QCOMPARE(all.pending, 3);
        QCOMPARE(all.nextDue, now);
        QCOMPARE(all.syncedAt, now);
    }

    void knowsThatAnEndpointNeverWorked() {
        QVERIFY(replace({endpoint(u"whe_1"_s, u"https://example.com/a"_s)}));
        QCOMPARE(put({delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Failed, start)}), 1);
        QCOMPARE(endpoints().first().failingSince, start);
        QCOMPARE(put({delivery(u"whd_2"_s, u"whe_1"_s, DeliveryStatus::Delivered, start + seconds(1))}), 1);
        QVERIFY(!endpoints().first().failingSince);
    }

    /// What an account does not tell shows in what changed; what it tells, or Waybill did, is kept until it changes.
    void noticesWhatHappenedToAnEndpoint() {
        Endpoint one = endpoint(u"whe_1"_s, u"https://example.com/a"_s);
        one.secretPrefix = u"whsec_aaaaaa"_s;
        one.updatedAt = start;
        QVERIFY(replace({one}));
        QCOMPARE(endpoints().first().endpoint.trace, EndpointTrace());
        one.status = EndpointStatus::Disabled;
        one.statusText = u"disabled"_s;
        one.updatedAt = start + seconds(5);
        QVERIFY(replace({one}));
        EndpointTrace expected;
        expected.disabledAt = start + seconds(5);
        QCOMPARE(endpoints().first().endpoint.trace, expected);
        one.secretPrefix = u"whsec_bbbbbb"_s;
        one.updatedAt = start + seconds(7);
        QVERIFY(replace({one}));
        expected.rotatedAt = start + seconds(7);
        expected.rotatedBy = Actor::OtherTool;
        QCOMPARE(endpoints().first().endpoint.trace, expected);
        // This Waybill's own, and then a list that does not speak of it.
        Endpoint own = one;
        own.secretPrefix = u"whsec_cccccc"_s;
        own.trace.rotatedAt = expected.rotatedAt = start + seconds(9);
        own.trace.rotatedBy = expected.rotatedBy = Actor::Waybill;
        own.trace.previousSecretValidUntil = expected.previousSecretValidUntil = start + seconds(99);
        QVERIFY(wait<void>([&](auto done) { history->putEndpoint(own, this, done); }));
        one.secretPrefix = own.secretPrefix;
        QVERIFY(replace({one}));
        QCOMPARE(endpoints().first().endpoint.trace, expected);
        one.status = EndpointStatus::Enabled;
        one.statusText = u"enabled"_s;
        QVERIFY(replace({one}));
        expected.disabledAt.reset();
        QCOMPARE(endpoints().first().endpoint.trace, expected);
    }

    void saysChangedOnlyWhenSomethingChanged() {
        QSignalSpy changed(history.get(), &History::changed);
        const Endpoint one = endpoint(u"whe_1"_s, u"https://example.com/a"_s);
        QVERIFY(replace({one}));
        QCOMPARE(changed.count(), 1);
        QVERIFY(replace({one}));
        QVERIFY(wait<void>([&](auto done) { history->putEndpoint(one, this, done); }));
        QCOMPARE(changed.count(), 1);

        Delivery pending = delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Pending, start);
        QCOMPARE(put({pending}), 1);
        QCOMPARE(changed.count(), 2);
        QCOMPARE(put({pending}), 0);
        QCOMPARE(changed.count(), 2);
        Delivery settled = delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Delivered, start);
        settled.responseBody = u"ok"_s;
        QCOMPARE(put({settled}), 1);
        QCOMPARE(changed.count(), 3);
        QCOMPARE(put({settled, pending}), 0); // what is settled stays so
        QCOMPARE(changed.count(), 3);

        QCOMPARE(putEvents({someEvent(u"event_1"_s, u"t"_s, "{}")}), 1);
        QCOMPARE(putEvents({someEvent(u"event_1"_s, u"t"_s, "{}")}), 0);
        QCOMPARE(changed.count(), 4);
        history->noteSynced(start);
        QVERIFY(wait<void>([&](auto done) { history->removeEndpoint(u"whe_none"_s, this, done); }));
        QCOMPARE(changed.count(), 4);
        QVERIFY(wait<void>([&](auto done) { history->removeEndpoint(u"whe_1"_s, this, done); }));
        QCOMPARE(changed.count(), 5);
        QCOMPARE(counts().deliveries, 0);
    }

    void forgetsEndpointsThatLeftWithTheirDeliveries() {
        QVERIFY(
            replace({endpoint(u"whe_1"_s, u"https://a.example/"_s), endpoint(u"whe_2"_s, u"https://b.example/"_s)}));
        QCOMPARE(put({delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Pending, start),
                      delivery(u"whd_2"_s, u"whe_2"_s, DeliveryStatus::Pending, start),
                      delivery(u"whd_3"_s, u"whe_unlisted"_s, DeliveryStatus::Pending, start)}),
                 3);
        QVERIFY(replace({endpoint(u"whe_2"_s, u"https://b.example/"_s)}));
        QCOMPARE(idsOf(read({})), QStringList{u"whd_2"_s});
        QCOMPARE(endpoints().size(), 1);
    }

    void givesTheExactBytesOfAnEvent() {
        const QByteArray body("{ \"b\": 1.10,\n \"a\": \"\xc3\xa9\0%\" }", 27);
        QCOMPARE(putEvents({someEvent(u"event_1"_s, u"rating.created"_s, body)}), 1);
        const auto read = wait<Event>([&](auto done) { history->readEvent(u"event_1"_s, this, done); });
        QVERIFY(read);
        QCOMPARE(*read, someEvent(u"event_1"_s, u"rating.created"_s, body));
        QCOMPARE(read->body.size(), body.size());
        const auto none = wait<Event>([&](auto done) { history->readEvent(u"event_2"_s, this, done); });
        QCOMPARE(none.error().kind, ErrorKind::NotFound);
    }

    void tellsAJourneyFromItsBeginning() {
        Delivery first = delivery(u"whd_9"_s, u"whe_1"_s, DeliveryStatus::Failed, start);
        Delivery second = delivery(u"whd_5"_s, u"whe_1"_s, DeliveryStatus::Delivered, start + seconds(60));
        Delivery elsewhere = delivery(u"whd_7"_s, u"whe_2"_s, DeliveryStatus::Delivered, start);
        for (Delivery* one : {&first, &second, &elsewhere})
            one->eventId = u"event_1"_s;
        QCOMPARE(put({second, elsewhere, first}), 3);
        const auto journey =
            wait<QList<Delivery>>([&](auto done) { history->readJourney(u"event_1"_s, u"whe_1"_s, this, done); });
        QCOMPARE(*journey, (QList<Delivery>{first, second}));
    }

    void knowsWhatIsDueAndWhatIsMissing() {
        Delivery later = delivery(u"whd_2"_s, u"whe_1"_s, DeliveryStatus::Pending, start);
        later.scheduledFor = start + seconds(100);
        QCOMPARE(put({delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Pending, start), later}), 2);
        const auto due = wait<QList<Delivery>>([&](auto done) { history->readDue(start, this, done); });
        QCOMPARE(due->size(), 1);
        QCOMPARE(due->first().id, u"whd_1"_s);
        QCOMPARE(*wait<QStringList>([&](auto done) { history->readPending(u"whe_1"_s, this, done); }),
                 (QStringList{u"whd_1"_s, u"whd_2"_s}));
        QCOMPARE(putEvents({someEvent(u"event_of_whd_1"_s, u"t"_s, "{}")}), 1);
        for (const QStringList& among : {QStringList(), QStringList{u"event_of_whd_1"_s, u"event_of_whd_2"_s}}) {
            QCOMPARE(*wait<QStringList>([&](auto done) { history->readMissingEvents(among, this, done); }),
                     QStringList{u"event_of_whd_2"_s});
        }
    }

    void isStillThereAfterARestartAndForItsOwnerOnly() {
        QVERIFY(replace({endpoint(u"whe_1"_s, u"https://a.example/"_s)}));
        const auto page =
            Page<Delivery>{{delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Pending, start)}, true, {}, {}};
        const std::optional<Walk> walk = take({u"whe_1"_s, {}, {}}, page);
        QCOMPARE(walk, (Walk{u"whe_1"_s, u"whd_1"_s, start}));
        history.reset();
        constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                                QFile::WriteOther | QFile::ExeOther;
        QVERIFY(!(QFileInfo(path()).permissions() & others));
        QVERIFY(!(QFileInfo(QFileInfo(path()).path()).permissions() & others));
        history = std::make_unique<History>(path(), *clock);
        QCOMPARE(endpoints().size(), 1);
        QCOMPARE(*wait<QList<Walk>>([&](auto done) { history->readWalks(this, done); }), QList<Walk>{*walk});
        QVERIFY(!take(*walk, Page<Delivery>()));
        QVERIFY(wait<QList<Walk>>([&](auto done) { history->readWalks(this, done); })->isEmpty());
    }

    void takesPagesInEitherOrder() {
        const auto rows = [](std::initializer_list<int> numbers) {
            Page<Delivery> page;
            for (const int number : numbers)
                page.data +=
                    delivery(u"whd_%1"_s.arg(number), u"whe_1"_s, DeliveryStatus::Delivered, start + seconds(number));
            page.hasMore = true;
            return page;
        };
        const auto at = [](int number) { return Walk{u"whe_1"_s, u"whd_%1"_s.arg(number), start + seconds(number)}; };
        const Walk newest{u"whe_1"_s, {}, {}};
        QCOMPARE(take(newest, rows({60, 50})), at(50));
        // Rows that were listed before are no sign of the end.
        QCOMPARE(take(at(50), rows({60, 50, 40, 30})), at(30));
        // A longer first page covers where the walk came to, and goes on for it.
        QCOMPARE(take(newest, rows({70, 60, 50, 40, 30, 20})), at(20));
        QCOMPARE(*wait<QList<Walk>>([&](auto done) { history->readWalks(this, done); }), QList<Walk>{at(20)});
        // What was held before is the end, where it is beyond the walk.
        QCOMPARE(take(newest, rows({90, 80})), at(80));
        QVERIFY(!take(at(80), rows({75, 70})));
        Page<Delivery> last = rows({10});
        last.hasMore = false;
        QVERIFY(!take(at(20), last));
        // An account that lists the oldest first: on from the newest that is held.
        const auto forwardAt = [&](int number) {
            Walk walk = at(number);
            walk.goesForward = true;
            return walk;
        };
        QCOMPARE(take(newest, rows({20, 30, 40})), forwardAt(90));
        // Not where the page ends in what was not held: it may be that the account's clock was put back.
        QCOMPARE(take(newest, rows({20, 30, 45})), forwardAt(45));
        QVERIFY(!take(forwardAt(45), last));
        QCOMPARE(take(at(90), rows({80, 90, 100, 110})), forwardAt(110));
        // A cursor that leads nowhere ends the walk.
        QVERIFY(!take(at(110), rows({110})));
    }

    void missesNoRowWhateverHappensBetweenPages_data() {
        QTest::addColumn<bool>("oldestFirst");
        QTest::addColumn<int>("pageSize");
        for (const int size : {1, 2, 3, 7, 25, 50, 99, 100}) {
            QTest::addRow("newest first, pages of %d", size) << false << size;
            QTest::addRow("oldest first, pages of %d", size) << true << size;
        }
    }
    void missesNoRowWhateverHappensBetweenPages() {
        QFETCH(bool, oldestFirst);
        QFETCH(int, pageSize);
        QRandomGenerator chance(uint(pageSize) * 2 + uint(oldestFirst));
        // Rows that left keep their places, so that a cursor to them works.
        QList<Delivery> account;
        QSet<QString> left;
        Instant now = start - std::chrono::hours(24);
        const auto insert = [&](int rows) {
            for (int i = 0; i < rows; ++i) {
                now +=
                    milliseconds(chance.bounded(3) / 2 * 5); // Two of three are of the same moment as the one before.
                const QString id = u"whd_%1_%2"_s.arg(chance.bounded(100'000)).arg(account.size());
                account.append(delivery(id, u"whe_1"_s, DeliveryStatus::Delivered, now));
            }
        };
        const auto pageAfter = [&](const QString& cursor) {
            QList<Delivery> listed = account;
            if (!oldestFirst)
                std::ranges::reverse(listed);
            Page<Delivery> page;
            bool isAfter = cursor.isEmpty();
            for (const Delivery& row : std::as_const(listed)) {
                if (isAfter && !left.contains(row.id)) {
                    page.hasMore = page.data.size() == pageSize;
                    if (page.hasMore)
                        break;
                    page.data.append(row);
                }
                isAfter = isAfter || row.id == cursor;
            }
            return page;
        };
        const auto remove = [&](const QString& id) { left.insert(id); };
        const auto walks = [this] {
            return wait<QList<Walk>>([&](auto done) { history->readWalks(this, done); }).value();
        };
        // As the sync does: the first page, then some from where walks came to.
        const auto look = [&](int mostPages, const std::function<void()>& between) {
            take(Walk{u"whe_1"_s, {}, {}}, pageAfter({}));
            QList<Walk> open = walks();
            for (int i = 0; i < mostPages && !open.isEmpty(); ++i) {
                between();
                const Walk walk = open.takeFirst();
                if (const auto next = take(walk, pageAfter(walk.cursor)))
                    open.prepend(*next);
            }
        };
        insert(pageSize < 10 ? 40 : 400);
        for (int i = 0; i < 12; ++i) {
            look(3 + chance.bounded(4), [&] {
                insert(chance.bounded(3));
                remove(account.at(chance.bounded(account.size())).id);
            });
            insert(pageSize < 10 ? chance.bounded(2 * pageSize + 2) : 100 + chance.bounded(60));
            for (const Walk& walk : walks()) {
                if (chance.bounded(2) == 0)
                    remove(walk.cursor);
            }
            if (chance.bounded(3) == 0 && !account.isEmpty())
                remove(account.last().id);
        }
        for (int i = 0; i < 400; ++i) {
            look(20, [] {});
            if (walks().isEmpty())
                break;
        }
        look(1'000, [] {});
        QVERIFY(walks().isEmpty());
        DeliveryQuery all;
        all.limit = 100'000;
        const QStringList copied = idsOf(read(all));
        const QSet<QString> held(copied.begin(), copied.end());
        QStringList missing;
        for (const Delivery& row : std::as_const(account)) {
            if (!left.contains(row.id) && !held.contains(row.id))
                missing.append(row.id);
        }
        QVERIFY2(missing.isEmpty(),
                 qPrintable(u"%1 of %2: "_s.arg(missing.size()).arg(account.size()) + missing.join(u' ')));
    }

    void keepsDeliveriesForThirtyDaysAndDropsThemInSmallSteps() {
        const Instant edge = start - std::chrono::hours(30 * 24);
        QList<Delivery> log;
        for (int i = 1; i <= 5; ++i)
            log.append(delivery(u"whd_old%1"_s.arg(i), u"whe_1"_s, DeliveryStatus::Delivered, edge - seconds(i)));
        log.append(delivery(u"whd_young"_s, u"whe_1"_s, DeliveryStatus::Delivered, edge + seconds(1)));
        log.append(delivery(u"whd_live"_s, u"whe_1"_s, DeliveryStatus::Pending, edge - seconds(9)));
        Delivery timeless = delivery(u"whd_timeless"_s, u"whe_1"_s, DeliveryStatus::Delivered, start);
        timeless.createdAt.reset();
        timeless.scheduledFor.reset();
        log.append(timeless);
        QCOMPARE(put(log), 8);
        QCOMPARE(putEvents({someEvent(log.first().eventId, u"rating.created"_s, "{}")}), 1);
        QSignalSpy changed(history.get(), &History::changed);
        history->dropOld(3);
        QCOMPARE(counts().deliveries, 5);
        history->dropOld(3);
        QCOMPARE(counts().deliveries, 3);
        QCOMPARE(changed.count(), 2);
        history->dropOld(3);
        QCOMPARE(idsOf(read({})), (QStringList{u"whd_timeless"_s, u"whd_young"_s, u"whd_live"_s}));
        QCOMPARE(changed.count(), 2);
        QVERIFY(wait<Event>([&](auto done) { history->readEvent(log.first().eventId, this, done); }));
        clock->advance(seconds(1));
        history->dropOld(3);
        QCOMPARE(counts().deliveries, 3); // To the second, it is still there.
        clock->advance(seconds(1));
        history->dropOld(3);
        QCOMPARE(counts().deliveries, 2);
    }

    void dropsNothingBecauseTheAccountsClockIsMovedAhead() {
        MovableClock moved(start + std::chrono::days(40));
        history = std::make_unique<History>(folder->filePath(u"moved.sqlite"_s), moved, *clock);
        QCOMPARE(put({delivery(u"whd_today"_s, u"whe_1"_s, DeliveryStatus::Delivered, start),
                      delivery(u"whd_ahead"_s, u"whe_1"_s, DeliveryStatus::Delivered, moved.now())}),
                 2);
        history->dropOld(3);
        QCOMPARE(counts().deliveries, 2);
        clock->advance(std::chrono::days(31)); // Real days count, and for each row from its own time.
        history->dropOld(3);
        QCOMPARE(counts().deliveries, 1);
    }

    void walksNoFurtherThanTheLogsLastThirtyDays() {
        const auto page = [](std::initializer_list<int> days) {
            Page<Delivery> listed;
            for (const int day : days)
                listed.data += delivery(u"whd_%1"_s.arg(day), u"whe_1"_s, DeliveryStatus::Delivered,
                                        start - std::chrono::hours(24 * day));
            listed.hasMore = true;
            return listed;
        };
        const std::optional<Walk> walk = take({u"whe_1"_s, {}, {}}, page({1, 20}));
        QVERIFY(walk);
        QVERIFY(!take(*walk, page({29, 31})));
        QCOMPARE(idsOf(read({})), (QStringList{u"whd_1"_s, u"whd_20"_s, u"whd_29"_s}));
        // The oldest first: on to what is new, without what is too old, and from there the next time.
        const auto forward = take({u"whe_1"_s, {}, {}}, page({80, 60}));
        QVERIFY(forward && forward->goesForward);
        QCOMPARE(forward->cursor, u"whd_1"_s);
        QVERIFY(wait<void>([&](auto done) { history->removeEndpoint(u"whe_1"_s, this, done); }));
        std::optional<Walk> next = take({u"whe_1"_s, {}, {}}, page({80, 60}));
        QVERIFY(next && next->goesForward);
        next = take(*next, page({50, 40}));
        QCOMPARE(counts().deliveries, 0);
        QCOMPARE(take({u"whe_1"_s, {}, {}}, page({80, 60})), next);
        QCOMPARE(*wait<QList<Walk>>([&](auto done) { history->readWalks(this, done); }), QList<Walk>{*next});
    }

    void whatWasAskedForJustBeforeTheEndIsDone() {
        Page<Delivery> listed;
        listed.data += delivery(u"whd_1"_s, u"whe_1"_s, DeliveryStatus::Delivered, start);
        listed.hasMore = true;
        QVERIFY(take({u"whe_1"_s, {}, {}}, listed));
        for (int i = 0; i < 200; ++i)
            history->readCounts(this, [](const Result<HistoryCounts>&) {});
        history->want(Backwards::Paused, this, [](const Result<void>&) {});
        history.reset();
        history = std::make_unique<History>(path(), *clock);
        QCOMPARE(wait<Reach>([&](auto done) { history->readReach(this, done); })->backwards, Backwards::Paused);
    }

    void tellsHowFarBackItGoesAndWhetherThatIsAll() {
        const auto reach = [this] { return *wait<Reach>([&](auto done) { history->readReach(this, done); }); };
        const auto want = [this](Backwards backwards) {
            QVERIFY(wait<void>([&](auto done) { history->want(backwards, this, done); }));
        };
        const auto page = [](int first, int last) {
            Page<Delivery> listed;
            for (int hour = first; hour <= last; ++hour)
                listed.data += delivery(u"whd_%1"_s.arg(hour), u"whe_1"_s, DeliveryStatus::Delivered,
                                        start - std::chrono::hours(hour));
            listed.hasMore = true;
            return listed;
        };
        const auto at = [](int hour) { return start - std::chrono::hours(hour); };
        QCOMPARE(reach(), Reach());
        const Walk older = *take({u"whe_1"_s, {}, {}}, page(20, 29));
        QCOMPARE(reach(), (Reach{Backwards::Reading, false, 10, at(29)}));
        want(Backwards::Paused);
        QCOMPARE(reach(), (Reach{Backwards::Paused, false, 10, at(29)}));
        want(Backwards::Cancelled);
        history.reset();
        history = std::make_unique<History>(path(), *clock);
        QCOMPARE(reach(), (Reach{Backwards::Cancelled, false, 10, at(29)}));
        // The page that was under way when it was cancelled; it rests as well.
        const Walk rests = *take(older, page(30, 32));
        QVERIFY(rests.rests);
        // What is new is read until it meets what was there.
        const Walk gap = *take({u"whe_1"_s, {}, {}}, page(1, 5));
        QVERIFY(!gap.rests);
        QCOMPARE(reach().backTo, at(5));
        QVERIFY(!take(gap, page(6, 20)));
        QCOMPARE(reach(), (Reach{Backwards::Cancelled, false, 32, at(32)}));
        // An endpoint that turns up with a log of its own does not begin it anew.
        Page<Delivery> other = page(2, 3);
        for (Delivery& row : other.data)
            row.endpointId = u"whe_2"_s, row.id += u"b"_s;
        QVERIFY(take({u"whe_2"_s, {}, {}}, other)->rests);
        want(Backwards::Reading);
        QCOMPARE(reach().backwards, Backwards::Reading);
        QVERIFY(!wait<QList<Walk>>([&](auto done) { history->readWalks(this, done); })->first().rests);
        // What is older than the log is not missed.
        want(Backwards::Paused);
        clock->advance(std::chrono::hours(31 * 24));
        history->dropOld(100);
        QCOMPARE(reach(), Reach());
    }

    void saysThatItsFileIsDamaged() {
        const QString damaged = folder->filePath(u"damaged.sqlite"_s);
        QFile file(damaged);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(4096, 'x'));
        file.close();
        history = std::make_unique<History>(damaged, *clock);
        QSignalSpy failed(history.get(), &History::failed);
        const auto read = wait<HistoryCounts>([&](auto done) { history->readCounts(this, done); });
        QCOMPARE(read.error().kind, ErrorKind::Storage);
        QVERIFY(failed.count() > 0);
    }

    void isSilentWhenTheCallerOrTheHistoryHasGone() {
        int answers = 0;
        auto context = std::make_unique<QObject>();
        history->readCounts(context.get(), [&](auto) { ++answers; });
        context.reset();
        counts();
        QCOMPARE(answers, 0);
        history->readCounts(this, [&](auto) { ++answers; });
        QCOMPARE(answers, 0);
        history.reset();
        QCoreApplication::processEvents();
        QCOMPARE(answers, 0);
    }
};

QTEST_GUILESS_MAIN(tst_History)
#include "tst_history.moc"
