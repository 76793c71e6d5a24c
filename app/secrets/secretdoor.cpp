// SPDX-License-Identifier: MIT
#include "secrets/secretdoor.h"

#include "secrets/keychainvault.h"
#include "secrets/sealedfilevault.h"
#include "secrets/sessionvault.h"

#include <QCoreApplication>
#include <QPointer>

#include <utility>

using namespace Qt::StringLiterals;

namespace waybill {

namespace {
QString words(const char* text) {
    return QCoreApplication::translate("Secrets", text);
}

Error about(Error error, const char* message) {
    error.message = words(message);
    return error;
}

Error notFound() {
    Error error;
    error.kind = ErrorKind::SecretNotFound;
    error.message = words(QT_TRANSLATE_NOOP("Secrets", "This secret is not on this computer any more. It may have been "
                                                       "kept in memory, until Waybill ended."));
    return error;
}
} // namespace

SecretDoor::SecretDoor(const QString& dataFolder, QObject* parent)
    : SecretDoor(dataFolder, std::make_unique<KeychainVault>(), std::make_unique<SealedFileVault>(dataFolder),
                 std::make_unique<SessionVault>(), parent) {
    if (const auto* file = qobject_cast<SealedFileVault*>(sealedFile_.get()))
        connect(file, &SealedFileVault::openToOthers, this, &SecretDoor::filesOpenToOthers);
}

SecretDoor::SecretDoor(const QString& dataFolder, std::unique_ptr<SecretVault> keychain,
                       std::unique_ptr<SecretVault> sealedFile, std::unique_ptr<SecretVault> session, QObject* parent)
    : SecretVault(parent)
    , record_(dataFolder)
    , keychain_(std::move(keychain))
    , sealedFile_(std::move(sealedFile))
    , session_(std::move(session))
    , files_(u"secret places"_s) {
    connect(&keychain_, &Keychain::asked, this, &SecretDoor::keychainAsked);
    connect(&keychain_, &Keychain::answered, this, &SecretDoor::keychainAnswered);
    connect(&keychain_, &Keychain::opened, this, [this] {
        const bool wasMissing = std::exchange(wasMissing_, false);
        if (std::exchange(wantsKeychain_, false)) {
            settleIn(SecretPlace::Keychain);
        } else if (wasMissing) {
            retryWithoutPlace();
            Q_EMIT ready(place());
        }
    });
    connect(&keychain_, &Keychain::missing, this, [this](const Error& error) {
        wasMissing_ = true;
        wantsKeychain_ = false;
        Q_EMIT keychainMissing(error);
        if (!withoutPlace_.isEmpty() && !isGivingUp_)
            Q_EMIT placeNeeded(error);
    });
}

SecretDoor::~SecretDoor() = default;

void SecretDoor::setUnattended(milliseconds timeLimit) {
    isUnattended_ = true;
    keychain_.setTimeLimit(timeLimit);
}

void SecretDoor::open(SecretPlace preferred) {
    preferred_ = preferred;
    files_.run<SecretPlaces>(
        this,
        [this](const Result<SecretPlaces>& places) {
            places_ = recorded_ = *places;
            isOpen_ = true;
            for (const auto& ask : std::exchange(untilOpen_, {}))
                ask();
            Q_EMIT ready(place());
        },
        [record = record_] { return record.read(); });
}

void SecretDoor::whenOpen(std::function<void()> ask) {
    if (isOpen_)
        ask();
    else
        untilOpen_.append(std::move(ask));
}

void SecretDoor::inTurn(const QString& name, const std::function<void()>& work) {
    whenOpen([this, name, work] {
        auto& turns = turns_[name];
        turns.append(work);
        if (turns.size() == 1)
            work();
    });
}

void SecretDoor::endTurn(const QString& name) {
    const auto turns = turns_.find(name);
    turns->removeFirst();
    if (turns->isEmpty()) {
        turns_.erase(turns);
    } else {
        const auto next = turns->constFirst();
        next();
    }
}

// The turn ends also where nobody waits for the answer any more.
template <typename T>
quint64 SecretDoor::begin(const QString& name, QObject* context, Done<T> done) {
    return calls_.add<T>(
        this, [self = QPointer(this), name, context = QPointer(context), done = std::move(done)](Result<T> result) {
            if (context)
                done(std::move(result));
            if (self)
                self->endTurn(name);
        });
}

SecretPlace SecretDoor::place() const {
    return isSessionOnly_ ? SecretPlace::ThisSession : places_.chosen.value_or(preferred_);
}

void SecretDoor::choose(SecretPlace place) {
    whenOpen([this, place] {
        wantsKeychain_ = place == SecretPlace::Keychain && !keychain_.isOpen();
        if (wantsKeychain_)
            keychain_.tryIt();
        else
            settleIn(place);
    });
}

void SecretDoor::settleIn(SecretPlace place) {
    isSessionOnly_ = place == SecretPlace::ThisSession;
    if (!isSessionOnly_) {
        places_.chosen = place;
        noteLater();
    }
    if (place != SecretPlace::Keychain && !keychain_.isOpen())
        keychain_.giveUp(); // What waits there to be kept goes to the new place.
    retryWithoutPlace();
    Q_EMIT ready(place);
    carryOver();
}

void SecretDoor::giveUp() {
    isGivingUp_ = true;
    keychain_.giveUp();
    isGivingUp_ = false;
    Error error;
    error.kind = ErrorKind::NoKeychain;
    error.message = words(QT_TRANSLATE_NOOP("Secrets", "No place was chosen for the secret, so it was not kept."));
    for (const Waiting& waiting : std::exchange(withoutPlace_, {}))
        waiting.fail(error);
}

void SecretDoor::retryWithoutPlace() {
    for (const Waiting& waiting : std::exchange(withoutPlace_, {}))
        waiting.retry();
}

void SecretDoor::record(Done<void> done) {
    if (places_ == recorded_) {
        done({});
        return;
    }
    files_.run<void>(
        this,
        [this, places = places_, done = std::move(done)](const Result<void>& written) {
            if (written)
                recorded_ = places;
            done(written);
        },
        [record = record_, places = places_] { return record.write(places); });
}

// Where it cannot be written now, the next secret that is kept needs it and says so.
void SecretDoor::noteLater() {
    record([](const Result<void>&) {});
}

bool SecretDoor::mayBeInKeychain(const QString& name) const {
    return places_.othersInKeychain || places_.inKeychain.contains(name);
}

// The sealed file comes before the keychain: it needs no person, and what is in both was kept there later, while the
// keychain did not open.
void SecretDoor::read(const QString& name, QObject* context, Done<Secret> done) {
    const quint64 number = begin<Secret>(name, context, std::move(done));
    inTurn(name, [this, number, name] {
        session_->read(name, this, [this, number, name](const Result<Secret>& inSession) {
            if (inSession)
                return calls_.finish<Secret>(number, inSession);
            sealedFile_->read(name, this, [this, number, name](const Result<Secret>& sealed) {
                if (sealed)
                    return calls_.finish<Secret>(number, sealed);
                const bool isDamaged = sealed.error().kind != ErrorKind::SecretNotFound;
                const Result<Secret> elsewhere = failure(isDamaged ? sealed.error() : notFound());
                if (mayBeInKeychain(name))
                    readFromKeychain(number, name, elsewhere);
                else
                    calls_.finish<Secret>(number, elsewhere);
            });
        });
    });
}

void SecretDoor::readFromKeychain(quint64 number, const QString& name, const Result<Secret>& elsewhere) {
    keychain_.read(name, this, [this, number, name, elsewhere](const Result<Secret>& found) {
        if (found) {
            places_.inKeychain.insert(name);
            if (!places_.chosen) // An earlier Waybill's choice.
                places_.chosen = SecretPlace::Keychain;
            noteLater();
            return calls_.finish<Secret>(number, found);
        }
        if (found.error().kind == ErrorKind::SecretNotFound)
            return calls_.finish<Secret>(number, elsewhere);
        calls_.finish<Secret>(
            number,
            failure(about(found.error(),
                          QT_TRANSLATE_NOOP("Secrets", "The secret is in this computer's keychain, which did not open. "
                                                       "Unlock it, or start Waybill in the desktop session that it "
                                                       "belongs to."))));
    });
}

void SecretDoor::write(const QString& name, const Secret& secret, QObject* context, Done<void> done) {
    const quint64 number = begin<void>(name, context, std::move(done));
    if (isCarrying_)
        keptMeanwhile_.insert(name);
    inTurn(name, [this, number, name, secret] { keep(number, name, secret); });
}

void SecretDoor::keep(quint64 number, const QString& name, const Secret& secret) {
    switch (place()) {
    case SecretPlace::ThisSession:
        session_->write(name, secret, this,
                        [this, number](const Result<void>& kept) { calls_.finish<void>(number, kept); });
        return;
    case SecretPlace::SealedFile:
        places_.chosen = SecretPlace::SealedFile;
        keepInSealedFile(number, name, secret);
        return;
    case SecretPlace::Keychain:
        keepInKeychain(number, name, secret);
        return;
    }
}

void SecretDoor::keepInSealedFile(quint64 number, const QString& name, const Secret& secret) {
    if (!places_.chosen)
        places_.chosen = SecretPlace::SealedFile;
    record([this, number, name, secret](const Result<void>& recorded) {
        if (!recorded)
            return calls_.finish<void>(number, recorded);
        sealedFile_->write(name, secret, this, [this, number, name](const Result<void>& kept) {
            if (!kept)
                return calls_.finish<void>(number, kept);
            session_->remove(name, this,
                             [this, number](const Result<void>& removed) { calls_.finish<void>(number, removed); });
        });
    });
}

// The record comes first, so that what a crash leaves behind is found; but it names nothing that never went there.
void SecretDoor::keepInKeychain(quint64 number, const QString& name, const Secret& secret) {
    keychain_.whenOpen(this, [this, number, name, secret](const Result<void>& open) {
        if (!open)
            return waitForPlace(number, name, secret, open.error());
        const bool isNew = !places_.inKeychain.contains(name);
        places_.inKeychain.insert(name);
        places_.chosen = SecretPlace::Keychain;
        record([this, number, name, secret, isNew](const Result<void>& recorded) {
            if (!recorded)
                return calls_.finish<void>(number, recorded);
            keychain_.write(name, secret, this, [this, number, name, secret, isNew](const Result<void>& kept) {
                if (kept)
                    return takeOutElsewhere(number, name);
                if (isNew && places_.inKeychain.remove(name))
                    noteLater();
                if (kept.error().kind == ErrorKind::NoKeychain)
                    waitForPlace(number, name, secret, kept.error());
                else
                    calls_.finish<void>(number, kept);
            });
        });
    });
}

void SecretDoor::takeOutElsewhere(quint64 number, const QString& name) {
    session_->remove(name, this, [](const Result<void>&) {}); // Memory takes it out without fail.
    sealedFile_->remove(name, this,
                        [this, number](const Result<void>& removed) { calls_.finish<void>(number, removed); });
}

void SecretDoor::waitForPlace(quint64 number, const QString& name, const Secret& secret, const Error& error) {
    if (place() != SecretPlace::Keychain)
        return keep(number, name, secret);
    if (isUnattended_)
        return keepInSealedFile(number, name, secret);
    withoutPlace_.insert(number, {[this, number, name, secret] { keep(number, name, secret); },
                                  [this, number](const Error& why) { calls_.finish<void>(number, failure(why)); }});
    if (!isGivingUp_)
        QMetaObject::invokeMethod(
            this,
            [this, error] {
                if (!withoutPlace_.isEmpty())
                    Q_EMIT placeNeeded(error);
            },
            Qt::QueuedConnection);
}

void SecretDoor::remove(const QString& name, QObject* context, Done<void> done) {
    const quint64 number = begin<void>(name, context, std::move(done));
    inTurn(name, [this, number, name] {
        session_->remove(name, this, [](const Result<void>&) {}); // Memory takes it out without fail.
        sealedFile_->remove(name, this, [this, number, name](const Result<void>& removed) {
            if (!removed || !mayBeInKeychain(name))
                return calls_.finish<void>(number, removed);
            keychain_.remove(name, this, [this, number, name](const Result<void>& gone) {
                if (gone && places_.inKeychain.remove(name))
                    noteLater();
                calls_.finish<void>(number, gone);
            });
        });
    });
}

// What lasts stays where it is when only new ones are to be forgotten.
void SecretDoor::carryOver() {
    const SecretPlace to = place();
    if (to == SecretPlace::ThisSession || std::exchange(isCarrying_, true))
        return;
    const auto end = [this](const Carried& carried) {
        isCarrying_ = false;
        keptMeanwhile_.clear();
        if (carried.moved + carried.left > 0)
            Q_EMIT carriedOver(carried);
    };
    session_->list(this, [this, to, end](const Result<QStringList>& inSession) {
        carry(*session_, inSession.value_or(QStringList()), {}, [this, to, end](const Carried& carried) {
            if (to == SecretPlace::SealedFile)
                return carry(keychain_, places_.inKeychain.values(), carried, end);
            sealedFile_->list(this, [this, carried, end](const Result<QStringList>& sealed) {
                carry(*sealedFile_, sealed.value_or(QStringList()), carried, end);
            });
        });
    });
}

void SecretDoor::carry(SecretVault& from, QStringList names, Carried soFar, std::function<void(const Carried&)> then) {
    if (&from == &keychain_ && keychain_.isMissing()) {
        soFar.left += int(names.size());
        names.clear();
    }
    if (names.isEmpty())
        return then(soFar);
    const QString name = names.takeFirst();
    const auto next = [this, &from, names, soFar, then = std::move(then)](int moved, int left) {
        carry(from, names, {soFar.moved + moved, soFar.left + left}, then);
    };
    from.read(name, this, [this, &from, name, next](const Result<Secret>& secret) {
        if (!secret && secret.error().kind == ErrorKind::SecretNotFound)
            return next(0, 0);
        if (!secret)
            return next(0, 1);
        const auto takeOut = [this, &from, name, next](const Result<void>& kept) {
            if (!kept)
                return next(0, 1);
            from.remove(name, this, [this, &from, name, next](const Result<void>& removed) {
                if (removed && &from == &keychain_ && places_.inKeychain.remove(name))
                    noteLater();
                next(1, 0);
            });
        };
        if (keptMeanwhile_.contains(name))
            return takeOut({});
        keep(calls_.add<void>(this, takeOut), name, *secret);
    });
}

} // namespace waybill
