// SPDX-License-Identifier: MIT
#pragma once

#include "store/database.h"

#include <span>

namespace waybill {

std::span<const Migration> receiverSchema();

} // namespace waybill
