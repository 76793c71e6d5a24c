// SPDX-License-Identifier: MIT
#include "contract/attemptoutcome.h"
#include "contract/endpointhealth.h"
#include "contract/retryschedule.h"

#include <QTest>

using namespace waybill;

namespace {
AttemptOutcome answered(int status) {
    AttemptOutcome outcome;
    outcome.status = status;
    return outcome;
}
} // namespace

class TestRetries : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void triesNineTimesOverThreeDays() {
        QList<qint64> starts{0};
        for (int attempt = 1; const auto delay = delayAfter(attempt); ++attempt)
            starts += starts.constLast() + delay->count();
        QCOMPARE(starts, (QList<qint64>{0, 60, 360, 2'160, 9'360, 30'960, 117'360, 203'760, 290'160}));
    }

    void decidesByTheAnswer_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("attempt");
        QTest::addColumn<DeliveryStatus>("next");
        QTest::newRow("200") << 200 << 1 << DeliveryStatus::Delivered;
        QTest::newRow("204 on the last") << 204 << 9 << DeliveryStatus::Delivered;
        QTest::newRow("a redirect is a failure") << 301 << 1 << DeliveryStatus::Failed;
        QTest::newRow("410 is retried") << 410 << 1 << DeliveryStatus::Failed;
        QTest::newRow("503 on the eighth") << 503 << 8 << DeliveryStatus::Failed;
        QTest::newRow("503 on the last") << 503 << 9 << DeliveryStatus::Abandoned;
    }
    void decidesByTheAnswer() {
        QFETCH(int, status);
        QFETCH(int, attempt);
        const NextStep step = nextStep(answered(status), attempt);
        QTEST(step.status, "next");
        QCOMPARE(step.retryAfter.has_value(), step.status == DeliveryStatus::Failed);
    }

    void neverTakesATimeoutForADelivery() {
        AttemptOutcome outcome = answered(200);
        outcome.failure = AttemptFailure::TimedOut;
        QCOMPARE(nextStep(outcome, 1).status, DeliveryStatus::Failed);
        QVERIFY(!describeFailure(outcome).isEmpty());
    }

    void disablesAfterThreeGoneInARow() {
        EndpointHealth health;
        for (const int status : {410, 410, 503, 410, 410})
            health = health.after(answered(status));
        QVERIFY(!health.disablesEndpoint());
        QVERIFY(health.after(answered(410)).disablesEndpoint());
    }

    void disablesAfterFiftyFailures() {
        EndpointHealth health;
        for (int i = 0; i < 49; ++i)
            health = health.after(answered(500));
        QVERIFY(!health.disablesEndpoint());
        QVERIFY(health.after(answered(500)).disablesEndpoint());
        QCOMPARE(health.after(answered(200)), EndpointHealth());
    }
};

QTEST_APPLESS_MAIN(TestRetries)
#include "tst_retries.moc"
