// SPDX-License-Identifier: MIT
#include "http/answertext.h"

#include <QTest>

#include <zlib.h>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

QByteArray compressed(const QByteArray& bytes, int windowBits) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        qFatal("zlib does not begin.");
    QByteArray in = bytes;
    QByteArray out(qsizetype(deflateBound(&stream, uLong(in.size()))), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = uInt(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = uInt(out.size());
    deflate(&stream, Z_FINISH);
    out.truncate(qsizetype(stream.total_out));
    deflateEnd(&stream);
    return out;
}

QString textOf(const QByteArray& body, const QByteArray& type, const QByteArray& encoding = {}) {
    return answerText(body.first(qMin<qsizetype>(body.size(), 4096)), {type, encoding, body.size()});
}

} // namespace

class TestAnswerText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTextByItsCharset_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("none told") << QByteArray() << QByteArray("gr\xc3\xbc\xc3\x9f") << u"grüß"_s;
        QTest::newRow("UTF-8") << QByteArray("text/plain; charset=UTF-8") << QByteArray("\xe2\x82\xac") << u"€"_s;
        QTest::newRow("Latin 1") << QByteArray("text/html;charset=iso-8859-1") << QByteArray("gr\xfc\xdf") << u"grüß"_s;
        QTest::newRow("Latin 1, as browsers read it")
            << QByteArray("text/html; charset=\"ISO-8859-1\"") << QByteArray("\x80") << u"€"_s;
        QTest::newRow("windows-1252") << QByteArray("text/plain; Charset=Windows-1252") << QByteArray("\x93ok\x94")
                                      << u"“ok”"_s;
        QTest::newRow("Latin 2") << QByteArray("text/plain; charset=iso-8859-2") << QByteArray("\xb3") << u"ł"_s;
        QTest::newRow("Shift_JIS") << QByteArray("text/plain; charset=Shift_JIS") << QByteArray("\x83\x65\x83\x58")
                                   << u"テス"_s;
        QTest::newRow("UTF-16") << QByteArray("text/plain; charset=utf-16le") << QByteArray("o\0k\0", 4) << u"ok"_s;
        QTest::newRow("an unknown one") << QByteArray("text/plain; charset=x-mine") << QByteArray("ok!")
                                        << u"(text in the charset x-mine, 3 bytes)"_s;
        QTest::newRow("not what it says") << QByteArray("text/plain; charset=utf-8")
                                          << QByteArray("a\xff"
                                                        "b")
                                          << u"a\ufffdb"_s;
    }
    void readsTextByItsCharset() {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, bytes);
        QTEST(textOf(bytes, type), "text");
    }

    void cutsBetweenLetters_data() {
        QTest::addColumn<QByteArray>("letter");
        QTest::newRow("two bytes") << QByteArray("\xc3\xbc");
        QTest::newRow("three bytes") << QByteArray("\xe2\x82\xac");
        QTest::newRow("four bytes") << QByteArray("\xf0\x9f\x98\x80");
    }
    void cutsBetweenLetters() {
        QFETCH(QByteArray, letter);
        for (int before = 0; before < 4; ++before) {
            const QByteArray body = QByteArray(before, 'x') + letter.repeated(3000);
            const QString text = textOf(body, "text/plain");
            QVERIFY(!text.contains(QChar::ReplacementCharacter));
            QVERIFY(body.startsWith(text.toUtf8()));
            QVERIFY(text.toUtf8().size() > 4092);
        }
    }

    void keepsFourKilobytesWhateverTheCharset() {
        const QString text = textOf(QByteArray(4096, '\x80'), "text/plain; charset=windows-1252");
        QVERIFY(text.toUtf8().size() <= 4096);
        QCOMPARE(text, QString(4096 / 3, u'€'));
    }

    void showsWhatWasCompressed_data() {
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<int>("windowBits");
        QTest::newRow("gzip") << QByteArray("gzip") << MAX_WBITS + 16;
        QTest::newRow("x-gzip") << QByteArray("X-GZip") << MAX_WBITS + 16;
        QTest::newRow("deflate") << QByteArray("deflate") << MAX_WBITS;
        QTest::newRow("bare deflate") << QByteArray("deflate") << -MAX_WBITS;
    }
    void showsWhatWasCompressed() {
        QFETCH(QByteArray, encoding);
        QFETCH(int, windowBits);
        QCOMPARE(textOf(compressed("gr\xc3\xbc\xc3\x9f", windowBits), "text/plain", encoding), u"grüß"_s);
        QCOMPARE(textOf(compressed("gr\xfc\xdf", windowBits), "text/plain; charset=latin1", encoding), u"grüß"_s);
        // Bounded: a bomb, and one of which only the beginning was kept.
        QCOMPARE(textOf(compressed(QByteArray(3'000'000, 'x'), windowBits), "text/plain", encoding),
                 QString(4096, u'x'));
        QByteArray noise;
        for (unsigned i = 0, value = 1; i < 20'000; ++i, value = value * 1'664'525U + 1'013'904'223U)
            noise.append(char('a' + (value >> 24) % 26));
        const QString beginning = textOf(compressed(noise, windowBits), "text/plain", encoding);
        QVERIFY(beginning.size() > 4000 && beginning.size() <= 4096);
        QVERIFY(QString::fromLatin1(noise).startsWith(beginning));
    }

    void namesWhatItCannotShow_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("br") << QByteArray("text/plain") << QByteArray("br") << QByteArray(812, 'x')
                            << u"(compressed with br, 812 bytes)"_s;
        QTest::newRow("twice") << QByteArray("text/plain") << QByteArray("gzip, br") << QByteArray(9, 'x')
                               << u"(compressed with gzip, br, 9 bytes)"_s;
        QTest::newRow("gzip that is none") << QByteArray("text/plain") << QByteArray("gzip") << QByteArray("ok")
                                           << u"(compressed with gzip, 2 bytes)"_s;
        QTest::newRow("a picture") << QByteArray("image/png") << QByteArray() << QByteArray("\x89PNG")
                                   << u"(image/png, 4 bytes)"_s;
        QTest::newRow("bytes") << QByteArray("application/octet-stream") << QByteArray() << QByteArray("x")
                               << u"(application/octet-stream, 1 byte)"_s;
        QTest::newRow("no type, no text")
            << QByteArray() << QByteArray() << QByteArray("\0\1\2", 3) << u"(not text, 3 bytes)"_s;
        QTest::newRow("a picture that is text")
            << QByteArray("image/svg+xml") << QByteArray() << QByteArray("<svg/>") << u"<svg/>"_s;
        QTest::newRow("nothing") << QByteArray("image/png") << QByteArray("br") << QByteArray() << QString();
    }
    void namesWhatItCannotShow() {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, encoding);
        QFETCH(QByteArray, bytes);
        QTEST(textOf(bytes, type, encoding), "text");
    }

    void saysSoWhereTheSizeIsNotKnown() {
        QCOMPARE(answerText("x", {"image/png", {}, 65'000, true}), u"(image/png, at least 65000 bytes)"_s);
    }
};

QTEST_APPLESS_MAIN(TestAnswerText)
#include "tst_answertext.moc"
