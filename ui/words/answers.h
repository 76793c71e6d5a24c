// SPDX-License-Identifier: MIT
#pragma once

#include "contract/attemptoutcome.h"
#include "contract/delivery.h"

namespace waybill {

/// "The receiver answered 404. Check the address: the Zap may have been turned off."
QString explainStatus(int status);
/// Why no answer came, and what to look at.
QString explainFailure(AttemptFailure failure);
/// From the status where one came, else from the account's own text.
QString explainAttempt(const Delivery& delivery);

} // namespace waybill
