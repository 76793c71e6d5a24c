// SPDX-License-Identifier: MIT
#include "sandbox/secretregister.h"

#include <QPointer>

namespace waybill {

namespace {
constexpr std::chrono::minutes pauseAfterFailure{1};
} // namespace

SecretRegister::SecretRegister(SandboxStore& store, IssuedSecrets& vault, const Clock& clock, QObject* parent)
    : QObject(parent), store_(store), vault_(vault), alarm_(clock, this), clock_(clock) {
    connect(&alarm_, &Alarm::rang, this, &SecretRegister::tidy);
}

void SecretRegister::keep(const QString& secretId, const Secret& secret,
                          const std::function<void(Result<void>)>& done) {
    if (const auto noted = store_.noteSecret(secretId); !noted) {
        done(failure(noted.error()));
        return;
    }
    busy_.insert(secretId);
    vault_.keep(secretId, secret, [self = QPointer(this), secretId, done](const Result<void>& kept) {
        if (!self)
            return;
        done(kept);
        self->busy_.remove(secretId);
        self->tidy();
    });
}

void SecretRegister::fetch(const QString& secretId, std::function<void(Result<Secret>)> done) {
    vault_.fetch(secretId, std::move(done));
}

// Nobody waits for what fails here: it is tried again.
void SecretRegister::tidy() {
    const auto spent = store_.spentSecrets(clock_.now());
    if (!spent) {
        alarm_.setFor(clock_.now() + pauseAfterFailure);
        return;
    }
    for (const QString& secretId : *spent) {
        if (!busy_.contains(secretId))
            takeOut(secretId);
    }
    const auto next = store_.nextSecretSpent();
    if (!next)
        alarm_.setFor(clock_.now() + pauseAfterFailure);
    else if (*next)
        alarm_.setFor(**next);
    else
        alarm_.cancel();
    Q_EMIT tidied();
}

void SecretRegister::takeOut(const QString& secretId) {
    busy_.insert(secretId);
    vault_.drop(secretId, [self = QPointer(this), secretId](const Result<void>& dropped) {
        if (!self)
            return;
        self->busy_.remove(secretId);
        if (dropped)
            (void)self->store_.forgetSecret(secretId);
    });
}

} // namespace waybill
