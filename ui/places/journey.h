// SPDX-License-Identifier: MIT
#pragma once

#include "contract/delivery.h"
#include "contract/instant.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace waybill {

class Clock;
class ElidedLabel;
class History;

/// What is still to come after the last attempt, by the retry schedule, if the receiver goes on failing.
struct Outlook {
    std::optional<int> nextAttempt; ///< Set where it is not in the log yet.
    std::optional<Instant> nextAt;
    int laterAttempts = 0; ///< After the next one.
    std::optional<Instant> lastAt;
};
Outlook outlookOf(const QList<Delivery>& journey);

/// Every attempt to bring one event to one endpoint, and what comes next.
class Journey final : public QWidget {
    Q_OBJECT
public:
    Journey(History& history, const Clock& clock, QWidget* parent = nullptr);

    void show(const Delivery& delivery);
    /// Relative times go on, with those of the table.
    void tellTimes();
    void clear();
    QPushButton* replayButton() const { return replay_; }

Q_SIGNALS:
    void replayRequested(const QString& deliveryId);
    void attemptChosen(const QString& deliveryId);

private:
    void refresh();
    void build(const QList<Delivery>& attempts);
    void addAttempt(const Delivery& attempt, const Delivery* before);
    void addOutlook(const Outlook& outlook);
    /// `when` is told relative to now behind the words of the title.
    void addLine(QWidget* mark, const QString& title, const QString& note, const QString& tip,
                 const std::optional<Instant>& when = {});

    History& history_;
    const Clock& clock_;
    Delivery shown_;
    QList<Delivery> attempts_;
    struct ToldTime {
        ElidedLabel* label;
        QString title;
        Instant when;
        QString tip;
    };
    QList<ToldTime> times_; ///< Of what is to come.
    QScrollArea* scroll_ = nullptr;
    QVBoxLayout* column_ = nullptr;
    QPushButton* replay_ = nullptr;
};

} // namespace waybill
