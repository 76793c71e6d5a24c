// SPDX-License-Identifier: MIT
#include "places/deliverytable.h"

#include "contract/foreigntext.h"
#include "contract/unicode.h"
#include "theme/tokens.h"
#include "widgets/copying.h"
#include "widgets/titleandname.h"
#include "words/statuses.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr int lineHeight = 36;
constexpr int cellEdge = 10;

class Cells final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Tokens& t = currentTokens(option.widget);
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->fillRect(option.rect, selected ? t.accentSoft : t.surface);
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.border);
        const QRect area = option.rect.adjusted(cellEdge, 0, -cellEdge, -1);
        if (index.column() == DeliveryTableModel::Status) {
            const auto status = index.data(DeliveryTableModel::StatusRole).value<StatusWords>();
            paintPill(painter, area.adjusted(0, 0, cellEdge - 2, 0), status.kind, status.icon, status.text, t,
                      option.direction, selected ? PillEdge::Outlined : PillEdge::None);
            const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
            if (view && view->hasFocus() && view->currentIndex().row() == index.row())
                painter->fillRect(QStyle::visualRect(option.direction, option.rect,
                                                     QRect(option.rect.left(), option.rect.top(), 3, lineHeight - 1)),
                                  t.accent);
        } else {
            paintTitleAndName(painter, area, index.data().toString(),
                              index.data(DeliveryTableModel::EventNameRole).toString(), option);
        }
        painter->restore();
    }
};
} // namespace

DeliveryTable::DeliveryTable(DeliveryTableModel& model, const QList<DeliveryTableModel::Column>& hidden,
                             QWidget* parent)
    : RowTable(lineHeight, parent), model_(model), neverShown_(hidden.cbegin(), hidden.cend()) {
    setModel(&model);
    setItemDelegate(new Cells(this));
    QHeaderView* header = horizontalHeader();
    header->setFixedHeight(36);
    header->setMinimumSectionSize(48);
    header->setFont(textFont(type::small));
    using Column = DeliveryTableModel;
    const std::pair<int, int> widths[] = {
        {Column::Status, 184}, {Column::Attempt, 76}, {Column::When, 104}, {Column::Answer, 88}, {Column::Took, 84}};
    for (const auto& [column, width] : widths)
        header->resizeSection(column, width);
    header->setSectionResizeMode(Column::Event, QHeaderView::Stretch);
    header->setSectionResizeMode(Column::EndpointColumn, QHeaderView::Stretch);
    for (const Column::Column column : hidden)
        setColumnHidden(column, true);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current, const QModelIndex& before) {
                viewport()->update();
                if (current.row() != before.row() || !before.isValid())
                    Q_EMIT currentChangedTo(currentId());
            });
    connect(this, &QAbstractItemView::doubleClicked, this, [this] { Q_EMIT opened(currentId()); });
}

QStringList DeliveryTable::selectedIds() const {
    QStringList ids;
    for (const QModelIndex& row : selectionModel()->selectedRows())
        ids += row.data(DeliveryTableModel::IdRole).toString();
    return ids;
}

QString DeliveryTable::currentId() const {
    return currentIndex().isValid() ? currentIndex().data(DeliveryTableModel::IdRole).toString() : QString();
}

bool DeliveryTable::select(const QString& deliveryId) {
    const int row = model_.rowOf(deliveryId);
    if (row < 0)
        return false;
    const QModelIndex index = model_.index(row, DeliveryTableModel::Status);
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    scrollTo(index);
    return true;
}

void DeliveryTable::fitRows(int rows) {
    setFixedHeight(horizontalHeader()->height() + rows * lineHeight);
}

void DeliveryTable::resizeEvent(QResizeEvent* event) {
    fitColumns();
    RowTable::resizeEvent(event);
}

void DeliveryTable::fitColumns() {
    constexpr int leastStretched = 90;
    int needed = 0;
    for (int column = 0; column < DeliveryTableModel::ColumnCount; ++column) {
        if (neverShown_.contains(column))
            continue;
        const bool stretches = horizontalHeader()->sectionResizeMode(column) == QHeaderView::Stretch;
        if (!stretches && isColumnHidden(column))
            setColumnHidden(column, false);
        needed += stretches ? leastStretched : columnWidth(column);
    }
    using Model = DeliveryTableModel;
    for (const Model::Column column : {Model::Took, Model::Attempt, Model::Answer}) {
        if (needed <= viewport()->width() || neverShown_.contains(column))
            continue;
        needed -= columnWidth(column);
        setColumnHidden(column, true);
    }
}

void DeliveryTable::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (currentIndex().isValid())
            Q_EMIT opened(currentId());
    } else {
        RowTable::keyPressEvent(event);
    }
}

void DeliveryTable::contextMenuEvent(QContextMenuEvent* event) {
    const QModelIndex here = event->reason() == QContextMenuEvent::Mouse ? indexAt(event->pos()) : currentIndex();
    if (!here.isValid())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (!actions().isEmpty()) {
        menu->addActions(actions());
        menu->addSeparator();
    }
    const auto offer = [this, menu](const QString& words, const QString& text) {
        menu->addAction(words, this, [this, text] { copyText(text, this); })->setEnabled(!text.isEmpty());
    };
    const Delivery& delivery = model_.at(here.row()).delivery;
    const QString cell = here.data().toString();
    offer(tr("Copy “%1”").arg(isolated(firstCharacters(cell, 40).replace(u'&', u"&&"_s))), cell);
    menu->addAction(tr("Copy %n row(s)", nullptr, int(selectionModel()->selectedRows().size())), this,
                    [this] { copyFrom(this); });
    menu->addSeparator();
    offer(tr("Copy delivery id"), delivery.id);
    offer(tr("Copy event id"), delivery.eventId);
    menu->popup(menuPlace(*event));
}

} // namespace waybill
