// SPDX-License-Identifier: MIT
#pragma once

#include "models/deliverytablemodel.h"
#include "widgets/rowtable.h"

namespace waybill {

/// The log as a table: pills, whole rows, hairlines. Copies what is selected. Its actions begin its context menu.
class DeliveryTable final : public RowTable {
    Q_OBJECT
public:
    DeliveryTable(DeliveryTableModel& model, const QList<DeliveryTableModel::Column>& hidden,
                  QWidget* parent = nullptr);

    QStringList selectedIds() const;
    /// The delivery on which the keyboard stands; empty where there is none.
    QString currentId() const;
    /// Selects this row where it is loaded.
    bool select(const QString& deliveryId);
    /// As high as this many rows need.
    void fitRows(int rows);

Q_SIGNALS:
    void currentChangedTo(const QString& deliveryId);
    /// Enter or a double click.
    void opened(const QString& deliveryId);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// Leaves columns out where there is no room for them.
    void fitColumns();
    DeliveryTableModel& model_;
    QList<int> neverShown_;
};

} // namespace waybill
