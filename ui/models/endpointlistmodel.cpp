// SPDX-License-Identifier: MIT
#include "models/endpointlistmodel.h"

#include "contract/foreigntext.h"
#include "models/plaintip.h"
#include "widgets/copying.h"
#include "words/times.h"
#include "words/traces.h"

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
        parts += disabledLine(endpoint);
    } else if (endpoint.lastDeliveredAt) {
        parts += EndpointList::tr("last delivered %1").arg(relativeTime(*endpoint.lastDeliveredAt, now));
    } else {
        parts += EndpointList::tr("nothing delivered yet");
    }
    return parts.join(u" · "_s);
}

QString healthWords(const EndpointSummary& summary, Instant now) {
    const QList<DeliveryStatus> latest = summary.latest.last(qMin<qsizetype>(summary.latest.size(), healthShown));
    if (latest.isEmpty())
        return {};
    const int arrived = int(latest.count(DeliveryStatus::Delivered));
    const int count = int(latest.size());
    if (arrived == count)
        return EndpointList::tr("the last %n delivery(s) arrived", nullptr, count);
    const QString share = arrived == 0
                              ? EndpointList::tr("none of the last %n delivery(s) arrived", nullptr, count)
                              : EndpointList::tr("%1 of the last %n delivery(s) arrived", nullptr, count).arg(arrived);
    if (!summary.latestFailure)
        return share;
    const auto& [at, answer] = *summary.latestFailure;
    const QString came = answer ? QString::number(*answer) : EndpointList::tr("no answer");
    return EndpointList::tr("%1; the last failed %2: %3", "how many arrived; when the last failure was, and its answer")
        .arg(share, relativeTime(at, now), came);
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
    case Qt::ToolTipRole: {
        QStringList lines{isolated(row.endpoint.url), healthWords(row, now())};
        if (row.endpoint.lastDeliveredAt)
            lines += tr("Last delivered: %1").arg(exactTime(*row.endpoint.lastDeliveredAt));
        lines.removeAll(QString());
        return plainTip(lines.join(u'\n'));
    }
    case Qt::AccessibleTextRole: {
        QStringList parts{isolated(endpointName(row.endpoint)), statusOf(row).text, endpointLine(row, now()),
                          healthWords(row, now())};
        parts.removeAll(QString());
        return parts.join(u", "_s);
    }
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
    case copiedRowRole:
        return copiedRow(
            {endpointName(row.endpoint), row.endpoint.url, statusOf(row).text,
             row.endpoint.lastDeliveredAt ? isoLocalTime(*row.endpoint.lastDeliveredAt) : tr("nothing delivered yet"),
             row.endpoint.id});
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
