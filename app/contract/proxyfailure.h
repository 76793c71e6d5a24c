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

/// The plain English sentence for `error` of a delivery: "The proxy proxy.example:3128 answered 403: …"
QString describe(const ProxyFailure& failure);

} // namespace waybill
