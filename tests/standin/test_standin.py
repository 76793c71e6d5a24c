# SPDX-License-Identifier: MIT
"""The stand-in proves itself over real HTTP, before anything is proved against it.

usage: test_standin.py [--judge <node> <recorded.mjs> <openapi.yaml>] [unittest's arguments]
--judge: every answer that was not spoiled on purpose is held against the description of the contract.
"""
import concurrent.futures
import hashlib
import hmac
import http.client
import http.server
import json
import pathlib
import random
import re
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

sys.dont_write_bytecode = True
import mischief

HERE = pathlib.Path(__file__).parent
RECORDED = []
EVENT_TYPES = {"evaluation.created", "evaluation.status_changed", "evaluation.completed", "autouser_run.completed",
               "autouser_run.failed", "rating.created", "calibration.frozen"}
DELAYS = [60, 300, 1800, 7200, 21600, 86400, 86400, 86400]
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        error = self.json["error"]
        return self.status, error["type"], error.get("code")


class StandIn:
    def __init__(self, *options, context=None):
        self.process = subprocess.Popen([sys.executable, str(HERE / "standin.py"), "--until-stdin-closes", *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.base, self.control_base = urllib.parse.urlsplit(ready["base_url"]), urllib.parse.urlsplit(ready["control_url"])
        self.key, self.context = ready["key"], context

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(10)
        self.process.stdin.close()
        self.process.stdout.close()
        return code

    def connect(self):
        if self.base.scheme == "https":
            return http.client.HTTPSConnection(self.base.hostname, self.base.port, timeout=60, context=self.context)
        return http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=60)

    def call(self, method, target, body=None, key=None, headers=None, raw=None, judged=True, connection=None):
        own = connection or self.connect()
        try:
            fields = {"Authorization": f"Bearer {key or self.key}", **(headers or {})}
            data = raw if body is None else json.dumps(body).encode()
            if data is not None:
                fields.setdefault("Content-Type", "application/json")
            own.request(method, self.base.path + target, data, fields)
            answer = own.getresponse()
            text = answer.read()
        finally:
            if not connection:
                own.close()
        if judged:
            RECORDED.append({"method": method, "path": target.split("?")[0], "status": answer.status,
                             "headers": dict(answer.headers), "body": text.decode()})
        return Answer(answer.status, answer.headers, text)

    def control(self, method, target, body=None):
        connection = http.client.HTTPConnection(self.control_base.hostname, self.control_base.port, timeout=30)
        try:
            connection.request(method, target, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            document = json.loads(answer.read())
            assert answer.status == 200, (target, document)
            return document
        finally:
            connection.close()

    def create(self, url="https://hooks.example.com/", enabled_events=("*",), **more):
        answer = self.call("POST", "/webhooks", {"url": url, "enabled_events": list(enabled_events), **more})
        assert answer.status == 201, answer.body
        return answer.json

    def quiet(self):
        assert self.control("POST", "/quiet", {})["quiet"]

    def truth(self, what, **query):
        return self.control("GET", f"/truth/{what}?{urllib.parse.urlencode(query)}")

    def walk(self, path, limit, backwards_from=None, each=None):
        """The ids of all pages, in the order in which they came."""
        name = "ending_before" if backwards_from else "starting_after"
        cursor, ids = backwards_from, []
        joint = "&" if "?" in path else "?"
        connection = self.connect()
        while True:
            target = f"{path}{joint}limit={limit}" + (f"&{name}={cursor}" if cursor else "")
            page = self.call("GET", target, judged=False, connection=connection).json
            got = [row["id"] for row in page["data"]]
            assert len(got) <= limit, target
            ids = got + ids if backwards_from else ids + got
            if not page["has_more"]:
                connection.close()
                assert page["next_cursor"] is None, target
                return ids
            assert page["next_cursor"] == (got[0] if backwards_from else got[-1]), target
            cursor = page["next_cursor"]
            if each:
                each(ids)


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what comes, and answers as it is told: a status, or a function that gets the handler."""

    daemon_threads = True
    request_queue_size = 256  # Retries of fifty events come at once.

    def __init__(self, answers=200, tls=None):
        super().__init__(("127.0.0.1", 0), ReceiverHandler)
        self.answers, self.requests = answers, []
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_address[1]}/hook?of=test"

    def handle_error(self, *_):
        pass


class ReceiverHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        if callable(self.server.answers):
            self.server.answers(self)
            return
        self.wfile.write(b"HTTP/1.1 %d Told\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nok" % self.server.answers)

    def log_message(self, *_):
        pass


def accepts(secret, headers, body):
    """The contract's rule, by itself."""
    fields = [part.split("=", 1) for part in headers["Autousers-Signature"].split(",")]
    stamp = next(value for name, value in fields if name == "t")
    expected = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return abs(time.time() - int(stamp)) <= 300 and any(
        hmac.compare_digest(value, expected) for name, value in fields if name == "v1")


def at(text):
    """Of an ISO time, to compare."""
    whole, fraction = re.fullmatch(r"(.*)\.(\d{3})Z", text).groups()
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + int(fraction) / 1000


class StandInTest(unittest.TestCase):
    options = ()

    def setUp(self):
        self.standin = StandIn(*self.options)
        self.call, self.control = self.standin.call, self.standin.control

    def tearDown(self):
        self.assertEqual(self.standin.end(), 0)

    def restart(self, *options, **more):
        self.standin.end()
        self.standin = StandIn(*options, **more)
        self.call, self.control = self.standin.call, self.standin.control

    def receiver(self, answers=200, tls=None):
        receiver = Receiver(answers, tls)
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        return receiver

    def deliveries(self, endpoint):
        return self.call("GET", f"/webhooks/{endpoint['id']}/deliveries?limit=100").json["data"]


class Routes(StandInTest):
    def test_every_operation_in_every_spelling(self):
        for spelling in ("both", "snake", "camel"):
            self.control("POST", "/settings", {"spelling": spelling})
            receiver = self.receiver()
            self.assertEqual(self.call("GET", "/auth/whoami").json["source"], "apikey")
            self.assertEqual(self.call("GET", "/usage").json["plan"], "pro")
            endpoint = self.standin.create(receiver.url, description="Büro", api_version=None)
            path = f"/webhooks/{endpoint['id']}"
            self.assertRegex(endpoint["secret"], r"^whsec_.{32}$")
            self.assertEqual(endpoint["secret_prefix"], endpoint["secret"][:12])
            for method, target, body in (("GET", path, None), ("GET", "/webhooks", None), ("PATCH", path, {"description": None})):
                answer = self.call(method, target, body)
                self.assertEqual(answer.status, 200)
                self.assertNotIn(endpoint["secret"], answer.body.decode())
            rotated = self.call("POST", path + "/rotate-secret").json
            self.assertNotEqual(rotated["secret"], endpoint["secret"])
            self.assertAlmostEqual(at(rotated["previousSecretValidUntil"]) - at(rotated["rotatedAt"]), 86400)
            for event_type in [None, *sorted(EVENT_TYPES)]:
                queued = self.call("POST", path + "/test", {"type": event_type} if event_type else None)
                self.assertEqual(queued.status, 202)
            self.standin.quiet()
            delivery = self.call("GET", f"/webhooks/deliveries/{queued.json['delivery_id']}").json
            self.assertEqual(delivery["status"], "delivered")
            self.assertEqual("event_id" in delivery, spelling != "camel")
            self.assertEqual("eventId" in delivery, spelling != "snake")
            self.assertEqual("responseStatus" in delivery, spelling == "camel")
            replay = self.call("POST", f"/webhooks/deliveries/{delivery['id']}/retry")
            self.assertEqual((replay.status, replay.json["replays_delivery_id"]), (202, delivery["id"]))
            self.standin.quiet()
            replayed = self.call("GET", f"/webhooks/deliveries/{replay.json['delivery_id']}").json
            self.assertEqual((replayed["status"], replayed["replays_delivery_id"]), ("delivered", delivery["id"]))
            self.assertEqual(len(self.call("GET", f"{path}/deliveries?status=delivered").json["data"]), 9)
            listed = self.call("GET", "/events?type=rating.created").json["data"]
            self.assertIn(queued.json["event_id"], [one["id"] for one in listed])
            event = self.call("GET", f"/events/{queued.json['event_id']}").json
            self.assertIn("_test_", event["data"]["object"]["id"])
            self.assertEqual(event["team_id"], self.call("GET", "/auth/whoami").json["teamId"])
            self.assertEqual((self.call("DELETE", path).status, self.call("DELETE", path).status), (204, 404))
            self.assertEqual(self.call("GET", f"/webhooks/deliveries/{delivery['id']}").status, 404)

    def test_each_bad_request_gets_the_contracts_error_and_changes_nothing(self):
        endpoint = self.standin.create()
        path, good = f"/webhooks/{endpoint['id']}", {"url": "https://a.example/", "enabled_events": ["*"]}
        before = [self.standin.truth(what) for what in ("endpoints", "deliveries", "events")]
        for param, values in {"url": ["http://a.example/", "https://", "https://a.example/größe", 7, None],
                              "enabled_events": [[], ["no.such"], ["*"] * 51, "*", None],
                              "description": ["x" * 501, 7], "api_version": ["x" * 33, []]}.items():
            for value in values:
                with self.subTest(param=param, value=value):
                    answer = self.call("POST", "/webhooks", {**good, param: value})
                    self.assertEqual((answer.error[:2], answer.json["error"]["param"]), ((400, "invalid_request_error"), param))
        for param in good:
            answer = self.call("POST", "/webhooks", {name: value for name, value in good.items() if name != param})
            self.assertEqual((answer.status, answer.json["error"]["param"]), (400, param))
        cases = [(400, "POST", "/webhooks", dict(raw=b'{"url":')), (400, "POST", "/webhooks", dict(raw=b"[]")),
                 (400, "POST", "/webhooks", dict(raw=b"[" * 50000)), (400, "POST", "/webhooks", dict(raw=b"\xff")),
                 (400, "POST", "/webhooks", dict(raw=b"url=x", headers={"Content-Type": "text/plain"})),
                 (400, "POST", "/webhooks", dict(body=good, headers={"Idempotency-Key": "k" * 256})),
                 (400, "PATCH", path, dict(body={"status": "off"})), (400, "PATCH", path, dict(body={"url": None})),
                 (400, "POST", path + "/test", dict(body={"type": "no.such"})), (400, "GET", "/webhooks?limit=0", {}),
                 (400, "GET", "/webhooks?limit=101", {}), (400, "GET", "/webhooks?limit=x", {}),
                 (400, "GET", "/webhooks?starting_after=whe_nothing", {}), (400, "GET", path + "/deliveries?status=lost", {}),
                 (400, "GET", f"/webhooks?starting_after={endpoint['id']}&ending_before={endpoint['id']}", {}),
                 (404, "GET", "/nothing", {}), (404, "PUT", "/webhooks", {}), (404, "GET", "/webhooks/whe_nothing", {}),
                 (404, "GET", "/webhooks/deliveries/whd_nothing", {}),
                 (404, "POST", "/webhooks/deliveries/whd_nothing/retry", {}),
                 (404, "GET", "/events/event_nothing", {}), (401, "GET", "/webhooks", dict(key="ak_live_wrong")),
                 (401, "GET", "/auth/whoami", dict(headers={"Authorization": "Basic x"}))]
        kinds = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error"}
        for status, method, target, more in cases:
            with self.subTest(method=method, target=target, more=str(more)[:60]):
                self.assertEqual(self.call(method, target, **more).error[:2], (status, kinds[status]))
        self.assertEqual(before, [self.standin.truth(what) for what in ("endpoints", "deliveries", "events")])

    def test_every_answer_has_a_request_id_of_its_own_and_the_budget(self):
        answers = [self.call("GET", target) for target in ("/auth/whoami", "/usage", "/webhooks", "/events", "/nothing")]
        answers.append(self.call("GET", "/webhooks", key="ak_live_wrong"))
        ids = {answer.headers["X-Request-Id"] for answer in answers}
        self.assertEqual(len(ids), len(answers))
        for answer in answers:
            self.assertRegex(answer.headers["X-Request-Id"], UUID7)
            for name in ("Limit", "Remaining", "Reset"):
                self.assertRegex(answer.headers[f"X-RateLimit-{name}"], r"^\d+$")

    def test_https_only_refuses_the_loopback_exception(self):
        good = {"url": "http://127.0.0.1:9000/", "enabled_events": ["rating.created"]}
        self.assertEqual(self.call("POST", "/webhooks", good).status, 201)
        self.restart("--https-only")
        self.assertEqual(self.call("POST", "/webhooks", good).json["error"]["param"], "url")

    def test_it_ends_when_its_starter_is_gone(self):
        other = StandIn()
        other.process.stdin.close()
        self.assertEqual(other.process.wait(10), 0)
        other.process.stdout.close()


class Gates(StandInTest):
    def everything(self):
        endpoint = self.standin.create()
        path = f"/webhooks/{endpoint['id']}"
        delivery = self.call("POST", path + "/test").json["delivery_id"]
        self.standin.quiet()
        event = self.call("GET", "/events").json["data"][0]["id"]
        create = {"url": "https://a.example/", "enabled_events": ["*"]}
        return [("webhooks:read", "GET", "/webhooks", None), ("webhooks:read", "GET", path, None),
                ("webhooks:read", "GET", path + "/deliveries", None),
                ("webhooks:read", "GET", f"/webhooks/deliveries/{delivery}", None),
                ("webhooks:write", "POST", "/webhooks", create), ("webhooks:write", "PATCH", path, {"description": "x"}),
                ("webhooks:write", "POST", path + "/rotate-secret", None), ("webhooks:write", "POST", path + "/test", None),
                ("webhooks:write", "POST", f"/webhooks/deliveries/{delivery}/retry", None),
                ("events:read", "GET", "/events", None),
                ("events:read", "GET", f"/events/{event}", None), ("webhooks:write", "DELETE", path, None)]

    def test_scopes(self):
        routes = self.everything()
        for scopes in (["webhooks:read"], ["webhooks:write"], ["events:read"], [], ["other:*"]):
            key = self.control("POST", "/keys", {"scopes": scopes})["key"]
            self.assertEqual(self.call("GET", "/auth/whoami", key=key).json["scopes"], scopes)
            for scope, method, target, body in routes:
                if scope in scopes:
                    continue
                answer = self.call(method, target, body, key=key)
                self.assertEqual(answer.error, (403, "authorization_error", "missing_required_scope"), target)
                self.assertIn(scope, answer.json["error"]["message"])
        for scopes, covered in ((["webhooks:*"], "webhooks"), (["*"], ""), (["events:*"], "events")):
            key = self.control("POST", "/keys", {"scopes": scopes})["key"]
            for scope, method, target, body in self.everything():
                status = self.call(method, target, body, key=key).status
                self.assertEqual(status < 300, scope.startswith(covered), (scopes, target))

    def test_plans(self):
        for plan, status in (("free", 403), ("indie", 403), ("team", 403), ("pro", 201), ("enterprise", 201)):
            self.control("POST", "/settings", {"plan": plan})
            self.assertEqual(self.call("GET", "/usage").json["plan"], plan)
            self.assertEqual(self.call("GET", "/webhooks").status, 200)
            answer = self.call("POST", "/webhooks", {"url": "https://a.example/", "enabled_events": ["*"]})
            self.assertEqual(answer.status, status)
            if status == 403:
                self.assertEqual(answer.error, (403, "authorization_error", "plan_upgrade_required"))

    def test_roles(self):
        for role, refused in (("Owner", False), ("Admin", False), ("Member", True), ("Viewer", True)):
            self.control("POST", "/settings", {"role": role})
            refusals = []
            for scope, method, target, body in self.everything() if not refused else routes:
                answer = self.call(method, target, body)
                if answer.status == 403:
                    self.assertEqual(answer.error, (403, "authorization_error", None))
                    refusals.append((method, target.rpartition("/")[2]))
            self.assertEqual(refusals, [("POST", "webhooks"), ("POST", "rotate-secret")] if refused else [])
            self.control("POST", "/settings", {"role": "Owner"})
            routes = self.everything()

    def test_the_flag(self):
        routes = self.everything()
        self.control("POST", "/settings", {"flag": False})
        for scope, method, target, body in routes:
            answer = self.call(method, target, body)
            self.assertEqual(answer.status, 200 if scope == "events:read" else 503, target)
        self.control("POST", "/settings", {"flag": True})
        self.assertEqual(self.call("GET", "/webhooks").status, 200)

    def test_a_revoked_key(self):
        second = self.control("POST", "/keys", {})["key"]
        self.control("DELETE", "/keys", {"key": self.standin.key})
        self.assertEqual(self.call("GET", "/auth/whoami").error, (401, "authentication_error", None))
        self.assertEqual(self.call("GET", "/auth/whoami", key=second).status, 200)


class Budgets(StandInTest):
    def test_each_plan_has_so_many_requests_a_minute(self):
        for plan, limit in (("free", 60), ("team", 120), ("pro", 600)):
            self.restart("--plan", plan)
            connection = self.standin.connect()
            for number in range(limit):
                answer = self.call("GET", "/webhooks", judged=False, connection=connection)
                self.assertEqual((answer.status, answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]),
                                 (200, str(limit), str(limit - 1 - number)))
            refused = self.call("GET", "/webhooks", connection=connection)
            self.assertEqual(refused.error, (429, "rate_limit_error", "rate_limit_exceeded"))
            wait, reset = int(refused.headers["Retry-After"]), int(refused.headers["X-RateLimit-Reset"])
            self.assertTrue(0 < wait <= 60 and abs(time.time() + wait - reset) < 2)
            for free in ("/auth/whoami", "/usage"):
                self.assertEqual(self.call("GET", free, connection=connection).status, 200)
            minutes = self.control("GET", "/minutes")
            self.assertEqual((minutes["most_in_60_s"], minutes["refused"]), (limit + 1, 1))
            self.control("POST", "/clock", {"advance_s": wait})
            fresh = self.call("GET", "/webhooks", connection=connection)
            self.assertEqual((fresh.status, fresh.headers["X-RateLimit-Remaining"]), (200, str(limit - 1)))
            connection.close()

    def test_others_share_it(self):
        self.assertEqual(self.control("POST", "/spend", {"requests": 590})["X-RateLimit-Remaining"], "10")
        self.assertEqual(self.call("GET", "/webhooks").headers["X-RateLimit-Remaining"], "9")
        self.control("POST", "/spend", {})
        self.assertEqual(self.call("GET", "/webhooks").status, 429)


class Idempotency(StandInTest):
    good = {"url": "https://a.example/", "enabled_events": ["*"]}
    key = {"Idempotency-Key": "0b7f2a52-3f0e-4b0c-9a55-6f0f3f1a2b3c"}

    def test_the_first_answer_comes_again_for_a_day(self):
        first = self.call("POST", "/webhooks", self.good, headers=self.key)
        self.control("POST", "/clock", {"advance_s": 86390})
        again = self.call("POST", "/webhooks", self.good, headers=self.key)
        self.assertEqual((again.status, again.body, again.headers["X-Request-Id"]),
                         (first.status, first.body, first.headers["X-Request-Id"]))
        self.assertEqual(self.standin.truth("endpoints")["count"], 1)
        self.control("POST", "/clock", {"advance_s": 20})
        self.assertNotEqual(self.call("POST", "/webhooks", self.good, headers=self.key).json["id"], first.json["id"])

    def test_another_request_with_it_is_refused(self):
        endpoint = self.call("POST", "/webhooks", self.good, headers=self.key).json
        for target, body in (("/webhooks", {**self.good, "description": "other"}), (f"/webhooks/{endpoint['id']}/test", None),
                             (f"/webhooks/{endpoint['id']}/rotate-secret", self.good)):
            answer = self.call("POST", target, body, headers=self.key)
            self.assertEqual(answer.error, (409, "invalid_request_error", "idempotency_key_reused"))
        self.assertEqual(self.standin.truth("endpoints")["count"], 1)

    def test_refusals_of_the_work_come_again_but_those_of_a_gate_do_not(self):
        bad = {**self.good, "enabled_events": []}
        first, again = (self.call("POST", "/webhooks", bad, headers=self.key) for _ in range(2))
        self.assertEqual(first.body, again.body)
        other = {"Idempotency-Key": "other"}
        self.control("POST", "/settings", {"plan": "team"})
        self.assertEqual(self.call("POST", "/webhooks", self.good, headers=other).status, 403)
        self.control("POST", "/settings", {"plan": "pro"})
        self.assertEqual(self.call("POST", "/webhooks", self.good, headers=other).status, 201)

    def test_only_posts_know_it(self):
        path = f"/webhooks/{self.standin.create()['id']}"
        for description in ("one", "two"):
            answer = self.call("PATCH", path, {"description": description}, headers=self.key)
            self.assertEqual(answer.json["description"], description)
        self.assertEqual([self.call("DELETE", path, headers=self.key).status for _ in range(2)], [204, 404])

    def test_32_at_once_have_one_effect(self):
        with concurrent.futures.ThreadPoolExecutor(32) as callers:
            answers = list(callers.map(lambda _: self.call("POST", "/webhooks", self.good, headers=self.key), range(32)))
        self.assertEqual(len({answer.body for answer in answers}), 1)
        self.assertEqual(self.standin.truth("endpoints")["count"], 1)

    def test_a_lost_answer_is_found_again_with_the_same_key(self):
        for target, body in (("/webhooks", self.good), (None, None), (None, None)):
            if not target:
                target = f"/webhooks/{endpoint['id']}/" + ("rotate-secret" if "secret" in endpoint else "test")
            self.control("POST", "/mischief", {"what": "lost_answer", "method": "POST"})
            headers = {"Idempotency-Key": target}
            with self.assertRaises(http.client.RemoteDisconnected):
                self.call("POST", target, body, headers=headers)
            lost = self.control("GET", "/requests")["data"][-1]
            self.assertEqual((lost["status"], lost["idempotency_key"], lost["mischief"]), (None, target, ["lost_answer"]))
            count = [self.standin.truth(what)["count"] for what in ("endpoints", "events")]
            answer = self.call("POST", target, body, headers=headers)
            self.assertEqual([self.standin.truth(what)["count"] for what in ("endpoints", "events")], count)
            if "secret" in answer.json:
                endpoint = answer.json
                self.assertEqual(self.control("GET", f"/secrets/{endpoint['id']}")["secrets"][0], endpoint["secret"])
                if "rotatedAt" in endpoint:
                    del endpoint["secret"]
        self.assertEqual(count, [1, 1])


class Pages(StandInTest):
    options = ("--plan", "enterprise", "--limit", "1000000")
    nothing = {"data": [], "has_more": False, "next_cursor": None}

    def seeded(self, **what):
        """The first of the new endpoints."""
        return self.control("POST", "/seed", what)["endpoint_ids"][0]

    def test_any_walk_gives_all_rows_once_in_order(self):
        for seed in range(6):
            chance = random.Random(seed)
            order = chance.choice(["newest", "oldest"])
            self.restart(*self.options, "--order", order, "--seed", str(seed))
            endpoint = self.seeded(endpoints=3, deliveries=900, events=500, seed=seed)
            path = f"/webhooks/{endpoint}/deliveries"
            rows = self.standin.truth("deliveries", endpoint_id=endpoint)["data"]
            for target, wanted, created in (
                    (path, rows, {row["id"]: row["created_at"] for row in rows}),
                    (path + "?status=failed", [row for row in rows if row["status"] == "failed"], None),
                    ("/events", self.standin.truth("events")["data"], None),
                    ("/events?type=rating.created",
                     [one for one in self.standin.truth("events")["data"] if one["type"] == "rating.created"], None)):
                limit = chance.choice([1, 2, 7, 25, 99, 100]) if len(wanted) < 200 else chance.randint(20, 100)
                ids = self.standin.walk(target, limit)
                self.assertEqual(sorted(ids), sorted(row["id"] for row in wanted), (seed, target))
                if created:
                    times = [created[one] for one in ids]
                    self.assertEqual(times, sorted(times, reverse=order == "newest"))
                back = self.standin.walk(target, chance.randint(20, 100), backwards_from=ids[-1])
                self.assertEqual(back, ids[:-1], (seed, target))
                # From any row, with pages of any size, the two directions are neighbours.
                middle = chance.randrange(1, len(ids) - 1)
                limit, joint = chance.randint(1, 100), "&" if "?" in target else "?"
                after = self.call("GET", f"{target}{joint}limit={limit}&starting_after={ids[middle]}").json
                before = self.call("GET", f"{target}{joint}limit={limit}&ending_before={ids[middle]}").json
                self.assertEqual([row["id"] for row in after["data"]], ids[middle + 1:middle + 1 + limit])
                self.assertEqual([row["id"] for row in before["data"]], ids[max(0, middle - limit):middle])
                self.assertEqual((after["has_more"], before["has_more"]), (middle + 1 + limit < len(ids), middle > limit))
                for last in (f"starting_after={ids[-2]}", f"ending_before={ids[1]}"):
                    page = self.call("GET", f"{target}{joint}limit=1&{last}").json
                    self.assertEqual((len(page["data"]), page["has_more"]), (1, False))

    def test_a_walk_while_rows_are_inserted_settled_and_deleted(self):
        for seed, order in ((1, "newest"), (2, "oldest")):
            chance = random.Random(seed)
            self.control("POST", "/settings", {"order": order})
            endpoint = self.seeded(endpoints=1, deliveries=600, seed=seed)
            present = {row["id"] for row in self.standin.truth("deliveries", endpoint_id=endpoint)["data"]}
            gone = set()

            def churn(ids):
                self.control("POST", "/insert", {"deliveries": chance.randint(0, 5), "endpoint_id": endpoint})
                self.control("POST", "/settle", {"deliveries": 2})
                # Also the row to which the next page's cursor points.
                victims = {ids[-1], chance.choice(ids)} - gone
                self.control("DELETE", "/rows", {"delivery_ids": sorted(victims)})
                gone.update(victims)

            ids = self.standin.walk(f"/webhooks/{endpoint}/deliveries", chance.randint(10, 60), each=churn)
            self.assertEqual(len(ids), len(set(ids)))
            self.assertLessEqual(present, set(ids))
            new = set(ids) - present
            self.assertEqual(bool(new), order == "oldest", "new rows are at the newest end")

    def test_events_of_an_object_and_of_a_type(self):
        for event_type in ("rating.created", "rating.created", "evaluation.created"):
            self.control("POST", "/emit", {"type": event_type, "object_id": "shared_1"})
        self.control("POST", "/emit", {"count": 20})
        self.assertEqual(len(self.call("GET", "/events?object_id=shared_1").json["data"]), 3)
        both = self.call("GET", "/events?object_id=shared_1&type=rating.created").json["data"]
        self.assertEqual([(one["type"], one["data"]["object"]["id"]) for one in both], [("rating.created", "shared_1")] * 2)
        self.assertEqual(self.call("GET", "/events?object_id=none").json, self.nothing)

    def test_defaults_and_ends(self):
        endpoint = self.seeded(endpoints=30, events=30)
        self.control("POST", "/insert", {"deliveries": 30, "endpoint_id": endpoint})
        for target, size in (("/webhooks", 20), ("/events", 25), (f"/webhooks/{endpoint}/deliveries", 25)):
            self.assertEqual(len(self.call("GET", target).json["data"]), size)
        last = self.standin.walk("/webhooks", 7)[-1]
        self.assertEqual(self.call("GET", f"/webhooks?starting_after={last}").json, self.nothing)

    def test_the_log_forgets(self):
        endpoint = self.seeded(endpoints=1, deliveries=200, days=29, events=100, event_days=80)
        self.control("POST", "/settings", {"plan": "pro"})
        oldest = self.standin.walk(f"/webhooks/{endpoint}/deliveries", 100)[-1]
        self.control("POST", "/clock", {"advance_s": 15 * 86400})
        self.assertLess(len(self.standin.walk(f"/webhooks/{endpoint}/deliveries", 100)), 200)
        self.assertEqual(self.call("GET", f"/webhooks/deliveries/{oldest}").status, 404)
        self.assertEqual(self.call("GET", f"/webhooks/{endpoint}/deliveries?starting_after={oldest}").json["data"], [])
        self.assertLess(len(self.standin.walk("/events", 100)), 100)
        self.control("POST", "/settings", {"plan": "enterprise"})
        self.assertEqual(len(self.standin.walk("/events", 100)), 100)

    def test_a_hundred_thousand_rows(self):
        seeded = self.control("POST", "/seed", {"endpoints": 4, "deliveries": 100_000, "events": 20_000})
        connection = self.standin.connect()
        for endpoint in seeded["endpoint_ids"]:
            cursor = ""
            for status in ("", "&status=failed"):
                for _ in range(20):
                    target = f"/webhooks/{endpoint}/deliveries?limit=100{status}{cursor}"
                    page = self.call("GET", target, judged=False, connection=connection).json
                    self.assertEqual(len(page["data"]), 100)
                    cursor = f"&starting_after={page['next_cursor']}"
                cursor = ""
        for _ in range(20):
            page = self.call("GET", f"/events?limit=100{cursor}", judged=False, connection=connection).json
            cursor = f"&starting_after={page['next_cursor']}"
        connection.close()
        # Of the processor, so that it says the same on a busy computer.
        times = [row["cpu_ms"] for row in self.control("GET", "/requests")["data"]]
        self.assertLess(statistics.median(times), 5)
        self.assertEqual(self.standin.truth("deliveries", rows=0)["count"], 100_000)


class Deliveries(StandInTest):
    def settled(self, receiver, **body):
        endpoint = self.standin.create(receiver if isinstance(receiver, str) else receiver.url)
        queued = self.call("POST", f"/webhooks/{endpoint['id']}/test", body).json
        self.standin.quiet()
        return endpoint, self.call("GET", f"/webhooks/deliveries/{queued['delivery_id']}").json

    def test_what_is_on_the_wire(self):
        receiver = self.receiver()
        endpoint, delivery = self.settled(receiver, type="rating.created")
        (path, headers, body), = receiver.requests
        self.assertEqual(path, "/hook?of=test")
        self.assertTrue(accepts(endpoint["secret"], headers, body))
        self.assertFalse(accepts(endpoint["secret"] + "x", headers, body))
        self.assertFalse(accepts(endpoint["secret"], headers, body + b" "))
        wanted = {"Content-Type": "application/json", "User-Agent": "Autousers-Webhooks/1.0",
                  "Autousers-Event-Id": delivery["event_id"], "Autousers-Event-Type": "rating.created",
                  "Autousers-Delivery-Id": delivery["id"]}
        self.assertEqual({name: headers[name] for name in wanted}, wanted)
        event = json.loads(body)
        self.assertEqual((event["id"], event["api_version"]), (delivery["event_id"], "2026-05-04"))
        self.assertTrue(event["id"].startswith("event_test_"))
        self.assertEqual({**event, "object_id": event["data"]["object"]["id"]}, self.call("GET", f"/events/{event['id']}").json)
        self.assertEqual((delivery["status"], delivery["response_status"], delivery["response_body"]), ("delivered", 200, "ok"))
        post, = self.control("GET", "/posts")["data"]
        self.assertEqual((post["delivery_id"], post["status"], post["body_sha256"]),
                         (delivery["id"], 200, hashlib.sha256(body).hexdigest()))

    def test_a_replay_has_the_original_bytes_and_both_secrets_overlap_for_a_day(self):
        receiver = self.receiver()
        endpoint, delivery = self.settled(receiver, type="evaluation.completed")
        rotated = self.call("POST", f"/webhooks/{endpoint['id']}/rotate-secret").json
        for advance, old_valid in ((0, True), (86401, False)):
            self.control("POST", "/clock", {"advance_s": advance})
            self.assertEqual(self.call("POST", f"/webhooks/deliveries/{delivery['id']}/retry").status, 202)
            self.standin.quiet()
            _, headers, body = receiver.requests[-1]
            self.assertEqual(body, receiver.requests[0][2])
            self.assertEqual(headers["Autousers-Event-Id"], delivery["event_id"])
            self.assertNotEqual(headers["Autousers-Delivery-Id"], delivery["id"])
            self.assertTrue(accepts(rotated["secret"], headers, body))
            self.assertEqual(accepts(endpoint["secret"], headers, body), old_valid)
        self.control("POST", "/settings", {"overlap": "new"})
        again = self.call("POST", f"/webhooks/{endpoint['id']}/rotate-secret").json
        self.call("POST", f"/webhooks/deliveries/{delivery['id']}/retry")
        self.standin.quiet()
        _, headers, body = receiver.requests[-1]
        self.assertEqual((accepts(again["secret"], headers, body), accepts(rotated["secret"], headers, body)), (True, False))

    def test_nine_attempts_on_the_contracts_schedule(self):
        receiver = self.receiver(503)
        endpoint, _ = self.settled(receiver)
        for number, delay in enumerate(DELAYS, 1):
            pending, tried = self.deliveries(endpoint)[:2]
            self.assertEqual((pending["status"], pending["attempt"], tried["status"]), ("pending", number + 1, "failed"))
            self.assertEqual(len(receiver.requests), number)
            # Counted from the start of the attempt before, which begins as late as the clock was moved on.
            late = at(pending["scheduled_for"]) - at(tried["scheduled_for"]) - delay
            self.assertTrue(0 <= late < 5, late)
            self.control("POST", "/clock", {"advance_s": delay + 1})
            self.standin.quiet()
        rows = self.deliveries(endpoint)
        self.assertEqual([row["status"] for row in rows], ["abandoned"] + ["failed"] * 8)
        self.assertEqual(len({(headers["Autousers-Event-Id"], body) for _, headers, body in receiver.requests}), 1)
        sent = [headers["Autousers-Delivery-Id"] for _, headers, _ in receiver.requests]
        self.assertEqual([row["id"] for row in rows][::-1], sent)

    def test_faster_retries(self):
        self.control("POST", "/settings", {"retry_speed": 1e7})
        ninth = threading.Event()

        def refuse(handler):
            handler.send_response(500)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            if len(receiver.requests) == 9:
                ninth.set()

        receiver = self.receiver(refuse)
        endpoint, _ = self.settled(receiver)
        self.assertTrue(ninth.wait(10))
        self.standin.quiet()
        self.assertEqual(self.deliveries(endpoint)[0]["status"], "abandoned")

    def test_what_counts_as_failure(self):
        self.control("POST", "/settings", {"delivery_timeout": 0.4})
        hold = threading.Event()
        self.addCleanup(hold.set)

        def drip(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not hold.wait(0.05):
                handler.wfile.write(b"x")

        def short(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
            handler.close_connection = True

        closed = socket.socket()
        closed.bind(("127.0.0.1", 0))  # Bound but not listening: nobody can take the port meanwhile.
        self.addCleanup(closed.close)
        for name, receiver, status in (("redirect", self.receiver(307), 307), ("4xx", self.receiver(404), 404),
                                       ("silence", self.receiver(lambda handler: hold.wait(20)), None),
                                       ("drip", self.receiver(drip), None), ("half a body", self.receiver(short), None),
                                       ("refused", f"http://127.0.0.1:{closed.getsockname()[1]}/", None),
                                       ("elsewhere", "https://hooks.example.com/", None)):
            with self.subTest(name):
                _, delivery = self.settled(receiver)
                self.assertEqual((delivery["status"], delivery["response_status"]), ("failed", status))
                self.assertEqual(bool(delivery["error"]), status is None)
                self.assertEqual("this computer only" in (delivery["error"] or ""), name == "elsewhere")
                if isinstance(receiver, Receiver):
                    self.assertEqual(len(receiver.requests), 1)

    def test_disabled_after_three_gone_in_a_row_or_fifty_failures(self):
        for status, most in ((410, 3), (500, 50)):
            receiver = self.receiver(status)
            endpoint = self.standin.create(receiver.url)
            path = f"/webhooks/{endpoint['id']}"
            for number in range(most):
                self.assertEqual(self.call("GET", path, judged=False).json["status"], "enabled", number)
                self.assertEqual(self.call("POST", path + "/test", judged=False).status, 202)
                self.standin.quiet()
            self.assertEqual(self.call("GET", path).json["status"], "disabled")
            self.assertEqual(self.call("POST", path + "/test").status, 400)
            sent = len(receiver.requests)
            self.assertEqual(self.control("POST", "/emit", {})["data"][0]["delivery_ids"], [])
            # Retries that are scheduled go on.
            self.control("POST", "/clock", {"advance_s": 65})
            self.standin.quiet()
            self.assertEqual(len(receiver.requests), sent + most)
            self.call("PATCH", path, {"status": "enabled"})
            self.assertEqual(self.call("POST", path + "/test").status, 202)
            self.call("DELETE", path)

    def test_events_go_to_those_who_want_them_until_they_are_deleted(self):
        receiver = self.receiver()
        wanting, other, everything = (self.standin.create(receiver.url, names)
                                      for names in (["rating.created"], ["calibration.frozen"], ["*"]))
        emitted, = self.control("POST", "/emit", {"type": "rating.created"})["data"]
        self.standin.quiet()
        sent = [headers["Autousers-Delivery-Id"] for _, headers, _ in receiver.requests]
        self.assertEqual(sorted(sent), sorted(emitted["delivery_ids"]))
        self.assertEqual([len(self.deliveries(one)) for one in (wanting, other, everything)], [1, 0, 1])
        self.control("POST", "/settings", {"deliver": False})
        held, settled = (self.control("POST", "/emit", {"type": "rating.created"})["data"][0]["delivery_ids"] for _ in range(2))
        self.assertEqual(self.call("GET", f"/webhooks/deliveries/{held[0]}").json["status"], "pending")
        self.control("POST", "/settle", {"delivery_ids": settled, "response_status": 204})
        self.control("DELETE", f"/endpoints/{wanting['id']}")
        self.control("POST", "/settings", {"deliver": True})
        self.standin.quiet()
        self.assertEqual(len(receiver.requests), 3)
        self.assertEqual(self.call("GET", f"/webhooks/deliveries/{settled[1]}").json["response_status"], 204)

    def test_posts_to_a_public_name_can_go_to_this_computer(self):
        receiver = self.receiver()
        self.control("POST", "/settings", {"hosts": {"hooks.example.com": receiver.url.split("/hook")[0]}})
        _, delivery = self.settled("https://hooks.example.com/in/gr%C3%B6%C3%9Fe?x=1")
        self.assertEqual(delivery["status"], "delivered")
        path, headers, _ = receiver.requests[0]
        self.assertEqual((path, headers["Host"]), ("/in/gr%C3%B6%C3%9Fe?x=1", "hooks.example.com"))


class Tls(StandInTest):
    def test_the_account_and_its_receivers_over_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = f"{folder}/certificate.pem", f"{folder}/key.pem"
            line = ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=standin-test "
                    "-addext subjectAltName=IP:127.0.0.1")
            subprocess.run([*line.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
            trusting = ssl.create_default_context(cafile=certificate)
            self.restart("--tls", certificate, key, "--trusted", certificate, context=trusting)
            self.assertEqual(self.call("GET", "/auth/whoami").status, 200)
            self.standin.context = ssl.create_default_context()
            with self.assertRaises(ssl.SSLCertVerificationError):
                self.call("GET", "/auth/whoami")
            self.standin.context = trusting
            for what, error in (("closed", http.client.RemoteDisconnected), ("cut_mid_body", http.client.IncompleteRead)):
                self.control("POST", "/mischief", {"what": what})
                with self.assertRaises(error):
                    self.call("GET", "/webhooks")
            serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            serving.load_cert_chain(certificate, key)
            receiver = self.receiver(tls=serving)
            endpoint = self.standin.create(receiver.url)
            self.call("POST", f"/webhooks/{endpoint['id']}/test")
            self.standin.quiet()
            self.assertTrue(accepts(endpoint["secret"], *receiver.requests[0][1:]))


def misbehaves(*names):
    def mark(function):
        function.kinds = names
        return function
    return mark


class Misbehaviour(StandInTest):
    """Each kind does what its name says; the test says with @misbehaves which it is about, and none may be left out."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.standin.create()
        self.path = f"/webhooks/{self.endpoint['id']}"
        self.good = {"url": "https://b.example/", "enabled_events": ["*"]}

    def misbehave(self, what, **more):
        return self.control("POST", "/mischief", {"what": what, **more})["id"]

    def test_every_kind_is_tested(self):
        tested = {kind for name in dir(self) for kind in getattr(getattr(self, name), "kinds", ())}
        self.assertEqual(tested, mischief.KINDS)

    @misbehaves("revoked_key", "plan", "missing_scope", "role", "beta_flag", "rate_limited", "quota", "server_error")
    def test_the_contracts_refusals(self):
        for what, more, expected in (
                ("revoked_key", {}, (401, "authentication_error", None)),
                ("plan", {"plan": "free"}, (403, "authorization_error", "plan_upgrade_required")),
                ("missing_scope", {"scope": "events:read"}, (403, "authorization_error", "missing_required_scope")),
                ("role", {}, (403, "authorization_error", None)),
                ("role", {"code": "role_too_low"}, (403, "authorization_error", "role_too_low")),
                ("beta_flag", {}, (503, "api_error", None)),
                ("rate_limited", {"retry_after": 7}, (429, "rate_limit_error", "rate_limit_exceeded")),
                ("quota", {}, (429, "rate_limit_error", "quota_exceeded")), ("server_error", {}, (500, "api_error", None))):
            for worked in (False, True):
                with self.subTest(what, worked=worked):
                    count = self.standin.truth("endpoints")["count"]
                    self.misbehave(what, worked=worked, **more)
                    answer = self.call("POST", "/webhooks", self.good)
                    self.assertEqual(answer.error, expected)
                    self.assertEqual(answer.headers["Retry-After"], "7" if what == "rate_limited" else None)
                    self.assertEqual(self.standin.truth("endpoints")["count"], count + worked)
                    self.assertEqual(self.call("GET", "/webhooks").status, 200)

    @misbehaves("bad_gateway_html", "html_200", "not_json_200", "empty_200")
    def test_answers_from_elsewhere(self):
        for what, status, content_type in (("bad_gateway_html", 502, "text/html"), ("html_200", 200, "text/html"),
                                           ("not_json_200", 200, "application/json"), ("empty_200", 200, "application/json")):
            for worked in (False, True):
                with self.subTest(what, worked=worked):
                    count = self.standin.truth("endpoints")["count"]
                    self.misbehave(what, worked=worked)
                    answer = self.call("POST", "/webhooks", self.good, judged=False)
                    self.assertEqual((answer.status, answer.headers["Content-Type"].split(";")[0]), (status, content_type))
                    self.assertIsNone(answer.headers["X-Request-Id"])
                    self.assertEqual((answer.body == b"", b"<html" in answer.body), (what == "empty_200", "html" in what))
                    with self.assertRaises(ValueError):
                        answer.json
                    self.assertEqual(self.standin.truth("endpoints")["count"], count + worked)

    @misbehaves("truncated_json", "lost_answer", "reset_mid_body", "cut_mid_body", "closed")
    def test_answers_that_get_lost_or_spoiled(self):
        for what, error, worked in (("truncated_json", ValueError, True), ("lost_answer", http.client.RemoteDisconnected, True),
                                    ("reset_mid_body", ConnectionResetError, True),
                                    ("cut_mid_body", http.client.IncompleteRead, True),
                                    ("closed", http.client.RemoteDisconnected, False)):
            with self.subTest(what):
                count = self.standin.truth("endpoints")["count"]
                self.misbehave(what)
                with self.assertRaises(error):
                    self.call("POST", "/webhooks", self.good, judged=False).json
                self.assertEqual(self.standin.truth("endpoints")["count"], count + worked)
        for what in ("lost_answer", "closed"):
            self.misbehave(what, reset=True)
            with self.assertRaises(ConnectionResetError) as raised:
                self.call("GET", "/webhooks")
            self.assertNotIsInstance(raised.exception, http.client.RemoteDisconnected)

    @misbehaves("drip")
    def test_a_dripping_answer(self):
        body = self.call("GET", "/webhooks").body
        self.misbehave("drip", bytes=40, every_ms=20)
        began = time.monotonic()
        answer = self.call("GET", "/webhooks")
        self.assertEqual(answer.body, body)
        self.assertGreater(time.monotonic() - began, len(body) / 40 * 0.02)

    @misbehaves("oversized")
    def test_an_oversized_answer(self):
        self.misbehave("oversized", size=3 << 20)
        answer = self.call("GET", self.path)
        self.assertEqual((len(answer.json.pop("padding")), answer.json["id"]), (3 << 20, self.endpoint["id"]))
        self.misbehave("oversized", endless=True)
        connection = self.standin.connect()
        connection.request("GET", self.standin.base.path + "/webhooks", headers={"Authorization": f"Bearer {self.standin.key}"})
        answer = connection.getresponse()
        self.assertEqual(answer.getheader("Transfer-Encoding"), "chunked")
        self.assertEqual(len(answer.read(8 << 20)), 8 << 20)
        connection.close()

    @misbehaves("redirect")
    def test_a_redirect(self):
        self.misbehave("redirect")
        answer = self.call("POST", "/webhooks", self.good, judged=False)
        self.assertEqual((answer.status, urllib.parse.urlsplit(answer.headers["Location"]).path), (307, "/api/v1/followed"))
        self.assertEqual(self.standin.truth("endpoints")["count"], 1)
        self.misbehave("redirect", status=301, location="https://elsewhere.example/")
        answer = self.call("GET", "/webhooks", judged=False)
        self.assertEqual((answer.status, answer.headers["Location"]), (301, "https://elsewhere.example/"))

    @misbehaves("unknown_fields", "unknown_values")
    def test_what_the_future_may_bring(self):
        self.control("POST", "/insert", {"deliveries": 1, "events": 1})
        delivery, event = self.deliveries(self.endpoint)[0]["id"], self.call("GET", "/events").json["data"][0]["id"]
        targets = ["/auth/whoami", "/usage", "/webhooks", self.path, self.path + "/deliveries",
                   f"/webhooks/deliveries/{delivery}", "/events", f"/events/{event}"]
        self.misbehave("unknown_fields", times=None)
        for target in targets:
            document = self.call("GET", target).json
            self.assertIn("novelty", document)
            for row in document.get("data", []) if isinstance(document.get("data"), list) else []:
                self.assertIn("novelty", row)
        self.assertIn("novelty", self.call("GET", "/nothing").json["error"])
        self.control("DELETE", "/mischief")
        self.misbehave("unknown_values", times=None)
        unknown = {"/auth/whoami": ("source", "passkey"), "/usage": ("plan", "galaxy"), "/webhooks": ("status", "quarantined"),
                   self.path: ("status", "quarantined"), self.path + "/deliveries": ("status", "quarantined"),
                   f"/webhooks/deliveries/{delivery}": ("status", "quarantined"), "/events": ("type", "thing.happened"),
                   f"/events/{event}": ("type", "thing.happened")}
        for target in targets:
            document = self.call("GET", target, judged=False).json
            rows = document["data"] if isinstance(document.get("data"), list) else [document]
            self.assertEqual({row[unknown[target][0]] for row in rows}, {unknown[target][1]}, target)
        self.assertEqual(self.call("GET", "/nothing", judged=False).json["error"]["type"], "thing.happened")

    @misbehaves("deprecation", "drop_headers")
    def test_headers_more_and_less(self):
        self.misbehave("deprecation", sunset="Sat, 01 May 2027 00:00:00 GMT", successor="https://a.example/v2")
        headers = self.call("GET", "/webhooks").headers
        self.assertEqual((headers["Deprecation"], headers["Sunset"], headers["Link"]),
                         ("true", "Sat, 01 May 2027 00:00:00 GMT", '<https://a.example/v2>; rel="successor-version"'))
        self.misbehave("drop_headers", names=["X-Request-Id", "X-RateLimit-Remaining"])
        headers = self.call("GET", "/webhooks", judged=False).headers
        self.assertEqual([headers[name] for name in ("X-Request-Id", "X-RateLimit-Remaining", "X-RateLimit-Limit")],
                         [None, None, "600"])

    @misbehaves("delete_body")
    def test_a_delete_with_a_body(self):
        self.misbehave("delete_body")
        answer = self.call("DELETE", self.path, judged=False)
        self.assertEqual((answer.status, answer.json["deleted"]), (200, True))
        self.assertEqual(self.standin.truth("endpoints")["count"], 0)

    @misbehaves("repeat_rows", "reverse_page", "short_page")
    def test_pages_that_repeat_turn_round_or_are_short(self):
        self.control("POST", "/insert", {"deliveries": 40})
        target = self.path + "/deliveries"
        plain = self.standin.walk(target, 10)
        rule = self.misbehave("repeat_rows", rows=3, times=None)
        repeated = self.standin.walk(target, 10)
        self.assertEqual(list(dict.fromkeys(repeated)), plain)
        self.assertEqual(repeated[10:13], plain[7:10])
        self.assertEqual(self.standin.walk(target, 1), plain, "there is progress even with pages of one row")
        self.control("DELETE", f"/mischief/{rule}")
        self.misbehave("reverse_page")
        page = self.call("GET", target + "?limit=10").json
        self.assertEqual(([row["id"] for row in page["data"]], page["next_cursor"]), (plain[:10][::-1], plain[9]))
        self.misbehave("short_page", rows=2)
        page = self.call("GET", target + "?limit=10").json
        self.assertEqual((len(page["data"]), page["has_more"], page["next_cursor"]), (2, True, plain[1]))

    @misbehaves("spoil_rows")
    def test_rows_that_lack_what_every_row_has(self):
        self.control("POST", "/insert", {"events": 3})
        good = self.call("GET", "/events").json
        spoilt = good["data"][1]["id"]
        self.misbehave("spoil_rows", fields=["id", "type"], ids=[spoilt])
        page = self.call("GET", "/events", judged=False).json
        self.assertEqual([row.get("id") for row in page["data"]], [good["data"][0]["id"], None, good["data"][2]["id"]])
        self.assertEqual((page["data"][1]["created"], "type" in page["data"][1]), (good["data"][1]["created"], False))
        self.misbehave("spoil_rows", fields=[], **{"with": {"created": 7}})
        self.assertEqual([row["created"] for row in self.call("GET", "/events", judged=False).json["data"]], [7] * 3)
        self.control("POST", "/insert", {"events": 60})
        spoilt = []
        for _ in range(2):
            self.misbehave("spoil_rows", share=0.3, fields=["type"])
            rows = self.call("GET", "/events?limit=60", judged=False).json["data"]
            spoilt.append([row["id"] for row in rows if "type" not in row])
        self.assertTrue(5 < len(spoilt[0]) < 35, spoilt[0])
        self.assertEqual(spoilt[0], spoilt[1])
        self.misbehave("spoil_rows", null=True)
        self.assertEqual(self.call("GET", "/events", judged=False).json["data"], [None] * 25)

    @misbehaves("shift")
    def test_pages_that_shift(self):
        self.control("POST", "/insert", {"deliveries": 40})
        target = self.path + "/deliveries"
        present = {row["id"] for row in self.deliveries(self.endpoint)}
        self.misbehave("shift", insert=3, settle=2, events=1, times=4, path="deliveries")
        ids = self.standin.walk(target, 10)
        self.assertEqual(set(ids), present)
        rows = self.standin.truth("deliveries")["data"]
        settled = [row for row in rows if row["status"] != "pending"]
        self.assertEqual(len(settled), 8)
        self.assertEqual(len(rows), 40 + 4 * 3 + sum(row["status"] == "failed" for row in rows))
        self.assertEqual(self.standin.truth("events")["count"], 4)
        # Rows that turn up late, behind a reader who has passed their time.
        self.misbehave("shift", insert=1, older_s=86400)
        self.call("GET", target)
        self.assertEqual(len(self.standin.walk(target, 100)), len(rows) + 1)
        self.assertNotIn(self.standin.walk(target, 100)[-1], {row["id"] for row in rows})

    def test_rules_choose_their_requests(self):
        self.misbehave("server_error", times=2, skip=1, method="GET", path=r"^/webhooks\?limit=5$")
        targets = ["/webhooks?limit=5", "/webhooks", "/webhooks?limit=5", "/events", "/webhooks?limit=5", "/webhooks?limit=5"]
        self.assertEqual([self.call("GET", target).status for target in targets], [200, 200, 500, 200, 500, 200])
        rule, = self.control("GET", "/mischief")["data"]
        self.assertEqual((rule["fired"], rule["left"]), (2, 0))

    def test_chance_with_a_seed_is_the_same_each_time(self):
        kinds = ["server_error", "bad_gateway_html", "rate_limited", "truncated_json"]
        runs = []
        for seed in (5, 5, 6):
            self.restart("--limit", "100000")
            self.control("POST", "/mischief", {"what": kinds, "probability": 0.1, "seed": seed, "times": None})
            connection = self.standin.connect()
            for _ in range(300):
                self.call("GET", "/webhooks", judged=False, connection=connection)
            connection.close()
            runs.append([row["mischief"] for row in self.control("GET", "/requests")["data"]])
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])
        fired = [one for (one,) in filter(None, runs[0])]
        self.assertTrue(10 < len(fired) < 60 and set(fired) == set(kinds), fired)

    def test_the_ledger_tells_what_came(self):
        self.control("DELETE", "/requests")
        self.call("POST", "/webhooks", self.good, headers={"Idempotency-Key": "k", "Autousers-Version": "2026-05-04"})
        self.call("GET", "/events?limit=3")
        first, second = self.control("GET", "/requests")["data"]
        self.assertEqual((first["method"], first["target"], first["idempotency_key"], first["version"], first["status"]),
                         ("POST", "/webhooks", "k", "2026-05-04", 201))
        self.assertEqual((second["target"], second["status"]), ("/events?limit=3", 200))
        self.assertLess(abs(first["at"] - time.time()), 60)
        self.assertEqual(self.control("GET", "/requests?since=1&path=events&method=GET")["data"], [second])
        self.assertNotIn(self.standin.key, json.dumps([first, second]))


def judge(node, script, description):
    lines = "".join(json.dumps(one) + "\n" for one in RECORDED)
    return subprocess.run([node, script, description], input=lines, text=True).returncode == 0


if __name__ == "__main__":
    judges = None
    if "--judge" in sys.argv:
        where = sys.argv.index("--judge")
        judges = sys.argv[where + 1:where + 4]
        del sys.argv[where:where + 4]
    good = unittest.main(exit=False).result.wasSuccessful()
    sys.exit(0 if good and (not judges or judge(*judges)) else 1)
