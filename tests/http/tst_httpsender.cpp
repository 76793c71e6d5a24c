// SPDX-License-Identifier: MIT
#include "http/httpsender.h"
#include "support/attempts.h"
#include "support/testcertificate.h"
#include "support/wireanswers.h"

#include <QEventLoop>
#include <QTest>
#include <QTimer>

#include <arpa/inet.h>
#include <array>
#include <fcntl.h>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>

using namespace waybill;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using namespace waybill::test;

Q_DECLARE_METATYPE(WireServer::Answer)

namespace {

constexpr milliseconds shortLimit = 400ms; // Only where the limit is what is waited for.
// A busy machine is late; a limit that began anew with every byte would never end.
constexpr milliseconds lateness = 20s;

/// A listener whose queue is full: to connect takes for ever.
class FullListener {
public:
    FullListener() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        if (::bind(listener_, plain, size) != 0 || ::listen(listener_, 0) != 0 ||
            ::getsockname(listener_, plain, &size) != 0)
            qFatal("The test's listener cannot listen.");
        port_ = ntohs(address.sin_port);
        for (int& waiting : waiting_) {
            waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            ::connect(waiting, plain, size);
        }
    }
    ~FullListener() {
        for (const int waiting : waiting_)
            ::close(waiting);
        ::close(listener_);
    }
    Q_DISABLE_COPY_MOVE(FullListener)
    quint16 port() const { return port_; }

private:
    int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    std::array<int, 4> waiting_{};
    quint16 port_ = 0;
};

} // namespace

class TestHttpSender : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void putsExactlyThisOnTheWire() {
        WireServer server(saying(delivered));
        HttpSender sender;
        Outcome result;
        sender.post(postTo(server.url(u"/in/a%2Fb?x=%26&y"_s), QByteArray("\0{}\xff", 4)), result.done());
        QVERIFY(result.wait());
        QVERIFY(result.outcome.isDelivered());
        const QByteArray expected =
            "POST /in/a%2Fb?x=%26&y HTTP/1.1\r\nHost: localhost:" + QByteArray::number(server.serverPort()) +
            "\r\nContent-Type: application/json\r\nX-First: 1\r\nX-Second: 2\r\n"
            "Accept-Encoding: identity\r\nContent-Length: 4\r\n\r\n" +
            QByteArray("\0{}\xff", 4);
        QCOMPARE(server.received(), expected);
    }

    void sendsABodyOfAnySize_data() {
        QTest::addColumn<int>("size");
        QTest::newRow("none") << 0;
        QTest::newRow("one byte") << 1;
        QTest::newRow("many") << 5'000'000;
    }
    void sendsABodyOfAnySize() {
        QFETCH(int, size);
        WireServer server(saying(delivered));
        HttpSender sender;
        Outcome result;
        const QByteArray body(size, 'x');
        sender.post(postTo(server.url(), body), result.done());
        QVERIFY(result.wait());
        QVERIFY(result.outcome.isDelivered());
        QVERIFY(server.requests().value(0).endsWith(QByteArray("\r\n\r\n" + body)));
    }

    void sendsOnceWhateverTheReceiverDoes_data() {
        QTest::addColumn<WireServer::Answer>("receiver");
        QTest::addColumn<AttemptFailure>("failure");
        QTest::addColumn<int>("status"); // 0: none
        QTest::addColumn<bool>("isKept");
        const auto row = [](const char* name, AttemptFailure failure, int status, const WireServer::Answer& receiver) {
            QTest::newRow(name) << receiver << failure << status << false;
            QTest::addRow("%s, over a kept connection", name) << wellUntilReused(receiver) << failure << status << true;
        };
        using enum AttemptFailure;
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";

        // It goes away.
        row("closes without answering", Closed, 0, sayingAndClosing({}));
        row("resets", Closed, 0, [](QTcpSocket& socket, const QByteArray&) { reset(socket); });
        row("closes in the first line", Closed, 0, sayingAndClosing("HTTP/1.1 20"));
        row("closes in the head", None, 200, sayingAndClosing(ok + "X-A: 1\r\n"));
        row("closes in the head of a body", Closed, 200, sayingAndClosing(ok + "Content-Length: 2\r\n"));
        row("resets in the head", Closed, 0, [ok](QTcpSocket& socket, const QByteArray&) {
            socket.write(ok);
            socket.flush();
            reset(socket);
        });
        row("closes its own direction only", Closed, 0,
            [](QTcpSocket& socket, const QByteArray&) { ::shutdown(int(socket.socketDescriptor()), SHUT_WR); });
        row("closes in the body", Closed, 200, sayingAndClosing(ok + "Content-Length: 9\r\n\r\nhalf"));
        row("closes in a chunk", Closed, 200, sayingAndClosing(ok + "Transfer-Encoding: chunked\r\n\r\n9\r\nhalf"));
        row("closes before the last chunk", Closed, 200,
            sayingAndClosing(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"));
        row("closes after an interim answer", Closed, 0, sayingAndClosing("HTTP/1.1 100 Continue\r\n\r\n"));

        // It takes its time.
        row("hangs before the head", TimedOut, 0, saying({}));
        row("hangs in the head", TimedOut, 0, saying(ok));
        row("hangs in the body", TimedOut, 200, saying(ok + "Content-Length: 9\r\n\r\nhalf"));
        row("hangs after an interim answer", TimedOut, 0, saying("HTTP/1.1 103 Early Hints\r\n\r\n"));
        row("drips the head", TimedOut, 0, repeating(ok + "X-A: ", "x"));
        row("drips headers", TimedOut, 0, repeating(ok, "X-A: 1\r\n"));
        row("drips the body", TimedOut, 200, repeating(ok + "Content-Length: 99999\r\n\r\n", "x"));
        row("drips a body without an end", TimedOut, 200, repeating(ok + "\r\n", "x"));
        row("drips chunks", TimedOut, 200, repeating(ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"));
        row("drips interim answers", TimedOut, 0, repeating({}, "HTTP/1.1 102 Processing\r\n\r\n"));

        // It says something else.
        row("another protocol", OtherProtocol, 0, saying("SSH-2.0-OpenSSH_9.2\r\n"));
        row("noise", Unreadable, 0, saying(QByteArray("\x00\xff\x13\x37", 4)));
        row("TLS", SpeaksTls, 0, saying(QByteArray("\x15\x03\x03\x00\x02\x02\x28", 7)));
        row("HTTP/0.9", Http09, 0, sayingAndClosing("<html>ok</html>"));
        row("a mail server", OtherProtocol, 0, saying("220 mail.example ESMTP\r\n"));
        row("HTTP/2", Http2, 0, saying(QByteArray("\0\0\x06\x04\0\0\0\0\0", 9)));
        row("a status of letters", Unreadable, 0, saying("HTTP/1.1 abc OK\r\n\r\n"));
        row("a status of two digits", Unreadable, 0, saying("HTTP/1.1 20 OK\r\n\r\n"));
        row("a status of four digits", Unreadable, 0, saying("HTTP/1.1 2000 OK\r\n\r\n"));
        row("lines that end with LF", None, 200, saying("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"));
        row("a header without a colon", Unreadable, 0, saying(ok + "X-A\r\n\r\n"));
        row("a space before the colon", None, 200, saying(ok + "X-A : 1\r\nContent-Length: 0\r\n\r\n"));
        row("NUL in a header", Unreadable, 0, saying(ok + QByteArray("X-A: \0\r\n\r\n", 10)));

        // It says too much.
        row("a huge head", None, 200, saying(ok + "X-A: " + QByteArray(100'000, 'x') + "\r\n\r\n"));
        row("a head without an end", None, 200, repeating(ok, "X-A: " + QByteArray(4'000, 'x') + "\r\n"));
        row("a huge first line", None, 200, saying("HTTP/1.1 200 " + QByteArray(100'000, 'x')));
        row("interim answers without an end", Unreadable, 0,
            saying(QByteArray("HTTP/1.1 100 Continue\r\n\r\n").repeated(10'000)));
        row("a huge body", None, 200, saying(answer(200, {}, QByteArray(3'000'000, 'x'))));
        row("a body without an end", None, 200, repeating(ok + "\r\n", QByteArray(20'000, 'x')));
        row("chunks without an end", None, 200,
            repeating(ok + "Transfer-Encoding: chunked\r\n\r\n", "1000\r\n" + QByteArray(4096, 'x') + "\r\n"));
        row("a huge body of a refusal", None, 500, saying(answer(500, {}, QByteArray(3'000'000, 'x'))));
        row("something compressed that is huge", None, 200,
            saying(answer(200, "Content-Encoding: gzip\r\n", qCompress(QByteArray(30'000'000, '\0')))));
        row("more than it said", None, 200, saying(delivered + "and more"));
        row("two answers", None, 200, saying(delivered + answer(500)));

        // It does not say clearly how much.
        row("two lengths", TimedOut, 200, saying(ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok"));
        row("a negative length", Unreadable, 0, saying(ok + "Content-Length: -2\r\n\r\nok"));
        row("a length of letters", Unreadable, 0, saying(ok + "Content-Length: two\r\n\r\nok"));
        row("a length past all numbers", None, 200,
            sayingAndClosing(ok + "Content-Length: 99999999999999999999\r\n\r\nok"));
        row("a length and chunks", None, 200,
            saying(ok + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"));
        row("a chunk of letters", Unreadable, 200, saying(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n"));
        row("a chunk past all numbers", Unreadable, 200,
            saying(ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nok\r\n"));

        // It is in order, if unusual.
        row("head and body apart", None, 200, [ok](QTcpSocket& socket, const QByteArray&) {
            socket.write(ok + "Content-Length: 2\r\n\r\n");
            socket.flush();
            QTimer::singleShot(5ms, &socket, [&socket] { socket.write("ok"); });
        });
        row("byte by byte", None, 200, byteByByte("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + delivered));
        row("chunks byte by byte", None, 200,
            byteByByte(ok + "Transfer-Encoding: chunked\r\n\r\n2;x=1\r\nok\r\n0\r\nX-T: 1\r\n\r\n"));
        row("every interim answer first", None, 201,
            saying("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
                   "</a>\r\n\r\n" +
                   answer(201)));
        row("a switch of protocols", None, 101, saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"));
        row("a body where there is none", None, 204, saying("HTTP/1.1 204 No Content\r\n\r\nok"));
        row("a length where there is none", None, 204, saying(answer(204, {}, "ok")));
        row("less than it said, then another answer", None, 200,
            saying(answer(200, {}, "ok").chopped(1) + answer(500)));
        row("a redirect to itself", None, 307, [](QTcpSocket& socket, const QByteArray&) {
            socket.write(answer(307, "Location: http://localhost:" + QByteArray::number(socket.localPort()) + "/\r\n"));
        });
        for (const int redirect : {300, 301, 302, 303, 305, 308})
            row(QByteArray("a redirect " + QByteArray::number(redirect)).constData(), None, redirect,
                saying(answer(redirect, "Location: /elsewhere\r\n")));
        row("not modified", None, 304, saying("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"));
        row("no content", None, 204, saying("HTTP/1.1 204 No Content\r\n\r\n"));
        row("a body that ends with the connection", None, 200, sayingAndClosing(ok + "\r\nok"));
        row("HTTP/1.0", None, 200, sayingAndClosing("HTTP/1.0 200 OK\r\n\r\nok"));
        row("no words", None, 200, saying("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"));
        row("gone", None, 410, saying(answer(410)));
        row("please wait", None, 429, saying(answer(429, "Retry-After: 1\r\n")));
        row("a password, please", None, 401, saying(answer(401, "WWW-Authenticate: Basic realm=\"a\"\r\n")));
        row("a broken receiver", None, 500, saying(answer(500)));
        row("an unknown status", None, 799, saying(answer(799)));
    }
    void sendsOnceWhateverTheReceiverDoes() {
        QFETCH(WireServer::Answer, receiver);
        QFETCH(AttemptFailure, failure);
        QFETCH(int, status);
        QFETCH(bool, isKept);
        WireServer server(receiver);
        auto sender = std::make_unique<HttpSender>();
        if (failure == AttemptFailure::TimedOut)
            sender->setTimeLimit(shortLimit);
        int posts = 0;
        AttemptOutcome outcome;
        QElapsedTimer passed;
        do {
            passed.start();
            outcome = outcomeOf(*sender, postTo(server.url()));
            ++posts;
        } while (isKept && !server.hasReused());
        QCOMPARE(outcome.failure, failure);
        QCOMPARE(outcome.status.value_or(0), status);
        QVERIFY(outcome.answer.size() <= 4096);
        QCOMPARE(outcome.isDelivered(), failure == AttemptFailure::None && status >= 200 && status < 300);
        QVERIFY(outcome.sent == SentPart::Whole);
        QVERIFY(!describeFailure(outcome).contains(u"Nothing was sent"));
        if (failure == AttemptFailure::TimedOut)
            QVERIFY(milliseconds(passed.elapsed()) >= shortLimit);
        QVERIFY(milliseconds(passed.elapsed()) < shortLimit + lateness);
        QVERIFY(outcome.took <= milliseconds(passed.elapsed()));
        QCOMPARE(!outcome.phases.connected, isKept);
        QVERIFY(!outcome.status || outcome.phases.firstByte);
        QVERIFY(server.hasCountedAll());
        sender.reset();
        QTRY_COMPARE(server.openConnections(), 0);
        QCOMPARE(server.connections(), isKept ? posts - 1 : 1);
        QCOMPARE(server.requests().size(), posts);
        QCOMPARE(server.received().count("POST /"), posts);
    }

    void timesNoFirstByteThatNeverCame_data() {
        QTest::addColumn<WireServer::Answer>("receiver");
        QTest::newRow("closes") << sayingAndClosing({});
        QTest::newRow("hangs") << saying({});
    }
    void timesNoFirstByteThatNeverCame() {
        QFETCH(WireServer::Answer, receiver);
        WireServer server(receiver);
        HttpSender sender;
        sender.setTimeLimit(2s); // It has to be sent by then.
        const AttemptOutcome outcome = outcomeOf(sender, postTo(server.url()));
        QVERIFY(outcome.phases.sent && outcome.phases.done);
        QVERIFY(!outcome.phases.firstByte);
    }

    void followsNoRedirect_data() {
        QTest::addColumn<int>("status");
        for (const int status : {300, 301, 302, 303, 304, 305, 307, 308})
            QTest::addRow("%d", status) << status;
    }
    void followsNoRedirect() {
        QFETCH(int, status);
        WireServer elsewhere(saying(delivered));
        WireServer server(saying(answer(status, "Location: " + elsewhere.url().toEncoded() + "\r\n")));
        HttpSender sender;
        Outcome result;
        sender.post(postTo(server.url()), result.done());
        QVERIFY(result.wait());
        QCOMPARE(result.outcome.failure, AttemptFailure::None);
        QCOMPARE(result.outcome.status.value_or(0), status);
        QVERIFY(elsewhere.hasCountedAll());
        QCOMPARE(elsewhere.connections(), 0);
        QCOMPARE(server.requests().size(), 1);
    }

    void keepsTheBeginningOfTheAnswer_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("kept");
        const QByteArray long1(5'000, 'x');
        QTest::newRow("all of a short one") << delivered << QByteArray("ok");
        QTest::newRow("exactly as much") << answer(200, {}, long1.first(4096)) << long1.first(4096);
        QTest::newRow("one more") << answer(200, {}, long1.first(4097)) << long1.first(4096);
        QTest::newRow("in chunks") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" +
                                                 long1 + "\r\n0\r\n\r\n")
                                   << long1.first(4096);
        QTest::newRow("as it is, with NUL")
            << answer(200, {}, QByteArray("\0\xff\r\n", 4)) << QByteArray("\0\xff\r\n", 4);
        QTest::newRow("compressed, as it is")
            << answer(200, "Content-Encoding: gzip\r\n", "\x1f\x8b") << QByteArray("\x1f\x8b");
    }
    void keepsTheBeginningOfTheAnswer() {
        QFETCH(QByteArray, bytes);
        WireServer server(saying(bytes));
        HttpSender sender;
        Outcome result;
        sender.post(postTo(server.url()), result.done());
        QVERIFY(result.wait());
        QTEST(result.outcome.answer, "kept");
    }

    void takesAnAnswerBeforeTheBodyIsSent() {
        WireServer server;
        server.onConnected = [](QTcpSocket& socket) {
            socket.setReadBufferSize(1024);
            socket.write(answer(413));
        };
        HttpSender sender;
        Outcome result;
        sender.post(postTo(server.url(), QByteArray(20'000'000, 'x')), result.done());
        QVERIFY(result.wait());
        QCOMPARE(result.outcome.failure, AttemptFailure::None);
        QCOMPARE(result.outcome.status.value_or(0), 413);
    }

    void endsInTimeWhenNothingIsRead() {
        WireServer server;
        server.onConnected = [](QTcpSocket& socket) {
            socket.setReadBufferSize(1);
            socket.disconnect(SIGNAL(readyRead()));
        };
        HttpSender sender;
        sender.setTimeLimit(shortLimit);
        Outcome result;
        sender.post(postTo(server.url(), QByteArray(20'000'000, 'x')), result.done());
        QVERIFY(result.wait());
        QCOMPARE(result.outcome.failure, AttemptFailure::TimedOut);
        QVERIFY(!result.outcome.phases.sent);
        QVERIFY(result.outcome.took < shortLimit + lateness);
    }

    void sendsOnceWhenTheReceiverClosesAtOnce() {
        WireServer server;
        server.onConnected = [](QTcpSocket& socket) { reset(socket); };
        HttpSender sender;
        Outcome result;
        sender.post(postTo(server.url()), result.done());
        QVERIFY(result.wait());
        QCOMPARE(result.outcome.failure, AttemptFailure::Closed);
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.connections(), 1);
    }

    void endsInTimeWhenItCannotConnect() {
        const FullListener listener;
        HttpSender sender;
        sender.setTimeLimit(shortLimit);
        Outcome result;
        sender.post(postTo(QUrl(u"http://127.0.0.1:%1/"_s.arg(listener.port()))), result.done());
        QVERIFY(result.wait());
        QCOMPARE(result.outcome.failure, AttemptFailure::TimedOut);
        QVERIFY(!result.outcome.phases.connected);
        QVERIFY(result.outcome.took >= shortLimit - 5ms);
        QVERIFY(result.outcome.took < shortLimit + lateness);
    }

    void saysThatNothingListens() {
        QUrl url;
        {
            const WireServer gone;
            url = gone.url();
        }
        HttpSender sender;
        Outcome result;
        sender.post(postTo(url), result.done());
        QVERIFY(result.wait());
        QCOMPARE(result.outcome.failure, AttemptFailure::Refused);
        QVERIFY(!result.outcome.phases.connected);
    }

    void timesThePhases() {
        const TestCertificate certificate = TestCertificate::forName(u"DNS:localhost"_s);
        WireServer server(saying(delivered), certificate.forServer());
        HttpSender sender;
        sender.setTlsConfiguration(certificate.forTrustingClient());
        Outcome result;
        sender.post(postTo(server.url()), result.done());
        QVERIFY(result.wait());
        const AttemptPhases& phases = result.outcome.phases;
        QVERIFY(phases.lookedUp && phases.connected && phases.encrypted && phases.sent && phases.firstByte &&
                phases.done);
        QVERIFY(*phases.lookedUp <= *phases.connected);
        QVERIFY(*phases.connected <= *phases.encrypted);
        QVERIFY(*phases.encrypted <= *phases.sent);
        QVERIFY(*phases.encrypted <= *phases.firstByte);
        QVERIFY(*phases.firstByte <= *phases.done);
    }

    void trustsWhomItIsToldTo_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isAdded");
        QTest::addColumn<bool>("isVerified"); // as the configuration has it
        QTest::addColumn<AttemptFailure>("failure");
        QTest::newRow("an authority of one's own") << u"DNS:localhost"_s << true << true << AttemptFailure::None;
        QTest::newRow("nobody knows it") << u"DNS:localhost"_s << false << true
                                         << AttemptFailure::CertificateSelfSigned;
        QTest::newRow("for another name")
            << u"DNS:example.com"_s << true << true << AttemptFailure::CertificateWrongName;
        QTest::newRow("nobody knows it, without verification")
            << u"DNS:localhost"_s << false << false << AttemptFailure::CertificateSelfSigned;
    }
    void trustsWhomItIsToldTo() {
        QFETCH(QString, name);
        QFETCH(bool, isAdded);
        QFETCH(bool, isVerified);
        QFETCH(AttemptFailure, failure);
        const TestCertificate certificate = TestCertificate::forName(name);
        WireServer server(saying(delivered), certificate.forServer());
        QSslConfiguration configuration =
            isAdded ? certificate.forTrustingClient() : QSslConfiguration::defaultConfiguration();
        if (!isVerified)
            configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        HttpSender sender;
        sender.setTlsConfiguration(configuration);
        Outcome result;
        sender.post(postTo(server.url()), result.done());
        QVERIFY(result.wait());
        QCOMPARE(result.outcome.failure, failure);
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.connections(), 1);
        QCOMPARE(server.requests().size(), failure == AttemptFailure::None ? 1 : 0);
        QCOMPARE(server.received().isEmpty(), failure != AttemptFailure::None);
    }

    void givesABrokenHandshakeNothing_data() {
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<AttemptFailure>("failure");
        QTest::newRow("hangs") << QByteArray() << false << AttemptFailure::TimedOut;
        QTest::newRow("closes") << QByteArray() << true << AttemptFailure::HandshakeEnded;
        QTest::newRow("speaks HTTP") << delivered << false << AttemptFailure::PlainHttp;
        QTest::newRow("speaks SSH") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << false << AttemptFailure::NotTls;
        QTest::newRow("breaks off") << QByteArray("\x15\x03\x03\x00\x02\x02\x28", 7) << true
                                    << AttemptFailure::NoCommonCipher;
        QTest::newRow("an old version") << QByteArray("\x15\x03\x01\x00\x02\x02\x46", 7) << true
                                        << AttemptFailure::OldTls;
        QTest::newRow("an internal error")
            << QByteArray("\x15\x03\x03\x00\x02\x02\x50", 7) << true << AttemptFailure::Tls;
    }
    void givesABrokenHandshakeNothing() {
        QFETCH(QByteArray, said);
        QFETCH(bool, closes);
        WireServer server;
        server.onConnected = [&](QTcpSocket& socket) {
            socket.write(said);
            if (closes)
                socket.disconnectFromHost();
        };
        QUrl url = server.url();
        url.setScheme(u"https"_s);
        HttpSender sender;
        sender.setTimeLimit(shortLimit);
        Outcome result;
        sender.post(postTo(url), result.done());
        QVERIFY(result.wait());
        QTEST(result.outcome.failure, "failure");
        QVERIFY(result.outcome.sent == SentPart::Nothing);
        QVERIFY(describeFailure(result.outcome).endsWith(u" Nothing was sent."));
        QVERIFY(result.outcome.took < shortLimit + lateness);
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.connections(), 1);
        QVERIFY(!server.received().contains("POST"));
    }

    void sendsOnceOverTlsToo_data() {
        QTest::addColumn<WireServer::Answer>("receiver");
        QTest::addColumn<AttemptFailure>("failure");
        QTest::addColumn<bool>("isKept");
        const auto row = [](const char* name, AttemptFailure failure, const WireServer::Answer& receiver) {
            QTest::newRow(name) << receiver << failure << false;
            QTest::addRow("%s, over a kept connection", name) << wellUntilReused(receiver) << failure << true;
        };
        using enum AttemptFailure;
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        row("closes without answering", Closed, sayingAndClosing({}));
        row("resets", Closed, [](QTcpSocket& socket, const QByteArray&) { reset(socket); });
        row("closes in the head", None, sayingAndClosing(ok));
        row("closes in the body", Closed, sayingAndClosing(ok + "Content-Length: 9\r\n\r\nhalf"));
        row("hangs before the head", TimedOut, saying({}));
        row("hangs in the body", TimedOut, saying(ok + "Content-Length: 9\r\n\r\nhalf"));
        row("drips the head", TimedOut, repeating(ok + "X-A: ", "x"));
        row("drips the body", TimedOut, repeating(ok + "\r\n", "x"));
        row("noise", Unreadable, saying("noise"));
        row("a huge head", None, saying(ok + "X-A: " + QByteArray(100'000, 'x') + "\r\n\r\n"));
        row("a huge body", None, saying(answer(200, {}, QByteArray(3'000'000, 'x'))));
        row("a body without an end", None, repeating(ok + "\r\n", QByteArray(20'000, 'x')));
        row("a body that ends with the connection", None, sayingAndClosing(ok + "\r\nok"));
        row("more than it said", None, saying(delivered + delivered));
        row("byte by byte", None, byteByByte(delivered));
        row("a redirect", None, saying(answer(307, "Location: /elsewhere\r\n")));
    }
    void sendsOnceOverTlsToo() {
        QFETCH(WireServer::Answer, receiver);
        QFETCH(AttemptFailure, failure);
        QFETCH(bool, isKept);
        static const TestCertificate certificate = TestCertificate::forName(u"DNS:localhost"_s);
        WireServer server(receiver, certificate.forServer());
        auto sender = std::make_unique<HttpSender>();
        sender->setTlsConfiguration(certificate.forTrustingClient());
        if (failure == AttemptFailure::TimedOut)
            sender->setTimeLimit(shortLimit);
        int posts = 0;
        AttemptOutcome outcome;
        QElapsedTimer passed;
        do {
            passed.start();
            outcome = outcomeOf(*sender, postTo(server.url()));
            ++posts;
        } while (isKept && !server.hasReused());
        QCOMPARE(outcome.failure, failure);
        QVERIFY(outcome.answer.size() <= 4096);
        if (failure == AttemptFailure::TimedOut)
            QVERIFY(milliseconds(passed.elapsed()) >= shortLimit);
        QVERIFY(milliseconds(passed.elapsed()) < shortLimit + lateness);
        QVERIFY(outcome.took <= milliseconds(passed.elapsed()));
        QCOMPARE(!outcome.phases.encrypted, isKept);
        QVERIFY(server.hasCountedAll());
        sender.reset();
        QTRY_COMPARE(server.openConnections(), 0);
        QCOMPARE(server.connections(), isKept ? posts - 1 : 1);
        QCOMPARE(server.received().count("POST /"), posts);
    }

    void keepsManyAttemptsApart() {
        WireServer server([](QTcpSocket& socket, const QByteArray& request) {
            socket.write(answer(200, {}, request.sliced(request.indexOf("\r\n\r\n") + 4)));
        });
        HttpSender sender;
        std::array<Outcome, 50> results;
        for (std::size_t i = 0; i < results.size(); ++i)
            sender.post(postTo(server.url(), QByteArray::number(int(i))), results[i].done());
        for (std::size_t i = 0; i < results.size(); ++i) {
            QVERIFY(results[i].wait());
            QCOMPARE(results[i].outcome.answer, QByteArray::number(int(i)));
        }
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.requests().size(), 50);
    }

    void endsAtTenSecondsWhateverTakesSoLong() {
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        const TestCertificate certificate = TestCertificate::forName(u"DNS:localhost"_s);
        const FullListener full;
        WireServer mute;
        WireServer headless(repeating(ok, "X-A: 1\r\n", 50));
        WireServer endless(repeating(ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 50));
        WireServer interim(repeating({}, "HTTP/1.1 102 Processing\r\n\r\n", 50));
        WireServer half(saying(ok + "Content-Length: 9\r\n\r\nhalf"), certificate.forServer());
        WireServer deaf;
        deaf.onConnected = [](QTcpSocket& socket) {
            socket.setReadBufferSize(1);
            socket.disconnect(SIGNAL(readyRead()));
        };
        WireServer::Answer next = saying(delivered);
        WireServer kept([&next](QTcpSocket& socket, const QByteArray& request) { next(socket, request); });

        HttpSender sender;
        sender.setTlsConfiguration(certificate.forTrustingClient());
        while (!kept.hasReused())
            QVERIFY(outcomeOf(sender, postTo(kept.url())).isDelivered());
        next = saying(ok);
        const qsizetype before = kept.requests().size();

        QUrl noTls = mute.url();
        noTls.setScheme(u"https"_s);
        std::array<Outcome, 9> results;
        auto result = results.begin();
        const auto begin = [&](const QUrl& url, qsizetype size = 2) {
            sender.post(postTo(url, QByteArray(size, 'x')), (result++)->done());
        };
        begin(QUrl(u"http://127.0.0.1:%1/"_s.arg(full.port())));
        begin(noTls);
        begin(deaf.url(), 20'000'000);
        for (const WireServer* server : {&mute, &headless, &endless, &interim, &half, &kept})
            begin(server->url());
        for (Outcome& each : results) {
            QVERIFY(each.wait());
            QCOMPARE(each.outcome.failure, AttemptFailure::TimedOut);
            QVERIFY(each.outcome.took >= 10'000ms);
            QVERIFY(each.outcome.took <= 10'500ms + lateness / 10);
            QCOMPARE(each.calls, 1);
        }
        for (WireServer* server : {&mute, &headless, &endless, &interim, &half})
            QCOMPARE(server->requests().size(), 1);
        QCOMPARE(kept.requests().size(), before + 1);
        QCOMPARE(kept.connectionsOfRequests().constLast(), kept.connectionsOfRequests().at(before - 1));
    }

    void takesOnlyWholeFields_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("fields");
        QTest::newRow("a field") << QByteArray("X-A") << QByteArray("a, b: c") << QByteArray("X-A: a, b: c\r\n");
        QTest::newRow("no value") << QByteArray("X-A") << QByteArray() << QByteArray("X-A: \r\n");
        QTest::newRow("no name") << QByteArray() << QByteArray("a") << QByteArray();
        QTest::newRow("a space in the name") << QByteArray("X A") << QByteArray("a") << QByteArray();
        QTest::newRow("a colon in the name") << QByteArray("X:") << QByteArray("a") << QByteArray();
        QTest::newRow("a line in the name") << QByteArray("X\r\nY") << QByteArray("a") << QByteArray();
        QTest::newRow("CR") << QByteArray("X-A") << QByteArray("a\rb") << QByteArray();
        QTest::newRow("LF") << QByteArray("X-A") << QByteArray("a\nb") << QByteArray();
        QTest::newRow("another field") << QByteArray("X-A") << QByteArray("a\r\nX-B: b") << QByteArray();
        QTest::newRow("NUL") << QByteArray("X-A") << QByteArray("a\0", 2) << QByteArray();
    }
    void takesOnlyWholeFields() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, fields);
        QByteArray appended;
        QCOMPARE(appendHeaderField(appended, name, value), !fields.isEmpty());
        QCOMPARE(appended, fields);
    }

    void callsBackOnlyAfterTheCall() {
        WireServer server(saying(delivered));
        HttpSender sender;
        Outcome result;
        sender.post(postTo(server.url()), result.done());
        QCOMPARE(result.calls, 0);
        QVERIFY(result.wait());
    }

    void callsNobodyBackWhenItIsGone() {
        WireServer server;
        auto sender = std::make_unique<HttpSender>();
        Outcome result;
        sender->post(postTo(server.url()), result.done());
        QTRY_COMPARE(server.requests().size(), 1);
        sender.reset();
        QTRY_COMPARE(server.openConnections(), 0);
        QCOMPARE(result.calls, 0);
    }

    void mayBeDestroyedByItsOutcome_data() {
        QTest::addColumn<WireServer::Answer>("receiver");
        QTest::newRow("an answer") << saying(delivered);
        QTest::newRow("a closed connection") << sayingAndClosing({});
        QTest::newRow("no answer") << saying({});
    }
    void mayBeDestroyedByItsOutcome() {
        QFETCH(WireServer::Answer, receiver);
        WireServer server(receiver);
        auto sender = std::make_unique<HttpSender>();
        sender->setTimeLimit(shortLimit);
        int calls = 0;
        sender->post(postTo(server.url()), [&](const AttemptOutcome&) {
            sender.reset();
            ++calls;
        });
        QTRY_COMPARE(calls, 1);
    }
};

QTEST_GUILESS_MAIN(TestHttpSender)
#include "tst_httpsender.moc"
