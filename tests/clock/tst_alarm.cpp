// SPDX-License-Identifier: MIT
#include "clock/alarm.h"
#include "clock/movableclock.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <memory>

using namespace waybill;

namespace {
const Instant start = instantFromMilliseconds(1'791'792'900'000);
constexpr std::chrono::hours hour{1};
} // namespace

class TestAlarm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        clock_ = std::make_unique<MovableClock>(start);
        alarm_ = std::make_unique<Alarm>(*clock_);
        rang_ = std::make_unique<QSignalSpy>(alarm_.get(), &Alarm::rang);
    }

    void ringsForATimeThatHasCome_data() {
        QTest::addColumn<qint64>("fromNow");
        QTest::newRow("now") << qint64(0);
        QTest::newRow("a millisecond ago") << qint64(-1);
        QTest::newRow("years ago") << qint64(-100'000'000'000);
    }
    void ringsForATimeThatHasCome() {
        QFETCH(qint64, fromNow);
        alarm_->setFor(start + milliseconds(fromNow));
        QCOMPARE(rang_->count(), 0);
        QTRY_COMPARE(rang_->count(), 1);
        QVERIFY(!alarm_->due());
    }

    void ringsWhenTheClockIsMovedTo_data() {
        QTest::addColumn<qint64>("by");
        QTest::newRow("exactly the time") << qint64(3'600'000);
        QTest::newRow("past the time") << qint64(3'600'001);
        QTest::newRow("years past the time") << qint64(100'000'000'000);
    }
    void ringsWhenTheClockIsMovedTo() {
        QFETCH(qint64, by);
        alarm_->setFor(start + hour);
        clock_->advance(milliseconds(by));
        QTRY_COMPARE(rang_->count(), 1);
    }

    void waitsWhileTheTimeHasNotCome_data() {
        QTest::addColumn<qint64>("by");
        QTest::newRow("a millisecond too early") << qint64(3'599'999);
        QTest::newRow("moved back") << qint64(-3'600'000);
    }
    void waitsWhileTheTimeHasNotCome() {
        QFETCH(qint64, by);
        alarm_->setFor(start + hour);
        clock_->advance(milliseconds(by));
        letEveryAlarmLook();
        QCOMPARE(rang_->count(), 0);
        QCOMPARE(alarm_->due(), std::optional(start + hour));
        clock_->moveTo(start + hour);
        QTRY_COMPARE(rang_->count(), 1);
    }

    void ringsOnceForEachSetting() {
        alarm_->setFor(start);
        QTRY_COMPARE(rang_->count(), 1);
        clock_->advance(hour);
        letEveryAlarmLook();
        QCOMPARE(rang_->count(), 1);
        alarm_->setFor(start);
        QTRY_COMPARE(rang_->count(), 2);
    }

    void aSecondSettingReplacesTheFirst() {
        alarm_->setFor(start + hour);
        alarm_->setFor(start + 2 * hour);
        clock_->advance(hour);
        letEveryAlarmLook();
        QCOMPARE(rang_->count(), 0);
        clock_->advance(hour);
        QTRY_COMPARE(rang_->count(), 1);
    }

    void canBeSetAgainWhileItRings() {
        connect(
            alarm_.get(), &Alarm::rang, this, [this] { alarm_->setFor(start + hour); }, Qt::SingleShotConnection);
        alarm_->setFor(start);
        QTRY_COMPARE(rang_->count(), 1);
        QCOMPARE(alarm_->due(), std::optional(start + hour));
        clock_->advance(hour);
        QTRY_COMPARE(rang_->count(), 2);
    }

    void keepsQuietOnceCancelled() {
        alarm_->setFor(start);
        alarm_->cancel();
        QVERIFY(!alarm_->due());
        clock_->advance(hour);
        letEveryAlarmLook();
        QCOMPARE(rang_->count(), 0);
    }

    void noticesAClockThatIsMovedOnAnotherThread() {
        alarm_->setFor(start + hour);
        QThread* rangOn = nullptr;
        connect(alarm_.get(), &Alarm::rang, this, [&rangOn] { rangOn = QThread::currentThread(); });
        const std::unique_ptr<QThread> other(QThread::create([this] { clock_->advance(hour); }));
        other->start();
        QVERIFY(other->wait(test::patience));
        QTRY_COMPARE(rang_->count(), 1);
        QCOMPARE(rangOn, thread());
    }

    void waitsForTheTimeOfTheComputer() {
        const SystemClock computer;
        Alarm alarm(computer);
        QSignalSpy rang(&alarm, &Alarm::rang);
        Instant heard;
        connect(&alarm, &Alarm::rang, this, [&] { heard = computer.now(); });
        const Instant due = computer.now() + milliseconds(20);
        alarm.setFor(due);
        QVERIFY(rang.wait(test::patience));
        QVERIFY(heard >= due);
    }

private:
    // What is due at once has rung when an alarm that was set later has.
    void letEveryAlarmLook() {
        Alarm later(*clock_);
        QSignalSpy laterRang(&later, &Alarm::rang);
        later.setFor(clock_->now());
        QTRY_COMPARE(laterRang.count(), 1);
    }

    std::unique_ptr<MovableClock> clock_;
    std::unique_ptr<Alarm> alarm_;
    std::unique_ptr<QSignalSpy> rang_;
};

QTEST_GUILESS_MAIN(TestAlarm)
#include "tst_alarm.moc"
