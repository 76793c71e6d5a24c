// SPDX-License-Identifier: MIT
// What HttpSender does with a connection after an answer: reuses it where that is safe, and never sends twice.
#include "http/httpsender.h"
#include "support/attempts.h"
#include "support/testcertificate.h"
#include "support/tunnelproxy.h"
#include "support/wireanswers.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QProcess>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <memory>

using namespace waybill;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace waybill::test;

namespace {

/// A receiver that does what it is told next, and a sender that has come to trust it.
class Pair {
public:
    explicit Pair(const std::optional<TestCertificate>& certificate = {})
        : server([this](QTcpSocket& socket, const QByteArray& request) { next(socket, request); },
                 certificate ? std::optional(certificate->forServer()) : std::nullopt)
        , sender(std::make_unique<HttpSender>()) {
        if (certificate)
            sender->setTlsConfiguration(certificate->forTrustingClient());
    }
    AttemptOutcome post(const QByteArray& body = "{}") {
        ++posts;
        return outcomeOf(*sender, postTo(server.url(), body));
    }
    /// Until a connection is used again.
    bool postUntilReused() {
        const QDeadlineTimer deadline(5s);
        while (!server.hasReused() && !deadline.hasExpired() && post().isDelivered()) {
        }
        return server.hasReused();
    }
    int lastConnection() const { return server.connectionsOfRequests().constLast(); }
    /// Once the sender is gone nothing more can come: the receiver got each post once.
    bool gotEachOnce() {
        sender.reset();
        return server.hasCountedAll() && test::waitFor([this] { return server.openConnections() == 0; }) &&
               server.requests().size() == posts && server.received().count("POST /") == posts;
    }

    WireServer::Answer next = saying(delivered);
    WireServer server;
    std::unique_ptr<HttpSender> sender;
    int posts = 0;
};

} // namespace

Q_DECLARE_METATYPE(WireServer::Answer)
Q_DECLARE_METATYPE(std::function<void(QTcpSocket&)>)

class TestKeptConnections : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sendsTheNextPostOverTheSameConnection_data() {
        QTest::addColumn<WireServer::Answer>("receiver");
        QTest::addColumn<int>("status");
        QTest::newRow("a length") << saying(delivered) << 200;
        QTest::newRow("no body") << saying("HTTP/1.1 204 No Content\r\n\r\n") << 204;
        QTest::newRow("chunks") << saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
                                << 200;
        QTest::newRow("byte by byte") << byteByByte(delivered) << 200;
        QTest::newRow("an interim answer") << saying("HTTP/1.1 100 Continue\r\n\r\n" + delivered) << 200;
        QTest::newRow("a refusal") << saying(answer(500, {}, "no")) << 500;
        QTest::newRow("a redirect") << saying(answer(302, "Location: /\r\n")) << 302;
        QTest::newRow("more than one answer may be, in all") << saying(answer(200, {}, QByteArray(40'000, 'x'))) << 200;
        QTest::newRow("HTTP/1.0 that says so")
            << saying("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n") << 200;
    }
    void sendsTheNextPostOverTheSameConnection() {
        QFETCH(WireServer::Answer, receiver);
        QFETCH(int, status);
        Pair pair;
        QVERIFY(pair.postUntilReused());
        pair.next = receiver;
        for (const QByteArray& body : {QByteArray("first"), QByteArray(100'000, 'x'), QByteArray()}) {
            const int connection = pair.lastConnection();
            const AttemptOutcome outcome = pair.post(body);
            QCOMPARE(outcome.failure, AttemptFailure::None);
            QCOMPARE(outcome.status.value_or(0), status);
            QCOMPARE(pair.lastConnection(), connection);
            QVERIFY(pair.server.requests().constLast().endsWith(QByteArray("\r\n\r\n" + body)));
        }
        QVERIFY(pair.gotEachOnce());
    }

    void timesOnlyWhatWasNeeded() {
        Pair pair;
        const AttemptPhases fresh = pair.post().phases;
        QVERIFY(fresh.lookedUp && fresh.connected && fresh.sent && fresh.firstByte && fresh.done);
        QVERIFY(pair.postUntilReused());
        const AttemptPhases kept = pair.post().phases;
        QVERIFY(!kept.lookedUp && !kept.connected && !kept.encrypted);
        QVERIFY(kept.sent && kept.firstByte && kept.done);
    }

    void sendsTheNextPostOverANewConnection_data() {
        QTest::addColumn<WireServer::Answer>("receiver");
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        QTest::newRow("it said close") << saying(answer(200, "Connection: close\r\n"));
        QTest::newRow("it said close, and more") << saying(answer(200, "Connection: x, Close\r\n"));
        QTest::newRow("HTTP/1.0") << saying("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
        QTest::newRow("the body ended with the connection") << sayingAndClosing(ok + "\r\nok");
        QTest::newRow("the body was cut off") << saying(answer(200, {}, QByteArray(100'000, 'x')));
        QTest::newRow("more than it said") << saying(delivered + "x");
        QTest::newRow("two answers") << saying(delivered + delivered);
        QTest::newRow("a body where there is none") << saying("HTTP/1.1 204 No Content\r\n\r\nok");
        QTest::newRow("a switch of protocols") << saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
        QTest::newRow("it promised no time at all") << saying(answer(200, "Keep-Alive: timeout=0, max=5\r\n"));
    }
    void sendsTheNextPostOverANewConnection() {
        QFETCH(WireServer::Answer, receiver);
        Pair pair;
        QVERIFY(pair.postUntilReused());
        const int connection = pair.lastConnection();
        pair.next = receiver;
        QCOMPARE(pair.post().failure, AttemptFailure::None);
        QCOMPARE(pair.lastConnection(), connection);
        pair.next = saying(delivered);
        QVERIFY(pair.post().isDelivered());
        QVERIFY(pair.lastConnection() != connection);
        QVERIFY(pair.gotEachOnce());
    }

    void takesANewConnectionWhereTheAnswerCameBeforeTheBodyWasSent() {
        Pair pair;
        QVERIFY(pair.postUntilReused());
        const int connection = pair.lastConnection();
        pair.server.toEach([](QTcpSocket& socket) {
            socket.setReadBufferSize(1024);
            QTimer::singleShot(20, &socket, [&socket] { socket.write(answer(413)); });
        });
        QCOMPARE(outcomeOf(*pair.sender, postTo(pair.server.url(), QByteArray(20'000'000, 'x'))).status.value_or(0),
                 413);
        QVERIFY(pair.post().isDelivered());
        QVERIFY(pair.lastConnection() != connection);
    }

    void takesANewConnectionWhereTheKeptOneEnded_data() {
        QTest::addColumn<bool>("isTls");
        QTest::addColumn<std::function<void(QTcpSocket&)>>("act");
        const std::function<void(QTcpSocket&)> closes = [](QTcpSocket& socket) { socket.close(); };
        const std::function<void(QTcpSocket&)> resets = [](QTcpSocket& socket) { reset(socket); };
        const std::function<void(QTcpSocket&)> speaks = [](QTcpSocket& socket) {
            socket.write(answer(408));
            socket.flush();
            for (QTcpSocket* plain : socket.findChildren<QTcpSocket*>()) // Of a QSslSocket.
                plain->flush();
        };
        QTest::newRow("closes") << false << closes;
        QTest::newRow("resets") << false << resets;
        QTest::newRow("says what nobody asked for") << false << speaks;
        QTest::newRow("closes its own direction only")
            << false << std::function([](QTcpSocket& socket) { ::shutdown(int(socket.socketDescriptor()), SHUT_WR); });
        QTest::newRow("closes, over TLS") << true << closes;
        QTest::newRow("resets, over TLS") << true << resets;
        QTest::newRow("says what nobody asked for, over TLS") << true << speaks;
    }
    void takesANewConnectionWhereTheKeptOneEnded() {
        QFETCH(bool, isTls);
        QFETCH(std::function<void(QTcpSocket&)>, act);
        Pair pair(isTls ? std::optional(TestCertificate::forName(u"DNS:localhost"_s)) : std::nullopt);
        QVERIFY(pair.postUntilReused());
        const int connection = pair.lastConnection();
        // No event is handled in between: only the system knows.
        pair.server.toEach(act);
        const AttemptOutcome outcome = pair.post();
        QVERIFY2(outcome.isDelivered(), qPrintable(outcome.details));
        QVERIFY(outcome.phases.connected.has_value());
        QVERIFY(pair.lastConnection() != connection);
        QVERIFY(pair.gotEachOnce());
    }

    void letsAnIdleConnectionGoAtOnceWhenThePeer_data() {
        QTest::addColumn<std::function<void(QTcpSocket&)>>("act");
        QTest::newRow("closes") << std::function(
            [](QTcpSocket& socket) { ::shutdown(int(socket.socketDescriptor()), SHUT_WR); });
        QTest::newRow("speaks") << std::function([](QTcpSocket& socket) { socket.write("x"); });
    }
    void letsAnIdleConnectionGoAtOnceWhenThePeer() {
        QFETCH(std::function<void(QTcpSocket&)>, act);
        // After a second it goes anyway; a busy machine gets another chance to be sooner.
        qint64 soonest = 1'000;
        for (int chance = 0; chance < 10 && soonest >= 900; ++chance) {
            Pair pair;
            QVERIFY(pair.postUntilReused());
            QElapsedTimer passed;
            passed.start();
            pair.server.toEach(act);
            QTRY_COMPARE(pair.server.openConnections(), 0);
            soonest = std::min(soonest, passed.elapsed());
        }
        QVERIFY(soonest < 900);
    }

    void failsOnceWhereTheConnectionEndsUnderTheRequest_data() {
        QTest::addColumn<bool>("isTls");
        QTest::addColumn<WireServer::Answer>("receiver");
        QTest::newRow("closes") << false << sayingAndClosing({});
        QTest::newRow("resets") << false
                                << WireServer::Answer([](QTcpSocket& socket, const QByteArray&) { reset(socket); });
        QTest::newRow("closes, over TLS") << true << sayingAndClosing({});
    }
    void failsOnceWhereTheConnectionEndsUnderTheRequest() {
        QFETCH(bool, isTls);
        QFETCH(WireServer::Answer, receiver);
        Pair pair(isTls ? std::optional(TestCertificate::forName(u"DNS:localhost"_s)) : std::nullopt);
        QVERIFY(pair.postUntilReused());
        pair.next = receiver;
        QCOMPARE(pair.post().failure, AttemptFailure::Closed);

        // It happened once: for a while every post has its own connection.
        pair.next = saying(delivered);
        const QDeadlineTimer deadline(150ms);
        for (int connection = pair.server.connections(); !deadline.hasExpired(); ++connection) {
            QVERIFY(pair.post().isDelivered());
            QCOMPARE(pair.lastConnection(), connection + 1);
        }
        QVERIFY(pair.gotEachOnce());
    }

    void trustsNoPeerThatClosesBehindItsAnswers() {
        Pair pair;
        // It says nothing of closing, hears nothing any more, and closes a little later.
        pair.next = [](QTcpSocket& socket, const QByteArray&) {
            if (socket.property("isDeaf").toBool())
                return;
            socket.setProperty("isDeaf", true);
            socket.write(delivered);
            QTimer::singleShot(5, &socket, [&socket] { socket.disconnectFromHost(); });
        };
        const QDeadlineTimer deadline(150ms);
        while (!deadline.hasExpired())
            QVERIFY(pair.post().isDelivered());
        QVERIFY(pair.posts > 10);
        QVERIFY(pair.gotEachOnce());
    }

    void closesAConnectionThatIsNotNeeded_data() {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<int>("milliseconds");
        QTest::newRow("after a second") << QByteArray() << 1000;
        QTest::newRow("after half of what was promised") << QByteArray("Keep-Alive: max=9, Timeout=1\r\n") << 500;
        QTest::newRow("after a second, whatever was promised") << QByteArray("Keep-Alive: timeout=60\r\n") << 1000;
    }
    void closesAConnectionThatIsNotNeeded() {
        QFETCH(QByteArray, lines);
        QFETCH(int, milliseconds);
        Pair pair;
        pair.next = saying(answer(200, lines));
        QElapsedTimer passed;
        QVERIFY(pair.post().isDelivered());
        passed.start();
        QCOMPARE(pair.server.openConnections(), 1);
        QTRY_COMPARE(pair.server.openConnections(), 0);
        QVERIFY(passed.elapsed() >= milliseconds - 50);
        QVERIFY(passed.elapsed() < milliseconds + 20'000);
    }

    void keepsNoMoreThanThirtyTwoConnectionsToOnePeer() {
        Pair pair;
        QList<QTcpSocket*> waiting;
        pair.next = [&](QTcpSocket& socket, const QByteArray&) { waiting.append(&socket); };
        int ended = 0;
        for (int i = 0; i < 150; ++i)
            pair.sender->post(postTo(pair.server.url()), [&](const AttemptOutcome&) { ++ended; });
        QTRY_COMPARE(waiting.size(), 150);
        for (QTcpSocket* socket : std::as_const(waiting))
            socket->write(delivered);
        QTRY_COMPARE(ended, 150);
        QTRY_COMPARE(pair.server.openConnections(), 32);
    }

    void sharesAConnectionAmongThePathsOfAPeerOnly() {
        Pair pair;
        WireServer other(saying(delivered));
        QVERIFY(pair.postUntilReused());
        const int connection = pair.lastConnection();
        QVERIFY(outcomeOf(*pair.sender, postTo(pair.server.url(u"/elsewhere"_s))).isDelivered());
        QCOMPARE(pair.lastConnection(), connection);
        QVERIFY(outcomeOf(*pair.sender, postTo(other.url())).isDelivered());
        QCOMPARE(other.connections(), 1);
        QVERIFY(pair.server.requests().constLast().startsWith("POST /elsewhere HTTP/1.1\r\n"));
    }

    void keepsAConnectionThroughAProxyToo() {
        const TestCertificate certificate = TestCertificate::forName(u"DNS:receiver.example"_s);
        WireServer server(saying(delivered), certificate.forServer());
        TunnelProxy proxy(server.serverPort());
        Proxy way;
        way.kind = Proxy::Kind::Http;
        way.host = u"localhost"_s;
        way.port = proxy.serverPort();
        HttpSender sender;
        sender.setTlsConfiguration(certificate.forTrustingClient());
        sender.setProxies(ProxyChoice::manual(way, {}));
        int posts = 0;
        while (server.connections() == posts) {
            ++posts;
            const AttemptOutcome outcome = outcomeOf(sender, postTo(QUrl(u"https://receiver.example/hook"_s)));
            QVERIFY2(outcome.isDelivered(), qPrintable(outcome.details));
        }
        QCOMPARE(server.requests().size(), posts);
        QCOMPARE(proxy.connections(), posts - 1);
    }

    void endsEachAttemptAtItsOwnLimit() {
        Pair pair;
        pair.sender->setTimeLimit(400ms);
        QVERIFY(pair.postUntilReused());
        pair.next = saying({});
        std::array<Outcome, 4> results;
        for (std::size_t i = 0; i < results.size(); ++i) {
            QTimer::singleShot(int(i) * 150, pair.sender.get(),
                               [&, i] { pair.sender->post(postTo(pair.server.url()), results[i].done()); });
        }
        for (Outcome& result : results) {
            QVERIFY(result.wait());
            QCOMPARE(result.outcome.failure, AttemptFailure::TimedOut);
            QVERIFY(result.outcome.took >= 400ms);
            QVERIFY(result.outcome.took < 700ms);
        }
    }

    void postsFromWithinAnOutcome() {
        Pair pair;
        int left = 500;
        int depth = 0;
        int deepest = 0;
        std::function<void(AttemptOutcome)> done = [&](const AttemptOutcome& outcome) {
            deepest = std::max(deepest, ++depth);
            if (outcome.isDelivered() && --left > 0)
                pair.sender->post(postTo(pair.server.url()), done);
            --depth;
        };
        pair.posts = left;
        pair.sender->post(postTo(pair.server.url()), done);
        QTRY_COMPARE(left, 0);
        QCOMPARE(deepest, 1);
        QVERIFY(pair.server.hasReused());
        QVERIFY(pair.gotEachOnce());
    }

    void trustsNothingThatAnotherConfigurationVerified() {
        const TestCertificate certificate = TestCertificate::forName(u"DNS:localhost"_s);
        Pair pair(certificate);
        QVERIFY(pair.postUntilReused());
        pair.sender->setTlsConfiguration(QSslConfiguration::defaultConfiguration());
        QCOMPARE(outcomeOf(*pair.sender, postTo(pair.server.url())).failure, AttemptFailure::CertificateSelfSigned);
        QCOMPARE(pair.server.requests().size(), pair.posts);
    }

    void resumesTheTlsSession_data() {
        QTest::addColumn<QString>("version");
        QTest::newRow("TLS 1.2") << u"1.2"_s;
        QTest::newRow("TLS 1.3") << u"1.3"_s;
    }
    void resumesTheTlsSession() {
        QFETCH(QString, version);
        const TestCertificate certificate = TestCertificate::forName(u"DNS:localhost"_s);
        const QTemporaryDir folder;
        const auto write = [&folder](const QString& name, const QByteArray& bytes) {
            QFile file(folder.filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
        };
        QVERIFY(write(u"certificate.pem"_s, certificate.certificate.toPem()));
        QVERIFY(write(u"key.pem"_s, certificate.key.toPem()));
        QProcess server;
        server.start(QStringLiteral(WAYBILL_PYTHON),
                     {QStringLiteral(WAYBILL_SOURCE_DIR "/tests/http/resumingserver.py"),
                      folder.filePath(u"certificate.pem"_s), folder.filePath(u"key.pem"_s), version});
        const auto line = [&server] {
            return test::waitFor([&server] { return server.canReadLine(); }) ? server.readLine().trimmed()
                                                                             : QByteArray();
        };
        const QUrl url(u"https://localhost:%1/"_s.arg(QString::fromLatin1(line())));
        HttpSender sender;
        sender.setTlsConfiguration(certificate.forTrustingClient());
        const QByteArray name = "TLSv" + version.toLatin1();
        for (const char* how : {" full", " resumed", " resumed"}) {
            const AttemptOutcome outcome = outcomeOf(sender, postTo(url, "{}"));
            QVERIFY2(outcome.isDelivered(), qPrintable(outcome.details));
            QCOMPARE(line(), QByteArray(name + how));
        }
        // What was verified with another configuration does not count any more.
        sender.setTlsConfiguration(certificate.forTrustingClient());
        QVERIFY(outcomeOf(sender, postTo(url, "{}")).isDelivered());
        QCOMPARE(line(), QByteArray(name + " full"));
        server.kill();
        server.waitForFinished();
    }
};

QTEST_GUILESS_MAIN(TestKeptConnections)
#include "tst_keptconnections.moc"
