#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many orders at once through the facade, on both engines: changed, their payments, mails to their
customers; tried first, each with its own end, failed ones again; also though the daemon is killed."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.sinks import SmtpSink
from madoguchi_testing.waiting import wait_until

kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kAddress = {"postal_code": "1500001", "prefecture": "東京", "city": "渋谷区", "street": "神宮前1-1"}


def yen(amount):
    return {"amount_minor": amount, "currency": "JPY"}


class BulkChecks(Checks):
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
        self.sink = SmtpSink(self.sandbox.port())
        self.daemon = Daemon(self.sandbox, self.binary, url=url, mailboxes=kMailboxes,
                             smtp_port=self.sink.port)
        self.daemon.migrate()
        tokens = {name: self.daemon.token(name, role) for name, role in (
            ("hanako", "agent"), ("jiro", "agent"), ("chief", "supervisor"), ("viewer", "viewer"))}
        self.daemon.start()
        self.hanako = self.daemon.client(tokens["hanako"])
        self.jiro = self.daemon.client(tokens["jiro"])
        self.chief = self.daemon.client(tokens["chief"])
        self.viewer = self.daemon.client(tokens["viewer"])

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()
        self.sink.close()

    def explain(self):
        return self.daemon.complaints()

    def new_customer(self, **members):
        self.count += 1
        body = {"family_name": f"顧客{self.count}", "billing_address": kAddress, **members}
        return self.hanako.post("/customers", body).expect(201).json()["number"]

    def new_order(self, customer=None, **members):
        body = {"customer": customer or self.new_customer(),
                "items": [{"sku": "TEA", "name": "緑茶", "unit_price": yen(1080), "tax_rate": 8}],
                **members}
        return self.hanako.post("/orders", body).expect(201).json()

    def get(self, order):
        return self.viewer.get(f"/orders/{order['id']}").expect(200).json()

    def over(self, client, operation):
        def ended():
            shown = client.get(f"/operations/{operation}").expect(200).json()
            return shown if shown["state"] != "running" else None
        return wait_until(ended, 90, "the operation is over")

    def operation(self, client, path, body, key=None, **options):
        begun = client.post(path, body, key=key, **options).expect(202).json()
        return self.over(client, begun["operation_id"])

    def check_many_are_changed_tried_first(self):
        orders = [self.new_order() for _ in range(3)]
        self.hanako.post(f"/orders/{orders[2]['id']}/cancel", {"reason": "x"}).expect(200)
        body = {"ids": [order["id"] for order in orders] + ["no-such"], "state": "preparing",
                "memo": "倉庫へ"}
        tried = self.operation(self.hanako, "/orders/bulk", {**body, "preview": True})
        expect_equal([row["state"] for row in tried["rows"]],
                     ["done", "done", "failed", "failed"], "preview")
        expect_equal(tried["rows"][0]["changes"],
                     [{"field": "state", "from": "received", "to": "preparing"},
                      {"field": "memo", "from": "", "to": "倉庫へ"}], "what would change")
        expect_equal([row["error"]["type"] for row in tried["rows"][2:]],
                     ["order-state", "not-found"], "what would not")
        expect_equal(self.get(orders[0])["state"], "received", "a preview changes nothing")
        done = self.operation(self.hanako, "/orders/bulk", body, key="bulk-orders")
        expect_equal(done["counts"], {"ready": 0, "done": 2, "failed": 2, "cancelled": 0}, "counts")
        again = self.operation(self.hanako, "/orders/bulk", body, key="bulk-orders")
        expect_equal(again["id"], done["id"], "the same key begins one")
        expect_equal(self.get(orders[1])["memo"], "倉庫へ", "memo")
        history = self.viewer.get(f"/customers/{orders[0]['customer']}/changes").json()["items"]
        expect_equal((history[0]["event"], history[0]["object_id"]),
                     ("order.changed", orders[0]["id"]), "history")

    def check_a_filter_chooses_and_failed_rows_are_tried_again(self):
        customer = self.new_customer()
        other = self.new_customer()
        mine = self.new_order(customer)
        free = self.new_order(other)
        token = self.jiro.request("PUT", f"/customers/{customer}/edit-lock").expect(200).json()["token"]
        body = {"filter": {"customer": [customer, other]}, "memo": "一括"}
        done = self.operation(self.hanako, "/orders/bulk", body)
        expect_equal([(row["object"], row["state"]) for row in done["rows"]],
                     [(free["id"], "done"), (mine["id"], "failed")], "rows")
        expect_equal(done["rows"][1]["error"]["type"], "edit-locked", "why")
        own = self.operation(self.jiro, "/orders/bulk", {"ids": [mine["id"], free["id"]],
                                                         "memo": "自分"},
                             headers={"Edit-Lock": str(token)})
        expect_equal(own["counts"]["done"], 2, "whoever edits the customer")
        self.jiro.request("DELETE", f"/customers/{customer}/edit-lock",
                          headers={"Edit-Lock": str(token)}).expect(204)
        self.hanako.post(f"/operations/{done['id']}/retry").expect(200)
        done = self.over(self.hanako, done["id"])
        expect_equal(done["counts"]["done"], 2, "tried again")
        expect_equal((self.get(mine)["memo"], self.get(free)["memo"]), ("一括", "自分"),
                     "only the one that failed")

    def check_payments(self):
        held = self.new_order(payment_state="authorized")
        due = self.new_order()
        path = "/orders/payment-status"
        body = {"ids": [held["id"], due["id"]], "action": "capture"}
        self.hanako.post(path, body).expect(403)
        tried = self.operation(self.chief, path, {**body, "preview": True})
        expect_equal([row["state"] for row in tried["rows"]], ["done", "failed"], "preview")
        done = self.operation(self.chief, path, body)
        expect_equal(done["rows"][1]["error"]["type"], "order-payment-state", "why")
        expect_equal((self.get(held)["payment_state"], self.get(due)["payment_state"]),
                     ("captured", "pending"), "states")
        for action, order, state in (("refund", held, "refunded"), ("void", due, "voided"),
                                     ("reauthorize", due, "authorized"),
                                     ("force_void", due, "voided")):
            self.operation(self.chief, path, {"ids": [order["id"]], "action": action})
            expect_equal(self.get(order)["payment_state"], state, action)
        expect_equal(self.get(held)["refunded"], yen(1080), "refunded")

    def check_mails_by_template(self):
        template = self.chief.post("/templates", {
            "name": "発送遅延", "subject": "ご注文 {{order.number}}",
            "text": "{{customer.name}} 様\n{{order.items}}"}).expect(201).json()
        customer = self.new_customer(emails=[{"address": "bulk@example.jp"}])
        order = self.new_order(customer)
        silent = self.new_order()
        body = {"ids": [order["id"], silent["id"]], "template": template["id"],
                "mailbox": "support"}
        tried = self.operation(self.hanako, "/orders/notify", {**body, "preview": True})
        expect_equal([row["state"] for row in tried["rows"]], ["done", "failed"], "preview")
        expect_equal(self.sink.mails, [], "a preview sends nothing")
        done = self.operation(self.hanako, "/orders/notify", body)
        expect_equal(done["rows"][1]["error"]["type"], "customer-without-address", "why")
        wait_until(lambda: self.sink.mails, 30, "the mail")
        expect_equal(self.sink.mails[0][1], ["bulk@example.jp"], "recipient")
        sent = self.viewer.get(f"/customers/{customer}/deliveries").expect(200).json()["items"]
        expect_equal([one["address"] for one in sent], ["bulk@example.jp"], "delivery history")
        history = self.viewer.get(f"/customers/{customer}/changes").json()["items"]
        expect("order.notified" in [one["event"] for one in history], "the order's history")
        cases = self.viewer.get(f"/customers/{customer}/cases").expect(200).json()["items"]
        expect_equal([(one["status"], one["order_numbers"]) for one in cases],
                     [("resolved", [order["number"]])], "the case")
        self.viewer.post("/orders/notify", body).expect(403)

    def check_bad_wishes(self):
        order = self.new_order()
        for wrong in ({"ids": [order["id"]]}, {"memo": "x"}, {"ids": [], "memo": "x"},
                      {"ids": [order["id"]], "filter": {}, "memo": "x"},
                      {"filter": {"state": ["lost"]}, "memo": "x"},
                      {"filter": {"date_from": "x"}, "memo": "x"},
                      {"ids": [order["id"]], "add_labels": ["no such"]},
                      {"ids": [order["id"]], "memo": "4111 1111 1111 1111"}):
            self.hanako.post("/orders/bulk", wrong).expect(422)
        self.chief.post("/orders/payment-status", {"ids": [order["id"]]}).expect(422)
        self.chief.post("/orders/payment-status", {"ids": [order["id"]], "action": "x"}).expect(422)
        self.hanako.post("/orders/notify", {"ids": [order["id"]], "template": "x"}).expect(422)
        self.viewer.post("/orders/bulk", {"ids": [order["id"]], "memo": "x"}).expect(403)

    def check_each_row_is_done_once_though_the_daemon_is_killed(self):
        customer = self.new_customer()
        orders = [self.new_order(customer) for _ in range(60)]
        begun = self.hanako.post("/orders/bulk", {"ids": [order["id"] for order in orders],
                                                  "memo": "一度だけ"}).expect(202).json()
        self.daemon.kill9()
        self.daemon.start()
        done = self.over(self.hanako, begun["operation_id"])
        expect_equal(done["counts"]["done"], 60, "rows")
        expect_equal({self.get(order)["version"] for order in orders}, {2}, "versions")


if __name__ == "__main__":
    run_on_engines(__doc__, "order-bulk", BulkChecks)
