// SPDX-License-Identifier: MIT
#pragma once

#include "http/httpserver.h"
#include "sandbox/deliveryscheduler.h"
#include "sandbox/retention.h"
#include "sandbox/sandbox.h"
#include "sandbox/sandboxapi.h"
#include "sandbox/secretregister.h"
#include "store/filecheck.h"

#include <QHash>
#include <QTimer>

namespace waybill {

/// What the sandbox's thread asks of the vault, which lives on the main thread: a number and values there, values back.
struct VaultQuestion {
    enum class Kind { Read, Write, Remove, Turn }; ///< Turn: nothing but a turn of the main thread.
    quint64 number = 0;
    Kind kind = Kind::Read;
    QString name;
    Secret secret; ///< To write.
};

/// The sandbox's own thread: store, API, engine, server.
class Sandbox::Worker final : public QObject, public SigningSecrets, public IssuedSecrets {
    Q_OBJECT
public:
    Worker(Options options, const Clock& clock, const Clock& realTime, RandomSource& random);

    void start();
    void stop();
    void serve(quint16 port);
    void setInbox(const InboxAddress& inbox);
    void retrySecrets();
    void handle(quint64 call, const HttpRequest& request);
    void readSent(quint64 call, const QString& deliveryId);
    void endOverlap(quint64 call, const QString& endpointId);
    void readBringing(quint64 call, const QString& source);
    void bring(quint64 call, const QString& source, const BringingStep& step);
    void readBrought(quint64 call, const QString& source, int limit);
    void readSources(quint64 call);
    void forgetSource(quint64 call, const QString& source);
    void readAuthority(quint64 call, const QString& endpointId);
    void setAuthority(quint64 call, const QString& endpointId, const CertificateAuthority& authority);
    void setProxies(const ProxyChoice& choice);
    void vaultAnswered(quint64 number, const Secret& secret, const std::optional<Error>& error);

    void read(const SigningKeys& keys, QObject* context, Done<QList<Secret>> done) override;
    void keep(const QString& secretId, const Secret& secret, std::function<void(Result<void>)> done) override;
    void fetch(const QString& secretId, std::function<void(Result<Secret>)> done) override;
    void drop(const QString& secretId, std::function<void(Result<void>)> done) override;

Q_SIGNALS:
    void started();
    void served(const QUrl& baseUrl);
    void failed(const waybill::Error& error);
    void changed();
    void engineStateChanged(const waybill::EngineState& state);
    void endpointPlaced(const QString& endpointId, const QString& url, const waybill::EndpointSecrets& secrets);
    void endpointsAstrayChanged(const QHash<QString, QString>& endpoints);
    void inboxReady();
    void endpointDeleted(const QString& endpointId);
    void responded(quint64 call, const waybill::HttpResponse& response);
    void sentRead(quint64 call, const waybill::SentRequest& sent, const std::optional<waybill::Error>& error);
    void overlapEnded(quint64 call, const std::optional<waybill::Error>& error);
    void bringingRead(quint64 call, const waybill::Result<waybill::Bringing>& bringing);
    void broughtRead(quint64 call, const waybill::Result<QList<waybill::BroughtEvent>>& events);
    void sourcesRead(quint64 call, const waybill::Result<QStringList>& sources);
    void sourceForgotten(quint64 call, const std::optional<waybill::Error>& error);
    void authorityRead(quint64 call, const waybill::Result<waybill::CertificateAuthority>& authority);
    void authoritySet(quint64 call, const std::optional<waybill::Error>& error);
    void vaultAsked(const waybill::VaultQuestion& question);

private:
    void checkFile();
    HttpResponse refusal(const Error& error);
    QString holdReason(const QString& url) const;
    void openInbox();
    void place(const QString& endpointId, const QString& url);
    void notePlace(const QString& endpointId, const QString& url);
    void handOver(const QString& endpointId, const QString& url, const std::function<void()>& then);
    void readOverlaps();
    void report();
    using Answer = std::function<void(const Secret&, const std::optional<Error>&)>;
    void ask(VaultQuestion::Kind kind, const QString& secretId, const Secret& secret, const Answer& answer);
    void readOne(const QStringList& ids, QList<Secret> found, const Done<QList<Secret>>& done);

    Options options_;
    const Clock& clock_;
    const Clock& realTime_;
    RandomSource& random_;
    ProxyChoice proxies_;
    QTimer startLater_;
    bool isTold_ = false; ///< That it could not start.
    std::unique_ptr<SandboxStore> store_;
    std::unique_ptr<FileCheck> check_; ///< Where the last end was not in order.
    QThread sending_;
    DeliverySender* sender_ = nullptr; // lives on sending_, which destroys it
    std::unique_ptr<DeliveryScheduler> scheduler_;
    std::unique_ptr<SecretRegister> secrets_;
    std::unique_ptr<Retention> retention_;
    std::unique_ptr<SandboxApi> api_;
    std::unique_ptr<HttpServer> server_;
    QHash<QString, Secret> known_; ///< Secrets that were read or made since the start.
    QHash<quint64, Answer> asked_;
    quint64 lastQuestion_ = 0;
    std::optional<Instant> overlapEnds_;
    std::optional<InboxAddress> inbox_; ///< Nothing: this program has no receiver.
    bool isInboxOpen_ = false;          ///< It has the secrets of the endpoints that point to it.
    int openings_ = 0;
    QHash<QString, QString> astray_; ///< URLs by endpoint.
};

} // namespace waybill
