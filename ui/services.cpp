// SPDX-License-Identifier: MIT
#include "services.h"

#include <QDir>
#include <QStandardPaths>

namespace waybill {

namespace {
QString sandboxOwner(const QString& endpointId) {
    return QStringLiteral("sandbox/") + endpointId;
}

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
    connect(&proxies_, &ProxySetting::changed, &sandbox_, &Sandbox::setProxies);
    connect(&sandbox_, &Sandbox::endpointDeleted, &receiver_,
            [this](const QString& id) { receiver_.releaseSecrets(sandboxOwner(id)); });
    // Whatever brought an endpoint to the receiver, or away from it: the receiver has the secrets of those that point
    // to it, and of no others.
    connect(&sandbox_, &Sandbox::endpointPlaced, &receiver_,
            [this](const QString& id, const QString& url, const EndpointSecrets& secrets) {
                if (receiver_.owns(QUrl(url)))
                    receiver_.useSecrets(sandboxOwner(id), secrets);
                else
                    receiver_.releaseSecrets(sandboxOwner(id));
            });
    sandbox_.setInbox({}); // Before it sends anything.
    const auto tellInbox = [this] { sandbox_.setInbox(receiver_.address()); };
    connect(&receiver_, &Receiver::listening, &sandbox_, tellInbox);
    connect(&receiver_, &Receiver::failed, &sandbox_, tellInbox);
}

Result<void> Services::takeDataFolder() {
    return lock_.take();
}

} // namespace waybill
