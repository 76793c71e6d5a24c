// SPDX-License-Identifier: MIT
#include "http/tlsfailure.h"

#include "http/firstbytes.h"

#include <QChildEvent>
#include <QSslCertificate>
#include <QStringList>

#include <algorithm>
#include <array>
#include <sys/socket.h>
#include <utility>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

using Meaning = std::pair<QSslError::SslError, AttemptFailure>;

// What is wrong whoever looks at it comes first: what this computer does not know may be mended here.
constexpr std::array meanings{
    Meaning(QSslError::CertificateRevoked, AttemptFailure::CertificateRevoked),
    Meaning(QSslError::CertificateExpired, AttemptFailure::CertificateExpired),
    Meaning(QSslError::CertificateNotYetValid, AttemptFailure::CertificateNotYetValid),
    Meaning(QSslError::SelfSignedCertificate, AttemptFailure::CertificateSelfSigned),
    Meaning(QSslError::SelfSignedCertificateInChain, AttemptFailure::CertificateUnknownAuthority),
    Meaning(QSslError::UnableToGetIssuerCertificate, AttemptFailure::CertificateUnknownAuthority),
    Meaning(QSslError::UnableToGetLocalIssuerCertificate, AttemptFailure::CertificateUnknownAuthority),
    Meaning(QSslError::UnableToVerifyFirstCertificate, AttemptFailure::CertificateUnknownAuthority),
    Meaning(QSslError::CertificateUntrusted, AttemptFailure::CertificateUnknownAuthority),
    Meaning(QSslError::HostNameMismatch, AttemptFailure::CertificateWrongName),
};

AttemptFailure certificateFailure(const QList<QSslError>& errors) {
    for (const auto& [error, failure] : meanings) {
        if (std::ranges::any_of(errors, [wanted = error](const QSslError& one) { return one.error() == wanted; }))
            return failure;
    }
    return AttemptFailure::CertificateRefused;
}

/// Before our own certificate could have been looked at, "handshake failure" is about the ciphers.
bool isBeforeHello(const TlsFacts& facts) {
    return FirstBytes::of(facts.firstBytes).isAlert;
}

} // namespace

// What a peer has to say about certificates is about ours, and we have none. Servers name it differently: OpenSSL with
// TLS 1.2 "handshake failure", Go "bad certificate".
bool wantsClientCertificate(const TlsFacts& facts) {
    if (!facts.alert || isBeforeHello(facts))
        return false;
    switch (*facts.alert) {
    case QSsl::AlertType::HandshakeFailure:
    case QSsl::AlertType::NoCertificate:
    case QSsl::AlertType::BadCertificate:
    case QSsl::AlertType::UnsupportedCertificate:
    case QSsl::AlertType::CertificateUnknown:
    case QSsl::AlertType::UnknownCa:
    case QSsl::AlertType::AccessDenied:
    case QSsl::AlertType::CertificateRequired:
        return true;
    default:
        return false;
    }
}

AttemptFailure handshakeFailure(const TlsFacts& facts) {
    if (!facts.errors.isEmpty())
        return certificateFailure(facts.errors);
    const FirstBytes first = FirstBytes::of(facts.firstBytes);
    if (first.kind == FirstBytes::Kind::Http1)
        return AttemptFailure::PlainHttp;
    if (!facts.firstBytes.isEmpty() && first.kind != FirstBytes::Kind::Tls)
        return AttemptFailure::NotTls;
    if (first.isOldHello || facts.alert == QSsl::AlertType::ProtocolVersion)
        return AttemptFailure::OldTls;
    if (wantsClientCertificate(facts))
        return AttemptFailure::ClientCertificate;
    if (facts.alert == QSsl::AlertType::HandshakeFailure || facts.alert == QSsl::AlertType::InsufficientSecurity)
        return AttemptFailure::NoCommonCipher;
    return facts.hasEnded && !facts.alert ? AttemptFailure::HandshakeEnded : AttemptFailure::Tls;
}

QString tlsDetails(const TlsFacts& facts, const QString& reason) {
    QStringList lines;
    for (const QSslError& error : facts.errors) {
        const QString line = error.errorString();
        if (!lines.contains(line))
            lines += line;
        const QSslCertificate& certificate = error.certificate();
        if (error.error() == QSslError::CertificateExpired)
            lines += u"Valid until %1."_s.arg(certificate.expiryDate().toUTC().toString(Qt::ISODate));
        else if (error.error() == QSslError::CertificateNotYetValid)
            lines += u"Valid from %1."_s.arg(certificate.effectiveDate().toUTC().toString(Qt::ISODate));
        else if (error.error() == QSslError::HostNameMismatch)
            lines += u"It is for %1."_s.arg((QStringList(certificate.subjectAlternativeNames().values()) +
                                             certificate.subjectInfo(QSslCertificate::CommonName))
                                                .join(u", "));
    }
    if (facts.alert)
        lines += u"TLS alert %1."_s.arg(int(*facts.alert));
    if (!reason.isEmpty() && !lines.contains(reason))
        lines += reason;
    return lines.join(u'\n');
}

TlsWatch::TlsWatch(QSslSocket& socket) : QObject(&socket), socket_(socket) {
    socket.installEventFilter(this);
    for (QObject* child : socket.findChildren<QObject*>()) {
        if (child != this)
            child->installEventFilter(this);
    }
    connect(&socket, &QSslSocket::sslErrors, this, [this](const QList<QSslError>& errors) { facts_.errors = errors; });
    connect(&socket, &QSslSocket::alertReceived, this, [this](QSsl::AlertLevel, QSsl::AlertType type) {
        if (type != QSsl::AlertType::CloseNotify)
            facts_.alert = type;
    });
}

// The library reads what comes and keeps none of it: so the first bytes are looked at before it does.
bool TlsWatch::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ChildAdded) {
        if (QObject* child = static_cast<QChildEvent*>(event)->child(); child != this)
            child->installEventFilter(this);
    } else if (event->type() == QEvent::SockAct && facts_.firstBytes.isEmpty()) {
        std::array<char, FirstBytes::enough> bytes{};
        const auto size = ::recv(int(socket_.socketDescriptor()), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
        if (size > 0)
            facts_.firstBytes = QByteArray(bytes.data(), size);
    }
    return QObject::eventFilter(watched, event);
}

} // namespace waybill
