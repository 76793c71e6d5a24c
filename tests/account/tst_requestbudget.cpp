// SPDX-License-Identifier: MIT
#include "account/requestbudget.h"
#include "clock/movableclock.h"

#include <QTest>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 startSeconds = 1'800'000'000;
const Instant start{seconds(startSeconds)};

HttpResponse limits(int remaining, qint64 resetAfter) {
    return {200,
            {{"X-RateLimit-Limit", "600"},
             {"x-ratelimit-remaining", QByteArray::number(remaining)},
             {"X-RateLimit-Reset", QByteArray::number(startSeconds + resetAfter)}},
            {}};
}

QByteArray errorBody(const QByteArray& type, const QByteArray& code) {
    return R"({"error":{"message":"m","type":")" + type + R"(","code":")" + code + R"(","request_id":"r"}})";
}

} // namespace

class tst_RequestBudget final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void retriesWhatMayPass_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("retried");
        QTest::newRow("200") << 200 << QByteArray() << false;
        QTest::newRow("400") << 400 << QByteArray() << false;
        QTest::newRow("404") << 404 << QByteArray() << false;
        QTest::newRow("429") << 429 << errorBody("rate_limit_error", "rate_limit_exceeded") << true;
        QTest::newRow("429 quota") << 429 << errorBody("rate_limit_error", "quota_exceeded") << false;
        QTest::newRow("500") << 500 << errorBody("api_error", "") << true;
        QTest::newRow("500 secrets") << 500 << errorBody("api_error", "secret_storage_unavailable") << false;
        QTest::newRow("502 html") << 502 << "<html>"_ba << true;
        QTest::newRow("503 html") << 503 << "<html>"_ba << true;
        QTest::newRow("503 not enabled") << 503 << errorBody("api_error", "webhooks_not_enabled") << false;
    }
    void retriesWhatMayPass() {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, retried);
        const HttpResponse response{status, {}, body};
        QCOMPARE(RequestBudget::retryDelay(0, &response, 0).has_value(), retried);
    }

    void doublesItsBackoffWithJitterAndStopsAfterFive() {
        for (int retries = 0; retries < 5; ++retries) {
            const auto least = RequestBudget::retryDelay(retries, nullptr, 0);
            const auto most = RequestBudget::retryDelay(retries, nullptr, 0.999);
            QVERIFY(least && most);
            QCOMPARE(least->count(), qint64(500) << retries);
            QVERIFY(*most > *least && most->count() < qint64(1000) << retries);
        }
        QVERIFY(!RequestBudget::retryDelay(5, nullptr, 0));
    }

    void obeysRetryAfter() {
        const HttpResponse response{429, {{"Retry-After", "7"}}, {}};
        const auto delay = RequestBudget::retryDelay(0, &response, 0.5);
        QVERIFY(delay && *delay >= seconds(7) && *delay < seconds(8));

        MovableClock clock(start);
        RequestBudget budget(clock);
        budget.note(response);
        QCOMPARE(budget.waitBeforeNext(), milliseconds(7000));
        clock.advance(seconds(7));
        QCOMPARE(budget.waitBeforeNext(), milliseconds(0));
    }

    void waitsForTheNextWindowWhenNothingIsLeft() {
        MovableClock clock(start);
        RequestBudget budget(clock);
        QCOMPARE(budget.waitBeforeNext(), milliseconds(0));
        budget.note(limits(2, 30));
        QCOMPARE(budget.limit(), 600);
        QCOMPARE(budget.waitBeforeNext(), milliseconds(0));
        budget.noteSent();
        budget.noteSent();
        QCOMPARE(budget.waitBeforeNext(), milliseconds(30'000));
        // An older answer that comes late does not give back what is used.
        budget.note(limits(1, 30));
        QCOMPARE(budget.waitBeforeNext(), milliseconds(30'000));
        clock.advance(seconds(30));
        QCOMPARE(budget.waitBeforeNext(), milliseconds(0));
        budget.note(limits(599, 90));
        QCOMPARE(budget.waitBeforeNext(), milliseconds(0));
    }

    void isNotStoppedForLongerThanARefusalSays() {
        MovableClock clock(start);
        RequestBudget budget(clock);
        budget.note(limits(500, 60));
        HttpResponse refusal = limits(0, 1);
        refusal.status = 429;
        refusal.headers.add("Retry-After", "1");
        budget.note(refusal);
        QCOMPARE(budget.waitBeforeNext(), milliseconds(1'000));
        clock.advance(seconds(1));
        QCOMPARE(budget.waitBeforeNext(), milliseconds(0));
    }

    void mistrustsAResetFarAway() {
        MovableClock clock(start);
        RequestBudget budget(clock);
        budget.note(limits(0, 86'400));
        QCOMPARE(budget.waitBeforeNext(), milliseconds(60'000));
    }

    void ignoresHeadersThatAreNoNumbers() {
        MovableClock clock(start);
        RequestBudget budget(clock);
        budget.note(
            {429, {{"X-RateLimit-Remaining", "none"}, {"X-RateLimit-Reset", "-5"}, {"Retry-After", "soon"}}, {}});
        QCOMPARE(budget.waitBeforeNext(), milliseconds(0));
    }
};

QTEST_GUILESS_MAIN(tst_RequestBudget)
#include "tst_requestbudget.moc"
