// SPDX-License-Identifier: MIT
#include "dialogs/broughteventtable.h"

#include "contract/foreigntext.h"
#include "theme/tokens.h"
#include "widgets/copying.h"
#include "widgets/titleandname.h"
#include "words/times.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr int lineHeight = 32;
constexpr int headHeight = 36;
constexpr int cellEdge = 10;
constexpr int iconSide = 14;

class Cells final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Tokens& t = currentTokens(option.widget);
        const bool selected = option.state & QStyle::State_Selected;
        const auto mirrored = [&option](const QRect& area) {
            return QStyle::visualRect(option.direction, option.rect, area);
        };
        painter->save();
        painter->fillRect(option.rect, selected ? t.accentSoft : t.surface);
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.border);
        QRect area = option.rect.adjusted(cellEdge, 0, -cellEdge, -1);
        if (index.column() == BroughtEventModel::Result) {
            const auto status = index.data(BroughtEventModel::StatusRole).value<StatusWords>();
            paintIcon(*painter,
                      mirrored({area.left(), area.top() + (area.height() - iconSide) / 2, iconSide, iconSide}),
                      status.icon, pillText(status.kind, t));
            area.setLeft(area.left() + iconSide + space::s);
        }
        const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
        if (index.column() == 0 && view && view->hasFocus() && view->currentIndex().row() == index.row())
            painter->fillRect(mirrored({option.rect.left(), option.rect.top(), 3, lineHeight - 1}), t.accent);
        const bool isType = index.column() == BroughtEventModel::Type;
        paintTitleAndName(painter, mirrored(area), index.data().toString(),
                          isType ? index.data(BroughtEventModel::NameRole).toString() : QString(), option);
        painter->restore();
    }
};
} // namespace

BroughtEventTable::BroughtEventTable(BroughtEventModel& model, QWidget* parent)
    : RowTable(lineHeight, parent), model_(model) {
    setModel(&model);
    setItemDelegate(new Cells(this));
    QHeaderView* header = horizontalHeader();
    header->setFixedHeight(headHeight);
    header->setFont(textFont(type::small));
    header->resizeSection(BroughtEventModel::Type, 190);
    header->resizeSection(BroughtEventModel::Happened, 100);
    header->setSectionResizeMode(BroughtEventModel::Result, QHeaderView::Stretch);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, viewport(), qOverload<>(&QWidget::update));
}

int BroughtEventTable::heightOf(int rows) {
    return headHeight + rows * lineHeight;
}

void BroughtEventTable::contextMenuEvent(QContextMenuEvent* event) {
    const QModelIndex here = event->reason() == QContextMenuEvent::Mouse ? indexAt(event->pos()) : currentIndex();
    if (!here.isValid())
        return;
    auto* menu = new QMenu(this);
    menu->setObjectName(u"broughtEventMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy event id"), this, [this, id = model_.at(here.row()).eventId] { copyText(id, this); })
        ->setObjectName(u"copyEventId"_s);
    menu->addAction(tr("Copy %n row(s)", nullptr, int(selectionModel()->selectedRows().size())), this,
                    [this] { copyFrom(this); });
    menu->popup(menuPlace(*event));
}

} // namespace waybill
