// SPDX-License-Identifier: MIT
// Requests: written by a client, read strictly by the sandbox.
#include "contract/contractjson.h"
#include "contract/jsontext.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace waybill::json {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ContractJson", text);
}

auto refused(const QString& param, const QString& message) {
    Error error;
    error.kind = ErrorKind::InvalidRequest;
    error.message = message;
    error.param = param;
    return failure(std::move(error));
}

Result<QJsonObject> request(const QByteArray& body) {
    if (const auto object = parse(body))
        return *object;
    return refused({}, tr("The body is not a JSON object."));
}

Result<std::optional<QString>> requestText(const QJsonObject& object, const QString& name, bool mayBeNull = false) {
    const QJsonValue value = object.value(name);
    if (value.isUndefined())
        return std::optional<QString>();
    if (value.isNull() && mayBeNull)
        return std::optional(QStringLiteral(""));
    if (!value.isString())
        return refused(name, tr("“%1” has to be a text.").arg(name));
    return std::optional(text(value));
}

Result<std::optional<QStringList>> requestEvents(const QJsonObject& object) {
    const QJsonValue value = object.value(u"enabled_events");
    if (value.isUndefined())
        return std::optional<QStringList>();
    const QStringList names = texts(value);
    if (!value.isArray() || names.size() != value.toArray().size())
        return refused(QStringLiteral("enabled_events"), tr("“enabled_events” has to be a list of names."));
    return std::optional(names);
}

} // namespace

QByteArray write(const EndpointDraft& draft) {
    QJsonObject object{{QStringLiteral("url"), draft.url},
                       {QStringLiteral("enabled_events"), QJsonArray::fromStringList(draft.enabledEvents)}};
    if (!draft.description.isEmpty())
        object.insert(QStringLiteral("description"), draft.description);
    if (!draft.apiVersion.isEmpty())
        object.insert(QStringLiteral("api_version"), draft.apiVersion);
    return compact(object);
}

QByteArray write(const EndpointChanges& changes) {
    QJsonObject object;
    if (changes.url)
        object.insert(QStringLiteral("url"), *changes.url);
    if (changes.enabledEvents)
        object.insert(QStringLiteral("enabled_events"), QJsonArray::fromStringList(*changes.enabledEvents));
    if (changes.description)
        object.insert(QStringLiteral("description"), orNull(*changes.description));
    if (changes.apiVersion)
        object.insert(QStringLiteral("api_version"), orNull(*changes.apiVersion));
    if (changes.status && changes.status != EndpointStatus::Unknown)
        object.insert(QStringLiteral("status"), name(*changes.status));
    return compact(object);
}

QByteArray writeTestRequest(const QString& eventType) {
    return eventType.isEmpty() ? "{}" : compact({{QStringLiteral("type"), eventType}});
}

Result<EndpointDraft> readDraft(const QByteArray& body) {
    const auto object = request(body);
    if (!object)
        return failure(object.error());
    const auto url = requestText(*object, QStringLiteral("url"));
    const auto events = requestEvents(*object);
    const auto description = requestText(*object, QStringLiteral("description"), true);
    const auto apiVersion = requestText(*object, QStringLiteral("api_version"), true);
    if (!url)
        return failure(url.error());
    if (!*url)
        return refused(QStringLiteral("url"), tr("“url” is missing."));
    if (!events)
        return failure(events.error());
    if (!*events)
        return refused(QStringLiteral("enabled_events"), tr("“enabled_events” is missing."));
    if (!description)
        return failure(description.error());
    if (!apiVersion)
        return failure(apiVersion.error());
    return EndpointDraft{**url, **events, description->value_or(QString()), apiVersion->value_or(QString())};
}

Result<EndpointChanges> readChanges(const QByteArray& body) {
    const auto object = request(body);
    if (!object)
        return failure(object.error());
    const auto url = requestText(*object, QStringLiteral("url"));
    const auto events = requestEvents(*object);
    const auto description = requestText(*object, QStringLiteral("description"), true);
    const auto apiVersion = requestText(*object, QStringLiteral("api_version"), true);
    const auto status = requestText(*object, QStringLiteral("status"));
    for (const auto* read : {&url, &description, &apiVersion, &status}) {
        if (!*read)
            return failure(read->error());
    }
    if (!events)
        return failure(events.error());
    EndpointChanges changes{*url, *events, *description, *apiVersion, std::nullopt};
    if (*status) {
        changes.status = endpointStatus(**status);
        if (changes.status == EndpointStatus::Unknown)
            return refused(QStringLiteral("status"), tr("“status” has to be “enabled” or “disabled”."));
    }
    return changes;
}

Result<QString> readTestRequest(const QByteArray& body) {
    if (body.trimmed().isEmpty())
        return QString();
    const auto object = request(body);
    if (!object)
        return failure(object.error());
    return requestText(*object, QStringLiteral("type")).map([](const std::optional<QString>& type) {
        return type.value_or(QString());
    });
}

} // namespace waybill::json
