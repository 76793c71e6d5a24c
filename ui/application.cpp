// SPDX-License-Identifier: MIT
#include "application.h"

#include "dialogs/aboutdialog.h"
#include "dialogs/helpwindow.h"
#include "dialogs/secretplacedialog.h"
#include "dialogs/settingsdialog.h"
#include "places/deliveriesplace.h"
#include "places/endpointsplace.h"
#include "widgets/banner.h"
#include "window/accountactions.h"
#include "window/endpointactions.h"
#include "words/engine.h"
#include "words/errors.h"
#include "words/obstacles.h"
#include "words/times.h"

#include <QApplication>
#include <QDesktopServices>
#include <QFile>
#include <QThreadPool>
#include <QUrl>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
const QString sandboxAccount = u"sandbox"_s;
const QString accountOfThisRun = u"run"_s;

namespace key {
const QString mode = u"window/mode"_s;
const QString secretPlace = u"secrets/place"_s;
const QString account = u"window/account"_s;
} // namespace key

Theme::Mode modeIn(const QSettings& settings) {
    const int mode = settings.value(key::mode).toInt();
    return mode == int(Theme::Mode::Light) || mode == int(Theme::Mode::Dark) ? Theme::Mode(mode) : Theme::Mode::System;
}

/// Plans are names of the product; one that is not known yet is shown as it came.
QString planName(const QString& plan) {
    return plan.isEmpty() ? QString() : plan.at(0).toUpper() + plan.mid(1);
}

SecretPlace secretPlaceIn(const QSettings& settings) {
    return settings.value(key::secretPlace).toInt() == int(SecretPlace::SealedFile) ? SecretPlace::SealedFile
                                                                                    : SecretPlace::Keychain;
}
} // namespace

Application::Application(QApplication& application, Services& services, std::unique_ptr<QSettings> settings,
                         Options options)
    : services_(services)
    , settings_(std::move(settings))
    , options_(std::move(options))
    , theme_(application)
    , accounts_(*settings_, services.secrets(), services.random())
    , desk_(std::make_unique<AccountDesk>(services, clipboard_))
    , current_(sandboxAccount)
    , sandboxState_{tr("starting"), PillKind::Neutral} {
    theme_.setMode(modeIn(*settings_));
    window_ = std::make_unique<MainWindow>(desk_->endpoints(), desk_->deliveries(), desk_->history(), *settings_);
    accountActions_ = new AccountActions(accounts_, services.clock(), services.random(), *window_, this);
    connectWindow();
    connectServices();
    connectDesk();
    showAccounts();
    window_->installEventFilter(this);
}

Application::~Application() {
    window_.reset();
}

void Application::show() {
    window_->show();
}

void Application::raise() {
    if (window_->isMinimized())
        window_->showNormal();
    window_->raise();
    window_->activateWindow();
}

bool Application::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Paint && !std::exchange(isPainted_, true))
        QTimer::singleShot(0, this, &Application::startServices);
    if (event->type() == QEvent::WindowStateChange)
        desk_->sync().setVisible(!window_->isMinimized());
    return QObject::eventFilter(watched, event);
}

void Application::startServices() {
    Q_EMIT painted();
    services_.secrets().open(options_.secretPlace.value_or(secretPlaceIn(*settings_)));
    services_.sandbox().start();
    services_.receiver().start(0);
    if (!options_.apiKey.isEmpty())
        openDesk(accountOfThisRun, options_.apiKey);
    else if (const QString last = settings_->value(key::account).toString(); accounts_.find(last))
        openAccount(last);
}

void Application::tellWhenReady() {
    if (isSandboxReady_ && isReceiverReady_)
        Q_EMIT ready();
}

void Application::connectWindow() {
    MainWindow& window = *window_;
    connect(&window, &MainWindow::refreshRequested, this, [this] { desk_->sync().nudge(); });
    AccountSwitcher& switcher = window.accounts();
    connect(&switcher, &AccountSwitcher::chosen, this, &Application::openAccount);
    connect(&switcher, &AccountSwitcher::addRequested, this, [this] {
        if (missingKeychain_)
            askSecretPlace([this] { accountActions_->add(); });
        else
            accountActions_->add();
    });
    const auto withCurrent = [this](void (AccountActions::*act)(const ConnectedAccount&)) {
        return [this, act] {
            if (const ConnectedAccount* account = accounts_.find(current_))
                (accountActions_->*act)(ConnectedAccount(*account));
        };
    };
    connect(&switcher, &AccountSwitcher::renameRequested, this, withCurrent(&AccountActions::rename));
    connect(&switcher, &AccountSwitcher::replaceKeyRequested, this, withCurrent(&AccountActions::replaceKey));
    connect(&switcher, &AccountSwitcher::removeRequested, this, withCurrent(&AccountActions::askToRemove));
    connect(accountActions_, &AccountActions::added, this, &Application::openAccount);
    connect(accountActions_, &AccountActions::keyReplaced, this,
            [this](const QString& id, const Secret& apiKey) { openDesk(id, apiKey); });
    connect(accountActions_, &AccountActions::removeConfirmed, this, &Application::removeAccount);
    connect(&accounts_, &AccountList::changed, this, &Application::showAccounts);
    connect(&window, &MainWindow::quitRequested, &window, &QWidget::close);
    connect(&window, &MainWindow::settingsRequested, this, &Application::showSettings);
    connect(&window, &MainWindow::learnRequested, this, &Application::showHelp);
    connect(&window, &MainWindow::aboutRequested, this, [this] {
        auto* about = new AboutDialog(window_.get());
        about->setAttribute(Qt::WA_DeleteOnClose);
        about->open();
    });
    connect(&window.banner(), &Banner::acted, this, [this] {
        if (bannerAction_)
            bannerAction_();
    });
    connect(&window.banner(), &Banner::closed, this, [this] { topic_ = Topic::None; });
}

void Application::connectServices() {
    Sandbox& sandbox = services_.sandbox();
    Receiver& receiver = services_.receiver();
    connect(&sandbox, &Sandbox::started, this, [this] {
        sandboxState_ = {tr("ready"), PillKind::Success};
        showAccounts();
        showStatus();
        if (current_ == sandboxAccount)
            desk_->start();
        isSandboxReady_ = true;
        tellWhenReady();
    });
    connect(&sandbox, &SandboxControls::engineStateChanged, this, &Application::showEngine);
    connect(&sandbox, &Sandbox::failed, this, [this](const Error& error) {
        sandboxState_ = {tr("stopped"), PillKind::Danger};
        showAccounts();
        sayError(Topic::Engine, error);
    });
    connect(&receiver, &Receiver::listening, this, [this](const QUrl& url) {
        window_->setReceiverText(tr("Receiver: %1").arg(url.authority()));
        unsay(Topic::Receiver);
        isReceiverReady_ = true;
        tellWhenReady();
    });
    connect(&receiver, &Receiver::failed, this, [this](const Error& error) {
        window_->setReceiverText(tr("Receiver: stopped"));
        sayError(Topic::Receiver, error);
    });
    connect(&services_.secrets(), &SecretDoor::keychainMissing, this, [this](const Error& error) {
        missingKeychain_ = error;
        say(Topic::Keychain, PillKind::Warning,
            tr("This computer's keychain did not open, so there is no place for signing secrets yet. Nothing is sent "
               "until there is one."),
            tr("Choose a place…"), [this] { askSecretPlace({}); });
    });
    connect(&services_.secrets(), &SecretDoor::ready, this, [this] {
        missingKeychain_.reset();
        unsay(Topic::Keychain);
    });
    countdown_.setInterval(1000);
    connect(&countdown_, &QTimer::timeout, this, &Application::tick);
}

void Application::connectDesk() {
    connect(desk_->endpoints(), &EndpointsPlace::createRequested, this, &Application::createEndpoint);
    connect(desk_->deliveries(), &DeliveriesPlace::testRequested, this, &Application::sendFirstTest);
    connect(desk_.get(), &AccountDesk::actionFailed, this, [this](const Error& error) {
        // What stands in the way of everything is said as such; the rest is of this one action.
        if (obstacleOf(error) == Obstacle::Other || current_ == sandboxAccount)
            sayError(Topic::Action, error);
        else
            sayAccountError(error);
    });
    connect(desk_.get(), &AccountDesk::copyFailed, this,
            [this](const Error& error) { sayError(Topic::Engine, error); });
    connect(&desk_->sync(), &HistorySync::failed, this, &Application::accountFailed);
    connect(&desk_->sync(), &HistorySync::finished, this, &Application::accountInStep);
}

std::unique_ptr<AccountDesk> Application::deskOf(const QString& accountId, const Secret& apiKey) {
    if (accountId == sandboxAccount)
        return std::make_unique<AccountDesk>(services_, clipboard_);
    const ConnectedAccount* account = accounts_.find(accountId);
    // checkBaseUrl() refuses what the environment may hold; then the product's own address is the safe one.
    const QUrl baseUrl = account ? account->baseUrl : checkBaseUrl(options_.baseUrl).value_or(*checkBaseUrl({}));
    return std::make_unique<AccountDesk>(
        services_, clipboard_, accountId,
        std::make_unique<AccountConnection>(baseUrl, apiKey, services_.clock(), services_.random()));
}

void Application::openAccount(const QString& accountId) {
    if (accountId == sandboxAccount || accountId == accountOfThisRun) {
        openDesk(accountId, options_.apiKey);
        return;
    }
    accounts_.readKey(accountId, this, [this, accountId](const Result<Secret>& apiKey) {
        // Without its key the account is shown as the copy knows it, and asks for another.
        openDesk(accountId, apiKey.value_or(Secret()));
        if (!apiKey)
            accountFailed(apiKey.error());
    });
}

void Application::openDesk(const QString& accountId, const Secret& apiKey) {
    std::unique_ptr<AccountDesk> desk = deskOf(accountId, apiKey);
    window_->showPlaces(desk->endpoints(), desk->deliveries(), desk->history());
    desk_ = std::move(desk);
    current_ = accountId;
    obstacle_.reset();
    pausedUntil_.reset();
    wasInStep_ = false;
    unsay(Topic::Account);
    unsay(Topic::Action);
    connectDesk();
    settings_->setValue(key::account, accountId);
    if (accountId != sandboxAccount || isSandboxReady_)
        desk_->start();
    showAccounts();
    showStatus();
}

void Application::removeAccount() {
    const QString gone = current_;
    openAccount(sandboxAccount);
    accounts_.remove(gone, this, [this](const Result<void>& removed) {
        if (!removed)
            sayError(Topic::Action, removed.error());
    });
    // The desk has closed the copy; deleting large files takes a while.
    QThreadPool::globalInstance()->start([files = AccountDesk::copyFiles(services_, gone)] {
        for (const QString& file : files)
            QFile::remove(file);
    });
}

void Application::accountFailed(const Error& error) {
    obstacle_ = error;
    sayAccountError(error);
    showAccounts();
}

void Application::sayAccountError(const Error& error) {
    const auto lookAgain = [this] {
        pausedUntil_.reset();
        desk_->sync().nudge();
    };
    switch (obstacleOf(error)) {
    case Obstacle::KeyRefused:
        if (const ConnectedAccount* account = accounts_.find(current_)) {
            sayError(Topic::Account, error, tr("Enter a new key…"),
                     [this, account = *account] { accountActions_->replaceKey(account); });
            return;
        }
        break;
    case Obstacle::PlanTooSmall:
    case Obstacle::QuotaUsedUp:
        sayError(Topic::Account, error, tr("See plans"),
                 [] { QDesktopServices::openUrl(QUrl(u"https://app.autousers.ai/pricing"_s)); });
        return;
    case Obstacle::Paused:
        if (error.retryAfterSeconds) {
            pausedUntil_ = services_.clock().now() + seconds(*error.retryAfterSeconds);
            countdown_.start();
        }
        break;
    default:
        break;
    }
    sayError(Topic::Account, error, tr("Try again"), lookAgain);
}

void Application::accountInStep() {
    const bool isNews = obstacle_.has_value() || !wasInStep_;
    obstacle_.reset();
    pausedUntil_.reset();
    wasInStep_ = true;
    unsay(Topic::Account);
    if (isNews)
        showAccounts();
    showStatus();
}

void Application::showAccounts() {
    QList<AccountEntry> entries{{sandboxAccount, tr("Sandbox"),
                                 tr("This computer · %1", "and its state").arg(sandboxState_.words), sandboxState_.kind,
                                 true}};
    const auto add = [&](const QString& id, const QString& name, const QString& plan, bool isOurs) {
        AccountState state{tr("ready"), PillKind::Success};
        if (id != current_)
            state = {QString(), PillKind::Neutral};
        else if (!obstacle_ && !wasInStep_)
            state = {tr("connecting"), PillKind::Neutral};
        else if (obstacle_)
            state = stateOf(obstacleOf(*obstacle_));
        QStringList words{planName(plan), state.words};
        words.removeAll(QString());
        entries.append({id, name, words.join(u" · "_s), state.kind, isOurs});
    };
    for (const ConnectedAccount& account : accounts_.accounts())
        add(account.id, account.name, account.plan, false);
    if (!options_.apiKey.isEmpty())
        add(accountOfThisRun, tr("Account of this run"), {}, true);
    window_->accounts().setAccounts(entries, current_);
}

void Application::showStatus() {
    showEngine();
    if (current_ == sandboxAccount) {
        window_->setClockText(tr("Clock: real time"));
        return;
    }
    desk_->history().readCounts(this, [this, asked = current_](const Result<HistoryCounts>& counts) {
        if (!counts || asked != current_)
            return;
        window_->setClockText(counts->syncedAt ? tr("In step with the account: %1").arg(exactTime(*counts->syncedAt))
                                               : tr("Not yet in step with the account"));
    });
}

void Application::tick() {
    showEngine();
    if (!pausedUntil_ || topic_ != Topic::Account)
        return;
    const auto left = std::chrono::ceil<seconds>(*pausedUntil_ - services_.clock().now());
    if (left > seconds(0) && obstacle_) {
        obstacle_->retryAfterSeconds = int(left.count());
        sayAccountError(*obstacle_);
    } else {
        pausedUntil_.reset();
        desk_->sync().nudge();
    }
}

void Application::showEngine() {
    const EngineState state = services_.sandbox().engineState();
    // The engine is the sandbox's: of a real account it says nothing.
    window_->setEngineText(current_ != sandboxAccount ? QString() : engineText(state, services_.clock().now()));
    // It ticks only while there is something to count.
    const bool counts = state.nextDue || pausedUntil_;
    if (counts && !countdown_.isActive())
        countdown_.start();
    else if (!counts)
        countdown_.stop();
}

void Application::createEndpoint() {
    if (missingKeychain_)
        askSecretPlace([this] { desk_->endpointActions().create(); });
    else
        desk_->endpointActions().create();
}

void Application::sendFirstTest() {
    const QString endpoint = window_->endpoints().selectedId();
    if (endpoint.isEmpty())
        createEndpoint();
    else
        desk_->endpointActions().sendTest(endpoint, {});
}

void Application::askSecretPlace(std::function<void()> then) {
    auto* dialog = new SecretPlaceDialog(missingKeychain_.value_or(Error()), window_.get());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    connect(dialog, &SecretPlaceDialog::chosen, this, [this, then = std::move(then)](SecretPlace place) {
        if (place == SecretPlace::SealedFile) // Only this one is a lasting choice.
            settings_->setValue(key::secretPlace, int(place));
        services_.secrets().choose(place);
        if (then && place != SecretPlace::Keychain)
            then();
    });
}

QString Application::secretPlaceWords() const {
    const SecretDoor& door = services_.secrets();
    if (missingKeychain_)
        return tr("No place was chosen yet; the keychain did not open.");
    switch (door.place()) {
    case SecretPlace::Keychain:
        return tr("Kept in this computer's keychain.");
    case SecretPlace::SealedFile:
        return tr("Kept in a sealed file in Waybill's folder.");
    case SecretPlace::ThisSession:
        return tr("Kept in memory until Waybill ends.");
    }
    return {};
}

void Application::showSettings() {
    auto* dialog = new SettingsDialog(theme_.mode(), secretPlaceWords(), services_.dataFolder(), window_.get());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    connect(dialog, &SettingsDialog::modeChosen, this, [this](Theme::Mode mode) {
        theme_.setMode(mode);
        settings_->setValue(key::mode, int(mode));
    });
}

void Application::showHelp() {
    if (!help_) {
        help_ = new HelpWindow(window_.get());
        help_->setAttribute(Qt::WA_DeleteOnClose);
    }
    help_->show();
    help_->raise();
    help_->activateWindow();
}

void Application::say(Topic topic, PillKind kind, const QString& text, const QString& action,
                      std::function<void()> act) {
    if (topic < topic_)
        return;
    topic_ = topic;
    bannerAction_ = std::move(act);
    window_->banner().setMessage(kind, text, action);
}

void Application::sayError(Topic topic, const Error& error, const QString& action, std::function<void()> act) {
    const ErrorWords words = wordsFor(error);
    QString text = QString(words.text + u' ' + words.nextStep).trimmed();
    if (!error.requestId.isEmpty())
        text += u' ' + tr("Request id: %1").arg(error.requestId);
    say(topic, PillKind::Danger, text, action, std::move(act));
}

void Application::unsay(Topic topic) {
    if (topic_ != topic)
        return;
    topic_ = Topic::None;
    window_->banner().hide();
}

} // namespace waybill
