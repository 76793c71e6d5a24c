# SPDX-License-Identifier: MIT
"""How the program with its window starts, meets a second start and ends.

usage: window.py <waybill> <folder of plug-ins, with the hands> [Window | SecondStart | Endings]
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


class Program(unittest.TestCase):
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

    def start_by_hand(self, **variables):
        """A start whose buttons can be pressed: answers the process and what presses one."""
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE)
        self.addCleanup(ours.close)
        process = subprocess.Popen([PROGRAM, "--data", str(self.data)], pass_fds=[theirs.fileno()], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**self.environment, **variables, "QT_QPA_GENERIC_PLUGINS": "hands", "QT_PLUGIN_PATH": PLUGINS,
                                        "WAYBILL_HANDS": str(theirs.fileno())})
        theirs.close()
        self.addCleanup(self.end, process)

        def move(*words):
            ours.sendall(" ".join(words).encode() + b"\n")
            return ours.recv(65536).decode().strip()
        return process, move

    def move_until(self, move, words, wanted="yes"):
        self.wait_until(lambda: move(*words) == wanted, f"{words} did not answer {wanted}")

    def opened_by_hand(self, *moves):
        """A first start in which these moves were made; its secrets are in the sealed file."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        if not (self.data / "settings.ini").exists():
            (self.data / "settings.ini").write_text("[secrets]\nplace=1\n")
        process, move = self.start_by_hand()
        for words in moves:
            self.move_until(move, words)
        return process, move

    def ends_in_time(self, process, how):
        begun = time.monotonic()
        how()
        self.assertEqual(process.wait(PATIENCE), 0)
        self.assertLess(time.monotonic() - begun, 2)
        self.assertNotIn("did not end by itself", process.stderr.read())

    TO_THE_SECRET = [("press", "createFirstEndpoint"), ("press", "builtInReceiver"), ("press", "submit")]


class Window(Program):
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


class SecondStart(Program):
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

    def test_a_second_start_shows_the_first_at_once(self):
        first = self.started()
        begun = time.monotonic()
        second = self.start()
        self.assertEqual(second.wait(PATIENCE), 0)
        self.assertLess(time.monotonic() - begun, 1)
        self.assertEqual(second.stderr.read(), "")
        self.assertIsNone(first.poll())

    def test_a_second_start_hands_over_the_account_that_it_was_given(self):
        first, move = self.opened_by_hand()
        self.wait_until(lambda: list(pathlib.Path(self.folder.name, "run").glob("*.socket")), "no socket")
        self.environment.update(AUTOUSERS_API_KEY="ak_live_given", AUTOUSERS_BASE_URL="http://127.0.0.1:9")
        second = self.start()
        self.assertEqual(second.wait(PATIENCE), 0)
        self.wait_until(lambda: "Account of this run" in move("called", "accountSwitcher"),
                        "the account is not open")
        self.assertIsNone(first.poll())

    def test_what_is_no_visit_is_dropped(self):
        first = self.started()
        path = next(pathlib.Path(self.folder.name, "run").glob("*.socket"))
        for words in (b"", b"\n\n", b"waybill 1\nrun rm\n\n", b"waybill 2\n\n", b"a" * 100_000,
                      b"waybill 1\ntoken a b\n\n", b"waybill 1\nkey \xff\n\n"):
            with self.subTest(words=words[:40]), socket.socket(socket.AF_UNIX) as visitor:
                visitor.connect(str(path))
                visitor.settimeout(PATIENCE)
                try:
                    visitor.sendall(words)
                    self.assertEqual(visitor.recv(100), b"")
                except (BrokenPipeError, ConnectionResetError):
                    pass
        self.assertIsNone(first.poll())
        self.assertEqual(self.start().wait(PATIENCE), 0)

    def test_a_first_one_that_does_not_answer_is_asked_about(self):
        first = self.started()
        first.send_signal(signal.SIGSTOP)
        second, move = self.start_by_hand()
        self.move_until(move, ("text", "tryAgain"), "Try again")
        self.assertIn("already open", second.stderr.readline())
        first.send_signal(signal.SIGCONT)
        self.move_until(move, ("press", "tryAgain"))
        self.assertEqual(second.wait(PATIENCE), 0)
        self.assertIsNone(first.poll())

    def test_a_second_start_that_is_closed_or_ended_leaves_the_first_alone(self):
        serving = subprocess.Popen([PROGRAM, "--serve", "--data", str(self.data)], env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, serving)
        self.assertTrue(serving.stdout.readline())
        second, move = self.start_by_hand()
        self.move_until(move, ("press", "tryAgain"))
        self.wait_until(lambda: "does not answer" in move("text", "sheetError"), "it does not say so")
        self.move_until(move, ("press", "close"))
        self.assertEqual(second.wait(PATIENCE), 1)
        second = self.start()
        self.assertIn("already open", second.stderr.readline())
        second.terminate()
        self.assertEqual(second.wait(PATIENCE), 1)
        self.assertIsNone(serving.poll())


class Endings(Program):
    def test_it_ends_whatever_is_open(self):
        create, menu = ("press", "createFirstEndpoint"), ("press", "accountSwitcher")
        for name, moves in [("the sheet of a new endpoint", [create]), ("the settings", [("key", "Ctrl+,")]),
                            ("the help", [("key", "F1")]), ("the menu of the accounts", [menu])]:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                with self.subTest(name, signal=number.name):
                    process, _ = self.opened_by_hand(*moves)
                    self.ends_in_time(process, lambda: process.send_signal(number))
                    self.assertFalse(list(self.data.glob("*-wal")), "a database was not closed")
        for name, moves in [("the sheet of a new endpoint", [create]), ("the settings", [("key", "Ctrl+,")])]:
            for words in (("key", "Ctrl+Q"), ("quit",)):
                with self.subTest(name, words=words):
                    process, move = self.opened_by_hand(*moves)
                    self.ends_in_time(process, lambda: move(*words))

    def test_a_secret_that_was_on_the_screen_at_the_end_is_told_of_once(self):
        for how in ("signal", "key"):
            with self.subTest(how):
                moves = self.TO_THE_SECRET if how == "signal" else [("key", "Ctrl+N"), *self.TO_THE_SECRET[1:]]
                process, move = self.opened_by_hand(*moves)
                self.wait_until(lambda: move("text", "secretValue").startswith("whsec_"), "no secret")
                secret = move("text", "secretValue")
                self.ends_in_time(process, process.terminate if how == "signal" else lambda: move("key", "Ctrl+Q"))
                self.assertNotIn(secret, (self.data / "settings.ini").read_text())
                process, move = self.opened_by_hand()
                self.wait_until(lambda: "127.0.0.1" in move("text", "banner") or "rotate" in move("text", "banner"),
                                "it does not say so")
                self.move_until(move, ("press", "bannerAction"))
                self.wait_until(lambda: "Rotate secret" in move("text", "confirm").replace("&", ""), "no way out")
                self.ends_in_time(process, process.terminate)
                process, move = self.opened_by_hand()
                self.wait_until(lambda: move("text", "sendTestEvent") != "no", "no endpoint")
                self.assertEqual(move("text", "banner"), "no")
                self.ends_in_time(process, process.terminate)

    def test_a_signal_at_the_very_start_ends_it(self):
        for pause in (0, 0.01, 0.03, 0.1, 0.2):
            process = self.start()
            time.sleep(pause)  # The moment is the point of it.
            begun = time.monotonic()
            process.terminate()
            self.assertIn(process.wait(PATIENCE), (0, -signal.SIGTERM))  # Or before main().
            self.assertLess(time.monotonic() - begun, 2)

    def test_hanging_up_leaves_it_alone_under_nohup(self):
        process = subprocess.Popen(["nohup", PROGRAM, "--serve", "--data", str(self.data)], env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.addCleanup(self.end, process)
        self.assertTrue(process.stdout.readline())
        process.send_signal(signal.SIGHUP)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 0)

    def test_a_message_before_the_window_can_be_ended(self):
        self.data.mkdir()
        (self.data / "waybill.lock").mkdir()  # So the folder cannot be taken.
        process = self.start()
        self.assertIn("waybill.lock", process.stderr.readline())
        begun = time.monotonic()
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 1)
        self.assertLess(time.monotonic() - begun, 2)


unittest.main()
