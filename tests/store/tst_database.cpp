// SPDX-License-Identifier: MIT
#include "store/database.h"

#include <QDir>
#include <QProcess>
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
        QCOMPARE(waiting.commit().error().kind, ErrorKind::Storage);
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

private:
    std::unique_ptr<QTemporaryDir> folder_;
    QString path_;
    int committed_ = 0;
};

QTEST_GUILESS_MAIN(TestDatabase)
#include "tst_database.moc"
