// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
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
};

/// Which page to ask for. At most one of the two cursors is set.
struct PageRequest {
    std::optional<int> limit;
    QString startingAfter;
    QString endingBefore;
};

} // namespace waybill
