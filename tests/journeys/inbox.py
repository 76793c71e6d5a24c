# SPDX-License-Identifier: MIT
"""`waybill --serve` and its receiver: a port that another program has, endpoints that come and go, a full disk.

usage: inbox.py <waybill>
"""
import resource
import socket
import subprocess
import unittest
import urllib.parse

from serve import ServeTest, Serving, Wire


class InboxTest(ServeTest):
    def start(self):
        # Python ignores the signal of a file that may not grow, and hands that on.
        self.waybill = Serving(self.data, stderr=subprocess.PIPE, restore_signals=False)

    def stop(self):
        """Answers what was said on standard error."""
        self.waybill.end()
        said = self.waybill.process.stderr.read()
        self.waybill.process.stderr.close()
        return said

    def setUp(self):
        super().setUp()
        self.waybill.end()
        self.start()

    def tearDown(self):
        super().tearDown()
        if not self.waybill.process.stderr.closed:
            self.waybill.process.stderr.close()

    def send(self, endpoint):
        status, queued = self.waybill.call("POST", f"/webhooks/{endpoint['id']}/test")
        self.assertEqual(status, 202)
        return queued["delivery_id"]

    def answer(self, endpoint):
        delivery = self.waybill.settled(self.send(endpoint))
        return delivery["status"], delivery["response_status"]

    def move(self, endpoint, url):
        self.assertEqual(self.waybill.call("PATCH", f"/webhooks/{endpoint['id']}", {"url": url})[0], 200)


class TakenPort(InboxTest):
    def spelled(self, host):
        return self.waybill.receiver_url.replace("127.0.0.1", host)

    def test_a_stranger_gets_nothing_and_what_waits_goes_on(self):
        endpoints = [self.waybill.create(self.spelled(host)) for host in ("127.0.0.1", "localhost")]
        port = urllib.parse.urlsplit(self.waybill.receiver_url).port
        self.assertEqual(self.stop(), "")
        with socket.create_server(("127.0.0.1", port)) as stranger:
            stranger.settimeout(0)
            self.start()
            self.assertNotIn(f":{port}/", self.waybill.receiver_url)
            waiting = [self.send(endpoint) for endpoint in endpoints]
            while not all(self.waybill.call("GET", f"/webhooks/deliveries/{one}")[1]["error"] for one in waiting):
                pass
            for one in waiting:
                self.assertEqual(self.waybill.call("GET", f"/webhooks/deliveries/{one}")[1]["status"], "pending")
            self.move(endpoints[0], self.waybill.receiver_url)
            self.assertEqual(self.waybill.settled(waiting[0])["status"], "delivered")
            self.move(endpoints[0], endpoints[0]["url"])
            with self.assertRaises(BlockingIOError):
                stranger.accept()
            said = self.stop()
            self.assertIn(str(port), said)
            self.assertIn("PATCH", said)
            for endpoint in endpoints:
                self.assertIn(endpoint["id"], said)
            with self.assertRaises(BlockingIOError):
                stranger.accept()

    def test_what_waits_goes_on_once_the_port_is_free_again(self):
        endpoint, address = self.waybill.create(), self.waybill.receiver_url
        self.stop()
        with socket.create_server(("127.0.0.1", urllib.parse.urlsplit(address).port)):
            self.start()
            waiting = self.send(endpoint)
            self.stop()
        self.start()
        self.assertEqual(self.waybill.receiver_url, address)
        self.assertEqual(self.waybill.settled(waiting)["response_status"], 200)
        self.assertEqual(self.stop(), "")


class Moving(InboxTest):
    def test_the_receiver_has_the_secrets_of_what_points_to_it(self):
        wire = Wire()
        endpoint = self.waybill.create(wire.url)
        self.move(endpoint, self.waybill.receiver_url)
        self.assertEqual(self.answer(endpoint), ("delivered", 200))
        self.move(endpoint, wire.url)
        self.waybill.call("POST", f"/webhooks/{endpoint['id']}/rotate-secret")
        self.assertEqual(self.answer(endpoint), ("delivered", 200))
        self.assertEqual(len(wire.requests), 1)
        self.stop()
        self.start()
        self.move(endpoint, self.waybill.receiver_url)
        self.assertEqual(self.answer(endpoint), ("delivered", 200))
        self.stop()
        self.start()
        self.assertEqual(self.answer(endpoint), ("delivered", 200))


class FullDisk(InboxTest):
    def test_a_full_disk_is_told_and_passes(self):
        target = urllib.parse.urlsplit(self.waybill.receiver_url)
        self.waybill.create()

        def post():
            with socket.create_connection((target.hostname, target.port)) as peer:
                peer.sendall((f"POST {target.path} HTTP/1.1\r\nHost: {target.netloc}\r\nContent-Length: 2\r\n"
                              "Connection: close\r\n\r\n{}").encode())
                return int(peer.makefile("rb").readline().split()[1])

        self.assertEqual(post(), 400)
        before = resource.prlimit(self.waybill.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.waybill.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
        self.assertEqual([post(), post()], [503, 503])
        resource.prlimit(self.waybill.process.pid, resource.RLIMIT_FSIZE, before)
        self.assertEqual(post(), 400)
        said = self.stop()
        self.assertEqual(len(said.splitlines()), 2, said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
