// SPDX-License-Identifier: MIT
#include "application.h"
#include "commandline.h"
#include "console.h"
#include "dialogs/alreadyopendialog.h"
#include "ending.h"
#include "environment.h"
#include "openfiles.h"
#include "openwindow.h"
#include "privacy.h"
#include "serve.h"
#include "settingsfile.h"
#include "tour.h"
#include "translation.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <QMessageBox>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <memory>
#include <openssl/crypto.h>
#include <span>
#include <sys/stat.h>

namespace {

using namespace waybill;

int complain(const Error& error, int status) {
    console::complain(error.message);
    TerminationSignals::hurry();
    return status;
}

int serve(int& argc, char** argv, const CommandLine& line, const Environment& environment) {
    QCoreApplication application(argc, argv);
    installTranslation(application);
    const Ending ending(application);
    Serve serving(line, environment);
    if (auto started = serving.start(); !started)
        return complain(started.error(), 1);
    return Ending::run();
}

bool hasDisplay() {
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

/// Whoever started Waybill from a menu sees no standard error.
int tellAndEnd(QApplication& qt, const Error& error, int status) {
    console::complain(error.message);
    QMessageBox box(QMessageBox::Warning, QStringLiteral("Waybill"), error.message);
    box.setTextFormat(Qt::PlainText);
    const Ending ending(qt, status);
    box.open();
    Ending::run();
    return status;
}

/// Another Waybill has the folder. 0 where its window was shown.
int sendToTheOther(QApplication& qt, const QString& dataFolder, const QSettings& settings, const Visit& visit) {
    Theme theme(qt);
    theme.setMode(modeIn(settings));
    const Ending ending(qt, 1);
    AlreadyOpenDialog dialog(dataFolder);
    const auto answers = [&] {
        const bool isShown = OpenWindow::bringToFront(dataFolder, visit) == OpenWindow::Answer::Shown;
        if (isShown)
            QCoreApplication::exit(0);
        return isShown;
    };
    QObject::connect(&dialog, &AlreadyOpenDialog::tryAgainRequested, &dialog, [&] {
        if (!answers())
            dialog.sayThatThereIsNoAnswer();
    });
    // It may be starting, and have no window yet.
    constexpr int mostTries = 10;
    constexpr std::chrono::milliseconds pause{100};
    int tries = 0;
    QTimer again;
    QObject::connect(&again, &QTimer::timeout, &dialog, [&] {
        if (answers() || ++tries < mostTries)
            return;
        again.stop();
        console::complain(QCoreApplication::translate("CommandLine", "Waybill is already open on this data."));
        dialog.open();
    });
    again.start(pause);
    return Ending::run();
}

int showWindow(int& argc, char** argv, const CommandLine& line, const Environment& environment,
               std::unique_ptr<QSettings> settings) {
    const Visit visit{environment.activationToken, environment.baseUrl, environment.apiKey};
    const QString folder = line.dataFolder.isEmpty() ? Services::standardDataFolder() : line.dataFolder;
    if (OpenWindow::bringToFront(folder, visit) == OpenWindow::Answer::Shown)
        return 0;
    QApplication qt(argc, argv);
    installTranslation(qt);
    Services::Options options;
    options.dataFolder = line.dataFolder;
    Services services(options);
    if (auto taken = services.takeDataFolder(); !taken)
        return taken.error().kind == ErrorKind::DataInUse ? sendToTheOther(qt, services.dataFolder(), *settings, visit)
                                                          : tellAndEnd(qt, taken.error(), 1);
    Application::Options account;
    account.apiKey = environment.apiKey;
    account.baseUrl = environment.baseUrl;
    Application application(qt, services, std::move(settings), account);
    OpenWindow openWindow(services.dataFolder());
    QObject::connect(&openWindow, &OpenWindow::visited, &application, &Application::receive);
    QObject::connect(&application, &Application::painted, &openWindow, [&openWindow] {
        openWindow.listen();
        QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/waybill.svg")));
    });
    const Ending ending(qt);
    QObject::connect(&ending, &Ending::near, &application, [&application] { application.window().remember(); });
    application.show();
    return Ending::run();
}

int walkThrough(int& argc, char** argv, const CommandLine& line) {
    QApplication qt(argc, argv);
    installTranslation(qt);
    const QTemporaryDir temporary;
    Services::Options options;
    options.dataFolder = line.dataFolder.isEmpty() ? temporary.path() : line.dataFolder;
    Services services(options);
    if (auto taken = services.takeDataFolder(); !taken)
        return complain(taken.error(), 1);
    auto settings = openSettings(options.dataFolder);
    if (!settings)
        return complain(settings.error(), 2);
    Application application(qt, services, *std::move(settings), {SecretPlace::SealedFile, {}, {}});
    application.theme().setMode(Theme::Mode::Light);
    Tour tour(application,
              line.pictures.isEmpty() ? QDir::temp().filePath(QStringLiteral("waybill-tour")) : line.pictures);
    const Ending ending(qt, 1);
    QObject::connect(&application, &Application::painted, &tour, &Tour::start);
    QObject::connect(&tour, &Tour::finished, &qt, [](bool verified) { QCoreApplication::exit(verified ? 0 : 1); });
    application.show();
    return Ending::run();
}

/// What was given from outside, checked; nothing was touched where the answer is an error.
struct Given {
    CommandLine line;
    Environment environment;
    std::unique_ptr<QSettings> settings; ///< Of a window.
};

Result<Given> readGiven(std::span<char*> arguments, const Secret& apiKey) {
    const auto words = readArguments(arguments);
    if (!words)
        return failure(words.error());
    auto line = readCommandLine(*words);
    if (!line)
        return failure(line.error());
    Given given{*std::move(line), {}, {}};
    if (given.line.mode == CommandLine::Mode::Help || given.line.mode == CommandLine::Mode::Version)
        return given;
    auto environment = readEnvironment(given.line, apiKey);
    if (!environment)
        return failure(environment.error());
    given.environment = *std::move(environment);
    if (auto places = checkPlaces(given.line); !places)
        return failure(places.error());
    if (given.line.mode != CommandLine::Mode::Window)
        return given;
    auto settings = openSettings(given.line.dataFolder);
    if (!settings)
        return failure(settings.error());
    given.settings = *std::move(settings);
    return given;
}

} // namespace

int main(int argc, char** argv) {
    keepOutOfCoreFiles();
    allowManyConnections();
    const Secret apiKey = takeFromEnvironment("AUTOUSERS_API_KEY");
    TerminationSignals::watch();
    console::takeQtMessages();
    // glib wakes a thread with a write for every event that is posted to it: noticeable with thousands of deliveries.
    qputenv("QT_NO_THREADED_GLIB", "1");
    // Whatever is written, it is for this person alone.
    umask(0077);
    // QThread::wait() returns before a thread's own storage is gone, so a cleanup at the end of the program would free
    // what OpenSSL still frees there.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
    QCoreApplication::setApplicationName(QStringLiteral("waybill"));
    QCoreApplication::setApplicationVersion(QStringLiteral(WAYBILL_VERSION));

    auto given = readGiven(std::span(argv, std::size_t(argc)), apiKey);
    if (!given)
        return complain(given.error(), 2);
    const CommandLine& line = given->line;
    switch (line.mode) {
    case CommandLine::Mode::Help:
        console::sayLines(line.helpText);
        return 0;
    case CommandLine::Mode::Version:
        console::say(QStringLiteral("waybill " WAYBILL_VERSION));
        return 0;
    case CommandLine::Mode::Serve:
        return serve(argc, argv, line, given->environment);
    case CommandLine::Mode::Window:
    case CommandLine::Mode::Tour:
        break;
    }
    if (!hasDisplay()) {
        console::complain(QCoreApplication::translate("CommandLine",
                                                      "There is no display for a window here. Without one there is: "
                                                      "waybill --serve"));
        return 2;
    }
    QGuiApplication::setDesktopFileName(QStringLiteral("waybill"));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Waybill"));
    return line.mode == CommandLine::Mode::Tour
               ? walkThrough(argc, argv, line)
               : showWindow(argc, argv, line, given->environment, std::move(given->settings));
}
