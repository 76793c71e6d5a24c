// SPDX-License-Identifier: MIT
#pragma once

#include "contract/delivery.h"

#include <QList>

namespace waybill {

/// What becomes of an event after an attempt that failed: another is still to come, or a later one delivered it, or it
/// was given up. The log says of the attempt itself only that another was scheduled then.
enum class Afterwards { TriedAgain, Delivered, GivenUp };

/// From the status of the last attempt that followed.
Afterwards afterwardsOf(DeliveryStatus lastStatus);
/// Of an attempt in its event's journey. A replay is a journey of its own.
Afterwards afterwardsIn(const QList<Delivery>& journey, const Delivery& attempt);

} // namespace waybill
