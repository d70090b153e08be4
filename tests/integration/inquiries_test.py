#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Inquiries through the facade: waiting for a time, calls that were promised, copies to customers, saved
views, who looks and who writes, many changed at once with an end for each."""

import datetime
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kAgents = {"hanako": "agent", "jiro": "agent", "chief": "supervisor", "viewer": "viewer", "admin": "admin"}


def in_seconds(seconds):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Inquiries(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=url)
        self.daemon.migrate()
        self.tokens = {name: self.daemon.token(name, role) for name, role in kAgents.items()}
        self.daemon.start()
        for name, token in self.tokens.items():
            setattr(self, name, self.daemon.client(token))
        self.chief.post("/categories", {"name": "返品", "detail": "30日以内"}).expect(201)

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_case(self, text="いつ届きますか", **members):
        return self.hanako.post("/cases", {"text": text, **members}).expect(201).json()["number"]

    def change(self, number, client=None, **members):
        client = client or self.hanako
        tag = client.get(f"/cases/{number}").expect(200).header("ETag")
        return client.patch(f"/cases/{number}", members, headers={"If-Match": tag})

    def check_an_inquiry_shows_what_its_category_means_and_how_it_begins(self):
        category = [one for one in self.hanako.get("/categories").json()["items"]
                    if one["name"] == "返品"][0]
        number = self.new_case("返品したいのですが、どうすればよいですか。", category=category["id"])
        case = self.hanako.get(f"/cases/{number}").json()
        expect_equal((case["category_name"], case["category_detail"]), ("返品", "30日以内"), "category")
        expect_equal((case["status"], case["status_group"]), ("new", "unhandled"), "both statuses")
        listed = self.hanako.get("/cases", query={"text": "true"}).expect(200).json()["items"][0]
        expect_equal(listed["text"], "返品したいのですが、どうすればよいですか。", "text in the list")
        expect("text" not in self.hanako.get("/cases").json()["items"][0], "text was not asked for")

    def check_a_waiting_one_comes_back_open_with_its_reason(self):
        number = self.new_case("入荷したら教えてください")
        for wrong in (in_seconds(-5), "tomorrow"):
            self.change(number, pending_until=wrong).expect(422)
        self.change(number, pending_reason="x").expect(422)
        waiting = self.change(number, pending_until=in_seconds(2), pending_reason="入荷待ち").expect(200)
        waiting = waiting.json()
        expect_equal((waiting["status"], waiting["pending_reason"]), ("pending", "入荷待ち"), "waiting")
        wait_until(lambda: self.hanako.case(number)["status"] == "open", 20, "it comes back", poll=0.2)
        case = self.hanako.case(number)
        expect_equal((case["pending_until"], case["pending_reason"]), (None, ""), "waits no longer")

    def check_a_promised_call_is_listed_until_it_is_made(self):
        number = self.new_case("折り返し希望")
        me = self.hanako.get("/me").json()["id"]
        call = {"kind": "call", "text": "不在だった", "call": {
            "direction": "placed", "number": "090-0000-1234", "outcome": "call_back",
            "call_back_at": in_seconds(3600), "call_back_by": me}}
        promised = self.hanako.post(f"/cases/{number}/messages", call).expect(201).json()
        def due(client, **query):
            page = client.get("/call-backs", query=query).expect(200).json()
            return [item["id"] for item in page["items"]]
        expect_equal(due(self.hanako, by="me"), [promised["id"]], "the caller's")
        expect_equal(due(self.jiro, by="me"), [], "somebody else's")
        expect_equal(due(self.jiro, before=in_seconds(60)), [], "not due yet")
        made = {"kind": "call", "text": "説明した", "call": {"direction": "placed", "outcome": "spoken"}}
        self.jiro.post(f"/cases/{number}/messages", made).expect(201)
        expect_equal(due(self.hanako), [], "made")

    def check_copies_go_to_a_customer(self):
        customer = self.hanako.post("/customers", {
            "family_name": "鈴木", "emails": [{"address": "suzuki@example.jp"}]}).expect(201).json()
        number = self.new_case(requester={"name": "山田", "address": "yamada@example.jp"})
        self.change(number, ccs=[{"kind": "customer", "ref": "鈴木"}]).expect(422)
        self.change(number, ccs=[{"kind": "agent", "ref": "x"}]).expect(422)
        self.change(number, ccs=[{"kind": "customer", "ref": customer["number"]}]).expect(200)
        sent = self.hanako.post(f"/cases/{number}/messages", {"kind": "reply", "text": "発送しました"})
        expect_equal(sent.expect(201).json()["cc"], [{"name": "鈴木", "address": "suzuki@example.jp"}],
                     "copies")
        note = self.hanako.post(f"/cases/{number}/messages", {"kind": "note", "text": "メモ"})
        expect_equal(note.expect(201).json()["cc"], [], "a note is copied to nobody")

    def check_copies_go_to_agents_and_to_an_order_s_contact(self):
        buyer = self.hanako.post("/customers", {
            "family_name": "注文者", "emails": [{"address": "buyer@example.jp"}]}).expect(201).json()
        order = self.hanako.post("/orders", {
            "customer": buyer["number"], "payment_method": "bank_transfer",
            "items": [{"sku": "P", "name": "茶", "unit_price": {"amount_minor": 100, "currency": "JPY"}}],
            "shipping_address": {"postal_code": "1500001", "prefecture": "東京都", "city": "渋谷区"}})
        order = order.expect(201).json()["id"]
        agents = self.admin.get("/agents").expect(200).json()["items"]
        jiro = next(agent for agent in agents if agent["name"] == "jiro")
        number = self.new_case(requester={"name": "山田", "address": "yamada@example.jp"})
        copies = [{"kind": "agent", "ref": jiro["id"]}, {"kind": "order_contact", "ref": order}]
        self.change(number, ccs=copies).expect(422)  # an agent without an address
        path = f"/agents/{jiro['id']}"
        for wrong in ("nobody", "support@shop.example"):
            problem = self.admin.patch(path, {"email": wrong}, headers={"If-Match": "*"}).expect(422)
            expect_equal(problem.problem()["errors"][0]["pointer"], "/email", wrong)
        changed = self.admin.patch(path, {"email": "jiro@office.example"}, headers={"If-Match": "*"})
        expect_equal(changed.expect(200).json()["email"], "jiro@office.example", "address")
        self.change(number, ccs=[{"kind": "order_contact", "ref": "no-such"}]).expect(422)
        self.change(number, ccs=copies).expect(200)
        sent = self.hanako.post(f"/cases/{number}/messages", {"kind": "reply", "text": "発送しました"})
        expect_equal([copy["address"] for copy in sent.expect(201).json()["cc"]],
                     ["jiro@office.example", "buyer@example.jp"], "copies")
        self.admin.patch(path, {"email": None}, headers={"If-Match": "*"}).expect(200)
        sent = self.hanako.post(f"/cases/{number}/messages", {"kind": "reply", "text": "続報"})
        expect_equal([copy["address"] for copy in sent.expect(201).json()["cc"]],
                     ["buyer@example.jp"], "copies to who has an address")

    def check_views_are_kept_and_used(self):
        tagged = self.new_case("至急の件", tags=["至急"], priority="urgent")
        self.new_case("普通の件")
        mine = self.hanako.post("/views", {"name": "至急", "filter": {"tag": ["至急"]}}).expect(201)
        location, mine = mine.header("Location"), mine.json()
        expect_equal(location, f"/api/v1/views/{mine['id']}", "Location")
        found = self.hanako.get("/cases", query={"view": mine["id"]}).expect(200).json()["items"]
        expect_equal([case["number"] for case in found], [tagged], "by the view")
        narrowed = self.hanako.get("/cases", query={"view": mine["id"], "status": "closed"}).json()["items"]
        expect_equal(narrowed, [], "with a parameter beside it")
        self.jiro.get(f"/views/{mine['id']}").expect(404)
        self.jiro.get("/cases", query={"view": mine["id"]}).expect(422)
        for wrong in ({"name": "x", "filter": {"tags": ["a"]}}, {"name": "", "filter": {}},
                      {"name": "x", "filter": {"status": ["old"]}}, {"name": "x"},
                      {"name": "x", "filter": {"mailbox": ["nobody"]}}):
            self.hanako.post("/views", wrong).expect(422)
        shared = {"name": "未対応", "shared": True, "filter": {"status_group": ["unhandled"]}}
        self.hanako.post("/views", shared).expect(403)
        all_ = self.chief.post("/views", shared).expect(201).json()
        names = [view["name"] for view in self.jiro.get("/views").expect(200).json()["items"]]
        expect_equal(names, ["未対応"], "what jiro sees")
        self.jiro.patch(f"/views/{all_['id']}", {"name": "x"}, headers={"If-Match": '"1"'}).expect(403)
        self.chief.patch(f"/views/{all_['id']}", {"name": "受付"}).expect(428)
        renamed = self.chief.patch(f"/views/{all_['id']}", {"name": "受付"}, headers={"If-Match": '"1"'})
        expect_equal(renamed.expect(200).json()["version"], 2, "version")
        self.chief.request("DELETE", f"/views/{all_['id']}", headers={"If-Match": '"2"'}).expect(204)

    def check_others_hear_who_writes(self):
        number = self.new_case()
        path = f"/cases/{number}/presence"
        stream = self.daemon.events(self.tokens["jiro"])
        try:
            stream.wait_for(lambda _: stream.listening, 20, "the stream")
            self.hanako.post(path, {"state": "writing"}).expect(200)
            self.hanako.post(path, {"state": "writing"}).expect(200)
            def told(events):
                return [event for event in events if event.kind == "case.presence"]
            heard = stream.wait_for(told, 10, "who writes")
            data = json.loads(heard[0].data)
            expect_equal((data["object_id"], data["actor_name"], data["fields"][0]["to"]),
                         (number, "hanako", "writing"), "event")
            there = self.jiro.get(path).expect(200).json()["items"]
            expect_equal([(one["name"], one["state"]) for one in there], [("hanako", "writing")], "there")
            self.hanako.post(path, {"state": "gone"}).expect(200)
            stream.wait_for(lambda events: len(told(events)) == 2, 10, "gone, and nothing twice")
        finally:
            stream.close()
        kept = self.jiro.get("/changes", query={"after": "0-0"}).expect(200).json()["items"]
        expect("case.presence" not in [event["event"] for event in kept], "presence was kept")
        self.hanako.post(path, {"state": "away"}).expect(422)
        self.hanako.post("/cases/CS-999999/presence", {"state": "looking"}).expect(404)

    def operation(self, client, body, key=None):
        begun = client.post("/cases/bulk", body, key=key).expect(202).json()
        def over():
            done = client.get(f"/operations/{begun['operation_id']}").expect(200).json()
            return done if done["state"] != "running" else None
        return wait_until(over, 20, "the operation is over")

    def check_many_are_changed_at_once_each_with_its_own_end(self):
        numbers = [self.new_case(f"{i}件目", tags=["まとめて"]) for i in range(3)]
        body = {"action": "resolve", "ids": [*numbers, "CS-999999"]}
        tried = self.operation(self.hanako, {**body, "preview": True})
        expect_equal(tried["counts"], {"ready": 0, "done": 3, "failed": 1, "cancelled": 0}, "preview")
        expect_equal(self.hanako.case(numbers[0])["status"], "new", "a preview changes nothing")
        done = self.operation(self.hanako, body, key="bulk-1")
        expect_equal([row["state"] for row in done["rows"]], ["done", "done", "done", "failed"], "rows")
        expect_equal(done["rows"][3]["error"]["type"], "not-found", "why")
        again = self.operation(self.hanako, body, key="bulk-1")
        expect_equal(again["id"], done["id"], "the same key begins one")
        expect_equal({self.hanako.case(number)["status"] for number in numbers}, {"resolved"}, "cases")
        me = self.jiro.get("/me").json()["id"]
        self.operation(self.chief, {"action": "assign", "assignee": me,
                                    "filter": {"tag": ["まとめて"]}})
        expect_equal({self.hanako.case(number)["assignee"] for number in numbers}, {me}, "assigned")
        self.operation(self.chief, {"action": "tag", "ids": numbers, "add_tags": ["済"],
                                    "remove_tags": ["まとめて"]})
        expect_equal(self.hanako.case(numbers[2])["tags"], ["済"], "tags")
        self.hanako.get(f"/operations/{done['id']}").expect(200)
        self.jiro.get(f"/operations/{done['id']}").expect(404)
        self.jiro.post(f"/operations/{done['id']}/retry").expect(404)
        retried = self.hanako.post(f"/operations/{done['id']}/retry").expect(200).json()
        expect_equal(retried["state"], "running", "tried again")
        for wrong in ({"action": "resolve"}, {"action": "resolve", "ids": []}, {"action": "tag", "ids": numbers},
                      {"action": "resolve", "ids": numbers, "filter": {}},
                      {"action": "assign", "ids": numbers}, {"action": "close", "ids": numbers},
                      {"action": "resolve", "ids": numbers, "priority": "low"}):
            self.hanako.post("/cases/bulk", wrong).expect(422)
        self.viewer.post("/cases/bulk", body).expect(403)

    def check_a_locked_customer_fails_its_row_alone(self):
        customer = self.hanako.post("/customers", {"family_name": "編集中"}).expect(201).json()["number"]
        locked = self.new_case(customer=customer)
        free = self.new_case()
        category = self.hanako.get("/categories").json()["items"][0]["id"]
        self.hanako.request("PUT", f"/customers/{customer}/edit-lock").expect(200)
        done = self.operation(self.jiro, {"action": "category", "category": category,
                                          "ids": [locked, free]})
        expect_equal([row["state"] for row in done["rows"]], ["failed", "done"], "rows")
        expect_equal(done["rows"][0]["error"]["type"], "edit-locked", "why")
        expect_in("hanako", done["rows"][0]["error"]["message_ja"], "who")


if __name__ == "__main__":
    run_on_engines(__doc__, "inquiries", Inquiries)
