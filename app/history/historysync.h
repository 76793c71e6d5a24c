// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "clock/alarm.h"
#include "history/history.h"

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
    bool isLooking() const { return looking_; }

Q_SIGNALS:
    void started();                           ///< It began to look.
    void finished();                          ///< The copy is equal to the account as far as it was read.
    void failed(const waybill::Error& error); ///< It goes on by itself later.

private:
    AccountClient& client_;
    History& history_;
    const Clock& clock_;
    Alarm alarm_;
    bool looking_ = false;
};

} // namespace waybill
