// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>

namespace waybill {

/// Whether our loopback servers answer to this host, as it stands in `Host` and in addresses: 127.0.0.1, [::1],
/// localhost and the names below it, in any case. No other spelling of a number, and no dot at the end.
bool isServedHost(const QByteArray& host);
/// "host:port" of a server at `port`; a port of 80 may be left out.
bool isServedAuthority(const QByteArray& authority, quint16 port);

/// Where the built-in receiver is, as far as it is known. A value: the receiver, the engine and the window judge alike.
struct InboxAddress {
    enum class Place {
        Elsewhere, ///< Not the receiver's affair.
        Here,      ///< The receiver answers there.
        Former,    ///< It is its inbox on this computer, but what answers there, if anything, is not the receiver.
    };
    QString path;            ///< "/in/<token>"; empty: not known yet, so that no inbox is known to be elsewhere.
    quint16 port = 0;        ///< 0: it does not listen.
    bool answersIpv6 = true; ///< At [::1], too.

    /// By scheme, host, port and path.
    Place placeOf(const QUrl& url) const;
    friend bool operator==(const InboxAddress&, const InboxAddress&) = default;
};

} // namespace waybill
