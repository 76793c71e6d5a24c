// SPDX-License-Identifier: MIT
#pragma once

#include "contract/instant.h"
#include "sandbox/sandboxcontrols.h"
#include "sandbox/timemachine.h"

#include <QString>

namespace waybill {

/// "Engine: 2 scheduled, next try in 47 s", for the status bar.
QString engineText(const EngineState& state, Instant now);
/// Why nothing is sent and what to do, for a message above the places.
QString storeFailureText(const Error& error);
/// Why some deliveries wait for their secrets, and what becomes of them: for the same place.
QString secretProblemText(const QString& problem);

/// What the status bar says of the account's clock.
struct ClockWords {
    QString text; ///< "Clock: 28 Nov 10:06, moved 3 days ahead"
    QString tip;  ///< With the real time, and what becomes of it.
    bool isWarning = false;
};
ClockWords clockWords(const TimeMachine& machine);
/// What came of going back: "2 scheduled deliveries keep their time: the next one is due in 2 days."
QString backToRealTimeText(const EngineState& state, Instant realTime);

} // namespace waybill
