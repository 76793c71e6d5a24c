// SPDX-License-Identifier: MIT
#include "http/httpdestination.h"

#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

class TestHttpDestination : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leavesTheUsualPortOutOfHost_data() {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QByteArray>("host");
        const auto row = [](const char* name, const QString& url, const QByteArray& host) {
            QTest::newRow(name) << url << host;
        };
        row("none", u"http://example.com/"_s, "example.com");
        row("of http", u"http://example.com:80/"_s, "example.com");
        row("of https", u"https://example.com:443/"_s, "example.com");
        row("of the other", u"http://example.com:443/"_s, "example.com:443");
        row("of the other, too", u"https://example.com:80/"_s, "example.com:80");
        row("another", u"http://example.com:8080/"_s, "example.com:8080");
        row("IPv6", u"http://[::1]:80/"_s, "[::1]");
        row("IPv6 and a port", u"http://[::1]:8080/"_s, "[::1]:8080");
        row("IPv6 with a zone", u"http://[fe80::1%25eth0]:8080/"_s, "[fe80::1]:8080");
        row("capital letters", u"http://EXAMPLE.com/"_s, "example.com");
        row("a name in other letters", u"https://b\u00fccher.example:443/"_s, "xn--bcher-kva.example");
        row("the dot of the root", u"https://example.com.:443/"_s, "example.com.");
        row("user info", u"https://name:word@example.com:443/"_s, "example.com");
    }
    void leavesTheUsualPortOutOfHost() {
        QFETCH(QString, url);
        QFETCH(QByteArray, host);
        const HttpDestination destination{QUrl(url)};
        QVERIFY2(destination.firstLines().endsWith(QByteArray("\r\nHost: " + host + "\r\n")),
                 destination.firstLines().constData());
        QVERIFY(!destination.certificateName().endsWith(u'.'));
    }

    void sharesConnectionsWhetherTheUsualPortIsNamedOrNot() {
        QCOMPARE(HttpDestination(QUrl(u"https://example.com:443/a"_s)).peer(),
                 HttpDestination(QUrl(u"https://EXAMPLE.com/b"_s)).peer());
    }
};

QTEST_APPLESS_MAIN(TestHttpDestination)
#include "tst_httpdestination.moc"
