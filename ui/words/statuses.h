// SPDX-License-Identifier: MIT
#pragma once

#include "contract/afterwards.h"
#include "contract/endpoint.h"
#include "contract/signature.h"
#include "widgets/pill.h"

namespace waybill {

/// What a pill shows.
struct StatusWords {
    PillKind kind = PillKind::Neutral;
    Icon icon = Icon::None;
    QString text;
};

/// A pending delivery whose time has come is "Sending", or "Waiting" where the account says what keeps it.
/// `afterwards` counts where it failed; `check` is what the built-in receiver found of its signature.
StatusWords statusOf(const Delivery& delivery, Instant now, Afterwards afterwards = Afterwards::TriedAgain,
                     const std::optional<SignatureCheck>& check = {});
StatusWords statusOf(const Endpoint& endpoint);
/// Enabled, and its last settled attempt failed.
StatusWords failingEndpointStatus();

} // namespace waybill
