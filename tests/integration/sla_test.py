#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Business hours and SLA policies through the facade: what is due when, the list in that order, what a changed
policy does to it, and everything after a restart."""

import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kAgents = {"hanako": "agent", "chief": "supervisor", "viewer": "viewer"}
kAllDay = [{"from": "00:00", "to": "24:00"}]
kAlways = {day: kAllDay for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}


def time_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def now_after(minutes):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Sla(Checks):
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
        self.start()
        # Hours without nights and holidays, so that what is due does not depend on when this runs.
        made = self.chief.post("/business-hours", {
            "name": "24時間", "week": kAlways, "japanese_holidays": False}).expect(201)
        self.hours = made.json()["id"]

    def start(self):
        self.daemon.start()
        for name, token in self.tokens.items():
            setattr(self, name, self.daemon.client(token))

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_case(self, **members):
        wish = {"channel": "web", "text": "いつ届きますか", **members}
        return self.hanako.post("/cases", wish).expect(201).json()["number"]

    def patch(self, path, client=None, **members):
        client = client or self.chief
        tag = client.get(path).expect(200).header("ETag")
        return client.patch(path, members, headers={"If-Match": tag})

    def policy(self, name, **members):
        wish = {"name": name, "business_hours": self.hours, **members}
        return self.chief.post("/sla-policies", wish).expect(201).json()

    def archive_all(self):
        for one in self.chief.get("/sla-policies").expect(200).json()["items"]:
            if not one["archived"]:
                self.patch(f"/sla-policies/{one['id']}", archived=True).expect(200)

    def due_list(self, **query):
        numbers, cursor = [], None
        while True:
            page = {"sort": "due_at", "limit": 2, **query}
            if cursor:
                page["cursor"] = cursor
            answer = self.hanako.get("/cases", query=page).expect(200).json()
            for item in answer["items"]:
                single = self.hanako.get(f"/cases/{item['number']}").expect(200).json()
                expect_equal((single["due_at"], single["sla"]), (item["due_at"], item["sla"]),
                             "list and case agree")
                numbers.append(item["number"])
            cursor = answer["next_cursor"]
            if not cursor:
                return numbers

    def check_the_standard_hours_are_there_and_follow_japans_calendar(self):
        hours = self.viewer.get("/business-hours/default").expect(200).json()
        expect_equal((hours["time_zone"], hours["japanese_holidays"]), ("Asia/Tokyo", True), "zone")
        days = self.viewer.get("/business-hours/default/days", query={"year": 2026}).expect(200).json()
        expect_equal(len(days["holidays"]), 18, "holidays of 2026")
        expect_in({"date": "2026-09-22", "name": "国民の休日"}, days["holidays"], "between two holidays")
        self.viewer.get("/business-hours/default/days", query={"year": 1900}).expect(422)
        self.viewer.get("/business-hours/default/days").expect(200)
        expect_equal(len(self.viewer.get("/business-hours").expect(200).json()["items"]), 2, "listed")
        closed = [{"date": "2030-12-30", "name": "年末休業", "open": []}]
        changed = self.patch(f"/business-hours/{self.hours}", special_days=closed).expect(200).json()
        expect_equal((changed["special_days"], changed["version"]), (closed, 2), "a special day")
        days = self.viewer.get(f"/business-hours/{self.hours}/days", query={"year": 2030}).expect(200).json()
        expect_equal((days["holidays"], days["business_minutes"]), ([], 364 * 1440), "one day less")

    def check_hours_that_make_no_sense_are_refused(self):
        def refused(week=None, **members):
            wish = {"name": "変", "week": week or {"monday": kAllDay}, **members}
            return self.chief.post("/business-hours", wish).expect(422).json()["errors"][0]["pointer"]
        expect_equal(refused(week={"monday": []}), "/week", "never open")
        expect_equal(refused(week={"monday": [{"from": "9:00", "to": "18:00"}]}), "/week/monday/0/from", "time")
        expect_equal(refused(week={"monday": [{"from": "18:00", "to": "09:00"}]}), "/week/monday/0/to", "order")
        expect_equal(refused(time_zone="Tokyo"), "/time_zone", "zone")
        expect_equal(refused(special_days=[{"date": "2026-02-30"}]), "/special_days/0/date", "date")
        expect_equal(refused(name="24時間"), "/name", "name in use")
        self.hanako.post("/business-hours", {"name": "x", "week": kAlways}).expect(403)
        self.viewer.post("/sla-policies", {"name": "x", "targets": {"resolution": 1}}).expect(403)

    def check_what_is_promised_is_due_and_listed_in_that_order(self):
        self.archive_all()
        self.policy("至急", position=1, conditions={"priorities": ["urgent"]}, targets={"first_response": 10})
        standard = self.policy("標準", position=2, targets={"first_response": 60, "next_response": 30,
                                                          "resolution": 600})
        later = self.new_case()
        sooner = self.new_case(priority="urgent")
        case = self.hanako.get(f"/cases/{later}").expect(200).json()
        expect_equal(case["sla"]["policy"], {"id": standard["id"], "name": "標準"}, "policy")
        waited = time_of(case["due_at"]) - time_of(case["created_at"])
        expect_equal(waited, datetime.timedelta(minutes=60), "an hour of working time")
        expect_equal(self.due_list(), [sooner, later], "soonest first")
        expect_equal(self.due_list(due_before=now_after(20)), [sooner], "due before")
        expect_equal(self.due_list(overdue="true"), [], "nothing is overdue")
        self.hanako.get("/cases", query={"sort": "-due_at"}).expect(422)

        self.hanako.post(f"/cases/{later}/messages", {
            "kind": "call", "text": "説明した", "call": {"direction": "placed", "outcome": "spoken"}}).expect(201)
        case = self.hanako.get(f"/cases/{later}").expect(200).json()
        expect_equal(case["sla"]["first_response"]["state"], "met", "a talk is an answer")
        expect_equal(case["due_at"], case["sla"]["resolution"]["due_at"], "what is due next")
        waiting = self.patch(f"/cases/{later}", client=self.hanako, status="pending").expect(200).json()
        expect_equal((waiting["due_at"], waiting["sla"]["resolution"]["state"]), (None, "paused"), "stands still")
        self.hanako.post(f"/cases/{later}/messages", {"kind": "inbound", "text": "まだです"}).expect(201)
        case = self.hanako.get(f"/cases/{later}").expect(200).json()
        expect_equal(case["sla"]["next_response"]["state"], "running", "waits again")
        self.hanako.post(f"/cases/{later}/resolve").expect(200)
        done = self.hanako.get(f"/cases/{later}").expect(200).json()
        expect_equal((done["due_at"], done["sla"]["resolution"]["state"]), (None, "met"), "done in time")
        self.hanako.post(f"/cases/{sooner}/resolve").expect(200)
        none = self.hanako.get(f"/cases/{sooner}").expect(200).json()
        expect_equal(none["sla"]["first_response"]["state"], "not_needed", "nobody waits")
        expect_equal(self.due_list(), [], "nothing is due")

    def check_a_changed_policy_moves_the_list_and_no_version(self):
        self.archive_all()
        policy = self.policy("動く", targets={"first_response": 60})
        number = self.new_case()
        before = self.hanako.get(f"/cases/{number}").expect(200).json()
        path = f"/sla-policies/{policy['id']}"
        self.chief.patch(path, {"targets": {"first_response": 5}}).expect(428)
        self.chief.patch(path, {"targets": {}}, headers={"If-Match": '"1"'}).expect(422)
        self.patch(path, targets={"first_response": 5}).expect(200)
        stale = self.chief.patch(path, {"position": 3}, headers={"If-Match": '"1"'}).expect(412).json()
        expect_equal(stale["current"]["targets"]["first_response"], 5, "current state")

        def due():
            case = self.hanako.get(f"/cases/{number}").expect(200).json()
            return time_of(case["due_at"]) - time_of(case["created_at"])
        wait_until(lambda: due() == datetime.timedelta(minutes=5), 20, "the list follows", poll=0.1)
        expect_equal(self.hanako.get(f"/cases/{number}").json()["version"], before["version"], "version")
        expect_equal(self.due_list(due_before=now_after(6)), [number], "found by it")
        self.patch(f"/business-hours/{self.hours}", archived=True).expect(409)
        self.patch("/business-hours/default", archived=True).expect(409)
        self.hanako.post(f"/cases/{number}/resolve").expect(200)

    def check_a_label_of_the_customer_changes_what_is_promised(self):
        self.archive_all()
        label = self.chief.post("/labels", {"name": "優良顧客"}).expect(201).json()["id"]
        self.policy("優良", position=1, conditions={"customer_labels": [label]}, targets={"first_response": 15})
        self.policy("そのほか", position=2, targets={"first_response": 60})
        customer = self.hanako.post("/customers", {"family_name": "山田"}).expect(201).json()["number"]
        number = self.new_case(customer=customer)

        def policy():
            return self.hanako.get(f"/cases/{number}").expect(200).json()["sla"]["policy"]["name"]
        expect_equal(policy(), "そのほか", "no label yet")
        self.patch(f"/customers/{customer}", client=self.hanako, labels=[label]).expect(200)
        wait_until(lambda: policy() == "優良", 20, "the label counts", poll=0.1)
        expect_equal(self.due_list(due_before=now_after(20)), [number], "listed by it")
        self.hanako.post(f"/cases/{number}/resolve").expect(200)

    def check_views_keep_the_filters(self):
        wish = {"name": "期限切れ", "filter": {"overdue": True, "sort": "due_at", "sla_missed": ["resolution"]}}
        view = self.hanako.post("/views", wish).expect(201).json()
        expect_equal(view["filter"]["overdue"], True, "overdue")
        expect_equal(self.due_list(view=view["id"]), [], "nothing is overdue")
        self.hanako.get("/cases", query={"sla_missed": "next"}).expect(422)
        expect_equal(self.hanako.get("/cases", query={"reopened": "true"}).expect(200).json()["items"], [],
                     "none was reopened")

    def check_everything_stays_after_a_restart(self):
        self.archive_all()
        self.policy("残る", targets={"first_response": 60})
        number = self.new_case()
        before = self.hanako.get(f"/cases/{number}").expect(200).json()
        self.daemon.stop()
        self.start()
        after = self.hanako.get(f"/cases/{number}").expect(200).json()
        expect_equal((after["due_at"], after["sla"]), (before["due_at"], before["sla"]), "as before")
        expect_equal(self.due_list(), [number], "listed")


if __name__ == "__main__":
    run_on_engines(__doc__, "sla", Sla)
