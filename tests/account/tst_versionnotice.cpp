// SPDX-License-Identifier: MIT
#include "account/versionnotice.h"

#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

class tst_VersionNotice final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatAnAnswerSays_data() {
        QTest::addColumn<HttpHeaders>("headers");
        QTest::addColumn<bool>("isDeprecated");
        QTest::addColumn<QString>("since");
        QTest::addColumn<QString>("sunset");
        QTest::addColumn<QString>("successor");
        const QString no;
        const QString v2 = u"https://a.example/v2"_s;
        const QByteArray link = "<https://a.example/v2>; rel=\"successor-version\"";
        QTest::newRow("as the contract says")
            << HttpHeaders{{"deprecation", "true"}, {"sunset", "Fri, 01 Jan 2027 00:00:00 GMT"}, {"link", link}} << true
            << no << u"2027-01-01T00:00:00.000Z"_s << v2;
        QTest::newRow("a time in seconds")
            << HttpHeaders{{"Deprecation", "@1688169599"}} << true << u"2023-06-30T23:59:59.000Z"_s << no << no;
        QTest::newRow("a date") << HttpHeaders{{"Deprecation", "Wed, 11 Nov 2026 23:59:59 GMT"}} << true
                                << u"2026-11-11T23:59:59.000Z"_s << no << no;
        QTest::newRow("days") << HttpHeaders{{"Sunset", "2027-02-01"}} << false << no << u"2027-02-01T00:00:00.000Z"_s
                              << no;
        QTest::newRow("among other links")
            << HttpHeaders{{"Link", "<https://a.example/x?a=1,2>; title=\"a, b; rel=c\"; rel=help, "
                                    "<https://a.example/v2>;REL=\"latest-version successor-version\""}}
            << false << no << no << v2;
        QTest::newRow("in a second field")
            << HttpHeaders{{"Link", "<https://a.example/>; rel=next"}, {"Link", link}} << false << no << no << v2;
    }
    void readsWhatAnAnswerSays() {
        QFETCH(HttpHeaders, headers);
        QFETCH(bool, isDeprecated);
        QFETCH(QString, since);
        QFETCH(QString, sunset);
        QFETCH(QString, successor);
        const auto notice = readVersionNotice(headers);
        QVERIFY(notice);
        const auto text = [](const std::optional<Instant>& at) { return at ? toIso8601(*at) : QString(); };
        QCOMPARE(notice->isDeprecated, isDeprecated);
        QCOMPARE(text(notice->deprecatedSince), since);
        QCOMPARE(text(notice->sunset), sunset);
        QCOMPARE(notice->successor.toString(), successor);
    }

    void seesNothingWhereThereIsNothing_data() {
        QTest::addColumn<HttpHeaders>("headers");
        QTest::newRow("nothing") << HttpHeaders{};
        QTest::newRow("not deprecated") << HttpHeaders{{"Deprecation", "false"}, {"Sunset", "soon"}};
        QTest::newRow("another relation") << HttpHeaders{{"Link", "<https://a.example/>; rel=\"next\""}};
        for (const char* address : {"http://a.example/v2", "javascript:alert(1)", "file:///etc/passwd", "/v2",
                                    "https://user:pass@a.example/", "https:///v2", ""})
            QTest::addRow("link to %s", address)
                << HttpHeaders{{"Link", QByteArray("<") + address + ">; rel=successor-version"}};
        QTest::newRow("unclosed") << HttpHeaders{{"Link", "<https://a.example/v2; rel=successor-version"}};
        QTest::newRow("a wild number") << HttpHeaders{{"Deprecation", "@x"}};
    }
    void seesNothingWhereThereIsNothing() {
        QFETCH(HttpHeaders, headers);
        QVERIFY(!readVersionNotice(headers));
    }
};

QTEST_GUILESS_MAIN(tst_VersionNotice)
#include "tst_versionnotice.moc"
