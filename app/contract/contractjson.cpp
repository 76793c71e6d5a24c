// SPDX-License-Identifier: MIT
#include "contract/contractjson.h"

#include "contract/jsontext.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace waybill::json {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ContractJson", text);
}

// ---- reading answers: tolerant

auto unreadable() {
    return failure(ErrorKind::UnreadableAnswer, tr("The account answered in a form that Waybill cannot read."));
}

/// A field under the first of its spellings that is there.
QJsonValue field(const QJsonObject& object, const char16_t* snake, const char16_t* camel = nullptr) {
    const QJsonValue value = object.value(QStringView(snake));
    return value.isUndefined() && camel ? object.value(QStringView(camel)) : value;
}

std::optional<Instant> instant(const QJsonValue& value) {
    return value.isString() ? instantFromIso8601(value.toString()) : std::nullopt;
}

std::optional<int> number(const QJsonValue& value) {
    return value.isDouble() ? std::optional(value.toInt()) : std::nullopt;
}

std::optional<QString> textIfThere(const QJsonValue& value) {
    return value.isString() ? std::optional(text(value)) : std::nullopt;
}

Endpoint endpoint(const QJsonObject& object) {
    Endpoint read;
    read.id = object.value(u"id").toString();
    read.url = text(object.value(u"url"));
    read.description = text(object.value(u"description"));
    read.enabledEvents = texts(field(object, u"enabled_events", u"enabledEvents"));
    read.statusText = text(object.value(u"status"));
    read.status = endpointStatus(read.statusText);
    read.secretPrefix = text(field(object, u"secret_prefix", u"secretPrefix"));
    read.apiVersion = text(field(object, u"api_version", u"apiVersion"));
    read.createdAt = instant(field(object, u"created_at", u"createdAt"));
    read.updatedAt = instant(field(object, u"updated_at", u"updatedAt"));
    read.lastDeliveredAt = instant(field(object, u"last_delivered_at", u"lastDeliveredAt"));
    read.lastFailedAt = instant(field(object, u"last_failed_at", u"lastFailedAt"));
    read.trace = {instant(object.value(u"disabled_at")), actor(object.value(u"disabled_by").toString()),
                  instant(object.value(u"secret_rotated_at")), actor(object.value(u"secret_rotated_by").toString()),
                  instant(object.value(u"previous_secret_valid_until"))};
    return read;
}

Delivery delivery(const QJsonObject& object) {
    Delivery read;
    read.id = object.value(u"id").toString();
    read.attempt = object.value(u"attempt").toInt(1);
    read.statusText = text(object.value(u"status"));
    read.status = deliveryStatus(read.statusText);
    read.eventId = field(object, u"event_id", u"eventId").toString();
    read.endpointId = field(object, u"endpoint_id", u"endpointId").toString();
    read.scheduledFor = instant(field(object, u"scheduled_for", u"scheduledFor"));
    read.deliveredAt = instant(field(object, u"delivered_at", u"deliveredAt"));
    read.responseStatus = number(field(object, u"response_status", u"responseStatus"));
    read.responseBody = textIfThere(field(object, u"response_body", u"responseBody"));
    read.responseMs = number(field(object, u"response_ms", u"responseMs"));
    read.error = textIfThere(object.value(u"error"));
    read.failure = failureReport(object.value(u"failure").toObject());
    read.createdAt = instant(field(object, u"created_at", u"createdAt"));
    read.replaysDeliveryId = field(object, u"replays_delivery_id", u"replaysDeliveryId").toString();
    read.simulatedAt = instant(object.value(u"simulated_at"));
    return read;
}

Event event(const QJsonObject& object, const QByteArray& body) {
    Event read;
    read.id = object.value(u"id").toString();
    read.type = text(object.value(u"type"));
    read.apiVersion = text(field(object, u"api_version", u"apiVersion"));
    read.created = object.value(u"created").toInteger();
    read.teamId = text(field(object, u"team_id", u"teamId"));
    read.objectId = text(field(object, u"object_id", u"objectId"));
    if (read.objectId.isEmpty())
        read.objectId = object.value(u"data").toObject().value(u"object").toObject().value(u"id").toString();
    read.body = body;
    return read;
}

/// By ids, rows are told apart: halves of surrogate pairs in them would be replaced by the same character.
bool isId(const QString& text) {
    return !text.isEmpty() && text.isValidUtf16();
}

/// What every row has.
bool isWhole(const Endpoint& row) {
    return isId(row.id);
}
bool isWhole(const Delivery& row) {
    return isId(row.id) && row.eventId.isValidUtf16() && row.endpointId.isValidUtf16();
}
bool isWhole(const Event& row) {
    return isId(row.id) && !row.type.isEmpty();
}

template <typename T>
Result<T> whole(const T& read) {
    return isWhole(read) ? Result<T>(read) : Result<T>(unreadable());
}

template <typename T>
Result<T> readWhole(const QByteArray& body, T (*read)(const QJsonObject&)) {
    const Row row = readRow(body);
    return row.isSound ? whole(read(row.object)) : Result<T>(unreadable());
}

/// `read` takes a row's object and its bytes.
template <typename T, typename Read>
Result<Page<T>> readPage(const QByteArray& body, const Read& read) {
    const auto text = takeApart(body);
    if (!text)
        return unreadable();
    Page<T> page;
    for (qsizetype place = 0; place < text->rows.size(); ++place) {
        const QByteArray& written = text->rows[place];
        const Row row = readRow(written);
        const T value = read(row.object, written);
        if (row.isSound && isWhole(value))
            page.data.append(value);
        else
            page.unreadable.insert(place, value);
    }
    // In another form than the contract's, it says nothing: the next page, which may be empty, does.
    const QJsonValue hasMore = field(text->frame, u"has_more", u"hasMore");
    page.hasMore = hasMore.isBool() ? hasMore.toBool() : !hasMore.isUndefined() && !hasMore.isNull();
    page.nextCursor = field(text->frame, u"next_cursor", u"nextCursor").toString();
    if (!page.nextCursor.isValidUtf16())
        page.nextCursor.clear();
    // The list goes on, and nothing in it says where.
    if (!page.unreadable.isEmpty() && page.hasMore && page.continuation().isEmpty())
        return unreadable();
    return page;
}

// ---- writing

void insertIfThere(QJsonObject& object, const char16_t* name, std::optional<Instant> value) {
    if (value)
        object.insert(QStringView(name).toString(), toIso8601(*value));
}

// Beyond the contract, so only where there is something to tell.
void insertTrace(QJsonObject& object, const EndpointTrace& trace) {
    insertIfThere(object, u"disabled_at", trace.disabledAt);
    if (trace.disabledAt)
        object.insert(QStringLiteral("disabled_by"), name(trace.disabledBy));
    insertIfThere(object, u"secret_rotated_at", trace.rotatedAt);
    if (trace.rotatedAt)
        object.insert(QStringLiteral("secret_rotated_by"), name(trace.rotatedBy));
    insertIfThere(object, u"previous_secret_valid_until", trace.previousSecretValidUntil);
}

QJsonObject toJson(const Endpoint& endpoint) {
    QJsonObject object{
        {QStringLiteral("id"), endpoint.id},
        {QStringLiteral("url"), endpoint.url},
        {QStringLiteral("description"), orNull(endpoint.description)},
        {QStringLiteral("secret_prefix"), endpoint.secretPrefix},
        {QStringLiteral("enabled_events"), QJsonArray::fromStringList(endpoint.enabledEvents)},
        {QStringLiteral("status"), name(endpoint.status)},
        {QStringLiteral("api_version"), orNull(endpoint.apiVersion)},
        {QStringLiteral("last_delivered_at"), orNull(endpoint.lastDeliveredAt)},
        {QStringLiteral("last_failed_at"), orNull(endpoint.lastFailedAt)},
    };
    insertIfThere(object, u"created_at", endpoint.createdAt);
    insertIfThere(object, u"updated_at", endpoint.updatedAt);
    insertTrace(object, endpoint.trace);
    return object;
}

QJsonObject toJson(const Delivery& delivery) {
    QJsonObject object{
        {QStringLiteral("id"), delivery.id},
        {QStringLiteral("attempt"), delivery.attempt},
        {QStringLiteral("status"), name(delivery.status)},
        {QStringLiteral("event_id"), delivery.eventId},
        {QStringLiteral("eventId"), delivery.eventId},
        {QStringLiteral("endpoint_id"), delivery.endpointId},
        {QStringLiteral("endpointId"), delivery.endpointId},
        {QStringLiteral("delivered_at"), orNull(delivery.deliveredAt)},
        {QStringLiteral("deliveredAt"), orNull(delivery.deliveredAt)},
        {QStringLiteral("response_status"), orNull(delivery.responseStatus)},
        {QStringLiteral("response_body"), orNull(delivery.responseBody)},
        {QStringLiteral("response_ms"), orNull(delivery.responseMs)},
        {QStringLiteral("error"), orNull(delivery.error)},
        {QStringLiteral("replays_delivery_id"), orNull(delivery.replaysDeliveryId)},
    };
    for (const char16_t* spelling : {u"scheduled_for", u"scheduledFor"})
        insertIfThere(object, spelling, delivery.scheduledFor);
    for (const char16_t* spelling : {u"created_at", u"createdAt"})
        insertIfThere(object, spelling, delivery.createdAt);
    insertIfThere(object, u"simulated_at", delivery.simulatedAt); // Ours; the contract allows more fields.
    if (delivery.failure)
        object.insert(QStringLiteral("failure"), toJson(*delivery.failure));
    return object;
}

QByteArray pageOf(const QByteArrayList& items, bool hasMore, const QString& nextCursor) {
    const QByteArray tail =
        compact({{QStringLiteral("has_more"), hasMore}, {QStringLiteral("next_cursor"), orNull(nextCursor)}});
    return "{\"data\":[" + items.join(',') + "]," + tail.sliced(1);
}

template <typename T>
QByteArray writePage(const Page<T>& page) {
    QByteArrayList items;
    for (const T& item : page.data)
        items += write(item);
    return pageOf(items, page.hasMore, page.nextCursor);
}

} // namespace

QString name(EndpointStatus status) {
    return status == EndpointStatus::Disabled ? QStringLiteral("disabled") : QStringLiteral("enabled");
}

QString name(DeliveryStatus status) {
    switch (status) {
    case DeliveryStatus::Delivered:
        return QStringLiteral("delivered");
    case DeliveryStatus::Failed:
        return QStringLiteral("failed");
    case DeliveryStatus::Abandoned:
        return QStringLiteral("abandoned");
    case DeliveryStatus::Pending:
    case DeliveryStatus::Unknown:
        break;
    }
    return QStringLiteral("pending");
}

EndpointStatus endpointStatus(QStringView status) {
    for (const EndpointStatus known : {EndpointStatus::Enabled, EndpointStatus::Disabled}) {
        if (status == name(known))
            return known;
    }
    return EndpointStatus::Unknown;
}

DeliveryStatus deliveryStatus(QStringView status) {
    for (const DeliveryStatus known :
         {DeliveryStatus::Pending, DeliveryStatus::Delivered, DeliveryStatus::Failed, DeliveryStatus::Abandoned}) {
        if (status == name(known))
            return known;
    }
    return DeliveryStatus::Unknown;
}

QByteArray write(const Endpoint& endpoint) {
    return compact(toJson(endpoint));
}

QByteArray write(const EndpointWithSecret& answer) {
    QJsonObject object = toJson(answer.endpoint);
    if (!answer.secret.isEmpty())
        object.insert(QStringLiteral("secret"), QString::fromLatin1(answer.secret.reveal()));
    insertIfThere(object, u"rotatedAt", answer.rotatedAt);
    insertIfThere(object, u"previousSecretValidUntil", answer.previousSecretValidUntil);
    return compact(object);
}

QByteArray write(const Delivery& delivery) {
    return compact(toJson(delivery));
}

QByteArray write(const QueuedDelivery& queued) {
    QJsonObject object{{QStringLiteral("delivery_id"), queued.deliveryId},
                       {QStringLiteral("status"), name(queued.status)}};
    if (!queued.eventId.isEmpty())
        object.insert(QStringLiteral("event_id"), queued.eventId);
    if (!queued.replaysDeliveryId.isEmpty())
        object.insert(QStringLiteral("replays_delivery_id"), queued.replaysDeliveryId);
    insertIfThere(object, u"scheduled_for", queued.scheduledFor);
    return compact(object);
}

QByteArray write(const Principal& principal) {
    return compact({{QStringLiteral("userId"), principal.userId},
                    {QStringLiteral("teamId"), principal.teamId},
                    {QStringLiteral("source"), principal.source},
                    {QStringLiteral("scopes"), QJsonArray::fromStringList(principal.scopes)}});
}

QByteArray write(const Usage& usage) {
    QJsonObject period;
    insertIfThere(period, u"start", usage.periodStart);
    insertIfThere(period, u"end", usage.periodEnd);
    return compact({{QStringLiteral("plan"), usage.plan},
                    {QStringLiteral("period"), period},
                    {QStringLiteral("used"), usage.used},
                    {QStringLiteral("limits"), usage.limits},
                    {QStringLiteral("remaining"), usage.remaining}});
}

QByteArray write(const Error& error) {
    QJsonObject object{{QStringLiteral("message"), error.message},
                       {QStringLiteral("type"), typeName(error.kind)},
                       {QStringLiteral("request_id"), error.requestId}};
    if (!error.code.isEmpty())
        object.insert(QStringLiteral("code"), error.code);
    if (!error.param.isEmpty())
        object.insert(QStringLiteral("param"), error.param);
    return compact({{QStringLiteral("error"), object}});
}

QByteArray write(const Page<Endpoint>& page) {
    return writePage(page);
}
QByteArray write(const Page<Delivery>& page) {
    return writePage(page);
}

QByteArray write(const Page<Event>& page) {
    QByteArrayList items;
    for (const Event& item : page.data)
        items += item.body;
    return pageOf(items, page.hasMore, page.nextCursor);
}

Result<Endpoint> readEndpoint(const QByteArray& body) {
    return readWhole<Endpoint>(body, &endpoint);
}
Result<Delivery> readDelivery(const QByteArray& body) {
    return readWhole<Delivery>(body, &delivery);
}

// The only time that the secret is seen: whatever else cannot be read must not take it away.
Result<EndpointWithSecret> readEndpointWithSecret(const QByteArray& body) {
    const QJsonObject object = readRow(body).object;
    return whole(endpoint(object)).and_then([&](const Endpoint& read) -> Result<EndpointWithSecret> {
        const QString secret = object.value(u"secret").toString();
        if (secret.isEmpty())
            return unreadable();
        return EndpointWithSecret{read, Secret(secret.toLatin1()), instant(field(object, u"rotatedAt", u"rotated_at")),
                                  instant(field(object, u"previousSecretValidUntil", u"previous_secret_valid_until"))};
    });
}

Result<QueuedDelivery> readQueuedDelivery(const QByteArray& body) {
    const auto object = parse(body);
    QueuedDelivery read;
    if (object)
        read.deliveryId = field(*object, u"delivery_id", u"deliveryId").toString();
    if (read.deliveryId.isEmpty())
        return unreadable();
    read.eventId = field(*object, u"event_id", u"eventId").toString();
    read.replaysDeliveryId = field(*object, u"replays_delivery_id", u"replaysDeliveryId").toString();
    read.status = deliveryStatus(object->value(u"status").toString());
    read.scheduledFor = instant(field(*object, u"scheduled_for", u"scheduledFor"));
    return read;
}

Result<Principal> readPrincipal(const QByteArray& body) {
    const auto object = parse(body);
    if (!object)
        return unreadable();
    Principal read{field(*object, u"userId", u"user_id").toString(), field(*object, u"teamId", u"team_id").toString(),
                   object->value(u"source").toString(), texts(object->value(u"scopes"))};
    if (read.teamId.isEmpty())
        return unreadable();
    return read;
}

Result<Usage> readUsage(const QByteArray& body) {
    const auto object = parse(body);
    if (!object || !object->value(u"plan").isString())
        return unreadable();
    const QJsonObject period = object->value(u"period").toObject();
    return Usage{object->value(u"plan").toString(),   instant(period.value(u"start")),
                 instant(period.value(u"end")),       object->value(u"used").toObject(),
                 object->value(u"limits").toObject(), object->value(u"remaining").toObject()};
}

Result<Event> readEvent(const QByteArray& body) {
    const Row row = readRow(body);
    return row.isSound ? whole(event(row.object, body)) : Result<Event>(unreadable());
}
Result<Page<Endpoint>> readEndpointPage(const QByteArray& body) {
    return readPage<Endpoint>(body, [](const QJsonObject& row, const QByteArray&) { return endpoint(row); });
}
Result<Page<Delivery>> readDeliveryPage(const QByteArray& body) {
    return readPage<Delivery>(body, [](const QJsonObject& row, const QByteArray&) { return delivery(row); });
}
Result<Page<Event>> readEventPage(const QByteArray& body) {
    return readPage<Event>(body, &event);
}

QString typeName(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::Authentication:
        return QStringLiteral("authentication_error");
    case ErrorKind::Authorization:
        return QStringLiteral("authorization_error");
    case ErrorKind::InvalidRequest:
    case ErrorKind::Malformed:
        return QStringLiteral("invalid_request_error");
    case ErrorKind::NotFound:
        return QStringLiteral("not_found_error");
    case ErrorKind::RateLimit:
        return QStringLiteral("rate_limit_error");
    default:
        return QStringLiteral("api_error");
    }
}

int statusOf(const Error& error) {
    if (error.httpStatus != 0)
        return error.httpStatus;
    switch (error.kind) {
    case ErrorKind::Authentication:
        return 401;
    case ErrorKind::Authorization:
        return 403;
    case ErrorKind::InvalidRequest:
    case ErrorKind::Malformed:
        return error.code == u"idempotency_key_reused" ? 409 : 400;
    case ErrorKind::NotFound:
        return 404;
    case ErrorKind::RateLimit:
        return 429;
    case ErrorKind::WebhooksNotEnabled:
    case ErrorKind::Storage:
        return 503;
    default:
        return 500;
    }
}

Error readError(int httpStatus, const QByteArray& body, const QString& requestIdHeader, std::optional<int> retryAfter) {
    Error error;
    error.httpStatus = httpStatus;
    error.requestId = requestIdHeader;
    error.retryAfterSeconds = retryAfter;

    const QJsonObject object = parse(body).value_or(QJsonObject()).value(u"error").toObject();
    const QString type = object.value(u"type").toString();
    error.message = text(object.value(u"message"));
    error.code = object.value(u"code").toString();
    error.param = object.value(u"param").toString();
    if (error.requestId.isEmpty())
        error.requestId = object.value(u"request_id").toString();

    error.kind = ErrorKind::Api;
    bool isKnown = false;
    for (const ErrorKind kind : {ErrorKind::Authentication, ErrorKind::Authorization, ErrorKind::InvalidRequest,
                                 ErrorKind::NotFound, ErrorKind::RateLimit, ErrorKind::Api}) {
        Error ofKind;
        ofKind.kind = kind;
        if (type.isEmpty() ? httpStatus == statusOf(ofKind) : type == typeName(kind)) {
            error.kind = kind;
            isKnown = true;
            break;
        }
    }
    if (!isKnown && httpStatus >= 400 && httpStatus < 500)
        error.kind = ErrorKind::InvalidRequest;
    if (error.kind == ErrorKind::Api && error.code == u"webhooks_not_enabled")
        error.kind = ErrorKind::WebhooksNotEnabled;
    if (error.message.isEmpty() && error.kind != ErrorKind::Api) // There the person's words say it.
        error.message = tr("The account answered %1 without saying why.").arg(httpStatus);
    return error;
}

QByteArray writeEnvelope(const Event& event, const QByteArray& object, const QString& requestId,
                         const QString& idempotencyKey) {
    const QByteArray request =
        compact({{QStringLiteral("id"), requestId}, {QStringLiteral("idempotency_key"), orNull(idempotencyKey)}});
    const auto quoted = [](const QString& text) {
        return QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact).sliced(1).chopped(1);
    };
    return "{\"id\":" + quoted(event.id) + ",\"type\":" + quoted(event.type) +
           ",\"api_version\":" + quoted(event.apiVersion) + ",\"created\":" + QByteArray::number(event.created) +
           ",\"team_id\":" + quoted(event.teamId) + ",\"data\":{\"object\":" + object + "},\"request\":" + request +
           "}";
}

} // namespace waybill::json
