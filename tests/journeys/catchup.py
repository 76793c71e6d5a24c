# SPDX-License-Identifier: MIT
"""`waybill --serve --bring-events` between a stand-in for the real account and receivers, killed again and again.

Events happen all the while, the account misbehaves, lists in either order and gives pages of any size. At the end what
was processed is held against what was emitted: every event once, in order, and at the receiver.

usage: catchup.py <waybill> [--runs N] [--seed N] [--jobs N] [--plant]
--plant: falsifies what was found, in one way after the other, and fails where the checks do not notice.
"""
import argparse
import collections
import concurrent.futures
import copy
import http.client
import http.server
import json
import os
import pathlib
import queue
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zlib

STAND_IN = pathlib.Path(__file__).parent.parent / "standin" / "standin.py"
# What a client may meet; "closed" and the wire's kinds break the connection.
MISCHIEF = ["rate_limited", "server_error", "bad_gateway_html", "html_200", "not_json_200", "empty_200", "lost_answer",
            "truncated_json", "reset_mid_body", "cut_mid_body", "closed", "redirect"]
HANDED, NO_TAKER, UNREADABLE = 0, 1, 3
SHARE_SPOILT = 0.1


# --- Outside: the account, and a receiver that keeps a ledger

def call(base, method, path, body=None, key=None, timeout=60):
    url = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout)
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    try:
        connection.request(method, url.path + path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:200]}")
        return json.loads(text) if text else None
    finally:
        connection.close()


class Account:
    def __init__(self, order):
        self.process = subprocess.Popen([sys.executable, str(STAND_IN), "--until-stdin-closes", "--limit", "100000", "--order",
                                         order], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.base, self.key, self.control_url = ready["base_url"], ready["key"], ready["control_url"]

    def control(self, method, path, body=None):
        return call(self.control_url, method, path, body)

    def emit(self, count):
        made = self.control("POST", "/emit", {"count": count, "deliver": False})["data"]
        return [(event["event_id"], event["type"]) for event in made]

    def misbehave(self, what, **more):
        """In the list of events, until it is taken back."""
        return self.control("POST", "/mischief", {"what": what, "times": None, "path": "/events", **more})["id"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.ledger.append((self.headers["Autousers-Event-Id"], json.loads(body)["id"]))
        try:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Ledger(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Receiver)
        self.ledger = []
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"


# --- Inside: one life of Waybill

class Life:
    def __init__(self, waybill, folder, account):
        key_file = folder / "key"
        environment = {**os.environ, "AUTOUSERS_API_KEY": account.key, "AUTOUSERS_BASE_URL": account.base}
        self.process = subprocess.Popen(
            [waybill, "--serve", "--bring-events", "--plan", "enterprise", "--data", str(folder / "data"), "--key-file",
             str(key_file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        self.lines, self.told = queue.Queue(), {}
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        self.base = self.wait_for("base_url")
        self.key = key_file.read_text().strip()

    def _read(self, stream):
        for line in stream:
            self.lines.put(json.loads(line))
        stream.close()

    def wait_for(self, name, timeout=60):
        end = time.monotonic() + timeout
        while name not in self.told:
            self.told.update(self.lines.get(timeout=max(0.01, end - time.monotonic())))
        return self.told[name]

    def call(self, method, path, body=None):
        return call(self.base, method, path, body, self.key)

    def events(self):
        rows, cursor = [], ""
        while True:
            page = self.call("GET", f"/events?limit=100{cursor}")
            rows += page["data"]
            if not page["has_more"]:
                return [row["id"] for row in reversed(rows)]
            cursor = f"&starting_after={page['next_cursor']}"

    def kill(self):
        self.process.kill()
        self.process.wait()


# --- What was found

class Evidence:
    def __init__(self):
        self.emitted = []       # ids in the order they happened
        self.spoilt = set()     # ids of rows that lack something in the account's list
        self.nameless = 0       # so many rows were recorded by their bytes
        self.lacks = None       # what the spoilt ones lack
        self.taken = set()      # ids that an endpoint takes
        self.listed = []        # ids of GET /events of the served account, oldest first
        self.recorded = []      # (id, result, deliveries) in the order of the record
        self.counts = {}        # result -> how many
        self.arrived = []       # (id in the header, id in the body) at the receiver
        self.first_attempts = []  # event ids of deliveries with attempt 1
        self.integrity = []


def twice(values):
    return [value for value, count in collections.Counter(values).items() if count > 1]


def problems_in(evidence):
    """(kind, what) of everything that is not as promised."""
    readable = [event for event in evidence.emitted if event not in evidence.spoilt]
    named = readable if evidence.lacks == "id" else evidence.emitted
    if evidence.nameless != len(evidence.emitted) - len(named):
        yield "not one record for each row without an id", evidence.nameless
    emitted = set(evidence.emitted)
    recorded = [row[0] for row in evidence.recorded]
    arrived = {header for header, _ in evidence.arrived}
    for name, ids, expected in (("listed", evidence.listed, readable), ("recorded", recorded, named)):
        for event in twice(ids):
            yield f"{name} twice", event
        for event in set(expected) - set(ids):
            yield f"not {name}", event
        for event in set(ids) - set(expected):
            yield f"{name}, and never emitted", event
        if set(ids) == set(expected) and len(ids) == len(expected) and ids != expected:
            place = next(i for i, pair in enumerate(zip(ids, expected)) if pair[0] != pair[1])
            yield f"{name} out of order", f"at {place}: {ids[max(0, place - 1):place + 3]}, not {expected[max(0, place - 1):place + 3]}"
    for event in evidence.taken - arrived:
        yield "not at the receiver", event
    for event in arrived - evidence.taken:
        yield "at the receiver, and not to be", event
    for header, body in evidence.arrived:
        if header != body:
            yield "another event's body", header
    for event in twice(evidence.first_attempts):
        yield "two first deliveries", event
    if set(evidence.first_attempts) != evidence.taken:
        yield "first deliveries are not those of the events that are taken", len(evidence.first_attempts)
    for event, result, deliveries in evidence.recorded:
        expected = ((UNREADABLE, 0) if event in evidence.spoilt else (HANDED, 1) if event in evidence.taken
                    else (NO_TAKER, 0))
        if event in emitted and (result, deliveries) != expected:
            yield "recorded as something else", f"{event}: {result}, {deliveries}"
    if sum(evidence.counts.values()) != len(recorded) + evidence.nameless:
        yield "counted wrongly", evidence.counts
    for answer in evidence.integrity:
        if answer != "ok":
            yield "database damaged", answer


def read_database(evidence, path):
    connection = sqlite3.connect(path)
    try:
        evidence.integrity.append(connection.execute("PRAGMA integrity_check").fetchone()[0])
        evidence.recorded = connection.execute(
            "SELECT event_id, result, deliveries FROM brought WHERE result >= 0 AND event_id NOT LIKE 'sha256:%' "
            "ORDER BY seq").fetchall()
        evidence.nameless = connection.execute(
            "SELECT count(*) FROM brought WHERE result = ? AND event_id LIKE 'sha256:%'", (UNREADABLE,)).fetchone()[0]
        evidence.counts = dict(connection.execute("SELECT result, sum(count) FROM brought_counts GROUP BY result"))
        evidence.first_attempts = [row[0] for row in connection.execute(
            "SELECT events.id FROM deliveries JOIN events ON events.seq = event WHERE attempt = 1")]
    finally:
        connection.close()


def run(waybill, number, seed, minimum_kills=3):
    chance = random.Random(f"{seed}/{number}")
    order = chance.choice(["newest", "oldest"])
    rows = chance.choice([1, 2, chance.randint(3, 30), 100])
    evidence, ledger, account = Evidence(), Ledger(), Account(order)
    with tempfile.TemporaryDirectory(prefix="waybill-catchup-") as name:
        folder = pathlib.Path(name)
        life = None
        try:
            # Of more than one second: otherwise nothing tells in which order the account lists.
            account.emit(chance.choice([1, 5, 120]))
            account.control("POST", "/clock", {"advance_s": 2})
            account.emit(1)
            account.control("POST", "/clock", {"advance_s": 2})
            evidence.lacks = chance.choice([None, None, "id", "type"])
            if evidence.lacks:
                account.misbehave("spoil_rows", fields=[evidence.lacks], share=SHARE_SPOILT)
            life = Life(waybill, folder, account)
            types = chance.sample(["evaluation.created", "evaluation.completed", "rating.created", "autouser_run.failed"], 3)
            takes = chance.choice([["*"], types])
            life.call("POST", "/webhooks", {"url": ledger.url, "enabled_events": takes})
            life.wait_for("bringing_events_since")
            rules = []
            if rows < 100:
                rules.append({"what": "short_page", "rows": rows})
            rules.append({"what": MISCHIEF, "probability": chance.choice([0, 0.1, 0.2]), "worked": True, "retry_after": 1,
                          "seed": number})
            if chance.random() < 0.5:
                rules.append({"what": "repeat_rows", "rows": 3, "probability": 0.3, "seed": number})
            rules = [account.misbehave(**rule) for rule in rules]
            happened = []
            kills = chance.randint(minimum_kills, minimum_kills + 3)
            for _ in range(kills):
                for _ in range(chance.randint(1, 3)):
                    happened += account.emit(chance.choice([1, 2, 5, 12, 30]))
                    time.sleep(chance.random() * 0.25)
                life.kill()
                if chance.random() < 0.5:
                    happened += account.emit(chance.randint(1, 20))
                life = Life(waybill, folder, account)
                time.sleep(chance.choice([0, 0.05, 0.2, 0.6]) * chance.random())
            happened += account.emit(3)
            for rule in rules:
                account.control("DELETE", f"/mischief/{rule}")
            if evidence.lacks:
                evidence.spoilt = {event for event, _ in happened if is_spoilt(event)}
            evidence.emitted = [event for event, _ in happened]
            evidence.taken = {event for event, kind in happened if takes == ["*"] or kind in takes} - evidence.spoilt
            wait_until_done(life, evidence, ledger)
            evidence.listed = life.events()
        finally:
            if life:
                life.kill()
            account.close()
            ledger.shutdown()
            ledger.server_close()
        read_database(evidence, folder / "data" / "sandbox.sqlite")
        evidence.arrived = list(ledger.ledger)
    return evidence, f"{order} first, pages of {rows}, {kills} kills, {len(evidence.emitted)} events, " \
        f"{len(evidence.spoilt)} of them unreadable"


def is_spoilt(event):
    """As the stand-in's mischief chooses."""
    return zlib.crc32(event.encode()) % 1000 < SHARE_SPOILT * 1000


def wait_until_done(life, evidence, ledger, timeout=240):
    """What is missing after this time counts as lost; what is too much would show in two more looks."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        arrived = {header for header, _ in list(ledger.ledger)}
        if evidence.taken <= arrived and set(evidence.emitted) - evidence.spoilt <= set(life.events()):
            break
        time.sleep(0.1)
    time.sleep(1.2)


PLANTED = {
    "an event is lost": lambda e: (e.listed.pop(3), e.recorded.pop(3)),
    "an event is brought twice": lambda e: e.recorded.append(e.recorded[2]),
    "an event is delivered as two": lambda e: e.first_attempts.append(e.first_attempts[0]),
    "two events change places": lambda e: e.listed.insert(0, e.listed.pop(1)),
    "an event from before the start is brought": lambda e: e.listed.append("event_of_before"),
    "a row that cannot be read is recorded twice": lambda e: setattr(e, "nameless", e.nameless + 1),
    "an event does not arrive": lambda e: e.arrived.clear(),
    "another event's body is sent": lambda e: e.arrived.append((e.arrived[0][0], e.arrived[-1][0] + "x")),
    "an event is not counted": lambda e: e.counts.update({HANDED: e.counts.get(HANDED, 0) - 1}),
}


def plant(evidence):
    missed = []
    for name, falsify in PLANTED.items():
        false = copy.deepcopy(evidence)
        falsify(false)
        if not list(problems_in(false)):
            missed.append(name)
    if missed:
        sys.exit(f"not noticed: {missed}")
    print(f"{len(PLANTED)} planted bugs were noticed")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("waybill")
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=3, help="so many runs at a time; most of one is waiting")
    parser.add_argument("--plant", action="store_true")
    given = parser.parse_args()
    failed = events = spoilt = 0
    began = time.monotonic()
    pool = concurrent.futures.ThreadPoolExecutor(given.jobs)
    runs = [pool.submit(run, given.waybill, number, given.seed) for number in range(given.runs)]
    for number, one in enumerate(runs):
        evidence, what = one.result()
        found = list(problems_in(evidence))
        events += len(evidence.emitted)
        spoilt += len(evidence.spoilt)
        print(f"run {number}: {what}: {'as promised' if not found else f'{len(found)} problems'}", flush=True)
        for kind, detail in found[:10]:
            print(f"    {kind}: {detail}")
        failed += bool(found)
    print(f"{given.runs} runs, {events} events, {spoilt} of them unreadable, {failed} runs with problems, "
          f"{time.monotonic() - began:.0f} s")
    if failed:
        sys.exit(1)
    if given.plant:
        plant(evidence)


main()
