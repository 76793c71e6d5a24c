// SPDX-License-Identifier: MIT
#pragma once

#include "insight/forecast.h"

#include <QString>

namespace waybill {

/// What will happen if nothing changes: a sentence a line, and the exact times for a tooltip.
struct ForecastWords {
    QString text;
    QString tip;
};
ForecastWords wordsFor(const Forecast& forecast, bool isEnabled);

} // namespace waybill
