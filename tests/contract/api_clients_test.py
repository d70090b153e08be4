#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The description of the API as others' tools see it: spectral finds nothing to complain of, and a
TypeScript client made from it compiles and does a newcomer's work on a running daemon.

The tools come from npm, by the lock file of tests/contract/api-clients, into a folder of the build."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "support", "python"))

from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.sandbox import Sandbox

SOURCE = os.path.join(ROOT, "tests", "contract", "api-clients")
DESCRIPTION = os.path.join(ROOT, "docs", "api", "openapi.json")


class ApiClients(Checks):
    def __init__(self, sandbox, folder):
        super().__init__()
        self.sandbox = sandbox
        self.folder = folder

    def setup(self):
        os.makedirs(self.folder, exist_ok=True)
        for name in os.listdir(SOURCE):
            shutil.copyfile(os.path.join(SOURCE, name), os.path.join(self.folder, name))
        with open(os.path.join(SOURCE, "package-lock.json"), "rb") as file:
            wanted = hashlib.sha256(file.read()).hexdigest()
        mark = os.path.join(self.folder, "node_modules", ".madoguchi")
        if not os.path.exists(mark) or open(mark, encoding="utf-8").read() != wanted:
            self.run_program("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            with open(mark, "w", encoding="utf-8") as file:
                file.write(wanted)
        self.daemon = Daemon(self.sandbox, find_binary())
        self.daemon.migrate()
        self.token = self.daemon.token("sato", "agent")
        self.daemon.start()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def run_program(self, *words):
        done = subprocess.run(words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=240, check=False)
        expect_equal(done.returncode, 0, f"{' '.join(words)}\n{done.stdout[-4000:]}\nended with")
        return done.stdout

    def tool(self, name, *words):
        return self.run_program(os.path.join(self.folder, "node_modules", ".bin", name), *words)

    def check_spectral_has_no_complaint(self):
        said = self.tool("spectral", "lint", DESCRIPTION, "--ruleset", "spectral.yaml",
                         "--fail-severity", "warn")
        expect_in("No results with a severity of", said, "what it says")

    def check_a_typescript_client_does_a_newcomer_s_work(self):
        self.tool("openapi-typescript", DESCRIPTION, "-o", "madoguchi.d.ts")
        self.tool("tsc", "-p", "tsconfig.json")
        said = self.run_program("node", "out/newcomer.js", f"http://127.0.0.1:{self.daemon.http_port}",
                                self.token)
        seen = json.loads(said)
        agent = self.daemon.client(self.token)
        case = agent.get(f"/cases/{seen['number']}").expect(200).json()
        expect_equal(case["assignee"], seen["assignee"], "who took it")
        expect_equal(seen["texts"], ["領収書を送ってほしい", "経理に確認中"], "the entries")
        expect(seen["listed"], "it is among the caller's cases")
        expect_equal(seen["missing"], "urn:madoguchi:problem:not-found", "a refusal")


def main():
    with Sandbox("api-clients") as sandbox:
        checks = ApiClients(sandbox, sys.argv[1] if len(sys.argv) > 1 else sandbox.folder("node"))
        checks.run()
    finish([checks])


if __name__ == "__main__":
    main()
