// SPDX-License-Identifier: MIT
#include "sandbox/sandboxapi.h"

#include "contract/account.h"
#include "contract/contractjson.h"
#include "contract/endpointrules.h"
#include "contract/eventcatalogue.h"
#include "contract/signature.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>
#include <QUrlQuery>

#include <array>

namespace waybill {

namespace {

constexpr int longestIdempotencyKey = 255;
constexpr seconds budgetPeriod{60};
/// What the sandbox allows where the plan has its own number.
constexpr int customRequestsPerMinute = 6000;

Error refusal(ErrorKind kind, const QString& message, const QString& code = {}, const QString& param = {}) {
    Error error;
    error.kind = kind;
    error.message = message;
    error.code = code;
    error.param = param;
    return error;
}

} // namespace

struct SandboxApi::Call {
    HttpRequest request;
    Respond respond;
    QString requestId;
    QByteArray path;
    QUrlQuery query;
    QString id; ///< The id in the path, or empty.
    QByteArray idempotencyKey;
    QByteArray digest;
    bool countsAgainstBudget = true;
};

struct SandboxApi::RouteRow {
    const char* method;
    QList<QByteArray> path; ///< "*" is an id.
    const char16_t* scope;  ///< nullptr: every key.
    bool needsPlan;
    bool free; ///< Of rate limits.
    Route run;
};

QByteArray SandboxApi::digestOf(const Secret& apiKey) {
    return QCryptographicHash::hash(apiKey.reveal(), QCryptographicHash::Sha256);
}

HttpResponse SandboxApi::errorResponse(Error error, RandomSource& random, Instant now) {
    if (error.requestId.isEmpty())
        error.requestId = newRequestId(random, now);
    HttpResponse response{json::statusOf(error),
                          {{"Content-Type", "application/json"}, {"X-Request-Id", error.requestId.toLatin1()}},
                          json::write(error)};
    if (error.retryAfterSeconds)
        response.headers.add("Retry-After", QByteArray::number(*error.retryAfterSeconds));
    return response;
}

SandboxApi::SandboxApi(SandboxStore& store, SecretRegister& secrets, const Clock& clock, RandomSource& random,
                       Principal principal, QObject* parent)
    : QObject(parent)
    , store_(store)
    , secrets_(secrets)
    , clock_(clock)
    , random_(random)
    , principal_(std::move(principal))
    , budgetEnds_(clock.now()) {}

void SandboxApi::handle(const HttpRequest& request, Respond respond) {
    Call call;
    call.request = request;
    call.respond = std::move(respond);
    call.requestId = newRequestId(random_, clock_.now());
    const QUrl target = QUrl::fromEncoded(request.target, QUrl::TolerantMode);
    call.path = target.path(QUrl::FullyEncoded).toLatin1();
    call.query = QUrlQuery(target);

    // One key only: with two, a program in between might judge by the other.
    const QList<QByteArray> authorizations = request.headers.values("Authorization");
    const QByteArray authorization = authorizations.size() == 1 ? authorizations.constFirst() : QByteArray();
    const QByteArray scheme = "Bearer ";
    if (!authorization.startsWith(scheme) ||
        !equalInConstantTime(digestOf(Secret(authorization.sliced(scheme.size()))), principal_.keyDigest)) {
        call.countsAgainstBudget = false;
        refuse(call, refusal(ErrorKind::Authentication, tr("This API key is missing or wrong.")));
        return;
    }
    dispatch(call);
}

void SandboxApi::dispatch(const Call& incoming) {
    static const std::array<RouteRow, 14> routes{{
        {"GET", {"auth", "whoami"}, nullptr, false, true, &SandboxApi::whoami},
        {"GET", {"usage"}, nullptr, false, true, &SandboxApi::usage},
        {"GET", {"webhooks"}, scope::webhooksRead, false, false, &SandboxApi::listEndpoints},
        {"POST", {"webhooks"}, scope::webhooksWrite, true, false, &SandboxApi::createEndpoint},
        {"GET", {"webhooks", "deliveries", "*"}, scope::webhooksRead, false, false, &SandboxApi::getDelivery},
        {"POST",
         {"webhooks", "deliveries", "*", "retry"},
         scope::webhooksWrite,
         false,
         false,
         &SandboxApi::replayDelivery},
        {"GET", {"webhooks", "*"}, scope::webhooksRead, false, false, &SandboxApi::getEndpoint},
        {"PATCH", {"webhooks", "*"}, scope::webhooksWrite, false, false, &SandboxApi::updateEndpoint},
        {"DELETE", {"webhooks", "*"}, scope::webhooksWrite, false, false, &SandboxApi::deleteEndpoint},
        {"POST", {"webhooks", "*", "rotate-secret"}, scope::webhooksWrite, true, false, &SandboxApi::rotateSecret},
        {"POST", {"webhooks", "*", "test"}, scope::webhooksWrite, false, false, &SandboxApi::sendTestEvent},
        {"GET", {"webhooks", "*", "deliveries"}, scope::webhooksRead, false, false, &SandboxApi::listDeliveries},
        {"GET", {"events"}, scope::eventsRead, false, false, &SandboxApi::listEvents},
        {"GET", {"events", "*"}, scope::eventsRead, false, false, &SandboxApi::getEvent},
    }};

    Call call = incoming;
    const QList<QByteArray> path = call.path.startsWith('/') ? call.path.sliced(1).split('/') : QList<QByteArray>();
    const RouteRow* found = nullptr;
    for (const RouteRow& route : routes) {
        if (call.request.method != route.method || path.size() != route.path.size())
            continue;
        QString id;
        bool matches = true;
        for (qsizetype i = 0; i < path.size() && matches; ++i) {
            if (route.path[i] == "*" && !path[i].isEmpty())
                id = QUrl::fromPercentEncoding(path[i]);
            else
                matches = path[i] == route.path[i];
        }
        if (matches) {
            found = &route;
            call.id = id;
            break;
        }
    }
    call.countsAgainstBudget = !(found && found->free);
    if (call.countsAgainstBudget && !takeFromBudget()) {
        Error error = refusal(ErrorKind::RateLimit, tr("Too many requests in this minute. Please wait a little."),
                              QStringLiteral("rate_limit_exceeded"));
        error.retryAfterSeconds = int(std::chrono::ceil<seconds>(budgetEnds_ - clock_.now()).count());
        refuse(call, error);
        return;
    }
    if (!found) {
        refuse(call, refusal(ErrorKind::NotFound, tr("There is nothing at this address.")));
        return;
    }
    if (found->scope && !scopesCover(principal_.scopes, found->scope)) {
        refuse(call,
               refusal(ErrorKind::Authorization, tr("This API key lacks the scope %1.").arg(QStringView(found->scope)),
                       QStringLiteral("missing_required_scope")));
        return;
    }
    if (found->needsPlan && !planIncludesWebhooks(principal_.plan)) {
        refuse(call, refusal(ErrorKind::Authorization,
                             tr("Webhooks are part of the Pro and Enterprise plans. To upgrade, head to /pricing."),
                             QStringLiteral("plan_upgrade_required")));
        return;
    }
    if (!call.request.body.isEmpty()) {
        const QByteArray type = call.request.headers.value("Content-Type")
                                    .value_or(QByteArray())
                                    .split(';')
                                    .constFirst()
                                    .trimmed()
                                    .toLower();
        if (type != "application/json") {
            refuse(call,
                   refusal(ErrorKind::InvalidRequest, tr("The body has to be JSON (Content-Type: application/json).")));
            return;
        }
    }
    if (call.request.method == "POST")
        repeatOrRun(call, found->run);
    else
        (this->*found->run)(call);
}

bool SandboxApi::takeFromBudget() {
    const Instant now = clock_.now();
    if (now >= budgetEnds_ || budgetEnds_ - now > budgetPeriod) {
        budgetEnds_ = now + budgetPeriod;
        used_ = 0;
    }
    if (used_ >= requestsPerMinute(principal_.plan).value_or(customRequestsPerMinute))
        return false;
    ++used_;
    return true;
}

void SandboxApi::repeatOrRun(const Call& incoming, Route route) {
    Call call = incoming;
    call.idempotencyKey = call.request.headers.value("Idempotency-Key").value_or(QByteArray());
    if (call.idempotencyKey.isEmpty()) {
        (this->*route)(call);
        return;
    }
    if (call.idempotencyKey.size() > longestIdempotencyKey) {
        refuse(call, refusal(ErrorKind::InvalidRequest,
                             tr("The Idempotency-Key has at most %1 characters.").arg(longestIdempotencyKey)));
        return;
    }
    if (const auto busy = underWay_.find(call.idempotencyKey); busy != underWay_.end()) {
        busy->append([this, incoming, route] { repeatOrRun(incoming, route); });
        return;
    }
    const QByteArray request = call.request.method + ' ' + call.path + '\n' + call.request.body;
    call.digest = QCryptographicHash::hash(request, QCryptographicHash::Sha256);
    const auto stored = store_.storedAnswer(QString::fromUtf8(call.idempotencyKey), clock_.now());
    if (!stored) {
        refuse(call, stored.error());
        return;
    }
    if (!*stored) {
        // Whoever comes with the same key waits until this one is answered.
        underWay_.insert(call.idempotencyKey, {});
        call.respond = [this, key = call.idempotencyKey, respond = call.respond](const HttpResponse& response) {
            respond(response);
            for (const auto& waiting : underWay_.take(key))
                waiting();
        };
        (this->*route)(call);
        return;
    }
    const StoredAnswer first = **stored;
    if (first.requestDigest != call.digest) {
        refuse(call, refusal(ErrorKind::InvalidRequest, tr("This Idempotency-Key was used for another request."),
                             QStringLiteral("idempotency_key_reused")));
        return;
    }
    call.requestId = first.requestId;
    if (first.secretId.isEmpty()) {
        answer(call, first.status, first.body);
        return;
    }
    secrets_.fetch(first.secretId, [this, call, first](const Result<Secret>& secret) {
        if (!secret && secret.error().kind == ErrorKind::SecretNotFound) {
            refuse(call, refusal(ErrorKind::InvalidRequest,
                                 tr("The first answer to this request had a secret that is no longer there. Rotate the "
                                    "endpoint's secret to get a new one."),
                                 QStringLiteral("secret_no_longer_kept")));
            return;
        }
        if (!secret) {
            refuse(call, refusal(ErrorKind::Api, secret.error().message, QStringLiteral("secret_storage_unavailable")));
            return;
        }
        QJsonObject body = QJsonDocument::fromJson(first.body).object();
        body.insert(QStringLiteral("secret"), QString::fromLatin1(secret->reveal()));
        answer(call, first.status, QJsonDocument(body).toJson(QJsonDocument::Compact));
    });
}

void SandboxApi::answer(const Call& call, int status, const QByteArray& body) {
    HttpResponse response{status, {{"X-Request-Id", call.requestId.toLatin1()}}, body};
    if (!body.isEmpty())
        response.headers.add("Content-Type", "application/json");
    addBudget(call, response);
    call.respond(response);
}

void SandboxApi::refuse(const Call& call, Error error) {
    error.requestId = call.requestId;
    HttpResponse response = errorResponse(error, random_, clock_.now());
    addBudget(call, response);
    call.respond(response);
}

void SandboxApi::addBudget(const Call& call, HttpResponse& response) const {
    if (!call.countsAgainstBudget)
        return;
    const int limit = requestsPerMinute(principal_.plan).value_or(customRequestsPerMinute);
    response.headers.add("X-RateLimit-Limit", QByteArray::number(limit));
    response.headers.add("X-RateLimit-Remaining", QByteArray::number(std::max(0, limit - used_)));
    response.headers.add("X-RateLimit-Reset", QByteArray::number(secondsSinceEpoch(budgetEnds_)));
}

template <typename T>
void SandboxApi::answerWith(const Call& call, const Result<T>& result) {
    if (result)
        answer(call, 200, json::write(*result));
    else
        refuse(call, result.error());
}

SandboxStore::Idempotency SandboxApi::once(const Call& call, int status, const QByteArray& body,
                                           const QString& secretId) const {
    return {
        QString::fromUtf8(call.idempotencyKey), {call.digest, status, body, call.requestId, secretId}, clock_.now()};
}

Result<PageRequest> SandboxApi::page(const Call& call) const {
    PageRequest page;
    page.startingAfter = call.query.queryItemValue(QStringLiteral("starting_after"), QUrl::FullyDecoded);
    page.endingBefore = call.query.queryItemValue(QStringLiteral("ending_before"), QUrl::FullyDecoded);
    if (!page.startingAfter.isEmpty() && !page.endingBefore.isEmpty())
        return failure(refusal(ErrorKind::InvalidRequest, tr("Use starting_after or ending_before, not both."), {},
                               QStringLiteral("ending_before")));
    if (call.query.hasQueryItem(QStringLiteral("limit"))) {
        bool isNumber = false;
        page.limit = call.query.queryItemValue(QStringLiteral("limit")).toInt(&isNumber);
        if (!isNumber || *page.limit < 1 || *page.limit > largestPage)
            return failure(refusal(ErrorKind::InvalidRequest, tr("“limit” is a number from 1 to %1.").arg(largestPage),
                                   {}, QStringLiteral("limit")));
    }
    return page;
}

void SandboxApi::whoami(const Call& call) {
    answer(
        call, 200,
        json::write(waybill::Principal{store_.userId(), store_.teamId(), QStringLiteral("apikey"), principal_.scopes}));
}

void SandboxApi::usage(const Call& call) {
    const QDate today = QDateTime::fromMSecsSinceEpoch(millisecondsSinceEpoch(clock_.now()), Qt::UTC).date();
    const QDateTime start(QDate(today.year(), today.month(), 1), QTime(0, 0), Qt::UTC);
    const int limit = requestsPerMinute(principal_.plan).value_or(customRequestsPerMinute);
    Usage usage;
    usage.plan = principal_.plan;
    usage.periodStart = instantFromMilliseconds(start.toMSecsSinceEpoch());
    usage.periodEnd = instantFromMilliseconds(start.addMonths(1).toMSecsSinceEpoch());
    usage.limits = {{QStringLiteral("requests_per_minute"), limit}};
    answer(call, 200, json::write(usage));
}

void SandboxApi::listEndpoints(const Call& call) {
    answerWith(call, page(call).and_then([this](const PageRequest& page) { return store_.endpoints(page); }));
}

void SandboxApi::createEndpoint(const Call& call) {
    const auto draft = json::readDraft(call.request.body).and_then(&checkDraft);
    if (!draft) {
        refuse(call, draft.error());
        return;
    }
    EndpointWithSecret created;
    created.secret = newSigningSecret(random_);
    Endpoint& endpoint = created.endpoint;
    endpoint.id = newEndpointId(random_);
    endpoint.url = draft->url;
    endpoint.description = draft->description;
    endpoint.enabledEvents = draft->enabledEvents;
    endpoint.apiVersion = draft->apiVersion;
    endpoint.secretPrefix = created.secret.prefix();
    endpoint.createdAt = endpoint.updatedAt = clock_.now();
    const QString secretId = newToken(random_);
    // The secret is safe before the endpoint exists: an endpoint whose secret was lost could never deliver.
    secrets_.keep(secretId, created.secret, [this, call, created, secretId](const Result<void>& kept) {
        if (!kept) {
            refuse(call, refusal(ErrorKind::Api, kept.error().message, QStringLiteral("secret_storage_unavailable")));
            return;
        }
        EndpointWithSecret withoutSecret = created;
        withoutSecret.secret = Secret();
        if (auto inserted = store_.insertEndpoint(created.endpoint, secretId,
                                                  once(call, 201, json::write(withoutSecret), secretId));
            !inserted) {
            refuse(call, inserted.error());
            return;
        }
        Q_EMIT secretIssued(created.endpoint.id, created.endpoint.url, created.secret, std::nullopt);
        Q_EMIT changed();
        answer(call, 201, json::write(created));
    });
}

void SandboxApi::getEndpoint(const Call& call) {
    answerWith(call, store_.endpoint(call.id));
}

void SandboxApi::updateEndpoint(const Call& call) {
    const auto updated =
        json::readChanges(call.request.body).and_then(&checkChanges).and_then([&](const EndpointChanges& changes) {
            return store_.updateEndpoint(call.id, changes, clock_.now());
        });
    if (updated)
        Q_EMIT changed();
    answerWith(call, updated);
}

void SandboxApi::deleteEndpoint(const Call& call) {
    if (const auto deleted = store_.deleteEndpoint(call.id); !deleted) {
        refuse(call, deleted.error());
        return;
    }
    secrets_.tidy();
    Q_EMIT endpointDeleted(call.id);
    Q_EMIT changed();
    answer(call, 204, {});
}

void SandboxApi::rotateSecret(const Call& call) {
    const auto endpoint = store_.endpoint(call.id);
    if (!endpoint) {
        refuse(call, endpoint.error());
        return;
    }
    const Instant now = clock_.now();
    EndpointWithSecret rotated;
    rotated.endpoint = *endpoint;
    rotated.secret = newSigningSecret(random_);
    rotated.endpoint.secretPrefix = rotated.secret.prefix();
    rotated.endpoint.updatedAt = now;
    rotated.rotatedAt = now;
    rotated.previousSecretValidUntil = now + rotationOverlap;
    const QString secretId = newToken(random_);
    secrets_.keep(secretId, rotated.secret, [this, call, rotated, secretId, now](const Result<void>& kept) {
        if (!kept) {
            refuse(call, refusal(ErrorKind::Api, kept.error().message, QStringLiteral("secret_storage_unavailable")));
            return;
        }
        EndpointWithSecret withoutSecret = rotated;
        withoutSecret.secret = Secret();
        if (auto stored =
                store_.rotateSecret(call.id, secretId, rotated.endpoint.secretPrefix, *rotated.previousSecretValidUntil,
                                    now, once(call, 200, json::write(withoutSecret), secretId));
            !stored) {
            refuse(call, stored.error());
            return;
        }
        Q_EMIT secretIssued(call.id, rotated.endpoint.url, rotated.secret, rotated.previousSecretValidUntil);
        Q_EMIT changed();
        answer(call, 200, json::write(rotated));
    });
}

void SandboxApi::sendTestEvent(const Call& call) {
    const auto asked = json::readTestRequest(call.request.body);
    if (!asked) {
        refuse(call, asked.error());
        return;
    }
    const QString type = asked->isEmpty() ? QStringView(testEventType).toString() : *asked;
    if (type != QStringView(testEventType) && !findEventType(type)) {
        refuse(call, refusal(ErrorKind::InvalidRequest, tr("There is no event named “%1”.").arg(type.left(100)), {},
                             QStringLiteral("type")));
        return;
    }
    const auto endpoint = store_.endpoint(call.id);
    if (!endpoint) {
        refuse(call, endpoint.error());
        return;
    }
    if (endpoint->status == EndpointStatus::Disabled) {
        refuse(call, refusal(ErrorKind::InvalidRequest, tr("This endpoint is disabled. Enable it to send a test.")));
        return;
    }
    const Instant now = clock_.now();
    const QByteArray object = exampleObjectForTest(type, random_);
    Event event;
    event.id = newTestEventId(random_);
    event.type = type;
    event.apiVersion = QString::fromLatin1(eventApiVersion);
    event.created = secondsSinceEpoch(now);
    event.teamId = store_.teamId();
    event.objectId = QJsonDocument::fromJson(object).object().value(u"id").toString();
    event.body = json::writeEnvelope(event, object, call.requestId, QString::fromUtf8(call.idempotencyKey));
    Delivery delivery;
    delivery.id = newDeliveryId(random_);
    delivery.eventId = event.id;
    delivery.endpointId = call.id;
    delivery.scheduledFor = delivery.createdAt = now;
    QueuedDelivery queuedDelivery;
    queuedDelivery.deliveryId = delivery.id;
    queuedDelivery.eventId = event.id;
    queuedDelivery.scheduledFor = now;
    const QByteArray body = json::write(queuedDelivery);
    if (auto stored = store_.insertEvent(event, {delivery}, once(call, 202, body)); !stored) {
        refuse(call, stored.error());
        return;
    }
    answer(call, 202, body);
    Q_EMIT queued();
    Q_EMIT changed();
}

void SandboxApi::listDeliveries(const Call& call) {
    std::optional<DeliveryStatus> status;
    if (call.query.hasQueryItem(QStringLiteral("status"))) {
        status = json::deliveryStatus(call.query.queryItemValue(QStringLiteral("status")));
        if (status == DeliveryStatus::Unknown) {
            refuse(call, refusal(ErrorKind::InvalidRequest,
                                 tr("“status” is one of pending, delivered, failed and abandoned."), {},
                                 QStringLiteral("status")));
            return;
        }
    }
    answerWith(call,
               page(call).and_then([&](const PageRequest& page) { return store_.deliveries(call.id, status, page); }));
}

void SandboxApi::getDelivery(const Call& call) {
    answerWith(call, store_.delivery(call.id));
}

void SandboxApi::replayDelivery(const Call& call) {
    const auto original = store_.delivery(call.id);
    if (!original) {
        refuse(call, original.error());
        return;
    }
    const Instant now = clock_.now();
    Delivery replay;
    replay.id = newDeliveryId(random_);
    replay.eventId = original->eventId;
    replay.endpointId = original->endpointId;
    replay.scheduledFor = replay.createdAt = now;
    replay.replaysDeliveryId = original->id;
    QueuedDelivery queuedDelivery;
    queuedDelivery.deliveryId = replay.id;
    queuedDelivery.replaysDeliveryId = original->id;
    queuedDelivery.scheduledFor = now;
    const QByteArray body = json::write(queuedDelivery);
    if (auto stored = store_.insertReplay(replay, once(call, 202, body)); !stored) {
        refuse(call, stored.error());
        return;
    }
    answer(call, 202, body);
    Q_EMIT queued();
    Q_EMIT changed();
}

void SandboxApi::listEvents(const Call& call) {
    answerWith(call, page(call).and_then([&](const PageRequest& page) {
        return store_.events(call.query.queryItemValue(QStringLiteral("type"), QUrl::FullyDecoded),
                             call.query.queryItemValue(QStringLiteral("object_id"), QUrl::FullyDecoded), page);
    }));
}

void SandboxApi::getEvent(const Call& call) {
    const auto event = store_.event(call.id);
    if (event)
        answer(call, 200, event->body);
    else
        refuse(call, event.error());
}

} // namespace waybill
