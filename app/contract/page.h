// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QMap>
#include <QString>

#include <optional>

namespace waybill {

/// `limit` of the contract: 1 to 100, 25 by default for deliveries and events, 20 elsewhere.
inline constexpr int largestPage = 100;
inline constexpr int defaultPageOfLog = 25;
inline constexpr int defaultPage = 20;

/// Newest first. An empty page is a valid end.
template <typename T>
struct Page {
    QList<T> data;
    bool hasMore = false;
    QString nextCursor;
    /// Rows that cannot be read or lack what every row has, by their place in the list as it was written.
    QMap<qsizetype, T> unreadable = {};

    /// Where the list goes on; empty at its end. An account that names no cursor means its last row.
    QString continuation() const {
        if (!hasMore || (data.isEmpty() && unreadable.isEmpty()))
            return {};
        if (!nextCursor.isEmpty())
            return nextCursor;
        const bool endsUnreadable =
            !unreadable.isEmpty() && unreadable.lastKey() == data.size() + unreadable.size() - 1;
        if (endsUnreadable && !unreadable.last().id.isEmpty() && unreadable.last().id.isValidUtf16())
            return unreadable.last().id;
        return data.isEmpty() ? QString() : data.constLast().id;
    }
};

/// Which page to ask for. At most one of the two cursors is set.
struct PageRequest {
    std::optional<int> limit;
    QString startingAfter;
    QString endingBefore;
};

} // namespace waybill
