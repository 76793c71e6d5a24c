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
