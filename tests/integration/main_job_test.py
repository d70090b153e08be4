#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The main job with real servers: a customer's mail goes through Postfix to the hub and becomes one
case; an agent takes it and answers; the answer lies in the customer's Dovecot mailbox, rightly encoded
and threaded; the customer answers from there and the same case reopens; the agent resolves it.
"""

import datetime
import hashlib
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import dovecot, lmtp, mails, postfix, postgres
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kCustomer = "hanako@customer.example"
kOther = "taro@customer.example"
kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kReplyText = ("山田様\n\nお問い合わせありがとうございます。①本日発送いたしました。髙橋が担当します。\n"
              "〜ご不明な点はご連絡ください〜\n.\nテスト窓口\n")
kNoteText = "社内メモ：この顧客は先月も同じ問い合わせ。internal-note-never-leaves"


class MainJob(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.generator = mails.Generator(20261121)

    def setup(self):
        sandbox = self.sandbox
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(sandbox).create_database()
        self.dovecot = dovecot.Dovecot(sandbox, [kCustomer, kOther])
        self.daemon = Daemon(sandbox, self.binary, url=url, mailboxes=kMailboxes)
        self.postfix = postfix.Postfix(sandbox, self.daemon.lmtp_port, self.dovecot)
        self.daemon.smtp_port = self.postfix.port
        self.daemon.write_config()
        self.daemon.migrate()
        self.token = self.daemon.token("sato", "agent")
        self.daemon.start()
        # The second token is made while the daemon runs: through its control socket.
        self.other_token = self.daemon.token("suzuki", "agent")
        self.admin = self.daemon.client(self.daemon.token("chief", "admin"))
        self.agent = self.daemon.client(self.token)
        self.stream = self.daemon.events(self.token)
        self.customer = self.dovecot.mailbox(kCustomer)

    def teardown(self):
        self.stream.close()
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def through_postfix(self, mail, recipients=None):
        self.postfix.send(mail.sender, recipients or mail.recipients, mail.raw)

    def case(self):
        return self.agent.case(self.number)

    def inbound(self):
        return [message for message in self.agent.messages(self.number)
                if message["kind"] == "inbound"]

    def check_a_japanese_mail_with_an_attachment_becomes_one_case(self):
        content = self.generator.rng.randbytes(90_000)
        self.mail = self.generator.next(
            "iso_2022_jp", sender=kCustomer, sender_name="山田 花子",
            attachments=[mails.Attachment("領収書 2026年.pdf", "application/pdf", content)])
        self.through_postfix(self.mail)
        found = self.agent.wait_for_case(self.mail.token)
        self.number = found[0]["number"]
        case = self.case()
        expect_equal(case["subject"], self.mail.subject, "subject")
        expect_equal(case["status"], "new", "status")
        expect_equal(case["status_group"], "unhandled", "status group")
        expect_equal(case["requester"]["address"], kCustomer, "requester's address")
        expect_equal(case["requester"]["name"], "山田 花子", "requester's name")
        expect_equal(case["mailbox"], "support", "mailbox")
        expect_equal(case["assignee"], None, "assignee")
        expect_equal(case["customer"], None, "customer")
        expect_equal(case["channel"], "email", "channel")
        expect(self.number.startswith("CS-"), f"number {self.number}")
        for name in ("version", "allowed_actions", "created_at", "modified_at", "last_inbound_at"):
            expect(case.get(name) is not None, f"{name} is there")

    @after("check_a_japanese_mail_with_an_attachment_becomes_one_case")
    def check_the_message_is_read_right(self):
        messages = self.agent.messages(self.number)
        expect_equal(len(messages), 1, "messages")
        self.message = message = messages[0]
        expect_equal(message["kind"], "inbound", "kind")
        expect_equal(message["from"]["address"], kCustomer, "from")
        expect_equal(message["from"]["name"], "山田 花子", "from's name")
        expect_equal([entry["address"] for entry in message["to"]], ["support@shop.example"], "to")
        expect_equal(message["subject"], self.mail.subject, "subject")
        expect(mails.same_text(message["text"], self.mail.text), lambda: f"text {message['text']!r}")
        expect_equal(mails.normal_id(message["mime_message_id"]), self.mail.message_id, "Message-ID")
        utc = self.mail.date - datetime.timedelta(hours=9)
        expect_equal(message["sent_at"][:19], utc.strftime("%Y-%m-%dT%H:%M:%S"), "sent_at in UTC")
        single = self.agent.get(f"/messages/{message['id']}").expect(200).json()
        expect_equal(single["id"], message["id"], "the message alone")

    @after("check_the_message_is_read_right")
    def check_the_attachment_is_the_one_that_was_sent(self):
        expected = self.mail.attachments[0]
        expect_equal(len(self.message["attachments"]), 1, "attachments")
        attachment = self.message["attachments"][0]
        expect_equal(attachment["file_name"], expected.name, "file name")
        expect_equal(attachment["media_type"], expected.media_type, "media type")
        expect_equal(attachment["size"], len(expected.content), "size")
        expect_equal(attachment["sha256"].lower(), hashlib.sha256(expected.content).hexdigest(),
                     "sha256")
        answer = self.agent.get(f"/attachments/{attachment['id']}").expect(200)
        expect(answer.body == expected.content, "the attachment's bytes")
        expect_equal(answer.header("X-Content-Type-Options"), "nosniff", "nosniff")
        expect((answer.header("Content-Disposition") or "").startswith("attachment"), "disposition")
        expect_in("sandbox", answer.header("Content-Security-Policy") or "", "CSP")
        self.daemon.client().get(f"/attachments/{attachment['id']}").expect(401)

    @after("check_the_message_is_read_right")
    def check_the_raw_download_is_what_was_sent(self):
        # Postfix puts its trace headers before what the customer sent and changes nothing in it.
        raw = self.admin.get(f"/messages/{self.message['id']}/raw").expect(200)
        expect_equal(raw.media_type, "message/rfc822", "media type")
        expect(raw.body.endswith(self.mail.raw), lambda: f"raw {raw.body[:800]!r}")
        trace = raw.body[:-len(self.mail.raw)]
        expect(all(line.startswith((b"Received:", b"Return-Path:", b"Delivered-To:", b" ", b"\t"))
                   for line in trace.splitlines()), lambda: f"only trace headers before: {trace!r}")
        direct = self.generator.next("attachment", sender=kOther)
        replies = lmtp.deliver(self.daemon.lmtp_port, direct.sender, direct.recipients, direct.raw)
        expect_equal([reply.code for reply in replies], [250], "LMTP replies")
        case = self.agent.wait_for_case(direct.token)[0]
        message = self.agent.messages(case["number"])[0]
        raw = self.admin.get(f"/messages/{message['id']}/raw").expect(200).body
        expect(raw == direct.raw, lambda: f"raw by LMTP: {raw[:400]!r} for {direct.raw[:400]!r}")

    @after("check_the_message_is_read_right")
    def check_one_agent_takes_it_and_a_second_cannot(self):
        taken = self.agent.post(f"/cases/{self.number}/take").expect(200).json()
        case = self.case()
        expect_equal(case["status"], "open", "status")
        expect(case["assignee"] is not None, "assignee is set")
        expect_in("sato", json.dumps([case["assignee"], case.get("assignee_name")]), "assignee")
        expect_equal(taken["number"], self.number, "the answer is the case")
        refused = self.daemon.client(self.other_token).post(f"/cases/{self.number}/take").expect(409)
        expect_in("sato", json.dumps(refused.problem(), ensure_ascii=False), "the holder")
        expect_equal(self.case()["assignee"], case["assignee"], "assignee after the second take")
        again = self.agent.get("/cases", query={"assignee": "me"}).expect(200).json()["items"]
        expect_equal([item["number"] for item in again], [self.number], "assignee=me")

    @after("check_one_agent_takes_it_and_a_second_cannot")
    def check_a_note_moves_nothing(self):
        before = self.case()
        note = self.agent.post(f"/cases/{self.number}/messages",
                               {"kind": "note", "text": kNoteText}).expect(201).json()
        expect_equal(note["kind"], "note", "kind")
        expect_equal(self.case()["status"], before["status"], "status after a note")

    @after("check_one_agent_takes_it_and_a_second_cannot")
    def check_the_reply_reaches_the_customer_once(self):
        request = {"kind": "reply", "text": kReplyText}
        path = f"/cases/{self.number}/messages"
        first = self.agent.post(path, request, key="reply-1").expect(201)
        second = self.agent.post(path, request, key="reply-1").expect(201)
        expect_equal(second.body, first.body, "the same key's answer")
        self.reply = first.json()
        expect_equal(self.reply["kind"], "reply", "kind")
        mail = self.customer.wait_for(1)[0]
        self.reply_id = mails.normal_id(str(mail["Message-ID"]))
        expect(self.reply_id and "@" in self.reply_id, f"Message-ID {self.reply_id!r}")
        self.reply_mail = mail
        expect_equal(mail["From"].addresses[0].addr_spec, "support@shop.example", "From")
        expect_equal([address.addr_spec for address in mail["To"].addresses], [kCustomer], "To")
        expect_equal(mails.normal_id(str(mail["In-Reply-To"])), self.mail.message_id, "In-Reply-To")
        expect_in(self.mail.message_id, str(mail["References"]), "References")
        subject = str(mail["Subject"])
        expect(subject.startswith("Re: "), f"subject {subject!r}")
        expect_in(self.mail.subject, subject, "subject")
        body = mail.get_body(("plain",))
        expect(body is not None, "a plain text part")
        expect_in("①本日発送いたしました。髙橋が担当します。", body.get_content(), "the reply's text")
        lines = [line.rstrip() for line in body.get_content().strip().splitlines()]
        expected = [line.rstrip() for line in kReplyText.strip().splitlines()]
        expect_equal(lines[:len(expected)], expected, "the reply's lines")
        expect(mail["Date"] is not None and mail["MIME-Version"] is not None, "Date, MIME-Version")
        expect_equal(len(mail.get_all("Message-ID")), 1, "Message-IDs")

    @after("check_the_reply_reaches_the_customer_once")
    def check_the_delivery_becomes_sent_and_the_case_pending(self):
        def sent():
            message = self.agent.get(f"/messages/{self.reply['id']}").expect(200).json()
            states = {entry["address"]: entry["state"] for entry in message["delivery"]}
            return message if states == {kCustomer: "sent"} else None
        message = wait_until(sent, 15, lambda: "delivery sent: " + self.agent.get(
            f"/messages/{self.reply['id']}").body.decode(), poll=0.05)
        expect_equal(mails.normal_id(message["mime_message_id"]), self.reply_id,
                     "the Message-ID of the API is the one that was sent")
        case = self.case()
        expect_equal(case["status"], "pending", "status")
        expect_equal(case["status_group"], "in_progress", "status group")

    @after("check_the_reply_reaches_the_customer_once")
    def check_the_customers_answer_reopens_the_same_case(self):
        target = self.reply_mail["Reply-To"] or self.reply_mail["From"]
        address = target.addresses[0].addr_spec
        expect(len(address.partition("@")[0]) <= 64, f"Reply-To {address}")
        self.answer = self.generator.next(
            "iso_2022_jp", sender=kCustomer, sender_name="山田 花子", recipients=[address],
            subject="Re: " + self.mail.subject, token=mails.new_token(self.generator.rng),
            in_reply_to=self.reply_id, references=[self.mail.message_id, self.reply_id])
        self.through_postfix(self.answer)
        wait_until(lambda: len(self.inbound()) >= 2, 20, "the answer in the case", poll=0.05)
        case = self.case()
        expect_equal(case["status"], "open", "status")
        expect_equal(len(self.inbound()), 2, "inbound messages")
        last = self.inbound()[-1]
        expect_equal(mails.normal_id(last["mime_message_id"]), self.answer.message_id, "Message-ID")
        expect(mails.same_text(last["text"], self.answer.text), lambda: f"text {last['text']!r}")
        cases = [entry for entry in self.agent.cases() if self.mail.token in (entry["subject"] or "")]
        expect_equal(len(cases), 1, "cases")

    @after("check_the_customers_answer_reopens_the_same_case")
    def check_an_answer_without_our_token_threads_by_references(self):
        # Some mail programs answer the From address and drop the sub-address.
        answer = self.generator.next(
            "utf8", sender=kCustomer, sender_name="山田 花子", recipients=["support@shop.example"],
            subject="Re: " + self.mail.subject, in_reply_to=self.reply_id,
            references=[self.mail.message_id, self.reply_id])
        self.through_postfix(answer)
        wait_until(lambda: len(self.inbound()) >= 3, 20, "the second answer in the case", poll=0.05)

    @after("check_the_customers_answer_reopens_the_same_case")
    def check_the_agent_resolves_it(self):
        answer = self.agent.post(f"/cases/{self.number}/resolve").expect(200).json()
        expect_equal(answer["status"], "resolved", "the answer's status")
        case = self.case()
        expect_equal(case["status"], "resolved", "status")
        expect_equal(case["status_group"], "handled", "status group")

    @after("check_a_japanese_mail_with_an_attachment_becomes_one_case")
    def check_the_same_mail_delivered_again_is_no_second_message(self):
        before = len(self.inbound())
        self.through_postfix(self.mail)
        self.postfix.wait_empty()
        answer = self.admin.intake(self.mail.raw).expect(200).json()
        expect_equal(answer["outcome"], "duplicate", "outcome of the same bytes")
        expect_equal(answer["case_number"], self.number, "case of the duplicate")
        # A mail that comes later is decided later: when it is there, so is the duplicate.
        later = self.generator.next("plain", sender=kOther)
        self.through_postfix(later)
        self.agent.wait_for_case(later.token)
        expect_equal(len(self.inbound()), before, "inbound messages")
        cases = [entry for entry in self.agent.cases() if self.mail.token in (entry["subject"] or "")]
        expect_equal(len(cases), 1, "cases")

    def check_a_mail_to_two_mailboxes_is_one_message_with_two_placements(self):
        recipients = ["support@shop.example", "sales@shop.example"]
        mail = self.generator.next("utf8", sender=kOther, recipients=recipients)
        self.through_postfix(mail)
        number = self.agent.wait_for_case(mail.token)[0]["number"]
        def placed():
            case = self.agent.case(number)
            return case if len(case["mailboxes"]) >= 2 else None
        case = wait_until(placed, 15, lambda: f"two placements: {self.agent.case(number)}", poll=0.05)
        expect_equal(len(case["mailboxes"]), 2, "placements")
        expect_equal(sorted(entry["mailbox"] for entry in case["mailboxes"]), ["sales", "support"],
                     "mailboxes")
        expect_equal(case["mailbox"], "support", "the first in configuration order")
        expect_equal(len(self.agent.messages(number)), 1, "messages")
        expect_equal(len(self.agent.wait_for_case(mail.token)), 1, "cases")

    def check_with_the_hub_stopped_mail_waits_in_postfix(self):
        deferred = self.postfix.log_text().count("status=deferred")
        self.daemon.stop()
        waiting = [self.generator.next(sender=kOther) for _ in range(3)]
        for mail in waiting:
            self.through_postfix(mail)
        self.postfix.wait_log("status=deferred", count=deferred + 3)
        expect_equal(len(self.postfix.queue_entries()), 3, "deferred mails")
        self.daemon.start()
        self.postfix.flush()
        self.postfix.wait_empty()
        for mail in waiting:
            self.agent.wait_for_case(mail.token)

    @after("check_the_reply_reaches_the_customer_once", "check_a_note_moves_nothing")
    def check_a_note_never_reaches_the_customer(self):
        # A reply sent after the note has arrived, so the note would have, too.
        self.agent.post(f"/cases/{self.number}/messages",
                        {"kind": "reply", "text": "二通目のお返事です。"}, key="reply-2").expect(201)
        found = self.customer.wait_for(2)
        expect_in("二通目のお返事です。", found[-1].get_body(("plain",)).get_content(), "second reply")
        expect(len({str(mail["Message-ID"]) for mail in found}) == 2, "two Message-IDs")
        for raw, message in zip(self.customer.raws(), found):
            body = message.get_body(("plain",)).get_content()
            expect("internal-note-never-leaves" not in body, "the note left the house")
            expect(b"internal-note-never-leaves" not in raw, "the note left the house")

    @after("check_the_agent_resolves_it")
    def check_the_events_told_it_in_order(self):
        # The daemon was restarted in between: a new stream resumes from the first event.
        first = self.stream.wait_for(lambda events: [event for event in events if event.id], 10,
                                     "an event with an id")[0]
        expect_equal(self.stream.media_type, "text/event-stream", "media type")
        seen = [event for event in self.stream.snapshot() if event.id]
        resumed = self.daemon.events(self.token, last_event_id=first.id)
        try:
            rest = [event.id for event in seen[1:]]
            resumed.wait_for(lambda events: set(rest) <= {event.id for event in events}, 10,
                             f"the {len(rest)} events after {first.id}")
            got = [event for event in resumed.snapshot() if event.id]
            expect_equal([event.id for event in got][:len(rest)], rest, "events after resuming")
            numbers = [tuple(int(part) for part in re.findall(r"\d+", event.id))
                       for event in [first, *got]]
            expect(all(a < b for a, b in zip(numbers, numbers[1:])), f"ids increase: {numbers}")
            expect(any(self.number in event.data or self.number in event.kind for event in
                       [first, *got]), lambda: f"the case {self.number} in the events: {got[:5]}")
            live = self.generator.next("plain", sender=kOther)
            count = len(resumed.snapshot())
            self.admin.intake(live.raw).expect(201)
            resumed.wait_for(lambda events: len(events) > count, 10, "a live event")
        finally:
            resumed.close()


if __name__ == "__main__":
    run_on_engines(__doc__, "main-job", MainJob, root="start Postfix")
