// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "secrets/secretvault.h"

namespace waybill {

/// The keychain of the operating system. Never falls back to plain text.
class KeychainVault final : public SecretVault {
    Q_OBJECT
public:
    using SecretVault::SecretVault;
    /// How long one answer may take: 8 s unless told otherwise.
    void setTimeLimit(milliseconds limit) { timeLimit_ = limit; }

    void read(const QString& name, QObject* context, Done<Secret> done) override;
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override;
    void remove(const QString& name, QObject* context, Done<void> done) override;

private:
    template <typename T, typename KeychainJob, typename ReadResult>
    void start(KeychainJob* job, const QString& name, QObject* context, Done<T> done, ReadResult readResult);
    milliseconds timeLimit_{8'000};
    PendingCalls calls_;
};

} // namespace waybill
