// SPDX-License-Identifier: MIT
#include "widgets/rowtable.h"

#include "widgets/copying.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>

namespace waybill {

RowTable::RowTable(int rowHeight, QWidget* parent) : QTableView(parent) {
    setFrameShape(NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(rowHeight);
    verticalHeader()->setDefaultSectionSize(rowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
}

QModelIndex RowTable::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) {
    const int rows = model() ? model()->rowCount() : 0;
    if ((action == MoveHome || action == MoveEnd) && rows > 0) {
        int column = currentIndex().isValid() ? currentIndex().column() : 0;
        while (column > 0 && isColumnHidden(column))
            --column;
        return model()->index(action == MoveHome ? 0 : rows - 1, column);
    }
    return QTableView::moveCursor(action, modifiers);
}

void RowTable::keyPressEvent(QKeyEvent* event) {
    const bool isEdge = event->key() == Qt::Key_Home || event->key() == Qt::Key_End;
    if (event->matches(QKeySequence::Copy)) {
        copyFrom(this);
    } else if (isEdge && (event->modifiers() & Qt::ControlModifier)) {
        // Without: with it the row would only be looked at, not selected.
        QKeyEvent plain(event->type(), event->key(), event->modifiers() & ~Qt::ControlModifier);
        QTableView::keyPressEvent(&plain);
    } else {
        QTableView::keyPressEvent(event);
    }
}

QPoint RowTable::menuPlace(const QContextMenuEvent& event) const {
    if (event.reason() == QContextMenuEvent::Mouse || !currentIndex().isValid())
        return event.globalPos();
    const QRect row = visualRect(currentIndex()).intersected(viewport()->rect());
    return viewport()->mapToGlobal(QPoint(row.center().x(), row.bottom()));
}

} // namespace waybill
