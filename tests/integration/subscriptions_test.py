#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Subscriptions through the facade, on both engines: begun, changed, skipped, paused, resumed, ended; past
the deadline and below the minimum; orders made when they are due, once each, though daemons are killed."""

import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kAddress = {"postal_code": "1500001", "prefecture": "東京", "city": "渋谷区", "street": "神宮前1-1"}


def yen(amount):
    return {"amount_minor": amount, "currency": "JPY"}


def day(days):
    """So many days from today in Japan."""
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9)))
    return (now.date() + datetime.timedelta(days=days)).isoformat()


class SubscriptionChecks(Checks):
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
                  for role in ("agent", "viewer", "supervisor")}
        self.daemons = [self.daemon]
        if url:
            self.daemons.append(Daemon(self.sandbox, self.binary, url=url, mailboxes=kMailboxes,
                                       name="second", key_file=self.daemon.key_file))
        for daemon in self.daemons:
            daemon.start()
        self.agent = self.daemon.client(tokens["agent"])
        self.viewer = self.daemon.client(tokens["viewer"])
        self.chief = self.daemon.client(tokens["supervisor"])
        self.reason = self.chief.post("/subscription-reasons", {"name": "飲みきれない"})
        self.reason = self.reason.expect(201).json()

    def teardown(self):
        for daemon in self.daemons:
            if daemon.running():
                daemon.stop()

    def explain(self):
        return "".join(daemon.complaints() for daemon in self.daemons)

    def new_customer(self, **members):
        self.count += 1
        body = {"family_name": f"顧客{self.count}", "billing_address": kAddress, **members}
        return self.agent.post("/customers", body).expect(201).json()["number"]

    def body(self, customer=None, **members):
        return {"customer": customer or self.new_customer(), "next_date": day(20),
                "items": [{"sku": "TEA", "name": "緑茶", "unit_price": yen(1080), "tax_rate": 8}],
                **members}

    def begin(self, customer=None, **members):
        return self.agent.post("/subscriptions", self.body(customer, **members)).expect(201).json()

    def patch(self, value, client=None, **members):
        return (client or self.agent).patch(f"/subscriptions/{value['id']}", members,
                                            headers={"If-Match": f"\"{value['version']}\""})

    def step(self, value, step, client=None, **members):
        return (client or self.agent).post(f"/subscriptions/{value['id']}/{step}", members)

    def get(self, value):
        return self.viewer.get(f"/subscriptions/{value['id']}").expect(200).json()

    def orders(self, value):
        return self.viewer.request("GET", "/orders", query={"subscription": value["id"]}) \
            .expect(200).json()["items"]

    def found(self, **query):
        page = self.viewer.request("GET", "/subscriptions", query=query).expect(200).json()
        return [item["number"] for item in page["items"]]

    def operation(self, path, body, client=None):
        client = client or self.agent
        begun = client.post(path, body).expect(202).json()

        def ended():
            shown = client.get(f"/operations/{begun['operation_id']}").expect(200).json()
            return shown if shown["state"] != "running" else None
        return wait_until(ended, 90, "the operation to be over")

    def check_many_are_changed_at_once(self):
        values = [self.begin() for _ in range(2)]
        late = self.begin(next_date=day(5))  # past its change deadline
        ids = [value["id"] for value in values + [late]]
        body = {"ids": ids + ["no-such"], "action": "pause"}
        tried = self.operation("/subscriptions/bulk", {**body, "preview": True})
        expect_equal([row["state"] for row in tried["rows"]], ["done", "done", "failed", "failed"],
                     "a preview")
        expect_equal(self.get(values[0])["state"], "active", "a preview changes nothing")
        done = self.operation("/subscriptions/bulk", body)
        expect_equal([row["state"] for row in done["rows"]], ["done", "done", "failed", "failed"],
                     "rows")
        expect_equal(self.get(values[1])["state"], "paused", "the second")
        customers = [self.get(value)["customer"] for value in values]
        resumed = self.operation("/subscriptions/bulk", {
            "filter": {"customer": customers}, "action": "resume", "next_date": day(40)})
        expect_equal(resumed["counts"]["done"], 2, "resumed")
        changed = self.operation("/subscriptions/bulk", {
            "ids": ids[:2], "action": "change", "interval": {"unit": "week", "count": 6},
            "memo": "一括"})
        expect_equal(changed["counts"]["done"], 2, "changed")
        value = self.get(values[0])
        expect_equal((value["interval"], value["memo"], value["next_date"]),
                     ({"unit": "week", "count": 6}, "一括", day(40)), "what was changed")
        history = self.viewer.get(f"/customers/{customers[0]}/changes").json()["items"]
        expect_equal(history[0]["event"], "subscription.changed", "history")
        for wrong in ({"action": "skip"}, {"ids": ids, "filter": {}, "action": "skip"},
                      {"ids": ids, "action": "change"}, {"ids": ids, "action": "skip", "memo": "x"},
                      {"ids": ids, "action": "skip", "reasons": ["x"]},
                      {"ids": ids, "action": "cancel", "resume_on": day(50)},
                      {"ids": ids, "action": "pause", "reasons": ["no such reason"]},
                      {"ids": ids, "action": "change", "add_labels": ["no such label"]}):
            self.agent.post("/subscriptions/bulk", wrong).expect(422)
        self.viewer.post("/subscriptions/bulk", body).expect(403)

    def check_many_are_written_to(self):
        template = self.chief.post("/templates", {
            "name": "定期便のお知らせ", "language": "ja", "subject": "{{subscription.number}} 次回お届け",
            "text": "{{customer.name}} 様\n{{subscription.items}}\n{{subscription.next_date}}\n"
                    "変更期限 {{subscription.change_deadline}}\n{{subscription.total}} 円"})
        template = template.expect(201).json()["id"]
        reachable = self.begin(self.new_customer(emails=[{"address": "teiki@example.jp"}]))
        mute = self.begin()
        body = {"ids": [reachable["id"], mute["id"]], "template": template}
        done = self.operation("/subscriptions/notify", body)
        expect_equal([row["state"] for row in done["rows"]], ["done", "failed"], "rows")
        expect_equal(done["rows"][1]["error"]["type"], "customer-without-address", "why")
        cases = self.agent.get(f"/customers/{reachable['customer']}/cases").json()["items"]
        expect_equal(cases[0]["subject"], f"{reachable['number']} 次回お届け", "subject")
        message = self.agent.get(f"/cases/{cases[0]['number']}/messages").json()["items"][0]
        expect("緑茶 × 1" in message["text"] and "1,080 円" in message["text"], message["text"])
        self.agent.post("/subscriptions/notify", {**body, "template": "no-such"}).expect(422)

    def check_are_begun_changed_and_found(self):
        customer = self.new_customer()
        made = self.agent.post("/subscriptions", self.body(
            customer, interval={"unit": "month", "count": 2}, shipping_fee=yen(550),
            minimum_count=3, time_slot="18_20")).expect(201)
        value = made.json()
        expect_equal(made.header("Location"), f"/api/v1/subscriptions/{value['id']}", "Location")
        expect_equal((value["state"], value["total"], value["change_deadline"],
                      value["order_day"]), ("active", yen(1630), day(13), day(17)), "as begun")
        expect_equal(value["allowed_actions"],
                     ["edit", "edit_delivery", "skip", "pause", "order_now"], "actions")
        expect_equal(value["objections"], ["below_minimum"], "objections")
        expect_equal(value["next_states"], ["paused", "canceled"], "next states")
        self.agent.patch(f"/subscriptions/{value['id']}", {"memo": "x"}).expect(428)
        changed = self.patch(value, items=[{"sku": "TEA", "quantity": 3}], next_date=day(25),
                             interval={"unit": "week", "count": 6},
                             shipping_address={**kAddress, "city": "港区"}).expect(200).json()
        expect_equal((changed["total"], changed["next_date"], changed["interval"],
                      changed["shipping_address"]["city"]),
                     (yen(3790), day(25), {"unit": "week", "count": 6}, "港区"), "as changed")
        stale = self.patch(value, memo="y").expect(412).problem()
        expect_equal(stale["current"]["total"], yen(3790), "the current state")
        number = value["number"]
        for query in ({"number": number}, {"customer": customer},
                      {"customer": customer, "state": "active", "sku": "TEA",
                       "next_from": day(25), "next_to": day(25)}):
            expect_equal(self.found(**query), [number], f"found by {query}")
        expect_equal(self.found(customer=customer, state="paused"), [], "not paused")
        expect_equal(self.found(customer=customer, next_to=day(24)), [], "not so soon")
        second = self.begin(customer)
        third = self.begin(customer)
        page = self.viewer.request("GET", f"/customers/{customer}/subscriptions",
                                   query={"limit": 2}).expect(200).json()
        expect_equal([one["number"] for one in page["items"]],
                     [third["number"], second["number"]], "newest first")
        page = self.viewer.request("GET", f"/customers/{customer}/subscriptions", query={
            "limit": 2, "cursor": page["next_cursor"]}).expect(200).json()
        expect_equal([one["number"] for one in page["items"]], [number], "second page")
        by = self.viewer.request("GET", "/customers", query={"subscription_number": number})
        expect_equal([one["number"] for one in by.json()["items"]], [customer], "the customer")
        history = self.viewer.get(f"/customers/{customer}/changes").expect(200).json()["items"]
        expect_equal([one["event"] for one in history if one["object_id"] == value["id"]],
                     ["subscription.changed", "subscription.created"], "history")
        self.viewer.get("/subscriptions/no-such").expect(404)
        self.viewer.get("/customers/CU-999999/subscriptions").expect(404)

    def check_bad_input_names_every_member(self):
        wrong = self.agent.post("/subscriptions", {
            "items": [{"sku": "X", "quantity": 0}], "interval": {"unit": "year", "count": 0},
            "lead_days": -1, "colour": "red"}).expect(422).problem()["errors"]
        expect_equal(sorted(one["pointer"] for one in wrong),
                     ["/colour", "/interval/count", "/interval/unit", "/items/0/quantity",
                      "/lead_days"], "members")
        wrong = self.agent.post("/subscriptions", {
            "items": [{"sku": "NO-SUCH"}], "number": "1", "next_date": "2020-01-01",
            "lead_days": 9, "card": "token"}).expect(422).problem()["errors"]
        expect_equal(sorted(one["pointer"] for one in wrong),
                     ["/account", "/card", "/customer", "/items/0/sku", "/lead_days", "/next_date",
                      "/shipping_address"], "members")
        refused = self.agent.post("/subscriptions", self.body(memo="4111 1111 1111 1111"))
        expect_equal(refused.expect(422).problem()["type"], "urn:madoguchi:problem:pan-detected",
                     "type")
        value = self.begin()
        self.step(value, "cancel").expect(422)
        self.step(value, "cancel", reasons=[]).expect(422)
        self.step(value, "pause", resume_on="x").expect(422)
        self.viewer.request("GET", "/subscriptions", query={"next_from": "x"}).expect(422)
        self.viewer.request("GET", "/subscriptions", query={"cursor": "x"}).expect(422)

    def check_skip_pause_resume_and_cancel(self):
        value = self.begin(interval={"unit": "day", "count": 10})
        skipped = self.step(value, "skip").expect(200).json()
        expect_equal(skipped["next_date"], day(30), "the one after it")
        paused = self.step(value, "pause", reasons=["飲みきれない"], resume_on=day(50))
        paused = paused.expect(200).json()
        expect_equal((paused["state"], paused["resume_on"], paused["pause_reasons"][0]["id"]),
                     ("paused", day(50), self.reason["id"]), "paused")
        self.step(value, "skip").expect(409)
        resumed = self.step(value, "resume", next_date=day(40)).expect(200).json()
        expect_equal((resumed["state"], resumed["next_date"], resumed["pause_reasons"]),
                     ("active", day(40), []), "resumed")
        ended = self.step(value, "cancel", reasons=[self.reason["id"]]).expect(200).json()
        expect_equal((ended["state"], ended["cancel_reasons"][0]["name"], ended["next_states"],
                      ended["allowed_actions"]),
                     ("canceled", "飲みきれない", [], ["edit"]), "ended")
        for step, body in (("skip", {}), ("pause", {}), ("resume", {}), ("order-now", {}),
                           ("cancel", {"reasons": ["飲みきれない"]})):
            refused = self.step(value, step, **body).expect(409).problem()
            expect_equal(refused["type"], "urn:madoguchi:problem:subscription-state", step)
        refused = self.patch(ended, next_date=day(60)).expect(409).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:subscription-canceled", "it is over")
        self.patch(ended, memo="再開の相談あり").expect(200)

    def check_past_the_deadline_and_below_the_minimum(self):
        late = self.begin(next_date=day(5))
        expect_equal(late["objections"], ["past_deadline"], "objections")
        refused = self.step(late, "skip").expect(403).problem()
        expect_equal(refused["objections"], ["past_deadline"], "an agent")
        self.step(late, "skip", exception=True).expect(403)
        warned = self.step(late, "skip", self.chief).expect(409).problem()
        expect_equal((warned["type"], warned["objections"]),
                     ("urn:madoguchi:problem:subscription-objection", ["past_deadline"]), "warned")
        expect(day(-2) in warned["detail"], "the deadline is named")
        self.step(late, "skip", self.chief, exception=True).expect(200)
        short = self.begin(minimum_count=3)
        body = {"reasons": ["飲みきれない"]}
        self.step(short, "cancel", **body).expect(403)
        warned = self.step(short, "cancel", self.chief, **body).expect(409).problem()
        expect_equal(warned["objections"], ["below_minimum"], "warned")
        self.step(short, "cancel", self.chief, exception=True, **body).expect(200)
        history = self.viewer.get(f"/customers/{short['customer']}/changes").json()["items"]
        expect(any(field["field"] == "exception" and field["to"] == "below_minimum"
                   for field in history[0]["fields"]), "the exception is in the history")

    def check_orders_come_when_they_are_due(self):
        value = self.begin(next_date=day(3), payment_method="cash_on_delivery",
                           payment_fee=yen(330))
        wait_until(lambda: self.orders(value), 30, "the order")
        order = self.orders(value)[0]
        expect_equal((order["source"], order["subscription"], order["total"],
                      order["desired_delivery"]["date"], order["payment_method"]),
                     ("subscription", value["id"], yen(1410), day(3), "cash_on_delivery"), "order")
        expect_equal(order["tax"], [
            {"rate": 10, "taxable": yen(330), "amount": yen(30)},
            {"rate": 8, "taxable": yen(1080), "amount": yen(80)}], "tax")
        after = self.get(value)
        expect_equal((after["delivered_count"], after["last_order"]), (1, order["id"]), "counted")
        expect(after["next_date"] > day(27), "on to the next month")
        made = self.step(value, "order-now", date=day(9)).expect(201)
        expect_equal(made.header("Location"), f"/api/v1/orders/{made.json()['id']}", "Location")
        refused = self.step(value, "order-now", date=day(9)).expect(422).problem()
        expect_equal([one["pointer"] for one in refused["errors"]], ["/date"], "once a day")
        expect_equal(len(self.orders(value)), 2, "orders")
        shop = self.begin(account="shop", number="T-1", next_date=day(3))
        expect_equal(shop["sync"]["state"], "in_step", "sync")
        self.step(shop, "order-now").expect(409)

    def check_each_day_has_one_order_though_daemons_are_killed(self):
        customer = self.new_customer()
        values = [self.begin(customer, next_date=day(3)) for _ in range(25)]
        # The last daemon dies while orders are being made; with SQLite it is the only one.
        self.daemons[-1].kill9()
        self.daemons[-1].start()
        values += [self.begin(customer, next_date=day(3)) for _ in range(15)]

        def counts():
            return [self.get(value)["delivered_count"] for value in values]

        wait_until(lambda: counts() == [1] * 40, 150, "all orders")
        expect_equal([len(self.orders(value)) for value in values], [1] * 40, "orders of each")

    def check_edit_lock_and_roles(self):
        value = self.begin()
        path = f"/customers/{value['customer']}/edit-lock"
        token = self.chief.request("PUT", path).expect(200).json()["token"]
        self.step(value, "skip").expect(423)
        self.patch(value, memo="x").expect(423)
        self.chief.post(f"/subscriptions/{value['id']}/skip", {},
                        headers={"Edit-Lock": str(token)}).expect(200)
        self.viewer.get(f"/subscriptions/{value['id']}").expect(200)
        expect_equal(self.get(value)["allowed_actions"], [], "a viewer's actions")
        self.viewer.post("/subscriptions", {}).expect(403)
        self.step(value, "skip", self.viewer).expect(403)
        self.agent.post("/subscription-reasons", {"name": "x"}).expect(403)

    def check_the_same_key_begins_one(self):
        body = self.body()
        first = self.agent.post("/subscriptions", body, key="once").expect(201)
        again = self.agent.post("/subscriptions", body, key="once").expect(201)
        expect_equal(again.json()["id"], first.json()["id"], "subscription")
        expect_equal(len(self.found(customer=body["customer"])), 1, "subscriptions")


if __name__ == "__main__":
    run_on_engines(__doc__, "subscriptions", SubscriptionChecks)
