#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where mails go, through the daemon: rules of the configuration file, an inquiry form, merge, split,
move and undo, and mails that follow, on both database engines."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines

kRules = """
[mailbox.threading]
closed = "new_case"
order_numbers = ["EC-######"]
"""


def mail(text, identity, answers=None, sender="yamada@example.jp", subject="Question"):
    lines = [f"From: {sender}", "To: support@shop.example", f"Subject: {subject}",
             "Date: Sat, 21 Nov 2026 10:00:00 +0900", f"Message-ID: <{identity}@example.jp>",
             "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
             "Content-Transfer-Encoding: 8bit"]
    if answers:
        lines.append(f"In-Reply-To: <{answers}@example.jp>")
    return ("\r\n".join(lines) + "\r\n\r\n" + text + "\r\n").encode()


class ThreadingChecks(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = postgres.Postgres(self.sandbox).create_database() if self.engine == "postgresql" else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url,
                             mailboxes=(("support", "support@shop.example"),), extra=kRules)
        self.daemon.migrate()
        token = self.daemon.token("the-admin", "admin")
        self.daemon.start()
        self.client = self.daemon.client(token)

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def taken(self, raw):
        return self.client.intake(raw).expect(200, 201).json()

    def texts(self, number):
        return [message["text_visible"].strip() for message in self.client.messages(number)]

    def check_merge_split_move_and_undo(self):
        first = self.taken(mail("one", "m1"))["case_number"]
        second = self.taken(mail("two", "m2"))["case_number"]
        merged = self.client.post(f"/cases/{first}/merge", {"into": second}).expect(200).json()
        expect_equal(merged["merged_into"], second, "where it went")
        expect_equal(self.texts(second), ["one", "two"], "the target's messages")
        follows = self.taken(mail("three", "m3", answers="m1"))
        expect_equal(follows["case_number"], second, "a mail that follows")
        self.client.post(f"/cases/{first}/merge", {"into": second}).expect(409)
        self.client.post(f"/cases/{first}/undo").expect(200)
        expect_equal(self.texts(first), ["one"], "undone")
        self.client.post(f"/cases/{first}/undo").expect(409)

        apart = self.client.post(f"/cases/{second}/split", {"messages": [follows["message_id"]]})
        apart = apart.expect(200).json()
        expect_equal(apart["linked_to"], second, "the link of what was split off")
        moved = self.client.post(f"/messages/{follows['message_id']}/move", {"case": first})
        expect_equal(moved.expect(200).json()["number"], first, "where it is now")
        expect_equal(self.texts(first), ["one", "three"], "after moving")
        self.client.post(f"/messages/{follows['message_id']}/move", {}).expect(422)
        self.client.post(f"/messages/{follows['message_id']}/move", {"new_case": True},
                         headers={"If-Match": '"999"'}).expect(412)

    def check_the_mailbox_s_rules(self):
        first = self.taken(mail("注文 EC-004711 です", "r1"))["case_number"]
        case = self.client.case(first)
        expect_equal(case["order_numbers"], ["EC-004711"], "order numbers")
        for action in ("merge", "split", "move"):
            expect_in(action, case["allowed_actions"], "allowed actions")
        self.client.patch(f"/cases/{first}", {"status": "closed"},
                          headers={"If-Match": f'"{case["version"]}"'}).expect(200)
        later = self.taken(mail("again", "r2", answers="r1"))
        expect(later["case_number"] != first, "a closed case was opened again")
        expect_equal(self.client.case(later["case_number"])["linked_to"], first, "the link")
        steps = self.client.get(f"/messages/{later['message_id']}/decision").expect(200).json()["steps"]
        expect_in("mailbox_rules", [step["stage"] for step in steps if step["decided"]], "stages")

    def check_a_form(self):
        decided = self.taken(mail("お名前：鈴木 花子\r\nメールアドレス：hanako@example.jp\r\n"
                                  "お問い合わせ内容：\r\n届きません", "f1", sender="form@shop.example"))
        case = self.client.case(decided["case_number"])
        expect_equal(case["channel"], "web", "channel")
        expect_equal(case["requester"]["address"], "hanako@example.jp", "requester")


if __name__ == "__main__":
    run_on_engines(__doc__, "threading", ThreadingChecks)
