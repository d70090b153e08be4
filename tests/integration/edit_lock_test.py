#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The edit lock of a customer's screen through the facade: the first agent edits, the others read and
see who and since when, whichever route a change comes by; asked for, handed over, taken over; live."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines

kAgents = {"hanako": "agent", "jiro": "agent", "chief": "supervisor", "viewer": "viewer", "admin": "admin"}
# Writes below a customer, by operation: said about it, not on its screen, so who edits there must not hold it up.
kNotCovered = {"putLegalHold", "deleteLegalHold"}


def with_lock(token, tag=None):
    headers = {"Edit-Lock": token}
    if tag is not None:
        headers["If-Match"] = tag
    return headers


class EditLockChecks(Checks):
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
        self.tokens = {name: self.daemon.token(name, role) for name, role in kAgents.items()}
        self.connect()

    def connect(self):
        self.daemon.start()
        for name, token in self.tokens.items():
            setattr(self, name, self.daemon.client(token))

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_customer(self):
        self.count += 1
        made = self.jiro.post("/customers", {"family_name": f"顧客{self.count}"}).expect(201).json()
        return f"/customers/{made['number']}"

    def acquire(self, client, path):
        lock = client.request("PUT", path + "/edit-lock").expect(200).json()
        return lock["token"]

    def steps(self, path):
        page = self.viewer.get(path + "/changes").expect(200).json()["items"]
        return [entry["event"] for entry in reversed(page) if entry["object_type"] == "edit_lock"]

    def check_the_first_edits_the_others_see_who_and_since_when(self):
        path = self.new_customer()
        nobody = self.viewer.get(path + "/edit-lock").expect(200).json()
        expect_equal(nobody, {"holder": None, "token": None, "expires_at": None, "asked_by": None},
                     "a free lock")
        lock = self.hanako.request("PUT", path + "/edit-lock").expect(200).json()
        expect_equal(lock["holder"]["name"], "hanako", "holder")
        expect(re.fullmatch(r"\d+", lock["token"]), f"token {lock['token']!r}")
        refused = self.jiro.request("PUT", path + "/edit-lock").expect(423).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:edit-locked", "type")
        expect_equal(refused["holder"], lock["holder"], "the holder, and since when")
        expect("token" not in refused, "the token got out")
        japanese = self.daemon.client(self.tokens["jiro"], language="ja")
        expect_in("編集中", japanese.request("PUT", path + "/edit-lock").problem()["detail"], "detail")
        seen = self.viewer.get(path + "/edit-lock").expect(200).json()
        expect_equal((seen["holder"], seen["token"]), (lock["holder"], None), "as others see it")
        self.viewer.get(path).expect(200)
        again = self.hanako.request("PUT", path + "/edit-lock",
                                    headers=with_lock(lock["token"])).expect(200).json()
        expect_equal(again["token"], lock["token"], "renewed")
        expect(again["expires_at"] >= lock["expires_at"], "the lease goes on")
        self.jiro.request("DELETE", path + "/edit-lock").expect(423)
        self.hanako.request("DELETE", path + "/edit-lock", headers=with_lock(lock["token"])).expect(204)
        self.hanako.request("DELETE", path + "/edit-lock").expect(204)
        second = self.acquire(self.jiro, path)
        expect(int(second) > int(lock["token"]), "the token grows")
        expect_equal(self.steps(path), ["edit_lock.acquired", "edit_lock.released",
                                        "edit_lock.acquired"], "history")

    def changes_of(self, path):
        """A change by every route that the lock covers: who -> status."""
        number = path.rpartition("/")[2]
        twin = self.new_customer().rpartition("/")[2]
        case = self.jiro.post("/cases", {"text": "いつ届きますか", "customer": number}).expect(201).json()
        entry = self.jiro.get(f"/cases/{case['number']}/messages").json()["items"][0]
        memo = self.jiro.post(path + "/memos", {"text": "m"}).expect(201).json()["id"]
        where = {"address": {"city": "渋谷区"}}
        address = self.jiro.post(path + "/addresses", where).expect(201).json()["id"]
        return {
            "patchCustomer": ("PATCH", path, {"company": "見本商事"}, True),
            "createDeliveryAddress": ("POST", path + "/addresses", where, False),
            "patchDeliveryAddress": ("PATCH", f"{path}/addresses/{address}", {"label": "会社"}, True),
            "deleteDeliveryAddress": ("DELETE", f"{path}/addresses/{address}", None, True),
            "createMemo": ("POST", path + "/memos", {"text": "x"}, False),
            "patchMemo": ("PATCH", f"{path}/memos/{memo}", {"text": "y"}, True),
            "deleteMemo": ("DELETE", f"{path}/memos/{memo}", None, True),
            "patchCase": ("PATCH", f"/cases/{case['number']}", {"subject": "配送"}, True),
            "patchMessage": ("PATCH", f"/messages/{entry['id']}", {"text": "いつ？"}, True),
            "mergeCustomer": ("POST", path + "/merge", {"into": twin}, False),
        }

    def send(self, client, change, token=None):
        method, target, body, versioned = change
        headers = {} if token is None else {"Edit-Lock": token}
        if versioned:
            headers["If-Match"] = self.admin.get(target).expect(200).header("ETag")
        return client.request(method, target, json=body, headers=headers)

    def check_it_holds_whichever_route_a_change_comes_by(self):
        path = self.new_customer()
        changes = self.changes_of(path)
        token = self.acquire(self.hanako, path)
        for name, change in changes.items():
            for client, sent in ((self.chief, None), (self.chief, token), (self.chief, "x")):
                refused = self.send(client, change, sent).expect(423).problem()
                expect_equal(refused["holder"]["name"], "hanako", f"{name}: holder")
        self.send(self.hanako, changes["createMemo"]).expect(423)
        lost = self.send(self.hanako, changes["createMemo"], "999").expect(423).problem()
        expect_equal(lost["type"], "urn:madoguchi:problem:edit-lock-lost", "a token of nobody")
        for name, change in changes.items():
            client = self.hanako
            if name == "mergeCustomer":
                client.post(path + "/merge", change[2], headers=with_lock(token)).expect(403)
                self.hanako.request("DELETE", path + "/edit-lock", headers=with_lock(token)).expect(204)
                client, token = self.chief, self.acquire(self.chief, path)
            answer = self.send(client, change, token)
            expect(200 <= answer.status < 300, f"{name}: {answer}")

    def check_every_write_below_a_customer_is_decided_about(self):
        document = self.admin.get("/openapi.json").expect(200).json()
        open_routes, covered = [], set()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                locked = {"$ref": "#/components/parameters/EditLock"} in operation.get("parameters", [])
                if locked:
                    covered.add(operation["operationId"])
                    expect_in("423", operation["responses"], operation["operationId"])
                elif method != "get" and path.startswith("/api/v1/customers/") and \
                        operation["operationId"] not in kNotCovered:
                    open_routes.append(operation["operationId"])
        expect_equal(open_routes, [], "writes that neither need the lock nor are known not to")
        # What this test tries, and what has tests of its own (unmerge: the service's; orders: theirs).
        expect(set(self.changes_of(self.new_customer())) <= covered, f"not declared: {covered}")

    def check_answering_goes_on_and_the_holder_hears_of_it(self):
        path = self.new_customer()
        number = path.rpartition("/")[2]
        case = self.jiro.post("/cases", {"text": "いつ届きますか", "customer": number}).expect(201).json()
        case_path = f"/cases/{case['number']}"
        self.acquire(self.hanako, path)
        stream = self.daemon.events(self.tokens["hanako"])
        try:
            self.jiro.post(case_path + "/take").expect(200)
            note = self.jiro.post(case_path + "/messages", {"kind": "note", "text": "確認中"})
            note = note.expect(201).json()
            self.jiro.patch(f"/messages/{note['id']}", {"text": "確認済み"},
                            headers={"If-Match": f"\"{note['version']}\""}).expect(200)
            tag = self.jiro.get(case_path).header("ETag")
            self.jiro.patch(case_path, {"priority": "high"}, headers={"If-Match": tag}).expect(200)
            self.jiro.post(case_path + "/resolve").expect(200)
            def heard(events):
                return [event for event in events if event.kind == "case.resolved"]
            event = json.loads(stream.wait_for(heard, 10, "the holder hears of it")[0].data)
            expect_equal(event["customer"], number, "whose screen it is on")
            self.jiro.request("PUT", path + "/edit-lock", json={"action": "ask"}).expect(202)
            stream.wait_for(lambda events: [e for e in events if e.kind == "edit_lock.asked_for"], 10,
                            "the holder hears that somebody asks")
        finally:
            stream.close()

    def check_is_asked_for_and_handed_over(self):
        path = self.new_customer()
        token = self.acquire(self.hanako, path)
        asked = self.jiro.request("PUT", path + "/edit-lock", json={"action": "ask"}).expect(202).json()
        expect_equal((asked["holder"]["name"], asked["asked_by"]["name"], asked["token"]),
                     ("hanako", "jiro", None), "asked")
        self.jiro.request("PUT", path + "/edit-lock", json={"action": "ask"}).expect(202)
        self.chief.request("PUT", path + "/edit-lock", json={"action": "ask"}).expect(409)
        self.hanako.request("DELETE", path + "/edit-lock", headers=with_lock(token)).expect(204)
        self.hanako.request("PUT", path + "/edit-lock").expect(423)
        handed = self.acquire(self.jiro, path)
        expect(int(handed) > int(token), "the token grows")
        self.hanako.post(path + "/memos", {"text": "x"}, headers=with_lock(token)).expect(423)
        self.jiro.post(path + "/memos", {"text": "x"}, headers=with_lock(handed)).expect(201)
        expect_equal(self.steps(path), ["edit_lock.acquired", "edit_lock.asked_for",
                                        "edit_lock.handed_over"], "history")

    def check_is_taken_over_by_a_supervisor_with_a_reason(self):
        path = self.new_customer()
        token = self.acquire(self.hanako, path)
        over = {"action": "take_over", "reason": "お客様が電話口でお待ち"}
        self.jiro.request("PUT", path + "/edit-lock", json=over).expect(403)
        missing = self.chief.request("PUT", path + "/edit-lock", json={"action": "take_over"})
        expect_equal(missing.expect(422).problem()["errors"][0]["pointer"], "/reason", "pointer")
        self.chief.request("PUT", path + "/edit-lock", json={"action": "take"}).expect(422)
        self.chief.request("PUT", path + "/edit-lock", json={"reason": "x"}).expect(422)
        taken = self.chief.request("PUT", path + "/edit-lock", json=over).expect(200).json()
        expect(int(taken["token"]) > int(token), "the token grows")
        late = self.hanako.post(path + "/memos", {"text": "x"}, headers=with_lock(token)).expect(423)
        expect_equal(late.problem()["holder"]["name"], "chief", "who has it now")
        entry = self.viewer.get(path + "/changes").json()["items"][0]
        expect_equal(entry["event"], "edit_lock.taken_over", "event")
        expect_equal(entry["actor_name"], "chief", "who")
        expect_in({"field": "reason", "from": "", "to": over["reason"]}, entry["fields"], "why")

    def check_roles_and_strangers(self):
        path = self.new_customer()
        self.viewer.request("PUT", path + "/edit-lock").expect(403)
        self.viewer.request("DELETE", path + "/edit-lock").expect(403)
        self.daemon.client(None).request("PUT", path + "/edit-lock").expect(401)
        self.hanako.request("PUT", "/customers/CU-999999/edit-lock").expect(404)
        self.hanako.get("/customers/CU-999999/edit-lock").expect(404)

    def check_a_restart_keeps_it_for_its_holder(self):
        path = self.new_customer()
        other = self.new_customer()
        token = self.acquire(self.hanako, path)
        left = self.acquire(self.hanako, other)
        self.hanako.request("DELETE", other + "/edit-lock", headers=with_lock(left)).expect(204)
        self.daemon.kill9()
        self.connect()
        self.jiro.request("PUT", path + "/edit-lock").expect(423)
        self.jiro.post(path + "/memos", {"text": "x"}).expect(423)
        self.hanako.post(path + "/memos", {"text": "x"}, headers=with_lock(token)).expect(201)
        again = self.hanako.request("PUT", path + "/edit-lock", headers=with_lock(token)).expect(200)
        expect_equal(again.json()["token"], token, "goes on with its token")
        self.acquire(self.jiro, other)


if __name__ == "__main__":
    run_on_engines(__doc__, "edit-lock", EditLockChecks)
