#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Survey responses through the facade, on both engines: told by a program as often as it likes, found to be
whose they are by number, id or mail address, at once or later, or said by a person; who may do what."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect_equal
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines


def response(identity, respondent=None, **members):
    return {"external_id": identity, "survey_id": "s1", "survey": "肌診断",
            "respondent": respondent or {}, "answered_at": "2026-11-01T00:00:00Z",
            "answers": [{"question_id": "q1", "question": "肌質は?", "answers": ["乾燥肌"]}], **members}


class SurveyChecks(Checks):
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
        self.daemon = Daemon(self.sandbox, self.binary, url=url)
        self.daemon.migrate()
        tokens = {role: self.daemon.token(f"the-{role}", role)
                  for role in ("agent", "viewer", "integration")}
        self.daemon.start()
        self.agent = self.daemon.client(tokens["agent"])
        self.viewer = self.daemon.client(tokens["viewer"])
        self.program = self.daemon.client(tokens["integration"])

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_customer(self, **members):
        self.count += 1
        body = {"family_name": f"顧客{self.count}", **members}
        return self.agent.post("/customers", body).expect(201).json()["number"]

    def tell(self, *items, account="profile", **options):
        return self.program.post("/surveys", {"account": account, "items": list(items)}, **options)

    def of(self, number):
        return self.viewer.get(f"/customers/{number}/surveys").expect(200).json()["items"]

    def check_are_taken_once_and_kept_as_they_are_now(self):
        number = self.new_customer()
        one = response("once", {"customer": number})
        expect_equal(self.tell(one).expect(200).json(),
                     {"created": 1, "changed": 0, "unchanged": 0, "unlinked": 0}, "the first time")
        expect_equal(self.tell(one).expect(200).json()["unchanged"], 1, "the same again")
        again = {**one, "answers": [{"question": "肌質は?", "answers": ["脂性肌", "混合肌"]}]}
        expect_equal(self.tell(again).expect(200).json()["changed"], 1, "another answer")
        shown = self.of(number)
        expect_equal(len(shown), 1, "responses")
        expect_equal(shown[0]["answers"][0]["answers"], ["脂性肌", "混合肌"], "answers")
        expect_equal(shown[0]["linked_by"], "customer_number", "how it was found")
        expect_equal(self.viewer.get(f"/surveys/{shown[0]['id']}").expect(200).json()["customer"],
                     number, "customer")
        events = [entry["event"] for entry in
                  self.viewer.get(f"/customers/{number}/changes").json()["items"]]
        expect_equal(events, ["survey.changed", "survey.answered", "customer.created"], "history")
        key = self.tell(response("key", {"customer": number}), key="survey-once").expect(200)
        same = self.tell(response("key", {"customer": number}), key="survey-once").expect(200)
        expect_equal(same.json(), key.json(), "the same key")

    def check_wait_for_whom_they_name(self):
        taken = self.tell(response("w1", {"email": "late@example.jp"}),
                          response("w2", {"external_id": "shop-9"})).expect(200).json()
        expect_equal(taken["unlinked"], 2, "nobody's")
        waiting = self.viewer.request("GET", "/surveys", query={"linked": "false"}).json()["items"]
        expect_equal(sorted(one["external_id"] for one in waiting), ["w1", "w2"], "waiting")
        number = self.new_customer(emails=[{"address": "LATE@example.jp"}],
                                   external_ids=[{"account": "profile", "id": "shop-9",
                                                  "number": ""}])
        expect_equal(sorted(one["linked_by"] for one in self.of(number)), ["email", "external_id"],
                     "found when the customer came")

    def check_a_person_says_whose_it_is(self):
        self.tell(response("hand")).expect(200)
        one = [item for item in self.viewer.request("GET", "/surveys", query={"linked": "false"})
               .json()["items"] if item["external_id"] == "hand"][0]
        number = self.new_customer()
        path = f"/surveys/{one['id']}"
        self.agent.patch(path, {"customer": number}).expect(428)
        etag = {"If-Match": f"\"{one['version']}\""}
        linked = self.agent.patch(path, {"customer": number}, headers=etag).expect(200).json()
        expect_equal((linked["customer"], linked["linked_by"]), (number, "by_hand"), "linked")
        self.agent.patch(path, {"customer": None}, headers=etag).expect(412)
        etag = {"If-Match": f"\"{linked['version']}\""}
        self.viewer.patch(path, {"customer": None}, headers=etag).expect(403)
        self.agent.patch(path, {"customer": "CU-999999"}, headers=etag).expect(422)
        free = self.agent.patch(path, {"customer": None}, headers=etag).expect(200).json()
        expect_equal(free["customer"], None, "nobody's again")
        expect_equal(self.of(number), [], "left")

    def check_bad_input_and_strangers(self):
        number = self.new_customer()
        wrong = self.tell({"external_id": "", "answers": [{"question": "q"}],
                           "answered_at": "yesterday", "colour": 1}).expect(422).problem()["errors"]
        expect_equal(sorted(error["pointer"] for error in wrong),
                     ["/items/0/answered_at", "/items/0/answers/0/answers", "/items/0/colour",
                      "/items/0/external_id"], "members")
        card = response("pan", answers=[{"question": "q", "answers": ["4111 1111 1111 1111"]}])
        expect_equal(self.tell(card).expect(422).problem()["type"],
                     "urn:madoguchi:problem:pan-detected", "type")
        self.agent.post("/surveys", {"account": "x", "items": []}).expect(403)
        self.daemon.client(None).get(f"/customers/{number}/surveys").expect(401)
        self.viewer.get("/customers/CU-999999/surveys").expect(404)
        self.viewer.get("/surveys/none").expect(404)

    def check_are_paged(self):
        number = self.new_customer()
        self.tell(*[response(f"p{day}", {"customer": number},
                             answered_at=f"2026-10-{day:02}T00:00:00Z")
                    for day in range(1, 6)]).expect(200)
        seen = []
        cursor = None
        while True:
            query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
            page = self.viewer.request("GET", f"/customers/{number}/surveys", query=query)
            page = page.expect(200).json()
            seen += [item["external_id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        expect_equal(seen, ["p5", "p4", "p3", "p2", "p1"], "page by page")


if __name__ == "__main__":
    run_on_engines(__doc__, "surveys", SurveyChecks)
