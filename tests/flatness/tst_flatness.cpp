// SPDX-License-Identifier: MIT
// What runs for a request, a delivery or a row costs the same, however much is stored: every statement of a day's work
// is run on a small and on a large database, and may not take more of SQLite's steps on the large one.
#include "contract/random.h"
#include "receiver/capturelog.h"
#include "receiver/receiverschema.h"
#include "sandbox/deliveryscheduler.h"
#include "sandbox/sandboxschema.h"
#include "sandbox/sandboxstore.h"
#include "support/statementsteps.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

const Instant now = instantFromMilliseconds(1'791'792'900'000);
const qint64 at = millisecondsSinceEpoch(now);
constexpr int few = 500;
constexpr int many = 10'000;

void must(bool done, const char* what) {
    if (!done)
        qFatal("%s", what);
}

template <typename T>
T must(const Result<T>& result) {
    must(result.has_value(), result ? "" : qPrintable(result.error().message + u' ' + result.error().details));
    return *result;
}

void fill(const QString& path, std::span<const Migration> schema, const QList<std::pair<QString, QVariantList>>& rows,
          int count) {
    auto database = Database::open(path, schema);
    must(database.has_value(), "The database does not open.");
    Transaction transaction(**database);
    for (const auto& [statement, values] : rows) {
        const auto done = (*database)->run(
            u"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) "_s + statement,
            QVariantList{count} + values);
        must(done.has_value(), done ? "" : qPrintable(done.error().details + statement));
    }
    must(transaction.commit().has_value(), "The rows are not stored.");
}

Event newEvent(const QString& id) {
    Event event;
    event.id = id;
    event.type = u"rating.created"_s;
    event.apiVersion = u"2026-05-04"_s;
    event.created = at / 1000;
    event.objectId = u"rat_1"_s;
    event.body = "{}";
    return event;
}

Delivery deliveryOf(const QString& id, const QString& eventId) {
    Delivery delivery;
    delivery.id = id;
    delivery.eventId = eventId;
    delivery.endpointId = u"whe_1"_s;
    delivery.scheduledFor = delivery.createdAt = now;
    return delivery;
}

/// One endpoint with a log of `count` deliveries that arrived, `count` requests that may be repeated, and as many that
/// no longer may, and `count` events that were brought.
void fillSandbox(const QString& path, int count) {
    {
        auto store = SandboxStore::open(path);
        must(store.has_value(), "The store does not open.");
        Endpoint endpoint;
        endpoint.id = u"whe_1"_s;
        endpoint.url = u"http://127.0.0.1:9/"_s;
        endpoint.enabledEvents = {u"*"_s};
        endpoint.secretPrefix = u"whsec_7fQ2mZ"_s;
        endpoint.createdAt = endpoint.updatedAt = now;
        must((*store)->insertEndpoint(endpoint, u"secret"_s, {}).has_value(), "The endpoint is not stored.");
    }
    fill(
        path, sandboxSchema(),
        {{u"INSERT INTO events (id, type, api_version, created, object_id, body) SELECT printf('event_%d', n), "
          "'evaluation.created', '', ?, 'ev_1', '{}' FROM numbers"_s,
          {at / 1000}},
         {u"INSERT INTO deliveries (id, endpoint, event, attempt, state, scheduled_for, due_at, started_at, "
          "delivered_at, response_status, response_ms, created_at) SELECT printf('whd_%d', n), 1, n, 1, 1, ?, ?, ?, ?, "
          "200, 3, ? FROM numbers"_s,
          {at, at, at, at, at}},
         {u"INSERT INTO answers (delivery, body, url, signed_at, signature, sent, first_byte, done) "
          "SELECT n, '', 'http://127.0.0.1:9/', ?, 't=1', 0, 1, 1 FROM numbers"_s,
          {at / 1000}},
         {u"INSERT INTO idempotency SELECT printf('old_%d', n), 'digest', 200, '', '', '', ? FROM numbers"_s,
          {at - 2LL * 24 * 3600 * 1000}},
         {u"INSERT INTO idempotency SELECT printf('new_%d', n), 'digest', 200, '', '', printf('secret_%d', n), ? FROM "
          "numbers"_s,
          {at}},
         {u"INSERT INTO secrets (id) SELECT printf('secret_%d', n) FROM numbers"_s, {}}},
        count);
    fill(path, sandboxSchema(),
         {{u"INSERT OR IGNORE INTO sources (id, is_on, since, looked_at, newest, floor) SELECT 'acc_1', 1, ?, ?, ?, ? "
           u"FROM "
           "numbers LIMIT 1"_s,
           {at, at, at / 1000, at / 1000 - 3600}},
          {u"INSERT INTO brought (source, event_id, type, created, brought_at, result, deliveries) SELECT 'acc_1', "
           "printf('event_%d', n), 'evaluation.created', ? - n, ?, 0, 1 FROM numbers"_s,
           {at / 1000 - 7200, at}}},
         count);
}

void workAsSandbox(const QString& path, int) {
    auto opened = SandboxStore::open(path);
    must(opened.has_value(), "The store does not open.");
    SandboxStore& store = **opened;
    must(store.spentSecrets(now)); // After a start all of them are looked at.
    StatementSteps::take();
    SystemRandom random;
    const auto newId = [&random] { return newDeliveryId(random); };
    const PageRequest first{5, {}, {}};
    for (const PageRequest& page : {first, PageRequest{5, u"whd_250"_s, {}}, PageRequest{5, {}, u"whd_250"_s}}) {
        must(store.deliveries(u"whe_1"_s, std::nullopt, page));
        for (const DeliveryStatus status :
             {DeliveryStatus::Pending, DeliveryStatus::Delivered, DeliveryStatus::Failed, DeliveryStatus::Abandoned})
            must(store.deliveries(u"whe_1"_s, status, page));
    }
    for (const PageRequest& page : {first, PageRequest{5, u"event_250"_s, {}}, PageRequest{5, {}, u"event_250"_s}}) {
        must(store.events({}, {}, page));
        must(store.events(u"rating.created"_s, {}, page));
        must(store.events({}, u"rat_1"_s, page));
        must(store.events(u"rating.created"_s, u"rat_1"_s, page));
    }
    must(store.endpoints(first));
    must(store.delivery(u"whd_250"_s));
    must(store.event(u"event_250"_s));
    must(store.sent(u"whd_250"_s));
    must(store.storedAnswer(u"unknown"_s, now));
    must(store.storedAnswer(u"new_250"_s, now));
    must(store.insertEvent(newEvent(u"event_test_1"_s), {deliveryOf(u"whd_test_1"_s, u"event_test_1"_s)}, {})
             .has_value(),
         "The event is not stored.");
    must(store.insertReplay(deliveryOf(u"whd_test_2"_s, u"event_250"_s), {}).has_value(), "The replay is not stored.");
    const DeliveryQueue::Room room{100, 1'000'000, [](qint64, const DeliveryQueue::Line&) { return 10; }, 0,
                                   [](qint64) { return false; }};
    const QList<DueLine> due = must(store.queue().turn({}, {}, now, room, newId));
    must(due.size() == 1 && due[0].deliveries.size() == 2, "Not all is due.");
    QList<SentAttempt> sent;
    for (const DueDelivery& delivery : due[0].deliveries) {
        SentAttempt attempt;
        attempt.seq = delivery.seq;
        attempt.endpoint = due[0].endpoint;
        attempt.outcome.status = 500;
        attempt.startedAt = attempt.settledAt = now;
        attempt.url = due[0].url;
        sent.append(attempt);
    }
    must(store.queue().turn(sent, {}, now, room, newId));
    must(store.queue().state(room));
    must(store.queue().retryDeferred(now).has_value(), "What was deferred is not due.");
    BringingStep step;
    step.events = {newEvent(u"event_brought_1"_s)};
    step.isWholeLook = true;
    must(store.intake().bring(u"acc_1"_s, step, now, newId));
    must(store.intake().brought(u"acc_1"_s, 20));
    must(store.oldRows().leaveStep(now, std::chrono::days(90)));
    EndpointChanges changes;
    changes.url = u"http://127.0.0.1:9/other"_s;
    must(store.updateEndpoint(u"whe_1"_s, changes, now));
    must(store.rotateSecret(u"whe_1"_s, u"fresh"_s, u"whsec_abcdef"_s, now + std::chrono::hours(24), now, {})
             .has_value(),
         "The secret is not rotated.");
    must(store.noteSecret(u"another"_s).has_value(), "The secret is not noted.");
    must(store.spentSecrets(now));
    must(store.deleteEndpoint(u"whe_1"_s, now).has_value(), "The endpoint is not deleted.");
    must(store.spentSecrets(now));
    must(store.nextSecretSpent());
    must(store.nextOverlapEnd());
}

void fillReceiver(const QString& path, int count) {
    fill(path, receiverSchema(),
         {{u"INSERT INTO captures (received_at, method, target, headers, body, verdict, answer_status, event_id, "
           "event_type, delivery_id, seen_before, verified, number) SELECT ?, 'POST', '/', '[]', '{}', 0, 200, "
           "printf('event_%d', n), '', printf('whd_%d', n), 0, n % 2, n / 2 FROM numbers"_s,
           {at}},
          {u"INSERT INTO seen (digest, at) SELECT printf('digest_%d', n), ? FROM numbers"_s, {at}}},
         count);
}

void workAsReceiver(const QString& path, int) {
    auto database = Database::open(path, receiverSchema());
    must(database.has_value(), "The database does not open.");
    CaptureLog log(**database);
    Capture capture;
    capture.receivedAt = now;
    capture.method = "POST";
    capture.deliveryId = u"whd_250"_s;
    for (const char* identity : {"", "digest_new", "digest_250"})
        must(log.store(capture, identity));
    must(log.find(u"whd_250"_s));
    must(!log.find(u"whd_unknown"_s), "What never came is there.");
}

} // namespace

class TestFlatness : public QObject {
    Q_OBJECT

    using Step = std::function<void(const QString& path, int count)>;

    static QHash<QByteArray, int> stepsWith(int count, const Step& fillIt, const Step& work) {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"rows.sqlite"_s);
        fillIt(path, count);
        const StatementSteps steps;
        StatementSteps::take();
        work(path, count);
        return StatementSteps::take();
    }

    static void compare(const Step& fillIt, const Step& work) {
        const QHash<QByteArray, int> small = stepsWith(few, fillIt, work);
        const QHash<QByteArray, int> large = stepsWith(many, fillIt, work);
        QVERIFY(small.size() > 5);
        QStringList grown;
        for (auto statement = large.cbegin(); statement != large.cend(); ++statement) {
            const int before = small.value(statement.key());
            // A line of a page more or less, never a share of the rows.
            constexpr int slack = 200;
            if (statement.value() > 2 * before + slack)
                grown += u"%1 steps instead of %2: %3"_s.arg(statement.value())
                             .arg(before)
                             .arg(QString::fromUtf8(statement.key()));
        }
        QVERIFY2(grown.isEmpty(), qPrintable(u'\n' + grown.join(u'\n')));
    }

private Q_SLOTS:
    void theCheckSeesARead() {
        const auto read = [](const QString& path, int) {
            auto database = Database::open(path, receiverSchema());
            must((*database)->run(u"SELECT count(*) FROM captures WHERE method = 'GET'"_s).has_value(), "");
        };
        const int small =
            stepsWith(few, &fillReceiver, read).value("SELECT count(*) FROM captures WHERE method = 'GET'");
        const int large =
            stepsWith(many, &fillReceiver, read).value("SELECT count(*) FROM captures WHERE method = 'GET'");
        QVERIFY(small >= few);
        QVERIFY(large > 10 * small);
    }
    void theSandboxWorksAtOneCost() { compare(&fillSandbox, &workAsSandbox); }
    void theReceiverWorksAtOneCost() { compare(&fillReceiver, &workAsReceiver); }
};

QTEST_GUILESS_MAIN(TestFlatness)
#include "tst_flatness.moc"
