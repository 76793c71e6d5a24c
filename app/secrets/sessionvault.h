// SPDX-License-Identifier: MIT
#pragma once

#include "secrets/secretvault.h"

#include <QHash>

namespace waybill {

/// Keeps secrets in memory until Waybill ends.
class SessionVault final : public SecretVault {
    Q_OBJECT
public:
    using SecretVault::SecretVault;
    void read(const QString& name, QObject* context, Done<Secret> done) override;
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override;
    void remove(const QString& name, QObject* context, Done<void> done) override;
    void list(QObject* context, Done<QStringList> done) override;

private:
    template <typename T>
    void answer(QObject* context, Done<T> done, Result<T> result);
    PendingCalls calls_;
    QHash<QString, Secret> secrets_;
};

} // namespace waybill
