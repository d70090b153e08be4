#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cards through the facade, on both engines: kept by token, the one to use, edited as far as the payment
service lets, deleted, paid by; never a number; sessions without a payment service; who may do what."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines


def etag(resource):
    return {"If-Match": f"\"{resource['version']}\""}


class CardChecks(Checks):
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

    def new_customer(self):
        self.count += 1
        made = self.agent.post("/customers", {
            "family_name": f"顧客{self.count}",
            "billing_address": {"prefecture": "東京都", "city": "渋谷区"}}).expect(201).json()
        return f"/customers/{made['number']}"

    def keep(self, path, token, **members):
        body = {"account": "pay", "token": token, "brand": "visa", "last_digits": "************4242",
                "expiry": "2099-04", "holder": "TARO YAMADA", **members}
        return self.program.post(path + "/cards", body)

    def cards(self, path):
        return self.viewer.get(path + "/cards").expect(200).json()["items"]

    def check_are_kept_chosen_edited_and_deleted(self):
        path = self.new_customer()
        first = self.keep(path, "tok_first").expect(200).json()
        expect("token" not in first, "the token is shown to nobody")
        expect_equal((first["last_digits"], first["default"], first["expired"]),
                     ("4242", True, False), "as it is kept")
        expect_equal(self.keep(path, "tok_first").expect(200).json()["id"], first["id"], "once")
        second = self.keep(path, "tok_second", editable=["expiry"]).expect(200).json()
        expect_equal(second["allowed_actions"], ["set_default", "edit_expiry", "delete"], "actions")
        one = f"{path}/cards/{second['id']}"
        expect_equal(self.agent.get(one).expect(200).json(), second, "one card")
        self.agent.patch(one, {"default": True}).expect(428)
        chosen = self.agent.patch(one, {"default": True}, headers=etag(second)).expect(200).json()
        expect_equal([card["default"] for card in self.cards(path)], [False, True], "one to use")
        self.agent.patch(one, {"expiry": "2098-01"}, headers=etag(second)).expect(412)
        edited = self.agent.patch(one, {"expiry": "2098-01"}, headers=etag(chosen)).expect(200).json()
        expect_equal((edited["expiry"], edited["sync"]["state"]), ("2098-01", "by_hand"), "edited")
        refused = self.agent.patch(one, {"holder": "X"}, headers=etag(edited)).expect(409).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:card-part-fixed", "what is fixed")
        self.agent.request("DELETE", one, headers=etag(edited)).expect(204)
        expect_equal([card["id"] for card in self.cards(path)], [first["id"]], "what is left")
        self.agent.get(one).expect(404)
        events = [entry["event"] for entry in
                  self.viewer.get(path + "/changes").json()["items"]]
        expect_equal(events[0], "card.deleted", "history")
        expect("card.created" in events, "history")

    def check_never_a_number(self):
        path = self.new_customer()
        refused = self.keep(path, "4111111111111111").expect(422).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:pan-detected", "type")
        # Dressed up so that a text would pass: a token does not.
        wrong = self.keep(path, "x4111111111111111x", last_digits="411111",
                          expiry="04/99").expect(422).problem()["errors"]
        expect_equal(sorted(error["pointer"] for error in wrong),
                     ["/expiry", "/last_digits", "/token"], "members")
        self.keep(path, "tok", number="1").expect(422)
        expect_equal(self.cards(path), [], "nothing is kept")

    def check_an_order_is_paid_by_a_card_of_its_customer(self):
        path = self.new_customer()
        other = self.keep(self.new_customer(), "tok_other").expect(200).json()
        mine = self.keep(path, "tok_mine").expect(200).json()
        body = {"customer": path.rsplit("/", 1)[1], "payment_method": "card", "card": other["id"],
                "items": [{"sku": "T", "name": "茶", "unit_price": {"amount_minor": 1,
                                                                  "currency": "JPY"}}]}
        wrong = self.agent.post("/orders", body).expect(422).problem()["errors"]
        expect_equal([error["pointer"] for error in wrong], ["/card"], "another's card")
        order = self.agent.post("/orders", {**body, "card": mine["id"]}).expect(201).json()
        expect_equal(order["card"], mine["id"], "card")
        refused = self.agent.request("DELETE", f"{path}/cards/{mine['id']}",
                                     headers=etag(mine)).expect(409).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:card-in-use", "type")

    def check_no_session_begins_without_a_payment_service(self):
        path = self.new_customer()
        refused = self.agent.post(path + "/card-sessions", {"account": "remise"}).expect(409)
        expect_equal(refused.problem()["type"], "urn:madoguchi:problem:no-card-gateway", "type")
        self.agent.post(path + "/card-sessions", {}).expect(422)
        expect_equal(self.viewer.get(path + "/card-sessions").expect(200).json()["items"], [],
                     "nothing begins")
        self.agent.get(path + "/card-sessions/none").expect(404)
        self.agent.post(path + "/card-sessions/none/cancel").expect(404)

    def check_roles_locks_and_strangers(self):
        path = self.new_customer()
        card = self.keep(path, "tok").expect(200).json()
        one = f"{path}/cards/{card['id']}"
        self.agent.post(path + "/cards", {"account": "pay", "token": "x", "last_digits": "11",
                                          "expiry": None}).expect(403)
        self.viewer.patch(one, {"default": True}, headers=etag(card)).expect(403)
        self.viewer.request("DELETE", one, headers=etag(card)).expect(403)
        self.viewer.post(path + "/card-sessions", {"account": "x"}).expect(403)
        self.daemon.client(None).get(path + "/cards").expect(401)
        self.agent.get("/customers/CU-999999/cards").expect(404)
        self.agent.get(f"{self.new_customer()}/cards/{card['id']}").expect(404)
        lock = self.agent.request("PUT", path + "/edit-lock").expect(200).json()["token"]
        self.keep(path, "tok2").expect(423)
        self.agent.patch(one, {"default": True}, headers=etag(card)).expect(423)
        self.agent.patch(one, {"default": True},
                         headers={**etag(card), "Edit-Lock": lock}).expect(200)


if __name__ == "__main__":
    run_on_engines(__doc__, "cards", CardChecks)
