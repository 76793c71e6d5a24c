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
};

const unsigned char* bytesOf(QByteArrayView bytes) {
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

void Signer::FreeContext::operator()(EVP_MAC_CTX* context) const {
    EVP_MAC_CTX_free(context);
}

Signer::Context Signer::contextWithoutKey() {
    const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    Context context(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
    char digestName[] = "SHA256";
    const std::array parameters{OSSL_PARAM_construct_utf8_string("digest", digestName, 0), OSSL_PARAM_construct_end()};
    if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1)
        return nullptr;
    return context;
}

Signer::Signer(const Secret& secret) {
    // Fetching the algorithms costs more than a small body, so each thread keeps a context to copy.
    static thread_local const Context withoutKey = contextWithoutKey();
    const QByteArray& key = secret.reveal();
    context_.reset(withoutKey ? EVP_MAC_CTX_dup(withoutKey.get()) : nullptr);
    if (!context_ || EVP_MAC_init(context_.get(), bytesOf(key), std::size_t(key.size()), nullptr) != 1)
        qFatal("OpenSSL offers no HMAC-SHA256.");
}

QByteArray Signer::sign(QByteArrayView body, qint64 timestamp) const {
    const QByteArray start = QByteArray::number(timestamp) + '.';
    std::array<unsigned char, 32> digest{};
    std::size_t written = 0;
    const bool done = EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 && // The same key once more.
                      EVP_MAC_update(context_.get(), bytesOf(start), std::size_t(start.size())) == 1 &&
                      EVP_MAC_update(context_.get(), bytesOf(body), std::size_t(body.size())) == 1 &&
                      EVP_MAC_final(context_.get(), digest.data(), &written, digest.size()) == 1 &&
                      written == digest.size();
    if (!done)
        qFatal("OpenSSL offers no HMAC-SHA256.");
    return QByteArray(reinterpret_cast<const char*>(digest.data()), qsizetype(digest.size())).toHex();
}

QByteArray signatureOf(QByteArrayView body, qint64 timestamp, const Secret& secret) {
    return Signer(secret).sign(body, timestamp);
}

QByteArray signatureHeader(QByteArrayView body, qint64 timestamp, const std::vector<Signer>& signers) {
    QByteArray value = "t="_ba + QByteArray::number(timestamp);
    for (const Signer& signer : signers)
        value += ",v1="_ba + signer.sign(body, timestamp);
    return value;
}

std::vector<Signer> signersOf(const QList<Secret>& secrets) {
    std::vector<Signer> signers;
    signers.reserve(std::size_t(secrets.size()));
    for (const Secret& secret : secrets)
        signers.emplace_back(secret);
    return signers;
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
