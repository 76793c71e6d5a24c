// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "contract/secret.h"

#include <optional>

namespace waybill {

/// What signs for an endpoint now.
struct EndpointSecrets {
    Secret current;
    Secret previous; ///< Empty where there is none.
    std::optional<Instant> previousValidUntil;
};

} // namespace waybill
