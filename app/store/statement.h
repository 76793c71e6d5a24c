// SPDX-License-Identifier: MIT
#pragma once

#include "store/database.h"

#include <QSqlQuery>

#include <optional>

namespace waybill {

/// A statement that runs often: prepared once, at its first run. Lives on its database's thread and goes before it.
class Statement final {
public:
    Statement(Database& database, QString text) : database_(database), text_(std::move(text)) {}
    Q_DISABLE_COPY_MOVE(Statement)
    const QString& text() const { return text_; }

    /// Answers how many rows it changed.
    template <typename... Values>
    Result<int> run(const Values&... values) {
        return bind(values...).and_then([this] { return execute(); });
    }
    /// `row` reads each row; it answers whether to go on.
    template <typename Row, typename... Values>
    Result<void> read(Row row, const Values&... values) {
        if (auto ran = bind(values...).and_then([this] { return execute(); }); !ran)
            return failure(ran.error());
        while (query_->next() && row(std::as_const(*query_))) {
        }
        query_->finish();
        return {};
    }

private:
    template <typename... Values>
    Result<void> bind(const Values&... values) {
        if (auto prepared = prepare(); !prepared)
            return prepared;
        int at = 0;
        (query_->bindValue(at++, values), ...);
        return {};
    }
    Result<void> prepare();
    Result<int> execute();

    Database& database_;
    const QString text_;
    std::optional<QSqlQuery> query_;
};

} // namespace waybill
