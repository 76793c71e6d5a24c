// SPDX-License-Identifier: MIT
#include "store/database.h"

#include "store/ownfile.h"
#include "store/statement.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlDriver>
#include <QSqlError>
#include <QUuid>
#include <QtEndian>

#include <cerrno>
#include <sqlite3.h>

namespace waybill {

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

QString tr(const char* text) {
    return QCoreApplication::translate("Database", text);
}

int codeOf(const QSqlError& error) {
    return error.nativeErrorCode().toInt();
}

// Qt Sql notes without a lock that it has asked to be cleaned up at the end. Two of our threads that open their first
// database at once would ask twice, and then the end of the program would clean up for ever. So it is asked here, on
// the main thread, before there is another.
void askQtSqlFirst() {
    (void)QSqlDatabase::drivers();
}
Q_COREAPP_STARTUP_FUNCTION(askQtSqlFirst)

/// `systemError`: what the system told SQLite, which calls only a write to a full disk so.
QStringView faultOf(int code, int systemError) {
    switch (code & 0xff) {
    case SQLITE_FULL:
        return storage::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: // After many tries to get a lock for reading.
        return storage::held;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return storage::writeProtected;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return storage::damaged;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return faultOfSystem(systemError);
    default:
        return storage::unavailable;
    }
}

QString sentenceFor(QStringView fault, const QString& path) {
    if (fault == storage::full)
        return tr("There is no space left for Waybill's data.");
    if (fault == storage::held)
        return tr("Another program holds Waybill's data file “%1”.").arg(path);
    if (fault == storage::writeProtected)
        return tr("Waybill's data file “%1” is write-protected.").arg(path);
    if (fault == storage::damaged)
        return tr("Waybill's data file “%1” is damaged. Waybill neither repairs nor deletes it.").arg(path);
    if (fault == storage::gone)
        return tr("Waybill's data file “%1” is gone.").arg(path);
    return tr("Waybill cannot read or write its data file “%1”.").arg(path);
}

Error storageError(QStringView fault, const QString& message, const QString& details) {
    Error error;
    error.kind = ErrorKind::Storage;
    error.code = fault.toString();
    error.message = message;
    error.details = details;
    return error;
}

auto damaged(const QString& path) {
    return failure(storageError(storage::damaged, sentenceFor(storage::damaged, path), {}));
}

/// After a call of the system that failed.
auto systemFailure(const QString& message, const QString& details) {
    return failure(storageError(faultOfSystem(errno), message, details));
}

/// Whether a connection may not outlive it.
bool breaksConnection(int code) {
    switch (code & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_AUTH:
        return true;
    default:
        return false;
    }
}

/// The schema version as SQLite keeps it in the file's head ("user version", bytes 60 to 63), without opening the
/// database: opening alone may already write beside it. Nothing for a file that does not exist or is empty.
Result<std::optional<int>> versionInFile(const QString& path) {
    QFile file(path);
    if (!file.exists() || file.size() == 0)
        return std::optional<int>();
    if (!file.open(QIODevice::ReadOnly))
        return systemFailure(tr("Waybill cannot read its data file “%1”.").arg(path), file.errorString());
    const QByteArray head = file.read(100);
    if (head.size() < 100 || !head.startsWith("SQLite format 3"))
        return damaged(path);
    return std::optional(qFromBigEndian<qint32>(head.constData() + 60));
}

/// Before anything of it is opened: SQLite's own files lie beside it and are as private.
Result<void> refuseForeignFiles(const QString& path) {
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
        if (auto ours = refuseForeign(path + QLatin1StringView(ending)); !ours)
            return ours;
    }
    return {};
}

/// Made by us, so that the file, and SQLite's files beside it, are this person's alone whatever the umask.
Result<void> prepareFile(const QString& path) {
    const QFileInfo info(path);
    const bool folderIsNew = !info.dir().exists();
    if (folderIsNew && !(QDir().mkpath(info.absolutePath()) &&
                         QFile::setPermissions(info.absolutePath(), ownerOnly | QFile::ExeOwner)))
        return systemFailure(tr("Waybill cannot make its folder “%1”.").arg(info.absolutePath()), {});
    QFile file(path);
    if (!file.exists() && !file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly))
        return systemFailure(tr("Waybill cannot write to its folder “%1”.").arg(info.absolutePath()),
                             file.errorString());
    if (!file.setPermissions(ownerOnly))
        return systemFailure(tr("Waybill cannot protect its data file “%1”.").arg(path), file.errorString());
    return {};
}

auto refuseNewer(const QString& path) {
    return failure(ErrorKind::NewerData, tr("The data file “%1” was written by a newer Waybill. It was left untouched; "
                                            "please update Waybill to open it.")
                                             .arg(path));
}

} // namespace

Database::Database(QString connectionName, DataFile file, std::span<const Migration> migrations)
    : connectionName_(std::move(connectionName)), file_(std::move(file)), migrations_(migrations) {}

Database::~Database() {
    disconnect();
    QSqlDatabase::removeDatabase(connectionName_);
}

Result<std::unique_ptr<Database>> Database::open(const DataFile& file, std::span<const Migration> migrations) {
    const QString name = QUuid::createUuid().toString(QUuid::WithoutBraces);
    std::unique_ptr<Database> database(new Database(name, file, migrations)); // NOLINT: the constructor is private
    database->wasLeftOpen_ =
        QFile::exists(file.path + QStringLiteral("-wal")) || QFile::exists(file.path + QStringLiteral("-shm"));
    QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
    return database->connect().map([&] { return std::move(database); });
}

Result<void> Database::connect() {
    const int newest = migrations_.empty() ? 0 : migrations_.back().number;
    if (!file_.isInPlace())
        return failure(folderIsGone());
    if (auto ours = refuseForeignFiles(file_.path); !ours)
        return ours;
    const auto found = versionInFile(file_.path);
    if (!found)
        return failure(found.error());
    if (found->value_or(0) > newest)
        return refuseNewer(file_.path);
    if (auto prepared = prepareFile(file_.path); !prepared)
        return prepared;
    QSqlDatabase connection = QSqlDatabase::database(connectionName_, false);
    connection.setDatabaseName(file_.path);
    connection.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
    if (!connection.open())
        return failure(failed(codeOf(connection.lastError()), connection.lastError().text()));
    const QVariant handle = connection.driver()->handle();
    if (qstrcmp(handle.typeName(), "sqlite3*") != 0)
        return failure(failed(SQLITE_ERROR, QStringLiteral("Qt's SQLite has no handle.")));
    handle_ = *static_cast<sqlite3* const*>(handle.constData());
    needsReopening_ = false;
    auto ready = bringUpToDate();
    // An error on the way leaves a connection that lacks something.
    needsReopening_ = needsReopening_ || !ready;
    return ready;
}

Result<void> Database::bringUpToDate() {
    const int newest = migrations_.empty() ? 0 : migrations_.back().number;
    // After a crash the version may still be in the write-ahead log, so the database itself has the last word.
    auto version = run(QStringLiteral("PRAGMA user_version"));
    if (!version)
        return failure(version.error());
    if (!version->next())
        return damaged(file_.path);
    const int before = version->value(0).toInt();
    version->finish();
    if (before > newest)
        return refuseNewer(file_.path);
    // A copy is worth having only where there is something to lose.
    if (before > 0 && before < newest) {
        const QString copy = file_.path + QStringLiteral(".before-%1").arg(newest);
        if (auto ours = refuseForeign(copy); !ours)
            return ours;
        if (!QFile::exists(copy) && !(QFile::copy(file_.path, copy) && QFile::setPermissions(copy, ownerOnly)))
            return systemFailure(tr("Waybill cannot copy its data before bringing it up to date."), copy);
    }

    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
                               "PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY"}) {
        if (auto set = run(QString::fromLatin1(pragma)); !set)
            return failure(set.error());
    }

    if (before < newest) {
        Transaction migrating(*this);
        if (!migrating.begun())
            return migrating.commit();
        for (const Migration& migration : migrations_) {
            if (migration.number <= before)
                continue;
            for (const QString& statement : migration.statements) {
                if (auto applied = run(statement); !applied)
                    return failure(applied.error());
            }
        }
        // PRAGMA takes no bound value; the number is ours.
        if (auto numbered = run(QStringLiteral("PRAGMA user_version=%1").arg(newest)); !numbered)
            return failure(numbered.error());
        if (auto committed = migrating.commit(); !committed)
            return committed;
        // So that the file's head tells the version, to this Waybill and to an older one, before anything is opened.
        if (auto written = run(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)")); !written)
            return failure(written.error());
    }
    schemaVersion_ = newest;
    return {};
}

void Database::disconnect() {
    for (Statement* statement : statements_)
        statement->finalize();
    handle_ = nullptr;
    needsReopening_ = true;
    QSqlDatabase::database(connectionName_, false).close();
}

bool Database::isInTransaction() const {
    return handle_ && sqlite3_get_autocommit(handle_) == 0;
}

/// Before each statement: a connection that may be broken is made anew, unless a transaction is under way, which then
/// fails as a whole.
Result<void> Database::prepareForUse() {
    if (!needsReopening_ || isInTransaction())
        return {};
    // At its path another Waybill may work on the data of another folder.
    if (!file_.isInPlace()) {
        ++failures_;
        return failure(folderIsGone());
    }
    // Whoever made the file anew would begin with an empty account, without a word.
    const QFileInfo file(file_.path);
    if (!file.exists() || file.size() == 0) {
        ++failures_;
        return failure(storageError(storage::gone, sentenceFor(storage::gone, file_.path), {}));
    }
    if (isDamaged_ && file.lastModified() == damagedSince_)
        return failure(failed(SQLITE_CORRUPT, QStringLiteral("The file has not changed since.")));
    disconnect();
    ++failures_;
    if (auto connected = connect(); !connected)
        return connected;
    if (!isDamaged_)
        return {};
    const bool isWell = [this] {
        auto check = run(QStringLiteral("PRAGMA quick_check(1)"));
        return check && check->next() && check->value(0).toString() == u"ok";
    }();
    if (!isWell) {
        damagedSince_ = file.lastModified();
        return failure(failed(SQLITE_CORRUPT, QStringLiteral("PRAGMA quick_check found damage.")));
    }
    isDamaged_ = false;
    damagedSince_ = {};
    return {};
}

Database::Condition Database::check(const std::function<bool()>& goesOn) {
    if (!prepareForUse())
        return isDamaged_ ? Condition::Damaged : Condition::Unknown;
    constexpr int instructions = 10'000;
    std::function<bool()> asked = goesOn;
    sqlite3_progress_handler(
        handle_, instructions, [](void* data) { return (*static_cast<std::function<bool()>*>(data))() ? 0 : 1; },
        &asked);
    auto found = run(QStringLiteral("PRAGMA quick_check(1)"));
    const bool isRead = found && found->next();
    const QString answer = isRead ? found->value(0).toString() : QString();
    if (found)
        found->finish();
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    if (isRead && answer != u"ok")
        (void)failed(SQLITE_CORRUPT, answer);
    return isDamaged_ ? Condition::Damaged : isRead ? Condition::Well : Condition::Unknown;
}

void Database::distrust() {
    (void)failed(SQLITE_CORRUPT, {});
}

Error Database::folderIsGone() const {
    return storageError(storage::gone,
                        tr("Waybill's folder “%1” was moved away or deleted. Waybill neither reads nor writes what is "
                           "there now.")
                            .arg(file_.folder->path()),
                        {});
}

// SQLite itself writes on into a file that was deleted.
Result<void> Database::refuseIfMoved() {
    int isMoved = 0;
    if (sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &isMoved) != SQLITE_OK || !isMoved)
        return {};
    needsReopening_ = true;
    return prepareForUse();
}

Result<QSqlQuery> Database::run(const QString& statement, const QVariantList& values) {
    if (auto ready = prepareForUse(); !ready)
        return failure(ready.error());
    QSqlQuery query(QSqlDatabase::database(connectionName_, false));
    query.setForwardOnly(true);
    if (!query.prepare(statement))
        return failure(failed(codeOf(query.lastError()), query.lastError().text()));
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (!query.exec())
        return failure(failed(codeOf(query.lastError()), query.lastError().text()));
    return query;
}

Error Database::failed(int code, const QString& details) {
    ++failures_;
    needsReopening_ = needsReopening_ || breaksConnection(code);
    const int primary = code & 0xff;
    isDamaged_ = isDamaged_ || primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
    // Of a file beside the database SQLite tells only that it did not open.
    const int systemError = handle_ ? sqlite3_system_errno(handle_) : errno;
    const QStringView fault = faultOf(code, systemError != 0 ? systemError : errorOfDisk(file_.path));
    return storageError(fault, sentenceFor(fault, file_.path), details);
}

Transaction::Transaction(Database& database) : database_(database) {
    auto begun = database_.prepareForUse().and_then([this] { return database_.refuseIfMoved(); }).and_then([this] {
        return database_.run(QStringLiteral("BEGIN IMMEDIATE"));
    });
    open_ = begun.has_value();
    if (!begun)
        beginError_ = begun.error();
}

Transaction::~Transaction() {
    if (!open_)
        return;
    // Many an error has rolled it back already.
    if (database_.isInTransaction())
        (void)database_.run(QStringLiteral("ROLLBACK"));
    if (database_.isInTransaction())
        database_.disconnect();
}

Result<void> Transaction::commit() {
    if (!open_)
        return failure(beginError_);
    auto committed = database_.run(QStringLiteral("COMMIT"));
    if (!committed)
        return failure(committed.error());
    open_ = false;
    return {};
}

} // namespace waybill
