// SPDX-License-Identifier: MIT
#pragma once

#include "contract/endpoint.h"
#include "history/leftoutrows.h"

#include <QString>

namespace waybill {

/// Who disabled an endpoint, when and why, and the way back: as far as it is known. Empty where it is enabled.
QString disabledText(const Endpoint& endpoint, Instant now);
/// The same for a row of the list: "410 three times", or "disabled, no new events".
QString disabledLine(const Endpoint& endpoint);
/// When the secret was changed, and by whom; empty where nothing is known of it.
QString rotatedText(const EndpointTrace& trace, Instant now);
/// Until when the secret of before signs too, or since when it does not; empty where that is not known.
QString overlapText(const EndpointTrace& trace, Instant now);
/// Whether it still does.
bool isOverlapping(const EndpointTrace& trace, Instant now);

/// How many rows of an account are left out because they cannot be read, and which; empty for none.
QString leftOutText(const LeftOutRows& rows);

} // namespace waybill
