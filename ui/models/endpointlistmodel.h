// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "contract/endpointname.h"
#include "history/history.h"
#include "models/keyedrows.h"
#include "words/statuses.h"

namespace waybill {

/// The address without its scheme, for rows.
QString shortAddress(const QString& url);
/// The status with what the log knows: an enabled endpoint may be failing.
StatusWords statusOf(const EndpointSummary& summary);
/// "3 events · last delivered 2 min ago"
QString endpointLine(const EndpointSummary& summary, Instant now);

/// How many of its last deliveries show how an endpoint does.
inline constexpr int healthShown = 6;
/// "5 of the last 6 deliveries arrived; the last failed 3 min ago: 503"; empty where nothing was settled.
QString healthWords(const EndpointSummary& summary, Instant now);

/// The account's endpoints, in the order of their making.
class EndpointListModel final : public KeyedRows<EndpointSummary> {
    Q_OBJECT
public:
    enum Role { AddressRole = Qt::UserRole + 1, LineRole, StatusRole, LatestRole, IdRole, SearchRole };

    EndpointListModel(History& history, const Clock& clock, QObject* parent = nullptr);

    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 1; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

    void refresh();

Q_SIGNALS:
    /// What the copy holds is in the rows.
    void loaded();
    void failed(const waybill::Error& error);

protected:
    QString keyOf(const EndpointSummary& row) const override { return row.endpoint.id; }

private:
    History& history_;
    bool isReading_ = false;
    bool readAgain_ = false;
};

} // namespace waybill
