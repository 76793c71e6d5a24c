# SPDX-License-Identifier: MIT
"""What is left of API keys and signing secrets after whole sessions of the real program, with its window and without.

Three promises, each with what it cannot promise:

- Files, output and /proc. Nothing that a session writes (data, settings, cache, state, temporary files, standard output
  and error, its command line, its environment) holds a key or a secret. The sealed file holds them encrypted.
- No core file. None is written, however Waybill dies; one that is forced (by a program that collects crashes, or by gcore)
  holds none of its memory. WAYBILL_CORE_DUMPS=1 switches that off, for developers. A debugger can still read memory.
- Memory, which is what such a core file would hold. What is in use has to be there: the key of an account that is open, the
  secrets that the receiver and the sandbox work with, for a minute what a person copied. It is there only as it is, not as
  it was shown, sent or signed with. A key that was refused or replaced is not there, and when an account is removed, none
  of its keys and secrets is left in any part of memory that a core file would hold. Of the sandbox's own secrets that is
  not said: it keeps them for a day, to repeat answers that were lost.

A secret counts as found in UTF-8, UTF-16 of either order, hexadecimal or base64. Its first characters are shown for good
(`secret_prefix` of the contract), so the end of it is what is looked for.

usage: secrecy.py <waybill> <folder of plug-ins> [unittest's options]
"""
import base64
import json
import mmap
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

PROGRAM, PLUGINS = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
STAND_IN = pathlib.Path(__file__).parent.parent / "standin" / "standin.py"
PATIENCE = 90  # seconds, on a busy machine with sanitizers


def spellings(secret):
    """How the end of a secret may look, by name."""
    end = secret[-16:].encode()
    # UTF-16 of one order is that of the other but for its first and last byte.
    yield "UTF-8", end
    yield "UTF-16", end.decode().encode("utf-16-le")[:-1]
    yield "hex", end.hex().encode()
    yield "HEX", end.hex().upper().encode()
    for before in range(3):  # Three ways to fall on base64's groups; what depends on the neighbours is left out.
        yield "base64", base64.b64encode(b"\0" * before + end)[4:-4]


def found_in(content, secrets):
    """"which secret (spelling)" → how often."""
    found = {}
    for which, secret in secrets.items():
        for spelling, piece in spellings(secret):
            if times := content.count(piece):
                found[f"{which} ({spelling})"] = found.get(f"{which} ({spelling})", 0) + times
    return found


def found_in_files(folder, secrets):
    found = {}
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            for what, times in found_in(path.read_bytes() + os.fsencode(path.name), secrets).items():
                found[f"{path.relative_to(folder)}: {what}"] = times
    return found


def found_in_large_file(path, secrets):
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as content:
        return {which for which, secret in secrets.items() if content.find(secret[-16:].encode()) >= 0}


class Memory:
    """All that a core file would hold of a process, read while it stands still."""

    # A sanitizer's notes about memory, many terabytes with nothing of the program in them.
    LARGEST = 1 << 36
    CHUNK = 16 << 20

    def __init__(self, process):
        self.process = process

    def parts(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/maps").read_text().splitlines():
            start, end, rights, file = re.match(r"(\w+)-(\w+) (\S+) \S+ \S+ \S+\s*(.*)", line).groups()
            start, end = int(start, 16), int(end, 16)
            is_a_file_as_it_is = file.startswith("/") and "w" not in rights
            if "r" in rights and not is_a_file_as_it_is and file not in ("[vvar]", "[vsyscall]") and end - start < self.LARGEST:
                yield start, end

    def search(self, secrets):
        found, searched = {}, 0
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            with open(f"/proc/{self.process.pid}/mem", "rb", buffering=0) as memory:
                for start, end in self.parts():
                    for at in range(start, end, self.CHUNK):
                        try:
                            memory.seek(at)
                            content = memory.read(min(self.CHUNK + 256, end - at))
                        except OSError:
                            continue  # Reserved, with nothing behind it.
                        searched += len(content)
                        if content.count(0) == len(content):
                            continue
                        for what, times in found_in(content, secrets).items():
                            found[what] = found.get(what, 0) + times
        finally:
            os.kill(self.process.pid, signal.SIGCONT)
        assert searched > 1 << 20, "hardly anything could be read"
        return found


class StandIn:
    """The real account, for tests."""

    def __init__(self, *options):
        self.process = subprocess.Popen([sys.executable, STAND_IN, "--until-stdin-closes", *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        ready = json.loads(self.process.stdout.readline())
        self.base_url, self.control_url, self.key = ready["base_url"], ready["control_url"], ready["key"]

    def control(self, method, path, body=None):
        request = urllib.request.Request(self.control_url + path, method=method, data=json.dumps(body or {}).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def end(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Session(unittest.TestCase):
    """One run of Waybill in a home of its own; whatever it writes is in there."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.home = pathlib.Path(temporary.name)
        self.secrets = {}
        places = {"HOME": "home", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache",
                  "XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run", "TMPDIR": "tmp"}
        self.environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QPA_GENERIC_PLUGINS": "hands",
                            "QT_PLUGIN_PATH": PLUGINS, "WAYBILL_CORE_DUMPS": "1"}
        for name in ("DBUS_SESSION_BUS_ADDRESS", "AUTOUSERS_API_KEY", "AUTOUSERS_BASE_URL"):
            self.environment.pop(name, None)
        for name, folder in places.items():
            (self.home / folder).mkdir(mode=0o700)
            self.environment[name] = str(self.home / folder)
        # There is no keychain; the person chose the sealed file before.
        (self.home / "config" / "waybill").mkdir()
        (self.home / "config" / "waybill" / "waybill.conf").write_text("[secrets]\nplace=1\n")

    def start(self, *options):
        ours, theirs = socket.socketpair()
        self.environment["WAYBILL_HANDS"] = str(theirs.fileno())
        with open(self.home / "output", "ab") as output:
            self.process = subprocess.Popen([PROGRAM, *options], env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL,
                                            stdout=output, stderr=output, pass_fds=[theirs.fileno()])
        theirs.close()
        ours.settimeout(PATIENCE)
        self.hands = ours
        self.addCleanup(self.end)

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self.hands.close()
        return code

    def stand_in(self, *options):
        account = StandIn(*options)
        self.addCleanup(account.end)
        return account

    def move(self, *words):
        self.hands.sendall(" ".join(map(str, words)).encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            more = self.hands.recv(65536)
            self.assertTrue(more, f"It ended at: {words[:2]}\n" + (self.home / "output").read_text(errors="replace")[-3000:])
            answer += more
        return answer.decode().strip()

    def wait_until(self, condition, what):
        deadline = time.monotonic() + PATIENCE
        while not (result := condition()):
            self.assertIsNone(self.process.poll(), f"It ended before: {what}")
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)
        return result

    def do(self, *words):
        """A move, as soon as it can be done."""
        answers = self.wait_until(lambda: (answer := self.move(*words)) != "no" and [answer], " ".join(map(str, words[:2])))
        return answers[0]

    def see(self, part, *words):
        """Waits until the answer to a move holds this."""
        answer = ""

        def holds():
            nonlocal answer
            answer = self.move(*words)
            return part in answer

        try:
            self.wait_until(holds, part)
        except AssertionError as error:
            raise AssertionError(f"“{part}” is not in what “{' '.join(words)}” answers: {answer}") from error
        return answer

    def take_secret(self, name):
        secret = self.see("whsec_", "text", "secretValue")
        self.secrets[name] = secret
        self.do("press", "copySecret")
        self.do("press", "done")
        return secret

    def create(self, name):
        self.do("press", "createEndpoint")
        self.do("press", "builtInReceiver")
        self.do("type", "name", name)
        self.do("press", "submit")
        self.take_secret(f"secret of {name}")
        self.see(name, "called", "endpointName")

    def rotate(self, name):
        self.do("tab", "endpointTabs", 2)
        self.do("press", "rotateSecretButton")
        self.do("press", "confirm")
        self.take_secret(f"rotated secret of {name}")
        self.do("tab", "endpointTabs", 0)

    def deliver(self):
        self.do("press", "sendTestEvent")
        self.see("Delivered", "row", "latestDeliveries", 0)

    def replay(self):
        self.do("open", "latestDeliveries", 0)
        self.do("tab", "deliveryTabs", 3)
        self.see("Verified", "text", "signatureVerdict")
        self.do("press", "replay")
        self.see("Delivered · replay", "row", "deliveriesTable", 0)
        self.do("key", "Ctrl+1")

    def work_with(self, name):
        """What a person does with an endpoint in one session."""
        self.create(name)
        self.deliver()
        self.rotate(name)
        self.deliver()
        self.replay()

    def connect(self, account, key):
        self.do("press", "accountSwitcher")
        self.do("pick", "addAccount")
        self.do("type", "apiKey", key)
        self.do("type", "accountName", "My team")
        self.do("press", "foldHost")
        self.do("type", "baseUrl", account.base_url)
        self.do("press", "submit")

    def of_proc(self):
        """What other programs of the same person could always read."""
        return b"".join(pathlib.Path(f"/proc/{self.process.pid}/{name}").read_bytes() for name in ("cmdline", "environ"))

    def assert_nothing_is_written(self):
        self.assertGreater(len(self.secrets), 1)
        files = [path for path in self.home.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 5)
        self.assertEqual(found_in_files(self.home, self.secrets), {})

    def memory(self, *names):
        return Memory(self.process).search({name: self.secrets[name] for name in names or self.secrets})

    def assert_memory_comes_to(self, expected, *names):
        """That this is found, as soon as what the program is still busy with has ended."""
        deadline = time.monotonic() + PATIENCE
        while set(found := self.memory(*names)) != expected and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(set(found), expected, found)


class Window(Session):
    def test_a_session_writes_no_key_and_no_secret_and_memory_holds_none_of_an_account_that_was_removed(self):
        account = self.stand_in()
        self.secrets["first key"] = account.key
        self.start()
        self.work_with("Sandbox alerts")
        self.secrets["wrong key"] = "ak_live_" + "NotAKeyOfThisAccount42" * 2
        self.connect(account, self.secrets["wrong key"])
        self.do("text", "sheetError")
        self.do("type", "apiKey", account.key)
        self.do("press", "submit")
        self.see("My team", "called", "accountSwitcher")
        self.work_with("Account alerts")
        endpoint = account.control("GET", "/truth/endpoints")["data"][0]["id"]
        issued = account.control("GET", f"/secrets/{endpoint}")["secrets"]
        self.assertEqual(issued, [self.secrets["rotated secret of Account alerts"], self.secrets["secret of Account alerts"]])
        # Not found, refused, and a new key.
        account.control("DELETE", f"/endpoints/{endpoint}")
        self.do("press", "sendTestEvent")
        self.secrets["second key"] = account.control("POST", "/keys")["key"]
        account.control("DELETE", "/keys", {"key": account.key})
        self.do("key", "F5")
        self.see("needs a new key", "called", "accountSwitcher")
        self.do("press", "accountSwitcher")
        self.do("pick", "replaceKey")
        self.do("type", "apiKey", self.secrets["second key"])
        self.do("press", "submit")
        self.see("ready", "called", "accountSwitcher")
        self.do("copy", "something else")
        self.assert_nothing_is_written()
        self.assertEqual(found_in(self.of_proc(), self.secrets), {})
        # The search finds what is in use, and finds nothing of it in a form in which it is only shown or sent.
        self.assert_memory_comes_to({"second key (UTF-8)"}, "second key", "first key", "wrong key")

        self.do("press", "accountSwitcher")
        self.do("pick", "removeAccount")
        self.do("press", "confirm")
        self.see("Sandbox", "called", "accountSwitcher")
        of_the_account = [name for name in self.secrets if "Sandbox" not in name]
        self.assert_memory_comes_to(set(), *of_the_account)
        # For a day the sandbox repeats answers that were lost, and needs its secrets for them, whatever is deleted.
        of_the_sandbox = [name for name in self.secrets if "Sandbox" in name]
        self.assert_memory_comes_to({f"{name} (UTF-8)" for name in of_the_sandbox}, *of_the_sandbox)
        self.assertEqual(self.end(), 0)
        self.assert_nothing_is_written()


class AccountOfTheEnvironment(Session):
    def give(self, key, base_url):
        self.secrets["key"] = key
        self.environment.update(AUTOUSERS_API_KEY=key, AUTOUSERS_BASE_URL=base_url)

    def copies(self):
        return [path.name for path in self.home.rglob("history-run-*")]

    def test_it_is_connected_for_this_run_and_its_key_is_nowhere_not_even_in_the_environment(self):
        account = self.stand_in()
        self.give(account.key, account.base_url)
        self.start()
        self.see("Account of this run", "called", "accountSwitcher")
        self.see("ready", "called", "accountSwitcher")
        self.work_with("Account alerts")
        self.assertEqual(len(account.control("GET", "/truth/endpoints")["data"]), 1)
        self.assertIn(b"AUTOUSERS_BASE_URL", self.of_proc())
        self.assertEqual(found_in(self.of_proc(), self.secrets), {})
        self.assert_nothing_is_written()
        self.assertEqual(self.end(), 0)
        self.assert_nothing_is_written()

    def test_the_copy_of_its_log_goes_with_the_run(self):
        account = self.stand_in()
        self.give(account.key, account.base_url)
        self.start()
        self.see("ready", "called", "accountSwitcher")
        self.assertTrue(self.copies())
        self.assertEqual(self.end(), 0)
        self.assertEqual(self.copies(), [])

    def test_the_copy_of_a_run_that_was_killed_goes_with_the_next_start(self):
        account = self.stand_in()
        self.give(account.key, account.base_url)
        self.start()
        self.see("ready", "called", "accountSwitcher")
        self.end(signal.SIGKILL)
        self.assertTrue(self.copies())
        del self.environment["AUTOUSERS_API_KEY"]
        self.start()
        self.wait_until(lambda: not self.copies(), "the copy went")

    def test_its_address_is_refused_with_words_unless_it_is_https_or_this_computer(self):
        for number, (base_url, words) in enumerate({
            "http://autousers.example/api/v1": "https",
            "ftp://127.0.0.1/": "https",
            "https://name:word@autousers.example/": "name",
        }.items()):
            with self.subTest(base_url):
                self.give(f"ak_live_AddressThatIsRefused{number}Key", base_url)
                self.start()
                self.assertEqual(self.process.wait(PATIENCE), 2)
                self.assertIn(words, (self.home / "output").read_text().splitlines()[-1])
                self.assertEqual(self.copies(), [])
                self.assertEqual(found_in_files(self.home, self.secrets), {})


class Served(Session):
    def call(self, method, path, body=None, key=None):
        request = urllib.request.Request(
            self.base_url + path, method=method, data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {key or self.secrets['key']}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as answer:
            return answer.code, json.loads(answer.read())

    def test_a_served_session_writes_no_key_and_no_secret(self):
        self.secrets["key"] = self.environment["AUTOUSERS_API_KEY"] = "ak_live_KeyOfTheServedAccount0815"
        self.secrets["wrong key"] = "ak_live_NotTheKeyOfTheServedAccount"
        self.start("--serve")
        output = self.home / "output"
        self.wait_until(lambda: output.read_bytes().endswith(b"}\n"), "ready")
        ready = json.loads(output.read_text().splitlines()[-1])
        self.base_url = ready["base_url"]
        status, endpoint = self.call("POST", "/webhooks", {"url": ready["receiver_url"], "enabled_events": ["*"]})
        self.assertEqual(status, 201)
        self.secrets["secret"] = endpoint["secret"]
        path = f"/webhooks/{endpoint['id']}"
        self.secrets["rotated secret"] = self.call("POST", path + "/rotate-secret")[1]["secret"]
        delivery = self.call("POST", path + "/test", {})[1]["delivery_id"]
        self.wait_until(lambda: self.call("GET", f"/webhooks/deliveries/{delivery}")[1]["status"] == "delivered", "delivered")
        self.assertEqual(self.call("POST", f"/webhooks/deliveries/{delivery}/retry")[0], 202)
        self.assertEqual(self.call("GET", "/webhooks", key=self.secrets["wrong key"])[0], 401)
        self.assertEqual(self.call("GET", "/webhooks/whe_nothing")[0], 404)
        self.assertEqual(found_in(self.of_proc(), self.secrets), {})
        self.assert_nothing_is_written()
        self.assertEqual(self.end(), 0)
        self.assert_nothing_is_written()


class CoreFile(Session):
    def setUp(self):
        super().setUp()
        limit = resource.getrlimit(resource.RLIMIT_CORE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, limit)
        resource.setrlimit(resource.RLIMIT_CORE, (limit[1], limit[1]))
        self.limit_of_this_system = limit[1]
        # A sanitizer would forbid core files by itself.
        self.environment["ASAN_OPTIONS"] = "disable_coredump=0"

    def abort(self):
        """Whether the system wrote a core file, wherever it puts them."""
        os.kill(self.process.pid, signal.SIGABRT)
        _, status = os.waitpid(self.process.pid, 0)
        self.process.returncode = -signal.SIGABRT
        self.hands.close()
        self.assertEqual(os.WTERMSIG(status), signal.SIGABRT)
        return os.WCOREDUMP(status)

    def limits(self):
        return resource.prlimit(self.process.pid, resource.RLIMIT_CORE)

    def cores(self):
        return list(self.home.glob("core*"))

    def assert_this_system_wrote_one(self, wrote):
        if self.limit_of_this_system != 0:
            self.assertTrue(wrote)
            if not pathlib.Path("/proc/sys/kernel/core_pattern").read_text().startswith(("|", "/")):
                self.assertEqual(len(self.cores()), 1)

    def test_waybill_is_written_to_no_core_file(self):
        del self.environment["WAYBILL_CORE_DUMPS"]
        self.start()
        self.create("Sandbox alerts")
        self.assertEqual(self.limits()[0], 0)
        self.abort()
        self.assertEqual(self.cores(), [])

    def test_a_core_file_that_is_forced_holds_nothing_not_even_what_was_in_use(self):
        del self.environment["WAYBILL_CORE_DUMPS"]
        self.start()
        self.create("Sandbox alerts")
        self.assertEqual(int(pathlib.Path(f"/proc/{self.process.pid}/coredump_filter").read_text(), 16), 0)
        resource.prlimit(self.process.pid, resource.RLIMIT_CORE, (self.limits()[1], self.limits()[1]))
        self.assert_this_system_wrote_one(self.abort())
        for core in self.cores():
            self.assertEqual(found_in_large_file(core, self.secrets), set())

    def test_a_developer_gets_one_that_holds_what_was_in_use(self):
        self.start()
        self.create("Sandbox alerts")
        self.assert_this_system_wrote_one(self.abort())
        for core in self.cores():
            self.assertEqual(found_in_large_file(core, self.secrets), set(self.secrets))


class Planted(Session):
    """The search finds what it is there to find."""

    def setUp(self):
        super().setUp()
        self.secrets["planted"] = "whsec_ThisOneWasPlantedByTheTest0042"

    def test_every_spelling_in_a_file_of_any_folder(self):
        secret = self.secrets["planted"]
        for where, content in {
            "data/waybill/history.sqlite-wal": b"\0\1" + secret.encode() + b"\2",
            "config/waybill/waybill.conf": b"secret=" + secret.encode(),
            "cache/one": b"x" + secret.encode("utf-16-le"),
            "state/two": b"x" + secret.encode("utf-16-be"),
            "tmp/three": secret.encode().hex().encode(),
            "tmp/four": secret.encode().hex().upper().encode(),
            "tmp/five": base64.b64encode(b"user:" + secret.encode()),
            "tmp/six": base64.b64encode(b"user1:" + secret.encode() + b"."),
            "tmp/seven": base64.urlsafe_b64encode(b"user12:" + secret.encode() + b".."),
            f"tmp/{secret}": b"",
        }.items():
            with self.subTest(where):
                path = self.home / where
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                found = found_in_files(self.home, self.secrets)
                path.unlink()
                self.assertTrue(found)

    def test_a_secret_on_standard_error(self):
        self.start()
        self.do("say", self.secrets["planted"])
        self.assertEqual(list(found_in_files(self.home, self.secrets)), ["output: planted (UTF-8)"])

    def test_a_secret_that_is_kept_in_memory(self):
        self.start()
        self.do("text", "createEndpoint")
        self.assertEqual(self.memory(), {})
        self.do("keep", self.secrets["planted"])
        self.assert_memory_comes_to({"planted (UTF-8)"}, "planted")

    def test_a_secret_in_the_environment_and_on_the_command_line(self):
        self.environment["OTHER"] = self.secrets["planted"]
        self.start()
        self.assertEqual(found_in(self.of_proc(), self.secrets), {"planted (UTF-8)": 1})


if __name__ == "__main__":
    unittest.main()
