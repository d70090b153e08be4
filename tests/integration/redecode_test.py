#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mails whose charset was told wrong, through the facade: an unsure reading says so, a person chooses
another charset for one message or a selection, and what is searched for is what is shown."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines


def mislabelled(identity, subject, text, name, file_name, charset="cp932", label="iso-8859-2"):
    """Written in one charset, labelled as another, with raw headers."""
    head = (f"From: {name} <{identity}@example.jp>\r\nTo: support@shop.example\r\nSubject: {subject}\r\n"
            f"Date: Sat, 21 Nov 2026 10:00:00 +0900\r\nMessage-ID: <{identity}@example.jp>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            f"--b\r\nContent-Type: text/plain; charset={label}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f"{text}\r\n--b\r\nContent-Type: application/pdf\r\n"
            f'Content-Disposition: attachment; filename="{file_name}"\r\n\r\n%PDF-1.7\r\n--b--\r\n')
    return head.encode(charset)


def unlabelled(identity, text, charset):
    return (f"From: {identity}@example.jp\r\nTo: support@shop.example\r\nSubject: plain\r\n"
            f"Message-ID: <{identity}@example.jp>\r\nContent-Type: text/plain\r\n\r\n").encode() + \
        text.encode(charset) + b"\r\n"


class Redecode(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = postgres.Postgres(self.sandbox).create_database() if self.engine == "postgresql" else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url)
        self.daemon.migrate()
        self.admin = self.daemon.client(self.daemon.token("root", "admin"))
        self.agent = self.daemon.client(self.daemon.token("sato", "agent"))
        self.daemon.start()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def taken(self, raw):
        return self.admin.intake(raw).expect(201).json()

    def message(self, identity):
        return self.agent.get(f"/messages/{identity}").expect(200).json()

    def found(self, words):
        items = self.agent.get("/cases", query={"q": words}).expect(200).json()["items"]
        return [item["number"] for item in items]

    def redecode(self, message, charset, headers=None):
        return self.agent.request("POST", f"/messages/{message['id']}/redecode", {"charset": charset},
                                  headers=headers)

    def check_an_unsure_reading_carries_a_notice(self):
        # Two kanji tell no charset from another.
        unsure = self.taken(unlabelled("unsure", "破損", "euc-jp"))
        expect_in("unsure_charset", self.message(unsure["message_id"])["notices"], "notices")
        sure = self.taken(unlabelled("sure", "こんにちは。商品が届きません。", "euc-jp"))
        message = self.message(sure["message_id"])
        expect_equal(message["text"], "こんにちは。商品が届きません。", "text")
        expect("unsure_charset" not in message["notices"], lambda: f"notices {message['notices']}")

    def check_one_message_is_read_anew(self):
        raw = mislabelled("one", "至急", "破損していました。交換希望", "山田", "写真.pdf")
        taken = self.taken(raw)
        number = taken["case_number"]
        before = self.message(taken["message_id"])
        expect(before["text"] != "破損していました。交換希望", "the label is wrong and was believed")
        old = before["text"].strip()
        expect_equal(self.found("交換希望"), [], "cases found by the right words, before")
        now = self.redecode(before, "shift_jis", {"If-Match": f'"{before["version"]}"'}).expect(200).json()
        expect_equal((now["text"], now["subject"], now["from"]["name"], now["attachments"][0]["file_name"]),
                     ("破損していました。交換希望", "至急", "山田", "写真.pdf"), "what it says")
        expect("unsure_charset" not in now["notices"], lambda: f"notices {now['notices']}")
        expect_equal(self.message(now["id"]), now, "what is kept")
        for words in ("交換希望", "至急", "写真"):
            expect_equal(self.found(words), [number], f"cases found by {words}")
        expect_equal(self.found(old), [], f"cases found by {old!r}")
        case = self.agent.get(f"/cases/{number}").expect(200).json()
        expect_equal((case["subject"], case["requester"]["name"]), ("至急", "山田"), "the case")
        got = self.admin.get(f"/messages/{now['id']}/raw").expect(200).body
        expect(got == raw, "the raw mail is what it was")
        # Once more, from the raw mail and not from what was made of it.
        self.redecode(now, "iso-8859-2").expect(200)
        expect_equal(self.redecode(now, "cp932").expect(200).json()["text"], now["text"], "there and back")
        self.redecode(now, "cp932", {"If-Match": '"1"'}).expect(412)

    def check_a_selection_is_read_anew_each_by_itself(self):
        mails = [self.taken(mislabelled(f"many{index}", "件名", f"返金希望 {index}", "鈴木", "領収書.pdf"))
                 for index in range(5)]
        right = self.taken(unlabelled("right", "既に正しい本文です", "cp932"))
        note = self.agent.request("POST", f"/cases/{right['case_number']}/messages",
                                  {"kind": "note", "text": "a note"}).expect(201).json()
        chosen = [mail["message_id"] for mail in mails[:4]] + ["none", note["id"], right["message_id"]]
        done = self.agent.request("POST", "/messages/redecode",
                                  {"ids": chosen, "charset": "windows-31j"}).expect(200).json()
        expect_equal([item["id"] for item in done["items"]], chosen, "an answer for each")
        expect_equal([item["error"] is None for item in done["items"]],
                     [True] * 4 + [False, False, True], "which went well")
        expect_equal(sorted(self.found("返金希望")), sorted(mail["case_number"] for mail in mails[:4]),
                     "cases found")
        expect("返金希望" not in self.message(mails[4]["message_id"])["text"], "the one not chosen stays")
        expect_equal(self.message(right["message_id"])["text"], "既に正しい本文です", "one that was right")

    @after("check_one_message_is_read_anew")
    def check_bad_wishes_are_refused(self):
        taken = self.taken(unlabelled("bad", "text", "ascii"))
        message = self.message(taken["message_id"])
        for charset in ("no-such-charset", ""):
            problem = self.redecode(message, charset).expect(422).problem()
            expect_equal(problem["errors"][0]["pointer"], "/charset", "pointer")
        self.redecode({"id": "none"}, "cp932").expect(404)
        self.agent.request("POST", "/messages/redecode", {"ids": ["x"] * 101, "charset": "cp932"}).expect(422)
        self.daemon.client(None).request("POST", f"/messages/{message['id']}/redecode",
                                         {"charset": "cp932"}).expect(401)


if __name__ == "__main__":
    run_on_engines(__doc__, "redecode", Redecode)
