// SPDX-License-Identifier: MIT
#include "insight/obstacle.h"

namespace waybill {

Obstacle obstacleOf(const Error& error) {
    switch (error.kind) {
    case ErrorKind::Authentication:
        return Obstacle::KeyRefused;
    case ErrorKind::Authorization:
        if (error.code == u"plan_upgrade_required")
            return Obstacle::PlanTooSmall;
        // The contract names no code for a role that is too low.
        return error.code == u"missing_required_scope" ? Obstacle::ScopeMissing : Obstacle::RoleTooLow;
    case ErrorKind::RateLimit:
        return error.code == u"quota_exceeded" ? Obstacle::QuotaUsedUp : Obstacle::Paused;
    case ErrorKind::Api:
        return Obstacle::Outage;
    case ErrorKind::WebhooksNotEnabled:
        return Obstacle::NotSwitchedOn;
    case ErrorKind::Unreachable:
    case ErrorKind::TimedOut:
        return Obstacle::Offline;
    case ErrorKind::Untrusted:
        return Obstacle::Untrusted;
    case ErrorKind::UnreadableAnswer:
        return Obstacle::ForeignAnswer;
    case ErrorKind::InvalidRequest:
    case ErrorKind::NotFound:
    case ErrorKind::Storage:
    case ErrorKind::NewerData:
    case ErrorKind::DataInUse:
    case ErrorKind::NoKeychain:
    case ErrorKind::SecretNotFound:
    case ErrorKind::PortTaken:
    case ErrorKind::Malformed:
        break;
    }
    return Obstacle::Other;
}

} // namespace waybill
