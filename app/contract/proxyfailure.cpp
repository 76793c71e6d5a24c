// SPDX-License-Identifier: MIT
#include "contract/proxyfailure.h"

#include <algorithm>
#include <array>
#include <utility>

namespace waybill {

using namespace Qt::StringLiterals;
using Kind = ProxyFailure::Kind;

namespace {

using Name = std::pair<Kind, QStringView>;
constexpr std::array names{
    Name(Kind::LookUp, u"look_up"),
    Name(Kind::Refused, u"refused"),
    Name(Kind::Unreachable, u"unreachable"),
    Name(Kind::WantsPassword, u"wants_password"),
    Name(Kind::PasswordRefused, u"password_refused"),
    Name(Kind::Denied, u"denied"),
    Name(Kind::NoWay, u"no_way"),
    Name(Kind::Answered, u"answered"),
    Name(Kind::Closed, u"closed"),
    Name(Kind::Unreadable, u"unreadable"),
    Name(Kind::TimedOut, u"timed_out"),
    Name(Kind::Unusable, u"unusable"),
};

} // namespace

QString nameOf(Kind kind) {
    return std::ranges::find(names, kind, &Name::first)->second.toString();
}

std::optional<Kind> proxyFailureKind(QStringView name) {
    const auto* const found = std::ranges::find(names, name, &Name::second);
    return found == names.end() ? std::nullopt : std::optional(found->first);
}

QString describe(const ProxyFailure& failure) {
    const QString proxy = u"The proxy "_s + failure.proxy;
    const QString answered = failure.status != 0 ? QString(proxy + u" answered %1: it"_s.arg(failure.status)) : proxy;
    switch (failure.kind) {
    case Kind::LookUp:
        return u"The name of the proxy %1 was not found."_s.arg(failure.proxy);
    case Kind::Refused:
        return proxy + u" refused the connection."_s;
    case Kind::Unreachable:
        return proxy + u" could not be reached."_s;
    case Kind::WantsPassword:
        return proxy + u" asks for a name and a password (407)."_s;
    case Kind::PasswordRefused:
        return proxy + u" did not accept the name and password (407)."_s;
    case Kind::Denied:
        return answered + u" does not allow this address."_s;
    case Kind::NoWay:
        return answered + u" could not reach this address."_s;
    case Kind::Answered:
        return answered + u" did not open the way."_s;
    case Kind::Closed:
        return proxy + u" closed the connection before it answered."_s;
    case Kind::Unreadable:
        return proxy + u" gave an answer that no proxy gives."_s;
    case Kind::TimedOut:
        return proxy + u" did not answer in time."_s;
    case Kind::Unusable:
        return proxy + u" is of a kind that Waybill cannot use."_s;
    }
    return {};
}

} // namespace waybill
