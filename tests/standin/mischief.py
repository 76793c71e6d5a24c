# SPDX-License-Identifier: MIT
"""How the account misbehaves: rules that a test lays down, each for the next requests that fit it or for some of them.

A rule is {"what": kind or [kinds, one of them by chance], "times": n or null, "probability": 0 to 1, "seed": n, "skip": n,
"method": "GET", "path": "regular expression, looked for in path?query", "worked": bool, … and what its kind takes}.
"""
import itertools
import random
import re
import threading
import zlib

import account as contract
from account import Answer

PROXY_PAGE = (b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
              b"<body><center><h1>502 Bad Gateway</h1></center><hr><center>proxy</center></body></html>\n")
SIGN_IN_PAGE = b"<!DOCTYPE html><html><title>Sign in to the network</title><p>Welcome to the caf\xc3\xa9.</html>"

# Answers in the account's own form, in place of the work.
REFUSALS = {
    "revoked_key": lambda rule: contract.refuse_key(),
    "plan": lambda rule: contract.refuse_plan(rule.get("plan", "team")),
    "missing_scope": lambda rule: contract.refuse_scope(rule.get("scope", "webhooks:write")),
    "role": lambda rule: contract.refuse_role(rule.get("code")),
    "beta_flag": lambda rule: contract.refuse_flag(rule.get("code")),
    "rate_limited": lambda rule: contract.refuse_rate(rule.get("retry_after", 1)),
    "quota": lambda rule: contract.refuse_quota(),
    "server_error": lambda rule: contract.refuse_server(),
}
# Answers that are none of the account's: (status, content type, body).
FOREIGN = {
    "bad_gateway_html": (502, "text/html; charset=utf-8", PROXY_PAGE),
    "html_200": (200, "text/html", SIGN_IN_PAGE),
    "not_json_200": (200, "application/json", b"OK, {done: True}"),
    "empty_200": (200, "application/json", b""),
}
# Ways for the account's own answer to get lost or spoiled on its way; the work is done first.
ON_THE_WIRE = {"truncated_json", "lost_answer", "reset_mid_body", "cut_mid_body", "drip", "oversized"}
NOT_EVEN_ASKED = {"closed", "redirect"}
EXCLUSIVE = {*REFUSALS, *FOREIGN, *ON_THE_WIRE, *NOT_EVEN_ASKED}
# May come together with each other and with one of the above.
ADDED = {"unknown_fields", "unknown_values", "deprecation", "delete_body", "drop_headers", "repeat_rows", "reverse_page",
         "short_page", "shift", "spoil_rows"}
KINDS = EXCLUSIVE | ADDED


class Rule:
    def __init__(self, number, given):
        self.number, self.given = number, given
        self.what = [given["what"]] if isinstance(given["what"], str) else list(given["what"])
        if not self.what or (unknown := set(self.what) - KINDS):
            raise ValueError(f"there is no such misbehaviour: {unknown or 'nothing'}")
        if len(self.what) > 1 and set(self.what) & ADDED and set(self.what) & EXCLUSIVE:
            raise ValueError("one rule either spoils answers or adds to them")
        self.left = given.get("times", 1)
        self.probability = given.get("probability", 1)
        self.chance = random.Random(given.get("seed", 1))
        self.skip = given.get("skip", 0)
        self.path = re.compile(given.get("path", ""))
        self.fired = 0

    def fires(self, method, target):
        """The kind, or None."""
        if self.left == 0 or self.given.get("method", method) != method or not self.path.search(target):
            return None
        if self.skip > 0:
            self.skip -= 1
            return None
        if self.chance.random() >= self.probability:
            return None
        self.left = None if self.left is None else self.left - 1
        self.fired += 1
        return self.chance.choice(self.what)

    def document(self):
        return {"id": self.number, "fired": self.fired, "left": self.left, **self.given}


class Mischief:
    def __init__(self):
        self.lock, self.rules, self.numbers = threading.Lock(), [], itertools.count(1)

    def add(self, given):
        rule = Rule(next(self.numbers), given)
        with self.lock:
            self.rules.append(rule)
        return rule

    def remove(self, number=None):
        with self.lock:
            self.rules = [] if number is None else [rule for rule in self.rules if rule.number != number]

    def choose(self, method, target):
        """(what spoils this answer or None, what is added to it): pairs of a kind and its rule's parameters."""
        spoils, added = None, []
        with self.lock:
            for rule in self.rules:
                if spoils and set(rule.what) & EXCLUSIVE:
                    continue
                if kind := rule.fires(method, target):
                    if kind in EXCLUSIVE:
                        spoils = (kind, rule.given)
                    else:
                        added.append((kind, rule.given))
        return spoils, added


def works_first(kind, given):
    return kind in ON_THE_WIRE or (kind not in NOT_EVEN_ASKED and given.get("worked", False))


def page_options(added):
    options = {}
    for kind, given in added:
        if kind == "repeat_rows":
            options["repeat"] = given.get("rows", 5)
        elif kind == "short_page":
            options["rows"] = max(1, given.get("rows", 1))
        elif kind == "reverse_page":
            options["reverse"] = True
    return options


def refusal(kind, given):
    return Answer.of(REFUSALS[kind](given))


def decorate(answer, added, method):
    for kind, given in added:
        if kind == "unknown_fields":
            answer.document = with_unknown_fields(answer.document)
        elif kind == "unknown_values":
            answer.document = with_unknown_values(answer.document)
        elif kind == "spoil_rows":
            answer.document = with_spoiled_rows(answer.document, given)
        elif kind == "deprecation":
            successor = given.get("successor", "https://app.autousers.ai/api/v2")
            answer.headers.update({"Deprecation": "true", "Sunset": given.get("sunset", "Fri, 01 Jan 2027 00:00:00 GMT"),
                                   "Link": f'<{successor}>; rel="successor-version"'})
        elif kind == "drop_headers":
            for name in given.get("names", ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]):
                answer.headers.pop(name, None)
        elif kind == "delete_body" and method == "DELETE" and answer.status == 204:
            answer.status, answer.document = 200, {"deleted": True, "object": "webhook_endpoint"}


def with_unknown_fields(value):
    if isinstance(value, list):
        return [with_unknown_fields(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {"_new": {"nested": [1, None, {"deep": True}]}, **{name: with_unknown_fields(one) for name, one in value.items()},
            "novelty": "ünknown", "big_number": 12345678901234567890123}


def with_spoiled_rows(document, given):
    """Rows of a list, or those of `ids` or a `share` among them (the same ones each time), lose `fields` and take those of `with`, or are no objects at all ("null")."""
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        return document
    lost, ids, share = given.get("fields", ["id"]), given.get("ids"), given.get("share", 1)

    def is_left_alone(row):
        row_id = row.get("id", "")
        return (ids is not None and row_id not in ids) or zlib.crc32(row_id.encode()) % 1000 >= share * 1000
    return {**document, "data": [
        row if is_left_alone(row)
        else None if given.get("null") else {name: value for name, value in row.items() if name not in lost} | given.get("with", {})
        for row in document["data"]]}


UNKNOWN = {"status": "quarantined", "plan": "galaxy", "source": "passkey", "type": "thing.happened"}


def with_unknown_values(value):
    if isinstance(value, list):
        return [with_unknown_values(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: UNKNOWN[name] if name in UNKNOWN and isinstance(one, str) else with_unknown_values(one)
            for name, one in value.items()}
    if "enabled_events" in made:
        made["enabled_events"] = [*made["enabled_events"], "thing.happened"]
    if "scopes" in made:
        made["scopes"] = [*made["scopes"], "things:juggle"]
    return made
