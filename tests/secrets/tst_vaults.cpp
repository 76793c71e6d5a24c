// SPDX-License-Identifier: MIT
#include "secrets/sealedfilevault.h"
#include "secrets/sessionvault.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <memory>
#include <openssl/crypto.h>

using namespace waybill;
using namespace Qt::StringLiterals;

namespace {
const QString name = u"sandbox/secret_1"_s;
const QByteArray plainText = "whsec_7fQ2mZx9Kc4Rt1Vb8Lw3Yp6Nd0Hs5Ja"_ba;
const QByteArray otherText = "whsec_another"_ba;
} // namespace

/// What every vault promises, asked of the two that need no keychain.
class TestVaults : public QObject {
    Q_OBJECT

public:
    // As in main.cpp: a cleanup at the end would race with the storage of the threads.
    static void initMain() { OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr); }

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        context_ = std::make_unique<QObject>();
        answers_.clear();
    }
    void cleanup() { vault_.reset(); }

    void givesBackWhatItWasGiven_data() { everyVault(); }
    void givesBackWhatItWasGiven() {
        makeVault();
        write(plainText);
        read();
        QTRY_COMPARE(answers_, (QStringList{u"written"_s, QString::fromLatin1(plainText)}));
    }

    void doesInOrderWhatItIsAsked_data() { everyVault(); }
    void doesInOrderWhatItIsAsked() {
        makeVault();
        write(plainText);
        write(otherText);
        read();
        remove();
        read();
        QTRY_COMPARE(answers_, (QStringList{u"written"_s, u"written"_s, QString::fromLatin1(otherText), u"removed"_s,
                                            u"not found"_s}));
    }

    void removesWhatIsNotThere_data() { everyVault(); }
    void removesWhatIsNotThere() {
        makeVault();
        remove();
        QTRY_COMPARE(answers_, QStringList{u"removed"_s});
    }

    void neverAnswersBeforeTheCallReturns_data() { everyVault(); }
    void neverAnswersBeforeTheCallReturns() {
        makeVault();
        write(plainText);
        read();
        remove();
        QVERIFY(answers_.isEmpty());
        QTRY_COMPARE(answers_.size(), 3);
    }

    void keepsQuietWhenTheCallerHasGone_data() { everyVault(); }
    void keepsQuietWhenTheCallerHasGone() {
        makeVault();
        write(plainText);
        read();
        context_ = std::make_unique<QObject>();
        remove();
        QTRY_COMPARE(answers_, QStringList{u"removed"_s});
    }

    void keepsQuietWhenItIsGoneItself_data() { everyVault(); }
    void keepsQuietWhenItIsGoneItself() {
        makeVault();
        write(plainText);
        vault_.reset();
        QCoreApplication::processEvents();
        QVERIFY(answers_.isEmpty());
    }

    void theSessionIsForgottenWithItsVault() {
        vault_ = std::make_unique<SessionVault>();
        write(plainText);
        vault_ = std::make_unique<SessionVault>();
        read();
        QTRY_COMPARE(answers_, QStringList{u"not found"_s});
    }

    void theSealedFileOutlivesItsVault() {
        makeSealed();
        write(plainText);
        // Not one answer is awaited: what was asked for before is done before the vault is gone.
        makeSealed();
        read();
        QTRY_COMPARE(answers_, QStringList{QString::fromLatin1(plainText)});
    }

    void answersFromTheSealedFileOnTheCallersThread() {
        makeSealed();
        QThread* answeredOn = nullptr;
        vault_->read(name, this, [&answeredOn](const Result<Secret>&) { answeredOn = QThread::currentThread(); });
        QTRY_COMPARE(answeredOn, thread());
    }

    void touchesNothingWhereTheSealedFileIsDamaged() {
        const QString path = folder_->filePath(u"secrets.sealed"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is not a sealed file");
        file.close();
        makeSealed();
        read();
        write(plainText);
        remove();
        QTRY_COMPARE(answers_, (QStringList{u"storage"_s, u"storage"_s, u"storage"_s}));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), "this is not a sealed file"_ba);
        QVERIFY(!QFile::exists(folder_->filePath(u"secrets.key"_s)));
    }

private:
    static void everyVault() {
        QTest::addColumn<bool>("sealed");
        QTest::newRow("sealed file") << true;
        QTest::newRow("this session") << false;
    }
    void makeSealed() {
        vault_.reset();
        vault_ = std::make_unique<SealedFileVault>(folder_->path());
    }
    void makeVault() {
        QFETCH(bool, sealed);
        if (sealed)
            makeSealed();
        else
            vault_ = std::make_unique<SessionVault>();
    }
    static QString heard(const Error& error) {
        return error.kind == ErrorKind::SecretNotFound ? u"not found"_s
               : error.kind == ErrorKind::Storage      ? u"storage"_s
                                                       : u"another error"_s;
    }
    void read() {
        vault_->read(name, context_.get(), [this](const Result<Secret>& secret) {
            answers_ += secret ? QString::fromLatin1(secret->reveal()) : heard(secret.error());
        });
    }
    void write(const QByteArray& secret) {
        vault_->write(name, Secret(secret), context_.get(), [this](const Result<void>& written) {
            answers_ += written ? u"written"_s : heard(written.error());
        });
    }
    void remove() {
        vault_->remove(name, context_.get(), [this](const Result<void>& removed) {
            answers_ += removed ? u"removed"_s : heard(removed.error());
        });
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<SecretVault> vault_;
    std::unique_ptr<QObject> context_;
    QStringList answers_;
};

QTEST_GUILESS_MAIN(TestVaults)
#include "tst_vaults.moc"
