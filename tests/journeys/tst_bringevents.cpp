// SPDX-License-Identifier: MIT
// Bringing an account's events here, in the window: from the account to a verified delivery on this computer.
#include "contract/foreigntext.h"
#include "support/person.h"
#include "support/pictures.h"
#include "support/standin.h"
#include "translation.h"
#include "widgets/banner.h"
#include "widgets/pill.h"
#include "window/bringingbutton.h"

#include <QAbstractItemModel>
#include <QFile>
#include <QJsonArray>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>

#include <sys/stat.h>

using namespace waybill;
using namespace waybill::test;

class TestBringEvents : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void anAccountsEventsAreDeliveredAndVerifiedHere();
    void itGoesOnAfterARestart();
    void whatNoEndpointTakesIsSkippedWithTheReason();
    void aRevokedKeyIsReplacedInPlace();
    void aKeyThatIsGoneIsAskedFor();
    void anEndpointIsMadeOnTheWay();
    void itEndsWithTheAccount();
    void theSheetOfAnotherAccountTakesThePlaceOfTheFirst();
    void allEndpointsThatTakeEventsAreCounted();
    void aRunLeavesNoRecord();
    void aRunThatWasKilledGoesOnOrIsForgotten();
    void theSandboxOffersNone();

private:
    static void begin(Person& person) {
        person.openSwitcher(u"bringEvents"_s);
        person.press(u"toggleBringing"_s);
        QTRY_VERIFY2_WITH_TIMEOUT(look(person).startsWith(u"Checked"), qPrintable(told(person)), patience);
    }
    /// The accounts of which there is a record.
    QStringList recorded(Person& person) {
        std::optional<QStringList> sources;
        person.services().sandbox().readSources(
            this, [&](const Result<QStringList>& read) { sources = read.value_or(QStringList(u"unread"_s)); });
        (void)test::waitFor([&] { return sources.has_value(); });
        return sources.value_or(QStringList(u"silent"_s));
    }
    static void close(Person& person) {
        person.press(u"close"_s);
        QTRY_VERIFY(!QApplication::activeModalWidget());
    }
    static QString status(Person& person) { return person.find<Pill>(u"bringingStatus"_s)->text(); }
    static QString look(Person& person) { return person.find<QLabel>(u"bringingLook"_s)->text(); }
    static QString told(Person& person) {
        return status(person) + u" · "_s + look(person) + u" · "_s + person.find<Banner>(u"bringingProblem"_s)->text();
    }
    static BringingButton& button(Person& person) { return *person.window().findChild<BringingButton*>(u"bringing"_s); }
    static QAbstractItemModel& brought(Person& person) { return *person.find<QTableView>(u"broughtEvents"_s)->model(); }
    static QString emitOne(StandIn& account, const QString& type) {
        const QJsonObject made = account.control("POST", u"/emit"_s, {{u"type"_s, type}, {u"deliver"_s, false}});
        return made.value(u"data"_s).toArray().first().toObject().value(u"event_id"_s).toString();
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

void TestBringEvents::anAccountsEventsAreDeliveredAndVerifiedHere() {
    StandIn account;
    emitOne(account, u"autouser.created"_s); // What happened before is not brought.
    Person person(folder_->path());
    person.createAtTheReceiver(u"My server"_s);
    person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
    person.openSwitcher(u"bringEvents"_s);
    QTRY_COMPARE(status(person), u"Off"_s);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"bringingTakers"_s), patience);
    person.press(u"toggleBringing"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(look(person).startsWith(u"Checked"), qPrintable(told(person)), patience);
    emitOne(account, u"evaluation.completed"_s);
    emitOne(account, u"rating.created"_s);
    QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 2, patience);
    QVERIFY(brought(person).index(0, 0).data().toString() == u"Rating submitted");
    QCOMPARE(brought(person).index(0, 2).data().toString(), u"Handed over to 1 endpoint"_s);
    picture(person.front(), u"journey-catchup-sheet"_s, person.waybill().theme());
    close(person);
    QTRY_COMPARE(withoutIsolation(button(person).accessibleName()), u"Bringing events from Acme: 2 so far"_s);
    // They land in the sandbox; what happens to the account goes on to be visible there.
    person.openSwitcher(u"sandbox"_s);
    person.key(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(person.log().model()->rowCount(), 2, patience);
    for (const int row : {0, 1})
        QTRY_VERIFY_WITH_TIMEOUT(Person::statusIn(person.log(), row).startsWith(u"Delivered"), patience);
    QVERIFY(button(person).isVisible());
    const QPoint row = person.log().visualRect(person.log().model()->index(0, DeliveryTableModel::Event)).center();
    QTest::mouseClick(person.log().viewport(), Qt::LeftButton, {}, row);
    QTRY_VERIFY(person.sees(u"deliveryTabs"_s));
    person.openTab(u"deliveryTabs"_s, 3);
    QTRY_COMPARE_WITH_TIMEOUT(person.find<Pill>(u"signatureVerdict"_s)->text(), u"Verified"_s, patience);
    picture(person.window(), u"journey-catchup-sandbox"_s, person.waybill().theme());
    person.window().resize(960, 600);
    picture(person.window(), u"journey-catchup-sandbox-small"_s, person.waybill().theme());
    // The account itself has delivered nothing and has no endpoint.
    QCOMPARE(account.control("GET", u"/truth/endpoints?rows=0"_s).value(u"count"_s).toInt(), 0);
    person.press(u"bringing"_s);
    QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 2, patience);
}

void TestBringEvents::itGoesOnAfterARestart() {
    StandIn account;
    {
        Person person(folder_->path());
        person.createAtTheReceiver(u"My server"_s);
        person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
        begin(person);
        close(person);
        person.openSwitcher(u"sandbox"_s); // It goes on whichever account is shown.
        QTRY_VERIFY(person.window().accounts().accessibleName().contains(u"Sandbox"));
    }
    emitOne(account, u"evaluation.completed"_s); // While Waybill is closed.
    Person person(folder_->path());
    QTRY_COMPARE_WITH_TIMEOUT(withoutIsolation(button(person).accessibleName()),
                              u"Bringing events from Acme: 1 so far"_s, patience);
    emitOne(account, u"rating.created"_s);
    person.key(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(person.log().model()->rowCount(), 2, patience);
    QTRY_VERIFY_WITH_TIMEOUT(Person::statusIn(person.log(), 0).startsWith(u"Delivered"), patience);
    person.press(u"bringing"_s);
    person.press(u"toggleBringing"_s);
    QTRY_COMPARE_WITH_TIMEOUT(status(person), u"Off"_s, patience);
    QTRY_VERIFY(!button(person).isVisible());
}

void TestBringEvents::whatNoEndpointTakesIsSkippedWithTheReason() {
    StandIn account;
    Person person(folder_->path());
    person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
    begin(person);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"bringingNoTakers"_s), patience);
    emitOne(account, u"rating.created"_s);
    QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 1, patience);
    QCOMPARE(brought(person).index(0, 2).data().toString(),
             u"No endpoint of the Sandbox takes “\u2068Rating submitted\u2069”"_s);
    picture(person.front(), u"journey-catchup-skipped"_s, person.waybill().theme());
}

void TestBringEvents::aRevokedKeyIsReplacedInPlace() {
    StandIn account;
    Person person(folder_->path());
    person.createAtTheReceiver(u"My server"_s);
    person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
    begin(person);
    const QByteArray second = account.control("POST", u"/keys"_s).value(u"key"_s).toString().toLatin1();
    account.control("DELETE", u"/keys"_s, {{u"key"_s, QString::fromLatin1(account.key())}});
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"bringingProblem"_s), patience);
    picture(person.front(), u"journey-catchup-revoked"_s, person.waybill().theme());
    emitOne(account, u"rating.created"_s);
    QTest::mouseClick(person.find<Banner>(u"bringingProblem"_s)->actionButton(), Qt::LeftButton);
    QTRY_VERIFY(person.sees(u"apiKey"_s));
    QTest::keyClicks(person.find<QLineEdit>(u"apiKey"_s), QString::fromLatin1(second));
    person.press(u"submit"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!person.sees(u"apiKey"_s), patience);
    QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 1, patience);
    QVERIFY(!person.sees(u"bringingProblem"_s));
}

void TestBringEvents::aKeyThatIsGoneIsAskedFor() {
    StandIn account;
    {
        Person person(folder_->path());
        person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
        begin(person);
    }
    QVERIFY(QFile::remove(folder_->filePath(u"secrets.sealed"_s)));
    emitOne(account, u"rating.created"_s);
    Person person(folder_->path());
    QTRY_COMPARE_WITH_TIMEOUT(withoutIsolation(button(person).accessibleName()), u"Events from Acme: needs a new key"_s,
                              patience);
    person.press(u"bringing"_s);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"bringingProblem"_s), patience);
    QTest::mouseClick(person.find<Banner>(u"bringingProblem"_s)->actionButton(), Qt::LeftButton);
    QTRY_VERIFY(person.sees(u"apiKey"_s));
    QTest::keyClicks(person.find<QLineEdit>(u"apiKey"_s), QString::fromLatin1(account.key()));
    person.press(u"submit"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!person.sees(u"apiKey"_s), patience);
    QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 1, patience);
}

void TestBringEvents::anEndpointIsMadeOnTheWay() {
    StandIn account;
    Person person(folder_->path());
    person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
    begin(person);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"bringingNoTakers"_s), patience);
    QTest::mouseClick(person.find<Banner>(u"bringingNoTakers"_s)->actionButton(), Qt::LeftButton);
    person.press(u"builtInReceiver"_s);
    person.press(u"submit"_s);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"copySecret"_s), patience);
    person.press(u"copySecret"_s);
    person.press(u"done"_s);
    // Back in the sheet, before the sandbox where the deliveries will be.
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"bringingTakers"_s), patience);
    QVERIFY(person.window().accounts().accessibleName().contains(u"Sandbox"));
    emitOne(account, u"rating.created"_s);
    QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 1, patience);
    QCOMPARE(brought(person).index(0, 2).data().toString(), u"Handed over to 1 endpoint"_s);
}

void TestBringEvents::itEndsWithTheAccount() {
    StandIn account;
    Person person(folder_->path());
    person.createAtTheReceiver(u"My server"_s);
    person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
    begin(person);
    close(person);
    QTRY_VERIFY(button(person).isVisible());
    person.press(u"accountSwitcher"_s);
    picture(*QApplication::activePopupWidget(), u"journey-catchup-menu"_s, person.waybill().theme());
    QApplication::activePopupWidget()->close();
    emitOne(account, u"rating.created"_s);
    QTRY_COMPARE_WITH_TIMEOUT(withoutIsolation(button(person).accessibleName()),
                              u"Bringing events from Acme: 1 so far"_s, patience);
    QCOMPARE(recorded(person).size(), 1);
    person.openSwitcher(u"removeAccount"_s);
    QTRY_VERIFY(person.sees(u"confirm"_s));
    picture(person.front(), u"journey-catchup-remove"_s, person.waybill().theme());
    person.press(u"confirm"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!button(person).isVisible(), patience);
    // What was brought is the Sandbox's now; of the account nothing is known any more.
    QTRY_COMPARE(recorded(person), QStringList());
    QTRY_VERIFY_WITH_TIMEOUT(person.window().accounts().accessibleName().contains(u"Sandbox"), patience);
    person.key(Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(person.log().model()->rowCount(), 1, patience);
    person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
    person.openSwitcher(u"bringEvents"_s);
    QTRY_COMPARE_WITH_TIMEOUT(status(person), u"Off"_s, patience);
    QCOMPARE(brought(person).rowCount(), 0);
    person.press(u"toggleBringing"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(look(person).startsWith(u"Checked"), qPrintable(told(person)), patience);
    QCOMPARE(brought(person).rowCount(), 0);
}

void TestBringEvents::theSheetOfAnotherAccountTakesThePlaceOfTheFirst() {
    StandIn first;
    StandIn second;
    Person person(folder_->path());
    person.connectAccount(first.key(), first.baseUrl(), u"Acme"_s);
    // Its copy is named after it.
    const QString acme =
        QDir(folder_->path()).entryList({u"history-*.sqlite"_s}).value(0).section(u'-', 1).section(u'.', 0, 0);
    begin(person);
    emitOne(first, u"rating.created"_s);
    QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 1, patience);
    close(person);
    person.connectAccount(second.key(), second.baseUrl(), u"Globex"_s);
    begin(person);
    QVERIFY(person.front().windowTitle().contains(u"Globex"));
    QCOMPARE(brought(person).rowCount(), 0);
    // As it is chosen from the status bar.
    Q_EMIT button(person).chosen(acme);
    QTRY_VERIFY(person.front().windowTitle().contains(u"Acme"));
    QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 1, patience);
    // Once more, and it stays.
    Q_EMIT button(person).chosen(acme);
    QVERIFY(person.front().windowTitle().contains(u"Acme"));
    close(person);
}

void TestBringEvents::allEndpointsThatTakeEventsAreCounted() {
    StandIn account;
    Person person(folder_->path());
    Services& services = person.services();
    AccountClient sandbox(services.sandbox().transport(), services.apiKey(), services.clock(), services.random());
    constexpr int most = largestPage + 30;
    int made = 0;
    for (int i = 0; i < most; ++i) {
        const EndpointDraft draft{u"http://127.0.0.1:9/%1"_s.arg(i), {u"*"_s}, {}, {}};
        sandbox.createEndpoint(draft, this,
                               [&made](const Result<EndpointWithSecret>& endpoint) { made += endpoint ? 1 : 0; });
    }
    QTRY_COMPARE_WITH_TIMEOUT(made, most, patience);
    person.connectAccount(account.key(), account.baseUrl(), u"Acme"_s);
    person.openSwitcher(u"bringEvents"_s);
    QTRY_COMPARE_WITH_TIMEOUT(person.find<QLabel>(u"bringingTakers"_s)->text(),
                              u"130 endpoints of the Sandbox take events."_s, patience);
    close(person);
}

void TestBringEvents::aRunLeavesNoRecord() {
    StandIn account;
    const Application::Options ofRun{SecretPlace::SealedFile, Secret(account.key()), account.baseUrl()};
    {
        Person person(folder_->path(), ofRun);
        begin(person);
        emitOne(account, u"rating.created"_s);
        QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 1, patience);
    }
    Person person(folder_->path(), ofRun);
    person.openSwitcher(u"bringEvents"_s);
    QTRY_COMPARE_WITH_TIMEOUT(status(person), u"Off"_s, patience);
    person.press(u"toggleBringing"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(look(person).startsWith(u"Checked"), qPrintable(told(person)), patience);
    QCOMPARE(brought(person).rowCount(), 0);
}

void TestBringEvents::aRunThatWasKilledGoesOnOrIsForgotten() {
    StandIn account;
    const Application::Options ofRun{SecretPlace::SealedFile, Secret(account.key()), account.baseUrl()};
    const QDir folder(folder_->path());
    const QStringList names{u"sandbox.sqlite"_s, u"sandbox.sqlite-wal"_s};
    const auto restore = [&] {
        for (const QString& name : names) {
            QFile::remove(folder.filePath(name));
            QVERIFY(QFile::copy(folder.filePath(name + u".killed"_s), folder.filePath(name)));
        }
        QFile::remove(folder.filePath(u"sandbox.sqlite-shm"_s));
    };
    {
        Person person(folder_->path(), ofRun);
        begin(person);
        emitOne(account, u"rating.created"_s);
        QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 1, patience);
        for (const QString& name : names)
            QVERIFY(QFile::copy(folder.filePath(name), folder.filePath(name + u".killed"_s)));
    }
    restore();
    emitOne(account, u"rating.created"_s);
    {
        Person person(folder_->path(), ofRun);
        person.openSwitcher(u"bringEvents"_s);
        QTRY_COMPARE_WITH_TIMEOUT(brought(person).rowCount(), 2, patience);
    }
    restore();
    {
        Person person(folder_->path());
        person.createAtTheReceiver(u"My server"_s); // Whatever takes a moment.
    }
    Person person(folder_->path(), ofRun);
    person.openSwitcher(u"bringEvents"_s);
    QTRY_COMPARE_WITH_TIMEOUT(status(person), u"Off"_s, patience);
    person.press(u"toggleBringing"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(look(person).startsWith(u"Checked"), qPrintable(told(person)), patience);
    QCOMPARE(brought(person).rowCount(), 0);
}

void TestBringEvents::theSandboxOffersNone() {
    Person person(folder_->path());
    person.press(u"accountSwitcher"_s);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu);
    QVERIFY(!menu->findChild<QAction*>(u"bringEvents"_s));
    menu->close();
    QVERIFY(!button(person).isVisible());
}

int main(int argc, char** argv) {
    umask(0077);
    QApplication application(argc, argv);
    installTranslation(application);
    TestBringEvents test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_bringevents.moc"
