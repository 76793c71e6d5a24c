// SPDX-License-Identifier: MIT
#pragma once

#include "contract/event.h"

#include <QList>

#include <optional>

namespace waybill {

/// The contract says newest first; an account may do otherwise.
enum class ListOrder { NewestFirst, OldestFirst };

/// What follows the row of the cursor: a page may begin with rows of the one before, even with newer ones than that
/// had.
QList<Event> rowsBehind(const QString& cursor, const QList<Event>& rows);
/// What two pages in a row tell about the order of the list; nothing where all is of the same second
/// or one speaks for either. Pages tell it and
/// not the rows of one: those may stand either way around.
std::optional<ListOrder> orderOfPages(const QList<Event>& page, const QList<Event>& next);
/// What the rows of one second tell, as they are listed: new ones come before those that were known, or behind them.
/// Nothing where they stand otherwise, or there are only the ones or the others.
std::optional<ListOrder> orderOfKnown(const QList<bool>& isKnown);
/// The rows of one or more pages in the order they happened: by `created`, within a second as the account lists them.
QList<Event> inOrderOfTime(QList<Event> rows, ListOrder order);
/// When the oldest and the newest of the rows were made, without those that do not say.
struct TimeSpan {
    qint64 oldest = 0;
    qint64 newest = 0;
    friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};
std::optional<TimeSpan> spanOf(const QList<Event>& rows);

} // namespace waybill
