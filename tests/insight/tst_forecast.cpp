// SPDX-License-Identifier: MIT
#include "contract/retryschedule.h"
#include "insight/forecast.h"

#include <QTest>

#include <optional>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const Instant start = instantFromMilliseconds(1'791'792'900'000);

Delivery settled(DeliveryStatus status, std::optional<int> answer, const QString& error = {}) {
    Delivery delivery;
    delivery.status = status;
    delivery.responseStatus = answer;
    if (!error.isEmpty())
        delivery.error = error;
    return delivery;
}

Delivery waiting(const QString& event, int attempt, int afterSeconds) {
    Delivery delivery;
    delivery.eventId = event;
    delivery.attempt = attempt;
    delivery.scheduledFor = start + seconds(afterSeconds);
    return delivery;
}

AttemptOutcome answer(int status) {
    AttemptOutcome outcome;
    outcome.status = status;
    return outcome;
}

/// The rules themselves, one second after the other.
Forecast simulated(EndpointHealth health, QList<Delivery> pending, bool answersGone) {
    Forecast found;
    found.failuresLeft = std::max(failuresThatDisable - health.failuresInARow, 0);
    found.goneLeft = std::max(goneAnswersThatDisable - health.goneInARow, 0);
    bool isDisabled = health.disablesEndpoint();
    std::ranges::sort(pending, {}, &Delivery::eventId);
    for (Instant now = start; !pending.isEmpty(); now += seconds(1)) {
        for (qsizetype i = 0; i < pending.size();) {
            if (*pending[i].scheduledFor != now) {
                ++i;
                continue;
            }
            const Forecast::Step step{pending[i].eventId, pending[i].attempt, now};
            health = health.after(answer(answersGone ? 410 : 500));
            if (!isDisabled && health.disablesEndpoint()) {
                isDisabled = true;
                found.disabled = step;
            }
            const NextStep next = nextStep(answer(500), step.attempt);
            if (next.status == DeliveryStatus::Abandoned) {
                if (!found.givenUp)
                    found.givenUp = step;
                pending.removeAt(i);
                continue;
            }
            pending[i].attempt += 1;
            pending[i].scheduledFor = now + *next.retryAfter;
            ++i;
        }
    }
    return found;
}
} // namespace

class TestForecast : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheHealthFromTheLog_data() {
        QTest::addColumn<QList<Delivery>>("log");
        QTest::addColumn<int>("gone");
        QTest::addColumn<int>("failures");
        const Delivery good = settled(DeliveryStatus::Delivered, 200);
        const Delivery bad = settled(DeliveryStatus::Failed, 503);
        const Delivery gone = settled(DeliveryStatus::Failed, 410);
        const Delivery silent = settled(DeliveryStatus::Abandoned, std::nullopt, u"The receiver gave no answer."_s);
        const Delivery closed = [] {
            Delivery delivery = settled(DeliveryStatus::Failed, std::nullopt, u"Waybill was closed."_s);
            delivery.failure = FailureReport{AttemptFailure::Interrupted, SentPart::Unknown, {}, {}, {}};
            return delivery;
        }();
        QTest::newRow("nothing") << QList<Delivery>() << 0 << 0;
        QTest::newRow("delivered last") << QList<Delivery>{good, bad, bad} << 0 << 0;
        QTest::newRow("failures since") << QList<Delivery>{bad, silent, bad, good, bad} << 0 << 3;
        QTest::newRow("gone") << QList<Delivery>{gone, gone, bad, good} << 2 << 3;
        QTest::newRow("gone, then something else") << QList<Delivery>{bad, gone, gone} << 0 << 3;
        QTest::newRow("our own end counts nothing") << QList<Delivery>{closed, gone, closed, gone} << 2 << 2;
        QTest::newRow("far back") << QList<Delivery>(60, bad) << 0 << 60;
    }
    void readsTheHealthFromTheLog() {
        QFETCH(QList<Delivery>, log);
        const EndpointHealth health = healthIn(log);
        QTEST(health.goneInARow, "gone");
        QTEST(health.failuresInARow, "failures");
    }

    void agreesWithTheRules_data() {
        QTest::addColumn<int>("gone");
        QTest::addColumn<int>("failures");
        QTest::addColumn<QList<Delivery>>("pending");
        QTest::addColumn<bool>("answersGone");
        QList<Delivery> many;
        for (int i = 0; i < 60; ++i)
            many += waiting(u"evt_%1"_s.arg(i, 3, 10, QLatin1Char('0')), 1 + i % 9, 7 * i % 41);
        QTest::newRow("nothing waits") << 0 << 3 << QList<Delivery>() << false;
        QTest::newRow("the second attempt") << 0 << 1 << QList<Delivery>{waiting(u"a"_s, 2, 60)} << false;
        QTest::newRow("the last attempt") << 0 << 8 << QList<Delivery>{waiting(u"a"_s, 9, 5)} << false;
        QTest::newRow("the later event is given up first")
            << 0 << 9 << QList<Delivery>{waiting(u"a"_s, 3, 1), waiting(u"b"_s, 8, 40)} << false;
        QTest::newRow("one more failure") << 0 << 49 << QList<Delivery>{waiting(u"a"_s, 4, 30)} << false;
        QTest::newRow("the last attempt disables, too") << 0 << 49 << QList<Delivery>{waiting(u"a"_s, 9, 30)} << false;
        QTest::newRow("many") << 0 << 7 << many << false;
        QTest::newRow("many, at the limit") << 0 << 49 << many << false;
        QTest::newRow("disabled already") << 0 << 50 << many << false;
        QTest::newRow("gone") << 1 << 1 << QList<Delivery>{waiting(u"a"_s, 2, 60)} << true;
        QTest::newRow("gone twice") << 2 << 2 << QList<Delivery>{waiting(u"a"_s, 3, 300)} << true;
        QTest::newRow("gone, many") << 0 << 0 << many << true;
    }
    void agreesWithTheRules() {
        QFETCH(int, gone);
        QFETCH(int, failures);
        QFETCH(QList<Delivery>, pending);
        QFETCH(bool, answersGone);
        const EndpointHealth health{gone, failures};
        const Forecast expected = simulated(health, pending, answersGone);
        const Forecast forecast = forecastOf(health, pending, answersGone);
        QCOMPARE(forecast.failuresLeft, expected.failuresLeft);
        QCOMPARE(forecast.goneLeft, expected.goneLeft);
        QCOMPARE(forecast.givenUp.has_value(), expected.givenUp.has_value());
        QCOMPARE(forecast.disabled.has_value(), expected.disabled.has_value());
        QVERIFY(forecast == expected);
    }

    void knowsTheWholeScheduleOfAnEvent() {
        const Forecast forecast = forecastOf({0, 1}, {waiting(u"a"_s, 2, 60)}, false);
        QVERIFY(forecast.givenUp);
        QCOMPARE(forecast.givenUp->attempt, 9);
        QCOMPARE(forecast.givenUp->at, start + seconds(290'160));
        QVERIFY(!forecast.disabled);
        QCOMPARE(forecast.failuresLeft, 49);
    }
};

QTEST_GUILESS_MAIN(TestForecast)
#include "tst_forecast.moc"
