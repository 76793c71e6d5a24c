// SPDX-License-Identifier: MIT
#include "contract/attemptfailure.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <utility>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

using Name = std::pair<AttemptFailure, QLatin1StringView>;

// They are stored: not to be changed.
constexpr std::array names{
    Name(AttemptFailure::LookUp, "look_up"_L1),
    Name(AttemptFailure::Refused, "refused"_L1),
    Name(AttemptFailure::Unreachable, "unreachable"_L1),
    Name(AttemptFailure::TimedOut, "timed_out"_L1),
    Name(AttemptFailure::Closed, "closed"_L1),
    Name(AttemptFailure::Unreadable, "unreadable"_L1),
    Name(AttemptFailure::Interrupted, "interrupted"_L1),
    Name(AttemptFailure::Unsendable, "unsendable"_L1),
    Name(AttemptFailure::Proxy, "proxy"_L1),
    Name(AttemptFailure::Tls, "tls"_L1),
    Name(AttemptFailure::HandshakeEnded, "handshake_ended"_L1),
    Name(AttemptFailure::PlainHttp, "plain_http"_L1),
    Name(AttemptFailure::NotTls, "not_tls"_L1),
    Name(AttemptFailure::OldTls, "old_tls"_L1),
    Name(AttemptFailure::NoCommonCipher, "no_common_cipher"_L1),
    Name(AttemptFailure::ClientCertificate, "client_certificate"_L1),
    Name(AttemptFailure::CertificateExpired, "certificate_expired"_L1),
    Name(AttemptFailure::CertificateNotYetValid, "certificate_not_yet_valid"_L1),
    Name(AttemptFailure::CertificateSelfSigned, "certificate_self_signed"_L1),
    Name(AttemptFailure::CertificateUnknownAuthority, "certificate_unknown_authority"_L1),
    Name(AttemptFailure::CertificateWrongName, "certificate_wrong_name"_L1),
    Name(AttemptFailure::CertificateRevoked, "certificate_revoked"_L1),
    Name(AttemptFailure::CertificateRefused, "certificate_refused"_L1),
    Name(AttemptFailure::SpeaksTls, "speaks_tls"_L1),
    Name(AttemptFailure::Http2, "http2"_L1),
    Name(AttemptFailure::Http09, "http09"_L1),
    Name(AttemptFailure::OtherProtocol, "other_protocol"_L1),
};

constexpr std::array parts{"nothing"_L1, "part"_L1, "whole"_L1, "unknown"_L1};

QJsonObject toJson(const ProxyFailure& failure) {
    QJsonObject object{{u"why"_s, nameOf(failure.kind)}, {u"proxy"_s, failure.proxy}};
    if (failure.status != 0)
        object.insert(u"status"_s, failure.status);
    return object;
}

std::optional<ProxyFailure> proxyFailure(const QJsonObject& object) {
    const auto kind = proxyFailureKind(object.value(u"why").toString());
    if (!kind)
        return std::nullopt;
    return ProxyFailure{*kind, object.value(u"proxy").toString(), object.value(u"status").toInt()};
}

} // namespace

QJsonObject toJson(const FailureReport& report) {
    const auto name = std::ranges::find(names, report.code, &Name::first);
    if (name == names.end())
        return {};
    QJsonObject object{{u"code"_s, QString(name->second)}, {u"sent"_s, QString(parts.at(std::size_t(report.sent)))}};
    if (!report.addresses.isEmpty())
        object.insert(u"addresses"_s, QJsonArray::fromStringList(report.addresses));
    if (!report.protocol.isEmpty())
        object.insert(u"protocol"_s, report.protocol);
    if (!report.details.isEmpty())
        object.insert(u"details"_s, report.details);
    if (report.proxy)
        object.insert(u"by"_s, toJson(*report.proxy));
    return object;
}

std::optional<FailureReport> failureReport(const QJsonObject& object) {
    const QString code = object.value(u"code").toString();
    const auto name = std::ranges::find(names, code, &Name::second);
    const auto part = std::ranges::find(parts, object.value(u"sent").toString());
    if (name == names.end() || part == parts.end())
        return std::nullopt;
    FailureReport report;
    report.code = name->first;
    report.sent = SentPart(part - parts.begin());
    for (const auto& address : object.value(u"addresses").toArray())
        report.addresses.append(address.toString());
    report.protocol = object.value(u"protocol").toString();
    report.details = object.value(u"details").toString();
    report.proxy = proxyFailure(object.value(u"by").toObject());
    return report;
}

QString storedText(const std::optional<FailureReport>& report) {
    return report ? QString::fromUtf8(QJsonDocument(toJson(*report)).toJson(QJsonDocument::Compact)) : QString();
}

std::optional<FailureReport> failureReport(const QString& stored) {
    return stored.isEmpty() ? std::nullopt : failureReport(QJsonDocument::fromJson(stored.toUtf8()).object());
}

} // namespace waybill
