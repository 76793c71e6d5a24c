// SPDX-License-Identifier: MIT
#include "store/statement.h"

#include <sqlite3.h>
#include <utility>

namespace waybill {

bool StatementRow::isNull(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

qint64 StatementRow::number(int column) const {
    return sqlite3_column_int64(statement_, column);
}

QString StatementRow::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return QString::fromUtf8(text, sqlite3_column_bytes(statement_, column));
}

QByteArrayView StatementRow::view(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {bytes, sqlite3_column_bytes(statement_, column)};
}

Statement::Statement(Database& database, QByteArray text) : database_(database), text_(std::move(text)) {
    database_.statements_.push_back(this);
}

Statement::~Statement() {
    finalize();
    std::erase(database_.statements_, this);
}

void Statement::finalize() {
    sqlite3_finalize(std::exchange(statement_, nullptr));
}

Result<void> Statement::prepare() {
    if (auto ready = database_.prepareForUse(); !ready || statement_)
        return ready;
    if (sqlite3_prepare_v3(database_.handle_, text_.constData(), int(text_.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement_, nullptr) != SQLITE_OK)
        return failure(errorOf());
    return {};
}

Result<bool> Statement::step() {
    switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
        return true;
    case SQLITE_DONE:
        return false;
    default:
        return failure(errorOf());
    }
}

Result<int> Statement::finish() {
    const auto stepped = step();
    reset();
    return stepped.map([this](bool) { return sqlite3_changes(database_.handle_); });
}

// It tells of the failure once more, which was told.
void Statement::reset() {
    (void)sqlite3_reset(statement_);
    (void)sqlite3_clear_bindings(statement_);
}

void Statement::bind(int at, qint64 value) {
    sqlite3_bind_int64(statement_, at, value);
}

void Statement::bind(int at, const QByteArray& blob) {
    // An empty one has no bytes to point at, which SQLite would take for NULL.
    sqlite3_bind_blob64(statement_, at, blob.isEmpty() ? "" : blob.constData(), sqlite3_uint64(blob.size()),
                        SQLITE_STATIC);
}

void Statement::bind(int at, const QString& text) {
    const QByteArray utf8 = text.toUtf8();
    sqlite3_bind_text64(statement_, at, utf8.isEmpty() ? "" : utf8.constData(), sqlite3_uint64(utf8.size()),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(int at, QUtf8StringView text) {
    sqlite3_bind_text64(statement_, at, text.isEmpty() ? "" : text.data(), sqlite3_uint64(text.size()), SQLITE_STATIC,
                        SQLITE_UTF8);
}

void Statement::bind(int at, std::nullopt_t) {
    sqlite3_bind_null(statement_, at);
}

Error Statement::errorOf() {
    return database_.failed(sqlite3_extended_errcode(database_.handle_),
                            QString::fromUtf8(sqlite3_errmsg(database_.handle_)));
}

} // namespace waybill
