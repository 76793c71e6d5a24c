// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"

#include <optional>

namespace waybill {

/// Real time, as far as it can be relied on for what cannot be undone. A clock that leaps ahead may have been set
/// wrong: it is believed once it has gone on for a day from there. Until then the time before the leap counts; for good
/// on a computer whose clock starts in the past again and again. A value, to be kept from one look to the next, also
/// across restarts.
struct SteadyTime {
    Instant reached;
    std::optional<Instant> leaptTo; ///< Not believed yet.

    /// What counts once the clock shows `now`.
    SteadyTime after(Instant now) const;
    friend bool operator==(const SteadyTime&, const SteadyTime&) = default;
};

} // namespace waybill
