#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mail loops end (R30): two hubs that acknowledge face each other, machines answer acknowledgements,
and a relay between them takes away every sign that a machine wrote. Counted are the mails that each
hub sends by itself."""

import email.utils
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import lmtp, mails, postgres
from madoguchi_testing.checks import Checks, expect, expect_equal
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.sinks import SmtpSink
from madoguchi_testing.waiting import wait_until

kAcknowledging = '[mailbox.auto_reply]\nja = "お問い合わせを受け付けました。"\nen = "We have got it."\n'
kMost = 40  # mails that may travel before it is a loop


def header(raw, name):
    """The first header of that name, unfolded, or None."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found = re.search(rb"(?im)^" + name.encode() + rb":[ \t]*((?:.|\n[ \t])*)", head)
    return re.sub(rb"\n[ \t]+", b" ", found.group(1)).decode("utf-8", "replace") if found else None


def without_signs(raw):
    """What a bad gateway makes of a mail: sender, recipient, subject, date and text, and nothing that
    tells of machines, threads or hubs."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    head = re.sub(rb"\n[ \t]+", b" ", head)
    kept = (b"from", b"to", b"subject", b"date", b"mime-version", b"content-type",
            b"content-transfer-encoding")
    lines = [line for line in head.split(b"\n") if line.partition(b":")[0].lower() in kept]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body.replace(b"\n", b"\r\n")


class Hub:
    """A daemon and the server that takes what it sends."""

    def __init__(self, sandbox, binary, server, name, mailbox, address):
        self.address = address
        self.sink = SmtpSink(sandbox.port())
        url = server.create_database() if server else None
        self.daemon = Daemon(sandbox, binary, url=url, name=name, mailboxes=((mailbox, address),),
                             smtp_port=self.sink.port, extra=kAcknowledging)
        self.daemon.migrate()
        self.token = self.daemon.token("chief", "admin")
        self.mailbox = mailbox
        self.start()

    def start(self):
        self.daemon.start()
        self.api = self.daemon.client(self.token)

    def take(self, sender, raw, recipient=None):
        replies = lmtp.deliver(self.daemon.lmtp_port, sender, [recipient or self.address], raw)
        expect_equal([reply.code for reply in replies], [250], f"LMTP of {self.address}")

    def resting(self):
        """Everything that came is decided, everything to be sent went out."""
        metrics = self.api.root().get("/metrics").expect(200).body.decode()
        undecided = re.search(r"(?m)^madoguchi_intake_undecided (\S+)$", metrics)
        queued = self.api.get("/deliveries", query={"state": ["queued", "deferred"]}).expect(200).json()
        return float(undecided.group(1)) == 0 and not queued["items"]

    def automatic(self):
        """The acknowledgements that went out, by recipient."""
        return [recipients[0] for sender, recipients, raw in list(self.sink.mails)
                if (header(raw, "Auto-Submitted") or "no").lower() != "no"]


class LoopsTest(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.generator = mails.Generator(20261122)

    def setup(self):
        self.server = postgres.Postgres(self.sandbox) if self.engine == "postgresql" else None
        self.hubs = []
        self.fresh_hubs()

    def fresh_hubs(self):
        """Two hubs that have acknowledged nobody yet."""
        self.end_hubs()
        self.round = getattr(self, "round", 0) + 1
        make = lambda name, mailbox, address: Hub(self.sandbox, self.binary, self.server,
                                                  f"{name}{self.round}", mailbox, address)
        self.shop = make("shop", "support", "support@shop.example")
        self.store = make("store", "desk", "desk@store.example")
        self.hubs = [self.shop, self.store]
        self.carried = {hub.address: 0 for hub in self.hubs}
        self.outside = []

    def end_hubs(self):
        for hub in self.hubs:
            hub.daemon.stop()
            hub.sink.close()

    def teardown(self):
        self.end_hubs()

    def explain(self):
        return "\n".join(hub.daemon.complaints() for hub in self.hubs)

    def carry(self, change):
        """Takes the mails that the hubs have sent to where they belong; true when there were any."""
        moved = False
        for hub in self.hubs:
            for sender, recipients, raw in list(hub.sink.mails)[self.carried[hub.address]:]:
                self.carried[hub.address] += 1
                moved = True
                expect(sum(self.carried.values()) < kMost, "the mails do not end")
                for recipient in recipients:
                    domain = recipient.partition("@")[2]
                    target = [one for one in self.hubs if one.address.endswith("@" + domain)]
                    if not target:
                        self.outside.append((sender, recipient, raw))
                        continue
                    target[0].take(*change(sender, raw), recipient=recipient)
        return moved

    def until_quiet(self, change=lambda sender, raw: (sender, raw)):
        """Carries mails until no hub has anything more to do."""
        def quiet():
            if self.carry(change) or not all(hub.resting() for hub in self.hubs):
                return False
            return not self.carry(change)
        wait_until(quiet, 60, "the mails end", poll=0.05)

    def mail(self, sender, recipient, **changes):
        return self.generator.next("utf8", sender=sender, recipients=[recipient], **changes)

    def reply(self, hub, token):
        case = hub.api.wait_for_case(token)[0]
        hub.api.post(f"/cases/{case['number']}/messages",
                     {"kind": "reply", "text": "担当より回答いたします。"}).expect(201)

    # Two hubs

    def check_two_hubs_answer_each_other_once(self):
        first = self.mail(self.store.address, self.shop.address)
        self.shop.take(first.sender, first.raw)
        self.until_quiet()
        expect_equal(self.shop.automatic(), [self.store.address], "acknowledgements of the shop")
        expect_equal(self.store.automatic(), [], "answers to an acknowledgement")
        self.reply(self.shop, first.token)
        self.until_quiet()
        # A person wrote that; it belongs to the case that the acknowledgement opened over there.
        expect_equal(self.store.automatic(), [], "acknowledgements of the store")
        expect_equal(len(self.store.api.cases()), 1, "cases of the store")
        expect_equal(self.shop.automatic(), [self.store.address], "acknowledgements of the shop")
        expect_equal(len(self.shop.api.cases()), 1, "cases of the shop")
        null = [sender for hub in self.hubs for sender, _, raw in hub.sink.mails
                if header(raw, "Auto-Submitted")]
        expect_equal(set(null), {""}, "senders of acknowledgements")

    def check_without_any_sign_of_a_machine_they_still_end(self):
        self.fresh_hubs()
        first = self.mail(self.store.address, self.shop.address)
        self.shop.take(first.sender, first.raw)
        def strip(_, raw):
            return email.utils.parseaddr(header(raw, "From"))[1], without_signs(raw)
        self.until_quiet(strip)
        expect_equal(self.shop.automatic(), [self.store.address], "acknowledgements of the shop")
        expect_equal(self.store.automatic(), [self.shop.address], "acknowledgements of the store")
        # Each answer of a person is answered by nobody: both have had theirs today.
        self.reply(self.shop, first.token)
        self.until_quiet(strip)
        expect_equal(len(self.shop.automatic()) + len(self.store.automatic()), 2, "in all")

    def check_the_day_outlives_a_killed_daemon(self):
        self.shop.daemon.kill9()
        self.shop.start()
        again = self.mail(self.store.address, self.shop.address)
        self.shop.take(again.sender, again.raw)
        self.until_quiet()
        self.shop.api.wait_for_case(again.token)
        expect_equal(self.shop.automatic(), [self.store.address], "acknowledgements of the shop")

    def check_a_hub_does_not_talk_to_itself(self):
        before = len(self.shop.automatic())
        own = self.mail(self.shop.address, self.shop.address)
        self.shop.take(own.sender, own.raw)
        self.until_quiet()
        expect_equal(len(self.shop.automatic()), before, "acknowledgements")
        # What it sent itself and what comes back unchanged opens nothing.
        cases = len(self.shop.api.cases())
        for sender, _, raw in list(self.shop.sink.mails):
            self.shop.take(sender, raw)
        self.until_quiet()
        expect_equal(len(self.shop.api.cases()), cases, "cases after its own mails came back")
        expect_equal(len(self.shop.automatic()), before, "acknowledgements")

    # Machines

    def check_machines_and_null_senders_are_not_answered(self):
        before = len(self.shop.automatic())
        signs = ("Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Precedence: bulk",
                 "Precedence: junk", "X-Autoreply: yes", "X-Auto-Response-Suppress: All",
                 "List-Id: <news.customer.example>", "List-Unsubscribe: <mailto:x@customer.example>")
        for number, sign in enumerate(signs):
            mail = self.mail(f"machine{number}@customer.example", self.shop.address,
                             extra_headers=(sign,))
            self.shop.take(mail.sender, mail.raw)
        for sender in ("", "mailer-daemon@customer.example", "no-reply@customer.example"):
            mail = self.mail(sender or "person@customer.example", self.shop.address)
            self.shop.take(sender, mail.raw)
        self.until_quiet()
        expect_equal(self.shop.automatic()[before:], [], "acknowledgements")

    def check_bounces_of_acknowledgements_bounce_nowhere(self):
        person = self.mail("left@customer.example", self.shop.address)
        self.shop.take(person.sender, person.raw)
        self.until_quiet()
        before = len(self.shop.sink.mails)
        _, _, sent = self.outside[-1]
        report = (f"From: MAILER-DAEMON@mx.customer.example\r\nTo: {self.shop.address}\r\n"
                  f"Subject: Undelivered Mail Returned to Sender\r\n"
                  f"Date: Sun, 22 Nov 2026 12:00:00 +0900\r\nMessage-ID: <b{person.token}@mx.customer.example>\r\n"
                  "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; "
                  "boundary=r\r\n\r\n--r\r\n\r\nThe mail could not be delivered.\r\n--r\r\n"
                  "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n"
                  "\r\nFinal-Recipient: rfc822; left@customer.example\r\nAction: failed\r\n"
                  "Status: 5.1.1\r\n\r\n--r\r\nContent-Type: message/rfc822\r\n\r\n").encode()
        report += sent + b"\r\n--r--\r\n"
        for _ in range(3):
            self.shop.take("", report)
        self.until_quiet()
        expect_equal(len(self.shop.sink.mails), before, "mails sent after the bounces")
        listed = self.shop.api.get("/suppressions").expect(200).json()["items"]
        expect_equal([one["address"] for one in listed], ["left@customer.example"], "suppressed")
        self.shop.api.request("DELETE", "/suppressions/left@customer.example").expect(204)

    def check_somebody_away_who_answers_everything_is_answered_once(self):
        before = len(self.shop.automatic())
        first = self.mail("away@customer.example", self.shop.address)
        self.shop.take(first.sender, first.raw)
        for _ in range(5):
            self.until_quiet()
            # No sign of a machine at all, a new subject each time.
            for _, recipient, raw in [one for one in self.outside if one[1] == first.sender]:
                answer = self.mail(first.sender, self.shop.address,
                                   in_reply_to=mails.normal_id(header(raw, "Message-ID")))
                self.shop.take(first.sender, answer.raw)
        self.until_quiet()
        expect_equal(self.shop.automatic()[before:], [first.sender], "acknowledgements")


if __name__ == "__main__":
    run_on_engines(__doc__, "loops", LoopsTest)
