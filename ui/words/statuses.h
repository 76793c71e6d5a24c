// SPDX-License-Identifier: MIT
#pragma once

#include "contract/delivery.h"
#include "contract/endpoint.h"
#include "widgets/pill.h"

namespace waybill {

/// What a pill shows.
struct StatusWords {
    PillKind kind = PillKind::Neutral;
    Icon icon = Icon::None;
    QString text;
};

/// A pending delivery whose time has come is "Sending", or "Waiting" where the account says what keeps it.
StatusWords statusOf(const Delivery& delivery, Instant now);
StatusWords statusOf(const Endpoint& endpoint);
/// Enabled, and its last settled attempt failed.
StatusWords failingEndpointStatus();

} // namespace waybill
