// SPDX-License-Identifier: MIT
#include "words/answers.h"

#include "contract/foreigntext.h"
#include "words/proxies.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTextBoundaryFinder>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {
QString words(const char* text) {
    return QCoreApplication::translate("Answers", text);
}

struct Sentences {
    const char* happened;
    const char* nextStep;
};

Sentences sentencesFor(int status) {
    if (status >= 200 && status < 300)
        return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it took the message."), nullptr};
    if (status >= 300 && status < 400)
        return {QT_TRANSLATE_NOOP(
                    "Answers", "The receiver answered %1: it points to another address, and webhooks do not follow."),
                QT_TRANSLATE_NOOP("Answers", "Use the address it points to.")};
    switch (status) {
    case 400:
    case 422:
        return {QT_TRANSLATE_NOOP("Answers",
                                  "The receiver answered %1: it could not read the message or refused its signature."),
                QT_TRANSLATE_NOOP("Answers", "Check that it uses this endpoint's signing secret.")};
    case 401:
    case 403:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it does not let this message in."),
                QT_TRANSLATE_NOOP("Answers", "Check its password, allow list or signing secret.")};
    case 404:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1."),
                QT_TRANSLATE_NOOP("Answers", "Check the address: the Zap may have been turned off.")};
    case 405:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: this address does not take messages."),
                QT_TRANSLATE_NOOP("Answers", "Copy the webhook address from the receiver once more.")};
    case 410:
        return {
            QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: this address is gone for good."),
            QT_TRANSLATE_NOOP("Answers", "Give the endpoint a new address; three such answers in a row disable it.")};
    case 413:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: the message is too large for it."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it to raise its limit.")};
    case 429:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: too many messages at once."),
                QT_TRANSLATE_NOOP("Answers", "The next try comes later by itself; replay fewer at a time.")};
    default:
        break;
    }
    if (status >= 500)
        return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it has a problem of its own."),
                QT_TRANSLATE_NOOP("Answers", "The next try comes by itself; if it stays, tell the people who run it.")};
    if (status >= 400)
        return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it refused the message."),
                QT_TRANSLATE_NOOP("Answers", "Check the address and what the receiver expects.")};
    return {QT_TRANSLATE_NOOP("Answers", "The receiver answered %1, which is not an answer Waybill knows."),
            QT_TRANSLATE_NOOP("Answers", "Ask the people who run it what it means.")};
}

/// Of an https address: no safe connection came about, or it broke.
Sentences sentencesForTls(const FailureReport& report) {
    switch (report.code) {
    case AttemptFailure::HandshakeEnded:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver ended the connection while it was being made safe."),
                QT_TRANSLATE_NOOP("Answers", "Check that the port is one for https. If it is, the people who run it "
                                             "can see why in their log.")};
    case AttemptFailure::PlainHttp:
        return {QT_TRANSLATE_NOOP("Answers",
                                  "The address begins with https, but this port of the receiver speaks plain HTTP."),
                QT_TRANSLATE_NOOP("Answers", "Use its port for https; or, where it runs on this computer, let the "
                                             "address begin with http.")};
    case AttemptFailure::NotTls:
        return {report.protocol.isEmpty()
                    ? QT_TRANSLATE_NOOP("Answers", "What answers at this port speaks something else than https.")
                    : QT_TRANSLATE_NOOP("Answers", "%1 answers at this port, not https."),
                QT_TRANSLATE_NOOP("Answers", "Check the port of the address.")};
    case AttemptFailure::OldTls:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver only speaks an old version of https that is not safe any "
                                             "more (before TLS 1.2)."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it to switch on TLS 1.2 or later.")};
    case AttemptFailure::NoCommonCipher:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver accepts none of the ways to encrypt that Waybill offers."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it to allow today's TLS ciphers.")};
    case AttemptFailure::ClientCertificate:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver wants a client certificate, and Waybill has none to show."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it for an address that needs no client "
                                             "certificate; the signature proves who sends.")};
    case AttemptFailure::CertificateExpired:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver's certificate has expired."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it to renew it.")};
    case AttemptFailure::CertificateNotYetValid:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver's certificate is not valid yet."),
                QT_TRANSLATE_NOOP("Answers", "Check the date of this computer; then ask the people who run it.")};
    case AttemptFailure::CertificateSelfSigned:
        return {
            QT_TRANSLATE_NOOP("Answers", "The receiver's certificate is signed by itself, so nobody vouches for it."),
            QT_TRANSLATE_NOOP("Answers", "Ask the people who run it for a certificate from an authority; or, if it "
                                         "is yours, choose it for this endpoint under Edit….")};
    case AttemptFailure::CertificateUnknownAuthority:
        return {QT_TRANSLATE_NOOP("Answers", "This computer does not know who issued the receiver's certificate."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it to send the whole chain of certificates, or "
                                             "which authority issued it. If you have that authority's certificate, "
                                             "choose it for this endpoint under Edit….")};
    case AttemptFailure::CertificateWrongName:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver's certificate is for another name."),
                QT_TRANSLATE_NOOP("Answers", "Check the spelling of the address; Details has the names it is for.")};
    case AttemptFailure::CertificateRevoked:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver's certificate was revoked."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it to replace it.")};
    case AttemptFailure::CertificateRefused:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver's certificate cannot be trusted."),
                QT_TRANSLATE_NOOP("Answers", "Details has the reason; show it to the people who run it.")};
    default:
        return {report.sent == SentPart::Nothing
                    ? QT_TRANSLATE_NOOP("Answers", "No safe connection to the receiver came about.")
                    : QT_TRANSLATE_NOOP("Answers", "The safe connection to the receiver broke."),
                QT_TRANSLATE_NOOP("Answers", "Details has the reason; show it to the people who run it.")};
    }
}

Sentences sentencesForTimeOut(SentPart sent) {
    switch (sent) {
    case SentPart::Nothing:
        return {QT_TRANSLATE_NOOP("Answers", "No working connection to the receiver came about within 10 s."),
                QT_TRANSLATE_NOOP("Answers", "Check that the receiver is running and that the address is right.")};
    case SentPart::Part:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver did not take the whole message within 10 s."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it why it takes so long.")};
    default:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver did not answer within 10 s."),
                QT_TRANSLATE_NOOP("Answers", "It should answer first and do its work afterwards.")};
    }
}

Sentences sentencesFor(const FailureReport& report) {
    switch (report.code) {
    case AttemptFailure::None:
    case AttemptFailure::Proxy: // It is told with the proxy's name.
        return {nullptr, nullptr};
    case AttemptFailure::LookUp:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver's name was not found."),
                QT_TRANSLATE_NOOP("Answers", "Check the spelling of the address.")};
    case AttemptFailure::Refused:
        return {QT_TRANSLATE_NOOP("Answers", "Nothing listens at the receiver's address."),
                QT_TRANSLATE_NOOP("Answers", "Start the receiver, or check the port.")};
    case AttemptFailure::Unreachable:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver could not be reached."),
                QT_TRANSLATE_NOOP("Answers", "Check the network and the address.")};
    case AttemptFailure::TimedOut:
        return sentencesForTimeOut(report.sent);
    case AttemptFailure::Closed:
        if (report.sent == SentPart::Nothing)
            return {QT_TRANSLATE_NOOP("Answers", "The receiver closed the connection as soon as it stood."),
                    QT_TRANSLATE_NOOP("Answers", "Check that it is running well and that the port is right.")};
        return {QT_TRANSLATE_NOOP("Answers", "The receiver closed the connection before its answer was complete."),
                QT_TRANSLATE_NOOP("Answers", "It may still have taken the message: look there before you replay it.")};
    case AttemptFailure::Unreadable:
        return {QT_TRANSLATE_NOOP("Answers", "What came back is not a web answer."),
                QT_TRANSLATE_NOOP("Answers", "Check that the address belongs to a webhook receiver.")};
    case AttemptFailure::SpeaksTls:
        return {
            QT_TRANSLATE_NOOP("Answers", "The address begins with http, but this port of the receiver speaks https."),
            QT_TRANSLATE_NOOP("Answers", "Let the address begin with https.")};
    case AttemptFailure::Http2:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver only speaks HTTP/2; deliveries are HTTP/1.1."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it to allow HTTP/1.1 too.")};
    case AttemptFailure::Http09:
        return {
            QT_TRANSLATE_NOOP("Answers", "What came back has no status, as in the first days of the web (HTTP/0.9)."),
            QT_TRANSLATE_NOOP("Answers", "Check that the address belongs to a webhook receiver.")};
    case AttemptFailure::OtherProtocol:
        return {QT_TRANSLATE_NOOP("Answers", "%1 answers at the receiver's address, not HTTP."),
                QT_TRANSLATE_NOOP("Answers", "Check the port of the address.")};
    case AttemptFailure::Interrupted:
        return {QT_TRANSLATE_NOOP("Answers", "Waybill was closed before the answer came."),
                QT_TRANSLATE_NOOP("Answers", "The next try comes by itself.")};
    case AttemptFailure::Unsendable:
        return {QT_TRANSLATE_NOOP("Answers", "The event's id or type cannot be sent in a header, so nothing was sent."),
                QT_TRANSLATE_NOOP("Answers", "The account that made this event should be told.")};
    default:
        return sentencesForTls(report);
    }
}

/// How much had been sent, where the failure does not say it by itself.
const char* sentSentence(const FailureReport& report) {
    switch (report.code) {
    case AttemptFailure::LookUp:
    case AttemptFailure::Refused:
    case AttemptFailure::Unreachable:
    case AttemptFailure::Interrupted:
    case AttemptFailure::Unsendable:
    case AttemptFailure::Proxy:
        return nullptr;
    default:
        break;
    }
    if (report.sent == SentPart::Nothing)
        return QT_TRANSLATE_NOOP("Answers", "Nothing was sent.");
    if (report.code == AttemptFailure::TimedOut || report.sent == SentPart::Unknown)
        return nullptr;
    if (report.sent == SentPart::Part)
        return QT_TRANSLATE_NOOP("Answers", "Part of the message had been sent.");
    return report.code == AttemptFailure::Closed || report.code == AttemptFailure::Unreadable
               ? nullptr
               : QT_TRANSLATE_NOOP("Answers", "The message had been sent by then.");
}

QString together(const QString& first, const QString& second) {
    return second.isEmpty() ? first
                            : QCoreApplication::translate("Answers", "%1 %2", "two sentences, one after the other")
                                  .arg(first, second);
}

AttemptWords spoken(const Sentences& sentences) {
    return {sentences.happened ? words(sentences.happened) : QString(),
            sentences.nextStep ? words(sentences.nextStep) : QString()};
}

/// Where waiting would help, if there were another try.
bool mendsItself(const Delivery& delivery) {
    return delivery.responseStatus ? *delivery.responseStatus == 429 || *delivery.responseStatus >= 500
                                   : delivery.failure && delivery.failure->code == AttemptFailure::Interrupted;
}

AttemptWords plainWordsFor(const Delivery& delivery) {
    if (delivery.failure)
        return wordsFor(*delivery.failure);
    if (delivery.responseStatus) {
        AttemptWords found = spoken(sentencesFor(*delivery.responseStatus));
        found.happened = found.happened.arg(*delivery.responseStatus);
        return found;
    }
    if (!delivery.isSettled())
        return {delivery.error.value_or(QString()).isEmpty() ? words(QT_TRANSLATE_NOOP("Answers", "Not sent yet."))
                                                             : isolated(*delivery.error),
                {}};
    return {delivery.error.value_or(QString()).isEmpty()
                ? words(QT_TRANSLATE_NOOP("Answers", "No answer came from the receiver."))
                : isolated(*delivery.error),
            words(QT_TRANSLATE_NOOP("Answers", "Check that the receiver is running and that the address is right."))};
}
} // namespace

AttemptWords wordsFor(const FailureReport& report) {
    if (report.proxy)
        return wordsFor(*report.proxy);
    AttemptWords found = spoken(sentencesFor(report));
    if (!report.protocol.isEmpty())
        found.happened.replace(u"%1"_s, isolated(report.protocol));
    if (report.addresses.size() > 1) {
        QStringList tried;
        for (const QString& address : report.addresses)
            tried += isolated(address);
        found.happened =
            together(found.happened,
                     QCoreApplication::translate("Answers", "Tried: %1.").arg(QLocale().createSeparatedList(tried)));
    }
    if (const char* sent = sentSentence(report))
        found.happened = together(found.happened, words(sent));
    return found;
}

AttemptWords wordsFor(const Delivery& delivery, Afterwards afterwards) {
    AttemptWords found = plainWordsFor(delivery);
    if (delivery.status == DeliveryStatus::Delivered)
        found.nextStep.clear();
    const bool isFormer = delivery.status == DeliveryStatus::Failed && afterwards != Afterwards::TriedAgain;
    if (isFormer && afterwards == Afterwards::Delivered)
        found.nextStep = words(QT_TRANSLATE_NOOP("Answers", "A later try was delivered."));
    else if (isFormer && mendsItself(delivery))
        found.nextStep = words(
            QT_TRANSLATE_NOOP("Answers", "Every later try failed as well. Replay it once the receiver is well again."));
    if (delivery.status == DeliveryStatus::Abandoned && mendsItself(delivery))
        found.nextStep =
            words(QT_TRANSLATE_NOOP("Answers", "That was the last try. Replay it once the receiver is well again."));
    return found;
}

QString explainAttempt(const Delivery& delivery, Afterwards afterwards) {
    const AttemptWords found = wordsFor(delivery, afterwards);
    return together(found.happened, found.nextStep);
}

QString detailsOf(const Delivery& delivery) {
    return delivery.failure ? delivery.failure->details : QString();
}

QString quotedAnswer(const Delivery& delivery) {
    constexpr qsizetype most = 120;
    const QString line = delivery.responseBody.value_or(QString()).simplified();
    if (line.size() <= most)
        return line;
    QTextBoundaryFinder letters(QTextBoundaryFinder::Grapheme, line);
    letters.setPosition(most);
    const qsizetype end = letters.isAtBoundary() ? most : letters.toPreviousBoundary();
    return line.first(std::max<qsizetype>(end, 0)) + u'…';
}

bool wasNeverSent(const FailureReport& report) {
    return report.sent == SentPart::Nothing;
}

} // namespace waybill
