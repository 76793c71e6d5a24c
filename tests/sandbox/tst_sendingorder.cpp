// SPDX-License-Identifier: MIT
#include "sandbox/sendingorder.h"

#include <QHash>
#include <QTest>

using namespace waybill;

/// Whose turn it is to send, where each endpoint has one delivery after the other.
class TestSendingOrder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        order_ = {};
        slow_ = 0;
        next_.clear();
    }

    void endpointsTakeTurns() {
        for (const qint64 endpoint : {1, 2, 3})
            begin(endpoint, 1000 + endpoint);
        QHash<qint64, int> turns;
        for (int i = 0; i < 300; ++i)
            ++turns[send()];
        for (const qint64 endpoint : {1, 2, 3})
            QVERIFY2(qAbs(turns.value(endpoint) - 100) <= 2, qPrintable(QString::number(turns.value(endpoint))));
    }

    void whoIsBehindCatchesUp() {
        begin(1, 1000);
        begin(2, 1);
        for (int i = 0; i < 3000; ++i)
            send();
        QVERIFY(next_.value(1) > 2000);
        QVERIFY2(qAbs(next_.value(1) - next_.value(2)) < 100, qPrintable(QString::number(next_.value(2))));
    }

    void nobodyWaitsForTheEndOfABacklog() {
        begin(1, 1);
        for (int i = 0; i < 500; ++i)
            send();
        begin(2, 1'000'000);
        int turns = 0;
        for (int i = 0; i < 300; ++i)
            turns += send() == 2 ? 1 : 0;
        QVERIFY2(turns >= 95, qPrintable(QString::number(turns)));
    }

    void whoComesLateGetsNoTurnsOfThePast() {
        begin(1, 1'000'000);
        for (int i = 0; i < 500; ++i)
            send();
        begin(2, 1'000'001);
        int turns = 0;
        for (int i = 0; i < 30; ++i)
            turns += send() == 2 ? 1 : 0;
        QVERIFY2(turns <= 22, qPrintable(QString::number(turns)));
    }

    void whoIsSlowGetsNoMoreTurnsThanTheOthers() {
        begin(1, 1'000'000);
        for (int i = 0; i < 500; ++i)
            send();
        slow_ = 2;
        begin(2, 1);
        int turns = 0;
        for (int i = 0; i < 300; ++i)
            turns += send() == 2 ? 1 : 0;
        QVERIFY2(qAbs(turns - 150) <= 5, qPrintable(QString::number(turns)));
    }

    void whoComesAgainAndAgainKeepsNobodyWaiting() {
        begin(1, 1000);
        for (qint64 endpoint = 2; endpoint < 10; ++endpoint)
            order_.enqueue(endpoint, 1000, std::nullopt);
        int turns = 0;
        for (int i = 0; i < 900; ++i) {
            const SendingOrder::Turn turn = order_.dequeue();
            turns += turn.endpoint == 1 ? 1 : 0;
            order_.enqueue(turn.endpoint, 1000 + i, turn.endpoint == 1 ? std::optional(turn.nextRound) : std::nullopt);
        }
        QVERIFY2(turns >= 45, qPrintable(QString::number(turns)));
    }

    void isEmptyOnceAllHadTheirTurn() {
        QVERIFY(order_.isEmpty());
        order_.enqueue(1, 1, std::nullopt);
        QVERIFY(!order_.isEmpty());
        order_.dequeue();
        QVERIFY(order_.isEmpty());
    }

private:
    void begin(qint64 endpoint, qint64 delivery) {
        next_[endpoint] = delivery;
        order_.enqueue(endpoint, delivery, std::nullopt, endpoint == slow_);
    }
    qint64 send() {
        const SendingOrder::Turn turn = order_.dequeue();
        order_.enqueue(turn.endpoint, ++next_[turn.endpoint], turn.nextRound, turn.endpoint == slow_);
        return turn.endpoint;
    }

    SendingOrder order_;
    qint64 slow_ = 0;            ///< An endpoint.
    QHash<qint64, qint64> next_; ///< Of each endpoint: its next delivery.
};

QTEST_GUILESS_MAIN(TestSendingOrder)
#include "tst_sendingorder.moc"
