#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Products and orders through the facade, on both engines: taken by hand, by phone and from a mail,
calculated, changed under a version by one of two writers, found, canceled; who may do what."""

import os
import sys
import threading

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


class OrderChecks(Checks):
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
                  for role in ("admin", "agent", "viewer", "supervisor")}
        self.daemon.start()
        self.admin = self.daemon.client(tokens["admin"])
        self.agent = self.daemon.client(tokens["agent"])
        self.viewer = self.daemon.client(tokens["viewer"])
        self.chief = self.daemon.client(tokens["supervisor"])

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_customer(self, **members):
        self.count += 1
        body = {"family_name": f"顧客{self.count}", "billing_address": kAddress, **members}
        return self.agent.post("/customers", body).expect(201).json()["number"]

    def new_order(self, customer=None, **members):
        body = {"customer": customer or self.new_customer(),
                "items": [{"sku": "TEA", "name": "緑茶", "unit_price": yen(1080), "tax_rate": 8}],
                **members}
        return self.agent.post("/orders", body).expect(201).json()

    def found(self, **query):
        page = self.agent.request("GET", "/orders", query=query).expect(200).json()
        return [item["number"] for item in page["items"]]

    def patch(self, order, **members):
        return self.agent.patch(f"/orders/{order['id']}", members,
                                headers={"If-Match": f"\"{order['version']}\""})

    def import_products(self, text):
        begun = self.chief.request("POST", "/imports", query={"kind": "products"},
                                   body=text.encode("cp932"), media_type="text/csv").expect(202)
        path = f"/imports/{begun.json()['id']}"
        wait_until(lambda: self.chief.get(path).json()["state"] == "done", 60, "the import")
        return self.chief.get(path).json()

    def check_are_calculated_taken_and_changed(self):
        customer = self.new_customer()
        body = {"customer": customer, "shipping_fee": yen(550), "discount": yen(100),
                "points_used": yen(80), "payment_method": "cash_on_delivery",
                "payment_fee": yen(330),
                "desired_delivery": {"date": "2099-12-24", "time_slot": "18_20"},
                "items": [{"sku": "TEA", "name": "緑茶", "unit_price": yen(99), "quantity": 3,
                           "tax_rate": 8},
                          {"sku": "CUP", "name": "湯のみ", "unit_price": yen(2200)}]}
        shown = self.agent.request("POST", "/orders", query={"preview": "true"}, json=body)
        shown = shown.expect(200).json()
        expect_equal(shown["id"], "", "a preview's id")
        expect_equal(shown["total"], yen(3197), "total of the preview")
        expect_equal(self.found(customer=customer), [], "nothing is written")
        made = self.agent.post("/orders", body).expect(201)
        order = made.json()
        expect_equal(made.header("Location"), f"/api/v1/orders/{order['id']}", "Location")
        # 100 yen off 2497: 88 of 2200 and 12 of 297; fees at the standard rate.
        expect_equal(order["tax"], [
            {"rate": 10, "taxable": yen(2992), "amount": yen(272)},
            {"rate": 8, "taxable": yen(285), "amount": yen(21)}], "tax")
        for member in ("subtotal", "total", "tax", "items"):
            expect_equal(order[member], shown[member], f"{member} as in the preview")
        expect_equal(order["shipping_address"]["prefecture"], "東京都", "the customer's address")
        expect_equal(order["state"], "received", "state")
        expect_equal(order["next_states"], ["on_hold", "preparing", "shipped", "canceled"],
                     "next states")
        expect_equal(order["allowed_actions"], ["edit", "edit_items", "cancel"], "actions")
        self.agent.patch(f"/orders/{order['id']}", {"memo": "x"}).expect(428)
        changed = self.patch(order, items=[{"sku": "CUP", "quantity": 2}], discount=yen(0),
                             memo="数量変更").expect(200).json()
        expect_equal(changed["subtotal"], yen(4400), "the price stays")
        expect_equal(changed["version"], 2, "version")
        stale = self.patch(order, memo="y").expect(412).problem()
        expect_equal(stale["current"]["memo"], "数量変更", "the current state")
        shipped = self.patch(changed, state="shipped", shipments=[
            {"carrier": "yamato", "tracking_number": "1234-5678-9012",
             "shipped_at": "2026-11-20T01:00:00Z"}]).expect(200).json()
        expect(shipped["shipments"][0]["tracking_url"].endswith("pno=123456789012"), "the link")
        expect_equal(self.found(tracking_number="１２３４５６７８９０１２"), [order["number"]],
                     "by tracking number")
        refused = self.patch(shipped, discount=yen(1)).expect(409).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:order-closed", "what left stays")
        refused = self.patch(shipped, state="received").expect(409).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:order-state", "an order's steps")
        refused = self.patch(shipped, payment_state="refunded").expect(409).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:order-payment-state", "a payment's")
        history = self.viewer.get(f"/customers/{customer}/changes").expect(200).json()["items"]
        expect_equal([entry["event"] for entry in history],
                     ["order.changed", "order.changed", "order.created", "customer.created"],
                     "history")

    def check_bad_input_names_every_member(self):
        body = {"items": [{"sku": "NO-SUCH", "quantity": 0},
                          {"sku": "X", "unit_price": {"amount_minor": -1, "currency": "USD"}}],
                "payment_method": "gold", "colour": "red"}
        wrong = self.agent.post("/orders", body).expect(422).problem()["errors"]
        expect_equal(sorted(error["pointer"] for error in wrong),
                     ["/colour", "/items/0/quantity", "/items/1/unit_price/amount_minor",
                      "/items/1/unit_price/currency", "/payment_method"], "members")
        body = {"customer": "CU-999999", "items": [{"sku": "NO-SUCH"}], "number": "1",
                "desired_delivery": {"date": "2020-01-01"}, "card": "token",
                "shipping_address": {"postal_code": "1"}}
        wrong = self.agent.post("/orders", body).expect(422).problem()["errors"]
        expect_equal(sorted(error["pointer"] for error in wrong),
                     ["/account", "/card", "/customer", "/desired_delivery/date", "/items/0/sku",
                      "/shipping_address/postal_code"], "members")
        refused = self.agent.post("/orders", {"customer": self.new_customer(), "memo":
                                              "4111 1111 1111 1111"}).expect(422).problem()
        expect_equal(refused["type"], "urn:madoguchi:problem:pan-detected", "type")
        self.agent.get("/orders/no-such").expect(404)
        self.agent.request("GET", "/orders", query={"date_from": "x"}).expect(422)
        self.agent.request("GET", "/orders", query={"state": "lost"}).expect(422)
        self.agent.request("GET", "/orders", query={"cursor": "x"}).expect(422)

    def check_by_phone_and_from_a_mail(self):
        customer = self.new_customer(emails=[{"address": "order@example.jp"}])
        raw = ("From: order@example.jp\r\nTo: support@shop.example\r\nSubject: order\r\n"
               "Message-ID: <order-1@example.jp>\r\n\r\nplease\r\n").encode()
        case = self.admin.request("POST", "/intake/mail", query={"mailbox": "support"}, body=raw,
                                  media_type="message/rfc822").expect(201).json()
        order = self.agent.post("/orders", {
            "message": case["message_id"],
            "items": [{"sku": "TEA", "name": "緑茶", "unit_price": yen(1080)}]}).expect(201).json()
        expect_equal(order["customer"], customer, "the case's customer")
        expect_equal(order["case"], case["case_number"], "case")
        expect_equal(order["source"], "mail", "source")
        shown = self.agent.get(f"/cases/{case['case_number']}").json()
        expect_equal(shown["order_numbers"], [order["number"]], "the case names the order")
        listed = self.viewer.get(f"/cases/{case['case_number']}/orders").expect(200).json()
        expect_equal([item["id"] for item in listed["items"]], [order["id"]], "of the case")
        found = self.agent.request("GET", "/customers", query={"order_number": order["number"]})
        expect_equal([item["number"] for item in found.json()["items"]], [customer],
                     "the customer by the order's number")
        found = self.agent.request("GET", "/cases", query={"order_number": order["number"]})
        expect_equal([item["number"] for item in found.json()["items"]], [case["case_number"]],
                     "the case by the order's number")
        phone = self.agent.post("/cases", {"channel": "phone", "kind": "call", "text": "電話注文",
                                           "customer": customer}).expect(201).json()["number"]
        card = self.chief.post(f"/customers/{customer}/cards", {
            "account": "pay", "token": "tok_1", "last_digits": "4242"}).expect(200).json()["id"]
        order = self.agent.post("/orders", {
            "case": phone, "payment_method": "card", "card": card,
            "items": [{"sku": "TEA", "name": "緑茶", "unit_price": yen(1080)}]}).expect(201).json()
        expect_equal(order["source"], "phone", "source")
        sales = self.daemon.token("only-sales", "agent")
        agents = self.admin.get("/agents").json()["items"]
        only = [one for one in agents if one["name"] == "only-sales"][0]
        self.admin.patch(f"/agents/{only['id']}", {"mailboxes": ["sales"]},
                         headers={"If-Match": f"\"{only['version']}\""}).expect(200)
        stranger = self.daemon.client(sales)
        stranger.get(f"/cases/{case['case_number']}/orders").expect(404)
        stranger.post("/orders", {"message": case["message_id"],
                                  "items": [{"sku": "TEA"}]}).expect(422)

    def check_one_of_two_writers_wins(self):
        order = self.new_order()
        answers = []

        def write(n):
            client = self.agent.again()
            answers.append(client.patch(f"/orders/{order['id']}", {"memo": f"writer {n}"},
                                        headers={"If-Match": "\"1\""}).status)
            client.close()

        threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect_equal(sorted(answers), [200] + [412] * 5, "answers")
        expect_equal(self.agent.get(f"/orders/{order['id']}").json()["version"], 2, "version")

    def check_the_same_key_takes_one_order(self):
        customer = self.new_customer()
        body = {"customer": customer, "items": [{"sku": "T", "name": "茶", "unit_price": yen(1)}]}
        first = self.agent.post("/orders", body, key="order-once").expect(201)
        again = self.agent.post("/orders", body, key="order-once").expect(201)
        expect_equal(again.json()["id"], first.json()["id"], "order")
        expect_equal(len(self.found(customer=customer)), 1, "orders")

    def check_are_found_and_paged(self):
        customer = self.new_customer()
        label = self.chief.post("/labels", {"name": "急ぎ"}).expect(201).json()
        numbers = []
        for day in range(1, 8):
            order = self.new_order(customer, ordered_at=f"2026-03-{day:02}T15:30:00Z",
                                   labels=["急ぎ"] if day == 3 else [])
            numbers.insert(0, order["number"])
        cursor = None
        seen = []
        while True:
            query = {"customer": customer, "limit": 2}
            if cursor:
                query["cursor"] = cursor
            page = self.agent.request("GET", "/orders", query=query).expect(200).json()
            seen += [item["number"] for item in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        expect_equal(seen, numbers, "page by page")
        # 15:30 UTC is half past midnight of the next day in Japan.
        expect_equal(self.found(customer=customer, date_from="2026-03-08"), numbers[:1], "from")
        expect_equal(self.found(customer=customer, date_to="2026-03-02"), numbers[-1:], "to")
        expect_equal(self.found(label=label["id"]), [numbers[4]], "label")
        expect_equal(self.found(sku="TEA", customer=customer, state="received",
                                payment_state="pending"), numbers, "all together")
        below = self.agent.get(f"/customers/{customer}/orders").expect(200).json()["items"]
        expect_equal([item["number"] for item in below], numbers, "below the customer")
        counted = self.agent.request("GET", "/orders", query={"customer": customer,
                                                              "count": "true"}).json()
        expect_equal(counted["count"], 7, "count")
        self.agent.get("/customers/CU-999999/orders").expect(404)

    def check_are_canceled_with_a_reason(self):
        order = self.new_order()
        path = f"/orders/{order['id']}"
        self.agent.post(path + "/cancel", {}).expect(422)
        self.agent.post(path + "/cancel", {"reason": ""}).expect(422)
        canceled = self.agent.post(path + "/cancel", {"reason": "在庫なし"}).expect(200).json()
        expect_equal((canceled["state"], canceled["payment_state"], canceled["cancel_reason"]),
                     ("canceled", "voided", "在庫なし"), "states")
        self.agent.post(path + "/cancel", {"reason": "x"}).expect(409)

    def delivered_order(self, quantity=3):
        order = self.new_order(items=[{"sku": "TEA", "name": "緑茶", "unit_price": yen(1000),
                                       "quantity": quantity, "tax_rate": 8}],
                               payment_state="paid", state="shipped")
        return self.patch(order, state="delivered").expect(200).json()

    def take_on(self, value, **members):
        return self.agent.patch(f"/returns/{value['id']}", members,
                                headers={"If-Match": f"\"{value['version']}\""})

    def check_returns_and_refunds_stay_within_the_order(self):
        order = self.delivered_order()
        path = f"/orders/{order['id']}/returns"
        body = {"kind": "return", "items": [{"sku": "TEA", "quantity": 2}], "refund": yen(2000),
                "reason": "破損"}
        made = self.agent.post(path, body).expect(201)
        value = made.json()
        expect_equal(made.header("Location"), f"/api/v1/returns/{value['id']}", "Location")
        expect_equal(self.viewer.get(f"/returns/{value['id']}").expect(200).json()["state"], value["state"],
                     "the return")
        wrong = self.agent.post(path, {**body, "refund": yen(1001)}).expect(422).problem()
        expect_equal([error["pointer"] for error in wrong["errors"]],
                     ["/items/0/quantity", "/refund"], "what is too much")
        self.take_on(value, state="completed").expect(409)
        value = self.take_on(value, state="received").expect(200).json()
        self.take_on(value, refund=yen(3001)).expect(422)
        done = self.take_on(value, state="completed").expect(200).json()
        expect_equal(done["next_states"], [], "the end")
        shown = self.viewer.get(f"/orders/{order['id']}").json()
        expect_equal((shown["refunded"], shown["payment_state"], shown["state"]),
                     (yen(2000), "paid", "delivered"), "the order")
        rest = {"kind": "return", "items": [{"sku": "TEA"}], "refund": yen(1000), "reason": "x"}
        rest = self.agent.post(path, rest).expect(201).json()
        rest = self.take_on(rest, state="received").expect(200).json()
        self.take_on(rest, state="completed").expect(200)
        shown = self.viewer.get(f"/orders/{order['id']}").json()
        expect_equal((shown["refunded"], shown["payment_state"], shown["state"]),
                     (yen(3000), "refunded", "returned"), "the order")
        listed = self.viewer.get(path).expect(200).json()["items"]
        expect_equal([item["state"] for item in listed], ["completed", "completed"], "listed")
        self.viewer.post(path, body).expect(403)
        self.agent.get("/returns/no-such").expect(404)

    def check_two_returns_at_once_do_not_exceed_the_order(self):
        order = self.delivered_order(1)
        answers = []

        def ask():
            client = self.agent.again()
            answers.append(client.post(f"/orders/{order['id']}/returns", {
                "kind": "return", "items": [{"sku": "TEA"}], "refund": yen(1000),
                "reason": "x"}).status)
            client.close()

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect_equal(sorted(answers), [201] + [422] * 3, "answers")

    def check_exchanges_and_reships_make_an_order(self):
        order = self.delivered_order()
        path = f"/orders/{order['id']}/returns"
        value = self.agent.post(path, {"kind": "reship", "items": [{"sku": "TEA"}],
                                       "reason": "配送中の破損"}).expect(201).json()
        value = self.take_on(value, state="approved").expect(200).json()
        again = self.agent.get(f"/orders/{value['replacement']}").expect(200).json()
        expect_equal((again["total"], again["items"][0]["sku"], again["payment_method"]),
                     (yen(0), "TEA", "none"), "the reship")
        expect_equal(again["customer"], order["customer"], "customer")
        value = self.agent.post(path, {
            "kind": "exchange", "items": [{"sku": "TEA", "quantity": 3}], "reason": "色違い",
            "replacement_items": [{"sku": "CUP", "name": "湯のみ", "unit_price": yen(500)}]})
        value = value.expect(201).json()
        expect_equal(value["replacement"], None, "nothing yet")
        value = self.take_on(value, state="received").expect(200).json()
        other = self.agent.get(f"/orders/{value['replacement']}").expect(200).json()
        expect_equal((other["total"], other["items"][0]["sku"]), (yen(500), "CUP"), "instead")
        self.take_on(value, state="completed").expect(200)

    def check_products_come_from_a_file(self):
        report = self.import_products("商品コード,商品名,価格,税率,在庫,バリエーションコード\r\n"
                                      "PAN,食パン,\"1,200\",8%,3,\r\nPAN,,700,,,PAN-H\r\n誤り,,,,,\r\n")
        expect_equal(report["kind"], "products", "kind")
        expect_equal([(error["line"], error["column"]) for error in report["errors"]],
                     [(4, "商品名")], "errors")
        listed = self.viewer.request("GET", "/products", query={"q": "食ﾊﾟﾝ"}).expect(200).json()
        expect_equal([(item["sku"], item["price"], item["tax_rate"], item["stock"])
                      for item in listed["items"]], [("PAN", yen(1200), 8, 3)], "products")
        order = self.agent.post("/orders", {
            "customer": self.new_customer(),
            "items": [{"sku": "PAN", "quantity": 4}, {"sku": "PAN-H"}]}).expect(201).json()
        expect_equal(order["total"], yen(5500), "total")
        expect_equal([one["code"] for one in order["warnings"]], ["out_of_stock"], "warnings")

    def check_roles(self):
        order = self.new_order()
        self.viewer.get(f"/orders/{order['id']}").expect(200)
        shown = self.viewer.get(f"/orders/{order['id']}").json()
        expect_equal(shown["allowed_actions"], [], "a viewer's actions")
        self.viewer.post("/orders", {}).expect(403)
        self.viewer.post(f"/orders/{order['id']}/cancel", {"reason": "x"}).expect(403)
        self.agent.request("POST", "/imports", query={"kind": "products"}, body=b"sku\n",
                           media_type="text/csv").expect(403)


if __name__ == "__main__":
    run_on_engines(__doc__, "orders", OrderChecks)
