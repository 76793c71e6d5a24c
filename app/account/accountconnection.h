// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "http/httptransport.h"

namespace waybill {

/// Where the product lives.
inline constexpr const char16_t* defaultBaseUrl = u"https://app.autousers.ai/api/v1";

/// The scopes without which part of Waybill does not work with an account.
QStringList neededScopes();

/// What a key is and may do, as far as the account told.
struct AccountFacts {
    Principal principal;
    Usage usage;
    QStringList missingScopes; ///< Of `neededScopes`.
};

/// Asks who the key is and what its plan is; both are free of rate limits.
void checkAccount(AccountClient& client, QObject* context, Done<AccountFacts> done);

/// An address for an account: https, or http on this computer; no trailing slash, query or fragment. Trims white space;
/// an empty text is the product's own address.
Result<QUrl> checkBaseUrl(const QString& text);
/// Whether the account runs on this computer and so can deliver to it, as one does that is served by Waybill.
bool isOnThisComputer(const QUrl& baseUrl);
/// The form of an API key: "ak_live_" and more, nothing that a header could not carry.
Result<Secret> checkApiKey(const QString& text);

/// A real account: the way to it and the client that speaks with its key. Lives on the main thread.
class AccountConnection final : public QObject {
    Q_OBJECT
public:
    AccountConnection(const QUrl& baseUrl, const Secret& apiKey, const ProxySetting& proxies, const Clock& clock,
                      RandomSource& random, QObject* parent = nullptr);

    AccountClient& client() { return client_; }
    void check(QObject* context, Done<AccountFacts> done) { checkAccount(client_, context, std::move(done)); }

private:
    HttpTransport transport_;
    AccountClient client_;
};

} // namespace waybill
