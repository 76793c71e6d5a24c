// SPDX-License-Identifier: MIT
#include "serve.h"

#include "console.h"
#include "words/engine.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <utility>

namespace waybill {

Serve::Serve(const CommandLine& line, const Environment& environment, QObject* parent)
    : QObject(parent)
    , line_(line)
    , services_({line.dataFolder, line.plan, line.scopes, line.bringsEvents ? Secret() : environment.apiKey})
    , accountKey_(line.bringsEvents ? environment.apiKey : Secret())
    , askAgain_(services_.clock()) {
    if (line.bringsEvents)
        connectAccount(environment.baseUrl);
    constexpr std::chrono::milliseconds pauseBeforeReader{100};
    writeKeyLater_.setSingleShot(true);
    writeKeyLater_.setInterval(pauseBeforeReader);
    connect(&writeKeyLater_, &QTimer::timeout, this, [this] {
        if (auto written = writeKeyFile(); !written)
            stopWith(written.error());
    });
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
    connect(&sandbox, &SandboxControls::engineStateChanged, this, &Serve::tellAboutStore);
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
                                                       console::complain(kept.error().message);
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
    return KeyFile(line_.keyFile).write(services_.apiKey()).map([this](KeyFile::Written written) {
        if (written == KeyFile::Written::NobodyReads)
            writeKeyLater_.start();
    });
}

void Serve::announceSecretsWhenListening() {
    if (!baseUrl_.isEmpty() && !receiverUrl_.isEmpty())
        services_.sandbox().announceSecrets();
}

void Serve::announceReady() {
    const QJsonObject addresses{{QStringLiteral("base_url"), baseUrl_.toString()},
                                {QStringLiteral("receiver_url"), receiverUrl_.toString()}};
    console::say(QString::fromUtf8(QJsonDocument(addresses).toJson(QJsonDocument::Compact)));
}

// Both were checked when the environment was read.
void Serve::connectAccount(const QString& baseUrl) {
    accountUrl_ = checkBaseUrl(baseUrl).value_or(QUrl());
    account_ = std::make_unique<AccountConnection>(accountUrl_, accountKey_, services_.clock(), services_.random());
}

void Serve::askWhoseEvents() {
    if (!account_)
        return;
    account_->client().whoami(this, [this](const Result<Principal>& principal) {
        if (principal) {
            bringEvents(principal->teamId);
            return;
        }
        console::complain(principal.error().message);
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
        console::complain(problem);
    if (!catchUp_->record().since || std::exchange(hasToldSince_, true))
        return;
    const QJsonObject since{{QStringLiteral("bringing_events_since"), toIso8601(*catchUp_->record().since)}};
    console::say(QString::fromUtf8(QJsonDocument(since).toJson(QJsonDocument::Compact)));
}

void Serve::tellAboutStore() {
    const auto& failure = services_.sandbox().engineState().storeFailure;
    const QString words = failure ? storeFailureText(*failure) : QString();
    if (std::exchange(toldStoreFailure_, words) != words && !words.isEmpty())
        console::complain(words);
}

void Serve::stopWith(const Error& error) {
    console::complain(error.message);
    QCoreApplication::exit(1);
}

} // namespace waybill
