// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"

#include <QAbstractTableModel>
#include <QSet>
#include <QTimer>

#include <algorithm>

namespace waybill {

/// Values in rows, each with a key of its own. Fresh values are swapped in with the fewest row changes, so that
/// selection and scroll position stay with what they were on. Relative times are told anew every few seconds.
template <typename Row>
class KeyedRows : public QAbstractTableModel {
public:
    KeyedRows(const Clock& clock, QObject* parent) : QAbstractTableModel(parent), clock_(clock) {
        tick_.setTimerType(Qt::VeryCoarseTimer);
        connect(&tick_, &QTimer::timeout, this, [this] { tellTimes(); });
        connect(&clock, &Clock::moved, this, [this] {
            tellTimes();
            tick();
        });
        tick();
    }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(rows_.size()); }
    const Row& at(int row) const { return rows_.at(row); }
    const QList<Row>& rows() const { return rows_; }
    int rowOf(const QString& key) const {
        const auto found =
            std::find_if(rows_.cbegin(), rows_.cend(), [&](const Row& row) { return keyOf(row) == key; });
        return found == rows_.cend() ? -1 : int(found - rows_.cbegin());
    }

protected:
    virtual QString keyOf(const Row& row) const = 0;
    Instant now() const { return clock_.now(); }

    /// What is said of every row may have changed, though no row did.
    void tellTimes() {
        if (!rows_.isEmpty())
            Q_EMIT dataChanged(index(0, 0), index(int(rows_.size()) - 1, columnCount() - 1));
    }

    void swapIn(const QList<Row>& fresh) {
        if (!slide(fresh))
            rearrange(fresh);
        for (int place = 0; place < int(fresh.size()); ++place) {
            if (rows_.at(place) == fresh.at(place))
                continue;
            rows_[place] = fresh.at(place);
            Q_EMIT dataChanged(index(place, 0), index(place, columnCount() - 1));
        }
    }

    void append(const QList<Row>& more) {
        QList<Row> unknown;
        QSet<QString> here;
        here.reserve(rows_.size());
        for (const Row& row : std::as_const(rows_))
            here.insert(keyOf(row));
        for (const Row& row : more) {
            if (!here.contains(keyOf(row)))
                unknown.append(row);
        }
        if (!unknown.isEmpty())
            insert(int(rows_.size()), unknown);
    }

    void empty() {
        beginResetModel();
        rows_.clear();
        endResetModel();
    }

private:
    /// The usual change, for which no key has to be looked up: some rows came in front, some left at the end.
    bool slide(const QList<Row>& fresh) {
        if (rows_.isEmpty())
            return false;
        const auto hasSameKey = [this](const Row& one, const Row& other) { return keyOf(one) == keyOf(other); };
        const auto first =
            std::find_if(fresh.cbegin(), fresh.cend(), [&](const Row& row) { return hasSameKey(row, rows_.first()); });
        const int came = int(first - fresh.cbegin());
        const int staying = int(fresh.size()) - came;
        if (staying == 0 || staying > int(rows_.size()) || !std::equal(first, fresh.cend(), rows_.cbegin(), hasSameKey))
            return false;
        if (staying < int(rows_.size()))
            remove(staying, int(rows_.size()) - 1);
        if (came > 0)
            insert(0, fresh.mid(0, came));
        return true;
    }

    void rearrange(const QList<Row>& fresh) {
        dropRowsMissingIn(fresh);
        QSet<QString> here;
        here.reserve(rows_.size());
        for (const Row& row : std::as_const(rows_))
            here.insert(keyOf(row));
        for (int place = 0; place < int(fresh.size()); ++place) {
            const QString key = keyOf(fresh.at(place));
            if (!here.contains(key)) {
                int end = place + 1;
                while (end < int(fresh.size()) && !here.contains(keyOf(fresh.at(end))))
                    ++end;
                insert(place, fresh.mid(place, end - place));
                place = end - 1;
            } else if (keyOf(rows_.at(place)) != key) {
                move(rowOf(key), place);
            }
        }
    }

    void dropRowsMissingIn(const QList<Row>& fresh) {
        QSet<QString> staying;
        staying.reserve(fresh.size());
        for (const Row& row : fresh)
            staying.insert(keyOf(row));
        for (int last = int(rows_.size()) - 1; last >= 0; --last) {
            if (staying.contains(keyOf(rows_.at(last))))
                continue;
            int first = last;
            while (first > 0 && !staying.contains(keyOf(rows_.at(first - 1))))
                --first;
            remove(first, last);
            last = first;
        }
    }

    void remove(int first, int last) {
        beginRemoveRows({}, first, last);
        rows_.remove(first, last - first + 1);
        endRemoveRows();
    }

    void insert(int place, const QList<Row>& more) {
        beginInsertRows({}, place, place + int(more.size()) - 1);
        // One by one would move everything behind the place as often.
        rows_.insert(place, more.size(), Row());
        std::copy(more.cbegin(), more.cend(), rows_.begin() + place);
        endInsertRows();
    }

    void move(int from, int to) {
        beginMoveRows({}, from, from, {}, to);
        rows_.move(from, to);
        endMoveRows();
    }

    /// Every few seconds of its clock, which may be a fast one.
    void tick() {
        constexpr milliseconds often{10'000};
        constexpr milliseconds atMost{1'000};
        tick_.start(std::max(clock_.waitFor(clock_.now() + often), atMost));
    }

    const Clock& clock_;
    QList<Row> rows_;
    QTimer tick_;
};

} // namespace waybill
