// SPDX-License-Identifier: MIT
#include "catchup/listorder.h"

#include <algorithm>
#include <functional>

namespace waybill {

std::optional<TimeSpan> spanOf(const QList<Event>& rows) {
    std::optional<TimeSpan> span;
    for (const Event& row : rows) {
        if (row.created <= 0)
            continue;
        if (!span)
            span = TimeSpan{row.created, row.created};
        span->oldest = std::min(span->oldest, row.created);
        span->newest = std::max(span->newest, row.created);
    }
    return span;
}

QList<Event> rowsBehind(const QString& cursor, const QList<Event>& rows) {
    if (cursor.isEmpty())
        return rows; // From the head. (A row without an id is none that a cursor names.)
    const auto row = std::ranges::find(rows, cursor, &Event::id);
    return row == rows.end() ? rows : rows.sliced(std::distance(rows.begin(), row) + 1);
}

std::optional<ListOrder> orderOfPages(const QList<Event>& page, const QList<Event>& next) {
    const auto first = spanOf(page);
    const auto second = spanOf(next);
    if (!first || !second || *first == *second)
        return std::nullopt;
    if (second->oldest <= first->oldest && second->newest <= first->newest)
        return ListOrder::NewestFirst;
    if (second->oldest >= first->oldest && second->newest >= first->newest)
        return ListOrder::OldestFirst;
    return std::nullopt;
}

std::optional<ListOrder> orderOfKnown(const QList<bool>& isKnown) {
    const auto change = std::ranges::adjacent_find(isKnown, std::ranges::not_equal_to());
    if (change == isKnown.end() || std::adjacent_find(change + 1, isKnown.end(), std::not_equal_to()) != isKnown.end())
        return std::nullopt;
    return *change ? ListOrder::OldestFirst : ListOrder::NewestFirst;
}

QList<Event> inOrderOfTime(QList<Event> rows, ListOrder order) {
    // A row that does not say when it was made tells nothing of the direction.
    const auto isPlaced = [](const Event& row) { return row.created > 0; };
    const auto placed = std::ranges::find_if(rows, isPlaced);
    if (placed == rows.end())
        return order == ListOrder::NewestFirst ? QList<Event>(rows.crbegin(), rows.crend()) : rows;
    const qint64 first = placed->created;
    const qint64 last = std::ranges::find_if(rows.rbegin(), rows.rend(), isPlaced)->created;
    if (first > last || (first == last && order == ListOrder::NewestFirst))
        std::ranges::reverse(rows);
    std::ranges::stable_sort(rows, {}, &Event::created);
    return rows;
}

} // namespace waybill
