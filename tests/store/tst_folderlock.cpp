// SPDX-License-Identifier: MIT
#include "store/database.h"
#include "store/ownfile.h"

#include <QDir>
#include <QLockFile>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <memory>
#include <sys/stat.h>

using namespace waybill;

namespace {
const std::array<Migration, 1> schema{{{1, {QStringLiteral("CREATE TABLE rows (id INTEGER PRIMARY KEY)")}}}};
} // namespace

class TestFolderLock : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        around_ = std::make_unique<QTemporaryDir>();
        folder_ = around_->filePath(QStringLiteral("data"));
        lockFile_ = folder_ + QStringLiteral("/waybill.lock");
    }

    void isTakenOnce() {
        FolderLock first(folder_);
        QVERIFY(first.take());
        FolderLock second(folder_);
        QCOMPARE(second.take().error().kind, ErrorKind::DataInUse);
        QVERIFY(QFile::exists(lockFile_));
    }

    void isFreeOnceItsOwnerHasGone() {
        auto first = std::make_unique<FolderLock>(folder_);
        QVERIFY(first->take());
        first.reset();
        QVERIFY(!QFile::exists(lockFile_));
        QVERIFY(FolderLock(folder_).take());
    }

    void holdsWithoutItsFile() {
        FolderLock first(folder_);
        QVERIFY(first.take());
        QVERIFY(QFile::remove(lockFile_));
        QCOMPARE(FolderLock(folder_).take().error().kind, ErrorKind::DataInUse);
    }

    void believesNoProcessNumber() {
        QVERIFY(QDir().mkpath(folder_));
        QFile file(lockFile_);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::number(QCoreApplication::applicationPid()) + "\nwaybill\nhost\n\n\n");
        file.close();
        QVERIFY(FolderLock(folder_).take());
    }

    // Before, the lock was a QLockFile.
    void respectsAnOlderWaybillAndIsRespectedByIt() {
        QVERIFY(QDir().mkpath(folder_));
        {
            QLockFile older(lockFile_);
            older.setStaleLockTime(0);
            QVERIFY(older.tryLock(0));
            QCOMPARE(FolderLock(folder_).take().error().kind, ErrorKind::DataInUse);
        }
        FolderLock ours(folder_);
        QVERIFY(ours.take());
        QLockFile older(lockFile_);
        older.setStaleLockTime(0);
        QVERIFY(!older.tryLock(0));
        QCOMPARE(older.error(), QLockFile::LockFailedError);
    }

    void leavesTheModeOfAFolderThatWasThere_data() {
        QTest::addColumn<int>("mode");
        for (const int mode : {01777, 02775, 0755, 0700})
            QTest::addRow("%o", mode) << mode;
    }
    void leavesTheModeOfAFolderThatWasThere() {
        QFETCH(int, mode);
        QVERIFY(QDir().mkpath(folder_));
        const QByteArray name = QFile::encodeName(folder_);
        QCOMPARE(::chmod(name.constData(), mode_t(mode)), 0);
        FolderLock lock(folder_);
        QVERIFY(lock.take());
        struct stat found {};
        QCOMPARE(::stat(name.constData(), &found), 0);
        QCOMPARE(int(found.st_mode & 07777), mode);
    }

    void callsWhatIsInTheWayByItsName_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("words");
        QTest::addRow("a file") << QStringLiteral("/dev/null") << QStringLiteral("is not a folder");
        QTest::addRow("below a file") << QStringLiteral("/dev/null/data") << QStringLiteral("is not a folder");
        QTest::addRow("no such place") << QStringLiteral("/proc/waybill") << QStringLiteral("/proc/waybill");
        QTest::addRow("too long") << QString(u'/' + QString(300, u'a')) << QStringLiteral("too long");
    }
    void callsWhatIsInTheWayByItsName() {
        QFETCH(QString, folder);
        QFETCH(QString, words);
        FolderLock lock(folder);
        const auto taken = lock.take();
        QVERIFY(!taken);
        QCOMPARE(taken.error().kind, ErrorKind::Storage);
        QVERIFY2(taken.error().message.contains(words), qPrintable(taken.error().message));
    }

    void opensADatabaseOnlyInTheFolderThatWasTaken() {
        FolderLock lock(folder_);
        QVERIFY(lock.take());
        const DataFile file(folder_ + QStringLiteral("/rows.sqlite"), &lock);
        auto database = Database::open(file, schema);
        QVERIFY(database);
        const QString moved = around_->filePath(QStringLiteral("moved"));
        QVERIFY(QDir().rename(folder_, moved));
        QVERIFY(!lock.isInPlace());
        FolderLock other(folder_);
        QVERIFY(other.take());
        const auto another = Database::open({file.path, &other}, schema);
        QVERIFY(another);
        QCOMPARE(Transaction(**database).commit().error().code, storage::gone.toString());
        QCOMPARE(Database::open(file, schema).error().code, storage::gone.toString());
        QCOMPARE(FolderLock(moved).take().error().kind, ErrorKind::DataInUse);
    }

    void goesOnWhenItsFolderIsBack() {
        FolderLock lock(folder_);
        QVERIFY(lock.take());
        auto database = Database::open({folder_ + QStringLiteral("/rows.sqlite"), &lock}, schema);
        QVERIFY(database);
        const QString moved = around_->filePath(QStringLiteral("moved"));
        QVERIFY(QDir().rename(folder_, moved));
        QVERIFY(!Transaction(**database).begun());
        QVERIFY(QDir().rename(moved, folder_));
        QVERIFY(Transaction(**database).commit());
    }

    void refusesWhatIsNoFileOfOurs() {
        QVERIFY(QDir().mkpath(folder_));
        const QString target = around_->filePath(QStringLiteral("target"));
        for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
            const QString path = folder_ + QStringLiteral("/rows.sqlite");
            QVERIFY(QFile::link(target, path + QLatin1StringView(ending)));
            const auto refused = Database::open(path, schema);
            QVERIFY(!refused);
            QVERIFY2(refused.error().message.contains(u"link"), qPrintable(refused.error().message));
            QVERIFY(!QFile::exists(target));
            QVERIFY(QFile::remove(path + QLatin1StringView(ending)));
        }
        const QString pipe = folder_ + QStringLiteral("/pipe");
        QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        QVERIFY(!Database::open(pipe, schema)); // And does not wait for it.
    }

private:
    std::unique_ptr<QTemporaryDir> around_;
    QString folder_;
    QString lockFile_;
};

QTEST_GUILESS_MAIN(TestFolderLock)
#include "tst_folderlock.moc"
