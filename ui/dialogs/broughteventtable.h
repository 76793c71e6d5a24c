// SPDX-License-Identifier: MIT
#pragma once

#include "models/broughteventmodel.h"
#include "widgets/rowtable.h"

namespace waybill {

/// The events that were brought here as a table: whole rows, hairlines, the result with its icon. Copies what is
/// selected.
class BroughtEventTable final : public RowTable {
    Q_OBJECT
public:
    explicit BroughtEventTable(BroughtEventModel& model, QWidget* parent = nullptr);
    /// What so many rows and the head need.
    static int heightOf(int rows);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    BroughtEventModel& model_;
};

} // namespace waybill
