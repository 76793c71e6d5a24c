// SPDX-License-Identifier: MIT
// How far the copy has come: the walks through an account's lists, and the pages that they bring.
#include "history/historyrows.h"
#include "history/historyworker.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <type_traits>

namespace waybill {

using namespace Qt::StringLiterals;
using namespace copyrows;

namespace {

// Enough to notice single rows; where the account lists by another order than ours, no flood of questions.
constexpr int mostUnlisted = 20;

/// As a JSON array.
template <typename T>
QString idsOf(const Page<T>& page) {
    QJsonArray ids;
    for (const T& row : page.data)
        ids.append(row.id);
    return QString::fromUtf8(QJsonDocument(ids).toJson(QJsonDocument::Compact));
}

} // namespace

Result<QList<Walk>> History::Worker::readWalks() {
    auto query = run(u"SELECT log, cursor, at, goes_forward, rests FROM walks ORDER BY at DESC, log, cursor"_s);
    if (!query)
        return failure(query.error());
    QList<Walk> walks;
    while (query->next())
        walks.append({query->value(0).toString(), query->value(1).toString(), instantAt(*query, 2),
                      query->value(3).toBool(), query->value(4).toBool()});
    return walks;
}

Result<Backwards> History::Worker::readWanted() {
    const auto wanted = readNumber(u"SELECT value FROM meta WHERE key = 'backwards'"_s);
    if (!wanted)
        return failure(wanted.error());
    switch (*wanted) {
    case int(Backwards::Paused):
        return Backwards::Paused;
    case int(Backwards::Cancelled):
        return Backwards::Cancelled;
    default:
        return Backwards::Reading;
    }
}

Result<Reach> History::Worker::readReach() {
    const auto wanted = readWanted();
    if (!wanted)
        return failure(wanted.error());
    // Of deliveries where there is a walk through them, else of events.
    auto query = run(u"SELECT log = '', count(*), sum(rests), max(at) FROM walks WHERE NOT goes_forward"
                     " GROUP BY log = '' ORDER BY 1 LIMIT 1"_s);
    if (!query)
        return failure(query.error());
    Reach reach;
    if (query->next()) {
        reach.isOfEvents = query->value(0).toBool();
        reach.backwards = query->value(2).toInt() > 0 ? *wanted : Backwards::Reading;
        reach.backTo = instantAt(*query, 3);
    }
    query->finish();
    const auto rows = readNumber(u"SELECT rows FROM counts WHERE log = ?"_s, {reach.isOfEvents ? u""_s : u"*"_s});
    if (!rows)
        return failure(rows.error());
    reach.rows = int(*rows);
    return reach;
}

Result<void> History::Worker::want(Backwards backwards) {
    auto written = change([&]() -> Result<int> {
        auto kept = write(upsert(u"meta"_s, u"key"_s, {u"value"_s}), {u"backwards"_s, int(backwards)});
        if (!kept)
            return kept;
        auto walks = write(u"UPDATE walks SET rests = ? WHERE NOT goes_forward"_s, {backwards != Backwards::Reading});
        return walks ? Result<int>(0) : walks;
    });
    return written ? Result<void>() : failure(written.error());
}

bool History::Worker::isTooOld(const Delivery& delivery) const {
    const Instant at = timeOf(delivery);
    return delivery.status != DeliveryStatus::Pending && at > Instant{} && at < oldestKept();
}

template <typename T>
Result<bool> History::Worker::has(const T& row) {
    if (isTooOld(row))
        return true; // It was, and left.
    const auto found = readNumber(std::is_same_v<T, Event> ? u"SELECT count(*) FROM events WHERE id = ?"_s
                                                           : u"SELECT count(*) FROM deliveries WHERE id = ?"_s,
                                  {row.id});
    return found ? Result<bool>(*found > 0) : failure(found.error());
}

Result<std::optional<Walk>> History::Worker::readNewest(const QString& log) {
    // In a list that goes forward, the first rows may be too old to be kept; the walk has passed them all the same.
    const QString rows = log.isEmpty() ? u"SELECT id, created * 1000 AS at FROM events WHERE ? = ''"
                                         " ORDER BY created DESC, id DESC LIMIT 1"_s
                                       : u"SELECT id, sort_at AS at FROM deliveries WHERE endpoint_id = ?"
                                         " ORDER BY sort_at DESC, id DESC LIMIT 1"_s;
    auto query = run(u"SELECT id, at FROM ("_s + rows +
                         u") UNION ALL SELECT cursor, at FROM walks WHERE log = ? AND goes_forward"
                         " ORDER BY 2 DESC LIMIT 1",
                     {notNull(log), notNull(log)});
    if (!query)
        return failure(query.error());
    if (!query->next())
        return std::optional<Walk>();
    return Walk{log, query->value(0).toString(), instantAt(*query, 1)};
}

Result<bool> History::Worker::readRests(const Walk& walk, Instant first, Instant last) {
    const auto resting = readNumber(
        u"SELECT count(*) FROM walks WHERE log = ? AND rests AND"
        " (cursor = ? OR at BETWEEN ? AND ?)"_s,
        {notNull(walk.log), notNull(walk.cursor), millisecondsSinceEpoch(first), millisecondsSinceEpoch(last)});
    return resting ? Result<bool>(*resting > 0) : failure(resting.error());
}

Result<QStringList> History::Worker::readUnlisted(const QString& log, const Page<Delivery>& page, Instant first,
                                                  std::optional<Instant> last) {
    auto among = readIds(u"SELECT id FROM deliveries WHERE endpoint_id = ? AND sort_at > ? AND sort_at < ?"
                         " ORDER BY sort_at DESC, id DESC LIMIT ?"_s,
                         {log, millisecondsSinceEpoch(first), millisecondsSinceEpoch(last.value_or(Instant::max())),
                          page.data.size() + mostUnlisted});
    if (!among)
        return among;
    QSet<QString> listed;
    for (const Delivery& delivery : page.data)
        listed.insert(delivery.id);
    among->removeIf([&listed](const QString& id) { return listed.contains(id); });
    return among->mid(0, mostUnlisted);
}

template <typename T>
Result<TakenPage> History::Worker::take(const Walk& walk, const Page<T>& page) {
    const bool isFirst = walk.cursor.isEmpty();
    TakenPage taken;
    auto written = change([&]() -> Result<int> {
        std::optional<Walk> newest;
        if (isFirst) {
            auto read = readNewest(walk.log);
            if (!read)
                return failure(read.error());
            newest = *read;
        }
        const QString cursor = page.continuation();
        Instant first = Instant::max();
        Instant last = Instant::min();
        Instant there = walk.at.value_or(Instant{});
        // The row of the cursor may be one that cannot be read.
        const auto named = std::ranges::find(page.data, cursor, &T::id);
        if (!cursor.isEmpty() && !page.data.isEmpty() && named == page.data.end())
            there = timeOf(page.data.constLast());
        const auto hasCursor = named == page.data.end() ? Result<bool>(false) : has(*named);
        if (!hasCursor)
            return failure(hasCursor.error());
        bool meetsKnown = false;
        int changed = 0;
        for (const T& row : page.data) {
            const Instant at = timeOf(row);
            first = std::min(first, at);
            last = std::max(last, at);
            if (row.id == cursor)
                there = at;
            if (isTooOld(row))
                continue;
            auto stored = store(row);
            if (!stored)
                return stored;
            changed += *stored;
            // Rows that the walk has passed may be listed again.
            meetsKnown = meetsKnown || (*stored == 0 && (isFirst || (walk.at && at < *walk.at)));
        }
        // The cursor tells the order even where a page is not in it: it is the row from which the list goes on.
        bool goesForward = walk.at && there >= *walk.at;
        if (isFirst && first < last)
            goesForward = there - first > last - there;
        else if (isFirst)
            goesForward = newest && newest->at > there;
        taken.goesForward = goesForward;
        if constexpr (std::is_same_v<T, Delivery>) {
            if (isFirst && !page.data.isEmpty()) {
                auto unlisted = readUnlisted(walk.log, page, first, goesForward ? std::optional(last) : std::nullopt);
                if (!unlisted)
                    return failure(unlisted.error());
                taken.unlisted = *unlisted;
            }
        }
        // What is to be read later stays so, whatever meets it. The first rows of a log lead to its older ones.
        auto rests = readRests(walk, first, last);
        const auto wanted = readWanted();
        if (!rests || !wanted)
            return failure(rests ? wanted.error() : rests.error());
        *rests = !goesForward && (*rests || (isFirst && !newest && *wanted != Backwards::Reading));
        // Walks that came to the middle of this page are this one from now on: what it knows beyond them, it brought.
        // (By id: an account whose clock was put back lists other rows of these times further on.)
        auto joined =
            write(u"DELETE FROM walks WHERE log = ? AND cursor <> ? AND cursor IN (SELECT value FROM json_each(?))"_s,
                  {notNull(walk.log), notNull(walk.cursor), idsOf(page)});
        if (!joined)
            return joined;
        // Where this page ends in what the copy lacked, the list is read on from there, whatever the times say.
        const bool mayLeap = *hasCursor && *joined == 0;
        const bool leavesLog = !walk.log.isEmpty() && there > Instant{} && there < oldestKept();
        if (!cursor.isEmpty() && cursor != walk.cursor &&
            (goesForward || (!leavesLog && (!meetsKnown || *joined > 0)))) {
            taken.next =
                goesForward && mayLeap && newest && newest->at > there ? *newest : Walk{walk.log, cursor, there};
            taken.next->goesForward = goesForward;
            taken.next->rests = *rests;
        }

        auto left =
            write(u"DELETE FROM walks WHERE log = ? AND cursor = ?"_s, {notNull(walk.log), notNull(walk.cursor)});
        if (!left || !taken.next)
            return left ? Result<int>(changed) : left;
        const Walk& next = *taken.next;
        auto noted =
            write(u"INSERT OR REPLACE INTO walks (log, cursor, at, goes_forward, rests) VALUES (?, ?, ?, ?, ?)"_s,
                  {notNull(next.log), next.cursor, valueOf(next.at), next.goesForward, next.rests});
        return noted ? Result<int>(changed) : noted;
    });
    return written ? Result<TakenPage>(taken) : failure(written.error());
}

Result<TakenPage> History::Worker::takePage(const Walk& walk, const Page<Delivery>& page) {
    return take(walk, page);
}

Result<TakenPage> History::Worker::takePage(const Walk& walk, const Page<Event>& page) {
    return take(walk, page);
}

} // namespace waybill
