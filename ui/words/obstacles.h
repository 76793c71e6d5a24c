// SPDX-License-Identifier: MIT
#pragma once

#include "insight/obstacle.h"
#include "widgets/pill.h"

namespace waybill {

/// How an account stands, beside its name.
struct AccountState {
    QString words; ///< "offline"
    PillKind kind = PillKind::Success;
};
AccountState stateOf(Obstacle obstacle);
/// The verb of the way out that Waybill can open, or empty: "Enter a new key…".
QString remedyFor(Obstacle obstacle);

} // namespace waybill
