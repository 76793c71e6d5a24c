// SPDX-License-Identifier: MIT
#include "contract/random.h"

#include <array>
#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype idLength = 16;
constexpr qsizetype secretLength = 32;
constexpr qsizetype apiKeyLength = 40;
constexpr qsizetype tokenLength = 32;

QByteArray base62(RandomSource& random, const QByteArray& prefix, qsizetype length) {
    static constexpr char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr unsigned letters = sizeof(alphabet) - 1;
    constexpr unsigned firstRefused = 256 - 256 % letters; // Above it some letters would come more often.
    QByteArray text;
    text.reserve(prefix.size() + length);
    text.append(prefix);
    std::array<std::byte, 64> bytes{};
    while (text.size() < prefix.size() + length) {
        random.fill(bytes);
        for (const std::byte byte : bytes) {
            const unsigned value = std::to_integer<unsigned>(byte);
            if (value < firstRefused && text.size() < prefix.size() + length)
                text.append(alphabet[value % letters]);
        }
    }
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return text;
}

QString id(RandomSource& random, const QByteArray& prefix) {
    return QString::fromLatin1(base62(random, prefix, idLength));
}

using UuidBytes = std::array<std::byte, 16>;

QString uuidText(UuidBytes bytes, unsigned version) {
    bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte(version << 4);
    bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};
    QByteArray hex =
        QByteArray::fromRawData(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())).toHex();
    for (const qsizetype dash : {20, 16, 12, 8})
        hex.insert(dash, '-');
    return QString::fromLatin1(hex);
}

} // namespace

void SystemRandom::fill(std::span<std::byte> bytes) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), int(bytes.size())) != 1)
        qFatal("The operating system gives no random numbers.");
}

QString newEndpointId(RandomSource& random) {
    return id(random, "whe_"_ba);
}
QString newDeliveryId(RandomSource& random) {
    return id(random, "whd_"_ba);
}
QString newEventId(RandomSource& random) {
    return id(random, "event_"_ba);
}
QString newTestEventId(RandomSource& random) {
    return id(random, "event_test_"_ba);
}

QString newUuidV4(RandomSource& random) {
    UuidBytes bytes{};
    random.fill(bytes);
    return uuidText(bytes, 4);
}

QString newRequestId(RandomSource& random, Instant now) {
    UuidBytes bytes{};
    random.fill(bytes);
    quint64 time = quint64(millisecondsSinceEpoch(now));
    for (std::size_t place = 6; place-- > 0; time >>= 8)
        bytes[place] = std::byte(time & 0xff);
    return uuidText(bytes, 7);
}

Secret newSigningSecret(RandomSource& random) {
    return Secret(base62(random, "whsec_"_ba, secretLength));
}
Secret newApiKey(RandomSource& random) {
    return Secret(base62(random, "ak_live_"_ba, apiKeyLength));
}
QString newToken(RandomSource& random) {
    return QString::fromLatin1(base62(random, {}, tokenLength));
}

} // namespace waybill
