#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a desk is set up with, through the facade: agents, mailboxes, categories, master data, templates,
views; each made, read, changed and listed, bad input and rights beside; and the plain steps of a case."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines


def etag(resource):
    return {"If-Match": f"\"{resource['version']}\""}


class DeskSettings(Checks):
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

    def lives(self, path, wish, change, key="id", client=None):
        """Made, found, listed, changed by who has its version; not by who has an old one."""
        client = client or self.admin
        made = client.post(path, wish).expect(201)
        value = made.json()
        one = f"{path}/{value[key]}"
        expect_equal(made.header("Location"), "/api/v1" + one, "Location")
        expect_equal(client.get(one).expect(200).json(), value, f"GET {one}")
        expect_in(value[key], [each[key] for each in client.get(path).expect(200).json()["items"]], path)
        changed = client.patch(one, change, headers=etag(value)).expect(200).json()
        for name, wanted in change.items():
            expect_equal(changed[name], wanted, name)
        client.patch(one, change).expect(428)
        stale = client.patch(one, change, headers=etag(value)).expect(412).problem()
        expect_equal(stale["current"]["version"], changed["version"], "the current state")
        client.patch(one, {"no_such_member": 1}, headers=etag(changed)).expect(422)
        client.get(f"{path}/no-such").expect(404)
        return changed

    def check_agents(self):
        made = self.lives("/agents", {"name": "tanaka", "role": "agent", "display_name": "田中"},
                          {"display_name": "田中 一郎", "role": "supervisor"})
        self.admin.post("/agents", {"name": "tanaka", "role": "agent"}).expect(409, 422)
        self.admin.post("/agents", {"name": "x", "role": "emperor"}).expect(422)
        self.agent.post("/agents", {"name": "y", "role": "admin"}).expect(403)
        self.admin.patch(f"/agents/{made['id']}", {"disabled": True}, headers=etag(made)).expect(200)

    def check_mailboxes(self):
        self.lives("/mailboxes", {"name": "returns", "address": "returns@shop.example"},
                   {"signature": "窓口 返品係"}, key="name")
        self.admin.post("/mailboxes", {"name": "again", "address": "returns@shop.example"}).expect(409, 422)
        self.admin.post("/mailboxes", {"name": "bad", "address": "no address"}).expect(422)
        file = self.admin.get("/mailboxes/support").expect(200).json()
        self.admin.patch("/mailboxes/support", {"signature": "x"}, headers=etag(file)).expect(409)

    def check_master_data(self):
        for path in ("/categories", "/labels", "/blacklist-reasons", "/subscription-reasons",
                     "/return-reasons"):
            made = self.lives(path, {"name": "初期不良", "position": 3}, {"name": "不良品", "position": 1})
            expect_equal(made["name"], "不良品", path)
            self.admin.post(path, {"name": ""}).expect(422)
            self.agent.post(path, {"name": "x"}).expect(403)

    def check_templates_and_views(self):
        self.lives("/templates", {"name": "お礼", "text": "{{customer.name}} 様"}, {"text": "ありがとう"})
        self.lives("/views", {"name": "未対応", "filter": {"status": ["new"]}}, {"name": "新着"},
                   client=self.agent)

    def check_the_plain_steps_of_a_case(self):
        case = self.agent.post("/cases", {"channel": "phone", "kind": "call", "text": "配送の件"})
        number = case.expect(201).json()["number"]
        sato = self.agent.get("/me").expect(200).json()["id"]
        supervisor = self.daemon.client(self.daemon.token("boss", "supervisor"))
        given = supervisor.post(f"/cases/{number}/assign", {"assignee": sato}).expect(200).json()
        expect_equal(given["assignee"], sato, "who is responsible")
        self.agent.post(f"/cases/{number}/resolve", {}).expect(200)
        opened = self.agent.post(f"/cases/{number}/reopen").expect(200).json()
        expect_equal(opened["status"], "open", "status")
        draft = self.agent.request("PUT", f"/cases/{number}/draft", json={"text": "書きかけ"}).expect(200).json()
        self.agent.request("DELETE", f"/cases/{number}/draft", headers=etag(draft)).expect(204)
        self.agent.get(f"/cases/{number}/draft").expect(404)

    def check_what_a_customer_was_sent_is_on_the_customer(self):
        customer = self.agent.post("/customers", {"family_name": "山田", "emails": [
            {"address": "yamada@example.jp"}]}).expect(201).json()["number"]
        case = self.agent.post("/cases", {"channel": "email", "kind": "note", "text": "x",
                                          "customer": customer}).expect(201).json()["number"]
        self.agent.post(f"/cases/{case}/messages", {
            "kind": "reply", "text": "発送しました。", "to": [{"address": "yamada@example.jp"}]}).expect(201)
        listed = self.agent.get(f"/customers/{customer}/deliveries").expect(200).json()["items"]
        expect_equal(len(listed), 1, "mails to the customer")
        whole = self.agent.get(f"/customers/{customer}/deliveries/{listed[0]['message_id']}").expect(200).json()
        expect_in("発送しました。", str(whole), "the whole mail")

    def check_an_operation_can_be_cancelled(self):
        number = self.agent.post("/cases", {"channel": "phone", "kind": "call", "text": "x"}) \
            .expect(201).json()["number"]
        begun = self.agent.post("/cases/bulk", {"ids": [number], "action": "resolve"}).expect(202).json()
        ended = self.agent.post(f"/operations/{begun['operation_id']}/cancel").expect(200).json()
        expect_in(ended["state"], ("cancelled", "done"), "state")
        again = self.agent.post(f"/operations/{begun['operation_id']}/cancel").expect(200).json()
        expect_equal(again["state"], ended["state"], "cancelled twice")


if __name__ == "__main__":
    run_on_engines(__doc__, "desk-settings", DeskSettings)
