// SPDX-License-Identifier: MIT
#include "sandbox/sendingorder.h"

#include <algorithm>

namespace waybill {

namespace {
constexpr double lastDeliveries = 64;
} // namespace

void SendingOrder::enqueue(qint64 endpoint, qint64 delivery, std::optional<qint64> nextRound, bool isSlow) {
    // In this round, those that come again and again would never let the next one begin.
    turns_.push({std::max(round_, nextRound.value_or(round_ + 1)), enqueued_++, endpoint, delivery, isSlow});
}

SendingOrder::Turn SendingOrder::dequeue() {
    Turn turn = turns_.top();
    turns_.pop();
    round_ = turn.round;
    const bool mayCatchUp = double(turn.delivery) < present_ && !turn.isSlow;
    turn.nextRound = round_ + (mayCatchUp ? 1 : 2);
    present_ += (double(turn.delivery) - present_) / lastDeliveries;
    return turn;
}

void SendingOrder::clear() {
    turns_ = {};
}

} // namespace waybill
