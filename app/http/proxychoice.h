// SPDX-License-Identifier: MIT
#pragma once

#include "http/proxy.h"

#include <QMetaType>
#include <QSharedDataPointer>
#include <QStringList>
#include <QUrl>

#include <memory>
#include <optional>

namespace waybill {

/// What the variables of the environment say about proxies, each by curl's rules: the name in small letters counts
/// first, an empty one is none, and `http_proxy` counts in small letters only.
struct ProxyEnvironment {
    QString https; ///< https_proxy, HTTPS_PROXY
    QString http;  ///< http_proxy
    QString all;   ///< all_proxy, ALL_PROXY
    QString no;    ///< no_proxy, NO_PROXY

    static ProxyEnvironment ofThisProcess();
    bool isEmpty() const { return https.isEmpty() && http.isEmpty() && all.isEmpty(); }
};

/// Whether a list such as "localhost, .example.com, 10.0.0.0/8, [::1], host:8080" names this host: domains with all
/// that is below them, addresses, networks, each with a port where it holds for that port only, or * for everything.
/// `host` as QUrl gives it.
bool isExceptedFromProxy(const QString& list, const QString& host, quint16 port);

/// One answer to "through which proxy?", for every address and everybody who sends. A value, cheap to copy.
class ProxyChoice {
public:
    /// The environment; where that names no proxy, what the desktop says.
    static ProxyChoice ofSystem(const ProxyEnvironment& environment = ProxyEnvironment::ofThisProcess());
    static ProxyChoice none();
    /// One for all, but for the exceptions. A proxy of kind Unusable lets nothing through.
    static ProxyChoice manual(const Proxy& proxy, const QString& exceptions);

    /// The system's, until told otherwise.
    ProxyChoice() : ProxyChoice(ofSystem()) {}

    /// Direct for every address of this computer. Nothing where only the desktop knows: `ProxyFinder` asks it.
    std::optional<Proxy> proxyFor(const QUrl& url) const;
    /// Whether no address at all goes through a proxy.
    bool isNone() const;
    /// Of the environment: the first variable that names no usable proxy, and why ("https_proxy: Waybill cannot…").
    Result<void> check() const;

private:
    struct Rules;
    explicit ProxyChoice(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}
    std::shared_ptr<const Rules> rules_;
};

} // namespace waybill

Q_DECLARE_METATYPE(waybill::ProxyChoice)
