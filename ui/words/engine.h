// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "sandbox/sandboxcontrols.h"

#include <QString>

namespace waybill {

/// "Engine: 2 scheduled, next try in 47 s", for the status bar.
QString engineText(const EngineState& state, Instant now);

} // namespace waybill
