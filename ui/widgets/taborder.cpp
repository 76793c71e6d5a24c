// SPDX-License-Identifier: MIT
#include "widgets/taborder.h"

#include <QScrollArea>
#include <QStyle>
#include <QWidget>

#include <algorithm>
#include <functional>

namespace waybill {

namespace {
struct Part {
    QWidget* widget;
    QRect area;
};
using Parts = QList<Part>;

/// Cuts where no part is crossed; one group where there is no such cut.
QList<Parts> cut(Parts parts, int (*begin)(const Part&), int (*end)(const Part&)) {
    std::ranges::stable_sort(parts, {}, begin);
    QList<Parts> groups;
    int reached = 0;
    for (const Part& part : std::as_const(parts)) {
        if (groups.isEmpty() || begin(part) > reached)
            groups.append(Parts());
        reached = groups.last().isEmpty() ? end(part) : std::max(reached, end(part));
        groups.last().append(part);
    }
    return groups;
}

Parts inReadingOrder(const Parts& parts) {
    if (parts.size() < 2)
        return parts;
    const QList<Parts> rows = cut(
        parts, [](const Part& part) { return part.area.top(); }, [](const Part& part) { return part.area.bottom(); });
    const QList<Parts> groups = rows.size() > 1 ? rows
                                                : cut(
                                                      parts, [](const Part& part) { return part.area.left(); },
                                                      [](const Part& part) { return part.area.right(); });
    if (groups.size() < 2) { // They overlap.
        Parts sorted = parts;
        std::ranges::stable_sort(sorted, [](const Part& one, const Part& other) {
            return std::pair(one.area.top(), one.area.left()) < std::pair(other.area.top(), other.area.left());
        });
        return sorted;
    }
    Parts ordered;
    for (const Parts& group : groups)
        ordered += inReadingOrder(group);
    return ordered;
}

bool isReachedByTab(const QWidget& widget) {
    return (widget.focusPolicy() & Qt::TabFocus) && widget.isEnabled() && !widget.focusProxy();
}

void collect(const QWidget* root, QList<QWidget*>& found) {
    Parts parts;
    for (QObject* child : root->children()) {
        auto* widget = qobject_cast<QWidget*>(child);
        if (widget && widget->isVisible() && !widget->isWindow())
            parts.append({widget, QStyle::visualRect(root->layoutDirection(), root->rect(), widget->geometry())});
    }
    for (const Part& part : inReadingOrder(parts)) {
        if (isReachedByTab(*part.widget))
            found += part.widget;
        collect(part.widget, found);
    }
}
} // namespace

QList<QWidget*> tabOrder(const QWidget* root) {
    QList<QWidget*> found;
    collect(root, found);
    return found;
}

bool moveFocus(QWidget* window, bool next) {
    const QList<QWidget*> order = tabOrder(window);
    if (order.isEmpty())
        return false;
    // From a part that Tab does not reach, on to its neighbour.
    QWidget* from = window->focusWidget();
    qsizetype here = order.indexOf(from);
    for (; here < 0 && from && from != window; from = from->parentWidget())
        here = order.indexOf(from);
    const qsizetype count = order.size();
    const qsizetype there = here < 0 ? (next ? 0 : count - 1) : (here + (next ? 1 : count - 1)) % count;
    focusAndShow(order.at(there), next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    return true;
}

void focusAndShow(QWidget* widget, Qt::FocusReason reason) {
    widget->setFocus(reason);
    for (QWidget* above = widget->parentWidget(); above; above = above->parentWidget()) {
        auto* area = qobject_cast<QScrollArea*>(above);
        if (area && area->widget() && area->widget()->isAncestorOf(widget))
            area->ensureWidgetVisible(widget);
    }
}

} // namespace waybill
