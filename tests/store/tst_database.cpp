// SPDX-License-Identifier: MIT
#include "store/database.h"
#include "store/filecheck.h"
#include "support/faultyfiles.h"
#include "support/fulldisk.h"

#include <QDir>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <sys/stat.h>

using namespace waybill;

namespace {
const std::array<Migration, 1> firstSchema{
    {{1, {QStringLiteral("CREATE TABLE rows (id INTEGER PRIMARY KEY, half TEXT)")}}}};
const std::array<Migration, 2> secondSchema{
    {firstSchema[0], {2, {QStringLiteral("ALTER TABLE rows ADD COLUMN note TEXT")}}}};

int count(Database& database) {
    auto query = database.run(QStringLiteral("SELECT count(*) FROM rows"));
    return query && query->next() ? query->value(0).toInt() : -1;
}

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
} // namespace

class TestDatabase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = folder_->filePath(QStringLiteral("data/log.sqlite"));
    }

    void isThisPersonsAloneWhateverTheUmask() {
        const mode_t before = umask(0);
        auto database = Database::open(path_, firstSchema);
        umask(before);
        QVERIFY(database);
        QVERIFY((*database)->run(QStringLiteral("INSERT INTO rows (half) VALUES ('a')")));
        for (const char* suffix : {"", "-wal", "-shm"}) {
            struct stat status {};
            QCOMPARE(stat(QFile::encodeName(path_ + QString::fromLatin1(suffix)).constData(), &status), 0);
            QCOMPARE(int(status.st_mode & 0777), 0600);
        }
        struct stat status {};
        QCOMPARE(stat(QFile::encodeName(folder_->filePath(QStringLiteral("data"))).constData(), &status), 0);
        QCOMPARE(int(status.st_mode & 0777), 0700);
    }

    void survivesPowerLossByItsSettings_data() {
        QTest::addColumn<QString>("pragma");
        QTest::addColumn<QString>("value");
        QTest::newRow("write-ahead log") << QStringLiteral("journal_mode") << QStringLiteral("wal");
        QTest::newRow("full") << QStringLiteral("synchronous") << QStringLiteral("2");
        QTest::newRow("foreign keys") << QStringLiteral("foreign_keys") << QStringLiteral("1");
        QTest::newRow("deleted is overwritten") << QStringLiteral("secure_delete") << QStringLiteral("1");
    }
    void survivesPowerLossByItsSettings() {
        QFETCH(QString, pragma);
        auto database = Database::open(path_, firstSchema);
        QVERIFY(database);
        auto query = (*database)->run(QStringLiteral("PRAGMA ") + pragma);
        QVERIFY(query && query->next());
        QTEST(query->value(0).toString(), "value");
    }

    void bringsAnOlderFileUpToDateAfterACopy() {
        {
            auto older = Database::open(path_, firstSchema);
            QVERIFY(older && (*older)->run(QStringLiteral("INSERT INTO rows (half) VALUES ('kept')")));
        }
        auto newer = Database::open(path_, secondSchema);
        QVERIFY(newer);
        QCOMPARE((*newer)->schemaVersion(), 2);
        QVERIFY((*newer)->run(QStringLiteral("UPDATE rows SET note='here'")));
        QCOMPARE(count(**newer), 1);
        QVERIFY(QFile::exists(path_ + QStringLiteral(".before-2")));
    }

    void leavesANewerFileUntouched() {
        { QVERIFY(Database::open(path_, secondSchema)); }
        const QByteArray before = contents(path_);
        const auto refused = Database::open(path_, firstSchema);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NewerData);
        QCOMPARE(contents(path_), before);
        QVERIFY(!QFile::exists(path_ + QStringLiteral("-wal")));
    }

    void leavesADamagedFileUntouched() {
        QVERIFY(QDir().mkpath(folder_->filePath(QStringLiteral("data"))));
        QFile file(path_);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is not a database");
        file.close();
        const auto refused = Database::open(path_, firstSchema);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Storage);
        QCOMPARE(refused.error().code, storage::damaged);
        QCOMPARE(contents(path_), QByteArray("this is not a database"));
    }

    void rollsBackWhatIsNotCommitted() {
        auto database = Database::open(path_, firstSchema);
        QVERIFY(database);
        {
            Transaction transaction(**database);
            QVERIFY((*database)->run(QStringLiteral("INSERT INTO rows (half) VALUES ('a')")));
        }
        QCOMPARE(count(**database), 0);
    }

    void saysThatALockedDatabaseCannotBeWritten() {
        auto first = Database::open(path_, firstSchema);
        auto second = Database::open(path_, firstSchema);
        QVERIFY(first && second);
        Transaction holding(**first);
        Transaction waiting(**second);
        QVERIFY(!waiting.begun());
        const Error refused = waiting.commit().error();
        QCOMPARE(refused.kind, ErrorKind::Storage);
        QCOMPARE(refused.code, storage::held);
    }

    void aFaultSaysWhatStandsInTheWay_data() {
        QTest::addColumn<int>("operation");
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringView>("fault");
        const auto row = [](const char* name, FaultyFiles::Operation operation, int code, QStringView fault) {
            QTest::newRow(name) << int(operation) << code << fault;
        };
        row("no space", FaultyFiles::Write, SQLITE_FULL, storage::full);
        row("write-protected", FaultyFiles::Write, SQLITE_READONLY, storage::writeProtected);
        row("damaged", FaultyFiles::Write, SQLITE_CORRUPT, storage::damaged);
        row("held by another", FaultyFiles::Lock, SQLITE_BUSY, storage::held);
        row("anything else", FaultyFiles::Sync, SQLITE_IOERR_FSYNC, storage::unavailable);
    }
    void aFaultSaysWhatStandsInTheWay() {
        QFETCH(int, operation);
        QFETCH(int, code);
        FaultyFiles files;
        auto database = Database::open(path_, firstSchema);
        QVERIFY(database);
        files.failAt(FaultyFiles::Operation(operation), 1, code, false);
        const auto refused = (*database)->run(QStringLiteral("INSERT INTO rows (half) VALUES ('a')"));
        files.recover();
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Storage);
        QTEST(QStringView(refused.error().code), "fault");
    }

    void aDiskThatIsFullIsToldWhateverSQLiteCallsIt() {
        auto database = Database::open(path_, firstSchema);
        QVERIFY(database);
        const FullDisk disk(0);
        const auto refused = (*database)->run(QStringLiteral("INSERT INTO rows (half) VALUES ('a')"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, storage::full);
    }

    void aDamagedFileThatIsMovedAwayIsBegunAnew() {
        fill();
        damageTheLastPage();
        {
            auto database = Database::open(path_, firstSchema);
            QVERIFY(database);
            (*database)->distrust();
            QVERIFY(!(*database)->run(QStringLiteral("SELECT 1")));
        }
        const QString kept = path_ + QStringLiteral(".kept");
        const QByteArray before = contents(path_);
        QVERIFY(QFile::rename(path_, kept));
        auto anew = Database::open(path_, firstSchema);
        QVERIFY(anew);
        QCOMPARE(count(**anew), 0);
        QCOMPARE(contents(kept), before);
    }

    void keepsWhatWasCommittedWhenTheProcessIsKilled() {
        for (int round = 0; round < 3; ++round) {
            QProcess writer;
            writer.start(QStringLiteral(INTERRUPTED_WRITER), {path_});
            QVERIFY(writer.waitForReadyRead());
            for (int lines = 0; lines < 20 * (round + 1); ++lines) {
                while (!writer.canReadLine())
                    QVERIFY(writer.waitForReadyRead());
                writer.readLine();
                ++committed_;
            }
            writer.kill();
            QVERIFY(writer.waitForFinished());
            committed_ += int(writer.readAllStandardOutput().count('\n'));
            auto database = Database::open(path_, firstSchema);
            QVERIFY(database);
            const int rows = count(**database);
            QVERIFY(rows % 2 == 0);
            // One more may have been committed than could still be printed.
            QVERIFY2(rows / 2 == committed_ || rows / 2 == committed_ + 1, qPrintable(QString::number(rows)));
            committed_ = rows / 2;
        }
    }

    void knowsWhetherItWasClosed_data() {
        QTest::addColumn<bool>("isKilled");
        QTest::newRow("closed") << false;
        QTest::newRow("killed") << true;
    }
    void knowsWhetherItWasClosed() {
        QFETCH(bool, isKilled);
        if (isKilled)
            killAWriter();
        else
            QVERIFY(Database::open(path_, firstSchema));
        const auto database = Database::open(path_, firstSchema);
        QVERIFY(database);
        QTEST((*database)->wasLeftOpen(), "isKilled");
    }

    void survivesThatFilesBesideItAreDeleted_data() {
        QTest::addColumn<QStringList>("suffixes");
        const QString log = QStringLiteral("-wal");
        const QString memory = QStringLiteral("-shm");
        QTest::newRow("the write-ahead log") << QStringList{log};
        QTest::newRow("its index") << QStringList{memory};
        QTest::newRow("both") << QStringList{log, memory};
    }
    void survivesThatFilesBesideItAreDeleted() {
        QFETCH(QStringList, suffixes);
        {
            auto database = Database::open(path_, firstSchema);
            QVERIFY(database);
            QVERIFY((*database)->run(QStringLiteral("INSERT INTO rows (half) VALUES ('a'), ('b')")));
        }
        const int committed = 2 + 2 * killAWriter();
        for (const QString& suffix : std::as_const(suffixes))
            QVERIFY(QFile::remove(path_ + suffix));
        auto database = Database::open(path_, firstSchema);
        QVERIFY2(database, database ? "" : qPrintable(database.error().message));
        QCOMPARE((*database)->check([] { return true; }), Database::Condition::Well);
        // What was in the log only is gone with it; never half of it.
        const int rows = count(**database);
        QVERIFY(rows % 2 == 0 && rows >= (suffixes.contains(QStringLiteral("-wal")) ? 2 : committed));
        QVERIFY((*database)->run(QStringLiteral("INSERT INTO rows (half) VALUES ('c')")));
    }

    void readsTheWholeFileForDamage_data() {
        QTest::addColumn<Database::Condition>("condition");
        QTest::newRow("well") << Database::Condition::Well;
        QTest::newRow("damaged where nobody looks") << Database::Condition::Damaged;
        QTest::newRow("not to be opened") << Database::Condition::Unknown;
    }
    void readsTheWholeFileForDamage() {
        QFETCH(Database::Condition, condition);
        fill();
        if (condition == Database::Condition::Damaged)
            damageTheLastPage();
        std::optional<FullDisk> disk;
        if (condition == Database::Condition::Unknown)
            disk.emplace(0);
        FileCheck check(path_, firstSchema);
        std::optional<Database::Condition> found;
        connect(&check, &FileCheck::finished, this, [&found](Database::Condition what) { found = what; });
        check.start();
        QTRY_VERIFY(found);
        QTEST(*found, "condition");
    }

    void aCheckEndsWhereItIsNotWanted() {
        fill();
        auto database = Database::open(path_, firstSchema);
        QVERIFY(database);
        int asked = 0;
        QCOMPARE((*database)->check([&asked] { return ++asked < 3; }), Database::Condition::Unknown);
        QCOMPARE(asked, 3);
        QCOMPARE((*database)->check([] { return true; }), Database::Condition::Well);
        {
            FileCheck ended(path_, firstSchema);
            ended.start();
        }
        { const FileCheck neverBegun(path_, firstSchema); }
    }

    void aFileThatWasFoundDamagedIsRefusedUntilItIsWell() {
        fill();
        auto database = Database::open(path_, firstSchema);
        QVERIFY(database);
        const QByteArray good = contents(path_);
        damageTheLastPage();
        QVERIFY((*database)->run(QStringLiteral("SELECT 1"))); // It does not look there.
        (*database)->distrust();
        const auto refused = (*database)->run(QStringLiteral("SELECT 1"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Storage);
        QVERIFY(refused.error().message.contains(u"damaged"));
        QVERIFY(QFile::remove(path_));
        QFile repaired(path_);
        QVERIFY(repaired.open(QIODevice::WriteOnly));
        repaired.write(good);
        repaired.close();
        QVERIFY((*database)->run(QStringLiteral("SELECT 1")));
    }

private:
    /// Answers how many pairs of rows it had committed.
    int killAWriter() {
        QProcess writer;
        writer.start(QStringLiteral(INTERRUPTED_WRITER), {path_});
        int committed = 0;
        while (committed < 20 && writer.waitForReadyRead())
            committed += int(writer.readAllStandardOutput().count('\n'));
        writer.kill();
        writer.waitForFinished();
        return committed + int(writer.readAllStandardOutput().count('\n'));
    }
    /// With many pages, all of them in the file.
    void fill() {
        auto database = Database::open(path_, firstSchema);
        QVERIFY(database);
        QVERIFY((*database)->run(QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
                                                "i < 20000) INSERT INTO rows (half) SELECT hex(i) FROM n")));
    }
    void damageTheLastPage() {
        QFile file(path_);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(file.size() - 4096));
        QCOMPARE(file.write(QByteArray(4096, '\xff')), 4096);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    QString path_;
    int committed_ = 0;
};

QTEST_GUILESS_MAIN(TestDatabase)
#include "tst_database.moc"
