# SPDX-License-Identifier: MIT
"""Waybill is asked to end again and again, at any moment, and has to have ended within two seconds.

`--serve` works on data that it had before, with events coming in and deliveries under way, and is also stopped while it
starts. The window is stopped with a sheet, a secret, a menu or nothing open. After each stop the databases are whole,
were closed, and hold every event that was acknowledged.

usage: stops.py <waybill> <folder of plug-ins, with the hands> [--stops N] [--seed N] [--planted]
--planted: has it end badly in one way after the other at last, and fails where the checks do not notice.
"""
import argparse
import http.client
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import crash

LIMIT = 2  # seconds
PATIENCE = 60
SENDERS = 3
PATHS = ["/answers/1", "/answers/2", "/refuses/1", "/hangs/1"]
# The moves of a hand up to the moment at which it is stopped, and what is seen then.
OPEN = {
    "nothing": [("text", "placeEndpoints")],
    "sheet": [("key", "Ctrl+N"), ("text", "builtInReceiver")],
    "settings": [("key", "Ctrl+,")],
    "menu": [("press", "accountSwitcher")],
    "secret": [("key", "Ctrl+N"), ("press", "builtInReceiver"), ("press", "submit"), ("text", "secretValue")],
}
STOPS_OF_A_WINDOW_FOLDER = 15  # An account has room for only so many endpoints.


class Stops:
    def __init__(self, waybill, plugins, folder, chance):
        self.waybill, self.plugins, self.folder, self.chance = waybill, plugins, folder, chance
        self.receivers = crash.Receivers()
        self.endpoints, self.accepted, self.longest, self.windows = {}, [], 0, 0
        self.counts = {}

    def count(self, kind):
        self.counts[kind] = self.counts.get(kind, 0) + 1

    # --- Without a window

    def stop_serving(self, startup):
        run = crash.Run(self.waybill, self.folder)
        if startup and self.chance.random() < 0.3:
            time.sleep(self.chance.uniform(0, startup * 1.3))  # The moment is the point of it.
            self.end(run.process, run.process.terminate, "while it starts")
            return
        run.ready()
        self.prepare(run)
        accepted, stopping = [], threading.Event()
        senders = [threading.Thread(target=self.send, args=(run, number, accepted, stopping)) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        time.sleep(self.chance.uniform(0, 0.4))
        number = self.chance.choice([signal.SIGTERM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
        self.end(run.process, lambda: run.process.send_signal(number), "with deliveries under way")
        stopping.set()
        for sender in senders:
            sender.join()
        run.process.stdout.close()
        self.accepted += accepted
        self.look_at(self.folder / "data", accepted)

    def prepare(self, run):
        for path in PATHS:
            if path not in self.endpoints:
                status, endpoint = run.call("POST", "/webhooks", {"url": self.receivers.base + path, "enabled_events": ["*"]})
                assert status == 201, endpoint
                self.endpoints[path] = endpoint["id"]
        for endpoint in run.all_of("/webhooks"):
            if endpoint["status"] == "disabled":  # After too many failures in a row.
                run.call("PATCH", f"/webhooks/{endpoint['id']}", {"status": "enabled"})

    def send(self, run, number, accepted, stopping):
        connection = run.connection()
        while not stopping.is_set():
            number += 1
            try:
                status, queued = run.call("POST", f"/webhooks/{self.endpoints[PATHS[number % len(PATHS)]]}/test",
                                          through=connection)
            except (OSError, http.client.HTTPException):
                return
            if status == 202:
                accepted.append(queued["event_id"])

    # --- With a window

    def stop_window(self):
        data = self.folder / "window"
        if self.windows % STOPS_OF_A_WINDOW_FOLDER == 0:
            shutil.rmtree(data, ignore_errors=True)
            data.mkdir(mode=0o700)
            (data / "settings.ini").write_text("[secrets]\nplace=1\n")
        self.windows += 1
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        process = subprocess.Popen(
            [self.waybill, "--data", str(data)], pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder),
                 "QT_QPA_GENERIC_PLUGINS": "hands", "QT_PLUGIN_PATH": self.plugins, "WAYBILL_HANDS": str(theirs.fileno())})
        theirs.close()

        def move(*words):
            ours.sendall(" ".join(words).encode() + b"\n")
            return ours.recv(65536).decode().strip()
        kind = self.chance.choice(list(OPEN))
        deadline = time.monotonic() + PATIENCE
        for words in OPEN[kind]:
            while move(*words) == "no":
                assert process.poll() is None, "it ended by itself"
                assert time.monotonic() < deadline, f"{words} cannot be done"
                time.sleep(0.005)
        time.sleep(self.chance.uniform(0, 0.05))
        how = self.chance.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP, "Ctrl+Q"])
        if how == "Ctrl+Q" and kind in ("sheet", "settings", "secret"):
            # It may be gone before it answers.
            self.end(process, lambda: ours.sendall(b"key Ctrl+Q\n"), f"Quit with {kind} open")
        else:
            number = signal.SIGTERM if how == "Ctrl+Q" else how
            self.end(process, lambda: process.send_signal(number), f"a window with {kind} open")
        ours.close()
        self.look_at(data, [])
        if kind == "secret":
            assert "unfinished" in (data / "settings.ini").read_text(), "nothing says that a secret was on the screen"

    # --- Both

    def end(self, process, ask, what):
        begun = time.monotonic()
        ask()
        try:
            status = process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{what}: it did not end (process {process.pid})") from None
        self.longest = max(self.longest, time.monotonic() - begun)
        words = process.stderr.read() if process.stderr else ""
        # Before main() nothing of ours is there that could take the signal.
        assert status == 0 or (status == -signal.SIGTERM and what == "while it starts"), f"{what}: status {status} {words}"
        assert "did not end by itself" not in words, what
        self.count(what)

    def look_at(self, data, accepted):
        for name in ("sandbox.sqlite", "receiver.sqlite", "history.sqlite"):
            path = data / name
            if not path.exists():
                continue
            assert not pathlib.Path(f"{path}-wal").exists(), f"{name} was not closed"
            assert crash.integrity_of(path) == "ok", f"{name} is damaged"
        if accepted:
            connection = sqlite3.connect(data / "sandbox.sqlite")
            marks = ",".join("?" * len(accepted))
            kept = connection.execute(f"SELECT count(*) FROM events WHERE id IN ({marks})", accepted).fetchone()[0]
            connection.close()
            assert kept == len(accepted), f"{len(accepted) - kept} acknowledged events are lost"

    def go(self, stops):
        begun = time.monotonic()
        self.stop_serving(None)
        startup = min(1.0, time.monotonic() - begun)
        for number in range(1, stops):
            if number % 4 == 3:
                self.stop_window()
            else:
                self.stop_serving(startup)
            if number % 100 == 0:
                print(f"{number} stops, the longest took {self.longest:.2f} s", flush=True)
        self.receivers.shutdown()

    # --- Planted

    def planted(self):
        """The ways in which it must not end, that the checks do not notice."""
        data = self.folder / "data"

        def hangs():
            run = crash.Run(self.waybill, self.folder).ready()
            run.process.send_signal(signal.SIGSTOP)
            try:
                self.end(run.process, run.process.terminate, "planted")
            finally:
                run.kill()

        def forgets():
            self.look_at(data, ["event_test_neverStored000"])

        def stays_open():
            wal = data / "sandbox.sqlite-wal"
            wal.touch()
            try:
                self.look_at(data, [])
            finally:
                wal.unlink()

        def damages():
            path = data / "receiver.sqlite"
            whole = path.read_bytes()
            path.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
            try:
                self.look_at(data, [])
            finally:
                path.write_bytes(whole)

        for plant in (hangs, forgets, stays_open, damages):
            try:
                plant()
                yield plant.__name__
            except AssertionError:
                pass


def main():
    options = argparse.ArgumentParser()
    options.add_argument("waybill")
    options.add_argument("plugins")
    options.add_argument("--stops", type=int, default=24)
    options.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    options.add_argument("--planted", action="store_true")
    given = options.parse_args()
    print(f"seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o700)
        stops = Stops(given.waybill, given.plugins, pathlib.Path(folder), random.Random(given.seed))
        stops.go(given.stops)
        if given.planted and (missed := list(stops.planted())):
            sys.exit(f"planted, but not noticed: {missed}")
    for kind, count in sorted(stops.counts.items()):
        print(f"{count:5} {kind}")
    print(f"{given.stops} stops, all within {LIMIT} s, the longest {stops.longest:.2f} s; "
          f"{len(stops.accepted)} events were acknowledged, none is lost")


if __name__ == "__main__":
    main()
