// SPDX-License-Identifier: MIT
#pragma once

#include "models/keyedrows.h"
#include "words/catchup.h"

namespace waybill {

/// The events of an account that were brought here or skipped, newest first.
class BroughtEventModel final : public KeyedRows<BroughtEvent> {
    Q_OBJECT
public:
    enum Column { Type, Happened, Result, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1, StatusRole, NameRole };

    explicit BroughtEventModel(const Clock& clock, QObject* parent = nullptr);

    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setEvents(const QList<BroughtEvent>& events) { swapIn(events); }

protected:
    QString keyOf(const BroughtEvent& event) const override { return event.eventId; }

private:
    QString textOf(const BroughtEvent& event, int column) const;
    static QString tipOf(const BroughtEvent& event, int column);
};

} // namespace waybill
