// SPDX-License-Identifier: MIT
#pragma once

#include "contract/account.h"
#include "contract/delivery.h"
#include "contract/endpoint.h"
#include "contract/event.h"
#include "contract/page.h"
#include "contract/result.h"

#include <QByteArray>

/// The contract's JSON. Reading takes either spelling (`event_id`, `eventId`), ignores unknown fields, keeps unknown
/// values, and never throws: what is not in the contract's form is an Error of kind Malformed (as a request) or
/// UnreadableAnswer (as an answer). In a page, a row that is no JSON in UTF-8, nested too deeply, or without an id (an
/// event without a type) is set apart, and the others are read; what is fine as JSON is read, whatever numbers it
/// holds. Writing is what the sandbox answers: times in ISO 8601, both spellings where the
/// reference sends both.
namespace waybill::json {

// Requests, as a client writes them and as the sandbox reads them.
QByteArray write(const EndpointDraft& draft);
QByteArray write(const EndpointChanges& changes);
QByteArray writeTestRequest(const QString& eventType); ///< Empty type: "{}".
Result<EndpointDraft>
readDraft(const QByteArray& body); ///< InvalidRequest with `param` on a wrong type or a missing field.
Result<EndpointChanges> readChanges(const QByteArray& body); ///< Likewise. Unknown `status` values are refused.
Result<QString> readTestRequest(const QByteArray& body);     ///< Empty body or no type: empty.

// Answers, as the sandbox writes them and as the client reads them.
QByteArray write(const Endpoint& endpoint);
QByteArray write(const EndpointWithSecret& answer);
QByteArray write(const Delivery& delivery);
QByteArray write(const QueuedDelivery& queued);
QByteArray write(const Principal& principal);
QByteArray write(const Usage& usage);
QByteArray write(const Error& error); ///< `{"error": {...}}`
QByteArray write(const Page<Endpoint>& page);
QByteArray write(const Page<Delivery>& page);
QByteArray write(const Page<Event>& page); ///< Bodies of events go in as they are, byte for byte.

Result<Endpoint> readEndpoint(const QByteArray& body);
Result<EndpointWithSecret> readEndpointWithSecret(const QByteArray& body);
Result<Delivery> readDelivery(const QByteArray& body);
Result<QueuedDelivery> readQueuedDelivery(const QByteArray& body);
Result<Principal> readPrincipal(const QByteArray& body);
Result<Usage> readUsage(const QByteArray& body);
Result<Event> readEvent(const QByteArray& body); ///< `body` of the event is these bytes.
Result<Page<Endpoint>> readEndpointPage(const QByteArray& body);
Result<Page<Delivery>> readDeliveryPage(const QByteArray& body);
Result<Page<Event>> readEventPage(const QByteArray& body); ///< `body` of each is its part, as written.
/// The error of an answer by `type`, then `code`, then status; made from the status where the body is not the
/// contract's.
Error readError(int httpStatus, const QByteArray& body, const QString& requestIdHeader, std::optional<int> retryAfter);

/// The `error.type` of the contract for a kind, and the status that goes with it.
QString typeName(ErrorKind kind);
int statusOf(const Error& error);

QString name(EndpointStatus status);
QString name(DeliveryStatus status);
QString name(Actor actor);
Actor actor(QStringView name);
EndpointStatus endpointStatus(QStringView name);
DeliveryStatus deliveryStatus(QStringView name);

/// The envelope of a new event: `{id, type, api_version, created, team_id, data: {object}, request}` with `object` as
/// it is.
QByteArray writeEnvelope(const Event& event, const QByteArray& object, const QString& requestId,
                         const QString& idempotencyKey);

} // namespace waybill::json
