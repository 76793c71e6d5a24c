// SPDX-License-Identifier: MIT
#include "commandline.h"
#include "serve.h"
#include "terminationsignals.h"

#include <QCoreApplication>
#include <QTextStream>

#include <openssl/crypto.h>
#include <sys/stat.h>

namespace {

using namespace waybill;

int serve(int& argc, char** argv, const CommandLine& line) {
    QCoreApplication application(argc, argv);
    TerminationSignals termination;
    QObject::connect(&termination, &TerminationSignals::received, &application, &QCoreApplication::quit);
    Serve serving(line, Secret(qgetenv("AUTOUSERS_API_KEY")));
    if (auto started = serving.start(); !started) {
        QTextStream(stderr) << started.error().message << Qt::endl;
        return 1;
    }
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv) {
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
        return serve(argc, argv, *line);
    case CommandLine::Mode::Window:
        break;
    }
    QTextStream(stderr) << QCoreApplication::translate("CommandLine",
                                                       "This version has no window yet. Try: waybill --serve")
                        << Qt::endl;
    return 2;
}
