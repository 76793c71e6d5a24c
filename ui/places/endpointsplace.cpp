// SPDX-License-Identifier: MIT
#include "places/endpointsplace.h"

#include "contract/foreigntext.h"
#include "places/endpointcommands.h"
#include "places/endpointdetail.h"
#include "places/endpointlist.h"
#include "places/endpointrowdelegate.h"
#include "places/placeheader.h"
#include "places/searchfield.h"
#include "theme/icons.h"
#include "widgets/buttons.h"
#include "widgets/emptystate.h"
#include "widgets/errorstate.h"
#include "widgets/skeleton.h"

#include <QKeyEvent>
#include <QMenu>
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
} // namespace

EndpointsPlace::EndpointsPlace(History& history, const Clock& clock, QWidget* parent)
    : QWidget(parent), model_(history, clock) {
    setObjectName(u"endpointsPlace"_s);
    filtered_.setSourceModel(&model_);
    filtered_.setFilterRole(EndpointListModel::SearchRole);
    filtered_.setFilterCaseSensitivity(Qt::CaseInsensitive);

    pages_ = new QStackedWidget(this);
    failure_ = new ErrorState(pages_);
    nothing_ = new EmptyState(pages_);
    setReceiverInReach(true);
    nothing_->button()->setObjectName(u"createFirstEndpoint"_s);
    nothing_->setFocusProxy(nothing_->button());
    unknown_ = new EmptyState(pages_);
    detailPages_ = new QStackedWidget(pages_);
    detail_ = new EndpointDetail(history, clock, detailPages_);
    detailPages_->addWidget(new EmptyState(Icon::Endpoint, tr("No endpoint selected"),
                                           tr("Choose one from the list to see how it is doing."), {}, detailPages_));
    detailPages_->addWidget(detail_);
    detailPages_->addWidget(new QWidget(detailPages_));
    splitter_ = new QSplitter(Qt::Horizontal, pages_);
    splitter_->setObjectName(u"endpointsSplitter"_s);
    splitter_->setChildrenCollapsible(false);
    splitter_->addWidget(makeList());
    splitter_->setFocusProxy(list_);
    splitter_->addWidget(detailPages_);
    splitter_->setStretchFactor(0, 0);
    splitter_->setStretchFactor(1, 1);
    splitter_->setSizes({340, 732});
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

    connect(nothing_, &EmptyState::acted, this, &EndpointsPlace::createRequested);
    connect(failure_, &ErrorState::retried, this, &EndpointsPlace::refresh);
    connect(&model_, &EndpointListModel::loaded, this, &EndpointsPlace::showLoaded);
    connect(&model_, &EndpointListModel::failed, this, &EndpointsPlace::showFailure);
    connect(detail_, &EndpointDetail::editRequested, this, &EndpointsPlace::editRequested);
    connect(detail_, &EndpointDetail::rotateRequested, this, &EndpointsPlace::rotateRequested);
    connect(detail_, &EndpointDetail::endOverlapRequested, this, &EndpointsPlace::endOverlapRequested);
    connect(detail_, &EndpointDetail::testRequested, this, &EndpointsPlace::testRequested);
    connect(detail_, &EndpointDetail::enableRequested, this, &EndpointsPlace::enableRequested);
    connect(detail_, &EndpointDetail::deliveryOpened, this, &EndpointsPlace::deliveryOpened);
    connect(detail_, &EndpointDetail::deliveriesRequested, this, &EndpointsPlace::deliveriesRequested);
    commands_ = new EndpointCommands(*this, *list_);
    detail_->setMenu(commands_->menu());
    connect(commands_, &EndpointCommands::editRequested, this, &EndpointsPlace::editRequested);
    connect(commands_, &EndpointCommands::testRequested, this, &EndpointsPlace::testRequested);
    connect(commands_, &EndpointCommands::enableRequested, this, &EndpointsPlace::enableRequested);
    connect(commands_, &EndpointCommands::rotateRequested, this, &EndpointsPlace::rotateRequested);
    connect(commands_, &EndpointCommands::deleteRequested, this, &EndpointsPlace::deleteRequested);
    connect(list_, &EndpointList::menuRequested, commands_->menu(),
            [this](QPoint place) { commands_->menu()->popup(place); });
    connect(list_, &EndpointList::opened, this, &EndpointsPlace::focusDetail);
    setFocusProxy(list_);
    refresh();
}

QWidget* EndpointsPlace::makeHeader() {
    auto* header = new PlaceHeader(tr("Endpoints"), this);
    search_ = new SearchField(tr("Filter endpoints"), tr("Filter endpoints"), header);
    search_->setObjectName(u"filterEndpoints"_s);
    search_->setMinimumWidth(150);
    search_->setMaximumWidth(230);
    auto* create = new QPushButton(tr("&Create endpoint"), header);
    create->setObjectName(u"createEndpoint"_s);
    makePrimary(create);
    create->setIcon(icon(Icon::Plus, create));
    header->add(search_, 3);
    header->add(create);
    connect(search_, &SearchField::searched, this, &EndpointsPlace::applyFilter);
    connect(create, &QPushButton::clicked, this, &EndpointsPlace::createRequested);
    return header;
}

QWidget* EndpointsPlace::makeList() {
    listPages_ = new QStackedWidget(this);
    listPages_->setMinimumWidth(220);
    list_ = new EndpointList(listPages_);
    list_->setObjectName(u"endpointList"_s);
    list_->setAccessibleName(tr("Endpoints"));
    list_->setItemDelegate(new EndpointRowDelegate(list_));
    list_->setModel(&filtered_);
    auto* none = new EmptyState(Icon::Filter, tr("No matching endpoints"),
                                tr("No name or address contains these words."), tr("Clear filter"), listPages_);
    none->button()->setObjectName(u"clearEndpointFilter"_s);
    none->setAutoFillBackground(true);
    none->setBackgroundRole(QPalette::Base);
    listPages_->addWidget(list_);
    listPages_->addWidget(none);
    connect(none, &EmptyState::acted, this, [this] {
        search_->clear();
        applyFilter({});
        list_->setFocus();
    });
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &EndpointsPlace::showSelected);
    connect(&model_, &QAbstractItemModel::dataChanged, this, &EndpointsPlace::showSelected);
    return listPages_;
}

void EndpointsPlace::showLoaded() {
    isLoaded_ = true;
    showPage();
    applyFilter(search_->text().trimmed());
    if (!wanted_.isEmpty())
        select(wanted_);
    if (!list_->currentIndex().isValid() && filtered_.rowCount() > 0)
        list_->setCurrentIndex(filtered_.index(0, 0));
    showSelected();
}

void EndpointsPlace::showPage() {
    if (!isLoaded_)
        return;
    const bool hasRows = model_.rowCount() > 0;
    if (!hasRows && !isKnown_) {
        search_->setEnabled(whyUnknown_.isEmpty());
        pages_->setCurrentIndex(whyUnknown_.isEmpty() ? Loading : Unknown);
        return;
    }
    const bool isFirst = !std::exchange(hasShownPage_, true);
    // It has the focus only because there was nothing else.
    const bool givesFocus = isFirst && window()->focusWidget() == search_ && search_->text().isEmpty();
    pages_->setCurrentIndex(hasRows ? Content : Nothing);
    search_->setEnabled(hasRows);
    if (givesFocus)
        pages_->currentWidget()->setFocus();
}

void EndpointsPlace::showUnknown(const QString& why) {
    isKnown_ = false;
    whyUnknown_ = why;
    unknown_->setContent(
        Icon::Endpoint, tr("Endpoints not known yet"),
        tr("%1 As soon as the account answers, its endpoints appear here.", "what is in the way").arg(isolated(why)));
    showPage();
    tellLog();
}

void EndpointsPlace::showKnown() {
    if (std::exchange(isKnown_, true))
        return;
    showPage();
    tellLog();
}

void EndpointsPlace::showReach(const Reach& reach) {
    reach_ = reach;
    tellLog();
}

void EndpointsPlace::tellLog() {
    using Log = EndpointDetail::Log;
    const bool isPartial = reach_.backwards != Backwards::Complete && !reach_.isOfEvents;
    const bool isBeingRead = isKnown_ ? reach_.backwards == Backwards::Reading : whyUnknown_.isEmpty();
    detail_->setLog(isKnown_ && !isPartial ? Log::Known : isBeingRead ? Log::BeingRead : Log::NotKnown);
}

void EndpointsPlace::showFailure(const Error& error) {
    failure_->setError(error);
    if (!isLoaded_) // What is on the screen stays; the window tells of the failure.
        pages_->setCurrentIndex(Failed);
}

void EndpointsPlace::showSelected() {
    const QModelIndex current = filtered_.mapToSource(list_->currentIndex());
    detailPages_->setCurrentIndex(current.isValid() ? Chosen : filtered_.rowCount() > 0 ? NoneChosen : NoneToChoose);
    if (current.isValid())
        detail_->show(model_.at(current.row()));
    if (commands_)
        commands_->setEndpoint(current.isValid() ? std::optional(model_.at(current.row())) : std::nullopt);
}

void EndpointsPlace::applyFilter(const QString& text) {
    filtered_.setFilterFixedString(text);
    listPages_->setCurrentIndex(filtered_.rowCount() > 0 ? 0 : 1);
    showSelected();
}

EndpointsPlace::State EndpointsPlace::state() const {
    return {splitter_->saveState(), search_->text(), selectedId(), detail_->currentTab()};
}

void EndpointsPlace::restore(const State& state) {
    if (!state.splitter.isEmpty())
        splitter_->restoreState(state.splitter);
    search_->setText(state.filter);
    detail_->setCurrentTab(state.tab);
    if (!state.endpointId.isEmpty())
        select(state.endpointId);
}

void EndpointsPlace::select(const QString& endpointId) {
    const int row = model_.rowOf(endpointId);
    wanted_ = row < 0 ? endpointId : QString();
    if (row < 0)
        return;
    QModelIndex index = filtered_.mapFromSource(model_.index(row, 0));
    if (!index.isValid()) { // The filter hides it.
        search_->clear();
        applyFilter({});
        index = filtered_.mapFromSource(model_.index(row, 0));
    }
    list_->setCurrentIndex(index);
    list_->scrollTo(index);
}

QString EndpointsPlace::selectedId() const {
    return list_->currentIndex().data(EndpointListModel::IdRole).toString();
}

bool EndpointsPlace::isDisabled(const QString& endpointId) const {
    const int row = model_.rowOf(endpointId);
    return row >= 0 && model_.at(row).endpoint.status == EndpointStatus::Disabled;
}

void EndpointsPlace::refresh() {
    if (!isLoaded_)
        pages_->setCurrentIndex(Loading);
    model_.refresh();
}

void EndpointsPlace::setReceiverInReach(bool inReach) {
    nothing_->setContent(Icon::Endpoint, tr("No endpoints yet"),
                         inReach ? tr("An endpoint is an address to which your events are sent. Create the first one: "
                                      "the built-in receiver needs no set-up.")
                                 : tr("An endpoint is an address to which your events are sent. Create the first one."),
                         tr("Create endpoint"));
}

void EndpointsPlace::setEndsOverlap(bool endsOverlap) {
    detail_->setEndsOverlap(endsOverlap);
}

void EndpointsPlace::focusSearch() {
    search_->setFocus();
    search_->selectAll();
}

void EndpointsPlace::present(const QString& endpointId) {
    Q_EMIT presented();
    select(endpointId);
}

CommandNote& EndpointsPlace::testNote() {
    return detail_->testNote();
}

CommandNote& EndpointsPlace::enableNote() {
    return detail_->enableNote();
}

void EndpointsPlace::fitInto(int room) {
    detail_->fitInto(room - listPages_->minimumWidth() - splitter_->handleWidth());
}

QList<QWidget*> EndpointsPlace::panes() const {
    QWidget* header = search_->parentWidget();
    return splitter_->isVisible() ? QList<QWidget*>{header, listPages_, detailPages_} : QList<QWidget*>{header, pages_};
}

void EndpointsPlace::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    commands_->setOffered(true);
}

void EndpointsPlace::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    commands_->setOffered(false);
}

void EndpointsPlace::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Cancel) && !list_->hasFocus() && list_->isVisible()) {
        list_->setFocus(Qt::ShortcutFocusReason);
        return;
    }
    QWidget::keyPressEvent(event);
}

void EndpointsPlace::setVerdicts(SignatureVerdicts* verdicts) {
    detail_->setVerdicts(verdicts);
}

void EndpointsPlace::focusDetail() {
    detail_->setFocus();
}

void EndpointsPlace::confirmTest(const QString& endpointId) {
    detail_->confirmTest(endpointId);
}

} // namespace waybill
