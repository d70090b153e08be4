#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Macros and rules through the facade: made, tried, at work on mails and cases that really come in, refused when they
cannot work, broken when what they name goes, held back when they set each other off; turns that outlive a restart."""

import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kMail = """From: =?UTF-8?B?5bGx55Sw?= <yamada@example.jp>
To: support@shop.example
Subject: {subject}
Message-ID: <{id}@example.jp>
Date: Sat, 21 Nov 2026 10:00:00 +0900
Content-Type: text/plain; charset=UTF-8

{text}
"""


def etag(resource):
    return {"If-Match": f"\"{resource['version']}\""}


class Rules(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.mails = 0

    def setup(self):
        url = postgres.Postgres(self.sandbox).create_database() if self.engine == "postgresql" else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url)
        self.daemon.migrate()
        self.boss = self.daemon.client(self.daemon.token("boss", "supervisor"))
        self.sato_token = self.daemon.token("sato", "agent")
        self.sato = self.daemon.client(self.sato_token)
        self.ito = self.daemon.client(self.daemon.token("ito", "agent"))
        self.mta = self.daemon.client(self.daemon.token("mta", "integration"))
        self.daemon.start()
        self.category = self.boss.post("/categories", {"name": "返品"}).expect(201).json()
        self.ids = [one.get("/me").expect(200).json()["id"] for one in (self.sato, self.ito)]

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def open_case(self, text="返品したい", **more):
        wish = {"channel": "phone", "kind": "inbound", "text": text}
        wish.update(more)
        return self.sato.post("/cases", wish).expect(201).json()["number"]

    def mail(self, text):
        self.mails += 1
        raw = kMail.format(subject=f"mail {self.mails}", id=self.mails, text=text).encode()
        return self.mta.intake(raw).expect(201).json()["case_number"]

    def case(self, number):
        return self.sato.get(f"/cases/{number}").expect(200).json()

    def becomes(self, number, good, what):
        def looked():
            one = self.case(number)
            return one if good(one) else None
        return wait_until(looked, 10, f"{number}: {what}")

    def rule(self, name, events, actions, **more):
        wish = {"name": name, "events": events, "actions": actions}
        wish.update(more)
        return self.boss.post("/rules", wish).expect(201).json()

    def drop(self, rule):
        now = self.boss.get(f"/rules/{rule['id']}").expect(200).json()
        self.boss.request("DELETE", f"/rules/{rule['id']}", headers=etag(now)).expect(204)

    def check_macros_live(self):
        wish = {"name": "返品受付", "actions": [
            {"step": "set_category", "category": self.category["id"]},
            {"step": "assign", "assignee": "me"},
            {"step": "add_tags", "tags": ["返品"]},
            {"step": "add_note", "text": "返送先を案内しました。"},
            {"step": "pend", "hours": 48, "reason": "返送待ち"}]}
        made = self.sato.post("/macros", wish).expect(201)
        macro = made.json()
        expect_equal(made.header("Location"), f"/api/v1/macros/{macro['id']}", "Location")
        self.ito.get(f"/macros/{macro['id']}").expect(404)
        self.sato.post("/macros", dict(wish, shared=True)).expect(403)
        macro = self.sato.patch(f"/macros/{macro['id']}", {"name": "返品の受付"}, headers=etag(macro)).expect(200).json()
        self.sato.patch(f"/macros/{macro['id']}", {"name": "x"}).expect(428)
        number = self.open_case()
        tried = self.sato.post(f"/cases/{number}/apply-macro", {"macro": macro["id"], "preview": True}).expect(200).json()
        expect_equal(tried["case"]["status"], "pending", "what would be")
        expect_equal(self.case(number)["status"], "new", "a preview changes nothing")
        done = self.sato.post(f"/cases/{number}/apply-macro", {"macro": macro["id"]}).expect(200).json()
        expect_equal(done["case"]["tags"], ["返品"], "tags")
        expect_equal(done["case"]["assignee"], self.ids[0], "assignee")
        expect_in("category", [one["field"] for one in done["changes"]], "changes")
        self.sato.post(f"/cases/{number}/apply-macro", {"macro": "none"}).expect(422)
        expect_equal([one["id"] for one in self.sato.get("/macros").expect(200).json()["items"]], [macro["id"]], "list")
        self.sato.get(f"/macros/{macro['id']}").expect(200)
        self.sato.request("DELETE", f"/macros/{macro['id']}", headers=etag(macro)).expect(204)

    def check_steps_that_cannot_be_are_refused(self):
        def pointers(step):
            problem = self.sato.post("/macros", {"name": "x", "actions": [step]}).expect(422).problem()
            return [one["pointer"] for one in problem["errors"]]
        expect_equal(pointers({"step": "set_status"}), ["/actions/0/status"], "what is missing")
        expect_equal(pointers({"step": "set_status", "status": "open", "tags": ["x"]}), ["/actions/0/tags"], "too much")
        expect_equal(pointers({"step": "set_category", "category": "none"}), ["/actions/0/category"], "category")
        expect_equal(pointers({"step": "reply", "template": "none"}), ["/actions/0/template"], "template")
        expect_equal(pointers({"step": "fly"}), ["/actions/0/step"], "no such step")
        self.sato.post("/macros", {"name": "x", "actions": []}).expect(422)

    def check_a_rule_sorts_mails(self):
        rule = self.rule("返品の振り分け", ["case_created"], [
            {"step": "set_category", "category": self.category["id"]},
            {"step": "set_priority", "priority": "high"}], when={"words": ["返品"], "filter": {"channel": ["email"]}})
        expect_equal(rule["state"], "active", "state")
        number = self.mail("返品をお願いします。")
        case = self.becomes(number, lambda one: one["priority"] == "high", "the rule was applied")
        expect_equal(case["category_name"], "返品", "category")
        runs = self.boss.get(f"/rules/{rule['id']}/runs").expect(200).json()["items"]
        expect_equal([(one["case"], one["state"]) for one in runs], [(number, "applied")], "runs")
        told = [one for one in self.boss.get("/changes", query={"after": "0-0"}).expect(200).json()["items"]
                if one["event"] == "case.rule_applied"]
        expect_equal(told[0]["object_id"], number, "in the case's history")
        fields = {one["field"]: one["to"] for one in told[0]["fields"]}
        expect_equal(fields["rule"], "返品の振り分け", "which")
        expect_equal(fields["because"], "case_created; channel: email; words: 返品", "why")
        self.drop(rule)

    def check_rules_are_the_supervisors_affair(self):
        wish = {"name": "x", "events": ["case_created"], "actions": [{"step": "add_tags", "tags": ["x"]}]}
        self.sato.post("/rules", wish).expect(403)
        self.sato.get("/rules").expect(200)
        self.sato.post("/rules/dry-run", {"actions": wish["actions"]}).expect(403)
        self.boss.post("/rules", dict(wish, events=[])).expect(422)
        self.boss.post("/rules", dict(wish, events=["full_moon"])).expect(422)
        self.boss.get("/rules/none").expect(404)
        self.boss.get("/rules/none/runs").expect(404)

    def check_a_dry_run_changes_nothing(self):
        number = self.open_case("返金してください")
        wish = {"when": {"words": ["返金"]}, "actions": [{"step": "add_tags", "tags": ["返金"]}], "limit": 200}
        answer = self.boss.post("/rules/dry-run", wish).expect(200).json()
        expect_equal([one["case"] for one in answer["items"]], [number], "which")
        expect_equal(answer["items"][0]["changes"], [{"field": "tags", "from": "", "to": "返金"}], "what")
        expect(answer["looked_at"] >= 2, "looked at all")
        expect_equal(self.case(number)["tags"], [], "nothing was changed")
        self.boss.post("/rules/dry-run", {}).expect(422)

    def check_what_is_archived_breaks_its_rule_visibly(self):
        category = self.boss.post("/categories", {"name": "旧区分"}).expect(201).json()
        rule = self.rule("旧", ["case_created"], [{"step": "set_category", "category": category["id"]}])
        self.boss.patch(f"/categories/{category['id']}", {"archived": True}, headers=etag(category)).expect(200)
        broken = self.boss.get(f"/rules/{rule['id']}").expect(200).json()
        expect_equal(broken["state"], "broken", "state")
        expect_equal(broken["problems"][0]["pointer"], "/actions/0/category", "where")
        self.open_case()
        runs = wait_until(lambda: self.boss.get(f"/rules/{rule['id']}/runs").expect(200).json()["items"], 10, "a run")
        expect_equal([one["state"] for one in runs], ["broken"], "not skipped in silence")
        off = self.boss.patch(f"/rules/{rule['id']}", {"enabled": False}, headers=etag(broken)).expect(200).json()
        expect_equal(off["state"], "off", "state")
        self.boss.patch(f"/rules/{rule['id']}", {"enabled": True}, headers=etag(off)).expect(422)
        self.drop(rule)

    def check_rules_that_set_each_other_off_end(self):
        rules = [self.rule("ping", ["case_created", "status_changed"], [{"step": "set_status", "status": "open"}]),
                 self.rule("pong", ["status_changed"], [{"step": "set_status", "status": "new"}])]
        number = self.open_case()
        def applied():
            return [len(self.boss.get(f"/rules/{one['id']}/runs").expect(200).json()["items"]) for one in rules] == [1, 1]
        wait_until(applied, 10, "each acted once")
        expect_equal(self.case(number)["status"], "new", "status")
        for rule in rules:
            self.drop(rule)

    def check_cases_are_given_out_in_turn_to_those_who_are_there(self):
        rule = self.rule("順番", ["case_created"], [{"step": "assign_in_turn", "agents": self.ids}])
        def given():
            return self.becomes(self.open_case(), lambda one: one["assignee"], "somebody has it")["assignee"]
        expect_equal(given(), self.ids[0], "first")
        self.daemon.restart()
        expect_equal(given(), self.ids[1], "second, after a restart")
        self.sato.request("PUT", "/me/availability", json={"availability": "away"}).expect(200)
        expect_equal(self.sato.get("/me/availability").expect(200).json(), {"availability": "away"}, "away")
        expect_equal([given(), given()], [self.ids[1]] * 2, "who is away is passed over")
        self.sato.request("PUT", "/me/availability", json={"availability": "asleep"}).expect(422)
        self.sato.request("PUT", "/me/availability", json={"availability": "available"}).expect(200)
        expect_equal(given(), self.ids[0], "back again")
        self.drop(rule)

    def check_two_daemons_share_the_turns(self):
        if self.engine != "postgresql":
            return  # a SQLite file belongs to one process
        second = Daemon(self.sandbox, self.binary, url=self.daemon.url, name="second", key_file=self.daemon.key_file)
        second.start()
        try:
            rule = self.rule("順番", ["case_created"], [{"step": "assign_in_turn", "agents": self.ids}])
            others = second.client(self.sato_token)
            def heard():
                known = others.get("/rules").expect(200).json()["items"]
                return rule["id"] in [one["id"] for one in known]
            wait_until(heard, 10, "the other daemon knows the rule")
            numbers = []
            def open_some(client):
                for i in range(10):
                    wish = {"channel": "phone", "kind": "inbound", "text": f"{i}件目"}
                    numbers.append(client.post("/cases", wish).expect(201).json()["number"])
            threads = [threading.Thread(target=open_some, args=(one,)) for one in (self.ito, others)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            given = [self.becomes(one, lambda case: case["assignee"], "somebody has it")["assignee"] for one in numbers]
            expect_equal(sorted(given.count(one) for one in self.ids), [10, 10], "shares")
            self.drop(rule)
        finally:
            second.stop()


if __name__ == "__main__":
    run_on_engines(__doc__, "rules", Rules)
