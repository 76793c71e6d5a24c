// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <QString>

namespace waybill {

/// "just now", "2 min ago", "in 4 min", "yesterday"-free: days, then the date.
QString relativeTime(Instant instant, Instant now);
/// "in 4 min", and "in a moment" also where its time has come.
QString timeToCome(Instant instant, Instant now);
/// "5 min", the largest unit alone; at least 1 s.
QString roughDuration(milliseconds duration);
/// "12 October 2026 at 14:32:08 CEST", local.
QString exactTime(Instant instant);
/// "12 Oct 14:32", local.
QString shortTime(Instant instant);
/// "14:32:08", local.
QString clockTime(Instant instant);
/// ISO 8601 with the local offset, for exports and copies.
QString isoLocalTime(Instant instant);
/// "< 1 ms", "171 ms", "10.0 s", "4 min 12 s".
QString durationText(milliseconds duration);

} // namespace waybill
