// SPDX-License-Identifier: MIT
#include "secrets/secretdoor.h"
#include "support/fakevault.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const QString name = u"sandbox/secret_1"_s;
const QByteArray plainText = "whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja"_ba;
const QStringList wholeProbe{u"write probe"_s, u"read probe"_s, u"remove probe"_s};
} // namespace

class TestSecretDoor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        context_ = std::make_unique<QObject>();
        keptIn_ = {};
        makeDoor();
    }
    void cleanup() { closeDoor(); }

    void asksTheKeychainOnlyWhenSomethingIsWantedOfIt() {
        open(SecretPlace::Keychain);
        QVERIFY(keychain_->asked.isEmpty());
        read(); // Never kept anywhere, as the record says.
        QTRY_COMPARE(answers_, QStringList{u"not found"_s});
        QVERIFY(keychain_->asked.isEmpty());
        write();
        QTRY_COMPARE(answers_.size(), 2);
        QCOMPARE(keychain_->asked, wholeProbe + QStringList{u"write "_s + name});
        QCOMPARE(keychain_->kept.value(name).reveal(), plainText);
    }

    void usesAnotherPlaceWithoutAskingTheKeychain_data() {
        QTest::addColumn<SecretPlace>("place");
        QTest::newRow("sealed file") << SecretPlace::SealedFile;
        QTest::newRow("this session") << SecretPlace::ThisSession;
    }
    void usesAnotherPlaceWithoutAskingTheKeychain() {
        QFETCH(SecretPlace, place);
        open(SecretPlace::Keychain);
        door_->choose(place);
        QCOMPARE(door_->place(), place);
        write();
        read();
        QTRY_COMPARE(answers_, (QStringList{u"written"_s, QString::fromLatin1(plainText)}));
        QCOMPARE(vaultOf(place)->kept.value(name).reveal(), plainText);
        QVERIFY(keychain_->asked.isEmpty());
    }

    void whoeverOpensTheFolderUsesItsPlace_data() {
        QTest::addColumn<SecretPlace>("kept");
        QTest::addColumn<SecretPlace>("preferred");
        QTest::newRow("served first") << SecretPlace::SealedFile << SecretPlace::Keychain;
        QTest::newRow("window first") << SecretPlace::Keychain << SecretPlace::SealedFile;
    }
    void whoeverOpensTheFolderUsesItsPlace() {
        QFETCH(SecretPlace, kept);
        QFETCH(SecretPlace, preferred);
        open(kept);
        write();
        QTRY_COMPARE(answers_, QStringList{u"written"_s});
        reopen(preferred);
        QCOMPARE(door_->place(), kept);
        read();
        QTRY_COMPARE(answers_, QStringList{QString::fromLatin1(plainText)});
        write(u"sandbox/secret_2"_s);
        QTRY_COMPARE(answers_.size(), 2);
        QVERIFY(vaultOf(kept)->kept.contains(u"sandbox/secret_2"_s));
    }

    void whatAnEarlierWaybillKeptInTheKeychainIsFound() {
        QVERIFY(QFile(folder_->filePath(u"sandbox.sqlite"_s)).open(QIODevice::WriteOnly));
        reopen(SecretPlace::SealedFile);
        keychain_->kept.insert(name, Secret(plainText));
        read();
        QTRY_COMPARE(answers_, QStringList{QString::fromLatin1(plainText)});
        QCOMPARE(door_->place(), SecretPlace::Keychain);
    }

    void waitsAsLongAsTheKeychainTakes() {
        open(SecretPlace::Keychain);
        QSignalSpy asked(door_.get(), &SecretDoor::keychainAsked);
        QSignalSpy answered(door_.get(), &SecretDoor::keychainAnswered);
        keychain_->silent = true;
        write();
        QTRY_COMPARE(keychain_->unanswered(), 1);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(answered.count(), 0);
        QVERIFY(answers_.isEmpty());
        keychain_->silent = false;
        keychain_->answerOne();
        QTRY_COMPARE(answers_, QStringList{u"written"_s});
        QCOMPARE(answered.count(), asked.count());
    }

    void whoGivesUpIsToldAndALateAnswerCountsAllTheSame() {
        open(SecretPlace::Keychain);
        keychain_->silent = true;
        write();
        QTRY_COMPARE(keychain_->unanswered(), 1);
        door_->giveUp();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(lastKind_, ErrorKind::NoKeychain);
        QCOMPARE(missing_->count(), 1);
        const int ready = int(ready_->count());
        keychain_->silent = false;
        keychain_->answerOne();
        QTRY_COMPARE(ready_->count(), ready + 1);
        write();
        QTRY_COMPARE(answers_.constLast(), u"written"_s);
    }

    void aSecretWaitsForTheChosenPlace_data() {
        QTest::addColumn<SecretPlace>("place");
        QTest::newRow("sealed file") << SecretPlace::SealedFile;
        QTest::newRow("this session") << SecretPlace::ThisSession;
        QTest::newRow("keychain, which opens now") << SecretPlace::Keychain;
    }
    void aSecretWaitsForTheChosenPlace() {
        QFETCH(SecretPlace, place);
        QSignalSpy needed(door_.get(), &SecretDoor::placeNeeded);
        keychain_->refused = {u"write"_s};
        open(SecretPlace::Keychain);
        write();
        QTRY_VERIFY(!needed.isEmpty());
        QCOMPARE(missing_->count(), 1);
        QVERIFY(answers_.isEmpty());
        keychain_->refused.clear();
        door_->choose(place);
        QTRY_COMPARE(answers_, QStringList{u"written"_s});
        QCOMPARE(vaultOf(place)->kept.value(name).reveal(), plainText);
        QCOMPARE(door_->inKeychain(), place == SecretPlace::Keychain ? 1 : 0);
    }

    void isAskedAgainWhereTheKeychainDoesNotOpenAgain() {
        QSignalSpy needed(door_.get(), &SecretDoor::placeNeeded);
        keychain_->refused = {u"write"_s};
        open(SecretPlace::Keychain);
        write();
        QTRY_VERIFY(!needed.isEmpty());
        needed.clear();
        door_->choose(SecretPlace::Keychain);
        QTRY_VERIFY(!needed.isEmpty());
        QCOMPARE(missing_->count(), 2);
        door_->giveUp();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(lastKind_, ErrorKind::NoKeychain);
    }

    void servedWithoutAKeychainOnlyItsSecretsWait() {
        open(SecretPlace::Keychain);
        write();
        QTRY_COMPARE(answers_, QStringList{u"written"_s});
        reopen(SecretPlace::SealedFile, true);
        keychain_->refused = {u"read"_s, u"write"_s, u"remove"_s};
        read();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(lastKind_, ErrorKind::NoKeychain);
        QVERIFY2(answers_.constLast().contains(u"in this computer's keychain"), qPrintable(answers_.constLast()));
        QCOMPARE(missing_->count(), 1);
        write(u"sandbox/secret_2"_s);
        read(u"sandbox/secret_2"_s);
        QTRY_COMPARE(answers_.mid(1), (QStringList{u"written"_s, QString::fromLatin1(plainText)}));
        reopen(SecretPlace::Keychain); // The window again, with its keychain.
        QCOMPARE(door_->place(), SecretPlace::Keychain);
        read();
        read(u"sandbox/secret_2"_s);
        QTRY_COMPARE(answers_, (QStringList{QString::fromLatin1(plainText), QString::fromLatin1(plainText)}));
    }

    void servedItWaitsNoLongerThanItsLimit() {
        closeDoor();
        QVERIFY(QFile(folder_->filePath(u"sandbox.sqlite"_s)).open(QIODevice::WriteOnly));
        makeDoor();
        door_->setUnattended(milliseconds(30));
        keychain_->silent = true;
        door_->open(SecretPlace::SealedFile);
        read();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(lastKind_, ErrorKind::NoKeychain);
    }

    void whatIsKeptIsCarriedToTheNewPlace_data() {
        QTest::addColumn<SecretPlace>("from");
        QTest::addColumn<SecretPlace>("to");
        QTest::newRow("out of the keychain") << SecretPlace::Keychain << SecretPlace::SealedFile;
        QTest::newRow("into the keychain") << SecretPlace::SealedFile << SecretPlace::Keychain;
        QTest::newRow("from memory to the file") << SecretPlace::ThisSession << SecretPlace::SealedFile;
        QTest::newRow("from memory to the keychain") << SecretPlace::ThisSession << SecretPlace::Keychain;
    }
    void whatIsKeptIsCarriedToTheNewPlace() {
        QFETCH(SecretPlace, from);
        QFETCH(SecretPlace, to);
        open(from == SecretPlace::ThisSession ? SecretPlace::Keychain : from);
        if (from == SecretPlace::ThisSession)
            door_->choose(from);
        write();
        write(u"sandbox/secret_2"_s);
        QTRY_COMPARE(answers_.size(), 2);
        QSignalSpy carried(door_.get(), &SecretDoor::carriedOver);
        door_->choose(to);
        QTRY_COMPARE(carried.count(), 1);
        QCOMPARE(carried.at(0).at(0).value<SecretDoor::Carried>().moved, 2);
        QCOMPARE(carried.at(0).at(0).value<SecretDoor::Carried>().left, 0);
        QVERIFY(vaultOf(from)->kept.isEmpty());
        QCOMPARE(vaultOf(to)->kept.keys(), (QStringList{name, u"sandbox/secret_2"_s}));
        reopen(SecretPlace::Keychain);
        QCOMPARE(door_->place(), to);
    }

    void whatTheKeychainDoesNotGiveStaysThereAndIsCounted() {
        open(SecretPlace::Keychain);
        write();
        QTRY_COMPARE(answers_.size(), 1);
        reopen(SecretPlace::Keychain);
        keychain_->refused = {u"write"_s};
        read();
        QTRY_COMPARE(answers_.size(), 1);
        QSignalSpy carried(door_.get(), &SecretDoor::carriedOver);
        door_->choose(SecretPlace::SealedFile);
        QTRY_COMPARE(carried.count(), 1);
        QCOMPARE(carried.at(0).at(0).value<SecretDoor::Carried>().left, 1);
        QCOMPARE(door_->inKeychain(), 1);
        reopen(SecretPlace::Keychain);
        QCOMPARE(door_->place(), SecretPlace::SealedFile);
        read(); // It opens today.
        QTRY_COMPARE(answers_, QStringList{QString::fromLatin1(plainText)});
    }

    void aNewerSecretReplacesTheOneElsewhere() {
        open(SecretPlace::SealedFile);
        write();
        QTRY_COMPARE(answers_.size(), 1);
        sealedFile_->refused = {u"remove"_s}; // It is not carried over.
        door_->choose(SecretPlace::Keychain);
        QTRY_COMPARE(door_->place(), SecretPlace::Keychain);
        sealedFile_->refused.clear();
        write();
        QTRY_COMPARE(answers_.size(), 2);
        QTRY_VERIFY(!sealedFile_->kept.contains(name));
        QVERIFY(keychain_->kept.contains(name));
    }

    void isTakenOutEverywhere() {
        open(SecretPlace::Keychain);
        write();
        QTRY_COMPARE(answers_.size(), 1);
        sealedFile_->kept.insert(name, Secret(plainText));
        remove();
        QTRY_COMPARE(answers_.constLast(), u"removed"_s);
        QVERIFY(!sealedFile_->kept.contains(name) && !keychain_->kept.contains(name));
        QCOMPARE(door_->inKeychain(), 0);
    }

    void takesARecordThatCannotBeReadForNone() {
        QFile record(folder_->filePath(u"secrets.json"_s));
        QVERIFY(record.open(QIODevice::WriteOnly) && record.write("{'new") > 0);
        record.close();
        QVERIFY(QFile(folder_->filePath(u"secrets.sealed"_s)).open(QIODevice::WriteOnly));
        open(SecretPlace::Keychain);
        QCOMPARE(door_->place(), SecretPlace::SealedFile);
    }

    void aDamagedFileIsReportedAndNotPassedOver() {
        open(SecretPlace::SealedFile);
        sealedFile_->refused = {u"read"_s};
        sealedFile_->error.kind = ErrorKind::Storage;
        read();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(lastKind_, ErrorKind::Storage);
    }

    void neverAnswersBeforeTheCallReturns_data() {
        QTest::addColumn<SecretPlace>("place");
        for (const SecretPlace place : {SecretPlace::SealedFile, SecretPlace::ThisSession, SecretPlace::Keychain})
            QTest::addRow("%d", int(place)) << place;
    }
    void neverAnswersBeforeTheCallReturns() {
        QFETCH(SecretPlace, place);
        open(SecretPlace::Keychain);
        if (place != SecretPlace::Keychain)
            door_->choose(place);
        write();
        read();
        remove();
        QVERIFY(answers_.isEmpty());
        QTRY_COMPARE(answers_.size(), 3);
    }

    void whatIsAskedBeforeItIsOpenWaits() {
        write();
        QCoreApplication::processEvents();
        QVERIFY(answers_.isEmpty());
        open(SecretPlace::SealedFile);
        QTRY_COMPARE(answers_, QStringList{u"written"_s});
    }

    void keepsQuietWhenTheCallerHasGone() {
        open(SecretPlace::Keychain);
        read();
        write();
        remove();
        context_.reset();
        QTRY_VERIFY(keychain_->asked.contains(u"write "_s + name));
        QCoreApplication::processEvents();
        QVERIFY(answers_.isEmpty());
    }

    void keepsQuietWhenItIsGoneItself() {
        open(SecretPlace::Keychain);
        read();
        write();
        closeDoor();
        QCoreApplication::sendPostedEvents();
        QVERIFY(answers_.isEmpty());
    }

private:
    struct Kept {
        QMap<QString, Secret> keychain;
        QMap<QString, Secret> sealedFile;
    };
    void makeDoor() {
        auto keychain = std::make_unique<FakeVault>();
        auto sealedFile = std::make_unique<FakeVault>();
        auto session = std::make_unique<FakeVault>();
        sealedFile->error.kind = ErrorKind::Storage;
        keychain_ = keychain.get();
        sealedFile_ = sealedFile.get();
        session_ = session.get();
        keychain_->kept = keptIn_.keychain;
        sealedFile_->kept = keptIn_.sealedFile;
        door_ = std::make_unique<SecretDoor>(folder_->path(), std::move(keychain), std::move(sealedFile),
                                             std::move(session));
        ready_ = std::make_unique<QSignalSpy>(door_.get(), &SecretDoor::ready);
        missing_ = std::make_unique<QSignalSpy>(door_.get(), &SecretDoor::keychainMissing);
        answers_.clear();
    }
    void closeDoor() {
        if (!door_)
            return;
        keptIn_ = {keychain_->kept, sealedFile_->kept};
        missing_.reset();
        ready_.reset();
        door_.reset();
    }
    void open(SecretPlace preferred) {
        door_->open(preferred);
        QTRY_VERIFY(door_->isReady());
    }
    void reopen(SecretPlace preferred, bool isServed = false) {
        closeDoor();
        makeDoor();
        if (isServed)
            door_->setUnattended(std::chrono::hours{1});
        open(preferred);
    }
    FakeVault* vaultOf(SecretPlace place) const {
        return place == SecretPlace::SealedFile    ? sealedFile_
               : place == SecretPlace::ThisSession ? session_
                                                   : keychain_;
    }
    QString heard(const Error& error) {
        lastKind_ = error.kind;
        return error.kind == ErrorKind::SecretNotFound ? u"not found"_s : error.message;
    }
    void read(const QString& what = name) {
        door_->read(what, context_.get(), [this](const Result<Secret>& secret) {
            answers_ += secret ? QString::fromLatin1(secret->reveal()) : heard(secret.error());
        });
    }
    void write(const QString& what = name) {
        door_->write(what, Secret(plainText), context_.get(), [this](const Result<void>& written) {
            answers_ += written ? u"written"_s : heard(written.error());
        });
    }
    void remove() {
        door_->remove(name, context_.get(), [this](const Result<void>& removed) {
            answers_ += removed ? u"removed"_s : heard(removed.error());
        });
    }

    std::unique_ptr<QTemporaryDir> folder_;
    Kept keptIn_;
    FakeVault* keychain_ = nullptr;
    FakeVault* sealedFile_ = nullptr;
    FakeVault* session_ = nullptr;
    std::unique_ptr<SecretDoor> door_;
    std::unique_ptr<QSignalSpy> ready_;
    std::unique_ptr<QSignalSpy> missing_;
    std::unique_ptr<QObject> context_;
    QStringList answers_;
    ErrorKind lastKind_ = ErrorKind::Api;
};

QTEST_GUILESS_MAIN(TestSecretDoor)
#include "tst_secretdoor.moc"
