// SPDX-License-Identifier: MIT
#include "contract/attemptoutcome.h"

#include "contract/retryschedule.h"

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

QString listOf(const QStringList& addresses) {
    return addresses.size() < 2
               ? addresses.join(QString())
               : QString(addresses.first(addresses.size() - 1).join(u", "_s) + u" and " + addresses.constLast());
}

QString notConnected(const AttemptOutcome& outcome) {
    const QString addresses = listOf(outcome.addresses);
    const bool isRefused = outcome.failure == AttemptFailure::Refused;
    if (outcome.addresses.size() < 2)
        return isRefused ? u"Nothing listens at the receiver's address."_s : u"The receiver could not be reached."_s;
    return isRefused ? u"Nothing listens at the receiver's addresses: %1 were tried."_s.arg(addresses)
                     : u"The receiver could not be reached: %1 were tried."_s.arg(addresses);
}

QString timedOut(const AttemptOutcome& outcome) {
    if (outcome.sent == SentPart::Part)
        return u"The receiver did not take the whole message within 10 s."_s;
    if (outcome.sent == SentPart::Whole)
        return u"The receiver did not answer within 10 s."_s;
    const QString tried =
        outcome.addresses.size() < 2 ? QString() : QString(u" " + listOf(outcome.addresses) + u" were tried.");
    return QString(u"No working connection to the receiver came about within 10 s." + tried);
}

/// Where no safe connection came about, or what answered speaks otherwise.
QString otherwise(const AttemptOutcome& outcome) {
    switch (outcome.failure) {
    case AttemptFailure::HandshakeEnded:
        return u"The receiver ended the connection while it was being made safe (TLS)."_s;
    case AttemptFailure::PlainHttp:
        return u"This port of the receiver speaks plain HTTP, and the address begins with https."_s;
    case AttemptFailure::NotTls:
        return outcome.protocol.isEmpty()
                   ? u"What answers at this port does not speak TLS, and the address begins with https."_s
                   : u"%1 answers at this port, not https."_s.arg(outcome.protocol);
    case AttemptFailure::OldTls:
        return u"The receiver speaks only an old version of TLS. 1.2 or later is needed."_s;
    case AttemptFailure::NoCommonCipher:
        return u"The receiver accepts none of the ways to encrypt that Waybill offers."_s;
    case AttemptFailure::ClientCertificate:
        return u"The receiver wants a client certificate, which Waybill does not have."_s;
    case AttemptFailure::CertificateExpired:
        return u"The receiver's certificate has expired."_s;
    case AttemptFailure::CertificateNotYetValid:
        return u"The receiver's certificate is not valid yet."_s;
    case AttemptFailure::CertificateSelfSigned:
        return u"The receiver's certificate is signed by itself."_s;
    case AttemptFailure::CertificateUnknownAuthority:
        return u"The receiver's certificate was issued by an authority that this computer does not know."_s;
    case AttemptFailure::CertificateWrongName:
        return u"The receiver's certificate is for another name."_s;
    case AttemptFailure::CertificateRevoked:
        return u"The receiver's certificate was revoked."_s;
    case AttemptFailure::CertificateRefused:
        return u"The receiver's certificate cannot be trusted."_s;
    case AttemptFailure::SpeaksTls:
        return u"This port of the receiver speaks TLS, and the address begins with http."_s;
    case AttemptFailure::Http2:
        return u"The receiver answered in HTTP/2 only. Deliveries are HTTP/1.1."_s;
    case AttemptFailure::Http09:
        return u"What came back has no status, as in HTTP/0.9."_s;
    case AttemptFailure::OtherProtocol:
        return u"%1 answers at the receiver's address, not HTTP."_s.arg(outcome.protocol);
    default:
        return outcome.sent == SentPart::Nothing ? u"No safe connection (TLS) to the receiver came about."_s
                                                 : u"The safe connection (TLS) to the receiver broke."_s;
    }
}

QString happened(const AttemptOutcome& outcome) {
    switch (outcome.failure) {
    case AttemptFailure::None:
        return {};
    case AttemptFailure::LookUp:
        return u"The receiver's host name has no address."_s;
    case AttemptFailure::Refused:
    case AttemptFailure::Unreachable:
        return notConnected(outcome);
    case AttemptFailure::TimedOut:
        return timedOut(outcome);
    case AttemptFailure::Closed:
        return u"The receiver closed the connection before its answer was complete."_s;
    case AttemptFailure::Unreadable:
        return u"The receiver's answer could not be read as HTTP."_s;
    case AttemptFailure::Interrupted:
        return u"Waybill was closed before the answer came."_s;
    case AttemptFailure::Unsendable:
        return u"The event's id or type cannot be sent in a header."_s;
    case AttemptFailure::Proxy:
        return describe(outcome.proxy.value_or(ProxyFailure()));
    default:
        return otherwise(outcome);
    }
}

/// Of what stood in the way of a connection, how much had been sent is not plain.
QString sentText(const AttemptOutcome& outcome) {
    switch (outcome.failure) {
    case AttemptFailure::LookUp:
    case AttemptFailure::Refused:
    case AttemptFailure::Unreachable:
    case AttemptFailure::Interrupted:
    case AttemptFailure::Unsendable:
    case AttemptFailure::Proxy:
        return {};
    default:
        break;
    }
    if (outcome.sent == SentPart::Nothing)
        return u" Nothing was sent."_s;
    if (outcome.failure == AttemptFailure::TimedOut || outcome.failure == AttemptFailure::Unreadable)
        return {};
    if (outcome.sent == SentPart::Part)
        return u" Part of the message had been sent."_s;
    return outcome.failure == AttemptFailure::Closed ? QString() : u" The message had been sent by then."_s;
}

} // namespace

QString describeFailure(const AttemptOutcome& outcome) {
    if (outcome.failure != AttemptFailure::None)
        return QString(happened(outcome) + sentText(outcome));
    if (outcome.isDelivered())
        return {};
    if (!outcome.status)
        return u"The receiver gave no answer."_s;
    if (outcome.isGone())
        return u"The receiver answered 410: it says that this address is gone for good."_s;
    if (*outcome.status >= 300 && *outcome.status < 400)
        return u"The receiver answered %1, a redirect. Redirects are not followed."_s.arg(*outcome.status);
    return u"The receiver answered %1 instead of a 2xx status."_s.arg(*outcome.status);
}

std::optional<FailureReport> reportOf(const AttemptOutcome& outcome) {
    if (outcome.failure == AttemptFailure::None)
        return std::nullopt;
    const bool isKnown = outcome.failure != AttemptFailure::Interrupted;
    return FailureReport{outcome.failure,   isKnown ? outcome.sent : SentPart::Unknown,
                         outcome.addresses, outcome.protocol,
                         outcome.details,   outcome.proxy};
}

NextStep nextStep(const AttemptOutcome& outcome, int attempt) {
    if (outcome.isDelivered())
        return {DeliveryStatus::Delivered, std::nullopt};
    if (const std::optional<seconds> delay = delayAfter(attempt))
        return {DeliveryStatus::Failed, delay};
    return {DeliveryStatus::Abandoned, std::nullopt};
}

} // namespace waybill
