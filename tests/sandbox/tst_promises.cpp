// SPDX-License-Identifier: MIT
// What the engine promises beyond the schedule itself (tst_schedule) and beyond files that fail (tst_faults). Where the
// contract leaves something open, the row says what Waybill does:
// - an attempt that Waybill itself cut off says nothing about the receiver: it neither counts nor ends a row of 410s;
// - a replay is a new delivery, so a disabled endpoint refuses it, as it refuses a test;
// - the overlap is of the two newest secrets: a second rotation within 24 h ends the first one's overlap;
// - what is scheduled goes on where an endpoint no longer asks for its type, as it does where it is disabled.
#include "contract/contractjson.h"
#include "http/httpsender.h"
#include "sandbox/sandboxschema.h"
#include "sandbox/wholeengine.h"
#include "support/wireserver.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <ctime>
#include <numeric>
#include <random>

using namespace waybill;
using namespace waybill::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
const Instant start = instantFromMilliseconds(1791792900000);
const QString interrupted = u"interrupted"_s;
const QList<milliseconds> delays{60s, 300s, 1800s, 7200s, 21600s, 86400s, 86400s, 86400s};

/// "503", or how it failed without an answer.
AttemptOutcome outcomeOf(const QString& word) {
    AttemptOutcome outcome;
    if (word == u"timeout")
        outcome.failure = AttemptFailure::TimedOut;
    else if (word == u"closed")
        outcome.failure = AttemptFailure::Closed;
    else if (word == u"refused")
        outcome.failure = AttemptFailure::Refused;
    else
        outcome.status = word.toInt();
    return outcome;
}

QStringList times(int count, const QString& word) {
    return QStringList(count, word);
}
} // namespace

class TestPromises : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        clock_ = std::make_unique<MovableClock>(start);
        wire_.clear();
        held_.clear();
        answer_ = u"200"_s;
        holds_ = false;
        engine_ = std::make_unique<WholeEngine>(*clock_, *clock_, post());
        const auto created =
            json::readEndpointWithSecret(engine_->call("POST", "/webhooks", draftOf("receiver.example/hook")).body);
        QVERIFY(created);
        id_ = created->endpoint.id.toLatin1();
        secrets_ = {created->secret};
    }
    void cleanup() {
        engine_.reset();
        qputenv("TZ", "UTC");
        tzset();
    }

    void whatDisablesAnEndpoint_data() {
        QTest::addColumn<QStringList>("answers");
        QTest::addColumn<QString>("sentAs");
        QTest::addColumn<bool>("isDisabled");
        const QString tests = u"tests"_s;
        QTest::newRow("two 410") << times(2, u"410"_s) << tests << false;
        QTest::newRow("three 410") << times(3, u"410"_s) << tests << true;
        QTest::newRow("three 410 to replays") << times(3, u"410"_s) << u"replays"_s << true;
        for (const char* other : {"200", "204", "503", "404", "301", "timeout", "closed", "refused"})
            QTest::addRow("410, 410, %s, 410", other)
                << QStringList{u"410"_s, u"410"_s, QString::fromLatin1(other), u"410"_s} << tests << false;
        QTest::newRow("410, 410, interrupted, 410")
            << QStringList{u"410"_s, u"410"_s, interrupted, u"410"_s} << tests << true;
        QTest::newRow("410, interrupted, 410") << QStringList{u"410"_s, interrupted, u"410"_s} << tests << false;
        for (const char* sentAs : {"tests", "replays", "in turn"}) {
            const QString as = QString::fromLatin1(sentAs);
            QTest::addRow("49 failures, %s", sentAs) << times(49, u"503"_s) << as << false;
            QTest::addRow("50 failures, %s", sentAs) << times(50, u"503"_s) << as << true;
        }
        QTest::newRow("50 failures of all kinds")
            << times(10, u"410"_s).mid(0, 2) + times(8, u"404"_s) + times(10, u"timeout"_s) + times(10, u"closed"_s) +
                   times(10, u"301"_s) + times(10, u"refused"_s)
            << u"in turn"_s << true;
        QTest::newRow("49 failures, a delivery, 49 failures")
            << times(49, u"503"_s) + QStringList{u"200"_s} + times(49, u"503"_s) << tests << false;
        QTest::newRow("49 failures, interrupted") << times(49, u"503"_s) + QStringList{interrupted} << tests << false;
        QTest::newRow("49 failures, interrupted, a failure")
            << times(49, u"503"_s) + QStringList{interrupted, u"503"_s} << tests << true;
    }
    void whatDisablesAnEndpoint() {
        QFETCH(QStringList, answers);
        QFETCH(QString, sentAs);
        const QByteArray original = sendTest(); // Delivered: the record is clean.
        settle();
        for (qsizetype i = 0; i < answers.size(); ++i) {
            QCOMPARE(status(), u"enabled"_s); // Never before the last one.
            const bool isReplay = sentAs == u"replays" || (sentAs == u"in turn" && i % 2 == 1);
            if (answers.at(i) == interrupted) {
                holds_ = true;
                sendTest();
                QTRY_COMPARE(held_.size(), 1);
                engine_->crash();
                held_.clear();
                holds_ = false;
                engine_->start();
            } else {
                answer_ = answers.at(i);
                QVERIFY(!(isReplay ? replay(original) : sendTest()).isEmpty());
            }
            settle();
        }
        QTEST(status() == u"disabled", "isDisabled");
    }

    void retriesCountTowardsTheFifty() {
        answer_ = u"503"_s;
        for (int i = 0; i < 7; ++i)
            sendTest();
        settle();
        for (int attempt = 1; attempt < 7; ++attempt) {
            clock_->advance(delays.at(attempt - 1));
            settle();
        }
        QCOMPARE(wire_.size(), 49);
        QCOMPARE(status(), u"enabled"_s);
        clock_->advance(delays.at(6));
        settle();
        QCOMPARE(status(), u"disabled"_s);
        // What was scheduled goes on to its end.
        clock_->advance(delays.at(7));
        settle();
        QCOMPARE(wire_.size(), 63);
    }

    void aDisabledEndpointGetsNothingNewWhileItsRetriesGoOn_data() {
        QTest::addColumn<bool>("byPerson"); ///< Or by three 410.
        QTest::newRow("by a person") << true;
        QTest::newRow("by three 410") << false;
    }
    void aDisabledEndpointGetsNothingNewWhileItsRetriesGoOn() {
        QFETCH(bool, byPerson);
        answer_ = u"410"_s;
        const QByteArray failed = sendTest();
        settle();
        if (byPerson) {
            QCOMPARE(change("{\"status\":\"disabled\"}"), 200);
        } else {
            sendTest();
            sendTest();
            settle();
        }
        QCOMPARE(status(), u"disabled"_s);
        const qsizetype scheduled = wire_.size();
        QCOMPARE(engine_->call("POST", path() + "/test").status, 400);
        QCOMPARE(engine_->call("POST", "/webhooks/deliveries/" + failed + "/retry").status, 400);
        QCOMPARE(bringOne(u"event_1"_s, u"rating.created"_s), BroughtResult::NoEndpointTakesIt);
        settle();
        QCOMPARE(wire_.size(), scheduled);
        answer_ = u"200"_s;
        clock_->advance(delays.at(0));
        settle();
        QCOMPARE(wire_.size(), 2 * scheduled);
        QCOMPARE(status(), u"disabled"_s);
    }

    void switchedOnAgainItBeginsWithACleanRecord_data() {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<int>("disables"); ///< How many of them.
        QTest::newRow("410") << u"410"_s << 3;
        QTest::newRow("503") << u"503"_s << 50;
    }
    void switchedOnAgainItBeginsWithACleanRecord() {
        QFETCH(QString, answer);
        QFETCH(int, disables);
        answer_ = answer;
        for (const bool isAgain : {false, true}) {
            if (isAgain)
                QCOMPARE(change("{\"status\":\"enabled\"}"), 200);
            for (int i = 0; i < disables; ++i) {
                QCOMPARE(status(), u"enabled"_s);
                QVERIFY(!sendTest().isEmpty());
                settle();
            }
            QCOMPARE(status(), u"disabled"_s);
        }
    }

    void whichSecretsSign_data() {
        QTest::addColumn<QList<milliseconds>>("rotations"); ///< When.
        QTest::addColumn<milliseconds>("at");
        QTest::addColumn<QList<int>>("signers"); ///< In their order; 0 is the first secret.
        using Times = QList<milliseconds>;
        QTest::newRow("never rotated") << Times{} << 0ms << QList<int>{0};
        QTest::newRow("rotated, at once") << Times{0h} << 0ms << QList<int>{1, 0};
        QTest::newRow("rotated, in the last millisecond") << Times{0h} << milliseconds(24h) - 1ms << QList<int>{1, 0};
        QTest::newRow("rotated, after 24 h") << Times{0h} << milliseconds(24h) << QList<int>{1};
        QTest::newRow("rotated twice at once") << Times{0h, 0h} << 0ms << QList<int>{2, 1};
        QTest::newRow("rotated twice within 24 h") << Times{0h, 12h} << milliseconds(12h) << QList<int>{2, 1};
        QTest::newRow("rotated twice within 24 h, after the first one's overlap")
            << Times{0h, 12h} << milliseconds(25h) << QList<int>{2, 1};
        QTest::newRow("rotated twice within 24 h, after the second one's overlap")
            << Times{0h, 12h} << milliseconds(36h) << QList<int>{2};
        QTest::newRow("rotated three times") << Times{0h, 1h, 2h} << milliseconds(3h) << QList<int>{3, 2};
    }
    void whichSecretsSign() {
        QFETCH(QList<milliseconds>, rotations);
        QFETCH(milliseconds, at);
        QFETCH(QList<int>, signers);
        // Scheduled before all of it: what signs is decided when it is sent.
        answer_ = u"503"_s;
        sendTest();
        settle();
        for (const milliseconds when : std::as_const(rotations)) {
            clock_->moveTo(std::max(start + when, clock_->now()));
            const auto rotated = json::readEndpointWithSecret(engine_->call("POST", path() + "/rotate-secret").body);
            QVERIFY(rotated);
            secrets_ += rotated->secret;
        }
        wire_.clear();
        clock_->moveTo(start + std::max(at, milliseconds(60s)) - (at < 60s ? 60s : 0s));
        sendTest();
        settle();
        QVERIFY(!wire_.isEmpty());
        for (const Wire& sent : std::as_const(wire_)) {
            QList<Secret> expected;
            for (const int signer : std::as_const(signers))
                expected += secrets_.at(signer);
            QCOMPARE(sent.signature, signatureHeader(sent.body, secondsSinceEpoch(sent.at), signersOf(expected)));
        }
    }

    void anEditCountsFromTheNextAttemptOn_data() {
        QTest::addColumn<QByteArray>("changes");
        QTest::addColumn<bool>("isUnderWay"); ///< When it is edited; or it waits for its next attempt.
        QTest::addColumn<QString>("url");     ///< Where the next attempt goes.
        QTest::addColumn<bool>("takesRatings");
        const QString same = u"receiver.example/hook"_s;
        const QString moved = u"other.example/elsewhere?a=1"_s;
        for (const bool isUnderWay : {false, true}) {
            const char* when = isUnderWay ? "while an attempt is under way" : "between two attempts";
            QTest::addRow("the URL, %s", when)
                << QByteArray("{\"url\":\"https://other.example/elsewhere?a=1\"}") << isUnderWay << moved << true;
            QTest::addRow("the events, %s", when)
                << QByteArray("{\"enabled_events\":[\"calibration.frozen\"]}") << isUnderWay << same << false;
            QTest::addRow("both, %s", when)
                << QByteArray(
                       "{\"url\":\"https://other.example/elsewhere?a=1\",\"enabled_events\":[\"calibration.frozen\"]}")
                << isUnderWay << moved << false;
            QTest::addRow("the description, %s", when)
                << QByteArray("{\"description\":\"other\"}") << isUnderWay << same << true;
        }
    }
    void anEditCountsFromTheNextAttemptOn() {
        QFETCH(QByteArray, changes);
        QFETCH(bool, isUnderWay);
        QFETCH(QString, url);
        QFETCH(bool, takesRatings);
        answer_ = u"503"_s;
        holds_ = isUnderWay;
        QCOMPARE(bringOne(u"event_before"_s, u"rating.created"_s), BroughtResult::Handed);
        QTRY_COMPARE(wire_.size(), 1);
        if (!isUnderWay)
            settle();
        QCOMPARE(change(changes), 200);
        holds_ = false;
        answerHeld(u"503"_s);
        settle();
        QCOMPARE(wire_.size(), 1); // Sent once, and not again because of the edit.
        clock_->advance(delays.at(0));
        settle();
        QCOMPARE(wire_.size(), 2);
        QCOMPARE(wire_.at(0).url, u"receiver.example/hook"_s);
        QCOMPARE(wire_.at(1).url, url);
        QCOMPARE(wire_.at(1).eventId, wire_.at(0).eventId);
        QCOMPARE(wire_.at(1).body, wire_.at(0).body);
        QCOMPARE(bringOne(u"event_after"_s, u"rating.created"_s),
                 takesRatings ? BroughtResult::Handed : BroughtResult::NoEndpointTakesIt);
        settle();
        QCOMPARE(wire_.size(), takesRatings ? 3 : 2);
    }

    void aReplaySendsTheOriginalBytes_data() {
        QTest::addColumn<QString>("original"); ///< What it is at the time.
        for (const char* state : {"waiting", "under way", "delivered", "failed", "abandoned", "a replay itself"})
            QTest::newRow(state) << QString::fromLatin1(state);
    }
    void aReplaySendsTheOriginalBytes() {
        QFETCH(QString, original);
        answer_ = original == u"delivered" || original == u"a replay itself" ? u"200"_s : u"503"_s;
        holds_ = original == u"under way";
        QByteArray id = sendTest();
        QTRY_COMPARE(wire_.size(), 1);
        if (!holds_)
            settle();
        if (original == u"a replay itself")
            id = replay(id);
        if (original == u"waiting")
            id = newest("pending");
        if (original == u"abandoned") {
            for (const milliseconds delay : delays) {
                clock_->advance(delay);
                settle();
            }
            id = newest("abandoned");
        }
        QVERIFY(!id.isEmpty());
        if (!holds_)
            settle();
        const QJsonObject before = engine_->ask("GET", "/webhooks/deliveries/" + id);
        const qsizetype sent = wire_.size();
        const int waiting = engine_->state().scheduled;
        holds_ = false;
        answer_ = u"200"_s;
        const QByteArray first = replay(id);
        const QByteArray second = replay(id); // While the first one is pending.
        QTRY_COMPARE(wire_.size(), sent + 2);
        QSet<QByteArray> ids;
        for (const Wire& one : std::as_const(wire_)) {
            QVERIFY2(!ids.contains(one.deliveryId), "a delivery id was used twice");
            ids.insert(one.deliveryId);
            QCOMPARE(one.body, wire_.constFirst().body);
            QCOMPARE(one.eventId, wire_.constFirst().eventId);
            QVERIFY(checkSignature(one.signature, one.body, secrets_, one.at).isValid());
        }
        answerHeld(u"503"_s);
        settle();
        for (const QByteArray& replayed : {first, second}) {
            QVERIFY(ids.contains(replayed));
            const QJsonObject row = engine_->ask("GET", "/webhooks/deliveries/" + replayed);
            QCOMPARE(row.value(u"replays_delivery_id").toString().toLatin1(), id);
            QCOMPARE(row.value(u"status").toString(), u"delivered"_s);
            QCOMPARE(row.value(u"attempt").toInt(), 1);
        }
        // The original goes its own way.
        if (original != u"under way")
            QCOMPARE(engine_->ask("GET", "/webhooks/deliveries/" + id), before);
        QCOMPARE(engine_->state().scheduled, original == u"under way" ? 1 : waiting);
        clock_->advance(delays.at(0));
        settle();
        const bool goesOn = original == u"waiting" || original == u"failed" || original == u"under way";
        QCOMPARE(wire_.size(), sent + (goesOn ? 3 : 2));
    }

    void aDeletedEndpointIsSentNothingMore_data() {
        QTest::addColumn<bool>("isUnderWay");
        QTest::addColumn<bool>("crashes"); ///< Before the answer comes.
        QTest::newRow("waiting") << false << false;
        QTest::newRow("waiting, and a crash") << false << true;
        QTest::newRow("under way") << true << false;
        QTest::newRow("under way, and a crash") << true << true;
    }
    void aDeletedEndpointIsSentNothingMore() {
        QFETCH(bool, isUnderWay);
        QFETCH(bool, crashes);
        const auto other = json::readEndpoint(engine_->call("POST", "/webhooks", draftOf("other.example/hook")).body);
        QVERIFY(other);
        answer_ = u"503"_s;
        const QByteArray failed = sendTest();
        settle();
        const QByteArray waiting = newest("pending");
        holds_ = isUnderWay;
        const QByteArray last = sendTest();
        QTRY_COMPARE(wire_.size(), 2);
        if (!isUnderWay)
            settle();
        QCOMPARE(engine_->call("DELETE", path()).status, 204);
        // In the same transaction: whoever looks at the file sees neither, or both.
        {
            auto aside = Database::open(engine_->path(), sandboxSchema());
            QVERIFY(aside);
            auto left = (*aside)->run(u"SELECT count(*) FROM deliveries WHERE state = 0 AND endpoint NOT IN (SELECT "
                                      "seq FROM deleted_endpoints)"_s);
            QVERIFY(left && left->next());
            QCOMPARE(left->value(0).toInt(), 0);
        }
        holds_ = false;
        if (crashes) {
            engine_->crash();
            held_.clear();
            engine_->start();
        }
        answerHeld(u"503"_s);
        settle();
        for (const milliseconds delay : delays) {
            clock_->advance(delay);
            settle();
        }
        QCOMPARE(wire_.size(), 2);
        QCOMPARE(engine_->state().scheduled, 0);
        for (const QByteArray& id : {failed, waiting, last})
            QCOMPARE(engine_->call("GET", "/webhooks/deliveries/" + id).status, 404);
        // The other one is served.
        answer_ = u"200"_s;
        QCOMPARE(engine_->call("POST", "/webhooks/" + other->id.toLatin1() + "/test").status, 202);
        settle();
        QCOMPARE(wire_.size(), 3);
    }

    void afterALongSleepWhatIsOverdueGoesOutOnceTheOldestFirst_data() {
        QTest::addColumn<bool>("wasClosed");
        QTest::newRow("the computer slept") << false;
        QTest::newRow("Waybill was closed") << true;
    }
    void afterALongSleepWhatIsOverdueGoesOutOnceTheOldestFirst() {
        QFETCH(bool, wasClosed);
        constexpr int overdue = 500;
        // A receiver that takes a moment, and counts how many it has at once. (Requests: of a connection that was
        // closed it may hear only after the next one stands.)
        int open = 0;
        int most = 0;
        WireServer receiver([&](QTcpSocket& socket, const QByteArray&) {
            most = std::max(most, ++open);
            QTimer::singleShot(2, &socket, [&open, &socket] {
                --open;
                socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
        });
        HttpSender http;
        QList<QByteArray> begun;
        engine_ = std::make_unique<WholeEngine>(
            *clock_, *clock_, [&](const OutgoingPost& post, std::function<void(AttemptOutcome)> done) {
                begun += fieldOf(post.fields, header::eventId);
                http.post(post, std::move(done));
            });
        const auto created =
            json::readEndpoint(engine_
                                   ->call("POST", "/webhooks",
                                          "{\"url\":\"" + receiver.url().toEncoded() + "\",\"enabled_events\":[\"*\"]}")
                                   .body);
        QVERIFY(created);
        // Due all over the eight hours, and stored in another order.
        QList<int> order(overdue);
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), std::mt19937(1));
        for (const int i : std::as_const(order)) {
            Event event;
            event.id = u"event_%1"_s.arg(i, 3, 10, QChar(u'0'));
            event.type = u"rating.created"_s;
            event.apiVersion = QString::fromLatin1(eventApiVersion);
            event.body = "{}";
            Delivery delivery = firstDelivery(newDeliveryId(engine_->random()), event.id, created->id, start);
            delivery.scheduledFor = start + milliseconds(8h) * (i + 1) / overdue - 1s;
            QVERIFY(engine_->store().insertEvent(event, {delivery}, {}));
        }
        engine_->scheduler().wake();
        settle();
        QCOMPARE(begun.size(), 0);
        if (wasClosed)
            engine_->stop();
        clock_->advance(8h);
        if (wasClosed)
            engine_->start();
        QTRY_COMPARE_WITH_TIMEOUT(receiver.requests().size(), overdue, 60'000);
        settle();
        QList<QByteArray> oldestFirst = begun;
        std::ranges::sort(oldestFirst);
        QCOMPARE(begun, oldestFirst);
        QCOMPARE(QSet<QByteArray>(begun.begin(), begun.end()).size(), overdue);
        QCOMPARE(receiver.requests().size(), overdue);
        QVERIFY2(most <= DeliverySender::mostPerEndpoint, qPrintable(QString::number(most)));
        QVERIFY2(most > DeliveryScheduler::Limits().perNewEndpoint, "a receiver that answers earns more at once");
        QCOMPARE(engine_->state().scheduled, 0);
        engine_.reset();
    }

    void aClockThatIsChangedLosesAndRepeatsNothing_data() {
        QTest::addColumn<int>("after"); ///< Which attempt.
        QTest::addColumn<milliseconds>("by");
        QTest::addColumn<QByteArray>("zone"); ///< Of the computer, from then on.
        QTest::addColumn<bool>("isLate");     ///< What was due meanwhile; else everything is on its minute.
        for (const int after : {1, 4, 8}) {
            QTest::addRow("set back an hour after attempt %d", after)
                << after << milliseconds(-1h) << QByteArray() << false;
            QTest::addRow("set back a year after attempt %d", after)
                << after << milliseconds(-365 * 24h) << QByteArray() << false;
            QTest::addRow("set forward a week after attempt %d", after)
                << after << milliseconds(7 * 24h) << QByteArray() << true;
            QTest::addRow("to another time zone after attempt %d", after)
                << after << 0ms << QByteArray("Pacific/Kiritimati") << false;
        }
        // It ends on 25 October 2026 at 01:00 UTC in Berlin: the tests begin thirteen days before.
        QTest::newRow("set forward a day after attempt 4") << 4 << milliseconds(24h) << QByteArray() << true;
        QTest::newRow("daylight saving ends meanwhile") << 1 << 0ms << QByteArray("Europe/Berlin") << false;
    }
    void aClockThatIsChangedLosesAndRepeatsNothing() {
        QFETCH(int, after);
        QFETCH(milliseconds, by);
        QFETCH(QByteArray, zone);
        QFETCH(bool, isLate);
        if (zone == "Europe/Berlin")
            clock_->moveTo(Instant(seconds(1792890000)) - 30min); // 25 October 2026, 01:00 UTC.
        const Instant begun = clock_->now();
        answer_ = u"503"_s;
        sendTest();
        settle();
        for (int attempt = 1; attempt < attemptLimit; ++attempt) {
            QCOMPARE(wire_.size(), attempt);
            const QJsonObject waiting = engine_->ask("GET", "/webhooks/deliveries/" + newest("pending"));
            const Instant due = wire_.constLast().at + delays.at(attempt - 1);
            QCOMPARE(QDateTime::fromString(waiting.value(u"scheduled_for").toString(), Qt::ISODateWithMs),
                     QDateTime::fromMSecsSinceEpoch(millisecondsSinceEpoch(due), Qt::UTC));
            QVERIFY(waiting.value(u"scheduled_for").toString().endsWith(u'Z'));
            if (attempt == after) {
                if (!zone.isEmpty()) {
                    qputenv("TZ", zone);
                    tzset();
                }
                clock_->advance(by);
                Q_EMIT clock_->moved();
                settle();
                QCOMPARE(wire_.size(), attempt + (isLate ? 1 : 0));
                if (isLate)
                    continue;
            }
            clock_->moveTo(due - 1ms);
            settle();
            QCOMPARE(wire_.size(), attempt);
            clock_->moveTo(due);
            settle();
        }
        QCOMPARE(wire_.size(), attemptLimit);
        QCOMPARE(engine_->state().scheduled, 0);
        QSet<QByteArray> ids;
        for (const Wire& sent : std::as_const(wire_))
            ids.insert(sent.deliveryId);
        QCOMPARE(ids.size(), attemptLimit);
        if (!isLate)
            QCOMPARE(wire_.constLast().at - begun, milliseconds(290'160s));
    }

private:
    DeliverySender::Post post() {
        return [this](const OutgoingPost& post, const std::function<void(AttemptOutcome)>& done) {
            wire_ += wireOf(post, clock_->now());
            if (holds_)
                held_ += done;
            else
                answer(done, answer_);
        };
    }
    void answer(const std::function<void(AttemptOutcome)>& done, const QString& word) {
        QMetaObject::invokeMethod(
            this, [done, word] { done(outcomeOf(word)); }, Qt::QueuedConnection);
    }
    void answerHeld(const QString& word) {
        for (const auto& done : std::exchange(held_, {}))
            answer(done, word);
    }

    static QByteArray draftOf(const QByteArray& url) {
        return "{\"url\":\"https://" + url + "\",\"enabled_events\":[\"*\"]}";
    }
    QByteArray path() const { return "/webhooks/" + id_; }
    QString status() { return engine_->ask("GET", path()).value(u"status").toString(); }
    int change(const QByteArray& changes) { return engine_->call("PATCH", path(), changes).status; }
    QByteArray sendTest() { return engine_->ask("POST", path() + "/test").value(u"delivery_id").toString().toLatin1(); }
    QByteArray replay(const QByteArray& id) {
        return engine_->ask("POST", "/webhooks/deliveries/" + id + "/retry")
            .value(u"delivery_id")
            .toString()
            .toLatin1();
    }
    QByteArray newest(const QByteArray& state) {
        const auto page = json::readDeliveryPage(engine_->call("GET", path() + "/deliveries?status=" + state).body);
        return page && !page->data.isEmpty() ? page->data.constFirst().id.toLatin1() : QByteArray();
    }
    BroughtResult bringOne(const QString& id, const QString& type) {
        Event event;
        event.id = id;
        event.type = type;
        event.apiVersion = QString::fromLatin1(eventApiVersion);
        event.created = secondsSinceEpoch(clock_->now());
        event.body = "{ \"id\": \"" + id.toLatin1() + "\", \"n\": 1.10 }";
        if (const auto brought = engine_->bring({event}); !brought || brought->brought != 1)
            return BroughtResult::AlreadyHere;
        return engine_->store().intake().brought(u"source"_s, 1)->constFirst().result;
    }

    /// Until nothing is due and nothing is under way but what is held.
    void settle() {
        const DeliveryQueue::Room room{1, 1, [](qint64, const DeliveryQueue::Line&) { return 1; }, 1,
                                       [](qint64) { return false; }};
        QElapsedTimer timer;
        timer.start();
        for (int quiet = 0; quiet < 3;) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
            const auto state = engine_->store().queue().state(room);
            QVERIFY(state);
            const bool isQuiet = state->underWay == held_.size() && engine_->state().underWay == held_.size() &&
                                 engine_->state().scheduled == state->scheduled &&
                                 (!state->nextDue || *state->nextDue > clock_->now());
            quiet = isQuiet ? quiet + 1 : 0;
            QVERIFY2(timer.elapsed() < 120'000, qPrintable(engine_->state().secretProblem));
        }
    }

    std::unique_ptr<MovableClock> clock_;
    std::unique_ptr<WholeEngine> engine_;
    QByteArray id_;
    QList<Secret> secrets_; ///< Of the endpoint, as they were made.
    QList<Wire> wire_;
    QList<std::function<void(AttemptOutcome)>> held_;
    QString answer_;
    bool holds_ = false;
};

QTEST_GUILESS_MAIN(TestPromises)
#include "tst_promises.moc"
