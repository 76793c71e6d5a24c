// SPDX-License-Identifier: MIT
#pragma once

#include <QStyledItemDelegate>

namespace waybill {

/// An endpoint as a row: a dot, its name, its address, what it is doing, and its last deliveries as bars.
class EndpointRowDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace waybill
