// SPDX-License-Identifier: MIT
#include "history/historyschema.h"

#include <array>

namespace waybill {

using namespace Qt::StringLiterals;

// Times are milliseconds since 1970, UTC. `sort_at` and `settled_at` are derived, so that indexes can order by them.
// Answers and bodies stay out of the deliveries: a narrow table is quick to walk.
std::span<const Migration> historyMigrations() {
    static const std::array<Migration, 8> steps{{
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
        // Why an attempt got no answer, as the account gives it: JSON.
        {4, {u"ALTER TABLE deliveries ADD COLUMN failure TEXT"_s}},
        // What followed an attempt is found at once, however often an event was replayed.
        {5,
         {
             u"CREATE INDEX deliveries_of_journey ON deliveries (event_id, endpoint_id, replays_delivery_id, attempt)"_s,
             u"DROP INDEX deliveries_of_event"_s,
         }},
        // What happened to an endpoint, as the account tells it or the copy noticed. Who did it: by the name on the
        // wire.
        {6,
         {
             u"ALTER TABLE endpoints ADD COLUMN disabled_at INTEGER"_s,
             u"ALTER TABLE endpoints ADD COLUMN disabled_by TEXT NOT NULL DEFAULT ''"_s,
             u"ALTER TABLE endpoints ADD COLUMN rotated_at INTEGER"_s,
             u"ALTER TABLE endpoints ADD COLUMN rotated_by TEXT NOT NULL DEFAULT ''"_s,
             u"ALTER TABLE endpoints ADD COLUMN previous_valid_until INTEGER"_s,
         }},
        // How many rows a log has is asked with every page, so it is kept: by triggers, which no change can pass by.
        // '' is all events, '*' all deliveries, and 'of …' those of an endpoint.
        {7,
         {
             u"CREATE TABLE counts (log TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID"_s,
             u"INSERT INTO counts SELECT 'of ' || endpoint_id, count(*) FROM deliveries GROUP BY endpoint_id"_s,
             u"INSERT INTO counts SELECT '*', count(*) FROM deliveries UNION ALL SELECT '', count(*) FROM events"_s,
             u"CREATE TRIGGER delivery_came AFTER INSERT ON deliveries BEGIN"
             " INSERT INTO counts VALUES ('of ' || NEW.endpoint_id, 1), ('*', 1) ON CONFLICT (log) DO UPDATE SET rows "
             "= rows + "
             "1;"
             " END"_s,
             u"CREATE TRIGGER delivery_left AFTER DELETE ON deliveries BEGIN"
             " UPDATE counts SET rows = rows - 1 WHERE log IN ('of ' || OLD.endpoint_id, '*'); END"_s,
             u"CREATE TRIGGER delivery_changed_log AFTER UPDATE OF endpoint_id ON deliveries"
             " WHEN OLD.endpoint_id <> NEW.endpoint_id BEGIN"
             " UPDATE counts SET rows = rows - 1 WHERE log = 'of ' || OLD.endpoint_id;"
             " INSERT INTO counts VALUES ('of ' || NEW.endpoint_id, 1) ON CONFLICT (log) DO UPDATE SET rows = rows + 1; END"_s,
             u"CREATE TRIGGER event_came AFTER INSERT ON events BEGIN"
             " UPDATE counts SET rows = rows + 1 WHERE log = ''; END"_s,
             u"CREATE TRIGGER event_left AFTER DELETE ON events BEGIN"
             " UPDATE counts SET rows = rows - 1 WHERE log = ''; END"_s,
         }},
        // The log is shown by when a row happens, which is another order than that of the account's list.
        {8,
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
