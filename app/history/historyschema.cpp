// SPDX-License-Identifier: MIT
#include "history/historyschema.h"

#include <array>

namespace waybill {

using namespace Qt::StringLiterals;

// Times are milliseconds since 1970, UTC. `sort_at` and `settled_at` are derived, so that indexes can order by them.
// Answers and bodies stay out of the deliveries: a narrow table is quick to walk.
std::span<const Migration> historyMigrations() {
    static const std::array<Migration, 4> steps{{
        {1,
         {
             u"CREATE TABLE endpoints (id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL,"
             " description TEXT NOT NULL, enabled_events TEXT NOT NULL, status TEXT NOT NULL,"
             " secret_prefix TEXT NOT NULL, api_version TEXT NOT NULL, created_at INTEGER, updated_at INTEGER,"
             " last_delivered_at INTEGER, last_failed_at INTEGER)"_s,
             u"CREATE TABLE deliveries (id TEXT PRIMARY KEY, endpoint_id TEXT NOT NULL, event_id TEXT NOT NULL,"
             " attempt INTEGER NOT NULL, status TEXT NOT NULL, scheduled_for INTEGER, delivered_at INTEGER,"
             " response_status INTEGER, response_ms INTEGER, error TEXT, created_at INTEGER,"
             " replays_delivery_id TEXT NOT NULL, sort_at INTEGER NOT NULL, settled_at INTEGER)"_s,
             u"CREATE INDEX deliveries_newest ON deliveries (sort_at, id)"_s,
             u"CREATE INDEX deliveries_of_endpoint ON deliveries (endpoint_id, sort_at, id)"_s,
             u"CREATE INDEX deliveries_of_event ON deliveries (event_id, endpoint_id)"_s,
             u"CREATE INDEX deliveries_settled ON deliveries (endpoint_id, settled_at)"
             " WHERE settled_at IS NOT NULL"_s,
             u"CREATE INDEX deliveries_pending ON deliveries (endpoint_id, scheduled_for)"
             " WHERE status = 'pending'"_s,
             u"CREATE TABLE answers (delivery_id TEXT PRIMARY KEY REFERENCES deliveries (id) ON DELETE CASCADE,"
             " body TEXT NOT NULL)"_s,
             u"CREATE TABLE events (id TEXT PRIMARY KEY, type TEXT NOT NULL, api_version TEXT NOT NULL,"
             " created INTEGER NOT NULL, team_id TEXT NOT NULL, object_id TEXT NOT NULL, body BLOB NOT NULL)"_s,
             u"CREATE TABLE walks (endpoint_id TEXT PRIMARY KEY)"_s,
             u"CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER)"_s,
         }},
        // Walks know how far they came. Events are walked through like deliveries; before, single ones were stored, and
        // a walk would take them for the end of what is missing.
        {2,
         {
             u"DELETE FROM deliveries WHERE endpoint_id IN (SELECT endpoint_id FROM walks)"_s,
             u"DELETE FROM events"_s,
             u"DROP TABLE walks"_s,
             u"CREATE TABLE walks (log TEXT NOT NULL, cursor TEXT NOT NULL, at INTEGER NOT NULL,"
             " PRIMARY KEY (log, cursor))"_s,
             u"CREATE INDEX events_newest ON events (created, id)"_s,
         }},
        // Walks to older rows may rest. Which way a walk goes that was stored before shows with its next page.
        {3,
         {
             u"ALTER TABLE walks ADD COLUMN goes_forward INTEGER NOT NULL DEFAULT 0"_s,
             u"ALTER TABLE walks ADD COLUMN rests INTEGER NOT NULL DEFAULT 0"_s,
         }},
        // The log is shown by when a row happens, which is another order than that of the account's list.
        {4,
         {
             u"ALTER TABLE deliveries ADD COLUMN simulated_at INTEGER"_s,
             u"ALTER TABLE deliveries ADD COLUMN happens_at INTEGER NOT NULL DEFAULT 0"_s,
             u"UPDATE deliveries SET happens_at = coalesce(delivered_at, scheduled_for, created_at, 0)"_s,
             u"CREATE INDEX deliveries_shown ON deliveries (happens_at, id)"_s,
             u"CREATE INDEX deliveries_of_endpoint_shown ON deliveries (endpoint_id, happens_at, id)"_s,
         }},
    }};
    return steps;
}

} // namespace waybill
