// SPDX-License-Identifier: MIT
#include "words/errors.h"

#include "contract/foreigntext.h"
#include "words/proxies.h"
#include "words/times.h"

#include <QCoreApplication>

namespace waybill {

namespace {
QString words(const char* text, int count = -1) {
    return QCoreApplication::translate("Errors", text, nullptr, count);
}
} // namespace

ErrorWords wordsFor(const Error& error) {
    const auto say = [&error](const char* title, const char* text, const char* next) {
        return ErrorWords{words(title), error.message.isEmpty() ? words(text) : isolated(error.message), words(next)};
    };
#define W(text) QT_TRANSLATE_NOOP("Errors", text)
    if (error.code == u"plan_upgrade_required")
        return say(W("Your plan does not include this"), W("Webhooks are part of a larger plan."),
                   W("Upgrade the plan of this account, or work in the Sandbox meanwhile."));
    if (error.code == u"missing_required_scope")
        return say(W("This key may not do that"), W("The account's key lacks a permission for webhooks."),
                   W("Make a key that may read and write webhooks, and add the account again."));
    if (error.code == storage::full)
        return say(W("There is no space left"), W("There is no space left for Waybill's data."),
                   W("Waybill throws nothing away. Free some space, and it goes on by itself."));
    if (error.code == storage::writeProtected)
        return say(W("Waybill may not write its data"), W("Waybill's data file is write-protected."),
                   W("Waybill throws nothing away. Let it read and write the file and the folder around it, and it "
                     "goes on by itself."));
    if (error.code == storage::held)
        return say(W("Another program holds the data"), W("Another program holds Waybill's data file."),
                   W("Waybill throws nothing away. Close that program, and it goes on by itself."));
    // The log beside a damaged file would be played into the good copy.
    if (error.code == storage::damaged)
        return say(W("A data file is damaged"),
                   W("Waybill's data file is damaged. Waybill neither repairs nor deletes it."),
                   W("Close Waybill and move the file away, with the “-wal” and “-shm” beside it. Then put a good copy "
                     "in its place, or start without one: Waybill makes a new, empty file."));
    if (error.code == storage::gone)
        return say(W("A data file is gone"), W("Waybill's data file is gone."),
                   W("Put it back, and Waybill goes on by itself. If you start Waybill without it, it makes a new, "
                     "empty file."));
    if (error.code == storage::unavailable)
        return say(W("This computer could not store it"), W("Waybill cannot read or write its data on this computer."),
                   W("Waybill throws nothing away. Check the disk that holds its data; it goes on by itself as soon as "
                     "it can."));
    if (error.code == u"secret_storage_unavailable")
        return say(W("The secret could not be stored"), W("The place for secrets did not accept it."),
                   W("Unlock the keychain, or see that Waybill may write to its folder and has space there; then try "
                     "again."));
    const bool isOfProxy = error.code.startsWith(proxyErrorPrefix);
    if (const auto kind =
            isOfProxy ? proxyFailureKind(QStringView(error.code).sliced(proxyErrorPrefix.size())) : std::nullopt)
        return {words(W("The proxy is in the way")), isolated(error.message), nextStepFor(*kind)};
    switch (error.kind) {
    case ErrorKind::Authentication:
        return say(W("The account did not accept the key"), W("The key is wrong, has expired or was revoked."),
                   W("Enter a new key; everything else stays as it is."));
    case ErrorKind::Authorization:
        return say(W("This account may not do that"), W("The account refused the request."),
                   W("Ask the account's owner for the permission."));
    case ErrorKind::InvalidRequest:
        // The account's own words say what to mend.
        return {words(W("The account did not accept this")),
                error.message.isEmpty() ? words(W("Something in the request is not what the account expects."))
                                        : isolated(error.message),
                error.message.isEmpty() ? words(W("Change it and try again.")) : QString()};
    case ErrorKind::NotFound:
        return say(W("It is no longer there"), W("It may have been deleted by someone else."),
                   W("Refresh to see what is there now."));
    case ErrorKind::RateLimit:
        if (error.code == u"quota_exceeded")
            return say(W("The quota is used up"), W("The account takes no more requests in this period."),
                       W("Wait for the next period, or choose a larger plan."));
        // The account's own words hold a number that no longer counts down.
        return {words(W("Too many requests at once")), words(W("The account asks for a pause.")),
                !error.retryAfterSeconds ? words(W("Try again in a minute."))
                : *error.retryAfterSeconds < 2 * 60
                    ? words(QT_TRANSLATE_N_NOOP("Errors", "It goes on in %n second(s)."), *error.retryAfterSeconds)
                    : words(W("It goes on in %1.")).arg(durationText(seconds(*error.retryAfterSeconds)))};
    case ErrorKind::Api:
        // The account's own words speak of "our side", which would be Waybill's.
        return {words(W("The account has a problem of its own")),
                error.message.isEmpty() ? words(W("The account could not answer; nothing is wrong on your side."))
                                        : words(W("The account says: “%1”")).arg(isolated(error.message)),
                error.requestId.isEmpty()
                    ? words(W("Try again in a minute."))
                    : words(W("Try again in a minute. If it stays, send the request id to the account's support."))};
    case ErrorKind::WebhooksNotEnabled:
        // Whatever the account's own words are, this is what it means.
        return {words(W("Webhooks are not switched on for this account yet")),
                words(W("Webhooks are in beta and not switched on for this account yet.")),
                words(W("Ask the account's support to switch them on, or work in the Sandbox meanwhile."))};
    case ErrorKind::Unreachable:
        return say(W("The account could not be reached"), W("Nothing answered."),
                   W("Check the network connection and try again."));
    case ErrorKind::TimedOut:
        return say(W("The answer took too long"), W("The account did not answer in time."),
                   W("Try again in a minute."));
    case ErrorKind::Untrusted:
        return say(W("The connection is not safe"), W("No safe connection came about."),
                   W("Check the address and this computer's date. On a company network, ask who runs it."));
    case ErrorKind::UnreadableAnswer:
        return say(W("The answer could not be understood"),
                   W("Something answered, but it was not an Autousers account."),
                   W("Check the account's address, or whether the network asks you to sign in first."));
    case ErrorKind::Storage:
        return say(W("This computer could not store it"), W("The disk may be full or write-protected."),
                   W("Check that the disk has space and that Waybill may write there."));
    case ErrorKind::NewerData:
        return say(W("The data comes from a newer Waybill"), W("It was left untouched."),
                   W("Install the newest Waybill."));
    case ErrorKind::DataInUse:
        return say(W("Another Waybill is using this data"), W("Only one can work on it at a time."),
                   W("Close the other window and try again."));
    case ErrorKind::NoKeychain:
        return say(W("The keychain did not open"), W("Secrets are kept in this computer's keychain only."),
                   W("Unlock the keychain and try again."));
    case ErrorKind::SecretNotFound:
        return say(W("The secret is not in the keychain"), W("It was never stored here, or was removed."),
                   W("Rotate the secret to get a new one."));
    case ErrorKind::PortTaken:
        return say(W("The port is taken"), W("Another program is using it."),
                   W("Choose another port in the settings."));
    case ErrorKind::Malformed:
        return say(W("This could not be read"), W("It is not in the expected form."), W("Check it and try again."));
    }
#undef W
    return {};
}

} // namespace waybill
