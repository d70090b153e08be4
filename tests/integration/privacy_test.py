#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A person is erased, and not one octet of him is left, on both engines. A canary stands in everything the
hub can know of somebody; afterwards every file of the data folder, the database with its log, a backup and a
dump are searched for it. Beside it: the export of all data, legal holds, retention, and who saw whom."""

import io
import json
import os
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kCanary = "kanarienvogel"
kAddress = f"{kCanary}@example.jp"
kKana = "カナリアビッチ"  # nobody else's


def yen(amount):
    return {"amount_minor": amount, "currency": "JPY"}


class PrivacyChecks(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.count = 0

    def setup(self):
        self.url = None
        if self.engine == "postgresql":
            self.url = postgres.Postgres(self.sandbox).create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=self.url)
        self.daemon.migrate()
        tokens = {role: self.daemon.token(f"the-{role}", role)
                  for role in ("admin", "agent", "supervisor")}
        self.daemon.start()
        self.admin = self.daemon.client(tokens["admin"])
        self.agent = self.daemon.client(tokens["agent"])
        self.chief = self.daemon.client(tokens["supervisor"])

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def mail(self, text, sender=kAddress, attachment=b""):
        self.count += 1
        raw = (f"From: {kCanary} <{sender}>\r\nTo: support@shop.example\r\nSubject: {text}\r\n"
               f"Message-ID: <{self.count}.{sender}>\r\nMIME-Version: 1.0\r\n"
               "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
               f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text} {kKana}\r\n--b\r\n"
               "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; "
               f"filename=\"{kCanary}.bin\"\r\n\r\n").encode() + attachment + b"\r\n--b--\r\n"
        answer = self.admin.request("POST", "/intake/mail", query={"mailbox": "support"}, body=raw,
                                    media_type="message/rfc822")
        return answer.expect(201).json()["case_number"]

    def person(self, address=kAddress, **members):
        body = {"family_name": kCanary, "given_name": "太郎", "family_name_kana": kKana,
                "emails": [{"address": address}], "phones": [{"number": "090-7777-1234"}],
                "company": f"{kCanary}商事", "tags": [kCanary], "birthday": "1980-04-01",
                "billing_address": {"postal_code": "1500001", "prefecture": "東京都",
                                    "city": "渋谷区", "street": f"{kCanary} 1-1"}}
        return self.agent.post("/customers", {**body, **members}).expect(201).json()["number"]

    def finished_order(self, customer):
        order = self.agent.post("/orders", {
            "customer": customer, "items": [{"sku": "P1", "name": "bird seed", "unit_price": yen(500)}],
            "payment_method": "bank_transfer", "remark": f"for my {kCanary}", "memo": kCanary,
            "shipping_address": {"postal_code": "1500001", "prefecture": "東京都", "city": "渋谷区",
                                 "street": f"{kCanary} 1-1", "name": kCanary}}).expect(201).json()
        return self.agent.post(f"/orders/{order['id']}/cancel",
                               {"reason": f"{kCanary} said so"}).expect(200).json()

    def fill(self, customer):
        """All that can be known of somebody; the numbers of the cases."""
        first = self.mail(f"{kCanary} is ill")
        second = self.mail(f"big {kCanary}", attachment=kCanary.encode() * 20_000)
        self.agent.post(f"/cases/{first}/messages", {"kind": "reply", "text": f"Dear {kCanary}"}).expect(201)
        self.agent.post(f"/cases/{first}/messages",
                        {"kind": "note", "text": f"{kCanary} is angry"}).expect(201)
        self.agent.request("PUT", f"/cases/{second}/draft",
                           json={"text": f"a draft for {kCanary}"}).expect(200, 201)
        third = self.agent.post("/cases", {
            "channel": "phone", "kind": "call", "text": f"{kCanary} called", "customer": customer},
            headers={"Idempotency-Key": "canary"}).expect(201).json()["number"]
        self.agent.post(f"/customers/{customer}/memos", {"text": f"{kCanary} sings"}).expect(201)
        self.agent.post(f"/customers/{customer}/addresses", {
            "label": kCanary, "address": {"postal_code": "1500001", "prefecture": "東京都",
                                          "city": kCanary}}).expect(201)
        self.finished_order(customer)
        return [first, second, third]

    def ended(self, operation):
        def done():
            value = self.admin.get(f"/operations/{operation}").expect(200).json()
            return value if value["state"] != "running" else None
        return wait_until(done, 60, "the operation to end")

    def erase(self, customer, **members):
        begun = self.admin.post(f"/customers/{customer}/erase",
                                {"reason": "asked for it", **members}).expect(202).json()
        return self.ended(begun["operation_id"])

    def places_of(self, word, files):
        needle = word.encode()
        found = []
        for path in files:
            with open(path, "rb") as file:
                if needle in file.read().lower():
                    found.append(path)
        return found

    def all_files(self):
        """The hub's own; PostgreSQL's are its server's, which vacuums."""
        files = [os.path.join(folder, name) for folder, _, names in os.walk(self.daemon.base)
                 for name in names]
        return [path for path in files if os.path.isfile(path)]

    def dump(self, name):
        """A backup; of PostgreSQL, whose are compressed, all that its database says."""
        path = os.path.join(self.daemon.base, name)
        if self.engine != "postgresql":
            self.daemon.command("backup", path, check=True)
        else:
            subprocess.run([postgres.tool("pg_dump"), "-f", path, self.url], check=True, timeout=60)
        return path

    def check_nothing_is_left_of_an_erased_person(self):
        before = self.mail(f"{kCanary} before he was registered")
        customer = self.person()
        cases = [before] + self.fill(customer)
        self.agent.get(f"/customers/{customer}").expect(200)
        dump = self.dump("before.backup")
        expect(self.places_of(kCanary, [dump]), "the canary is not even there before")
        os.remove(dump)
        counts = self.counts()

        tried = self.erase(customer, preview=True)
        expect_equal(tried["counts"]["failed"], 0, "failed in the preview")
        expect_equal(self.agent.get(f"/customers/{customer}").json()["family_name"], kCanary,
                     "the name after a preview")
        done = self.erase(customer)
        expect_equal((done["counts"]["done"], done["counts"]["failed"]), (len(cases) + 1, 0), "rows")

        left = self.agent.get(f"/customers/{customer}").expect(200).json()
        expect(left["erased_at"], "it does not say that it was erased")
        expect_equal((left["name"], left["emails"], left["tags"]), ("", [], []), "what is left")
        for number in cases:
            case = self.agent.get(f"/cases/{number}").expect(200).json()
            expect_equal((case["subject"], case["status"]), ("", "closed"), number)
        expect_equal(self.counts(), counts, "counts")
        for path, query in (("/search", {"q": kCanary}), ("/customers", {"q": kCanary}),
                            ("/cases", {"q": kCanary})):
            answer = self.admin.request("GET", path, query=query).expect(200)
            expect(kCanary not in answer.body.decode().lower().replace(f"q={kCanary}", ""),
                   f"{path} finds him")
        self.admin.post(f"/customers/{customer}/erase", {"reason": "again"}).expect(409)
        expect("jobs.threw" not in self.daemon.complaints(), "a job met what was erased")

        # Indexes are joined and the log is emptied soon afterwards.
        for word in (kCanary, kKana):
            found = []

            def is_gone(word=word, found=found):
                found[:] = self.places_of(word, [self.dump("after.backup")] + self.all_files())
                return not found
            wait_until(is_gone, 30, lambda word=word, found=found: f"{word} to be gone from {found}",
                       poll=0.5)
        verify = self.daemon.command("audit", "verify")
        expect_equal(verify.returncode, 0, verify.stdout.decode() + verify.stderr.decode())

    def counts(self):
        pages = {}
        for path in ("/cases", "/orders"):
            pages[path] = self.admin.request("GET", path, query={"count": "true"}).json()["count"]
        return pages

    def check_who_may_not_be_erased_stays(self):
        customer = self.person("held@example.jp")
        self.admin.get(f"/customers/{customer}/legal-hold").expect(200)
        self.admin.request("PUT", f"/customers/{customer}/legal-hold", json={"reason": ""}).expect(422)
        self.admin.request("PUT", f"/customers/{customer}/legal-hold",
                           json={"reason": "係争中"}).expect(200)
        problem = self.admin.post(f"/customers/{customer}/erase", {"reason": "x"}).expect(409).problem()
        expect_equal(problem["type"], "urn:madoguchi:problem:customer-held", "type")
        expect_in("係争中", problem["detail"], "why")
        self.admin.request("DELETE", f"/customers/{customer}/legal-hold").expect(204)
        order = self.agent.post("/orders", {
            "customer": customer, "items": [{"sku": "P1", "name": "seed", "unit_price": yen(500)}],
            "payment_method": "bank_transfer",
            "shipping_address": {"postal_code": "1500001", "prefecture": "東京都",
                                 "city": "渋谷区"}}).expect(201).json()
        problem = self.admin.post(f"/customers/{customer}/erase", {"reason": "x"}).expect(409).problem()
        expect_equal(problem["type"], "urn:madoguchi:problem:customer-unfinished", "type")
        expect_equal(problem["unfinished"], [order["number"]], "what is under way")
        for client in (self.agent, self.chief):
            client.post(f"/customers/{customer}/erase", {"reason": "x"}).expect(403)
        self.admin.post("/customers/CU-999999/erase", {"reason": "x"}).expect(404)
        self.admin.post(f"/customers/{customer}/erase", {}).expect(422)

    def check_an_export_holds_all_that_is_known(self):
        customer = self.person("export@example.jp")
        number = self.mail("where is it", sender="export@example.jp", attachment=b"the octets" * 9000)
        self.agent.post(f"/cases/{number}/messages", {"kind": "reply", "text": "答えです"}).expect(201)
        self.agent.post(f"/customers/{customer}/memos", {"text": "メモ"}).expect(201)
        self.agent.get(f"/customers/{customer}/export").expect(403)
        answer = self.admin.get(f"/customers/{customer}/export").expect(200)
        expect_equal(answer.header("Content-Type"), "application/zip", "media type")
        expect_in(f"{customer}.zip", answer.header("Content-Disposition"), "file name")
        archive = zipfile.ZipFile(io.BytesIO(answer.body))
        expect(archive.testzip() is None, "a file is damaged")
        names = archive.namelist()
        index = json.loads(archive.read("index.json"))
        expect_equal(sorted(index["files"]), sorted(names), "the index")
        expect_equal(json.loads(archive.read("customer.json"))["number"], customer, "the customer")
        expect_equal([memo["text"] for memo in json.loads(archive.read("memos.json"))], ["メモ"], "memos")
        messages = json.loads(archive.read(f"cases/{number}/messages.json"))
        expect_equal([message["kind"] for message in messages], ["inbound", "reply"], "messages")
        raw = archive.read(f"cases/{number}/{messages[0]['id']}.eml")
        expect_in(b"Subject: where is it", raw, "the mail as it came")
        attachment = archive.read(f"cases/{number}/{messages[0]['attachments'][0]['id']}")
        expect_in(b"the octets" * 9000, attachment, "the file")
        expect_equal(json.loads(archive.read("surveys.json")), [], "an empty list")
        events = self.admin.get(f"/customers/{customer}/changes").json()["items"]
        expect_equal(events[0]["event"], "customer.exported", "the newest of the history")
        self.admin.get("/customers/CU-999999/export").expect(404)

    def check_who_saw_a_customer_is_known(self):
        customer = self.person("seen@example.jp")
        self.agent.get(f"/customers/{customer}").expect(200)
        for _ in range(3):
            self.chief.get(f"/customers/{customer}/screen").expect(200)
        items = self.admin.get(f"/customers/{customer}/sightings").expect(200).json()["items"]
        expect_equal(sorted((item["agent_name"], item["way"]) for item in items),
                     [("the-agent", "customer"), ("the-supervisor", "screen")], "who saw it")
        self.agent.get(f"/customers/{customer}/sightings").expect(403)
        page = self.admin.request("GET", f"/customers/{customer}/sightings", query={"limit": 1}).json()
        rest = self.admin.request("GET", f"/customers/{customer}/sightings",
                                  query={"limit": 1, "cursor": page["next_cursor"]}).json()
        expect(page["items"] != rest["items"] and rest["next_cursor"] is None, "the second page")

    def check_retention_is_set_under_a_version_and_shown_before(self):
        answer = self.admin.get("/retention").expect(200)
        rules = {name: None for name in ("closed_cases_days", "original_mails_days",
                                         "idle_customers_days", "sightings_days")}
        expect_equal({name: answer.json()[name] for name in rules}, rules, "the rules at first")
        wish = {**rules, "closed_cases_days": 3650}
        self.admin.request("PUT", "/retention", json=wish).expect(428)
        self.admin.request("PUT", "/retention", json={**wish, "sightings_days": 1},
                           headers={"If-Match": answer.header("ETag")}).expect(422)
        changed = self.admin.request("PUT", "/retention", json=wish,
                                     headers={"If-Match": answer.header("ETag")}).expect(200)
        expect_equal(changed.json()["closed_cases_days"], 3650, "the rule")
        self.admin.request("PUT", "/retention", json=wish,
                           headers={"If-Match": answer.header("ETag")}).expect(412)
        preview = self.admin.post("/retention/preview", wish).expect(200).json()
        expect_equal(preview["closed_cases"], 0, "nothing is that old")
        self.chief.get("/retention").expect(403)


if __name__ == "__main__":
    run_on_engines(__doc__, "privacy", PrivacyChecks)
