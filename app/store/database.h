// SPDX-License-Identifier: MIT
#pragma once

#include "contract/result.h"
#include "store/folderlock.h"

#include <QDateTime>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QStringList>
#include <QVariantList>

#include <functional>
#include <memory>
#include <span>
#include <vector>

struct sqlite3;

namespace waybill {

class Statement;

/// One step of a schema, applied once, in the order of the numbers (1, 2, ...).
struct Migration {
    int number;
    QStringList statements;
};

/// One SQLite file on one thread: WAL, `synchronous=FULL`, foreign keys, `secure_delete`, mode 0600 whatever the umask.
/// Made, used and destroyed on the same thread. A link is not followed, nor is what belongs to somebody else used.
///
/// After an error that a connection may not outlive (the disk fails, the file is damaged or gone), it is opened anew at
/// the next use outside a transaction, so that whoever tries again goes on as soon as the file is well. In a folder
/// that is locked this is the one that was locked, or none.
class Database final {
public:
    /// Creates the file or migrates it, all pending migrations in one transaction (after a copy of the old file, where
    /// there was one). NewerData for a file of a newer schema, which is left untouched byte for byte; Storage for a
    /// damaged, locked or unwritable one. `migrations` outlive the database.
    static Result<std::unique_ptr<Database>> open(const DataFile& file, std::span<const Migration> migrations);
    ~Database();
    Q_DISABLE_COPY_MOVE(Database)

    /// Runs one statement with bound values. The query that it answers has been executed.
    Result<QSqlQuery> run(const QString& statement, const QVariantList& values = {});
    int schemaVersion() const { return schemaVersion_; }
    /// Whether whoever wrote it before did not close it: SQLite's files were still beside it when it was opened here.
    bool wasLeftOpen() const { return wasLeftOpen_; }
    enum class Condition { Well, Damaged, Unknown };
    /// Reads the whole file, unless `goesOn` ends it, which is asked every few milliseconds. Unknown where it was ended
    /// or the file could not be read.
    Condition check(const std::function<bool()>& goesOn);
    /// Somebody else found the file damaged: from here on everything fails, until it is well.
    void distrust();
    /// How often something failed here. What is remembered from before the last time may not be what is stored.
    quint64 failures() const { return failures_; }

private:
    friend class Statement;
    friend class Transaction;
    Database(QString connectionName, DataFile file, std::span<const Migration> migrations);
    Result<void> connect();
    Result<void> bringUpToDate();
    void disconnect();
    Result<void> prepareForUse();
    bool isInTransaction() const;
    Result<void> refuseIfMoved();
    Error failed(int code, const QString& details);
    Error folderIsGone() const;

    const QString connectionName_;
    const DataFile file_;
    const std::span<const Migration> migrations_;
    sqlite3* handle_ = nullptr;
    int schemaVersion_ = 0;
    bool wasLeftOpen_ = false;
    quint64 failures_ = 0;
    bool needsReopening_ = false;
    bool isDamaged_ = false;
    QDateTime damagedSince_;             ///< When the file was written that was found to be damaged.
    std::vector<Statement*> statements_; ///< That are prepared, or may be.
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
