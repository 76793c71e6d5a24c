// SPDX-License-Identifier: MIT
#include "clock/alarm.h"
#include "clock/movableclock.h"
#include "clock/shiftedclock.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>

using namespace waybill;

namespace {
const Instant start = instantFromMilliseconds(1'791'792'900'000);
constexpr std::chrono::hours hour{1};
constexpr int dayInAMinute = 1440;
} // namespace

class TestShiftedClock : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        real_ = std::make_unique<MovableClock>(start);
        clock_ = std::make_unique<ShiftedClock>(*real_);
    }

    void followsTheRealTimeUntilItIsMoved() {
        QCOMPARE(clock_->now(), start);
        QVERIFY(!clock_->isMoved());
        real_->advance(hour);
        QCOMPARE(clock_->now(), start + hour);
        QCOMPARE(clock_->ahead(), milliseconds(0));
    }

    void goesAtItsPace_data() {
        QTest::addColumn<int>("pace");
        QTest::addColumn<qint64>("real");
        QTest::addColumn<qint64>("shown");
        QTest::newRow("usual") << 1 << qint64(60'000) << qint64(60'000);
        QTest::newRow("twice") << 2 << qint64(60'000) << qint64(120'000);
        QTest::newRow("a day in a minute") << dayInAMinute << qint64(60'000) << qint64(86'400'000);
        QTest::newRow("a day in a minute, for a year")
            << dayInAMinute << qint64(31'536'000'000) << qint64(31'536'000'000) * dayInAMinute;
        QTest::newRow("never slower") << 0 << qint64(60'000) << qint64(60'000);
        QTest::newRow("never backwards") << -5 << qint64(60'000) << qint64(60'000);
        QTest::newRow("the fastest") << 1'000'000 << qint64(1'000) << qint64(1'000) * ShiftedClock::fastest;
    }
    void goesAtItsPace() {
        QFETCH(int, pace);
        QFETCH(qint64, real);
        QFETCH(qint64, shown);
        real_->advance(hour); // A pace counts from when it was set.
        clock_->setPace(pace);
        QCOMPARE(clock_->now(), start + hour);
        real_->advance(milliseconds(real));
        QCOMPARE(clock_->now(), start + hour + milliseconds(shown));
    }

    void jumpsAheadAndNeverBack_data() {
        QTest::addColumn<qint64>("by");
        QTest::addColumn<qint64>("ahead");
        QTest::newRow("a minute") << qint64(60'000) << qint64(60'000);
        QTest::newRow("a thousand years") << qint64(31'536'000'000'000) << qint64(31'536'000'000'000);
        QTest::newRow("nowhere") << qint64(0) << qint64(0);
        QTest::newRow("back") << qint64(-60'000) << qint64(0);
    }
    void jumpsAheadAndNeverBack() {
        QFETCH(qint64, by);
        QFETCH(qint64, ahead);
        QSignalSpy moved(clock_.get(), &Clock::moved);
        clock_->jumpTo(start + milliseconds(by));
        QCOMPARE(clock_->ahead(), milliseconds(ahead));
        QCOMPARE(moved.count(), ahead > 0 ? 1 : 0);
        QCOMPARE(clock_->isMoved(), ahead > 0);
        real_->advance(hour);
        QCOMPARE(clock_->ahead(), milliseconds(ahead));
    }

    void keepsItsTimeWhenThePaceChanges() {
        clock_->jumpTo(start + hour);
        clock_->setPace(dayInAMinute);
        QCOMPARE(clock_->now(), start + hour);
        real_->advance(seconds(30));
        QCOMPARE(clock_->now(), start + 13 * hour);
        clock_->jumpTo(start + 14 * hour);
        clock_->setPace(1);
        QCOMPARE(clock_->now(), start + 14 * hour);
        real_->advance(hour);
        QCOMPARE(clock_->now(), start + 15 * hour);
    }

    void followsAgainWhenItIsTold() {
        clock_->jumpTo(start + 100 * hour);
        clock_->setPace(dayInAMinute);
        real_->advance(hour);
        QSignalSpy moved(clock_.get(), &Clock::moved);
        clock_->follow();
        QCOMPARE(moved.count(), 1);
        QCOMPARE(clock_->now(), start + hour);
        QVERIFY(!clock_->isMoved());
        clock_->follow();
        QCOMPARE(moved.count(), 1);
    }

    void knowsHowLongToWaitInRealTime_data() {
        QTest::addColumn<int>("pace");
        QTest::addColumn<qint64>("until");
        QTest::addColumn<qint64>("wait");
        QTest::newRow("usual") << 1 << qint64(60'000) << qint64(60'000);
        QTest::newRow("fast") << dayInAMinute << qint64(86'400'000) << qint64(60'000);
        QTest::newRow("fast, never too early") << dayInAMinute << qint64(1) << qint64(1);
        QTest::newRow("fast, a bit more than a step") << dayInAMinute << qint64(1441) << qint64(2);
        QTest::newRow("now") << dayInAMinute << qint64(0) << qint64(0);
        QTest::newRow("past") << dayInAMinute << qint64(-1) << qint64(0);
    }
    void knowsHowLongToWaitInRealTime() {
        QFETCH(int, pace);
        QFETCH(qint64, until);
        QFETCH(qint64, wait);
        clock_->setPace(pace);
        const Instant due = clock_->now() + milliseconds(until);
        QCOMPARE(clock_->waitFor(due), milliseconds(wait));
        real_->advance(milliseconds(wait));
        QVERIFY(clock_->now() >= due);
    }

    // Half of one course and half of another would be far away from both, or from before.
    void isReadWholeWhileItIsMoved() {
        std::atomic<bool> goesOn = true;
        std::atomic<int> reads = 0;
        std::atomic<int> wrong = 0;
        const std::unique_ptr<QThread> reader(QThread::create([&] {
            Instant before = start;
            while (goesOn) {
                const Instant now = clock_->now();
                if (now < before || now > start + 100'000 * hour)
                    ++wrong;
                before = now;
                ++reads;
            }
        }));
        reader->start();
        for (int move = 0; move < 20'000 || reads < 1'000; ++move) {
            clock_->setPace(move % 2 == 0 ? dayInAMinute : 1);
            clock_->jumpTo(clock_->now() + milliseconds(move % 7));
        }
        goesOn = false;
        QVERIFY(reader->wait(test::patience));
        QCOMPARE(wrong.load(), 0);
    }

    void anAlarmRingsInTimeWhileADayTakesAMinute() {
        const SystemClock computer;
        ShiftedClock clock(computer);
        clock.setPace(dayInAMinute);
        Alarm alarm(clock);
        QSignalSpy rang(&alarm, &Alarm::rang);
        std::optional<Instant> heard;
        connect(&alarm, &Alarm::rang, this, [&] { heard = clock.now(); });
        const Instant due = clock.now() + std::chrono::minutes(2); // 83 ms
        alarm.setFor(due);
        QVERIFY(rang.wait(5'000));
        QVERIFY(*heard >= due);
    }

    void anAlarmNoticesThatItsClockGoesFaster() {
        const SystemClock computer;
        ShiftedClock clock(computer);
        Alarm alarm(clock);
        QSignalSpy rang(&alarm, &Alarm::rang);
        alarm.setFor(clock.now() + std::chrono::minutes(2));
        clock.setPace(dayInAMinute);
        QVERIFY(rang.wait(5'000));
    }

    void anAlarmWaitsAgainWhenItsClockIsBack() {
        Alarm alarm(*clock_);
        QSignalSpy rang(&alarm, &Alarm::rang);
        clock_->jumpTo(start + 10 * hour);
        alarm.setFor(start + 11 * hour);
        clock_->follow();
        QSignalSpy other(this, &TestShiftedClock::looked);
        QMetaObject::invokeMethod(this, &TestShiftedClock::looked, Qt::QueuedConnection);
        QVERIFY(other.wait(test::patience));
        QCOMPARE(rang.count(), 0);
        real_->advance(11 * hour);
        QTRY_COMPARE(rang.count(), 1);
    }

Q_SIGNALS:
    void looked();

private:
    std::unique_ptr<MovableClock> real_;
    std::unique_ptr<ShiftedClock> clock_;
};

QTEST_GUILESS_MAIN(TestShiftedClock)
#include "tst_shiftedclock.moc"
