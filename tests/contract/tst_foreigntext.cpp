// SPDX-License-Identifier: MIT
#include "contract/endpointname.h"
#include "contract/foreigntext.h"

#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

class TestForeignText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsOpenedInsideIsClosedInside_data();
    void whatIsOpenedInsideIsClosedInside();
    void nothingBreaksALine_data();
    void nothingBreaksALine();
    void whatIsCopiedIsTheTextAlone();
    void nothingToSeeIsNoName_data();
    void nothingToSeeIsNoName();
};

void TestForeignText::whatIsOpenedInsideIsClosedInside_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const QString& text, const QString& inside) {
        QTest::newRow(name) << text << QString(u'\u2068' + inside + u'\u2069');
    };
    row("plain", u"Design alerts"_s, u"Design alerts"_s);
    row("an override is ended", u"\u202emoc.rezah evil"_s, u"\u202emoc.rezah evil\u202c"_s);
    row("an isolate is ended", u"a\u2067b"_s, u"a\u2067b\u2069"_s);
    row("nobody breaks out", u"a\u2069 evil"_s, u"a evil"_s);
    row("nor by ending twice", u"\u2068a\u2069\u2069b"_s, u"\u2068a\u2069b"_s);
    row("an end of nothing is left out", u"a\u202cb"_s, u"ab"_s);
    row("an isolate ends what is in it", u"\u2067\u202ea\u2069b"_s, u"\u2067\u202ea\u202c\u2069b"_s);
    row("an end reaches no further than its isolate", u"\u202e\u2067\u202ca"_s, u"\u202e\u2067a\u2069\u202c"_s);
    row("a mark alone", u"a\u200fb"_s, u"a\u200fb"_s);
    QTest::newRow("empty") << QString() << QString();
}

void TestForeignText::whatIsOpenedInsideIsClosedInside() {
    QFETCH(QString, text);
    QTEST(isolated(text), "expected");
    QFETCH(QString, expected);
    QCOMPARE(isolated(withoutIsolation(expected)), isolated(withoutIsolation(isolated(text))));
}

void TestForeignText::nothingBreaksALine_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("line feed") << u"a\nb"_s << u"a b"_s;
    QTest::newRow("carriage return") << u"a\r\nb"_s << u"a b"_s;
    QTest::newRow("next line") << u"a\u0085b"_s << u"a b"_s;
    QTest::newRow("line separator") << u"a\u2028b\u2029c"_s << u"a b c"_s;
    QTest::newRow("tab and white space around") << u" \ta\tb \n"_s << u"a b"_s;
    QTest::newRow("null") << QString(u"a"_s + QChar(0) + u'b') << u"a\u2400b"_s;
    QTest::newRow("escape") << u"a\u001b[31mb"_s << u"a\u241b[31mb"_s;
    QTest::newRow("file separator") << u"a\u001cb"_s << u"a\u241cb"_s;
    QTest::newRow("delete") << u"a\u007fb"_s << u"a\u2421b"_s;
    QTest::newRow("C1") << u"a\u009bb"_s << u"a\ufffdb"_s;
}

void TestForeignText::nothingBreaksALine() {
    QFETCH(QString, text);
    QTEST(inOneLine(text), "expected");
}

void TestForeignText::whatIsCopiedIsTheTextAlone() {
    QCOMPARE(withoutIsolation(u"Delete “"_s + isolated(u"Orders"_s) + u"”?"_s), u"Delete “Orders”?"_s);
}

void TestForeignText::nothingToSeeIsNoName_data() {
    QTest::addColumn<QString>("description");
    QTest::addColumn<QString>("expected");
    const QString host = u"hooks.example.org"_s;
    for (const char16_t* nothing :
         {u"", u" ", u"\t\n", u"\u00a0", u"\u200b", u"\u3164", u"\u2800", u"\u200e\u200f", u"\u202e", u"\u2069",
          u"\ufeff\u2060", u"\u115f\u1160", u"\ufe0f", u"\u3000\u2003", u"\u00ad", u"\U000e0020", u"\u034f", u"\u0001"})
        QTest::addRow("%s", QString::fromUtf16(nothing).toUtf8().toHex().constData())
            << QString::fromUtf16(nothing) << host;
    QTest::newRow("something between") << u"\u200b Orders\u3164"_s << u"\u200b Orders\u3164"_s;
    QTest::newRow("an emoji") << u"🚀"_s << u"🚀"_s;
    QTest::newRow("lines") << u"Design\nalerts"_s << u"Design alerts"_s;
}

void TestForeignText::nothingToSeeIsNoName() {
    QFETCH(QString, description);
    QTEST(endpointName(description, u"https://hooks.example.org/a"_s), "expected");
    QFETCH(QString, expected);
    if (isInvisible(description))
        QCOMPARE(endpointName(description, u"not an address"_s), u"not an address"_s);
}

QTEST_MAIN(TestForeignText)
#include "tst_foreigntext.moc"
