// SPDX-License-Identifier: MIT
#pragma once

#include "store/database.h"

#include <QByteArray>
#include <QString>
#include <QUtf8StringView>

#include <memory>
#include <optional>

struct sqlite3_stmt;

namespace waybill {

/// A row that a statement reads; only while its reader runs.
class StatementRow {
public:
    explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}
    bool isNull(int column) const;
    qint64 number(int column) const;
    QString text(int column) const;
    QByteArray bytes(int column) const { return view(column).toByteArray(); }
    QByteArrayView view(int column) const; ///< Only until the next row, or the same column is read otherwise.

private:
    sqlite3_stmt* statement_;
};

/// A statement that runs thousands of times a second: prepared once, and bound by SQLite's own functions, because
/// QSqlQuery takes more time for its bookkeeping than SQLite for the work. Lives on its database's thread and goes
/// before it.
class Statement final {
public:
    Statement(Database& database, QByteArray text);
    ~Statement();
    Q_DISABLE_COPY_MOVE(Statement)
    const QByteArray& text() const { return text_; }

    /// Answers how many rows it changed.
    template <typename... Values>
    Result<int> run(const Values&... values) {
        if (auto ready = prepare(); !ready)
            return failure(ready.error());
        int at = 0;
        (bind(++at, values), ...);
        return finish();
    }
    /// `row` reads each row; it answers whether to go on.
    template <typename Row, typename... Values>
    Result<void> read(Row row, const Values&... values) {
        if (auto ready = prepare(); !ready)
            return ready;
        int at = 0;
        (bind(++at, values), ...);
        auto more = step();
        while (more && *more && row(StatementRow(statement_)))
            more = step();
        reset();
        return more ? Result<void>() : failure(more.error());
    }

private:
    friend class Database;
    Result<void> prepare();
    void finalize();
    Result<bool> step(); ///< Whether there is a row.
    Result<int> finish();
    void reset();
    // What is bound by reference has to stay until the statement has run. QByteArray is a BLOB, the others are TEXT.
    void bind(int at, qint64 value);
    void bind(int at, int value) { bind(at, qint64(value)); }
    void bind(int at, const QByteArray& blob);
    void bind(int at, const QString& text);
    void bind(int at, QUtf8StringView text);
    void bind(int at, std::nullopt_t);
    template <typename T>
    void bind(int at, const std::optional<T>& value) {
        value ? bind(at, *value) : bind(at, std::nullopt);
    }
    Error errorOf();

    Database& database_;
    const QByteArray text_;
    sqlite3_stmt* statement_ = nullptr;
};

} // namespace waybill
