// SPDX-License-Identifier: MIT
#include "account/syncpace.h"

#include <QTest>

using namespace waybill;

namespace {
const Instant start{seconds(1'800'000'000)};
} // namespace

class tst_SyncPace final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesAThirdOfWhatTheAccountAllows_data() {
        QTest::addColumn<int>("limit");
        QTest::addColumn<int>("budget");
        QTest::newRow("free") << 60 << 20;
        QTest::newRow("pro") << 600 << 200;
        QTest::newRow("hardly any") << 2 << 1;
    }
    void takesAThirdOfWhatTheAccountAllows() {
        QFETCH(int, limit);
        QFETCH(int, budget);
        SyncPace pace;
        pace.setLimit(limit);
        QCOMPARE(pace.budget(), budget);
        pace.setLimit(std::nullopt);
        QCOMPARE(pace.budget(), budget);
        // The last ones are kept for what the client sends again.
        for (int i = 0; i < budget - std::min(budget / 4, 5); ++i) {
            QCOMPARE(pace.waitBeforeNext(start), milliseconds(0));
            pace.noteSent(start);
        }
        QCOMPARE(pace.waitBeforeNext(start), milliseconds(60'000));
        QCOMPARE(pace.waitBeforeNext(start + seconds(59)), milliseconds(1'000));
        QCOMPARE(pace.waitBeforeNext(start + seconds(60)), milliseconds(0));
    }

    void leavesRoomBetweenLooksOfABusyAccount() {
        SyncPace pace;
        pace.setLimit(600);
        QCOMPARE(pace.spacing(start, 3), milliseconds(100));
        for (int i = 0; i < 100; ++i)
            pace.noteSent(start);
        QCOMPARE(pace.spacing(start, 3), milliseconds(900));
        QCOMPARE(pace.spacing(start, 100), milliseconds(10'000));
        QCOMPARE(pace.spacing(start + seconds(60), 3), milliseconds(100));
    }

    void forgetsAFutureThatAClockHasLeft() {
        SyncPace pace;
        for (int i = 0; i < pace.budget(); ++i)
            pace.noteSent(start);
        QCOMPARE(pace.waitBeforeNext(start - std::chrono::hours(1)), milliseconds(0));
    }
};

QTEST_GUILESS_MAIN(tst_SyncPace)
#include "tst_syncpace.moc"
