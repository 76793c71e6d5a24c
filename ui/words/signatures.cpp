// SPDX-License-Identifier: MIT
#include "words/signatures.h"

#include "words/times.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString words(const char* text) {
    return QCoreApplication::translate("Signatures", text);
}
} // namespace

SignatureWords wordsFor(const SignatureCheck& check) {
    const QString age = check.age ? durationText(std::chrono::abs(*check.age)) : QString();
    switch (check.verdict) {
    case SignatureVerdict::Valid:
        return {words(QT_TRANSLATE_NOOP("Signatures", "Valid")),
                words(QT_TRANSLATE_NOOP("Signatures",
                                        "The message really came from the account and was not changed on the way."))};
    case SignatureVerdict::Missing:
        return {words(QT_TRANSLATE_NOOP("Signatures", "Not signed")),
                words(QT_TRANSLATE_NOOP("Signatures",
                                        "The message has no signature. It may not have come from the account."))};
    case SignatureVerdict::Malformed:
        return {words(QT_TRANSLATE_NOOP("Signatures", "Unreadable signature")),
                words(QT_TRANSLATE_NOOP(
                    "Signatures",
                    "The signature is not in the account's format. Something on the way may have changed it."))};
    case SignatureVerdict::TooOld:
        return {words(QT_TRANSLATE_NOOP("Signatures", "Too old")),
                words(QT_TRANSLATE_NOOP("Signatures", "The message was signed %1 ago; the limit is 300 s. Replay it to "
                                                      "get a new signature, or check this computer's clock."))
                    .arg(age)};
    case SignatureVerdict::FromFuture:
        return {words(QT_TRANSLATE_NOOP("Signatures", "From the future")),
                words(QT_TRANSLATE_NOOP("Signatures", "The message was signed %1 ahead of this computer's clock. "
                                                      "Check the clock."))
                    .arg(age)};
    case SignatureVerdict::WrongSecret:
        return {
            words(QT_TRANSLATE_NOOP("Signatures", "Wrong secret")),
            words(QT_TRANSLATE_NOOP("Signatures", "The signature was made with another secret, or the message was "
                                                  "changed on the way. Check that both sides use the same secret."))};
    case SignatureVerdict::NoSecret:
        return {words(QT_TRANSLATE_NOOP("Signatures", "Not checked")),
                words(QT_TRANSLATE_NOOP(
                    "Signatures", "There is no signing secret here to check it with. Add the endpoint's secret."))};
    }
    return {};
}

} // namespace waybill
