// SPDX-License-Identifier: MIT
#pragma once

#include "models/broughteventmodel.h"

#include <QTableView>

namespace waybill {

/// The events that were brought here as a table: whole rows, hairlines, the result with its icon. Copies what is
/// selected.
class BroughtEventTable final : public QTableView {
    Q_OBJECT
public:
    explicit BroughtEventTable(BroughtEventModel& model, QWidget* parent = nullptr);
    /// What so many rows and the head need.
    static int heightOf(int rows);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void copyRows() const;

    BroughtEventModel& model_;
};

} // namespace waybill
