# SPDX-License-Identifier: MIT
"""What a test can do to the account behind its back."""
import hashlib
import random
import re
import secrets
import time

from account import DELAYS, DAY, Delivery
from payloads import EVENT_TYPES, make_id


class Control:
    def __init__(self, account, deliverer, mischief, ledger):
        self.account, self.deliverer, self.mischief, self.ledger = account, deliverer, mischief, ledger
        self.chance = random.Random(7)

    def answer(self, method, path, query, given):
        """(status, document)"""
        for its_method, pattern, function in CONTROLS:
            if its_method == method and (match := re.fullmatch(pattern, path)):
                try:
                    return 200, function(self, {**query, **given}, *match.groups())
                except (KeyError, ValueError, TypeError, re.error) as error:
                    return 400, {"error": f"{type(error).__name__}: {error}"}
        return 404, {"error": f"no such control: {method} {path}"}

    def health(self, _):
        return {"ok": True}

    # --- Switches

    def get_settings(self, _):
        return dict(vars(self.account.settings))

    def set_settings(self, given):
        with self.account.lock:
            self.account.settings.change(given)
        self.deliverer.changed()
        return self.get_settings(given)

    def move_clock(self, given):
        self.account.clock.moved += int(given["advance_s"] * 1000)
        self.deliverer.changed()
        return {"now": self.account.clock.now() / 1000}

    def add_key(self, given):
        key = given.get("key") or "ak_live_" + secrets.token_urlsafe(24)
        grant = {name: given[name] for name in ("scopes", "role") if name in given}
        with self.account.lock:
            self.account.keys[key] = grant
        return {"key": key, **grant}

    def revoke_key(self, given):
        with self.account.lock:
            revoked = [given["key"]] if "key" in given else list(self.account.keys)
            for key in revoked:
                self.account.keys.pop(key, None)
        return {"revoked": len(revoked)}

    def spend(self, given):
        """Other tools of the team use up some of this minute's requests; without a number: all."""
        with self.account.lock:
            now, limit = self.account.clock.now(), self.account.limit()
            self.account.budget.roll(now)
            self.account.budget.used = min(limit, self.account.budget.used + given.get("requests", limit))
            return self.account.budget.headers(now, limit)

    def misbehave(self, given):
        return self.mischief.add(given).document()

    def list_mischief(self, _):
        with self.mischief.lock:
            return {"data": [rule.document() for rule in self.mischief.rules]}

    def behave(self, _, number=None):
        self.mischief.remove(number and int(number))
        return {}

    # --- Rows

    def seed(self, given):
        began = time.monotonic()
        chance = random.Random(given.get("seed", 1))
        account = self.account
        with account.lock:
            now, days = account.clock.now(), given.get("days", 29)
            wants = given.get("enabled_events", ["*"])
            made = [account.add_endpoint(given.get("url", f"https://hooks.example.com/{number}"), wants, f"Seeded {number}",
                                         created=now - int(days * DAY))
                    for number in range(given.get("endpoints", 0))]
            chosen = made or [account.endpoints.rows[key[2]] for key in account.endpoints.keys]
            if "endpoint_id" in given:
                chosen = [account.endpoints.rows[given["endpoint_id"]]]
            event_days = given.get("event_days", days)
            times = sorted(now - int(chance.random() * event_days * DAY) for _ in range(given.get("events", 0)))
            events = [account.make_event(given.get("type") or chance.choice(EVENT_TYPES), at) for at in times]
            account.events.add_all(events)
            wanted = given.get("deliveries", 0)
            if wanted and not chosen:
                raise ValueError("deliveries need an endpoint")
            rows = {endpoint.id: [] for endpoint in chosen}
            statuses = given.get("statuses", {"delivered": 90, "failed": 5, "abandoned": 4, "pending": 1})
            while wanted > 0:
                endpoint = chance.choice(chosen)
                at = now - int(chance.random() * days * DAY)
                outcome = chance.choices(list(statuses), list(statuses.values()))[0]
                chain = self._chain(chance, endpoint.id, events, at, outcome, now)[:wanted]
                wanted -= len(chain)
                rows[endpoint.id] += chain
            for endpoint in chosen:
                account.keep_deliveries(endpoint, rows[endpoint.id])
        return {"endpoint_ids": [endpoint.id for endpoint in made], "took_ms": int((time.monotonic() - began) * 1000)}

    def _chain(self, chance, endpoint_id, events, at, outcome, now):
        """The attempts for one event; "failed": some failures and then a success."""
        if events:
            event = chance.choice(events)
            event_id, event_type = event.id, event.type
        else:
            event_id, event_type = make_id(self.account.chance, "event_"), chance.choice(EVENT_TYPES)
        attempts = {"failed": chance.randint(2, 4), "abandoned": len(DELAYS) + 1}.get(outcome, 1)
        chain = []
        for attempt in range(1, attempts + 1):
            row = Delivery(make_id(self.account.chance, "whd_"), at, event_id, event_type, endpoint_id, attempt)
            chain.append(row)
            if row.created > now:
                # Not tried yet: its row was made when the attempt before failed.
                row.created, row.scheduled = chain[-2].created, at
                break
            if outcome == "pending":
                break
            if attempt < attempts or outcome == "abandoned":
                row.status = "failed" if attempt < attempts else "abandoned"
                fill(row, chance.choice([500, 503, 404, None]), chance)
                at += DELAYS[attempt - 1] * 1000 if attempt < attempts else 0
            elif outcome in ("delivered", "failed"):
                row.status, row.delivered = "delivered", row.created + 120
                fill(row, 200, chance)
            else:
                row.status = outcome
        return chain

    def insert(self, given, endpoint_id=None):
        """Pending rows and events as they come up in an account at work; nothing is posted for them."""
        account, made = self.account, {"delivery_ids": [], "event_ids": []}
        with account.lock:
            at = account.clock.now() - int(given.get("older_s", 0) * 1000)
            ids = [given.get("endpoint_id") or endpoint_id] if given.get("endpoint_id") or endpoint_id else [
                key[2] for key in account.endpoints.keys]
            for _ in range(given.get("events", 0)):
                event = account.make_event(given.get("type") or self.chance.choice(EVENT_TYPES), at)
                account.events.add(event)
                made["event_ids"].append(event.id)
            for _ in range(given.get("deliveries", 0)):
                endpoint = account.endpoints.rows[self.chance.choice(ids)]
                row = Delivery(make_id(account.chance, "whd_"), at, make_id(account.chance, "event_"),
                               self.chance.choice(EVENT_TYPES), endpoint.id)
                account.keep_deliveries(endpoint, [row])
                made["delivery_ids"].append(row.id)
        return made

    def settle(self, given):
        """Some of the pending rows, or those named, get an outcome; a failure is followed by its next attempt."""
        account = self.account
        with account.lock:
            if "delivery_ids" in given:
                rows = [account.deliveries[one] for one in given["delivery_ids"]]
            else:
                rows = [row for endpoint in account.endpoints.rows.values()
                        for row in endpoint.deliveries.with_value("status", "pending")]
                rows = self.chance.sample(rows, min(len(rows), given.get("deliveries", 1)))
            for row in rows:
                status = given.get("response_status", self.chance.choice([200, 200, 200, 503]))
                text = "ok" if status < 300 else "no"
                account.settle(row, {"response_status": status, "response_body": text, "response_ms": 12}, retries=False)
                if row.status == "failed":
                    account.add_delivery(account.endpoints.rows[row.endpoint_id], row, row.replays, row.attempt + 1,
                                         account.clock.now() + DELAYS[row.attempt - 1] * 1000, send=False)
        return {"delivery_ids": [row.id for row in rows]}

    def shift(self, given, target):
        """Between two pages: new rows, settled rows, a deleted one."""
        match, older_s = re.match(r"/webhooks/([^/?]+)/deliveries", target), given.get("older_s", 0)
        with self.account.lock:
            here = match and match[1] in self.account.endpoints.rows and not given.get("anywhere")
            if self.account.endpoints.rows:
                self.insert({"deliveries": given.get("insert", 3), "older_s": older_s}, match[1] if here else None)
            self.insert({"events": given.get("events", 0), "older_s": older_s})
            self.settle({"deliveries": given.get("settle", 0)})

    def emit(self, given):
        made = []
        with self.account.lock:
            for _ in range(given.get("count", 1)):
                event, deliveries = self.account.emit(
                    given.get("type") or self.chance.choice(EVENT_TYPES), given.get("deliver", True),
                    content=given.get("object"), object_id=given.get("object_id"))
                made.append({"event_id": event.id, "type": event.type, "delivery_ids": [one.id for one in deliveries]})
        return {"data": made}

    def delete_endpoint(self, _, endpoint_id):
        with self.account.lock:
            if endpoint_id not in self.account.endpoints.rows:
                raise ValueError("there is no such endpoint")
            self.account.remove_endpoint(endpoint_id)
        return {}

    def delete_rows(self, given):
        """Rows vanish, as they do when the log forgets them; cursors to them go on working."""
        with self.account.lock:
            for one in given.get("delivery_ids", []):
                self.account.endpoints.rows[self.account.deliveries.pop(one).endpoint_id].deliveries.remove(one)
            for one in given.get("event_ids", []):
                self.account.events.remove(one)
        return {}

    # --- What is so, and what was

    def truth(self, given, what):
        """All rows, and a digest over the lines "id<TAB>status<TAB>attempt<TAB>response_status<LF>" (events: "id<TAB>type<LF>",
        endpoints: "id<TAB>status<TAB>url<LF>") in the order of the ids; what is empty stays empty."""
        account = self.account
        with account.lock:
            if what == "endpoints":
                rows, columns, show = account.endpoints.rows.values(), ("id", "status", "url"), lambda row: row.document()
            elif what == "events":
                rows, columns = account.events.rows.values(), ("id", "type")
                show = lambda row: {"id": row.id, "type": row.type, "object_id": row.object_id, "created": row.created // 1000}
            else:
                rows, columns = account.deliveries.values(), ("id", "status", "attempt", "response_status")
                rows = [row for row in rows if given.get("endpoint_id", row.endpoint_id) == row.endpoint_id]
                show = lambda row: row.document("snake")
            rows = sorted(rows, key=lambda row: row.id)
            values = ([getattr(row, name) for name in columns] for row in rows)
            lines = "".join("\t".join("" if one is None else str(one) for one in its) + "\n" for its in values)
            found = {"count": len(rows), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
            return found if given.get("rows") == "0" else {**found, "data": [show(row) for row in rows]}

    def list_secrets(self, _, endpoint_id):
        """For a test that has to verify what was posted, and for a search for them afterwards."""
        return {"secrets": [secret for secret, _ in self.account.endpoints.rows[endpoint_id].secrets]}

    def requests(self, given):
        pattern = re.compile(given.get("path", ""))
        rows = [row for row in list(self.ledger)[int(given.get("since", 0)):]
                if given.get("method", row["method"]) == row["method"] and pattern.search(row["target"])]
        return {"data": rows}

    def minutes(self, _):
        """Of what counts against the budget: how many in each minute of the clock, and the most in any 60 s."""
        times = sorted(row["at"] for row in list(self.ledger) if row["counts"])
        minutes, most, first = {}, 0, 0
        for number, at in enumerate(times):
            minutes[str(int(at // 60 * 60))] = minutes.get(str(int(at // 60 * 60)), 0) + 1
            while times[first] <= at - 60:
                first += 1
            most = max(most, number - first + 1)
        refused = sum(1 for row in list(self.ledger) if row["status"] == 429 and not row["mischief"])
        return {"minutes": minutes, "most_in_60_s": most, "refused": refused}

    def forget_requests(self, _):
        self.ledger.clear()
        return {}

    def list_posts(self, _):
        return {"data": list(self.deliverer.posts)}

    def quiet(self, given):
        """Waits until nothing is due or under way."""
        end = time.monotonic() + float(given.get("timeout_s", 10))
        with self.deliverer.wake:
            while not self.deliverer.is_quiet() and time.monotonic() < end:
                self.deliverer.wake.wait(max(0, end - time.monotonic()))
            return {"quiet": self.deliverer.is_quiet()}


def fill(row, response_status, chance):
    row.response_ms = chance.randint(3, 900)
    if response_status is None:
        row.error = "The receiver did not answer within 10 s."
    else:
        row.response_status, row.response_body = response_status, "ok" if response_status < 300 else "not now"


CONTROLS = [
    ("GET", "/", Control.health),
    ("GET", "/settings", Control.get_settings),
    ("POST", "/settings", Control.set_settings),
    ("POST", "/clock", Control.move_clock),
    ("POST", "/keys", Control.add_key),
    ("DELETE", "/keys", Control.revoke_key),
    ("POST", "/spend", Control.spend),
    ("POST", "/mischief", Control.misbehave),
    ("GET", "/mischief", Control.list_mischief),
    ("DELETE", "/mischief", Control.behave),
    ("DELETE", "/mischief/([0-9]+)", Control.behave),
    ("POST", "/seed", Control.seed),
    ("POST", "/insert", Control.insert),
    ("POST", "/settle", Control.settle),
    ("POST", "/emit", Control.emit),
    ("DELETE", "/endpoints/([^/]+)", Control.delete_endpoint),
    ("DELETE", "/rows", Control.delete_rows),
    ("GET", "/truth/(endpoints|deliveries|events)", Control.truth),
    ("GET", "/secrets/([^/]+)", Control.list_secrets),
    ("GET", "/requests", Control.requests),
    ("DELETE", "/requests", Control.forget_requests),
    ("GET", "/minutes", Control.minutes),
    ("GET", "/posts", Control.list_posts),
    ("POST", "/quiet", Control.quiet),
]
