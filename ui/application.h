// SPDX-License-Identifier: MIT
#pragma once

#include "account/accountlist.h"
#include "bannermessages.h"
#include "currentaccount.h"
#include "dialogs/secretclipboard.h"
#include "openwindow.h"
#include "receivermessages.h"
#include "secretquestions.h"
#include "theme/theme.h"
#include "window/mainwindow.h"
#include "window/unfinished.h"
#include "words/obstacles.h"

#include <QPointer>
#include <QSettings>
#include <QTimer>

namespace waybill {

class AccountActions;
class CatchUps;
class HelpWindow;
class Proxies;

/// The colours that the person chose.
Theme::Mode modeIn(const QSettings& settings);

/// Waybill with its window: puts services, the account in use and the window together, and says what concerns all of
/// them. Everything that the first picture does not need starts after it.
class Application final : public QObject {
    Q_OBJECT
public:
    /// What differs between a start by a person and others.
    struct Options {
        std::optional<SecretPlace> secretPlace; ///< Where secrets are kept; the person's choice unless given.
        Secret apiKey;                          ///< AUTOUSERS_API_KEY: an account for this run.
        QString baseUrl;                        ///< AUTOUSERS_BASE_URL, with it.
    };
    /// `services` has its data folder and outlives the application.
    Application(QApplication& application, Services& services, std::unique_ptr<QSettings> settings, Options options);
    ~Application() override;

    void show();
    /// Another start of Waybill sends the person here, with what it was given.
    void receive(const Visit& visit);
    MainWindow& window() { return *window_; }
    Theme& theme() { return theme_; }

Q_SIGNALS:
    /// The window has been painted for the first time; the services start now.
    void painted();
    /// The sandbox and the receiver answer.
    void ready();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using Topic = BannerMessages::Topic;

    void connectWindow();
    void connectServices();
    void connectAccount();
    void connectDesk();
    void connectCatchUps();
    void startServices();
    void raise(const QByteArray& activationToken);
    /// An account that is there for this run.
    void openGiven(const QString& baseUrl, const Secret& apiKey);
    void tellUnfinished();
    void rotateSecretOf(const QString& endpointId);
    void tellWhenReady();

    /// The places of the account that was opened, and none of the messages about the one before.
    void showOpened();
    void removeAccount(const QString& accountId);
    void sayRetrying(const Error& why);
    void sayLeftOut(const LeftOutRows& rows);
    /// Of when what is on the screen is.
    QString copyWords() const;
    /// With the way out as the message's action.
    void sayObstacle(Topic topic, const Error& error);
    void lookAtCopyAgain();
    /// Opens the way out.
    void follow(Obstacle obstacle);
    void showAccounts();

    void createEndpoint();
    void sendFirstTest();
    void sayEngineProblem();
    void backToRealTime();
    void showEngine();
    void showStatus();
    void showSettings();
    void showAccountDetails();
    void showHelp();

    Services& services_;
    std::unique_ptr<QSettings> settings_;
    Options options_;
    Theme theme_;
    AccountList accounts_;
    SecretClipboard clipboard_;
    Unfinished unfinished_;
    std::unique_ptr<CurrentAccount> account_;
    std::unique_ptr<MainWindow> window_; // before the account goes: its places read the log of the account's desk
    AccountActions* accountActions_ = nullptr;
    Proxies* proxies_;
    std::unique_ptr<CatchUps> catchUps_; // before the window goes: it speaks in its status bar
    QPointer<HelpWindow> help_;
    QTimer countdown_;
    std::unique_ptr<BannerMessages> messages_;         // before the window goes, which has the banner
    std::unique_ptr<SecretQuestions> secretQuestions_; // before the messages go
    std::unique_ptr<ReceiverMessages> receiverMessages_;
    bool isPainted_ = false;
    bool isSandboxReady_ = false;
    bool isReceiverReady_ = false;
    AccountState sandboxState_;
};

} // namespace waybill
