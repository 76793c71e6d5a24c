// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "secrets/secretvault.h"

#include <QMap>

#include <functional>
#include <memory>
#include <optional>

namespace waybill {

/// The keychain of this computer, which may be missing or locked, or ask the person in a window of its own. It is asked
/// only when something is wanted of it, the first time with a trial; it waits as long as it takes, unless a time limit
/// is set, until somebody gives up. Once it is missing, every request fails at once, until it is tried again.
class Keychain final : public SecretVault {
    Q_OBJECT
public:
    explicit Keychain(std::unique_ptr<SecretVault> vault, QObject* parent = nullptr);
    ~Keychain() override;

    /// Where no person is there to give up.
    void setTimeLimit(std::optional<milliseconds> limit) { timeLimit_ = limit; }
    bool isOpen() const { return state_ == State::Open; }
    bool isMissing() const { return state_ == State::Missing; }
    /// It has not answered yet.
    bool isAsked() const { return !unanswered_.isEmpty() || state_ == State::Tried; }
    /// Makes the trial, again where it was missing. Nothing while one is under way.
    void tryIt();
    /// Answers once it is open, and makes the trial where that was not done yet.
    void whenOpen(QObject* context, Done<void> done);
    /// What it has not answered fails. If it answers the trial after all, it is open.
    void giveUp();

    void read(const QString& name, QObject* context, Done<Secret> done) override;
    void write(const QString& name, const Secret& secret, QObject* context, Done<void> done) override;
    void remove(const QString& name, QObject* context, Done<void> done) override;

Q_SIGNALS:
    /// From now on its answer is waited for, and the system may show a window of its own.
    void asked();
    void answered();
    void opened();
    /// Said once for every time that it opened or was tried. The error's `details` has the technical text.
    void missing(const waybill::Error& error);

private:
    enum class State { Unknown, Tried, Open, Missing };
    struct Request {
        std::function<void()> ask;
        std::function<void(const Error&)> fail;
    };
    template <typename T>
    void pass(QObject* context, Done<T> done, std::function<void(Done<T>)> ask);
    void open();
    void lose(const Error& error);
    void tellWhenAnswered();

    std::unique_ptr<SecretVault> vault_;
    State state_ = State::Unknown;
    bool isSaid_ = false; ///< That it is asked.
    int trials_ = 0;
    Error error_;
    std::optional<milliseconds> timeLimit_;
    PendingCalls calls_;
    QMap<quint64, Request> unanswered_;
};

} // namespace waybill
