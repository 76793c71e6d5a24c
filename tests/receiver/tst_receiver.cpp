// SPDX-License-Identifier: MIT
#include "clock/movableclock.h"
#include "contract/random.h"
#include "receiver/capturelog.h"
#include "receiver/receiver.h"
#include "receiver/receiverschema.h"
#include "secrets/sealedfilevault.h"
#include "store/database.h"
#include "support/fakevault.h"
#include "support/fulldisk.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <memory>
#include <openssl/crypto.h>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const Instant start = instantFromMilliseconds(1'791'792'900'000);
const QString owner = u"sandbox/whe_1"_s;
const Secret secret("whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja"_ba);
const Secret nextSecret("whsec_Zx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja7fQ2m"_ba);
const Secret foreignSecret("whsec_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"_ba);
const QByteArray body = QByteArray("{'id':'event_1','amount':1.10}").replace('\'', '"');
constexpr qint64 largestBody = 1024LL * 1024;

struct Answer {
    int status = 0;
    QByteArray head;
    QByteArray body;
};

/// The bytes as they are, on a connection of their own.
Answer exchange(const QUrl& url, const QByteArray& request) {
    QTcpSocket socket;
    socket.connectToHost(url.host(), quint16(url.port()));
    socket.write(request);
    QByteArray bytes;
    while (socket.waitForReadyRead())
        bytes += socket.readAll();
    bytes += socket.readAll();
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    return {bytes.mid(9, 3).toInt(), bytes.left(end), bytes.mid(end + 4)};
}

QByteArray request(const QUrl& url, const QByteArray& method, const QByteArray& target, const HttpHeaders& headers,
                   const QByteArray& content) {
    QByteArray bytes = method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(url.port()) +
                       "\r\nConnection: close\r\nContent-Length: " + QByteArray::number(content.size()) + "\r\n";
    for (const HttpHeader& field : headers.fields())
        bytes += field.name + ": " + field.value + "\r\n";
    return bytes + "\r\n" + content;
}

QByteArray signedAt(Instant when, const QList<Secret>& secrets = {secret}, const QByteArray& content = body) {
    return signatureHeader(content, secondsSinceEpoch(when), signersOf(secrets));
}

HttpHeaders delivery(const QByteArray& signature, const QByteArray& eventId = "event_1",
                     const QByteArray& deliveryId = "whd_1") {
    return {{header::signature, signature},
            {header::eventId, eventId},
            {header::eventType, "rating.created"},
            {header::deliveryId, deliveryId}};
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : "cannot be read"_ba;
}
} // namespace

Q_DECLARE_METATYPE(waybill::SignatureVerdict)

/// A real receiver over real HTTP, on a clock that the test moves.
class TestReceiver : public QObject {
    Q_OBJECT

public:
    // As in main.cpp: a cleanup at the end would race with the storage of the threads.
    static void initMain() { OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr); }

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->filePath(u"receiver.sqlite"_s);
        clock_ = std::make_unique<MovableClock>(start);
        vault_ = std::make_unique<FakeVault>();
        begin();
    }
    void cleanup() { end(); }

    void keepsTheExactBytes_data() {
        QTest::addColumn<QByteArray>("content");
        QByteArray everyByte;
        for (int byte = 0; byte < 256; ++byte)
            everyByte += char(byte);
        QTest::newRow("JSON") << body;
        QTest::newRow("numbers and keys that a parser would change")
            << "{\"b\":1.10,\"a\":12345678901234567890,\"a\":1e2}\n"_ba;
        QTest::newRow("nothing") << ""_ba;
        QTest::newRow("every byte") << everyByte;
        QTest::newRow("the largest") << QByteArray(largestBody, 'x');
    }
    void keepsTheExactBytes() {
        QFETCH(QByteArray, content);
        use(secret);
        const HttpHeaders headers = delivery(signedAt(start, {secret}, content));
        const Answer answer = post(headers, content);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.body, QByteArray("{'received':true}").replace('\'', '"'));
        const Capture capture = lastCaptured();
        QCOMPARE(capture.body, content);
        QCOMPARE(capture.method, "POST"_ba);
        QCOMPARE(capture.target, url().path().toLatin1());
        QCOMPARE(capture.receivedAt, start);
        QCOMPARE(capture.answerStatus, 200);
        QCOMPARE(capture.eventId, u"event_1"_s);
        QCOMPARE(capture.eventType, u"rating.created"_s);
        QCOMPARE(capture.deliveryId, u"whd_1"_s);
        for (const HttpHeader& field : headers.fields())
            QCOMPARE(capture.headers.values(field.name), QList<QByteArray>{field.value});
        QCOMPARE(*read(u"whd_1"_s), capture);
        restart();
        QCOMPARE(*read(u"whd_1"_s), capture);
    }

    void keepsHeadersAsTheyCame() {
        HttpHeaders headers = delivery("x");
        headers.add("X-Twice", "one");
        headers.add("x-twice", "two \xff\xfe \"quoted\"");
        post(headers, body);
        QCOMPARE(lastCaptured().headers.values("X-Twice"), (QList<QByteArray>{"one", "two \xff\xfe \"quoted\""}));
        QCOMPARE(read(u"whd_1"_s)->headers, lastCaptured().headers);
    }

    void judgesTheTime_data() {
        QTest::addColumn<int>("age");
        QTest::addColumn<SignatureVerdict>("verdict");
        QTest::newRow("now") << 0 << SignatureVerdict::Valid;
        QTest::newRow("five minutes old") << 300 << SignatureVerdict::Valid;
        QTest::newRow("older") << 301 << SignatureVerdict::TooOld;
        QTest::newRow("years old") << 100'000'000 << SignatureVerdict::TooOld;
        QTest::newRow("five minutes ahead") << -300 << SignatureVerdict::Valid;
        QTest::newRow("farther ahead") << -301 << SignatureVerdict::FromFuture;
    }
    void judgesTheTime() {
        QFETCH(int, age);
        QFETCH(SignatureVerdict, verdict);
        use(secret);
        const Answer answer = post(delivery(signedAt(start - seconds(age))), body);
        QCOMPARE(answer.status, verdict == SignatureVerdict::Valid ? 200 : 400);
        const Capture capture = lastCaptured();
        QCOMPARE(capture.check.verdict, verdict);
        QCOMPARE(capture.check.age, std::optional(seconds(age)));
        QCOMPARE(capture.check.timestamp, std::optional(secondsSinceEpoch(start) - age));
        QCOMPARE(*read(u"whd_1"_s), capture);
    }

    void judgesTheSignature_data() {
        QTest::addColumn<QList<QByteArray>>("signatures");
        QTest::addColumn<SignatureVerdict>("verdict");
        using Fields = QList<QByteArray>;
        const QByteArray good = signedAt(start);
        const QByteArray foreign = signedAt(start, {foreignSecret});
        const QByteArray time = "t="_ba + QByteArray::number(secondsSinceEpoch(start));
        QTest::newRow("another secret") << Fields{foreign} << SignatureVerdict::WrongSecret;
        QTest::newRow("another body") << Fields{signedAt(start, {secret}, "{}")} << SignatureVerdict::WrongSecret;
        QTest::newRow("the second of two")
            << Fields{signedAt(start, {foreignSecret, secret})} << SignatureVerdict::Valid;
        QTest::newRow("no field") << Fields{} << SignatureVerdict::Missing;
        QTest::newRow("an empty field") << Fields{""} << SignatureVerdict::Missing;
        QTest::newRow("nothing known") << Fields{"sha256=abc"} << SignatureVerdict::Malformed;
        QTest::newRow("no time") << Fields{good.mid(good.indexOf("v1"))} << SignatureVerdict::Malformed;
        QTest::newRow("no signature") << Fields{time} << SignatureVerdict::Malformed;
        QTest::newRow("two times") << Fields{time + ',' + good} << SignatureVerdict::Malformed;
        QTest::newRow("cut") << Fields{good.chopped(1)} << SignatureVerdict::Malformed;
        QTest::newRow("nine signatures") << Fields{signedAt(start, QList<Secret>(9, secret))}
                                         << SignatureVerdict::Malformed;
        QTest::newRow("the same field twice") << Fields{good, good} << SignatureVerdict::Malformed;
        QTest::newRow("a second, foreign field") << Fields{good, foreign} << SignatureVerdict::Malformed;
        QTest::newRow("a second, empty field") << Fields{good, ""} << SignatureVerdict::Malformed;
        QTest::newRow("one list over two fields")
            << Fields{foreign, good.mid(good.indexOf("v1"))} << SignatureVerdict::Valid;
    }
    void judgesTheSignature() {
        QFETCH(QList<QByteArray>, signatures);
        QFETCH(SignatureVerdict, verdict);
        use(secret);
        HttpHeaders headers{{header::deliveryId, "whd_1"}};
        for (const QByteArray& signature : signatures)
            headers.add(header::signature, signature);
        const Answer answer = post(headers, body);
        const bool valid = verdict == SignatureVerdict::Valid;
        QCOMPARE(answer.status, valid ? 200 : 400);
        QVERIFY(answer.body.size() > 10);
        const Capture capture = lastCaptured();
        QCOMPARE(capture.check.verdict, verdict);
        QCOMPARE(capture.answerStatus, answer.status);
        QCOMPARE(capture.body, body);
        QCOMPARE(*read(u"whd_1"_s), capture);
    }

    void saysWhenItHasNoSecret() {
        QCOMPARE(post(delivery(signedAt(start)), body).status, 400);
        QCOMPARE(lastCaptured().check.verdict, SignatureVerdict::NoSecret);
    }

    void takesEitherSecretUntilTheOverlapEnds_data() {
        QTest::addColumn<bool>("restarted");
        QTest::newRow("running on") << false;
        QTest::newRow("started again") << true;
    }
    void takesEitherSecretUntilTheOverlapEnds() {
        QFETCH(bool, restarted);
        const Instant until = start + rotationOverlap;
        use(secret);
        use(nextSecret, until);
        if (restarted)
            restart();
        for (const Instant when : {start, until}) {
            clock_->moveTo(when);
            QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
            QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
        }
        clock_->moveTo(until + milliseconds(1));
        QCOMPARE(verdictFor(secret), SignatureVerdict::WrongSecret);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
        restart();
        QCOMPARE(verdictFor(secret), SignatureVerdict::WrongSecret);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
    }

    void refusesAReplacedSecretWithoutOverlap() {
        use(secret);
        use(nextSecret);
        QCOMPARE(verdictFor(secret), SignatureVerdict::WrongSecret);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
    }

    void theOverlapCanBeEndedEarly() {
        use(secret);
        use(nextSecret, start + rotationOverlap);
        use(nextSecret);
        QCOMPARE(verdictFor(secret), SignatureVerdict::WrongSecret);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
        QTRY_COMPARE(vault_->kept.size(), 1);
        restart();
        QCOMPARE(verdictFor(secret), SignatureVerdict::WrongSecret);
    }

    void theSameSecretOnceMoreEndsNoOverlap() {
        use(secret);
        use(nextSecret, start + rotationOverlap);
        use(nextSecret, start + rotationOverlap);
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
        restart();
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
    }

    void remembersTheOldSecretThatItHadNotReadYet() {
        // An earlier overlap, long over, must not come back with the new one.
        use(foreignSecret);
        use(secret, start - std::chrono::hours{1});
        end();
        vault_->silent = true;
        begin();
        receiver_->useSecret(owner, nextSecret, start + rotationOverlap, this, [](const Result<void>&) {});
        vault_->silent = false;
        while (vault_->unanswered() > 0)
            vault_->answerOne();
        QTRY_COMPARE(verdictFor(secret), SignatureVerdict::Valid);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
        QCOMPARE(verdictFor(foreignSecret), SignatureVerdict::WrongSecret);
        restart();
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
    }

    void checksWithTheSecretsOfEveryEndpoint() {
        const QString other = u"sandbox/whe_2"_s;
        use(secret);
        useOf(other, nextSecret);
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
        receiver_->forgetSecret(owner);
        QCOMPARE(verdictFor(secret), SignatureVerdict::WrongSecret);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
        QTRY_COMPARE(vault_->kept.size(), 1);
        restart();
        QCOMPARE(verdictFor(secret), SignatureVerdict::WrongSecret);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
    }

    void readsItsSecretsOnceTheVaultIsReady() {
        use(secret);
        end();
        vault_->refused = {u"read"_s};
        begin();
        QCOMPARE(verdictFor(secret), SignatureVerdict::NoSecret);
        vault_->refused.clear();
        receiver_->reloadSecrets();
        QTRY_COMPARE(verdictFor(secret), SignatureVerdict::Valid);
    }

    void checksWithASecretThatCannotBeKept() {
        vault_->refused = {u"write"_s};
        Result<void> kept;
        receiver_->useSecret(owner, secret, {}, this, [&kept](const Result<void>& result) { kept = result; });
        QTRY_VERIFY(!kept);
        QCOMPARE(kept.error().kind, ErrorKind::NoKeychain);
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
    }

    void keepsASecretThatItGotBeforeItStarted() {
        end();
        make();
        use(secret);
        startOn(0);
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
        restart();
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
    }

    void keepsASecretThatItGotJustBeforeItEnded() {
        receiver_->useSecret(owner, secret, {}, this, [](const Result<void>&) {});
        restart();
        QTRY_COMPARE(verdictFor(secret), SignatureVerdict::Valid);
    }

    void tellsNothingAtAnotherAddress_data() {
        QTest::addColumn<QString>("target"); // %1 is the part that cannot be guessed
        QTest::addColumn<QByteArray>("method");
        QTest::newRow("root") << u"/"_s << "POST"_ba;
        QTest::newRow("no token") << u"/in/"_s << "POST"_ba;
        QTest::newRow("another token") << u"/in/00000000000000000000000000000000"_s << "POST"_ba;
        QTest::newRow("longer") << u"/in/%1x"_s << "POST"_ba;
        QTest::newRow("a slash more") << u"/in/%1/"_s << "POST"_ba;
        QTest::newRow("token alone") << u"/%1"_s << "POST"_ba;
        QTest::newRow("another case") << u"/IN/%1"_s << "POST"_ba;
        QTest::newRow("token in the query") << u"/in/?%1"_s << "POST"_ba;
        QTest::newRow("another method") << u"/in/"_s << "GET"_ba;
    }
    void tellsNothingAtAnotherAddress() {
        QFETCH(QString, target);
        QFETCH(QByteArray, method);
        use(secret);
        const QString token = url().path().mid(4);
        const QByteArray place = (target.contains(u'%') ? target.arg(token) : target).toLatin1();
        const Answer answer = exchange(url(), request(url(), method, place, delivery(signedAt(start)), body));
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.body, "There is no inbox at this address.\n"_ba);
        QVERIFY(!answer.head.contains(token.toLatin1()));
        QVERIFY(!answer.head.toLower().contains("\nallow"));
        QCOMPARE(read(u"whd_1"_s).error().kind, ErrorKind::NotFound);
    }

    void takesAQueryBehindItsAddress() {
        use(secret);
        const QByteArray target = url().path().toLatin1() + "?from=here&to=there";
        QCOMPARE(exchange(url(), request(url(), "POST", target, delivery(signedAt(start)), body)).status, 200);
        QCOMPARE(lastCaptured().target, target);
    }

    void takesOnlyPosts_data() {
        QTest::addColumn<QByteArray>("method");
        for (const char* method : {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post"})
            QTest::newRow(method) << QByteArray(method);
    }
    void takesOnlyPosts() {
        QFETCH(QByteArray, method);
        use(secret);
        const Answer answer =
            exchange(url(), request(url(), method, url().path().toLatin1(), delivery(signedAt(start)), body));
        QCOMPARE(answer.status, 405);
        QVERIFY(answer.head.contains("\r\nAllow: POST"));
        QCOMPARE(read(u"whd_1"_s).error().kind, ErrorKind::NotFound);
    }

    void refusesABodyThatIsTooLarge() {
        use(secret);
        const QByteArray content(largestBody + 1, 'x');
        QCOMPARE(post(delivery(signedAt(start, {secret}, content)), content).status, 413);
        QCOMPARE(read(u"whd_1"_s).error().kind, ErrorKind::NotFound);
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
    }

    void marksAnEventThatItHadAccepted_data() {
        QTest::addColumn<bool>("restarted");
        QTest::newRow("running on") << false;
        QTest::newRow("started again") << true;
    }
    void marksAnEventThatItHadAccepted() {
        QFETCH(bool, restarted);
        use(secret);
        post(delivery(signedAt(start), "event_1", "whd_1"), body);
        QVERIFY(!lastCaptured().seenBefore);
        if (restarted)
            restart();
        QCOMPARE(post(delivery(signedAt(start), "event_1", "whd_2"), body).status, 200);
        QVERIFY(lastCaptured().seenBefore);
        QVERIFY(read(u"whd_2"_s)->seenBefore);
        QVERIFY(!read(u"whd_1"_s)->seenBefore);
        const QByteArray other = QByteArray("{'id':'event_2'}").replace('\'', '"');
        post(delivery(signedAt(start, {secret}, other), "event_1", "whd_3"), other);
        QVERIFY(!lastCaptured().seenBefore);
    }

    void marksAReplayWhateverIsNotSigned_data() {
        QTest::addColumn<HttpHeaders>("headers");
        QTest::addColumn<QByteArray>("content");
        const QByteArray withoutId = "no JSON at all"_ba;
        QTest::newRow("another event id beside it") << delivery({}, "event_2", "whd_2") << body;
        QTest::newRow("no event id beside it") << HttpHeaders{} << body;
        QTest::newRow("another delivery id") << delivery({}, "event_1", "whd_9") << body;
        QTest::newRow("a body without an id") << delivery({}, "event_2", "whd_2") << withoutId;
    }
    void marksAReplayWhateverIsNotSigned() {
        QFETCH(HttpHeaders, headers);
        QFETCH(QByteArray, content);
        use(secret);
        const QByteArray signature = signedAt(start, {secret}, content);
        post(delivery(signature), content);
        QVERIFY(!lastCaptured().seenBefore);
        headers.set(header::signature, signature);
        QCOMPARE(post(headers, content).status, 200);
        QVERIFY(lastCaptured().seenBefore);
    }

    void anEventForTwoEndpointsIsNoReplay() {
        use(secret);
        useOf(u"sandbox/whe_2"_s, nextSecret);
        for (const Secret& each : {secret, nextSecret}) {
            QCOMPARE(post(delivery(signedAt(start, {each})), body).status, 200);
            QVERIFY(!lastCaptured().seenBefore);
        }
    }

    void whatAnybodySendsPushesNothingVerifiedOut() {
        use(secret);
        post(delivery(signedAt(start), "event_1", "whd_1"), body);
        const Capture verified = lastCaptured();
        {
            auto full = Database::open(path_, receiverSchema());
            QVERIFY(full && (*full)->run(u"WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT "
                                         "value + 1 FROM numbers WHERE value < ?) INSERT INTO captures (received_at, "
                                         "method, target, headers, body, verdict, answer_status, event_id, event_type, "
                                         "delivery_id, seen_before, verified, number) SELECT ?, 'POST', '/', '[]', "
                                         "'{}', 1, 400, 'event_1', '', 'whd_1', "
                                         "0, 0, value FROM numbers"_s,
                                         {CaptureLog::mostUnverified, millisecondsSinceEpoch(start)}));
        }
        for (int i = 0; i < 5; ++i)
            QCOMPARE(post({{header::eventId, "event_1"}, {header::deliveryId, "whd_1"}}, "{}").status, 400);
        QCOMPARE(*read(u"whd_1"_s), verified);
        post(delivery(signedAt(start), "event_9", "whd_2"), body);
        QVERIFY(lastCaptured().seenBefore);
        auto database = Database::open(path_, receiverSchema());
        QVERIFY(database);
        auto counted = (*database)->run(u"SELECT sum(verified), sum(NOT verified) FROM captures"_s);
        QVERIFY(counted && counted->next());
        QCOMPARE(counted->value(0).toInt(), 2);
        QCOMPARE(counted->value(1).toInt(), CaptureLog::mostUnverified);
    }

    void knowsWhatItSawLongAfterItsCaptureLeft() {
        use(secret);
        post(delivery(signedAt(start), "event_1", "whd_1"), body);
        {
            auto database = Database::open(path_, receiverSchema());
            QVERIFY(database && (*database)->run(u"DELETE FROM captures"_s));
        }
        restart();
        clock_->moveTo(start + std::chrono::hours(29 * 24));
        post(delivery(signedAt(clock_->now()), "event_1", "whd_2"), body);
        QVERIFY(lastCaptured().seenBefore);
    }

    void readsNoWholeTableForAMessage() {
        auto database = Database::open(path_, receiverSchema());
        QVERIFY(database);
        CaptureLog log(**database);
        const QByteArrayList statements = log.statements();
        for (const QByteArray& statement : statements) {
            auto plan = (*database)->run(u"EXPLAIN QUERY PLAN "_s + QString::fromLatin1(statement),
                                         QVariantList(statement.count('?'), 0));
            QVERIFY(plan);
            while (plan->next()) {
                const QByteArray step = plan->value(3).toString().toUtf8();
                QVERIFY2(!step.startsWith("SCAN"), QByteArray(statement + ": " + step).constData());
            }
        }
    }

    void readsWhatAnOlderWaybillKept() {
        end();
        QVERIFY(QFile::remove(path_));
        {
            auto old = Database::open(path_, receiverSchema().first(1));
            QVERIFY(old);
            for (int i = 0; i < 4; ++i)
                QVERIFY(
                    (*old)->run(u"INSERT INTO captures (received_at, method, target, headers, body, verdict, "
                                "answer_status, event_id, event_type, delivery_id, seen_before) VALUES (?, "
                                "'POST', '/', '[]', '{}', ?, ?, 'event_1', '', ?, 0)"_s,
                                {millisecondsSinceEpoch(start), i % 2, i % 2 == 0 ? 200 : 400, u"whd_%1"_s.arg(i)}));
        }
        begin();
        use(secret);
        for (int i = 0; i < 4; ++i)
            QCOMPARE(read(u"whd_%1"_s.arg(i))->answerStatus, i % 2 == 0 ? 200 : 400);
        QCOMPARE(post(delivery(signedAt(start), "event_1", "whd_new"), body).status, 200);
        QCOMPARE(post(delivery("x", "event_1", "whd_newer"), body).status, 400);
    }

    void doesNotCountAsSeenWhatItRefused() {
        use(secret);
        post(delivery(signedAt(start, {foreignSecret})), body);
        post(delivery(signedAt(start)), body);
        QVERIFY(!lastCaptured().seenBefore);
    }

    void doesNotMixUpEventsWithoutAnId() {
        use(secret);
        const QByteArray content = "{}";
        for (int time = 0; time < 2; ++time) {
            post({{header::signature, signedAt(start + seconds(time), {secret}, content)}}, content);
            QVERIFY(!lastCaptured().seenBefore);
        }
    }

    void readsTheNewestCaptureOfADelivery() {
        use(secret);
        post(delivery(signedAt(start, {foreignSecret})), body);
        post(delivery(signedAt(start)), body);
        QCOMPARE(read(u"whd_1"_s)->answerStatus, 200);
    }

    void keepsCapturesThirtyDays() {
        use(secret);
        constexpr std::chrono::hours thirtyDays{30 * 24};
        post(delivery(signedAt(start), "event_1", "whd_1"), body);
        clock_->moveTo(start + thirtyDays);
        post(delivery(signedAt(clock_->now()), "event_2", "whd_2"), body);
        QVERIFY(read(u"whd_1"_s));
        clock_->advance(milliseconds(1));
        post(delivery(signedAt(clock_->now()), "event_3", "whd_3"), body);
        QCOMPARE(read(u"whd_1"_s).error().kind, ErrorKind::NotFound);
        QVERIFY(read(u"whd_2"_s));
    }

    void keepsItsAddress() {
        const QUrl before = url();
        QVERIFY(before.path().size() >= 4 + 32);
        restart();
        QCOMPARE(url(), before);
    }

    void keepsItsPathWhereItsPortIsTaken() {
        const QUrl before = url();
        end();
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost, quint16(before.port())));
        begin();
        QVERIFY(url().port() != before.port());
        QCOMPARE(url().path(), before.path());
        QCOMPARE(receiver_->portBefore(), quint16(before.port()));
        QVERIFY(!receiver_->owns(before));
        QVERIFY(receiver_->owns(url()));
    }

    void comesBackToThePortThatEndpointsKnow_data() {
        QTest::addColumn<bool>("isUsed");
        QTest::newRow("nothing points to the new one") << false;
        QTest::newRow("something points to the new one") << true;
    }
    void comesBackToThePortThatEndpointsKnow() {
        QFETCH(bool, isUsed);
        const QUrl before = url();
        end();
        {
            QTcpServer other;
            QVERIFY(other.listen(QHostAddress::LocalHost, quint16(before.port())));
            begin();
            if (isUsed)
                receiver_->useSecrets(owner, {secret, {}, {}});
        }
        const QUrl moved = url();
        restart();
        QCOMPARE(url(), isUsed ? moved : before);
        QCOMPARE(receiver_->portBefore(), quint16(0));
    }

    void leavesNoSpellingOfItsAddressToOthers() {
        QTcpServer other;
        QVERIFY(!other.listen(QHostAddress::LocalHost, quint16(url().port())));
        QVERIFY(!other.listen(QHostAddress::LocalHostIPv6, quint16(url().port())));
        QVERIFY(!other.listen(QHostAddress::Any, quint16(url().port())));
    }

    void checksWithWhatItWasHandedUntilItIsReleased() {
        receiver_->useSecrets(owner, {nextSecret, secret, start + rotationOverlap});
        QTRY_COMPARE(verdictFor(secret), SignatureVerdict::Valid);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
        QVERIFY(vault_->kept.isEmpty());
        receiver_->releaseSecrets(owner);
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::Valid); // An attempt may be under way.
        clock_->advance(seconds(16));
        QVERIFY(verdictFor(nextSecret) != SignatureVerdict::Valid);
        receiver_->useSecrets(owner, {nextSecret, {}, {}});
        QTRY_COMPARE(verdictFor(nextSecret), SignatureVerdict::Valid);
        restart();
        QCOMPARE(verdictFor(nextSecret), SignatureVerdict::NoSecret);
    }

    void claimsNoMoreThanItKnows_data() {
        QTest::addColumn<QString>("situation");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("unsigned") << u"unsigned"_s << "has no Autousers-Signature"_ba;
        QTest::newRow("old") << u"old"_s << "before this computer's clock"_ba;
        QTest::newRow("no secret") << u"none"_s << "has no secret"_ba;
        QTest::newRow("a locked vault") << u"locked"_s << "cannot read its secrets now"_ba;
        QTest::newRow("another secret or message") << u"wrong"_s << "or the message was changed"_ba;
        QTest::newRow("another secret, and one that is locked") << u"partly"_s << "may be genuine"_ba;
        QTest::newRow("a rotated secret") << u"expired"_s << "no longer valid"_ba;
    }
    void claimsNoMoreThanItKnows() {
        QFETCH(QString, situation);
        QFETCH(QByteArray, words);
        if (situation != u"none"_s)
            use(secret);
        if (situation == u"locked"_s || situation == u"partly"_s) {
            end();
            vault_->refused = {u"read"_s};
            begin();
            if (situation == u"partly"_s)
                receiver_->useSecrets(u"sandbox/whe_2"_s, {nextSecret, {}, {}});
        }
        if (situation == u"expired"_s)
            receiver_->useSecrets(owner, {nextSecret, secret, start - seconds(1)});
        HttpHeaders headers;
        if (situation != u"unsigned"_s)
            headers.add(header::signature, signedAt(situation == u"old"_s ? start - seconds(301) : start,
                                                    {situation == u"wrong"_s ? foreignSecret : secret}));
        const Answer answer = post(headers, body);
        QCOMPARE(answer.status, 400);
        QVERIFY2(answer.body.contains(words), answer.body.constData());
    }

    void saysThatAChosenPortIsTaken() {
        end();
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost, 0));
        make();
        receiver_->start(other.serverPort());
        QTRY_COMPARE(failed_->count(), 1);
        const Error error = failed_->at(0).at(0).value<Error>();
        QCOMPARE(error.kind, ErrorKind::PortTaken);
        QVERIFY(error.message.contains(QString::number(other.serverPort())));
        QVERIFY(url().isEmpty());
        startOn(0);
        use(secret);
        QCOMPARE(verdictFor(secret), SignatureVerdict::Valid);
    }

    void knowsItsOwnAddresses_data() {
        QTest::addColumn<QString>("address"); // %1 is the path
        QTest::addColumn<bool>("owned");
        QTest::newRow("as given") << u"http://127.0.0.1:%2%1"_s << true;
        QTest::newRow("by name") << u"http://localhost:%2%1"_s << true;
        QTest::newRow("by a name below it") << u"http://hooks.localhost:%2%1"_s << true;
        QTest::newRow("in capitals") << u"HTTP://LOCALHOST:%2%1"_s << true;
        QTest::newRow("IPv6") << u"http://[::1]:%2%1"_s << true;
        QTest::newRow("with a query") << u"http://127.0.0.1:%2%1?a=b"_s << true;
        QTest::newRow("another port") << u"http://127.0.0.1:1%1?%2"_s << false;
        QTest::newRow("no port") << u"http://127.0.0.1%1?%2"_s << false;
        QTest::newRow("another loopback address") << u"http://127.0.0.2:%2%1"_s << false;
        QTest::newRow("a dot at the end") << u"http://localhost.:%2%1"_s << false;
        QTest::newRow("with TLS") << u"https://127.0.0.1:%2%1"_s << false;
        QTest::newRow("elsewhere") << u"http://receiver.example:%2%1"_s << false;
        QTest::newRow("a name that begins so") << u"http://localhost.example:%2%1"_s << false;
        QTest::newRow("another path") << u"http://127.0.0.1:%2%1x"_s << false;
    }
    void knowsItsOwnAddresses() {
        QFETCH(QString, address);
        QFETCH(bool, owned);
        const QUrl spelled(address.arg(url().path(), QString::number(url().port())));
        QCOMPARE(receiver_->owns(spelled), owned);
        if (!owned)
            return;
        // What it says that it owns, it listens at.
        use(secret);
        QByteArray bytes = request(url(), "POST", spelled.path().toLatin1(), delivery(signedAt(start)), body);
        bytes.replace(QByteArray("127.0.0.1:" + QByteArray::number(url().port())), spelled.authority().toLatin1());
        QUrl there = spelled;
        if (there.host().endsWith(u".localhost"_s))
            there.setHost(u"127.0.0.1"_s);
        QCOMPARE(exchange(there, bytes).status, 200);
    }

    void writesNoSecretToAnyFile() {
        end();
        {
            SealedFileVault sealed(folder_->path());
            Receiver receiver(path_, sealed, *clock_, random_);
            QSignalSpy listening(&receiver, &Receiver::listening);
            receiver.start(0);
            QTRY_COMPARE(listening.count(), 1);
            int kept = 0;
            const auto count = [&kept](const Result<void>& result) { kept += result ? 1 : 0; };
            receiver.useSecret(owner, secret, {}, this, count);
            receiver.useSecret(owner, nextSecret, start + rotationOverlap, this, count);
            QTRY_COMPARE(kept, 2);
            for (const Secret& each : {secret, nextSecret})
                QCOMPARE(exchange(receiver.url(), request(receiver.url(), "POST", receiver.url().path().toLatin1(),
                                                          delivery(signedAt(start, {each})), body))
                             .status,
                         200);
            lookForSecrets();
        }
        lookForSecrets();
    }

    void leavesAFileThatItCannotReadAsItIs_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<ErrorKind>("error");
        QTest::newRow("no database") << u"text"_s << ErrorKind::Storage;
        QTest::newRow("cut") << u"cut"_s << ErrorKind::Storage;
        QTest::newRow("written by a newer Waybill") << u"newer"_s << ErrorKind::NewerData;
    }
    void leavesAFileThatItCannotReadAsItIs() {
        QFETCH(QString, kind);
        QFETCH(ErrorKind, error);
        use(secret);
        end();
        spoil(kind);
        const QByteArray before = contents(path_);
        const QStringList filesBefore = QDir(folder_->path()).entryList(QDir::Files);
        make();
        receiver_->start(0);
        QTRY_COMPARE(failed_->count(), 1);
        const Error said = failed_->at(0).at(0).value<Error>();
        QCOMPARE(said.kind, error);
        QVERIFY2(said.message.contains(path_), qPrintable(said.message));
        QVERIFY(url().isEmpty());
        use(nextSecret);
        receiver_->forgetSecret(owner);
        QCOMPARE(read(u"whd_1"_s).error().kind, ErrorKind::Storage);
        end();
        QCOMPARE(contents(path_), before);
        QCOMPARE(QDir(folder_->path()).entryList(QDir::Files), filesBefore);
    }

    void startsAsSoonAsItsFileCanBeWritten() {
        end();
        QVERIFY(QFile::remove(path_));
        {
            const FullDisk disk{0};
            make();
            receiver_->start(0);
            QTRY_COMPARE(failed_->count(), 1);
            QVERIFY(url().isEmpty());
        }
        QTRY_VERIFY(!url().isEmpty());
        QCOMPARE(failed_->count(), 1);
    }

    void acknowledgesNothingThatItCouldNotKeep() {
        use(secret);
        QCOMPARE(read(u"whd_1"_s).error().kind, ErrorKind::NotFound);
        {
            const FullDisk disk{0};
            const Answer answer = post(delivery(signedAt(start), "event_1", "whd_1"), body);
            QCOMPARE(answer.status, 503);
        }
        QTRY_COMPARE(failed_->count(), 1);
        QCOMPARE(failed_->at(0).at(0).value<Error>().kind, ErrorKind::Storage);
        QCOMPARE(captured_->count(), 0);
        QCOMPARE(post(delivery(signedAt(start), "event_1", "whd_2"), body).status, 200);
        QVERIFY(!lastCaptured().seenBefore);
        QCOMPARE(read(u"whd_1"_s).error().kind, ErrorKind::NotFound);
    }

private:
    void make() {
        receiver_ = std::make_unique<Receiver>(path_, *vault_, *clock_, random_);
        captured_ = std::make_unique<QSignalSpy>(receiver_.get(), &Receiver::captured);
        failed_ = std::make_unique<QSignalSpy>(receiver_.get(), &Receiver::failed);
    }
    void startOn(quint16 port) {
        QSignalSpy listening(receiver_.get(), &Receiver::listening);
        receiver_->start(port);
        QTRY_COMPARE(listening.count(), 1);
    }
    void begin() {
        make();
        startOn(0);
    }
    void end() {
        captured_.reset();
        failed_.reset();
        receiver_.reset();
    }
    // With the secrets read, as far as the vault answers.
    void restart() {
        end();
        QCoreApplication::processEvents();
        begin();
        QCoreApplication::processEvents();
    }
    QUrl url() const { return receiver_->url(); }
    void use(const Secret& one, std::optional<Instant> previousValidUntil = {}) {
        useOf(owner, one, previousValidUntil);
    }
    void useOf(const QString& whose, const Secret& one, std::optional<Instant> previousValidUntil = {}) {
        bool kept = false;
        receiver_->useSecret(whose, one, previousValidUntil, this,
                             [&kept](const Result<void>& result) { kept = result.has_value(); });
        QTRY_VERIFY(kept);
    }
    Answer post(const HttpHeaders& headers, const QByteArray& content) {
        return exchange(url(), request(url(), "POST", url().path().toLatin1(), headers, content));
    }
    SignatureVerdict verdictFor(const Secret& one) {
        post(delivery(signedAt(clock_->now(), {one})), body);
        return lastCaptured().check.verdict;
    }
    // The answer is here before the signal is.
    Capture lastCaptured() {
        const Result<Capture> newest = read(u"whd_1"_s);
        return captured_->isEmpty() ? newest.value_or(Capture()) : captured_->constLast().at(0).value<Capture>();
    }
    Result<Capture> read(const QString& deliveryId) {
        std::optional<Result<Capture>> heard;
        QObject context;
        receiver_->readCapture(deliveryId, &context, [&heard](Result<Capture> result) { heard = std::move(result); });
        if (!test::waitFor([&heard] { return heard.has_value(); }))
            return failure(ErrorKind::TimedOut, u"The receiver did not answer."_s);
        return *heard;
    }
    void lookForSecrets() {
        const QFileInfoList files = QDir(folder_->path()).entryInfoList(QDir::Files | QDir::Hidden);
        QVERIFY(files.size() >= 3);
        for (const QFileInfo& file : files) {
            const QByteArray bytes = contents(file.filePath());
            for (const Secret& each : {secret, nextSecret})
                QVERIFY2(!bytes.contains(each.reveal()) && !bytes.contains(each.reveal().toBase64()),
                         qPrintable(file.fileName()));
            QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther),
                     QFile::Permissions());
        }
    }
    void spoil(const QString& kind) {
        if (kind == u"newer"_s) {
            const std::array<Migration, 2> newer{{{2, {}}, {3, {u"CREATE TABLE more (id INTEGER)"_s}}}};
            QVERIFY(Database::open(path_, newer));
            QVERIFY(QFile::remove(path_ + u".before-3"_s));
            return;
        }
        QFile file(path_);
        QVERIFY(file.open(QIODevice::ReadWrite));
        if (kind == u"cut"_s) {
            QVERIFY(file.resize(50));
            return;
        }
        QVERIFY(file.resize(0));
        QVERIFY(file.write("this is not a database") > 0);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    QString path_;
    std::unique_ptr<MovableClock> clock_;
    std::unique_ptr<FakeVault> vault_;
    SystemRandom random_;
    std::unique_ptr<Receiver> receiver_;
    std::unique_ptr<QSignalSpy> captured_;
    std::unique_ptr<QSignalSpy> failed_;
};

QTEST_GUILESS_MAIN(TestReceiver)
#include "tst_receiver.moc"
