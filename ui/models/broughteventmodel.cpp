// SPDX-License-Identifier: MIT
#include "models/broughteventmodel.h"

#include "contract/foreigntext.h"
#include "models/plaintip.h"
#include "widgets/copying.h"
#include "words/eventtypes.h"
#include "words/times.h"

namespace waybill {
using namespace Qt::StringLiterals;

BroughtEventModel::BroughtEventModel(const Clock& clock, QObject* parent) : KeyedRows(clock, parent) {}

QVariant BroughtEventModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const BroughtEvent& event = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return textOf(event, index.column());
    case Qt::ToolTipRole:
        return plainTip(tipOf(event, index.column()));
    case Qt::AccessibleTextRole:
        return QString(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() + u": "_s +
                       (index.column() == Type ? eventTitleAndName(event.type) : textOf(event, index.column())));
    case Qt::AccessibleDescriptionRole:
        return index.column() == Happened ? tipOf(event, Happened) : QString();
    case IdRole:
        return event.eventId;
    case NameRole:
        return eventName(event.type);
    case StatusRole:
        return QVariant::fromValue(statusOf(event));
    case copiedRowRole:
        return copiedRow({event.eventId, event.type,
                          event.created == Instant() ? textOf(event, Happened) : isoLocalTime(event.created),
                          textOf(event, Result)});
    default:
        return {};
    }
}

QString BroughtEventModel::textOf(const BroughtEvent& event, int column) const {
    switch (column) {
    case Type:
        return eventTitle(event.type);
    case Happened:
        return event.created == Instant() ? tr("Not known") : relativeTime(event.created, now());
    case Result:
        return statusOf(event).text;
    default:
        return {};
    }
}

QString BroughtEventModel::tipOf(const BroughtEvent& event, int column) {
    switch (column) {
    case Type:
        return eventTitleAndName(event.type) + u'\n' + inOneLine(event.eventId);
    case Happened:
        if (event.created == Instant())
            return tr("The account does not say when it happened.\nBrought: %1").arg(exactTime(event.broughtAt));
        return tr("Happened: %1\nBrought: %2").arg(exactTime(event.created), exactTime(event.broughtAt));
    case Result:
        return statusOf(event).text;
    default:
        return {};
    }
}

QVariant BroughtEventModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Type:
        return tr("Event");
    case Happened:
        return tr("Happened");
    case Result:
        return tr("What became of it");
    default:
        return {};
    }
}

} // namespace waybill
