// SPDX-License-Identifier: MIT
#pragma once

#include "store/database.h"

#include <span>

namespace waybill {

/// The steps of the local copy's schema. Add steps, never change one.
std::span<const Migration> historyMigrations();

} // namespace waybill
