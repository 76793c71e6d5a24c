// SPDX-License-Identifier: MIT
#pragma once

#include "contract/error.h"
#include "sandbox/sandboxcontrols.h"
#include "words/statuses.h"

namespace waybill {

/// How the bringing of an account's events stands.
struct BringingState {
    BringingRecord record;
    bool isLooking = false;
    int waiting = 0; ///< Found and not yet handed over.
    std::optional<Error> problem;
    bool isKeyKept = true;        ///< On this computer: another one can be given for it.
    std::optional<int> endpoints; ///< Of the sandbox, that take events; nothing where it is not known yet.
    friend bool operator==(const BringingState&, const BringingState&) = default;
};

/// What became of an event: "For 2 endpoints", or why it was skipped.
StatusWords statusOf(const BroughtEvent& event);
/// The word for all of it: "On", "Off", or what is in the way.
StatusWords statusOf(const BringingState& state);
/// "Looked 5 s ago".
QString lookText(const BringingState& state, Instant now);
/// "48 seen · 45 handed over · 3 skipped"
QString countsText(const BringingRecord& record);
/// "2 endpoints of the Sandbox take events."
QString takersText(int endpoints);
/// What is missing or came late, and of which time.
QString gapText(const BringingGap& gap, Instant now);
/// What is in the way and what happens next.
QString problemText(const Error& error);
/// Where nothing has been brought yet: what will appear.
QString nothingBroughtText(const QString& account, const BringingState& state, Instant now);
/// For the status bar: "Bringing events from Acme: 12 so far".
QString bringingText(const QString& account, const BringingState& state);
/// Of several accounts.
QString bringingText(int accounts, qint64 handed);

} // namespace waybill
