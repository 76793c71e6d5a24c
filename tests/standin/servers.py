# SPDX-License-Identifier: MIT
"""The two HTTP servers: the account's, with full power over its connections, and the control's."""
import hashlib
import http.server
import json
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse

import mischief
from account import Answer, Request

BASE = "/api/v1"
LARGEST_BODY = 1 << 20


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port, handler, tls=None):
        self.tls = tls
        super().__init__(("127.0.0.1", port), handler)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server_address[1]}"

    def start(self):
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def get_request(self):
        connected, address = super().get_request()
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls:
            # The handshake comes with the first read, in the connection's own thread.
            connected = self.tls.wrap_socket(connected, server_side=True, do_handshake_on_connect=False)
        return connected, address

    def shutdown_request(self, request):
        try:
            # What closes with a reset must not say goodbye before.
            if not struct.unpack("ii", request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))[0]:
                request.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        request.close()

    def handle_error(self, request, address):
        # The other side may go when it likes; anything else is a mistake of ours.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, address)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def read_body(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def head(self, status, headers):
        lines = [f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def log_message(self, *_):
        pass

    def respond(self):
        raise NotImplementedError

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = do_OPTIONS = lambda self: self.respond()


class AccountHandler(Handler):
    def respond(self):
        at, moment, work = time.time(), time.monotonic(), time.thread_time()
        body = self.read_body()
        if body is None:
            self.wfile.write(self.head(400, {"Content-Length": "0"}))
            return
        target = self.path[len(BASE):] if self.path.startswith(BASE + "/") else "/not-the-api" + self.path
        request = Request(self.command, target, self.headers, body)
        stand_in = self.server.stand_in
        spoils, added = stand_in.mischief.choose(request.method, request.target)
        kind, given = spoils or (None, {})
        worked = None
        if not kind or mischief.works_first(kind, given):
            worked = stand_in.account.answer(request, mischief.page_options(added))
            for name, its in added:
                if name == "shift" and request.method == "GET":
                    stand_in.control.shift(its, request.target)
        elif kind not in ("closed", "revoked_key", "rate_limited"):
            stand_in.account.charge(request)
        answer = self.answer_for(kind, given, worked)
        if answer:
            mischief.decorate(answer, added, request.method)
        body_of_answer = answer.body() if answer else b""
        row = {"at": at, "method": request.method, "target": request.target,
               "idempotency_key": self.headers.get("Idempotency-Key"), "version": self.headers.get("Autousers-Version"),
               "body_sha256": hashlib.sha256(body).hexdigest() if body else None,
               "status": answer.status if answer and kind != "lost_answer" else None, "worked": worked.status if worked else None,
               "request_id": answer.headers.get("X-Request-Id") if answer else None,
               "mischief": [name for name, _ in ([spoils] if spoils else []) + added],
               "counts": not request.is_free() and kind != "closed", "took_ms": round((time.monotonic() - moment) * 1000, 2),
               "cpu_ms": round((time.thread_time() - work) * 1000, 2)}
        # Before the answer: whoever has it finds its request in the ledger.
        stand_in.ledger.append(row)
        self.send(kind, given, answer, body_of_answer)

    def answer_for(self, kind, given, worked):
        account = self.server.stand_in.account
        if kind in mischief.REFUSALS:
            answer = account.with_budget(mischief.refusal(kind, given))
            if kind == "rate_limited":
                answer.headers.update({"X-RateLimit-Remaining": "0",
                                       "X-RateLimit-Reset": str(int(time.time()) + given.get("retry_after", 1))})
            elif "retry_after" in given:
                answer.headers["Retry-After"] = str(given["retry_after"])
            return answer
        if kind == "redirect":
            location = given.get("location", self.server.url + BASE + "/followed")
            return account.with_budget(Answer(given.get("status", 307), None, {"Location": location}))
        if kind in mischief.FOREIGN:
            status, content_type, body = mischief.FOREIGN[kind]
            answer = Answer(given.get("status", status), None, {"Content-Type": content_type})
            answer.headers.pop("X-Request-Id")
            if "retry_after" in given:
                answer.headers["Retry-After"] = str(given["retry_after"])
            answer.body = lambda: body
            return answer
        return worked

    def send(self, kind, given, answer, body):
        if kind in ("closed", "lost_answer"):
            self.hang_up(given.get("reset", False))
            return
        if kind == "truncated_json":
            body = body[:len(body) // 2]
        elif kind == "oversized":
            self.send_oversized(given, answer, body)
            return
        headers = dict(answer.headers)
        if body:
            headers.setdefault("Content-Type", "application/json")
        if answer.status != 204:
            headers["Content-Length"] = str(len(body))
        head = self.head(answer.status, headers)
        if kind in ("reset_mid_body", "cut_mid_body"):
            self.wfile.write(head + body[:len(body) // 2])
            self.hang_up(kind == "reset_mid_body")
        elif kind == "drip":
            self.drip(head + body, given.get("bytes", 1), given.get("every_ms", 50))
        else:
            self.wfile.write(head + (b"" if self.command == "HEAD" else body))

    def hang_up(self, with_reset):
        if with_reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def drip(self, data, amount, every_ms):
        for start in range(0, len(data), amount):
            if start and self.server.stand_in.ending.wait(every_ms / 1000):
                break
            self.wfile.write(data[start:start + amount])

    def send_oversized(self, given, answer, document):
        """The right answer with a field that fills it up; endless: it never comes to the end of it."""
        size = given.get("size", 64 << 20)
        opening, rest = b'{"padding":"', b'"' + (b"," + document[1:] if document else b"}")
        headers = {**answer.headers, "Content-Type": "application/json"}
        if given.get("endless"):
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(opening) + size + len(rest))
        status = 200 if answer.status == 204 else answer.status
        self.wfile.write(self.head(status, headers) + (b"" if given.get("endless") else opening))
        block = b"x" * 65536
        if given.get("endless"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(opening), opening))
            while not self.server.stand_in.ending.is_set():
                self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
        for start in range(0, size, len(block)):
            self.wfile.write(block[:size - start])
        self.wfile.write(rest)


class ControlHandler(Handler):
    def respond(self):
        body = self.read_body()
        parts = urllib.parse.urlsplit(self.path)
        try:
            given = json.loads(body) if body else {}
            status, document = self.server.stand_in.control.answer(
                self.command, parts.path, dict(urllib.parse.parse_qsl(parts.query)), given)
        except (ValueError, TypeError) as error:
            status, document = 400, {"error": str(error)}
        text = json.dumps(document).encode()
        self.wfile.write(self.head(status, {"Content-Type": "application/json", "Content-Length": str(len(text))}) + text)


def server_tls(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
