#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What becomes of an answer is known: a real Postfix takes it, finds nobody to give it to and reports;
the report is applied to the message it is about, the address gets no automatic mail any more until a
person lets it, and nothing of that can be forged."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import dovecot, lmtp, mails, postfix, postgres
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kCustomer = "taro@customer.example"
kGone = "gone@customer.example"
kAcknowledging = '[mailbox.auto_reply]\nja = "受け付けました。"\nen = "We have got it."\n'


class DeliveryReportTest(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.generator = mails.Generator(20261122)

    def setup(self):
        sandbox = self.sandbox
        url = postgres.Postgres(sandbox).create_database() if self.engine == "postgresql" else None
        self.dovecot = dovecot.Dovecot(sandbox, [kCustomer])
        self.daemon = Daemon(sandbox, self.binary, url=url, extra=kAcknowledging)
        # Postfix would refuse the unknown at RCPT; like a relay it takes them and finds out later.
        self.postfix = postfix.Postfix(
            sandbox, self.daemon.lmtp_port, self.dovecot,
            settings=("smtpd_reject_unlisted_recipient = no",))
        self.daemon.smtp_port = self.postfix.port
        self.daemon.write_config()
        self.daemon.migrate()
        token = self.daemon.token("chief", "admin")
        self.daemon.start()
        self.api = self.daemon.client(token)

    def teardown(self):
        self.daemon.stop()

    def explain(self):
        return self.daemon.complaints() + "\n" + self.postfix.tail()

    def take(self, sender, **changes):
        """A customer's mail that opened a case, and the case."""
        mail = self.generator.next("utf8", sender=sender, **changes)
        replies = lmtp.deliver(self.daemon.lmtp_port, sender, mail.recipients, mail.raw)
        expect_equal([reply.code for reply in replies], [250], "LMTP replies")
        return mail, self.api.wait_for_case(mail.token)[0]

    def answer(self, case, text="本日発送いたしました。"):
        return self.api.post(f"/cases/{case['number']}/messages",
                             {"kind": "reply", "text": text}).expect(201).json()

    def state(self, message):
        entries = self.api.get(f"/messages/{message['id']}").expect(200).json()["delivery"]
        expect_equal(len(entries), 1, "recipients")
        return entries[0]

    def wait_state(self, message, state):
        return wait_until(lambda: self.state(message) if self.state(message)["state"] == state else None,
                          30, lambda: f"{state}: {self.state(message)}", poll=0.05)

    def deliveries(self, **query):
        return self.api.get("/deliveries", query=query).expect(200).json()["items"]

    def suppressions(self):
        return self.api.get("/suppressions").expect(200).json()["items"]

    def decision_of(self, case):
        message = self.api.messages(case["number"])[0]
        steps = self.api.get(f"/messages/{message['id']}/decision").expect(200).json()["steps"]
        return [step["saw"] for step in steps if step["stage"] == "acknowledgement"]

    def check_an_answer_that_arrives_is_sent(self):
        _, case = self.take(kCustomer)
        message = self.answer(case)
        self.wait_state(message, "sent")
        mail = self.dovecot.mailbox(kCustomer).wait_for(2)  # and the acknowledgement
        expect(len(mail) == 2, "mails of the customer")
        listed = [one for one in self.deliveries(address=kCustomer) if one["message_id"] == message["id"]]
        expect_equal([(one["state"], one["case_number"]) for one in listed], [("sent", case["number"])],
                     "GET /deliveries")
        expect_in("queued as", listed[0]["detail"], "the server's words")

    def check_an_unknown_user_bounces_and_is_found(self):
        _, self.gone_case = self.take(kGone)
        self.gone = self.answer(self.gone_case)
        cases = len(self.api.cases())
        entry = self.wait_state(self.gone, "bounced")
        expect_equal(entry["address"], kGone, "address")
        expect_in("status=bounced", self.postfix.log_text(), "Postfix's log")
        listed = [one for one in self.deliveries(state="bounced", address=kGone)
                  if one["message_id"] == self.gone["id"]]
        expect_equal(len(listed), 1, "bounced deliveries of that message")
        expect_equal(listed[0]["reason"], "unknown_user", "reason")
        expect_equal(listed[0]["status_code"], "5.1.1", "status code")
        expect_in(kGone, listed[0]["detail"], "the server's words")
        expect(listed[0]["suppressed"], "the address is suppressed")
        self.postfix.wait_empty()
        wait_until(lambda: self.api.root().get("/metrics").body.decode().find(
            "madoguchi_intake_undecided 0") >= 0, 20, "all is decided", poll=0.05)
        expect_equal(len(self.api.cases()), cases, "a report opens no case")
        expect_equal(len([one for one in self.api.messages(self.gone_case["number"])
                          if one["kind"] == "inbound"]), 1, "mails of the case")
        outcomes = [one["outcome"] for one in
                    self.api.get("/mail-traces", query={"outcome": "bounce"}).expect(200).json()["items"]]
        expect(len(outcomes) >= 1 and set(outcomes) == {"bounce"}, f"outcomes {outcomes}")

    @after("check_an_unknown_user_bounces_and_is_found")
    def check_what_bounced_gets_no_automatic_mail_until_a_person_lets_it(self):
        expect_equal([one["address"] for one in self.suppressions()], [kGone], "suppressions")
        expect_equal(self.suppressions()[0]["reason"], "unknown_user", "reason")
        _, case = self.take(kGone)
        expect(all("bounces" in one for one in self.decision_of(case)) and self.decision_of(case),
               lambda: f"acknowledgement: {self.decision_of(case)}")
        # A person's answer goes out all the same, and says so.
        message = self.answer(case)
        expect_in("suppressed", str(message["notices"]), "notices of the reply")
        self.wait_state(message, "bounced")
        self.api.request("DELETE", f"/suppressions/{kGone}").expect(204)
        expect_equal(self.suppressions(), [], "suppressions")
        self.api.request("DELETE", f"/suppressions/{kGone}").expect(404)

    @after("check_an_unknown_user_bounces_and_is_found")
    def check_a_report_about_nothing_of_ours_changes_nothing(self):
        _, case = self.take(kCustomer)
        message = self.answer(case)
        self.wait_state(message, "sent")
        sent = self.api.get(f"/messages/{message['id']}").expect(200).json()
        forged_id = "c.zz.aaaaaaaaaaaaaaaa@shop.example"
        expect(sent["mime_message_id"] != forged_id, "another Message-ID")
        for about in (forged_id, "somebody@elsewhere.example"):
            report = (
                "From: MAILER-DAEMON@mx.customer.example\r\nTo: support@shop.example\r\n"
                f"Subject: Undelivered Mail\r\nMessage-ID: <{mails.new_token(self.generator.rng)}@mx>\r\n"
                "Date: Sun, 22 Nov 2026 12:00:00 +0900\r\nMIME-Version: 1.0\r\n"
                "Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n"
                "--r\r\n\r\nIt bounced.\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n"
                "Reporting-MTA: dns; mx.customer.example\r\n\r\n"
                f"Final-Recipient: rfc822; {kCustomer}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
                "--r\r\nContent-Type: message/rfc822\r\n\r\nFrom: support@shop.example\r\n"
                f"To: {kCustomer}\r\nMessage-ID: <{about}>\r\nSubject: x\r\n\r\nx\r\n--r--\r\n").encode()
            replies = lmtp.deliver(self.daemon.lmtp_port, "", ["support@shop.example"], report)
            expect_equal([reply.code for reply in replies], [250], "LMTP replies")
        wait_until(lambda: len([one for one in self.api.get(
            "/mail-traces", query={"outcome": "ignored"}).expect(200).json()["items"]]) >= 2, 20,
            "both were ignored", poll=0.05)
        expect_equal(self.state(message)["state"], "sent", "state")
        expect(kCustomer not in [one["address"] for one in self.suppressions()], "suppressed")

    def check_the_list_can_be_read_page_by_page(self):
        whole = list(self.api.items("/deliveries"))
        expect(len(whole) >= 4, f"deliveries {len(whole)}")
        paged = list(self.api.items("/deliveries", limit=1))
        expect_equal([(one["message_id"], one["address"]) for one in paged],
                     [(one["message_id"], one["address"]) for one in whole], "page by page")
        both = list(self.api.items("/deliveries", {"state": ["sent", "bounced"]}))
        expect_equal({one["state"] for one in both}, {"sent", "bounced"}, "states")
        self.api.get("/deliveries", query={"state": "lost"}).expect(422)


if __name__ == "__main__":
    run_on_engines(__doc__, "reports", DeliveryReportTest)
