// SPDX-License-Identifier: MIT
#include "services.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

namespace waybill {

namespace {
Services::Options completed(Services::Options options, RandomSource& random) {
    if (options.dataFolder.isEmpty())
        options.dataFolder = Services::standardDataFolder();
    options.dataFolder = QDir(options.dataFolder).absolutePath();
    if (options.apiKey.isEmpty())
        options.apiKey = newApiKey(random);
    return options;
}
} // namespace

QString Services::standardDataFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
}

Services::Services(Options options, QObject* parent)
    : QObject(parent)
    , sandboxClock_(clock_)
    , options_(completed(std::move(options), random_))
    , lock_(dataFile(QStringLiteral("waybill.lock")))
    , secrets_(options_.dataFolder)
    , sandbox_({dataFile(QStringLiteral("sandbox.sqlite")), options_.apiKey, options_.plan, options_.scopes}, secrets_,
               sandboxClock_, random_)
    , receiver_(dataFile(QStringLiteral("receiver.sqlite")), secrets_, clock_, random_) {
    // A lock is stale only when its process has gone, never because it is old.
    lock_.setStaleLockTime(0);
    connect(&secrets_, &SecretDoor::ready, &sandbox_, &Sandbox::retrySecrets);
    connect(&secrets_, &SecretDoor::ready, &receiver_, &Receiver::reloadSecrets);
    connect(&proxies_, &ProxySetting::changed, &sandbox_, &Sandbox::setProxies);
    connect(&sandbox_, &Sandbox::endpointDeleted, &receiver_,
            [this](const QString& id) { receiver_.forgetSecret(QStringLiteral("sandbox/") + id); });
}

Result<void> Services::takeDataFolder() {
    if (!QDir().mkpath(options_.dataFolder) ||
        !QFile::setPermissions(options_.dataFolder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner))
        return failure(ErrorKind::Storage, tr("Waybill cannot write to its folder “%1”.").arg(options_.dataFolder));
    if (lock_.tryLock(0))
        return {};
    if (lock_.error() == QLockFile::LockFailedError)
        return failure(ErrorKind::DataInUse,
                       tr("Another Waybill is working on the data in “%1”. Use that one, or give this "
                          "one another folder with --data.")
                           .arg(options_.dataFolder));
    return failure(ErrorKind::Storage, tr("Waybill cannot write to its folder “%1”.").arg(options_.dataFolder));
}

} // namespace waybill
