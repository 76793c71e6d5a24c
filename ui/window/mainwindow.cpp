// SPDX-License-Identifier: MIT
#include "window/mainwindow.h"

#include "places/endpointcommands.h"
#include "theme/tokens.h"
#include "widgets/banner.h"
#include "widgets/buttons.h"
#include "widgets/copying.h"
#include "widgets/elidedlabel.h"
#include "widgets/menukey.h"
#include "widgets/screenroom.h"
#include "widgets/tip.h"
#include "window/bringingbutton.h"
#include "window/clockbutton.h"
#include "window/editactions.h"
#include "window/olderrows.h"
#include "window/panes.h"
#include "window/sidebar.h"

#include <QCloseEvent>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMenuBar>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>
#include <QWindow>

namespace waybill {
using namespace Qt::StringLiterals;

MainWindow::MainWindow(EndpointsPlace* endpoints, DeliveriesPlace* deliveries, History& history, QSettings& settings,
                       QWidget* parent)
    : QMainWindow(parent), settings_(settings) {
    setWindowTitle(u"Waybill"_s);
    auto* middle = new QWidget(this);
    sidebar_ = new Sidebar(middle);
    endpointsButton_ = sidebar_->addPlace(Icon::Endpoint, tr("Endpoints"), u"placeEndpoints"_s);
    deliveriesButton_ = sidebar_->addPlace(Icon::Delivery, tr("Deliveries"), u"placeDeliveries"_s);
    content_ = new QWidget(middle);
    stack_ = new QStackedWidget(content_);
    // On a small screen it is smaller than its places can be.
    auto* scroll = new QScrollArea(content_);
    scroll->setObjectName(u"placesScroll"_s);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(stack_);
    auto* right = new QVBoxLayout(content_);
    right->setContentsMargins(0, 0, 0, 0);
    right->addWidget(scroll);
    banner_ = new Banner(content_);
    banner_->setObjectName(u"banner"_s);
    banner_->setFloating(true);
    banner_->hide();
    content_->installEventFilter(this);
    banner_->installEventFilter(this);
    auto* row = new QHBoxLayout(middle);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(sidebar_);
    row->addWidget(content_, 1);
    setCentralWidget(middle);
    makeStatusBar();
    makeMenus();

    connect(sidebar_, &Sidebar::placeChosen, this, [this](int place) { goTo(Place(place)); });
    connect(sidebar_, &Sidebar::learnRequested, this, &MainWindow::learnRequested);
    connect(sidebar_, &Sidebar::settingsRequested, this, &MainWindow::settingsRequested);
    takePlaces(endpoints, deliveries, history);
    restoreWindow();
}

void MainWindow::takePlaces(EndpointsPlace* endpoints, DeliveriesPlace* deliveries, History& history) {
    endpoints_ = endpoints;
    deliveries_ = deliveries;
    history_ = &history;
    stack_->addWidget(endpoints_);
    stack_->addWidget(deliveries_);
    endpoints_->fitInto(content_->width());
    endpointMenu_->clear();
    endpointMenu_->addActions(endpoints_->commands().menu()->actions());
    connect(endpoints_, &EndpointsPlace::presented, this, [this] { goTo(Place::Endpoints); });
    connect(deliveries_, &DeliveriesPlace::left, this, &MainWindow::goBack);
    connect(endpoints_, &EndpointsPlace::deliveryOpened, this, [this](const QString& id) {
        goTo(Place::Deliveries);
        cameFromEndpoints_ = true;
        deliveries_->select(id);
    });
    connect(endpoints_, &EndpointsPlace::deliveriesRequested, this, [this](const QString& endpointId) {
        goTo(Place::Deliveries);
        cameFromEndpoints_ = true;
        DeliveryFilter filter;
        filter.endpointId = endpointId;
        deliveries_->setFilter(filter);
    });
    connect(&history, &History::changed, this, &MainWindow::readCounts);
    readCounts();
}

void MainWindow::showPlaces(EndpointsPlace* endpoints, DeliveriesPlace* deliveries, History& history) {
    WindowState state{{}, int(place()), endpoints_->state(), deliveries_->state()};
    // Sizes stay; what was selected and looked for belongs to the other account.
    state.endpoints.endpointId.clear();
    state.endpoints.filter.clear();
    state.deliveries.deliveryId.clear();
    state.deliveries.filter = {};
    for (QWidget* gone : {static_cast<QWidget*>(endpoints_), static_cast<QWidget*>(deliveries_)}) {
        stack_->removeWidget(gone);
        delete gone;
    }
    endpointsButton_->setCount({});
    deliveriesButton_->setCount({});
    takePlaces(endpoints, deliveries, history);
    endpoints_->restore(state.endpoints);
    deliveries_->restore(state.deliveries);
    goTo(Place(state.place));
}

void MainWindow::makeMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(icon(Icon::Plus, this), tr("&New endpoint…"), QKeySequence::New, this,
                    [this] { Q_EMIT endpoints_->createRequested(); });
    QAction* bring = file->addAction(icon(Icon::Download, this), tr("&Bring events here…"), &accounts(),
                                     &AccountSwitcher::bringRequested);
    bring->setObjectName(u"bringEvents"_s);
    connect(file, &QMenu::aboutToShow, bring, [this, bring] { bring->setEnabled(accounts().current().bringsEvents); });
    file->addSeparator();
    QAction* settings = file->addAction(icon(Icon::Settings, this), tr("&Settings…"), QKeySequence(u"Ctrl+,"_s), this,
                                        &MainWindow::settingsRequested);
    settings->setMenuRole(QAction::PreferencesRole);
    QAction* quit = file->addAction(tr("&Quit"), QKeySequence::Quit, this, &MainWindow::quitRequested);
    quit->setMenuRole(QAction::QuitRole);

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    new EditActions(*this, *edit);
    edit->addSeparator();
    edit->addAction(icon(Icon::Search, this), tr("&Find"), QKeySequence::Find, this, &MainWindow::find);

    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->addAction(tr("&Endpoints"), QKeySequence(u"Ctrl+1"_s), this, [this] {
        goTo(Place::Endpoints);
        endpoints_->setFocus();
    });
    view->addAction(tr("&Deliveries"), QKeySequence(u"Ctrl+2"_s), this, [this] {
        goTo(Place::Deliveries);
        deliveries_->setFocus();
    });
    view->addSeparator();
    new Panes(*this, *view, [this] { return panes(); });
    view->addSeparator();
    view->addAction(icon(Icon::RefreshCw, this), tr("&Refresh"), QKeySequence(QKeySequence::Refresh), this, [this] {
        endpoints_->refresh();
        deliveries_->refresh();
        Q_EMIT refreshRequested();
    });

    endpointMenu_ = menuBar()->addMenu(tr("End&point"));
    endpointMenu_->setObjectName(u"endpointMenu"_s);

    QMenu* deliveries = menuBar()->addMenu(tr("&Deliveries"));
    QAction* replay = deliveries->addAction(icon(Icon::Repeat, this), tr("&Replay selected"), QKeySequence(u"Ctrl+R"_s),
                                            this, [this] {
                                                if (place() == Place::Deliveries) // Never what cannot be seen.
                                                    deliveries_->replaySelected();
                                            });
    replay->setAutoRepeat(false); // A key that is held down is one replay.
    connect(deliveries, &QMenu::aboutToShow, replay, [this, replay] {
        replay->setEnabled(place() == Place::Deliveries && !deliveries_->selectedIds().isEmpty());
    });
    connect(deliveries, &QMenu::aboutToHide, replay, [replay] { replay->setEnabled(true); });

    menuBar()->addMenu(clockButton_->menu());

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(icon(Icon::Learn, this), tr("&Learn webhooks"), QKeySequence::HelpContents, this,
                    &MainWindow::learnRequested);
    QAction* about = help->addAction(tr("&About Waybill"), this, &MainWindow::aboutRequested);
    about->setMenuRole(QAction::AboutRole);
}

void MainWindow::makeStatusBar() {
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setFixedHeight(statusLineHeight + space::xs);
    const auto label = [this](const QString& objectName) {
        auto* words = new ElidedLabel(this);
        words->setObjectName(objectName);
        words->setFont(textFont(type::small));
        words->setForegroundRole(QPalette::PlaceholderText);
        words->setContentsMargins(space::s, 2, space::s, 2);
        words->hide();
        return words;
    };
    engine_ = label(u"engineText"_s);
    receiver_ = label(u"receiverText"_s);
    receiver_->setFocusPolicy(Qt::StrongFocus); // It is an address, which somebody may want to copy.
    olderRows_ = new OlderRows(this);
    bringing_ = new BringingButton(this);
    clock_ = label(u"clockText"_s);
    statusBar()->addWidget(engine_);
    statusBar()->addWidget(receiver_);
    statusBar()->addWidget(olderRows_);
    statusBar()->addWidget(bringing_);
    clockButton_ = new ClockButton(this);
    statusBar()->addPermanentWidget(clock_);
    statusBar()->addPermanentWidget(clockButton_);
}

MainWindow::Place MainWindow::place() const {
    return Place(stack_->currentIndex());
}

void MainWindow::goTo(Place place) {
    const bool wasInside = !sidebar_->isAncestorOf(focusWidget());
    cameFromEndpoints_ = false;
    stack_->setCurrentIndex(int(place));
    sidebar_->setCurrent(int(place));
    if (wasInside)
        stack_->currentWidget()->setFocus();
}

void MainWindow::setEngineText(const QString& text) {
    engine_->setFullText(text);
    engine_->setVisible(!text.isEmpty());
}
void MainWindow::setReceiverText(const QString& text, const QString& copied) {
    receiver_->setFullText(text, copied);
    receiver_->setVisible(!text.isEmpty());
}
void MainWindow::setClockText(const QString& text, const QString& tip) {
    clock_->setFullText(text);
    if (!tip.isEmpty())
        setTip(clock_, tip);
    clock_->setVisible(!text.isEmpty());
}

void MainWindow::readCounts() {
    history_->readCounts(this, [this, asked = history_](const Result<HistoryCounts>& counts) {
        if (!counts || asked != history_)
            return;
        // Of an account that was never in step nobody knows that it holds nothing.
        const auto text = [&](int count) {
            return count > 0 || counts->syncedAt ? QLocale().toString(count) : QString();
        };
        endpointsButton_->setCount(text(counts->endpoints));
        deliveriesButton_->setCount(text(counts->deliveries));
    });
}

void MainWindow::find() {
    if (place() == Place::Endpoints)
        endpoints_->focusSearch();
    else
        deliveries_->focusSearch();
}

void MainWindow::goBack() {
    if (cameFromEndpoints_) {
        goTo(Place::Endpoints);
        endpoints_->setFocus();
    }
}

QList<QWidget*> MainWindow::panes() const {
    const QList<QWidget*> places = place() == Place::Endpoints ? endpoints_->panes() : deliveries_->panes();
    return QList<QWidget*>{sidebar_} + places + QList<QWidget*>{banner_, statusBar()};
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    QWidget* focused = focusWidget();
    auto* button = qobject_cast<QAbstractButton*>(focused);
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && button && !event->isAutoRepeat()) {
        auto* withMenu = qobject_cast<QPushButton*>(button);
        if (withMenu && withMenu->menu())
            withMenu->showMenu();
        else
            button->click();
    } else if (!isMenuKey(*event) || !openMenuOf(focused)) {
        QMainWindow::keyPressEvent(event);
    }
}

void MainWindow::contextMenuEvent(QContextMenuEvent* event) {
    offerCopy(this, event);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    const bool isBanner =
        watched == banner_ && (event->type() == QEvent::Show || event->type() == QEvent::LayoutRequest);
    const bool isResized = watched == content_ && event->type() == QEvent::Resize;
    if (isResized)
        endpoints_->fitInto(content_->width());
    if (isBanner || isResized)
        placeBanner();
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::placeBanner() {
    constexpr int widest = 720;
    const int width = qMin(widest, content_->width() - 2 * space::m);
    const int height = banner_->hasHeightForWidth() ? banner_->heightForWidth(width) : banner_->sizeHint().height();
    banner_->setGeometry((content_->width() - width) / 2, content_->height() - height - space::m, width, height);
    banner_->raise();
}

void MainWindow::fitToScreen() {
    const QSize room = roomOnScreen(*this);
    setMinimumSize(room.boundedTo({960, 600}));
    if (!(windowState() & (Qt::WindowMaximized | Qt::WindowFullScreen)) && size() != size().boundedTo(room))
        resize(size().boundedTo(room));
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    fitToScreen();
    if (QWindow* shown = windowHandle())
        connect(shown, &QWindow::screenChanged, this, &MainWindow::fitToScreen, Qt::UniqueConnection);
}

void MainWindow::restoreWindow() {
    const WindowState state = readWindowState(settings_);
    fitToScreen();
    if (state.geometry.isEmpty() || !restoreGeometry(state.geometry))
        resize(1280, 800);
    fitToScreen(); // It may have been left on a larger screen.
    if (const QRect screen = this->screen()->availableGeometry(); !state.geometry.isEmpty() && !isMaximized()) {
        const QPoint most = screen.bottomRight() - QPoint(width() - 1, height() - 1);
        move(qBound(screen.left(), x(), qMax(screen.left(), most.x())),
             qBound(screen.top(), y(), qMax(screen.top(), most.y())));
    }
    endpoints_->restore(state.endpoints);
    deliveries_->restore(state.deliveries);
    goTo(state.place == int(Place::Deliveries) ? Place::Deliveries : Place::Endpoints);
    stack_->currentWidget()->setFocus();
}

void MainWindow::remember() {
    writeWindowState(settings_, {saveGeometry(), int(place()), endpoints_->state(), deliveries_->state()});
}

void MainWindow::closeEvent(QCloseEvent* event) {
    remember();
    QMainWindow::closeEvent(event);
}

} // namespace waybill
