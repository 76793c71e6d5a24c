// SPDX-License-Identifier: MIT
#include "http/httptransport.h"
#include "support/testcertificate.h"
#include "support/wireserver.h"

#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <memory>

using namespace waybill;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using test::TestCertificate;
using test::WireServer;

namespace {

const QByteArray accepted = "HTTP/1.1 202 Accepted\r\nX-Request-Id: r1\r\nContent-Length: 2\r\n\r\n{}";

HttpRequest post(const QByteArray& body = "{\"type\":\"*\"}") {
    return {"POST", "/webhooks", {{"Authorization", "Bearer ak_live_1"}, {"Content-Type", "application/json"}}, body};
}

WireServer::Answer saying(const QByteArray& bytes) {
    return [bytes](QTcpSocket& socket, const QByteArray&) { socket.write(bytes); };
}

WireServer::Answer sayingAndClosing(const QByteArray& bytes) {
    return [bytes](QTcpSocket& socket, const QByteArray&) {
        socket.write(bytes);
        socket.disconnectFromHost();
    };
}

/// What came of one call.
struct Outcome {
    int calls = 0;
    Result<HttpResponse> result = failure(ErrorKind::Api, QString());

    Done<HttpResponse> done() {
        return [this](const Result<HttpResponse>& value) {
            ++calls;
            result = value;
        };
    }
    bool wait() const {
        return test::waitFor([this] { return calls > 0; }, 20'000);
    }
    bool failed(ErrorKind kind) const {
        return !result && result.error().kind == kind && !result.error().message.isEmpty();
    }
};

QByteArray fieldOf(const QByteArray& request, const QByteArray& name) {
    for (const QByteArray& line : request.first(request.indexOf("\r\n\r\n")).split('\n')) {
        if (line.toLower().startsWith(QByteArray(name.toLower() + ':')))
            return line.sliced(name.size() + 1).trimmed();
    }
    return "(none)";
}

} // namespace

class TestHttpTransport : public QObject {
    Q_OBJECT

    HttpTransport::Limits shortTime() const { return {300ms, HttpTransport::Limits{}.responseBytes}; }

private Q_SLOTS:
    void carriesTheRequestAsItIs() {
        WireServer server(saying(accepted));
        HttpTransport transport(server.url(u"/api/v1"_s));
        HttpRequest request = post(QByteArray("\0{}\xff", 4));
        request.target = "/webhooks?starting_after=a%26b%2Fc";
        Outcome outcome;
        transport.send(request, this, outcome.done());
        QVERIFY(outcome.wait());
        QCOMPARE(server.requests().size(), 1);
        QVERIFY(server.requests()[0].startsWith("POST /api/v1/webhooks?starting_after=a%26b%2Fc HTTP/1.1\r\n"));
        QVERIFY(server.requests()[0].endsWith(QByteArray("\r\n\r\n\0{}\xff", 8)));
    }

    void givesTheAnswerAsItIs_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* name, int status, const QByteArray& more = {}) {
            QTest::newRow(name) << QByteArray("HTTP/1.1 " + QByteArray::number(status) + " Word\r\n" + more +
                                              "X-Request-Id: r1\r\nContent-Length: 4\r\n\r\nbody")
                                << status << QByteArray("body");
        };
        row("ok", 200);
        row("bad request", 400);
        row("not authorised", 401);
        row("not authorised, a bearer is asked for", 401, "WWW-Authenticate: Bearer\r\n");
        row("not authorised, a password is asked for", 401, "WWW-Authenticate: Basic realm=\"x\"\r\n");
        row("forbidden", 403);
        row("not found", 404);
        row("conflict", 409);
        row("gone", 410);
        row("teapot", 418);
        row("too many", 429);
        row("server error", 500);
        row("not implemented", 501);
        row("unavailable", 503);
        row("odd", 599);
        row("redirect", 302, "Location: /elsewhere\r\n");
        row("an unasked cookie", 200, "Set-Cookie: a=b\r\n");
        QTest::newRow("told to go on first")
            << QByteArray("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-Request-Id: r1\r\nContent-Length: "
                          "4\r\n\r\nbody")
            << 200 << QByteArray("body");
        QTest::newRow("chunked") << QByteArray("HTTP/1.1 200 OK\r\nX-Request-Id: r1\r\nTransfer-Encoding: "
                                               "chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n")
                                 << 200 << QByteArray("body");
        QTest::newRow("no content") << QByteArray("HTTP/1.1 204 No Content\r\nX-Request-Id: r1\r\n\r\n") << 204
                                    << QByteArray();
        QTest::newRow("compressed all the same")
            << QByteArray("HTTP/1.1 200 OK\r\nX-Request-Id: r1\r\nContent-Encoding: gzip\r\nContent-Length: "
                          "4\r\n\r\nbody")
            << 200 << QByteArray("body");
    }
    void givesTheAnswerAsItIs() {
        QFETCH(QByteArray, answer);
        WireServer server(saying(answer));
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY2(outcome.result, outcome.result ? "" : qPrintable(outcome.result.error().details));
        QTEST(outcome.result->status, "status");
        QTEST(outcome.result->body, "body");
        QCOMPARE(outcome.result->headers.value("x-request-id"), QByteArray("r1"));
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.connections(), 1);
        QCOMPARE(server.requests().size(), 1);
    }

    void followsNoRedirect_data() {
        QTest::addColumn<int>("status");
        for (int status : {300, 301, 302, 303, 304, 305, 307, 308})
            QTest::addRow("%d", status) << status;
    }
    void followsNoRedirect() {
        QFETCH(int, status);
        WireServer elsewhere(saying(accepted));
        WireServer server(saying("HTTP/1.1 " + QByteArray::number(status) + " Word\r\nContent-Length: 0\r\nLocation: " +
                                 elsewhere.url().toEncoded() + "\r\n\r\n"));
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY2(outcome.result, outcome.result ? "" : qPrintable(outcome.result.error().details));
        QCOMPARE(outcome.result->status, status);
        QVERIFY(elsewhere.hasCountedAll());
        QCOMPARE(elsewhere.connections(), 0);
        QCOMPARE(server.requests().size(), 1);
    }

    void setsEveryHeaderItself_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("user agent") << QByteArray("User-Agent") << QByteArray("Waybill/" WAYBILL_VERSION);
        QTest::newRow("accept") << QByteArray("Accept") << QByteArray("*/*");
        QTest::newRow("encoding") << QByteArray("Accept-Encoding") << QByteArray("identity");
        QTest::newRow("language") << QByteArray("Accept-Language") << QByteArray("en");
        QTest::newRow("cookie") << QByteArray("Cookie") << QByteArray("(none)");
        QTest::newRow("key") << QByteArray("Authorization") << QByteArray("Bearer ak_live_1");
        QTest::newRow("type") << QByteArray("Content-Type") << QByteArray("application/json");
        QTest::newRow("length") << QByteArray("Content-Length") << QByteArray("2");
        QTest::newRow("upgrade") << QByteArray("Upgrade") << QByteArray("(none)");
    }
    void setsEveryHeaderItself() {
        QFETCH(QByteArray, name);
        WireServer server(saying(accepted));
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome outcome;
        transport.send(post("{}"), this, outcome.done());
        QVERIFY(outcome.wait());
        QTEST(fieldOf(server.requests().value(0), name), "value");
    }

    void keepsNoCookie() {
        WireServer server(saying("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"));
        HttpTransport transport(server.url(u"/api/v1"_s));
        for (int i = 0; i < 2; ++i) {
            Outcome outcome;
            transport.send(post(), this, outcome.done());
            QVERIFY(outcome.wait());
        }
        QCOMPARE(server.requests().size(), 2);
        QVERIFY(!server.received().toLower().contains("cookie"));
    }

    void sendsOnceHoweverThePeerCloses_data() {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("said");
        for (const char* method : {"GET", "POST", "PATCH", "DELETE"}) {
            QTest::addRow("%s, no answer", method) << QByteArray(method) << QByteArray();
            QTest::addRow("%s, half a head", method) << QByteArray(method) << QByteArray("HTTP/1.1 200 O");
            QTest::addRow("%s, half of the chunks", method)
                << QByteArray(method) << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
            QTest::addRow("%s, half a body", method)
                << QByteArray(method) << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        }
    }
    void sendsOnceHoweverThePeerCloses() {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, said);
        WireServer server(sayingAndClosing(said));
        HttpTransport transport(server.url(u"/api/v1"_s));
        HttpRequest request = post(method == "POST" || method == "PATCH" ? "{}" : "");
        request.method = method;
        Outcome outcome;
        transport.send(request, this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY(outcome.failed(ErrorKind::Unreachable));
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.requests().size(), 1);
    }

    void sendsOnceOnAConnectionThatWasKept() {
        int answers = 0;
        WireServer server([&](QTcpSocket& socket, const QByteArray&) {
            if (answers++ == 0)
                socket.write(accepted);
            else
                socket.abort();
        });
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome first;
        transport.send(post(), this, first.done());
        QVERIFY(first.wait());
        Outcome second;
        transport.send(post(), this, second.done());
        QVERIFY(second.wait());
        QVERIFY(second.failed(ErrorKind::Unreachable));
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.requests().size(), 2);
    }

    void saysWhyNothingCame_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<ErrorKind>("kind");
        // QNetworkAccessManager does not tell these from a connection that was closed.
        QTest::newRow("not HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n\r\n") << ErrorKind::Unreachable;
        QTest::newRow("no status") << QByteArray("HTTP/1.1 abc Word\r\n\r\n") << ErrorKind::Unreachable;
        QTest::newRow("an interim answer only")
            << QByteArray("HTTP/1.1 103 Early Hints\r\n\r\n") << ErrorKind::UnreadableAnswer;
    }
    void saysWhyNothingCame() {
        QFETCH(QByteArray, answer);
        QFETCH(ErrorKind, kind);
        WireServer server(sayingAndClosing(answer));
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY2(outcome.failed(kind), outcome.result ? "an answer" : qPrintable(outcome.result.error().details));
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.requests().size(), 1);
    }

    void takesNoBrokenChunksForAnAnswer() {
        WireServer server(sayingAndClosing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
        HttpTransport transport(server.url(u"/api/v1"_s), shortTime());
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY(!outcome.result);
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.requests().size(), 1);
    }

    void saysThatNothingListens() {
        QUrl url;
        {
            const WireServer gone;
            url = gone.url(u"/api/v1"_s);
        }
        HttpTransport transport(url);
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY(outcome.failed(ErrorKind::Unreachable));
    }

    void stopsReadingPastTheLimit_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::newRow("with a length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
        QTest::newRow("without") << QByteArray("HTTP/1.1 200 OK\r\n\r\n");
    }
    void stopsReadingPastTheLimit() {
        QFETCH(QByteArray, head);
        WireServer server(saying(head + QByteArray(300'000, 'x')));
        HttpTransport transport(server.url(u"/api/v1"_s), {20s, 200'000});
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY(outcome.failed(ErrorKind::UnreadableAnswer));
        QTRY_COMPARE(server.openConnections(), 0);
    }

    void readsALargeAnswerUpToTheLimit() {
        const QByteArray body(3'000'000, 'x');
        WireServer server(saying("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + body));
        HttpTransport transport(server.url(u"/api/v1"_s), {20s, 3'000'000});
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY(outcome.result);
        QCOMPARE(outcome.result->body, body);
    }

    void endsInTimeHoweverAnAnswerDrips_data() {
        QTest::addColumn<QByteArray>("first");
        QTest::newRow("nothing at all") << QByteArray();
        QTest::newRow("the head") << QByteArray("HTTP/1.1 200 OK\r\nX-Slow: ");
        QTest::newRow("the body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    }
    void endsInTimeHoweverAnAnswerDrips() {
        QFETCH(QByteArray, first);
        WireServer server([&](QTcpSocket& socket, const QByteArray&) {
            if (first.isEmpty())
                return;
            socket.write(first);
            auto* timer = new QTimer(&socket);
            connect(timer, &QTimer::timeout, &socket, [&socket] { socket.write("x"); });
            timer->start(5ms);
        });
        HttpTransport transport(server.url(u"/api/v1"_s), shortTime());
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY(outcome.failed(ErrorKind::TimedOut));
        QTRY_COMPARE(server.openConnections(), 0);
        QCOMPARE(server.requests().size(), 1);
    }

    void giveABadCertificateNothing_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isTrusted");
        QTest::addColumn<QString>("expected");
        QTest::newRow("signed by itself") << u"DNS:localhost"_s << false << u"signed by itself"_s;
        QTest::newRow("for another name") << u"DNS:example.com"_s << true << u"for another name"_s;
    }
    void giveABadCertificateNothing() {
        QFETCH(QString, name);
        QFETCH(bool, isTrusted);
        QFETCH(QString, expected);
        const TestCertificate certificate = TestCertificate::forName(name);
        WireServer server(saying(accepted), certificate.forServer());
        const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
        if (isTrusted)
            QSslConfiguration::setDefaultConfiguration(certificate.forTrustingClient());
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QSslConfiguration::setDefaultConfiguration(before);
        QVERIFY(outcome.wait());
        QVERIFY(outcome.failed(ErrorKind::Untrusted));
        QVERIFY2(outcome.result.error().message.contains(expected), qPrintable(outcome.result.error().message));
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.received(), QByteArray());
    }

    void readsALargeAnswerOverTls() {
        const TestCertificate certificate = TestCertificate::forName(u"DNS:localhost"_s);
        const QByteArray body(1'000'000, 'x');
        WireServer server(saying("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + body), certificate.forServer());
        const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
        QSslConfiguration::setDefaultConfiguration(certificate.forTrustingClient());
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QSslConfiguration::setDefaultConfiguration(before);
        QVERIFY(outcome.wait());
        QVERIFY2(outcome.result, outcome.result ? "" : qPrintable(outcome.result.error().details));
        QCOMPARE(outcome.result->body, body);
    }

    void refusesToCarryAKeyInTheOpen_data() {
        QTest::addColumn<QUrl>("url");
        QTest::newRow("plain HTTP elsewhere") << QUrl(u"http://account.invalid/api/v1"_s);
        QTest::newRow("another scheme") << QUrl(u"ftp://localhost/api/v1"_s);
        QTest::newRow("a name and a password") << QUrl(u"https://a:b@account.invalid/api/v1"_s);
        QTest::newRow("no host") << QUrl(u"https:///api/v1"_s);
        QTest::newRow("nothing") << QUrl();
    }
    void refusesToCarryAKeyInTheOpen() {
        QFETCH(QUrl, url);
        HttpTransport transport(url);
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QCOMPARE(outcome.calls, 0);
        QVERIFY(outcome.wait());
        QVERIFY(outcome.failed(ErrorKind::InvalidRequest));
    }

    void refusesWhatCannotBeSent_data() {
        QTest::addColumn<HttpRequest>("request");
        HttpRequest request = post();
        request.headers.set("Authorization", "Bearer a\r\nX-Injected: 1");
        QTest::newRow("a line break in a header") << request;
        request = post();
        request.headers.add("X-A\nB", "1");
        QTest::newRow("a line break in a name") << request;
        request = post();
        request.target = "webhooks";
        QTest::newRow("no path") << request;
        request.target = "/a b\r\n";
        QTest::newRow("a line break in the path") << request;
    }
    void refusesWhatCannotBeSent() {
        QFETCH(HttpRequest, request);
        WireServer server(saying(accepted));
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome outcome;
        transport.send(request, this, outcome.done());
        QVERIFY(outcome.wait());
        QVERIFY(outcome.failed(ErrorKind::Malformed));
        QVERIFY(server.hasCountedAll());
        QCOMPARE(server.connections(), 0);
    }

    void asksTheProxyForOthersAndNeverForThisComputer() {
        WireServer proxy(sayingAndClosing("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"));
        WireServer server(saying(accepted));
        const QByteArray address = "http://127.0.0.1:" + QByteArray::number(proxy.serverPort());
        qputenv("http_proxy", address);
        qputenv("https_proxy", address);
        HttpTransport foreign(QUrl(u"https://account.invalid/api/v1"_s));
        HttpTransport own(server.url(u"/api/v1"_s));
        Outcome away;
        Outcome home;
        foreign.send(post(), this, away.done());
        own.send(post(), this, home.done());
        QVERIFY(away.wait());
        QVERIFY(home.wait());
        qunsetenv("http_proxy");
        qunsetenv("https_proxy");
        QVERIFY(away.failed(ErrorKind::Unreachable));
        QVERIFY(away.result.error().message.contains(u"proxy"_s));
        QVERIFY(proxy.received().startsWith("CONNECT account.invalid:443 "));
        QVERIFY(!proxy.received().contains("ak_live"));
        QVERIFY(home.result);
        QCOMPARE(server.requests().size(), 1);
    }

    void callsBackOnlyAfterTheCall() {
        WireServer server(saying(accepted));
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome outcome;
        transport.send(post(), this, outcome.done());
        QCOMPARE(outcome.calls, 0);
        QVERIFY(outcome.wait());
        QVERIFY(server.hasCountedAll());
        QCOMPARE(outcome.calls, 1);
    }

    void callsNobodyBackWhoHasLeft_data() {
        QTest::addColumn<QString>("who");
        QTest::addColumn<bool>("afterTheAnswer");
        for (const QString& who : {u"caller"_s, u"context"_s, u"transport"_s}) {
            QTest::newRow(qPrintable(who + u" while it waits"_s)) << who << false;
            QTest::newRow(qPrintable(who + u" at once"_s)) << who << true;
        }
    }
    void callsNobodyBackWhoHasLeft() {
        QFETCH(QString, who);
        QFETCH(bool, afterTheAnswer);
        WireServer server;
        auto transport = std::make_unique<HttpTransport>(server.url(u"/api/v1"_s));
        auto context = std::make_unique<QObject>();
        Outcome outcome;
        RequestHandle handle = transport->send(post(), context.get(), outcome.done());
        if (!afterTheAnswer)
            QTRY_COMPARE(server.requests().size(), 1);
        if (who == u"caller")
            handle.cancel();
        else if (who == u"context")
            context.reset();
        else
            transport.reset();
        handle.cancel();
        QTRY_COMPARE(server.openConnections(), 0);
        QVERIFY(server.hasCountedAll());
        QCOMPARE(outcome.calls, 0);
    }

    void mayBeDestroyedByItsAnswer() {
        WireServer server(saying(accepted));
        auto transport = std::make_unique<HttpTransport>(server.url(u"/api/v1"_s));
        int calls = 0;
        transport->send(post(), this, [&](const Result<HttpResponse>&) {
            transport.reset();
            ++calls;
        });
        QTRY_COMPARE(calls, 1);
    }

    void mayAskAgainFromItsAnswer() {
        WireServer server(saying(accepted));
        HttpTransport transport(server.url(u"/api/v1"_s));
        Outcome second;
        transport.send(post(), this, [&](const Result<HttpResponse>&) { transport.send(post(), this, second.done()); });
        QVERIFY(second.wait());
        QVERIFY(second.result);
        QCOMPARE(server.requests().size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestHttpTransport)
#include "tst_httptransport.moc"
