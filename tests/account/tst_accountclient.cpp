// SPDX-License-Identifier: MIT
#include "account/accountclient.h"
#include "clock/movableclock.h"
#include "contract/contractjson.h"
#include "support/scriptedtransport.h"

#include <QSignalSpy>
#include <QTest>

#include <functional>
#include <memory>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

const Instant start{seconds(1'800'000'000)};

QByteArray endpointBody() {
    Endpoint endpoint;
    endpoint.id = u"whe_1"_s;
    endpoint.url = u"https://example.com/hook"_s;
    endpoint.enabledEvents = {u"*"_s};
    endpoint.statusText = u"enabled"_s;
    endpoint.secretPrefix = u"whsec_abcdef"_s;
    return json::write(endpoint);
}

QByteArray errorBody(const QByteArray& type, const QByteArray& code) {
    return R"({"error":{"message":"Fit to show.","type":")" + type + R"(","code":")" + code +
           R"(","request_id":"in-body"}})";
}

const QByteArray queuedBody =
    R"({"delivery_id":"whd_1","event_id":"event_test_1","status":"pending","scheduled_for":"2026-01-01T00:00:00.000Z"})";

} // namespace

class tst_AccountClient final : public QObject {
    Q_OBJECT

    std::unique_ptr<MovableClock> clock;
    std::unique_ptr<test::ScriptedTransport> transport;
    std::unique_ptr<AccountClient> client;
    SystemRandom random;

    /// Lets every wait of the client pass until `isDone`.
    bool passTime(const std::function<bool()>& isDone) {
        return test::waitFor([&] {
            clock->advance(seconds(1));
            return isDone();
        });
    }

private Q_SLOTS:
    void init() {
        clock = std::make_unique<MovableClock>(start);
        transport = std::make_unique<test::ScriptedTransport>();
        client = std::make_unique<AccountClient>(*transport, Secret("ak_live_key"), *clock, random);
    }
    void cleanup() {
        client.reset();
        transport.reset();
        clock.reset();
    }

    void asksAsTheContractSays_data() {
        using Ask = std::function<void(AccountClient&, QObject*)>;
        QTest::addColumn<Ask>("ask");
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* line, const QByteArray& body, const Ask& ask) {
            QTest::newRow(line) << ask << QByteArray(line) << body;
        };
        row("GET /auth/whoami", {}, [](auto& c, auto* o) { c.whoami(o, [](auto) {}); });
        row("GET /usage", {}, [](auto& c, auto* o) { c.usage(o, [](auto) {}); });
        row("GET /webhooks", {}, [](auto& c, auto* o) { c.listEndpoints({}, o, [](auto) {}); });
        row("GET /webhooks?limit=7&starting_after=a%26b", {}, [](auto& c, auto* o) {
            c.listEndpoints({7, u"a&b"_s, {}}, o, [](auto) {});
        });
        row("GET /webhooks/whe_1%2F..%2Fx%3Fy", {},
            [](auto& c, auto* o) { c.getEndpoint(u"whe_1/../x?y"_s, o, [](auto) {}); });
        row("PATCH /webhooks/whe_1", R"({"status":"disabled"})", [](auto& c, auto* o) {
            EndpointChanges changes;
            changes.status = EndpointStatus::Disabled;
            c.updateEndpoint(u"whe_1"_s, changes, o, [](auto) {});
        });
        row("DELETE /webhooks/whe_1", {}, [](auto& c, auto* o) { c.deleteEndpoint(u"whe_1"_s, o, [](auto) {}); });
        row("POST /webhooks/whe_1/rotate-secret", {},
            [](auto& c, auto* o) { c.rotateSecret(u"whe_1"_s, o, [](auto) {}); });
        row("POST /webhooks/whe_1/test", R"({"type":"rating.created"})",
            [](auto& c, auto* o) { c.sendTestEvent(u"whe_1"_s, u"rating.created"_s, o, [](auto) {}); });
        row("GET /webhooks/whe_1/deliveries?limit=100&ending_before=whd_2", {}, [](auto& c, auto* o) {
            c.listDeliveries(u"whe_1"_s, {100, {}, u"whd_2"_s}, o, [](auto) {});
        });
        row("GET /webhooks/deliveries/whd_1", {}, [](auto& c, auto* o) { c.getDelivery(u"whd_1"_s, o, [](auto) {}); });
        row("POST /webhooks/deliveries/whd_1/retry", {},
            [](auto& c, auto* o) { c.replayDelivery(u"whd_1"_s, o, [](auto) {}); });
        row("GET /events", {}, [](auto& c, auto* o) { c.listEvents({}, o, [](auto) {}); });
        row("GET /events/event_1", {}, [](auto& c, auto* o) { c.getEvent(u"event_1"_s, o, [](auto) {}); });
    }
    void asksAsTheContractSays() {
        using Ask = std::function<void(AccountClient&, QObject*)>;
        QFETCH(Ask, ask);
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, body);
        transport->answer(200);
        ask(*client, this);
        QCOMPARE(transport->requests().size(), 1);
        const HttpRequest& request = transport->requests().first();
        QCOMPARE(request.method + ' ' + request.target, line);
        QCOMPARE(request.body, body);
        QCOMPARE(request.headers.values("Authorization"), QList<QByteArray>{"Bearer ak_live_key"});
        QCOMPARE(request.headers.value("Accept"), "application/json"_ba);
        QCOMPARE(request.headers.value("Autousers-Version"), "2026-05-04"_ba);
        QCOMPARE(request.headers.value("Content-Type").has_value(), !body.isEmpty());
        QCOMPARE(request.headers.value("Idempotency-Key").has_value(), request.method == "POST");
    }

    void answersLaterWithTheValue() {
        transport->answer(200, endpointBody());
        std::optional<Result<Endpoint>> answered;
        QSignalSpy acted(client.get(), &AccountClient::acted);
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answered = result; });
        QVERIFY(!answered);
        QTRY_VERIFY(answered);
        QVERIFY(answered->has_value());
        QCOMPARE((*answered)->id, u"whe_1"_s);
        QCOMPARE(acted.count(), 0);
    }

    void acceptsAnyDeletion_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("204") << 204 << QByteArray();
        QTest::newRow("200 json") << 200 << R"({"deleted":true})"_ba;
        QTest::newRow("202 text") << 202 << "gone"_ba;
    }
    void acceptsAnyDeletion() {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        transport->answer(status, body);
        QSignalSpy acted(client.get(), &AccountClient::acted);
        std::optional<Result<void>> answered;
        client->deleteEndpoint(u"whe_1"_s, this, [&](const Result<void>& result) { answered = result; });
        QTRY_VERIFY(answered);
        QVERIFY(answered->has_value());
        QCOMPARE(acted.count(), 1);
    }

    void a503OnWebhooksMeansNotSwitchedOnInAnyForm_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("retryAfter");
        for (const char* retryAfter : {"", "0", "3600"}) {
            QTest::addRow("nothing, %s", retryAfter) << QByteArray() << QByteArray(retryAfter);
            QTest::addRow("HTML, %s", retryAfter)
                << "<!doctype html><h1>Service Unavailable</h1>"_ba << QByteArray(retryAfter);
            QTest::addRow("text, %s", retryAfter) << "no healthy upstream"_ba << QByteArray(retryAfter);
            QTest::addRow("cut JSON, %s", retryAfter) << "{'error':{"_ba << QByteArray(retryAfter);
            QTest::addRow("a list, %s", retryAfter) << "[]"_ba << QByteArray(retryAfter);
            QTest::addRow("another code, %s", retryAfter)
                << errorBody("api_error", "service_unavailable") << QByteArray(retryAfter);
            QTest::addRow("another type, %s", retryAfter)
                << errorBody("authorization_error", "feature_off") << QByteArray(retryAfter);
        }
    }
    void a503OnWebhooksMeansNotSwitchedOnInAnyForm() {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, retryAfter);
        HttpHeaders headers{{"X-Request-Id", "in-header"}};
        if (!retryAfter.isEmpty())
            headers.add("Retry-After", retryAfter);
        transport->answer(503, body, headers);
        transport->answer(503, body, headers);
        QSignalSpy retrying(client.get(), &AccountClient::retrying);
        std::optional<Result<Page<Endpoint>>> listed;
        client->listEndpoints({}, this, [&](const Result<Page<Endpoint>>& result) { listed = result; });
        QTRY_VERIFY(listed);
        std::optional<Result<QueuedDelivery>> sent;
        client->sendTestEvent(u"whe_1"_s, {}, this, [&](const Result<QueuedDelivery>& result) { sent = result; });
        QTRY_VERIFY(sent);
        for (const Error& error : {listed->error(), sent->error()}) {
            QCOMPARE(error.kind, ErrorKind::WebhooksNotEnabled);
            QCOMPARE(error.requestId, u"in-header"_s);
            QVERIFY(error.message.isEmpty() && !error.retryAfterSeconds);
        }
        QCOMPARE(transport->requests().size(), 2);
        QCOMPARE(retrying.count(), 0);
    }

    /// Whoever cannot be reached may be silent for half a minute: that is told within seconds.
    void silenceIsToldWithinSeconds() {
        transport->hold({200, {}, endpointBody()});
        QSignalSpy retrying(client.get(), &AccountClient::retrying);
        QSignalSpy recovered(client.get(), &AccountClient::recovered);
        std::optional<Result<Endpoint>> answer;
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answer = result; });
        clock->advance(AccountClient::patience - milliseconds(1));
        QCoreApplication::processEvents();
        QCOMPARE(retrying.count(), 0);
        clock->advance(milliseconds(1));
        QTRY_COMPARE(retrying.count(), 1);
        QCOMPARE(retrying.constFirst().constFirst().value<Error>().kind, ErrorKind::TimedOut);
        QVERIFY(!answer);
        transport->release();
        QVERIFY(answer && answer->has_value());
        QCOMPARE(recovered.count(), 1);
        QCOMPARE(transport->requests().size(), 1);
    }
    void aRefusedConnectionIsToldAtOnce() {
        transport->fail(ErrorKind::Unreachable);
        transport->answer(200, endpointBody());
        QSignalSpy retrying(client.get(), &AccountClient::retrying);
        QSignalSpy recovered(client.get(), &AccountClient::recovered);
        std::optional<Result<Endpoint>> answer;
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answer = result; });
        QTRY_COMPARE(retrying.count(), 1);
        QCOMPARE(recovered.count(), 0);
        clock->advance(seconds(2));
        QTRY_VERIFY(answer);
        QCOMPARE(recovered.count(), 1);
    }
    void whatThisWaybillDoesToAnEndpointIsNoted() {
        transport->answer(200, QByteArray(endpointBody()).replace("\"enabled\"", "\"disabled\""));
        EndpointChanges off;
        off.status = EndpointStatus::Disabled;
        std::optional<Result<Endpoint>> answer;
        client->updateEndpoint(u"whe_1"_s, off, this, [&](const Result<Endpoint>& result) { answer = result; });
        QTRY_VERIFY(answer);
        QCOMPARE((*answer)->trace.disabledAt, clock->now());
        QCOMPARE((*answer)->trace.disabledBy, Actor::Waybill);
    }

    void aSandboxInTroubleIsAskedAgain_data() {
        QTest::addColumn<QByteArray>("code");
        for (const char* code : {"storage_full", "storage_unavailable", "too_many_connections"})
            QTest::newRow(code) << QByteArray(code);
    }
    void aSandboxInTroubleIsAskedAgain() {
        QFETCH(QByteArray, code);
        transport->answer(503, errorBody("api_error", code), {{"Retry-After", "1"}});
        transport->answer(200, endpointBody());
        std::optional<Result<Endpoint>> answered;
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answered = result; });
        QVERIFY(passTime([&] { return answered.has_value(); }));
        QVERIFY(answered->has_value());
    }

    void saysWhatWentWrong_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("401") << 401 << errorBody("authentication_error", "") << ErrorKind::Authentication;
        QTest::newRow("403") << 403 << errorBody("authorization_error", "plan_upgrade_required")
                             << ErrorKind::Authorization;
        QTest::newRow("404") << 404 << errorBody("not_found_error", "") << ErrorKind::NotFound;
        QTest::newRow("quota") << 429 << errorBody("rate_limit_error", "quota_exceeded") << ErrorKind::RateLimit;
        QTest::newRow("secrets") << 500 << errorBody("api_error", "secret_storage_unavailable") << ErrorKind::Api;
        QTest::newRow("not enabled") << 503 << errorBody("api_error", "webhooks_not_enabled")
                                     << ErrorKind::WebhooksNotEnabled;
        QTest::newRow("not enabled, no code") << 503 << errorBody("api_error", "") << ErrorKind::WebhooksNotEnabled;
        QTest::newRow("html 404") << 404 << "<!doctype html>"_ba << ErrorKind::UnreadableAnswer;
        QTest::newRow("html 200") << 200 << "<!doctype html>"_ba << ErrorKind::UnreadableAnswer;
        QTest::newRow("empty 200") << 200 << QByteArray() << ErrorKind::UnreadableAnswer;
        QTest::newRow("other json") << 200 << R"({"hello":1})"_ba << ErrorKind::UnreadableAnswer;
        QTest::newRow("redirect") << 302 << QByteArray() << ErrorKind::UnreadableAnswer;
    }
    void saysWhatWentWrong() {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(ErrorKind, kind);
        transport->answer(status, body, {{"X-Request-Id", "in-header"}});
        std::optional<Result<Endpoint>> answered;
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answered = result; });
        QTRY_VERIFY(answered);
        QVERIFY(!answered->has_value());
        QCOMPARE(answered->error().kind, kind);
        QCOMPARE(answered->error().requestId, u"in-header"_s);
        QCOMPARE(answered->error().httpStatus, status);
        QCOMPARE(answered->error().message.isEmpty(), kind == ErrorKind::WebhooksNotEnabled); // ui/words has them.
        QCOMPARE(transport->requests().size(), 1);
    }

    void keepsItsIdempotencyKeyWhenAnAnswerIsLost() {
        transport->fail(ErrorKind::Unreachable);
        transport->answer(500, errorBody("api_error", ""));
        transport->fail(ErrorKind::TimedOut);
        transport->answer(202, queuedBody);
        std::optional<Result<QueuedDelivery>> answered;
        client->sendTestEvent(u"whe_1"_s, {}, this, [&](const Result<QueuedDelivery>& result) { answered = result; });
        QVERIFY(passTime([&] { return answered.has_value(); }));
        QVERIFY(answered->has_value());
        QCOMPARE((*answered)->deliveryId, u"whd_1"_s);
        QCOMPARE(transport->requests().size(), 4);
        QSet<QByteArray> keys;
        for (const HttpRequest& request : transport->requests()) {
            keys.insert(request.headers.value("Idempotency-Key").value_or(QByteArray()));
            QCOMPARE(request.body, transport->requests().first().body);
        }
        QCOMPARE(keys.size(), 1);
        QVERIFY(keys.values().first().size() == 36);

        transport->answer(202, queuedBody);
        client->sendTestEvent(u"whe_1"_s, {}, this, [](auto) {});
        QVERIFY(!keys.contains(transport->requests().last().headers.value("Idempotency-Key").value()));
    }

    void givesUpAfterFiveRetries() {
        for (int i = 0; i < 6; ++i)
            transport->fail(ErrorKind::Unreachable);
        std::optional<Result<Endpoint>> answered;
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answered = result; });
        QVERIFY(passTime([&] { return answered.has_value(); }));
        QCOMPARE(answered->error().kind, ErrorKind::Unreachable);
        QCOMPARE(transport->requests().size(), 6);
    }

    void doesNotRetryAnUntrustedCertificate() {
        transport->fail(ErrorKind::Untrusted);
        std::optional<Result<Endpoint>> answered;
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answered = result; });
        QTRY_VERIFY(answered);
        QCOMPARE(answered->error().kind, ErrorKind::Untrusted);
    }

    void takesADeletionWhoseAnswerWasLostAsDone() {
        transport->fail(ErrorKind::Unreachable);
        transport->answer(404, errorBody("not_found_error", ""));
        std::optional<Result<void>> answered;
        client->deleteEndpoint(u"whe_1"_s, this, [&](const Result<void>& result) { answered = result; });
        QVERIFY(passTime([&] { return answered.has_value(); }));
        QVERIFY(answered->has_value());
    }

    void saysThatThereIsNothingToDelete() {
        transport->answer(404, errorBody("not_found_error", ""));
        std::optional<Result<void>> answered;
        client->deleteEndpoint(u"whe_1"_s, this, [&](const Result<void>& result) { answered = result; });
        QTRY_VERIFY(answered);
        QCOMPARE(answered->error().kind, ErrorKind::NotFound);
    }

    void waitsAsLongAsRetryAfterSays() {
        transport->answer(429, errorBody("rate_limit_error", "rate_limit_exceeded"), {{"Retry-After", "20"}});
        transport->answer(200, endpointBody());
        std::optional<Result<Endpoint>> answered;
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answered = result; });
        QVERIFY(passTime([&] { return answered.has_value(); }));
        QVERIFY(answered->has_value());
        QVERIFY(clock->now() - start >= seconds(20));
    }

    void sendsNothingWhileTheBudgetIsUsedUp() {
        const QByteArray reset = QByteArray::number(secondsSinceEpoch(start) + 40);
        transport->answer(200, endpointBody(), {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset}});
        transport->answer(200, endpointBody());
        int answers = 0;
        client->getEndpoint(u"whe_1"_s, this, [&](auto) { ++answers; });
        QTRY_COMPARE(answers, 1);
        client->getEndpoint(u"whe_1"_s, this, [&](auto) { ++answers; });
        clock->advance(seconds(39));
        QCoreApplication::processEvents();
        QCOMPARE(transport->requests().size(), 1);
        clock->advance(seconds(1));
        QTRY_COMPARE(answers, 2);
    }

    void saysSoRatherThanHangForAnHour() {
        transport->answer(429, errorBody("rate_limit_error", "rate_limit_exceeded"), {{"Retry-After", "3600"}});
        std::optional<Result<Endpoint>> answered;
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answered = result; });
        QTRY_VERIFY(answered);
        QCOMPARE(answered->error().retryAfterSeconds, 3600);
        answered.reset();
        client->getEndpoint(u"whe_1"_s, this, [&](const Result<Endpoint>& result) { answered = result; });
        QVERIFY(!answered);
        QTRY_VERIFY(answered);
        QCOMPARE(answered->error().kind, ErrorKind::RateLimit);
        QCOMPARE(answered->error().retryAfterSeconds, 3600);
        QCOMPARE(transport->requests().size(), 1);
    }

    void refusesIdsThatLeadElsewhere_data() {
        QTest::addColumn<QString>("id");
        QTest::newRow("empty") << QString();
        QTest::newRow("dot") << u"."_s;
        QTest::newRow("dots") << u".."_s;
    }
    void refusesIdsThatLeadElsewhere() {
        QFETCH(QString, id);
        std::optional<Result<void>> answered;
        client->deleteEndpoint(id, this, [&](const Result<void>& result) { answered = result; });
        QVERIFY(!answered);
        QTRY_VERIFY(answered);
        QCOMPARE(answered->error().kind, ErrorKind::NotFound);
        QVERIFY(transport->requests().isEmpty());
    }

    void isSilentAfterCancelling() {
        transport->hold({200, {}, endpointBody()});
        int answers = 0;
        RequestHandle handle = client->getEndpoint(u"whe_1"_s, this, [&](auto) { ++answers; });
        handle.cancel();
        handle.cancel();
        QCOMPARE(transport->cancelled(), 1);
        transport->release();
        QCoreApplication::processEvents();
        QCOMPARE(answers, 0);
    }

    void isSilentWhenTheCallerHasGoneButSaysThatItActed() {
        transport->hold({204, {}, {}});
        auto context = std::make_unique<QObject>();
        QSignalSpy acted(client.get(), &AccountClient::acted);
        int answers = 0;
        client->deleteEndpoint(u"whe_1"_s, context.get(), [&](auto) { ++answers; });
        context.reset();
        transport->release();
        QTRY_COMPARE(acted.count(), 1);
        QCOMPARE(answers, 0);
    }

    void isSilentWhenTheClientHasGone() {
        transport->hold({200, {}, endpointBody()});
        int answers = 0;
        RequestHandle handle = client->getEndpoint(u"whe_1"_s, this, [&](auto) { ++answers; });
        client.reset();
        transport->release();
        handle.cancel();
        QCoreApplication::processEvents();
        QCOMPARE(answers, 0);
    }

    void survivesItsEndInsideAnAnswer() {
        transport->answer(200, endpointBody());
        int answers = 0;
        client->getEndpoint(u"whe_1"_s, this, [&](auto) {
            ++answers;
            client.reset();
        });
        QTRY_COMPARE(answers, 1);
    }
};

QTEST_GUILESS_MAIN(tst_AccountClient)
#include "tst_accountclient.moc"
