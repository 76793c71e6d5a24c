// SPDX-License-Identifier: MIT
#pragma once

#include "contract/signature.h"
#include "history/history.h"

#include <QString>

namespace waybill {

/// The answer to "Send test event", once it is known what came of it: "Delivered · Verified. …". `check` is what the
/// built-in receiver found of the signature.
QString testOutcomeText(const DeliveryRow& row, const std::optional<SignatureCheck>& check);

} // namespace waybill
