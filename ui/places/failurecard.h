// SPDX-License-Identifier: MIT
#pragma once

#include "history/history.h"
#include "widgets/card.h"

#include <optional>

class QLabel;

namespace waybill {

class DetailsFold;

/// Why an endpoint's last attempt failed, what is tried next, and what will happen if nothing changes. Hidden while the
/// endpoint works.
class FailureCard final : public Card {
    Q_OBJECT
public:
    /// Both outlive it.
    FailureCard(History& history, const Clock& clock, QWidget* parent = nullptr);
    void show(const EndpointSummary& summary);

Q_SIGNALS:
    void editRequested();

private:
    void readCause();
    void readJourney(const Delivery& failed);
    void showCause();
    void readForecast();
    void showForecast();

    History& history_;
    const Clock& clock_;
    EndpointSummary summary_;
    Afterwards afterwards_ = Afterwards::TriedAgain;
    std::optional<Instant> next_;    ///< When its event is tried again.
    std::optional<Delivery> failed_; ///< The newest attempt that failed, while it is the last that was settled.
    QList<Delivery> settled_;        ///< For the forecast: the newest first.
    QList<Delivery> pending_;
    int forecastReads_ = 0; ///< Answers that have not come.
    bool readsForecastAgain_ = false;
    QLabel* words_;
    QLabel* answer_;
    DetailsFold* details_;
    QLabel* forecast_;
    QLabel* nextTry_;
};

} // namespace waybill
