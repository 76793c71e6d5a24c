// SPDX-License-Identifier: MIT
#include "application.h"

#include "catchups.h"
#include "console.h"
#include "contract/foreigntext.h"
#include "dialogs/aboutdialog.h"
#include "dialogs/accountdetails.h"
#include "dialogs/helpwindow.h"
#include "dialogs/settingsdialog.h"
#include "places/deliveriesplace.h"
#include "places/endpointsplace.h"
#include "proxies.h"
#include "window/accountactions.h"
#include "window/clockbutton.h"
#include "window/endpointactions.h"
#include "words/accountfacts.h"
#include "words/engine.h"
#include "words/errors.h"
#include "words/times.h"
#include "words/traces.h"

#include <QApplication>
#include <QDesktopServices>
#include <QFile>
#include <QThreadPool>
#include <QUrl>

#include <utility>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
namespace key {
const QString mode = u"window/mode"_s;
const QString secretPlace = u"secrets/place"_s;
const QString account = u"window/account"_s;
} // namespace key

/// Where an earlier Waybill wrote it down; now it goes with the data.
SecretPlace secretPlaceIn(const QSettings& settings) {
    return settings.value(key::secretPlace).toInt() == int(SecretPlace::SealedFile) ? SecretPlace::SealedFile
                                                                                    : SecretPlace::Keychain;
}
} // namespace

Theme::Mode modeIn(const QSettings& settings) {
    const int mode = settings.value(key::mode).toInt();
    return mode == int(Theme::Mode::Light) || mode == int(Theme::Mode::Dark) ? Theme::Mode(mode) : Theme::Mode::System;
}

Application::Application(QApplication& application, Services& services, std::unique_ptr<QSettings> settings,
                         Options options)
    : services_(services)
    , settings_(std::move(settings))
    , options_(std::move(options))
    , theme_(application)
    , accounts_(*settings_, services.secrets(), services.random())
    , unfinished_(*settings_)
    , account_(std::make_unique<CurrentAccount>(services, accounts_, clipboard_, unfinished_))
    , sandboxState_{tr("starting"), PillKind::Neutral} {
    theme_.setMode(modeIn(*settings_));
    proxies_ = new Proxies(*settings_, services.secrets(), services.proxies(), this);
    window_ = std::make_unique<MainWindow>(account_->desk().endpoints(), account_->desk().deliveries(),
                                           account_->desk().history(), *settings_);
    messages_ = std::make_unique<BannerMessages>(window_->banner());
    secretQuestions_ = std::make_unique<SecretQuestions>(services.secrets(), *messages_, *window_);
    receiverMessages_ = std::make_unique<ReceiverMessages>(services, *window_, *messages_);
    accountActions_ =
        new AccountActions(accounts_, services.proxies(), services.clock(), services.random(), *window_, this);
    catchUps_ = std::make_unique<CatchUps>(services, accounts_, *window_);
    connectWindow();
    connectServices();
    connectAccount();
    connectDesk();
    connectCatchUps();
    showAccounts();
    window_->installEventFilter(this);
}

Application::~Application() {
    secretQuestions_.reset();
    receiverMessages_.reset();
    messages_.reset();
    catchUps_->endRun();
    catchUps_.reset();
    window_.reset();
    account_.reset();
    AccountDesk::removeCopiesOfRuns(services_);
}

void Application::show() {
    window_->show();
}

void Application::receive(const Visit& visit) {
    raise(visit.activationToken);
    if (visit.apiKey.isEmpty())
        return;
    // Another account would take away what an open sheet is about.
    if (auto* sheet = qobject_cast<QDialog*>(QApplication::activeModalWidget()))
        connect(
            sheet, &QDialog::finished, this, [this, visit] { receive(visit); },
            Qt::ConnectionType(Qt::QueuedConnection | Qt::SingleShotConnection));
    else
        openGiven(visit.baseUrl, visit.apiKey);
}

void Application::raise(const QByteArray& activationToken) {
    // Where Qt looks for it on Wayland.
    if (!activationToken.isEmpty())
        qputenv("XDG_ACTIVATION_TOKEN", activationToken);
    window_->setWindowState(window_->windowState() & ~Qt::WindowMinimized);
    window_->show();
    window_->raise();
    window_->activateWindow();
    if (QWidget* sheet = QApplication::activeModalWidget()) {
        sheet->raise();
        sheet->activateWindow();
    }
}

bool Application::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Paint && !std::exchange(isPainted_, true))
        QTimer::singleShot(0, this, &Application::startServices);
    if (event->type() == QEvent::WindowStateChange)
        account_->desk().sync().setVisible(!window_->isMinimized());
    return QObject::eventFilter(watched, event);
}

void Application::startServices() {
    Q_EMIT painted();
    services_.secrets().open(options_.secretPlace.value_or(secretPlaceIn(*settings_)));
    proxies_->start();
    services_.sandbox().start();
    services_.receiver().start(0);
    AccountDesk::removeCopiesOfRuns(services_); // Of a run that had no time to.
    if (!options_.apiKey.isEmpty())
        openGiven(options_.baseUrl, options_.apiKey);
    else if (const QString last = settings_->value(key::account).toString(); accounts_.find(last))
        account_->open(last);
    tellUnfinished();
}

void Application::openGiven(const QString& address, const Secret& apiKey) {
    const Result<QUrl> baseUrl = checkBaseUrl(address);
    const Result<Secret> checkedKey = checkApiKey(QString::fromUtf8(apiKey.reveal()));
    if (!baseUrl || !checkedKey) {
        // The key goes nowhere else.
        messages_->say(Topic::Start,
                       {PillKind::Danger,
                        tr("The account of this run was not opened and its key was sent nowhere, because of what "
                           "AUTOUSERS_BASE_URL or AUTOUSERS_API_KEY holds. %1 Change it and start Waybill again.")
                            .arg(isolated(baseUrl ? checkedKey.error().message : baseUrl.error().message)),
                        {},
                        {}});
        return;
    }
    const ConnectedAccount& account = account_->give(*baseUrl, *checkedKey);
    if (account.id == account_->id())
        return;
    catchUps_->add(account, *checkedKey);
    account_->open(account.id);
}

void Application::tellUnfinished() {
    const QList<Unfinished::Item> items = unfinished_.takeOfLastRun();
    if (items.isEmpty())
        return;
    const auto sentence = [](const Unfinished::Item& item) {
        switch (item.kind) {
        case Unfinished::Kind::Creating:
            return tr("Waybill ended before the account had answered whether “%1” was created. If it is among your "
                      "endpoints, its signing secret was never shown: rotate it, and you get one.");
        case Unfinished::Kind::Rotating:
            return tr("Waybill ended before the account had answered the rotation of the signing secret of “%1”, so a "
                      "new one may sign already that was never shown. Rotate it again, and you get one.");
        case Unfinished::Kind::SecretShown:
            return tr("Waybill ended while the signing secret of “%1” was on the screen, where it is shown only once. "
                      "If you have not stored it, rotate it, and you get a new one.");
        }
        return QString();
    };
    QStringList sentences;
    for (const Unfinished::Item& item : items)
        sentences += sentence(item).arg(isolated(item.name));
    BannerMessages::Message message{PillKind::Warning, sentences.join(u' '), {}, {}};
    if (const Unfinished::Item& item = items.constFirst(); items.size() == 1 && !item.endpointId.isEmpty()) {
        message.action = tr("Rotate secret…");
        message.act = [this, item] {
            messages_->unsay(Topic::LastRun);
            if (account_->id() != item.accountId &&
                (accounts_.find(item.accountId) || item.accountId == CurrentAccount::sandbox))
                account_->open(item.accountId);
            rotateSecretOf(item.endpointId);
        };
    }
    messages_->say(Topic::LastRun, message);
}

void Application::rotateSecretOf(const QString& endpointId) {
    AccountDesk& desk = account_->desk();
    window_->goTo(MainWindow::Place::Endpoints);
    desk.endpoints()->select(endpointId);
    desk.history().readEndpoints(&desk, [this, endpointId](const Result<QList<EndpointSummary>>& endpoints) {
        const auto summaries = endpoints.value_or(QList<EndpointSummary>());
        for (const EndpointSummary& summary : summaries) {
            if (summary.endpoint.id == endpointId)
                secretQuestions_->withPlace(
                    [this, endpoint = summary.endpoint] { account_->desk().endpointActions().rotate(endpoint); });
        }
    });
}

void Application::tellWhenReady() {
    if (isSandboxReady_ && isReceiverReady_)
        Q_EMIT ready();
}

void Application::connectWindow() {
    MainWindow& window = *window_;
    connect(&window, &MainWindow::refreshRequested, this, [this] {
        account_->desk().sync().nudge();
        if (!account_->isSandbox()) // Until the answer says how it stands.
            window_->setClockText(tr("Looking for what is new…"));
    });
    AccountSwitcher& switcher = window.accounts();
    connect(&switcher, &AccountSwitcher::chosen, this, [this](const QString& id) { account_->open(id); });
    connect(&switcher, &AccountSwitcher::addRequested, this,
            [this] { secretQuestions_->withPlace([this] { accountActions_->add(); }); });
    const auto withCurrent = [this](void (AccountActions::*act)(const ConnectedAccount&)) {
        return [this, act] {
            if (const ConnectedAccount* account = accounts_.find(account_->id()))
                (accountActions_->*act)(ConnectedAccount(*account));
        };
    };
    connect(&switcher, &AccountSwitcher::detailsRequested, this, &Application::showAccountDetails);
    connect(&switcher, &AccountSwitcher::renameRequested, this, withCurrent(&AccountActions::rename));
    connect(&switcher, &AccountSwitcher::replaceKeyRequested, this,
            [this, replace = withCurrent(&AccountActions::replaceKey)] { secretQuestions_->withPlace(replace); });
    connect(&switcher, &AccountSwitcher::removeRequested, this, withCurrent(&AccountActions::askToRemove));
    connect(&window.clock(), &ClockButton::backRequested, this, &Application::backToRealTime);
    connect(&window, &MainWindow::quitRequested, &window, &QWidget::close);
    connect(&window, &MainWindow::settingsRequested, this, &Application::showSettings);
    connect(&window, &MainWindow::learnRequested, this, &Application::showHelp);
    connect(&window, &MainWindow::aboutRequested, this, [this] { opened(new AboutDialog(window_.get())); });
}

void Application::connectServices() {
    Sandbox& sandbox = services_.sandbox();
    connect(&sandbox, &Sandbox::started, this, [this] {
        sandboxState_ = {tr("ready"), PillKind::Success};
        sayEngineProblem();
        showAccounts();
        showStatus();
        isSandboxReady_ = true;
        tellWhenReady();
    });
    connect(&sandbox, &SandboxControls::engineStateChanged, this, [this] {
        sayEngineProblem();
        showEngine();
        showAccounts();
    });
    connect(&sandbox.clock(), &Clock::moved, this, &Application::showEngine);
    connect(&sandbox, &Sandbox::failed, this, [this](const Error& error) {
        sandboxState_ = {tr("stopped"), PillKind::Danger};
        showAccounts();
        showEngine();
        messages_->sayError(Topic::Engine, error);
    });
    connect(&services_.receiver(), &Receiver::listening, this, [this] {
        isReceiverReady_ = true;
        tellWhenReady();
    });
    connect(secretQuestions_.get(), &SecretQuestions::changed, this, &Application::sayEngineProblem);
    connect(proxies_, &Proxies::failed, this,
            [this](const Error& error) { messages_->sayError(Topic::Action, error); });
    countdown_.setInterval(1000);
    connect(&countdown_, &QTimer::timeout, this, &Application::showEngine);
}

void Application::connectAccount() {
    CurrentAccount* account = account_.get();
    connect(account, &CurrentAccount::opened, this, &Application::showOpened);
    connect(account, &CurrentAccount::failed, this, [this](const Error& error) { sayObstacle(Topic::Account, error); });
    connect(account, &CurrentAccount::retrying, this, &Application::sayRetrying);
    connect(account, &CurrentAccount::recovered, this, [this] { messages_->unsay(Topic::Account); });
    connect(account, &CurrentAccount::inStep, this, [this] {
        messages_->unsay(Topic::Account);
        messages_->unsay(Topic::Copy);
        window_->readCounts();
    });
    connect(account, &CurrentAccount::changed, this, [this] {
        showAccounts();
        showStatus();
    });
    connect(&accounts_, &AccountList::changed, this, &Application::showAccounts);
    connect(accountActions_, &AccountActions::added, account, &CurrentAccount::open);
    connect(accountActions_, &AccountActions::keyReplaced, account, &CurrentAccount::takeKey);
    connect(accountActions_, &AccountActions::removeConfirmed, this, &Application::removeAccount);
}

void Application::connectDesk() {
    AccountDesk& desk = account_->desk();
    connect(desk.endpoints(), &EndpointsPlace::createRequested, this, &Application::createEndpoint);
    connect(desk.deliveries(), &DeliveriesPlace::testRequested, this, &Application::sendFirstTest);
    connect(desk.endpoints(), &EndpointsPlace::rotateRequested, this, [this](const Endpoint& endpoint) {
        secretQuestions_->withPlace([this, endpoint] { account_->desk().endpointActions().rotate(endpoint); });
    });
    connect(&desk, &AccountDesk::actionFailed, this, [this](const Error& error) { sayObstacle(Topic::Action, error); });
    connect(&desk, &AccountDesk::actionSucceeded, this, [this] { messages_->unsay(Topic::Action); });
    connect(&desk, &AccountDesk::remedyRequested, this, &Application::follow);
    connect(&desk, &AccountDesk::copyFailed, this, [this](const Error& error) {
        messages_->sayError(Topic::Copy, error, tr("Try again"), [this] { lookAtCopyAgain(); });
    });
    connect(&desk, &AccountDesk::leftOut, this, &Application::sayLeftOut);
    desk.tell(window_->olderRows());
}

void Application::lookAtCopyAgain() {
    messages_->unsay(Topic::Copy);
    window_->endpoints().refresh();
    window_->deliveries().refresh();
    account_->lookAgain();
}

void Application::connectCatchUps() {
    CatchUps& catchUps = *catchUps_;
    connect(&window_->accounts(), &AccountSwitcher::bringRequested, &catchUps,
            [this] { catchUps_->show(account_->id()); });
    connect(&services_.sandbox(), &Sandbox::started, &catchUps, &CatchUps::goOn);
    connect(&services_.secrets(), &SecretDoor::ready, &catchUps, [this] {
        if (isSandboxReady_)
            catchUps_->goOn();
    });
    connect(accountActions_, &AccountActions::keyReplaced, &catchUps, &CatchUps::takeKey);
    connect(accountActions_, &AccountActions::removeConfirmed, &catchUps, &CatchUps::end);
    connect(&catchUps, &CatchUps::failed, this,
            [this](const Error& error) { messages_->sayError(Topic::Action, error); });
    connect(&catchUps, &CatchUps::newKeyRequested, this, [this](const QString& id) {
        if (const ConnectedAccount* account = accounts_.find(id))
            secretQuestions_->withPlace([this, account = *account] { accountActions_->replaceKey(account); });
    });
    connect(&catchUps, &CatchUps::endpointRequested, this, [this] {
        if (!account_->isSandbox()) // Its deliveries are what there is to watch.
            account_->open(CurrentAccount::sandbox);
        createEndpoint();
    });
}

void Application::showOpened() {
    AccountDesk& desk = account_->desk();
    window_->showPlaces(desk.endpoints(), desk.deliveries(), desk.history());
    for (const Topic topic : {Topic::Account, Topic::Copy, Topic::Action, Topic::LeftOut})
        messages_->unsay(topic);
    connectDesk();
    if (!account_->given() || account_->given()->id != account_->id())
        settings_->setValue(key::account, account_->id());
    showAccounts();
    showStatus();
}

void Application::removeAccount(const QString& accountId) {
    if (accountId == account_->id())
        account_->open(CurrentAccount::sandbox);
    services_.receiver().forgetSecretsOf(accountId);
    accounts_.remove(accountId, this, [this](const Result<void>& removed) {
        if (!removed)
            messages_->sayError(Topic::Action, removed.error());
    });
    // The desk has closed the copy; deleting large files takes a while.
    QThreadPool::globalInstance()->start([files = AccountDesk::copyFiles(services_, accountId)] {
        for (const QString& file : files)
            QFile::remove(file);
    });
}

void Application::sayLeftOut(const LeftOutRows& rows) {
    const QString text = leftOutText(rows);
    if (text.isEmpty()) {
        messages_->unsay(Topic::LeftOut);
        return;
    }
    messages_->say(Topic::LeftOut, {PillKind::Warning, text, {}, {}});
    console::complain(text);
}

void Application::sayRetrying(const Error& why) {
    messages_->say(Topic::Account, {PillKind::Info,
                                    tr("%1. Waybill is trying again. %2", "what is in the way, and what is shown")
                                        .arg(wordsFor(why).title, copyWords()),
                                    {},
                                    {}});
}

QString Application::copyWords() const {
    return account_->syncedAt() ? tr("You are seeing the copy from %1.").arg(exactTime(*account_->syncedAt()))
                                : tr("There is no copy on this computer yet.");
}

void Application::sayObstacle(Topic topic, const Error& error) {
    const Obstacle obstacle = obstacleOf(error);
    if (const QString remedy = remedyFor(obstacle); !remedy.isEmpty())
        messages_->sayError(topic, error, remedy, [this, obstacle] { follow(obstacle); });
    else if (topic == Topic::Account)
        messages_->sayError(topic, error, tr("Try again"), [this] { account_->lookAgain(); });
    else
        messages_->sayError(topic, error); // What was wanted is done again where it was asked.
}

void Application::follow(Obstacle obstacle) {
    if (obstacle != Obstacle::KeyRefused)
        QDesktopServices::openUrl(QUrl(u"https://app.autousers.ai/pricing"_s));
    else if (const ConnectedAccount* account = accounts_.find(account_->id()))
        secretQuestions_->withPlace([this, account = *account] { accountActions_->replaceKey(account); });
}

void Application::showAccounts() {
    // What is not kept beside it: an engine that waits is not ready.
    const bool isWaiting = sandboxState_.kind == PillKind::Success && services_.sandbox().engineState().isWaiting();
    const AccountState sandbox = isWaiting ? AccountState{tr("waiting"), PillKind::Warning} : sandboxState_;
    QList<AccountEntry> entries{{CurrentAccount::sandbox, tr("Sandbox"),
                                 tr("This computer · %1", "and its state").arg(sandbox.words), sandbox.kind, true}};
    const auto add = [&](const ConnectedAccount& account, bool isOurs) {
        const AccountState state =
            account.id == account_->id() ? account_->state() : AccountState{{}, PillKind::Neutral};
        QStringList words{isolated(planName(account.plan)), state.words};
        words.removeAll(QString());
        entries.append({account.id, account.name, words.join(u" · "_s), state.kind, isOurs, true});
    };
    for (const ConnectedAccount& account : accounts_.accounts())
        add(account, false);
    if (account_->given())
        add(*account_->given(), true);
    window_->accounts().setAccounts(entries, account_->id());
}

void Application::showStatus() {
    showEngine();
    TimeMachine* machine = account_->desk().timeMachine();
    window_->clock().setMachine(machine);
    if (machine) {
        window_->setClockText({});
        return;
    }
    const auto& syncedAt = account_->syncedAt();
    const auto words = [&](const QString& time) {
        return account_->isInStep() ? tr("Up to date with the account: %1").arg(time)
                                    : tr("Copy of the account, as of %1").arg(time);
    };
    if (syncedAt)
        window_->setClockText(words(shortTime(*syncedAt)), words(exactTime(*syncedAt)));
    else
        window_->setClockText(tr("Not up to date with the account yet"));
}

void Application::showEngine() {
    const EngineState state = services_.sandbox().engineState();
    // The engine is the sandbox's: of a real account it says nothing.
    const bool isStopped = sandboxState_.kind == PillKind::Danger;
    window_->setEngineText(!account_->isSandbox() ? QString()
                           : isStopped            ? tr("Engine: stopped")
                                                  : engineText(state, account_->desk().clock().now()));
    // It ticks only while there is something to count.
    const bool counts = state.nextDue.has_value();
    if (counts && !countdown_.isActive())
        countdown_.start();
    else if (!counts)
        countdown_.stop();
}

void Application::sayEngineProblem() {
    // Why it does not even open is told only once.
    if (sandboxState_.kind == PillKind::Danger)
        return;
    const EngineState state = services_.sandbox().engineState();
    if (state.storeFailure)
        messages_->say(Topic::Engine, {PillKind::Danger, storeFailureText(*state.storeFailure), {}, {}});
    else if (!state.secretProblem.isEmpty() && !secretQuestions_->isKeychainMissing() &&
             !state.isHeldBack) // They have messages of their own.
        messages_->say(Topic::Engine, {PillKind::Warning, secretProblemText(state.secretProblem), {}, {}});
    else
        messages_->unsay(Topic::Engine);
}

void Application::backToRealTime() {
    TimeMachine* machine = account_->desk().timeMachine();
    if (!machine || !machine->isMoved())
        return;
    machine->backToRealTime();
    messages_->say(
        Topic::Action,
        {PillKind::Info, backToRealTimeText(services_.sandbox().engineState(), machine->realTime().now()), {}, {}});
}

void Application::createEndpoint() {
    secretQuestions_->withPlace([this] { account_->desk().endpointActions().create(); });
}

void Application::sendFirstTest() {
    const QString endpoint = window_->endpoints().selectedId();
    if (endpoint.isEmpty())
        createEndpoint();
    else
        account_->desk().endpointActions().sendTest(endpoint, {});
}

void Application::showSettings() {
    auto* dialog = opened(
        new SettingsDialog(theme_.mode(), secretQuestions_->placeWords(), services_.dataFolder(), window_.get()));
    connect(dialog, &SettingsDialog::secretPlaceRequested, secretQuestions_.get(), &SecretQuestions::change);
    connect(secretQuestions_.get(), &SecretQuestions::changed, dialog,
            [this, dialog] { dialog->setSecretPlace(secretQuestions_->placeWords()); });
    connect(dialog, &SettingsDialog::modeChosen, this, [this](Theme::Mode mode) {
        theme_.setMode(mode);
        settings_->setValue(key::mode, int(mode));
    });
    ProxyForm& proxy = dialog->proxy();
    proxy.setPreference(proxies_->preference());
    const auto showState = [this, &proxy] {
        const auto usable = services_.proxies().choice().check();
        if (usable)
            proxy.setNotice({});
        else
            proxy.setProblem(usable.error().message);
    };
    showState();
    connect(&proxy, &ProxyForm::chosen, this,
            [this, &proxy, showState](const ProxyPreference& preference, const std::optional<Secret>& password) {
                const auto chosen = proxies_->choose(preference, password);
                if (!chosen)
                    return proxy.setProblem(chosen.error().message);
                proxy.setPreference(proxies_->preference());
                showState();
            });
    connect(proxies_, &Proxies::failed, dialog, [dialog](const Error& error) { dialog->setError(error); });
}

void Application::showAccountDetails() {
    AccountDetails::Connection connection{tr("Sandbox, on this computer"), {}, {}};
    if (const ConnectedAccount* account = account_->connected())
        connection = {account->name, account->baseUrl.toString(),
                      accounts_.find(account->id) ? secretQuestions_->placeWords()
                                                  : tr("From AUTOUSERS_API_KEY, for this run only; not stored.")};
    auto* sheet =
        opened(new AccountDetails(connection, account_->desk().client(), account_->desk().history(), window_.get()));
    connect(sheet, &AccountDetails::linkOpened, &QDesktopServices::openUrl);
    connect(sheet, &AccountDetails::factsRead, this,
            [this, id = account_->id()](const AccountFacts& facts) { account_->takePlan(id, facts.usage.plan); });
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

} // namespace waybill
