// SPDX-License-Identifier: MIT
#include "account/accountclient.h"

#include "clock/alarm.h"
#include "contract/contractjson.h"

#include <QCoreApplication>
#include <QPointer>
#include <QTimer>
#include <QUrl>

#include <array>
#include <utility>

namespace waybill {

using namespace Qt::StringLiterals;

namespace {

// A person waits for these answers: rather an error that says when to come back than a window that hangs.
constexpr milliseconds longestWait{120'000};

QString tr(const char* text) {
    return QCoreApplication::translate("AccountClient", text);
}

double chanceOf(RandomSource& random) {
    std::array<std::byte, 2> bytes{};
    random.fill(bytes);
    return (std::to_integer<int>(bytes[0]) * 256 + std::to_integer<int>(bytes[1])) / 65'536.0;
}

QByteArray withPage(const QByteArray& path, const PageRequest& page) {
    QList<QByteArray> fields;
    if (page.limit)
        fields.append("limit=" + QByteArray::number(*page.limit));
    if (!page.startingAfter.isEmpty())
        fields.append("starting_after=" + QUrl::toPercentEncoding(page.startingAfter));
    if (!page.endingBefore.isEmpty())
        fields.append("ending_before=" + QUrl::toPercentEncoding(page.endingBefore));
    return fields.isEmpty() ? path : path + (path.contains('?') ? '&' : '?') + fields.join('&');
}

Result<void> readNothing(const QByteArray&) {
    return {};
}

bool isJsonObject(const QByteArray& body) {
    return body.trimmed().startsWith('{');
}

/// The contract knows one meaning of 503 there, whatever stands in front of the account and however it says it. Only a
/// sandbox, which may be served to us, names a trouble of its own.
bool isNotSwitchedOn(const HttpResponse& response, bool isWebhookRoute) {
    return response.status == 503 && isWebhookRoute &&
           !isTroubleOfASandbox(json::readError(response.status, response.body, {}, {}).code);
}

Error errorOf(const HttpResponse& response, bool isWebhookRoute) {
    const QString requestId = QString::fromLatin1(response.headers.value("X-Request-Id").value_or(QByteArray()));
    bool hasRetryAfter = false;
    const int seconds = response.headers.value("Retry-After").value_or(QByteArray()).trimmed().toInt(&hasRetryAfter);
    Error error = json::readError(response.status, response.body, requestId,
                                  hasRetryAfter ? std::optional(seconds) : std::nullopt);
    if (isNotSwitchedOn(response, isWebhookRoute)) {
        error.kind = ErrorKind::WebhooksNotEnabled;
        error.details = error.message; // It may speak of a server error, which it is not.
        error.message.clear();
        error.retryAfterSeconds.reset();
        return error;
    }
    const bool isForeign = (!response.body.trimmed().isEmpty() && !isJsonObject(response.body)) ||
                           (response.status >= 300 && response.status < 400);
    if (isForeign) {
        // With 5xx it is a page of what stands in front of the account, which has no words for the person.
        const bool isOutage = response.status >= 500;
        error.kind = isOutage ? ErrorKind::Api : ErrorKind::UnreadableAnswer;
        error.message =
            isOutage ? QString()
                     : tr("Something answered, but not as an account does. Is the address of the account right?");
        error.details = tr("Status %1, %2")
                            .arg(QString::number(response.status),
                                 QString::fromLatin1(response.headers.value("Content-Type").value_or("no type"_ba)));
    }
    return error;
}

} // namespace

struct AccountClient::Operation {
    QByteArray method;
    QByteArray target;
    QByteArray body = {};
    bool isFreeOfLimits = false;
    std::function<bool(const QByteArray&)> isReadable = {}; ///< An answer to what may be asked for again.

    bool changesSomething() const { return method != "GET"; }
    bool isWebhookRoute() const { return target.startsWith("/webhooks"); }
};

/// One logical request with its retries. PATCH and DELETE are retried like the others: both mean the same when done
/// twice, and a DELETE that finds nothing after an answer was lost has done its work.
class AccountClient::Call final : public QObject {
public:
    Call(AccountClient& client, Operation operation, std::function<void(Result<HttpResponse>)> done)
        : QObject(&client)
        , client_(client)
        , operation_(std::move(operation))
        , done_(std::move(done))
        , alarm_(client.clock_)
        , patience_(client.clock_) {
        request_.method = operation_.method;
        request_.target = operation_.target;
        request_.body = operation_.body;
        request_.headers.add("Authorization", "Bearer " + client_.apiKey_.reveal());
        request_.headers.add("Accept", "application/json");
        request_.headers.add("Autousers-Version", eventApiVersion);
        if (!request_.body.isEmpty())
            request_.headers.add("Content-Type", "application/json");
        if (request_.method == "POST")
            request_.headers.add("Idempotency-Key", newUuidV4(client_.random_).toLatin1());
        connect(&alarm_, &Alarm::rang, this, &Call::sendWhenAllowed);
        connect(&patience_, &Alarm::rang, this, &Call::tellSlow);
    }
    ~Call() override { underWay_.cancel(); }

    void start() { sendWhenAllowed(); }
    void refuse(Error error) {
        QTimer::singleShot(0, this, [this, error = std::move(error)] { finish(failure(error)); });
    }
    void cancel() {
        done_ = nullptr;
        std::exchange(underWay_, {}).cancel();
        alarm_.cancel();
        patience_.cancel();
        deleteLater();
    }

private:
    /// A dead host or a network that swallows everything shows only by its silence.
    void tellSlow() {
        Error error;
        error.kind = ErrorKind::TimedOut;
        error.message = tr("The account has not answered yet.");
        tell(error);
    }
    void tell(const Error& why) {
        client_.hasTold_ = true;
        Q_EMIT client_.retrying(why);
    }

    void sendWhenAllowed() {
        const milliseconds wait = operation_.isFreeOfLimits ? milliseconds{0} : client_.budget_.waitBeforeNext();
        if (wait > longestWait) {
            Error error;
            error.kind = ErrorKind::RateLimit;
            error.message = tr("The account takes no more requests for a while.");
            error.retryAfterSeconds = int(std::chrono::ceil<seconds>(wait).count());
            refuse(std::move(error));
            return;
        }
        if (wait > milliseconds{0}) {
            alarm_.setFor(client_.clock_.now() + wait);
            return;
        }
        if (!operation_.isFreeOfLimits)
            client_.budget_.noteSent();
        patience_.setFor(client_.clock_.now() + patience);
        underWay_ = client_.transport_.send(request_, this, [this](const Result<HttpResponse>& answer) {
            underWay_ = {};
            answered(answer);
        });
    }

    void answered(const Result<HttpResponse>& answer) {
        patience_.cancel();
        if (answer) {
            if (answer->status < 500 && std::exchange(client_.hasTold_, false))
                Q_EMIT client_.recovered();
            // It says how things are, not when to come back.
            if (!isNotSwitchedOn(*answer, operation_.isWebhookRoute()))
                client_.budget_.note(*answer);
            if (const auto notice = readVersionNotice(answer->headers))
                client_.versionNotice_ = notice;
        }
        if (const auto delay = retryDelay(answer); delay && *delay <= longestWait) {
            ++retries_;
            ++client_.retries_;
            answerWasLost_ = answerWasLost_ || !answer || answer->status >= 500;
            alarm_.setFor(client_.clock_.now() + *delay);
            tell(reasonToRetry(answer));
            return;
        }
        if (answer && answer->status == 404 && operation_.method == "DELETE" && answerWasLost_) {
            finish(HttpResponse{204, answer->headers, {}});
            return;
        }
        if (answer && (answer->status < 200 || answer->status > 299))
            finish(failure(errorOf(*answer, operation_.isWebhookRoute())));
        else
            finish(answer);
    }

    std::optional<milliseconds> retryDelay(const Result<HttpResponse>& answer) const {
        const double chance = chanceOf(client_.random_);
        if (!answer) {
            const bool isBroken =
                answer.error().kind == ErrorKind::Unreachable || answer.error().kind == ErrorKind::TimedOut;
            return isBroken ? RequestBudget::retryDelay(retries_, nullptr, chance) : std::nullopt;
        }
        // The work was probably done, and the answer to it, perhaps with a secret that is shown once, was spoiled on
        // its way: with the same key, the account gives it again.
        const bool isSuccess = answer->status >= 200 && answer->status <= 299;
        if (isSuccess && operation_.isReadable && !operation_.isReadable(answer->body))
            return RequestBudget::retryDelay(retries_, nullptr, chance);
        if (isNotSwitchedOn(*answer, operation_.isWebhookRoute()))
            return std::nullopt;
        return RequestBudget::retryDelay(retries_, &*answer, chance);
    }

    Error reasonToRetry(const Result<HttpResponse>& answer) const {
        if (!answer)
            return answer.error();
        Error error = errorOf(*answer, operation_.isWebhookRoute());
        if (answer->status <= 299)
            error.kind = ErrorKind::UnreadableAnswer;
        return error;
    }

    void finish(const Result<HttpResponse>& result) {
        const auto done = std::exchange(done_, nullptr);
        deleteLater();
        const QPointer<AccountClient> client = &client_;
        if (operation_.changesSomething())
            Q_EMIT client_.acted();
        if (client && done)
            done(result);
    }

    AccountClient& client_;
    const Operation operation_;
    std::function<void(Result<HttpResponse>)> done_;
    Alarm alarm_;
    Alarm patience_;
    HttpRequest request_;
    RequestHandle underWay_;
    int retries_ = 0;
    bool answerWasLost_ = false;
};

AccountClient::AccountClient(Transport& transport, Secret apiKey, const Clock& clock, RandomSource& random,
                             QObject* parent)
    : QObject(parent)
    , transport_(transport)
    , apiKey_(std::move(apiKey))
    , clock_(clock)
    , random_(random)
    , budget_(clock) {}

AccountClient::~AccountClient() = default;

template <typename T>
RequestHandle AccountClient::submit(Operation operation, Result<T> (*read)(const QByteArray&), QObject* context,
                                    Done<T> done) {
    auto typed = [context = QPointer<QObject>(context), read,
                  done = std::move(done)](const Result<HttpResponse>& answer) {
        if (!context)
            return;
        if (!answer) {
            done(failure(answer.error()));
            return;
        }
        Result<T> value = read(answer->body);
        if (!value) {
            Error error = value.error();
            error.kind = ErrorKind::UnreadableAnswer;
            error.httpStatus = answer->status;
            error.requestId = QString::fromLatin1(answer->headers.value("X-Request-Id").value_or(QByteArray()));
            value = failure(std::move(error));
        }
        done(std::move(value));
    };
    if (operation.method == "POST")
        operation.isReadable = [read](const QByteArray& body) { return read(body).has_value(); };
    const bool hasTarget = !operation.target.isEmpty();
    const QPointer<Call> call = new Call(*this, std::move(operation), std::move(typed));
    if (hasTarget) {
        call->start();
    } else {
        Error error;
        error.kind = ErrorKind::NotFound;
        error.message = tr("This id cannot be one of the account.");
        call->refuse(std::move(error));
    }
    return RequestHandle([call] {
        if (call)
            call->cancel();
    });
}

namespace {

/// `before` + the id as one segment + `after`; empty for an id that would lead to another route.
QByteArray route(const QByteArray& before, const QString& id, const QByteArray& after = {}) {
    if (id.isEmpty() || id == u"." || id == u"..")
        return {};
    return before + QUrl::toPercentEncoding(id) + after;
}

} // namespace

RequestHandle AccountClient::whoami(QObject* context, Done<Principal> done) {
    return submit({"GET", "/auth/whoami", {}, true}, &json::readPrincipal, context, std::move(done));
}

RequestHandle AccountClient::usage(QObject* context, Done<Usage> done) {
    return submit({"GET", "/usage", {}, true}, &json::readUsage, context, std::move(done));
}

RequestHandle AccountClient::listEndpoints(const PageRequest& page, QObject* context, Done<Page<Endpoint>> done) {
    return submit({"GET", withPage("/webhooks", page)}, &json::readEndpointPage, context, std::move(done));
}

RequestHandle AccountClient::createEndpoint(const EndpointDraft& draft, QObject* context,
                                            Done<EndpointWithSecret> done) {
    return submit({"POST", "/webhooks", json::write(draft)}, &json::readEndpointWithSecret, context, std::move(done));
}

RequestHandle AccountClient::getEndpoint(const QString& id, QObject* context, Done<Endpoint> done) {
    return submit({"GET", route("/webhooks/", id)}, &json::readEndpoint, context, std::move(done));
}

RequestHandle AccountClient::updateEndpoint(const QString& id, const EndpointChanges& changes, QObject* context,
                                            Done<Endpoint> done) {
    if (changes.status == EndpointStatus::Disabled)
        done = [&clock = clock_, done = std::move(done)](Result<Endpoint> answer) {
            if (answer && answer->status == EndpointStatus::Disabled && !answer->trace.disabledAt) {
                answer->trace.disabledAt = clock.now();
                answer->trace.disabledBy = Actor::Waybill;
            }
            done(std::move(answer));
        };
    return submit({"PATCH", route("/webhooks/", id), json::write(changes)}, &json::readEndpoint, context,
                  std::move(done));
}

RequestHandle AccountClient::deleteEndpoint(const QString& id, QObject* context, Done<void> done) {
    return submit({"DELETE", route("/webhooks/", id)}, &readNothing, context, std::move(done));
}

RequestHandle AccountClient::rotateSecret(const QString& id, QObject* context, Done<EndpointWithSecret> done) {
    auto traced = [&clock = clock_, done = std::move(done)](Result<EndpointWithSecret> answer) {
        if (answer && !answer->endpoint.trace.rotatedAt) {
            EndpointTrace& trace = answer->endpoint.trace;
            trace.rotatedAt = answer->rotatedAt.value_or(clock.now());
            trace.rotatedBy = Actor::Waybill;
            trace.previousSecretValidUntil = answer->previousSecretValidUntil;
        }
        done(std::move(answer));
    };
    return submit<EndpointWithSecret>({"POST", route("/webhooks/", id, "/rotate-secret")},
                                      &json::readEndpointWithSecret, context, std::move(traced));
}

RequestHandle AccountClient::sendTestEvent(const QString& endpointId, const QString& eventType, QObject* context,
                                           Done<QueuedDelivery> done) {
    return submit({"POST", route("/webhooks/", endpointId, "/test"), json::writeTestRequest(eventType)},
                  &json::readQueuedDelivery, context, std::move(done));
}

RequestHandle AccountClient::listDeliveries(const QString& endpointId, const PageRequest& page, QObject* context,
                                            Done<Page<Delivery>> done) {
    const QByteArray path = route("/webhooks/", endpointId, "/deliveries");
    return submit({"GET", path.isEmpty() ? path : withPage(path, page)}, &json::readDeliveryPage, context,
                  std::move(done));
}

RequestHandle AccountClient::listPendingDeliveries(const QString& endpointId, const PageRequest& page, QObject* context,
                                                   Done<Page<Delivery>> done) {
    const QByteArray path = route("/webhooks/", endpointId, "/deliveries?status=pending");
    return submit({"GET", path.isEmpty() ? path : withPage(path, page)}, &json::readDeliveryPage, context,
                  std::move(done));
}

RequestHandle AccountClient::getDelivery(const QString& id, QObject* context, Done<Delivery> done) {
    return submit({"GET", route("/webhooks/deliveries/", id)}, &json::readDelivery, context, std::move(done));
}

RequestHandle AccountClient::replayDelivery(const QString& id, QObject* context, Done<QueuedDelivery> done) {
    return submit({"POST", route("/webhooks/deliveries/", id, "/retry")}, &json::readQueuedDelivery, context,
                  std::move(done));
}

RequestHandle AccountClient::listEvents(const PageRequest& page, QObject* context, Done<Page<Event>> done) {
    return submit({"GET", withPage("/events", page)}, &json::readEventPage, context, std::move(done));
}

RequestHandle AccountClient::getEvent(const QString& id, QObject* context, Done<Event> done) {
    return submit({"GET", route("/events/", id)}, &json::readEvent, context, std::move(done));
}

} // namespace waybill
