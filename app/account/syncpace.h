// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QList>

#include <optional>

namespace waybill {

/// How many requests the sync may send: a third of what the account allows in a minute, because the person and the
/// team's other tools share it. Pure decisions.
class SyncPace {
public:
    void setLimit(std::optional<int> requestsPerMinute);
    int budget() const { return budget_; }
    void noteSent(Instant now);
    /// How long the next request has to wait.
    milliseconds waitBeforeNext(Instant now);
    /// How long to leave between looks of so many requests each, so that a busy account does not use up the budget in
    /// its first seconds and then stand still.
    milliseconds spacing(Instant now, int requestsOfLastLook);

private:
    void forget(Instant now);
    QList<Instant> sent_;
    int budget_ = 20; // of the smallest plan, until the account has said what it allows
};

} // namespace waybill
