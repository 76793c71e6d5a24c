// SPDX-License-Identifier: MIT
#include "sandbox/deliveryqueue.h"

#include "contract/endpoint.h"
#include "http/answertext.h"
#include "sandbox/sandboxrows.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace waybill {

using namespace rows;

namespace {

qint64 at(Instant instant) {
    return millisecondsSinceEpoch(instant);
}

std::optional<qint64> at(std::optional<Instant> instant) {
    return instant ? std::optional(millisecondsSinceEpoch(*instant)) : std::nullopt;
}

std::optional<Instant> instantIn(const StatementRow& row, int column) {
    return row.isNull(column) ? std::nullopt : std::optional(instantFromMilliseconds(row.number(column)));
}

std::optional<QString> unlessEmpty(const QString& text) {
    return text.isEmpty() ? std::nullopt : std::optional(text);
}

/// As JSON, for json_each().
QByteArray listOf(const QList<qint64>& numbers) {
    QByteArray list("[");
    list.reserve(numbers.size() * 20 + 1);
    std::array<char, 20> digits; // NOLINT(*-member-init): to_chars fills what is used of it
    for (const qint64 number : numbers) {
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        list.append(QByteArrayView(digits.data(), end)).append(',');
    }
    if (!numbers.isEmpty())
        list.chop(1);
    return list + ']';
}

Actor actorOf(std::optional<DisablingRule> rule) {
    if (!rule)
        return Actor::Unknown;
    return *rule == DisablingRule::GoneInARow ? Actor::GoneRule : Actor::FailuresRule;
}

/// A line that may be taken from.
struct Candidate {
    int underWay;
    Instant nextDue;
    qint64 endpoint;
};

/// How many of its deliveries each line may have under way, so that all have the same once so many more are taken.
struct Level {
    int each = 0;
    int withOneMore = 0; ///< So many lines, from the first.
};
/// `candidates` by `underWay`; not empty.
Level levelOf(const QList<Candidate>& candidates, int more) {
    int total = more;
    int lines = 0;
    for (const Candidate& candidate : candidates) {
        if (lines > 0 && total <= lines * candidate.underWay)
            break;
        total += candidate.underWay;
        ++lines;
    }
    return {total / lines, total % lines};
}

} // namespace

// The indexes are named: with a second one to choose from, the planner reads the whole log.
DeliveryQueue::DeliveryQueue(Database& database)
    : database_(database)
    , readEndpoints_(database, "SELECT seq, url, secret_id, previous_secret_id, previous_valid_until, certificates "
                               "FROM json_each(?) AS picked CROSS JOIN endpoints ON seq = picked.value LEFT JOIN "
                               "authorities ON authorities.endpoint = endpoints.seq")
    , readDue_(database, "SELECT seq, due_at FROM deliveries INDEXED BY deliveries_due WHERE state = 0 "
                         "AND endpoint = ? ORDER BY due_at, seq LIMIT ?")
    , readDeliveries_(database, "SELECT endpoint, deliveries.seq, deliveries.id, attempt, events.id, events.type, body "
                                "FROM json_each(?) AS picked CROSS JOIN deliveries ON deliveries.seq = "
                                "picked.value CROSS JOIN events ON events.seq = event")
    , settle_(database, "UPDATE deliveries SET state = ?, started_at = ?, delivered_at = ?, "
                        "response_status = ?, response_ms = ?, error = ?, simulated_at = ? WHERE seq = ? AND state = 0 "
                        "AND endpoint NOT IN (SELECT seq FROM deleted_endpoints)")
    , keepAnswer_(database, "INSERT INTO answers (delivery, body, url, signed_at, signature, looked_up, "
                            "connected, encrypted, sent, first_byte, done, failure) VALUES (?, ?, ?, ?, ?, ?, ?, "
                            "?, ?, ?, ?, ?)")
    , insertNext_(database, "INSERT INTO deliveries (id, endpoint, event, attempt, scheduled_for, "
                            "due_at, created_at, simulated_at, replays_delivery_id) SELECT ?, endpoint, event, "
                            "attempt + 1, ?, ?, ?, ?, replays_delivery_id FROM deliveries WHERE seq = ?")
    , readHealth_(database, "SELECT gone_in_a_row, failures_in_a_row FROM endpoints WHERE seq = ?")
    , writeHealth_(database, "UPDATE endpoints SET gone_in_a_row = ?, failures_in_a_row = ?, last_delivered_at = "
                             "ifnull(?, last_delivered_at), last_failed_at = ifnull(?, last_failed_at), disabled_at = "
                             "iif(disabled, disabled_at, ?), disabled_by = iif(disabled, disabled_by, ?), disabled "
                             "= max(disabled, ?) WHERE seq = ?")
    , writeUnderWay_(database, "INSERT OR REPLACE INTO under_way (one, deliveries) VALUES (1, ?)")
    , deferOne_(database, "UPDATE deliveries SET due_at = ?, error = ? WHERE seq = ? AND state = 0")
    , deferLine_(database, "UPDATE deliveries INDEXED BY deliveries_due SET due_at = ?, error = ? WHERE "
                           "state = 0 AND endpoint = ? AND due_at <= ?")
    , readReason_(database, "SELECT error FROM deliveries INDEXED BY deliveries_deferred WHERE state = "
                            "0 AND error IS NOT NULL AND endpoint NOT IN (SELECT seq FROM deleted_endpoints) LIMIT 1") {
}

QByteArrayList DeliveryQueue::statements() const {
    return {readEndpoints_.text(), readDue_.text(),     readDeliveries_.text(), settle_.text(),    insertNext_.text(),
            readHealth_.text(),    writeHealth_.text(), deferOne_.text(),       deferLine_.text(), readReason_.text()};
}

Result<void> DeliveryQueue::insert(const Delivery& delivery) {
    const auto inserted = database_.run(
        QStringLiteral("INSERT INTO deliveries (id, endpoint, event, attempt, scheduled_for, due_at, created_at, "
                       "simulated_at, replays_delivery_id) SELECT ?, endpoints.seq, events.seq, ?, ?, ?, ?, ?, ? FROM "
                       "endpoints, events "
                       "WHERE endpoints.id = ? AND events.id = ?"),
        {delivery.id, delivery.attempt, ms(delivery.scheduledFor), ms(delivery.scheduledFor), ms(delivery.createdAt),
         ms(movedTime_()), textOrNull(delivery.replaysDeliveryId), delivery.endpointId, delivery.eventId});
    TRY(inserted);
    if (inserted->numRowsAffected() == 0)
        return failure(ErrorKind::NotFound, QCoreApplication::translate("SandboxStore", "There is no such endpoint."));
    return {};
}

void DeliveryQueue::inserted(const Delivery& delivery) {
    if (!lines_ || failuresBeforeLines_ != database_.failures())
        return;
    auto query = database_.run(QStringLiteral("SELECT seq FROM endpoints WHERE id = ?"), {delivery.endpointId});
    if (!query || !query->next()) {
        distrust();
        return;
    }
    Line& line = (*lines_)[query->value(0).toLongLong()];
    ++line.pending;
    line.nextDue = std::min(line.nextDue.value_or(Instant::max()), delivery.scheduledFor.value_or(Instant{}));
}

Result<void> DeliveryQueue::readLines() {
    if (lines_ && failuresBeforeLines_ == database_.failures())
        return {};
    lines_.reset();
    auto query = database_.run(QStringLiteral("SELECT endpoint, count(*), min(due_at) FROM deliveries INDEXED BY "
                                              "deliveries_due WHERE state = 0 AND endpoint NOT IN (SELECT seq FROM "
                                              "deleted_endpoints) GROUP BY endpoint"));
    TRY(query);
    QHash<qint64, Line> lines;
    while (query->next())
        lines.insert(query->value(0).toLongLong(), {query->value(1).toInt(), 0, instantOf(query->value(2))});
    for (const UnderWay& one : std::as_const(underWay_)) {
        if (const auto line = lines.find(one.endpoint); line != lines.end())
            ++line->underWay;
    }
    lines_ = std::move(lines);
    failuresBeforeLines_ = database_.failures();
    return {};
}

Result<QList<DueLine>> DeliveryQueue::turn(const QList<SentAttempt>& sent, const QList<Deferral>& deferred, Instant now,
                                           const Room& room, const NewId& newId) {
    const auto before = underWay_;
    const qint64 bytesBefore = bytesUnderWay_;
    auto taken = [&]() -> Result<QList<DueLine>> {
        Transaction transaction(database_);
        if (!transaction.begun())
            return failure(transaction.commit().error());
        const bool isFirstAfterFailure = failuresBeforeTurn_ != database_.failures();
        TRY(readLines());
        TRY(settleAll(sent, newId));
        for (const Deferral& deferral : deferred)
            TRY(putBack(deferral, now));
        auto due = take(now, room);
        TRY(due);
        if (!isNoted_ || isFirstAfterFailure || !sent.isEmpty() || !deferred.isEmpty() || !due->isEmpty())
            TRY(noteUnderWay());
        TRY(transaction.commit());
        isNoted_ = true;
        return due;
    }();
    if (!taken) {
        underWay_ = before;
        bytesUnderWay_ = bytesBefore;
        distrust();
    } else {
        failuresBeforeTurn_ = database_.failures();
    }
    return taken;
}

Result<void> DeliveryQueue::settleAll(QList<SentAttempt> sent, const NewId& newId) {
    std::ranges::stable_sort(sent, {}, &SentAttempt::settledAt);
    QHash<qint64, Latest> latest;
    for (const SentAttempt& one : std::as_const(sent)) {
        const auto settled = settle(one, newId);
        TRY(settled);
        if (!*settled)
            continue;
        auto known = latest.find(one.endpoint);
        if (known == latest.end()) {
            known = latest.insert(one.endpoint, {});
            TRY(readHealth_.read(
                [&](const StatementRow& row) {
                    known->health = {int(row.number(0)), int(row.number(1))};
                    return false;
                },
                one.endpoint));
        }
        known->health = known->health.after(one.outcome);
        (one.outcome.isDelivered() ? known->deliveredAt : known->failedAt) = one.settledAt;
        // Met once, a rule holds, whatever ended a moment later.
        if (const auto rule = known->health.disablingRule(); rule && !known->disabledBy) {
            known->disabledBy = rule;
            known->disabledAt = one.settledAt;
        }
    }
    for (auto it = latest.cbegin(); it != latest.cend(); ++it)
        TRY(writeHealth_.run(it->health.goneInARow, it->health.failuresInARow, at(it->deliveredAt), at(it->failedAt),
                             at(it->disabledAt), int(actorOf(it->disabledBy)), it->disabledBy ? 1 : 0, it.key()));
    return {};
}

/// Whether there was something to settle.
Result<bool> DeliveryQueue::settle(const SentAttempt& sent, const NewId& newId) {
    const AttemptOutcome& outcome = sent.outcome;
    const NextStep step = nextStep(outcome, sent.attempt);
    const bool delivered = step.status == DeliveryStatus::Delivered;
    release(sent.seq);
    const std::optional<Instant> moved = movedTime_();
    const auto settled = settle_.run(
        int(rowState(step.status)), at(sent.startedAt), at(delivered ? std::optional(sent.settledAt) : std::nullopt),
        outcome.status, int(outcome.took.count()), unlessEmpty(describeFailure(outcome)), at(moved), sent.seq);
    TRY(settled);
    if (*settled == 0)
        return false; // Its endpoint was deleted meanwhile; or it was stored, though the commit was reported as failed.
    Line& line = (*lines_)[sent.endpoint];
    --line.pending;
    const AttemptPhases& phases = outcome.phases;
    TRY(keepAnswer_.run(
        sent.seq, outcome.status ? std::optional(answerText(outcome.answer, outcome.form)) : std::nullopt, sent.url,
        sent.signedAt, sent.signatureHeader, phases.lookedUp, phases.connected, phases.encrypted, phases.sent,
        phases.firstByte, phases.done, unlessEmpty(storedText(reportOf(outcome)))));
    if (!step.retryAfter)
        return true;
    const Instant due = sent.startedAt + *step.retryAfter;
    // In the log, too, it comes after the one that it follows.
    const auto movedNext = moved ? std::optional(*moved + milliseconds(1)) : std::nullopt;
    TRY(insertNext_.run(newId(), at(due), at(due), at(sent.settledAt), at(movedNext), sent.seq));
    ++line.pending;
    line.nextDue = std::min(line.nextDue.value_or(Instant::max()), due);
    return true;
}

DeliveryQueue::Line* DeliveryQueue::lineOf(qint64 endpoint) {
    if (!lines_)
        return nullptr;
    const auto line = lines_->find(endpoint);
    return line == lines_->end() ? nullptr : &*line;
}

// With it whatever else is due there: it waits for the same.
Result<void> DeliveryQueue::putBack(const Deferral& deferral, Instant now) {
    for (const qint64 seq : deferral.deliveries) {
        release(seq);
        TRY(deferOne_.run(at(deferral.until), deferral.reason, seq));
    }
    TRY(deferLine_.run(at(deferral.until), deferral.reason, deferral.endpoint, at(now)));
    hasDeferred_ = true;
    if (Line* line = lineOf(deferral.endpoint))
        line->nextDue = now; // The next look reads it anew.
    return {};
}

Result<QList<DueLine>> DeliveryQueue::take(Instant now, const Room& room) {
    QList<Candidate> candidates;
    lines_->removeIf([](const auto& entry) { return entry.value().pending <= 0; });
    for (auto it = lines_->cbegin(); it != lines_->cend(); ++it) {
        if (it->nextDue && *it->nextDue <= now && room.ofLine(it.key(), *it) > 0)
            candidates.append({it->underWay, *it->nextDue, it.key()});
    }
    int left = room.deliveries - int(underWay_.size());
    if (candidates.isEmpty() || left <= 0)
        return QList<DueLine>();
    // Those with the fewest under way first, then the oldest.
    std::ranges::sort(candidates, {}, [](const Candidate& candidate) {
        return std::tuple(candidate.underWay, candidate.nextDue, candidate.endpoint);
    });
    int suspects = room.suspects;
    candidates.removeIf(
        [&](const Candidate& candidate) { return room.isSuspect(candidate.endpoint) && suspects-- <= 0; });
    if (candidates.isEmpty())
        return QList<DueLine>();
    Level level = levelOf(candidates, left);
    QList<Due> picked;
    for (const Candidate& candidate : std::as_const(candidates)) {
        Line& line = (*lines_)[candidate.endpoint];
        const int share = level.each + (level.withOneMore-- > 0 ? 1 : 0) - candidate.underWay;
        const int most = std::min({share, left, room.ofLine(candidate.endpoint, line)});
        if (most <= 0)
            break;
        const auto due = dueOfLine(candidate.endpoint, line, most, now);
        TRY(due);
        left -= int(due->size());
        picked += *due;
    }
    // Across all lines: what is near in time is near in the file.
    std::ranges::sort(picked);
    return picked.isEmpty() ? QList<DueLine>() : read(picked, room.bytes - bytesUnderWay_, now);
}

Result<QList<DeliveryQueue::Due>> DeliveryQueue::dueOfLine(qint64 endpoint, Line& line, int most, Instant now) {
    QList<Due> due;
    line.nextDue.reset();
    TRY(readDue_.read(
        [&](const StatementRow& row) {
            const qint64 seq = row.number(0);
            if (underWay_.contains(seq))
                return true;
            const Instant dueAt = instantFromMilliseconds(row.number(1));
            if (dueAt > now || due.size() == most) {
                line.nextDue = dueAt;
                return false;
            }
            due.append({dueAt, seq});
            return true;
        },
        endpoint, line.underWay + most + 1));
    return due;
}

/// As many of them as the room for bodies allows: they are under way from here on.
Result<QList<DueLine>> DeliveryQueue::read(const QList<Due>& picked, qint64 bytes, Instant now) {
    QList<qint64> seqs;
    for (const Due& due : picked)
        seqs.append(due.seq);
    const QByteArray pickedSeqs = listOf(seqs);
    QList<DueLine> lines;
    QHash<qint64, qsizetype> indexes;
    TRY(readDeliveries_.read(
        [&](const StatementRow& row) {
            const qint64 endpoint = row.number(0);
            Line& line = (*lines_)[endpoint];
            if (bytes <= 0 && !underWay_.isEmpty()) {
                line.nextDue = now;
                return true;
            }
            const qsizetype index = indexes.value(endpoint, lines.size());
            if (index == lines.size()) {
                lines.append({endpoint, {}, {}, {}, {}, {}});
                indexes.insert(endpoint, index);
            }
            DueLine& due = lines[index];
            const auto keep = [&](int column) {
                const qsizetype at = due.bytes.size();
                due.bytes += row.view(column);
                return BytesOfLine{at, due.bytes.size() - at};
            };
            const DueDelivery delivery{row.number(1), int(row.number(3)), keep(2), keep(4), keep(5), keep(6)};
            const qsizetype size = delivery.body.size;
            underWay_.insert(delivery.seq, {endpoint, now, size});
            bytesUnderWay_ += size;
            bytes -= size;
            ++line.underWay;
            due.deliveries.append(delivery);
            return true;
        },
        QUtf8StringView(pickedSeqs)));
    QList<qint64> endpoints;
    for (const DueLine& line : std::as_const(lines))
        endpoints.append(line.endpoint);
    const QByteArray pickedEndpoints = listOf(endpoints);
    auto line = lines.begin();
    TRY(readEndpoints_.read(
        [&](const StatementRow& row) {
            line->url = row.text(1);
            line->keys = {row.text(2), row.text(3), instantIn(row, 4)};
            line->trusted = row.view(5).toByteArray();
            ++line;
            return true;
        },
        QUtf8StringView(pickedEndpoints)));
    return lines;
}

void DeliveryQueue::putBack(const QList<qint64>& deliveries, Instant now) {
    for (const qint64 seq : deliveries) {
        const qint64 endpoint = underWay_.value(seq).endpoint;
        release(seq);
        if (Line* line = lineOf(endpoint))
            line->nextDue = now; // The next look reads it anew.
    }
    isNoted_ = false;
}

void DeliveryQueue::release(qint64 seq) {
    const auto found = underWay_.constFind(seq);
    if (found == underWay_.constEnd())
        return;
    if (Line* line = lineOf(found->endpoint))
        --line->underWay;
    bytesUnderWay_ -= found->bytes;
    underWay_.erase(found);
}

// [[since, [delivery, …]], …]: what was taken together shares its time.
Result<void> DeliveryQueue::noteUnderWay() {
    QHash<qint64, QList<qint64>> deliveries;
    for (auto it = underWay_.cbegin(); it != underWay_.cend(); ++it)
        deliveries[at(it->since)].append(it.key());
    QByteArrayList groups;
    for (auto it = deliveries.cbegin(); it != deliveries.cend(); ++it)
        groups.append('[' + QByteArray::number(it.key()) + ',' + listOf(*it) + ']');
    const QByteArray list = '[' + groups.join(',') + ']';
    return writeUnderWay_.run(QUtf8StringView(list)).map([](int) {});
}

Result<int> DeliveryQueue::settleInterrupted(Instant now, const NewId& newId) {
    QList<SentAttempt> interrupted;
    {
        auto query = database_.run(QStringLiteral(
            "SELECT deliveries.seq, deliveries.endpoint, attempt, taken.value ->> 0, url FROM under_way CROSS JOIN "
            "json_each(under_way.deliveries) AS taken CROSS JOIN json_each(taken.value, '$[1]') AS delivery CROSS "
            "JOIN deliveries ON deliveries.seq = delivery.value CROSS JOIN endpoints ON endpoints.seq = endpoint "
            "WHERE state = 0 ORDER BY deliveries.seq"));
        TRY(query);
        while (query->next()) {
            SentAttempt one;
            one.seq = query->value(0).toLongLong();
            one.endpoint = query->value(1).toLongLong();
            one.attempt = query->value(2).toInt();
            one.startedAt = instantOf(query->value(3)).value_or(now);
            one.url = query->value(4).toString();
            one.settledAt = now;
            one.outcome.failure = AttemptFailure::Interrupted;
            interrupted.append(one);
        }
    }
    if (interrupted.isEmpty())
        return 0;
    const Room none{0, 0, [](qint64, const Line&) { return 0; }, 0, [](qint64) { return false; }};
    return turn(interrupted, {}, now, none, newId).map([&](const QList<DueLine>&) { return int(interrupted.size()); });
}

Result<void> DeliveryQueue::retryDeferred(Instant now) {
    const auto due = database_.run(QStringLiteral("UPDATE deliveries INDEXED BY deliveries_deferred SET due_at = "
                                                  "scheduled_for WHERE state = 0 AND error IS NOT NULL AND "
                                                  "scheduled_for <= ?"),
                                   {ms(now)});
    TRY(due);
    if (due->numRowsAffected() > 0)
        distrust();
    return {};
}

Result<DeliveryQueue::State> DeliveryQueue::state(const Room& room) {
    TRY(readLines());
    const auto sooner = [](std::optional<Instant> one, std::optional<Instant> other) {
        return one && other ? std::min(*one, *other) : one ? one : other;
    };
    State state;
    state.underWay = int(underWay_.size());
    const bool isFull = state.underWay >= room.deliveries || bytesUnderWay_ >= room.bytes;
    for (auto it = lines_->cbegin(); it != lines_->cend(); ++it) {
        state.scheduled += it->pending - it->underWay;
        state.nextDue = sooner(state.nextDue, it->nextDue);
        if (!isFull && it->nextDue && room.ofLine(it.key(), *it) > 0 &&
            (room.suspects > 0 || !room.isSuspect(it.key())))
            state.nextWithRoom = sooner(state.nextWithRoom, it->nextDue);
    }
    if (!hasDeferred_)
        return state;
    hasDeferred_ = false;
    TRY(readReason_.read([&](const StatementRow& row) {
        state.waitingReason = row.text(0);
        hasDeferred_ = true;
        return false;
    }));
    return state;
}

} // namespace waybill
