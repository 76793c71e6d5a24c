# SPDX-License-Identifier: MIT
"""`waybill --serve` from outside: real HTTP, real files, real kills; signatures checked with Python's hmac.

usage: serve.py <waybill>
"""
import contextlib
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock
import urllib.parse

WAYBILL = sys.argv.pop(1)


class Serving:
    """One run of `waybill --serve` on a folder of data."""

    def __init__(self, folder, *options, **more):
        self.folder = pathlib.Path(folder)
        key_file = self.folder.parent / "key"
        self.process = subprocess.Popen([WAYBILL, "--serve", "--data", str(folder), "--key-file", str(key_file), *options],
                                        stdout=subprocess.PIPE, text=True, **more)
        ready = json.loads(self.process.stdout.readline())
        self.base = urllib.parse.urlsplit(ready["base_url"])
        self.receiver_url = ready["receiver_url"]
        self.key = key_file.read_text().strip()
        self.key_file = key_file

    def call(self, method, path, body=None, key=None, headers=None, raw=None):
        connection = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=60)
        fields = {"Authorization": f"Bearer {key or self.key}", **(headers or {})}
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            fields.setdefault("Content-Type", "application/json")
        connection.request(method, self.base.path + path, data, fields)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        self.last_headers = answer.headers
        return answer.status, json.loads(text) if text else None

    def create(self, url=None, **more):
        status, endpoint = self.call("POST", "/webhooks", {"url": url or self.receiver_url, "enabled_events": ["*"], **more})
        assert status == 201, (status, endpoint)
        return endpoint

    def settled(self, delivery_id, seconds=90):
        """The delivery once it is no longer pending."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            delivery = self.call("GET", f"/webhooks/deliveries/{delivery_id}")[1]
            if delivery["status"] != "pending":
                return delivery
            threading.Event().wait(0.05)
        raise AssertionError(f"still pending: {delivery}")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def end(self):
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code, time.monotonic() - started


class Wire(http.server.ThreadingHTTPServer):
    """A receiver that we did not write: keeps what comes and answers as told."""

    daemon_threads = True

    def __init__(self, status=200, hold=None):
        super().__init__(("127.0.0.1", 0), WireHandler)
        self.status, self.hold, self.requests, self.came = status, hold, [], threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook?from=waybill"


class WireHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers, body))
        self.server.came.set()
        if self.server.hold:
            self.server.hold.wait(20)
        try:
            self.send_response(self.server.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")
        except OSError:
            pass

    def log_message(self, *_):
        pass


def accepts(secret, headers, body):
    """The contract's rule, in another language."""
    fields = [part.split("=", 1) for part in headers["Autousers-Signature"].split(",")]
    timestamp = next(value for name, value in fields if name == "t")
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return abs(time.time() - int(timestamp)) <= 300 and any(
        hmac.compare_digest(value, expected) for name, value in fields if name == "v1")


class ServeTest(unittest.TestCase):
    options = ()

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.data = pathlib.Path(self.temporary.name) / "data"
        self.waybill = Serving(self.data, *self.options)

    def tearDown(self):
        if self.waybill.process.poll() is None:
            self.waybill.process.send_signal(signal.SIGCONT)
            self.waybill.end()
        self.temporary.cleanup()

    def restart(self):
        self.waybill = Serving(self.data, *self.options)


class FirstLight(ServeTest):
    def test_a_test_event_arrives_verified_and_is_replayed(self):
        endpoint = self.waybill.create(description="Mine")
        self.assertTrue(endpoint["secret"].startswith("whsec_"))
        self.assertNotIn("secret", self.waybill.call("GET", f"/webhooks/{endpoint['id']}")[1])
        status, queued = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test", {"type": "rating.created"})
        self.assertEqual(status, 202)
        self.assertTrue(queued["event_id"].startswith("event_test_"))
        delivery = self.waybill.settled(queued["delivery_id"])
        self.assertEqual((delivery["status"], delivery["response_status"], delivery["attempt"]), ("delivered", 200, 1))
        status, replay = self.waybill.call("POST", f"/webhooks/deliveries/{delivery['id']}/retry")
        self.assertEqual((status, replay["replays_delivery_id"]), (202, delivery["id"]))
        replayed = self.waybill.settled(replay["delivery_id"])
        self.assertEqual((replayed["status"], replayed["event_id"]), ("delivered", delivery["event_id"]))
        listed = self.waybill.call("GET", f"/webhooks/{endpoint['id']}/deliveries")[1]
        self.assertEqual([row["id"] for row in listed["data"]], [replayed["id"], delivery["id"]])

    def test_rotating_keeps_the_receiver_in_step(self):
        endpoint = self.waybill.create()
        status, rotated = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/rotate-secret")
        self.assertEqual(status, 200)
        self.assertNotEqual(rotated["secret"], endpoint["secret"])
        queued = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test")[1]
        self.assertEqual(self.waybill.settled(queued["delivery_id"])["status"], "delivered")

    def test_disabled_takes_no_test_and_deleted_is_gone(self):
        endpoint = self.waybill.create()
        path = f"/webhooks/{endpoint['id']}"
        self.assertEqual(self.waybill.call("PATCH", path, {"status": "disabled"})[1]["status"], "disabled")
        self.assertEqual(self.waybill.call("POST", path + "/test")[0], 400)
        self.assertEqual(self.waybill.call("DELETE", path)[0], 204)
        self.assertEqual(self.waybill.call("GET", path)[1]["error"]["type"], "not_found_error")
        self.assertEqual(self.waybill.call("GET", path + "/deliveries")[0], 404)

    def test_what_goes_over_the_wire_is_what_the_contract_says(self):
        wire = Wire()
        endpoint = self.waybill.create(wire.url)
        queued = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test", {"type": "evaluation.completed"})[1]
        self.waybill.settled(queued["delivery_id"])
        path, headers, body = wire.requests[0]
        self.assertEqual(path, "/hook?from=waybill")
        self.assertTrue(accepts(endpoint["secret"], headers, body))
        self.assertFalse(accepts("whsec_other", headers, body))
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(headers["User-Agent"], "Autousers-Webhooks/1.0")
        self.assertEqual(headers["Autousers-Event-Id"], queued["event_id"])
        self.assertEqual(headers["Autousers-Event-Type"], "evaluation.completed")
        self.assertEqual(headers["Autousers-Delivery-Id"], queued["delivery_id"])
        event = json.loads(body)
        self.assertEqual((event["id"], event["type"]), (queued["event_id"], "evaluation.completed"))
        self.assertIn("_test_", event["data"]["object"]["id"])
        # Both secrets sign while they overlap, and a replay has the original bytes.
        rotated = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/rotate-secret")[1]
        replay = self.waybill.call("POST", f"/webhooks/deliveries/{queued['delivery_id']}/retry")[1]
        self.waybill.settled(replay["delivery_id"])
        _, headers, again = wire.requests[1]
        self.assertEqual(again, body)
        self.assertTrue(accepts(endpoint["secret"], headers, again) and accepts(rotated["secret"], headers, again))
        self.assertEqual(len(wire.requests), 2)

    def test_a_failure_is_retried_a_minute_after_it_began(self):
        wire = Wire(status=503)
        endpoint = self.waybill.create(wire.url)
        queued = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test")[1]
        failed = self.waybill.settled(queued["delivery_id"])
        self.assertEqual((failed["status"], failed["response_status"]), ("failed", 503))
        following = self.waybill.call("GET", f"/webhooks/{endpoint['id']}/deliveries?status=pending")[1]["data"]
        self.assertEqual([(row["attempt"], row["event_id"]) for row in following], [(2, queued["event_id"])])
        self.assertNotEqual(following[0]["id"], queued["delivery_id"])

    def test_a_redirect_is_never_followed(self):
        wire = Wire(status=307)
        endpoint = self.waybill.create(wire.url)
        queued = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test")[1]
        self.assertEqual(self.waybill.settled(queued["delivery_id"])["status"], "failed")
        self.assertEqual(len(wire.requests), 1)


class Pages(ServeTest):
    def test_pages_go_in_both_directions_and_over_deleted_rows(self):
        ids = [self.waybill.create()["id"] for _ in range(5)][::-1]
        first = self.waybill.call("GET", "/webhooks?limit=2")[1]
        self.assertEqual(([e["id"] for e in first["data"]], first["has_more"]), (ids[:2], True))
        second = self.waybill.call("GET", f"/webhooks?limit=2&starting_after={first['next_cursor']}")[1]
        self.assertEqual([e["id"] for e in second["data"]], ids[2:4])
        back = self.waybill.call("GET", f"/webhooks?limit=2&ending_before={ids[3]}")[1]
        self.assertEqual([e["id"] for e in back["data"]], ids[1:3])
        self.waybill.call("DELETE", f"/webhooks/{ids[1]}")
        after = self.waybill.call("GET", f"/webhooks?limit=2&starting_after={ids[1]}")[1]
        self.assertEqual([e["id"] for e in after["data"]], ids[2:4])
        last = self.waybill.call("GET", f"/webhooks?starting_after={ids[4]}")[1]
        self.assertEqual((last["data"], last["has_more"]), ([], False))


class Refusals(ServeTest):
    def test_each_bad_request_gets_the_contracts_error_and_changes_nothing(self):
        endpoint = self.waybill.create()
        path = f"/webhooks/{endpoint['id']}"
        good = {"url": self.waybill.receiver_url, "enabled_events": ["*"]}
        before = self.snapshot(endpoint)
        cases = [
            ("wrong key", 401, "authentication_error", dict(method="POST", path="/webhooks", body=good, key="ak_live_wrong")),
            ("plain http", 400, "url", dict(method="POST", path="/webhooks", body={**good, "url": "http://example.com/"})),
            ("no address", 400, "url", dict(method="POST", path="/webhooks", body={"enabled_events": ["*"]})),
            ("unknown event", 400, "enabled_events",
             dict(method="POST", path="/webhooks", body={**good, "enabled_events": ["rating.deleted"]})),
            ("long name", 400, "description", dict(method="POST", path="/webhooks", body={**good, "description": "x" * 501})),
            ("bad change", 400, "status", dict(method="PATCH", path=path, body={"url": "https://a.example/", "status": "off"})),
            ("unknown test", 400, "type", dict(method="POST", path=path + "/test", body={"type": "nothing"})),
            ("unknown cursor", 400, "starting_after", dict(method="GET", path="/webhooks?starting_after=whe_nothing")),
            ("both cursors", 400, "ending_before",
             dict(method="GET", path=f"/webhooks?starting_after={endpoint['id']}&ending_before={endpoint['id']}")),
            ("limit", 400, "limit", dict(method="GET", path="/webhooks?limit=101")),
            ("status", 400, "status", dict(method="GET", path=path + "/deliveries?status=lost")),
            ("malformed", 400, "invalid_request_error", dict(method="POST", path="/webhooks", raw=b'{"url":')),
            ("not JSON", 400, "invalid_request_error",
             dict(method="POST", path="/webhooks", raw=b"url=x", headers={"Content-Type": "text/plain"})),
            ("oversized", 413, "invalid_request_error", dict(method="POST", path="/webhooks", raw=b" " * (1024 * 1024 + 1))),
            ("no such route", 404, "not_found_error", dict(method="GET", path="/nothing")),
            ("no such endpoint", 404, "not_found_error", dict(method="DELETE", path="/webhooks/whe_nothing")),
            ("foreign host", 421, "invalid_request_error",
             dict(method="GET", path="/webhooks", headers={"Host": "evil.example"})),
            ("foreign page", 403, "authorization_error",
             dict(method="POST", path="/webhooks", body=good, headers={"Origin": "https://evil.example"})),
        ]
        for name, status, expected, request in cases:
            with self.subTest(name):
                try:
                    got, answer = self.waybill.call(**request)
                except (BrokenPipeError, ConnectionResetError):
                    self.assertEqual(name, "oversized")
                    continue
                error = answer["error"]
                self.assertEqual(got, status, error)
                self.assertIn(expected, (error["type"], error.get("param")))
                self.assertEqual(error["request_id"], self.waybill.last_headers["X-Request-Id"])
                self.assertTrue(error["message"])
        self.assertEqual(self.snapshot(endpoint), before)

    def snapshot(self, endpoint):
        return [self.waybill.call("GET", path)[1]
                for path in ("/webhooks", f"/webhooks/{endpoint['id']}/deliveries", "/events")]

    def test_two_keys_in_one_request_are_none(self):
        connection = http.client.HTTPConnection(self.waybill.base.hostname, self.waybill.base.port, timeout=60)
        connection.putrequest("GET", self.waybill.base.path + "/webhooks")
        connection.putheader("Authorization", f"Bearer {self.waybill.key}")
        connection.putheader("Authorization", "Bearer ak_live_other")
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 401)
        connection.close()

    def raw(self, first_line, *fields, authority=None):
        """The status and all that follows the head."""
        netloc = authority or self.waybill.base.netloc
        with socket.create_connection((self.waybill.base.hostname, self.waybill.base.port), timeout=10) as peer:
            peer.sendall("\r\n".join((first_line, f"Host: {netloc}", *fields, "Connection: close", "", "")).encode())
            answer = b"".join(iter(lambda: peer.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body

    def test_a_request_may_be_written_as_http_allows_it(self):
        base, port = self.waybill.base, self.waybill.base.port
        key = f"authorization: bearer  {self.waybill.key}"
        self.waybill.create()
        whole = self.raw(f"GET {base.path}/webhooks HTTP/1.1", key)
        self.assertEqual((whole[0], len(json.loads(whole[1])["data"])), (200, 1))
        self.assertEqual(self.raw(f"HEAD {base.path}/webhooks HTTP/1.1", key), (200, b""))
        self.assertEqual(self.raw(f"HEAD {base.path}/nothing HTTP/1.1", key), (404, b""))
        self.assertEqual(self.raw("OPTIONS * HTTP/1.1"), (204, b""))
        for url, status in ((base.geturl(), 200), (f"http://LOCALHOST:{port}{base.path}", 200),
                            (f"http://evil.example:{port}{base.path}", 421), (f"https://127.0.0.1:{port}{base.path}", 421),
                            (f"http://2130706433:{port}{base.path}", 421), (f"http://127.0.0.1:1{base.path}", 421)):
            with self.subTest(url):
                self.assertEqual(self.raw(f"GET {url}/webhooks HTTP/1.1", key)[0], status)
        for authority, status in ((f"hooks.localhost:{port}", 200), (f"[::1]:{port}", 200), (f"LocalHost:{port}", 200),
                                  ("127.0.0.1", 421), (f"localhost.:{port}", 421), (f"127.1:{port}", 421)):
            with self.subTest(authority):
                self.assertEqual(self.raw(f"GET {base.path}/webhooks HTTP/1.1", key, authority=authority)[0], status)

    def test_an_idempotency_key_has_one_effect_and_one_answer(self):
        body = {"url": self.waybill.receiver_url, "enabled_events": ["*"]}
        answers, key = [], {"Idempotency-Key": "b1f9c1f0-0000-4000-8000-000000000001"}

        def create():
            connection = http.client.HTTPConnection(self.waybill.base.hostname, self.waybill.base.port, timeout=20)
            connection.request("POST", self.waybill.base.path + "/webhooks", json.dumps(body),
                               {"Authorization": f"Bearer {self.waybill.key}", "Content-Type": "application/json", **key})
            answer = connection.getresponse()
            answers.append((answer.status, json.dumps(json.loads(answer.read()), sort_keys=True), answer.headers["X-Request-Id"]))
            connection.close()

        threads = [threading.Thread(target=create) for _ in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), 64)
        self.assertEqual(len(set(answers)), 1)
        self.assertIn('"secret": "whsec_', answers[0][1])
        self.assertEqual(len(self.waybill.call("GET", "/webhooks")[1]["data"]), 1)
        status, other = self.waybill.call("POST", "/webhooks", {**body, "description": "other"}, headers=key)
        self.assertEqual((status, other["error"]["code"]), (409, "idempotency_key_reused"))


class Plan(ServeTest):
    options = ("--plan", "team", "--scopes", "webhooks:read,webhooks:write")

    def test_plan_and_scopes_stand_in_the_way(self):
        body = {"url": self.waybill.receiver_url, "enabled_events": ["*"]}
        status, answer = self.waybill.call("POST", "/webhooks", body)
        self.assertEqual((status, answer["error"]["code"]), (403, "plan_upgrade_required"))
        status, answer = self.waybill.call("GET", "/events")
        self.assertEqual((status, answer["error"]["code"]), (403, "missing_required_scope"))
        self.assertIn("events:read", answer["error"]["message"])
        self.assertEqual(self.waybill.call("GET", "/webhooks")[0], 200)
        self.assertEqual(self.waybill.call("GET", "/usage")[1]["plan"], "team")

    def test_more_than_the_plans_requests_are_refused_for_the_rest_of_the_minute(self):
        statuses = [self.waybill.call("GET", "/webhooks")[0] for _ in range(121)]
        self.assertEqual(statuses.count(200), 120)
        status, answer = self.waybill.call("GET", "/webhooks")
        self.assertEqual((status, answer["error"]["code"]), (429, "rate_limit_exceeded"))
        self.assertTrue(1 <= int(self.waybill.last_headers["Retry-After"]) <= 60)
        self.assertEqual(self.waybill.call("GET", "/auth/whoami")[0], 200)


class Endings(ServeTest):
    def test_ends_within_two_seconds_of_sigterm(self):
        code, took = self.waybill.end()
        self.assertEqual(code, 0)
        self.assertLess(took, 2)

    def test_a_killed_attempt_is_settled_as_interrupted_and_goes_on_by_the_schedule(self):
        release = threading.Event()
        wire = Wire(hold=release)
        endpoint = self.waybill.create(wire.url)
        queued = [self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test")[1] for _ in range(3)]
        self.assertTrue(wire.came.wait(10))
        while len(wire.requests) < 3:
            threading.Event().wait(0.02)
        self.waybill.kill()
        release.set()
        self.restart()
        rows = self.waybill.call("GET", f"/webhooks/{endpoint['id']}/deliveries?limit=100")[1]["data"]
        for one in queued:
            attempts = sorted((row for row in rows if row["event_id"] == one["event_id"]), key=lambda row: row["attempt"])
            self.assertEqual([(row["attempt"], row["status"]) for row in attempts], [(1, "failed"), (2, "pending")])
            self.assertIn("closed before the answer", attempts[0]["error"])
            self.assertNotEqual(attempts[0]["id"], attempts[1]["id"])
        self.assertEqual(len({row["id"] for row in rows}), 6)

    def test_the_receiver_keeps_its_address_and_secrets_over_a_restart(self):
        endpoint, address = self.waybill.create(), self.waybill.receiver_url
        self.waybill.kill()
        self.restart()
        self.assertEqual(self.waybill.receiver_url, address)
        queued = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test")[1]
        self.assertEqual(self.waybill.settled(queued["delivery_id"])["response_status"], 200)

    def test_what_the_window_kept_in_a_keychain_that_is_not_here_waits_alone(self):
        endpoint = self.waybill.create()
        self.waybill.end()
        record = self.data / "secrets.json"
        self.assertEqual(json.loads(record.read_text())["new_secrets_in"], "sealed file")
        # As the window leaves it behind that keeps secrets in the keychain; no bus leads to one here.
        with contextlib.closing(sqlite3.connect(self.data / "sandbox.sqlite")) as database:
            kept = ["sandbox/" + row[0] for row in database.execute("SELECT id FROM secrets")]
        record.write_text(json.dumps({"new_secrets_in": "keychain", "in_keychain": kept}))
        for name in ("secrets.sealed", "secrets.key"):
            (self.data / name).unlink()
        said = self.data.parent / "said"
        with said.open("w") as stderr, unittest.mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(self.data.parent)}):
            os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
            self.waybill = Serving(self.data, stderr=stderr)
        self.assertEqual(said.read_text().count("keychain, which did not open here"), 1, said.read_text())
        waits = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test")[1]
        other = self.waybill.create()
        queued = self.waybill.call("POST", f"/webhooks/{other['id']}/test")[1]
        self.assertEqual(self.waybill.settled(queued["delivery_id"])["response_status"], 200)
        row = self.waybill.call("GET", f"/webhooks/deliveries/{waits['delivery_id']}")[1]
        self.assertEqual(row["status"], "pending")
        self.assertIn("in this computer's keychain", row["error"])
        self.assertEqual(json.loads(record.read_text())["new_secrets_in"], "keychain")

    def test_no_secret_is_in_plain_text_and_nothing_is_open_to_others(self):
        endpoint = self.waybill.create()
        rotated = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/rotate-secret",
                                    headers={"Idempotency-Key": "k"})[1]
        self.assertEqual(stat.S_IMODE(self.waybill.key_file.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.data.stat().st_mode), 0o700)
        # Held still, so that no file is replaced while it is read.
        self.waybill.process.send_signal(signal.SIGSTOP)
        files = [path for path in self.data.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 3)
        for path in files:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)
            for secret in (endpoint["secret"], rotated["secret"], self.waybill.key):
                self.assertNotIn(secret.encode(), path.read_bytes(), path)
        self.waybill.process.send_signal(signal.SIGCONT)

    def test_a_second_waybill_on_the_same_data_says_so(self):
        second = subprocess.run([WAYBILL, "--serve", "--data", str(self.data)], capture_output=True, text=True, timeout=60)
        self.assertEqual(second.returncode, 1)
        self.assertIn("Another Waybill", second.stderr)

    def test_a_taken_port_is_said_plainly(self):
        with socket.create_server(("127.0.0.1", 0)) as taken, tempfile.TemporaryDirectory() as other:
            port = str(taken.getsockname()[1])
            run = subprocess.run([WAYBILL, "--serve", "--data", other, "--port", port], capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 1)
        self.assertIn(port, run.stderr)


class Receiver(ServeTest):
    def post(self, path, body, headers):
        target = urllib.parse.urlsplit(self.waybill.receiver_url)
        connection = http.client.HTTPConnection(target.hostname, target.port, timeout=60)
        connection.request("POST", path or target.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def test_takes_only_what_is_signed_now_with_its_secret(self):
        secret = self.waybill.create()["secret"]

        def signed(with_secret, age=0, body=b"{}"):
            t = str(int(time.time()) - age)
            v1 = hmac.new(with_secret.encode(), t.encode() + b"." + body, hashlib.sha256).hexdigest()
            return {"Autousers-Signature": f"t={t},v1={v1}", "Content-Type": "application/json"}

        for name, status, headers, path in [
            ("signed", 200, signed(secret), None),
            ("another secret", 400, signed("whsec_other"), None),
            ("six minutes old", 400, signed(secret, 360), None),
            ("from the future", 400, signed(secret, -360), None),
            ("unsigned", 400, {}, None),
            ("another path", 404, signed(secret), "/in/guess"),
        ]:
            with self.subTest(name):
                self.assertEqual(self.post(path, b"{}", headers), status)


if __name__ == "__main__":
    unittest.main(verbosity=2)
