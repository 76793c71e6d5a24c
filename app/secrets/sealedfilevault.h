// SPDX-License-Identifier: MIT
#pragma once

#include "secrets/secretvault.h"

#include <QThread>

namespace waybill {

/// Keeps secrets in a file sealed with AES-256-GCM; its key is in a file of its own. Both 0600. The disk and the
/// ciphers are used on a thread of its own. A damaged file is reported (Storage) and left as it is.
class SealedFileVault final : public SecretVault {
    Q_OBJECT
public:
    explicit SealedFileVault(const QString& dataFolder, QObject* parent = nullptr);
    /// Finishes what was asked of it before.
    ~SealedFileVault() override;

    void read(const QString& name, QObject* context, Done<Secret> done) override;
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override;
    void remove(const QString& name, QObject* context, Done<void> done) override;

private:
    template <typename T, typename Work>
    void start(QObject* context, Done<T> done, Work work);
    QString dataFolder_;
    QThread thread_;
    QObject* worker_;
    PendingCalls calls_;
};

} // namespace waybill
