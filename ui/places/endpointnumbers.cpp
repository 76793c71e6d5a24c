// SPDX-License-Identifier: MIT
#include "places/endpointnumbers.h"

#include "theme/tokens.h"
#include "widgets/statcard.h"
#include "words/times.h"

#include <QGridLayout>
#include <QLocale>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
/// "98.4 %", and 100 only where nothing failed.
QString shareText(int part, int whole) {
    const double share = part == whole ? 100 : qMin(99.9, 100.0 * part / whole);
    return EndpointNumbers::tr("%1 %").arg(QLocale().toString(share, 'f', part == whole || part == 0 ? 0 : 1));
}
} // namespace

EndpointNumbers::EndpointNumbers(QWidget* parent)
    : QWidget(parent)
    , grid_(new QGridLayout(this))
    , delivered_(new StatCard(tr("Delivered, last 24 h"), this))
    , answers_(new StatCard(tr("Answers in"), this))
    , waiting_(new StatCard(tr("Waiting to retry"), this)) {
    delivered_->setObjectName(u"deliveredShare"_s);
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setSpacing(space::s + 2);
    grid_->addWidget(delivered_, 0, 0);
    grid_->addWidget(answers_, 0, 1);
    arrange();
}

void EndpointNumbers::show(const EndpointSummary& s, bool isLogKnown, Instant now) {
    if (s.settledLastDay > 0)
        delivered_->setValue(shareText(s.deliveredLastDay, s.settledLastDay),
                             tr("%1 of %2", "deliveries")
                                 .arg(QLocale().toString(s.deliveredLastDay), QLocale().toString(s.settledLastDay)));
    else
        delivered_->setValue(u"–"_s, isLogKnown ? tr("nothing was sent") : tr("not known yet"));
    if (s.medianMs)
        answers_->setValue(durationText(milliseconds(*s.medianMs)),
                           s.ninetyFifthMs ? tr("95 % within %1").arg(durationText(milliseconds(*s.ninetyFifthMs)))
                                           : QString());
    else
        answers_->setValue(u"–"_s, isLogKnown ? tr("nothing was delivered") : tr("not known yet"));
    QString note = tr("nothing waits");
    if (s.nextRetry && s.nextRetry->scheduledFor)
        note = tr("next try %1", "in 4 min").arg(timeToCome(*s.nextRetry->scheduledFor, now));
    waiting_->setValue(QLocale().toString(s.pendingRetries), note);
}

void EndpointNumbers::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void EndpointNumbers::arrange() {
    constexpr int leastForThree = 500;
    const int columns = width() >= leastForThree ? 3 : 2;
    if (std::exchange(inRow_, columns) == columns)
        return;
    grid_->removeWidget(waiting_);
    if (columns == 3)
        grid_->addWidget(waiting_, 0, 2);
    else
        grid_->addWidget(waiting_, 1, 0, 1, 2);
    for (int column = 0; column < 3; ++column)
        grid_->setColumnStretch(column, column < columns ? 1 : 0);
}

} // namespace waybill
