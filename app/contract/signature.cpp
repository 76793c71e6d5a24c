// SPDX-License-Identifier: MIT
#include "contract/signature.h"

#include <algorithm>
#include <array>
#include <memory>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype signatureLength = 64;
constexpr qsizetype longestHeader = 8192;

struct FreeMac {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

std::unique_ptr<EVP_MAC_CTX, FreeMac> newContext() {
    const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    std::unique_ptr<EVP_MAC_CTX, FreeMac> context(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
    char digestName[] = "SHA256";
    const std::array parameters{OSSL_PARAM_construct_utf8_string("digest", digestName, 0), OSSL_PARAM_construct_end()};
    if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1)
        return nullptr;
    return context;
}

const unsigned char* bytesOf(const QByteArray& bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.constData());
}

bool isDigits(const QByteArray& text) {
    return !text.isEmpty() && std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
}

bool isLowerHex(const QByteArray& text) {
    return std::ranges::all_of(
        text, [](char letter) { return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f'); });
}

bool anyMatches(const ParsedSignature& parsed, const QByteArray& body, const QList<Secret>& secrets) {
    bool matches = false;
    for (const Secret& secret : secrets) {
        if (secret.isEmpty())
            continue;
        const QByteArray expected = signatureOf(body, parsed.timestamp, secret);
        for (const QByteArray& given : parsed.signatures)
            matches |= equalInConstantTime(expected, given);
    }
    return matches;
}

} // namespace

QByteArray signatureOf(const QByteArray& body, qint64 timestamp, const Secret& secret) {
    // Fetching the algorithms costs more than a small body, so each thread keeps its context.
    static thread_local const std::unique_ptr<EVP_MAC_CTX, FreeMac> kept = newContext();
    const QByteArray start = QByteArray::number(timestamp) + '.';
    const QByteArray& key = secret.reveal();
    const unsigned char noKey = 0;
    std::array<unsigned char, 32> digest{};
    std::size_t written = 0;
    const bool done = kept && EVP_MAC_init(kept.get(), bytesOf(key), std::size_t(key.size()), nullptr) == 1 &&
                      EVP_MAC_update(kept.get(), bytesOf(start), std::size_t(start.size())) == 1 &&
                      EVP_MAC_update(kept.get(), bytesOf(body), std::size_t(body.size())) == 1 &&
                      EVP_MAC_final(kept.get(), digest.data(), &written, digest.size()) == 1 &&
                      written == digest.size() &&
                      // It would remember the secret until it signs again.
                      EVP_MAC_init(kept.get(), &noKey, sizeof noKey, nullptr) == 1;
    if (!done)
        qFatal("OpenSSL offers no HMAC-SHA256.");
    return QByteArray(reinterpret_cast<const char*>(digest.data()), qsizetype(digest.size())).toHex();
}

QByteArray signatureHeader(const QByteArray& body, qint64 timestamp, const QList<Secret>& secrets) {
    QByteArray value = "t="_ba + QByteArray::number(timestamp);
    for (const Secret& secret : secrets)
        value += ",v1="_ba + signatureOf(body, timestamp, secret);
    return value;
}

std::optional<ParsedSignature> parseSignatureHeader(const QByteArray& value) {
    if (value.isEmpty() || value.size() > longestHeader)
        return std::nullopt;
    ParsedSignature parsed;
    bool hasTimestamp = false;
    for (const QByteArray& part : value.split(',')) {
        const QByteArray item = part.trimmed();
        const qsizetype equals = item.indexOf('=');
        if (equals <= 0)
            return std::nullopt;
        const QByteArray scheme = item.left(equals);
        const QByteArray text = item.mid(equals + 1);
        if (scheme == "t") {
            bool fits = false;
            parsed.timestamp = text.toLongLong(&fits);
            if (hasTimestamp || !isDigits(text) || !fits)
                return std::nullopt;
            hasTimestamp = true;
        } else if (scheme == "v1") {
            if (text.size() != signatureLength || !isLowerHex(text) || parsed.signatures.size() == maximumSignatures)
                return std::nullopt;
            parsed.signatures.append(text);
        }
    }
    if (!hasTimestamp || parsed.signatures.isEmpty())
        return std::nullopt;
    return parsed;
}

SignatureCheck checkSignature(const QByteArray& headerValue, const QByteArray& body, const QList<Secret>& secrets,
                              Instant now) {
    if (headerValue.isEmpty())
        return {SignatureVerdict::Missing, {}, {}};
    const std::optional<ParsedSignature> parsed = parseSignatureHeader(headerValue);
    if (!parsed)
        return {SignatureVerdict::Malformed, {}, {}};
    const seconds age{secondsSinceEpoch(now) - parsed->timestamp};
    const auto verdict = [&](SignatureVerdict found) { return SignatureCheck{found, parsed->timestamp, age}; };
    if (std::ranges::all_of(secrets, &Secret::isEmpty))
        return verdict(SignatureVerdict::NoSecret);
    if (age > signatureTolerance)
        return verdict(SignatureVerdict::TooOld);
    if (age < -signatureTolerance)
        return verdict(SignatureVerdict::FromFuture);
    return verdict(anyMatches(*parsed, body, secrets) ? SignatureVerdict::Valid : SignatureVerdict::WrongSecret);
}

} // namespace waybill
