// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QByteArray>
#include <QDateTime>
#include <QMetaType>
#include <QString>

#include <memory>

QT_BEGIN_NAMESPACE
class QSslCertificate;
class QSslConfiguration;
QT_END_NAMESPACE

namespace waybill {

/// A certificate authority that a person trusts for one receiver, in addition to those of the system: one certificate
/// or a few, as they came in a file. A value, cheap to copy; an empty one adds nothing.
class CertificateAuthority {
public:
    static constexpr qint64 largestFile = 256LL * 1024;
    static constexpr int mostCertificates = 16;

    CertificateAuthority() = default;
    /// PEM or DER. Malformed, in a sentence with the way out, for what is too large, no certificate, not one of an
    /// authority, expired, or holds a private key, which is nobody else's to have.
    static Result<CertificateAuthority> read(const QByteArray& file, const QDateTime& now);
    /// What `bytes` gave; an empty one where they are not readable any more. An expired one is still one.
    static CertificateAuthority restored(const QByteArray& bytes);

    bool isEmpty() const { return !parts_; }
    /// "Example Company Root CA (Example Company)": as the certificate says it, so foreign text.
    QString name() const;
    QDateTime validUntil() const; ///< Of the one that expires first.
    int count() const;            ///< Of certificates.
    QByteArray bytes() const;     ///< PEM, for `restored`; nothing else than the certificates.
    /// Tells two of them apart.
    QByteArray digest() const;
    /// From here on it is trusted, too, besides `others`.
    void addTo(QSslConfiguration& tls, const QList<QSslCertificate>& others) const;
    friend bool operator==(const CertificateAuthority& left, const CertificateAuthority& right) {
        return left.digest() == right.digest();
    }

private:
    struct Parts;
    explicit CertificateAuthority(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
    std::shared_ptr<const Parts> parts_;
};

} // namespace waybill

Q_DECLARE_METATYPE(waybill::CertificateAuthority)
