// SPDX-License-Identifier: MIT
#include "models/endpointlistmodel.h"

#include "contract/foreigntext.h"
#include "models/plaintip.h"
#include "words/times.h"

#include <QCoreApplication>
#include <QLocale>
#include <QUrl>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
struct EndpointList {
    Q_DECLARE_TR_FUNCTIONS(EndpointList)
};
} // namespace

QString shortAddress(const QString& url) {
    const qsizetype scheme = url.indexOf(u"://");
    return scheme < 0 ? url : url.mid(scheme + 3);
}

StatusWords statusOf(const EndpointSummary& summary) {
    if (summary.endpoint.status == EndpointStatus::Enabled && summary.failingSince)
        return failingEndpointStatus();
    return statusOf(summary.endpoint);
}

QString endpointLine(const EndpointSummary& summary, Instant now) {
    const Endpoint& endpoint = summary.endpoint;
    // What was scheduled before is still sent, so "nothing is sent" would not be true.
    if (endpoint.status == EndpointStatus::Disabled && summary.pendingRetries > 0)
        return EndpointList::tr("disabled · %n retry(s) still run", nullptr, summary.pendingRetries);
    QStringList parts;
    if (endpoint.status != EndpointStatus::Disabled && summary.failingSince) {
        parts += EndpointList::tr("failing for %1", "5 min").arg(roughDuration(now - *summary.failingSince));
        if (summary.nextRetry && summary.nextRetry->scheduledFor)
            parts += EndpointList::tr("next try %1", "in 4 min").arg(timeToCome(*summary.nextRetry->scheduledFor, now));
        return parts.join(u" · "_s);
    }
    parts += endpoint.takesAllEvents() ? EndpointList::tr("All events")
                                       : EndpointList::tr("%n event(s)", nullptr, int(endpoint.enabledEvents.size()));
    if (endpoint.status == EndpointStatus::Disabled) {
        parts += EndpointList::tr("disabled, no new events");
    } else if (endpoint.lastDeliveredAt) {
        parts += EndpointList::tr("last delivered %1").arg(relativeTime(*endpoint.lastDeliveredAt, now));
    } else {
        parts += EndpointList::tr("nothing delivered yet");
    }
    return parts.join(u" · "_s);
}

EndpointListModel::EndpointListModel(History& history, const Clock& clock, QObject* parent)
    : KeyedRows(clock, parent), history_(history) {
    connect(&history, &History::changed, this, &EndpointListModel::refresh);
}

QVariant EndpointListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const EndpointSummary& row = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return endpointName(row.endpoint);
    case Qt::ToolTipRole:
        return plainTip(row.endpoint.lastDeliveredAt
                            ? isolated(row.endpoint.url) + u'\n' +
                                  tr("Last delivered: %1").arg(exactTime(*row.endpoint.lastDeliveredAt))
                            : isolated(row.endpoint.url));
    case Qt::AccessibleTextRole:
        return QStringList{isolated(endpointName(row.endpoint)), statusOf(row).text, endpointLine(row, now())}.join(
            u", "_s);
    case AddressRole:
        return shortAddress(inOneLine(row.endpoint.url));
    case LineRole:
        return endpointLine(row, now());
    case StatusRole:
        return QVariant::fromValue(statusOf(row));
    case LatestRole:
        return QVariant::fromValue(row.latest);
    case IdRole:
        return row.endpoint.id;
    case SearchRole:
        return QStringList{row.endpoint.description, row.endpoint.url, row.endpoint.id}.join(u'\n');
    default:
        return {};
    }
}

void EndpointListModel::refresh() {
    readAgain_ = isReading_;
    if (isReading_)
        return;
    isReading_ = true;
    history_.readEndpoints(this, [this](const Result<QList<EndpointSummary>>& answer) {
        isReading_ = false;
        if (answer) {
            swapIn(*answer);
            Q_EMIT loaded();
        } else {
            Q_EMIT failed(answer.error());
        }
        if (readAgain_)
            refresh();
    });
}

} // namespace waybill
