// SPDX-License-Identifier: MIT
#include "places/endpointdetail.h"

#include "contract/eventcatalogue.h"
#include "contract/foreigntext.h"
#include "models/endpointlistmodel.h"
#include "places/deliverytable.h"
#include "places/endpointevents.h"
#include "places/endpointnumbers.h"
#include "places/endpointtraces.h"
#include "places/failurecard.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/buttons.h"
#include "widgets/commandnote.h"
#include "widgets/copybutton.h"
#include "widgets/elidedlabel.h"
#include "widgets/emptystate.h"
#include "widgets/pill.h"
#include "widgets/selectable.h"
#include "widgets/tabstrip.h"
#include "words/eventtypes.h"
#include "words/times.h"

#include <QAccessible>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
constexpr int latestRows = 5;

QLabel* plainLabel(QWidget* parent, bool muted = false) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    if (muted)
        label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QScrollArea* scrolling(QWidget* content, QWidget* parent) {
    auto* area = new QScrollArea(parent);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    return area;
}

QString disablingTip(int retries) {
    QStringList sentences{EndpointDetail::tr("A disabled endpoint gets no new events.")};
    if (retries > 0)
        sentences += EndpointDetail::tr("%n scheduled retry(s) still run.", nullptr, retries);
    sentences += EndpointDetail::tr("You can enable it again at any time.");
    return sentences.join(u' ');
}
} // namespace

EndpointDetail::EndpointDetail(History& history, const Clock& clock, QWidget* parent)
    : QWidget(parent), history_(history), clock_(clock), latestModel_(history, clock), allModel_(history, clock) {
    latestModel_.setPage(latestRows, DeliveryTableModel::Extent::FirstPage);
    tabs_ = new TabStrip(this);
    tabs_->setObjectName(u"endpointTabs"_s);
    tabs_->setAccessibleName(tr("About this endpoint"));
    pages_ = new QStackedWidget(this);
    const auto page = [this](const QString& title, QWidget* content) {
        tabs_->addTab(title);
        pages_->addWidget(content);
    };
    QWidget* head = makeHead();
    page(tr("Overview"), makeOverview());
    page(tr("Deliveries"), makeDeliveries());
    page(tr("Signing secret"), makeSecret());

    auto* column = new QVBoxLayout(this);
    constexpr int side = space::xl - 2 - TabStrip::edge;
    column->setContentsMargins(side, space::l + 2, side, 0);
    column->setSpacing(0);
    for (QWidget* part : {head, static_cast<QWidget*>(pages_)})
        part->setContentsMargins(TabStrip::edge, 0, TabStrip::edge, 0);
    column->addWidget(head);
    column->addSpacing(space::m);
    column->addWidget(tabs_);
    column->addWidget(pages_, 1);
    narrowest_ = actions_->sizeHint().width() + 2 * (side + TabStrip::edge);
    fitInto(0);
    testNote_ = new CommandNote(this, test_);
    enableNote_ = new CommandNote(this, enable_);
    connect(testNote_, &CommandNote::busyChanged, this, &EndpointDetail::showTestButton);
    connect(enableNote_, &CommandNote::busyChanged, this, &EndpointDetail::showEnableButton);
    connect(tabs_, &QTabBar::currentChanged, this, [this](int tab) {
        pages_->setCurrentIndex(tab);
        showTables();
    });
}

QWidget* EndpointDetail::makeHead() {
    auto* head = new QWidget(this);
    name_ = new ElidedLabel(head);
    name_->setObjectName(u"endpointName"_s);
    name_->setFont(textFont(type::title, QFont::DemiBold));
    status_ = new Pill(head);
    status_->setObjectName(u"endpointStatus"_s);
    enable_ = new QPushButton(icon(Icon::Power, head), {}, head);
    enable_->setObjectName(u"enableEndpoint"_s);
    auto* edit = new QPushButton(icon(Icon::Edit, head), tr("Edit…"), head);
    edit->setObjectName(u"editEndpoint"_s);
    more_ = new QPushButton(icon(Icon::More, head), {}, head);
    more_->setObjectName(u"moreEndpoint"_s);
    more_->setToolTip(tr("More for this endpoint"));
    more_->setAccessibleName(more_->toolTip());
    test_ = new QPushButton(tr("Send &test event"), head);
    test_->setObjectName(u"sendTestEvent"_s);
    test_->setIcon(icon(Icon::Play, test_));
    makePrimary(test_);
    setFocusProxy(test_);
    testConfirmation_.setSingleShot(true);
    testConfirmation_.setInterval(2000);
    connect(&testConfirmation_, &QTimer::timeout, this, [this] {
        tested_.clear();
        showTestButton();
    });
    auto* choose = new QPushButton(icon(Icon::ChevronDown, head), {}, head);
    choose->setObjectName(u"chooseTestEvent"_s);
    choose->setToolTip(tr("Choose which event to send as a test"));
    choose->setAccessibleName(choose->toolTip());

    opensBelow(choose, makeTestMenu());

    connect(enable_, &QPushButton::clicked, this, [this] {
        Q_EMIT enableRequested(summary_.endpoint.id, summary_.endpoint.status != EndpointStatus::Enabled);
    });
    connect(edit, &QPushButton::clicked, this, [this] { Q_EMIT editRequested(summary_.endpoint); });
    connect(test_, &QPushButton::clicked, this, [this] { requestTest({}); });

    auto* title = new QHBoxLayout;
    title->setSpacing(space::s + 2);
    title->addWidget(name_, 0, Qt::AlignVCenter);
    title->addWidget(status_, 0, Qt::AlignVCenter);
    title->addStretch(1);
    actions_ = new QWidget(head);
    auto* buttons = new QHBoxLayout(actions_);
    buttons->setContentsMargins(0, 0, 0, 0);
    buttons->setSpacing(space::s);
    foldable_ = new QWidget(actions_);
    auto* first = new QHBoxLayout(foldable_);
    first->setContentsMargins(0, 0, 0, 0);
    first->setSpacing(space::s);
    first->addWidget(enable_);
    first->addWidget(edit);
    buttons->addWidget(more_);
    auto* split = new QHBoxLayout;
    split->setSpacing(2);
    split->addWidget(test_);
    split->addWidget(choose);
    buttons->addLayout(split);
    buttons->addStretch(1);
    // Their words change; what stands beside them stays where it is.
    keepRoomFor(enable_, {tr("Wait…"), tr("Disable"), tr("Enable")});
    keepRoomFor(test_, {tr("Sending…"), tr("Test event sent"), tr("Send &test event")});

    address_ = new ElidedLabel(head);
    address_->setObjectName(u"endpointAddress"_s);
    address_->setFont(codeFont(type::small));
    address_->setForegroundRole(QPalette::PlaceholderText);
    address_->setElideMode(Qt::ElideMiddle);
    address_->setLayoutDirection(Qt::LeftToRight);
    copyAddress_ = new CopyButton(head);
    copyAddress_->setObjectName(u"copyAddress"_s);
    copyAddress_->setAccessibleName(tr("Copy the address"));
    copyAddress_->setToolTip(copyAddress_->accessibleName());
    copyAddress_->setLabel({});
    makeQuiet(copyAddress_);
    auto* line = new QHBoxLayout;
    line->setSpacing(space::xs);
    line->addWidget(address_);
    line->addWidget(copyAddress_);
    line->addStretch(1);

    headLayout_ = new QBoxLayout(QBoxLayout::LeftToRight);
    headLayout_->setSpacing(space::s);
    headLayout_->addLayout(title, 1);
    buttonRows_ = new QBoxLayout(QBoxLayout::LeftToRight);
    buttonRows_->setSpacing(space::s);
    buttonRows_->addWidget(foldable_, 0, Qt::AlignLeft | Qt::AlignTop);
    buttonRows_->addWidget(actions_, 1, Qt::AlignLeft | Qt::AlignTop);
    headLayout_->addLayout(buttonRows_);
    auto* lines = new QVBoxLayout(head);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(0);
    lines->addLayout(headLayout_);
    lines->addLayout(line);
    return head;
}

QMenu* EndpointDetail::makeTestMenu() {
    auto* menu = new QMenu(this);
    menu->setObjectName(u"testEventMenu"_s);
    const auto offer = [this, menu](const QString& type) {
        QAction* action =
            menu->addAction(type.isEmpty() ? tr("Plain test event") : eventTitle(type) + u'\t' + eventName(type), this,
                            [this, type] { requestTest(type); });
        action->setObjectName(type.isEmpty() ? QString::fromUtf16(testEventType) : type);
    };
    offer({});
    menu->addSeparator();
    for (const EventType& type : eventCatalogue())
        offer(QString::fromLatin1(type.name));
    return menu;
}

QWidget* EndpointDetail::makeOverview() {
    auto* content = new QWidget;
    disabled_ = new DisabledCard(content);
    connect(disabled_, &DisabledCard::enableRequested, this,
            [this] { Q_EMIT enableRequested(summary_.endpoint.id, true); });
    failure_ = new FailureCard(history_, clock_, content);
    connect(failure_, &FailureCard::editRequested, this, [this] { Q_EMIT editRequested(summary_.endpoint); });
    numbers_ = new EndpointNumbers(content);

    events_ = new EndpointEvents(content);

    auto* latest = new Card(tr("Latest deliveries"), content);
    latest_ =
        new DeliveryTable(latestModel_, {DeliveryTableModel::EndpointColumn, DeliveryTableModel::Attempt}, latest);
    latest_->setObjectName(u"latestDeliveries"_s);
    latest_->setAccessibleName(tr("Latest deliveries"));
    latest_->setSelectionMode(QAbstractItemView::SingleSelection);
    latest_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    noLatest_ = plainLabel(latest, true);
    showAll_ = new QPushButton(tr("Show all in Deliveries"), latest);
    showAll_->setObjectName(u"showInDeliveries"_s);
    showAll_->setIcon(icon(Icon::ArrowRight, latest));
    makeQuiet(showAll_);
    latest->contentLayout()->addWidget(noLatest_);
    latest->contentLayout()->addWidget(latest_);
    latest->contentLayout()->addWidget(showAll_, 0, Qt::AlignLeft);
    connect(showAll_, &QPushButton::clicked, this, [this] { Q_EMIT deliveriesRequested(summary_.endpoint.id); });
    connect(latest_, &DeliveryTable::opened, this, &EndpointDetail::deliveryOpened);
    connect(&latestModel_, &DeliveryTableModel::loaded, this, &EndpointDetail::fitLatest);
    fitLatest();

    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, space::l - 2, 0, space::l);
    column->setSpacing(space::m + 2);
    column->addWidget(disabled_);
    column->addWidget(failure_);
    column->addWidget(numbers_);
    column->addWidget(events_);
    column->addWidget(latest);
    column->addStretch(1);
    return scrolling(content, this);
}

QWidget* EndpointDetail::makeDeliveries() {
    allPages_ = new QStackedWidget(this);
    auto* page = new QWidget(allPages_);
    auto* card = new Card(page);
    auto* room = new QVBoxLayout(page);
    room->setContentsMargins(0, space::l - 2, 0, space::l);
    room->addWidget(card);
    card->layout()->setContentsMargins(1, space::xs, 1, space::xs);
    all_ = new DeliveryTable(allModel_, {DeliveryTableModel::EndpointColumn}, card);
    all_->setObjectName(u"endpointDeliveries"_s);
    all_->setAccessibleName(tr("Deliveries of this endpoint"));
    card->contentLayout()->addWidget(all_, 1);
    none_ = new EmptyState(allPages_);
    connect(none_, &EmptyState::acted, this, [this] { requestTest({}); });
    connect(all_, &DeliveryTable::opened, this, &EndpointDetail::deliveryOpened);
    allPages_->addWidget(page);
    allPages_->addWidget(none_);
    showNothing();
    connect(&allModel_, &DeliveryTableModel::loaded, this,
            [this] { allPages_->setCurrentIndex(allModel_.rowCount() > 0 ? 0 : 1); });
    return allPages_;
}

QWidget* EndpointDetail::makeSecret() {
    auto* content = new QWidget;
    auto* card = new Card(tr("Signing secret"), content);
    auto* meaning = plainLabel(card, true);
    meaning->setText(tr("Every delivery is signed with this secret, so that the receiver can tell that it really comes "
                        "from the account and was not changed on the way. The whole secret was shown once, when it was "
                        "made; it cannot be shown again."));
    secret_ = plainLabel(card);
    secret_->setObjectName(u"secretPrefix"_s);
    secret_->setFont(codeFont(type::body));
    makeSelectable(secret_);
    secretDates_ = plainLabel(card, true);
    auto* rotate = new QPushButton(icon(Icon::RotateCw, card), tr("R&otate secret…"), card);
    rotate->setObjectName(u"rotateSecretButton"_s);
    auto* lost = plainLabel(card, true);
    lost->setText(
        tr("Lost it, or might somebody else have seen it? Rotate it: you get a new one, and the old one stays "
           "valid for 24 hours, so that nothing is missed while the receiver is updated."));
    connect(rotate, &QPushButton::clicked, this, [this] { Q_EMIT rotateRequested(summary_.endpoint); });
    QVBoxLayout* lines = card->contentLayout();
    lines->addWidget(meaning);
    lines->addSpacing(space::s);
    lines->addWidget(secret_);
    lines->addWidget(secretDates_);
    rotation_ = new RotationTrace(card);
    connect(rotation_, &RotationTrace::endOverlapRequested, this,
            [this] { Q_EMIT endOverlapRequested(summary_.endpoint); });
    lines->addWidget(rotation_);
    lines->addSpacing(space::m);
    lines->addWidget(lost);
    lines->addSpacing(space::xs);
    lines->addWidget(rotate, 0, Qt::AlignLeft);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, space::l - 2, 0, space::l);
    column->addWidget(card);
    column->addStretch(1);
    return scrolling(content, this);
}

void EndpointDetail::show(const EndpointSummary& summary) {
    summary_ = summary;
    const Endpoint& endpoint = summary.endpoint;
    const bool enabled = endpoint.status == EndpointStatus::Enabled;
    name_->setFullText(endpointName(endpoint));
    const StatusWords words = statusOf(summary);
    status_->setStatus(words.kind, words.icon, words.text);
    address_->setFullText(inOneLine(endpoint.url), endpoint.url);
    copyAddress_->setCopiedText(endpoint.url);
    testNote_->setSubject(endpoint.id);
    enableNote_->setSubject(endpoint.id);
    showTestButton();
    showEnableButton();
    enable_->setToolTip(enabled ? disablingTip(summary.pendingRetries)
                                : tr("Events that happen from now on are sent here again."));
    test_->setToolTip(tr("Sends a made-up event to this endpoint, signed like a real one."));
    secret_->setText(endpoint.secretPrefix + u"••••••••••••••••"_s);
    secretDates_->setText(endpoint.createdAt ? tr("Endpoint created on %1").arg(exactTime(*endpoint.createdAt))
                                             : QString());
    arrange();
    disabled_->show(endpoint, clock_.now());
    rotation_->show(endpoint, clock_.now());
    failure_->show(summary);
    numbers_->show(summary_, log_ == Log::Known, clock_.now());
    events_->show(endpoint);
    showTables();
}

void EndpointDetail::fitInto(int room) {
    const int whole = narrowest_ + foldable_->sizeHint().width() + space::s;
    setMinimumWidth(room >= whole ? whole : narrowest_);
}

void EndpointDetail::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void EndpointDetail::arrange() {
    // Buttons that move with the length of a name are missed by the mouse: for a long one, those leave that "…" stands
    // for, and what is still too long wraps. The others stay where they are.
    constexpr int leastForTitle = 250;
    const int spare = width() - narrowest_;
    const int foldable = foldable_->sizeHint().width() + space::s;
    const int title = name_->sizeHint().width() + space::s + 2 + status_->sizeHint().width() + space::s;
    const bool isBeside = spare >= leastForTitle + space::s || spare - foldable >= title;
    const bool isFolded = isBeside && spare - foldable < title;
    const QBoxLayout::Direction rows =
        isBeside || spare >= foldable ? QBoxLayout::LeftToRight : QBoxLayout::BottomToTop;
    const QBoxLayout::Direction direction = isBeside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom;
    if (direction == headLayout_->direction() && rows == buttonRows_->direction() && foldable_->isHidden() == isFolded)
        return;
    headLayout_->setDirection(direction);
    buttonRows_->setDirection(rows);
    foldable_->setHidden(isFolded);
    name_->setMostLines(isFolded ? 2 : 1);
    enableNote_->setAnchor(isFolded ? more_ : enable_);
    // Nothing is painted in the order of before.
    actions_->parentWidget()->layout()->activate();
    layout()->activate();
}

void EndpointDetail::showTables() {
    DeliveryFilter filter;
    filter.endpointId = summary_.endpoint.id;
    if (filter.endpointId.isEmpty())
        return;
    latestModel_.setFilter(filter);
    if (currentTab() == 1)
        allModel_.setFilter(filter);
}

void EndpointDetail::fitLatest() {
    const int rows = latestModel_.rowCount();
    latest_->setVisible(rows > 0);
    noLatest_->setText(nothingWords());
    noLatest_->setVisible(rows == 0);
    showAll_->setVisible(rows > 0);
    latest_->fitRows(rows);
}

void EndpointDetail::showNothing() {
    if (log_ == Log::Known)
        none_->setContent(Icon::Delivery, tr("No deliveries yet"),
                          tr("Every attempt to bring an event to this endpoint will appear here."),
                          tr("Send test event"));
    else
        none_->setContent(Icon::Delivery, tr("Deliveries not known yet"), nothingWords());
}

QString EndpointDetail::nothingWords() const {
    if (log_ == Log::BeingRead || !latestModel_.isLoaded())
        return tr("Its deliveries are still being read.");
    if (log_ == Log::NotKnown)
        return tr("Its deliveries are not known on this computer yet.");
    if (summary_.endpoint.lastDeliveredAt || summary_.endpoint.lastFailedAt)
        return tr("Its deliveries are older than what the log shows.");
    return tr("Nothing was sent here yet. Send a test event to see the first delivery.");
}

void EndpointDetail::setLog(Log log) {
    log_ = log;
    fitLatest();
    numbers_->show(summary_, log_ == Log::Known, clock_.now());
    showNothing();
}

void EndpointDetail::setVerdicts(SignatureVerdicts* verdicts) {
    for (DeliveryTableModel* model : {&latestModel_, &allModel_})
        model->setVerdicts(verdicts);
}

void EndpointDetail::setEndsOverlap(bool endsOverlap) {
    rotation_->setEndsOverlap(endsOverlap);
}

int EndpointDetail::currentTab() const {
    return tabs_->currentIndex();
}
void EndpointDetail::setCurrentTab(int tab) {
    tabs_->setCurrentIndex(tab);
}

void EndpointDetail::setMenu(QMenu* menu) {
    opensBelow(more_, menu);
}

void EndpointDetail::requestTest(const QString& eventType) {
    Q_EMIT testRequested(summary_.endpoint.id, eventType);
}

void EndpointDetail::confirmTest(const QString& endpointId) {
    tested_ = endpointId;
    testConfirmation_.start();
    showTestButton();
    if (tested_ != summary_.endpoint.id)
        return;
    QAccessibleEvent alert(test_, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void EndpointDetail::showEnableButton() {
    const bool isEnabled = summary_.endpoint.status == EndpointStatus::Enabled;
    enable_->setText(enableNote_->isBusy() ? tr("Wait…") : isEnabled ? tr("Disable") : tr("Enable"));
}

void EndpointDetail::showTestButton() {
    // A disabled button would lose the focus to its neighbour: pressed again, it says that it is under way.
    const bool isConfirmed = !tested_.isEmpty() && tested_ == summary_.endpoint.id && !testNote_->isBusy();
    test_->setText(testNote_->isBusy() ? tr("Sending…") : isConfirmed ? tr("Test event sent") : tr("Send &test event"));
    // No tick: whether it arrived is for its row to say.
    test_->setIcon(icon(isConfirmed ? Icon::Delivery : Icon::Play, test_));
}

} // namespace waybill
