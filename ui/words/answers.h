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

AttemptWords wordsFor(const FailureReport& report);
/// From the failure where the account gives one, else from the status, else from the account's own text.
AttemptWords wordsFor(const Delivery& delivery, Afterwards afterwards = Afterwards::TriedAgain);
/// Both sentences: "The receiver answered 404. Check the address: the Zap may have been turned off."
QString explainAttempt(const Delivery& delivery, Afterwards afterwards = Afterwards::TriedAgain);
/// The library's reason, for a fold; may be empty.
QString detailsOf(const Delivery& delivery);
/// The beginning of the receiver's answer in one line, cut between letters; may be empty.
QString quotedAnswer(const Delivery& delivery);
/// The message never left: no connection came about, or not a safe one.
bool wasNeverSent(const FailureReport& report);

} // namespace waybill
