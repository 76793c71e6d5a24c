// SPDX-License-Identifier: MIT
#include "commandline.h"

#include "contract/account.h"
#include "keyfile.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <sys/stat.h>

namespace waybill {

namespace {
QString tr(const char* text) {
    return QCoreApplication::translate("CommandLine", text);
}

tl::unexpected<Error> refused(const QString& message) {
    return failure(ErrorKind::Malformed, message);
}

/// The name of an option that stands there more than once, or nothing.
QString givenTwice(const QCommandLineParser& parser, const QList<QCommandLineOption>& options) {
    const QStringList given = parser.optionNames();
    for (const QCommandLineOption& option : options) {
        const auto isIt = [&](const QString& name) { return option.names().contains(name); };
        if (std::ranges::count_if(given, isIt) > 1)
            return option.names().constLast();
    }
    return {};
}

/// Of a file or a folder. Blanks and line ends around it come along when a name is pasted or read from a file.
Result<void> checkName(const QString& option, const QString& name) {
    constexpr qsizetype longest = 4095;
    if (name.isEmpty())
        return refused(tr("--%1 needs a name.").arg(option));
    if (name != name.trimmed() ||
        std::ranges::any_of(name, [](QChar c) { return c.category() == QChar::Other_Control; }))
        return refused(
            tr("--%1: the name has blanks around it, or line ends or other control characters in it.").arg(option));
    if (QFile::encodeName(name).size() > longest)
        return refused(tr("--%1: the name is too long.").arg(option));
    return {};
}

/// All that the contract knows, with the wildcards.
const QStringList& knownScopes() {
    static const QStringList known{QStringLiteral("*"),
                                   QStringLiteral("webhooks:*"),
                                   QStringView(scope::webhooksRead).toString(),
                                   QStringView(scope::webhooksWrite).toString(),
                                   QStringLiteral("events:*"),
                                   QStringView(scope::eventsRead).toString()};
    return known;
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
    if (const QString twice = givenTwice(parser, all); !twice.isEmpty())
        return refused(tr("--%1 is given twice.").arg(twice));
    if (parser.isSet(serve) && parser.isSet(tour))
        return refused(tr("--serve does not go with --tour."));
    if (parser.isSet(help))
        line.mode = CommandLine::Mode::Help;
    else if (parser.isSet(version))
        line.mode = CommandLine::Mode::Version;
    else if (parser.isSet(serve))
        line.mode = CommandLine::Mode::Serve;
    else if (parser.isSet(tour))
        line.mode = CommandLine::Mode::Tour;

    for (const QCommandLineOption& option : servingOnly) {
        if (parser.isSet(option) && !parser.isSet(serve))
            return refused(tr("--%1 goes with --serve.").arg(option.names().constLast()));
    }
    if (parser.isSet(pictures) && !parser.isSet(tour))
        return refused(tr("--pictures goes with --tour."));
    for (const QCommandLineOption* option : {&data, &pictures, &keyFile}) {
        if (!parser.isSet(*option))
            continue;
        if (auto checked = checkName(option->names().constLast(), parser.value(*option)); !checked)
            return failure(checked.error());
    }
    line.dataFolder = parser.value(data);
    line.pictures = parser.value(pictures);
    line.keyFile = parser.value(keyFile);
    line.bringsEvents = parser.isSet(bringEvents);
    if (parser.isSet(port)) {
        static const QRegularExpression number(QStringLiteral("^[0-9]{1,5}\\z"));
        bool isNumber = false;
        line.port = parser.value(port).toUShort(&isNumber);
        if (!isNumber || line.port == 0 || !number.match(parser.value(port)).hasMatch())
            return refused(tr("--port takes a number from 1 to 65535."));
    }
    if (parser.isSet(plan)) {
        static const QStringList plans{QStringLiteral("free"), QStringLiteral("indie"), QStringLiteral("team"),
                                       QStringLiteral("pro"), QStringLiteral("enterprise")};
        line.plan = parser.value(plan);
        if (!plans.contains(line.plan))
            return refused(tr("--plan takes one of: %1.").arg(plans.join(QStringLiteral(", "))));
    }
    if (parser.isSet(scopes)) {
        line.scopes.clear();
        for (const QString& name : parser.value(scopes).split(u',')) {
            line.scopes += name.trimmed();
            if (!knownScopes().contains(line.scopes.constLast()))
                return refused(
                    tr("--scopes takes these, with commas between: %1.").arg(knownScopes().join(QStringLiteral(", "))));
        }
    }
    return line;
}

Result<QStringList> readArguments(std::span<char*> arguments) {
    QStringList read;
    for (const char* argument : arguments) {
        if (!QUtf8StringView(argument).isValidUtf8())
            return failure(ErrorKind::Malformed, tr("What was given to Waybill holds bytes that are not UTF-8."));
        read += QString::fromUtf8(argument);
    }
    return read;
}

Result<void> checkPlaces(const CommandLine& line) {
    const auto isNoFolder = [](const QString& path) {
        struct stat found {};
        return !path.isEmpty() && ::stat(QFile::encodeName(path).constData(), &found) == 0 && !S_ISDIR(found.st_mode);
    };
    for (const QString& path : {line.dataFolder, line.pictures}) {
        if (isNoFolder(path))
            return failure(ErrorKind::Malformed, tr("“%1” is not a folder.").arg(path));
    }
    if (line.keyFile.isEmpty())
        return {};
    if (auto usable = KeyFile(line.keyFile).check(); !usable)
        return usable;
    // It may be in the folder that is yet to be made.
    const QString around = QFileInfo(QFileInfo(line.keyFile).absoluteFilePath()).path();
    const QString data = line.dataFolder.isEmpty() ? QString() : QDir(line.dataFolder).absolutePath();
    if (!QFileInfo(around).isDir() && around != data)
        return failure(ErrorKind::Malformed, tr("There is no folder “%1” for the key.").arg(around));
    return {};
}

} // namespace waybill
