// SPDX-License-Identifier: MIT
#include "words/answers.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString words(const char* text) {
    return QCoreApplication::translate("Answers", text);
}
} // namespace

QString explainStatus(int status) {
    const char* text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1, which is not an answer Waybill knows. "
                                                    "Ask the people who run it what it means.");
    if (status >= 200 && status < 300)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it took the message.");
    else if (status >= 300 && status < 400)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it points to another address, and webhooks do "
                                            "not follow. Use the address it points to.");
    else if (status == 400 || status == 422)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it could not read the message or refused its "
                                            "signature. Check that it uses this endpoint's signing secret.");
    else if (status == 401 || status == 403)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it does not let this message in. Check its "
                                            "password, allow list or signing secret.");
    else if (status == 404)
        text = QT_TRANSLATE_NOOP("Answers",
                                 "The receiver answered %1. Check the address: the Zap may have been turned off.");
    else if (status == 405)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: this address does not take messages. Copy the "
                                            "webhook address from the receiver once more.");
    else if (status == 410)
        text =
            QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: this address is gone for good. Give the endpoint "
                                         "a new address; three such answers in a row disable it.");
    else if (status == 413)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: the message is too large for it. Ask the people "
                                            "who run it to raise its limit.");
    else if (status == 429)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: too many messages at once. The next try comes "
                                            "later by itself; replay fewer at a time.");
    else if (status >= 500)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it has a problem of its own. The next try comes "
                                            "by itself; if it stays, tell the people who run it.");
    else if (status >= 400)
        text = QT_TRANSLATE_NOOP("Answers", "The receiver answered %1: it refused the message. Check the address and "
                                            "what the receiver expects.");
    return words(text).arg(status);
}

QString explainFailure(AttemptFailure failure) {
    switch (failure) {
    case AttemptFailure::None:
        return {};
    case AttemptFailure::LookUp:
        return words(
            QT_TRANSLATE_NOOP("Answers", "The receiver's name was not found. Check the address for a typing mistake."));
    case AttemptFailure::Refused:
        return words(QT_TRANSLATE_NOOP(
            "Answers", "Nothing listens at the receiver's address. Check that the receiver is running."));
    case AttemptFailure::Unreachable:
        return words(
            QT_TRANSLATE_NOOP("Answers", "The receiver could not be reached. Check the network and the address."));
    case AttemptFailure::Tls:
        return words(QT_TRANSLATE_NOOP("Answers", "The receiver's certificate was not accepted, so nothing was sent. "
                                                  "Ask the people who run it to renew it."));
    case AttemptFailure::TimedOut:
        return words(QT_TRANSLATE_NOOP("Answers", "The receiver did not answer within 10 s. It should answer first and "
                                                  "do its work afterwards."));
    case AttemptFailure::Closed:
        return words(QT_TRANSLATE_NOOP("Answers", "The receiver closed the connection before its answer was complete. "
                                                  "It may still have taken the message."));
    case AttemptFailure::Unreadable:
        return words(QT_TRANSLATE_NOOP("Answers", "What came back is not a web answer. Check that the address belongs "
                                                  "to a webhook receiver."));
    case AttemptFailure::Interrupted:
        return words(
            QT_TRANSLATE_NOOP("Answers", "Waybill was closed before the answer came. The next try comes by itself."));
    }
    return {};
}

QString explainAttempt(const Delivery& delivery) {
    if (delivery.error && !delivery.error->isEmpty() && !delivery.responseStatus)
        return *delivery.error;
    if (delivery.responseStatus)
        return explainStatus(*delivery.responseStatus);
    if (!delivery.isSettled())
        return words(QT_TRANSLATE_NOOP("Answers", "Not sent yet."));
    return words(QT_TRANSLATE_NOOP("Answers", "No answer came from the receiver. Check that it is running and that the "
                                              "address is right."));
}

} // namespace waybill
