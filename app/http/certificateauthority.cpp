// SPDX-License-Identifier: MIT
#include "http/certificateauthority.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QSslCertificate>
#include <QSslConfiguration>

#include <algorithm>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace waybill {

using namespace Qt::StringLiterals;

struct CertificateAuthority::Parts {
    QList<QSslCertificate> certificates;
    QByteArray digest;
};

namespace {

QString words(const char* text) {
    return QCoreApplication::translate("CertificateAuthority", text);
}

auto refused(const QString& message) {
    return failure(ErrorKind::Malformed, message);
}

template <auto free>
struct Freed {
    template <typename T>
    void operator()(T* object) const {
        free(object);
    }
};

bool isAuthority(const QSslCertificate& certificate) {
    const QByteArray der = certificate.toDer();
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.constData());
    const std::unique_ptr<X509, Freed<X509_free>> read(d2i_X509(nullptr, &bytes, long(der.size())));
    return read && X509_check_ca(read.get()) != 0;
}

bool isKeyStore(const QByteArray& file) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(file.constData());
    const std::unique_ptr<PKCS12, Freed<PKCS12_free>> read(d2i_PKCS12(nullptr, &bytes, long(file.size())));
    return bool(read);
}

bool isPrivateKey(const QByteArray& file) {
    if (file.contains("PRIVATE KEY-----"))
        return true;
    const auto* bytes = reinterpret_cast<const unsigned char*>(file.constData());
    const std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> read(d2i_AutoPrivateKey(nullptr, &bytes, long(file.size())));
    return bool(read);
}

QList<QSslCertificate> certificatesIn(const QByteArray& file) {
    QList<QSslCertificate> found = QSslCertificate::fromData(file, QSsl::Pem);
    if (found.isEmpty())
        found = QSslCertificate::fromData(file, QSsl::Der);
    found.removeIf([](const QSslCertificate& certificate) { return certificate.isNull(); });
    return found;
}

QString nameOf(const QSslCertificate& certificate) {
    const auto first = [&](QSslCertificate::SubjectInfo info) { return certificate.subjectInfo(info).value(0); };
    const QString organization = first(QSslCertificate::Organization);
    QString name = first(QSslCertificate::CommonName);
    if (name.isEmpty())
        name = first(QSslCertificate::OrganizationalUnitName);
    if (name.isEmpty())
        return organization.isEmpty() ? words(QT_TRANSLATE_NOOP("CertificateAuthority", "without a name"))
                                      : organization;
    return organization.isEmpty() || organization == name ? name : u"%1 (%2)"_s.arg(name, organization);
}

} // namespace

Result<CertificateAuthority> CertificateAuthority::read(const QByteArray& file, const QDateTime& now) {
    if (file.size() > largestFile)
        return refused(
            words(QT_TRANSLATE_NOOP("CertificateAuthority", "This file is too large for a certificate: %1 KB at most."))
                .arg(largestFile / 1024));
    if (isPrivateKey(file) || isKeyStore(file))
        return refused(words(QT_TRANSLATE_NOOP(
            "CertificateAuthority", "There is a private key in this file. Waybill needs the certificate alone: ask "
                                    "whoever runs the receiver for it.")));
    const QList<QSslCertificate> certificates = certificatesIn(file);
    if (certificates.isEmpty())
        return refused(words(QT_TRANSLATE_NOOP(
            "CertificateAuthority", "There is no certificate in this file. Choose a file in the form PEM or DER; its "
                                    "name often ends in .pem, .crt or .cer.")));
    if (certificates.size() > mostCertificates)
        return refused(words(QT_TRANSLATE_NOOP("CertificateAuthority",
                                               "There are %1 certificates in this file; Waybill takes %2 at most. "
                                               "Choose the one of the authority that signed the receiver's."))
                           .arg(certificates.size())
                           .arg(mostCertificates));
    for (const QSslCertificate& certificate : certificates) {
        const QString name = nameOf(certificate);
        if (!isAuthority(certificate))
            return refused(words(QT_TRANSLATE_NOOP("CertificateAuthority",
                                                   "“%1” is not the certificate of an authority. Choose the one of "
                                                   "the authority that signed it."))
                               .arg(name));
        if (certificate.expiryDate() < now)
            return refused(words(QT_TRANSLATE_NOOP("CertificateAuthority",
                                                   "The certificate “%1” expired on %2. Ask for the new one."))
                               .arg(name, certificate.expiryDate().date().toString(Qt::ISODate)));
    }
    return restored(file);
}

CertificateAuthority CertificateAuthority::restored(const QByteArray& bytes) {
    Parts parts;
    parts.certificates = certificatesIn(bytes);
    if (parts.certificates.isEmpty())
        return {};
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QSslCertificate& certificate : std::as_const(parts.certificates))
        hash.addData(certificate.toDer());
    parts.digest = hash.result().toHex();
    return CertificateAuthority(std::make_shared<const Parts>(std::move(parts)));
}

QString CertificateAuthority::name() const {
    return parts_ ? nameOf(parts_->certificates.constFirst()) : QString();
}

QDateTime CertificateAuthority::validUntil() const {
    if (!parts_)
        return {};
    return std::ranges::min_element(parts_->certificates, {}, &QSslCertificate::expiryDate)->expiryDate();
}

int CertificateAuthority::count() const {
    return parts_ ? int(parts_->certificates.size()) : 0;
}

QByteArray CertificateAuthority::bytes() const {
    QByteArray pem;
    if (parts_) {
        for (const QSslCertificate& certificate : parts_->certificates)
            pem += certificate.toPem();
    }
    return pem;
}

QByteArray CertificateAuthority::digest() const {
    return parts_ ? parts_->digest : QByteArray();
}

void CertificateAuthority::addTo(QSslConfiguration& tls, const QList<QSslCertificate>& others) const {
    if (parts_)
        tls.setCaCertificates(others + parts_->certificates);
}

} // namespace waybill
