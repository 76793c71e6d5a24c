// SPDX-License-Identifier: MIT
#include "commandline.h"

#include <QCommandLineParser>
#include <QCoreApplication>

namespace waybill {

namespace {
QString tr(const char* text) {
    return QCoreApplication::translate("CommandLine", text);
}

Result<CommandLine> refused(const QString& message) {
    return failure(ErrorKind::Malformed, message);
}
} // namespace

Result<CommandLine> readCommandLine(const QStringList& arguments) {
    using namespace Qt::StringLiterals;
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")}, tr("Shows this text."));
    const QCommandLineOption version({QStringLiteral("v"), QStringLiteral("version")}, tr("Shows the version."));
    const QCommandLineOption serve(QStringLiteral("serve"),
                                   tr("Runs the sandbox account and the receiver without a window, over "
                                      "HTTP on 127.0.0.1, and prints their addresses as one line of JSON."));
    const QCommandLineOption tour(QStringLiteral("tour"),
                                  tr("Walks through the first delivery in the real windows by itself, with a picture "
                                     "of each step. Ends with 0 only if the delivery was verified."));
    const QCommandLineOption pictures(QStringLiteral("pictures"), tr("Writes the tour's pictures to this folder."),
                                      QStringLiteral("folder"));
    const QCommandLineOption data(QStringLiteral("data"), tr("Keeps everything in this folder."),
                                  QStringLiteral("folder"));
    const QCommandLineOption port(QStringLiteral("port"), tr("Serves on this port (a free one unless given)."),
                                  QStringLiteral("number"));
    const QCommandLineOption keyFile(QStringLiteral("key-file"),
                                     tr("Writes the account's key to this file, readable by you alone."),
                                     QStringLiteral("file"));
    const QCommandLineOption plan(QStringLiteral("plan"),
                                  tr("The sandbox account's plan: free, indie, team, pro or enterprise."),
                                  QStringLiteral("name"));
    const QCommandLineOption scopes(QStringLiteral("scopes"), tr("The key's scopes, with commas between."),
                                    QStringLiteral("list"));
    const QCommandLineOption bringEvents(
        QStringLiteral("bring-events"),
        tr("Brings the new events of the account that AUTOUSERS_API_KEY and AUTOUSERS_BASE_URL name to the served one, "
           "whose own key is then always a new one (see --key-file)."));
    const QList<QCommandLineOption> servingOnly{port, keyFile, bringEvents, plan, scopes};

    QCommandLineParser parser;
    parser.setApplicationDescription(tr("Looks after the webhooks of an Autousers account."));
    const QList<QCommandLineOption> all = QList{help, version, tour, pictures, serve, data} + servingOnly;
    parser.addOptions(all);

    CommandLine line;
    line.helpText = tr("Usage: waybill [options]\n\nOptions:\n");
    for (const QCommandLineOption& option : all) {
        QString names = QStringLiteral("--") + option.names().constLast();
        if (!option.valueName().isEmpty())
            names += u" <"_qs + option.valueName() + u'>';
        line.helpText += QStringLiteral("  ") + names.leftJustified(20) + option.description() + u'\n';
    }

    if (!parser.parse(arguments))
        return refused(parser.errorText());
    if (!parser.positionalArguments().isEmpty())
        return refused(
            tr("Waybill does not know what to do with “%1”.").arg(parser.positionalArguments().constFirst()));
    if (parser.isSet(help))
        line.mode = CommandLine::Mode::Help;
    else if (parser.isSet(version))
        line.mode = CommandLine::Mode::Version;
    else if (parser.isSet(serve))
        line.mode = CommandLine::Mode::Serve;
    else if (parser.isSet(tour))
        line.mode = CommandLine::Mode::Tour;

    if (line.mode == CommandLine::Mode::Window || line.mode == CommandLine::Mode::Tour) {
        for (const QCommandLineOption& option : servingOnly) {
            if (parser.isSet(option))
                return refused(tr("--%1 goes with --serve.").arg(option.names().constLast()));
        }
    }
    if (parser.isSet(pictures) && line.mode == CommandLine::Mode::Window)
        return refused(tr("--pictures goes with --tour."));
    line.dataFolder = parser.value(data);
    line.pictures = parser.value(pictures);
    line.keyFile = parser.value(keyFile);
    line.bringsEvents = parser.isSet(bringEvents);
    if (parser.isSet(port)) {
        bool isNumber = false;
        line.port = parser.value(port).toUShort(&isNumber);
        if (!isNumber || line.port == 0)
            return refused(tr("--port takes a number from 1 to 65535."));
    }
    if (parser.isSet(plan)) {
        static const QStringList plans{QStringLiteral("free"), QStringLiteral("indie"), QStringLiteral("team"),
                                       QStringLiteral("pro"), QStringLiteral("enterprise")};
        line.plan = parser.value(plan);
        if (!plans.contains(line.plan))
            return refused(tr("--plan takes one of: %1.").arg(plans.join(QStringLiteral(", "))));
    }
    if (parser.isSet(scopes))
        line.scopes = parser.value(scopes).split(u',', Qt::SkipEmptyParts);
    return line;
}

} // namespace waybill
