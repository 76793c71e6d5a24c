// SPDX-License-Identifier: MIT
#include "contract/signature.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace waybill;

namespace {
const Secret secret("whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja");
const Secret otherSecret("whsec_00000000000000000000000000000000");
const QByteArray body = "{\"id\":\"event_1\"}";
constexpr qint64 signedAt = 1'791'792'900;

Instant secondsAfter(qint64 offset) {
    return instantFromMilliseconds((signedAt + offset) * 1000);
}
} // namespace

class TestSignature : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithOtherLanguages() {
        QFile file(QStringLiteral(WAYBILL_SOURCE_DIR "/tests/contract/vectors/signatures.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonArray vectors = QJsonDocument::fromJson(file.readAll()).array();
        QVERIFY(!vectors.isEmpty());
        for (const QJsonValue& vector : vectors) {
            const QByteArray signedBody = QByteArray::fromBase64(vector[u"body"].toString().toLatin1());
            QCOMPARE(signatureOf(signedBody, vector[u"timestamp"].toInteger(),
                                 Secret(vector[u"secret"].toString().toLatin1())),
                     vector[u"signature"].toString().toLatin1());
        }
    }

    void acceptsWithinFiveMinutes_data() {
        QTest::addColumn<qint64>("secondsLater");
        QTest::addColumn<SignatureVerdict>("verdict");
        QTest::newRow("at once") << qint64(0) << SignatureVerdict::Valid;
        QTest::newRow("300 s old") << qint64(300) << SignatureVerdict::Valid;
        QTest::newRow("301 s old") << qint64(301) << SignatureVerdict::TooOld;
        QTest::newRow("300 s ahead") << qint64(-300) << SignatureVerdict::Valid;
        QTest::newRow("301 s ahead") << qint64(-301) << SignatureVerdict::FromFuture;
    }
    void acceptsWithinFiveMinutes() {
        QFETCH(qint64, secondsLater);
        const QByteArray header = signatureHeader(body, signedAt, signersOf({secret}));
        QTEST(checkSignature(header, body, {secret}, secondsAfter(secondsLater)).verdict, "verdict");
    }

    void oneSignerSignsManyBodies() {
        const Signer signer(secret);
        for (const QByteArray& each : QByteArrayList{body, {}, body + body, body})
            QCOMPARE(signer.sign(each, signedAt), signatureOf(each, signedAt, secret));
    }

    void acceptsEitherSecretDuringARotation() {
        const QByteArray header = signatureHeader(body, signedAt, signersOf({otherSecret, secret}));
        QCOMPARE(header.count("v1="), 2);
        QVERIFY(checkSignature(header, body, {secret}, secondsAfter(1)).isValid());
        QVERIFY(checkSignature(header, body, {otherSecret}, secondsAfter(1)).isValid());
    }

    void refusesAChangedBodyAndAnotherSecret() {
        const QByteArray header = signatureHeader(body, signedAt, signersOf({secret}));
        QCOMPARE(checkSignature(header, body + ' ', {secret}, secondsAfter(0)).verdict, SignatureVerdict::WrongSecret);
        QCOMPARE(checkSignature(header, body, {otherSecret}, secondsAfter(0)).verdict, SignatureVerdict::WrongSecret);
        QCOMPARE(checkSignature(header, body, {}, secondsAfter(0)).verdict, SignatureVerdict::NoSecret);
        QCOMPARE(checkSignature({}, body, {secret}, secondsAfter(0)).verdict, SignatureVerdict::Missing);
    }

    void refusesMalformedHeaders_data() {
        QTest::addColumn<QByteArray>("header");
        const QByteArray v1 = ",v1=" + QByteArray(64, 'a');
        QTest::newRow("no time") << v1.sliced(1);
        QTest::newRow("no signature") << QByteArray("t=1");
        QTest::newRow("two times") << QByteArray("t=1,t=2") + v1;
        QTest::newRow("time is no number") << QByteArray("t=x") + v1;
        QTest::newRow("short signature") << QByteArray("t=1,v1=abc");
        QTest::newRow("not hexadecimal") << QByteArray("t=1,v1=") + QByteArray(64, 'g');
        QTest::newRow("nine signatures") << QByteArray("t=1") + v1.repeated(9);
        QTest::newRow("garbage") << QByteArray("\xff\0\n", 3);
    }
    void refusesMalformedHeaders() {
        QFETCH(QByteArray, header);
        QCOMPARE(checkSignature(header, body, {secret}, secondsAfter(0)).verdict, SignatureVerdict::Malformed);
    }

    void readsEightSignaturesAndSkipsOtherSchemes() {
        const QByteArray good = signatureOf(body, signedAt, secret);
        const QByteArray header = "t=" + QByteArray::number(signedAt) + ",v0=whatever" +
                                  QByteArray(",v1=" + QByteArray(64, 'a')).repeated(7) + ",v1=" + good;
        QVERIFY(checkSignature(header, body, {secret}, secondsAfter(0)).isValid());
    }
};

QTEST_APPLESS_MAIN(TestSignature)
#include "tst_signature.moc"
