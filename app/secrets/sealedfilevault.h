// SPDX-License-Identifier: MIT
#pragma once

#include "secrets/filethread.h"
#include "secrets/secretvault.h"

namespace waybill {

/// Keeps secrets in a file sealed with AES-256-GCM; its key is in a file of its own. Both 0600. The disk and the
/// ciphers are used on a thread of its own. A damaged file is reported (Storage) and left as it is.
class SealedFileVault final : public SecretVault {
    Q_OBJECT
public:
    explicit SealedFileVault(const QString& dataFolder, QObject* parent = nullptr);

    void read(const QString& name, QObject* context, Done<Secret> done) override;
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override;
    void remove(const QString& name, QObject* context, Done<void> done) override;
    void list(QObject* context, Done<QStringList> done) override;

Q_SIGNALS:
    /// These files can be read by others, and that could not be changed. Said once.
    void openToOthers(const QStringList& files);

private:
    template <typename T, typename Work>
    void start(QObject* context, Done<T> done, Work work);
    QString dataFolder_;
    bool isSaid_ = false;
    FileThread files_;
};

} // namespace waybill
