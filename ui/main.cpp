// SPDX-License-Identifier: MIT
#include "application.h"
#include "commandline.h"
#include "dialogs/alreadyopendialog.h"
#include "openfiles.h"
#include "openwindow.h"
#include "privacy.h"
#include "serve.h"
#include "terminationsignals.h"
#include "tour.h"
#include "translation.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <QMessageBox>
#include <QSettings>
#include <QTemporaryDir>
#include <QTextStream>

#include <memory>
#include <openssl/crypto.h>
#include <sys/stat.h>

namespace {

using namespace waybill;

int serve(int& argc, char** argv, const CommandLine& line, const Secret& apiKey) {
    QCoreApplication application(argc, argv);
    installTranslation(application);
    TerminationSignals termination;
    QObject::connect(&termination, &TerminationSignals::received, &application, &QCoreApplication::quit);
    Serve serving(line, apiKey);
    if (auto started = serving.start(); !started) {
        QTextStream(stderr) << started.error().message << Qt::endl;
        return started.error().kind == ErrorKind::Malformed ? 2 : 1; // What it was given cannot be used.
    }
    return QCoreApplication::exec();
}

bool hasDisplay() {
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

/// With a folder of its own everything is in there; else the settings are where the platform keeps them.
std::unique_ptr<QSettings> settingsFor(const QString& dataFolder) {
    if (dataFolder.isEmpty())
        return std::make_unique<QSettings>(QStringLiteral("waybill"), QStringLiteral("waybill"));
    return std::make_unique<QSettings>(dataFolder + QStringLiteral("/settings.ini"), QSettings::IniFormat);
}

/// Whoever started Waybill from a menu sees no standard error.
int tellAndEnd(const Error& error) {
    QTextStream(stderr) << error.message << Qt::endl;
    QMessageBox box(QMessageBox::Warning, QStringLiteral("Waybill"), error.message);
    box.setTextFormat(Qt::PlainText);
    TerminationSignals termination;
    QObject::connect(&termination, &TerminationSignals::received, &box, &QMessageBox::reject);
    box.open();
    QApplication::exec();
    return 1;
}

/// Another Waybill has the folder. 0 where its window was shown.
int offerToShowTheOther(QApplication& qt, const Services& services) {
    QTextStream(stderr) << QCoreApplication::translate("CommandLine", "Waybill is already open on this data.")
                        << Qt::endl;
    const Theme theme(qt);
    AlreadyOpenDialog dialog(services.dataFolder());
    QObject::connect(&dialog, &AlreadyOpenDialog::showRequested, &dialog, [&] {
        if (OpenWindow::bringToFront(services.dataFolder()))
            dialog.accept();
        else
            dialog.sayThatThereIsNoWindow();
    });
    TerminationSignals termination;
    QObject::connect(&termination, &TerminationSignals::received, &dialog, &QDialog::reject);
    dialog.open();
    QApplication::exec();
    return dialog.result() == QDialog::Accepted ? 0 : 1;
}

int showWindow(int& argc, char** argv, const CommandLine& line, const Secret& apiKey) {
    QApplication qt(argc, argv);
    installTranslation(qt);
    Services::Options options;
    options.dataFolder = line.dataFolder;
    Services services(options);
    if (auto taken = services.takeDataFolder(); !taken)
        return taken.error().kind == ErrorKind::DataInUse ? offerToShowTheOther(qt, services)
                                                          : tellAndEnd(taken.error());
    Application::Options account;
    account.apiKey = apiKey;
    account.baseUrl = qEnvironmentVariable("AUTOUSERS_BASE_URL");
    Application application(qt, services, settingsFor(line.dataFolder), account);
    OpenWindow openWindow(services.dataFolder());
    QObject::connect(&openWindow, &OpenWindow::askedToShow, &application, &Application::raise);
    QObject::connect(&application, &Application::painted, &openWindow, [&openWindow] {
        openWindow.listen();
        QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/waybill.svg")));
    });
    TerminationSignals termination;
    // Closing the window would leave a dialog that is open, and the program with it.
    QObject::connect(&termination, &TerminationSignals::received, &application, [&application] {
        application.window().remember();
        QCoreApplication::quit();
    });
    application.show();
    return QApplication::exec();
}

int walkThrough(int& argc, char** argv, const CommandLine& line) {
    QApplication qt(argc, argv);
    installTranslation(qt);
    const QTemporaryDir temporary;
    Services::Options options;
    options.dataFolder = line.dataFolder.isEmpty() ? temporary.path() : line.dataFolder;
    Services services(options);
    if (auto taken = services.takeDataFolder(); !taken) {
        QTextStream(stderr) << taken.error().message << Qt::endl;
        return 1;
    }
    Application application(qt, services, settingsFor(options.dataFolder), {SecretPlace::SealedFile, {}, {}});
    application.theme().setMode(Theme::Mode::Light);
    Tour tour(application,
              line.pictures.isEmpty() ? QDir::temp().filePath(QStringLiteral("waybill-tour")) : line.pictures);
    TerminationSignals termination;
    QObject::connect(&termination, &TerminationSignals::received, &qt, [] { QCoreApplication::exit(1); });
    QObject::connect(&application, &Application::painted, &tour, &Tour::start);
    QObject::connect(&tour, &Tour::finished, &qt, [](bool verified) { QCoreApplication::exit(verified ? 0 : 1); });
    application.show();
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv) {
    keepOutOfCoreFiles();
    allowManyConnections();
    const Secret apiKey = takeFromEnvironment("AUTOUSERS_API_KEY");
    TerminationSignals::block();
    // glib wakes a thread with a write for every event that is posted to it: noticeable with thousands of deliveries.
    qputenv("QT_NO_THREADED_GLIB", "1");
    // Whatever is written, it is for this person alone.
    umask(0077);
    // QThread::wait() returns before a thread's own storage is gone, so a cleanup at the end of the program would free
    // what OpenSSL still frees there.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
    QCoreApplication::setApplicationName(QStringLiteral("waybill"));
    QCoreApplication::setApplicationVersion(QStringLiteral(WAYBILL_VERSION));

    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments += QString::fromLocal8Bit(argv[i]);
    const auto line = readCommandLine(arguments);
    if (!line) {
        QTextStream(stderr) << line.error().message << Qt::endl;
        return 2;
    }
    switch (line->mode) {
    case CommandLine::Mode::Help:
        QTextStream(stdout) << line->helpText;
        return 0;
    case CommandLine::Mode::Version:
        QTextStream(stdout) << "waybill " WAYBILL_VERSION "\n";
        return 0;
    case CommandLine::Mode::Serve:
        return serve(argc, argv, *line, apiKey);
    case CommandLine::Mode::Window:
    case CommandLine::Mode::Tour:
        break;
    }
    if (!hasDisplay()) {
        QTextStream(stderr) << QCoreApplication::translate("CommandLine",
                                                           "There is no display for a window here. Without one there "
                                                           "is: waybill --serve")
                            << Qt::endl;
        return 2;
    }
    QGuiApplication::setDesktopFileName(QStringLiteral("waybill"));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Waybill"));
    return line->mode == CommandLine::Mode::Tour ? walkThrough(argc, argv, *line)
                                                 : showWindow(argc, argv, *line, apiKey);
}
