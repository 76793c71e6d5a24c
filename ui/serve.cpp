// SPDX-License-Identifier: MIT
#include "serve.h"

#include "words/secretplaces.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QTextStream>

#include <algorithm>
#include <utility>

namespace waybill {

Serve::Serve(const CommandLine& line, const Secret& apiKey, QObject* parent)
    : QObject(parent)
    , line_(line)
    , services_({line.dataFolder, line.plan, line.scopes, line.bringsEvents ? Secret() : apiKey})
    , accountKey_(line.bringsEvents ? apiKey : Secret())
    , askAgain_(services_.clock()) {
    Sandbox& sandbox = services_.sandbox();
    Receiver& receiver = services_.receiver();
    connect(&sandbox, &Sandbox::started, this, [this] {
        services_.sandbox().serve(line_.port);
        askWhoseEvents();
    });
    connect(&askAgain_, &Alarm::rang, this, &Serve::askWhoseEvents);
    connect(&sandbox, &Sandbox::served, this, [this](const QUrl& url) {
        baseUrl_ = url;
        announceSecretsWhenListening();
    });
    connect(&receiver, &Receiver::listening, this, [this](const QUrl& url) {
        receiverUrl_ = url;
        announceSecretsWhenListening();
    });
    const SecretDoor& secrets = services_.secrets();
    connect(&secrets, &SecretDoor::keychainMissing, this, [&secrets](const Error& error) {
        QTextStream(stderr) << servedWithoutKeychainText(secrets.inKeychain(), error) << Qt::endl;
    });
    connect(&secrets, &SecretDoor::filesOpenToOthers, this,
            [](const QStringList& files) { QTextStream(stderr) << openToOthersText(files) << Qt::endl; });
    connect(&sandbox, &Sandbox::secretsAnnounced, this, &Serve::announceReady);
    connect(&sandbox, &Sandbox::failed, this, &Serve::stopWith);
    connect(&receiver, &Receiver::failed, this, &Serve::stopWith);
    // No person is there to carry the secret from the account to the receiver.
    connect(&sandbox, &Sandbox::secretIssued, this,
            [this](const QString& endpointId, const QString& url, const Secret& secret,
                   std::optional<Instant> previousValidUntil) {
                if (!services_.receiver().owns(QUrl(url)))
                    return;
                services_.receiver().useSecret(QStringLiteral("sandbox/") + endpointId, secret, previousValidUntil,
                                               this, [](Result<void> kept) {
                                                   if (!kept)
                                                       QTextStream(stderr) << kept.error().message << Qt::endl;
                                               });
            });
}

Result<void> Serve::start() {
    if (auto connected = connectAccount(); !connected)
        return connected;
    if (auto taken = services_.takeDataFolder(); !taken)
        return taken;
    if (auto written = writeKeyFile(); !written)
        return written;
    services_.secrets().setUnattended(std::chrono::seconds(10));
    services_.secrets().open(SecretPlace::SealedFile);
    services_.sandbox().start();
    services_.receiver().start(0);
    return {};
}

Result<void> Serve::writeKeyFile() {
    if (line_.keyFile.isEmpty())
        return {};
    QSaveFile file(line_.keyFile);
    if (file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
        file.write(services_.apiKey().reveal() + '\n') > 0 && file.commit())
        return {};
    return failure(ErrorKind::Storage,
                   tr("The key cannot be written to “%1”: %2.").arg(line_.keyFile, file.errorString()));
}

void Serve::announceSecretsWhenListening() {
    if (!baseUrl_.isEmpty() && !receiverUrl_.isEmpty())
        services_.sandbox().announceSecrets();
}

void Serve::announceReady() {
    const QJsonObject addresses{{QStringLiteral("base_url"), baseUrl_.toString()},
                                {QStringLiteral("receiver_url"), receiverUrl_.toString()}};
    QTextStream(stdout) << QJsonDocument(addresses).toJson(QJsonDocument::Compact) << Qt::endl;
}

Result<void> Serve::connectAccount() {
    if (!line_.bringsEvents)
        return {};
    const auto key = checkApiKey(QString::fromUtf8(accountKey_.reveal()));
    if (!key)
        return failure(
            ErrorKind::Malformed,
            tr("--bring-events needs the key of an account in AUTOUSERS_API_KEY. %1").arg(key.error().message));
    const auto url = checkBaseUrl(qEnvironmentVariable("AUTOUSERS_BASE_URL"));
    if (!url)
        return failure(url.error());
    accountUrl_ = *url;
    account_ = std::make_unique<AccountConnection>(*url, *key, services_.clock(), services_.random());
    return {};
}

void Serve::askWhoseEvents() {
    if (!account_)
        return;
    account_->client().whoami(this, [this](const Result<Principal>& principal) {
        if (principal) {
            bringEvents(principal->teamId);
            return;
        }
        QTextStream(stderr) << principal.error().message << Qt::endl;
        constexpr int pause = 5;
        askAgain_.setFor(services_.clock().now() +
                         seconds(std::max(pause, principal.error().retryAfterSeconds.value_or(0))));
    });
}

void Serve::bringEvents(const QString& teamId) {
    // Another key of the same team goes on where this one was.
    const QByteArray whose = accountUrl_.toEncoded() + '\n' + teamId.toUtf8();
    const QString source = QString::fromLatin1(QCryptographicHash::hash(whose, QCryptographicHash::Sha256).toHex());
    catchUp_ = std::make_unique<CatchUp>(account_->client(), source, services_.sandbox(), services_.clock());
    connect(catchUp_.get(), &CatchUp::changed, this, &Serve::tellAboutBringing);
    catchUp_->open();
    catchUp_->start();
}

void Serve::tellAboutBringing() {
    const QString problem = catchUp_->problem() ? catchUp_->problem()->message : QString();
    if (std::exchange(toldProblem_, problem) != problem && !problem.isEmpty())
        QTextStream(stderr) << problem << Qt::endl;
    if (!catchUp_->record().since || std::exchange(hasToldSince_, true))
        return;
    const QJsonObject since{{QStringLiteral("bringing_events_since"), toIso8601(*catchUp_->record().since)}};
    QTextStream(stdout) << QJsonDocument(since).toJson(QJsonDocument::Compact) << Qt::endl;
}

void Serve::stopWith(const Error& error) {
    QTextStream(stderr) << error.message << Qt::endl;
    QCoreApplication::exit(1);
}

} // namespace waybill
