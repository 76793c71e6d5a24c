// SPDX-License-Identifier: MIT
#include "sandbox/sandboxschema.h"

#include <array>

namespace waybill {

namespace {

// Times are milliseconds since 1970, UTC. `seq` is the order of the lists; it is never used twice.
QStringList tables() {
    return {
        QStringLiteral("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"),
        QStringLiteral("CREATE TABLE endpoints ("
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
    };
}

/// A line for each endpoint in the queue, and a list of the secrets in the vault.
QStringList linesAndSecrets() {
    return {
        QStringLiteral("DROP INDEX deliveries_due"),
        QStringLiteral("DROP INDEX deliveries_under_way"),
        QStringLiteral("CREATE INDEX deliveries_due ON deliveries(endpoint_id, due_at) WHERE state = 0"),
        QStringLiteral("CREATE INDEX deliveries_under_way ON deliveries(endpoint_id) WHERE state = 1"),
        QStringLiteral(
            "CREATE INDEX deliveries_deferred ON deliveries(endpoint_id) WHERE state = 0 AND error IS NOT NULL"),
        // How many wait is asked at every look, so it is kept: by triggers, which no change can pass by. Waiting rows
        // are deleted only with their endpoint.
        QStringLiteral("ALTER TABLE endpoints ADD COLUMN scheduled INTEGER NOT NULL DEFAULT 0"),
        QStringLiteral("UPDATE endpoints SET scheduled ="
                       " (SELECT count(*) FROM deliveries WHERE state = 0 AND endpoint_id = endpoints.id)"),
        QStringLiteral("CREATE TRIGGER delivery_queued AFTER INSERT ON deliveries WHEN NEW.state = 0 BEGIN"
                       " UPDATE endpoints SET scheduled = scheduled + 1 WHERE id = NEW.endpoint_id; END"),
        QStringLiteral("CREATE TRIGGER delivery_moved AFTER UPDATE OF state ON deliveries"
                       " WHEN (OLD.state = 0) <> (NEW.state = 0) BEGIN"
                       " UPDATE endpoints SET scheduled = scheduled + (NEW.state = 0) - (OLD.state = 0)"
                       " WHERE id = NEW.endpoint_id; END"),
        QStringLiteral("CREATE INDEX idempotency_age ON idempotency(created_at)"),
        QStringLiteral("CREATE INDEX idempotency_secrets ON idempotency(created_at, secret_id) WHERE secret_id <> ''"),
        // A cursor is good for its own list only.
        QStringLiteral("ALTER TABLE deleted ADD COLUMN list TEXT NOT NULL DEFAULT 'deliveries'"),
        QStringLiteral("UPDATE deleted SET list = 'endpoints' WHERE id GLOB 'whe_*'"),
        // Every secret that went into the vault, until it is taken out.
        QStringLiteral("CREATE TABLE secrets (id TEXT PRIMARY KEY)"),
        QStringLiteral("INSERT INTO secrets SELECT secret_id FROM endpoints UNION SELECT previous_secret_id FROM "
                       "endpoints WHERE previous_secret_id IS NOT NULL UNION SELECT secret_id FROM idempotency WHERE "
                       "secret_id <> ''"),
    };
}

/// What was brought from other accounts: `sources` says how far, `brought` is the record and the memory of ids.
QStringList broughtEvents() {
    return {
        // `newest` and `floor` are the account's times, in seconds.
        QStringLiteral("CREATE TABLE sources ("
                       " id TEXT PRIMARY KEY, is_on INTEGER NOT NULL DEFAULT 0, since INTEGER, looked_at INTEGER,"
                       " newest INTEGER, floor INTEGER NOT NULL DEFAULT 0)"),
        QStringLiteral("CREATE TABLE brought ("
                       " seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL REFERENCES sources(id),"
                       " event_id TEXT NOT NULL, type TEXT NOT NULL, created INTEGER NOT NULL,"
                       " brought_at INTEGER NOT NULL, result INTEGER NOT NULL, deliveries INTEGER NOT NULL,"
                       " UNIQUE (source, event_id))"),
        QStringLiteral("CREATE INDEX brought_made ON brought(source, created)"),
        QStringLiteral("CREATE INDEX brought_age ON brought(source, brought_at)"),
        QStringLiteral("CREATE TABLE brought_counts ("
                       " source TEXT NOT NULL REFERENCES sources(id), result INTEGER NOT NULL, count INTEGER NOT NULL,"
                       " PRIMARY KEY (source, result))"),
        QStringLiteral("CREATE TABLE gaps ("
                       " seq INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL REFERENCES sources(id),"
                       " kind INTEGER NOT NULL, place INTEGER NOT NULL, from_at INTEGER NOT NULL,"
                       " to_at INTEGER NOT NULL, brought_late INTEGER NOT NULL DEFAULT 0,"
                       " UNIQUE (source, kind, place))"),
    };
}

/// Rows name each other by number, so that a settled attempt costs two small writes, and what is under way is one row.
QStringList numberedRows() {
    return {
        QStringLiteral("CREATE TABLE numbered ("
                       " seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
                       " endpoint INTEGER NOT NULL,"
                       " event INTEGER NOT NULL REFERENCES events(seq), attempt INTEGER NOT NULL,"
                       " state INTEGER NOT NULL DEFAULT 0, scheduled_for INTEGER NOT NULL, due_at INTEGER NOT NULL,"
                       " started_at INTEGER, delivered_at INTEGER, response_status INTEGER, response_ms INTEGER,"
                       " error TEXT, created_at INTEGER NOT NULL, replays_delivery_id TEXT)"),
        QStringLiteral("INSERT INTO numbered SELECT d.seq, d.id, p.seq, e.seq, attempt, max(state - 1, 0),"
                       " scheduled_for, due_at, started_at, delivered_at, response_status, response_ms, error,"
                       " d.created_at, replays_delivery_id FROM deliveries AS d JOIN endpoints AS p ON p.id ="
                       " d.endpoint_id JOIN events AS e ON e.id = d.event_id"),
        // Ids that were given to rows that are gone are not given again.
        QStringLiteral("UPDATE sqlite_sequence SET seq = (SELECT max(seq) FROM sqlite_sequence WHERE name IN"
                       " ('deliveries', 'numbered')) WHERE name = 'numbered'"),
        QStringLiteral("CREATE TABLE under_way (one INTEGER PRIMARY KEY CHECK (one = 1), deliveries TEXT NOT NULL)"),
        QStringLiteral(
            "INSERT INTO under_way SELECT 1, json_group_array(json_array(started_at, json_array(seq))) FROM deliveries"
            " WHERE state = 1"),
        QStringLiteral("CREATE TABLE numbered_answers ("
                       " delivery INTEGER PRIMARY KEY REFERENCES numbered(seq) ON DELETE CASCADE, body TEXT,"
                       " url TEXT NOT NULL, signed_at INTEGER NOT NULL, signature BLOB NOT NULL, looked_up INTEGER,"
                       " connected INTEGER, encrypted INTEGER, sent INTEGER, first_byte INTEGER, done INTEGER)"),
        QStringLiteral("INSERT INTO numbered_answers SELECT d.seq, body, url, signed_at, signature, looked_up,"
                       " connected, encrypted, sent, first_byte, done FROM answers JOIN deliveries AS d ON d.id ="
                       " delivery_id"),
        QStringLiteral("DROP TABLE answers"),
        QStringLiteral("DROP TABLE deliveries"), // its indexes and triggers with it
        QStringLiteral("ALTER TABLE numbered RENAME TO deliveries"),
        QStringLiteral("ALTER TABLE numbered_answers RENAME TO answers"),
        QStringLiteral("ALTER TABLE endpoints DROP COLUMN scheduled"),
        QStringLiteral("CREATE INDEX deliveries_due ON deliveries(endpoint, due_at) WHERE state = 0"),
        QStringLiteral("CREATE INDEX deliveries_deferred ON deliveries(endpoint) WHERE state = 0 AND error IS NOT"
                       " NULL"),
        QStringLiteral("CREATE INDEX deliveries_of_endpoint ON deliveries(endpoint)"),
        QStringLiteral("CREATE INDEX deliveries_of_event ON deliveries(event)"),
    };
}

/// What is gone leaves in small steps: the rows of an endpoint outlive it for a while, and the place of a row is kept
/// without its id.
QStringList goneRows() {
    return {
        QStringLiteral("DROP TABLE deleted"),
        QStringLiteral("CREATE TABLE gone (key INTEGER PRIMARY KEY, seq INTEGER NOT NULL, gone_at INTEGER NOT NULL)"),
        QStringLiteral("CREATE INDEX gone_age ON gone(gone_at)"),
        QStringLiteral("CREATE TABLE deleted_endpoints (seq INTEGER PRIMARY KEY)"),
    };
}

/// Rows that were made or settled while the clock was moved say so, in real time.
QStringList simulatedRows() {
    return {QStringLiteral("ALTER TABLE deliveries ADD COLUMN simulated_at INTEGER")};
}

/// What vouches for the receiver of an endpoint besides the system's authorities: certificates in PEM.
QStringList authorities() {
    return {QStringLiteral("CREATE TABLE authorities (endpoint INTEGER PRIMARY KEY, certificates BLOB NOT NULL)")};
}

/// Why an attempt got no answer: the code and the facts (FailureReport as JSON), besides the sentence.
QStringList failureCodes() {
    return {QStringLiteral("ALTER TABLE answers ADD COLUMN failure TEXT")};
}

/// Who disabled an endpoint, who changed its secret, and when.
QStringList traces() {
    return {
        QStringLiteral("ALTER TABLE endpoints ADD COLUMN disabled_at INTEGER"),
        QStringLiteral("ALTER TABLE endpoints ADD COLUMN disabled_by INTEGER NOT NULL DEFAULT 0"),
        QStringLiteral("ALTER TABLE endpoints ADD COLUMN rotated_at INTEGER"),
        QStringLiteral("ALTER TABLE endpoints ADD COLUMN rotated_by INTEGER NOT NULL DEFAULT 0"),
    };
}

/// A page of what is rare costs no more than one of what is common.
QStringList filteredPages() {
    return {
        QStringLiteral("CREATE INDEX deliveries_by_state ON deliveries(endpoint, state)"),
        QStringLiteral("CREATE INDEX events_of_type ON events(type)"),
        QStringLiteral("CREATE INDEX events_of_object ON events(object_id)"),
        QStringLiteral("CREATE INDEX brought_in_order ON brought(source)"),
    };
}

/// Which secrets may have lost their use is noted as it happens, by triggers, which no change can pass by: not one look
/// at all of them for each endpoint that is made.
QStringList spentSecrets() {
    const auto mark = [](const QString& name, const QString& when, const QString& secrets) {
        return QStringLiteral(
                   "CREATE TRIGGER %1 AFTER %2 BEGIN UPDATE secrets SET may_be_spent = 1 WHERE id IN (%3); END")
            .arg(name, when, secrets);
    };
    const QString ofEndpoint = QStringLiteral("OLD.secret_id, OLD.previous_secret_id");
    return {
        QStringLiteral("ALTER TABLE secrets ADD COLUMN may_be_spent INTEGER NOT NULL DEFAULT 1"),
        QStringLiteral("CREATE INDEX secrets_that_may_be_spent ON secrets(id) WHERE may_be_spent = 1"),
        QStringLiteral("CREATE INDEX endpoints_secret ON endpoints(secret_id)"),
        QStringLiteral("CREATE INDEX endpoints_previous_secret ON endpoints(previous_secret_id)"),
        QStringLiteral("CREATE INDEX endpoints_overlap ON endpoints(previous_valid_until)"),
        QStringLiteral("CREATE INDEX idempotency_secret ON idempotency(secret_id)"),
        mark(QStringLiteral("endpoint_left"), QStringLiteral("DELETE ON endpoints"), ofEndpoint),
        mark(QStringLiteral("endpoint_rotated"), QStringLiteral("UPDATE OF secret_id, previous_secret_id ON endpoints"),
             ofEndpoint),
        mark(QStringLiteral("answer_left"), QStringLiteral("DELETE ON idempotency"), QStringLiteral("OLD.secret_id")),
    };
}

} // namespace

std::span<const Migration> sandboxSchema() {
    static const std::array<Migration, 11> migrations{{{1, tables()},
                                                       {2, linesAndSecrets()},
                                                       {3, broughtEvents()},
                                                       {4, numberedRows()},
                                                       {5, goneRows()},
                                                       {6, failureCodes()},
                                                       {7, traces()},
                                                       {8, filteredPages()},
                                                       {9, spentSecrets()},
                                                       {10, authorities()},
                                                       {11, simulatedRows()}}};
    return migrations;
}

} // namespace waybill
