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
        const QString e2 = QStringLiteral("e2");
        const QString x = QStringLiteral("x");
        const auto nested = [](int deep) -> QByteArray {
            return quoted("{'id':'e2','type':'x','data':") + QByteArray(deep, '[') + QByteArray(deep, ']') + '}';
        };
        QTest::newRow("without an id") << QByteArray(R"({"type":"rating.created","created":7})") << none
                                       << QStringLiteral("rating.created");
        QTest::newRow("without a type") << QByteArray(R"({"id":"e2","created":7})") << QStringLiteral("e2") << none;
        QTest::newRow("with an id that is a number")
            << QByteArray(R"({"id":2,"type":"x"})") << none << QStringLiteral("x");
        for (const char* row : {"null", "7", "\"a, ] text\"", "[]", "{}"})
            QTest::newRow(row) << QByteArray(row) << none << none;
        QTest::newRow("nested too deeply") << nested(63) << e2 << x;
        QTest::newRow("nested deeper than any parser goes") << nested(2000) << e2 << x;
        QTest::newRow("an invalid byte") << quoted("{'id':'e2','type':'x','data':'a\377b'}") << e2 << x;
        QTest::newRow("half a character in UTF-8") << quoted("{'id':'e2','type':'x','data':'\xf0\x9f'}") << e2 << x;
        QTest::newRow("a surrogate in UTF-8") << quoted("{'id':'e2','type':'x','data':'\xed\xa0\xbd'}") << e2 << x;
        QTest::newRow("a zero byte") << quoted("{'id':'e2','type':'x','data':'a#b'}").replace('#', '\0') << e2 << x;
        QTest::newRow("a line break in a text") << quoted("{'id':'e2','type':'x','data':'a\nb'}") << e2 << x;
        QTest::newRow("a word that is none") << quoted("{'id':'e2','type':'x','data':NaN}") << e2 << x;
        QTest::newRow("a wrong number") << quoted("{'id':'e2','type':'x','data':01}") << e2 << x;
        QTest::newRow("a wrong escape") << quoted("{'id':'e2','type':'x','data':'\\x'}") << e2 << x;
        QTest::newRow("a comma too many") << quoted("{'id':'e2','type':'x','data':[1,,2]}") << e2 << x;
        QTest::newRow("a colon too many") << quoted("{'id':'e2'::'x'}") << none << none;
        QTest::newRow("half an id") << quoted("{'id':'\\ud83d','type':'x'}") << QString(QChar(0xd83d)) << x;
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
    /// What is fine as JSON is taken, with its own bytes, whatever Qt can hold of it.
    void takesARowThatIsFine_data() {
        QTest::addColumn<QByteArray>("data");
        for (const char* number : {"1e400", "-1E+999", "12345678901234567890", "0.1e-400", "1.10"})
            QTest::newRow(number) << QByteArray(number);
        QTest::newRow("four hundred digits") << QByteArray(400, '9');
        QTest::newRow("a large number in a list") << QByteArray("[1e400,{\"a\":[1e400]},\"1e400\"]");
        QTest::newRow("half a surrogate pair") << QByteArray("\"\\ud83dx\"");
        QTest::newRow("an escaped zero") << QByteArray("\"a\\u0000b\"");
        QTest::newRow("brackets in a text") << QByteArray("\"]}\\\",{[\"");
        QTest::newRow("a name twice") << QByteArray("{\"a\":1,\"a\":2}");
    }
    void takesARowThatIsFine() {
        QFETCH(QByteArray, data);
        const QByteArray row = "{\"id\":\"e1\" , \"id\":\"e2\",\"type\":\"x\",\"created\":7,\"data\":" + data + "}";
        const auto page = json::readEventPage("{\"data\":[" + row + "," + row + "],\"has_more\":false}");
        QVERIFY(page);
        QCOMPARE(page->data.size(), 2);
        QCOMPARE(page->data[1].body, row);
        QCOMPARE(page->data[1].id, QStringLiteral("e2"));
        QCOMPARE(page->data[1].created, 7);
        QCOMPARE(json::readEvent(row)->body, row);
    }
    /// A number that cannot be held is none, and no other one.
    void aNumberThatCannotBeHeldIsNone() {
        const auto page = json::readDeliveryPage(quoted("{'data':[{'id':'a','response_status':1e400,'attempt':2}]}"));
        QVERIFY(page);
        QCOMPARE(page->data.size(), 1);
        QCOMPARE(page->data[0].responseStatus, std::nullopt);
        QCOMPARE(page->data[0].attempt, 2);
    }

    void readsAPageInAnyForm_data() {
        QTest::addColumn<QByteArray>("page");
        QTest::addColumn<bool>("isRead");
        QTest::addColumn<QString>("goesOn");
        const QString b = QStringLiteral("b");
        const auto add = [](const char* name, const char* page, bool isRead, const QString& goesOn) {
            QTest::newRow(name) << quoted(page) << isRead << goesOn;
        };
        add("as promised", "{'data':[{'id':'a'},{'id':'b'}],'has_more':true,'next_cursor':'c'}", true,
            QStringLiteral("c"));
        add("with a byte order mark", "\xef\xbb\xbf {'data':[{'id':'a'},{'id':'b'}],'has_more':false}\r\n", true, {});
        add("its name escaped", "{'d\\u0061ta':[{'id':'a'},{'id':'b'}]}", true, {});
        add("the rows twice", "{'data':[{'id':'z'}],'data':[{'id':'a'},{'id':'b'}]}", true, {});
        add("more is a text", "{'has_more':'true','data':[{'id':'a'},{'id':'b'}]}", true, b);
        add("more is a number that nobody holds", "{'has_more':1e400,'data':[{'id':'a'},{'id':'b'}]}", true, {});
        add("more is null", "{'has_more':null,'data':[{'id':'a'},{'id':'b'}]}", true, {});
        add("the cursor is a number", "{'has_more':true,'next_cursor':7,'data':[{'id':'a'},{'id':'b'}]}", true, b);
        add("the cursor is half a pair", "{'has_more':true,'next_cursor':'\\ud83d','data':[{'id':'a'},{'id':'b'}]}",
            true, b);
        add("the cursor cannot be read", "{'has_more':true,'next_cursor':'\377','data':[{'id':'a'},{'id':'b'}]}", true,
            b);
        add("cut off in a row", "{'data':[{'id':'a'},{'id':'b'", false, {});
        add("cut off behind a row", "{'data':[{'id':'a'},{'id':'b'}", false, {});
        add("cut off behind the rows", "{'data':[{'id':'a'},{'id':'b'}]", false, {});
        add("cut off in a text", "{'data':[{'id':'a'},{'id':'b'}],'next_cur", false, {});
        add("a bracket that closes another", "{'data':[{'id':'a'],{'id':'b'}]}", false, {});
        add("more behind it", "{'data':[{'id':'a'},{'id':'b'}]} {}", false, {});
        add("the rows are no list", "{'data':{'id':'a'}}", false, {});
        add("without rows", "{'has_more':false}", false, {});
        add("a list", "[{'id':'a'},{'id':'b'}]", false, {});
        add("nothing", "", false, {});
    }
    void readsAPageInAnyForm() {
        QFETCH(QByteArray, page);
        QFETCH(bool, isRead);
        const auto read = json::readDeliveryPage(page);
        QCOMPARE(read.has_value(), isRead);
        if (!isRead)
            return;
        QCOMPARE(read->data.size(), 2);
        QCOMPARE(read->data[1].id, QStringLiteral("b"));
        QTEST(read->continuation(), "goesOn");
    }

    /// Writers cut texts in the middle of an emoji. What is kept and what is answered is the same text.
    void replacesHalfACharacter_data() {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QString>("text");
        QTest::newRow("the first half") << QByteArray("Team \\ud83dx ok") << QStringLiteral("Team \ufffdx ok");
        QTest::newRow("the second half") << QByteArray("\\udc00") << QStringLiteral("\ufffd");
        QTest::newRow("the wrong way around") << QByteArray("\\udc00\\ud83d") << QStringLiteral("\ufffd\ufffd");
        QTest::newRow("at the end") << QByteArray("a\\ud83d") << QStringLiteral("a\ufffd");
        QTest::newRow("a whole one") << QByteArray("\\ud83d\\ude00") << QStringLiteral("\U0001f600");
    }
    void replacesHalfACharacter() {
        QFETCH(QByteArray, written);
        QFETCH(QString, text);
        const auto draft = json::readDraft(
            quoted("{'url':'https://a.example/','enabled_events':['*'],'description':'") + written + quoted("'}"));
        QVERIFY(draft);
        QCOMPARE(draft->description, text);
        Endpoint endpoint;
        endpoint.id = QStringLiteral("a");
        endpoint.description = draft->description;
        QCOMPARE(json::readEndpoint(json::write(endpoint))->description, text);
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
