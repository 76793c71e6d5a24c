// SPDX-License-Identifier: MIT
#pragma once

#include "clock/clock.h"
#include "contract/random.h"
#include "contract/secret.h"
#include "http/httpmessage.h"
#include "sandbox/requestwindow.h"
#include "sandbox/sandboxstore.h"
#include "sandbox/secretregister.h"

#include <QHash>
#include <QObject>

#include <functional>

namespace waybill {

/// The routes of the account contract, over the sandbox's store. Targets are relative to the account's base URL. Order
/// of the checks: key, rate limit, route, scope, plan, idempotency, body; nothing is changed before all of them have
/// passed.
class SandboxApi final : public QObject {
    Q_OBJECT
public:
    using Respond = std::function<void(HttpResponse)>;
    struct Principal {
        QByteArray keyDigest; ///< SHA-256 of the key: the key itself is not kept.
        QString plan;
        QStringList scopes;
    };
    static QByteArray digestOf(const Secret& apiKey);
    /// The contract's error as an answer, with a request id of its own. `window` is the account's.
    static HttpResponse errorResponse(Error error, RandomSource& random, Instant now, RequestWindow& window);

    SandboxApi(SandboxStore& store, SecretRegister& secrets, const Clock& clock, RandomSource& random,
               Principal principal, QObject* parent = nullptr);
    /// `by`: who asks.
    void handle(const HttpRequest& request, Respond respond, Actor by = Actor::Unknown);
    /// For a request that never came to the routes.
    HttpResponse refusalOf(const Error& error) { return errorResponse(error, random_, clock_.now(), window_); }

Q_SIGNALS:
    /// A delivery was stored that is due now.
    void queued();
    void changed();
    /// The store takes nothing, or cannot be read: the answer was 503.
    void storeFailed(const waybill::Error& error);
    /// An endpoint was made or changed, or has other secrets.
    void endpointPlaced(const QString& endpointId, const QString& url);
    /// Its count of failures begins anew: what ended before belongs to the one of before.
    void enabling();
    /// What is sent to it from now on is sent otherwise, or not at all.
    void endpointChanged();
    void endpointDeleted(const QString& endpointId);

private:
    struct Call;
    using Route = void (SandboxApi::*)(const Call&);
    struct RouteRow;

    void dispatch(const Call& call);
    void repeatOrRun(const Call& call, Route route);
    void answer(const Call& call, int status, const QByteArray& body);
    void refuse(const Call& call, Error error);
    void refuseForSecret(const Call& call, const Error& error);
    template <typename T>
    void answerWith(const Call& call, const Result<T>& result);
    SandboxStore::Idempotency once(const Call& call, int status, const QByteArray& body,
                                   const QString& secretId = {}) const;
    /// A field of the query, empty where it is not there.
    Result<QString> asked(const Call& call, const char* name) const;
    Result<PageRequest> page(const Call& call) const;

    void whoami(const Call& call);
    void usage(const Call& call);
    void listEndpoints(const Call& call);
    void createEndpoint(const Call& call);
    void getEndpoint(const Call& call);
    void updateEndpoint(const Call& call);
    void deleteEndpoint(const Call& call);
    void rotateSecret(const Call& call);
    void sendTestEvent(const Call& call);
    void listDeliveries(const Call& call);
    void getDelivery(const Call& call);
    void replayDelivery(const Call& call);
    void listEvents(const Call& call);
    void getEvent(const Call& call);

    SandboxStore& store_;
    SecretRegister& secrets_;
    const Clock& clock_;
    RandomSource& random_;
    const Principal principal_;
    QHash<QByteArray, QList<std::function<void()>>> underWay_; ///< Idempotency keys being worked on, and who waits.
    RequestWindow window_;
};

} // namespace waybill
