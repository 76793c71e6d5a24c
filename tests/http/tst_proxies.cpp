// SPDX-License-Identifier: MIT
// Through which proxy an address is reached, what is said to it, and what is told when it does not let anything
// through.
#include "http/httptransport.h"
#include "http/proxychoice.h"
#include "http/proxyhandshake.h"
#include "support/attempts.h"
#include "support/testcertificate.h"
#include "support/tunnelproxy.h"
#include "support/wireanswers.h"

#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;
using namespace waybill::test;

Q_DECLARE_METATYPE(waybill::ProxyEnvironment)

namespace {

using Kind = ProxyFailure::Kind;

Proxy proxyAt(quint16 port, Proxy::Kind kind = Proxy::Kind::Http) {
    Proxy proxy;
    proxy.kind = kind;
    proxy.host = u"127.0.0.1"_s;
    proxy.port = port;
    return proxy;
}

Proxy withPassword(Proxy proxy, const QString& user, const QByteArray& password) {
    proxy.user = user;
    proxy.password = Secret(password);
    return proxy;
}

/// A receiver that nothing but a proxy leads to.
struct Far {
    explicit Far(const QByteArray& answer = delivered)
        : certificate(TestCertificate::forName(u"DNS:receiver.example"_s))
        , server(saying(answer), certificate.forServer())
        , proxy(server.serverPort()) {}
    AttemptOutcome post(const ProxyChoice& choice) {
        HttpSender sender;
        sender.setTlsConfiguration(certificate.forTrustingClient());
        sender.setProxies(choice);
        return outcomeOf(sender, postTo(url));
    }
    const QUrl url{u"https://receiver.example/hook"_s};
    TestCertificate certificate;
    WireServer server;
    TunnelProxy proxy;
};

} // namespace

class TestProxies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theEnvironmentIsReadAsCurlDoes_data() {
        QTest::addColumn<ProxyEnvironment>("environment");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("proxy"); // Empty: directly.
        const auto row = [](const char* name, const ProxyEnvironment& environment, const char* url, const char* proxy) {
            QTest::newRow(name) << environment << QString::fromLatin1(url) << QString::fromLatin1(proxy);
        };
        const QString p = u"http://p.example:3128"_s;
        const QString q = u"q.example:8080"_s;
        row("https", {p, {}, {}, {}}, "https://a.example/", "p.example:3128");
        row("https is not for http", {p, {}, {}, {}}, "http://a.example/", "");
        row("http", {{}, p, {}, {}}, "http://a.example/", "p.example:3128");
        row("http is not for https", {{}, p, {}, {}}, "https://a.example/", "");
        row("for all", {{}, {}, q, {}}, "https://a.example/", "q.example:8080");
        row("its own before that for all", {p, {}, q, {}}, "https://a.example/", "p.example:3128");
        row("that for all where there is no other", {p, {}, q, {}}, "http://a.example/", "q.example:8080");
        row("loopback", {p, p, p, {}}, "https://localhost:1/", "");
        row("loopback by address", {p, p, p, {}}, "http://127.0.0.1:1/", "");
        row("loopback in IPv6", {p, p, p, {}}, "http://[::1]:1/", "");
        row("below localhost", {p, p, p, {}}, "http://shop.localhost:1/", "");
        row("no port", {u"http://p.example"_s, {}, {}, {}}, "https://a.example/", "p.example:1080");
        row("SOCKS", {u"socks5h://p.example:9"_s, {}, {}, {}}, "https://a.example/", "p.example:9");
        row("excepted", {p, {}, {}, u"a.example"_s}, "https://a.example/", "");
        row("another is excepted", {p, {}, {}, u"b.example"_s}, "https://a.example/", "p.example:3128");
        row("an exception alone", {{}, {}, p, u"*"_s}, "https://a.example/", "");
    }
    void theEnvironmentIsReadAsCurlDoes() {
        QFETCH(ProxyEnvironment, environment);
        QFETCH(QString, url);
        QFETCH(QString, proxy);
        const auto found = ProxyChoice::ofSystem(environment).proxyFor(QUrl(url));
        QVERIFY(found);
        QCOMPARE(found->isDirect() ? QString() : found->name(), proxy);
    }

    void variablesInSmallLettersCountFirst() {
        const QByteArrayList names{"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY",
                                   "all_proxy",   "ALL_PROXY",   "no_proxy",   "NO_PROXY"};
        for (const QByteArray& name : names)
            qputenv(name.constData(), name.toLower() == name ? "small" : "large");
        ProxyEnvironment read = ProxyEnvironment::ofThisProcess();
        QCOMPARE(QStringList({read.https, read.http, read.all, read.no}), QStringList(4, u"small"_s));
        for (const QByteArray& name : names)
            qputenv(name.toLower().constData(), "");
        read = ProxyEnvironment::ofThisProcess();
        for (const QByteArray& name : names)
            qunsetenv(name.constData());
        QCOMPARE(QStringList({read.https, read.http, read.all, read.no}),
                 QStringList({u"large"_s, QString(), u"large"_s, u"large"_s}));
    }

    void exceptionsAreReadAsCurlDoes_data() {
        QTest::addColumn<QString>("list");
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("excepted");
        const auto row = [](const char* list, const char* host, bool excepted) {
            QTest::addRow("%s: %s", list, host) << QString::fromUtf8(list) << QString::fromUtf8(host) << excepted;
        };
        row("example.com", "example.com", true);
        row("example.com", "EXAMPLE.com", true);
        row("example.com", "a.example.com", true);
        row("example.com", "notexample.com", false);
        row("example.com", "example.com.org", false);
        row(".example.com", "a.example.com", true);
        row(".example.com", "example.com", true);
        row("*.example.com", "a.example.com", true);
        row("example.com.", "example.com", true);
        row("example.com", "example.com.", true);
        row("a.example, example.com", "example.com", true);
        row("a.example example.com", "example.com", true);
        row("*", "anything.example", true);
        row("a.example,*", "anything.example", true);
        row("example.com:8443", "example.com", false); // It is asked for port 443 here.
        row("example.com:443", "example.com", true);
        row("10.1.2.3", "10.1.2.3", true);
        row("10.1.2.3", "10.1.2.4", false);
        row("10.0.0.0/8", "10.200.0.1", true);
        row("10.0.0.0/8", "11.0.0.1", false);
        row("192.168.1.0/30", "192.168.1.3", true);
        row("192.168.1.0/30", "192.168.1.4", false);
        row("10.1.2.3:443", "10.1.2.3", true);
        row("2001:db8::1", "2001:db8::1", true);
        row("[2001:db8::1]", "2001:db8::1", true);
        row("[2001:db8::1]:443", "2001:db8::1", true);
        row("[2001:db8::1]:80", "2001:db8::1", false);
        row("2001:db8::/32", "2001:db8:5::1", true);
        row("2001:db8::/32", "2001:db9::1", false);
        row("0.0.0.0/0", "2001:db9::1", false);
        row("2.3", "10.1.2.3", false); // An address is no domain.
        row("münchen.example", "xn--mnchen-3ya.example", true);
        row("", "example.com", false);
        row(",, ,", "example.com", false);
        row(".", "example.com", false);
    }
    void exceptionsAreReadAsCurlDoes() {
        QFETCH(QString, list);
        QFETCH(QString, host);
        QTEST(isExceptedFromProxy(list, host, 443), "excepted");
    }

    void anAddressOfAProxyIsRead_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("user");
        QTest::addColumn<QByteArray>("password");
        const auto row = [](const char* text, const char* name, const char* user = "", const char* password = "") {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(name) << QString::fromUtf8(user)
                                << QByteArray(password);
        };
        row("proxy.example:3128", "proxy.example:3128");
        row(" http://proxy.example:3128/ ", "proxy.example:3128");
        row("HTTP://Proxy.Example:3128", "proxy.example:3128");
        row("proxy.example", "proxy.example:1080");
        row("socks5://10.0.0.1:9050", "10.0.0.1:9050");
        row("[2001:db8::1]:3128", "[2001:db8::1]:3128");
        row("http://me:p%40ss%3A%C3%A4@proxy.example:1", "proxy.example:1", "me", "p@ss:ä");
        row("me:secret@proxy.example:1", "proxy.example:1", "me", "secret");
        // Nothing of these can be used.
        row("https://me:secret@proxy.example:1", "");
        row("socks4://me:secret@proxy.example:1", "");
        row("ftp://proxy.example", "");
        row("http://", "");
        row("proxy.example:0", "");
        row("proxy.example:99999", "");
        row("proxy.example:port", "");
        row("proxy.example/path", "");
        row("me:secret@", "");
        row("", "");
    }
    void anAddressOfAProxyIsRead() {
        QFETCH(QString, text);
        QFETCH(QString, name);
        const auto proxy = readProxy(text);
        QCOMPARE(proxy ? proxy->name() : QString(), name);
        if (proxy) {
            QTEST(proxy->user, "user");
            QTEST(proxy->password.reveal(), "password");
        } else {
            QVERIFY(!proxy.error().message.contains(u"secret"_s));
            const auto unusable = ProxyChoice::ofSystem({text, {}, {}, {}}).proxyFor(QUrl(u"https://a.example/"_s));
            // What was set and cannot be used is never passed by.
            if (!text.isEmpty())
                QCOMPARE(unusable.value_or(Proxy()).kind, Proxy::Kind::Unusable);
            QVERIFY(text.isEmpty() || !ProxyChoice::ofSystem({text, {}, {}, {}}).check());
        }
    }

    void aFailureNamesTheProxy() {
        QStringList told;
        for (int kind = int(Kind::LookUp); kind <= int(Kind::Unusable); ++kind) {
            const QString sentence = describe({Kind(kind), u"[::1]:3128"_s, 0});
            QVERIFY(sentence.contains(u"proxy [::1]:3128 "_s));
            QVERIFY(!told.contains(sentence));
            told += sentence;
            FailureReport report;
            report.code = AttemptFailure::Proxy;
            report.proxy = ProxyFailure{Kind(kind), u"proxy.example:3128"_s, kind == int(Kind::Denied) ? 403 : 0};
            QCOMPARE(failureReport(storedText(report)), std::optional(report));
        }
        QCOMPARE(describe({Kind::Denied, u"proxy.example:3128"_s, 403}),
                 u"The proxy proxy.example:3128 answered 403: it does not allow this address."_s);
        QVERIFY(!proxyFailureKind(u"something"));
    }

    void whatIsSaidToAProxy_data() {
        QTest::addColumn<bool>("isSocks");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("user");
        QTest::addColumn<QByteArrayList>("talk"); // The proxy and we by turns, from us.
        const auto bytes = [](const char* text, qsizetype size) { return QByteArray(text, size); };
        QTest::newRow("CONNECT") << false << u"a.example"_s << QString()
                                 << QByteArrayList{"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"};
        QTest::newRow("CONNECT to IPv6") << false << u"2001:db8::1"_s << QString()
                                         << QByteArrayList{"CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: "
                                                           "[2001:db8::1]:443\r\n\r\n"};
        QTest::newRow("CONNECT beyond ASCII")
            << false << u"münchen.example"_s << QString()
            << QByteArrayList{
                   "CONNECT xn--mnchen-3ya.example:443 HTTP/1.1\r\nHost: xn--mnchen-3ya.example:443\r\n\r\n"};
        QTest::newRow("CONNECT with a password")
            << false << u"a.example"_s << u"me"_s
            << QByteArrayList{"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nProxy-Authorization: Basic "
                              "bWU6c2VjcmV0\r\n\r\n"};
        QTest::newRow("SOCKS to a name") << true << u"a.example"_s << QString()
                                         << QByteArrayList{bytes("\x05\x01\x00", 3), bytes("\x05\x00", 2),
                                                           bytes("\x05\x01\x00\x03\x09"
                                                                 "a.example\x01\xbb",
                                                                 16)};
        QTest::newRow("SOCKS to an address") << true << u"10.1.2.3"_s << QString()
                                             << QByteArrayList{bytes("\x05\x01\x00", 3), bytes("\x05\x00", 2),
                                                               bytes("\x05\x01\x00\x01\x0a\x01\x02\x03\x01\xbb", 10)};
        QTest::newRow("SOCKS with a password")
            << true << u"10.1.2.3"_s << u"me"_s
            << QByteArrayList{bytes("\x05\x02\x00\x02", 4), bytes("\x05\x02", 2), bytes("\x01\x02me\x06secret", 11),
                              bytes("\x01\x00", 2), bytes("\x05\x01\x00\x01\x0a\x01\x02\x03\x01\xbb", 10)};
    }
    void whatIsSaidToAProxy() {
        QFETCH(bool, isSocks);
        QFETCH(QString, host);
        QFETCH(QString, user);
        QFETCH(QByteArrayList, talk);
        const Proxy proxy = withPassword(proxyAt(1, isSocks ? Proxy::Kind::Socks5 : Proxy::Kind::Http), user, "secret");
        ProxyHandshake handshake(proxy, host, 443);
        for (qsizetype i = 0; i < talk.size(); ++i) {
            if (i % 2 == 0)
                QCOMPARE(handshake.takeBytes(), talk.at(i));
            else
                handshake.read(talk.at(i));
        }
        QCOMPARE(handshake.state(), ProxyHandshake::State::Talking);
    }

    void whatAProxyAnswers_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("isOpen");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("status");
        const auto open = [](const char* answer) {
            QTest::newRow(answer) << QByteArray(answer) << true << Kind() << 0;
        };
        const auto row = [](const char* answer, Kind kind, int status = 0) {
            QTest::newRow(answer) << QByteArray(answer) << false << kind << status;
        };
        open("HTTP/1.1 200 OK\r\n\r\n");
        open("HTTP/1.0 200\r\n\r\n");
        open("HTTP/1.1 200 \r\nVia: x\r\n\r\n");
        open("HTTP/1.1 299 Yes\n\n");
        open("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
        row("HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\n", Kind::Denied, 403);
        row("HTTP/1.1 405 No\r\n\r\n", Kind::Denied, 405);
        row("HTTP/1.1 407 Who\r\n\r\n", Kind::WantsPassword);
        row("HTTP/1.1 502 Bad\r\n\r\n", Kind::NoWay, 502);
        row("HTTP/1.1 503 Busy\r\n\r\n", Kind::NoWay, 503);
        row("HTTP/1.1 504 Late\r\n\r\n", Kind::NoWay, 504);
        row("HTTP/1.1 404 Where\r\n\r\n", Kind::NoWay, 404);
        row("HTTP/1.1 302 There\r\nLocation: /\r\n\r\n", Kind::Answered, 302);
        row("HTTP/1.1 500 Oh\r\n\r\n", Kind::Answered, 500);
        row("HTTP/1.1 abc\r\n\r\n", Kind::Unreadable);
        row("HTTP/2 200\r\n\r\n", Kind::Unreadable);
        row("SSH-2.0-x\r\n", Kind::Unreadable);
        row("\x16\x03\x01", Kind::Unreadable);
    }
    void whatAProxyAnswers() {
        QFETCH(QByteArray, answer);
        QFETCH(bool, isOpen);
        QFETCH(Kind, kind);
        QFETCH(int, status);
        ProxyHandshake handshake(proxyAt(1), u"a.example"_s, 443);
        qsizetype read = 0;
        while (read < answer.size() && handshake.state() == ProxyHandshake::State::Talking) {
            const qsizetype size = std::min(handshake.wanted(), answer.size() - read);
            handshake.read(QByteArrayView(answer).sliced(read, size));
            read += size;
        }
        QCOMPARE(handshake.state(), isOpen ? ProxyHandshake::State::Open : ProxyHandshake::State::Failed);
        if (!isOpen)
            QCOMPARE(handshake.failure(), (ProxyFailure{kind, u"127.0.0.1:1"_s, status}));
    }

    void anEndlessHeadIsGivenUp() {
        ProxyHandshake handshake(proxyAt(1), u"a.example"_s, 443);
        handshake.read("HTTP/1.1 200 OK\r\nX: ");
        for (int i = 0; i < 20'000 && handshake.state() == ProxyHandshake::State::Talking; ++i)
            handshake.read("x");
        QCOMPARE(handshake.state(), ProxyHandshake::State::Failed);
    }

    void aDeliveryGoesThroughOnce_data() {
        QTest::addColumn<Proxy::Kind>("kind");
        QTest::addColumn<QByteArray>("credentials");
        QTest::newRow("CONNECT") << Proxy::Kind::Http << QByteArray();
        QTest::newRow("CONNECT with a password") << Proxy::Kind::Http << QByteArray("me:p@ss:ä");
        QTest::newRow("SOCKS") << Proxy::Kind::Socks5 << QByteArray();
        QTest::newRow("SOCKS with a password") << Proxy::Kind::Socks5 << QByteArray("me:secret");
    }
    void aDeliveryGoesThroughOnce() {
        QFETCH(Proxy::Kind, kind);
        QFETCH(QByteArray, credentials);
        Far far;
        far.proxy.credentials = credentials;
        Proxy proxy = proxyAt(far.proxy.serverPort(), kind);
        if (!credentials.isEmpty())
            proxy = withPassword(proxy, u"me"_s, credentials.mid(3));
        const AttemptOutcome outcome = far.post(ProxyChoice::manual(proxy, {}));
        QVERIFY2(outcome.isDelivered(), qPrintable(describeFailure(outcome) + outcome.details));
        QVERIFY(outcome.phases.connected && outcome.phases.encrypted && outcome.phases.sent);
        QVERIFY(far.server.hasCountedAll());
        QCOMPARE(far.server.requests().size(), 1);
        QVERIFY(far.server.requests().constFirst().startsWith("POST /hook HTTP/1.1\r\nHost: receiver.example\r\n"));
        QVERIFY(!far.server.received().contains("Proxy-"));
        QCOMPARE(far.proxy.connections(), 1);
        if (kind == Proxy::Kind::Http)
            QVERIFY(far.proxy.heads().constFirst().startsWith("CONNECT receiver.example:443 HTTP/1.1\r\n"));
        else
            QCOMPARE(far.proxy.ways().constFirst(), QByteArray("\x03\x10receiver.example\x01\xbb", 20));
    }

    void theReceiverIsVerifiedBehindTheProxy() {
        Far far;
        far.certificate = TestCertificate::forName(u"DNS:receiver.example"_s); // Another than the receiver's.
        const AttemptOutcome outcome = far.post(ProxyChoice::manual(proxyAt(far.proxy.serverPort()), {}));
        QVERIFY(outcome.failure != AttemptFailure::None);
        QVERIFY(outcome.failure != AttemptFailure::Proxy);
        QVERIFY(far.server.requests().isEmpty());
    }

    void aProxyThatDoesNotLetItThroughIsNamed_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("status");
        QTest::newRow("denied") << QByteArray("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n") << Kind::Denied << 403;
        QTest::newRow("no way") << QByteArray("HTTP/1.1 502 No\r\n\r\n") << Kind::NoWay << 502;
        QTest::newRow("another") << QByteArray("HTTP/1.1 500 No\r\n\r\n") << Kind::Answered << 500;
        QTest::newRow("no proxy") << QByteArray("220 mail\r\n") << Kind::Unreadable << 0;
    }
    void aProxyThatDoesNotLetItThroughIsNamed() {
        QFETCH(QByteArray, answer);
        QFETCH(Kind, kind);
        QFETCH(int, status);
        Far far;
        far.proxy.answer = answer;
        const AttemptOutcome outcome = far.post(ProxyChoice::manual(proxyAt(far.proxy.serverPort()), {}));
        QCOMPARE(outcome.failure, AttemptFailure::Proxy);
        QVERIFY(outcome.proxy);
        QCOMPARE(*outcome.proxy, (ProxyFailure{kind, u"127.0.0.1:%1"_s.arg(far.proxy.serverPort()), status}));
        QVERIFY(describeFailure(outcome).contains(outcome.proxy->proxy));
        QCOMPARE(far.server.connections(), 0);
    }

    void whatKeepsAProxyAwayIsTold() {
        Far far;
        quint16 closed = 0;
        {
            TunnelProxy gone;
            closed = gone.serverPort();
        }
        QCOMPARE(far.post(ProxyChoice::manual(proxyAt(closed), {})).proxy.value_or(ProxyFailure()).kind, Kind::Refused);
        Proxy unknown = proxyAt(3128);
        unknown.host = u"proxy.invalid"_s;
        QCOMPARE(far.post(ProxyChoice::manual(unknown, {})).proxy.value_or(ProxyFailure()).kind, Kind::LookUp);
        far.proxy.closes = true;
        QCOMPARE(far.post(ProxyChoice::manual(proxyAt(far.proxy.serverPort()), {})).proxy.value_or(ProxyFailure()).kind,
                 Kind::Closed);
        far.proxy.closes = false;
        far.proxy.answer.clear();
        HttpSender sender;
        sender.setTimeLimit(milliseconds(300));
        sender.setProxies(ProxyChoice::manual(proxyAt(far.proxy.serverPort()), {}));
        QCOMPARE(outcomeOf(sender, postTo(far.url)).proxy.value_or(ProxyFailure()).kind, Kind::TimedOut);
        QCOMPARE(far.post(ProxyChoice::ofSystem({u"https://p.example:1"_s, {}, {}, {}})).proxy.value_or(ProxyFailure()),
                 (ProxyFailure{Kind::Unusable, u"p.example:1"_s, 0}));
        QCOMPARE(far.server.connections(), 0);
    }

    void aPasswordIsAskedForAndNeverTold_data() {
        QTest::addColumn<Proxy::Kind>("protocol");
        QTest::newRow("CONNECT") << Proxy::Kind::Http;
        QTest::newRow("SOCKS") << Proxy::Kind::Socks5;
    }
    void aPasswordIsAskedForAndNeverTold() {
        QFETCH(Proxy::Kind, protocol);
        Far far;
        far.proxy.credentials = "me:right";
        const Proxy proxy = proxyAt(far.proxy.serverPort(), protocol);
        QCOMPARE(far.post(ProxyChoice::manual(proxy, {})).proxy.value_or(ProxyFailure()).kind, Kind::WantsPassword);
        const AttemptOutcome wrong = far.post(ProxyChoice::manual(withPassword(proxy, u"me"_s, "wrong"), {}));
        QCOMPARE(wrong.proxy.value_or(ProxyFailure()).kind, Kind::PasswordRefused);
        const QString told = describeFailure(wrong) + wrong.details;
        for (const QString& secret : {u"wrong"_s, u"me:"_s, u"bWU6d3Jvbmc"_s})
            QVERIFY(!told.contains(secret));
    }

    void anotherChoiceCountsFromTheNextAttemptOn() {
        Far far;
        HttpSender sender;
        sender.setTlsConfiguration(far.certificate.forTrustingClient());
        sender.setProxies(ProxyChoice::manual(proxyAt(far.proxy.serverPort()), {}));
        QVERIFY(outcomeOf(sender, postTo(far.url)).isDelivered());
        TunnelProxy other(far.server.serverPort());
        sender.setProxies(ProxyChoice::manual(proxyAt(other.serverPort()), {}));
        for (int i = 0; i < 3; ++i)
            QVERIFY(outcomeOf(sender, postTo(far.url)).isDelivered());
        QCOMPARE(far.proxy.connections(), 1);
        QVERIFY(other.connections() >= 1);
        QCOMPARE(far.server.requests().size(), 4);
    }

    void thisComputerIsReachedDirectly() {
        WireServer server(saying(delivered));
        TunnelProxy proxy(server.serverPort());
        HttpSender sender;
        sender.setProxies(ProxyChoice::manual(proxyAt(proxy.serverPort()), {}));
        QVERIFY(outcomeOf(sender, postTo(server.url())).isDelivered());
        QCOMPARE(proxy.connections(), 0);
    }

    void httpIsPassedOnByTheProxyItself() {
        WireServer proxy(saying(delivered));
        HttpSender sender;
        sender.setProxies(ProxyChoice::manual(withPassword(proxyAt(proxy.serverPort()), u"me"_s, "secret"), {}));
        QVERIFY(outcomeOf(sender, postTo(QUrl(u"http://receiver.example:8080/hook?a=b"_s))).isDelivered());
        QCOMPARE(proxy.requests().size(), 1);
        QVERIFY(proxy.received().startsWith("POST http://receiver.example:8080/hook?a=b HTTP/1.1\r\n"));
        QVERIFY(proxy.received().contains("\r\nHost: receiver.example:8080\r\n"));
        QVERIFY(proxy.received().contains("\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n"));
    }

    void anAccountIsToldWhatTheProxySaid_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("credentials");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("status");
        const QByteArray empty = "Content-Length: 0\r\n\r\n";
        QTest::newRow("denied") << QByteArray("HTTP/1.1 403 No\r\n" + empty) << QByteArray() << Kind::Denied << 403;
        QTest::newRow("no way") << QByteArray("HTTP/1.1 503 No\r\n" + empty) << QByteArray() << Kind::NoWay << 503;
        QTest::newRow("another") << QByteArray("HTTP/1.1 500 No\r\n" + empty) << QByteArray() << Kind::Answered << 500;
        QTest::newRow("a password") << QByteArray("HTTP/1.1 200 No\r\n\r\n") << QByteArray("me:right")
                                    << Kind::WantsPassword << 0;
    }
    void anAccountIsToldWhatTheProxySaid() {
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, credentials);
        QFETCH(Kind, kind);
        QFETCH(int, status);
        TunnelProxy proxy;
        proxy.answer = answer;
        proxy.credentials = credentials;
        ProxySetting setting;
        setting.choose(ProxyChoice::manual(proxyAt(proxy.serverPort()), {}));
        HttpTransport transport(QUrl(u"https://account.example/api/v1"_s));
        transport.follow(setting);
        std::optional<Result<HttpResponse>> answered;
        HttpRequest request;
        request.method = "GET";
        request.target = "/auth/whoami";
        request.headers.add("Authorization", "Bearer ak_live_x");
        transport.send(request, this, [&](const Result<HttpResponse>& response) { answered = response; });
        QTRY_VERIFY(answered);
        QVERIFY(!*answered);
        QCOMPARE(answered->error().kind, ErrorKind::Unreachable);
        QCOMPARE(answered->error().code, QString(u"proxy_"_s + nameOf(kind)));
        QCOMPARE(answered->error().message, describe({kind, u"127.0.0.1:%1"_s.arg(proxy.serverPort()), status}));
        for (const QByteArray& head : proxy.heads())
            QVERIFY(!head.contains("ak_live"));
    }

    void anAccountBelowLocalhostIsAskedDirectly() {
        WireServer server(saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
        QUrl url = server.url(u"/api/v1"_s);
        url.setHost(u"account.localhost"_s);
        HttpTransport transport(url);
        std::optional<Result<HttpResponse>> answered;
        HttpRequest request;
        request.method = "GET";
        request.target = "/usage";
        transport.send(request, this, [&](const Result<HttpResponse>& response) { answered = response; });
        QTRY_VERIFY(answered);
        QVERIFY2(*answered, qPrintable(*answered ? QString() : answered->error().message));
        QVERIFY(server.received().contains(
            QByteArray("Host: account.localhost:" + QByteArray::number(server.serverPort()))));
    }
};

QTEST_GUILESS_MAIN(TestProxies)
#include "tst_proxies.moc"
