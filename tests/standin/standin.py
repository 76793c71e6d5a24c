# SPDX-License-Identifier: MIT
"""A stand-in for the real account, for tests: written from the account contract alone, it shares no code with Waybill.

It serves every route of the contract, signs and posts deliveries, retries them, and misbehaves when it is told to.

    python3 standin.py [--port N] [--control-port N] [--key KEY] [--tls CERT KEY] [--plan PLAN] [--order newest|oldest] …

prints one line when it is ready: {"base_url": …, "control_url": …, "key": …}. It listens on 127.0.0.1 and posts to this
computer only. It ends with SIGTERM, or with --until-stdin-closes when whoever started it is gone.

The control is JSON over HTTP, at control_url; it answers 200, or 400 with {"error": …}:

    POST   /settings         {plan, flag, role, scopes, limit, order, spelling, https_only, overlap, role_code, flag_code,
                              retry_speed, deliver, delivery_timeout, hosts}: any of them (account.py, Settings); GET shows
    POST   /clock            {advance_s}: the account's clock moves on (retries, overlaps, minutes, retention)
    POST   /keys             {key?, scopes?, role?} → one more key; DELETE {key?} revokes it, or all
    POST   /spend            {requests?}: other tools use up some of the minute's requests, or all that are left
    POST   /seed             {endpoints, deliveries, events, days?, event_days?, seed?, statuses?, url?, enabled_events?,
                              endpoint_id?, type?} → endpoint_ids: rows in bulk
    POST   /insert           {deliveries, events, endpoint_id?, older_s?, type?} → ids: pending rows that nobody posts
    POST   /settle           {deliveries} or {delivery_ids}, {response_status?}: gives pending rows an outcome
    POST   /emit             {type?, object?, object_id?, count?, deliver?}: events, posted to the endpoints that want them
    DELETE /endpoints/ID     as if somebody else did
    DELETE /rows             {delivery_ids, event_ids}: rows go; cursors to them go on working
    GET    /truth/endpoints, /truth/deliveries?endpoint_id=, /truth/events: count, sha256 (control.py says of what), data;
                             without data with ?rows=0
    GET    /secrets/ID       the secrets of an endpoint, newest first
    GET    /requests         ?since=N&method=&path=REGEX: the ledger of all requests; DELETE empties it. Each has at, method,
                             target, idempotency_key, version, body_sha256, status (null: no answer), worked (what the
                             account itself answered; null: it was not asked), request_id, mischief, counts (against the
                             minute), took_ms, cpu_ms
    GET    /minutes          how many requests counted in each minute, the most in any 60 s, how many got a true 429
    GET    /posts            every request that was sent to a receiver
    POST   /quiet            {timeout_s?}: waits until no delivery is due or under way
    POST   /mischief         a rule, see below → its id; GET lists rules; DELETE /mischief or /mischief/ID

A rule of mischief is {"what", "times": 1 (null: for ever), "probability": 1, "seed": 1, "skip": 0, "method", "path": REGEX in
path?query, …}; `what` may be a list, of which chance takes one each time. With "worked": true the account does the work
before one of the first two groups answers in its place; the third group always does.

    revoked_key, plan {plan}, missing_scope {scope}, role {code}, beta_flag {code}, rate_limited {retry_after}, quota,
    server_error {retry_after}                      the contract's errors: 401, 403, 403, 403, 503, 429, 429, 500
    bad_gateway_html, html_200, not_json_200, empty_200 {status, retry_after}    not from the account at all
    lost_answer {reset}, truncated_json, reset_mid_body, cut_mid_body, drip {bytes, every_ms}, oversized {size, endless}
    closed {reset}, redirect {status, location}     nothing was done
    unknown_fields, unknown_values, deprecation {sunset, successor}, drop_headers {names}, delete_body, repeat_rows {rows},
    reverse_page, short_page {rows}, shift {insert, settle, events, older_s, anywhere}      added to a good answer
"""
import argparse
import json
import os
import signal
import sys
import threading

sys.dont_write_bytecode = True
from account import BUDGETS, Account, Settings
from control import Control
from deliverer import Deliverer
from mischief import Mischief
from servers import BASE, AccountHandler, ControlHandler, Server, server_tls


class StandIn:
    def __init__(self, port=0, control_port=0, key=None, tls=None, trusted=None, seed=1, **settings):
        self.ending = threading.Event()
        self.ledger = []
        self.mischief = Mischief()
        self.account = Account(Settings(**settings), key, seed)
        self.deliverer = Deliverer(self.account, trusted=trusted)
        self.control = Control(self.account, self.deliverer, self.mischief, self.ledger)
        self.server = Server(port, AccountHandler, tls and server_tls(*tls))
        self.control_server = Server(control_port, ControlHandler)
        for server in (self.server, self.control_server):
            server.stand_in = self
            server.start()

    def ready(self):
        return {"base_url": self.server.url + BASE, "control_url": self.control_server.url, "key": self.account.first_key()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--key", help="the API key; otherwise one by chance")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--trusted", metavar="CERT", help="also trusted when posting to https:// receivers")
    parser.add_argument("--seed", type=int, default=1, help="of ids and contents")
    parser.add_argument("--plan", choices=list(BUDGETS), default="pro")
    parser.add_argument("--role", default="Owner")
    parser.add_argument("--scopes", type=lambda text: text.split(","), default=["webhooks:read", "webhooks:write", "events:read"])
    parser.add_argument("--limit", type=int, help="requests a minute, instead of the plan's")
    parser.add_argument("--order", choices=["newest", "oldest"], default="newest")
    parser.add_argument("--spelling", choices=["snake", "camel", "both"], default="both")
    parser.add_argument("--retry-speed", type=float, default=1.0, help="the delays between attempts are divided by it")
    parser.add_argument("--https-only", action="store_true", help="also refuse http:// on loopback hosts")
    parser.add_argument("--until-stdin-closes", action="store_true")
    given = vars(parser.parse_args())
    until_stdin_closes = given.pop("until_stdin_closes")
    stand_in = StandIn(**given)
    signal.signal(signal.SIGTERM, lambda *_: stand_in.ending.set())
    signal.signal(signal.SIGINT, lambda *_: stand_in.ending.set())
    print(json.dumps(stand_in.ready()), flush=True)
    if until_stdin_closes:
        threading.Thread(target=lambda: (sys.stdin.read(), stand_in.ending.set()), daemon=True).start()
    stand_in.ending.wait()
    sys.stdout.flush()
    # Threads of the pool may hang in a receiver that never answers.
    os._exit(0)


if __name__ == "__main__":
    main()
