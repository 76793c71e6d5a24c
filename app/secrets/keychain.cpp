// SPDX-License-Identifier: MIT
#include "secrets/keychain.h"

#include <QCoreApplication>
#include <QTimer>

#include <utility>

using namespace Qt::StringLiterals;

namespace waybill {

namespace {
Error missingBecause(const char* details) {
    Error error;
    error.kind = ErrorKind::NoKeychain;
    error.message = QCoreApplication::translate("Secrets", "This computer's keychain did not open.");
    error.details = QCoreApplication::translate("Secrets", details);
    return error;
}
} // namespace

Keychain::Keychain(std::unique_ptr<SecretVault> vault, QObject* parent)
    : SecretVault(parent), vault_(std::move(vault)) {}

Keychain::~Keychain() = default;

// A keychain may answer a read and still refuse to keep anything, so the trial writes.
void Keychain::tryIt() {
    if (state_ == State::Tried)
        return;
    state_ = State::Tried;
    const QString name = u"probe"_s;
    const auto isLate = [this, trial = ++trials_] { return trial != trials_; };
    const auto failed = [this, isLate](const Error& error) {
        if (!isLate() && state_ == State::Tried)
            lose(error);
    };
    if (!std::exchange(isSaid_, true))
        Q_EMIT asked();
    if (timeLimit_)
        QTimer::singleShot(*timeLimit_, Qt::PreciseTimer, this, [failed] {
            failed(missingBecause(QT_TRANSLATE_NOOP("Secrets", "The keychain did not answer in time.")));
        });
    vault_->write(name, Secret("probe"_ba), this, [this, name, isLate, failed](const Result<void>& written) {
        if (!written)
            return failed(written.error());
        if (isLate())
            return;
        vault_->read(name, this, [this, name, isLate, failed](const Result<Secret>& found) {
            if (!found)
                return failed(found.error());
            if (isLate())
                return;
            vault_->remove(name, this, [this, isLate, failed](const Result<void>& removed) {
                if (!removed)
                    return failed(removed.error());
                if (!isLate())
                    open();
            });
        });
    });
}

void Keychain::open() {
    state_ = State::Open;
    const auto waiting = unanswered_.values();
    for (const Request& request : waiting)
        request.ask();
    tellWhenAnswered();
    Q_EMIT opened();
}

void Keychain::lose(const Error& error) {
    state_ = State::Missing;
    error_ = error;
    error_.kind = ErrorKind::NoKeychain;
    const auto waiting = std::exchange(unanswered_, {});
    for (const Request& request : waiting)
        request.fail(error_);
    tellWhenAnswered();
    Q_EMIT missing(error_);
}

void Keychain::giveUp() {
    if (isAsked())
        lose(missingBecause(QT_TRANSLATE_NOOP("Secrets", "You stopped waiting for the keychain.")));
}

void Keychain::tellWhenAnswered() {
    if (!isAsked() && std::exchange(isSaid_, false))
        Q_EMIT answered();
}

template <typename T>
void Keychain::pass(QObject* context, Done<T> done, std::function<void(Done<T>)> ask) {
    const quint64 number = calls_.add<T>(context, std::move(done));
    if (state_ == State::Missing) {
        QMetaObject::invokeMethod(
            this, [this, number, error = error_] { calls_.finish<T>(number, failure(error)); }, Qt::QueuedConnection);
        return;
    }
    const auto askNow = [this, number, ask = std::move(ask)] {
        ask([this, number](Result<T> result) {
            if (unanswered_.remove(number) == 0)
                return; // Given up.
            const std::optional<Error> error = result ? std::nullopt : std::optional(result.error());
            calls_.finish<T>(number, std::move(result));
            if (error && error->kind == ErrorKind::NoKeychain && state_ == State::Open)
                lose(*error);
            tellWhenAnswered();
        });
    };
    unanswered_.insert(number,
                       {askNow, [this, number](const Error& error) { calls_.finish<T>(number, failure(error)); }});
    if (state_ != State::Open)
        return tryIt();
    if (!std::exchange(isSaid_, true))
        Q_EMIT asked();
    if (timeLimit_)
        QTimer::singleShot(*timeLimit_, Qt::PreciseTimer, this, [this, number] {
            if (unanswered_.contains(number))
                lose(missingBecause(QT_TRANSLATE_NOOP("Secrets", "The keychain did not answer in time.")));
        });
    askNow();
}

void Keychain::whenOpen(QObject* context, Done<void> done) {
    pass<void>(context, std::move(done), [this](const Done<void>& answer) {
        QMetaObject::invokeMethod(
            this, [answer] { answer({}); }, Qt::QueuedConnection);
    });
}

void Keychain::read(const QString& name, QObject* context, Done<Secret> done) {
    pass<Secret>(context, std::move(done),
                 [this, name](Done<Secret> answer) { vault_->read(name, this, std::move(answer)); });
}

void Keychain::write(const QString& name, const Secret& secret, QObject* context, Done<void> done) {
    pass<void>(context, std::move(done),
               [this, name, secret](Done<void> answer) { vault_->write(name, secret, this, std::move(answer)); });
}

void Keychain::remove(const QString& name, QObject* context, Done<void> done) {
    pass<void>(context, std::move(done),
               [this, name](Done<void> answer) { vault_->remove(name, this, std::move(answer)); });
}

} // namespace waybill
