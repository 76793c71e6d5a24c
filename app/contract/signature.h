// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "contract/secret.h"

#include <QByteArray>
#include <QList>

#include <memory>
#include <optional>
#include <vector>

struct evp_mac_ctx_st;

namespace waybill {

/// `|now − t| ≤ 300 s` of the contract.
inline constexpr seconds signatureTolerance{300};
/// How many `v1` a receiver reads ("up to eight").
inline constexpr int maximumSignatures = 8;
/// How long the previous secret stays valid after a rotation.
inline constexpr std::chrono::hours rotationOverlap{24};

namespace header {
inline constexpr const char* signature = "Autousers-Signature";
inline constexpr const char* eventId = "Autousers-Event-Id";
inline constexpr const char* eventType = "Autousers-Event-Type";
inline constexpr const char* deliveryId = "Autousers-Delivery-Id";
inline constexpr const char* userAgentOfDeliveries = "Autousers-Webhooks/1.0";
} // namespace header

/// Signs with one secret again and again: what the secret alone gives is computed once, and wiped when it goes. For one
/// thread at a time; not after it was moved from.
class Signer final {
public:
    explicit Signer(const Secret& secret);
    /// `hex(HMAC-SHA256(secret, "<t>." + body))`, 64 characters.
    QByteArray sign(QByteArrayView body, qint64 timestamp) const;

private:
    struct FreeContext {
        void operator()(evp_mac_ctx_st* context) const;
    };
    using Context = std::unique_ptr<evp_mac_ctx_st, FreeContext>;
    static Context contextWithoutKey();
    Context context_;
};
std::vector<Signer> signersOf(const QList<Secret>& secrets);

/// As a Signer would.
QByteArray signatureOf(QByteArrayView body, qint64 timestamp, const Secret& secret);
/// "t=<epoch seconds>,v1=<new>[,v1=<old>]": one v1 a signer, in the order given.
QByteArray signatureHeader(QByteArrayView body, qint64 timestamp, const std::vector<Signer>& signers);

struct ParsedSignature {
    qint64 timestamp = 0;
    QList<QByteArray> signatures; ///< 64 lower-case hex characters each.
};
/// Exactly one `t`, one to eight `v1`; unknown schemes are skipped. Nothing where it is malformed.
std::optional<ParsedSignature> parseSignatureHeader(const QByteArray& value);

enum class SignatureVerdict {
    Valid,
    Missing,     ///< No signature header.
    Malformed,   ///< The header could not be read.
    TooOld,      ///< Signed more than 300 s ago.
    FromFuture,  ///< Signed more than 300 s ahead of this computer's clock.
    WrongSecret, ///< No `v1` matches any secret that is valid now (or the body was changed on the way).
    NoSecret,    ///< There is no secret here to check with.
};

struct SignatureCheck {
    SignatureVerdict verdict = SignatureVerdict::Missing;
    std::optional<qint64> timestamp;
    std::optional<seconds> age; ///< now − t; negative where it comes from the future.

    bool isValid() const { return verdict == SignatureVerdict::Valid; }
    friend bool operator==(const SignatureCheck&, const SignatureCheck&) = default;
};
/// Every `v1` against every secret, constant time each. `headerValue` is empty where the header is missing.
SignatureCheck checkSignature(const QByteArray& headerValue, const QByteArray& body, const QList<Secret>& secrets,
                              Instant now);

} // namespace waybill
