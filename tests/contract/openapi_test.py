#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The description of the API is the API: what the daemon serves is what is committed, each route it
names is there and wants a token, and what it does not name is not there.
"""

import json
import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "support", "python"))

from madoguchi_testing.checks import Checks, expect, expect_equal, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.sandbox import Sandbox

METHODS = ("get", "post", "put", "patch", "delete")
OUTSIDE = ("/livez", "/readyz", "/metrics")  # of /api/v1


class OpenApi(Checks):
    def __init__(self, sandbox):
        super().__init__()
        self.sandbox = sandbox

    def setup(self):
        self.daemon = Daemon(self.sandbox, find_binary())
        self.daemon.migrate()
        self.daemon.start()
        self.admin = self.daemon.client(self.daemon.token("chief", "admin")).root()
        self.stranger = self.daemon.client().root()
        with open(os.path.join(ROOT, "docs", "api", "openapi.json"), encoding="utf-8") as file:
            self.document = json.load(file)
        servers = self.document.get("servers") or [{"url": ""}]
        self.base = re.sub(r"^https?://[^/]*", "", servers[0]["url"]).rstrip("/")

    def teardown(self):
        self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def routes(self):
        """(method, concrete path, operation)"""
        for path, item in self.document["paths"].items():
            if path.startswith(OUTSIDE):
                continue
            concrete = re.sub(r"\{[^}]*\}", "none", path)
            base = "" if concrete.startswith(("/api/", *OUTSIDE)) else self.base
            for method in METHODS:
                if method in item:
                    yield method.upper(), base + concrete, item[method]

    def check_the_daemon_serves_what_is_committed(self):
        served = self.admin.get("/api/v1/openapi.json").expect(200).json()
        expect_equal(served, self.document, "openapi.json")
        expect(str(served["openapi"]).startswith("3.1"), "version 3.1")

    def check_every_route_is_there_and_wants_a_token(self):
        count = 0
        for method, path, operation in self.routes():
            if operation.get("security") == [] or path.endswith("/openapi.json"):
                continue
            answer = self.stranger.request(method, path)
            expect_equal(answer.status, 401, f"{method} {path} without a token: {answer}")
            answer.problem()
            count += 1
        expect(count > 20, f"{count} routes")

    def check_lists_can_be_read(self):
        for method, path, operation in self.routes():
            required = any(one.get("required") for one in operation.get("parameters", [])
                           if one.get("in") != "path")
            if method != "GET" or "none" in path or required or path.endswith(("/events", "/changes")):
                continue
            answer = self.admin.get(path)
            expect_equal(answer.status, 200, f"GET {path}: {answer}")

    def check_what_is_not_described_is_not_there(self):
        self.admin.get("/api/v1/no-such-thing").expect(404).problem()
        paths = self.document["paths"]
        for method, path, _ in self.routes():
            described = {name.upper() for item in paths.values() for name in item
                         if item is paths.get(path.removeprefix(self.base)) or item is paths.get(path)}
            if not described:
                continue  # a path with parameters
            for other in sorted({"PUT", "DELETE"} - described):
                self.admin.request(other, path).expect(404, 405).problem()

    def check_operations_have_names_of_their_own(self):
        names = [operation.get("operationId") for _, _, operation in self.routes()]
        expect(all(names), "every operation has an operationId")
        doubles = sorted({name for name in names if names.count(name) > 1})
        expect_equal(doubles, [], "operationIds that occur twice")


def main():
    with Sandbox("openapi") as sandbox:
        checks = OpenApi(sandbox)
        checks.run()
    finish([checks])


if __name__ == "__main__":
    main()
