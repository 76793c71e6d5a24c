// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "account/syncpace.h"
#include "clock/alarm.h"
#include "history/history.h"
#include "history/leftoutrows.h"

#include <QHash>
#include <QSet>

namespace waybill {

/// Keeps the copy equal to the account: the newest first, then backwards; then what changed. Every second for 30 s
/// after something that the person did, else every 10 s while visible, every minute otherwise; `nudge()` looks now.
class HistorySync final : public QObject {
    Q_OBJECT
public:
    HistorySync(AccountClient& client, History& history, const Clock& clock, QObject* parent = nullptr);
    ~HistorySync() override;

    void start();
    /// Something changed (no data): look now. Nudges that come while it looks are one more look afterwards.
    void nudge();
    void setVisible(bool visible);
    bool isLooking() const { return look_ != nullptr; }
    /// Reads no further backwards until `resume()`, not even after a restart; what was read stays, and what is new goes
    /// on arriving. Where the account lists the oldest first, there is only the way to what is new: it is not stopped.
    void pause() { want(Backwards::Paused); }
    /// The same, for good: until it is taken up again by `resume()`.
    void cancel() { want(Backwards::Cancelled); }
    void resume();

Q_SIGNALS:
    void started();                           ///< It began to look.
    void finished();                          ///< The copy is equal to the account as far as it was read.
    void failed(const waybill::Error& error); ///< It goes on by itself later.
    /// How far back the copy goes, or whether it goes on, may be different: `History::readReach`.
    void reachChanged();
    /// What is left out differs: none, if all of it can be read now.
    void leftOut(const waybill::LeftOutRows& rows);

private:
    class Look;
    /// What one look leaves to the next.
    struct Memory {
        /// So that the account is looked through.
        void forget();
        QHash<QString, Endpoint> endpoints;
        QSet<QString> stillPending; ///< In the account as well, since it was looked through.
        QSet<QString> stillThere;   ///< Not where the account's newest rows ought to list them.
        QSet<QString> goneEvents;   ///< Named by deliveries, and not among the account's newest.
        bool mayReadEvents = true;
        bool looksForEvents = false; ///< Whether a delivery names one that is missing or not.
        quint64 retriesNoted = 0;
        LeftOutNotes leftOut;
    };

    void lookNow();
    void lookEnded(const std::optional<Error>& error);
    void want(Backwards backwards);
    void tellLeftOut();
    void schedule(milliseconds wait);
    milliseconds cadence() const;
    milliseconds waitAfter(const Error& error) const;

    AccountClient& client_;
    History& history_;
    const Clock& clock_;
    Alarm alarm_;
    SyncPace pace_;
    Memory memory_;
    LeftOutRows toldLeftOut_;
    Look* look_ = nullptr;
    bool hasStarted_ = false;
    bool endsWalking_ = false; ///< This look is to walk no further.
    bool leavesWalks_ = true;  ///< Pages are left to read, as far as is known.
    int failuresInARow_ = 0;
    bool isVisible_ = true;
    bool wasNudged_ = false;
    bool looksThrough_ = true; ///< The next look reads every endpoint's newest page, not only where something showed.
    int requestsOfLastLook_ = 0;
    Instant busyUntil_;
    Instant lookedThroughAt_;
};

} // namespace waybill
