// SPDX-License-Identifier: MIT
#pragma once

#include "clock/alarm.h"
#include "contract/secret.h"
#include "sandbox/sandboxstore.h"

#include <QObject>
#include <QSet>

#include <functional>

namespace waybill {

/// What the account asks of the place for secrets. Lives on the sandbox's thread; the answers come there.
class IssuedSecrets {
public:
    virtual ~IssuedSecrets() = default;
    virtual void keep(const QString& secretId, const Secret& secret, std::function<void(Result<void>)> done) = 0;
    virtual void fetch(const QString& secretId, std::function<void(Result<Secret>)> done) = 0;
    /// Dropping what is not there succeeds.
    virtual void drop(const QString& secretId, std::function<void(Result<void>)> done) = 0;
};

/// Knows which secrets were put in the vault, and takes out what nothing needs any more: no endpoint, no overlap, and
/// no answer that may have to be given again. A secret is written down before it goes in, so that a crash leaves none
/// behind. Lives on the sandbox's thread; everything handed in outlives it.
class SecretRegister final : public QObject {
    Q_OBJECT
public:
    SecretRegister(SandboxStore& store, IssuedSecrets& vault, const Clock& clock, QObject* parent = nullptr);
    /// What `done` has not stored by the time it returns is taken out again.
    void keep(const QString& secretId, const Secret& secret, const std::function<void(Result<void>)>& done);
    void fetch(const QString& secretId, std::function<void(Result<Secret>)> done);
    /// A secret may have lost its use, or the vault may be readable again.
    void tidy();

Q_SIGNALS:
    /// Overlaps may have begun or ended.
    void tidied();

private:
    void takeOut(const QString& secretId);

    SandboxStore& store_;
    IssuedSecrets& vault_;
    Alarm alarm_;
    const Clock& clock_;
    QSet<QString> busy_; ///< Going in or out right now.
};

} // namespace waybill
