// SPDX-License-Identifier: MIT
// What is taken for an answer. Each row was sent to curl 7.88.1-10+deb12u14 (`curl -m 1 -d x`), once by a server that
// then closes and once by one that does not: `closed` and `open` are what it made of it, the status where it ended with
// 0, else 0. Where Waybill is to do otherwise, the row says why.
#include "http/answerreader.h"

#include <QTest>

using namespace waybill;

namespace {

const QByteArray ok = "HTTP/1.1 200 OK\r\n";
const QByteArray two = "Content-Length: 2\r\n";
const QByteArray chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

struct Read {
    int status = 0;
    QByteArray body;
    bool keepsAlive = false;
    bool isUnreadable = false;
};

Read readAll(const QByteArray& bytes, qsizetype step, bool closes) {
    AnswerReader reader;
    AnswerReader::State state = AnswerReader::State::Reading;
    for (qsizetype at = 0; at < bytes.size() && state != AnswerReader::State::Unreadable; at += step)
        state = reader.read(QByteArrayView(bytes).sliced(at, qMin(step, bytes.size() - at)));
    if (closes && state == AnswerReader::State::Reading)
        state = reader.close();
    const bool isWhole = state == AnswerReader::State::Complete;
    return {isWhole ? reader.status().value_or(0) : 0, reader.kept(), reader.keepsAlive(),
            state == AnswerReader::State::Unreadable};
}

} // namespace

class TestAnswerReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesWhatCurlTakes_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("closed");
        QTest::addColumn<int>("open");
        const auto both = [](const char* name, const QByteArray& bytes, int closed, int open) {
            QTest::newRow(name) << bytes << closed << open;
        };
        const auto row = [&](const char* name, const QByteArray& bytes, int status) {
            both(name, bytes, status, status);
        };
        const QByteArray rest = "\r\n" + two + "\r\nok";

        // The first line.
        row("no phrase", "HTTP/1.1 200" + rest, 200);
        row("no phrase, but its space", "HTTP/1.1 200 " + rest, 200);
        row("no phrase, LF", "HTTP/1.1 200\n" + two + "\nok", 200);
        row("small letters", "http/1.1 200 OK" + rest, 200);
        row("mixed letters", "Http/1.1 200 OK" + rest, 200);
        row("HTTP/1.0", "HTTP/1.0 200 OK" + rest, 200);
        row("HTTP/2.0", "HTTP/2.0 200 OK" + rest, 200);
        row("HTTP/2", "HTTP/2 200 OK" + rest, 200);
        row("HTTP/3", "HTTP/3 200 OK" + rest, 0);
        row("HTTP/1", "HTTP/1 200 OK" + rest, 0);
        row("HTTP/0.9", "HTTP/0.9 200 OK" + rest, 0);
        row("HTTP/1.10", "HTTP/1.10 200 OK" + rest, 0);
        row("no version", "HTTP 200 OK" + rest, 0);
        row("ICY", "ICY 200 OK" + rest, 0);
        row("two spaces", "HTTP/1.1  200 OK" + rest, 200);
        row("a tab before the status", "HTTP/1.1\t200 OK" + rest, 0);
        row("a tab behind the status", "HTTP/1.1 200\tOK" + rest, 200);
        row("no space behind the status", "HTTP/1.1 200OK" + rest, 200);
        row("a fraction of a status", "HTTP/1.1 200.1 OK" + rest, 200);
        row("a space in front", " HTTP/1.1 200 OK" + rest, 0);
        row("an empty line in front", "\r\nHTTP/1.1 200 OK" + rest, 0);
        row("a byte order mark in front", "\xef\xbb\xbfHTTP/1.1 200 OK" + rest, 0);
        row("four digits", "HTTP/1.1 2000 OK" + rest, 0);
        row("two digits", "HTTP/1.1 20 OK" + rest, 0);
        row("letters for a status", "HTTP/1.1 abc OK" + rest, 0);
        row("a sign", "HTTP/1.1 +20 OK" + rest, 0);
        row("099", "HTTP/1.1 099 OK" + rest, 0);
        row("600", "HTTP/1.1 600 OK" + rest, 600);
        row("999", "HTTP/1.1 999 OK" + rest, 999);
        row("bytes over 127 in the phrase", "HTTP/1.1 200 \xc3\xa9\xff" + rest, 200);
        row("NUL in the phrase", QByteArray("HTTP/1.1 200 a\0b", 16) + rest, 0);
        row("a long phrase", "HTTP/1.1 200 " + QByteArray(20'000, 'x') + rest, 200);
        row("CGI", "Status: 200 OK" + rest, 0);
        row("a page", "<html>ok</html>", 0);
        both("nothing", {}, 0, 0);

        // The ends of lines.
        row("LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200);
        row("LF and CR LF", "HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok", 200);
        row("CR LF and LF", "HTTP/1.1 200 OK\nContent-Length: 2\r\n\nok", 200);
        row("CR CR LF", "HTTP/1.1 200 OK\r\r\nContent-Length: 2\r\r\n\r\nok", 200);
        row("CR", "HTTP/1.1 200 OK\rContent-Length: 2\r\rok", 0);

        // Fields.
        row("a folded field", ok + "X-A: a\r\n b" + rest, 200);
        row("folded with a tab", ok + "X-A: a\r\n\tb" + rest, 200);
        row("folded before any field", ok + " X-A: a" + rest, 0);
        // curl: 0 (the length is empty). What it means is clear.
        row("a folded length", ok + "Content-Length:\r\n 2\r\n\r\nok", 200);
        row("a blank before the colon", ok + "X-A : 1" + rest, 200);
        // curl, open: 0 (it overlooks the length). What it means is clear.
        row("a blank before the colon of the length", ok + "Content-Length : 2\r\n\r\nok", 200);
        row("no value", ok + "X-A:" + rest, 200);
        row("no colon", ok + "X-A" + rest, 0);
        row("no name", ok + ": a" + rest, 200);
        row("a blank in the name", ok + "X A: a" + rest, 200);
        row("bytes over 127 in the value", ok + "X-A: \xff\xe9" + rest, 200);
        row("bytes over 127 in the name", ok + "X-\xe9: a" + rest, 200);
        row("NUL in the value", ok + QByteArray("X-A: a\0b", 8) + rest, 0);
        row("NUL in the name", ok + QByteArray("X\0A: b", 6) + rest, 0);
        row("control characters",
            ok +
                "X-A: a\x01\x7f"
                "b" +
                rest,
            200);
        row("CR in the value", ok + "X-A: a\rb" + rest, 200);
        row("a field of 20 KB", ok + "X-A: " + QByteArray(20'000, 'x') + rest, 200);
        row("5,000 fields", ok + QByteArray("A: b\r\n").repeated(5'000) + two + "\r\nok", 200);

        // Lengths.
        row("the same twice", ok + two + two + "\r\nok", 200);
        row("two, the last is too long", ok + two + "Content-Length: 3\r\n\r\nok", 0);
        row("two, the last is right", ok + "Content-Length: 3\r\n" + two + "\r\nok", 200);
        row("a list", ok + "Content-Length: 2, 2\r\n\r\nok", 200);
        row("blanks", ok + "Content-Length:   2  \r\n\r\nok", 200);
        row("no blank", ok + "Content-Length:2\r\n\r\nok", 200);
        row("tabs", ok + "Content-Length:\t2\t\r\n\r\nok", 200);
        row("a plus", ok + "Content-Length: +2\r\n\r\nok", 200);
        row("zeros in front", ok + "Content-Length: 002\r\n\r\nok", 200);
        row("letters behind", ok + "Content-Length: 2x\r\n\r\nok", 200);
        row("a negative one", ok + "Content-Length: -2\r\n\r\nok", 0);
        row("letters", ok + "Content-Length: two\r\n\r\nok", 0);
        row("an empty one", ok + "Content-Length:\r\n\r\nok", 0);
        both("past all numbers", ok + "Content-Length: 99999999999999999999\r\n\r\nok", 200, 0);
        both("none", ok + "\r\nok", 200, 0);
        row("too much promised", ok + "Content-Length: 9\r\n\r\nok", 0);
        row("more than promised", ok + two + "\r\nokextra", 200);

        // Chunks.
        row("and a length", ok + two + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200);
        row("and a wrong length", chunked.chopped(2) + "Content-Length: 9\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200);
        row("capital letters", ok + "transfer-encoding: CHUNKED\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200);
        row("said twice", chunked.chopped(2) + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200);
        row("of HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200);
        // curl, open: 0. The length tells.
        row("identity", ok + "Transfer-Encoding: identity\r\n" + two + "\r\nok", 200);
        row("a blank behind", chunked + "2 \r\nok\r\n0\r\n\r\n", 200);
        row("blanks behind", chunked + "2   \r\nok\r\n0   \r\n\r\n", 200);
        row("a tab behind", chunked + "2\t\r\nok\r\n0\t\r\n\r\n", 200);
        // curl: 0. Some write the size right-aligned.
        row("a blank in front", chunked + " 2\r\nok\r\n0\r\n\r\n", 200);
        row("blanks around", chunked + "  2  \r\nok\r\n  0  \r\n\r\n", 200);
        row("an extension", chunked + "2;a=b\r\nok\r\n0;x\r\n\r\n", 200);
        row("an extension with blanks", chunked + "2 ; a = \"b;c\"\r\nok\r\n0\r\n\r\n", 200);
        row("lines that end with LF", chunked + "2\nok\n0\n\n", 200);
        row("a trailer", chunked + "2\r\nok\r\n0\r\nX-T: 1\r\n\r\n", 200);
        row("a trailer, LF", chunked + "2\nok\n0\nX-T: 1\n\n", 200);
        row("zeros before the size", chunked + "0002\r\nok\r\n000\r\n\r\n", 200);
        row("capital digits", chunked + "A\r\n0123456789\r\n0\r\n\r\n", 200);
        row("letters behind the size", chunked + "2zz\r\nok\r\n0\r\n\r\n", 200);
        row("letters for a size", chunked + "zz\r\nok\r\n", 0);
        row("a size past all numbers", chunked + "fffffffffffffffff\r\nok\r\n", 0);
        row("0x", chunked + "0x2\r\nok\r\n0\r\n\r\n", 0);
        row("a negative size", chunked + "-2\r\nok\r\n0\r\n\r\n", 0);
        row("no size", chunked + "\r\nok\r\n", 0);
        row("no line end behind the bytes", chunked + "2\r\nok0\r\n\r\n", 0);
        row("more bytes than the size", chunked + "2\r\nokay\r\n0\r\n\r\n", 0);
        row("no last one", chunked + "2\r\nok\r\n", 0);
        // curl, closed: 0. All of the body is there.
        both("no last line", chunked + "2\r\nok\r\n0\r\n", 200, 0);

        // Heads without an end.
        both("the first line alone", ok, 200, 0);
        both("the first line alone, LF", "HTTP/1.1 200 OK\n", 200, 0);
        both("half of the first line", "HTTP/1.1 200 OK", 0, 0);
        both("no empty line, no body", ok + "Content-Length: 0\r\n", 200, 0);
        both("no empty line, a body to come", ok + two, 0, 0);
        both("half a field", ok + "X-A: 1", 200, 0);

        // By the status.
        row("204 with a body", "HTTP/1.1 204 No Content\r\n" + two + "\r\nok", 204);
        row("204 with chunks", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            204);
        row("204 with a wrong length", "HTTP/1.1 204 No Content\r\nContent-Length: x\r\n\r\n", 204);
        row("304 with a body", "HTTP/1.1 304 Not Modified\r\n" + two + "\r\nok", 304);
        row("205 with a body", "HTTP/1.1 205 Reset\r\n" + two + "\r\nok", 205);
        row("interim answers", "HTTP/1.1 100\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n" + ok + two + "\r\nok", 200);
        row("interim answers, LF", "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200);
        row("an interim answer with a length",
            "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n" + ok + two + "\r\nok", 200);
        row("an unknown interim answer", "HTTP/1.1 199 x\r\n\r\n" + ok + two + "\r\nok", 200);
        // curl: 0 (it asked for no other protocol). Told by its status, which is no 2xx.
        row("a switch of protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 101);
    }
    void takesWhatCurlTakes() {
        QFETCH(QByteArray, bytes);
        for (const qsizetype step : {qMax<qsizetype>(bytes.size(), 1), qsizetype(1), qsizetype(7)}) {
            QTEST(readAll(bytes, step, true).status, "closed");
            QTEST(readAll(bytes, step, false).status, "open");
        }
    }

    void readsTheBody_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("counted") << ok + two + "\r\nok and more";
        QTest::newRow("chunks") << chunked + "1 \r\no\r\n1;x\r\nk\r\n0\r\nX: y\r\n\r\n";
        QTest::newRow("to the end") << ok + "\r\nok";
        QTest::newRow("chunks, whatever length is told") << chunked.chopped(2) + two + "\r\n2\r\nok\r\n0\r\n\r\n";
    }
    void readsTheBody() {
        QFETCH(QByteArray, bytes);
        for (const qsizetype step : {bytes.size(), qsizetype(1)})
            QCOMPARE(readAll(bytes, step, true).body, QByteArray("ok"));
    }

    // Where others might see another end of the answer, the next one might not be ours.
    void keepsAConnectionOnlyWhereTheEndIsBeyondDoubt_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("isKept");
        const auto row = [](const char* name, bool isKept, const QByteArray& bytes) {
            QTest::newRow(name) << bytes << isKept;
        };
        row("a length", true, ok + two + "\r\nok");
        row("the same length twice", true, ok + two + two + "\r\nok");
        row("no phrase", true, "HTTP/1.1 200\r\n" + two + "\r\nok");
        row("chunks", true, chunked + "2\r\nok\r\n0\r\n\r\n");
        row("204", true, "HTTP/1.1 204\r\n\r\n");
        row("two lengths", false, ok + "Content-Length: 3\r\n" + two + "\r\nok");
        row("a list of lengths", false, ok + "Content-Length: 2, 2\r\n\r\nok");
        row("a length and chunks", false, ok + two + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        row("chunks, said twice", false, chunked.chopped(2) + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        row("a blank before the colon", false, ok + "Content-Length : 2\r\n\r\nok");
        row("HTTP/2 in words", false, "HTTP/2 200 OK\r\n" + two + "\r\nok");
        row("HTTP/1.0", false, "HTTP/1.0 200 OK\r\n" + two + "\r\nok");
        row("HTTP/1.0 that says so", true, "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n" + two + "\r\nok");
        row("close", false, ok + "Connection: close\r\n" + two + "\r\nok");
        row("Close, among others", false, ok + "Connection: x ,CLOSE\r\n" + two + "\r\nok");
        row("close, in a second field", false, ok + "Connection: x\r\nConnection: close\r\n" + two + "\r\nok");
        row("more than promised", false, ok + two + "\r\nok\r\n");
    }
    void keepsAConnectionOnlyWhereTheEndIsBeyondDoubt() {
        QFETCH(QByteArray, bytes);
        for (const qsizetype step : {bytes.size(), qsizetype(1)})
            QTEST(readAll(bytes, step, false).keepsAlive, "isKept");
    }

    void theStatusDecidesWhereReadingStops_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        QTest::newRow("in the body") << ok + "\r\nok" << 200;
        QTest::newRow("in a field") << ok + "X-A: xxxx" << 200;
        QTest::newRow("in the phrase") << QByteArray("HTTP/1.1 204 xxxx") << 204;
        QTest::newRow("in an interim answer") << QByteArray("HTTP/1.1 100 xxxx") << 0;
        QTest::newRow("before the status") << QByteArray("HTTP/1.1") << 0;
    }
    void theStatusDecidesWhereReadingStops() {
        QFETCH(QByteArray, bytes);
        AnswerReader reader;
        QVERIFY(reader.read(bytes) == AnswerReader::State::Reading);
        const bool isWhole = reader.stop() == AnswerReader::State::Complete;
        QTEST(isWhole ? reader.status().value_or(0) : 0, "status");
        QVERIFY(!reader.keepsAlive());
    }
};

QTEST_APPLESS_MAIN(TestAnswerReader)
#include "tst_answerreader.moc"
