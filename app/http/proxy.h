// SPDX-License-Identifier: MIT
#pragma once

#include "contract/proxyfailure.h"
#include "contract/result.h"
#include "contract/secret.h"

#include <QString>

namespace waybill {

/// The way to an address: directly, or through a proxy.
struct Proxy {
    enum class Kind {
        Direct,
        Http,     ///< CONNECT for https, the whole address in the first line for http.
        Socks5,   ///< The proxy looks names up.
        Unusable, ///< One is named, but none that Waybill could use: nothing passes.
    };
    Kind kind = Kind::Direct;
    QString host;
    quint16 port = 0;
    QString user; ///< Empty: none.
    Secret password;

    bool isDirect() const { return kind == Kind::Direct; }
    /// "proxy.example:3128": to be shown, and without name or password.
    QString name() const;
    ProxyFailure failure(ProxyFailure::Kind why, int status = 0) const { return {why, name(), status}; }
    /// What "Proxy-Authorization" says of name and password.
    QByteArray authorization() const;
    friend bool operator==(const Proxy& left, const Proxy& right);
};

/// "proxy.example:3128", "http://name:password@proxy.example:3128", "socks5://127.0.0.1:1080", as curl reads it: http
/// and port 1080 unless told otherwise. Malformed, with a sentence that never repeats name or password, for what is no
/// address of a proxy, and for kinds that Waybill does not speak (https, socks4).
Result<Proxy> readProxy(const QString& text);

} // namespace waybill
