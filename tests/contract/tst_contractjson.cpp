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
