// SPDX-License-Identifier: MIT
#include "secrets/secretdoor.h"

#include "secrets/keychainvault.h"
#include "secrets/sealedfilevault.h"
#include "secrets/sessionvault.h"

#include <QTimer>

using namespace Qt::StringLiterals;

namespace waybill {

namespace {
Error noAnswerInTime() {
    Error error;
    error.kind = ErrorKind::NoKeychain;
    error.message = u"The keychain of this computer did not answer in time."_s;
    return error;
}
} // namespace

SecretDoor::SecretDoor(const QString& dataFolder, QObject* parent)
    : SecretDoor(std::make_unique<KeychainVault>(), std::make_unique<SealedFileVault>(dataFolder),
                 std::make_unique<SessionVault>(), parent) {}

SecretDoor::SecretDoor(std::unique_ptr<SecretVault> keychain, std::unique_ptr<SecretVault> sealedFile,
                       std::unique_ptr<SecretVault> session, QObject* parent)
    : SecretVault(parent)
    , lastError_(noAnswerInTime())
    , keychain_(std::move(keychain))
    , sealedFile_(std::move(sealedFile))
    , session_(std::move(session)) {}

SecretDoor::~SecretDoor() = default;

void SecretDoor::open(SecretPlace place) {
    choose(place);
}

void SecretDoor::choose(SecretPlace place) {
    place_ = place;
    ready_ = false;
    missing_ = false;
    patient_ = true;
    lastError_ = noAnswerInTime();
    ++tries_;
    if (place == SecretPlace::Keychain)
        probe();
    else
        becomeReady();
}

// A keychain may answer a read and still refuse to keep anything, so the probe writes. Its steps share one time limit:
// what waits for it must not give up before it does.
void SecretDoor::probe() {
    const QString name = u"probe"_s;
    const auto stillWanted = [this, number = tries_] { return number == tries_; };
    QTimer::singleShot(timeLimit_, Qt::PreciseTimer, this, [this, stillWanted] {
        if (stillWanted() && !ready_)
            loseKeychain(noAnswerInTime());
    });
    keychain_->write(name, Secret("probe"_ba), this, [this, name, stillWanted](Result<void> written) {
        if (!stillWanted())
            return;
        if (!written)
            return loseKeychain(written.error());
        keychain_->read(name, this, [this, name, stillWanted](Result<Secret> found) {
            if (!stillWanted())
                return;
            if (!found)
                return loseKeychain(found.error());
            keychain_->remove(name, this, [this, stillWanted](Result<void> removed) {
                if (!stillWanted())
                    return;
                if (!removed)
                    return loseKeychain(removed.error());
                becomeReady();
            });
        });
    });
}

void SecretDoor::becomeReady() {
    ready_ = true;
    const auto waiting = std::exchange(waiting_, {});
    for (const auto& ask : waiting)
        ask();
    Q_EMIT ready(place_);
}

void SecretDoor::loseKeychain(const Error& error) {
    ready_ = false;
    missing_ = true;
    patient_ = true;
    ++tries_; // What it answers after this is too late.
    lastError_ = error;
    lastError_.kind = ErrorKind::NoKeychain;
    Q_EMIT keychainMissing(lastError_);
}

SecretVault& SecretDoor::current() const {
    switch (place_) {
    case SecretPlace::SealedFile:
        return *sealedFile_;
    case SecretPlace::ThisSession:
        return *session_;
    case SecretPlace::Keychain:
        break;
    }
    return *keychain_;
}

template <typename T>
void SecretDoor::pass(QObject* context, Done<T> done, Ask<T> ask) {
    const quint64 number = calls_.add<T>(context, std::move(done));
    auto askNow = [this, number, ask = std::move(ask)] {
        ask(current(), [this, number, asked = tries_](Result<T> result) {
            if (!result && result.error().kind == ErrorKind::NoKeychain && asked == tries_)
                loseKeychain(result.error());
            calls_.finish<T>(number, std::move(result));
        });
    };
    if (ready_)
        return askNow();
    if (patient_)
        waiting_.insert(number, std::move(askNow));
    const milliseconds wait = patient_ ? timeLimit_ : milliseconds{0};
    QTimer::singleShot(wait, Qt::PreciseTimer, this, [this, number, waited = patient_] {
        if (waited && waiting_.remove(number) == 0)
            return;
        if (missing_)
            patient_ = false;
        calls_.finish<T>(number, failure(lastError_));
    });
}

void SecretDoor::read(const QString& name, QObject* context, Done<Secret> done) {
    pass<Secret>(context, std::move(done),
                 [this, name](SecretVault& vault, Done<Secret> answer) { vault.read(name, this, std::move(answer)); });
}

void SecretDoor::write(const QString& name, const Secret& secret, QObject* context, Done<void> done) {
    pass<void>(context, std::move(done), [this, name, secret](SecretVault& vault, Done<void> answer) {
        vault.write(name, secret, this, std::move(answer));
    });
}

void SecretDoor::remove(const QString& name, QObject* context, Done<void> done) {
    pass<void>(context, std::move(done),
               [this, name](SecretVault& vault, Done<void> answer) { vault.remove(name, this, std::move(answer)); });
}

} // namespace waybill
