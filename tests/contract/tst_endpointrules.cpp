// SPDX-License-Identifier: MIT
#include "contract/endpointrules.h"

#include <QTest>

using namespace waybill;

class TestEndpointRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesAddressesThatAreSafeToSendTo_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("taken");
        const auto row = [](const char* text, bool taken) { QTest::newRow(text) << QString::fromUtf8(text) << taken; };
        row("https://hooks.zapier.com/hooks/catch/1849/bx2k9q/", true);
        row("  https://example.com/a \n", true);
        row("https://example.com", true);
        row("http://localhost:3000/hook", true);
        row("http://127.0.0.1:8080/in", true);
        row("http://127.9.9.9/in", true);
        row("http://[::1]:8080/in", true);
        row("", false);
        row("example.com/hook", false);
        row("http://example.com/", false);
        row("http://localhost.example.com/", false);
        row("http://127.0.0.1.nip.io/", false);
        row("http://2130706433/", false);
        row("http://127.1/", false);
        row("ftp://example.com/", false);
        row("https://user:password@example.com/", false);
        row("https://example.com/#part", false);
        row("https://exa mple.com/", false);
        row("https://", false);
        row("javascript:alert(1)", false);
    }
    void takesAddressesThatAreSafeToSendTo() {
        QFETCH(QString, text);
        const auto url = checkEndpointUrl(text);
        QTEST(url.has_value(), "taken");
        if (!url) {
            QCOMPARE(url.error().param, QStringLiteral("url"));
            QVERIFY(!url.error().message.isEmpty());
        }
    }

    void normalisesWhatBrowsersAndCurlTake_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("normalised");
        const auto row = [](const char* text, const char* normalised) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(normalised);
        };
        row("https://example.com", "https://example.com/");
        row("https://example.com?x=1", "https://example.com/?x=1");
        row("HTTPS://Example.COM/Hook", "https://example.com/Hook");
        row("https://example.com/hook?fields={id}", "https://example.com/hook?fields=%7Bid%7D");
        row("https://example.com/{id}/a|b^c`d", "https://example.com/%7Bid%7D/a%7Cb%5Ec%60d");
        row("https://example.com/a\"b<c>d", "https://example.com/a%22b%3Cc%3Ed");
        row("https://example.com/100%", "https://example.com/100%25");
        row("https://example.com/%zz?a=%1", "https://example.com/%25zz?a=%251");
        row("https://example.com/a%20b?c=%7B", "https://example.com/a%20b?c=%7B");
        row("https://example.com/a[0]?b[1]=2", "https://example.com/a[0]?b[1]=2");
        row("https://example.com/?a=b\\c", "https://example.com/?a=b%5Cc");
        row("https://example.com/straße?q=ä", "https://example.com/stra%C3%9Fe?q=%C3%A4");
        row("https://example.com/😀", "https://example.com/%F0%9F%98%80");
        row("https://münchen.example/", "https://xn--mnchen-3ya.example/");
        row("https://exa_mple.com/", "https://exa_mple.com/");
        row("https://example.com:443/a", "https://example.com/a");
        row("https://example.com:/a", "https://example.com/a");
        row("https://example.com:8443/a", "https://example.com:8443/a");
        row("http://localhost:80/a", "http://localhost/a");
        row("http://shop.localhost:3000/hook", "http://shop.localhost:3000/hook");
        row("http://localhost.:3000/hook", "http://localhost.:3000/hook");
        row("https://example.com/a?b?c=d&e=f;g", "https://example.com/a?b?c=d&e=f;g");
        row("https://example.com/a'b(c)*d@e:f", "https://example.com/a'b(c)*d@e:f");
    }
    void normalisesWhatBrowsersAndCurlTake() {
        QFETCH(QString, text);
        const auto url = checkEndpointUrl(text);
        QVERIFY2(url, qPrintable(url ? QString() : url.error().message));
        QTEST(url->toString(QUrl::FullyEncoded), "normalised");
        const auto again = checkEndpointUrl(url->toString(QUrl::FullyEncoded));
        QVERIFY(again);
        QCOMPARE(again->toString(QUrl::FullyEncoded), url->toString(QUrl::FullyEncoded));
    }

    void saysWhatIsWrong_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* text, const char* said) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(said);
        };
        row("https://exam ple.com/", "a space inside this address, after “https://exam”");
        row("https://example.com/a b", "a space inside");
        row("https://example.com/a\nb", "a line break inside");
        row("https://example.com/a\xe2\x80\x8b"
            "b",
            "a hidden character (U+200B)");
        row("https://example.com/a\x01", "a hidden character (U+0001)");
        row("example.com/hook", "put https:// in front");
        row("//example.com/hook", "put https:// in front");
        row("example.com:8080/hook", "put https:// in front");
        row("localhost:3000/hook", "put http:// in front");
        row("127.0.0.1:3000/hook", "put http:// in front");
        row("https//example.com/", "A colon is missing");
        row("https:example.com", "two slashes");
        row("https:/example.com", "two slashes");
        row("ftp://example.com/", "“ftp:” is not for messages");
        row("mailto:me@example.com", "“mailto:” is not");
        row("https://https://example.com/", "begins twice");
        row("http://https://example.com/", "begins twice");
        row("https://https//example.com/", "begins twice");
        row("https://", "The host is missing");
        row("https:///hook", "The host is missing");
        row("https://:8080/hook", "The host is missing");
        row("https://{host}/hook", "“{” cannot stand in the host");
        row("https://example.com|/hook", "“|” cannot stand in the host");
        row("https://exam%70le.com/", "“%” cannot stand in the host");
        row("https://example..com/", "a dot too many");
        row("https://.example.com/", "a dot too many");
        row("https://[::1/hook", "is not closed");
        row("https://[::g]/hook", "cannot be the host");
        row("https://example.com:99999/", "There is no port 99999");
        row("https://example.com:65536/", "There is no port 65536");
        row("https://example.com:0/", "There is no port 0");
        row("https://example.com:80a/", "“80a” cannot be a port");
        row("https://example.com:-1/", "“-1” cannot be a port");
        row("https://me:secret@example.com/", "Leave out the name and password");
        row("https://me@example.com/", "Leave out the name and password");
        row("https://example.com/#part", "Leave out the part after the #");
        row("https://example.com#", "Leave out the part after the #");
        row("https:\\\\example.com\\hook", "a backslash");
        row("https://example.com\\hook", "a backslash");
        row("https://example.com/a\\b", "a backslash");
        row("\"https://example.com/\"", "Leave out what stands around");
        row("<https://example.com/>", "Leave out what stands around");
        row("http://example.com/", "Plain http:// works only");
    }
    void saysWhatIsWrong() {
        QFETCH(QString, text);
        QFETCH(QString, said);
        const auto url = checkEndpointUrl(text);
        QVERIFY(!url);
        QVERIFY2(url.error().message.contains(said), qPrintable(url.error().message));
        QVERIFY(!url.error().message.contains(QStringLiteral("secret")));
    }

    void measuresAnAddressInLetters() {
        const QString start = QStringLiteral("https://example.com/");
        QVERIFY(checkEndpointUrl(start + QString(maximumUrlLength - start.size(), u'a')));
        QVERIFY(!checkEndpointUrl(start + QString(maximumUrlLength + 1 - start.size(), u'a')));
        // Escaped it would be too long to be taken again.
        QVERIFY(!checkEndpointUrl(start + QString(maximumUrlLength / 2, u'ä')));
        QVERIFY(!checkEndpointUrl(QStringLiteral("https://") + QString(64, u'a') + QStringLiteral(".com/")));
    }

    void takesKnownEventsOrAllOfThem_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<bool>("taken");
        QTest::newRow("all") << QStringList{QStringLiteral("*")} << true;
        QTest::newRow("one") << QStringList{QStringLiteral("rating.created")} << true;
        QTest::newRow("none") << QStringList() << false;
        QTest::newRow("unknown") << QStringList{QStringLiteral("rating.deleted")} << false;
        QTest::newRow("all and one") << QStringList{QStringLiteral("*"), QStringLiteral("rating.created")} << false;
        QTest::newRow("too many") << QStringList(51, QStringLiteral("rating.created")) << false;
    }
    void takesKnownEventsOrAllOfThem() {
        QFETCH(QStringList, names);
        QTEST(checkEnabledEvents(names).has_value(), "taken");
    }

    void limitsTheName() {
        QVERIFY(checkDescription(QString(500, u'a')));
        QVERIFY(!checkDescription(QString(501, u'a')));
    }
};

QTEST_APPLESS_MAIN(TestEndpointRules)
#include "tst_endpointrules.moc"
