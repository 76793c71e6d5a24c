// SPDX-License-Identifier: MIT
#include "places/endpointlist.h"

#include "widgets/copying.h"

#include <QContextMenuEvent>
#include <QKeyEvent>

namespace waybill {

EndpointList::EndpointList(QWidget* parent) : QListView(parent) {
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setUniformItemSizes(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(this, &QAbstractItemView::doubleClicked, this, &EndpointList::opened);
}

void EndpointList::keyPressEvent(QKeyEvent* event) {
    const bool isEdge = event->key() == Qt::Key_Home || event->key() == Qt::Key_End;
    if (event->matches(QKeySequence::Copy)) {
        copyFrom(this);
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (currentIndex().isValid())
            Q_EMIT opened();
    } else if (isEdge && (event->modifiers() & Qt::ControlModifier)) {
        // Without: with it the row would only be looked at, not selected.
        QKeyEvent plain(event->type(), event->key(), Qt::NoModifier);
        QListView::keyPressEvent(&plain);
    } else {
        QListView::keyPressEvent(event);
    }
}

void EndpointList::contextMenuEvent(QContextMenuEvent* event) {
    const bool isMouse = event->reason() == QContextMenuEvent::Mouse;
    const QModelIndex row = isMouse ? indexAt(event->pos()) : currentIndex();
    if (!row.isValid())
        return;
    setCurrentIndex(row);
    const QRect area = visualRect(row).intersected(viewport()->rect());
    Q_EMIT menuRequested(isMouse ? event->globalPos()
                                 : viewport()->mapToGlobal(QPoint(area.center().x(), area.bottom())));
}

} // namespace waybill
