// SPDX-License-Identifier: MIT
// What each route of SandboxApi does; sandboxapi.cpp has what every request goes through before.
#include "contract/account.h"
#include "contract/endpointrules.h"
#include "contract/eventcatalogue.h"
#include "contract/signature.h"
#include "sandbox/sandboxcall.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace waybill {

SandboxStore::Idempotency SandboxApi::once(const Call& call, int status, const QByteArray& body,
                                           const QString& secretId) const {
    return {
        QString::fromUtf8(call.idempotencyKey), {call.digest, status, body, call.requestId, secretId}, clock_.now()};
}

/// The secret could not be kept: because of its place, or of the store, which writes it down before.
void SandboxApi::refuseForSecret(const Call& call, const Error& error) {
    const bool isStore = error.kind == ErrorKind::Storage && !error.code.isEmpty();
    refuse(call,
           isStore ? error : refusal(ErrorKind::Api, error.message, QStringLiteral("secret_storage_unavailable")));
}

Result<QString> SandboxApi::asked(const Call& call, const char* name) const {
    if (const auto text = fromStrictUtf8(call.query.value(name)))
        return *text;
    const QString param = QString::fromLatin1(name);
    return failure(refusal(ErrorKind::InvalidRequest, tr("“%1” is not text in UTF-8.").arg(param), {}, param));
}

Result<PageRequest> SandboxApi::page(const Call& call) const {
    const auto startingAfter = asked(call, "starting_after");
    const auto endingBefore = asked(call, "ending_before");
    if (!startingAfter || !endingBefore)
        return failure(startingAfter ? endingBefore.error() : startingAfter.error());
    PageRequest page;
    page.startingAfter = *startingAfter;
    page.endingBefore = *endingBefore;
    if (!page.startingAfter.isEmpty() && !page.endingBefore.isEmpty())
        return failure(refusal(ErrorKind::InvalidRequest, tr("Use starting_after or ending_before, not both."), {},
                               QStringLiteral("ending_before")));
    if (call.query.contains("limit")) {
        bool isNumber = false;
        page.limit = call.query.value("limit").toInt(&isNumber);
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
    Usage usage;
    usage.plan = principal_.plan;
    usage.periodStart = instantFromMilliseconds(start.toMSecsSinceEpoch());
    usage.periodEnd = instantFromMilliseconds(start.addMonths(1).toMSecsSinceEpoch());
    usage.limits = {{QStringLiteral("requests_per_minute"), window_.limit()}};
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
            refuseForSecret(call, kept.error());
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
        Q_EMIT endpointPlaced(created.endpoint.id, created.endpoint.url);
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
            if (changes.status == EndpointStatus::Enabled)
                Q_EMIT enabling();
            return store_.updateEndpoint(call.id, changes, clock_.now(), call.by);
        });
    if (updated) {
        Q_EMIT endpointPlaced(updated->id, updated->url);
        Q_EMIT endpointChanged();
        Q_EMIT changed();
    }
    answerWith(call, updated);
}

void SandboxApi::deleteEndpoint(const Call& call) {
    if (const auto deleted = store_.deleteEndpoint(call.id, clock_.now()); !deleted) {
        refuse(call, deleted.error());
        return;
    }
    secrets_.tidy();
    Q_EMIT endpointChanged();
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
    rotated.endpoint.trace.rotatedAt = now;
    rotated.endpoint.trace.rotatedBy = call.by;
    rotated.endpoint.trace.previousSecretValidUntil = rotated.previousSecretValidUntil;
    const QString secretId = newToken(random_);
    secrets_.keep(secretId, rotated.secret, [this, call, rotated, secretId, now](const Result<void>& kept) {
        if (!kept) {
            refuseForSecret(call, kept.error());
            return;
        }
        EndpointWithSecret withoutSecret = rotated;
        withoutSecret.secret = Secret();
        if (auto stored =
                store_.rotateSecret(call.id, secretId, rotated.endpoint.secretPrefix, *rotated.previousSecretValidUntil,
                                    now, once(call, 200, json::write(withoutSecret), secretId), call.by);
            !stored) {
            refuse(call, stored.error());
            return;
        }
        Q_EMIT endpointChanged();
        Q_EMIT endpointPlaced(call.id, rotated.endpoint.url);
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
        refuse(call,
               refusal(ErrorKind::InvalidRequest, tr("There is no event named “%1”.").arg(firstCharacters(type, 100)),
                       {}, QStringLiteral("type")));
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
    const Delivery delivery = firstDelivery(newDeliveryId(random_), event.id, call.id, now);
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
    if (call.query.contains("status")) {
        status = json::deliveryStatus(asked(call, "status").value_or(QString()));
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
    const auto endpoint = store_.endpoint(original->endpointId);
    if (!endpoint) {
        refuse(call, endpoint.error());
        return;
    }
    // A replay is a new delivery, and a disabled endpoint gets none.
    if (endpoint->status == EndpointStatus::Disabled) {
        refuse(call, refusal(ErrorKind::InvalidRequest,
                             tr("This endpoint is disabled. Enable it to replay its deliveries.")));
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
    const auto type = asked(call, "type");
    const auto objectId = asked(call, "object_id");
    if (!type || !objectId) {
        refuse(call, type ? objectId.error() : type.error());
        return;
    }
    answerWith(call,
               page(call).and_then([&](const PageRequest& page) { return store_.events(*type, *objectId, page); }));
}

void SandboxApi::getEvent(const Call& call) {
    const auto event = store_.event(call.id);
    if (event)
        answer(call, 200, event->body);
    else
        refuse(call, event.error());
}

} // namespace waybill
