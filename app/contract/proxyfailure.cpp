// SPDX-License-Identifier: MIT
#include "contract/proxyfailure.h"

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

struct Sentence {
    ProxyFailure::Kind kind;
    QStringView beforeProxy;
    QStringView afterProxy;
    QStringView afterStatus; ///< Empty where no status is named.
};

constexpr QStringView theProxy = u"The proxy ";

// Where a kind stands twice, the first is for an answer with a status.
constexpr Sentence sentences[] = {
    {ProxyFailure::Kind::LookUp, u"The name of the proxy ", u" was not found.", {}},
    {ProxyFailure::Kind::Refused, theProxy, u" refused the connection.", {}},
    {ProxyFailure::Kind::Unreachable, theProxy, u" could not be reached.", {}},
    {ProxyFailure::Kind::WantsPassword, theProxy, u" asks for a name and a password (407).", {}},
    {ProxyFailure::Kind::PasswordRefused, theProxy, u" did not accept the name and password (407).", {}},
    {ProxyFailure::Kind::Denied, theProxy, u" answered ", u": it does not allow this address."},
    {ProxyFailure::Kind::Denied, theProxy, u" does not allow this address.", {}},
    {ProxyFailure::Kind::NoWay, theProxy, u" answered ", u": it could not reach the receiver."},
    {ProxyFailure::Kind::NoWay, theProxy, u" could not reach the receiver.", {}},
    {ProxyFailure::Kind::Answered, theProxy, u" answered ", u" instead of letting the message through."},
    {ProxyFailure::Kind::Answered, theProxy, u" did not let the message through.", {}},
    {ProxyFailure::Kind::Closed, theProxy, u" closed the connection before it answered.", {}},
    {ProxyFailure::Kind::Unreadable, theProxy, u" gave an answer that no proxy gives.", {}},
    {ProxyFailure::Kind::TimedOut, theProxy, u" did not answer within 10 s.", {}},
    {ProxyFailure::Kind::Unusable, theProxy, u" is of a kind that Waybill cannot use.", {}},
};

} // namespace

QString describe(const ProxyFailure& failure) {
    const auto* const form = std::ranges::find_if(sentences, [&](const Sentence& sentence) {
        return sentence.kind == failure.kind && (sentence.afterStatus.isEmpty() || failure.status != 0);
    });
    QString text = form->beforeProxy + failure.proxy + form->afterProxy;
    if (!form->afterStatus.isEmpty())
        text += QString::number(failure.status) + form->afterStatus;
    return text;
}

} // namespace waybill
