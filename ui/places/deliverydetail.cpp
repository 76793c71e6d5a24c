// SPDX-License-Identifier: MIT
#include "places/deliverydetail.h"

#include "contract/foreigntext.h"
#include "models/deliverytablemodel.h"
#include "places/curlcommand.h"
#include "places/phasesbar.h"
#include "theme/tokens.h"
#include "widgets/announced.h"
#include "widgets/buttons.h"
#include "widgets/copybutton.h"
#include "widgets/copying.h"
#include "widgets/detailsfold.h"
#include "widgets/elidedlabel.h"
#include "widgets/payloadview.h"
#include "widgets/pill.h"
#include "widgets/selectable.h"
#include "widgets/tabstrip.h"
#include "words/answers.h"
#include "words/signatures.h"
#include "words/statuses.h"
#include "words/times.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
QLabel* words(QWidget* parent, bool muted) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    makeSelectable(label);
    if (muted)
        label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QWidget* scrolling(QWidget* content) {
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    return area;
}

QVBoxLayout* columnOf(QWidget* page) {
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, space::m, 0, space::m);
    column->setSpacing(space::s);
    return column;
}

QString neverSentNote(bool wasConnected) {
    return wasConnected ? DeliveryDetail::tr("This was about to be sent when the connection broke.")
                        : DeliveryDetail::tr("This would have been sent, but no connection could be made.");
}
} // namespace

DeliveryDetail::DeliveryDetail(History& history, SandboxControls* controls, Receiver& receiver, const Clock& clock,
                               QWidget* parent)
    : QWidget(parent), history_(history), controls_(controls), receiver_(receiver), clock_(clock) {
    tabs_ = new TabStrip(this);
    tabs_->setObjectName(u"deliveryTabs"_s);
    tabs_->setAccessibleName(tr("About this delivery"));
    copyCurl_ = new CopyButton(tr("Copy as cURL"), this);
    copyCurl_->setObjectName(u"copyCurl"_s);
    copyCurl_->setToolTip(tr("The request as a command for a terminal, without its signature"));
    makeQuiet(copyCurl_);
    pages_ = new QStackedWidget(this);
    const auto page = [this](const QString& title, QWidget* content) {
        tabs_->addTab(title);
        pages_->addWidget(content);
    };
    page(tr("What was sent"), makeSent());
    page(tr("What came back"), makeAnswer());
    page(tr("Timing"), makeTiming());
    page(tr("Signature"), makeSignature());

    setFocusProxy(tabs_);
    auto* column = new QVBoxLayout(this);
    constexpr int side = space::l + 2 - TabStrip::edge;
    column->setContentsMargins(side, space::s - 2, side, 0);
    column->setSpacing(0);
    pages_->setContentsMargins(TabStrip::edge, 0, TabStrip::edge, 0);
    column->addWidget(tabs_);
    column->addWidget(pages_, 1);
    connect(tabs_, &QTabBar::currentChanged, pages_, &QStackedWidget::setCurrentIndex);
    connect(&receiver, &Receiver::listening, this, &DeliveryDetail::readAgain);
    connect(&receiver, &Receiver::captured, this, [this](const Capture& capture) {
        if (capture.deliveryId == row_.delivery.id)
            showVerdict(capture);
    });
}

QWidget* DeliveryDetail::makeSent() {
    auto* page = new QWidget(this);
    requestLine_ = new ElidedLabel(page);
    requestLine_->setObjectName(u"requestLine"_s);
    requestLine_->setFont(codeFont(type::small));
    requestLine_->setForegroundRole(QPalette::PlaceholderText);
    requestLine_->setLayoutDirection(Qt::LeftToRight);
    requestLine_->setElideMode(Qt::ElideMiddle);
    foldHeaders_ = new QPushButton(page);
    foldHeaders_->setObjectName(u"foldHeaders"_s);
    foldHeaders_->setText(tr("Headers"));
    foldHeaders_->setCheckable(true);
    announceAs(foldHeaders_, Announced::Fold);
    makeQuiet(foldHeaders_);
    headers_ = new QPlainTextEdit(page);
    headers_->setObjectName(u"sentHeaders"_s);
    headers_->setAccessibleName(tr("Headers"));
    headers_->setReadOnly(true);
    headers_->setTabChangesFocus(true);
    headers_->setFont(codeFont(type::small));
    headers_->setMaximumHeight(130);
    copiesWhole(headers_);
    headers_->hide();
    sent_ = new PayloadView(page);
    sent_->setObjectName(u"sentBody"_s);
    sent_->setAccessibleName(tr("The event as it was sent"));
    sentNote_ = words(page, true);
    sentNote_->setObjectName(u"sentNote"_s);
    auto* top = new QHBoxLayout;
    top->setSpacing(space::xs);
    top->addWidget(requestLine_, 1);
    top->addWidget(foldHeaders_);
    top->addWidget(copyCurl_);
    auto* column = columnOf(page);
    column->setContentsMargins(0, space::xs, 0, space::m);
    column->setSpacing(space::xs);
    column->addLayout(top);
    column->addWidget(headers_);
    column->addWidget(sentNote_);
    column->addWidget(sent_, 1);
    connect(foldHeaders_, &QPushButton::toggled, headers_, &QWidget::setVisible);
    return page;
}

QWidget* DeliveryDetail::makeAnswer() {
    auto* page = new QWidget(this);
    answerStatus_ = new Pill(page);
    answerStatus_->setObjectName(u"answerStatus"_s);
    answerWords_ = words(page, false);
    answerWords_->setObjectName(u"answerWords"_s);
    answerNextStep_ = words(page, true);
    answerNextStep_->setObjectName(u"answerNextStep"_s);
    answer_ = new PayloadView(page);
    answer_->setObjectName(u"answerBody"_s);
    answer_->setAccessibleName(tr("The receiver's answer"));
    noAnswer_ = words(page, true);
    answerDetails_ = new DetailsFold(page);
    auto* top = new QHBoxLayout;
    top->setSpacing(space::s + 2);
    top->addWidget(answerStatus_, 0, Qt::AlignTop);
    top->addWidget(answerWords_, 1);
    auto* column = columnOf(page);
    column->addLayout(top);
    column->addWidget(answerNextStep_);
    column->addWidget(answerDetails_);
    column->addWidget(noAnswer_);
    column->addWidget(answer_, 1);
    column->addStretch();
    return page;
}

QWidget* DeliveryDetail::makeTiming() {
    auto* page = new QWidget;
    took_ = words(page, false);
    took_->setObjectName(u"took"_s);
    took_->setFont(textFont(type::heading, QFont::DemiBold));
    times_ = words(page, true);
    phases_ = new PhasesBar(page);
    auto* column = columnOf(page);
    column->addWidget(took_);
    column->addWidget(times_);
    column->addSpacing(space::xs);
    column->addWidget(phases_);
    column->addStretch(1);
    return scrolling(page);
}

QWidget* DeliveryDetail::makeSignature() {
    auto* page = new QWidget;
    verdict_ = new Pill(page);
    verdict_->setObjectName(u"signatureVerdict"_s);
    verdictWords_ = words(page, false);
    verdictWords_->setObjectName(u"signatureSentence"_s);
    verdictFacts_ = words(page, true);
    auto* column = columnOf(page);
    column->addWidget(verdict_, 0, Qt::AlignLeft);
    column->addWidget(verdictWords_);
    column->addWidget(verdictFacts_);
    column->addStretch(1);
    return scrolling(page);
}

void DeliveryDetail::show(const DeliveryRow& row) {
    if (row == row_)
        return;
    const bool isAnother = row.delivery.id != row_.delivery.id;
    row_ = row;
    if (isAnother) {
        isChecked_ = false;
        requestLine_->setFullText({});
        headers_->clear();
        foldHeaders_->hide();
        headers_->hide();
        sent_->setPayload({});
        setCommand({});
        setNote({});
        twoTimes_.clear();
        showTiming({});
        showNoVerdict();
    }
    showAnswer();
    readRequest();
    readVerdict();
}

void DeliveryDetail::readRequest() {
    if (!controls_) {
        readBodyOnly();
        return;
    }
    controls_->readSentRequest(row_.delivery.id, this,
                               [this, id = row_.delivery.id](const Result<SentRequest>& answer) {
                                   if (id != row_.delivery.id)
                                       return;
                                   // Only of what was looked for can be said that it is not there.
                                   isRequestKnown_ = answer || answer.error().kind == ErrorKind::NotFound;
                                   if (answer)
                                       showRequest(*answer);
                                   else
                                       readBodyOnly();
                               });
}

void DeliveryDetail::readBodyOnly() {
    showTiming({});
    history_.readEvent(row_.delivery.eventId, this, [this, id = row_.delivery.id](const Result<Event>& answer) {
        if (id != row_.delivery.id)
            return;
        if (!answer) {
            setNote(tr("This delivery's event has not been read yet."));
            return;
        }
        requestLine_->setFullText(u"POST "_s + isolated(row_.endpointUrl));
        sent_->setPayload(answer->body);
        if (neverArrived())
            setNote(neverSentNote(false));
        else
            setNote(bodyOnlyNote());
    });
}

QString DeliveryDetail::bodyOnlyNote() const {
    if (!row_.delivery.isSettled())
        return tr("This is the event as it will be sent.");
    if (!controls_)
        return tr("This is the event. Only the account knows the headers that went with it.");
    return isRequestKnown_ ? tr("This is the event. The headers of this attempt were not kept.")
                           : tr("This is the event. Its headers are still being read.");
}

void DeliveryDetail::readAgain() {
    if (row_.delivery.id.isEmpty())
        return;
    readRequest();
    readVerdict();
}

void DeliveryDetail::showRequest(const SentRequest& request) {
    const QUrl base(row_.endpointUrl);
    const QString url =
        base.scheme() + u"://"_s + base.authority(QUrl::FullyEncoded) + QString::fromLatin1(request.target);
    requestLine_->setFullText(u"POST "_s + isolated(url));
    QStringList lines;
    for (const HttpHeader& field : request.headers.fields())
        lines += QString::fromLatin1(field.name) + u": "_s + QString::fromLatin1(field.value);
    headers_->setPlainText(lines.join(u'\n'));
    foldHeaders_->setText(tr("%n header(s)", nullptr, int(lines.size())));
    foldHeaders_->setVisible(!lines.isEmpty());
    headers_->setVisible(foldHeaders_->isChecked() && !lines.isEmpty());
    if (sent_->payload() != request.body)
        sent_->setPayload(request.body);
    setCommand(curlCommand(url, request.headers, request.body));
    twoTimes_ = twoTimesText(request);
    showTiming(request.phases);
    setNote(neverArrived() ? neverSentNote(request.phases && request.phases->connected) : twoTimes_);
    if (!isChecked_)
        showNoVerdict();
}

void DeliveryDetail::showAnswer() {
    const Delivery& delivery = row_.delivery;
    const StatusWords status = statusOf(delivery, clock_.now(), row_.afterwards);
    answerStatus_->setStatus(status.kind, status.icon,
                             delivery.responseStatus ? QString::number(*delivery.responseStatus) : status.text);
    const AttemptWords found = wordsFor(delivery, row_.afterwards);
    answerWords_->setText(found.happened);
    answerNextStep_->setText(found.nextStep);
    answerNextStep_->setVisible(!found.nextStep.isEmpty());
    answerDetails_->setText(detailsOf(delivery));
    const QByteArray body = delivery.responseBody ? delivery.responseBody->toUtf8() : QByteArray();
    answer_->setVisible(!body.isEmpty());
    if (answer_->payload() != body)
        answer_->setPayload(body);
    noAnswer_->setVisible(body.isEmpty() && delivery.responseStatus.has_value());
    noAnswer_->setText(tr("The answer had no text."));
}

void DeliveryDetail::showTiming(const std::optional<AttemptPhases>& phases) {
    const Delivery& delivery = row_.delivery;
    if (delivery.responseMs)
        took_->setText(tr("%1 in all").arg(durationText(milliseconds(*delivery.responseMs))));
    else
        took_->setText(delivery.isSettled() ? tr("How long it took is not known") : tr("Not sent yet"));
    QStringList lines;
    if (delivery.scheduledFor)
        lines += tr("Scheduled for %1").arg(exactTime(*delivery.scheduledFor));
    if (delivery.deliveredAt)
        lines += tr("Delivered on %1").arg(exactTime(*delivery.deliveredAt));
    if (!twoTimes_.isEmpty())
        lines += twoTimes_;
    times_->setText(lines.join(u'\n'));
    reached_ = phases;
    AttemptEnd end = AttemptEnd::Answered;
    if (!delivery.responseStatus || delivery.failure)
        end = QUrl(row_.endpointUrl).scheme() == u"https" ? AttemptEnd::BrokenSecure : AttemptEnd::Broken;
    phases_->setPhases(phases && delivery.isSettled() ? phasesOf(*phases, end) : QList<Phase>());
}

QString DeliveryDetail::twoTimesText(const SentRequest& request) {
    // A signature has whole seconds, and an attempt may begin at the end of one.
    constexpr seconds sameMoment{2};
    if (!request.startedAt || std::chrono::abs(*request.startedAt - request.sentAt) < sameMoment)
        return {};
    return tr("Sent on %1 (real time). The engine's clock showed %2.")
        .arg(exactTime(request.sentAt), exactTime(*request.startedAt));
}

bool DeliveryDetail::neverArrived() const {
    const Delivery& delivery = row_.delivery;
    if (!delivery.isSettled() || delivery.responseStatus)
        return false;
    if (delivery.failure)
        return wasNeverSent(*delivery.failure);
    return reached_ && !reached_->connected;
}

void DeliveryDetail::readVerdict() {
    receiver_.readCapture(row_.delivery.id, this, [this, id = row_.delivery.id](const Result<Capture>& answer) {
        if (id != row_.delivery.id)
            return;
        isVerdictKnown_ = answer || answer.error().kind == ErrorKind::NotFound;
        if (answer)
            showVerdict(*answer);
        else
            showNoVerdict();
    });
}

void DeliveryDetail::showVerdict(const Capture& capture) {
    isChecked_ = true;
    const SignatureWords found = wordsFor(capture.check);
    const bool valid = capture.check.isValid();
    verdict_->setStatus(valid ? PillKind::Success : PillKind::Danger, valid ? Icon::ShieldCheck : Icon::ShieldAlert,
                        valid ? tr("Verified") : found.title);
    verdictWords_->setText(found.sentence);
    QStringList facts{tr("Checked by the built-in receiver on %1").arg(exactTime(capture.receivedAt))};
    if (capture.check.age)
        facts += *capture.check.age == seconds(0)
                     ? tr("Less than a second after it was signed")
                     : tr("%1 after it was signed").arg(durationText(std::chrono::abs(*capture.check.age)));
    if (capture.seenBefore)
        facts += tr("This event was accepted before: it is a retry or a replay");
    verdictFacts_->setText(facts.join(u'\n'));
}

void DeliveryDetail::showNoVerdict() {
    const Delivery& delivery = row_.delivery;
    if (!delivery.isSettled() && !delivery.error.value_or(QString()).isEmpty()) {
        const StatusWords status = statusOf(delivery, clock_.now());
        verdict_->setStatus(status.kind, status.icon, status.text);
        verdictWords_->setText(isolated(*delivery.error));
    } else if (!delivery.isSettled()) {
        verdict_->setStatus(PillKind::Info, Icon::Clock, tr("Not sent yet"));
        verdictWords_->setText(tr("It is signed when it is sent."));
    } else if (neverArrived()) {
        verdict_->setStatus(PillKind::Neutral, Icon::Help, tr("Not checked"));
        verdictWords_->setText(tr("Not checked: it never arrived."));
    } else if (receiver_.owns(QUrl(row_.endpointUrl))) {
        verdict_->setStatus(PillKind::Neutral, Icon::Help, tr("Not checked"));
        verdictWords_->setText(isVerdictKnown_ ? tr("The built-in receiver has no record of this delivery.")
                                               : tr("The built-in receiver is still starting."));
    } else {
        verdict_->setStatus(PillKind::Neutral, Icon::Lock, tr("Signed", "delivery"));
        verdictWords_->setText(tr("It was signed with this endpoint's signing secret. Only its receiver knows whether "
                                  "the signature was accepted. For the built-in receiver, the result is shown here."));
    }
    verdictFacts_->clear();
}

void DeliveryDetail::setCommand(const QString& command) {
    copyCurl_->setCopiedText(command);
    Q_EMIT commandChanged(!command.isEmpty());
}

void DeliveryDetail::copyCommand() {
    copyCurl_->click();
}

void DeliveryDetail::setNote(const QString& note) {
    sentNote_->setText(note);
    sentNote_->setVisible(!note.isEmpty());
}

int DeliveryDetail::currentTab() const {
    return tabs_->currentIndex();
}
void DeliveryDetail::setCurrentTab(int tab) {
    tabs_->setCurrentIndex(tab);
}

} // namespace waybill
