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

std::optional<ListOrder> orderOfPages(const QList<Event>& page, const QList<Event>& next) {
    const auto first = spanOf(page);
    const auto second = spanOf(next);
    if (!first || !second || *first == *second)
        return std::nullopt;
    const bool goesBack =
        second->newest < first->newest || (second->newest == first->newest && second->oldest < first->oldest);
    return goesBack ? ListOrder::NewestFirst : ListOrder::OldestFirst;
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
