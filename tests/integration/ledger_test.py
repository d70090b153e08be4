#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing is lost, seen from outside: every mail has a trace, the ledger adds up, a mail that cannot be
read three times is put aside and comes back when it can be, and what is missing raises the alarm."""

import argparse
import glob
import os
import random
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import mails
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import wait_until

kOutcomes = ("case_opened", "message_added", "duplicate", "ignored", "bounce", "filed", "quarantined",
             "undecided")


class LedgerChecks(Checks):
    def __init__(self, sandbox, binary, seed):
        super().__init__("sqlite")
        self.sandbox = sandbox
        self.binary = binary
        self.generator = mails.Generator(random.Random(seed).getrandbits(48))

    def setup(self):
        self.daemon = Daemon(self.sandbox, self.binary)
        self.daemon.migrate()
        self.tokens = {role: self.daemon.token(f"the-{role}", role)
                       for role in ("admin", "supervisor", "agent")}
        self.start()

    def start(self):
        self.daemon.start()
        self.admin = self.daemon.client(self.tokens["admin"])
        self.supervisor = self.daemon.client(self.tokens["supervisor"])
        self.agent = self.daemon.client(self.tokens["agent"])

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    # What only somebody beside the daemon can do

    def while_stopped(self, change):
        self.daemon.stop()
        files = [name for name in glob.glob(self.daemon.base + "/**/*", recursive=True)
                 if os.path.isfile(name) and open(name, "rb").read(15) == b"SQLite format 3"]
        expect_equal(len(files), 1, "database files")
        database = sqlite3.connect(files[0])
        try:
            with database:
                return change(database)
        finally:
            database.close()
            self.start()

    def ledger(self):
        answer = self.supervisor.get("/mailboxes/support/ledger").expect(200).json()
        for counts in [answer["total"]] + [day["counts"] for day in answer["days"]]:
            if answer["healthy"]:
                expect_equal(sum(counts[name] for name in kOutcomes), counts["stored"], "the sum")
        return answer

    def metric(self, name):
        text = self.admin.root().get("/metrics").expect(200).body.decode()
        found = re.search(r"^" + re.escape(name) + r" ([0-9.e+-]+)$", text, re.M)
        expect(found, f"{name} in /metrics")
        return float(found.group(1))

    def break_mail(self, identity):
        def change(database):
            whole = database.execute("SELECT sealed FROM blobs WHERE id = ?", (identity,)).fetchone()[0]
            database.execute("UPDATE blobs SET sealed = ? WHERE id = ?", (b"no sealed mail", identity))
            database.execute("UPDATE intake SET outcome = 'undecided', decided_at = NULL "
                             "WHERE id = ?", (identity,))
            database.execute("UPDATE jobs SET state = 'ready', attempt = 0, ended_at = NULL "
                             "WHERE payload = ?", (identity,))
            database.execute("DELETE FROM placements")
            return whole
        return self.while_stopped(change)

    # Checks

    def check_what_came_in_adds_up_and_has_a_trace(self):
        mail = self.generator.next()
        first = self.admin.intake(mail.raw).expect(201).json()
        again = self.admin.intake(mail.raw).expect(200).json()
        expect_equal(again["outcome"], "duplicate", "the second delivery")
        ledger = self.ledger()
        expect(ledger["healthy"], f"the ledger is healthy: {ledger}")
        expect_equal(ledger["time_zone"], "UTC", "time zone")
        expect(ledger["total"]["stored"] >= 2, "stored")
        expect_equal(self.metric("madoguchi_intake_ledger_difference"), 0.0, "difference")
        expect_equal(self.metric(
            'madoguchi_intake_ledger_mails{mailbox="support",outcome="stored"}'),
            float(ledger["days"][-1]["counts"]["stored"]), "stored today")
        traces = self.supervisor.get(
            "/mail-traces", query={"message_id": mail.message_id}).expect(200).json()["items"]
        expect_equal([trace["outcome"] for trace in traces], ["duplicate", "case_opened"], "traces")
        expect_equal(traces[1]["id"], first["intake_id"], "id")
        expect_equal(traces[1]["case_number"], first["case_number"], "case")
        expect(traces[1]["steps"], "the steps of the decision")
        by_address = self.supervisor.get(
            "/mail-traces", query={"address": traces[1]["from"], "limit": "1"}).expect(200).json()
        expect_equal(len(by_address["items"]), 1, "one a page")
        self.supervisor.get("/mail-traces", query={"address": "nobody"}).expect(422)
        self.supervisor.get("/mailboxes/nowhere/ledger").expect(404)
        self.supervisor.get("/mailboxes/support/ledger", query={"from": "today"}).expect(422)
        for path in ("/mail-traces", "/quarantine", "/mailboxes/support/ledger"):
            self.agent.get(path).expect(403)

    def check_a_mail_that_cannot_be_read_has_a_way_out(self):
        mail = self.generator.next(kind="plain")  # a big one lies in a file, not in the database
        identity = self.admin.intake(mail.raw).expect(201).json()["intake_id"]
        whole = self.break_mail(identity)
        behind = self.admin.intake(self.generator.next().raw).expect(201).json()
        expect_equal(behind["outcome"], "case_opened", "the next mail")
        listed = wait_until(lambda: self.supervisor.get("/quarantine").expect(200).json()["items"],
                            30, "the broken mail in quarantine")
        expect_equal([one["id"] for one in listed], [identity], "quarantine")
        expect_equal(listed[0]["attempts"], 3, "attempts")
        expect(listed[0]["error"], "the error")
        expect_equal(self.metric("madoguchi_intake_quarantined"), 1.0, "gauge")
        expect_equal(self.ledger()["total"]["quarantined"], 1, "in the ledger")

        self.supervisor.post(f"/quarantine/{identity}/discard", {"reason": ""}).expect(422)
        gone = self.supervisor.post(f"/quarantine/{identity}/discard",
                                    {"reason": "not needed"}).expect(200).json()
        expect_equal(gone["discarded_by"], "the-supervisor", "who")
        expect_equal(self.supervisor.get("/quarantine").expect(200).json()["items"], [], "left")
        expect_equal(len(self.supervisor.get("/quarantine", query={"discarded": "true"})
                         .expect(200).json()["items"]), 1, "kept")
        expect_equal(self.ledger()["total"]["discarded"], 1, "discarded in the ledger")

        def mend(database):
            database.execute("UPDATE blobs SET sealed = ? WHERE id = ?", (whole, identity))
        self.while_stopped(mend)
        self.supervisor.get(f"/quarantine/{identity}/raw").expect(403)
        before = self.admin.get("/changes").expect(200).json()["next"]
        expect_equal(self.admin.get(f"/quarantine/{identity}/raw").expect(200).body, mail.raw, "bytes")
        changes = self.admin.get("/changes", query={"after": before, "wait": 10}).expect(200).json()
        events = [one["event"] for one in changes["items"] if one["object_id"] == identity]
        expect_in("intake.raw_read", events, "the feed")
        expect_equal(self.supervisor.post("/quarantine/reprocess", {}).expect(202).json()["queued"], 0,
                     "a discarded mail is not among all")
        self.supervisor.post(f"/quarantine/{identity}/reprocess").expect(202)
        wait_until(lambda: self.admin.get(f"/intake/{identity}").expect(200).json()["outcome"]
                   == "duplicate", 30, "the mail was decided")
        expect(self.ledger()["healthy"], "the ledger is healthy")

    def check_a_mail_that_is_gone_raises_the_alarm(self):
        identity = self.admin.intake(self.generator.next().raw).expect(201).json()["intake_id"]

        def lose(database):
            database.execute("DELETE FROM intake WHERE id = ?", (identity,))
        self.while_stopped(lose)
        ledger = self.ledger()
        expect_equal(ledger["healthy"], False, "healthy")
        expect_equal(ledger["difference"], 1, "difference")
        expect_equal(self.metric("madoguchi_intake_ledger_difference"), 1.0, "metric")
        wait_until(lambda: "intake.ledger_differs" in self.daemon.tail(200_000), 30, "the log's error")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--only", help="run the checks with this in their name")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    with Sandbox("ledger") as sandbox:
        checks = LedgerChecks(sandbox, find_binary(arguments.daemon), arguments.seed)
        checks.run(arguments.only)
        finish([checks])


if __name__ == "__main__":
    main()
