// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "history/history.h"
#include "models/keyedrows.h"
#include "models/signatureverdicts.h"
#include "words/statuses.h"

#include <QPointer>

namespace waybill {

/// When it is or was due, or when it arrived.
std::optional<Instant> timeOf(const Delivery& delivery);
/// "200", "no answer", or a dash while it waits.
QString answerOf(const Delivery& delivery);

/// The log, the newest first, read page by page as far as somebody scrolls.
class DeliveryTableModel final : public KeyedRows<DeliveryRow> {
    Q_OBJECT
public:
    enum Column { Status, Event, EndpointColumn, Attempt, When, Answer, Took, ColumnCount };
    enum Role { StatusRole = Qt::UserRole + 1, IdRole, EventNameRole };
    enum class Extent { Everything, FirstPage };

    DeliveryTableModel(History& history, const Clock& clock, QObject* parent = nullptr);

    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

    /// Rows say whether their signature was found genuine. It outlives the model, or goes with it.
    void setVerdicts(SignatureVerdicts* verdicts);
    void setPage(int rows, Extent extent);
    const DeliveryFilter& filter() const { return filter_; }
    /// Begins anew with the first page, where the filter differs.
    void setFilter(const DeliveryFilter& filter);
    /// Reads again what is loaded.
    void refresh();
    /// Whether the rows are those of the filter.
    bool isLoaded() const { return isLoaded_; }

Q_SIGNALS:
    void loaded();
    void failed(const waybill::Error& error);

protected:
    QString keyOf(const DeliveryRow& row) const override { return row.delivery.id; }

private:
    std::optional<SignatureCheck> checkOf(const DeliveryRow& row) const;
    StatusWords statusIn(const DeliveryRow& row) const;
    QString statusTip(const DeliveryRow& row) const;
    QString spokenText(const DeliveryRow& row, int column) const;
    QString textOf(const DeliveryRow& row, int column, bool isTip) const;
    /// For copies: the id, then its cells, with the exact time.
    QString rowText(const DeliveryRow& row) const;
    void read(const std::optional<Delivery>& after);
    void take(const QList<DeliveryRow>& rows, int limit, bool isContinuation);

    History& history_;
    QPointer<SignatureVerdicts> verdicts_;
    DeliveryFilter filter_;
    int pageRows_ = 200;
    Extent extent_ = Extent::Everything;
    quint64 generation_ = 0; // answers to an earlier filter are dropped
    bool isLoaded_ = false;
    bool isReading_ = false;
    bool readAgain_ = false;
    bool hasMore_ = false;
};

} // namespace waybill
