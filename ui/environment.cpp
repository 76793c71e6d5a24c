// SPDX-License-Identifier: MIT
#include "environment.h"

#include "account/accountconnection.h"
#include "http/proxychoice.h"

#include <QCoreApplication>

#include <algorithm>
#include <cctype>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace waybill {
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestKey = 255;
constexpr qsizetype longestToken = 255;

QString tr(const char* text) {
    return QCoreApplication::translate("CommandLine", text);
}

tl::unexpected<Error> refused(const QString& message) {
    return failure(ErrorKind::Malformed, message);
}

bool isVisible(char c) {
    return c > ' ' && c < 0x7f;
}

bool isFolder(const QByteArray& path) {
    struct stat found {};
    return ::stat(path.constData(), &found) == 0 && S_ISDIR(found.st_mode);
}

/// An absolute path that Qt can name.
bool isPath(const QByteArray& path) {
    return path.startsWith('/') && QUtf8StringView(path).isValidUtf8() &&
           std::ranges::none_of(path, [](char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; });
}

Result<Secret> checkKey(const CommandLine& line, const Secret& given) {
    const QByteArray key = given.reveal().trimmed();
    if (given.isEmpty())
        return Secret();
    if (key.isEmpty())
        return refused(tr("AUTOUSERS_API_KEY holds nothing but blanks. Put a key there, or unset it."));
    if (key.size() > longestKey || !std::ranges::all_of(key, isVisible))
        return refused(tr("AUTOUSERS_API_KEY holds blanks, line ends or other characters that no key has, or is too "
                          "long. Copy the key again."));
    // Of the served account any key will do; one of an account has a form.
    if (line.mode == CommandLine::Mode::Window || line.bringsEvents) {
        if (const auto checked = checkApiKey(QString::fromLatin1(key)); !checked)
            return refused(tr("AUTOUSERS_API_KEY: %1").arg(checked.error().message));
    }
    return Secret(key);
}

Result<QString> checkAddress(const CommandLine& line, const Secret& key) {
    const bool isUsed = line.bringsEvents || (line.mode == CommandLine::Mode::Window && !key.isEmpty());
    const QByteArray given = qgetenv("AUTOUSERS_BASE_URL");
    if (!isUsed)
        return QString();
    if (!QUtf8StringView(given).isValidUtf8())
        return refused(tr("AUTOUSERS_BASE_URL holds bytes that are not UTF-8."));
    const QString address = QString::fromUtf8(given);
    if (const auto checked = checkBaseUrl(address); !checked)
        return refused(tr("AUTOUSERS_BASE_URL: %1").arg(checked.error().message));
    return address.trimmed();
}

/// A folder of the desktop's own variables; empty is the same as not set.
Result<bool> isGiven(const char* name) {
    const QByteArray path = qgetenv(name);
    if (path.isEmpty())
        return false;
    if (!isPath(path))
        return refused(tr("%1 is no absolute path in UTF-8. Correct it, or unset it.").arg(QString::fromLatin1(name)));
    return true;
}

/// Without a folder of its own Waybill keeps everything below the home.
Result<void> settleHome(const CommandLine& line) {
    QByteArray home = qgetenv("HOME");
    if (home.isEmpty()) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): there is no other thread that asks.
        const passwd* user = ::getpwuid(::geteuid());
        if (user && isPath(user->pw_dir) && isFolder(user->pw_dir))
            home = user->pw_dir;
        if (!home.isEmpty())
            qputenv("HOME", home);
    }
    if (!line.dataFolder.isEmpty() || line.mode == CommandLine::Mode::Tour)
        return {};
    const auto data = isGiven("XDG_DATA_HOME");
    if (!data)
        return failure(data.error());
    const auto settings = isGiven("XDG_CONFIG_HOME");
    if (!settings)
        return failure(settings.error());
    if (*data && (*settings || line.mode == CommandLine::Mode::Serve))
        return {};
    if (home.isEmpty())
        return refused(tr("HOME is not set, and this user has no home folder. Give Waybill a folder with --data."));
    if (!isPath(home) || !isFolder(home))
        return refused(tr("HOME names no folder. Correct it, or give Waybill a folder with --data."));
    return {};
}

/// Whoever writes "no" or "false" means that, too; so nothing else is taken for a yes.
Result<void> checkCoreDumps() {
    const QByteArray given = qgetenv("WAYBILL_CORE_DUMPS");
    if (given.isEmpty() || given == "0" || given == "1")
        return {};
    return refused(tr("WAYBILL_CORE_DUMPS takes 1 or 0."));
}

QByteArray activationToken() {
    for (const char* name : {"XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"}) {
        const QByteArray token = qgetenv(name);
        if (!token.isEmpty() && token.size() <= longestToken && std::ranges::all_of(token, isVisible))
            return token;
    }
    return {};
}

} // namespace

Result<Environment> readEnvironment(const CommandLine& line, const Secret& apiKey) {
    if (auto checked = checkCoreDumps(); !checked)
        return failure(checked.error());
    auto key = checkKey(line, apiKey);
    if (!key)
        return failure(key.error());
    auto address = checkAddress(line, *key);
    if (!address)
        return failure(address.error());
    if (auto settled = settleHome(line); !settled)
        return failure(settled.error());
    if (line.bringsEvents && key->isEmpty())
        return refused(tr("--bring-events needs the key of an account in AUTOUSERS_API_KEY."));
    // In the window a person can choose another, and each attempt says what is wrong with this one.
    if (line.mode == CommandLine::Mode::Serve) {
        if (auto usable = ProxyChoice::ofSystem().check(); !usable)
            return failure(usable.error());
    }
    return Environment{*std::move(key), *std::move(address), activationToken()};
}

} // namespace waybill
