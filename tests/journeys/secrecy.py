# SPDX-License-Identifier: MIT
"""What is left of API keys and signing secrets after whole sessions of the real program, with its window and without.

Three promises, each with what it cannot promise:

- Files, output and /proc. Nothing that a session writes (data, settings, cache, state, temporary files, standard output
  and error, its command line, its environment) holds a key or a secret. The sealed file holds them encrypted.
- No core file. Waybill is written to none, however it dies, and no other program of the same person reads its memory.
  WAYBILL_CORE_DUMPS=1 switches that off, for developers.
- Memory, which is what a core file would hold. What is in use has to be there. When an account is removed or an endpoint
  is deleted, no copy of its key or secret is left in any part of memory that a core file would hold.

A secret counts as found in UTF-8, UTF-16 of either order, hexadecimal or base64. Its first characters are shown for good
(`secret_prefix` of the contract), so the end of it is what is looked for.

usage: secrecy.py <waybill> <folder of plug-ins> [unittest's options]
"""
import base64
import ctypes
import json
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
import urllib.request

PROGRAM, PLUGINS = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
STAND_IN = pathlib.Path(__file__).parent.parent / "standin" / "standin.py"
PATIENCE = 30  # seconds, on a busy machine with sanitizers
CONNECTED_BY_ENVIRONMENT = "Account of this run"


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
                yield start, end, file

    def search(self, secrets):
        found, searched = {}, 0
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            with open(f"/proc/{self.process.pid}/mem", "rb", buffering=0) as memory:
                for start, end, file in self.parts():
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
                            where = f"{file or 'memory'}: {what}"
                            found[where] = found.get(where, 0) + times
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
            self.assertLess(time.monotonic(), deadline, what + " " + self.move("picture", "/tmp/proof_stuck.png"))
            time.sleep(0.02)
        return result

    def do(self, *words):
        """A move, as soon as it can be done."""
        answers = self.wait_until(lambda: (answer := self.move(*words)) != "no" and [answer], " ".join(map(str, words[:2])))
        return answers[0]

    def see(self, part, *words):
        return self.wait_until(lambda: part in (answer := self.move(*words)) and answer, f"{part} in {words}")

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
        return Memory(self.process).search({name: self.secrets[name] for name in names} if names else self.secrets)


class Window(Session):
    def test_a_whole_session_writes_no_key_and_no_secret_and_a_removed_account_is_in_no_memory(self):
        account = self.stand_in()
        self.secrets["first key"] = account.key
        self.start()
        self.work_with("Sandbox alerts")
        wrong = self.secrets["wrong key"] = "ak_live_" + "NotAKeyOfThisAccount42" * 2
        self.connect(account, wrong)
        self.see("", "text", "sheetError")
        self.do("type", "apiKey", account.key)
        self.do("press", "submit")
        self.see("My team", "called", "accountSwitcher")
        self.work_with("Account alerts")
        endpoint = account.control("GET", "/truth/endpoints")["data"][0]["id"]
        for number, secret in enumerate(account.control("GET", f"/secrets/{endpoint}")["secrets"]):
            self.secrets[f"secret {number} by the account"] = secret
        # 404, 401, and a new key.
        second = self.secrets["second key"] = account.control("POST", "/keys")["key"]
        account.control("DELETE", f"/endpoints/{endpoint}")
        self.do("press", "sendTestEvent")
        account.control("DELETE", "/keys", {"key": account.key})
        self.do("key", "F5")
        self.see("needs a new key", "called", "accountSwitcher")
        self.do("press", "accountSwitcher")
        self.do("pick", "replaceKey")
        self.do("type", "apiKey", second)
        self.do("press", "submit")
        self.see("ready", "called", "accountSwitcher")
        print("in use:", json.dumps(self.memory(), indent=1), file=sys.stderr)
        self.assert_nothing_is_written()
        self.assertEqual(found_in(self.of_proc(), self.secrets), {})

        self.do("press", "accountSwitcher")
        self.do("pick", "removeAccount")
        self.do("press", "confirm")
        self.see("Sandbox", "called", "accountSwitcher")
        self.do("press", "moreEndpoint")
        self.do("pick", "deleteEndpoint")
        self.do("press", "confirm")
        self.do("text", "createFirstEndpoint")
        time.sleep(1)
        left = self.memory()
        print("left:", json.dumps(left, indent=1), file=sys.stderr)
        self.assertEqual(self.end(), 0)
        self.assert_nothing_is_written()


if __name__ == "__main__":
    unittest.main()
