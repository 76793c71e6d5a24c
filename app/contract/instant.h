// SPDX-License-Identifier: MIT
#pragma once

#include <QDateTime>
#include <QString>

#include <chrono>
#include <optional>

namespace waybill {

/// A point in time, UTC, in milliseconds: what is stored, compared and put on the wire.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline Instant instantFromMilliseconds(qint64 sinceEpoch) {
    return Instant(milliseconds(sinceEpoch));
}
inline qint64 millisecondsSinceEpoch(Instant instant) {
    return instant.time_since_epoch().count();
}
/// Whole seconds, rounded down: the unit of signatures, of `created` and of `X-RateLimit-Reset`.
inline qint64 secondsSinceEpoch(Instant instant) {
    return std::chrono::floor<seconds>(instant).time_since_epoch().count();
}

/// "2026-10-12T08:15:00.000Z", the contract's form.
QString toIso8601(Instant instant);
/// Reads any ISO 8601 with a zone; nothing where it is not one.
std::optional<Instant> instantFromIso8601(const QString& text);
/// In the computer's own time zone, for showing.
QDateTime toLocalDateTime(Instant instant);

} // namespace waybill
