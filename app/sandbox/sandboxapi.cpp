// SPDX-License-Identifier: MIT
#include "sandbox/sandboxapi.h"

#include "contract/account.h"
#include "contract/signature.h"
#include "sandbox/sandboxcall.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>

namespace waybill {

namespace {

constexpr int longestIdempotencyKey = 255;
// The engine tries again within this time; so may whoever asked.
constexpr int secondsUntilStoreMayWork = 1;

/// "Bearer", in any case, then blanks (RFC 9110, 11.4). Empty for another scheme.
Secret bearerOf(const QByteArray& authorization) {
    const qsizetype end = authorization.indexOf(' ');
    if (end < 0 || authorization.first(end).compare("Bearer", Qt::CaseInsensitive) != 0)
        return {};
    return Secret(authorization.sliced(end).trimmed());
}

QHash<QByteArray, QByteArray> queryOf(const QByteArray& text) {
    QHash<QByteArray, QByteArray> query;
    for (const QByteArray& field : text.split('&')) {
        const qsizetype equals = field.indexOf('=');
        const QByteArray name = QByteArray::fromPercentEncoding(equals < 0 ? field : field.left(equals));
        if (!name.isEmpty() && !query.contains(name))
            query.insert(name, equals < 0 ? QByteArray("") : QByteArray::fromPercentEncoding(field.sliced(equals + 1)));
    }
    return query;
}

} // namespace

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

HttpResponse SandboxApi::errorResponse(Error error, RandomSource& random, Instant now, RequestWindow& window) {
    if (error.requestId.isEmpty())
        error.requestId = newRequestId(random, now);
    // A bare 503 would say that webhooks are not switched on.
    if (error.kind == ErrorKind::Storage) {
        if (error.code.isEmpty())
            error.code = storage::unavailable.toString();
        error.retryAfterSeconds = secondsUntilStoreMayWork;
    }
    HttpResponse response{json::statusOf(error),
                          {{"Content-Type", "application/json"}, {"X-Request-Id", error.requestId.toLatin1()}},
                          json::write(error)};
    window.addTo(response.headers, now);
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
    , window_(principal_.plan) {}

void SandboxApi::handle(const HttpRequest& request, Respond respond, Actor by) {
    Call call;
    call.request = request;
    call.respond = std::move(respond);
    call.requestId = newRequestId(random_, clock_.now());
    call.by = by;
    const qsizetype mark = request.target.indexOf('?');
    call.path = request.target.left(mark < 0 ? request.target.size() : mark);
    if (mark >= 0)
        call.query = queryOf(request.target.sliced(mark + 1));

    // One key only: with two, a program in between might judge by the other.
    const QList<QByteArray> authorizations = request.headers.values("Authorization");
    const QByteArray authorization = authorizations.size() == 1 ? authorizations.constFirst() : QByteArray();
    const Secret key = bearerOf(authorization);
    if (key.isEmpty() || !equalInConstantTime(digestOf(key), principal_.keyDigest)) {
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
            const QByteArray part = QByteArray::fromPercentEncoding(path[i]);
            if (route.path[i] != "*") {
                matches = part == route.path[i];
            } else {
                // Bytes that are no text name nothing: no two of them may become the same id.
                const auto text = fromStrictUtf8(part);
                matches = text && !text->isEmpty();
                id = text.value_or(QString());
            }
        }
        if (matches) {
            found = &route;
            call.id = id;
            break;
        }
    }
    if (!(found && found->free) && !window_.take(clock_.now())) {
        Error error = refusal(ErrorKind::RateLimit, tr("Too many requests in this minute. Please wait a little."),
                              QStringLiteral("rate_limit_exceeded"));
        error.retryAfterSeconds = int(window_.untilReset(clock_.now()).count());
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

void SandboxApi::repeatOrRun(const Call& incoming, Route route) {
    Call call = incoming;
    call.idempotencyKey = call.request.headers.value("Idempotency-Key").value_or(QByteArray());
    if (call.idempotencyKey.isEmpty()) {
        (this->*route)(call);
        return;
    }
    const auto key = fromStrictUtf8(call.idempotencyKey);
    if (!key) {
        refuse(call, refusal(ErrorKind::InvalidRequest, tr("The Idempotency-Key is not text in UTF-8.")));
        return;
    }
    if (characterCount(*key) > longestIdempotencyKey) {
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
    const auto stored = store_.storedAnswer(*key, clock_.now());
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
    window_.addTo(response.headers, clock_.now());
    call.respond(response);
}

void SandboxApi::refuse(const Call& call, Error error) {
    error.requestId = call.requestId;
    call.respond(refusalOf(error));
    if (error.kind == ErrorKind::Storage)
        Q_EMIT storeFailed(error);
}

} // namespace waybill
