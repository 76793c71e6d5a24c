// SPDX-License-Identifier: MIT
#include "services.h"

#include <QDir>
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
    , lock_(options_.dataFolder)
    , secrets_(options_.dataFolder)
    , sandbox_({database(QStringLiteral("sandbox.sqlite")), options_.apiKey, options_.plan, options_.scopes}, secrets_,
               sandboxClock_, random_)
    , receiver_(database(QStringLiteral("receiver.sqlite")), secrets_, clock_, random_) {
    connect(&secrets_, &SecretDoor::ready, &sandbox_, &Sandbox::retrySecrets);
    connect(&secrets_, &SecretDoor::ready, &receiver_, &Receiver::reloadSecrets);
    connect(&sandbox_, &Sandbox::endpointDeleted, &receiver_,
            [this](const QString& id) { receiver_.forgetSecret(QStringLiteral("sandbox/") + id); });
}

Result<void> Services::takeDataFolder() {
    return lock_.take();
}

} // namespace waybill
