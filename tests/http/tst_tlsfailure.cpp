// SPDX-License-Identifier: MIT
// Why a safe connection did not come about, by its own name; and what had been sent by then.
#include "http/tlsfailure.h"
#include "support/attempts.h"
#include "support/testcertificate.h"
#include "support/wireanswers.h"

#include <QTest>

using namespace waybill;
using namespace waybill::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray hello("\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03\x00\x00\x00\x00\x00", 16);
const QByteArray oldHello("\x16\x03\x02\x00\x7a\x02\x00\x00\x76\x03\x02\x00\x00\x00\x00\x00", 16);
const QByteArray alert("\x15\x03\x03\x00\x02\x02\x28", 7);

} // namespace

class TestTlsFailure : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesWhatIsWrongWithACertificate_data() {
        QTest::addColumn<QList<int>>("errors");
        QTest::addColumn<AttemptFailure>("failure");
        const auto row = [](const char* name, const QList<int>& errors, AttemptFailure failure) {
            QTest::newRow(name) << errors << failure;
        };
        row("expired", {QSslError::CertificateExpired}, AttemptFailure::CertificateExpired);
        row("not yet valid", {QSslError::CertificateNotYetValid}, AttemptFailure::CertificateNotYetValid);
        row("self-signed", {QSslError::SelfSignedCertificate}, AttemptFailure::CertificateSelfSigned);
        row("an authority of their own", {QSslError::SelfSignedCertificateInChain},
            AttemptFailure::CertificateUnknownAuthority);
        row("half a chain", {QSslError::UnableToGetLocalIssuerCertificate, QSslError::UnableToVerifyFirstCertificate},
            AttemptFailure::CertificateUnknownAuthority);
        row("another name", {QSslError::HostNameMismatch}, AttemptFailure::CertificateWrongName);
        row("revoked", {QSslError::CertificateRevoked}, AttemptFailure::CertificateRevoked);
        row("for another purpose", {QSslError::InvalidPurpose}, AttemptFailure::CertificateRefused);
        row("expired, and its authority unknown",
            {QSslError::UnableToGetLocalIssuerCertificate, QSslError::CertificateExpired},
            AttemptFailure::CertificateExpired);
        row("self-signed, for another name", {QSslError::HostNameMismatch, QSslError::SelfSignedCertificate},
            AttemptFailure::CertificateSelfSigned);
    }
    void namesWhatIsWrongWithACertificate() {
        QFETCH(QList<int>, errors);
        TlsFacts facts{hello, {}, {}, false};
        for (const int error : errors)
            facts.errors.append(QSslError(QSslError::SslError(error)));
        QTEST(handshakeFailure(facts), "failure");
        QVERIFY(!tlsDetails(facts, {}).isEmpty());
    }

    void namesWhatThePeerDid_data() {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<int>("alert"); // -1: none
        QTest::addColumn<bool>("hasEnded");
        QTest::addColumn<AttemptFailure>("failure");
        const auto row = [](const char* name, const QByteArray& first, int said, bool hasEnded,
                            AttemptFailure failure) { QTest::newRow(name) << first << said << hasEnded << failure; };
        row("ends without a word", {}, -1, true, AttemptFailure::HandshakeEnded);
        row("ends after its hello", hello, -1, true, AttemptFailure::HandshakeEnded);
        row("plain HTTP", "HTTP/1.1 400 Bad", -1, false, AttemptFailure::PlainHttp);
        row("plain HTTP, ends", "HTTP/1.0 400 Bad", -1, true, AttemptFailure::PlainHttp);
        row("SSH", "SSH-2.0-OpenSSH", -1, false, AttemptFailure::NotTls);
        row("a mail server", "220 mail ESMTP", -1, true, AttemptFailure::NotTls);
        row("noise", "noise", -1, false, AttemptFailure::NotTls);
        row("an old version, by its hello", oldHello, -1, false, AttemptFailure::OldTls);
        row("an old version, by its alert", alert, int(QSsl::AlertType::ProtocolVersion), true, AttemptFailure::OldTls);
        row("no cipher in common", alert, int(QSsl::AlertType::HandshakeFailure), true, AttemptFailure::NoCommonCipher);
        row("too weak a cipher", alert, int(QSsl::AlertType::InsufficientSecurity), true,
            AttemptFailure::NoCommonCipher);
        row("wants a certificate, as OpenSSL says it", hello, int(QSsl::AlertType::HandshakeFailure), true,
            AttemptFailure::ClientCertificate);
        row("wants a certificate, as Go says it", hello, int(QSsl::AlertType::BadCertificate), true,
            AttemptFailure::ClientCertificate);
        row("wants a certificate, with TLS 1.3", hello, int(QSsl::AlertType::CertificateRequired), true,
            AttemptFailure::ClientCertificate);
        row("does not know the name", alert, int(QSsl::AlertType::UnrecognizedName), true, AttemptFailure::Tls);
        row("a fault of its own", hello, int(QSsl::AlertType::InternalError), true, AttemptFailure::Tls);
        row("a fault found here", hello, -1, false, AttemptFailure::Tls);
    }
    void namesWhatThePeerDid() {
        QFETCH(QByteArray, first);
        QFETCH(int, alert);
        QFETCH(bool, hasEnded);
        TlsFacts facts{first, {}, {}, hasEnded};
        if (alert >= 0)
            facts.alert = QSsl::AlertType(alert);
        QTEST(handshakeFailure(facts), "failure");
    }

    void tellsThatAClientCertificateIsWanted_data() {
        QTest::addColumn<QString>("version");
        QTest::addColumn<SentPart>("sent");
        QTest::newRow("TLS 1.2") << u"1.2"_s << SentPart::Nothing;
        // The request goes out before the peer has looked for the certificate.
        QTest::newRow("TLS 1.3") << u"1.3"_s << SentPart::Whole;
    }
    void tellsThatAClientCertificateIsWanted() {
        QFETCH(QString, version);
        const TestCertificate certificate = TestCertificate::forName(u"DNS:localhost"_s);
        const QTemporaryDir folder;
        const auto write = [&folder](const QString& name, const QByteArray& bytes) {
            QFile file(folder.filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
        };
        QVERIFY(write(u"certificate.pem"_s, certificate.certificate.toPem()));
        QVERIFY(write(u"key.pem"_s, certificate.key.toPem()));
        QProcess server;
        server.start(QStringLiteral(WAYBILL_PYTHON),
                     {QStringLiteral(WAYBILL_SOURCE_DIR "/tests/http/askingserver.py"),
                      folder.filePath(u"certificate.pem"_s), folder.filePath(u"key.pem"_s), version});
        QVERIFY(QTest::qWaitFor([&server] { return server.canReadLine(); }));
        const QUrl url(u"https://localhost:%1/"_s.arg(QString::fromLatin1(server.readLine().trimmed())));
        HttpSender sender;
        sender.setTlsConfiguration(certificate.forTrustingClient());
        const AttemptOutcome outcome = outcomeOf(sender, postTo(url));
        server.kill();
        server.waitForFinished();
        QVERIFY2(outcome.failure == AttemptFailure::ClientCertificate, qPrintable(outcome.details));
        QTEST(outcome.sent, "sent");
        QVERIFY(!outcome.details.isEmpty());
        QCOMPARE(describeFailure(outcome).contains(u"Nothing was sent"), outcome.sent == SentPart::Nothing);
        QCOMPARE(describeFailure(outcome).contains(u"had been sent"), outcome.sent == SentPart::Whole);
    }

    void saysWhoseCertificateItIs() {
        const TestCertificate certificate = TestCertificate::forName(u"DNS:example.com"_s);
        WireServer server(saying(delivered), certificate.forServer());
        HttpSender sender;
        sender.setTlsConfiguration(certificate.forTrustingClient());
        const AttemptOutcome outcome = outcomeOf(sender, postTo(server.url()));
        QCOMPARE(outcome.failure, AttemptFailure::CertificateWrongName);
        QVERIFY2(outcome.details.contains(u"example.com"), qPrintable(outcome.details));
        QVERIFY(server.received().isEmpty());
    }

    void everyFailureComesBackFromWhereItIsStored() {
        for (int code = int(AttemptFailure::LookUp); code <= int(AttemptFailure::OtherProtocol); ++code) {
            FailureReport report{
                AttemptFailure(code), SentPart(code % 4), {u"[::1]"_s, u"127.0.0.1"_s}, u"SSH"_s, u"why"_s};
            if (report.code == AttemptFailure::Proxy)
                report.proxy = ProxyFailure{ProxyFailure::Kind::Denied, u"proxy.example:3128"_s, 403};
            QVERIFY(failureReport(storedText(report)) == report);
        }
        QVERIFY(!failureReport(u"{\"code\":\"of a newer version\",\"sent\":\"nothing\"}"_s));
        QVERIFY(!failureReport(QString()));
        QVERIFY(storedText(std::nullopt).isNull());
    }
};

QTEST_GUILESS_MAIN(TestTlsFailure)
#include "tst_tlsfailure.moc"
