// SPDX-License-Identifier: MIT
#include "contract/afterwards.h"

namespace waybill {

Afterwards afterwardsOf(DeliveryStatus lastStatus) {
    switch (lastStatus) {
    case DeliveryStatus::Delivered:
        return Afterwards::Delivered;
    case DeliveryStatus::Abandoned:
        return Afterwards::GivenUp;
    case DeliveryStatus::Pending:
    case DeliveryStatus::Failed:
    case DeliveryStatus::Unknown:
        break;
    }
    return Afterwards::TriedAgain;
}

Afterwards afterwardsIn(const QList<Delivery>& journey, const Delivery& attempt) {
    const Delivery* last = &attempt;
    for (const Delivery& other : journey) {
        if (other.replaysDeliveryId == attempt.replaysDeliveryId && other.attempt > last->attempt)
            last = &other;
    }
    return last == &attempt ? Afterwards::TriedAgain : afterwardsOf(last->status);
}

} // namespace waybill
