// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QDebug>

namespace waybill {

/// A signing secret or an API key. Cannot be printed, streamed or compared by accident; its memory is
/// overwritten when the last copy goes.
class Secret {
public:
    Secret() = default;
    explicit Secret(QByteArray plainText);
    ~Secret();
    Secret(const Secret&) = default;
    Secret(Secret&&) noexcept = default;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;

    bool isEmpty() const { return plainText_.isEmpty(); }
    /// The plain text. Call it where it is used, keep no copy.
    const QByteArray& reveal() const { return plainText_; }
    /// "whsec_" and six characters: what may be shown for good (`secret_prefix` of the contract).
    QString prefix() const;

private:
    void wipe() noexcept;
    QByteArray plainText_;
};

/// Constant-time comparison: the only one in the tree for secrets, keys and signatures.
bool equalInConstantTime(QByteArrayView left, QByteArrayView right);

QDebug operator<<(QDebug, const Secret&) = delete;

} // namespace waybill
