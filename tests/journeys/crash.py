# SPDX-License-Identifier: MIT
"""`waybill --serve` is killed again and again under load, and held against a ledger that its receivers keep.

It is killed while events come in from several sides, while it starts, and while it settles what the last kill
interrupted. After some kills the log of writes is left to the next start as it is, after others it is taken up before.

Between two runs the times in the database are moved back, which is the same as a clock that moved on: so retries of
hours and days come due, and everything is compared in the time of the end.

usage: crash.py <waybill> [--kills N] [--seed N] [--planted]
--planted: falsifies what was found, in one way after the other, and fails where the checks do not notice.
"""
import argparse
import calendar
import concurrent.futures
import copy
import hashlib
import hmac
import http.client
import http.server
import json
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

DELAYS = [60, 300, 1800, 7200, 21600, 86400, 86400, 86400]
INTERRUPTED = "Waybill was closed before the answer came."
TIMED_OUT = "The receiver did not answer within 10 s."
TIME_LIMIT = 10
# Both clocks are the same one, but the sandbox's times have milliseconds.
ROUNDING = 0.002
PATHS = ["/answers/1", "/answers/2", "/answers/3", "/answers/4", "/refuses/1", "/refuses/2", "/refuses/3", "/hangs/1"]
SENDERS = 6
EVENTS_OF_A_SENDER = 40
# Then everything is compared, and the next kills begin with an empty account.
MOST_BARREN_LIVES = 5
KILLS_OF_A_LIFE = 25


# --- Outside: the receivers and their ledger

class Receivers(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.ledger, self.lock, self.hangs, self.open = [], threading.Condition(), True, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server_address[1]}"

    def process_request(self, request, client_address):
        with self.lock:
            self.open += 1
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.lock:
                self.open -= 1
                self.lock.notify_all()

    def finish(self):
        """After a kill: what had arrived by then is in the ledger, at its time."""
        # Connections are taken in their order, so this one comes after those of the killed.
        last = http.client.HTTPConnection("127.0.0.1", self.server_address[1], timeout=60)
        last.request("GET", "/")
        last.getresponse().read()
        last.close()
        with self.lock:
            assert self.lock.wait_for(lambda: self.open == 0, 20), f"{self.open} connections are still open"

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # A kill cuts connections.
            super().handle_error(request, client_address)


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        entry = {"delivery": self.headers["Autousers-Delivery-Id"], "event": self.headers["Autousers-Event-Id"],
                 "signature": self.headers["Autousers-Signature"], "body": body.decode(), "path": self.path,
                 "at": time.time(), "answered": None, "cut": None}
        with self.server.lock:
            self.server.ledger.append(entry)
        if self.path.startswith("/hangs") and self.server.hangs:
            try:
                self.connection.recv(1)  # Until the other side goes.
            except OSError:
                pass
            entry["cut"] = time.time()
            self.close_connection = True
            return
        # Before it is sent: Waybill may know of it, and settle, before this thread goes on.
        entry["answered"] = 503 if self.path.startswith("/refuses") else 200
        try:
            self.send_response(entry["answered"])
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass

    def do_GET(self):
        self.send_response(204)
        self.end_headers()
        self.close_connection = True

    def log_message(self, *_):
        pass


# --- Inside: one run of Waybill

class Run:
    def __init__(self, waybill, folder):
        key_file = folder / "key"
        self.process = subprocess.Popen([waybill, "--serve", "--plan", "enterprise", "--data", str(folder / "data"),
                                         "--key-file", str(key_file)], stdout=subprocess.PIPE, text=True)
        self.key_file = key_file

    def ready(self):
        line = self.process.stdout.readline()
        assert line, "Waybill did not start"
        self.base = urllib.parse.urlsplit(json.loads(line)["base_url"])
        self.key = self.key_file.read_text().strip()
        return self

    def connection(self):
        return http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=60)

    def call(self, method, path, body=None, through=None):
        connection = through or self.connection()
        try:
            connection.request(method, self.base.path + path, None if body is None else json.dumps(body),
                               {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        finally:
            if not through:
                connection.close()

    def all_of(self, path):
        rows, cursor = [], ""
        while True:
            status, page = self.call("GET", f"{path}{'&' if '?' in path else '?'}limit=100{cursor}")
            assert status == 200, page
            rows += page["data"]
            if not page["has_more"]:
                return rows
            cursor = f"&starting_after={page['next_cursor']}"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


# --- What was found

class Evidence:
    def __init__(self):
        self.secrets = {}    # path -> secret
        self.accepted = []   # event ids that were answered with 202
        self.ledger = []
        self.rows = []       # every delivery, as the API lists it, with its path
        self.integrity = []  # one answer a kill
        self.runs = []       # (began, killed)
        self.kept = None     # a copy of the database after the last kill

    def planted(self):
        other = Evidence()
        for name in ("secrets", "accepted", "ledger", "rows", "integrity", "runs"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        other.kept = self.kept
        return other


def seconds(text):
    """Of an ISO time in UTC."""
    whole, fraction = re.fullmatch(r"(.*?)(\.\d+)?Z", text).groups()
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(fraction or 0)


def integrity_of(database):
    connection = sqlite3.connect(database)
    try:
        return connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()


def is_signed(secret, entry):
    fields = dict(part.split("=", 1) for part in entry["signature"].split(","))
    message = fields["t"].encode() + b"." + entry["body"].encode()
    expected = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(fields["v1"], expected)


def problems_in(evidence):
    """(kind, what) of everything that is not as promised."""
    arrived = {}
    for entry in evidence.ledger:
        if entry["delivery"] in arrived:
            yield "delivery id twice on the wire", entry["delivery"]
        arrived[entry["delivery"]] = entry
        if not is_signed(evidence.secrets[entry["path"]], entry):
            yield "not signed with the endpoint's secret", entry["delivery"]
    rows = {}
    for row in evidence.rows:
        if row["id"] in rows:
            yield "delivery id twice in the log", row["id"]
        rows[row["id"]] = row
    for delivery in arrived:
        if delivery not in rows:
            yield "on the wire but not in the log", delivery

    chains = {}
    for row in evidence.rows:
        chains.setdefault(row["event_id"], []).append(row)
    for event in evidence.accepted:
        if event not in chains:
            yield "event lost", event
    for event, chain in chains.items():
        chain.sort(key=lambda row: row["attempt"])
        if [row["attempt"] for row in chain] != list(range(1, len(chain) + 1)):
            yield "attempts not contiguous", f"{event}: {[row['attempt'] for row in chain]}"
        for row, following in zip(chain, chain[1:] + [None]):
            yield from problems_of_attempt(row, following, arrived.get(row["id"]), evidence.runs)

    for answer in evidence.integrity:
        if answer != "ok":
            yield "database damaged", answer


def problems_of_attempt(row, following, entry, runs):
    name = f"{row['id']}, attempt {row['attempt']}, {row['status']}: {row['error']}"
    ends = row["status"] in ("delivered", "pending") or (row["status"] == "abandoned" and row["attempt"] == 9)
    if ends == bool(following) or row["status"] not in ("delivered", "pending", "failed", "abandoned"):
        yield "next attempt missing or one too many", name
    was_cut = entry and entry["answered"] is None
    if was_cut and row["error"] != INTERRUPTED and not (
            row["error"] == TIMED_OUT and entry["cut"] - entry["at"] > TIME_LIMIT - 0.5):
        yield "under way at a kill, but not settled so", name
    if row["status"] == "delivered" and not (entry and entry["answered"] == 200):
        yield "delivered without a 2xx of the receiver", name
    if row["response_status"] and not (entry and entry["answered"] == row["response_status"]):
        yield "an answer that the receiver did not give", name
    if entry and entry["answered"] == 200 and row["status"] != "delivered" and row["error"] != INTERRUPTED:
        yield "a 2xx that was not understood", name
    scheduled = seconds(row["scheduled_for"])
    if entry and entry["at"] < scheduled - ROUNDING:
        yield "sent too early", name
    if following:
        started = seconds(following["scheduled_for"]) - DELAYS[row["attempt"] - 1]
        # Taken up shortly before it arrived; or it did not arrive, because of a kill.
        began = entry["at"] - TIME_LIMIT <= started <= entry["at"] + ROUNDING if entry else any(
            begin <= started <= end for begin, end in runs)
        if started < scheduled - ROUNDING or not began:
            yield "next attempt off the schedule", f"{name}: began {started - scheduled:.3f} s after it was due"


# --- The rounds

class Crashes:
    def __init__(self, waybill, folder, chance):
        self.waybill, self.folder, self.chance = waybill, folder, chance
        self.database = folder / "data" / "sandbox.sqlite"
        self.receivers = Receivers()
        self.evidence = Evidence()
        self.endpoints = {}  # path -> id
        self.moves = []      # (when, seconds)
        self.runs = []       # (began, killed)

    def go(self, kills):
        startup = self.first()
        for number in range(kills - 1):
            # What the kill before interrupted is settled by the next start, which may be killed, too.
            if self.chance.random() < 0.25:
                self.kill_while_it_starts(startup)
            else:
                self.kill_under_load()
            self.look_at_database()
            # In the other rounds Waybill has to take its own log of writes up again, as the kill left it.
            if number % 2 == 1:
                self.move(DELAYS[number // 2 % len(DELAYS)] + 1)
        self.receivers.hangs = False
        for _ in range(3):
            self.move(max(DELAYS) + 1)
            run = self.begin().ready()
            self.wait_until_quiet(run)
            self.kill(run)
            self.look_at_database()
        run = self.begin().ready()
        self.collect(run)
        self.kill(run)
        self.receivers.shutdown()
        return self.evidence

    def first(self):
        """How long a start takes."""
        before = time.monotonic()
        run = self.begin().ready()
        took = time.monotonic() - before
        self.prepare(run)
        self.kill(run)
        self.look_at_database()
        return took

    # The moment of a kill is the point of it, not a wait for something.
    def kill_while_it_starts(self, startup):
        run = self.begin()
        self.let_run(run, self.chance.uniform(0, startup * 1.3))

    def kill_under_load(self):
        run = self.begin().ready()
        self.prepare(run)
        with concurrent.futures.ThreadPoolExecutor(SENDERS) as senders:
            bursts = [senders.submit(self.burst, run, sender) for sender in range(SENDERS)]
            self.let_run(run, self.chance.uniform(0.01, 0.6))
        for burst in bursts:
            burst.result()

    def let_run(self, run, duration):
        try:
            run.process.wait(duration)
            raise AssertionError(f"Waybill ended by itself with {run.process.returncode}")
        except subprocess.TimeoutExpired:
            self.kill(run)

    def begin(self):
        self.runs.append((time.time(), None))
        return Run(self.waybill, self.folder)

    def kill(self, run):
        run.kill()
        self.runs[-1] = (self.runs[-1][0], time.time())
        self.receivers.finish()

    def prepare(self, run):
        """All endpoints are there and enabled: too many failures in a row have disabled some."""
        for path in PATHS:
            if path not in self.endpoints:
                status, endpoint = run.call("POST", "/webhooks", {"url": self.receivers.base + path, "enabled_events": ["*"]})
                assert status == 201, endpoint
                self.endpoints[path] = endpoint["id"]
                self.evidence.secrets[path] = endpoint["secret"]
        for endpoint in run.all_of("/webhooks"):
            if endpoint["status"] == "disabled":
                status, answer = run.call("PATCH", f"/webhooks/{endpoint['id']}", {"status": "enabled"})
                assert status == 200, answer

    def burst(self, run, sender):
        connection = run.connection()
        for number in range(EVENTS_OF_A_SENDER):
            path = PATHS[(sender + number) % len(PATHS)]
            try:
                status, queued = run.call("POST", f"/webhooks/{self.endpoints[path]}/test", through=connection)
            except (OSError, http.client.HTTPException):
                return  # Killed: nothing was promised.
            if status == 202:
                self.evidence.accepted.append(queued["event_id"])
            elif status != 400 or "disabled" not in queued["error"]["message"]:
                raise AssertionError(queued)

    def look_at_database(self):
        """On a copy, so that the next run finds what the kill left."""
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        for suffix in ("", "-wal"):
            if (source := self.database.with_name(self.database.name + suffix)).exists():
                shutil.copy(source, kept)
        self.evidence.kept = kept / self.database.name
        self.evidence.integrity.append(integrity_of(self.evidence.kept))

    def move(self, by):
        connection = sqlite3.connect(self.database)
        names = ("scheduled_for", "due_at", "started_at", "delivered_at", "created_at")
        connection.execute(f"UPDATE deliveries SET {', '.join(f'{name} = {name} - {by * 1000}' for name in names)}")
        for (text,) in connection.execute("SELECT deliveries FROM under_way").fetchall():
            moved = [[since - by * 1000, deliveries] for since, deliveries in json.loads(text)]
            connection.execute("UPDATE under_way SET deliveries = ?", (json.dumps(moved),))
        connection.commit()
        connection.close()
        self.moves.append((time.time(), by))

    def wait_until_quiet(self, run):
        end = time.monotonic() + 120
        while True:
            pending = [row for endpoint in self.endpoints.values()
                       for row in run.all_of(f"/webhooks/{endpoint}/deliveries?status=pending")]
            due = [row for row in pending if seconds(row["scheduled_for"]) <= time.time()]
            if not due:
                return
            assert time.monotonic() < end, f"{len(due)} are still due, such as {due[0]}"

    def collect(self, run):
        for path, endpoint in self.endpoints.items():
            self.evidence.rows += [{**row, "path": path} for row in run.all_of(f"/webhooks/{endpoint}/deliveries")]
        self.evidence.runs = [(self.moved(begin), self.moved(end)) for begin, end in self.runs if end]
        for entry in self.receivers.ledger:
            self.evidence.ledger.append({**entry, "at": self.moved(entry["at"]), "cut": self.moved(entry["cut"])})

    def moved(self, at):
        """A time of then in the time of the end."""
        return at and at - sum(by for when, by in self.moves if when > at)


# --- Planted: each of these must be noticed

def row_with(evidence, fits):
    return next(row for row in evidence.rows if fits(row))


def plant_lost_event(evidence):
    evidence.accepted.append("event_test_neverstored")


def plant_false_success(evidence):
    row = row_with(evidence, lambda row: row["status"] == "delivered")
    next(entry for entry in evidence.ledger if entry["delivery"] == row["id"])["answered"] = 503


def plant_resent(evidence):
    evidence.ledger.append(dict(evidence.ledger[0]))


def plant_ghost(evidence):
    evidence.ledger.append({**evidence.ledger[0], "delivery": "whd_ghost"})


def plant_unsigned(evidence):
    evidence.ledger[0]["body"] += " "


def plant_gap(evidence):
    later = row_with(evidence, lambda row: row["attempt"] == 3)
    evidence.rows.remove(row_with(evidence, lambda row: row["event_id"] == later["event_id"] and row["attempt"] == 2))


def plant_no_follow_up(evidence):
    failed = row_with(evidence, lambda row: row["status"] == "failed")
    evidence.rows = [row for row in evidence.rows
                     if row["event_id"] != failed["event_id"] or row["attempt"] <= failed["attempt"]]


def plant_other_words(evidence):
    cut = {entry["delivery"] for entry in evidence.ledger if entry["answered"] is None}
    row_with(evidence, lambda row: row["id"] in cut)["error"] = "The receiver gave no answer."


def plant_late(evidence):
    on_the_wire = {entry["delivery"] for entry in evidence.ledger}
    failed = row_with(evidence, lambda row: row["attempt"] == 1 and row["status"] == "failed" and row["id"] in on_the_wire)
    row = row_with(evidence, lambda row: row["event_id"] == failed["event_id"] and row["attempt"] == 2)
    at = seconds(row["scheduled_for"]) + 30
    row["scheduled_for"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def plant_early(evidence):
    entry = evidence.ledger[0]
    entry["at"] = seconds(row_with(evidence, lambda row: row["id"] == entry["delivery"])["scheduled_for"]) - 1


def plant_damage(evidence):
    with open(evidence.kept, "r+b") as database:
        database.seek(4096)
        database.write(b"\xff" * 4096)
    evidence.integrity.append(integrity_of(evidence.kept))


PLANTED = {
    plant_lost_event: "event lost",
    plant_false_success: "delivered without a 2xx of the receiver",
    plant_resent: "delivery id twice on the wire",
    plant_ghost: "on the wire but not in the log",
    plant_unsigned: "not signed with the endpoint's secret",
    plant_gap: "attempts not contiguous",
    plant_no_follow_up: "next attempt missing or one too many",
    plant_other_words: "under way at a kill, but not settled so",
    plant_late: "next attempt off the schedule",
    plant_early: "sent too early",
    plant_damage: "database damaged",
}


def can_be_falsified(evidence):
    """Whether there is a row for each of them."""
    try:
        for plant in PLANTED:
            plant(evidence.planted())
        return True
    except StopIteration:
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("waybill")
    parser.add_argument("--kills", type=int, default=15)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--planted", action="store_true")
    options = parser.parse_args()
    print(f"{options.kills} kills with --seed {options.seed}", flush=True)
    chance = random.Random(options.seed)
    found, killed, barren, totals = [], 0, 0, [0] * 5
    while killed < options.kills:
        with tempfile.TemporaryDirectory() as folder:
            crashes = Crashes(options.waybill, pathlib.Path(folder), chance)
            evidence = crashes.go(min(KILLS_OF_A_LIFE, options.kills - killed))
            found += list(problems_in(evidence))
            interrupted = sum(row["error"] == INTERRUPTED for row in evidence.rows)
            longest = max((row["attempt"] for row in evidence.rows), default=0)
            one = [len(evidence.accepted), len(evidence.rows), interrupted, len(evidence.ledger), len(evidence.integrity)]
            totals = [before + more for before, more in zip(totals, one)]
            print("{} events, {} attempts, {} interrupted, {} on the wire, {} kills".format(*totals), flush=True)
            for kind, what in found:
                print(f"{kind}: {what}")
            # On a busy computer a short life may be over before much was sent. It does not count.
            proven = interrupted > 0 and longest >= 3 and (not options.planted or can_be_falsified(evidence))
            if proven:
                killed += len(evidence.integrity)
            else:
                barren += 1
                print(f"nothing was proven: {interrupted} interrupted, at most {longest} attempts")
                if barren > MOST_BARREN_LIVES:
                    found.append(("nothing was proven", f"by {barren} lives"))
            if options.planted and proven:
                for plant, kind in PLANTED.items():
                    falsified = evidence.planted()
                    plant(falsified)
                    if kind not in {one for one, _ in problems_in(falsified)}:
                        found.append((kind, plant.__name__))
                        print(f"NOT noticed: {plant.__name__}")
            if found:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
