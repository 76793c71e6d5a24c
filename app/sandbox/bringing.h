// SPDX-License-Identifier: MIT
#pragma once

#include "contract/event.h"
#include "contract/instant.h"

#include <QList>
#include <QMap>
#include <QSet>
#include <QString>

#include <algorithm>
#include <optional>

namespace waybill {

/// What became of an event that another account brought here.
enum class BroughtResult { Handed, NoEndpointTakesIt, AlreadyHere, Unreadable, TooLarge };

/// One row of the record of what was brought.
struct BroughtEvent {
    QString eventId; ///< Of a row without one: "sha256:" and the digest of its bytes.
    QString type;    ///< Empty where the row lacked it.
    Instant created; ///< 1970 where the row did not say.
    Instant broughtAt;
    BroughtResult result = BroughtResult::Handed;
    int endpoints = 0; ///< How many deliveries it became.
    friend bool operator==(const BroughtEvent&, const BroughtEvent&) = default;
};

enum class GapKind {
    LookedLate,     ///< The computer slept or Waybill was closed: events of that time were brought late.
    NoLongerListed, ///< The account does not list events of that time any more: some may be missing.
};

/// A stretch of time that was looked at late, or of which not everything could be brought.
struct BringingGap {
    GapKind kind = GapKind::LookedLate;
    Instant from;
    Instant to;
    int broughtLate = 0; ///< How many events were.
    friend bool operator==(const BringingGap&, const BringingGap&) = default;
};

/// What was brought from one account, kept with the sandbox's data.
struct BringingRecord {
    bool isOn = false;
    std::optional<Instant> since; ///< Events from then on are brought; nothing until the account was first looked at.
    std::optional<Instant> lookedAt; ///< When the last whole look ended.
    qint64 seen = 0;
    qint64 handed = 0;
    QMap<BroughtResult, qint64> skipped;
    QList<BringingGap> gaps; ///< The newest first, at most 20.
    friend bool operator==(const BringingRecord&, const BringingRecord&) = default;
};

/// What was made earlier than this is settled, once `newest` was brought. An account may list an event a little after
/// younger ones (it was made first and finished last), so the newest minute stays open: in it only ids tell what is
/// new. A time of the future, by an account whose clock is wrong, must not put everything after it below the floor.
inline qint64 floorBelow(qint64 newest, Instant now) {
    constexpr qint64 openSeconds = 60;
    return std::min(newest, secondsSinceEpoch(now)) - openSeconds;
}

/// The record, and where to go on in the account's list. Times are the account's, in whole seconds since 1970.
struct Bringing {
    BringingRecord record;
    std::optional<qint64> newest; ///< When the newest event of those that are settled was made: brought, or of before.
    qint64 floor = 0;        ///< What is older was settled: an event is new from here on, and only if it has no row.
    QSet<QString> newestIds; ///< Those that were made in that second.
    QString anchor;          ///< The newest event before the floor; empty where none is known.
    int brought = 0;         ///< How many events were new in this step.
    friend bool operator==(const Bringing&, const Bringing&) = default;
};

/// One step of bringing, done as a whole or not at all. An event that was brought before changes nothing.
struct BringingStep {
    std::optional<bool> isOn;
    std::optional<QList<Event>>
        before;          ///< The account's newest at the start: never to be brought. Bodies are not needed.
    QList<Event> events; ///< To bring, in the order they happened.
    std::optional<Instant> lateSince;   ///< This look is late: the last one was then.
    std::optional<BringingGap> missing; ///< Noted once for each place that was reached.
    bool isWholeLook = false;           ///< The end of a look: everything that the account listed was brought.
};

} // namespace waybill
