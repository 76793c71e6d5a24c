# SPDX-License-Identifier: MIT
"""Signs what is due and posts it: once each, never a redirect, never to another computer."""
import concurrent.futures
import functools
import hashlib
import heapq
import hmac
import http.client
import itertools
import socket
import ssl
import threading
import time
import urllib.parse

from account import is_loopback

KEPT = 4096
READ = 65536


class Deliverer:
    def __init__(self, account, workers=16, trusted=None):
        self.account = account
        self.trusted = trusted
        self.posts = []  # every request that went out
        self.heap, self.numbers = [], itertools.count()
        self.wake = threading.Condition(account.lock)
        self.under_way = 0
        self.pool = concurrent.futures.ThreadPoolExecutor(workers)
        account.due = self.put
        threading.Thread(target=self.run, daemon=True).start()

    def put(self, delivery):
        with self.wake:
            heapq.heappush(self.heap, (delivery.scheduled, next(self.numbers), delivery))
            self.wake.notify_all()

    def changed(self):
        """The clock or a setting did."""
        with self.wake:
            self.wake.notify_all()

    def is_quiet(self):
        """Nothing is due or under way."""
        with self.wake:
            due = self.heap and self.heap[0][0] <= self.account.clock.now() and self.account.settings.deliver
            return not due and not self.under_way

    def run(self):
        with self.wake:
            while True:
                wait = None
                if self.heap and self.account.settings.deliver:
                    wait = (self.heap[0][0] - self.account.clock.now()) / 1000
                if wait is not None and wait <= 0:
                    delivery = heapq.heappop(self.heap)[2]
                    self.under_way += 1
                    self.pool.submit(self.attempt, delivery)
                else:
                    self.wake.wait(wait)

    def attempt(self, delivery):
        try:
            with self.account.lock:
                if self.account.deliveries.get(delivery.id) is not delivery or delivery.status != "pending":
                    return  # Gone with its endpoint, or settled by the test.
                endpoint = self.account.endpoints.rows[delivery.endpoint_id]
                body = self.account.bytes_of(delivery)
                secrets = self.account.signing_secrets(endpoint)
                settings = self.account.settings
                url, limit = endpoint.url, settings.delivery_timeout
                base = settings.hosts.get(urllib.parse.urlsplit(url).hostname)
            began, moment = self.account.clock.now(), time.monotonic()
            stamp = int(time.time())
            signed = [hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest() for secret in secrets]
            headers = {"Content-Type": "application/json", "User-Agent": "Autousers-Webhooks/1.0",
                       "Autousers-Signature": f"t={stamp}," + ",".join(f"v1={one}" for one in signed),
                       "Autousers-Event-Id": delivery.event_id, "Autousers-Event-Type": delivery.event_type,
                       "Autousers-Delivery-Id": delivery.id}
            post = {"delivery_id": delivery.id, "event_id": delivery.event_id, "event_type": delivery.event_type,
                    "endpoint_id": delivery.endpoint_id, "attempt": delivery.attempt, "url": url, "at": time.time(),
                    "body_sha256": hashlib.sha256(body).hexdigest(), "status": None}
            self.posts.append(post)
            outcome = self.post(url, base, headers, body, limit)
            post["status"] = outcome.get("response_status")
            outcome["response_ms"] = int((time.monotonic() - moment) * 1000)
            with self.account.lock:
                self.account.settle(delivery, outcome, began)
        finally:
            with self.wake:
                self.under_way -= 1
                self.wake.notify_all()

    @functools.cache
    def tls(self):
        return ssl.create_default_context(cafile=self.trusted)

    def post(self, url, base, headers, body, limit):
        parts = urllib.parse.urlsplit(url)
        place = urllib.parse.urlsplit(base) if base else parts
        if not is_loopback(place.hostname):
            return {"error": "The stand-in posts to this computer only."}
        end = time.monotonic() + limit
        if place.scheme == "https":
            connection = http.client.HTTPSConnection(place.hostname, place.port, timeout=limit, context=self.tls())
        else:
            connection = http.client.HTTPConnection(place.hostname, place.port, timeout=limit)
        timer = None
        try:
            connection.connect()
            # A timeout of the socket counts anew with every byte that drips.
            timer = threading.Timer(max(0, end - time.monotonic()), cut, [connection.sock])
            timer.start()
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.putrequest("POST", target, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": parts.netloc.rpartition("@")[2], "Content-Length": str(len(body)), **headers}.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            text = answer.read(READ)
            if len(text) < READ and answer.length:
                raise http.client.IncompleteRead(text)
            if time.monotonic() >= end:
                raise TimeoutError
            return {"response_status": answer.status, "response_body": text[:KEPT].decode(errors="replace")}
        except (OSError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() >= end:
                return {"error": f"The receiver did not answer within {limit:g} s."}
            return {"error": f"{type(error).__name__}: {error}"}
        finally:
            if timer:
                timer.cancel()
            connection.close()


def cut(connected):
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
