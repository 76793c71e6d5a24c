// SPDX-License-Identifier: MIT
#include "places/deliveriesplace.h"

#include "contract/eventcatalogue.h"
#include "contract/foreigntext.h"
#include "models/endpointlistmodel.h"
#include "places/deliverydetail.h"
#include "places/deliverytable.h"
#include "places/filterbutton.h"
#include "places/journey.h"
#include "places/placeheader.h"
#include "places/searchfield.h"
#include "theme/icons.h"
#include "theme/tokens.h"
#include "widgets/buttons.h"
#include "widgets/commandnote.h"
#include "widgets/emptystate.h"
#include "widgets/errorstate.h"
#include "widgets/skeleton.h"
#include "words/errors.h"
#include "words/eventtypes.h"
#include "words/reach.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
enum Page { Loading, Failed, Unknown, Nothing, Content };
enum DetailPage { NoneChosen, Chosen, NoneToChoose };

struct StatusName {
    DeliveryStatus status;
    const char16_t* name;
};
constexpr StatusName statusNames[] = {{DeliveryStatus::Delivered, u"delivered"},
                                      {DeliveryStatus::Pending, u"pending"},
                                      {DeliveryStatus::Failed, u"failed"},
                                      {DeliveryStatus::Abandoned, u"abandoned"}};

QString nameOf(const std::optional<DeliveryStatus>& status) {
    for (const StatusName& known : statusNames) {
        if (status == known.status)
            return QString::fromUtf16(known.name);
    }
    return {};
}

std::optional<DeliveryStatus> statusNamed(const QString& name) {
    for (const StatusName& known : statusNames) {
        if (name == QStringView(known.name))
            return known.status;
    }
    return std::nullopt;
}

FilterButton::Choice choiceOf(const QString& eventType) {
    return {eventType, eventTitle(eventType), eventName(eventType)};
}
} // namespace

DeliveriesPlace::DeliveriesPlace(History& history, SandboxControls* controls, Receiver& receiver, const Clock& clock,
                                 QWidget* parent)
    : QWidget(parent), history_(history), clock_(clock), model_(history, clock) {
    setObjectName(u"deliveriesPlace"_s);
    pages_ = new QStackedWidget(this);
    failure_ = new ErrorState(pages_);
    unknown_ = new EmptyState(pages_);
    nothing_ = new EmptyState(pages_);
    nothing_->button()->setObjectName(u"sendFirstTest"_s);
    nothing_->setFocusProxy(nothing_->button());
    showFirstStep(false);

    tablePages_ = new QStackedWidget(pages_);
    table_ = new DeliveryTable(model_, {}, tablePages_);
    table_->setObjectName(u"deliveriesTable"_s);
    table_->setAccessibleName(tr("Deliveries"));
    auto* none = new EmptyState(Icon::Filter, tr("No matching deliveries"),
                                tr("Nothing in the log matches this filter."), tr("Clear filter"), tablePages_);
    none->button()->setObjectName(u"clearDeliveryFilter"_s);
    none->setAutoFillBackground(true);
    none->setBackgroundRole(QPalette::Base);
    tablePages_->addWidget(table_);
    tablePages_->addWidget(none);
    tablePages_->setMinimumHeight(140);
    auto* list = new QWidget(pages_);
    auto* rows = new QVBoxLayout(list);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(tablePages_, 1);
    rows->addWidget(makeFoot());

    splitter_ = new QSplitter(Qt::Vertical, pages_);
    splitter_->setObjectName(u"deliveriesSplitter"_s);
    splitter_->setChildrenCollapsible(false);
    splitter_->addWidget(list);
    splitter_->setFocusProxy(table_);
    splitter_->addWidget(makeDetail(controls, receiver));
    splitter_->setSizes({550, 450}); // Shares: both parts grow and shrink with the window.
    pages_->addWidget(new Skeleton(pages_));
    pages_->addWidget(failure_);
    pages_->addWidget(unknown_);
    pages_->addWidget(nothing_);
    pages_->addWidget(splitter_);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    column->addWidget(pages_, 1);

    connect(nothing_, &EmptyState::acted, this, &DeliveriesPlace::testRequested);
    connect(none, &EmptyState::acted, this, &DeliveriesPlace::clearFilter);
    connect(failure_, &ErrorState::retried, this, &DeliveriesPlace::refresh);
    connect(&model_, &DeliveryTableModel::loaded, this, &DeliveriesPlace::showLoaded);
    connect(&model_, &QAbstractItemModel::rowsRemoved, this, [this] { lostRows_ = true; });
    connect(&model_, &DeliveryTableModel::failed, this, &DeliveriesPlace::showFailure);
    connect(&model_, &QAbstractItemModel::dataChanged, this, &DeliveriesPlace::showCurrent);
    connect(table_, &DeliveryTable::currentChangedTo, this, &DeliveriesPlace::showCurrent);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DeliveriesPlace::showCurrent);
    connect(table_, &DeliveryTable::opened, detail_, qOverload<>(&QWidget::setFocus));
    connect(&history, &History::changed, this, [this] {
        if (isStarted_)
            fillEndpoints();
    });
    setFocusProxy(table_);
    replayNote_ = new CommandNote(this, replay_);
    connect(replayNote_, &CommandNote::busyChanged, this, &DeliveriesPlace::showCurrent);
    makeTableActions();
    showCurrent();
}

QWidget* DeliveriesPlace::makeHeader() {
    auto* header = new PlaceHeader(tr("Deliveries"), this);
    search_ = new SearchField(tr("Search"), tr("Search id, address, answer"), header);
    search_->setObjectName(u"searchDeliveries"_s);
    search_->setMinimumWidth(110);
    search_->setMaximumWidth(250);
    status_ = new FilterButton(tr("Status"), tr("Any status"), header);
    status_->setObjectName(u"filterStatus"_s);
    status_->setChoices({{u"delivered"_s, tr("Delivered")},
                         {u"pending"_s, tr("Scheduled or sending")},
                         {u"failed"_s, tr("Failed")},
                         {u"abandoned"_s, tr("Abandoned")}});
    event_ = new FilterButton(tr("Event"), tr("Any event"), header);
    event_->setObjectName(u"filterEvent"_s);
    QList<FilterButton::Choice> types;
    for (const EventType& type : eventCatalogue())
        types.append(choiceOf(QString::fromLatin1(type.name)));
    types.append(choiceOf(QString::fromUtf16(testEventType)));
    event_->setChoices(types);
    endpoint_ = new FilterButton(tr("Endpoint"), tr("Any endpoint"), header);
    endpoint_->setObjectName(u"filterEndpoint"_s);
    hideSimulated_ = new QPushButton(tr("Hide simulated"), header);
    hideSimulated_->setObjectName(u"hideSimulated"_s);
    hideSimulated_->setCheckable(true);
    hideSimulated_->setToolTip(tr("Leaves out what happened while the sandbox's clock was moved."));
    hideSimulated_->hide();
    replay_ = new QPushButton(tr("&Replay"), header);
    replay_->setObjectName(u"replay"_s);
    makePrimary(replay_);
    replay_->setIcon(icon(Icon::Repeat, replay_));
    header->add(search_, 3);
    for (QWidget* control :
         {static_cast<QWidget*>(status_), static_cast<QWidget*>(event_), static_cast<QWidget*>(endpoint_),
          static_cast<QWidget*>(hideSimulated_), static_cast<QWidget*>(replay_)})
        header->add(control);
    connect(hideSimulated_, &QPushButton::clicked, this, &DeliveriesPlace::applyFilter);
    connect(search_, &SearchField::searched, this, &DeliveriesPlace::applyFilter);
    for (FilterButton* button : {status_, event_, endpoint_})
        connect(button, &FilterButton::chosen, this, &DeliveriesPlace::applyFilter);
    connect(replay_, &QPushButton::clicked, this, &DeliveriesPlace::replaySelected);
    return header;
}

QWidget* DeliveriesPlace::makeFoot() {
    foot_ = new QWidget(this);
    foot_->setObjectName(u"deliveriesFoot"_s);
    foot_->setAutoFillBackground(true);
    foot_->setBackgroundRole(QPalette::Base);
    footWords_ = new QLabel(foot_);
    footWords_->setTextFormat(Qt::PlainText);
    footWords_->setForegroundRole(QPalette::PlaceholderText);
    readOlder_ = new QPushButton(readOlderWords({}), foot_);
    readOlder_->setObjectName(u"readOlder"_s);
    auto* line = new QHBoxLayout(foot_);
    line->setContentsMargins(space::l, space::xs, space::l, space::xs);
    line->setSpacing(space::m);
    line->addWidget(footWords_, 1);
    line->addWidget(readOlder_);
    foot_->hide();
    connect(readOlder_, &QPushButton::clicked, this, &DeliveriesPlace::olderRequested);
    return foot_;
}

void DeliveriesPlace::showReach(const Reach& reach) {
    const QString words = unreadWords(reach, clock_.now());
    footWords_->setText(words);
    readOlder_->setText(readOlderWords(reach));
    if (words.isEmpty() && readOlder_->hasFocus())
        table_->setFocus();
    foot_->setVisible(!words.isEmpty());
}

QWidget* DeliveriesPlace::makeDetail(SandboxControls* controls, Receiver& receiver) {
    detailPages_ = new QStackedWidget(this);
    detailPages_->setMinimumHeight(180);
    detailSplitter_ = new QSplitter(Qt::Horizontal, detailPages_);
    detailSplitter_->setObjectName(u"deliverySplitter"_s);
    detailSplitter_->setChildrenCollapsible(false);
    detail_ = new DeliveryDetail(history_, controls, receiver, clock_, detailSplitter_);
    detail_->setMinimumWidth(320);
    journey_ = new Journey(history_, clock_, detailSplitter_);
    journey_->setMinimumWidth(260);
    detailSplitter_->addWidget(detail_);
    detailSplitter_->addWidget(journey_);
    detailSplitter_->setStretchFactor(0, 2);
    detailSplitter_->setStretchFactor(1, 1);
    detailSplitter_->setSizes({680, 360});
    detailPages_->addWidget(new EmptyState(Icon::Delivery, tr("No delivery selected"),
                                           tr("Choose one to see what was sent and what came back."), {},
                                           detailPages_));
    detailPages_->addWidget(detailSplitter_);
    detailPages_->addWidget(new QWidget(detailPages_));
    connect(journey_, &Journey::replayRequested, this, [this](const QString& id) {
        replayNote_->setAnchor(journey_->replayButton());
        Q_EMIT replayRequested(QStringList{id});
    });
    return detailPages_;
}

void DeliveriesPlace::makeTableActions() {
    replayAction_ = new QAction(icon(Icon::Repeat, table_), tr("&Replay"), table_);
    replayAction_->setObjectName(u"replayRows"_s);
    auto* command = new QAction(icon(Icon::Terminal, table_), tr("Copy as c&URL"), table_);
    command->setObjectName(u"copyRowCommand"_s);
    command->setEnabled(false);
    table_->addActions({replayAction_, command});
    connect(replayAction_, &QAction::triggered, this, &DeliveriesPlace::replaySelected);
    connect(command, &QAction::triggered, detail_, &DeliveryDetail::copyCommand);
    connect(detail_, &DeliveryDetail::commandChanged, command, &QAction::setEnabled);
}

void DeliveriesPlace::readAgain() {
    detail_->readAgain();
}

void DeliveriesPlace::setVerdicts(SignatureVerdicts* verdicts) {
    model_.setVerdicts(verdicts);
}

void DeliveriesPlace::start() {
    if (isStarted_)
        return;
    isStarted_ = true;
    fillEndpoints();
    if (!everLoaded_)
        pages_->setCurrentIndex(Loading);
    model_.setFilter(shownFilter());
}

void DeliveriesPlace::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    start();
}

void DeliveriesPlace::refresh() {
    if (!isStarted_)
        return;
    if (!everLoaded_)
        pages_->setCurrentIndex(Loading);
    model_.refresh();
}

void DeliveriesPlace::focusSearch() {
    search_->setFocus();
    search_->selectAll();
}

DeliveryFilter DeliveriesPlace::shownFilter() const {
    const QString text = search_->text().trimmed();
    return {endpoint_->value(), statusNamed(status_->value()), event_->value(), text,
            eventsTitled(text), hideSimulated_->isChecked()};
}

void DeliveriesPlace::applyFilter() {
    wanted_.clear(); // A row that comes late would be chosen out of the blue.
    if (isStarted_)
        model_.setFilter(shownFilter());
}

void DeliveriesPlace::showFilter(const DeliveryFilter& filter) {
    search_->setText(filter.text);
    status_->setValue(nameOf(filter.status));
    event_->setValue(filter.eventType);
    endpoint_->setValue(filter.endpointId);
    hideSimulated_->setChecked(filter.hidesSimulated);
}

void DeliveriesPlace::setFilter(const DeliveryFilter& filter) {
    showFilter(filter);
    applyFilter();
}

void DeliveriesPlace::clearFilter() {
    setFilter({});
    table_->setFocus();
}

void DeliveriesPlace::fillEndpoints() {
    history_.readEndpoints(this, [this](const Result<QList<EndpointSummary>>& answer) {
        if (!answer)
            return;
        QList<FilterButton::Choice> choices;
        for (const EndpointSummary& summary : *answer)
            choices.append({summary.endpoint.id, endpointName(summary.endpoint)});
        endpoint_->setChoices(choices);
        showFirstStep(!answer->isEmpty());
    });
}

void DeliveriesPlace::showFirstStep(bool hasEndpoints) {
    if (hasEndpoints)
        nothing_->setContent(Icon::Delivery, tr("No deliveries yet"),
                             tr("Every attempt to bring an event to an endpoint will appear here. Send a test event to "
                                "see the first one arrive."),
                             tr("Send test event"));
    else
        nothing_->setContent(
            Icon::Delivery, tr("No deliveries yet"),
            receiverInReach_ ? tr("Every attempt to bring an event to an endpoint will appear here. Create the first "
                                  "endpoint: the built-in receiver needs no set-up.")
                             : tr("Every attempt to bring an event to an endpoint will appear here. Create the first "
                                  "endpoint."),
            tr("Create endpoint"));
}

bool DeliveriesPlace::hasSimulated() const {
    return std::ranges::any_of(model_.rows(),
                               [](const DeliveryRow& row) { return row.delivery.simulatedAt.has_value(); });
}

void DeliveriesPlace::showLoaded() {
    everLoaded_ = true;
    // Whoever never moves the clock never sees it; once seen it stays, so that nothing jumps.
    if (hideSimulated_->isHidden() && (hideSimulated_->isChecked() || hasSimulated()))
        hideSimulated_->show();
    showPage();
    const bool hasRows = model_.rowCount() > 0;
    if (!wanted_.isEmpty() && table_->select(wanted_))
        wanted_.clear();
    // Where the selected row left, its neighbour became current without being selected.
    if (hasRows && (std::exchange(lostRows_, false) || !table_->currentIndex().isValid()) && selectedIds().isEmpty())
        table_->select(table_->currentIndex().isValid() ? table_->currentId() : model_.at(0).delivery.id);
    showCurrent();
}

void DeliveriesPlace::showPage() {
    if (!everLoaded_)
        return;
    const bool hasRows = model_.rowCount() > 0;
    const bool isFiltered = model_.filter() != DeliveryFilter();
    const bool isUnknown = !hasRows && !isKnown_;
    const bool isFirst = !isUnknown && !std::exchange(hasShownPage_, true);
    // It has the focus only because there was nothing else.
    const bool givesFocus = isFirst && window()->focusWidget() == search_ && search_->text().isEmpty();
    if (isUnknown)
        pages_->setCurrentIndex(whyUnknown_.isEmpty() ? Loading : Unknown);
    else
        pages_->setCurrentIndex(hasRows || isFiltered ? Content : Nothing);
    tablePages_->setCurrentIndex(hasRows ? 0 : 1);
    for (QWidget* control : {static_cast<QWidget*>(search_), static_cast<QWidget*>(status_),
                             static_cast<QWidget*>(event_), static_cast<QWidget*>(endpoint_)})
        control->setEnabled(isUnknown ? whyUnknown_.isEmpty() : hasRows || isFiltered);
    if (givesFocus)
        pages_->currentWidget()->setFocus();
}

void DeliveriesPlace::showUnknown(const QString& why) {
    isKnown_ = false;
    whyUnknown_ = why;
    unknown_->setContent(
        Icon::Delivery, tr("Deliveries not known yet"),
        tr("%1 As soon as the account answers, its deliveries appear here.", "what is in the way").arg(isolated(why)));
    showPage();
}

void DeliveriesPlace::showKnown() {
    if (!std::exchange(isKnown_, true))
        showPage();
}

void DeliveriesPlace::showFailure(const Error& error) {
    failure_->setError(error);
    if (!everLoaded_) // What is on the screen stays; the window tells of the failure.
        pages_->setCurrentIndex(Failed);
}

void DeliveriesPlace::showCurrent() {
    const QModelIndex current = table_->currentIndex();
    const int selected = int(table_->selectionModel()->selectedRows().size());
    replay_->setEnabled(selected > 0);
    const QString verb = selected > 1 ? tr("&Replay %n", nullptr, selected) : tr("&Replay");
    replay_->setText(replayNote_->isBusy() ? tr("Replaying…") : verb);
    replayAction_->setEnabled(replay_->isEnabled());
    replayAction_->setText(verb);
    replay_->setToolTip(selected > 0
                            ? tr("Sends the event of %n delivery(s) once more, signed anew.", nullptr, selected)
                            : tr("Select a delivery first."));
    detailPages_->setCurrentIndex(current.isValid() ? Chosen : model_.rowCount() > 0 ? NoneChosen : NoneToChoose);
    if (!current.isValid()) {
        journey_->clear();
        return;
    }
    const DeliveryRow& row = model_.at(current.row());
    detail_->show(row);
    journey_->show(row.delivery);
}

void DeliveriesPlace::select(const QString& deliveryId) {
    if (table_->select(deliveryId)) {
        wanted_.clear();
        return;
    }
    if (isStarted_)
        clearFilter();
    else
        showFilter({});
    wanted_ = deliveryId;
}

void DeliveriesPlace::selectIfShown(const QString& deliveryId) {
    wanted_ = table_->select(deliveryId) ? QString() : deliveryId;
}

QStringList DeliveriesPlace::selectedIds() const {
    return table_->selectedIds();
}

void DeliveriesPlace::replaySelected() {
    replayNote_->setAnchor(replay_);
    if (const QStringList ids = selectedIds(); !ids.isEmpty())
        Q_EMIT replayRequested(ids);
}

QList<QWidget*> DeliveriesPlace::panes() const {
    QWidget* header = search_->parentWidget();
    return splitter_->isVisible() ? QList<QWidget*>{header, tablePages_, detail_, journey_}
                                  : QList<QWidget*>{header, pages_};
}

void DeliveriesPlace::keyPressEvent(QKeyEvent* event) {
    if (!event->matches(QKeySequence::Cancel))
        QWidget::keyPressEvent(event);
    else if (table_->isVisible() && !table_->hasFocus())
        table_->setFocus(Qt::ShortcutFocusReason);
    else
        Q_EMIT left();
}

DeliveriesPlace::State DeliveriesPlace::state() const {
    return {splitter_->saveState(), detailSplitter_->saveState(), table_->horizontalHeader()->saveState(),
            shownFilter(),          table_->currentId(),          detail_->currentTab()};
}

void DeliveriesPlace::restore(const State& state) {
    if (!state.splitter.isEmpty())
        splitter_->restoreState(state.splitter);
    if (!state.detailSplitter.isEmpty())
        detailSplitter_->restoreState(state.detailSplitter);
    if (!state.columns.isEmpty())
        table_->horizontalHeader()->restoreState(state.columns);
    setFilter(state.filter);
    wanted_ = state.deliveryId;
    detail_->setCurrentTab(state.tab);
}

} // namespace waybill
