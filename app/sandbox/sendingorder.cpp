// SPDX-License-Identifier: MIT
#include "sandbox/sendingorder.h"

#include <algorithm>

namespace waybill {

namespace {
constexpr double lastDeliveries = 64;
} // namespace

void SendingOrder::enqueue(qint64 endpoint, qint64 delivery, qint64 nextRound) {
    turns_.push({std::max(round_, nextRound), enqueued_++, endpoint, delivery});
}

SendingOrder::Turn SendingOrder::dequeue() {
    Turn turn = turns_.top();
    turns_.pop();
    round_ = turn.round;
    const bool isBehind = double(turn.delivery) < present_;
    turn.nextRound = round_ + (isBehind ? 1 : 2);
    present_ += (double(turn.delivery) - present_) / lastDeliveries;
    return turn;
}

void SendingOrder::clear() {
    turns_ = {};
}

} // namespace waybill
