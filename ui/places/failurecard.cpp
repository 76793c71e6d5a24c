// SPDX-License-Identifier: MIT
#include "places/failurecard.h"

#include "contract/retryschedule.h"
#include "insight/forecast.h"
#include "models/deliverytablemodel.h"
#include "models/plaintip.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "words/answers.h"
#include "words/forecast.h"
#include "words/times.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>
#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

FailureCard::FailureCard(History& history, const Clock& clock, QWidget* parent)
    : Card(tr("Why the last attempt failed"), parent)
    , history_(history)
    , clock_(clock)
    , words_(new QLabel(this))
    , answer_(new QLabel(this))
    , forecast_(new QLabel(this))
    , nextTry_(new QLabel(this)) {
    setObjectName(u"failureCause"_s);
    words_->setObjectName(u"failureWords"_s);
    forecast_->setObjectName(u"forecast"_s);
    for (QLabel* label : {words_, answer_, forecast_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        contentLayout()->addWidget(label);
    }
    for (QLabel* label : {words_, answer_})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    nextTry_->setTextFormat(Qt::PlainText);
    for (QLabel* label : {answer_, nextTry_})
        label->setForegroundRole(QPalette::PlaceholderText);
    auto* edit = new QPushButton(tr("Edit address…"), this);
    edit->setObjectName(u"editAddress"_s);
    edit->setIcon(icon(Icon::Edit, edit));
    connect(edit, &QPushButton::clicked, this, &FailureCard::editRequested);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::m);
    row->addWidget(edit);
    row->addWidget(nextTry_);
    row->addStretch(1);
    contentLayout()->addSpacing(space::xs);
    contentLayout()->addLayout(row);
    hide();
}

void FailureCard::show(const EndpointSummary& summary) {
    if (summary.endpoint.id != summary_.endpoint.id)
        failed_.reset();
    summary_ = summary;
    readCause();
}

void FailureCard::readCause() {
    if (!summary_.failingSince)
        failed_.reset();
    showCause();
    if (!summary_.failingSince)
        return;
    readForecast();
    for (const DeliveryStatus status : {DeliveryStatus::Failed, DeliveryStatus::Abandoned}) {
        DeliveryFilter filter;
        filter.endpointId = summary_.endpoint.id;
        filter.status = status;
        history_.readDeliveries(
            {filter, 1, {}}, this, [this, id = filter.endpointId](const Result<QList<DeliveryRow>>& answer) {
                if (!answer || answer->isEmpty() || id != summary_.endpoint.id || !summary_.failingSince)
                    return;
                const Delivery& found = answer->constFirst().delivery;
                if (!failed_ || timeOf(*failed_) <= timeOf(found))
                    failed_ = found;
                showCause();
            });
    }
}

void FailureCard::showCause() {
    setVisible(failed_.has_value());
    if (!failed_)
        return;
    constexpr int quoted = 120;
    const QString answer = failed_->responseBody.value_or(QString()).simplified().left(quoted);
    words_->setText(explainAttempt(*failed_));
    answer_->setText(tr("“%1”", "the receiver's answer").arg(answer));
    answer_->setVisible(!answer.isEmpty());
    const bool isTriedAgain = summary_.nextRetry && summary_.nextRetry->scheduledFor;
    // What is scheduled may be another event's: this one was given up.
    const bool isOfAnother = isTriedAgain && (failed_->status == DeliveryStatus::Abandoned ||
                                              summary_.nextRetry->eventId != failed_->eventId);
    const QString when = isTriedAgain ? timeToCome(*summary_.nextRetry->scheduledFor, clock_.now()) : QString();
    nextTry_->setText(!isTriedAgain ? tr("No further try is scheduled.")
                      : isOfAnother ? tr("Another event is tried here again %1.", "in 4 min").arg(when)
                                    : tr("Next try %1", "in 4 min").arg(when));
    nextTry_->setToolTip(isTriedAgain ? exactTime(*summary_.nextRetry->scheduledFor) : QString());
}

/// Settled attempts in the order of the log, as far back as they can matter, and what waits.
void FailureCard::readForecast() {
    readsForecastAgain_ = forecastReads_ > 0;
    if (readsForecastAgain_)
        return;
    settled_.clear();
    pending_.clear();
    constexpr int enough = failuresThatDisable;
    constexpr int mostPending = 500;
    for (const DeliveryStatus status :
         {DeliveryStatus::Delivered, DeliveryStatus::Failed, DeliveryStatus::Abandoned, DeliveryStatus::Pending}) {
        const bool isPending = status == DeliveryStatus::Pending;
        DeliveryFilter filter;
        filter.endpointId = summary_.endpoint.id;
        filter.status = status;
        const int most = isPending ? mostPending : status == DeliveryStatus::Delivered ? 1 : enough;
        ++forecastReads_;
        history_.readDeliveries({filter, most, {}}, this,
                                [this, isPending, id = filter.endpointId](const Result<QList<DeliveryRow>>& rows) {
                                    --forecastReads_;
                                    for (const DeliveryRow& row : rows.value_or(QList<DeliveryRow>()))
                                        (isPending ? pending_ : settled_).append(row.delivery);
                                    if (forecastReads_ > 0)
                                        return;
                                    if (std::exchange(readsForecastAgain_, false))
                                        readForecast();
                                    else if (id == summary_.endpoint.id)
                                        showForecast();
                                });
    }
}

void FailureCard::showForecast() {
    std::ranges::stable_sort(settled_, std::greater<>(), [](const Delivery& delivery) { return timeOf(delivery); });
    const bool answersGone = !settled_.isEmpty() && settled_.constFirst().responseStatus == 410;
    const bool isEnabled = summary_.endpoint.status == EndpointStatus::Enabled;
    const ForecastWords words = wordsFor(forecastOf(healthIn(settled_), pending_, answersGone), isEnabled);
    forecast_->setText(words.text);
    forecast_->setToolTip(plainTip(words.tip));
    forecast_->setVisible(!words.text.isEmpty());
}

} // namespace waybill
