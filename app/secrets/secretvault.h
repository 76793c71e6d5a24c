// SPDX-License-Identifier: MIT
#pragma once

#include "completion/pendingcalls.h"
#include "contract/secret.h"

#include <QStringList>

namespace waybill {

/// Where secrets are kept. Names are ours: "sandbox/<secret id>", "inbox/<account>/<endpoint>", "account/<id>".
/// Lives on the main thread; `done` runs at most once, there, never before the call returns, never after `context` is
/// gone. Errors: NoKeychain (none, locked, or no answer in time), SecretNotFound, Storage.
class SecretVault : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void read(const QString& name, QObject* context, Done<Secret> done) = 0;
    virtual void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) = 0;
    /// Removing what is not there succeeds.
    virtual void remove(const QString& name, QObject* context, Done<void> done) = 0;
    /// What is kept here, where the place can say it; nothing otherwise.
    virtual void list(QObject* context, Done<QStringList> done) {
        QMetaObject::invokeMethod(
            context, [done = std::move(done)] { done(QStringList()); }, Qt::QueuedConnection);
    }
};

} // namespace waybill
