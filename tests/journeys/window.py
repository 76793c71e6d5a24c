# SPDX-License-Identifier: MIT
"""How the program with its window starts, meets a second start and ends.

usage: window.py <waybill> <folder of plug-ins, with the hands>
"""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = sys.argv.pop(1)
PLUGINS = sys.argv.pop(1)
PATIENCE = 90  # seconds, on a busy machine with sanitizers


class Window(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = pathlib.Path(self.folder.name, "data")
        runtime = pathlib.Path(self.folder.name, "run")
        runtime.mkdir(mode=0o700)
        self.environment = {
            **os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": self.folder.name, "XDG_RUNTIME_DIR": str(runtime)}
        self.environment.pop("DBUS_SESSION_BUS_ADDRESS", None)

    def start(self, *options):
        process = subprocess.Popen([PROGRAM, "--data", str(self.data), *options], env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.communicate()

    def wait_until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.01)

    def started(self):
        process = self.start()
        self.wait_until(lambda: (self.data / "receiver.sqlite").exists() or process.poll() is not None, "no receiver")
        self.wait_until(lambda: list(pathlib.Path(self.folder.name, "run").glob("*.socket")), "no socket")
        self.assertIsNone(process.poll(), "it ended by itself")
        return process

    def test_a_termination_ends_it_in_order_within_two_seconds(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number.name):
                process = self.started()
                begun = time.monotonic()
                process.send_signal(number)
                self.assertEqual(process.wait(PATIENCE), 0)
                self.assertLess(time.monotonic() - begun, 2)
                self.assertIn("[window]", (self.data / "settings.ini").read_text())
                self.assertFalse(list(self.data.glob("*-wal")), "a database was not closed")
                self.assertFalse((self.data / "waybill.lock").exists())

    def start_by_hand(self):
        """Another start, whose buttons can be pressed: answers the process and what presses one."""
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        self.addCleanup(ours.close)
        process = subprocess.Popen([PROGRAM, "--data", str(self.data)], pass_fds=[theirs.fileno()], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**self.environment, "QT_QPA_GENERIC_PLUGINS": "hands", "QT_PLUGIN_PATH": PLUGINS,
                                        "WAYBILL_HANDS": str(theirs.fileno())})
        theirs.close()
        self.addCleanup(self.end, process)

        def move(*words):
            ours.sendall(" ".join(words).encode() + b"\n")
            return ours.recv(65536).decode().strip()
        return process, move

    def test_a_second_start_says_so_and_shows_the_first_on_demand(self):
        first = self.started()
        second, move = self.start_by_hand()
        self.wait_until(lambda: move("text", "show") != "no", "it does not offer to show the first")
        self.assertEqual(move("text", "show"), "Show the open window")
        self.assertEqual(move("press", "show"), "yes")
        self.assertEqual(second.wait(PATIENCE), 0)
        self.assertIn("already open", second.stderr.read())
        self.assertIsNone(first.poll())

    def test_a_second_start_that_is_closed_leaves_the_first_alone(self):
        first = self.started()
        second, move = self.start_by_hand()
        self.wait_until(lambda: move("press", "close") == "yes", "it cannot be closed")
        self.assertEqual(second.wait(PATIENCE), 1)
        self.assertIsNone(first.poll())

    def test_a_second_start_can_be_terminated(self):
        first = self.started()
        second = self.start()
        self.assertIn("already open", second.stderr.readline())
        second.send_signal(signal.SIGTERM)
        self.assertEqual(second.wait(PATIENCE), 1)
        self.assertIsNone(first.poll())

    def test_a_first_one_without_a_window_is_told(self):
        serving = subprocess.Popen([PROGRAM, "--serve", "--data", str(self.data)], env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, serving)
        self.assertTrue(serving.stdout.readline())
        second, move = self.start_by_hand()
        self.wait_until(lambda: move("press", "show") == "yes", "it does not offer to show the first")
        self.wait_until(lambda: "has no window" in move("text", "sheetError"), "it does not say so")
        self.assertIsNone(second.poll())
        self.assertIsNone(serving.poll())

    def test_a_start_after_a_kill_opens_again(self):
        first = self.started()
        first.kill()
        first.wait()
        self.assertIsNone(self.started().poll())

    def test_everything_written_is_for_this_person_alone(self):
        process = self.started()
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        self.assertEqual(self.data.stat().st_mode & 0o777, 0o700)
        files = [path for path in self.data.iterdir() if path.is_file()]
        self.assertGreaterEqual(len(files), 4)
        for path in files:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path.name)

    def test_without_a_display_it_says_so(self):
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            self.environment.pop(name, None)
        process = self.start()
        self.assertEqual(process.wait(PATIENCE), 2)
        self.assertIn("--serve", process.stderr.read())

    def test_the_tour_ends_with_verified_and_twelve_pictures(self):
        pictures = pathlib.Path(self.folder.name, "pictures")
        process = self.start("--tour", "--pictures", str(pictures))
        words, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, words)
        self.assertEqual(words.split()[-1], "verified")
        self.assertEqual(len(list(pictures.glob("*.png"))), 12)
        secret = next(line for line in words.splitlines() if "whsec_" in line)
        self.assertIn("•", secret)


unittest.main()
