// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <optional>

namespace waybill {

/// Why a proxy did not let a connection through. Nothing was sent to whom it was for.
struct ProxyFailure {
    enum class Kind {
        LookUp,          ///< The proxy's name has no address.
        Refused,         ///< Nothing listens there.
        Unreachable,     ///< Any other network error on the way to it.
        WantsPassword,   ///< It asks for a name and a password, and there are none.
        PasswordRefused, ///< Those that it was given are not right.
        Denied,          ///< It does not let anybody connect to this address.
        NoWay,           ///< It could not reach the address itself.
        Answered,        ///< It answered in another way; `status` says how.
        Closed,          ///< It closed the connection without an answer.
        Unreadable,      ///< What it answered is not the answer of a proxy.
        TimedOut,        ///< It did not answer in time.
        Unusable,        ///< The setting names none that Waybill can use.
    };
    Kind kind = Kind::Unreachable;
    QString proxy;  ///< "proxy.example:3128"; never with a name or a password.
    int status = 0; ///< Of its answer; 0 where there was none or where its answers have no status in HTTP.

    friend bool operator==(const ProxyFailure&, const ProxyFailure&) = default;
};

/// "look_up", "denied", …: as it is stored; `Error::code` has "proxy_" in front of it.
QString nameOf(ProxyFailure::Kind kind);
std::optional<ProxyFailure::Kind> proxyFailureKind(QStringView name);
inline constexpr QStringView proxyErrorPrefix = u"proxy_";

/// The plain English sentence for the `error` of a delivery, and for an account that was not reached: "The proxy
/// proxy.example:3128 answered 403: it does not allow this address."
QString describe(const ProxyFailure& failure);

} // namespace waybill
