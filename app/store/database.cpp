// SPDX-License-Identifier: MIT
#include "store/database.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlDriver>
#include <QSqlError>
#include <QUuid>
#include <QtEndian>

namespace waybill {

namespace {

constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;

QString tr(const char* text) {
    return QCoreApplication::translate("Database", text);
}

auto storageFailure(const QString& message, const QString& details) {
    return failure(ErrorKind::Storage, message, details);
}

auto failureOf(const QSqlError& error) {
    return failure(Database::storageError(error.text()));
}

/// The schema version as SQLite keeps it in the file's head ("user version", bytes 60 to 63), without opening the
/// database: opening alone may already write beside it. Nothing for a file that does not exist or is empty.
Result<std::optional<int>> versionInFile(const QString& path) {
    QFile file(path);
    if (!file.exists() || file.size() == 0)
        return std::optional<int>();
    if (!file.open(QIODevice::ReadOnly))
        return storageFailure(tr("Waybill cannot read its data file “%1”.").arg(path), file.errorString());
    const QByteArray head = file.read(100);
    if (head.size() < 100 || !head.startsWith("SQLite format 3"))
        return storageFailure(tr("The data file “%1” is damaged. It was left as it is.").arg(path), {});
    return std::optional(qFromBigEndian<qint32>(head.constData() + 60));
}

/// Made by us, so that the file, and SQLite's files beside it, are this person's alone whatever the umask.
Result<void> prepareFile(const QString& path) {
    const QFileInfo info(path);
    const bool folderIsNew = !info.dir().exists();
    if (folderIsNew && !(QDir().mkpath(info.absolutePath()) &&
                         QFile::setPermissions(info.absolutePath(), ownerOnly | QFile::ExeOwner)))
        return storageFailure(tr("Waybill cannot make its folder “%1”.").arg(info.absolutePath()), {});
    QFile file(path);
    if (!file.exists() && !file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownerOnly))
        return storageFailure(tr("Waybill cannot write to its folder “%1”.").arg(info.absolutePath()),
                              file.errorString());
    if (!file.setPermissions(ownerOnly))
        return storageFailure(tr("Waybill cannot protect its data file “%1”.").arg(path), file.errorString());
    return {};
}

} // namespace

Database::Database(QString connectionName) : connectionName_(std::move(connectionName)) {}

Database::~Database() {
    QSqlDatabase::database(connectionName_, false).close();
    QSqlDatabase::removeDatabase(connectionName_);
}

Result<std::unique_ptr<Database>> Database::open(const QString& path, std::span<const Migration> migrations) {
    const int newest = migrations.empty() ? 0 : migrations.back().number;
    const auto found = versionInFile(path);
    if (!found)
        return failure(found.error());
    const auto refuseNewer = [&path] {
        return failure(ErrorKind::NewerData,
                       tr("The data file “%1” was written by a newer Waybill. It was left untouched; please update "
                          "Waybill to open it.")
                           .arg(path));
    };
    if (found->value_or(0) > newest)
        return refuseNewer();
    if (auto prepared = prepareFile(path); !prepared)
        return failure(prepared.error());

    const QString name = QUuid::createUuid().toString(QUuid::WithoutBraces);
    std::unique_ptr<Database> database(new Database(name)); // NOLINT: the constructor is private
    {
        QSqlDatabase connection = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        connection.setDatabaseName(path);
        connection.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
        if (!connection.open())
            return failureOf(connection.lastError());
        const QVariant handle = connection.driver()->handle();
        if (qstrcmp(handle.typeName(), "sqlite3*") != 0)
            return failure(storageError(QStringLiteral("Qt's SQLite has no handle.")));
        database->handle_ = *static_cast<sqlite3* const*>(handle.constData());
    }
    // After a crash the version may still be in the write-ahead log, so the database itself has the last word.
    auto version = database->run(QStringLiteral("PRAGMA user_version"));
    if (!version || !version->next())
        return storageFailure(tr("The data file “%1” is damaged. It was left as it is.").arg(path),
                              version ? QString() : version.error().details);
    const int before = version->value(0).toInt();
    version->finish();
    if (before > newest)
        return refuseNewer();
    // A copy is worth having only where there is something to lose.
    if (before > 0 && before < newest) {
        const QString copy = path + QStringLiteral(".before-%1").arg(newest);
        if (!QFile::exists(copy) && !(QFile::copy(path, copy) && QFile::setPermissions(copy, ownerOnly)))
            return storageFailure(tr("Waybill cannot copy its data before bringing it up to date."), copy);
    }

    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON",
                               "PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY"}) {
        if (auto set = database->run(QString::fromLatin1(pragma)); !set)
            return failure(set.error());
    }

    if (before < newest) {
        Transaction migrating(*database);
        if (!migrating.begun())
            return failure(migrating.commit().error());
        for (const Migration& migration : migrations) {
            if (migration.number <= before)
                continue;
            for (const QString& statement : migration.statements) {
                if (auto applied = database->run(statement); !applied)
                    return failure(applied.error());
            }
        }
        // PRAGMA takes no bound value; the number is ours.
        if (auto numbered = database->run(QStringLiteral("PRAGMA user_version=%1").arg(newest)); !numbered)
            return failure(numbered.error());
        if (auto committed = migrating.commit(); !committed)
            return failure(committed.error());
        // So that the file's head tells the version, to this Waybill and to an older one, before anything is opened.
        if (auto written = database->run(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)")); !written)
            return failure(written.error());
    }
    database->schemaVersion_ = newest;
    return database;
}

Result<QSqlQuery> Database::run(const QString& statement, const QVariantList& values) {
    QSqlQuery query(QSqlDatabase::database(connectionName_, false));
    query.setForwardOnly(true);
    if (!query.prepare(statement))
        return failureOf(query.lastError());
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (!query.exec())
        return failureOf(query.lastError());
    return query;
}

Error Database::storageError(const QString& details) {
    Error error;
    error.kind = ErrorKind::Storage;
    error.message = tr("Waybill cannot read or write its data on this computer.");
    error.details = details;
    return error;
}

Transaction::Transaction(Database& database) : database_(database) {
    const auto begun = database_.run(QStringLiteral("BEGIN IMMEDIATE"));
    open_ = begun.has_value();
    if (!begun)
        beginError_ = begun.error();
}

Transaction::~Transaction() {
    if (open_)
        (void)database_.run(QStringLiteral("ROLLBACK"));
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
