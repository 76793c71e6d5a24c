// SPDX-License-Identifier: MIT
#pragma once

#include "history/history.h"

#include <QString>

namespace waybill {

/// "Reading older deliveries: 12,400 rows, back to 3 Nov", or the same for a pause; empty where neither is the case.
QString readingWords(const Reach& reach, Instant now);
/// "Older deliveries are not read. The log goes back to 3 Nov."; empty where they are.
QString unreadWords(const Reach& reach, Instant now);
/// The verb with which reading is taken up again: "Read older deliveries".
QString readOlderWords(const Reach& reach);

} // namespace waybill
