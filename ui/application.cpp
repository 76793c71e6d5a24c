// SPDX-License-Identifier: MIT
#include "application.h"

#include "dialogs/aboutdialog.h"
#include "dialogs/helpwindow.h"
#include "dialogs/secretplacedialog.h"
#include "dialogs/settingsdialog.h"
#include "places/deliveriesplace.h"
#include "places/endpointsplace.h"
#include "widgets/banner.h"
#include "window/deliveryactions.h"
#include "window/endpointactions.h"
#include "words/engine.h"
#include "words/errors.h"

#include <QApplication>
#include <QPointer>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {
const QString sandboxAccount = u"sandbox"_s;

namespace key {
const QString mode = u"window/mode"_s;
const QString secretPlace = u"secrets/place"_s;
} // namespace key

Theme::Mode modeIn(const QSettings& settings) {
    const int mode = settings.value(key::mode).toInt();
    return mode == int(Theme::Mode::Light) || mode == int(Theme::Mode::Dark) ? Theme::Mode(mode) : Theme::Mode::System;
}

SecretPlace secretPlaceIn(const QSettings& settings) {
    return settings.value(key::secretPlace).toInt() == int(SecretPlace::SealedFile) ? SecretPlace::SealedFile
                                                                                    : SecretPlace::Keychain;
}
} // namespace

Application::Application(QApplication& application, Services& services, std::unique_ptr<QSettings> settings,
                         std::optional<SecretPlace> secretPlace)
    : services_(services)
    , settings_(std::move(settings))
    , secretPlace_(secretPlace)
    , theme_(application)
    , history_(services.dataFile(u"history.sqlite"_s), services.clock())
    , client_(services.sandbox().transport(), services.apiKey(), services.clock(), services.random())
    , sync_(client_, history_, services.clock()) {
    theme_.setMode(modeIn(*settings_));
    auto* endpoints = new EndpointsPlace(history_, services.clock());
    auto* deliveries = new DeliveriesPlace(history_, &services.sandbox(), services.receiver(), services.clock());
    window_ = std::make_unique<MainWindow>(endpoints, deliveries, history_, *settings_);
    endpointActions_ = new EndpointActions(
        {client_, history_, services.receiver(), clipboard_, services.clock(), sandboxAccount}, *endpoints, this);
    deliveryActions_ = new DeliveryActions(client_, history_, *deliveries, this);
    connectWindow();
    connectServices();
    window_->setAccount(tr("Sandbox"), tr("This computer · starting"), PillKind::Neutral);
    window_->installEventFilter(this);
}

Application::~Application() = default;

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
        sync_.setVisible(!window_->isMinimized());
    return QObject::eventFilter(watched, event);
}

void Application::startServices() {
    Q_EMIT painted();
    services_.secrets().open(secretPlace_.value_or(secretPlaceIn(*settings_)));
    services_.sandbox().start();
    services_.receiver().start(0);
}

void Application::tellWhenReady() {
    if (isSandboxReady_ && isReceiverReady_)
        Q_EMIT ready();
}

void Application::connectWindow() {
    MainWindow& window = *window_;
    connect(&window.endpoints(), &EndpointsPlace::createRequested, this, &Application::createEndpoint);
    connect(&window.deliveries(), &DeliveriesPlace::testRequested, this, &Application::sendFirstTest);
    connect(endpointActions_, &EndpointActions::failed, this,
            [this](const Error& error) { sayError(Topic::Action, error); });
    connect(deliveryActions_, &DeliveryActions::failed, this,
            [this](const Error& error) { sayError(Topic::Action, error); });
    connect(&window, &MainWindow::refreshRequested, &sync_, &HistorySync::nudge);
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
        window_->setAccount(tr("Sandbox"), tr("This computer · ready"), PillKind::Success);
        window_->setClockText(tr("Clock: real time"));
        showEngine();
        sync_.start();
        isSandboxReady_ = true;
        tellWhenReady();
    });
    connect(&sandbox, &SandboxControls::changed, &sync_, &HistorySync::nudge);
    connect(&sandbox, &SandboxControls::engineStateChanged, this, &Application::showEngine);
    connect(&sandbox, &Sandbox::failed, this, [this](const Error& error) {
        window_->setAccount(tr("Sandbox"), tr("This computer · stopped"), PillKind::Danger);
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
    connect(&sync_, &HistorySync::failed, this,
            [this](const Error& error) { sayError(Topic::Sync, error, tr("Try again"), [this] { sync_.nudge(); }); });
    connect(&sync_, &HistorySync::finished, this, [this] { unsay(Topic::Sync); });
    connect(&history_, &History::failed, this, [this](const Error& error) { sayError(Topic::Engine, error); });
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
    connect(&countdown_, &QTimer::timeout, this, &Application::showEngine);
}

void Application::showEngine() {
    const EngineState state = services_.sandbox().engineState();
    window_->setEngineText(engineText(state, services_.clock().now()));
    // It ticks only while there is something to count.
    if (state.nextDue && !countdown_.isActive())
        countdown_.start();
    else if (!state.nextDue)
        countdown_.stop();
}

void Application::createEndpoint() {
    if (missingKeychain_)
        askSecretPlace([this] { endpointActions_->create(); });
    else
        endpointActions_->create();
}

void Application::sendFirstTest() {
    const QString endpoint = window_->endpoints().selectedId();
    if (endpoint.isEmpty())
        createEndpoint();
    else
        endpointActions_->sendTest(endpoint, {});
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
