// SPDX-License-Identifier: MIT
#pragma once

#include "clock/shiftedclock.h"
#include "contract/endpointsecrets.h"
#include "contract/random.h"
#include "contract/secret.h"
#include "http/inboxaddress.h"
#include "http/proxychoice.h"
#include "http/transport.h"
#include "sandbox/sandboxcontrols.h"
#include "secrets/secretvault.h"
#include "store/folderlock.h"

#include <QHash>
#include <QThread>
#include <QUrl>

#include <memory>

namespace waybill {

class InProcessTransport;

/// The account on this computer: API, store, scheduler and sender on a thread of their own. This facade lives on the
/// main thread; it hands requests over (InProcessTransport), serves the same API over loopback HTTP if asked, and gives
/// the controls.
class Sandbox final : public SandboxControls {
    Q_OBJECT
public:
    struct Options {
        DataFile databaseFile;
        Secret apiKey; ///< What `Authorization: Bearer` has to carry; only its digest is kept.
        QString plan = QStringLiteral("pro");
        QStringList scopes = {QStringLiteral("webhooks:*"), QStringLiteral("events:read")};
    };
    /// Everything handed in outlives the sandbox. `clock` decides what is due; signatures carry `realTime`.
    Sandbox(Options options, SecretVault& vault, const Clock& clock, const Clock& realTime, RandomSource& random,
            QObject* parent = nullptr);
    /// With a time machine that moves `clock`.
    Sandbox(Options options, SecretVault& vault, ShiftedClock& clock, RandomSource& random, QObject* parent = nullptr);
    /// Stops listening, stops the scheduler, ends attempts, closes the database, quits the thread and waits.
    ~Sandbox() override;

    void start(); ///< Answers with `started` or `failed`.
    Transport& transport();
    /// The same API over loopback HTTP; `served` or `failed`. Port 0 takes a free one.
    void serve(quint16 port);
    /// Where the built-in receiver of this program is. Its endpoints get nothing before it has their secrets
    /// (`endpointPlaced`, then `inboxReady`), and those that point to where it is not get nothing at all: whoever
    /// answers there is a stranger. Before `start` with what is not known yet; without it, there is no receiver.
    void setInbox(const InboxAddress& inbox);
    /// URLs, by endpoint, of those that point to where the receiver is not.
    const QHash<QString, QString>& endpointsAstray() const { return astray_; }
    /// The vault became ready: try again what waits for a secret.
    void retrySecrets();
    /// Through which proxy deliveries go from now on; the system's unless told otherwise.
    void setProxies(const ProxyChoice& choice);

    void readSentRequest(const QString& deliveryId, QObject* context, Done<SentRequest> done) override;
    void endOverlap(const QString& endpointId, QObject* context, Done<void> done) override;
    EngineState engineState() const override;
    const Clock& clock() const override { return clock_; }
    TimeMachine* timeMachine() override { return timeMachine_.get(); }
    void readBringing(const QString& source, QObject* context, Done<Bringing> done) override;
    void bring(const QString& source, const BringingStep& step, QObject* context, Done<Bringing> done) override;
    void readBrought(const QString& source, int limit, QObject* context, Done<QList<BroughtEvent>> done) override;
    void readSources(QObject* context, Done<QStringList> done) override;
    void forgetSource(const QString& source, QObject* context, Done<void> done) override;
    void readAuthority(const QString& endpointId, QObject* context, Done<CertificateAuthority> done) override;
    void setAuthority(const QString& endpointId, const CertificateAuthority& authority, QObject* context,
                      Done<void> done) override;

Q_SIGNALS:
    void started();
    void served(const QUrl& baseUrl); ///< "http://127.0.0.1:<port>/api/v1"
    void failed(const waybill::Error& error);
    /// An endpoint points here now, or has other secrets: with the secrets where that is the receiver.
    void endpointPlaced(const QString& endpointId, const QString& url, const waybill::EndpointSecrets& secrets);
    void inboxReady();
    void endpointsAstrayChanged();
    void endpointDeleted(const QString& endpointId);

private:
    class Worker;
    const Clock& clock_;
    std::unique_ptr<TimeMachine> timeMachine_;
    std::unique_ptr<InProcessTransport> transport_;
    QThread thread_;
    Worker* worker_;
    EngineState state_;
    QHash<QString, QString> astray_;
    PendingCalls calls_;
};

} // namespace waybill
