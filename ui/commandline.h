// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QStringList>

#include <span>

namespace waybill {

/// What the person asked for on the command line; read before any application object, since it needs no display.
struct CommandLine {
    enum class Mode { Window, Tour, Serve, Help, Version };
    Mode mode = Mode::Window;
    QString dataFolder;        ///< Empty: where the platform says.
    quint16 port = 0;          ///< 0: a free one.
    QString pictures;          ///< Of the tour; empty: a folder among the temporary ones.
    QString keyFile;           ///< Empty: the key is not written.
    bool bringsEvents = false; ///< Of the account that the environment names, to the served one.
    QString plan = QStringLiteral("pro");
    QStringList scopes = {QStringLiteral("webhooks:*"), QStringLiteral("events:read")};
    QString helpText;
};

/// `arguments` begin with the name of the program. Touches nothing. The error is a sentence for standard error, as are
/// those of the others.
Result<CommandLine> readCommandLine(const QStringList& arguments);
/// As the system gave them to main(), where they are UTF-8.
Result<QStringList> readArguments(std::span<char*> arguments);
/// Whether the folders and the file that were named can be what they are named for, as far as can be seen without
/// touching them.
Result<void> checkPlaces(const CommandLine& line);

} // namespace waybill
