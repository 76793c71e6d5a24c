// SPDX-License-Identifier: MIT
#include "http/proxychoice.h"

#include "http/loopback.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QRegularExpression>

#include <algorithm>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

QString variable(const char* name) {
    return qEnvironmentVariable(name).trimmed();
}

QString firstOf(const char* small, const char* large) {
    const QString found = variable(small);
    return found.isEmpty() ? variable(large) : found;
}

struct Named {
    QString host;
    std::optional<quint16> port;
};

/// "example.com:8080", "[::1]:8080", "::1".
Named withoutPort(const QString& entry) {
    const qsizetype colon = entry.lastIndexOf(u':');
    const bool isBracketed = entry.startsWith(u'[');
    const bool hasPort = isBracketed ? entry.lastIndexOf(u"]:") == colon - 1 && colon > 0 : entry.count(u':') == 1;
    QString host = hasPort ? entry.first(colon) : entry;
    if (isBracketed)
        host.remove(u'[').remove(u']');
    bool isNumber = false;
    const quint16 port = hasPort ? entry.sliced(colon + 1).toUShort(&isNumber) : 0;
    return {host, isNumber ? std::optional(port) : std::nullopt};
}

QString plain(QString host) {
    while (host.endsWith(u'.'))
        host.chop(1);
    return host.toLower();
}

bool isNamed(const QString& entry, const QString& host, quint16 port) {
    const Named named = withoutPort(entry);
    if (named.port && *named.port != port)
        return false;
    if (named.host == u"*")
        return true;
    const QHostAddress address(host);
    if (!address.isNull()) {
        if (!named.host.contains(u'/'))
            return QHostAddress(named.host) == address;
        const auto network = QHostAddress::parseSubnet(named.host);
        return network.second >= 0 && network.first.protocol() == address.protocol() && address.isInSubnet(network);
    }
    QString domain = named.host;
    if (domain.startsWith(u'*'))
        domain.remove(0, 1);
    if (domain.startsWith(u'.'))
        domain.remove(0, 1);
    // Names beyond ASCII are compared as they go over the wire.
    domain = plain(QString::fromLatin1(QUrl::toAce(domain)));
    const QString name = plain(QString::fromLatin1(QUrl::toAce(host)));
    return !domain.isEmpty() && (name == domain || name.endsWith(u'.' + domain));
}

/// What cannot be read lets nothing through: a proxy that was set is never passed by.
std::optional<Proxy> proxyIn(const QString& text) {
    if (text.isEmpty())
        return std::nullopt;
    if (auto proxy = readProxy(text))
        return *std::move(proxy);
    Proxy unusable;
    unusable.kind = Proxy::Kind::Unusable;
    const QUrl url(text.contains(u"://") ? text : u"http://" + text);
    unusable.host = url.host();
    unusable.port = quint16(std::max(url.port(0), 0));
    return unusable;
}

} // namespace

ProxyEnvironment ProxyEnvironment::ofThisProcess() {
    return {firstOf("https_proxy", "HTTPS_PROXY"), variable("http_proxy"), firstOf("all_proxy", "ALL_PROXY"),
            firstOf("no_proxy", "NO_PROXY")};
}

bool isExceptedFromProxy(const QString& list, const QString& host, quint16 port) {
    static const QRegularExpression between(u"[,\\s]+"_s);
    return std::ranges::any_of(list.split(between, Qt::SkipEmptyParts),
                               [&](const QString& entry) { return isNamed(entry, host, port); });
}

struct ProxyChoice::Rules {
    bool asksDesktop = false;
    std::optional<Proxy> https;
    std::optional<Proxy> http;
    QString exceptions;
    Result<void> checked;
};

ProxyChoice ProxyChoice::ofSystem(const ProxyEnvironment& environment) {
    Rules rules;
    rules.asksDesktop = environment.isEmpty();
    rules.https = proxyIn(environment.https.isEmpty() ? environment.all : environment.https);
    rules.http = proxyIn(environment.http.isEmpty() ? environment.all : environment.http);
    rules.exceptions = environment.no;
    const std::pair<QString, QString> named[] = {
        {u"https_proxy"_s, environment.https}, {u"http_proxy"_s, environment.http}, {u"all_proxy"_s, environment.all}};
    for (const auto& [name, text] : named) {
        if (text.isEmpty())
            continue;
        if (const auto proxy = readProxy(text); !proxy) {
            rules.checked = failure(
                ErrorKind::Malformed,
                QCoreApplication::translate("Proxy", "%1: %2", "a variable of the environment, and what is wrong")
                    .arg(name, proxy.error().message));
            break;
        }
    }
    return ProxyChoice(std::make_shared<const Rules>(std::move(rules)));
}

ProxyChoice ProxyChoice::none() {
    return ProxyChoice(std::make_shared<const Rules>());
}

ProxyChoice ProxyChoice::manual(const Proxy& proxy, const QString& exceptions) {
    Rules rules;
    rules.https = proxy;
    rules.http = proxy;
    rules.exceptions = exceptions;
    return ProxyChoice(std::make_shared<const Rules>(std::move(rules)));
}

std::optional<Proxy> ProxyChoice::proxyFor(const QUrl& url) const {
    if (isNone() || isLoopbackHost(url.host()))
        return Proxy();
    if (rules_->asksDesktop)
        return std::nullopt;
    const bool isTls = url.scheme() == u"https";
    const std::optional<Proxy>& proxy = isTls ? rules_->https : rules_->http;
    if (!proxy || isExceptedFromProxy(rules_->exceptions, url.host(), quint16(url.port(isTls ? 443 : 80))))
        return Proxy();
    return proxy;
}

bool ProxyChoice::isNone() const {
    return !rules_->asksDesktop && !rules_->https && !rules_->http;
}

Result<void> ProxyChoice::check() const {
    return rules_->checked;
}

} // namespace waybill
