// SPDX-License-Identifier: MIT
#include "words/answers.h"

#include "words/proxies.h"

#include <QCoreApplication>

namespace waybill {

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

Sentences sentencesFor(AttemptFailure failure) {
    switch (failure) {
    case AttemptFailure::None:
    case AttemptFailure::Proxy: // It is told with the proxy's name.
        break;
    case AttemptFailure::LookUp:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver's name was not found."),
                QT_TRANSLATE_NOOP("Answers", "Check the spelling of the address.")};
    case AttemptFailure::Refused:
        return {QT_TRANSLATE_NOOP("Answers", "Nothing listens at the receiver's address."),
                QT_TRANSLATE_NOOP("Answers", "Start the receiver, or check the port.")};
    case AttemptFailure::Unreachable:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver could not be reached."),
                QT_TRANSLATE_NOOP("Answers", "Check the network and the address.")};
    case AttemptFailure::Tls:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver's certificate was not accepted, so nothing was sent."),
                QT_TRANSLATE_NOOP("Answers", "Ask the people who run it to renew it.")};
    case AttemptFailure::TimedOut:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver did not answer within 10 s."),
                QT_TRANSLATE_NOOP("Answers", "It should answer first and do its work afterwards.")};
    case AttemptFailure::Closed:
        return {QT_TRANSLATE_NOOP("Answers", "The receiver closed the connection before its answer was complete."),
                QT_TRANSLATE_NOOP("Answers", "It may still have taken the message: look there before you replay it.")};
    case AttemptFailure::Unreadable:
        return {QT_TRANSLATE_NOOP("Answers", "What came back is not a web answer."),
                QT_TRANSLATE_NOOP("Answers", "Check that the address belongs to a webhook receiver.")};
    case AttemptFailure::Interrupted:
        return {QT_TRANSLATE_NOOP("Answers", "Waybill was closed before the answer came."),
                QT_TRANSLATE_NOOP("Answers", "The next try comes by itself.")};
    case AttemptFailure::Unsendable:
        return {QT_TRANSLATE_NOOP("Answers", "The event's id or type cannot be sent in a header, so nothing was sent."),
                QT_TRANSLATE_NOOP("Answers", "The account that made this event should be told.")};
    }
    return {nullptr, nullptr};
}

AttemptWords spoken(const Sentences& sentences) {
    return {sentences.happened ? words(sentences.happened) : QString(),
            sentences.nextStep ? words(sentences.nextStep) : QString()};
}

/// Where waiting would help, if there were another try.
bool mendsItself(const Delivery& delivery) {
    return delivery.responseStatus ? *delivery.responseStatus == 429 || *delivery.responseStatus >= 500
                                   : failureOf(delivery) == AttemptFailure::Interrupted;
}

AttemptWords plainWordsFor(const Delivery& delivery) {
    if (delivery.responseStatus) {
        AttemptWords found = spoken(sentencesFor(*delivery.responseStatus));
        found.happened = found.happened.arg(*delivery.responseStatus);
        return found;
    }
    if (!delivery.isSettled())
        return {delivery.error.value_or(QString()).isEmpty() ? words(QT_TRANSLATE_NOOP("Answers", "Not sent yet."))
                                                             : *delivery.error,
                {}};
    if (const auto proxy = proxyFailureIn(delivery.error.value_or(QString())))
        return wordsFor(*proxy);
    if (const auto failure = failureOf(delivery))
        return wordsFor(*failure);
    return {delivery.error.value_or(QString()).isEmpty()
                ? words(QT_TRANSLATE_NOOP("Answers", "No answer came from the receiver."))
                : *delivery.error,
            words(QT_TRANSLATE_NOOP("Answers", "Check that the receiver is running and that the address is right."))};
}
} // namespace

AttemptWords wordsFor(AttemptFailure failure) {
    return spoken(sentencesFor(failure));
}

AttemptWords wordsFor(const Delivery& delivery) {
    AttemptWords found = plainWordsFor(delivery);
    if (delivery.status == DeliveryStatus::Delivered)
        found.nextStep.clear();
    if (delivery.status == DeliveryStatus::Abandoned && mendsItself(delivery))
        found.nextStep =
            words(QT_TRANSLATE_NOOP("Answers", "That was the last try. Replay it once the receiver is well again."));
    return found;
}

QString explainAttempt(const Delivery& delivery) {
    const AttemptWords found = wordsFor(delivery);
    return found.nextStep.isEmpty()
               ? found.happened
               : QCoreApplication::translate("Answers", "%1 %2", "what happened, then the next step")
                     .arg(found.happened, found.nextStep);
}

std::optional<AttemptFailure> failureOf(const Delivery& delivery) {
    if (!delivery.error || delivery.responseStatus || !delivery.isSettled())
        return std::nullopt;
    if (proxyFailureIn(*delivery.error))
        return AttemptFailure::Proxy;
    for (int known = int(AttemptFailure::LookUp); known <= int(AttemptFailure::Unsendable); ++known) {
        AttemptOutcome outcome;
        outcome.failure = AttemptFailure(known);
        if (describeFailure(outcome) == *delivery.error)
            return outcome.failure;
    }
    return std::nullopt;
}

bool wasNeverSent(AttemptFailure failure) {
    return failure == AttemptFailure::LookUp || failure == AttemptFailure::Refused ||
           failure == AttemptFailure::Unreachable || failure == AttemptFailure::Tls ||
           failure == AttemptFailure::Unsendable || failure == AttemptFailure::Proxy;
}

} // namespace waybill
