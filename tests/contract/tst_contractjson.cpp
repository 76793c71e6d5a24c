// SPDX-License-Identifier: MIT
#include "contract/contractjson.h"
#include "contract/eventcatalogue.h"

#include <QRandomGenerator>
#include <QTest>

using namespace waybill;

namespace {
/// JSON with single quotes, for reading.
QByteArray quoted(const char* json) {
    return QByteArray(json).replace('\'', '"');
}
} // namespace

class TestContractJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsEitherSpelling_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("snake") << QByteArray(
            quoted("{'id':'whd_1','status':'failed','event_id':'event_1','response_status':503}"));
        QTest::newRow("camel") << QByteArray(
            quoted("{'id':'whd_1','status':'failed','eventId':'event_1','responseStatus':503}"));
    }
    void readsEitherSpelling() {
        QFETCH(QByteArray, body);
        const auto delivery = json::readDelivery(body);
        QVERIFY(delivery);
        QCOMPARE(delivery->eventId, QStringLiteral("event_1"));
        QCOMPARE(delivery->responseStatus, 503);
        QCOMPARE(delivery->status, DeliveryStatus::Failed);
    }

    void keepsUnknownValues() {
        const auto delivery = json::readDelivery(quoted("{'id':'whd_1','status':'paused','new_field':[1]}"));
        QVERIFY(delivery);
        QCOMPARE(delivery->status, DeliveryStatus::Unknown);
        QCOMPARE(delivery->statusText, QStringLiteral("paused"));
    }

    void readsWhatItWrites() {
        Delivery delivery;
        delivery.id = QStringLiteral("whd_1");
        delivery.attempt = 3;
        delivery.status = DeliveryStatus::Failed;
        delivery.statusText = QStringLiteral("failed");
        delivery.eventId = QStringLiteral("event_1");
        delivery.endpointId = QStringLiteral("whe_1");
        delivery.scheduledFor = instantFromMilliseconds(1791792900123);
        delivery.createdAt = delivery.scheduledFor;
        delivery.responseStatus = 503;
        delivery.responseBody = QStringLiteral("„busy“ <b>");
        delivery.responseMs = 96;
        delivery.error = QStringLiteral("The receiver answered 503.");
        delivery.replaysDeliveryId = QStringLiteral("whd_0");
        const auto read = json::readDelivery(json::write(delivery));
        QVERIFY(read);
        QCOMPARE(*read, delivery);
    }

    void keepsTheBytesOfAnEventOnAPage() {
        Event event;
        event.id = QStringLiteral("event_1");
        event.type = QStringLiteral("rating.created");
        event.body = quoted(
            "{'id':'event_1','type':'rating.created','data':{'object':{'price':1.10,'big':12345678901234567890}}}");
        Page<Event> page;
        page.data = {event};
        QVERIFY(json::write(page).contains(event.body));
        QCOMPARE(json::readEvent(event.body)->body, event.body);
    }

    void saysWhichFieldOfARequestIsWrong_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("param");
        QTest::newRow("no address") << quoted("{'enabled_events':['*']}") << QStringLiteral("url");
        QTest::newRow("address is a number") << quoted("{'url':1,'enabled_events':['*']}") << QStringLiteral("url");
        QTest::newRow("no events") << quoted("{'url':'https://a.example'}") << QStringLiteral("enabled_events");
        QTest::newRow("events are a text")
            << quoted("{'url':'https://a.example','enabled_events':'*'}") << QStringLiteral("enabled_events");
        QTest::newRow("no object") << QByteArray("[]") << QString();
        QTest::newRow("too deep") << "{\"a\":" + QByteArray(100, '[') + QByteArray(100, ']') + '}' << QString();
    }
    void saysWhichFieldOfARequestIsWrong() {
        QFETCH(QByteArray, body);
        const auto draft = json::readDraft(body);
        QVERIFY(!draft);
        QCOMPARE(draft.error().kind, ErrorKind::InvalidRequest);
        QTEST(draft.error().param, "param");
    }

    void branchesOnTheTypeOfAnError() {
        Error error;
        error.kind = ErrorKind::Authorization;
        error.code = QStringLiteral("plan_upgrade_required");
        error.message = QStringLiteral("To upgrade, head to /pricing.");
        error.requestId = QStringLiteral("r1");
        const Error read = json::readError(403, json::write(error), {}, std::nullopt);
        QCOMPARE(read.kind, error.kind);
        QCOMPARE(read.code, error.code);
        QCOMPARE(read.message, error.message);
        QCOMPARE(read.requestId, error.requestId);
        QCOMPARE(json::readError(502, "<html>Bad gateway</html>", {}, std::nullopt).kind, ErrorKind::Api);
    }

    /// One row does not cost the others: it is set apart, with its place and as much of it as can be read.
    void setsApartARowThatCannotBeRead_data() {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("type");
        const QString none;
        QTest::newRow("without an id") << QByteArray(R"({"type":"rating.created","created":7})") << none
                                       << QStringLiteral("rating.created");
        QTest::newRow("without a type") << QByteArray(R"({"id":"e2","created":7})") << QStringLiteral("e2") << none;
        QTest::newRow("with an id that is a number")
            << QByteArray(R"({"id":2,"type":"x"})") << none << QStringLiteral("x");
        for (const char* row : {"null", "7", "\"a, ] text\"", "[]", "{}"})
            QTest::newRow(row) << QByteArray(row) << none << none;
        QTest::newRow("nested too deeply")
            << R"({"id":"e2","type":"x","data":)" + QByteArray(63, '[') + QByteArray(63, ']') + '}' << none << none;
    }
    void setsApartARowThatCannotBeRead() {
        QFETCH(QByteArray, row);
        QFETCH(QString, id);
        QFETCH(QString, type);
        const QByteArray first = R"({"id":"e1","type":"x","big":12345678901234567890123})";
        const QByteArray last = R"({ "id":"e3", "type":"x", "price":1.10})";
        const auto page = json::readEventPage("{\"data\": [" + first + ", " + row + " ," + last +
                                              "], \"has_more\": true, \"next_cursor\": \"e3\"}");
        QVERIFY(page);
        QCOMPARE(page->data.size(), 2);
        QCOMPARE(page->data[0].body, first);
        QCOMPARE(page->data[1].body, last);
        QCOMPARE(page->unreadable.keys(), QList<qsizetype>{1});
        QCOMPARE(page->unreadable.value(1).body, row);
        QCOMPARE(page->unreadable.value(1).id, id);
        QCOMPARE(page->unreadable.value(1).type, type);
        QCOMPARE(page->continuation(), QStringLiteral("e3"));
    }
    void setsApartEndpointsAndDeliveriesWithoutAnId() {
        const QByteArray page = R"({"data":[{"id":"a"},{"url":"https://a.example/"},{"id":"b"}],"has_more":true})";
        const auto endpoints = json::readEndpointPage(page);
        const auto deliveries = json::readDeliveryPage(page);
        QVERIFY(endpoints);
        QVERIFY(deliveries);
        QCOMPARE(endpoints->data.size(), 2);
        QCOMPARE(deliveries->data.size(), 2);
        QCOMPARE(endpoints->unreadable.keys(), QList<qsizetype>{1});
        QCOMPARE(deliveries->unreadable.keys(), QList<qsizetype>{1});
        QCOMPARE(endpoints->continuation(), QStringLiteral("b"));
    }
    /// Otherwise what comes behind it would be left out silently.
    void aPageThatSaysNowhereWhereItGoesOnIsUnreadable() {
        QVERIFY(!json::readEventPage(R"({"data":[{"type":"x"}],"has_more":true})"));
        QVERIFY(json::readEventPage(R"({"data":[{"type":"x"}],"has_more":false})"));
        QVERIFY(json::readEventPage(R"({"data":[{"type":"x"}],"has_more":true,"next_cursor":"e1"})"));
        QVERIFY(json::readEventPage(R"({"data":[],"has_more":true})"));
    }
    void oneOfThemByItselfIsUnreadable() {
        QVERIFY(!json::readEvent(R"({"type":"x"})"));
        QVERIFY(!json::readEvent(R"({"id":"e1"})"));
        QVERIFY(!json::readEndpoint("{}"));
        QVERIFY(!json::readDelivery("{}"));
    }

    void neverThrowsOnGarbage() {
        QRandomGenerator random(7);
        Endpoint endpoint;
        endpoint.id = QStringLiteral("whe_1");
        endpoint.url = QStringLiteral("https://a.example/");
        endpoint.enabledEvents = {QStringLiteral("*")};
        const QByteArray good = json::write(endpoint);
        QVERIFY(json::readEndpoint(good));
        for (int round = 0; round < 2000; ++round) {
            QByteArray bad = good;
            for (int change = 0; change < 4; ++change)
                bad[random.bounded(bad.size())] = char(random.bounded(256));
            bad.truncate(random.bounded(bad.size()));
            (void)json::readEndpoint(bad);
            (void)json::readDeliveryPage(bad);
            (void)json::readEventPage("{\"data\":[" + bad);
            (void)json::readEventPage("{\"data\":[" + bad + "]}");
            (void)json::readDraft(bad);
            (void)json::readError(500, bad, {}, std::nullopt);
        }
    }

    void knowsSevenEventTypesWithAnExampleEach() {
        QCOMPARE(eventCatalogue().size(), std::size_t(7));
        SystemRandom random;
        for (const EventType& type : eventCatalogue()) {
            const QString name = QString::fromLatin1(type.name);
            QVERIFY(exampleObject(name) != exampleObject(testEventType));
            QVERIFY(exampleObjectForTest(name, random).contains("_test_"));
        }
    }
};

QTEST_APPLESS_MAIN(TestContractJson)
#include "tst_contractjson.moc"
