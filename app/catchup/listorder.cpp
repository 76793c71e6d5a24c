// SPDX-License-Identifier: MIT
#include "catchup/listorder.h"

#include <algorithm>

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

QList<Event> inOrderOfTime(QList<Event> rows, ListOrder order) {
    if (rows.isEmpty())
        return rows;
    const qint64 first = rows.constFirst().created;
    const qint64 last = rows.constLast().created;
    if (first > last || (first == last && order == ListOrder::NewestFirst))
        std::ranges::reverse(rows);
    std::ranges::stable_sort(rows, {}, &Event::created);
    return rows;
}

} // namespace waybill
