# SPDX-License-Identifier: MIT
"""Many connections never fail for want of open files: `waybill --serve` raises its own limit as far as it may.

usage: openfiles.py <waybill>
"""
import http.client
import json
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

WAYBILL = sys.argv.pop(1)
WANTED = 4096


class OpenFiles(unittest.TestCase):
    def start(self, soft, hard):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        key_file = pathlib.Path(folder.name, "key")
        process = subprocess.Popen([WAYBILL, "--serve", "--data", folder.name + "/data", "--key-file", str(key_file)],
                                   stdout=subprocess.PIPE, text=True,
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)))
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        base = urllib.parse.urlsplit(json.loads(process.stdout.readline())["base_url"])
        return process, base, key_file.read_text().strip()

    def limits(self, process):
        limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text()
        return [int(number) for number in re.search(r"Max open files +(\d+) +(\d+)", limits).groups()]

    def test_the_limit_is_raised_to_what_is_allowed_and_no_further_than_needed(self):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        for soft, hard in ((256, most), (256, 1024), (1024, min(most, WANTED))):
            with self.subTest(soft=soft, hard=hard):
                process, _, _ = self.start(soft, hard)
                self.assertEqual(self.limits(process), [min(hard, WANTED), hard])

    def test_a_limit_that_is_higher_stays(self):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if most <= WANTED:
            return  # Nothing is higher here.
        process, _, _ = self.start(WANTED + 1, most)
        self.assertEqual(self.limits(process), [WANTED + 1, most])

    def test_more_connections_stand_than_the_limit_at_the_start_allowed(self):
        process, base, key = self.start(100, 1024)
        connections = []
        for _ in range(150):
            connection = http.client.HTTPConnection(base.hostname, base.port, timeout=60)
            self.addCleanup(connection.close)
            connections.append(connection)
            connection.connect()
        for connection in connections:
            connection.request("GET", base.path + "/auth/whoami", headers={"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200)
        self.assertIsNone(process.poll())


unittest.main()
