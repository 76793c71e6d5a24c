// SPDX-License-Identifier: MIT
#include "contract/secret.h"

#include <openssl/crypto.h>
#include <utility>

namespace waybill {

Secret::Secret(QByteArray plainText) : plainText_(std::move(plainText)) {}

Secret::~Secret() {
    wipe();
}

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) {
        wipe();
        plainText_ = other.plainText_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        plainText_ = std::exchange(other.plainText_, {});
    }
    return *this;
}

QString Secret::prefix() const {
    constexpr qsizetype shownCharacters = 12;
    return QString::fromUtf8(plainText_.left(shownCharacters));
}

void Secret::wipe() noexcept {
    // Only the last holder wipes; data() of a shared array would copy the secret instead.
    if (!plainText_.isEmpty() && plainText_.isDetached())
        OPENSSL_cleanse(plainText_.data(), std::size_t(plainText_.size()));
    plainText_.clear();
}

bool equalInConstantTime(QByteArrayView left, QByteArrayView right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), std::size_t(left.size())) == 0;
}

} // namespace waybill
