// SPDX-License-Identifier: MIT
#pragma once

#include "contract/afterwards.h"
#include "contract/attemptoutcome.h"

namespace waybill {

/// What came of an attempt, and what a person can do about it (empty where there is nothing to do).
struct AttemptWords {
    QString happened;
    QString nextStep;
};

AttemptWords wordsFor(AttemptFailure failure);
/// From the status where one came, else from the account's own text.
AttemptWords wordsFor(const Delivery& delivery, Afterwards afterwards = Afterwards::TriedAgain);
/// Both sentences: "The receiver answered 404. Check the address: the Zap may have been turned off."
QString explainAttempt(const Delivery& delivery, Afterwards afterwards = Afterwards::TriedAgain);
/// Why no answer came; nothing where the account says it in words that Waybill does not know.
std::optional<AttemptFailure> failureOf(const Delivery& delivery);
/// The message never left: no connection came about, or not a safe one.
bool wasNeverSent(AttemptFailure failure);

} // namespace waybill
