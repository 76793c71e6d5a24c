// SPDX-License-Identifier: MIT
#include "serve.h"

#include "console.h"
#include "words/engine.h"
#include "words/inbox.h"
#include "words/secretplaces.h"
#include "words/traces.h"

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
        announceReady();
    });
    connect(&sandbox, &Sandbox::inboxReady, this, [this] {
        isInboxReady_ = true;
        announceReady();
    });
    const SecretDoor& secrets = services_.secrets();
    connect(&secrets, &SecretDoor::keychainMissing, this, [&secrets](const Error& error) {
        console::complain(servedWithoutKeychainText(secrets.inKeychain(), error));
    });
    connect(&secrets, &SecretDoor::filesOpenToOthers, this,
            [](const QStringList& files) { console::complain(openToOthersText(files)); });
    connect(&sandbox, &SandboxControls::engineStateChanged, this, &Serve::tellAboutStore);
    connect(&sandbox, &Sandbox::failed, this, &Serve::stopWith);
    connect(&receiver, &Receiver::failed, this, &Serve::tellAboutReceiver);
    connect(&receiver, &Receiver::recovered, this,
            [] { console::complain(tr("The built-in receiver stores messages again.")); });
}

Result<void> Serve::start() {
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
    return KeyFile(line_.keyFile).write(services_.apiKey()).map([this](KeyFile::Written written) {
        if (written == KeyFile::Written::NobodyReads)
            writeKeyLater_.start();
    });
}

void Serve::announceReady() {
    if (baseUrl_.isEmpty() || !isInboxReady_ || std::exchange(isReady_, true))
        return;
    tellWhereReceiverIs();
    const QJsonObject addresses{{QStringLiteral("base_url"), baseUrl_.toString()},
                                {QStringLiteral("receiver_url"), services_.receiver().url().toString()}};
    console::say(QString::fromUtf8(QJsonDocument(addresses).toJson(QJsonDocument::Compact)));
}

void Serve::tellWhereReceiverIs() {
    const Receiver& receiver = services_.receiver();
    const QStringList astray = services_.sandbox().endpointsAstray().keys();
    QString text = inboxText(receiver.portBefore(), receiver.address().port, int(astray.size()));
    if (text.isEmpty())
        return;
    if (!astray.isEmpty())
        text += u' ' + tr("Give each the new address with PATCH /webhooks/<id> and {\"url\":\"%1\"}: %2")
                           .arg(receiver.url().toString(), astray.join(u", "));
    console::complain(text);
}

/// Where it listens, only its store is at fault for now: it refuses what it cannot keep, and goes on by itself.
void Serve::tellAboutReceiver(const Error& error) {
    if (services_.receiver().url().isEmpty())
        stopWith(error);
    else
        console::complain(tr("The built-in receiver refuses messages, as it cannot store them. %1").arg(error.message));
}

// Both were checked when the environment was read.
void Serve::connectAccount(const QString& baseUrl) {
    accountUrl_ = checkBaseUrl(baseUrl).value_or(QUrl());
    account_ = std::make_unique<AccountConnection>(accountUrl_, accountKey_, services_.proxies(), services_.clock(),
                                                   services_.random());
    // Once there is a catch-up, it tells.
    connect(&account_->client(), &AccountClient::retrying, this, [this](const Error& why) {
        if (!catchUp_ && std::exchange(toldProblem_, why.message) != why.message)
            console::complain(why.message);
    });
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
    tellLeftOut();
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

/// Since the start: the record of before is of before.
void Serve::tellLeftOut() {
    const qint64 leftOut = catchUp_->record().skipped.value(BroughtResult::Unreadable);
    const qint64 told = std::exchange(toldLeftOut_, leftOut).value_or(leftOut);
    if (leftOut <= told)
        return;
    constexpr int rowsLookedAt = 200;
    catchUp_->readBrought(rowsLookedAt, this, [more = int(leftOut - told)](const Result<QList<BroughtEvent>>& events) {
        LeftOutRows rows{more, {}};
        for (const BroughtEvent& event : events.value_or(QList<BroughtEvent>())) {
            if (event.result == BroughtResult::Unreadable && rows.ids.size() < more)
                rows.ids.append(event.eventId);
        }
        console::complain(leftOutText(rows));
    });
}

void Serve::stopWith(const Error& error) {
    console::complain(error.message);
    QCoreApplication::exit(1);
}

} // namespace waybill
