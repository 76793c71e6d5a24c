// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>
#include <queue>

#include <compare>
#include <functional>
#include <optional>
#include <vector>

namespace waybill {

/// Whose turn it is to send. Endpoints take turns; one that is behind, because its next delivery is older than those
/// that are sent at present, gets two turns for one of the others, unless it is slow. So those that were held up catch
/// up, all stay near each other in the log, where one write then stores what many of them answered, and none waits for
/// the end of another's backlog.
class SendingOrder final {
public:
    struct Turn {
        qint64 round = 0;
        qint64 order = 0; ///< Of those in one round.
        qint64 endpoint = 0;
        qint64 delivery = 0;
        bool isSlow = false;
        qint64 nextRound = 0;                          ///< When the endpoint may have its next turn.
        auto operator<=>(const Turn&) const = default; // NOLINT(modernize-use-nullptr): of the comparison with 0
    };
    bool isEmpty() const { return turns_.empty(); }
    /// `endpoint` has something to send; `delivery` is the number of its next one, `nextRound` is from its last turn,
    /// or nothing where that is not known. Not again before its turn.
    void enqueue(qint64 endpoint, qint64 delivery, std::optional<qint64> nextRound, bool isSlow = false);
    /// Not while it is empty.
    Turn dequeue();
    void clear();

private:
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
    qint64 round_ = 0;
    qint64 enqueued_ = 0;
    double present_ = 0; ///< Where in the log is sent at present: the mean of the last deliveries, the newest most.
};

} // namespace waybill
