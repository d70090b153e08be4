#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Customers through the facade, on both engines: registered, found however it was typed, changed under a
version, linked to mails, merged and parted, in and out as files; who may do what."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kMailboxes = (("support", "support@shop.example"),)


class CustomerChecks(Checks):
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
                  for role in ("admin", "agent", "viewer", "supervisor")}
        self.daemon.start()
        self.admin = self.daemon.client(tokens["admin"])
        self.agent = self.daemon.client(tokens["agent"])
        self.viewer = self.daemon.client(tokens["viewer"])
        self.chief = self.daemon.client(tokens["supervisor"])

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_customer(self, **members):
        self.count += 1
        body = {"family_name": f"顧客{self.count}", **members}
        return self.agent.post("/customers", body).expect(201).json()

    def found(self, **query):
        page = self.agent.request("GET", "/customers", query=query).expect(200).json()
        return [item["number"] for item in page["items"]]

    def mail(self, sender, text):
        raw = (f"From: {sender}\r\nTo: support@shop.example\r\nSubject: question\r\n"
               f"Message-ID: <{text}@example.jp>\r\n\r\n{text}\r\n").encode()
        return self.admin.request("POST", "/intake/mail", query={"mailbox": "support"}, body=raw,
                                  media_type="message/rfc822").expect(201).json()["case_number"]

    def check_are_registered_found_and_changed(self):
        made = self.agent.post("/customers", {
            "family_name": "山田", "given_name": "太郎", "family_name_kana": "ヤマダ",
            "emails": [{"address": "Yamada@example.jp", "newsletter": True}],
            "phones": [{"number": "090-1234-5678", "kind": "mobile"}],
            "billing_address": {"postal_code": "1500001", "prefecture": "tokyo", "city": "渋谷区"}})
        customer = made.expect(201).json()
        number = customer["number"]
        expect_equal(made.header("Location"), f"/api/v1/customers/{number}", "Location")
        expect_equal(customer["emails"][0], {"address": "Yamada@example.jp", "preferred": True,
                                             "newsletter": True, "state": "unused"}, "the address")
        expect_equal(customer["billing_address"]["postal_code"], "150-0001", "postal code")
        expect_equal(customer["billing_address"]["prefecture"], "東京都", "prefecture")
        expect_equal(customer["sync"]["state"], "local", "sync")
        for query in ({"q": "ﾔﾏﾀﾞ"}, {"q": "09012345678"}, {"q": "０９０－１２３４－５６７８"},
                      {"name": "山田太郎"}, {"phone": "+819012345678"}, {"postal_code": "150-0001"},
                      {"email": "yamada@EXAMPLE.jp"}, {"address": "渋谷"}, {"number": number},
                      {"q": "渋谷 太郎", "kana": "やまだ"}):
            expect_equal(self.found(**query), [number], f"found by {query}")
        expect_equal(self.found(q="山田", phone="000-0000-0000"), [], "all conditions hold")
        path = f"/customers/{number}"
        self.agent.patch(path, {"company": "x"}).expect(428)
        tag = self.agent.get(path).header("ETag")
        changed = self.agent.patch(path, {"company": "見本商事", "birthday": "1980-04-01"},
                                   headers={"If-Match": tag}).expect(200).json()
        expect_equal(changed["version"], 2, "version")
        stale = self.agent.patch(path, {"company": "y"}, headers={"If-Match": tag}).expect(412)
        expect_equal(stale.problem()["current"]["company"], "見本商事", "the current state")
        history = self.viewer.get(path + "/changes").expect(200).json()["items"]
        expect_equal([entry["event"] for entry in history],
                     ["customer.changed", "customer.created"], "history")
        expect_equal(history[0]["fields"][0],
                     {"field": "company", "from": "", "to": "見本商事"}, "field")
        self.agent.post("/customers", {"family_name": "x", "birthday": "1980-02-30"}).expect(422)
        self.agent.post("/customers", {"family_nam": "x"}).expect(422)
        refused = self.agent.post("/customers", {"company": "4111 1111 1111 1111"}).expect(422)
        expect_equal(refused.problem()["type"], "urn:madoguchi:problem:pan-detected", "type")

    def check_the_same_key_registers_one(self):
        body = {"family_name": "一度だけ"}
        first = self.agent.post("/customers", body, key="once").expect(201).json()
        again = self.agent.post("/customers", body, key="once").expect(201).json()
        expect_equal(again["number"], first["number"], "number")
        expect_equal(len(self.found(q="一度だけ")), 1, "customers")

    def check_roles(self):
        number = self.new_customer()["number"]
        self.viewer.get(f"/customers/{number}").expect(200)
        self.viewer.post("/customers", {"family_name": "x"}).expect(403)
        self.viewer.post(f"/customers/{number}/memos", {"text": "x"}).expect(403)
        self.agent.post(f"/customers/{number}/merge", {"into": "CU-000001"}).expect(403)
        self.agent.get("/customers/export").expect(403)
        self.agent.post("/labels", {"name": "x"}).expect(403)
        self.agent.get("/customers/CU-999999").expect(404)
        shown = self.viewer.get(f"/customers/{number}").json()
        expect_equal(shown["allowed_actions"], [], "a viewer's actions")
        shown = self.chief.get(f"/customers/{number}").json()
        expect_equal(shown["allowed_actions"], ["edit", "write_memo", "merge"], "a chief's actions")

    def check_labels_and_the_blacklist_stand_on_cases(self):
        label = self.chief.post("/labels", {"name": "VIP", "detail": "上客"}).expect(201).json()
        reason = self.chief.post("/blacklist-reasons", {"name": "未払い"}).expect(201).json()
        customer = self.new_customer(emails=[{"address": "vip@example.jp"}], labels=["VIP"])
        path = f"/customers/{customer['number']}"
        self.agent.patch(path, {"blacklist_reasons": [reason["id"]]},
                         headers={"If-Match": '"1"'}).expect(422)
        self.agent.patch(path, {"blacklisted": True, "blacklist_reasons": [reason["id"]]},
                         headers={"If-Match": '"1"'}).expect(200)
        number = self.mail("VIP@example.jp", "vip-question")
        case = self.agent.get(f"/cases/{number}").expect(200).json()
        expect_equal(case["customer"], customer["number"], "the case's customer")
        expect_equal(case["customer_standing"], {
            "name": customer["name"], "blacklisted": True,
            "blacklist_reasons": [{"id": reason["id"], "name": "未払い"}],
            "labels": [{"id": label["id"], "name": "VIP"}]}, "standing")
        listed = self.agent.request("GET", "/cases", query={"customer": customer["number"]})
        expect_equal([item["number"] for item in listed.json()["items"]], [number], "cases")
        below = self.agent.get(path + "/cases").expect(200).json()["items"]
        expect_equal([item["number"] for item in below], [number], "cases below")
        expect_in(customer["number"], self.found(label="VIP"), "by label")
        expect_in(customer["number"], self.found(blacklisted="true"), "by blacklist")
        self.chief.patch(f"/labels/{label['id']}", {"archived": True},
                         headers={"If-Match": '"1"'}).expect(200)
        self.agent.post("/customers", {"family_name": "x", "labels": ["VIP"]}).expect(422)

    def check_an_inquiry_becomes_a_customer(self):
        number = self.mail("stranger@example.net", "who-am-i")
        expect_equal(self.agent.get(f"/cases/{number}").json()["customer"], None, "customer")
        made = self.agent.post("/customers", {"from_case": number, "family_name": "新規"})
        customer = made.expect(201).json()
        expect_equal(customer["emails"][0]["address"], "stranger@example.net", "address")
        expect_equal(self.agent.get(f"/cases/{number}").json()["customer"], customer["number"],
                     "linked")
        self.agent.post("/customers", {"from_case": number}).expect(409)
        # Linking an inquiry to somebody who is registered.
        other = self.mail("stranger2@example.net", "who-am-i-2")
        tag = self.agent.get(f"/cases/{other}").header("ETag")
        linked = self.agent.patch(f"/cases/{other}", {"customer": customer["number"]},
                                  headers={"If-Match": tag}).expect(200).json()
        expect_equal(linked["customer_standing"]["name"], customer["name"], "standing")

    def check_addresses_and_memos(self):
        path = f"/customers/{self.new_customer()['number']}"
        made = self.agent.post(path + "/addresses", {
            "label": "会社", "address": {"postal_code": "5300001", "prefecture": "大阪",
                                        "city": "大阪市北区"}}).expect(201)
        address = made.json()
        expect_equal(made.header("Location"), f"/api/v1{path}/addresses/{address['id']}", "Location")
        below = f"{path}/addresses/{address['id']}"
        self.agent.patch(below, {"label": "自宅"}).expect(428)
        self.agent.patch(below, {"label": "自宅"}, headers={"If-Match": '"1"'}).expect(200)
        self.agent.patch(below, {"label": "x"}, headers={"If-Match": '"1"'}).expect(412)
        self.agent.request("DELETE", below, headers={"If-Match": '"2"'}).expect(204)
        expect_equal(self.agent.get(path + "/addresses").json()["items"], [], "addresses")
        for text in ("一", "二", "三"):
            self.agent.post(path + "/memos", {"text": text}).expect(201)
        page = self.agent.request("GET", path + "/memos", query={"limit": 2}).json()
        expect_equal([memo["text"] for memo in page["items"]], ["三", "二"], "memos")
        rest = self.agent.request("GET", path + "/memos",
                                  query={"limit": 2, "cursor": page["next_cursor"]}).json()
        expect_equal([memo["text"] for memo in rest["items"]], ["一"], "the rest")

    def check_merge_and_unmerge(self):
        one = self.new_customer(emails=[{"address": "same@example.jp"}], given_name="一")["number"]
        two = self.new_customer(emails=[{"address": "SAME@example.jp"},
                                        {"address": "second@example.jp"}])["number"]
        alike = self.agent.get(f"/customers/{one}/duplicates").expect(200).json()["items"]
        expect_equal([(item["customer"]["number"], item["same_email"]) for item in alike],
                     [(two, True)], "duplicates")
        case = self.mail("second@example.jp", "of-the-second")
        preview = self.chief.post(f"/customers/{two}/merge", {"into": one, "preview": True})
        expect_equal(preview.expect(200).json()["cases"], 1, "cases")
        expect_equal(self.agent.get(f"/customers/{two}").json()["merged_into"], None, "only a preview")
        self.chief.post(f"/customers/{two}/merge", {"into": one}).expect(200)
        expect_equal(self.agent.get(f"/customers/{two}").json()["merged_into"], one, "merged")
        expect_equal(self.agent.get(f"/cases/{case}").json()["customer"], one, "the case")
        listed = self.agent.request("GET", "/cases", query={"customer": two}).json()["items"]
        expect_equal([item["number"] for item in listed], [case], "by the old number")
        self.agent.patch(f"/customers/{two}", {"company": "x"},
                         headers={"If-Match": '"2"'}).expect(409)
        self.chief.post(f"/customers/{two}/unmerge").expect(200)
        expect_equal(self.agent.get(f"/cases/{case}").json()["customer"], two, "the case again")
        emails = self.agent.get(f"/customers/{one}").json()["emails"]
        expect_equal([email["address"] for email in emails], ["same@example.jp"], "addresses")
        self.chief.post(f"/customers/{two}/unmerge").expect(409)

    def check_files(self):
        lines = "".join(f"取込{n},客,import{n}@example.jp\r\n" for n in range(1200))
        body = ("姓,名,メールアドレス\r\n" + lines + "誤り,,no address\r\n").encode("cp932")
        for dry_run, expected in (("true", 0), ("false", 1200)):
            begun = self.chief.request("POST", "/imports", query={"dry_run": dry_run}, body=body,
                                       media_type="text/csv").expect(202).json()
            path = f"/imports/{begun['id']}"
            wait_until(lambda: self.chief.get(path).json()["state"] == "done", 60, "the import")
            report = self.chief.get(f"/imports/{begun['id']}").json()
            expect_equal(report["charset"], "cp932", "charset")
            expect_equal(report["counts"]["created"], 1200, "created")
            expect_equal([(error["line"], error["column"]) for error in report["errors"]],
                         [(1202, "メールアドレス")], "errors")
            page = self.agent.request("GET", "/customers", query={"name": "取込", "count": "true"})
            expect_equal(page.json()["count"], min(expected, 1000), "customers")
        self.new_customer(company="=1+1")
        file = self.chief.request("GET", "/customers/export", query={"limit": 100}).expect(200)
        expect(file.body.startswith(b"\xef\xbb\xbfnumber,"), "no byte order mark, or no header")
        expect(file.header("Next-Cursor"), "there are more")
        text = file.body.decode("utf-8-sig")
        expect_in("'=1+1", text, "formula")
        expect(",=1+1" not in text, "a formula got out")
        rest = self.chief.request("GET", "/customers/export",
                                  query={"cursor": file.header("Next-Cursor")}).expect(200)
        expect(len(rest.body.decode("utf-8-sig").splitlines()) > 1000, "the rest is missing")
        self.chief.request("POST", "/imports", body=b"", media_type="text/csv").expect(400, 422)


if __name__ == "__main__":
    run_on_engines(__doc__, "customers", CustomerChecks)
