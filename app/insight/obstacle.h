// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"

namespace waybill {

/// What stands between a person and an account, by the way out of it.
enum class Obstacle {
    KeyRefused,    ///< Wrong, revoked or missing: another key.
    PlanTooSmall,  ///< Webhooks are not in the plan: a larger one.
    NotSwitchedOn, ///< The beta flag is off: the account's support.
    ScopeMissing,  ///< The key may not: a key made with more scopes.
    RoleTooLow,    ///< The person may not: somebody with a larger role.
    Paused,        ///< Too many requests: wait, the account says how long.
    QuotaUsedUp,   ///< Nothing more in this period: wait for the next, or a larger plan.
    Offline,       ///< Nothing answered: the network.
    Outage,        ///< The account has a problem of its own: wait.
    ForeignAnswer, ///< Something else answered, such as a proxy's page: the address, or a sign-in.
    Untrusted,     ///< The certificate was not accepted: the address, the clock, the network's owner.
    Other,         ///< Of one request, not of the account.
};

Obstacle obstacleOf(const Error& error);

} // namespace waybill
