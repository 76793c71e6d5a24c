// SPDX-License-Identifier: MIT
// The whole program in its window, by mouse and keyboard: sandbox, engine, receiver and log are the real ones.
#include "contract/foreigntext.h"
#include "support/person.h"
#include "support/pictures.h"
#include "support/standin.h"
#include "translation.h"
#include "widgets/banner.h"
#include "widgets/commandnote.h"
#include "widgets/elidedlabel.h"
#include "widgets/pill.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <sys/stat.h>

using namespace waybill;
using namespace waybill::test;
using namespace Qt::StringLiterals;

namespace {
/// Takes connections and never answers.
class HangingReceiver final : public QTcpServer {
public:
    HangingReceiver() {
        if (!listen(QHostAddress::LocalHost))
            qFatal("No port");
    }
    QString url() const { return u"http://127.0.0.1:%1/"_s.arg(serverPort()); }
};
} // namespace

class TestFirstDelivery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void sixStepsEndInAVerifiedDelivery_data();
    void sixStepsEndInAVerifiedDelivery();
    void theChosenKindOfEventIsSent();
    void aReplayIsARowOfItsOwn();
    void aRotatedSecretIsTheOneThatSigns();
    void aDialogClosedWhileTheAccountWorksLosesNoSecret();
    void anEditShowsAtOnce();
    void aDisabledEndpointIsNotTestedAndCanBeEnabled();
    void deletingSaysWhatGoesAndTakesItAway();
    void withoutAKeychainAPlaceIsChosenOnce();
    void everythingIsThereAfterARestart();
    void theWindowGoesOnWhileAReceiverHangs();
    void aFailureSaysWhatTheReceiverAnswered();
    void noSecretIsLeftInAnyFile();

private:
    std::unique_ptr<QTemporaryDir> folder_;
};

void TestFirstDelivery::sixStepsEndInAVerifiedDelivery_data() {
    QTest::addColumn<bool>("isReal");
    QTest::newRow("in the sandbox") << false;
    QTest::newRow("in a real account") << true;
}

void TestFirstDelivery::sixStepsEndInAVerifiedDelivery() {
    QFETCH(bool, isReal);
    std::optional<StandIn> account;
    Person person(folder_->path());
    if (isReal) {
        account.emplace();
        person.connectAccount(account->key(), account->baseUrl(), u"My team"_s);
    }
    // 1. The place for endpoints, empty, offers the first step.
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"createFirstEndpoint"_s), patience);
    person.press(u"createFirstEndpoint"_s);
    // 2. Where messages go.
    person.press(u"builtInReceiver"_s);
    auto* name = person.find<QLineEdit>(u"name"_s);
    name->selectAll();
    QTest::keyClicks(name, u"Design alerts"_s);
    person.press(u"submit"_s);
    // 3. The secret, once.
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"secretValue"_s), patience);
    const QString secret = person.find<QLineEdit>(u"secretValue"_s)->text();
    QVERIFY(secret.startsWith(u"whsec_"));
    person.press(u"copySecret"_s);
    QCOMPARE(QApplication::clipboard()->text(), secret);
    person.press(u"done"_s);
    // 4. A test event.
    person.press(u"sendTestEvent"_s);
    // 5. It arrives.
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    const auto notes = person.window().findChildren<CommandNote*>();
    QTRY_VERIFY_WITH_TIMEOUT(std::ranges::any_of(notes,
                                                 [](const CommandNote* note) {
                                                     return note->isVisible() &&
                                                            note->text().startsWith(u"Delivered · Verified");
                                                 }),
                             patience);
    // 6. It is genuine.
    person.openTheNewest();
    QTRY_VERIFY(person.sees(u"deliveryTabs"_s));
    QTRY_VERIFY(person.find<QPlainTextEdit>(u"sentBody"_s)->toPlainText().contains(u"\"type\": \"webhook.test\""));
    person.openTab(u"deliveryTabs"_s, 3);
    QTRY_COMPARE_WITH_TIMEOUT(person.find<Pill>(u"signatureVerdict"_s)->text(), u"Verified"_s, patience);
}

void TestFirstDelivery::theChosenKindOfEventIsSent() {
    Person person(folder_->path());
    person.createAtTheReceiver(u"Alerts"_s);
    person.press(u"chooseTestEvent"_s);
    person.choose(u"testEventMenu"_s, u"rating.created"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    // The event comes a moment after its delivery.
    QTRY_COMPARE(person.latest().model()->index(0, DeliveryTableModel::Event).data().toString(), u"Rating submitted"_s);
}

void TestFirstDelivery::aReplayIsARowOfItsOwn() {
    Person person(folder_->path());
    person.createAtTheReceiver(u"Alerts"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    person.openTheNewest();
    QTRY_VERIFY(person.canPress(u"replay"_s));
    person.key(Qt::Key_R, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(person.log().model()->rowCount(), 2, patience);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.log(), 0), u"Delivered · replay · Verified"_s, patience);
    picture(person.window(), u"replay"_s, person.waybill().theme());
}

void TestFirstDelivery::aRotatedSecretIsTheOneThatSigns() {
    Person person(folder_->path());
    // The receiver never gets the first secret, so that only the second can make a signature valid.
    person.createAtTheReceiver(u"Alerts"_s, Person::Copy::None);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 1), u"Failed, will retry"_s, patience);
    const QString first = QApplication::clipboard()->text();
    person.openTab(u"endpointTabs"_s, 2);
    person.press(u"rotateSecretButton"_s);
    person.press(u"confirm"_s);
    person.takeSecret();
    QVERIFY(QApplication::clipboard()->text() != first);
    person.openTab(u"endpointTabs"_s, 0);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
}

void TestFirstDelivery::aDialogClosedWhileTheAccountWorksLosesNoSecret() {
    Person person(folder_->path());
    person.createAtTheReceiver(u"Alerts"_s);
    person.openTab(u"endpointTabs"_s, 2);
    person.press(u"rotateSecretButton"_s);
    QTRY_VERIFY(person.sees(u"confirm"_s));
    QWidget* dialog = &person.front();
    QTest::mouseClick(person.find<QWidget>(u"confirm"_s), Qt::LeftButton);
    QTest::keyClick(dialog, Qt::Key_Escape); // Before the account has answered.
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"copySecret"_s), patience);
}

void TestFirstDelivery::anEditShowsAtOnce() {
    Person person(folder_->path());
    person.createAtTheReceiver(u"Alerts"_s);
    person.press(u"editEndpoint"_s);
    QTRY_VERIFY(person.sees(u"name"_s));
    auto* name = person.find<QLineEdit>(u"name"_s);
    name->selectAll();
    QTest::keyClicks(name, u"Research warehouse"_s);
    QTest::mouseClick(person.find<QWidget>(u"rating.created"_s), Qt::LeftButton, {}, QPoint(8, 10));
    person.press(u"submit"_s);
    QTRY_COMPARE_WITH_TIMEOUT(person.window().findChild<ElidedLabel*>(u"endpointName"_s)->fullText(),
                              u"Research warehouse"_s, patience);
    QVERIFY(!person.window().findChild<QLabel*>(u"endpointEvents"_s)->text().contains(u"rating.created"));
}

void TestFirstDelivery::aDisabledEndpointIsNotTestedAndCanBeEnabled() {
    Person person(folder_->path());
    person.createAtTheReceiver(u"Alerts"_s);
    auto* status = person.find<Pill>(u"endpointStatus"_s);
    person.press(u"enableEndpoint"_s);
    QTRY_COMPARE_WITH_TIMEOUT(status->text(), u"Disabled"_s, patience);
    person.press(u"sendTestEvent"_s);
    // Beside the button that was pressed.
    const auto notes = person.window().findChildren<CommandNote*>();
    QTRY_VERIFY(std::ranges::any_of(
        notes, [](const CommandNote* note) { return note->isVisible() && note->text().contains(u"disabled"); }));
    picture(person.window(), u"disabled"_s, person.waybill().theme());
    person.press(u"enableEndpoint"_s);
    QTRY_COMPARE_WITH_TIMEOUT(status->text(), u"Enabled"_s, patience);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
}

void TestFirstDelivery::deletingSaysWhatGoesAndTakesItAway() {
    Person person(folder_->path());
    person.createAtTheReceiver(u"Alerts"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    person.press(u"moreEndpoint"_s);
    person.choose(u"moreEndpointMenu"_s, u"deleteEndpoint"_s);
    QTRY_VERIFY(person.sees(u"confirm"_s));
    QString words;
    for (const QLabel* label : person.front().findChildren<QLabel*>())
        words += withoutIsolation(label->text());
    QVERIFY2(words.contains(u"“Alerts”") && words.contains(u"its 1 delivery for good"), qPrintable(words));
    person.press(u"confirm"_s);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"createFirstEndpoint"_s), patience);
    person.key(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(person.log().model()->rowCount(), 0, patience);
}

void TestFirstDelivery::withoutAKeychainAPlaceIsChosenOnce() {
    qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    qputenv("XDG_RUNTIME_DIR", folder_->path().toUtf8()); // No bus of the session there either.
    {
        Person person(folder_->path(), std::nullopt);
        person.press(u"createFirstEndpoint"_s);
        QVERIFY(!person.window().banner().isVisible()); // Nothing was to be kept yet.
        person.press(u"builtInReceiver"_s);
        person.press(u"submit"_s);
        QTRY_VERIFY(person.sees(u"choosePlace"_s));
        picture(person.front(), u"no-keychain"_s, person.waybill().theme());
        person.press(u"choosePlace"_s); // The sealed file is offered first.
        person.takeSecret();
        QVERIFY(!person.window().banner().isVisible());
    }
    Person person(folder_->path(), std::nullopt);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    QVERIFY(!person.window().banner().isVisible());
}

void TestFirstDelivery::everythingIsThereAfterARestart() {
    {
        Person person(folder_->path());
        person.createAtTheReceiver(u"Alerts"_s);
        person.press(u"sendTestEvent"_s);
        QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    }
    Person person(folder_->path());
    QTRY_COMPARE_WITH_TIMEOUT(person.latest().model()->rowCount(), 1, patience);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(person.latest().model()->rowCount(), 2, patience);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
}

void TestFirstDelivery::theWindowGoesOnWhileAReceiverHangs() {
    HangingReceiver hanging;
    Person person(folder_->path());
    person.createAt(hanging.url(), u"Hangs"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_VERIFY_WITH_TIMEOUT(hanging.hasPendingConnections(), patience);
    person.createAtTheReceiver(u"Answers"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    // The other one is still under way, and the status bar says so.
    QVERIFY(person.find<ElidedLabel>(u"engineText"_s)->fullText().contains(u"sending 1 delivery"));
}

void TestFirstDelivery::aFailureSaysWhatTheReceiverAnswered() {
    QTcpServer broken;
    QVERIFY(broken.listen(QHostAddress::LocalHost));
    connect(&broken, &QTcpServer::newConnection, &broken, [&broken] {
        QTcpSocket* socket = broken.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] {
            socket->write("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<b>no</b>");
            socket->disconnectFromHost();
        });
    });
    Person person(folder_->path());
    person.createAt(u"http://127.0.0.1:%1/"_s.arg(broken.serverPort()), u"Broken"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(person.latest().model()->rowCount(), 2, patience); // The attempt, and the next one.
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 1), u"Failed, will retry"_s, patience);
    picture(person.window(), u"failing-endpoint"_s, person.waybill().theme());
    const QPoint row = person.latest().visualRect(person.latest().model()->index(1, 1)).center();
    QTest::mouseClick(person.latest().viewport(), Qt::LeftButton, {}, row);
    QTest::mouseDClick(person.latest().viewport(), Qt::LeftButton, {}, row);
    QTRY_VERIFY(person.sees(u"deliveryTabs"_s));
    person.openTab(u"deliveryTabs"_s, 1);
    QTRY_VERIFY_WITH_TIMEOUT(person.find<QLabel>(u"answerWords"_s)->text().contains(u"404"), patience);
    QCOMPARE(person.find<QPlainTextEdit>(u"answerBody"_s)->toPlainText(), u"<b>no</b>"_s); // As it came.
    picture(person.window(), u"failed-delivery"_s, person.waybill().theme());
}

void TestFirstDelivery::noSecretIsLeftInAnyFile() {
    QByteArray secret;
    {
        Person person(folder_->path());
        person.createAtTheReceiver(u"Alerts"_s);
        secret = QApplication::clipboard()->text().toLatin1();
        QVERIFY(secret.startsWith("whsec_"));
        person.press(u"sendTestEvent"_s);
        QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    }
    int files = 0;
    for (const QFileInfo& info : QDir(folder_->path()).entryInfoList(QDir::Files | QDir::Hidden)) {
        QFile file(info.filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(secret.mid(6)), qPrintable(info.fileName()));
        QVERIFY2(!(info.permissions() & (QFile::ReadGroup | QFile::ReadOther)), qPrintable(info.fileName()));
        ++files;
    }
    QVERIFY(files >= 4);
}

int main(int argc, char** argv) {
    umask(0077);
    QApplication application(argc, argv);
    installTranslation(application);
    TestFirstDelivery test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_firstdelivery.moc"
