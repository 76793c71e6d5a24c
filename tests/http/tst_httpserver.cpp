// SPDX-License-Identifier: MIT
#include "http/httpserver.h"
#include "http/inboxaddress.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTimer>

#include <memory>
#include <sys/resource.h>
#include <sys/socket.h>

using namespace waybill;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

struct Answer {
    int status = 0;
    QByteArray head;
    QByteArray body;
};

/// A peer that sends bytes as it likes.
class Peer {
public:
    explicit Peer(quint16 port, const QByteArray& bytes = {}) {
        socket_.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        QObject::connect(&socket_, &QTcpSocket::readyRead, [this] { received_ += socket_.readAll(); });
        if (!test::waitFor([this] { return socket_.state() == QAbstractSocket::ConnectedState; }))
            qFatal("The test's peer could not connect.");
        socket_.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        send(bytes);
    }
    void send(const QByteArray& bytes) {
        socket_.write(bytes);
        socket_.flush();
    }
    void sendByteByByte(const QByteArray& bytes) {
        for (const char byte : bytes) {
            send(QByteArray(1, byte));
            QCoreApplication::processEvents();
        }
    }
    void sendNoMore() { ::shutdown(int(socket_.socketDescriptor()), SHUT_WR); }
    void readNothing() { socket_.setReadBufferSize(1); }
    void readAgain() { socket_.setReadBufferSize(0); }
    void leave() { socket_.abort(); }

    bool waitForAnswers(int count) {
        return test::waitFor([&] { return answers().size() >= count; }, 20'000);
    }
    bool waitForEnd() {
        return test::waitFor([&] { return socket_.state() == QAbstractSocket::UnconnectedState; }, 20'000);
    }
    bool isConnected() const { return socket_.state() == QAbstractSocket::ConnectedState; }
    const QByteArray& received() const { return received_; }

    /// Every answer that is whole.
    QList<Answer> answers() const {
        QList<Answer> found;
        for (qsizetype at = 0;;) {
            const qsizetype end = received_.indexOf("\r\n\r\n", at);
            if (end < 0)
                return found;
            Answer answer;
            answer.head = received_.sliced(at, end + 2 - at);
            answer.status = answer.head.sliced(9, 3).toInt();
            const QByteArray name("\r\ncontent-length: ");
            const qsizetype field = answer.head.toLower().indexOf(name);
            const qsizetype value = field + name.size();
            const qsizetype length =
                field < 0 ? 0 : answer.head.sliced(value, answer.head.indexOf('\r', value) - value).toLongLong();
            if (received_.size() < end + 4 + length)
                return found;
            answer.body = received_.sliced(end + 4, length);
            at = end + 4 + length;
            found.append(answer);
        }
    }

private:
    QTcpSocket socket_;
    QByteArray received_;
};

} // namespace

class TestHttpServer : public QObject {
    Q_OBJECT

    std::unique_ptr<HttpServer> server_;
    QList<HttpRequest> handled_;
    quint16 port_ = 0;
    QList<HttpServer::Respond> held_; ///< Of requests for "/hold".

    void serve(const HttpServerLimits& limits = {}) {
        handled_.clear();
        held_.clear();
        server_ = std::make_unique<HttpServer>(
            [this](const HttpRequest& request, const HttpServer::Respond& respond) {
                handled_.append(request);
                if (request.target == "/hold")
                    held_.append(respond);
                else if (request.target.startsWith("/large/"))
                    respond({200, {}, QByteArray(request.target.sliced(7).toInt(), 'x')});
                else
                    respond({200, {}, request.target + '|' + request.body});
            },
            [](int status, const QString& message) {
                return HttpResponse{status, {}, message.toUtf8()};
            },
            limits);
        port_ = *server_->listen(0);
    }
    /// "PORT" stands for the server's port, "HOST" for its Host header.
    QByteArray wire(QByteArray bytes) const {
        return bytes.replace("HOST", "Host: 127.0.0.1:PORT").replace("PORT", QByteArray::number(port_));
    }

private Q_SLOTS:
    void init() { serve(); }
    void cleanup() {
        held_.clear();
        server_.reset();
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, int status, const QByteArray& bytes) {
            QTest::newRow(name) << bytes << status;
        };
        const QByteArray start = "POST /a HTTP/1.1\r\nHOST\r\n";
        const auto fields = [&](const char* name, int status, const QByteArray& lines, const QByteArray& body = {}) {
            row(name, status, start + lines + "\r\n" + body);
        };
        // How long is it?
        fields("two lengths", 400, "Content-Length: 3\r\nContent-Length: 4\r\n", "abcd");
        fields("the same length twice", 400, "Content-Length: 3\r\nContent-Length: 3\r\n", "abc");
        fields("a list of lengths", 400, "Content-Length: 3, 3\r\n", "abc");
        fields("a signed length", 400, "Content-Length: +3\r\n", "abc");
        fields("a negative length", 400, "Content-Length: -3\r\n", "abc");
        fields("a hexadecimal length", 400, "Content-Length: 0x3\r\n", "abc");
        fields("no number for a length", 400, "Content-Length: abc\r\n", "abc");
        fields("an empty length", 400, "Content-Length:\r\n");
        fields("a length and chunks", 400, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
        fields("chunks and a length", 400, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n");
        fields("another coding", 400, "Transfer-Encoding: gzip\r\n");
        fields("two codings", 400, "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n");
        fields("chunked twice", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
        fields("nearly chunked", 400, "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n");
        fields("a coding in quotes", 400, "Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n");
        row("chunks before HTTP/1.1", 400, "POST /a HTTP/1.0\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        const QByteArray chunked = "Transfer-Encoding: chunked\r\n";
        fields("no number for a chunk", 400, chunked, "zz\r\nab\r\n0\r\n\r\n");
        fields("a negative chunk", 400, chunked, "-1\r\nab\r\n0\r\n\r\n");
        fields("an endless chunk", 400, chunked, "fffffffffffffffff\r\nab\r\n0\r\n\r\n");
        fields("a chunk longer than it says", 400, chunked, "2\r\nabc\r\n0\r\n\r\n");
        fields("a chunk that ends with LF alone", 400, chunked, "2\r\nab\n0\r\n\r\n");
        // The form of the head.
        fields("a folded header", 400, "X-A: 1\r\n 2\r\n");
        fields("a folded header with a tab", 400, "X-A: 1\r\n\t2\r\n");
        fields("a space before the colon", 400, "X-A : 1\r\n");
        fields("no colon", 400, "X-A\r\n");
        fields("no name", 400, ": 1\r\n");
        fields("a name in brackets", 400, "X(A): 1\r\n");
        fields("NUL in a value", 400,
               QByteArray("X-A: 1\0"
                          "2\r\n",
                          9));
        fields("NUL in a name", 400, QByteArray("X\0A: 1\r\n", 8));
        fields("a control character", 400, "X-A: \x01\r\n");
        fields("CR inside a value", 400, "X-A: 1\r2\r\n");
        row("lines that end with LF", 400, "GET /a HTTP/1.1\nHOST\n\n");
        row("one line that ends with LF", 400, "GET /a HTTP/1.1\r\nHOST\nX-A: 1\r\n\r\n");
        row("a space before the first header", 400, "GET /a HTTP/1.1\r\n HOST\r\n\r\n");
        row("NUL in the path", 400, QByteArray("GET /\0 HTTP/1.1\r\nHOST\r\n\r\n", 25));
        row("a space in the path", 400, "GET /a b HTTP/1.1\r\nHOST\r\n\r\n");
        row("two spaces", 400, "GET  /a HTTP/1.1\r\nHOST\r\n\r\n");
        row("a tab between", 400, "GET\t/a\tHTTP/1.1\r\nHOST\r\n\r\n");
        row("a space first", 400, " GET /a HTTP/1.1\r\nHOST\r\n\r\n");
        row("no version", 400, "GET /a\r\nHOST\r\n\r\n");
        row("a version in lower case", 400, "GET /a http/1.1\r\nHOST\r\n\r\n");
        row("HTTP/2", 505, "GET /a HTTP/2.0\r\nHOST\r\n\r\n");
        row("HTTP/1.10", 505, "GET /a HTTP/1.10\r\nHOST\r\n\r\n");
        row("a method in brackets", 400, "G(T /a HTTP/1.1\r\nHOST\r\n\r\n");
        row("no path", 400, "GET a HTTP/1.1\r\nHOST\r\n\r\n");
        row("a tunnel", 400, "CONNECT 127.0.0.1:PORT HTTP/1.1\r\nHOST\r\n\r\n");
        row("TLS", 400, QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
        row("not HTTP", 400, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
        // Too much.
        fields("101 headers", 431, QByteArray("X-A: 1\r\n").repeated(100));
        // Somebody else's.
        const auto host = [&](const char* name, const QByteArray& line) {
            row(name, 421, "GET /a HTTP/1.1\r\n" + line + "\r\n");
        };
        host("no host", {});
        host("an empty host", "Host:\r\n");
        host("a foreign host", "Host: evil.example:PORT\r\n");
        host("another port", "Host: 127.0.0.1:1\r\n");
        host("no port", "Host: 127.0.0.1\r\n");
        host("a name that ends with a dot", "Host: localhost.:PORT\r\n");
        host("an address that ends with a dot", "Host: 127.0.0.1.:PORT\r\n");
        host("a name that begins like ours", "Host: 127.0.0.1.evil.example:PORT\r\n");
        host("an address as one number", "Host: 2130706433:PORT\r\n");
        host("a hexadecimal address", "Host: 0x7f.0.0.1:PORT\r\n");
        host("an octal address", "Host: 0177.0.0.1:PORT\r\n");
        host("a short address", "Host: 127.1:PORT\r\n");
        host("another loopback address", "Host: 127.0.0.2:PORT\r\n");
        host("any address", "Host: 0.0.0.0:PORT\r\n");
        host("a mapped address", "Host: [::ffff:127.0.0.1]:PORT\r\n");
        host("a long address", "Host: [0:0:0:0:0:0:0:1]:PORT\r\n");
        host("a user", "Host: a@127.0.0.1:PORT\r\n");
        host("a whole address", "Host: http://127.0.0.1:PORT\r\n");
        host("a list", "Host: 127.0.0.1:PORT, evil.example\r\n");
        host("ours twice", "HOST\r\nHOST\r\n");
        host("ours and a foreign one", "HOST\r\nHost: evil.example:PORT\r\n");
        host("a foreign host with an origin of ours", "Host: evil.example:PORT\r\nOrigin: http://127.0.0.1:PORT\r\n");
        host("a number below localhost", "Host: 127.0.0.1.localhost.:PORT\r\n");
        host("an empty name below localhost", "Host: .localhost:PORT\r\n");
        host("a name that ends like ours", "Host: evil-localhost:PORT\r\n");
        host("a name below a foreign one", "Host: localhost.evil.example:PORT\r\n");
        host("a port that ends like ours", "Host: 127.0.0.1:1PORT\r\n");
        const auto target = [&](const char* name, const QByteArray& address) {
            row(name, 421, "GET " + address + " HTTP/1.1\r\nHOST\r\n\r\n");
        };
        target("a foreign address", "http://evil.example/a");
        target("a foreign address at our port", "http://evil.example:PORT/a");
        target("our address at another port", "http://127.0.0.1:1/a");
        target("our address without its port", "http://127.0.0.1/a");
        target("our address with TLS", "https://127.0.0.1:PORT/a");
        target("our address with a user", "http://a@127.0.0.1:PORT/a");
        target("our address as a user", "http://127.0.0.1:PORT@evil.example/a");
        target("a number as an address", "http://2130706433:PORT/a");
        target("an address that ends with a dot", "http://127.0.0.1.:PORT/a");
        target("an address without a host", "http:///a");
        row("our address with a foreign host", 421,
            "GET http://127.0.0.1:PORT/a HTTP/1.1\r\nHost: evil.example:PORT\r\n\r\n");
        row("our address without a host", 421, "GET http://127.0.0.1:PORT/a HTTP/1.1\r\n\r\n");
        // Web pages.
        fields("a foreign origin", 403, "Origin: https://evil.example\r\n");
        fields("an origin at another port", 403, "Origin: http://127.0.0.1:1\r\n");
        fields("an origin with TLS", 403, "Origin: https://127.0.0.1:PORT\r\n");
        fields("an origin that hides", 403, "Origin: null\r\n");
        fields("an empty origin", 403, "Origin:\r\n");
        fields("an origin with a path", 403, "Origin: http://127.0.0.1:PORT/a\r\n");
        fields("two origins", 403, "Origin: http://127.0.0.1:PORT\r\nOrigin: https://evil.example\r\n");
        fields("a cross-site fetch", 403, "Sec-Fetch-Site: cross-site\r\n");
        fields("a same-site fetch", 403, "Sec-Fetch-Site: same-site\r\n");
        fields("another expectation", 417, "Expect: a-miracle\r\n");
    }
    void refuses() {
        QFETCH(QByteArray, bytes);
        Peer peer(port_, wire(bytes));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().size(), 1);
        QTEST(peer.answers()[0].status, "status");
        QVERIFY(peer.answers()[0].head.contains("\r\nConnection: close\r\n"));
        QVERIFY(!peer.answers()[0].head.toLower().contains("access-control"));
        QCOMPARE(handled_.size(), 0);
    }

    void refusesByteByByteToo_data() { refuses_data(); }
    void refusesByteByByteToo() {
        QFETCH(QByteArray, bytes);
        Peer peer(port_);
        peer.sendByteByByte(wire(bytes));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().size(), 1);
        QTEST(peer.answers()[0].status, "status");
        QCOMPARE(handled_.size(), 0);
    }

    void refusesWhatFollowsARefusal() {
        Peer peer(port_, wire("GET /a HTTP/1.1\r\nHOST\r\nX-A : 1\r\n\r\nGET /b HTTP/1.1\r\nHOST\r\n\r\n"));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().size(), 1);
        QCOMPARE(handled_.size(), 0);
    }

    void takes_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* name, const QByteArray& body, const QByteArray& bytes) {
            QTest::newRow(name) << bytes << body;
        };
        row("no body", "/a|", "GET /a HTTP/1.1\r\nHOST\r\n\r\n");
        row("a body", "/a|abc", "POST /a HTTP/1.1\r\nHOST\r\nContent-Length: 3\r\n\r\nabc");
        row("an empty body", "/a|", "POST /a HTTP/1.1\r\nHOST\r\nContent-Length: 0\r\n\r\n");
        row("chunks", "/a|abcde",
            "POST /a HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        row("chunks in capitals", "/a|abc",
            "POST /a HTTP/1.1\r\nHOST\r\nTransfer-Encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        row("a chunk with an extension", "/a|abc",
            "POST /a HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n0\r\n\r\n");
        row("chunks with a trailer", "/a|abc",
            "POST /a HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n");
        row("an empty line first", "/a|", "\r\nGET /a HTTP/1.1\r\nHOST\r\n\r\n");
        row("a query", "/a?b=%2F&c|", "GET /a?b=%2F&c HTTP/1.1\r\nHOST\r\n\r\n");
        row("localhost", "/a|", "GET /a HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n");
        row("localhost in capitals", "/a|", "GET /a HTTP/1.1\r\nhOsT: LOCALhost:PORT\r\n\r\n");
        row("a name below localhost", "/a|", "GET /a HTTP/1.1\r\nHost: Hooks.Localhost:PORT\r\n\r\n");
        row("our whole address", "/a|", "GET http://127.0.0.1:PORT/a HTTP/1.1\r\nHOST\r\n\r\n");
        row("our whole address in capitals", "/A?b|", "GET HTTP://LocalHost:PORT/A?b HTTP/1.1\r\nHOST\r\n\r\n");
        row("our whole long address", "/a|", "GET http://[::1]:PORT/a HTTP/1.1\r\nHOST\r\n\r\n");
        row("our whole address without a path", "/|", "GET http://127.0.0.1:PORT HTTP/1.1\r\nHOST\r\n\r\n");
        row("our whole address with a query only", "/?a|", "GET http://127.0.0.1:PORT?a HTTP/1.1\r\nHOST\r\n\r\n");
        row("a path that names an address", "/http://evil.example/|",
            "GET /http://evil.example/ HTTP/1.1\r\nHOST\r\n\r\n");
        row("the long loopback address", "/a|", "GET /a HTTP/1.1\r\nHost: [::1]:PORT\r\n\r\n");
        row("our own origin", "/a|", "GET /a HTTP/1.1\r\nHOST\r\nOrigin: http://127.0.0.1:PORT\r\n\r\n");
        row("our own page", "/a|", "GET /a HTTP/1.1\r\nHOST\r\nSec-Fetch-Site: same-origin\r\n\r\n");
        row("typed by a person", "/a|", "GET /a HTTP/1.1\r\nHOST\r\nSec-Fetch-Site: none\r\n\r\n");
        row("100 headers", "/a|", "GET /a HTTP/1.1\r\nHOST\r\n" + QByteArray("X-A: 1\r\n").repeated(99) + "\r\n");
    }
    void takes() {
        QFETCH(QByteArray, bytes);
        Peer peer(port_, wire(bytes));
        QVERIFY(peer.waitForAnswers(1));
        QCOMPARE(peer.answers()[0].status, 200);
        QTEST(peer.answers()[0].body, "body");
        QVERIFY(peer.isConnected());
    }

    void takesByteByByteToo_data() { takes_data(); }
    void takesByteByByteToo() {
        QFETCH(QByteArray, bytes);
        Peer peer(port_);
        peer.sendByteByByte(wire(bytes));
        QVERIFY(peer.waitForAnswers(1));
        QCOMPARE(peer.answers()[0].status, 200);
        QTEST(peer.answers()[0].body, "body");
        QCOMPARE(handled_.size(), 1);
    }

    void takesAHostWithoutItsPortWhereThatIsTheDefault_data() {
        QTest::addColumn<QByteArray>("authority");
        QTest::addColumn<quint16>("port");
        QTest::addColumn<bool>("isOurs");
        QTest::newRow("left out") << "localhost"_ba << quint16(80) << true;
        QTest::newRow("left empty") << "127.0.0.1:"_ba << quint16(80) << true;
        QTest::newRow("left out of the long address") << "[::1]"_ba << quint16(80) << true;
        QTest::newRow("named") << "localhost:80"_ba << quint16(80) << true;
        QTest::newRow("left out at another port") << "localhost"_ba << quint16(8080) << false;
        QTest::newRow("another one named") << "localhost:8080"_ba << quint16(80) << false;
        QTest::newRow("foreign") << "evil.example"_ba << quint16(80) << false;
    }
    void takesAHostWithoutItsPortWhereThatIsTheDefault() {
        QFETCH(QByteArray, authority);
        QFETCH(quint16, port);
        QTEST(isServedAuthority(authority, port), "isOurs");
    }

    void answersAtBothLoopbackAddresses() {
        if (!server_->answersIpv6())
            return; // This computer has no [::1].
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHostIPv6), port_);
        socket.write(wire("GET /a HTTP/1.1\r\nHost: [::1]:PORT\r\n\r\n"));
        QTRY_VERIFY(socket.bytesAvailable() > 0);
        QVERIFY(socket.readAll().startsWith("HTTP/1.1 200 "));
    }

    void takesNoPortOfWhichOthersHaveASpelling_data() {
        QTest::addColumn<QHostAddress>("address");
        QTest::newRow("127.0.0.1") << QHostAddress(QHostAddress::LocalHost);
        QTest::newRow("[::1]") << QHostAddress(QHostAddress::LocalHostIPv6);
        QTest::newRow("every address") << QHostAddress(QHostAddress::Any);
    }
    void takesNoPortOfWhichOthersHaveASpelling() {
        QFETCH(QHostAddress, address);
        QTcpServer other;
        QVERIFY(other.listen(address, 0));
        HttpServer server([](const HttpRequest&, const HttpServer::Respond&) {},
                          [](int, const QString&) { return HttpResponse(); });
        const auto taken = server.listen(other.serverPort());
        QCOMPARE(taken.error().kind, ErrorKind::PortTaken);
        QVERIFY(taken.error().message.contains(QString::number(other.serverPort())));
        QCOMPARE(server.port(), quint16(0));
        QVERIFY(server.listen(0));
    }

    void answersForTheServerAsAWhole_data() {
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("a star") << "*"_ba;
        QTest::newRow("our whole address without a path") << "http://127.0.0.1:PORT"_ba;
    }
    void answersForTheServerAsAWhole() {
        QFETCH(QByteArray, target);
        Peer peer(port_, wire("OPTIONS " + target + " HTTP/1.1\r\nHOST\r\n\r\nGET /a HTTP/1.1\r\nHOST\r\n\r\n"));
        QVERIFY(peer.waitForAnswers(2));
        QCOMPARE(peer.answers()[0].status, 204);
        QVERIFY(!peer.answers()[0].head.toLower().contains("content-length"));
        QCOMPARE(peer.answers()[1].body, "/a|"_ba);
        QCOMPARE(handled_.size(), 1);
    }

    void takesAHeadUpToTheLimit_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("status");
        QTest::newRow("exactly") << 16 * 1024 << 200;
        QTest::newRow("one more") << 16 * 1024 + 1 << 431;
        QTest::newRow("far more") << 1024 * 1024 << 431;
    }
    void takesAHeadUpToTheLimit() {
        QFETCH(int, size);
        const QByteArray start = wire("GET /a HTTP/1.1\r\nHOST\r\nX-A: ");
        Peer peer(port_, start + QByteArray(size - start.size() - 4, 'x') + "\r\n\r\n");
        QVERIFY(peer.waitForAnswers(1));
        QTEST(peer.answers()[0].status, "status");
        QCOMPARE(handled_.size(), peer.answers()[0].status == 200 ? 1 : 0);
    }

    void refusesAHeadWithoutAnEnd() {
        Peer peer(port_, "GET /" + QByteArray(17 * 1024, 'a'));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().value(0).status, 431);
    }

    void takesABodyUpToTheLimit_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const QByteArray start = "POST /a HTTP/1.1\r\nHOST\r\n";
        const QByteArray chunk = "400\r\n" + QByteArray(1024, 'x') + "\r\n";
        QTest::newRow("exactly") << QByteArray(start + "Content-Length: 4096\r\n\r\n" + QByteArray(4096, 'x')) << 200;
        QTest::newRow("one more") << QByteArray(start + "Content-Length: 4097\r\n\r\n") << 413;
        QTest::newRow("more than any number")
            << QByteArray(start + "Content-Length: 9223372036854775807\r\n\r\n") << 413;
        QTest::newRow("in chunks, exactly")
            << QByteArray(start + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeated(4) + "0\r\n\r\n") << 200;
        QTest::newRow("in chunks, one more")
            << QByteArray(start + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeated(4) + "1\r\nx\r\n0\r\n\r\n")
            << 413;
        QTest::newRow("in one huge chunk")
            << QByteArray(start + "Transfer-Encoding: chunked\r\n\r\nffffff\r\n" + QByteArray(8192, 'x')) << 413;
    }
    void takesABodyUpToTheLimit() {
        QFETCH(QByteArray, bytes);
        HttpServerLimits limits;
        limits.bodyBytes = 4096;
        serve(limits);
        Peer peer(port_, wire(bytes));
        QVERIFY(peer.waitForAnswers(1));
        QTEST(peer.answers()[0].status, "status");
        QCOMPARE(handled_.size(), peer.answers()[0].status == 200 ? 1 : 0);
    }

    void tellsWhoStillSendsThatItIsTooMuch() {
        Peer peer(port_,
                  wire("POST /a HTTP/1.1\r\nHOST\r\nContent-Length: 5000000\r\n\r\n") + QByteArray(5'000'000, 'x'));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().value(0).status, 413);
        QCOMPARE(handled_.size(), 0);
    }

    void refusesAnEndlessLineBetweenChunks() {
        Peer peer(port_,
                  wire("POST /a HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n1;") + QByteArray(40'000, 'x'));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().value(0).status, 400);
    }

    void acceptsNoShortBody_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("shorter than its length")
            << QByteArray("POST /a HTTP/1.1\r\nHOST\r\nContent-Length: 10\r\n\r\nshort");
        QTest::newRow("a chunk is missing")
            << QByteArray("POST /a HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        QTest::newRow("the last line is missing")
            << QByteArray("POST /a HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n");
        QTest::newRow("half a head") << QByteArray("POST /a HTTP/1.1\r\nHOST\r\n");
    }
    void acceptsNoShortBody() {
        QFETCH(QByteArray, bytes);
        Peer peer(port_, wire(bytes));
        peer.sendNoMore();
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.received(), QByteArray());
        QCOMPARE(handled_.size(), 0);
    }

    void answersOneAfterTheOtherOnOneConnection() {
        Peer peer(port_);
        for (int i = 1; i <= 3; ++i) {
            peer.send(wire("GET /" + QByteArray::number(i) + " HTTP/1.1\r\nHOST\r\n\r\n"));
            QVERIFY(peer.waitForAnswers(i));
            QCOMPARE(peer.answers().last().body, QByteArray("/" + QByteArray::number(i) + "|"));
            QVERIFY(peer.answers().last().head.contains("\r\nConnection: keep-alive\r\n"));
        }
        QVERIFY(peer.isConnected());
    }

    void answersInTheOrderOfTheRequests() {
        Peer peer(port_, wire("GET /hold HTTP/1.1\r\nHOST\r\n\r\n"
                              "POST /b HTTP/1.1\r\nHOST\r\nContent-Length: 1\r\n\r\nx"
                              "GET /c HTTP/1.1\r\nHOST\r\n\r\n"));
        QTRY_COMPARE(held_.size(), 1);
        QCOMPARE(handled_.size(), 1);
        held_[0]({200, {}, "held"});
        QVERIFY(peer.waitForAnswers(3));
        QCOMPARE(peer.answers()[0].body, QByteArray("held"));
        QCOMPARE(peer.answers()[1].body, QByteArray("/b|x"));
        QCOMPARE(peer.answers()[2].body, QByteArray("/c|"));
    }

    void stopsForAPeerThatDoesNotRead() {
        Peer peer(port_);
        peer.readNothing();
        peer.send(wire(QByteArray("GET /large/1000000 HTTP/1.1\r\nHOST\r\n\r\n").repeated(50)));
        Peer other(port_, wire("GET /a HTTP/1.1\r\nHOST\r\n\r\n"));
        QVERIFY(other.waitForAnswers(1));
        QVERIFY(handled_.size() < 25);
        peer.readAgain();
        QVERIFY(peer.waitForAnswers(50));
    }

    void closesWhenAsked_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("close") << QByteArray("GET /a HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n");
        QTest::newRow("in a list") << QByteArray("GET /a HTTP/1.1\r\nHOST\r\nConnection: x, Close\r\n\r\n");
        QTest::newRow("HTTP/1.0") << QByteArray("GET /a HTTP/1.0\r\nHOST\r\n\r\n");
    }
    void closesWhenAsked() {
        QFETCH(QByteArray, bytes);
        Peer peer(port_, wire(bytes) + wire(bytes));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().size(), 1);
        QCOMPARE(peer.answers()[0].status, 200);
    }

    void tellsWhoWaitsToGoOn() {
        Peer peer(port_, wire("POST /a HTTP/1.1\r\nHOST\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
        QTRY_COMPARE(peer.received(), QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
        QCOMPARE(handled_.size(), 0);
        peer.send("abc");
        QVERIFY(peer.waitForAnswers(2));
        QCOMPARE(peer.answers()[1].body, QByteArray("/a|abc"));
    }

    void refusesWhoWaitsBeforeTheBodyComes() {
        Peer peer(port_, wire("POST /a HTTP/1.1\r\nHOST\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n"));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().size(), 1);
        QCOMPARE(peer.answers()[0].status, 413);
    }

    void givesAHeadNoBody() {
        Peer peer(port_, wire("HEAD /a HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n"));
        QVERIFY(peer.waitForEnd());
        QVERIFY(peer.received().endsWith("\r\n\r\n"));
        QVERIFY(peer.received().contains("\r\nContent-Length: 3\r\n"));
    }

    void endsWhatIsSlow_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("half a line") << QByteArray("GET /a");
        QTest::newRow("half a head") << QByteArray("GET /a HTTP/1.1\r\nHOST\r\n");
        QTest::newRow("half a body") << QByteArray("POST /a HTTP/1.1\r\nHOST\r\nContent-Length: 9\r\n\r\nabc");
        QTest::newRow("half a chunk") << QByteArray(
            "POST /a HTTP/1.1\r\nHOST\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc");
    }
    void endsWhatIsSlow() {
        QFETCH(QByteArray, bytes);
        HttpServerLimits limits;
        limits.headerTime = 100ms;
        limits.requestTime = 200ms;
        serve(limits);
        Peer peer(port_, wire(bytes));
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().size(), 1);
        QCOMPARE(peer.answers()[0].status, 408);
        QCOMPARE(handled_.size(), 0);
    }

    void endsWhatDrips_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("the head") << QByteArray("GET /a HTTP/1.1\r\nHOST\r\nX-A: ");
        QTest::newRow("the body") << QByteArray("POST /a HTTP/1.1\r\nHOST\r\nContent-Length: 99999\r\n\r\n");
    }
    void endsWhatDrips() {
        QFETCH(QByteArray, bytes);
        HttpServerLimits limits;
        limits.headerTime = 150ms;
        limits.requestTime = 300ms;
        serve(limits);
        Peer peer(port_, wire(bytes));
        QTimer drip;
        connect(&drip, &QTimer::timeout, this, [&] { peer.send("x"); });
        drip.start(5ms);
        QVERIFY(peer.waitForAnswers(1));
        QCOMPARE(peer.answers()[0].status, 408);
        QVERIFY(peer.waitForEnd());
    }

    void closesAnIdleConnectionWithoutAWord() {
        HttpServerLimits limits;
        limits.idleTime = 100ms;
        serve(limits);
        Peer silent(port_);
        Peer answered(port_, wire("GET /a HTTP/1.1\r\nHOST\r\n\r\n"));
        QVERIFY(silent.waitForEnd());
        QVERIFY(answered.waitForEnd());
        QCOMPARE(silent.received(), QByteArray());
        QCOMPARE(answered.answers().size(), 1);
    }

    void takesOnlySoManyConnections() {
        HttpServerLimits limits;
        limits.connections = 2;
        serve(limits);
        const QByteArray request = wire("GET /a HTTP/1.1\r\nHOST\r\n\r\n");
        Peer first(port_, request);
        Peer second(port_, request);
        QVERIFY(first.waitForAnswers(1));
        QVERIFY(second.waitForAnswers(1));
        Peer third(port_, request);
        QVERIFY(third.waitForEnd());
        QCOMPARE(third.answers().value(0).status, 503);
        first.leave();
        QVERIFY(test::waitFor([&] {
            Peer fourth(port_, request);
            return fourth.waitForAnswers(1) && fourth.answers()[0].status == 200;
        }));
    }

    void wastesNothingOnAFlood() {
        HttpServerLimits limits;
        limits.connections = 1;
        serve(limits);
        std::vector<std::unique_ptr<Peer>> peers;
        for (int i = 0; i < 8; ++i)
            peers.push_back(std::make_unique<Peer>(port_));
        for (std::size_t i = 1; i < peers.size(); ++i)
            QVERIFY(peers[i]->waitForEnd());
        peers[0]->send(wire("GET /a HTTP/1.1\r\nHOST\r\n\r\n"));
        QVERIFY(peers[0]->waitForAnswers(1));
        QCOMPARE(peers[0]->answers()[0].status, 200);
    }

    void answersWhoOnlyListensAnyMore_data() {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("answers");
        QTest::newRow("a small answer") << QByteArray("/a") << 1;
        QTest::newRow("a large answer") << QByteArray("/large/8000000") << 1;
        QTest::newRow("several answers") << QByteArray("/large/3000000") << 3;
    }
    void answersWhoOnlyListensAnyMore() {
        QFETCH(QByteArray, target);
        QFETCH(int, answers);
        Peer peer(port_, wire("GET " + target + " HTTP/1.1\r\nHOST\r\n\r\n").repeated(answers));
        peer.sendNoMore();
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().size(), answers);
    }

    void answersLateWhoOnlyListensAnyMore() {
        Peer peer(port_, wire("GET /hold HTTP/1.1\r\nHOST\r\n\r\n"));
        peer.sendNoMore();
        QTRY_COMPARE(held_.size(), 1);
        Peer other(port_, wire("GET /a HTTP/1.1\r\nHOST\r\n\r\n"));
        QVERIFY(other.waitForAnswers(1));
        held_[0]({200, {}, QByteArray(5'000'000, 'x')});
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().size(), 1);
        QCOMPARE(peer.answers()[0].body.size(), 5'000'000);
    }

    void refusesWhoOnlyListensAnyMore() {
        Peer peer(port_, "nonsense\r\n\r\n");
        peer.sendNoMore();
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.answers().value(0).status, 400);
    }

    void survivesWhoLeavesBeforeTheAnswer() {
        {
            Peer peer(port_, wire("GET /hold HTTP/1.1\r\nHOST\r\n\r\n"));
            QTRY_COMPARE(held_.size(), 1);
            peer.leave();
        }
        Peer other(port_, wire("GET /a HTTP/1.1\r\nHOST\r\n\r\n"));
        QVERIFY(other.waitForAnswers(1));
        held_[0]({200, {}, QByteArray(5'000'000, 'x')});
        other.send(wire("GET /b HTTP/1.1\r\nHOST\r\n\r\n"));
        QVERIFY(other.waitForAnswers(2));
    }

    void mayBeAnsweredWhenNobodyWaits_data() {
        QTest::addColumn<bool>("isDestroyed");
        QTest::newRow("closed") << false;
        QTest::newRow("destroyed") << true;
    }
    void mayBeAnsweredWhenNobodyWaits() {
        QFETCH(bool, isDestroyed);
        Peer peer(port_, wire("GET /hold HTTP/1.1\r\nHOST\r\n\r\n"));
        QTRY_COMPARE(held_.size(), 1);
        if (isDestroyed)
            server_.reset();
        else
            server_->close();
        held_[0]({200, {}, "late"});
        QVERIFY(peer.waitForEnd());
        QCOMPARE(peer.received(), QByteArray());
    }

    void takesOneAnswerForARequest() {
        Peer peer(port_, wire("GET /hold HTTP/1.1\r\nHOST\r\n\r\nGET /b HTTP/1.1\r\nHOST\r\n\r\n"));
        QTRY_COMPARE(held_.size(), 1);
        held_[0]({200, {}, "first"});
        held_[0]({200, {}, "second"});
        QVERIFY(peer.waitForAnswers(2));
        QCOMPARE(peer.answers()[1].body, QByteArray("/b|"));
    }

    void letsNoHeaderOfAnAnswerBreakTheLine() {
        Peer peer(port_, wire("GET /hold HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n"));
        QTRY_COMPARE(held_.size(), 1);
        held_[0]({200, {{"X-A", "1\r\nX-Injected: 1"}, {"X-B: 1\r\nX-Injected", "1"}, {"Content-Length", "99"}}, "ok"});
        QVERIFY(peer.waitForEnd());
        QVERIFY(!peer.received().contains("Injected"));
        QCOMPARE(peer.answers().value(0).body, QByteArray("ok"));
    }

    void saysWhenThePortIsTaken() {
        HttpServer second([](const auto&, const auto&) {}, [](int, const QString&) { return HttpResponse(); });
        const auto taken = second.listen(port_);
        QVERIFY(!taken);
        QCOMPARE(taken.error().kind, ErrorKind::PortTaken);
        QVERIFY(taken.error().message.contains(QString::number(port_)));
    }

    void tellsATakenPortFromAComputerThatHasNoMoreRoom() {
        HttpServer second([](const auto&, const auto&) {}, [](int, const QString&) { return HttpResponse(); });
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &before), 0);
        const rlimit none{0, before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &none), 0);
        const auto taken = second.listen(0);
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &before), 0);
        QVERIFY(!taken);
        QCOMPARE(taken.error().kind, ErrorKind::Storage);
        QVERIFY(!taken.error().message.isEmpty());
    }

    void listensToThisComputerOnly() {
        QTcpServer elsewhere;
        QVERIFY2(elsewhere.listen(QHostAddress(u"127.0.0.2"_s), port_), "the port is taken at other addresses too");
    }
};

QTEST_GUILESS_MAIN(TestHttpServer)
#include "tst_httpserver.moc"
