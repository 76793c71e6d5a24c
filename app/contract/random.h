// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "contract/secret.h"

#include <QByteArray>
#include <QString>

#include <cstddef>
#include <span>

namespace waybill {

/// Where ids and secrets get their chance from. Handed in, so that tests can foresee it.
class RandomSource {
public:
    virtual ~RandomSource() = default;
    /// Fills every byte. A source that cannot do so ends the program: there is no safe way on.
    virtual void fill(std::span<std::byte> bytes) = 0;
};

/// The operating system's cryptographic source, through OpenSSL. Stateless: any thread.
class SystemRandom final : public RandomSource {
public:
    void fill(std::span<std::byte> bytes) override;
};

// Ids are opaque to clients; these are the forms that the sandbox gives them. Base-62 without modulo bias.
QString newEndpointId(RandomSource& random);             ///< "whe_" + 16 characters
QString newDeliveryId(RandomSource& random);             ///< "whd_" + 16 characters
QString newEventId(RandomSource& random);                ///< "event_" + 16 characters
QString newTestEventId(RandomSource& random);            ///< "event_test_" + 16 characters
QString newUuidV4(RandomSource& random);                 ///< For `Idempotency-Key`.
QString newRequestId(RandomSource& random, Instant now); ///< UUIDv7, for `X-Request-Id`.
/// "whsec_" + 32 characters of base 62 (190 bits; the contract says "~32 characters").
Secret newSigningSecret(RandomSource& random);
/// "ak_live_" + 40 characters: the key of the sandbox account.
Secret newApiKey(RandomSource& random);
/// 32 characters of base 62 for a path or a token that cannot be guessed.
QString newToken(RandomSource& random);

} // namespace waybill
