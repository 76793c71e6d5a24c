// SPDX-License-Identifier: MIT
// For tests of TLS: a certificate of its own making, signed by itself, so that trusting it is a choice.
#pragma once

#include <QFile>
#include <QProcess>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTemporaryDir>

namespace waybill::test {

struct TestCertificate {
    QSslCertificate certificate;
    QSslKey key;

    /// `name` as OpenSSL writes it: "DNS:localhost".
    static TestCertificate forName(const QString& name) {
        const QTemporaryDir folder;
        const QString keyPath = folder.filePath(QStringLiteral("key.pem"));
        const QString path = folder.filePath(QStringLiteral("certificate.pem"));
        const QString line = QStringLiteral("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                                            "-subj /CN=waybill-test -addext subjectAltName=%1 -keyout %2 -out %3")
                                 .arg(name, keyPath, path);
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"), line.split(u' '));
        if (!openssl.waitForFinished() || openssl.exitCode() != 0)
            qFatal("openssl made no certificate.");
        QFile keyFile(keyPath);
        if (!keyFile.open(QIODevice::ReadOnly))
            qFatal("openssl wrote no key.");
        return {QSslCertificate::fromPath(path).value(0), QSslKey(&keyFile, QSsl::Ec)};
    }

    QSslConfiguration forServer() const {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificate(certificate);
        configuration.setPrivateKey(key);
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        return configuration;
    }
    QSslConfiguration forTrustingClient() const {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.addCaCertificate(certificate);
        return configuration;
    }
};

} // namespace waybill::test
