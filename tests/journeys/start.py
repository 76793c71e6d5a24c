# SPDX-License-Identifier: MIT
"""What Waybill is given when it starts - options, variables, files that are there already - and whose folder it is.

usage: start.py <waybill>
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

PROGRAM = sys.argv.pop(1)
PATIENCE = 30  # seconds, on a busy machine with sanitizers


class Start(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"
        self.home = self.folder / "home"
        self.home.mkdir()
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700)
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(self.home),
                            "XDG_RUNTIME_DIR": str(runtime), "QT_QPA_PLATFORM": "offscreen"}

    def begin(self, *options, **variables):
        environment = {**self.environment, **variables}
        process = subprocess.Popen([PROGRAM, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={name: value for name, value in environment.items() if value is not None})
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.communicate()

    def serving(self, *options, **variables):
        """A `--serve` that is ready, and its addresses."""
        process = self.begin("--serve", *options, **variables)
        line = process.stdout.readline()
        self.assertTrue(line, process.stderr.read() if process.poll() is not None else "no address")
        return process, json.loads(line)

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0)

    def files(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))

    def assert_refused(self, *options, says="", status=2, **variables):
        before = self.files()
        process = self.begin(*options, **variables)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.fail(f"it started: {options} {variables}")
        words = err.decode()
        self.assertEqual(process.returncode, status, f"{options} {variables}: {words}")
        self.assertEqual(out, b"")
        self.assertEqual(words.count("\n"), 1, words)
        self.assertIn(says, words)
        self.assertEqual(self.files(), before, "something was touched")

    # --- Values

    def test_an_option_that_cannot_be_right_is_refused(self):
        there = self.folder / "there"
        there.write_text("")
        data = ("--data", str(self.data))
        serve = ("--serve", *data)
        for options, says in [
                ((*serve, "--port", "0"), "--port"), ((*serve, "--port", "70000"), "--port"),
                ((*serve, "--port", "abc"), "--port"), ((*serve, "--port", ""), "--port"),
                ((*serve, "--port", " 80"), "--port"), ((*serve, "--port", "+80"), "--port"),
                ((*serve, "--port", "80\n"), "--port"), ((*serve, "--port", "0x50"), "--port"),
                ((*serve, "--port", "-1"), "--port"), ((*serve, "--port", "٨٠"), "--port"),
                ((*serve, "--plan", "gold"), "--plan"), ((*serve, "--plan", ""), "--plan"),
                ((*serve, "--plan", "Pro"), "--plan"),
                ((*serve, "--scopes", "webhooks:raed"), "--scopes"), ((*serve, "--scopes", ""), "--scopes"),
                ((*serve, "--scopes", "webhooks:read,,events:read"), "--scopes"), ((*serve, "--scopes", " "), "--scopes"),
                (("--serve", "--data", ""), "--data"), (("--data", ""), "--data"), (("--data", "   "), "--data"),
                (("--serve", "--data", f"{self.data}\n"), "--data"), (("--serve", "--data", "a\x1b[2Jb"), "--data"),
                (("--serve", "--data", str(there)), "folder"), (("--data", str(there)), "folder"),
                (("--serve", "--data", str(there / "below")), "folder"),
                ((*serve, "--key-file", ""), "--key-file"), ((*serve, "--key-file", str(self.home)), "folder"),
                ((*serve, "--key-file", str(self.folder / "none" / "key")), "folder"),
                (("--tour", "--pictures", ""), "--pictures"), (("--tour", "--pictures", str(there)), "folder"),
                (("--tour", "--pictures", str(self.folder / "p"), "--serve"), "--serve"),
                ((*serve, "--pictures", str(self.folder / "p")), "--pictures"), (("--port", "80"), "--serve"),
                ((*serve, *data), "twice"), ((*serve, "--serve"), "twice"), ((*serve, "--port", "1", "--port=2"), "twice"),
                ((*serve, "something"), "something"), ((*serve, ""), ""), ((*serve, "--bring-events=1"), "bring-events"),
                ((*serve, "--unknown"), "unknown"), (("--serve", "--data"), "data"),
                ((*serve, "--bring-events"), "AUTOUSERS_API_KEY")]:
            with self.subTest(options=options):
                self.assert_refused(*options, says=says, status=1 if options[-1] == str(there / "below") else 2)

    def test_bytes_that_are_not_utf8_are_refused(self):
        self.assert_refused("--serve", "--data", os.fsencode(self.folder) + b"/\xff", says="UTF-8")
        self.assert_refused("--serve", HOME=os.fsencode(self.folder) + b"/\xff", says="HOME")
        self.assert_refused("--serve", "--bring-events", "--data", str(self.data), AUTOUSERS_API_KEY="ak_live_a",
                            AUTOUSERS_BASE_URL=b"http://\xff", says="AUTOUSERS_BASE_URL")

    def test_a_key_comes_without_what_stands_around_it(self):
        for around in ("", "\n", "\r\n", " ", "\t\n"):
            with self.subTest(around=around):
                process, addresses = self.serving("--data", str(self.data), AUTOUSERS_API_KEY=f"ak_live_secret{around}")
                request = urllib.request.Request(addresses["base_url"] + "/auth/whoami",
                                                 headers={"Authorization": "Bearer ak_live_secret"})
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    self.assertEqual(answer.status, 200)
                self.stop(process)

    def test_a_key_that_nobody_can_send_is_refused(self):
        for key in (" ", "\n", "ak_live a", "ak_live\nb", "ak_\x1b[1m", "ak_é", b"ak_\xff", "a" * 300):
            with self.subTest(key=key):
                self.assert_refused("--serve", "--data", str(self.data), AUTOUSERS_API_KEY=key, says="AUTOUSERS_API_KEY")
        for key in ("whsec_abc", "secret"):
            self.assert_refused("--data", str(self.data), AUTOUSERS_API_KEY=key, says="AUTOUSERS_API_KEY")
        for address in ("ftp://a", "nonsense", "http://a/?b"):
            self.assert_refused("--data", str(self.data), AUTOUSERS_API_KEY="ak_live_a", AUTOUSERS_BASE_URL=address,
                                says="AUTOUSERS_BASE_URL")

    def test_core_files_are_allowed_by_a_clear_yes_only(self):
        for value in ("no", "true", " 1", "1\n"):
            self.assert_refused("--serve", "--data", str(self.data), WAYBILL_CORE_DUMPS=value, says="WAYBILL_CORE_DUMPS")

    def test_a_home_that_is_none_is_refused(self):
        for name, home in (("relative", "home"), ("missing", str(self.folder / "none")), ("no folder", "/dev/null")):
            with self.subTest(name):
                self.assert_refused("--serve", HOME=home, says="HOME")
                self.assert_refused(HOME=home, says="HOME")
        self.assert_refused("--serve", XDG_DATA_HOME="data", says="XDG_DATA_HOME")
        self.assert_refused(XDG_CONFIG_HOME="config", says="XDG_CONFIG_HOME")

    def test_with_a_folder_of_its_own_no_home_is_needed(self):
        for home in (None, "", "relative", "/nonexistent"):
            with self.subTest(home=home):
                process, _ = self.serving("--data", str(self.data), HOME=home)
                self.stop(process)

    def test_settings_that_cannot_be_right_are_refused_and_left(self):
        self.data.mkdir()
        settings = self.data / "settings.ini"
        for content, says in [
                (b"\x00\x01\x02", "damaged"), (b"[window\nmode=1\n", "damaged"), (b"[window]\nmode=\xff\xfe\n", "damaged"),
                (b"just words\n", "damaged"), (b"[window]\nmode=dark\n", "window/mode"),
                (b"[window]\ngeometry=5\n", "window/geometry"), (b"[secrets]\nplace=99\n", "secrets/place"),
                (b"[accounts]\nsize=-5\n", "accounts/size"), (b"[accounts]\nsize=1\n1\\id=a\n1\\baseUrl=file:///etc\n", "baseUrl"),
                (b"[settings]\nversion=2\n", "newer"), (b"[settings]\nversion=two\n", "settings/version")]:
            with self.subTest(content=content):
                settings.write_bytes(content)
                self.assert_refused("--data", str(self.data), says=says)
                self.assertEqual(settings.read_bytes(), content)
        settings.unlink()
        os.mkfifo(settings)
        self.assert_refused("--data", str(self.data), says="no file")
        settings.unlink()
        settings.mkdir()
        self.assert_refused("--data", str(self.data), says="no file")

    def test_foreign_text_is_one_line_on_standard_error(self):
        process = self.begin("--serve", "a\nb\x1b[31m\u202ec\u2028d")
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(err.decode().splitlines(), ["Waybill does not know what to do with “a\\nb\\x1b[31m\\u{202e}c\\u{2028}d”."])

    def test_a_display_that_is_not_there_is_said(self):
        process = self.begin("--data", str(self.data), QT_QPA_PLATFORM="xcb", DISPLAY=":4711")
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 2)
        self.assertIn("waybill --serve", err.decode().splitlines()[-1])

    # --- What was there before

    def test_a_folder_that_was_there_keeps_its_mode(self):
        for mode in (0o1777, 0o2775, 0o755, 0o700):
            with self.subTest(mode=oct(mode)):
                self.data.mkdir()
                self.data.chmod(mode)
                process, _ = self.serving("--data", str(self.data))
                self.stop(process)
                self.assertEqual(stat.S_IMODE(self.data.stat().st_mode), mode)
                for path in self.data.iterdir():
                    self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path.name)
                shutil.rmtree(self.data)

    def test_a_new_folder_is_for_this_person_alone(self):
        process, _ = self.serving("--data", str(self.data / "a" / "b"))
        self.stop(process)
        for folder in (self.data, self.data / "a", self.data / "a" / "b"):
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)

    def test_a_key_file_that_was_there_is_refused_or_used_as_it_is(self):
        key = self.folder / "key"
        for content, mode, says in [("", 0o644, "Others"), ("ak_live_a\n", 0o640, "Others"),
                                    ("-----BEGIN\nsomething\n", 0o600, "something else")]:
            with self.subTest(content=content):
                key.write_text(content)
                key.chmod(mode)
                self.assert_refused("--serve", "--data", str(self.data), "--key-file", str(key), says=says)
                self.assertEqual((key.read_text(), stat.S_IMODE(key.stat().st_mode)), (content, mode))
                key.unlink()
        number = None
        for _ in range(2):
            process, _ = self.serving("--data", str(self.data), "--key-file", str(key))
            self.assertRegex(key.read_text(), r"^ak_live_\w+\n$")
            self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
            self.assertIn(number, (None, key.stat().st_ino))
            number = key.stat().st_ino
            self.stop(process)

    def test_a_pipe_or_a_device_stays_what_it_is(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe, 0o644)
        process, _ = self.serving("--data", str(self.data), "--key-file", str(pipe))
        with pipe.open() as reader:  # Nobody read when it started.
            self.assertRegex(reader.read(), r"^ak_live_\w+\n$")
        self.assertTrue(stat.S_ISFIFO(pipe.stat().st_mode))
        self.assertEqual(stat.S_IMODE(pipe.stat().st_mode), 0o644)
        self.stop(process)
        process, _ = self.serving("--data", str(self.data), "--key-file", "/dev/null")
        self.stop(process)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        process = self.begin("--serve", "--data", str(self.data), "--key-file", "/dev/stdout")
        self.assertRegex(process.stdout.readline().decode(), r"^ak_live_\w+\n$")
        self.assertIn("base_url", process.stdout.readline().decode())
        self.stop(process)

    def test_a_link_of_somebody_else_is_not_followed(self):
        if os.geteuid() != 0:
            return  # Only root can plant one in another's name.
        nobody = 65534
        target = self.folder / "target"
        link = self.folder / "key"
        link.symlink_to(target)
        os.lchown(link, nobody, nobody)
        self.assert_refused("--serve", "--data", str(self.data), "--key-file", str(link), says="somebody else")
        folder = self.folder / "linked"
        folder.symlink_to(self.home)
        os.lchown(folder, nobody, nobody)
        self.assert_refused("--serve", "--data", str(folder), says="somebody else", status=1)
        self.assertFalse(target.exists())

    def test_a_database_that_is_no_file_is_refused(self):
        elsewhere = self.folder / "elsewhere"
        elsewhere.write_bytes(b"")
        for make in (lambda path: path.symlink_to(elsewhere), os.mkfifo, lambda path: path.mkdir()):
            for name in ("sandbox.sqlite", "waybill.lock"):
                self.data.mkdir()
                make(self.data / name)
                process = self.begin("--serve", "--data", str(self.data))
                _, err = process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, 1)
                self.assertIn(name, err.decode())
                self.assertEqual(elsewhere.read_bytes(), b"")
                shutil.rmtree(self.data)

    # --- Whose folder it is

    def test_twenty_at_once_give_one_engine(self):
        processes = [self.begin("--serve", "--data", str(self.data)) for _ in range(20)]
        deadline = time.monotonic() + PATIENCE
        while sum(process.poll() is None for process in processes) > 1:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        left = [process for process in processes if process.poll() is None]
        self.assertEqual(len(left), 1)
        self.assertTrue(left[0].stdout.readline())
        for process in processes:
            if process is not left[0]:
                self.assertIn("Another Waybill", process.stderr.read().decode())
        self.stop(left[0])

    def test_it_starts_after_a_kill_whatever_number_the_lock_file_holds(self):
        process, _ = self.serving("--data", str(self.data))
        self.end(process)
        for number in (os.getpid(), 1):
            (self.data / "waybill.lock").write_text(f"{number}\nwaybill\n{socket.gethostname()}\n\n\n")
            process, _ = self.serving("--data", str(self.data))
            self.end(process)

    def test_a_copied_folder_is_another_one(self):
        process, _ = self.serving("--data", str(self.data))
        shutil.copytree(self.data, self.folder / "copy")
        other, _ = self.serving("--data", str(self.folder / "copy"))
        self.stop(other)
        self.stop(process)

    def test_the_lock_goes_with_the_folder_and_not_with_its_name(self):
        process, _ = self.serving("--data", str(self.data))
        (self.data / "waybill.lock").unlink()
        self.assert_in_use(self.data)
        link = self.folder / "link"
        link.symlink_to(self.data)
        self.assert_in_use(link)
        self.data.rename(self.folder / "moved")
        self.assert_in_use(self.folder / "moved")
        self.stop(process)

    def assert_in_use(self, folder):
        process = self.begin("--serve", "--data", str(folder))
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertIn("Another Waybill", err.decode())

    def test_a_folder_that_is_made_again_has_one_engine_only(self):
        first, addresses = self.serving("--data", str(self.data), "--key-file", str(self.folder / "key"))
        key = (self.folder / "key").read_text().strip()
        self.assertEqual(self.create(addresses, key), 201)
        self.data.rename(self.folder / "gone")
        shutil.copytree(self.folder / "gone", self.data)
        second, others = self.serving("--data", str(self.data), "--key-file", str(self.folder / "key2"))
        other = (self.folder / "key2").read_text().strip()
        self.assertEqual(self.create(others, other), 201)
        self.assertIn(self.create(addresses, key), (500, 503))
        self.assertEqual(self.count(others, other), 2)
        self.assertIn("moved away", first.stderr.readline().decode())
        self.stop(first)
        self.assertEqual(self.create(others, other), 201)
        self.stop(second)

    @staticmethod
    def create(addresses, key):
        request = urllib.request.Request(
            addresses["base_url"] + "/webhooks", b'{"url":"http://127.0.0.1:9/","enabled_events":["*"]}',
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    @staticmethod
    def count(addresses, key):
        request = urllib.request.Request(addresses["base_url"] + "/webhooks", headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return len(json.load(answer)["data"])


unittest.main()
