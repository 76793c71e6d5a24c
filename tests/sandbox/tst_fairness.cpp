// SPDX-License-Identifier: MIT
#include "contract/contractjson.h"
#include "http/httpsender.h"
#include "sandbox/wholeengine.h"
#include "support/wireserver.h"

#include <QTest>

#include <sys/socket.h>
#include <vector>

using namespace waybill;
using namespace waybill::test;
using namespace Qt::StringLiterals;

namespace {
const Instant start = instantFromMilliseconds(1791792900000);
constexpr int waitingForTheSick = 3000; // Deliveries, for those that hang and for the one that resets.
constexpr int healthyReceivers = 8;
constexpr int waitingForEach = 50;

/// As a receiver whose process has died does.
void reset(QTcpSocket& socket) {
    const linger atOnce{1, 0};
    if (::setsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce) != 0)
        qFatal("A socket does not take its option.");
    socket.abort();
}
} // namespace

/// Receivers that hang and reset, with thousands waiting, hold up no healthy one. No time is measured: an attempt that
/// hangs has no end here, so whoever waited for one would wait for ever.
class TestFairness : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void healthyReceiversGetAllWhileTheFirstAttemptsOfTheHangingOnesAreOpen_data() {
        QTest::addColumn<int>("hanging"); ///< Endpoints.
        QTest::newRow("one hangs") << 1;
        QTest::newRow("a hundred hang") << 100;
    }
    void healthyReceiversGetAllWhileTheFirstAttemptsOfTheHangingOnesAreOpen() {
        QFETCH(int, hanging);
        WireServer hangs;
        WireServer resets;
        resets.onConnected = &reset;
        const auto answer = [](QTcpSocket& socket, const QByteArray&) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        };
        std::vector<std::unique_ptr<WireServer>> healthy;
        for (int i = 0; i < healthyReceivers; ++i)
            healthy.push_back(std::make_unique<WireServer>(answer));
        const MovableClock clock(start);
        HttpSender http;
        http.setTimeLimit(std::chrono::hours{24});
        WholeEngine engine(clock, clock, [&http](const OutgoingPost& post, std::function<void(AttemptOutcome)> done) {
            http.post(post, std::move(done));
        });

        // The sick ones first, so that all of theirs are older.
        for (int i = 0; i < hanging; ++i)
            queue(engine, hangs.url(u"/%1"_s.arg(i)), waitingForTheSick / hanging);
        queue(engine, resets.url(), waitingForTheSick);
        for (const auto& receiver : healthy)
            queue(engine, receiver->url(), waitingForEach);
        engine.scheduler().wake();

        for (const auto& receiver : healthy)
            QTRY_COMPARE_WITH_TIMEOUT(receiver->requests().size(), waitingForEach, 30'000);
        QVERIFY(hangs.hasCountedAll());
        QVERIFY(hangs.connections() >= hanging);                // Each had its turn,
        QCOMPARE(hangs.openConnections(), hangs.connections()); // and has it still.
        QVERIFY(hangs.connections() <= hanging * DeliveryScheduler::Limits().perNewEndpoint);
        for (const auto& receiver : healthy) {
            QSet<QByteArray> deliveries;
            for (const QByteArray& request : receiver->requests())
                deliveries.insert(fieldOf(request, header::deliveryId));
            QCOMPARE(deliveries.size(), waitingForEach);
        }

        // The one that resets loses nothing either: each is tried once, and waits for its next time.
        const int stillHanging = hanging * DeliveryScheduler::Limits().perNewEndpoint;
        QTRY_COMPARE_WITH_TIMEOUT(engine.state().underWay, stillHanging, 30'000);
        QVERIFY(resets.hasCountedAll());
        QCOMPARE(resets.connections(), waitingForTheSick);
        QCOMPARE(engine.state().scheduled, 2 * waitingForTheSick - stillHanging);
        QCOMPARE(hangs.openConnections(), hangs.connections());
    }

private:
    static void queue(WholeEngine& engine, const QUrl& url, int deliveries) {
        const auto created = json::readEndpoint(
            engine.call("POST", "/webhooks", "{\"url\":\"" + url.toEncoded() + "\",\"enabled_events\":[\"*\"]}").body);
        if (!created)
            qFatal("An endpoint could not be created.");
        Event event;
        event.id = u"event_of_"_s + created->id;
        event.type = u"rating.created"_s;
        event.apiVersion = QString::fromLatin1(eventApiVersion);
        event.body = "{}";
        QList<Delivery> all;
        for (int i = 0; i < deliveries; ++i)
            all += firstDelivery(newDeliveryId(engine.random()), event.id, created->id, start);
        if (!engine.store().insertEvent(event, all, {}))
            qFatal("An event could not be stored.");
    }
};

QTEST_GUILESS_MAIN(TestFairness)
#include "tst_fairness.moc"
