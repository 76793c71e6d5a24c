// SPDX-License-Identifier: MIT
#include "secrets/secretdoor.h"

#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const QString name = u"sandbox/secret_1"_s;
const QByteArray plainText = "whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja"_ba;
const QByteArray binarySecret("\0\xff\n\r\x1b nothing printable \0", 24);
// For whoever serves without a person, and a little for a computer that is busy.
constexpr std::chrono::seconds limit{10};
constexpr int timeLimit = 20'000;

bool isIndependentlyKept(const QString& user = name) {
    QProcess lookUp;
    lookUp.start(u"secret-tool"_s, {u"lookup"_s, u"server"_s, u"Waybill"_s, u"user"_s, user});
    return lookUp.waitForFinished() && lookUp.exitCode() == 0 && !lookUp.readAllStandardOutput().isEmpty();
}
} // namespace

/// The real keychain, in the states that keychain.sh makes: each run is for one of them and calls one of these.
class TestKeychain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        // By hand it would use the person's own keychain.
        QVERIFY2(QDir::homePath().contains(u"/keychain."_s), "Run this through keychain.sh.");
        folder_ = std::make_unique<QTemporaryDir>();
        makeDoor();
        answers_.clear();
    }

    void keepsSecrets_data() {
        QTest::addColumn<QByteArray>("plain");
        QTest::newRow("text") << plainText;
        QTest::newRow("any byte") << binarySecret;
        QTest::newRow("long") << QByteArray(50'000, 'x');
    }
    void keepsSecrets() {
        QFETCH(QByteArray, plain);
        openReady();
        write(plain);
        QTRY_COMPARE_WITH_TIMEOUT(answers_, QList<QByteArray>{"written"}, timeLimit);
        QVERIFY(isIndependentlyKept());

        makeDoor();
        openReady();
        read();
        remove();
        remove();
        read();
        QTRY_COMPARE_WITH_TIMEOUT(answers_, (QList<QByteArray>{"written", plain, "removed", "removed", "not found"}),
                                  timeLimit);
        QVERIFY(!isIndependentlyKept());
        QCOMPARE(QDir(folder_->path()).entryList(QDir::Files), QStringList{u"secrets.json"_s});
    }

    void leavesNothingOfItsProbe() {
        openReady();
        write(plainText);
        QTRY_COMPARE_WITH_TIMEOUT(answers_, QList<QByteArray>{"written"}, timeLimit);
        QVERIFY(isIndependentlyKept() && !isIndependentlyKept(u"probe"_s));
    }

    void writesNoPlainText() {
        openReady();
        write(plainText);
        QTRY_COMPARE_WITH_TIMEOUT(answers_.size(), 1, timeLimit);
        int files = 0;
        QDirIterator each(QDir::homePath(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            QFile file(each.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains(plainText), qPrintable(file.fileName()));
            ++files;
        }
        QVERIFY(files > 0);
    }

    void servedItSaysInTimeThatThereIsNoKeychainAndGoesOn() {
        QElapsedTimer elapsed;
        elapsed.start();
        door_->setUnattended(limit);
        openReady();
        QCOMPARE(missing_->count(), 0); // Nothing was wanted of it yet.
        write(plainText);
        read();
        QTRY_COMPARE_WITH_TIMEOUT(missing_->count(), 1, timeLimit);
        const Error error = missing_->at(0).at(0).value<Error>();
        QCOMPARE(error.kind, ErrorKind::NoKeychain);
        QVERIFY(!error.message.isEmpty());
        qInfo("%lld ms: %s", elapsed.elapsed(), qPrintable(error.details));
        QTRY_COMPARE(answers_.size(), 2);
        QVERIFY(answers_.contains("written"));
        QVERIFY(QFile::exists(folder_->filePath(u"secrets.sealed"_s)));
    }

    void asksForAPlaceAndKeepsWhatWaitedThere() {
        QSignalSpy needed(door_.get(), &SecretDoor::placeNeeded);
        openReady();
        write(plainText);
        QTRY_VERIFY(!needed.isEmpty());
        QVERIFY(answers_.isEmpty());
        door_->choose(SecretPlace::ThisSession);
        QTRY_COMPARE(answers_, QList<QByteArray>{"written"});
        read();
        QTRY_COMPARE(answers_, (QList<QByteArray>{"written", plainText}));
        QCOMPARE(missing_->count(), 1);
        QVERIFY(QDir(folder_->path()).isEmpty());
    }

private:
    void makeDoor() {
        ready_.reset();
        missing_.reset();
        door_ = std::make_unique<SecretDoor>(folder_->path());
        ready_ = std::make_unique<QSignalSpy>(door_.get(), &SecretDoor::ready);
        missing_ = std::make_unique<QSignalSpy>(door_.get(), &SecretDoor::keychainMissing);
    }
    void openReady() {
        door_->open(SecretPlace::Keychain);
        QTRY_VERIFY2_WITH_TIMEOUT(ready_->count() == 1, qPrintable(details()), timeLimit);
    }
    QString details() const {
        return missing_->isEmpty() ? u"no answer"_s : missing_->at(0).at(0).value<Error>().details;
    }
    static QByteArray heard(const Error& error) {
        return error.kind == ErrorKind::SecretNotFound ? "not found"_ba : error.message.toUtf8();
    }
    static QByteArray heard(const Result<Secret>& secret) { return secret ? secret->reveal() : heard(secret.error()); }
    void read() {
        door_->read(name, this, [this](const Result<Secret>& secret) { answers_ += heard(secret); });
    }
    void write(const QByteArray& plain) {
        door_->write(name, Secret(plain), this, [this](const Result<void>& written) {
            answers_ += written ? "written"_ba : heard(written.error());
        });
    }
    void remove() {
        door_->remove(name, this, [this](const Result<void>& removed) {
            answers_ += removed ? "removed"_ba : heard(removed.error());
        });
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<SecretDoor> door_;
    std::unique_ptr<QSignalSpy> ready_;
    std::unique_ptr<QSignalSpy> missing_;
    QList<QByteArray> answers_;
};

QTEST_GUILESS_MAIN(TestKeychain)
#include "tst_keychain.moc"
