#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command `madoguchid sandbox`: as a person uses it by hand, and every fault as a caller meets it."""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import find_binary
from madoguchi_testing.vendor_sandbox import VendorSandbox, kToken


class SandboxChecks(Checks):
    def __init__(self, binary):
        super().__init__()
        self.binary = binary

    def setup(self):
        self.sandbox = VendorSandbox(self.binary)

    def teardown(self):
        if self.sandbox.process.poll() is None:
            self.sandbox.end()

    def check_it_says_where_it_is_and_how_to_ask_it(self):
        expect_in("curl", self.sandbox.hint, "the hint")
        expect_in(self.sandbox.url, self.sandbox.hint, "the hint")

    def check_it_plays_the_vendor(self):
        expect_equal(self.sandbox.ask("/api/v2/message_boxes", token="wrong"),
                     (401, b'{"message":"invalid token"}'), "a wrong token")
        status, boxes = self.sandbox.ask("/api/v2/message_boxes")
        expect_equal(status, 200, "boxes")
        expect_equal(json.loads(boxes)[0]["name"], "カスタマーサポート", "its name")
        made = self.sandbox.control("/messages", {"from": "hanako.sato@example.jp", "body": "まだ届きません"})
        ticket = json.loads(self.sandbox.ask(f"/api/v2/1/tickets/{made['ticket_id']}")[1])
        expect_equal(ticket["messages"][0]["body"], "まだ届きません", "what was written")

    def check_its_calls_can_be_read_without_secrets(self):
        calls = self.sandbox.control("/calls")
        expect_equal([call["status"] for call in calls["items"]], [401, 200, 200], "statuses")
        expect(kToken not in json.dumps(calls), "the token is in the log")
        expect_equal(self.sandbox.control("/calls", method="DELETE")["count"], 0, "calls left")

    def check_its_clock_stands_and_moves(self):
        self.sandbox.control("/clock", {"now": "2026-11-23T10:00:00+09:00"})
        for _ in range(60):
            expect_equal(self.sandbox.ask("/api/v2/users")[0], 200, "within the limit")
        expect_equal(self.sandbox.ask("/api/v2/users")[0], 403, "over the limit")
        self.sandbox.control("/clock", {"advance_seconds": 60})
        expect_equal(self.sandbox.ask("/api/v2/users")[0], 200, "within the limit")
        self.sandbox.control("/settings", {"requests_a_minute": 1000000})

    def check_each_fault_is_met_as_planned(self):
        whole = self.sandbox.raw(5)
        expect_equal(whole[1], "end", "without a fault")
        body = whole[0].split(b"\r\n\r\n", 1)[1]

        def meets(fault, seconds=0.3):
            self.sandbox.control("/faults", fault)
            return self.sandbox.raw(seconds)

        octets, how = meets({"kind": "status", "status": 502, "body": "<h1>Bad</h1>", "media_type": "text/html"})
        expect(octets.startswith(b"HTTP/1.1 502 ") and octets.endswith(b"<h1>Bad</h1>"), octets)
        expect_equal(meets({"kind": "hang"}), (b"", "silence"), "hang")
        octets, how = meets({"kind": "hang_headers"})
        expect(how == "silence" and octets and b"\r\n\r\n" not in octets, octets)
        octets, how = meets({"kind": "hang_body", "after": 3})
        expect(how == "silence" and octets.endswith(b"\r\n\r\n" + body[:3]), octets)
        octets, how = meets({"kind": "trickle", "delay_ms": 20})
        expect(how == "end" or 0 < len(octets) < len(whole[0]), octets)
        expect_equal(meets({"kind": "reset"}), (b"", "reset"), "reset")
        octets, how = meets({"kind": "wrong_length", "after": 3})
        expect(how == "end" and octets.endswith(b"\r\n\r\n" + body[:3]), octets)
        octets, how = meets({"kind": "truncated", "after": 3})
        expect(b"Content-Length: 3\r\n" in octets, octets)
        expect_equal(meets({"kind": "huge"}, 5)[1], "more", "huge")
        expect_in(b"[[[[", meets({"kind": "deep"})[0], "deep")
        expect_in(b"charset=Shift_JIS", meets({"kind": "charset"})[0], "charset")
        expect_in(b"Content-Encoding: gzip", meets({"kind": "packed"})[0], "packed")
        expect_in(b"Location: http://127.0.0.1/", meets({"kind": "redirect"})[0], "redirect")
        expect_in(b'{"error": 1}', meets({"kind": "replaced", "body": '{"error": 1}'})[0], "replaced")
        before = time.monotonic()
        expect_equal(meets({"kind": "delay", "delay_ms": 200}, 5)[1], "end", "delay")
        expect(time.monotonic() - before >= 0.2, "no delay")
        expect_equal(self.sandbox.raw(5)[0].split(b"\r\n\r\n", 1)[1], body, "after all faults")

    def check_what_was_dropped_was_done(self):
        self.sandbox.control("/faults", {"kind": "drop", "method": "POST", "path": "/api/v2/1/records"})
        record = {"subject": "電話", "operated_at": "2026-11-23T00:00:00Z"}
        try:
            self.sandbox.ask("/api/v2/1/records", record)
            expect(False, "an answer came")
        except (http.client.RemoteDisconnected, ConnectionResetError, urllib.error.URLError):
            pass
        tickets = json.loads(self.sandbox.ask("/api/v2/1/tickets/search", {"status_cds": ["closed"]})[1])
        expect_equal(tickets[0]["title"], "電話", "the newest closed ticket")

    def check_a_mistake_is_answered_and_not_obeyed(self):
        expect_equal(self.sandbox.ask("/_sandbox/faults", {"kind": "unknown"})[0], 400, "an unknown kind")
        expect_equal(self.sandbox.ask("/_sandbox/nothing")[0], 404, "an unknown control")
        expect_equal(self.sandbox.control("/faults"), [], "faults to come")

    def check_it_listens_on_loopback_only(self):
        for listen in ("0.0.0.0:0", "192.0.2.1:0", "[::]:0", "nonsense"):
            ended = subprocess.run([self.binary, "sandbox", "relation", f"--listen={listen}"], capture_output=True,
                                   text=True, timeout=10, check=False)
            expect_equal(ended.returncode, 64, listen)
            expect_in("madoguchid:", ended.stderr, listen)
        for words in ([], ["unknown"]):
            ended = subprocess.run([self.binary, "sandbox", *words], capture_output=True, text=True, timeout=10,
                                   check=False)
            expect_equal(ended.returncode, 64, str(words))
            expect_in("relation", ended.stderr, "what it knows")

    def check_it_ends_when_told_to_whoever_still_waits(self):
        self.sandbox.control("/faults", {"kind": "hang"})
        with socket.create_connection(("127.0.0.1", self.sandbox.port)) as line:
            line.sendall(b"GET / HTTP/1.1\r\n\r\n")
            expect_equal(self.sandbox.end(), 0, "exit code")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--only", help="run the checks with this in their name")
    arguments = parser.parse_args()
    checks = SandboxChecks(find_binary(arguments.daemon))
    checks.run(arguments.only)
    finish([checks])


if __name__ == "__main__":
    main()
