// SPDX-License-Identifier: MIT
#include "models/deliverytablemodel.h"

#include "contract/foreigntext.h"
#include "contract/retryschedule.h"
#include "models/plaintip.h"
#include "widgets/copying.h"
#include "words/answers.h"
#include "words/eventtypes.h"
#include "words/signatures.h"
#include "words/statuses.h"
#include "words/times.h"

namespace waybill {
using namespace Qt::StringLiterals;

std::optional<Instant> timeOf(const Delivery& delivery) {
    return happensAt(delivery);
}

namespace {
QString whenText(const Delivery& delivery, Instant time, Instant now) {
    const QString relative = relativeTime(time, now);
    return delivery.simulatedAt ? DeliveryTableModel::tr("%1, simulated", "2 min ago").arg(relative) : relative;
}

QString whenTip(const Delivery& delivery, Instant time) {
    const auto shown = delivery.deliveredAt ? delivery.deliveredAt : delivery.scheduledFor;
    if (!delivery.simulatedAt || !shown)
        return exactTime(time);
    return DeliveryTableModel::tr("Simulated: the sandbox's clock was moved and this happened at %1 by that clock. "
                                  "Real time: %2.")
        .arg(exactTime(*shown), exactTime(time));
}
} // namespace

QString answerOf(const Delivery& delivery) {
    if (delivery.responseStatus)
        return QString::number(*delivery.responseStatus);
    return delivery.isSettled() ? DeliveryTableModel::tr("no answer") : u"–"_s;
}

DeliveryTableModel::DeliveryTableModel(History& history, const Clock& clock, QObject* parent)
    : KeyedRows(clock, parent), history_(history) {
    connect(&history, &History::changed, this, [this] {
        if (isLoaded_ || isReading_)
            refresh();
    });
}

QVariant DeliveryTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const DeliveryRow& row = at(index.row());
    const Delivery& delivery = row.delivery;
    const std::optional<Instant> time = timeOf(delivery);
    if (role == IdRole)
        return delivery.id;
    if (role == StatusRole)
        return QVariant::fromValue(statusIn(row));
    if (role == EventNameRole)
        return index.column() == Event ? eventName(row.eventType) : QString();
    if (role == copiedRowRole)
        return rowText(row);
    if (role == Qt::AccessibleTextRole)
        return QString(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() + u": "_s +
                       spokenText(row, index.column()));
    if (role == Qt::AccessibleDescriptionRole && index.column() == When && time)
        return exactTime(*time);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const QString text = textOf(row, index.column(), role == Qt::ToolTipRole);
    return role == Qt::ToolTipRole ? plainTip(text) : text;
}

std::optional<SignatureCheck> DeliveryTableModel::checkOf(const DeliveryRow& row) const {
    return verdicts_ && row.delivery.isSettled() ? verdicts_->of(row.delivery.id, row.endpointUrl) : std::nullopt;
}

StatusWords DeliveryTableModel::statusIn(const DeliveryRow& row) const {
    return statusOf(row.delivery, now(), row.afterwards, checkOf(row));
}

QString DeliveryTableModel::statusTip(const DeliveryRow& row) const {
    const QString explained = explainAttempt(row.delivery, row.afterwards);
    const std::optional<SignatureCheck> check = checkOf(row);
    return check ? explained + u'\n' + wordsFor(*check).sentence : explained;
}

void DeliveryTableModel::setVerdicts(SignatureVerdicts* verdicts) {
    verdicts_ = verdicts;
    connect(verdicts, &SignatureVerdicts::known, this, [this] { tellTimes(); });
}

QString DeliveryTableModel::spokenText(const DeliveryRow& row, int column) const {
    if (column == Event && !row.eventType.isEmpty())
        return eventTitleAndName(row.eventType);
    const QString text = textOf(row, column, false);
    return column == EndpointColumn ? isolated(text) : text;
}

QString DeliveryTableModel::textOf(const DeliveryRow& row, int column, bool isTip) const {
    const Delivery& delivery = row.delivery;
    const std::optional<Instant> time = timeOf(delivery);
    switch (column) {
    case Status:
        return isTip ? statusTip(row) : statusIn(row).text;
    case Event:
        if (row.eventType.isEmpty()) // It comes a moment after its delivery.
            return isTip ? delivery.eventId : u"…"_s;
        return isTip ? eventTitleAndName(row.eventType) : eventTitle(row.eventType);
    case EndpointColumn:
        return isTip ? inOneLine(row.endpointUrl) : row.endpointName;
    case Attempt:
        return isTip ? delivery.id : tr("%1 of %2", "attempt").arg(delivery.attempt).arg(attemptLimit);
    case When:
        if (!time)
            return u"–"_s;
        // In real time, as the rows are ordered, wherever the account's clock is.
        return isTip ? whenTip(delivery, *time) : whenText(delivery, *time, history_.realTime().now());
    case Answer:
        return isTip ? explainAttempt(delivery, row.afterwards) : answerOf(delivery);
    case Took:
        return delivery.responseMs ? durationText(milliseconds(*delivery.responseMs)) : u"–"_s;
    default:
        return {};
    }
}

QString DeliveryTableModel::rowText(const DeliveryRow& row) const {
    QStringList cells{row.delivery.id};
    for (int column = 0; column < ColumnCount; ++column) {
        const std::optional<Instant> time = column == When ? timeOf(row.delivery) : std::nullopt;
        const bool isType = column == Event && !row.eventType.isEmpty();
        cells += isType ? row.eventType : time ? isoLocalTime(*time) : textOf(row, column, false);
    }
    return copiedRow(cells);
}

QVariant DeliveryTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Status:
        return tr("Status");
    case Event:
        return tr("Event");
    case EndpointColumn:
        return tr("Endpoint");
    case Attempt:
        return tr("Attempt");
    case When:
        return tr("When");
    case Answer:
        return tr("Answer");
    case Took:
        return tr("Took");
    default:
        return {};
    }
}

void DeliveryTableModel::setPage(int rows, Extent extent) {
    pageRows_ = rows;
    extent_ = extent;
}

void DeliveryTableModel::setFilter(const DeliveryFilter& filter) {
    if (filter == filter_ && (isLoaded_ || isReading_))
        return;
    const bool sameEndpoint = filter.endpointId == filter_.endpointId;
    filter_ = filter;
    ++generation_;
    isLoaded_ = false;
    isReading_ = false;
    hasMore_ = false;
    if (!sameEndpoint)
        empty(); // Never rows of another endpoint under this one's name.
    read({});
}

void DeliveryTableModel::refresh() {
    readAgain_ = isReading_;
    if (!isReading_)
        read({});
}

bool DeliveryTableModel::canFetchMore(const QModelIndex& parent) const {
    return !parent.isValid() && hasMore_ && !isReading_ && extent_ == Extent::Everything;
}

void DeliveryTableModel::fetchMore(const QModelIndex& parent) {
    if (canFetchMore(parent) && rowCount() > 0)
        read(rows().last().delivery);
}

void DeliveryTableModel::read(const std::optional<Delivery>& after) {
    isReading_ = true;
    readAgain_ = false;
    const bool isContinuation = after.has_value();
    const int limit =
        isContinuation || extent_ == Extent::FirstPage || !isLoaded_ ? pageRows_ : qMax(pageRows_, rowCount());
    history_.readDeliveries(
        {filter_, limit, after}, this,
        [this, limit, isContinuation, generation = generation_](const Result<QList<DeliveryRow>>& answer) {
            if (generation != generation_)
                return;
            isReading_ = false;
            if (answer)
                take(*answer, limit, isContinuation);
            else
                Q_EMIT failed(answer.error());
            if (readAgain_)
                refresh();
        });
}

void DeliveryTableModel::take(const QList<DeliveryRow>& rows, int limit, bool isContinuation) {
    hasMore_ = rows.size() >= limit;
    isLoaded_ = true;
    if (isContinuation)
        append(rows);
    else
        swapIn(rows);
    Q_EMIT loaded();
}

} // namespace waybill
