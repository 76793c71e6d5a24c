// SPDX-License-Identifier: MIT
#include "places/journey.h"

#include "clock/clock.h"
#include "contract/afterwards.h"
#include "contract/foreigntext.h"
#include "contract/retryschedule.h"
#include "history/history.h"
#include "models/deliverytablemodel.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/elidedlabel.h"
#include "widgets/pill.h"
#include "widgets/tip.h"
#include "words/answers.h"
#include "words/statuses.h"
#include "words/times.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
QDate dayOf(Instant instant) {
    return toLocalDateTime(instant).date();
}
} // namespace

Outlook outlookOf(const QList<Delivery>& journey) {
    Outlook outlook;
    if (journey.isEmpty())
        return outlook;
    const Delivery& last = journey.last();
    std::optional<Instant> at = last.scheduledFor;
    int attempt = last.attempt;
    if (last.status == DeliveryStatus::Failed) {
        if (const auto delay = delayAfter(attempt); delay && at) {
            outlook.nextAttempt = ++attempt;
            outlook.nextAt = at = *at + *delay;
        }
    } else if (last.status != DeliveryStatus::Pending) {
        return outlook;
    }
    for (auto delay = delayAfter(attempt); delay; delay = delayAfter(++attempt)) {
        ++outlook.laterAttempts;
        if (at)
            at = *at + *delay;
    }
    if (outlook.laterAttempts > 0)
        outlook.lastAt = at;
    return outlook;
}

Journey::Journey(History& history, const Clock& clock, QWidget* parent)
    : QWidget(parent), history_(history), clock_(clock) {
    auto* title = new QLabel(tr("This event's journey"), this);
    title->setFont(textFont(type::heading, QFont::DemiBold));
    scroll_ = new QScrollArea(this);
    scroll_->setObjectName(u"journey"_s);
    scroll_->setAccessibleName(title->text());
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setWidgetResizable(true);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    replay_ = new QPushButton(icon(Icon::Repeat, this), tr("Replay &now"), this);
    replay_->setObjectName(u"replayNow"_s);
    replay_->setToolTip(tr("Sends the same event to this endpoint once more, signed anew."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::l + 2, space::m + 2, space::m, space::m);
    column->setSpacing(space::m);
    column->addWidget(title);
    column->addWidget(scroll_, 1);
    column->addWidget(replay_, 0, Qt::AlignLeft);
    connect(replay_, &QPushButton::clicked, this, [this] { Q_EMIT replayRequested(shown_.id); });
    connect(&history, &History::changed, this, &Journey::refresh);
    clear();
}

void Journey::show(const Delivery& delivery) {
    if (delivery == shown_) {
        tellTimes();
        return;
    }
    const bool sameJourney = delivery.eventId == shown_.eventId && delivery.endpointId == shown_.endpointId;
    shown_ = delivery;
    replay_->setEnabled(true);
    if (sameJourney)
        build(attempts_);
    else
        build({delivery});
    refresh();
}

void Journey::clear() {
    shown_ = {};
    build({});
    replay_->setEnabled(false);
}

void Journey::refresh() {
    if (shown_.id.isEmpty())
        return;
    history_.readJourney(shown_.eventId, shown_.endpointId, this,
                         [this, asked = shown_.eventId](const Result<QList<Delivery>>& answer) {
                             if (answer && asked == shown_.eventId)
                                 build(*answer);
                         });
}

void Journey::build(const QList<Delivery>& attempts) {
    attempts_ = attempts;
    times_.clear();
    // Anew, and in its place only when it is whole: nothing is painted halfway.
    auto* lines = new QWidget(this);
    lines->hide();
    column_ = new QVBoxLayout(lines);
    column_->setContentsMargins(0, 0, space::s, 0);
    column_->setSpacing(space::m - 2);
    for (qsizetype i = 0; i < attempts.size(); ++i)
        addAttempt(attempts.at(i), i > 0 ? &attempts.at(i - 1) : nullptr);
    addOutlook(outlookOf(attempts));
    column_->addStretch(1);
    const int scrolled = scroll_->verticalScrollBar()->value();
    scroll_->setWidget(lines);
    scroll_->verticalScrollBar()->setValue(scrolled);
}

void Journey::addAttempt(const Delivery& attempt, const Delivery* before) {
    const Afterwards afterwards = afterwardsIn(attempts_, attempt);
    const StatusWords status = statusOf(attempt, clock_.now(), afterwards);
    auto* pill = new Pill;
    if (attempt.responseStatus)
        pill->setStatus(status.kind, status.icon, QString::number(*attempt.responseStatus));
    else
        pill->setStatus(status.kind, status.icon, {});
    pill->setAccessibleName(status.text);
    setTip(pill, status.text);

    const std::optional<Instant> time = attempt.scheduledFor ? attempt.scheduledFor : timeOf(attempt);
    QStringList title{attempt.replaysDeliveryId.isEmpty() ? tr("Attempt %1").arg(attempt.attempt) : tr("Replay")};
    if (time && attempt.isSettled() && before && before->scheduledFor && dayOf(*before->scheduledFor) != dayOf(*time))
        title += shortTime(*time); // Another day begins.
    else if (time && attempt.isSettled())
        title += clockTime(*time);

    QString note;
    if (attempt.status == DeliveryStatus::Delivered)
        note = tr("the receiver accepted it");
    else if (attempt.isSettled() && attempt.responseBody && !attempt.responseBody->trimmed().isEmpty())
        note = tr("“%1”", "the receiver's answer").arg(isolated(quotedAnswer(attempt)));
    else if (attempt.isSettled())
        note = wordsFor(attempt, afterwards).happened;
    else if (attempt.error && !attempt.error->isEmpty())
        note = isolated(*attempt.error);
    else if (before && before->scheduledFor && attempt.scheduledFor && attempt.replaysDeliveryId.isEmpty())
        note = tr("%1 after attempt %2")
                   .arg(durationText(*attempt.scheduledFor - *before->scheduledFor))
                   .arg(before->attempt);
    if (attempt.responseMs)
        note = durationText(milliseconds(*attempt.responseMs)) + u" · "_s + note;
    addLine(pill, title.join(u" · "_s), note, time ? exactTime(*time) : QString(),
            attempt.isSettled() ? std::nullopt : time);
}

void Journey::addOutlook(const Outlook& outlook) {
    if (outlook.nextAttempt && outlook.nextAt) {
        auto* pill = new Pill;
        pill->setStatus(PillKind::Info, Icon::Clock, {});
        pill->setAccessibleName(tr("To come"));
        addLine(pill, tr("Attempt %1").arg(*outlook.nextAttempt), tr("on the retry schedule"),
                exactTime(*outlook.nextAt), outlook.nextAt);
    }
    if (outlook.laterAttempts == 0)
        return;
    auto* pill = new Pill;
    pill->setStatus(PillKind::Neutral, Icon::More, {});
    pill->setAccessibleName(tr("Later"));
    QString note = tr("then abandoned");
    if (outlook.lastAt)
        note = tr("the last on %1, then abandoned")
                   .arg(QLocale().toString(toLocalDateTime(*outlook.lastAt), u"d MMM HH:mm"_s));
    addLine(pill, tr("Up to %n more attempt(s)", nullptr, outlook.laterAttempts), note,
            outlook.lastAt ? exactTime(*outlook.lastAt) : QString());
}

void Journey::tellTimes() {
    for (const ToldTime& told : std::as_const(times_)) {
        const QString title = told.title + u" · "_s + relativeTime(told.when, clock_.now());
        if (title == told.label->fullText())
            continue;
        told.label->setFullText(title);
        setTip(told.label, title + u'\n' + told.tip);
    }
}

void Journey::addLine(QWidget* mark, const QString& title, const QString& note, const QString& tip,
                      const std::optional<Instant>& when) {
    auto* line = new QWidget(column_->parentWidget());
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    auto* marks = new QVBoxLayout;
    mark->setParent(line);
    marks->addWidget(mark);
    marks->addStretch(1);
    auto* markRoom = new QWidget(line);
    markRoom->setLayout(marks);
    marks->setContentsMargins(0, 0, 0, 0);
    markRoom->setFixedWidth(60);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    auto* head = new ElidedLabel(title, line);
    setTip(head, tip.isEmpty() ? title : title + u'\n' + tip);
    if (when) {
        times_.append({head, title, *when, tip});
        tellTimes();
    }
    head->setMinimumHeight(mark->sizeHint().height());
    words->addWidget(head);
    if (!note.isEmpty()) {
        auto* foot = new ElidedLabel(note, line);
        foot->setForegroundRole(QPalette::PlaceholderText);
        foot->setMostLines(2);
        words->addWidget(foot);
    }
    row->addWidget(markRoom, 0);
    row->addLayout(words, 1);
    column_->addWidget(line);
}

} // namespace waybill
