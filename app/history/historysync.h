// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "account/syncpace.h"
#include "clock/alarm.h"
#include "history/history.h"

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
    /// Reads no further backwards until `resume()`; what is new goes on arriving.
    void pause() { isPaused_ = true; }
    void resume();

Q_SIGNALS:
    void started();                           ///< It began to look.
    void finished();                          ///< The copy is equal to the account as far as it was read.
    void failed(const waybill::Error& error); ///< It goes on by itself later.
    /// A page was read backwards: so many rows so far, since the start.
    void progress(int rows);

private:
    class Look;
    /// What one look leaves to the next.
    struct Memory {
        QHash<QString, Endpoint> endpoints;
        QSet<QString> goneDeliveries; ///< Pending in the copy, unknown to the account.
        QSet<QString> stillPending;   ///< In the account as well, when it was looked through.
        QSet<QString> goneEvents;     ///< Named by deliveries, and not among the account's newest.
        bool mayReadEvents = true;
        quint64 retriesNoted = 0;
    };

    void lookNow();
    void lookEnded(const std::optional<Error>& error);
    void schedule(milliseconds wait);
    milliseconds cadence() const;

    AccountClient& client_;
    History& history_;
    const Clock& clock_;
    Alarm alarm_;
    SyncPace pace_;
    Memory memory_;
    Look* look_ = nullptr;
    bool hasStarted_ = false;
    bool isPaused_ = false;
    int rowsBackwards_ = 0;
    bool isVisible_ = true;
    bool wasNudged_ = false;
    bool looksThrough_ = true; ///< The next look reads every endpoint's newest page, not only where something showed.
    int requestsOfLastLook_ = 0;
    Instant busyUntil_;
    Instant lookedThroughAt_;
};

} // namespace waybill
