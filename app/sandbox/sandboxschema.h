// SPDX-License-Identifier: MIT
#pragma once

#include "store/database.h"

namespace waybill {

/// The sandbox's tables, migration by migration. A migration that was ever released is never edited.
std::span<const Migration> sandboxSchema();

/// `deliveries.state`. The contract knows no "under way": it is pending there.
enum class RowState { Pending = 0, UnderWay = 1, Delivered = 2, Failed = 3, Abandoned = 4 };

} // namespace waybill
