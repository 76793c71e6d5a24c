// SPDX-License-Identifier: MIT
#pragma once

#include <QTableView>

namespace waybill {

/// A table of whole rows: Home and End go to the first and the last one, and copying takes the selected rows as text.
class RowTable : public QTableView {
    Q_OBJECT
protected:
    /// All rows have this height.
    explicit RowTable(int rowHeight, QWidget* parent = nullptr);

    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void keyPressEvent(QKeyEvent* event) override;
    /// Where a menu opens that was asked for by mouse or by key.
    QPoint menuPlace(const QContextMenuEvent& event) const;
};

} // namespace waybill
