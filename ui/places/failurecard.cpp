// SPDX-License-Identifier: MIT
#include "places/failurecard.h"

#include "contract/foreigntext.h"
#include "contract/retryschedule.h"
#include "insight/forecast.h"
#include "models/deliverytablemodel.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/detailsfold.h"
#include "widgets/selectable.h"
#include "widgets/tip.h"
#include "words/answers.h"
#include "words/forecast.h"
#include "words/times.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

FailureCard::FailureCard(History& history, const Clock& clock, QWidget* parent)
    : Card(tr("Why the last attempt failed"), parent)
    , history_(history)
    , clock_(clock)
    , words_(new QLabel(this))
    , answer_(new QLabel(this))
    , details_(new DetailsFold(this))
    , forecast_(new QLabel(this))
    , nextTry_(new QLabel(this)) {
    setObjectName(u"failureCause"_s);
    words_->setObjectName(u"failureWords"_s);
    forecast_->setObjectName(u"forecast"_s);
    for (QLabel* label : {words_, answer_, forecast_}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    contentLayout()->addWidget(words_);
    contentLayout()->addWidget(answer_);
    contentLayout()->addWidget(details_);
    contentLayout()->addWidget(forecast_);
    for (QLabel* label : {words_, answer_})
        makeSelectable(label);
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
    auto newest = std::make_shared<std::optional<Delivery>>();
    for (const DeliveryStatus status : {DeliveryStatus::Failed, DeliveryStatus::Abandoned}) {
        DeliveryFilter filter;
        filter.endpointId = summary_.endpoint.id;
        filter.status = status;
        const bool isLast = status == DeliveryStatus::Abandoned;
        history_.readDeliveries({filter, 1, {}}, this,
                                [this, newest, isLast, id = filter.endpointId](const Result<QList<DeliveryRow>>& rows) {
                                    for (const DeliveryRow& row : rows.value_or(QList<DeliveryRow>())) {
                                        if (!*newest || timeOf(**newest) <= timeOf(row.delivery))
                                            *newest = row.delivery;
                                    }
                                    if (isLast && *newest && id == summary_.endpoint.id)
                                        readJourney(**newest);
                                });
    }
}

/// What comes next is told of the event that failed, never of another one.
void FailureCard::readJourney(const Delivery& failed) {
    history_.readJourney(failed.eventId, failed.endpointId, this,
                         [this, failed](const Result<QList<Delivery>>& journey) {
                             if (!journey || failed.endpointId != summary_.endpoint.id || !summary_.failingSince)
                                 return;
                             failed_ = failed;
                             afterwards_ = afterwardsIn(*journey, failed);
                             next_.reset();
                             for (const Delivery& attempt : *journey) {
                                 const bool isLater = attempt.replaysDeliveryId == failed.replaysDeliveryId &&
                                                      attempt.attempt > failed.attempt;
                                 if (isLater && attempt.status == DeliveryStatus::Pending)
                                     next_ = attempt.scheduledFor;
                             }
                             showCause();
                         });
}

void FailureCard::showCause() {
    setVisible(failed_.has_value());
    if (!failed_)
        return;
    const QString answer = quotedAnswer(*failed_);
    words_->setText(explainAttempt(*failed_, afterwards_));
    answer_->setText(tr("“%1”", "the receiver's answer").arg(isolated(answer)));
    answer_->setVisible(!answer.isEmpty());
    details_->setText(detailsOf(*failed_));
    if (next_)
        nextTry_->setText(tr("Next try %1", "in 4 min").arg(timeToCome(*next_, clock_.now())));
    else
        nextTry_->setText(tr("No further try of this event is scheduled."));
    nextTry_->setToolTip(next_ ? exactTime(*next_) : QString());
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
    setTip(forecast_, words.tip);
    forecast_->setVisible(!words.text.isEmpty());
}

} // namespace waybill
