// SPDX-License-Identifier: MIT
#pragma once

#include "secrets/secretvault.h"

namespace waybill {

/// The keychain of the operating system, which may show windows of its own and answers when it likes. Never falls back
/// to plain text.
class KeychainVault final : public SecretVault {
    Q_OBJECT
public:
    using SecretVault::SecretVault;
    void read(const QString& name, QObject* context, Done<Secret> done) override;
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override;
    void remove(const QString& name, QObject* context, Done<void> done) override;

private:
    template <typename T, typename KeychainJob, typename ReadResult>
    void start(KeychainJob* job, const QString& name, QObject* context, Done<T> done, ReadResult readResult);
    PendingCalls calls_;
};

} // namespace waybill
