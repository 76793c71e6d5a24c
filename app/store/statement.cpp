// SPDX-License-Identifier: MIT
#include "store/statement.h"

namespace waybill {

Result<void> Statement::prepare() {
    if (query_)
        return {};
    auto prepared = database_.prepare(text_);
    if (!prepared)
        return failure(prepared.error());
    query_ = *std::move(prepared);
    return {};
}

Result<int> Statement::execute() {
    if (query_->exec())
        return query_->isSelect() ? 0 : query_->numRowsAffected();
    auto error = Database::failureOf(*query_);
    // A statement that failed may hold on to the transaction, and be out of date.
    query_.reset();
    return error;
}

} // namespace waybill
