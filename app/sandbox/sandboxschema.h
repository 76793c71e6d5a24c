// SPDX-License-Identifier: MIT
#pragma once

#include "store/database.h"

namespace waybill {

/// The sandbox's tables, migration by migration. A migration that was ever released is never edited.
std::span<const Migration> sandboxSchema();

/// `deliveries.state`. What is under way is pending, here as in the contract.
enum class RowState { Pending = 0, Delivered = 1, Failed = 2, Abandoned = 3 };

} // namespace waybill
