// SPDX-License-Identifier: MIT
#include "window/panes.h"

#include "widgets/taborder.h"

#include <QAction>
#include <QMenu>
#include <QWidget>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

Panes::Panes(QWidget& window, QMenu& menu, std::function<QList<QWidget*>()> panes)
    : QObject(&window), window_(window), panes_(std::move(panes)) {
    QAction* next = menu.addAction(tr("&Next pane"), this, [this] { move(1); });
    next->setShortcuts({QKeySequence(u"F6"_s), QKeySequence(u"Ctrl+Tab"_s)});
    next->setObjectName(u"nextPane"_s);
    QAction* previous = menu.addAction(tr("&Previous pane"), this, [this] { move(-1); });
    previous->setShortcuts({QKeySequence(u"Shift+F6"_s), QKeySequence(u"Ctrl+Shift+Tab"_s)});
    previous->setObjectName(u"previousPane"_s);
}

void Panes::move(int by) {
    QList<QWidget*> panes = panes_();
    panes.removeIf([](const QWidget* pane) { return !pane->isVisible() || tabOrder(pane).isEmpty(); });
    if (panes.isEmpty())
        return;
    QWidget* focused = window_.focusWidget();
    qsizetype here = -1;
    for (qsizetype place = 0; place < panes.size(); ++place) {
        if (panes.at(place)->isAncestorOf(focused))
            here = place;
    }
    if (here >= 0)
        last_.insert(panes.at(here), focused);
    const qsizetype count = panes.size();
    const qsizetype there = here < 0 ? (by > 0 ? 0 : count - 1) : (here + count + by) % count;
    const QWidget* pane = panes.at(there);
    QWidget* before = last_.value(pane);
    const bool goesBack = before && pane->isAncestorOf(before) && before->isVisible() && before->isEnabled();
    focusAndShow(goesBack ? before : tabOrder(pane).constFirst(), Qt::ShortcutFocusReason);
}

} // namespace waybill
