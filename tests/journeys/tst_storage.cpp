// SPDX-License-Identifier: MIT
// The whole program where its own data cannot be written or read: what is said, and that it goes on by itself.
#include "support/fulldisk.h"
#include "support/person.h"
#include "support/pictures.h"
#include "translation.h"
#include "widgets/banner.h"

#include <QFile>
#include <QLabel>
#include <QTemporaryDir>

#include <optional>
#include <sys/stat.h>

using namespace waybill;
using namespace waybill::test;

class TestStorage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void onAFullDiskTheEngineWaitsAndGoesOnByItself();
    void whatAFullDiskRefusedIsToldInItsOwnWords();
    void aSandboxThatDoesNotOpenIsToldUntilItDoes();
    void aMissingKeychainHidesNoTroubleOfTheStore();

private:
    QString file(const QString& name) const { return folder_->filePath(name); }
    static bool waits(Person& person) {
        return person.window().banner().isVisible() &&
               person.window().banner().text().startsWith(u"The Sandbox's deliveries are waiting. "_s);
    }

    /// Puts something that is no database in the place of the sandbox's file, which it keeps aside as "good".
    void damageTheSandbox() {
        QVERIFY(QFile::rename(file(u"sandbox.sqlite"_s), file(u"good"_s)));
        QFile damaged(file(u"sandbox.sqlite"_s));
        QVERIFY(damaged.open(QIODevice::WriteOnly) && damaged.write(QByteArray(8192, 'x')) == 8192);
    }
    static void loseTheKeychain(Person& person) {
        SecretDoor& secrets = person.services().secrets();
        const QSignalSpy missing(&secrets, &SecretDoor::keychainMissing);
        secrets.choose(SecretPlace::Keychain);
        QTRY_VERIFY_WITH_TIMEOUT(!missing.isEmpty(), patience);
    }

    std::unique_ptr<QTemporaryDir> folder_;
};

void TestStorage::onAFullDiskTheEngineWaitsAndGoesOnByItself() {
    Person person(folder_->path());
    person.createAtTheReceiver(u"Design alerts"_s);
    std::optional<FullDisk> disk(0);
    person.press(u"sendTestEvent"_s);
    QTRY_VERIFY_WITH_TIMEOUT(waits(person), patience);
    QVERIFY(person.find<ElidedLabel>(u"engineText"_s)->fullText().startsWith(u"Engine paused: "_s));
    QVERIFY(person.sees(u"endpointName"_s));
    QVERIFY2(person.window().banner().text().contains(u"Free some space"), qPrintable(person.window().banner().text()));
    const Pictures pictures = taken(person.window(), u"disk-full"_s, person.waybill().theme());
    disk.reset(); // Nobody touches anything: what was asked is asked again with the same key.
    save(pictures);
    QTRY_VERIFY_WITH_TIMEOUT(!person.window().banner().isVisible(), patience);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
    QCOMPARE(person.latest().model()->rowCount(), 1);
}

void TestStorage::whatAFullDiskRefusedIsToldInItsOwnWords() {
    Person person(folder_->path());
    person.createAtTheReceiver(u"Design alerts"_s);
    Banner& banner = person.window().banner();
    std::optional<FullDisk> disk(0);
    person.press(u"sendTestEvent"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(banner.text().contains(u"Waybill throws nothing away."), qPrintable(banner.text()),
                              2 * patience);
    QVERIFY2(!banner.text().contains(u"support"), qPrintable(banner.text())); // There is none for one's own disk.
    disk.reset();
    QTRY_VERIFY_WITH_TIMEOUT(!person.find<ElidedLabel>(u"engineText"_s)->fullText().startsWith(u"Engine paused"),
                             patience);
    person.press(u"sendTestEvent"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!banner.isVisible(), patience);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
}

void TestStorage::aSandboxThatDoesNotOpenIsToldUntilItDoes() {
    {
        Person person(folder_->path());
        person.createAtTheReceiver(u"Design alerts"_s);
    }
    damageTheSandbox();
    Person person(folder_->path(), {SecretPlace::SealedFile, {}, {}}, Person::Until::Shown);
    const AccountSwitcher& switcher = person.window().accounts();
    QTRY_VERIFY_WITH_TIMEOUT(switcher.accessibleName().contains(u"stopped"), patience);
    Banner& banner = person.window().banner();
    QVERIFY2(banner.isVisible() && banner.text().contains(u"damaged") &&
                 banner.text().contains(u"move the file away") && !banner.text().contains(u"Free some space"),
             qPrintable(banner.text()));
    QTRY_VERIFY_WITH_TIMEOUT(person.sees(u"endpointName"_s), patience); // From the copy.
    QCOMPARE(person.find<ElidedLabel>(u"engineText"_s)->fullText(), u"Engine: stopped"_s);
    picture(person.window(), u"sandbox-stopped"_s, person.waybill().theme());
    const QString path = file(u"sandbox.sqlite"_s);
    QVERIFY(QFile::remove(path) && QFile::rename(file(u"good"_s), path));
    QTRY_VERIFY_WITH_TIMEOUT(switcher.accessibleName().contains(u"ready") && !banner.isVisible(), patience);
    QCOMPARE(person.find<ElidedLabel>(u"engineText"_s)->fullText(), u"Engine: nothing to send"_s);
    person.press(u"sendTestEvent"_s);
    QTRY_COMPARE_WITH_TIMEOUT(Person::statusIn(person.latest(), 0), u"Delivered · Verified"_s, patience);
}

void TestStorage::aMissingKeychainHidesNoTroubleOfTheStore() {
    qunsetenv("DBUS_SESSION_BUS_ADDRESS");
    qputenv("XDG_RUNTIME_DIR", folder_->path().toUtf8()); // No bus of the session there either.
    {
        Person person(folder_->path());
        person.createAtTheReceiver(u"Design alerts"_s);
        loseTheKeychain(person);
        const FullDisk disk(0);
        person.press(u"sendTestEvent"_s);
        QTRY_VERIFY2_WITH_TIMEOUT(waits(person), qPrintable(person.window().banner().text()), patience);
    }
    damageTheSandbox();
    Person person(folder_->path(), {SecretPlace::SealedFile, {}, {}}, Person::Until::Shown);
    const Banner& banner = person.window().banner();
    QTRY_VERIFY_WITH_TIMEOUT(banner.isVisible() && banner.text().contains(u"damaged"), patience);
    loseTheKeychain(person);
    QVERIFY2(banner.isVisible() && banner.text().contains(u"damaged"), qPrintable(banner.text()));
}

int main(int argc, char** argv) {
    umask(0077);
    QApplication application(argc, argv);
    installTranslation(application);
    TestStorage test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_storage.moc"
