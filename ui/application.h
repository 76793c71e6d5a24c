// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountclient.h"
#include "dialogs/secretclipboard.h"
#include "history/history.h"
#include "history/historysync.h"
#include "services.h"
#include "theme/theme.h"
#include "window/mainwindow.h"

#include <QSettings>
#include <QTimer>

#include <memory>

namespace waybill {

class DeliveryActions;
class EndpointActions;
class HelpWindow;

/// Waybill with its window: puts services, account, log and window together, and says what concerns all of them.
/// Everything that the first picture does not need starts after it.
class Application final : public QObject {
    Q_OBJECT
public:
    /// `services` has its data folder and outlives the application. Secrets are kept where the person chose, unless a
    /// place is given.
    Application(QApplication& application, Services& services, std::unique_ptr<QSettings> settings,
                std::optional<SecretPlace> secretPlace = std::nullopt);
    ~Application() override;

    void show();
    /// The person was asked by another start of Waybill to look here.
    void raise();
    MainWindow& window() { return *window_; }
    Theme& theme() { return theme_; }

Q_SIGNALS:
    /// The window has been painted for the first time; the services start now.
    void painted();
    /// The account and the receiver answer.
    void ready();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// What the banner above the places is about: a message of one kind never hides one that matters more.
    enum class Topic { None, Action, Sync, Receiver, Engine, Keychain };
    void say(Topic topic, PillKind kind, const QString& text, const QString& action = {},
             std::function<void()> act = {});
    void sayError(Topic topic, const Error& error, const QString& action = {}, std::function<void()> act = {});
    void unsay(Topic topic);

    void connectWindow();
    void connectServices();
    void startServices();
    void tellWhenReady();
    void createEndpoint();
    void sendFirstTest();
    void askSecretPlace(std::function<void()> then);
    void showEngine();
    void showSettings();
    void showHelp();
    QString secretPlaceWords() const;

    Services& services_;
    std::unique_ptr<QSettings> settings_;
    std::optional<SecretPlace> secretPlace_;
    Theme theme_;
    History history_;
    AccountClient client_;
    HistorySync sync_;
    SecretClipboard clipboard_;
    std::unique_ptr<MainWindow> window_;
    EndpointActions* endpointActions_ = nullptr;
    DeliveryActions* deliveryActions_ = nullptr;
    QPointer<HelpWindow> help_;
    QTimer countdown_;
    std::optional<Error> missingKeychain_;
    Topic topic_ = Topic::None;
    std::function<void()> bannerAction_;
    bool isPainted_ = false;
    bool isSandboxReady_ = false;
    bool isReceiverReady_ = false;
};

} // namespace waybill
