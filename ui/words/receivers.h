// SPDX-License-Identifier: MIT
#pragma once

#include "insight/receiverservice.h"

#include <QString>

namespace waybill {

/// What to say of a receiving service. Empty texts: nothing is to be said.
struct ReceiverWords {
    QString name;
    QString howToGetAnAddress;
    QString recognised; ///< Shown when its address is typed: what to do there next, or why it will not work.
};

ReceiverWords wordsFor(ReceiverService service);
/// That an address is a page to look at, and where the one for messages is found.
QString wordsFor(const ServicePage& page);

} // namespace waybill
