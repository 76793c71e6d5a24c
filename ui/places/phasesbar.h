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
    bool isBroken = false; ///< Here the attempt ended without an answer.
};
/// How the attempt that had these phases went.
enum class AttemptEnd {
    Answered,
    Broken,      ///< Over a plain connection.
    BrokenSecure ///< Over one that had to be secured.
};
/// In the order of happening, up to the one that broke; phases that were not needed are left out.
QList<Phase> phasesOf(const AttemptPhases& phases, AttemptEnd end = AttemptEnd::Answered);

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
    int numberWidth() const;
    QString numberOf(const Phase& phase) const;

    QList<Phase> phases_;
};

} // namespace waybill
