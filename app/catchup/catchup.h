// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "account/syncpace.h"
#include "clock/alarm.h"
#include "sandbox/sandboxcontrols.h"

namespace waybill {

/// Hands the new events of an account to the sandbox, each once and in the order they happened there; the sandbox's
/// endpoints sign them with their own secrets and deliver them. Looks every 10 s, every second for 30 s after something
/// came or a start; after a failure again by itself, 5 s to 60 s later. Lives on the window's thread.
class CatchUp final : public QObject {
    Q_OBJECT
public:
    /// `source` names the account in the sandbox's record, always the same for the same one. Everything handed in
    /// outlives this.
    CatchUp(AccountClient& account, const QString& source, SandboxControls& sandbox, const Clock& clock,
            QObject* parent = nullptr);
    ~CatchUp() override;

    void open();  ///< Reads the record; goes on if it was on when Waybill ended.
    void start(); ///< From now on (the first time), or from where it stopped.
    void stop();

    const BringingRecord& record() const { return state_.record; }
    bool isLooking() const { return walk_ != nullptr; }
    int waiting() const; ///< Found and not yet handed over, in this look.
    /// Why the last look failed; it tries again by itself.
    const std::optional<Error>& problem() const { return problem_; }
    /// The newest first.
    void readBrought(int limit, QObject* context, Done<QList<BroughtEvent>> done);

Q_SIGNALS:
    void changed(); ///< Any of the above.

private:
    class Walk;

    AccountClient& account_;
    const QString source_;
    SandboxControls& sandbox_;
    const Clock& clock_;
    Bringing state_;
    Walk* walk_ = nullptr;
    std::optional<Error> problem_;
};

} // namespace waybill
