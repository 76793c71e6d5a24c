// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "account/syncpace.h"
#include "catchup/listorder.h"
#include "clock/alarm.h"
#include "sandbox/sandboxcontrols.h"

#include <memory>

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
    /// Why the last look failed, or why this one waits; it tries again by itself.
    const std::optional<Error>& problem() const { return problem_; }
    /// The newest first.
    void readBrought(int limit, QObject* context, Done<QList<BroughtEvent>> done);

Q_SIGNALS:
    void changed(); ///< Any of the above.

private:
    class Walk;
    /// How the list stood when nothing new had come for a while: as long as it stands so, one page tells that nothing
    /// has. Good for a minute, then it is looked through again.
    struct Quiet {
        QString headIds;
        QString endCursor;
        Instant until;
    };

    void look();
    void lookEnded(const std::optional<Error>& error);
    void failed(const Error& error);
    void bring(const BringingStep& step, QObject* context, const Done<Bringing>& done);
    void switchTo(bool isOn);
    void noteQuiet(const Walk& walk);
    bool isQuiet(const QString& headIds) const;
    std::optional<QString> quietCursor() const;
    /// When the last look was, if that is long ago.
    std::optional<Instant> lateSince() const;

    AccountClient& account_;
    const QString source_;
    SandboxControls& sandbox_;
    const Clock& clock_;
    Alarm alarm_;
    SyncPace pace_;
    Bringing state_;
    std::unique_ptr<Walk> walk_;
    std::optional<Error> problem_;
    std::optional<ListOrder> order_;
    std::optional<Quiet> quiet_;
    milliseconds pause_{0};
    int pageSize_ = largestPage;
    quint64 retriesNoted_ = 0;
    Instant busyUntil_;
    Instant broughtAt_;       ///< When something was brought last, since the start.
    bool wasStopped_ = false; ///< The next look is the first after a pause that the person wanted.
};

} // namespace waybill
