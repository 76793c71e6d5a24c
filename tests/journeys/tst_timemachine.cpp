// SPDX-License-Identifier: MIT
// The whole program in its window, with a clock that is moved: what takes days is seen in seconds, and really sent.
#include "contract/signature.h"
#include "support/person.h"
#include "support/pictures.h"
#include "support/wireserver.h"
#include "translation.h"
#include "widgets/banner.h"
#include "widgets/pill.h"
#include "words/times.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <sys/stat.h>

using namespace waybill;
using namespace waybill::test;
using namespace Qt::StringLiterals;

namespace {
constexpr std::array<int, 9> schedule{0, 60, 360, 2160, 9360, 30'960, 117'360, 203'760, 290'160};

/// Answers everything with one status.
class Answering final {
public:
    explicit Answering(int status)
        : server_([status](QTcpSocket& socket, const QByteArray&) {
            socket.write("HTTP/1.1 " + QByteArray::number(status) + " Answer\r\nContent-Length: 0\r\n\r\n");
        }) {}
    QString url() const { return u"http://127.0.0.1:%1/hook"_s.arg(server_.serverPort()); }
    int count() const { return int(server_.requests().size()); }

    /// Whether the request is signed by this secret, by the computer's clock.
    bool isSignedBy(int request, const QByteArray& secret) const {
        const QByteArray& bytes = server_.requests().at(request);
        return checkSignature(signatureOfRequest(request), bytes.mid(bytes.indexOf("\r\n\r\n") + 4), {Secret(secret)},
                              SystemClock().now())
            .isValid();
    }

private:
    QByteArray signatureOfRequest(int request) const {
        for (const QByteArray& line : server_.requests().at(request).split('\n')) {
            const qsizetype colon = line.indexOf(':');
            if (line.left(colon).toLower() == QByteArray(header::signature).toLower())
                return line.mid(colon + 1).trimmed();
        }
        return {};
    }
    WireServer server_;
};

QByteArray copiedSecret() {
    return QApplication::clipboard()->text().toLatin1();
}
} // namespace

class TestTimeMachine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void nineJumpsShowAllNineAttempts();
    void jumpingOnEndsWhenNothingIsScheduled();
    void threeGoneAnswersDisableTheEndpoint();
    void fiftyFailuresDisableTheEndpoint();
    void afterTheOverlapTheOldSecretSignsNoMore();
    void aDayPassesInAMinute();
    void backAtRealTimeWhatIsScheduledWaits();
    void backAtRealTimeWhatIsSimulatedStaysWhereItHappened();
    void aRestartIsAtRealTime();

private:
    static QAction& action(Person& person, const QString& name) {
        auto* found = person.window().findChild<QAction*>(name);
        if (!found)
            qFatal("There is no such action");
        return *found;
    }
    /// By the key, as soon as there is somewhere to jump to.
    static void jump(Person& person) {
        QTRY_VERIFY_WITH_TIMEOUT(action(person, u"jumpToNextAttempt"_s).isEnabled(), patience);
        person.key(Qt::Key_J, Qt::ControlModifier);
    }
    /// From the first attempt to this one, until the next is scheduled.
    static void jumpToAttempt(int last, Person& person, const Answering& receiver) {
        for (int attempt = 2; attempt <= last; ++attempt) {
            jump(person);
            QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), attempt, patience);
        }
        QTRY_VERIFY_WITH_TIMEOUT(action(person, u"jumpToNextAttempt"_s).isEnabled(), patience);
    }
    static void choose(Person& person, const QString& name) {
        QTRY_VERIFY_WITH_TIMEOUT(action(person, name).isEnabled(), patience);
        person.press(u"clockButton"_s);
        person.choose(u"clockMenu"_s, name);
    }
    /// What the log shows, the oldest first.
    static QList<Delivery> attempts(Person& person) {
        const auto* model = qobject_cast<const DeliveryTableModel*>(person.log().model());
        QList<Delivery> found;
        for (int row = 0; model && row < model->rowCount(); ++row)
            found.prepend(model->at(row).delivery);
        return found;
    }
    static QString clockText(Person& person) { return person.find<QPushButton>(u"clockButton"_s)->text(); }
    static QString forecast(Person& person) { return person.find<QLabel>(u"forecast"_s)->text(); }

    std::unique_ptr<QTemporaryDir> folder_;
};

void TestTimeMachine::nineJumpsShowAllNineAttempts() {
    Answering receiver(503);
    Person person(folder_->path());
    QCOMPARE(clockText(person), u"Clock: real time"_s);
    person.createAt(receiver.url(), u"Fails"_s);
    picture(person.window(), u"clock-real"_s, person.waybill().theme());
    const QByteArray secret = copiedSecret();
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), 1, patience);
    for (int attempt = 2; attempt <= 9; ++attempt) {
        jump(person);
        QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), attempt, patience);
        if (attempt == 7) {
            QTRY_VERIFY_WITH_TIMEOUT(forecast(person).contains(u"attempt 9 on"), patience);
            QVERIFY2(clockText(person).contains(u"moved 1 day ahead"), qPrintable(clockText(person)));
            QTRY_VERIFY_WITH_TIMEOUT(action(person, u"jumpToNextAttempt"_s).isEnabled(), patience);
            QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 1), u"Failed, will retry"_s, patience);
            picture(person.window(), u"clock-moved"_s, person.waybill().theme());
            const QSize size = person.window().size();
            person.window().resize(person.window().minimumSize());
            QCoreApplication::processEvents();
            QCOMPARE(person.window().size(), person.window().minimumSize()); // Of 960 × 600, what this screen holds.
            picture(person.window(), u"clock-moved-small"_s, person.waybill().theme());
            person.window().resize(size);
            person.press(u"clockButton"_s);
            picture(*person.window().findChild<QMenu*>(u"clockMenu"_s), u"clock-menu"_s, person.waybill().theme());
            person.window().findChild<QMenu*>(u"clockMenu"_s)->close();
        }
    }
    person.key(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.log(), 0), u"Abandoned"_s, patience);
    QTRY_VERIFY_WITH_TIMEOUT(!action(person, u"jumpToNextAttempt"_s).isEnabled(), patience);
    const QList<Delivery> made = attempts(person);
    QCOMPARE(made.size(), 9);
    for (int i = 0; i < 9; ++i) {
        QCOMPARE(made[i].attempt, i + 1);
        QCOMPARE(made[i].responseStatus, 503);
        // Late by the moments after which each attempt began.
        const milliseconds late = *made[i].scheduledFor - *made[0].scheduledFor - seconds(schedule[std::size_t(i)]);
        QVERIFY2(late >= milliseconds(0) && late < seconds(10), qPrintable(QString::number(late.count())));
        QVERIFY(receiver.isSignedBy(i, secret));
    }
    const QPoint newest = person.log().visualRect(person.log().model()->index(0, 1)).center();
    QTest::mouseClick(person.log().viewport(), Qt::LeftButton, {}, newest);
    QTRY_VERIFY_WITH_TIMEOUT(person.find<QLabel>(u"sentNote"_s)->text().contains(u"(real time)"), patience);
    // The seventh is a day after the sixth: its line says which.
    const QString seventh = u"Attempt 7 · "_s + shortTime(*made[6].scheduledFor);
    QTRY_VERIFY_WITH_TIMEOUT(std::ranges::any_of(person.find<QWidget>(u"journey"_s)->findChildren<ElidedLabel*>(),
                                                 [&](const ElidedLabel* line) { return line->fullText() == seventh; }),
                             patience);
    picture(person.window(), u"two-times"_s, person.waybill().theme());
    person.openTab(u"deliveryTabs"_s, 2);
    picture(person.window(), u"two-times-timing"_s, person.waybill().theme());
}

void TestTimeMachine::jumpingOnEndsWhenNothingIsScheduled() {
    Answering receiver(503);
    Person person(folder_->path());
    person.createAt(receiver.url(), u"Fails"_s);
    for (int event = 1; event <= 2; ++event) {
        person.press(u"sendTestEvent"_s);
        QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), event, patience);
    }
    choose(person, u"jumpOn"_s);
    QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), 18, patience);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Abandoned"_s, patience);
    QTRY_VERIFY_WITH_TIMEOUT(!action(person, u"stopClock"_s).isEnabled(), patience);
    QVERIFY2(clockText(person).contains(u"moved 3 days ahead"), qPrintable(clockText(person)));
    QTRY_VERIFY(person.find<ElidedLabel>(u"engineText"_s)->fullText().contains(u"nothing to send"));
}

void TestTimeMachine::threeGoneAnswersDisableTheEndpoint() {
    Answering receiver(410);
    Person person(folder_->path());
    person.createAt(receiver.url(), u"Gone"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_VERIFY_WITH_TIMEOUT(forecast(person).contains(u"2 more 410 answers in a row disable this endpoint"), patience);
    QVERIFY2(forecast(person).contains(u"(attempt 3 of 9)"), qPrintable(forecast(person)));
    jump(person);
    QTRY_VERIFY_WITH_TIMEOUT(forecast(person).contains(u"One more 410 answer disables this endpoint"), patience);
    picture(person.window(), u"forecast-gone"_s, person.waybill().theme());
    auto* status = person.find<Pill>(u"endpointStatus"_s);
    QVERIFY(status->text() != u"Disabled"_s);
    jump(person);
    QTRY_COMPARE_WITH_TIMEOUT(status->text(), u"Disabled"_s, patience);
    QTRY_VERIFY_WITH_TIMEOUT(!forecast(person).contains(u"410"), patience);
    QCOMPARE(receiver.count(), 3);
}

void TestTimeMachine::fiftyFailuresDisableTheEndpoint() {
    Answering receiver(503);
    Person person(folder_->path());
    person.createAt(receiver.url(), u"Fails"_s);
    for (int event = 1; event <= 6; ++event) {
        person.press(u"sendTestEvent"_s);
        QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), event, patience);
    }
    QTRY_VERIFY_WITH_TIMEOUT(forecast(person).contains(u"44 more failures in a row disable this endpoint, at the"),
                             patience);
    picture(person.window(), u"forecast-failures"_s, person.waybill().theme());
    choose(person, u"jumpOn"_s);
    QTRY_COMPARE_WITH_TIMEOUT(person.find<Pill>(u"endpointStatus"_s)->text(), u"Disabled"_s, patience);
    QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), 54, patience); // What was scheduled still runs.
}

void TestTimeMachine::afterTheOverlapTheOldSecretSignsNoMore() {
    Answering receiver(200);
    Person person(folder_->path());
    person.createAt(receiver.url(), u"Rotated"_s);
    const QByteArray old = copiedSecret();
    QVERIFY(!action(person, u"jumpToOverlapEnd"_s).isVisible());
    person.openTab(u"endpointTabs"_s, 2);
    person.press(u"rotateSecretButton"_s);
    person.press(u"confirm"_s);
    person.takeSecret();
    const QByteArray fresh = copiedSecret();
    QVERIFY(fresh != old);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), 1, patience);
    QVERIFY(receiver.isSignedBy(0, old) && receiver.isSignedBy(0, fresh));
    QTRY_VERIFY_WITH_TIMEOUT(action(person, u"jumpToOverlapEnd"_s).isVisible(), patience);
    person.press(u"clockButton"_s);
    picture(*person.window().findChild<QMenu*>(u"clockMenu"_s), u"clock-menu-overlap"_s, person.waybill().theme());
    person.window().findChild<QMenu*>(u"clockMenu"_s)->close();
    choose(person, u"jumpToOverlapEnd"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!action(person, u"jumpToOverlapEnd"_s).isVisible(), patience);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), 2, patience);
    QVERIFY(!receiver.isSignedBy(1, old));
    QVERIFY(receiver.isSignedBy(1, fresh));
}

void TestTimeMachine::aDayPassesInAMinute() {
    Answering receiver(503);
    Person person(folder_->path());
    person.createAt(receiver.url(), u"Fails"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), 1, patience);
    choose(person, u"goFast"_s);
    QVERIFY2(clockText(person).contains(u"a day in a minute"), qPrintable(clockText(person)));
    picture(person.window(), u"clock-fast"_s, person.waybill().theme());
    QTRY_VERIFY_WITH_TIMEOUT(receiver.count() >= 4, patience); // 36 minutes in 1.5 s.
    choose(person, u"stopClock"_s);
    QVERIFY2(clockText(person).contains(u"ahead"), qPrintable(clockText(person)));
}

void TestTimeMachine::backAtRealTimeWhatIsScheduledWaits() {
    Answering receiver(503);
    Person person(folder_->path());
    person.createAt(receiver.url(), u"Fails"_s);
    person.press(u"sendTestEvent"_s);
    jumpToAttempt(8, person, receiver);
    person.press(u"backToRealTime"_s);
    QCOMPARE(clockText(person), u"Clock: real time"_s);
    QVERIFY(!person.sees(u"backToRealTime"_s));
    const QString said = person.window().banner().text();
    QVERIFY2(said.contains(u"1 scheduled delivery keeps the time") && said.contains(u"due in 3 days"),
             qPrintable(said));
    picture(person.window(), u"clock-back"_s, person.waybill().theme());
    // A test event goes out at once, and with it nothing else.
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), 9, patience);
    QTRY_VERIFY_WITH_TIMEOUT(person.find<ElidedLabel>(u"engineText"_s)->fullText().contains(u"2 deliveries scheduled"),
                             patience);
    QCOMPARE(receiver.count(), 9);
}

void TestTimeMachine::backAtRealTimeWhatIsSimulatedStaysWhereItHappened() {
    Answering receiver(503);
    Person person(folder_->path());
    person.createAt(receiver.url(), u"Fails"_s);
    person.press(u"sendTestEvent"_s);
    jumpToAttempt(8, person, receiver);
    person.press(u"backToRealTime"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE(receiver.count(), 9);
    person.key(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE(person.log().model()->rowCount(), 11); // Nine that were sent, and one that waits for each event.
    QTRY_VERIFY(person.sees(u"hideSimulated"_s));
    const QAbstractItemModel* shown = person.log().model();
    QStringList when;
    for (int row = 0; row < shown->rowCount(); ++row)
        when += shown->index(row, DeliveryTableModel::When).data().toString();
    const QList<Delivery> log = attempts(person);
    QVERIFY(std::ranges::is_sorted(log, std::less<>(), &happensAt));
    // The real ones made last stand first, the one before the clock was moved last, and between them what is simulated.
    for (int row = 0; row < when.size(); ++row)
        QVERIFY2(when.at(row).contains(u"simulated") == (row >= 2 && row < 10), qPrintable(when.join(u" | ")));
    picture(person.window(), u"simulated"_s, person.waybill().theme());
    person.press(u"hideSimulated"_s);
    QTRY_COMPARE(person.log().model()->rowCount(), 3);
}

void TestTimeMachine::aRestartIsAtRealTime() {
    Answering receiver(503);
    {
        Person person(folder_->path());
        person.createAt(receiver.url(), u"Fails"_s);
        person.press(u"sendTestEvent"_s);
        jumpToAttempt(7, person, receiver);
    }
    Person person(folder_->path());
    QCOMPARE(clockText(person), u"Clock: real time"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Scheduled"_s, patience);
    QTRY_VERIFY_WITH_TIMEOUT(person.find<ElidedLabel>(u"engineText"_s)->fullText().contains(u"1 delivery scheduled"),
                             patience);
    QCOMPARE(receiver.count(), 7);
    jump(person); // From there it goes on.
    QTRY_COMPARE_WITH_TIMEOUT(receiver.count(), 8, patience);
}

int main(int argc, char** argv) {
    umask(0077);
    QApplication application(argc, argv);
    installTranslation(application);
    TestTimeMachine test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_timemachine.moc"
