#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A customer's screen in one answer, on both engines: complete, each tab going on by its own list, of one
point in time while others write, only what the caller may see."""

import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines

kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kTabs = {"cases": "cases", "orders": "orders", "subscriptions": "subscriptions", "changes": "changes", "memos": "memos",
         "deliveries": "deliveries", "surveys": "surveys"}


class ScreenChecks(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.count = 0

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=url, mailboxes=kMailboxes)
        self.daemon.migrate()
        tokens = {role: self.daemon.token(f"the-{role}", role)
                  for role in ("admin", "agent", "viewer", "integration")}
        self.daemon.start()
        self.admin = self.daemon.client(tokens["admin"])
        self.agent = self.daemon.client(tokens["agent"])
        self.viewer = self.daemon.client(tokens["viewer"])
        self.program = self.daemon.client(tokens["integration"])

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_customer(self):
        self.count += 1
        made = self.agent.post("/customers", {
            "family_name": f"顧客{self.count}", "emails": [{"address": f"c{self.count}@example.jp"}],
            "billing_address": {"prefecture": "東京都", "city": "渋谷区"}}).expect(201).json()
        return made["number"]

    def mail(self, number, mailbox="support"):
        self.count += 1
        address = self.viewer.get(f"/customers/{number}").json()["emails"][0]["address"]
        raw = (f"From: {address}\r\nTo: {mailbox}@shop.example\r\nSubject: question\r\n"
               f"Message-ID: <screen-{self.count}@example.jp>\r\n\r\nplease {self.count}\r\n").encode()
        taken = self.admin.request("POST", "/intake/mail", query={"mailbox": mailbox}, body=raw,
                                   media_type="message/rfc822").expect(201).json()
        return taken["case_number"]

    def fill(self, number, times=1):
        path = f"/customers/{number}"
        for _ in range(times):
            self.count += 1
            self.mail(number)
            self.agent.post(path + "/memos", {"text": f"メモ{self.count}"}).expect(201)
            self.agent.post(path + "/addresses", {"address": {"city": "港区"}}).expect(201)
            self.agent.post("/orders", {"customer": number, "items": [
                {"sku": "T", "name": "茶", "unit_price": {"amount_minor": 1, "currency": "JPY"}}]
            }).expect(201)
            self.agent.post("/subscriptions", {"customer": number, "next_date": "2030-01-01", "items": [
                {"sku": "T", "name": "茶", "unit_price": {"amount_minor": 1, "currency": "JPY"}}]
            }).expect(201)
            self.program.post(path + "/cards", {"account": "pay", "token": f"tok_{self.count}",
                                                "last_digits": "4242"}).expect(200)
            self.program.post("/surveys", {"account": "profile", "items": [
                {"external_id": str(self.count), "respondent": {"customer": number},
                 "answered_at": "2026-11-01T00:00:00Z",
                 "answers": [{"question": "q", "answers": ["a"]}]}]}).expect(200)

    def screen(self, number, client=None, **query):
        return (client or self.agent).request("GET", f"/customers/{number}/screen", query=query)

    def check_everything_in_one_answer(self):
        number = self.new_customer()
        self.fill(number, 2)
        path = f"/customers/{number}"
        token = self.agent.request("PUT", path + "/edit-lock").expect(200).json()["token"]
        answer = self.screen(number).expect(200)
        shown = answer.json()
        expect_equal(answer.header("ETag"), f"\"{shown['version']}\"", "ETag")
        expect_equal(shown["customer"], self.agent.get(path).json(), "the customer")
        expect_equal(shown["addresses"], self.agent.get(path + "/addresses").json()["items"],
                     "addresses")
        expect_equal(shown["edit_lock"]["token"], token, "the lock of its holder")
        expect(self.screen(number, self.viewer).json()["edit_lock"]["token"] is None,
               "nobody else's token")
        for tab in ("orders", "subscriptions", "memos", "cards", "surveys", "changes"):
            listed = self.agent.get(f"{path}/{tab}").expect(200).json()
            expect_equal(shown[tab]["items"], listed["items"], tab)
            expect_equal(shown[tab]["count"], len(listed["items"]), f"number of {tab}")
        expect_equal([case["number"] for case in shown["cases"]["items"]],
                     [case["number"] for case in self.agent.get(path + "/cases").json()["items"]],
                     "cases")
        expect(all(case["text"].startswith("please") for case in shown["cases"]["items"]),
               "how they begin")
        expect_equal((shown["mail_history"], shown["withheld"], shown["card_sessions"]), ([], [], []),
                     "nothing is connected, nothing kept back")

    def check_each_tab_goes_on_by_its_own_list(self):
        number = self.new_customer()
        self.fill(number, 3)
        shown = self.screen(number, limit=2).expect(200).json()
        for tab, list_of in kTabs.items():
            if tab == "deliveries":
                continue
            expect(shown[tab]["next_cursor"], f"more {tab}")
            rest = self.agent.request("GET", f"/customers/{number}/{list_of}",
                                      query={"cursor": shown[tab]["next_cursor"]}).expect(200).json()
            seen = [item["id"] if "id" in item else item["number"]
                    for item in shown[tab]["items"] + rest["items"]]
            expect_equal(len(set(seen)), len(seen), f"{tab}, each once")
            if tab not in ("changes", "subscriptions"):
                expect_equal((len(seen), shown[tab]["count"]), (3, 3), f"all {tab}")
        self.screen(number, limit=0).expect(422)
        self.screen(number, limit=201).expect(422)

    def check_of_one_point_in_time_while_others_write(self):
        number = self.new_customer()
        failures = []

        def write():
            client = self.agent.again()
            for n in range(40):
                if client.post(f"/customers/{number}/memos", {"text": str(n)}).status != 201:
                    failures.append(n)
            client.close()

        writer = threading.Thread(target=write)
        writer.start()
        last = 0
        while writer.is_alive() or last < 40:
            shown = self.screen(number, limit=200).expect(200).json()
            told = sum(entry["event"] == "customer_memo.created"
                       for entry in shown["changes"]["items"])
            expect_equal(shown["memos"]["count"], told, "memos and their history")
            last = shown["memos"]["count"]
        writer.join()
        expect_equal(failures, [], "refused writes")

    def check_only_what_the_caller_may_see(self):
        number = self.new_customer()
        hidden = self.mail(number, "support")
        seen = self.mail(number, "sales")
        token = self.daemon.token("only-sales", "agent")
        only = [one for one in self.admin.get("/agents").json()["items"]
                if one["name"] == "only-sales"][0]
        self.admin.patch(f"/agents/{only['id']}", {"mailboxes": ["sales"]},
                         headers={"If-Match": f"\"{only['version']}\""}).expect(200)
        answer = self.screen(number, self.daemon.client(token)).expect(200)
        shown = answer.json()
        expect_equal([case["number"] for case in shown["cases"]["items"]], [seen], "cases")
        expect_equal(shown["cases"]["count"], 1, "their number")
        expect(hidden.encode() not in answer.body, "the other one is nowhere")
        expect_in(hidden.encode(), self.screen(number).expect(200).body, "others see it")

    def check_strangers_and_nobody(self):
        number = self.new_customer()
        self.screen(number, self.daemon.client(None)).expect(401)
        self.screen("CU-999999").expect(404)
        self.screen(number, self.viewer).expect(200)


if __name__ == "__main__":
    run_on_engines(__doc__, "screen", ScreenChecks)
