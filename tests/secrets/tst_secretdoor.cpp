// SPDX-License-Identifier: MIT
#include "secrets/secretdoor.h"
#include "support/fakevault.h"

#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const QString name = u"sandbox/secret_1"_s;
const QByteArray plainText = "whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja"_ba;
const QStringList wholeProbe{u"write probe"_s, u"read probe"_s, u"remove probe"_s};
constexpr milliseconds soon{30};
constexpr milliseconds never = std::chrono::hours{1};
} // namespace

class TestSecretDoor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        auto keychain = std::make_unique<FakeVault>();
        auto sealedFile = std::make_unique<FakeVault>();
        auto session = std::make_unique<FakeVault>();
        keychain_ = keychain.get();
        sealedFile_ = sealedFile.get();
        session_ = session.get();
        door_ = std::make_unique<SecretDoor>(std::move(keychain), std::move(sealedFile), std::move(session));
        door_->setTimeLimit(never);
        ready_ = std::make_unique<QSignalSpy>(door_.get(), &SecretDoor::ready);
        missing_ = std::make_unique<QSignalSpy>(door_.get(), &SecretDoor::keychainMissing);
        context_ = std::make_unique<QObject>();
        answers_.clear();
    }
    void cleanup() {
        missing_.reset();
        ready_.reset();
        door_.reset();
    }

    void usesTheKeychainThatPassesTheProbe() {
        door_->open(SecretPlace::Keychain);
        QVERIFY(!door_->isReady());
        QTRY_COMPARE(ready_->count(), 1);
        QVERIFY(door_->isReady());
        QCOMPARE(ready_->at(0).at(0).value<SecretPlace>(), SecretPlace::Keychain);
        QCOMPARE(keychain_->asked, wholeProbe);
        QVERIFY(keychain_->kept.isEmpty());
        QCOMPARE(missing_->count(), 0);
    }

    void usesAnotherPlaceWithoutAskingTheKeychain_data() {
        QTest::addColumn<SecretPlace>("place");
        QTest::newRow("sealed file") << SecretPlace::SealedFile;
        QTest::newRow("this session") << SecretPlace::ThisSession;
    }
    void usesAnotherPlaceWithoutAskingTheKeychain() {
        QFETCH(SecretPlace, place);
        door_->open(place);
        QVERIFY(door_->isReady());
        QCOMPARE(door_->place(), place);
        write();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(vaultOf(place)->kept.value(name).reveal(), plainText);
        QVERIFY(keychain_->asked.isEmpty());
    }

    void saysOnceThatThereIsNoKeychain_data() {
        QTest::addColumn<QString>("operation");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("cannot be written") << u"write"_s << ErrorKind::NoKeychain;
        QTest::newRow("cannot be read") << u"read"_s << ErrorKind::NoKeychain;
        QTest::newRow("cannot be tidied") << u"remove"_s << ErrorKind::NoKeychain;
        QTest::newRow("forgets what it took") << u"read"_s << ErrorKind::SecretNotFound;
    }
    void saysOnceThatThereIsNoKeychain() {
        QFETCH(QString, operation);
        QFETCH(ErrorKind, kind);
        keychain_->refused = {operation};
        keychain_->error.kind = kind;
        write();
        door_->open(SecretPlace::Keychain);
        QTRY_COMPARE(missing_->count(), 1);
        read();
        const Error error = missing_->at(0).at(0).value<Error>();
        QCOMPARE(error.kind, ErrorKind::NoKeychain);
        QCOMPARE(error.details, u"technical text"_s);
        QVERIFY(!door_->isReady());
        letEveryoneAnswer();
        QCOMPARE(missing_->count(), 1);
        QVERIFY(answers_.isEmpty());
    }

    void saysSoAgainForEachTry() {
        keychain_->refused = {u"write"_s};
        door_->open(SecretPlace::Keychain);
        QTRY_COMPARE(missing_->count(), 1);
        door_->choose(SecretPlace::Keychain);
        QTRY_COMPARE(missing_->count(), 2);
    }

    void givesUpOnAKeychainThatDoesNotAnswer_data() {
        QTest::addColumn<int>("answered");
        QTest::newRow("nothing") << 0;
        QTest::newRow("writes only") << 1;
        QTest::newRow("writes and reads") << 2;
    }
    void givesUpOnAKeychainThatDoesNotAnswer() {
        QFETCH(int, answered);
        keychain_->silent = true;
        door_->setTimeLimit(soon);
        door_->open(SecretPlace::Keychain);
        for (int step = 0; step < answered; ++step)
            keychain_->answerOne();
        QTRY_COMPARE(missing_->count(), 1);
        QCOMPARE(missing_->at(0).at(0).value<Error>().kind, ErrorKind::NoKeychain);
        QVERIFY(!missing_->at(0).at(0).value<Error>().message.isEmpty());
        QCOMPARE(keychain_->asked, wholeProbe.first(answered + 1));
    }

    void takesNoNoticeOfAnAnswerThatCameTooLate_data() {
        QTest::addColumn<bool>("good");
        QTest::newRow("good") << true;
        QTest::newRow("bad") << false;
    }
    void takesNoNoticeOfAnAnswerThatCameTooLate() {
        QFETCH(bool, good);
        keychain_->silent = true;
        door_->setTimeLimit(soon);
        door_->open(SecretPlace::Keychain);
        QTRY_COMPARE(missing_->count(), 1);
        if (!good)
            keychain_->refused = {u"write"_s};
        keychain_->answerOne();
        letEveryoneAnswer();
        QCOMPARE(keychain_->asked, wholeProbe.first(1));
        QCOMPARE(missing_->count(), 1);
        QCOMPARE(ready_->count(), 0);
    }

    void waitsForASlowKeychain() {
        keychain_->silent = true;
        door_->open(SecretPlace::Keychain);
        write();
        for (int step = 0; step < 3; ++step) {
            QVERIFY(!door_->isReady());
            keychain_->answerOne();
        }
        QVERIFY(door_->isReady());
        QVERIFY(answers_.isEmpty());
        keychain_->answerOne();
        QCOMPARE(answers_, QStringList{u"written"_s});
    }

    void goesOnInTheChosenPlaceWithWhatWaited_data() { everyPlace(); }
    void goesOnInTheChosenPlaceWithWhatWaited() {
        QFETCH(SecretPlace, place);
        keychain_->refused = {u"write"_s};
        write();
        door_->open(SecretPlace::Keychain);
        read();
        QTRY_COMPARE(missing_->count(), 1);
        remove();
        letEveryoneAnswer();
        QVERIFY(answers_.isEmpty());
        keychain_->refused.clear();
        door_->choose(place);
        QTRY_COMPARE(answers_, (QStringList{u"written"_s, QString::fromLatin1(plainText), u"removed"_s}));
        QCOMPARE(ready_->count(), 1);
        QCOMPARE(ready_->at(0).at(0).value<SecretPlace>(), place);
        for (const SecretPlace other : {SecretPlace::SealedFile, SecretPlace::ThisSession})
            QCOMPARE(vaultOf(other)->asked.size(), other == place ? 3 : 0);
    }

    void goesOnInAnotherPlaceWhileTheKeychainIsStillProbed() {
        keychain_->silent = true;
        door_->open(SecretPlace::Keychain);
        write();
        door_->choose(SecretPlace::ThisSession);
        QTRY_COMPARE(answers_, QStringList{u"written"_s});
        keychain_->answerOne();
        QCOMPARE(keychain_->asked, wholeProbe.first(1));
        QCOMPARE(ready_->count(), 1);
        QCOMPARE(door_->place(), SecretPlace::ThisSession);
    }

    void noRequestWaitsPastTheTimeLimit_data() {
        QTest::addColumn<bool>("silent");
        QTest::addColumn<QString>("message");
        QTest::newRow("no keychain") << false << u"The keychain is locked."_s;
        QTest::newRow("no answer") << true << u"The keychain of this computer did not answer in time."_s;
    }
    void noRequestWaitsPastTheTimeLimit() {
        QFETCH(bool, silent);
        QFETCH(QString, message);
        keychain_->refused = {u"write"_s};
        keychain_->silent = silent;
        door_->setTimeLimit(soon);
        door_->open(SecretPlace::Keychain);
        write();
        read();
        remove();
        QTRY_COMPARE(answers_, (QStringList{message, message, message}));
        QCOMPARE(missing_->count(), 1);
        QCOMPARE(lastKind_, ErrorKind::NoKeychain);
        door_->choose(SecretPlace::ThisSession);
        letEveryoneAnswer();
        QVERIFY(session_->asked.isEmpty());
        QCOMPARE(answers_.size(), 3);
    }

    void aRequestBeforeTheDoorIsOpenWaitsNoLonger() {
        door_->setTimeLimit(soon);
        write();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(lastKind_, ErrorKind::NoKeychain);
    }

    void refusesAtOnceAfterTheFirstThatWaitedInVain() {
        keychain_->refused = {u"write"_s};
        door_->setTimeLimit(soon);
        door_->open(SecretPlace::Keychain);
        write();
        QTRY_COMPARE(answers_.size(), 1);
        door_->setTimeLimit(never);
        read();
        QCOMPARE(answers_.size(), 1);
        QTRY_COMPARE(answers_.size(), 2);
        QCOMPARE(answers_.constLast(), u"The keychain is locked."_s);
        door_->choose(SecretPlace::Keychain);
        read();
        QTRY_COMPARE(missing_->count(), 2);
        letEveryoneAnswer();
        QCOMPARE(answers_.size(), 2);
    }

    void saysOnceThatTheKeychainIsLost() {
        openKeychain();
        keychain_->refused = {u"read"_s, u"write"_s};
        read();
        write();
        read();
        QTRY_COMPARE(answers_.size(), 3);
        QCOMPARE(lastKind_, ErrorKind::NoKeychain);
        QCOMPARE(missing_->count(), 1);
        QVERIFY(!door_->isReady());
        write();
        letEveryoneAnswer();
        QCOMPARE(answers_.size(), 3);
        door_->choose(SecretPlace::SealedFile);
        QTRY_COMPARE(answers_.size(), 4);
        QCOMPARE(answers_.constLast(), u"written"_s);
        QCOMPARE(sealedFile_->asked, QStringList{u"write "_s + name});
    }

    void keepsAPlaceThatAnswersWithAnotherError_data() {
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("not found") << ErrorKind::SecretNotFound;
        QTest::newRow("disk") << ErrorKind::Storage;
    }
    void keepsAPlaceThatAnswersWithAnotherError() {
        QFETCH(ErrorKind, kind);
        openKeychain();
        keychain_->refused = {u"read"_s};
        keychain_->error.kind = kind;
        read();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(lastKind_, kind);
        QCOMPARE(missing_->count(), 0);
        QVERIFY(door_->isReady());
    }

    void takesNoNoticeOfAnErrorFromThePlaceBefore() {
        openKeychain();
        keychain_->silent = true;
        read();
        door_->choose(SecretPlace::ThisSession);
        keychain_->refused = {u"read"_s};
        keychain_->answerOne();
        QTRY_COMPARE(answers_.size(), 1);
        QCOMPARE(lastKind_, ErrorKind::NoKeychain);
        QCOMPARE(missing_->count(), 0);
        QVERIFY(door_->isReady());
    }

    void neverAnswersBeforeTheCallReturns_data() { everyPlace(); }
    void neverAnswersBeforeTheCallReturns() {
        QFETCH(SecretPlace, place);
        door_->open(place);
        QTRY_VERIFY(door_->isReady());
        write();
        read();
        remove();
        QVERIFY(answers_.isEmpty());
        QTRY_COMPARE(answers_.size(), 3);
    }

    void keepsQuietWhenTheCallerHasGone_data() {
        QTest::addColumn<bool>("openFirst");
        QTest::newRow("while it waits for a place") << false;
        QTest::newRow("while the place is asked") << true;
    }
    void keepsQuietWhenTheCallerHasGone() {
        QFETCH(bool, openFirst);
        if (openFirst)
            openKeychain();
        read();
        write();
        remove();
        context_.reset();
        if (!openFirst)
            openKeychain();
        letEveryoneAnswer();
        QVERIFY(answers_.isEmpty());
    }

    void keepsQuietWhenTheCallerHasGoneAndTheTimeIsOver() {
        door_->setTimeLimit(soon);
        read();
        context_.reset();
        context_ = std::make_unique<QObject>();
        read();
        QTRY_COMPARE(answers_.size(), 1);
    }

    void keepsQuietWhenItIsGoneItself_data() { keepsQuietWhenTheCallerHasGone_data(); }
    void keepsQuietWhenItIsGoneItself() {
        QFETCH(bool, openFirst);
        if (openFirst)
            openKeychain();
        read();
        write();
        cleanup();
        QCoreApplication::sendPostedEvents();
        QVERIFY(answers_.isEmpty());
    }

private:
    static void everyPlace() {
        QTest::addColumn<SecretPlace>("place");
        QTest::newRow("sealed file") << SecretPlace::SealedFile;
        QTest::newRow("this session") << SecretPlace::ThisSession;
        QTest::newRow("keychain") << SecretPlace::Keychain;
    }
    FakeVault* vaultOf(SecretPlace place) const {
        return place == SecretPlace::SealedFile    ? sealedFile_
               : place == SecretPlace::ThisSession ? session_
                                                   : keychain_;
    }
    void openKeychain() {
        door_->open(SecretPlace::Keychain);
        QTRY_VERIFY(door_->isReady());
        keychain_->asked.clear();
    }
    void letEveryoneAnswer() { QCoreApplication::processEvents(); }
    QString heard(const Error& error) {
        lastKind_ = error.kind;
        return error.message;
    }
    void read() {
        door_->read(name, context_.get(), [this](const Result<Secret>& secret) {
            answers_ += secret ? QString::fromLatin1(secret->reveal()) : heard(secret.error());
        });
    }
    void write() {
        door_->write(name, Secret(plainText), context_.get(), [this](const Result<void>& written) {
            answers_ += written ? u"written"_s : heard(written.error());
        });
    }
    void remove() {
        door_->remove(name, context_.get(), [this](const Result<void>& removed) {
            answers_ += removed ? u"removed"_s : heard(removed.error());
        });
    }

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
