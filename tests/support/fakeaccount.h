// SPDX-License-Identifier: MIT
// For tests of what copies an account: a small account in memory behind a Transport. It pages, counts and can fail.
#pragma once

#include "contract/contractjson.h"
#include "http/transport.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QUrl>
#include <QUrlQuery>

#include <algorithm>
#include <functional>
#include <memory>

namespace waybill::test {

class FakeAccount final : public Transport {
public:
    // Newest last, as they are made.
    QList<Endpoint> endpoints;
    QList<Delivery> deliveries;
    QList<Event> events;
    bool refusesEvents = false;
    QByteArray limit = "600";
    /// Every request from this one on fails (counted from 1); 0: none.
    int failsFrom = 0;

    int retryAfter = 0; ///< Seconds that a failure says to wait.

    /// Every second answer is an error that is worth another try.
    bool failsEveryOther = false;
    std::function<void()> heard;
    QList<QByteArray> withoutId; ///< Rows that lists show without their id.
    /// Bytes of every body that are others on their way.
    QList<QPair<QByteArray, QByteArray>> spoilt;

    QList<QByteArray> asked; ///< "GET /webhooks?limit=100"

    QList<Delivery> newestFirst(const QString& endpointId) const {
        QList<Delivery> found;
        for (const Delivery& delivery : deliveries) {
            if (delivery.endpointId == endpointId)
                found.prepend(delivery);
        }
        return found;
    }
    Delivery& delivery(const QString& id) {
        return *std::find_if(deliveries.begin(), deliveries.end(), [&](const auto& one) { return one.id == id; });
    }
    void removeEndpoint(const QString& id) {
        endpoints.removeIf([&](const Endpoint& one) { return one.id == id; });
        deliveries.removeIf([&](const Delivery& one) { return one.endpointId == id; });
    }

    RequestHandle send(const HttpRequest& request, QObject* context, Done<HttpResponse> done) override {
        asked.append(request.method + ' ' + request.target);
        Result<HttpResponse> result = answerTo(request);
        if (failsFrom != 0 && asked.size() >= failsFrom)
            result = failure(ErrorKind::Untrusted, QStringLiteral("The certificate was not accepted."));
        if (!result && retryAfter > 0)
            result.error().retryAfterSeconds = retryAfter;
        if (failsEveryOther && asked.size() % 2 == 1)
            result = refuse(500, ErrorKind::Api);
        if (heard)
            heard();
        auto call = std::make_shared<Done<HttpResponse>>(std::move(done));
        QTimer::singleShot(0, context, [call, result] {
            if (*call)
                (*call)(result);
        });
        return RequestHandle([call] { *call = nullptr; });
    }

private:
    template <typename T>
    static Page<T> pageOf(const QList<T>& newestFirst, const QUrlQuery& query) {
        qsizetype from = 0;
        const QString cursor = query.queryItemValue(QStringLiteral("starting_after"), QUrl::FullyDecoded);
        for (qsizetype i = 0; i < newestFirst.size(); ++i) {
            if (newestFirst.at(i).id == cursor)
                from = i + 1;
        }
        const int most = query.queryItemValue(QStringLiteral("limit")).toInt();
        Page<T> page;
        page.data = newestFirst.mid(from, most);
        page.hasMore = from + page.data.size() < newestFirst.size();
        if (page.hasMore)
            page.nextCursor = page.data.last().id;
        return page;
    }
    HttpResponse answer(int status, QByteArray body) const {
        if (body.startsWith("{\"data\"")) {
            for (const QByteArray& id : withoutId)
                body.replace(QByteArray("\"id\":\"" + id + "\""), "\"lost\":true");
        }
        for (const auto& [bytes, others] : spoilt)
            body.replace(bytes, others);
        return {status, {{"X-RateLimit-Limit", limit}}, body};
    }
    HttpResponse refuse(int status, ErrorKind kind) const {
        Error error;
        error.kind = kind;
        error.message = QStringLiteral("No.");
        return answer(status, json::write(error));
    }
    HttpResponse answerTo(const HttpRequest& request) const {
        const QUrl url = QUrl::fromEncoded(request.target);
        const QUrlQuery query(url);
        const QStringList path = url.path().split(u'/', Qt::SkipEmptyParts);
        const auto isRoute = [&](const QByteArray& method, const QStringList& route) {
            if (request.method != method || path.size() != route.size())
                return false;
            for (qsizetype i = 0; i < path.size(); ++i) {
                if (route.at(i) != u"*" && route.at(i) != path.at(i))
                    return false;
            }
            return true;
        };
        const auto part = [](const char16_t* name) { return QString::fromUtf16(name); };
        if (isRoute("GET", {part(u"webhooks")})) {
            QList<Endpoint> newest = endpoints;
            std::reverse(newest.begin(), newest.end());
            return answer(200, json::write(pageOf(newest, query)));
        }
        if (isRoute("GET", {part(u"webhooks"), part(u"deliveries"), part(u"*")})) {
            for (const Delivery& one : deliveries) {
                if (one.id == path.last())
                    return answer(200, json::write(one));
            }
        }
        if (isRoute("GET", {part(u"webhooks"), part(u"*"), part(u"deliveries")})) {
            for (const Endpoint& one : endpoints) {
                if (one.id != path.at(1))
                    continue;
                QList<Delivery> found = newestFirst(one.id);
                if (query.hasQueryItem(QStringLiteral("status")))
                    found.removeIf([](const Delivery& row) { return row.status != DeliveryStatus::Pending; });
                return answer(200, json::write(pageOf(found, query)));
            }
        }
        if (path.value(0) == u"events" && refusesEvents)
            return refuse(403, ErrorKind::Authorization);
        if (isRoute("GET", {part(u"events")})) {
            QList<Event> newest = events;
            std::reverse(newest.begin(), newest.end());
            return answer(200, json::write(pageOf(newest, query)));
        }
        if (isRoute("GET", {part(u"events"), part(u"*")})) {
            for (const Event& one : events) {
                if (one.id == path.last())
                    return answer(200, one.body);
            }
        }
        if (request.method == "DELETE")
            return answer(204, {});
        return refuse(404, ErrorKind::NotFound);
    }
};

} // namespace waybill::test
