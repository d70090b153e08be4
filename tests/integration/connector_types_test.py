#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the daemon can be connected to, as forms, on both engines: every type with its options in both
languages, one by name, none that is not there; who may ask."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect_equal
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines


class ConnectorTypeChecks(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=url)
        self.daemon.migrate()
        token = self.daemon.token("the-viewer", "viewer")
        self.daemon.start()
        self.viewer = self.daemon.client(token)

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def check_every_type_is_a_form(self):
        types = self.viewer.get("/connector-types").expect(200).json()["items"]
        names = [one["name"] for one in types]
        expect_equal(set(names) >= {"smtp", "mail_intake", "mail_webhook", "clamd"}, True, names)
        for one in types:
            expect_equal(bool(one["capabilities"]), True, one["name"])
            texts = [one["summary"]] + [option["summary"] for option in one["options"]]
            for text in texts:
                expect_equal(bool(text["en"] and text["ja"]), True, f"{one['name']}: {text}")
            for option in one["options"]:
                if option["default"] and option["kind"] == "choice":
                    expect_equal(option["default"] in option["choices"], True, option)

    def check_one_says_what_its_options_take(self):
        smtp = self.viewer.get("/connector-types/smtp").expect(200).json()
        options = {one["name"]: one for one in smtp["options"]}
        expect_equal((options["host"]["kind"], options["host"]["presence"]), ("text", "required"), "host")
        port = options["port"]
        expect_equal((port["kind"], port["default"], port["minimum"], port["maximum"]),
                     ("integer", "25", 1, 65535), "port")
        expect_equal(options["security"]["choices"], ["none", "starttls", "tls"], "security")
        expect_equal(options["password"]["kind"], "secret", "password")
        expect_equal((options["host"]["minimum"], options["host"]["maximum"]), (None, None), "limits of a text")
        expect_equal((smtp["status"], smtp["provisional"], smtp["capabilities"]),
                     ("stable", None, ["mail_sender"]), "smtp")

    def check_what_is_not_there(self):
        problem = self.viewer.get("/connector-types/fax").expect(404).json()
        expect_equal(problem["status"], 404, "problem")
        self.daemon.client(None).get("/connector-types").expect(401)


if __name__ == "__main__":
    run_on_engines(__doc__, "connector_types", ConnectorTypeChecks)
