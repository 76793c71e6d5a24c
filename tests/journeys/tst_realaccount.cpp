// SPDX-License-Identifier: MIT
// A real account in the window: connecting it, what is in the way and the way out, and what is left on this computer.
#include "support/person.h"
#include "support/pictures.h"
#include "support/standin.h"
#include "support/testcertificate.h"
#include "translation.h"
#include "widgets/banner.h"
#include "widgets/copybutton.h"

#include <QDir>
#include <QJsonArray>
#include <QPushButton>
#include <QTemporaryDir>

#include <algorithm>
#include <sys/stat.h>

using namespace waybill;
using namespace waybill::test;

class TestRealAccount : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void aWrongKeyIsNotKept();
    void aKeyThatLacksAPermissionSaysWhich();
    void whatIsInTheWayIsSaidWithTheWayOut_data();
    void whatIsInTheWayIsSaidWithTheWayOut();
    void aRevokedKeyIsReplacedInPlace();
    void anAccountIsThereAfterARestartAndOffline();
    void anAccountThatDoesNotAnswerYetIsNotKnownUntilItDoes();
    void theCopyIsShownUntilTheAccountAnswersAgain();
    void aHiccupLeavesEverythingWhereItIs();
    void olderRowsAreReadAsLongAsTheyAreWanted();
    void theAccountSaysWhatItIs();
    void aCertificateThatIsNotTrustedGetsNoKey_data();
    void aCertificateThatIsNotTrustedGetsNoKey();
    void removingAnAccountLeavesNothingOfIt();
    void aLostAnswerMakesOneEndpointAndKeepsItsSecret();
    void noKeyIsLeftInAnyFile();

private:
    static QString state(Person& person) { return person.window().accounts().accessibleName(); }
    static QString standing(Person& person) {
        return person.window().findChild<ElidedLabel*>(u"clockText"_s)->fullText();
    }
    /// Whether a label that can be seen holds the words.
    static bool reads(Person& person, const QString& words) {
        return std::ranges::any_of(person.window().findChildren<QLabel*>(), [&words](const QLabel* label) {
            return label->isVisible() && label->text().contains(words);
        });
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

void TestRealAccount::aWrongKeyIsNotKept() {
    StandIn account;
    Person person(folder_->path());
    person.openSwitcher(u"addAccount"_s);
    QTRY_VERIFY(person.sees(u"apiKey"_s));
    QTest::keyClicks(person.find<QLineEdit>(u"apiKey"_s), u"ak_live_not_a_key"_s);
    person.press(u"foldHost"_s);
    QTest::keyClicks(person.find<QLineEdit>(u"baseUrl"_s), account.baseUrl());
    person.press(u"submit"_s);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"sheetError"_s), patience);
    picture(person.front(), u"account-wrong-key"_s, person.waybill().theme());
    QTest::keyClick(&person.front(), Qt::Key_Escape);
    QTRY_VERIFY(!QApplication::activeModalWidget());
    QVERIFY(person.window().accounts().accessibleName().contains(u"Sandbox"));
}

void TestRealAccount::aKeyThatLacksAPermissionSaysWhich() {
    StandIn account({u"--scopes"_s, u"webhooks:read"_s});
    Person person(folder_->path());
    person.openSwitcher(u"addAccount"_s);
    QTRY_VERIFY(person.sees(u"apiKey"_s));
    QTest::keyClicks(person.find<QLineEdit>(u"apiKey"_s), QString::fromLatin1(account.key()));
    person.press(u"foldHost"_s);
    QTest::keyClicks(person.find<QLineEdit>(u"baseUrl"_s), account.baseUrl());
    person.press(u"submit"_s);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"sheetError"_s), patience);
    const QString words = person.find<Banner>(u"sheetError"_s)->text();
    QVERIFY2(words.contains(u"webhooks:write") && words.contains(u"events:read") && !words.contains(u"webhooks:read)"),
             qPrintable(words));
    person.press(u"submit"_s); // Anyway.
    QTRY_VERIFY_WITH_TIMEOUT(!person.window().accounts().accessibleName().contains(u"Sandbox"), patience);
}

void TestRealAccount::whatIsInTheWayIsSaidWithTheWayOut_data() {
    QTest::addColumn<QJsonObject>("mischief");
    QTest::addColumn<QString>("words");  // in the banner
    QTest::addColumn<QString>("state");  // beside the account's name
    QTest::addColumn<QString>("action"); // on the banner's button
    const auto row = [](const char* name, const QJsonObject& mischief, const QString& words, const QString& state,
                        const QString& action) { QTest::newRow(name) << mischief << words << state << action; };
    const auto what = [](const QString& kind) { return QJsonObject{{u"what"_s, kind}}; };
    row("key-revoked", what(u"revoked_key"_s), {}, u"needs a new key"_s, u"Enter a new key…"_s);
    row("plan", {{u"what"_s, u"plan"_s}, {u"plan"_s, u"team"_s}}, {}, u"webhooks are not in the plan"_s,
        u"See plans"_s);
    row("flag-off", what(u"beta_flag"_s), u"switched on"_s, u"webhooks not switched on"_s, u"Try again"_s);
    row("flag-off-in-front", {{u"what"_s, u"bad_gateway_html"_s}, {u"status"_s, 503}, {u"retry_after"_s, 600}},
        u"switched on"_s, u"webhooks not switched on"_s, u"Try again"_s);
    row("scope", {{u"what"_s, u"missing_scope"_s}, {u"scope"_s, u"webhooks:read"_s}}, u"webhooks:read"_s,
        u"the key lacks a permission"_s, u"Try again"_s);
    row("role", what(u"role"_s), {}, u"not allowed"_s, u"Try again"_s);
    row("rate", {{u"what"_s, u"rate_limited"_s}, {u"retry_after"_s, 600}}, u"goes on in"_s, u"paused"_s,
        u"Try again"_s);
    row("quota", what(u"quota"_s), {}, u"quota used up"_s, u"See plans"_s);
    // They say when to come back, so that the retries end soon.
    row("outage", {{u"what"_s, u"server_error"_s}, {u"retry_after"_s, 0}}, u"Request id: "_s, u"having problems"_s,
        u"Try again"_s);
    row("outage-in-front", {{u"what"_s, u"bad_gateway_html"_s}, {u"status"_s, 502}, {u"retry_after"_s, 0}},
        u"could not answer"_s, u"having problems"_s, u"Try again"_s);
    row("proxy-page", what(u"html_200"_s), u"cannot read"_s, u"unexpected answer"_s, u"Try again"_s);
    row("not-json", what(u"not_json_200"_s), {}, u"unexpected answer"_s, u"Try again"_s);
    row("empty", what(u"empty_200"_s), {}, u"unexpected answer"_s, u"Try again"_s);
    row("redirect", what(u"redirect"_s), u"not as an account"_s, u"unexpected answer"_s, u"Try again"_s);
}

void TestRealAccount::whatIsInTheWayIsSaidWithTheWayOut() {
    QFETCH(QJsonObject, mischief);
    QFETCH(QString, words);
    QFETCH(QString, state);
    QFETCH(QString, action);
    StandIn account;
    Person person(folder_->path());
    person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
    person.createAtTheReceiver(u"Design alerts"_s);
    mischief.insert(u"path"_s, u"/webhooks"_s);
    account.misbehave(mischief);
    person.key(Qt::Key_F5, Qt::NoModifier);
    Banner& banner = person.window().banner();
    QTRY_VERIFY2_WITH_TIMEOUT(person.window().accounts().accessibleName().contains(state),
                              qPrintable(person.window().accounts().accessibleName()), patience);
    QVERIFY(banner.isVisible());
    QVERIFY2(banner.text().contains(words), qPrintable(banner.text()));
    QCOMPARE(banner.actionButton()->text(), action);
    QVERIFY(person.sees(u"endpointName"_s)); // What is on the screen stays.
    picture(person.window(), u"in-the-way-"_s + QString::fromUtf8(QTest::currentDataTag()), person.waybill().theme());
    account.behave();
    person.key(Qt::Key_F5, Qt::NoModifier);
    if (QLatin1String(QTest::currentDataTag()) != "rate"_L1) // It keeps to the pause.
        QTRY_VERIFY_WITH_TIMEOUT(!banner.isVisible(), patience);
}

void TestRealAccount::aRevokedKeyIsReplacedInPlace() {
    StandIn account;
    Person person(folder_->path());
    person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
    person.createAtTheReceiver(u"Design alerts"_s);
    const QByteArray second = account.control("POST", u"/keys"_s).value(u"key"_s).toString().toLatin1();
    account.control("DELETE", u"/keys"_s, {{u"key"_s, QString::fromLatin1(account.key())}});
    person.key(Qt::Key_F5, Qt::NoModifier);
    Banner& banner = person.window().banner();
    QTRY_VERIFY_WITH_TIMEOUT(banner.isVisible(), patience);
    QTest::mouseClick(banner.actionButton(), Qt::LeftButton);
    QTRY_VERIFY(person.sees(u"apiKey"_s));
    QTest::keyClicks(person.find<QLineEdit>(u"apiKey"_s), QString::fromLatin1(second));
    person.press(u"submit"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!QApplication::activeModalWidget() && !banner.isVisible(), patience);
    person.press(u"sendTestEvent"_s);
    QTRY_VERIFY_WITH_TIMEOUT(Person::statusIn(person.latest(), 0).startsWith(u"Delivered"), patience);
}

void TestRealAccount::anAccountIsThereAfterARestartAndOffline() {
    {
        StandIn account;
        Person person(folder_->path());
        person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
        person.createAtTheReceiver(u"Design alerts"_s);
    }
    Person person(folder_->path());
    QTRY_VERIFY_WITH_TIMEOUT(person.window().accounts().accessibleName().contains(u"My team"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"endpointName"_s), patience); // From the copy.
    // After the last retry.
    QTRY_VERIFY_WITH_TIMEOUT(person.window().accounts().accessibleName().contains(u"offline"), 3 * patience);
    QVERIFY(person.window().banner().isVisible());
    QVERIFY(person.sees(u"endpointName"_s));
    picture(person.window(), u"in-the-way-offline"_s, person.waybill().theme());
}

void TestRealAccount::anAccountThatDoesNotAnswerYetIsNotKnownUntilItDoes() {
    StandIn account;
    account.control("POST", u"/seed"_s, {{u"endpoints"_s, 1}, {u"deliveries"_s, 3}});
    account.misbehave({{u"what"_s, u"server_error"_s}, {u"path"_s, u"/webhooks"_s}});
    Person person(folder_->path(), {SecretPlace::SealedFile, Secret(account.key()), account.baseUrl()});
    Banner& banner = person.window().banner();
    QTRY_VERIFY_WITH_TIMEOUT(state(person).contains(u"trying again"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(banner.isVisible(), patience);
    QVERIFY2(banner.text().contains(u"Waybill is trying again. There is no copy on this computer yet."),
             qPrintable(banner.text()));
    QCOMPARE(standing(person), u"Not up to date with the account yet"_s);
    QVERIFY(reads(person, u"Endpoints not known yet"_s));
    QVERIFY(!person.sees(u"createFirstEndpoint"_s)); // Nobody knows that there is none.
    picture(person.window(), u"not-known-yet"_s, person.waybill().theme());
    person.window().goTo(MainWindow::Place::Deliveries);
    picture(person.window(), u"not-known-yet-deliveries"_s, person.waybill().theme());
    QTRY_VERIFY_WITH_TIMEOUT(reads(person, u"Deliveries not known yet"_s), patience);
    person.window().goTo(MainWindow::Place::Endpoints);
    account.behave(); // Nobody touches anything.
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"endpointName"_s), 2 * patience);
    QTRY_VERIFY_WITH_TIMEOUT(state(person).contains(u"ready") && !banner.isVisible(), patience);
    QTRY_VERIFY_WITH_TIMEOUT(standing(person).startsWith(u"Up to date with the account: "), patience);
    QVERIFY(!reads(person, u"not known yet"_s));
}

void TestRealAccount::theCopyIsShownUntilTheAccountAnswersAgain() {
    StandIn account;
    {
        Person person(folder_->path());
        person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
        person.createAtTheReceiver(u"Design alerts"_s);
        QTRY_VERIFY_WITH_TIMEOUT(standing(person).startsWith(u"Up to date with the account: "), patience);
    }
    account.misbehave({{u"what"_s, u"server_error"_s}, {u"path"_s, u"/webhooks"_s}});
    Person person(folder_->path());
    Banner& banner = person.window().banner();
    QTRY_VERIFY_WITH_TIMEOUT(state(person).contains(u"trying again"), patience);
    QTRY_VERIFY_WITH_TIMEOUT(banner.isVisible(), patience);
    QVERIFY2(banner.text().contains(u"Waybill is trying again. You are seeing the copy from "),
             qPrintable(banner.text()));
    QVERIFY2(standing(person).startsWith(u"Copy of the account, as of "), qPrintable(standing(person)));
    QVERIFY(person.sees(u"endpointName"_s));
    picture(person.window(), u"trying-again"_s, person.waybill().theme());
    account.behave(); // Nobody touches anything.
    QTRY_VERIFY_WITH_TIMEOUT(state(person).contains(u"ready") && !banner.isVisible(), 2 * patience);
    QTRY_VERIFY_WITH_TIMEOUT(standing(person).startsWith(u"Up to date with the account: "), patience);
    QVERIFY(person.sees(u"endpointName"_s));
}

void TestRealAccount::aHiccupLeavesEverythingWhereItIs() {
    StandIn account;
    Person person(folder_->path());
    person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
    person.createAtTheReceiver(u"Design alerts"_s);
    QTRY_VERIFY_WITH_TIMEOUT(standing(person).startsWith(u"Up to date with the account: "), patience);
    account.misbehave({{u"what"_s, u"server_error"_s}, {u"path"_s, u"/webhooks"_s}});
    person.key(Qt::Key_F5, Qt::NoModifier);
    QTRY_VERIFY_WITH_TIMEOUT(state(person).contains(u"trying again"), patience);
    QVERIFY(!person.window().banner().isVisible()); // It may be over in a moment.
    QVERIFY(standing(person).startsWith(u"Up to date with the account: "));
    QVERIFY(person.sees(u"endpointName"_s));
    picture(person.window(), u"trying-again-in-step"_s, person.waybill().theme());
    account.behave();
    QTRY_VERIFY_WITH_TIMEOUT(state(person).contains(u"ready"), 2 * patience);
    QVERIFY(!person.window().banner().isVisible());
    QVERIFY(person.sees(u"endpointName"_s));
}

void TestRealAccount::olderRowsAreReadAsLongAsTheyAreWanted() {
    StandIn account;
    account.control("POST", u"/seed"_s, {{u"endpoints"_s, 1}, {u"deliveries"_s, 30'000}});
    auto person = std::make_unique<Person>(folder_->path());
    person->connectAccount(account.key(), account.baseUrl(), u"My team"_s);
    person->window().goTo(MainWindow::Place::Deliveries);
    person->press(u"pauseOlderRows"_s);
    const auto says = [&](const QString& words) {
        return person->sees(u"olderRowsText"_s) &&
               person->find<QLabel>(u"olderRowsText"_s)->accessibleName().contains(words);
    };
    QTRY_VERIFY_WITH_TIMEOUT(says(u"paused"_s), patience);
    person.reset();
    person = std::make_unique<Person>(folder_->path());
    QTRY_VERIFY_WITH_TIMEOUT(says(u"paused"_s), patience);
    picture(person->window(), u"older-rows-wait"_s, person->waybill().theme());
    person->window().goTo(MainWindow::Place::Deliveries);
    person->press(u"cancelOlderRows"_s);
    QTRY_VERIFY_WITH_TIMEOUT(person->sees(u"readOlder"_s), patience);
    QVERIFY(!person->sees(u"olderRowsText"_s));
    picture(person->window(), u"older-rows-cancelled"_s, person->waybill().theme());
    person->press(u"readOlder"_s);
    QTRY_VERIFY_WITH_TIMEOUT(says(u"Reading older deliveries"_s), patience);
    QVERIFY(!person->sees(u"readOlder"_s));
    picture(person->window(), u"older-rows-reading"_s, person->waybill().theme());
}

void TestRealAccount::theAccountSaysWhatItIs() {
    StandIn account;
    Person person(folder_->path());
    const auto details = [&] {
        person.openSwitcher(u"accountDetails"_s);
        QTRY_VERIFY(person.sees(u"copyDetails"_s));
        QTRY_VERIFY_WITH_TIMEOUT(!person.find<CopyButton>(u"copyDetails"_s)->copiedText().contains(u"Asking"),
                                 patience);
    };
    details();
    QVERIFY(person.find<CopyButton>(u"copyDetails"_s)->copiedText().contains(u"Sandbox"));
    picture(person.front(), u"account-details-sandbox"_s, person.waybill().theme());
    person.press(u"closeDetails"_s);
    person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
    account.misbehave({{u"what"_s, u"deprecation"_s}, {u"times"_s, QJsonValue()}});
    details();
    const QString said = person.find<CopyButton>(u"copyDetails"_s)->copiedText();
    for (const QString& words : {u"My team"_s, account.baseUrl(), u"testing endpoints"_s, u"answers until"_s})
        QVERIFY2(said.contains(words), qPrintable(said));
    QVERIFY(!said.contains(QString::fromLatin1(account.key())));
    picture(person.front(), u"account-details-connected"_s, person.waybill().theme());
}

void TestRealAccount::aCertificateThatIsNotTrustedGetsNoKey_data() {
    QTest::addColumn<bool>("isGiven");
    QTest::newRow("to an account that is added") << false;
    QTest::newRow("to the account of a run") << true;
}

void TestRealAccount::aCertificateThatIsNotTrustedGetsNoKey() {
    QFETCH(bool, isGiven);
    const TestCertificate own = TestCertificate::forName(u"IP:127.0.0.1"_s);
    const QTemporaryDir certificates;
    const QString certificate = certificates.filePath(u"certificate.pem"_s);
    const QString key = certificates.filePath(u"key.pem"_s);
    for (const auto& [path, pem] : {std::pair(certificate, own.certificate.toPem()), std::pair(key, own.key.toPem())}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(pem) == pem.size());
    }
    StandIn account({u"--tls"_s, certificate, key});
    if (isGiven) {
        Person person(folder_->path(), {SecretPlace::SealedFile, Secret(account.key()), account.baseUrl()});
        QTRY_VERIFY_WITH_TIMEOUT(person.window().accounts().accessibleName().contains(u"connection not safe"),
                                 patience);
        QTRY_VERIFY2_WITH_TIMEOUT(person.window().banner().text().contains(u"Nothing was sent"),
                                  qPrintable(person.window().banner().text()), 20'000);
        picture(person.window(), u"in-the-way-certificate"_s, person.waybill().theme());
    } else {
        Person person(folder_->path());
        person.openSwitcher(u"addAccount"_s);
        QTRY_VERIFY(person.sees(u"apiKey"_s));
        QTest::keyClicks(person.find<QLineEdit>(u"apiKey"_s), QString::fromLatin1(account.key()));
        person.press(u"foldHost"_s);
        QTest::keyClicks(person.find<QLineEdit>(u"baseUrl"_s), account.baseUrl());
        person.press(u"submit"_s);
        QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"sheetError"_s), patience);
        QVERIFY(person.find<Banner>(u"sheetError"_s)->text().contains(u"Nothing was sent"));
        picture(person.front(), u"account-certificate"_s, person.waybill().theme());
    }
    QCOMPARE(account.control("GET", u"/requests"_s).value(u"data"_s).toArray().size(), 0);
}

void TestRealAccount::removingAnAccountLeavesNothingOfIt() {
    StandIn account;
    Person person(folder_->path());
    person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
    person.createAtTheReceiver(u"Design alerts"_s);
    const QDir folder(folder_->path());
    const QString copy = folder.filePath(folder.entryList({u"history-*.sqlite"_s}).value(0));
    QVERIFY(QFile::copy(copy, copy + u".before-2"_s)); // As a newer Waybill makes one.
    person.openSwitcher(u"removeAccount"_s);
    person.press(u"confirm"_s);
    QTRY_VERIFY(person.window().accounts().accessibleName().contains(u"Sandbox"));
    QTRY_VERIFY_WITH_TIMEOUT(folder.entryList({u"history-*"_s}).isEmpty(), patience);
    QVERIFY(person.sees(u"createFirstEndpoint"_s) || person.sees(u"createEndpoint"_s));
    // Nothing changed in the account.
    QCOMPARE(account.control("GET", u"/truth/endpoints?rows=0"_s).value(u"count"_s).toInt(), 1);
}

void TestRealAccount::aLostAnswerMakesOneEndpointAndKeepsItsSecret() {
    StandIn account;
    Person person(folder_->path());
    person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
    account.control("POST", u"/mischief"_s,
                    {{u"what"_s, u"lost_answer"_s}, {u"method"_s, u"POST"_s}, {u"path"_s, u"/webhooks"_s}});
    person.createAtTheReceiver(u"Design alerts"_s);
    QCOMPARE(account.control("GET", u"/truth/endpoints?rows=0"_s).value(u"count"_s).toInt(), 1);
    person.press(u"sendTestEvent"_s);
    QTRY_VERIFY_WITH_TIMEOUT(Person::statusIn(person.latest(), 0).startsWith(u"Delivered"), patience);
}

void TestRealAccount::noKeyIsLeftInAnyFile() {
    StandIn account;
    {
        Person person(folder_->path());
        person.connectAccount(account.key(), account.baseUrl(), u"My team"_s);
        person.createAtTheReceiver(u"Design alerts"_s);
    }
    int files = 0;
    for (const QFileInfo& info : QDir(folder_->path()).entryInfoList(QDir::Files | QDir::Hidden)) {
        QFile file(info.filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(account.key().mid(8)), qPrintable(info.fileName()));
        ++files;
    }
    QVERIFY(files >= 5);
}

int main(int argc, char** argv) {
    umask(0077);
    QApplication application(argc, argv);
    installTranslation(application);
    TestRealAccount test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_realaccount.moc"
