// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"
#include "widgets/card.h"

class QLabel;
class QPushButton;

namespace waybill {

/// Why an endpoint is disabled, since when, and the way back. Hidden while it is enabled.
class DisabledCard final : public Card {
    Q_OBJECT
public:
    explicit DisabledCard(QWidget* parent = nullptr);
    void show(const Endpoint& endpoint, Instant now);

Q_SIGNALS:
    void enableRequested();

private:
    QLabel* words_;
};

/// What is known of the last change of an endpoint's signing secret. Hidden where nothing is.
class RotationTrace final : public QWidget {
    Q_OBJECT
public:
    explicit RotationTrace(QWidget* parent = nullptr);
    /// Whether the account can end an overlap before its time.
    void setEndsOverlap(bool endsOverlap);
    void show(const Endpoint& endpoint, Instant now);

Q_SIGNALS:
    void endOverlapRequested();

private:
    QLabel* rotated_;
    QLabel* overlap_;
    QPushButton* end_;
    bool endsOverlap_ = false;
};

} // namespace waybill
