// SPDX-License-Identifier: MIT
#include "sandbox/sandboxschema.h"

#include <array>

namespace waybill {

std::span<const Migration> sandboxSchema() {
    // Times are milliseconds since 1970, UTC. `seq` is the order of the lists; it is never used twice.
    static const std::array<Migration, 1> migrations{{{
        1,
        {
            QStringLiteral("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"),
            QStringLiteral(
                "CREATE TABLE endpoints ("
                " seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL,"
                " description TEXT NOT NULL, enabled_events TEXT NOT NULL, disabled INTEGER NOT NULL DEFAULT 0,"
                " api_version TEXT NOT NULL, secret_prefix TEXT NOT NULL, secret_id TEXT NOT NULL,"
                " previous_secret_id TEXT, previous_valid_until INTEGER, created_at INTEGER NOT NULL,"
                " updated_at INTEGER NOT NULL, last_delivered_at INTEGER, last_failed_at INTEGER,"
                " gone_in_a_row INTEGER NOT NULL DEFAULT 0, failures_in_a_row INTEGER NOT NULL DEFAULT 0)"),
            QStringLiteral("CREATE TABLE events ("
                           " seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,"
                           " api_version TEXT NOT NULL, created INTEGER NOT NULL, object_id TEXT NOT NULL,"
                           " body BLOB NOT NULL)"),
            QStringLiteral("CREATE TABLE deliveries ("
                           " seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
                           " endpoint_id TEXT NOT NULL REFERENCES endpoints(id) ON DELETE CASCADE,"
                           " event_id TEXT NOT NULL REFERENCES events(id), attempt INTEGER NOT NULL,"
                           " state INTEGER NOT NULL DEFAULT 0, scheduled_for INTEGER NOT NULL, due_at INTEGER NOT NULL,"
                           " started_at INTEGER, delivered_at INTEGER, response_status INTEGER, response_ms INTEGER,"
                           " error TEXT, created_at INTEGER NOT NULL, replays_delivery_id TEXT)"),
            QStringLiteral("CREATE INDEX deliveries_due ON deliveries(due_at) WHERE state = 0"),
            QStringLiteral("CREATE INDEX deliveries_under_way ON deliveries(seq) WHERE state = 1"),
            QStringLiteral("CREATE INDEX deliveries_of_endpoint ON deliveries(endpoint_id, seq)"),
            QStringLiteral("CREATE TABLE answers ("
                           " delivery_id TEXT PRIMARY KEY REFERENCES deliveries(id) ON DELETE CASCADE, body TEXT,"
                           " url TEXT NOT NULL, signed_at INTEGER NOT NULL, signature BLOB NOT NULL, looked_up INTEGER,"
                           " connected INTEGER, encrypted INTEGER, sent INTEGER, first_byte INTEGER, done INTEGER)"),
            // A cursor to a deleted row still works.
            QStringLiteral("CREATE TABLE deleted (id TEXT PRIMARY KEY, seq INTEGER NOT NULL)"),
            QStringLiteral("CREATE TABLE idempotency ("
                           " key TEXT PRIMARY KEY, digest BLOB NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,"
                           " request_id TEXT NOT NULL, secret_id TEXT NOT NULL, created_at INTEGER NOT NULL)"),
        },
    }}};
    return migrations;
}

} // namespace waybill
