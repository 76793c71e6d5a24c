// SPDX-License-Identifier: MIT
// A person's own certificate authority: what is taken for one, and whom it vouches for.
#include "http/certificateauthority.h"
#include "support/attempts.h"
#include "support/wireanswers.h"

#include <QProcess>
#include <QSslKey>
#include <QTemporaryDir>
#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;
using namespace waybill::test;

namespace {

/// An authority, and a receiver's certificate that it signed, as OpenSSL's command makes them.
class Files {
public:
    Files() {
        run(u"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3 -subj /O=Example/CN=Our_Root "
            "-keyout ca.key -out ca.pem"_s);
        run(u"req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=receiver -keyout leaf.key -out "
            "leaf.csr"_s);
        write(u"leaf.ext"_s, "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
        run(u"x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile leaf.ext -out "
            "leaf.pem"_s);
        run(u"x509 -in ca.pem -outform DER -out ca.der"_s);
        run(u"ec -in ca.key -outform DER -out ca.key.der"_s);
        run(u"pkcs12 -export -in ca.pem -inkey ca.key -passout pass:x -out ca.p12"_s);
        run(u"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3 -subj /CN=Other -keyout "
            "other.key -out other.pem"_s);
    }
    QByteArray read(const QString& name) const {
        QFile file(folder_.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("A file of the test is missing.");
        return file.readAll();
    }
    QSslConfiguration forServer() const {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificateChain(QSslCertificate::fromData(read(u"leaf.pem"_s)));
        configuration.setPrivateKey(QSslKey(read(u"leaf.key"_s), QSsl::Ec));
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        return configuration;
    }

private:
    void write(const QString& name, const QByteArray& text) const {
        QFile file(folder_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("A file of the test cannot be written.");
    }
    void run(const QString& line) const {
        QProcess openssl;
        openssl.setWorkingDirectory(folder_.path());
        openssl.start(u"openssl"_s, line.split(u' '));
        if (!openssl.waitForFinished() || openssl.exitCode() != 0)
            qFatal("openssl failed.");
    }
    const QTemporaryDir folder_;
};

} // namespace

class TestCertificateAuthority : public QObject {
    Q_OBJECT

private:
    const Files files_;
    const QDateTime now_ = QDateTime::currentDateTimeUtc();
    CertificateAuthority authority(const QString& file = u"ca.pem"_s) const {
        return CertificateAuthority::read(files_.read(file), now_).value_or(CertificateAuthority());
    }

private Q_SLOTS:
    void itSaysWhoItIs_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("PEM") << u"ca.pem"_s;
        QTest::newRow("DER") << u"ca.der"_s;
    }
    void itSaysWhoItIs() {
        QFETCH(QString, file);
        const CertificateAuthority read = authority(file);
        QCOMPARE(read.name(), u"Our_Root (Example)"_s);
        QCOMPARE(read.count(), 1);
        QVERIFY(read.validUntil() > now_.addDays(2) && read.validUntil() < now_.addDays(4));
        const CertificateAuthority again = CertificateAuthority::restored(read.bytes());
        QVERIFY(again == read);
        QVERIFY(again == authority(u"ca.pem"_s));
        QVERIFY(!(again == authority(u"other.pem"_s)));
        QVERIFY(!(again == CertificateAuthority()));
    }

    void whatIsNoneIsRefusedInWords_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("said");
        QTest::newRow("empty") << QByteArray() << u"no certificate in this file"_s;
        QTest::newRow("something else") << QByteArray("hello") << u"no certificate in this file"_s;
        QTest::newRow("cut off") << files_.read(u"ca.pem"_s).left(200) << u"no certificate in this file"_s;
        QTest::newRow("DER, cut off") << files_.read(u"ca.der"_s).left(100) << u"no certificate in this file"_s;
        QTest::newRow("a receiver's") << files_.read(u"leaf.pem"_s) << u"“receiver” is not the certificate of an"_s;
        QTest::newRow("a receiver's with its authority's")
            << files_.read(u"leaf.pem"_s) + files_.read(u"ca.pem"_s) << u"“receiver” is not the certificate of an"_s;
        QTest::newRow("a key") << files_.read(u"ca.key"_s) << u"a private key in this file"_s;
        QTest::newRow("a key in DER") << files_.read(u"ca.key.der"_s) << u"a private key in this file"_s;
        QTest::newRow("a certificate and a key")
            << files_.read(u"ca.pem"_s) + files_.read(u"ca.key"_s) << u"a private key in this file"_s;
        QTest::newRow("a key store") << files_.read(u"ca.p12"_s) << u"a private key in this file"_s;
        QTest::newRow("a request") << files_.read(u"leaf.csr"_s) << u"no certificate in this file"_s;
        QTest::newRow("large") << files_.read(u"ca.pem"_s) + QByteArray(300 * 1024, '\n') << u"too large"_s;
        QTest::newRow("many") << files_.read(u"ca.pem"_s).repeated(17) << u"17 certificates"_s;
    }
    void whatIsNoneIsRefusedInWords() {
        QFETCH(QByteArray, file);
        QFETCH(QString, said);
        const auto read = CertificateAuthority::read(file, now_);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Malformed);
        QVERIFY2(read.error().message.contains(said), qPrintable(read.error().message));
        QVERIFY(!read.error().message.contains(u"-----"_s));
    }

    void anExpiredOneIsRefused() {
        const auto read = CertificateAuthority::read(files_.read(u"ca.pem"_s), now_.addDays(10));
        QVERIFY(!read);
        QVERIFY2(read.error().message.contains(u"expired on"_s), qPrintable(read.error().message));
    }

    void itVouchesForItsDestinationAlone() {
        WireServer server(saying(delivered), files_.forServer());
        HttpSender sender;
        const OutgoingPost trusted{HttpDestination(server.url(), authority()), {}, "{}"};
        const OutgoingPost plain{HttpDestination(server.url()), {}, "{}"};
        const OutgoingPost other{HttpDestination(server.url(), authority(u"other.pem"_s)), {}, "{}"};
        for (int i = 0; i < 3; ++i) {
            // Neither a connection nor a session of the one that is trusted serves the others.
            const AttemptOutcome outcome = outcomeOf(sender, trusted);
            QVERIFY2(outcome.isDelivered(), qPrintable(outcome.details));
            QVERIFY(!outcomeOf(sender, plain).isDelivered());
            QVERIFY(!outcomeOf(sender, other).isDelivered());
        }
        QCOMPARE(server.requests().size(), 3);
    }

    void itAddsToWhatIsTrusted() {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        const QList<QSslCertificate> system = QSslConfiguration::systemCaCertificates();
        authority().addTo(tls, system);
        QCOMPARE(tls.caCertificates().size(), system.size() + 1);
        CertificateAuthority().addTo(tls, system);
        QCOMPARE(tls.caCertificates().size(), system.size() + 1);
    }
};

QTEST_GUILESS_MAIN(TestCertificateAuthority)
#include "tst_certificateauthority.moc"
