# SPDX-License-Identifier: MIT
"""`waybill --serve` behind a proxy: which variable counts for what, what the log says, and that no password is in it.

usage: proxies.py <waybill>
"""
import contextlib
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

WAYBILL = sys.argv.pop(1)
DENIED = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"


class FakeProxy:
    """Answers each head with the same bytes, and remembers them."""

    def __init__(self, answer):
        self.answer, self.heads = answer, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.name = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer:
                self.heads.append(peer.recv(4096))
                peer.sendall(self.answer)

    def close(self):
        with contextlib.suppress(OSError):  # It may be closed already.
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def environment(**variables):
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables}


class Serving:
    def __init__(self, folder, *options, **variables):
        self.folder = pathlib.Path(folder)
        key = self.folder / "key"
        with open(self.folder / "errors", "a") as errors:
            self.process = subprocess.Popen(
                [WAYBILL, "--serve", "--data", str(self.folder / "data"), "--key-file", str(key), *options],
                stdout=subprocess.PIPE, stderr=errors, text=True, env=environment(HOME=str(folder), **variables))
        self.base = urllib.parse.urlsplit(json.loads(self.process.stdout.readline())["base_url"])
        self.key = key.read_text().strip()

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=10)
        connection.request(method, self.base.path + path, body and json.dumps(body),
                           {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def error_of(self, url):
        endpoint = self.call("POST", "/webhooks", {"url": url, "enabled_events": ["*"]})["id"]
        delivery = self.call("POST", f"/webhooks/{endpoint}/test", {})["delivery_id"]
        for _ in range(200):
            row = self.call("GET", f"/webhooks/deliveries/{delivery}")
            if row["status"] != "pending":
                return row["error"]
            time.sleep(0.05)
        raise AssertionError("the delivery did not settle")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Proxies(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.proxy = FakeProxy(DENIED)
        self.addCleanup(self.proxy.close)

    def serve(self, *options, **variables):
        serving = Serving(self.folder.name, *options, **variables)
        self.addCleanup(serving.stop)
        return serving

    def test_https_goes_through_the_proxy_for_https_and_its_refusal_names_it(self):
        serving = self.serve(https_proxy="http://" + self.proxy.name, no_proxy="direct.invalid,.inner.invalid")
        self.assertEqual(serving.error_of("https://receiver.invalid/hook"),
                         f"The proxy {self.proxy.name} answered 403: it does not allow this address.")
        self.assertTrue(self.proxy.heads[0].startswith(b"CONNECT receiver.invalid:443 HTTP/1.1\r\n"))
        count = len(self.proxy.heads)
        for url in ("https://direct.invalid/", "https://a.inner.invalid/"):
            self.assertNotIn("proxy", serving.error_of(url))
        self.assertEqual(len(self.proxy.heads), count)

    def test_the_proxy_for_http_is_not_for_https(self):
        self.assertNotIn("proxy", self.serve(http_proxy="http://" + self.proxy.name).error_of("https://a.invalid/"))
        self.assertEqual(self.proxy.heads, [])

    def test_one_that_is_not_there_is_not_called_the_receiver(self):
        closed = self.proxy.name
        self.proxy.close()
        self.assertEqual(self.serve(all_proxy=closed).error_of("https://a.invalid/"),
                         f"The proxy {closed} refused the connection.")

    def test_a_password_is_used_and_kept_nowhere(self):
        self.proxy.answer = b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n"
        serving = self.serve(https_proxy=f"http://me:hush-hush%21@{self.proxy.name}")
        self.assertEqual(serving.error_of("https://a.invalid/"),
                         f"The proxy {self.proxy.name} did not accept the name and password (407).")
        self.assertIn(b"\r\nProxy-Authorization: Basic bWU6aHVzaC1odXNoIQ==\r\n", self.proxy.heads[0])
        serving.stop()
        for path in pathlib.Path(self.folder.name).rglob("*"):
            if path.is_file():
                self.assertNotRegex(path.read_bytes(), b"hush-hush|bWU6aHVzaC1odXNoIQ", path)

    def test_one_that_cannot_be_used_is_refused_at_the_start(self):
        for name, text in (("https_proxy", "https://me:hush@p.example:1"), ("all_proxy", "socks4://p.example:1"),
                           ("http_proxy", "http://p.example:99999")):
            ended = subprocess.run([WAYBILL, "--serve", "--data", self.folder.name + "/none"], capture_output=True,
                                   text=True, timeout=30, env=environment(HOME=self.folder.name, **{name: text}))
            self.assertEqual(ended.returncode, 2)
            self.assertIn(name, ended.stderr)
            self.assertNotIn("hush", ended.stderr)
            self.assertEqual(ended.stderr.count("\n"), 1)
            self.assertFalse(os.path.exists(self.folder.name + "/none"))

    def test_an_account_goes_the_same_way(self):
        serving = self.serve("--bring-events", https_proxy="http://" + self.proxy.name, AUTOUSERS_API_KEY="ak_live_x",
                             AUTOUSERS_BASE_URL="https://account.invalid/api/v1")
        for _ in range(200):
            if self.proxy.heads:
                break
            time.sleep(0.05)
        self.assertTrue(self.proxy.heads[0].startswith(b"CONNECT account.invalid:443 "))
        self.assertNotIn(b"ak_live", b"".join(self.proxy.heads))
        self.assertIsNotNone(serving)


if __name__ == "__main__":
    unittest.main()
