// SPDX-License-Identifier: MIT
#pragma once

#include "contract/proxyfailure.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace waybill {

/// Why no answer came.
enum class AttemptFailure {
    None,        ///< An answer came: `status` says which.
    LookUp,      ///< The host has no address.
    Refused,     ///< Nothing listens there.
    Unreachable, ///< Any other network error before the connection stood.
    TimedOut,    ///< No full answer within 10 s.
    Closed,      ///< The receiver closed the connection before its answer was whole.
    Unreadable,  ///< The answer is not HTTP, or its head is too large.
    Interrupted, ///< Waybill was closed before the answer came.
    Unsendable,  ///< The event's id or type cannot stand in a header; nothing was sent.
    Proxy,       ///< The proxy did not let the attempt through: `FailureReport::proxy` says why.
    // https: no safe connection came about, or it ended with an alert.
    Tls,            ///< For a reason that none of the others names.
    HandshakeEnded, ///< The other side closed or reset the connection during the handshake.
    PlainHttp,      ///< HTTP without TLS answers at an https address.
    NotTls,         ///< Something else that is not TLS answers there.
    OldTls,         ///< It speaks no TLS 1.2 or later.
    NoCommonCipher,
    ClientCertificate, ///< It wants one. With TLS 1.3 it says so after the request was sent.
    CertificateExpired,
    CertificateNotYetValid,
    CertificateSelfSigned,
    CertificateUnknownAuthority,
    CertificateWrongName,
    CertificateRevoked,
    CertificateRefused, ///< For any other reason.
    // What answered is no HTTP/1.
    SpeaksTls,     ///< TLS answers at an http address.
    Http2,         ///< HTTP/2 that was not asked for.
    Http09,        ///< A page without a status, as HTTP/0.9 had it.
    OtherProtocol, ///< `FailureReport::protocol` names it.
};

/// How much of the request was handed to the network.
enum class SentPart { Nothing, Part, Whole, Unknown };

/// Why an attempt failed without an answer that decides, as it is stored and goes over the wire; the sentences are made
/// of it.
struct FailureReport {
    AttemptFailure code = AttemptFailure::None;
    SentPart sent = SentPart::Nothing;
    QStringList addresses;                  ///< Those that were tried, where no connection stood: "127.0.0.1", "[::1]".
    QString protocol;                       ///< What answered instead, where that is known: "SSH".
    QString details;                        ///< Technical text, from the network library.
    std::optional<ProxyFailure> proxy = {}; ///< Set exactly where `code` is Proxy.
    friend bool operator==(const FailureReport&, const FailureReport&) = default;
};

QJsonObject toJson(const FailureReport& report);
/// Nothing where the code is unknown.
std::optional<FailureReport> failureReport(const QJsonObject& object);
/// The same as text, as it is stored. Null without a report.
QString storedText(const std::optional<FailureReport>& report);
std::optional<FailureReport> failureReport(const QString& stored);

} // namespace waybill
