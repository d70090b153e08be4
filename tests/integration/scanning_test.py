#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Attachments and a real clamd: what is found, what exceeds the limits, a scanner that is away, is killed
in the middle and comes back; uploads are scanned before they are sent."""

import io
import os
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import clamd, mails, postgres, sinks
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until


def archive(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files:
            file.writestr(name, content)
    return out.getvalue()


def nested(content, depth):
    for _ in range(depth):
        content = archive(("inner.zip", content))
    return content


class Scanning(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.generator = mails.Generator(20261123)

    def setup(self):
        url = postgres.Postgres(self.sandbox).create_database() if self.engine == "postgresql" else None
        self.clamd = clamd.Clamd(self.sandbox)
        self.smtp = sinks.SmtpSink(self.sandbox.port())
        self.daemon = Daemon(self.sandbox, self.binary, url=url, smtp_port=self.smtp.port,
                             options={"scanner": f'address = "unix:{self.clamd.socket}"\n'
                                                 'max_size = "4MiB"\ntimeout = "5s"'})
        self.daemon.migrate()
        self.agent = self.daemon.client(self.daemon.token("sato", "agent"))
        self.admin = self.daemon.client(self.daemon.token("root", "admin"))
        self.daemon.start()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints() + self.clamd.tail()

    def mail_with(self, *contents):
        """The message of a mail with these attachments."""
        mail = self.generator.next("attachment", recipients=["support@shop.example"])
        mail.attachments = [mails.Attachment(f"file-{index}.bin", "application/octet-stream", content)
                            for index, content in enumerate(contents)]
        mail.raw = mail.build_()
        return self.admin.intake(mail.raw).expect(201).json()["message_id"]

    def files(self, message):
        return self.agent.get(f"/messages/{message}").expect(200).json()["attachments"]

    def scanned(self, message, seconds=30):
        """Its attachments, once the scanner has judged all."""
        return wait_until(lambda: all(file["scan"]["at"] for file in self.files(message)) and
                          self.files(message), seconds,
                          lambda: f"verdicts: {[file['scan'] for file in self.files(message)]}", poll=0.05)

    def download(self, client, file, **query):
        return client.get(f"/attachments/{file['id']}", query=query)

    def check_a_mail_does_not_wait_for_a_scanner_that_is_away(self):
        self.waiting = self.mail_with(b"harmless, and nobody has looked yet " * 100)
        file = self.files(self.waiting)[0]
        expect_equal(file["scan"], {"state": "not_scanned", "detail": "", "at": None}, "scan")
        problem = self.download(self.agent, file).expect(409).problem()
        expect_equal(problem["type"], "urn:madoguchi:problem:attachment-not-scanned", "problem")
        self.download(self.agent, file, unscanned="true").expect(200)
        self.agent.get(f"/messages/{self.waiting}").expect(200)

    def check_doctor_says_that_it_is_away(self):
        done = self.daemon.command("doctor")
        expect_in("FAIL  virus scanner", done.stdout.decode(), "doctor")

    @after("check_a_mail_does_not_wait_for_a_scanner_that_is_away")
    def check_what_waits_is_scanned_when_it_comes_back(self):
        self.clamd.start()
        file = self.scanned(self.waiting)[0]
        expect_equal(file["scan"]["state"], "clean", "scan")
        self.download(self.agent, file).expect(200)

    @after("check_a_mail_does_not_wait_for_a_scanner_that_is_away",
           "check_what_waits_is_scanned_when_it_comes_back")
    def check_doctor_says_that_it_answers(self):
        expect_in("ok    virus scanner", self.daemon.command("doctor").stdout.decode(), "doctor")

    @after("check_a_mail_does_not_wait_for_a_scanner_that_is_away",
           "check_what_waits_is_scanned_when_it_comes_back")
    def check_findings_are_kept_from_all_but_administrators(self):
        before = self.admin.get("/changes").expect(200).json()["next"]
        message = self.mail_with(clamd.kEicar, b"before " + clamd.kEvil + b" after", b"harmless",
                                 archive(("a.txt", clamd.kEvil)))
        files = self.scanned(message)
        states = [(file["scan"]["state"], file["scan"]["detail"]) for file in files]
        expect_equal(states, [("infected", "Own.Eicar.UNOFFICIAL"), ("infected", "Own.Evil.UNOFFICIAL"),
                              ("clean", ""), ("infected", "Own.Evil.UNOFFICIAL")], "verdicts")
        for file in (files[0], files[1], files[3]):
            for query in ({}, {"unscanned": "true"}, {"infected": "true"}):
                problem = self.download(self.agent, file, **query).expect(403).problem()
                expect_equal(problem["type"], "urn:madoguchi:problem:attachment-infected", "problem")
        self.download(self.agent, files[2]).expect(200)
        self.download(self.admin, files[0]).expect(409)
        self.admin.get(f"/messages/{message}/raw").expect(409)
        got = self.download(self.admin, files[0], infected="true").expect(200)
        expect(got.body == clamd.kEicar, "an administrator gets the octets")
        events = [entry for entry in self.changes(before) if entry["object_id"] == message]
        expect_equal([entry["event"] for entry in events],
                     ["attachment.infected"] * 3 + ["attachment.infected_read"], "trace")
        expect_equal(events[-1]["actor_name"], "root", "who had it")

    def changes(self, after_id):
        """What happened since, a second's silence at its end."""
        entries = []
        while True:
            page = self.admin.get("/changes", query={"after": after_id, "wait": 1}).expect(200).json()
            if not page["items"]:
                return entries
            entries += page["items"]
            after_id = page["next"]

    @after("check_a_mail_does_not_wait_for_a_scanner_that_is_away",
           "check_what_waits_is_scanned_when_it_comes_back")
    def check_bombs_and_what_is_too_big_were_not_scanned(self):
        many = archive(*[(f"{index}.txt", b"text %d" % index) for index in range(100)])
        message = self.mail_with(many, nested(clamd.kEvil, 12), self.generator.rng.randbytes(3_500_000),
                                 self.generator.rng.randbytes(4_500_000))
        files = self.scanned(message, 60)
        for file in files:
            expect_equal(file["scan"]["state"], "not_scanned", "state")
            self.download(self.agent, file).expect(409)
            self.download(self.agent, file, unscanned="true").expect(200)
        details = [file["scan"]["detail"] for file in files]
        expect_in("Heuristics.Limits.Exceeded", details[0], "many files")
        expect_in("Heuristics.Limits.Exceeded", details[1], "archives in archives")
        expect_in("size limit exceeded", details[2], "over StreamMaxLength")
        expect_in("4194304", details[3], "over max_size")

    def upload(self, content, name="file.bin"):
        return self.agent.request("POST", "/attachments", body=content,
                                  media_type="application/octet-stream", query={"file_name": name})

    def reply_with(self, upload):
        number = self.agent.get(f"/messages/{self.waiting}").expect(200).json()["case_number"]
        return self.agent.request("POST", f"/cases/{number}/messages",
                                  {"kind": "reply", "text": "See the file.", "attachments": [upload["id"]]})

    def delivery(self, reply):
        return self.agent.get(f"/messages/{reply['id']}").expect(200).json()["delivery"][0]

    @after("check_a_mail_does_not_wait_for_a_scanner_that_is_away",
           "check_what_waits_is_scanned_when_it_comes_back")
    def check_uploads_are_scanned_before_they_are_sent(self):
        good = self.reply_with(self.upload(b"a harmless file").expect(201).json()).expect(201).json()
        wait_until(lambda: self.delivery(good)["state"] == "sent", 30, "the clean file is sent", poll=0.05)
        sent = len(self.smtp.mails)
        upload = self.upload(b"x" + clamd.kEvil).expect(201).json()
        reply = self.reply_with(upload)
        if reply.status == 201:  # it was sooner than the scanner
            wait_until(lambda: self.delivery(reply.json())["state"] == "failed", 30, "it fails", poll=0.05)
            expect_in("Own.Evil", self.delivery(reply.json())["detail"], "why")
        else:
            expect_equal(reply.expect(422).problem()["errors"][0]["pointer"], "/attachments/0", "pointer")
        again = self.upload(b"x" + clamd.kEvil).expect(201).json()
        self.reply_with(again).expect(422)
        expect_equal(len(self.smtp.mails), sent, "mails sent")

    @after("check_a_mail_does_not_wait_for_a_scanner_that_is_away",
           "check_what_waits_is_scanned_when_it_comes_back")
    def check_a_scanner_killed_in_the_middle_costs_nothing(self):
        self.clamd.freeze()
        messages = [self.mail_with(b"number %d " % index + self.generator.rng.randbytes(500_000))
                    for index in range(6)]
        evil = self.mail_with(clamd.kEvil + b" while it is away")
        waiting = self.upload(b"an upload while it is away").expect(201).json()
        reply = self.reply_with(waiting).expect(201).json()
        self.clamd.kill9()
        expect_equal(self.files(messages[0])[0]["scan"]["state"], "not_scanned", "state")
        expect_equal(self.delivery(reply)["state"], "queued", "the reply waits")
        self.clamd.start()
        for message in messages:
            expect_equal(self.scanned(message, 60)[0]["scan"]["state"], "clean", "state")
        expect_equal(self.scanned(evil, 60)[0]["scan"]["state"], "infected", "state")
        wait_until(lambda: self.delivery(reply)["state"] == "sent", 60, "the reply is sent", poll=0.1)

    @after("check_a_mail_does_not_wait_for_a_scanner_that_is_away",
           "check_what_waits_is_scanned_when_it_comes_back")
    def check_the_daemon_stops_while_a_scan_hangs(self):
        self.clamd.freeze()
        message = self.mail_with(b"one more " + self.generator.rng.randbytes(100_000))
        self.daemon.restart()
        self.clamd.kill9()
        self.clamd.start()
        expect_equal(self.scanned(message, 60)[0]["scan"]["state"], "clean", "state")


if __name__ == "__main__":
    run_on_engines(__doc__, "scanning", Scanning)
