// SPDX-License-Identifier: MIT
#pragma once

#include "history/history.h"

#include <QTimer>
#include <QWidget>

class QToolButton;

namespace waybill {

class ElidedLabel;

/// In the status bar: that older rows are being read, with what stops it. Says nothing of what is over in a moment.
class OlderRows final : public QWidget {
    Q_OBJECT
public:
    explicit OlderRows(QWidget* parent = nullptr);
    void setReach(const Reach& reach, Instant now);

Q_SIGNALS:
    void pauseRequested();
    void resumeRequested();
    void cancelRequested();

private:
    QToolButton* addButton(const QString& words, const QString& objectName, const QString& tip);
    bool isPaused() const { return reach_.backwards == Backwards::Paused; }

    Reach reach_;
    QTimer patience_;
    ElidedLabel* words_;
    QToolButton* pause_;
    QToolButton* cancel_;
};

} // namespace waybill
