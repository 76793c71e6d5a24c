// SPDX-License-Identifier: MIT
#include "receiver/receiverschema.h"

#include <array>

namespace waybill {

namespace {

// Times are milliseconds since 1970, UTC.
QStringList tables() {
    return {
        QStringLiteral("CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)"),
        QStringLiteral("CREATE TABLE owners (owner TEXT PRIMARY KEY, previous_valid_until INTEGER)"),
        QStringLiteral("CREATE TABLE captures (id INTEGER PRIMARY KEY AUTOINCREMENT, received_at INTEGER NOT NULL,"
                       " method BLOB NOT NULL, target BLOB NOT NULL, headers BLOB NOT NULL, body BLOB NOT NULL,"
                       " verdict INTEGER NOT NULL, signed_at INTEGER, answer_status INTEGER NOT NULL,"
                       " event_id TEXT NOT NULL, event_type TEXT NOT NULL, delivery_id TEXT NOT NULL,"
                       " seen_before INTEGER NOT NULL)"),
        QStringLiteral("CREATE INDEX captures_of_delivery ON captures(delivery_id, id)"),
        QStringLiteral("CREATE INDEX captures_of_event ON captures(event_id, id)"),
    };
}

/// What was verified is kept apart from what anybody may send: each has numbers of its own, by which it leaves. What
/// was seen is remembered by what its signature covers.
QStringList verifiedApart() {
    return {
        QStringLiteral("CREATE TABLE seen (number INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE,"
                       " at INTEGER NOT NULL)"),
        QStringLiteral("CREATE INDEX seen_age ON seen(at)"),
        QStringLiteral("ALTER TABLE captures ADD COLUMN verified INTEGER NOT NULL DEFAULT 0"),
        QStringLiteral("ALTER TABLE captures ADD COLUMN number INTEGER NOT NULL DEFAULT 0"),
        QStringLiteral("UPDATE captures SET verified = (answer_status = 200), number = ranked.number FROM"
                       " (SELECT id AS ranked_id, row_number() OVER (PARTITION BY answer_status = 200 ORDER BY id)"
                       " AS number FROM captures) AS ranked WHERE ranked_id = captures.id"),
        QStringLiteral("DROP INDEX captures_of_event"),
        QStringLiteral("DROP INDEX captures_of_delivery"),
        QStringLiteral("CREATE INDEX captures_of_delivery ON captures(delivery_id, verified, id)"),
        QStringLiteral("CREATE UNIQUE INDEX captures_in_order ON captures(verified, number)"),
        QStringLiteral("CREATE INDEX captures_age ON captures(received_at)"),
    };
}

} // namespace

std::span<const Migration> receiverSchema() {
    static const std::array<Migration, 2> migrations{{{1, tables()}, {2, verifiedApart()}}};
    return migrations;
}

} // namespace waybill
