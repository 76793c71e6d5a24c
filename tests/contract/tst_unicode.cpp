// SPDX-License-Identifier: MIT
#include "contract/endpointrules.h"
#include "contract/unicode.h"

#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

class TestUnicode : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsCharacters_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("count");
        QTest::newRow("nothing") << QString() << 0;
        QTest::newRow("letters") << u"abc"_s << 3;
        QTest::newRow("emoji") << u"\U0001f600\U0001f600"_s << 2;
        QTest::newRow("half an emoji") << QString(QChar(0xd83d)) + u'x' << 2;
        QTest::newRow("a letter and its accent") << u"e\u0301"_s << 2;
    }
    void countsCharacters() {
        QFETCH(QString, text);
        QTEST(int(characterCount(text)), "count");
    }

    void cutsBetweenLetters_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("most");
        QTest::addColumn<QString>("first");
        QTest::newRow("short enough") << u"abc"_s << 3 << u"abc"_s;
        QTest::newRow("letters") << u"abcd"_s << 3 << u"abc"_s;
        QTest::newRow("emoji") << u"\U0001f600\U0001f601\U0001f602"_s << 2 << u"\U0001f600\U0001f601"_s;
        QTest::newRow("exactly") << u"\U0001f600\U0001f601"_s << 2 << u"\U0001f600\U0001f601"_s;
        QTest::newRow("an accent behind the cut") << u"abe\u0301"_s << 3 << u"ab"_s;
        QTest::newRow("a family") << u"ab\U0001f468\u200d\U0001f469"_s << 4 << u"ab"_s;
        QTest::newRow("one letter with many marks") << u"e\u0301\u0302\u0303"_s << 2 << u"e\u0301"_s;
        QTest::newRow("none") << u"abc"_s << 0 << QString();
    }
    void cutsBetweenLetters() {
        QFETCH(QString, text);
        QFETCH(int, most);
        QFETCH(QString, first);
        QCOMPARE(firstCharacters(text, most), first);
    }

    void refusesBytesThatAreNotUtf8_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("isText");
        QTest::newRow("text") << QByteArray("\xf0\x9f\x98\x80") << true;
        QTest::newRow("nothing") << QByteArray() << true;
        QTest::newRow("Latin 1") << QByteArray("\xfc") << false;
        QTest::newRow("cut off") << QByteArray("\xf0\x9f\x98") << false;
        QTest::newRow("a surrogate") << QByteArray("\xed\xa0\xbd\xed\xb8\x80") << false;
        QTest::newRow("longer than needed") << QByteArray("\xc0\x80") << false;
    }
    void refusesBytesThatAreNotUtf8() {
        QFETCH(QByteArray, bytes);
        QTEST(fromStrictUtf8(bytes).has_value(), "isText");
    }

    void limitsCountCharacters_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isTaken");
        QTest::newRow("500 emoji") << u"\U0001f600"_s.repeated(500) << true;
        QTest::newRow("501 emoji") << u"\U0001f600"_s.repeated(501) << false;
        QTest::newRow("500 letters") << u"a"_s.repeated(500) << true;
        QTest::newRow("501 letters") << u"a"_s.repeated(501) << false;
    }
    void limitsCountCharacters() {
        QFETCH(QString, name);
        QTEST(checkDescription(name).has_value(), "isTaken");
    }
};

QTEST_APPLESS_MAIN(TestUnicode)
#include "tst_unicode.moc"
