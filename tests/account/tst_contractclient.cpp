// SPDX-License-Identifier: MIT
// The client speaks the contract to the letter: every operation, through a proxy that holds each request and each
// answer against the description, in front of the stand-in for the real account.
#include "account/accountconnection.h"
#include "clock/movableclock.h"
#include "support/standin.h"
#include "support/validatingproxy.h"

#include <QEventLoop>
#include <QJsonArray>
#include <QSet>
#include <QTest>
#include <QTimer>
#include <QUrlQuery>

#include <functional>
#include <memory>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

using test::patience;
/// What the proxy says of answers that are no JSON.
const QString spoiled =
    u"^(status 200 is not described|X-Request-Id is missing|Content-Type “.*” is not described|.*JSON.*)$"_s;
const QString hook = u"https://hooks.example.com/in"_s;

EndpointDraft draftFor(const QString& url, const QStringList& events = {u"*"_s}, const QString& description = {},
                       const QString& apiVersion = {}) {
    return {url, events, description, apiVersion};
}

QString idOf(const Endpoint& row) {
    return row.id;
}
QString idOf(const Delivery& row) {
    return row.id;
}
QString idOf(const Event& row) {
    return row.id;
}

template <typename T>
QByteArray why(const Result<T>& result) {
    if (result)
        return {};
    const Error& error = result.error();
    return "kind " + QByteArray::number(int(error.kind)) + ", status " + QByteArray::number(error.httpStatus) + ": " +
           error.message.toUtf8() + ' ' + error.details.toUtf8();
}

} // namespace

#define VERIFY_ANSWER(result)                                                                                          \
    do {                                                                                                               \
        const QByteArray wrong = why(result);                                                                          \
        QVERIFY2(wrong.isEmpty(), wrong.constData());                                                                  \
    } while (false)

class tst_ContractClient final : public QObject {
    Q_OBJECT

    std::unique_ptr<test::StandIn> account;
    std::unique_ptr<test::ValidatingProxy> proxy;
    std::unique_ptr<MovableClock> clock;
    ProxySetting proxies;
    std::unique_ptr<AccountConnection> connection;
    SystemRandom random;

    AccountClient& client() { return connection->client(); }

    template <typename T>
    using Ask = std::function<void(AccountClient&, QObject*, Done<T>)>;

    /// Asks and waits; the client's own waits pass in no time.
    template <typename T>
    Result<T> ask(const Ask<T>& question) {
        std::optional<Result<T>> answer;
        QEventLoop loop;
        question(client(), &loop, [&](const Result<T>& result) {
            answer = result;
            loop.quit();
        });
        QTimer tick;
        connect(&tick, &QTimer::timeout, &loop, [this] { clock->advance(seconds(1)); });
        tick.start(5);
        QTimer::singleShot(patience, &loop, &QEventLoop::quit);
        loop.exec();
        return answer ? *answer : Result<T>(failure(ErrorKind::TimedOut, u"The client does not answer"_s));
    }

    Result<EndpointWithSecret> create(const EndpointDraft& draft) {
        return ask<EndpointWithSecret>([&](auto& c, auto* o, auto done) { c.createEndpoint(draft, o, done); });
    }
    Result<Endpoint> get(const QString& id) {
        return ask<Endpoint>([&](auto& c, auto* o, auto done) { c.getEndpoint(id, o, done); });
    }
    Result<Endpoint> change(const QString& id, const EndpointChanges& changes) {
        return ask<Endpoint>([&](auto& c, auto* o, auto done) { c.updateEndpoint(id, changes, o, done); });
    }
    Result<EndpointWithSecret> rotate(const QString& id) {
        return ask<EndpointWithSecret>([&](auto& c, auto* o, auto done) { c.rotateSecret(id, o, done); });
    }
    Result<void> remove(const QString& id) {
        return ask<void>([&](auto& c, auto* o, auto done) { c.deleteEndpoint(id, o, done); });
    }
    Result<QueuedDelivery> sendTest(const QString& id, const QString& type = {}) {
        return ask<QueuedDelivery>([&](auto& c, auto* o, auto done) { c.sendTestEvent(id, type, o, done); });
    }
    Result<QueuedDelivery> replay(const QString& id) {
        return ask<QueuedDelivery>([&](auto& c, auto* o, auto done) { c.replayDelivery(id, o, done); });
    }
    Result<Delivery> getDelivery(const QString& id) {
        return ask<Delivery>([&](auto& c, auto* o, auto done) { c.getDelivery(id, o, done); });
    }
    Result<Event> getEvent(const QString& id) {
        return ask<Event>([&](auto& c, auto* o, auto done) { c.getEvent(id, o, done); });
    }
    Result<Page<Endpoint>> listEndpoints(const PageRequest& page = {}) {
        return ask<Page<Endpoint>>([&](auto& c, auto* o, auto done) { c.listEndpoints(page, o, done); });
    }
    Result<Page<Delivery>> listDeliveries(const QString& id, const PageRequest& page = {}) {
        return ask<Page<Delivery>>([&](auto& c, auto* o, auto done) { c.listDeliveries(id, page, o, done); });
    }
    Result<Page<Event>> listEvents(const PageRequest& page = {}) {
        return ask<Page<Event>>([&](auto& c, auto* o, auto done) { c.listEvents(page, o, done); });
    }

    QString newEndpoint() {
        const auto made = create(draftFor(hook));
        return made ? made->endpoint.id : QString();
    }
    QStringList secretsOf(const QString& id) {
        return account->control("GET", u"/secrets/"_s + id).value(u"secrets").toVariant().toStringList();
    }
    QJsonArray truth(const QString& what) {
        return account->control("GET", u"/truth/"_s + what).value(u"data").toArray();
    }
    int count(const QString& what) {
        return account->control("GET", u"/truth/%1?rows=0"_s.arg(what)).value(u"count").toInt();
    }
    QJsonArray requests() { return account->control("GET", u"/requests"_s).value(u"data").toArray(); }
    void forgetRequests() { account->control("DELETE", u"/requests"_s); }
    void set(const QJsonObject& settings) { account->control("POST", u"/settings"_s, settings); }
    void misbehave(const QString& what, QJsonObject more = {}, int times = 1) {
        more.insert(u"what"_s, what);
        more.insert(u"times"_s, times);
        account->control("POST", u"/mischief"_s, more);
    }

    template <typename T>
    void walk(const std::function<Result<Page<T>>(const PageRequest&)>& list, std::optional<int> limit,
              const QStringList& expected);

private Q_SLOTS:
    void initTestCase() {
        account = std::make_unique<test::StandIn>(QStringList{u"--limit"_s, u"1000000"_s});
        proxy = std::make_unique<test::ValidatingProxy>(account->baseUrl());
        // Nothing is posted anywhere; rows are as they are laid down.
        set({{u"deliver"_s, false}});
    }
    void init() {
        clock = std::make_unique<MovableClock>(SystemClock().now());
        connection = std::make_unique<AccountConnection>(QUrl(proxy->baseUrl()), Secret(account->key()), proxies,
                                                         *clock, random);
        forgetRequests();
    }
    void cleanup() {
        connection.reset();
        account->behave();
        set({{u"spelling"_s, u"both"_s}});
        if (proxy) {
            const QStringList violations = proxy->takeViolations();
            QVERIFY2(violations.isEmpty(), qPrintable(violations.join(u'\n')));
        }
    }

    void saysWhoTheKeyIs() {
        std::optional<Result<AccountFacts>> facts;
        connection->check(this, [&](const Result<AccountFacts>& result) { facts = result; });
        QTRY_VERIFY_WITH_TIMEOUT(facts, patience);
        VERIFY_ANSWER(*facts);
        QCOMPARE((*facts)->usage.plan, u"pro"_s);
        QVERIFY((*facts)->missingScopes.isEmpty());
    }

    void createsInEveryForm_data() {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QStringList>("events");
        QTest::addColumn<QString>("description");
        QTest::addColumn<QString>("apiVersion");
        const QStringList all{u"*"_s};
        QTest::newRow("only what is required") << hook << all << QString() << QString();
        QTest::newRow("everything") << u"https://hooks.example.com:8443/a%20b/%C3%BC?x=1&y=%2F"_s
                                    << QStringList{u"rating.created"_s, u"calibration.frozen"_s} << u"Büro 👋 デザイン"_s
                                    << u"2026-05-04"_s;
        QTest::newRow("every event by name")
            << hook
            << QStringList{u"evaluation.created"_s,     u"evaluation.status_changed"_s, u"evaluation.completed"_s,
                           u"autouser_run.completed"_s, u"autouser_run.failed"_s,       u"rating.created"_s,
                           u"calibration.frozen"_s}
            << QString() << QString();
        QTest::newRow("as long as may be") << hook << all << QString(500, u'ß') << QString(32, u'9');
        QTest::newRow("500 characters outside the first plane") << hook << all << u"👋"_s.repeated(500) << QString();
        QTest::newRow("quotes and control characters") << hook << all << u"„\"\\/\t\n\u0001\u2028“"_s << u"\"2\""_s;
        QTest::newRow("this computer") << u"http://[::1]:9000/hook"_s << all << QString() << QString();
    }
    void createsInEveryForm() {
        QFETCH(QString, url);
        QFETCH(QStringList, events);
        QFETCH(QString, description);
        QFETCH(QString, apiVersion);
        const auto made = create(draftFor(url, events, description, apiVersion));
        VERIFY_ANSWER(made);
        QCOMPARE(made->endpoint.url, url);
        QCOMPARE(made->endpoint.enabledEvents, events);
        QCOMPARE(made->endpoint.description, description);
        QCOMPARE(made->endpoint.apiVersion, apiVersion);
        QCOMPARE(made->endpoint.status, EndpointStatus::Enabled);
        QCOMPARE(secretsOf(made->endpoint.id), QStringList{QString::fromLatin1(made->secret.reveal())});
        QCOMPARE(made->endpoint.secretPrefix, made->secret.prefix());
        const auto got = get(made->endpoint.id);
        VERIFY_ANSWER(got);
        QCOMPARE(*got, made->endpoint);
    }

    void changesOnlyWhatIsSet_data() {
        QTest::addColumn<EndpointChanges>("changes");
        const auto row = [](const char* name, const std::function<void(EndpointChanges&)>& set) {
            EndpointChanges changes;
            set(changes);
            QTest::newRow(name) << changes;
        };
        row("nothing", [](auto&) {});
        row("url", [](auto& c) { c.url = u"https://other.example.com/%C3%A4"_s; });
        row("events", [](auto& c) { c.enabledEvents = {u"rating.created"_s}; });
        row("description", [](auto& c) { c.description = u"Ändern 👍"_s; });
        row("no description", [](auto& c) { c.description = u""_s; });
        row("version", [](auto& c) { c.apiVersion = u"2027-01-01"_s; });
        row("no version", [](auto& c) { c.apiVersion = u""_s; });
        row("disabled", [](auto& c) { c.status = EndpointStatus::Disabled; });
        row("enabled", [](auto& c) { c.status = EndpointStatus::Enabled; });
        row("everything", [](auto& c) {
            c = {hook, QStringList{u"*"_s}, u"All"_s, u"2026-05-04"_s, EndpointStatus::Disabled};
        });
    }
    void changesOnlyWhatIsSet() {
        QFETCH(EndpointChanges, changes);
        const auto made =
            create(draftFor(u"https://first.example.com/"_s, {u"evaluation.created"_s}, u"First"_s, u"1"_s));
        VERIFY_ANSWER(made);
        const auto changed = change(made->endpoint.id, changes);
        VERIFY_ANSWER(changed);
        QCOMPARE(changed->url, changes.url.value_or(made->endpoint.url));
        QCOMPARE(changed->enabledEvents, changes.enabledEvents.value_or(made->endpoint.enabledEvents));
        QCOMPARE(changed->description, changes.description.value_or(made->endpoint.description));
        QCOMPARE(changed->apiVersion, changes.apiVersion.value_or(made->endpoint.apiVersion));
        QCOMPARE(changed->status, changes.status.value_or(made->endpoint.status));
    }
    void leavesAStatusAloneThatItDoesNotKnow() {
        const QString id = newEndpoint();
        EndpointChanges changes;
        changes.status = EndpointStatus::Disabled;
        VERIFY_ANSWER(change(id, changes));
        changes.status = EndpointStatus::Unknown;
        const auto changed = change(id, changes);
        VERIFY_ANSWER(changed);
        QCOMPARE(changed->status, EndpointStatus::Disabled);
    }

    void rotatesASecret() {
        const auto made = create(draftFor(hook));
        VERIFY_ANSWER(made);
        const auto rotated = rotate(made->endpoint.id);
        VERIFY_ANSWER(rotated);
        QCOMPARE(secretsOf(made->endpoint.id), QStringList({QString::fromLatin1(rotated->secret.reveal()),
                                                            QString::fromLatin1(made->secret.reveal())}));
        QVERIFY(rotated->rotatedAt && rotated->previousSecretValidUntil);
        QCOMPARE(*rotated->previousSecretValidUntil - *rotated->rotatedAt, milliseconds(86'400'000));
    }

    void testsAndReplays_data() {
        QTest::addColumn<QString>("spelling");
        QTest::addColumn<QString>("type");
        for (const QString& spelling : {u"snake"_s, u"camel"_s, u"both"_s}) {
            for (const QString& type :
                 {u""_s, u"webhook.test"_s, u"evaluation.created"_s, u"evaluation.status_changed"_s,
                  u"evaluation.completed"_s, u"autouser_run.completed"_s, u"autouser_run.failed"_s, u"rating.created"_s,
                  u"calibration.frozen"_s})
                QTest::addRow("%s, %s", qPrintable(type), qPrintable(spelling)) << spelling << type;
        }
    }
    void testsAndReplays() {
        QFETCH(QString, spelling);
        QFETCH(QString, type);
        set({{u"spelling"_s, spelling}});
        const QString id = newEndpoint();
        const auto queued = sendTest(id, type);
        VERIFY_ANSWER(queued);
        const auto event = getEvent(queued->eventId);
        VERIFY_ANSWER(event);
        QVERIFY(event->isTest());
        QCOMPARE(event->type, type.isEmpty() ? u"webhook.test"_s : type);
        const auto events = listEvents({1, {}, {}});
        VERIFY_ANSWER(events);
        QCOMPARE(events->data, QList<Event>{*event});
        account->control("POST", u"/settle"_s,
                         {{u"delivery_ids"_s, QJsonArray{queued->deliveryId}}, {u"response_status"_s, 200}});
        const auto delivery = getDelivery(queued->deliveryId);
        VERIFY_ANSWER(delivery);
        QCOMPARE(delivery->endpointId, id);
        QCOMPARE(delivery->eventId, queued->eventId);
        QCOMPARE(delivery->status, DeliveryStatus::Delivered);
        QCOMPARE(delivery->scheduledFor, queued->scheduledFor);
        QCOMPARE(delivery->responseStatus, std::optional(200));
        QCOMPARE(delivery->responseBody, std::optional(u"ok"_s));
        QVERIFY(delivery->deliveredAt && delivery->createdAt);
        const auto again = replay(queued->deliveryId);
        VERIFY_ANSWER(again);
        QCOMPARE(again->replaysDeliveryId, queued->deliveryId);
        const auto page = listDeliveries(id);
        VERIFY_ANSWER(page);
        QCOMPARE(page->data.size(), 2);
        QCOMPARE(page->data.first().id, again->deliveryId);
        QCOMPARE(page->data.first().replaysDeliveryId, queued->deliveryId);
        QCOMPARE(page->data.last(), *delivery);
    }

    void walksToTheEndAndBack_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("limit");
        for (const QString& what : {u"endpoints"_s, u"deliveries"_s, u"events"_s}) {
            for (const int limit : {0, 7, 100})
                QTest::addRow("%s by %d", qPrintable(what), limit) << what << limit;
        }
    }
    void walksToTheEndAndBack();

    void encodesIds_data() {
        QTest::addColumn<QString>("id");
        for (const QString& id : {u"a/b"_s, u"../webhooks"_s, u"a?b=c&d"_s, u"a#b"_s, u"a b+c"_s, u"100%"_s, u"%2F"_s,
                                  u"a\\b\"c<d>"_s, u"ünï/コード"_s, u"👋"_s, u"a;b:c@d,e=f"_s, u"[x]{y}|^`"_s,
                                  u"~!$&'()*._-"_s, u"a\nb\tc"_s, u"..."_s, QString(2000, u'x')})
            QTest::newRow(id.left(20).toUtf8().toPercentEncoding().constData()) << id;
    }
    void encodesIds() {
        QFETCH(QString, id);
        const auto isNotFound = [](const auto& result) {
            return !result && result.error().kind == ErrorKind::NotFound && !result.error().requestId.isEmpty();
        };
        QVERIFY(isNotFound(get(id)));
        QVERIFY(isNotFound(change(id, {})));
        QVERIFY(isNotFound(remove(id)));
        QVERIFY(isNotFound(rotate(id)));
        QVERIFY(isNotFound(sendTest(id)));
        QVERIFY(isNotFound(listDeliveries(id)));
        QVERIFY(isNotFound(getDelivery(id)));
        QVERIFY(isNotFound(replay(id)));
        QVERIFY(isNotFound(getEvent(id)));
        const QJsonArray sent = requests();
        QCOMPARE(sent.size(), 9);
        for (const auto& row : sent) {
            const QByteArrayList parts = row[u"target"].toString().toLatin1().split('/');
            QVERIFY(std::ranges::any_of(parts,
                                        [&](const QByteArray& part) { return QUrl::fromPercentEncoding(part) == id; }));
        }
        forgetRequests();
        const auto refused = listEndpoints({5, id, {}});
        QVERIFY(!refused);
        QCOMPARE(refused.error().param, u"starting_after"_s);
        QCOMPARE(listEvents({{}, {}, id}).error().param, u"ending_before"_s);
        for (const auto& row : requests()) {
            const QUrlQuery query(QUrl::fromEncoded(row[u"target"].toString().toLatin1(), QUrl::StrictMode));
            const QString cursor = query.queryItemValue(u"starting_after"_s, QUrl::FullyDecoded) +
                                   query.queryItemValue(u"ending_before"_s, QUrl::FullyDecoded);
            QCOMPARE(cursor, id);
        }
    }

    void saysWhatIsInTheWay_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("code");
        QTest::newRow("key") << u"revoked_key"_s << ErrorKind::Authentication << QString();
        QTest::newRow("plan") << u"plan"_s << ErrorKind::Authorization << u"plan_upgrade_required"_s;
        QTest::newRow("scope") << u"missing_scope"_s << ErrorKind::Authorization << u"missing_required_scope"_s;
        QTest::newRow("role") << u"role"_s << ErrorKind::Authorization << QString();
        QTest::newRow("flag") << u"beta_flag"_s << ErrorKind::WebhooksNotEnabled << QString();
        QTest::newRow("quota") << u"quota"_s << ErrorKind::RateLimit << u"quota_exceeded"_s;
    }
    void saysWhatIsInTheWay() {
        QFETCH(QString, what);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, code);
        misbehave(what);
        const auto refused = create(draftFor(hook));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, kind);
        QCOMPARE(refused.error().code, code);
        const QJsonArray sent = requests();
        QCOMPARE(sent.size(), 1);
        QCOMPARE(refused.error().requestId, sent.first()[u"request_id"].toString());
    }

    void keepsOneKeyForOneRequest_data() {
        QTest::addColumn<QString>("operation");
        QTest::addColumn<QString>("what");
        QTest::addColumn<bool>("worked");
        QTest::addColumn<int>("times");
        for (const QString& operation : {u"create"_s, u"rotate"_s, u"test"_s, u"replay"_s}) {
            for (const QString& what : {u"lost_answer"_s, u"closed"_s, u"reset_mid_body"_s, u"cut_mid_body"_s,
                                        u"rate_limited"_s, u"server_error"_s, u"bad_gateway_html"_s})
                QTest::addRow("%s, %s", qPrintable(operation), qPrintable(what)) << operation << what << false << 1;
            for (const QString& what : {u"html_200"_s, u"not_json_200"_s, u"empty_200"_s, u"truncated_json"_s})
                QTest::addRow("%s, %s after the work", qPrintable(operation), qPrintable(what))
                    << operation << what << true << 2;
            QTest::addRow("%s, lost five times", qPrintable(operation)) << operation << u"lost_answer"_s << false << 5;
            for (const QString& what : {u"rate_limited"_s, u"server_error"_s, u"bad_gateway_html"_s})
                QTest::addRow("%s, %s after the work", qPrintable(operation), qPrintable(what))
                    << operation << what << true << 2;
        }
    }
    void keepsOneKeyForOneRequest();

    void givesUpAfterFiveRetriesOfOneKey() {
        misbehave(u"closed"_s, {}, 6);
        const auto made = create(draftFor(hook));
        QVERIFY(!made);
        QCOMPARE(made.error().kind, ErrorKind::Unreachable);
        const QJsonArray sent = requests();
        QCOMPARE(sent.size(), 6);
        for (const auto& row : sent)
            QCOMPARE(row[u"idempotency_key"], sent.first()[u"idempotency_key"]);
    }
    void saysAfterFiveRetriesThatNoAnswerCouldBeRead() {
        const int before = count(u"endpoints"_s);
        misbehave(u"html_200"_s, {{u"worked"_s, true}}, 6);
        proxy->excuse(spoiled);
        const auto made = create(draftFor(hook));
        QVERIFY(!made);
        QCOMPARE(made.error().kind, ErrorKind::UnreadableAnswer);
        QCOMPARE(requests().size(), 6);
        QCOMPARE(count(u"endpoints"_s), before + 1);
        QVERIFY(proxy->excuse() > 0);
    }

    void sendsManyAtOnce() {
        constexpr int many = 40;
        misbehave(u"lost_answer"_s, {{u"probability"_s, 0.3}}, 20);
        const int before = count(u"endpoints"_s);
        int answered = 0;
        QSet<QString> ids;
        for (int i = 0; i < many; ++i) {
            client().createEndpoint(draftFor(hook), this, [&](const Result<EndpointWithSecret>& made) {
                ++answered;
                if (made)
                    ids.insert(made->endpoint.id);
            });
        }
        QVERIFY(test::waitFor(
            [&] {
                clock->advance(milliseconds(100));
                return answered == many;
            },
            patience));
        QCOMPARE(ids.size(), many);
        QCOMPARE(count(u"endpoints"_s), before + many);
        QSet<QString> keys;
        for (const auto& row : requests())
            keys.insert(row[u"idempotency_key"].toString());
        QCOMPARE(keys.size(), many);
    }

    void takesAnyDeletion_data() {
        QTest::addColumn<QString>("what");
        QTest::newRow("204") << QString();
        QTest::newRow("200 with a body") << u"delete_body"_s;
        QTest::newRow("lost answer") << u"lost_answer"_s;
        QTest::newRow("500 after the work") << u"server_error"_s;
    }
    void takesAnyDeletion() {
        QFETCH(QString, what);
        const QString id = newEndpoint();
        if (!what.isEmpty())
            misbehave(what, {{u"method"_s, u"DELETE"_s}, {u"worked"_s, true}});
        proxy->excuse(u"^status 200 is not described$"_s);
        VERIFY_ANSWER(remove(id));
        QCOMPARE(proxy->excuse(), what == u"delete_body" ? 1 : 0);
        QCOMPARE(get(id).error().kind, ErrorKind::NotFound);
    }

    void keepsWhatItDoesNotKnow();
    void readsOnUnderDeprecation() {
        QVERIFY(!client().versionNotice());
        misbehave(u"deprecation"_s, {{u"sunset"_s, u"Fri, 01 Jan 2027 00:00:00 GMT"_s}}, 3);
        const QString id = newEndpoint();
        VERIFY_ANSWER(get(id));
        VERIFY_ANSWER(remove(id));
        const VersionNotice notice{
            true, {}, instantFromIso8601(u"2027-01-01T00:00:00Z"_s), QUrl(u"https://app.autousers.ai/api/v2"_s)};
        QCOMPARE(client().versionNotice(), notice);
        // The newest that it said, also when it says nothing.
        newEndpoint();
        QCOMPARE(client().versionNotice(), notice);
        misbehave(u"deprecation"_s, {{u"sunset"_s, u"2027-02-01"_s}}, 1);
        newEndpoint();
        QCOMPARE(client().versionNotice()->sunset, instantFromIso8601(u"2027-02-01T00:00:00Z"_s));
    }

    void everyOperationWasSeenWithoutViolation() {
        const QJsonObject summary = proxy->end();
        proxy.reset();
        qInfo("%d requests, %d answers, %d unanswered", summary.value(u"requests").toInt(),
              summary.value(u"answers").toInt(), summary.value(u"unanswered").toInt());
        QCOMPARE(summary.value(u"unseen").toArray(), QJsonArray());
        QCOMPARE(summary.value(u"asked"), summary.value(u"seen"));
        QCOMPARE(summary.value(u"violations"), QJsonValue(0));
        QCOMPARE(summary.value(u"exit_code"), QJsonValue(0));
    }
};

template <typename T>
void tst_ContractClient::walk(const std::function<Result<Page<T>>(const PageRequest&)>& list, std::optional<int> limit,
                              const QStringList& expected) {
    QStringList forth;
    for (PageRequest page{limit, {}, {}};;) {
        const auto got = list(page);
        VERIFY_ANSWER(got);
        for (const T& row : got->data)
            forth += idOf(row);
        QVERIFY(!limit || got->data.size() <= *limit);
        if (!got->hasMore)
            break;
        QCOMPARE(got->nextCursor, forth.last());
        page.startingAfter = got->nextCursor;
    }
    QCOMPARE(QSet<QString>(forth.begin(), forth.end()), QSet<QString>(expected.begin(), expected.end()));
    QCOMPARE(forth.size(), expected.size());

    QStringList back{forth.last()};
    for (PageRequest page{limit, {}, forth.last()};;) {
        const auto got = list(page);
        VERIFY_ANSWER(got);
        for (auto row = got->data.rbegin(); row != got->data.rend(); ++row)
            back.prepend(idOf(*row));
        if (!got->hasMore)
            break;
        page.endingBefore = got->nextCursor;
    }
    QCOMPARE(back, forth);
    const auto end = list({limit, forth.last(), {}});
    VERIFY_ANSWER(end);
    QVERIFY(end->data.isEmpty() && !end->hasMore && end->nextCursor.isEmpty());
}

void tst_ContractClient::walksToTheEndAndBack() {
    QFETCH(QString, what);
    QFETCH(int, limit);
    static const QString seeded =
        account->control("POST", u"/seed"_s, {{u"endpoints"_s, 1}, {u"deliveries"_s, 300}, {u"events"_s, 230}})
            .value(u"endpoint_ids")[0]
            .toString();
    while (count(u"endpoints"_s) < 210)
        account->control("POST", u"/seed"_s, {{u"endpoints"_s, 50}});
    QStringList expected;
    for (const auto& row : truth(what)) {
        if (what != u"deliveries" || row[u"endpoint_id"].toString() == seeded)
            expected += row[u"id"].toString();
    }
    const std::optional<int> size = limit ? std::optional(limit) : std::nullopt;
    if (what == u"endpoints")
        walk<Endpoint>([this](const PageRequest& page) { return listEndpoints(page); }, size, expected);
    else if (what == u"events")
        walk<Event>([this](const PageRequest& page) { return listEvents(page); }, size, expected);
    else
        walk<Delivery>([this](const PageRequest& page) { return listDeliveries(seeded, page); }, size, expected);
}

void tst_ContractClient::keepsOneKeyForOneRequest() {
    QFETCH(QString, operation);
    QFETCH(QString, what);
    QFETCH(bool, worked);
    QFETCH(int, times);
    const auto made = create(draftFor(hook));
    VERIFY_ANSWER(made);
    const QString id = made->endpoint.id;
    const auto tested = sendTest(id);
    VERIFY_ANSWER(tested);
    const int endpoints = count(u"endpoints"_s);
    const int deliveries = count(u"deliveries"_s);
    if (what == u"bad_gateway_html")
        proxy->excuse(u"^(X-Request-Id is missing|Content-Type “text/html” is not described)$"_s);
    const QStringList unreadable{u"html_200"_s, u"not_json_200"_s, u"empty_200"_s, u"truncated_json"_s};
    if (unreadable.contains(what))
        proxy->excuse(spoiled);
    forgetRequests();
    misbehave(what, {{u"worked"_s, worked}}, times);

    QString secretOf;
    QByteArray secret;
    if (operation == u"create" || operation == u"rotate") {
        const auto answer = operation == u"create" ? create(draftFor(hook)) : rotate(id);
        VERIFY_ANSWER(answer);
        secretOf = answer->endpoint.id;
        secret = answer->secret.reveal();
    } else {
        VERIFY_ANSWER(operation == u"test" ? sendTest(id) : replay(tested->deliveryId));
    }

    const QJsonArray sent = requests();
    QCOMPARE(sent.size(), times + 1);
    for (const auto& row : sent) {
        QCOMPARE(row[u"idempotency_key"], sent.first()[u"idempotency_key"]);
        QCOMPARE(row[u"body_sha256"], sent.first()[u"body_sha256"]);
    }
    if (!secretOf.isEmpty())
        QCOMPARE(secretsOf(secretOf).first(), QString::fromLatin1(secret));
    QCOMPARE(secretsOf(id).size(), operation == u"rotate" ? 2 : 1);
    QCOMPARE(count(u"endpoints"_s), endpoints + (operation == u"create" ? 1 : 0));
    QCOMPARE(count(u"deliveries"_s), deliveries + (operation == u"test" || operation == u"replay" ? 1 : 0));
    if (what == u"bad_gateway_html")
        QCOMPARE(proxy->excuse(), 2 * times);
    else if (unreadable.contains(what))
        QVERIFY(proxy->excuse() >= times);
}

void tst_ContractClient::keepsWhatItDoesNotKnow() {
    const QString id = newEndpoint();
    const auto tested = sendTest(id);
    VERIFY_ANSWER(tested);
    misbehave(u"unknown_fields"_s, {}, 100);
    misbehave(u"unknown_values"_s, {}, 100);
    proxy->excuse(u"status must be equal to one of the allowed values$"_s);

    const auto made = create(draftFor(hook));
    VERIFY_ANSWER(made);
    QCOMPARE(made->endpoint.status, EndpointStatus::Unknown);
    QCOMPARE(made->endpoint.statusText, u"quarantined"_s);
    QCOMPARE(made->endpoint.enabledEvents, QStringList({u"*"_s, u"thing.happened"_s}));
    VERIFY_ANSWER(get(id));
    VERIFY_ANSWER(rotate(id));
    VERIFY_ANSWER(listEndpoints());
    VERIFY_ANSWER(change(id, {}));
    const auto queued = sendTest(id);
    VERIFY_ANSWER(queued);
    QCOMPARE(queued->status, DeliveryStatus::Unknown);
    VERIFY_ANSWER(replay(tested->deliveryId));
    const auto delivery = getDelivery(tested->deliveryId);
    VERIFY_ANSWER(delivery);
    QCOMPARE(delivery->status, DeliveryStatus::Unknown);
    QCOMPARE(delivery->statusText, u"quarantined"_s);
    VERIFY_ANSWER(listDeliveries(id));
    const auto event = getEvent(tested->eventId);
    VERIFY_ANSWER(event);
    QCOMPARE(event->type, u"thing.happened"_s);
    QVERIFY(event->body.contains("12345678901234567890123"));
    const auto events = listEvents({1, {}, {}});
    VERIFY_ANSWER(events);
    QVERIFY(events->data.first().body.contains("12345678901234567890123"));
    VERIFY_ANSWER(remove(made->endpoint.id));

    std::optional<Result<AccountFacts>> facts;
    connection->check(this, [&](const Result<AccountFacts>& result) { facts = result; });
    QTRY_VERIFY_WITH_TIMEOUT(facts, patience);
    VERIFY_ANSWER(*facts);
    QCOMPARE((*facts)->usage.plan, u"galaxy"_s);
    QCOMPARE((*facts)->principal.source, u"passkey"_s);
    QVERIFY((*facts)->principal.scopes.contains(u"things:juggle"));
    QVERIFY(proxy->excuse() >= 8);
}

QTEST_GUILESS_MAIN(tst_ContractClient)
#include "tst_contractclient.moc"
