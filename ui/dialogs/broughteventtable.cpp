// SPDX-License-Identifier: MIT
#include "dialogs/broughteventtable.h"

#include "contract/foreigntext.h"
#include "theme/tokens.h"
#include "widgets/titleandname.h"
#include "words/times.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

#include <algorithm>

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

BroughtEventTable::BroughtEventTable(BroughtEventModel& model, QWidget* parent) : QTableView(parent), model_(model) {
    setModel(&model);
    setItemDelegate(new Cells(this));
    setFrameShape(NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(lineHeight);
    verticalHeader()->setDefaultSectionSize(lineHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
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

void BroughtEventTable::copyRows() const {
    QModelIndexList selected = selectionModel()->selectedRows();
    std::sort(selected.begin(), selected.end());
    QStringList lines;
    for (const QModelIndex& row : std::as_const(selected)) {
        const BroughtEvent& event = model_.at(row.row());
        lines +=
            QStringList{event.eventId, event.type, isoLocalTime(event.created), withoutIsolation(statusOf(event).text)}
                .join(u'\t');
    }
    QApplication::clipboard()->setText(lines.join(u'\n'));
}

void BroughtEventTable::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        copyRows();
    else
        QTableView::keyPressEvent(event);
}

void BroughtEventTable::contextMenuEvent(QContextMenuEvent* event) {
    const QModelIndex here = event->reason() == QContextMenuEvent::Mouse ? indexAt(event->pos()) : currentIndex();
    if (!here.isValid())
        return;
    auto* menu = new QMenu(this);
    menu->setObjectName(u"broughtEventMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy event id"), menu,
                    [id = model_.at(here.row()).eventId] { QApplication::clipboard()->setText(id); })
        ->setObjectName(u"copyEventId"_s);
    menu->addAction(tr("Copy %n row(s)", nullptr, int(selectionModel()->selectedRows().size())), this,
                    [this] { copyRows(); });
    menu->popup(event->globalPos());
}

} // namespace waybill
