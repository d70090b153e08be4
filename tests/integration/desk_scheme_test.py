#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The desk's scheme through the facade: what people may do with cases, what they are told, what is refused and
why; and that it holds after a restart."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kAll = ["new", "open", "pending", "resolved", "closed"]
kOpen = {"transitions": [{"from": kAll, "to": kAll}]}


def etag(resource):
    return {"If-Match": f"\"{resource['version']}\""}


class DeskScheme(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = postgres.Postgres(self.sandbox).create_database() if self.engine == "postgresql" else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url)
        self.daemon.migrate()
        self.boss = self.daemon.client(self.daemon.token("boss", "supervisor"))
        self.agent = self.daemon.client(self.daemon.token("sato", "agent"))
        self.daemon.start()
        self.category = self.boss.post("/categories", {"name": "返品", "detail": "返品の受付手順"}).expect(201).json()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def scheme(self):
        return self.agent.get("/scheme").expect(200).json()

    def put(self, scheme, client=None):
        return (client or self.boss).request("PUT", "/scheme", json=scheme, headers=etag(self.scheme()))

    def open_case(self, **more):
        wish = {"channel": "phone", "kind": "inbound", "text": "返品したい"}
        wish.update(more)
        return self.agent.post("/cases", wish).expect(201).json()

    def check_it_begins_with_everything_allowed(self):
        scheme = self.scheme()
        expect_equal(scheme["version"], 1, "version")
        expect_equal(scheme["changed_at"], None, "never changed")
        expect_equal(scheme["transitions"], [{"from": kAll, "to": kAll, "roles": []}], "transitions")
        case = self.open_case()
        one = self.agent.get(f"/cases/{case['number']}").expect(200).json()
        expect_equal([each["status"] for each in one["status_choices"]], kAll[1:], "choices")
        expect_equal(one["alerts"], [], "alerts")
        self.agent.post(f"/cases/{case['number']}/resolve").expect(200)

    def check_only_supervisors_change_it_with_its_version(self):
        self.put(kOpen, self.agent).expect(403)
        self.boss.request("PUT", "/scheme", json=kOpen).expect(428)
        stale = self.boss.request("PUT", "/scheme", json=kOpen, headers={"If-Match": "\"77\""}).expect(412).problem()
        expect_equal(stale["current"]["version"], 1, "the current state")

    def check_a_scheme_nobody_can_work_by_is_refused(self):
        wrong = self.put({"transitions": [{"from": ["new", "open", "pending"], "to": ["open", "resolved"]}]})
        problem = wrong.expect(422).problem()
        expect_equal([one["pointer"] for one in problem["errors"]], ["/transitions"], "pointers")
        expect_in("resolved to closed for the role agent", problem["errors"][0]["message"], "what to do")
        wrong = self.put({"transitions": [{"from": kAll, "to": kAll, "roles": ["viewer"]}]}).expect(422).problem()
        expect_in("/transitions/0/roles/0", [one["pointer"] for one in wrong["errors"]], "pointers")
        self.put({"transitions": []}).expect(422)
        self.put({"transitions": [{"from": ["fresh"], "to": kAll}]}).expect(422)
        self.put(dict(kOpen, required=[{"entering": ["resolved"], "fields": ["shoe_size"]}])).expect(422)
        self.put(dict(kOpen, no_such_member=1)).expect(422)
        expect_equal(self.scheme()["version"], 1, "nothing of it was kept")

    def check_moves_and_required_fields_hold(self):
        done = self.put({
            "transitions": [
                {"from": ["new", "open", "pending"], "to": ["open", "pending", "resolved"], "roles": ["agent"]},
                {"from": kAll, "to": kAll, "roles": ["supervisor", "admin", "integration"]}],
            "required": [{"entering": ["resolved", "closed"], "fields": ["category"]}],
            "alerts": [
                {"name": "blacklist", "level": "danger", "when": {"blacklisted": True},
                 "text": {"en": "Blacklisted: ask a supervisor.", "ja": "ブラックリスト登録済み。責任者に確認してください。"}},
                {"name": "refund", "when": {"words": ["返金"]},
                 "text": {"en": "About money.", "ja": "返金の相談です。"}}]}).expect(200)
        expect_equal(done.header("ETag"), "\"2\"", "ETag")
        number = self.open_case()["number"]
        one = self.agent.get(f"/cases/{number}").expect(200).json()
        expect("resolve" not in one["allowed_actions"], "resolve is not offered")
        choices = {each["status"]: each["missing"] for each in one["status_choices"]}
        expect_equal(choices, {"open": [], "pending": [], "resolved": ["category"]}, "choices")
        problem = self.agent.post(f"/cases/{number}/resolve").expect(422).problem()
        expect_equal(problem["type"], "urn:madoguchi:problem:fields-required", "type")
        expect_equal(problem["errors"][0]["pointer"], "/category", "pointer")
        japanese = self.agent.post(f"/cases/{number}/resolve", headers={"Accept-Language": "ja"}).expect(422).problem()
        expect_in("お問い合わせ区分", japanese["errors"][0]["message"], "in Japanese")
        one = self.agent.patch(f"/cases/{number}", {"category": self.category["id"]}, headers=etag(one)).expect(200).json()
        expect_in("resolve", one["allowed_actions"], "resolve is offered now")
        self.agent.post(f"/cases/{number}/resolve").expect(200)
        refused = self.agent.post(f"/cases/{number}/reopen").expect(409).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:transition-not-allowed", "type")
        expect_equal([refused["role"], refused["from"], refused["to"]], ["agent", "resolved", "open"], "which")
        self.boss.post(f"/cases/{number}/reopen").expect(200)

    @after("moves_and_required_fields_hold")
    def check_bulk_rows_fail_with_the_reason(self):
        number = self.open_case()["number"]
        begun = self.agent.post("/cases/bulk", {"ids": [number], "action": "resolve", "preview": True}).expect(202)
        ended = self.ended(begun.json()["operation_id"])
        expect_equal(ended["rows"][0]["state"], "failed", "state")
        expect_equal(ended["rows"][0]["error"]["type"], "fields-required", "why")

    def ended(self, operation):
        def done():
            one = self.agent.get(f"/operations/{operation}").expect(200).json()
            return one if one["state"] != "running" else None
        return wait_until(done, 20, "the operation is over")

    @after("moves_and_required_fields_hold")
    def check_alerts_are_told(self):
        number = self.open_case(text="返金してほしい")["number"]
        alerts = self.agent.get(f"/cases/{number}").expect(200).json()["alerts"]
        expect_equal([one["name"] for one in alerts], ["refund"], "alerts")
        expect_equal(alerts[0]["text"]["ja"], "返金の相談です。", "text")
        customer = self.agent.post("/customers", {"family_name": "山田", "blacklisted": True}).expect(201).json()
        screen = self.agent.get(f"/customers/{customer['number']}/screen").expect(200).json()
        expect_equal([one["level"] for one in screen["alerts"]], ["danger"], "on the screen")

    @after("moves_and_required_fields_hold")
    def check_it_is_kept_with_its_history(self):
        before = self.scheme()
        self.daemon.restart()
        expect_equal(self.scheme(), before, "after a restart")
        history = self.agent.get("/scheme/changes").expect(200).json()["items"]
        expect_equal([one["event"] for one in history], ["scheme.changed"], "history")
        expect_equal(history[0]["actor_name"], "boss", "who")
        expect_equal([one["field"] for one in history[0]["fields"]], ["transitions", "required", "alerts"], "what")


if __name__ == "__main__":
    run_on_engines(__doc__, "desk-scheme", DeskScheme)
