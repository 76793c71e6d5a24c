// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QStringList>
#include <QVariantList>

#include <memory>
#include <span>

struct sqlite3;

namespace waybill {

/// One step of a schema, applied once, in the order of the numbers (1, 2, ...).
struct Migration {
    int number;
    QStringList statements;
};

/// One SQLite file on one thread: WAL, `synchronous=FULL`, foreign keys, `secure_delete`, mode 0600 in a folder of
/// 0700, whatever the umask. Made, used and destroyed on the same thread.
class Database final {
public:
    /// Creates the file or migrates it, all pending migrations in one transaction (after a copy of the old file, where
    /// there was one). NewerData for a file of a newer schema, which is left untouched byte for byte; Storage for a
    /// damaged, locked or unwritable one.
    static Result<std::unique_ptr<Database>> open(const QString& path, std::span<const Migration> migrations);
    ~Database();
    Q_DISABLE_COPY_MOVE(Database)

    /// Runs one statement with bound values. The query that it answers has been executed.
    Result<QSqlQuery> run(const QString& statement, const QVariantList& values = {});
    /// SQLite's own, for `Statement`.
    sqlite3* handle() const { return handle_; }
    /// A sentence, with the technical text as details.
    static Error storageError(const QString& details);
    int schemaVersion() const { return schemaVersion_; }

private:
    friend class Transaction;
    explicit Database(QString connectionName);
    QString connectionName_;
    sqlite3* handle_ = nullptr;
    int schemaVersion_ = 0;
};

/// Everything between its making and `commit()` is one change; without a commit it is rolled back.
class Transaction final {
public:
    /// BEGIN IMMEDIATE. A failure (the database is locked) shows in `begun()` and at `commit()`: look before the first
    /// write.
    explicit Transaction(Database& database);
    ~Transaction();
    Q_DISABLE_COPY_MOVE(Transaction)
    bool begun() const { return open_; }
    Result<void> commit();

private:
    Database& database_;
    bool open_ = false;
    Error beginError_;
};

} // namespace waybill
