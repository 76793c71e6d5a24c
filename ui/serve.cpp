// SPDX-License-Identifier: MIT
#include "serve.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QTextStream>

namespace waybill {

Serve::Serve(const CommandLine& line, const Secret& apiKey, QObject* parent)
    : QObject(parent), line_(line), services_({line.dataFolder, line.plan, line.scopes, apiKey}) {
    Sandbox& sandbox = services_.sandbox();
    Receiver& receiver = services_.receiver();
    connect(&sandbox, &Sandbox::started, this, [this] { services_.sandbox().serve(line_.port); });
    connect(&sandbox, &Sandbox::served, this, [this](const QUrl& url) {
        baseUrl_ = url;
        announceSecretsWhenListening();
    });
    connect(&receiver, &Receiver::listening, this, [this](const QUrl& url) {
        receiverUrl_ = url;
        announceSecretsWhenListening();
    });
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
    if (auto taken = services_.takeDataFolder(); !taken)
        return taken;
    if (auto written = writeKeyFile(); !written)
        return written;
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

void Serve::stopWith(const Error& error) {
    QTextStream(stderr) << error.message << Qt::endl;
    QCoreApplication::exit(1);
}

} // namespace waybill
