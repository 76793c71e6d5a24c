// SPDX-License-Identifier: MIT
#include "account/accountconnection.h"

#include "contract/endpointrules.h"
#include "http/loopback.h"

#include <QCoreApplication>

#include <algorithm>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype longestKey = 255;

QString words(const char* text) {
    return QCoreApplication::translate("AccountConnection", text);
}

tl::unexpected<Error> refused(const QString& param, const QString& message) {
    Error error;
    error.kind = ErrorKind::Malformed;
    error.param = param;
    error.message = message;
    return failure(std::move(error));
}
} // namespace

QStringList neededScopes() {
    return {QStringView(scope::webhooksRead).toString(), QStringView(scope::webhooksWrite).toString(),
            QStringView(scope::eventsRead).toString()};
}

Result<QUrl> checkBaseUrl(const QString& text) {
    const QString trimmed = text.trimmed();
    Result<QUrl> url = checkEndpointUrl(trimmed.isEmpty() ? QStringView(defaultBaseUrl).toString() : trimmed);
    if (!url)
        return refused(u"base_url"_s, url.error().message);
    if (url->hasQuery())
        return refused(u"base_url"_s,
                       words(QT_TRANSLATE_NOOP("AccountConnection", "Leave out the part after the question mark.")));
    QString path = url->path();
    while (path.endsWith(u'/'))
        path.chop(1);
    url->setPath(path);
    return url;
}

bool isOnThisComputer(const QUrl& baseUrl) {
    return isLoopbackHost(baseUrl.host());
}

Result<Secret> checkApiKey(const QString& text) {
    const QString key = text.trimmed();
    const auto no = [](const char* message) { return refused(u"api_key"_s, words(message)); };
    if (key.isEmpty())
        return no(QT_TRANSLATE_NOOP("AccountConnection", "Paste the API key here."));
    if (key.startsWith(u"whsec_"))
        return no(QT_TRANSLATE_NOOP("AccountConnection",
                                    "This is the signing secret of an endpoint. An API key begins with “ak_live_”."));
    const bool isPlain =
        std::ranges::all_of(key, [](QChar c) { return c > u' ' && c < QChar(0x7f); }) && key.size() <= longestKey;
    if (!key.startsWith(u"ak_") || !isPlain)
        return no(QT_TRANSLATE_NOOP("AccountConnection",
                                    "An API key begins with “ak_live_” and has no spaces. Copy it again."));
    return Secret(key.toLatin1());
}

void checkAccount(AccountClient& client, QObject* context, Done<AccountFacts> done) {
    client.whoami(context, [&client, context, done = std::move(done)](const Result<Principal>& principal) {
        if (!principal) {
            done(failure(principal.error()));
            return;
        }
        client.usage(context, [principal = *principal, done](const Result<Usage>& usage) {
            if (!usage) {
                done(failure(usage.error()));
                return;
            }
            AccountFacts facts{principal, *usage, neededScopes()};
            facts.missingScopes.removeIf([&](const QString& needed) { return scopesCover(principal.scopes, needed); });
            done(std::move(facts));
        });
    });
}

AccountConnection::AccountConnection(const QUrl& baseUrl, const Secret& apiKey, const ProxySetting& proxies,
                                     const Clock& clock, RandomSource& random, QObject* parent)
    : QObject(parent), transport_(baseUrl), client_(transport_, apiKey, clock, random) {
    transport_.follow(proxies);
}

} // namespace waybill
