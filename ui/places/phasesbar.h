// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"

#include <QWidget>

namespace waybill {

/// A stretch of an attempt: what happened, and for how long.
struct Phase {
    QString name;
    milliseconds from{0};
    milliseconds duration{0};
};
/// In the order of happening; phases that were not needed are left out.
QList<Phase> phasesOf(const AttemptPhases& phases);

/// The phases of an attempt, one below the other, on one scale.
class PhasesBar final : public QWidget {
    Q_OBJECT
public:
    explicit PhasesBar(QWidget* parent = nullptr);
    void setPhases(const QList<Phase>& phases);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<Phase> phases_;
};

} // namespace waybill
