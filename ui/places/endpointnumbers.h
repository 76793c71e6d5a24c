// SPDX-License-Identifier: MIT
#pragma once

#include "history/history.h"

#include <QWidget>

class QGridLayout;

namespace waybill {

class StatCard;

/// How an endpoint did in the last day, in three numbers: side by side, or in two rows where there is no room.
class EndpointNumbers final : public QWidget {
    Q_OBJECT
public:
    explicit EndpointNumbers(QWidget* parent = nullptr);
    /// `isLogKnown`: no row means that nothing was sent.
    void show(const EndpointSummary& summary, bool isLogKnown, Instant now);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();

    QGridLayout* grid_;
    int inRow_ = 0;
    StatCard* delivered_;
    StatCard* answers_;
    StatCard* waiting_;
};

} // namespace waybill
