#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Search through the facade, on both engines: mails, notes, calls, attachments, customers, orders and memos
found in Japanese however it is typed, with snippets; the query language and what it says of mistakes; pages
while things change; nobody finds what they may not see."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines

kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kAddress = {"postal_code": "1500001", "prefecture": "東京", "city": "渋谷区", "street": "神宮前1-1"}


def name_of(item):
    return item["number"] or item["id"]


def shown(item):
    return "".join(f"[{one['text']}]" if one["match"] else one["text"] for one in item["snippet"])


class SearchChecks(Checks):
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
        tokens = {role: self.daemon.token(f"the-{role}", role) for role in ("admin", "agent")}
        tokens["seller"] = self.daemon.token("the-seller", "agent")
        self.daemon.start()
        self.admin = self.daemon.client(tokens["admin"])
        self.agent = self.daemon.client(tokens["agent"])
        self.seller = self.daemon.client(tokens["seller"])
        self.english = self.daemon.client(tokens["agent"], language="en")
        self.japanese = self.daemon.client(tokens["agent"], language="ja")

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def search(self, q, client=None, **query):
        answer = (client or self.agent).request("GET", "/search", query={"q": q, **query})
        return answer.expect(200).json()["items"]

    def found(self, q, client=None, **query):
        return [name_of(item) for item in self.search(q, client, **query)]

    def mail(self, text, subject="お問い合わせ", mailbox="support", sender="山田 <yamada@example.jp>",
             file_name=None):
        self.count += 1
        head = (f"From: {sender}\r\nTo: {mailbox}@shop.example\r\nSubject: {subject}\r\n"
                f"Message-ID: <m{self.count}@example.jp>\r\nMIME-Version: 1.0\r\n")
        part = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        if file_name:
            part = (f"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{part}--b\r\n"
                    f"Content-Type: application/pdf\r\nContent-Disposition: attachment; "
                    f"filename=\"{file_name}\"\r\n\r\nx\r\n--b--\r\n")
        return self.admin.request("POST", "/intake/mail", query={"mailbox": mailbox},
                                  body=(head + part).encode(), media_type="message/rfc822"
                                  ).expect(201).json()["case_number"]

    def new_case(self, text, **members):
        return self.agent.post("/cases", {"channel": "phone", "kind": "call", "text": text, **members}
                               ).expect(201).json()["number"]

    def new_customer(self, **members):
        return self.agent.post("/customers", {"billing_address": kAddress, **members}
                               ).expect(201).json()["number"]

    def new_order(self, customer, item, **members):
        return self.agent.post("/orders", {
            "customer": customer,
            "items": [{"sku": "NS-77", "name": item,
                       "unit_price": {"amount_minor": 1080, "currency": "JPY"}}],
            **members}).expect(201).json()

    def check_everything_is_found_however_it_is_typed(self):
        mail = self.mail("梨のｶﾞｿﾘﾝｽﾀﾝﾄﾞ前に 03-1111-2222 で", file_name="梨請求書.pdf")
        customer = self.new_customer(family_name="梨本", given_name="太郎", family_name_kana="ナシモト",
                                     emails=[{"address": "nashi.taro@example.jp"}],
                                     phones=[{"number": "090-3333-4444", "kind": "mobile"}])
        order = self.new_order(customer, "二十世紀梨", shipments=[
            {"carrier": "yamato", "tracking_number": "1234-5678-9012"}])
        memo = self.agent.post(f"/customers/{customer}/memos", {"text": "梨の件は 06-5555-6666 へ"}
                               ).expect(201).json()["id"]
        expect_equal(self.found("梨"), [memo, order["number"], customer, mail], "by one character")
        for q, number in (("ガソリンスタンド", mail), ("がそりん", mail), ("０３１１１１２２２２", mail),
                          ("03(1111)2222", mail), ("梨請求書", mail), ("yamada@example", mail),
                          ("なしもと", customer), ("nashi.taro@example.jp", customer), ("nashi", customer),
                          ("09033334444", customer), ("090-3333-4444", customer), ("梨本太郎", customer),
                          ("二十世紀", order["number"]), ("ns-77", order["number"]),
                          ("ＮＳ－７７", order["number"]), ("123456789012", order["number"]),
                          ("0655556666", memo), (mail, mail), (customer, customer),
                          (order["number"], order["number"]), ("「二十世紀梨」", order["number"])):
            expect_equal(self.found(q)[:1], [number], f"found by {q}")
        expect_equal(self.found("梨", type="customer"), [customer], "one type")
        expect_equal(self.found("梨", type=["order", "memo"]), [memo, order["number"]], "two types")
        expect_equal(self.found("梨 sort"), [], "all words")
        item = self.search("ガソリン")[0]
        expect_equal(shown(item), "梨の[ｶﾞｿﾘﾝ]ｽﾀﾝﾄﾞ前に 03-1111-2222 で", "the snippet")
        expect_equal(shown(self.search("0311112222")[0]), "梨のｶﾞｿﾘﾝｽﾀﾝﾄﾞ前に [03-1111-2222] で",
                     "the number")
        expect_equal(item["path"], f"/cases/{mail}", "path")
        expect(item["message"], "the message that was hit")
        of_memo = self.search("0655556666")[0]
        expect_equal((of_memo["type"], of_memo["title"], of_memo["customer"]["number"]),
                     ("memo", "梨本 太郎", customer), "the memo")
        self.agent.get(of_memo["path"]).expect(200)
        self.agent.get(self.search("二十世紀")[0]["path"]).expect(200)

    def check_what_changes_is_found_at_once(self):
        number = self.new_case("柿が届かない")
        expect_equal(self.found("柿"), [number], "a call")
        self.agent.post(f"/cases/{number}/messages", {"kind": "note", "text": "干し柿だった"}).expect(201)
        expect_equal(self.found("干し柿"), [number], "a note")
        note = self.agent.messages(number)[-1]
        tag = {"If-Match": f"\"{note['version']}\""}
        self.agent.patch(f"/messages/{note['id']}", {"text": "蜜柑だった"}, headers=tag).expect(200)
        expect_equal(self.found("干し柿"), [], "the old text")
        expect_equal(self.found("蜜柑"), [number], "the new text")
        customer = self.new_customer(family_name="柿崎")
        memo = self.agent.post(f"/customers/{customer}/memos", {"text": "渋柿"}).expect(201).json()
        expect_equal(self.found("渋柿"), [memo["id"]], "a memo")
        self.agent.request("DELETE", f"/customers/{customer}/memos/{memo['id']}",
                           headers={"If-Match": f"\"{memo['version']}\""}).expect(204)
        expect_equal(self.found("渋柿"), [], "a memo that was deleted")
        self.daemon.stop()
        self.daemon.start()
        expect_equal(self.found("柿崎"), [customer], "after a restart")
        expect_equal(self.found("蜜柑"), [number], "after a restart")

    def check_the_language_of_queries(self):
        a = self.new_case("配送 遅延の返品です", subject="栗の件", tags=["大 口"])
        b = self.new_case("遅延の返品、配送です", subject="栗の件")
        self.agent.post(f"/cases/{b}/take").expect(200)
        for q, numbers in (("栗", [b, a]), ("返品 配送", [b, a]), ("\"配送 遅延\"", [a]),
                           ("返品　－栗", []), ("栗 assignee:me", [b]), ("栗　ａｓｓｉｇｎｅｅ：none", [a]),
                           ("栗 tag:「大 口」", [a]), ("栗 status:new", [a]), ("栗 status：in_progress", [b]),
                           ("栗 status:new status:open", [b, a]), ("栗 channel:phone", [b, a]),
                           ("栗 channel:email", []), ("栗 after:2020-01-01 before:2020/1/2", []),
                           ("栗 after:2020-01-01", [b, a]), ("tag:\"大 口\"", [a])):
            expect_equal(self.found(q), numbers, f"/search {q}")
            listed = self.agent.get("/cases", query={"q": q}).expect(200).json()["items"]
            expect_equal([item["number"] for item in listed], numbers, f"/cases {q}")
        listed = self.agent.get("/cases", query={"q": "栗", "status": "new"}).expect(200).json()["items"]
        expect_equal([item["number"] for item in listed], [a], "q beside other filters")
        listed = self.agent.get("/cases", query={"q": "栗 status:open", "status": "new"})
        expect_equal(listed.expect(200).json()["items"], [], "both cannot be")

    def check_mistakes_are_explained(self):
        for q, position, english, japanese in (
                ("栗 colour:red", 3, "There is no filter \"colour:\"", "「colour:」という条件はありません"),
                ("栗 status:offen", 10, "is no value of status:", "status: の値ではありません"),
                ("栗 after:2026-13-01", 9, "no day of the calendar", "暦の日付ではありません"),
                ("栗「未完", 2, "not closed", "閉じられていません"),
                ("-栗", 2, "only what must not be found", "除外する言葉だけ"),
                ("栗 tag:", 7, "has no value", "値がありません"),
                ("栗 -tag:x", 4, "Only words can be left out", "除外できるのは言葉だけ"),
                ("assignee:nobody", 10, "There is no assignee", "ありません"),
                ("in:note", 4, "Add a word", "探す言葉を加えて")):
            for path in ("/search", "/cases"):
                for client, words, place in ((self.english, english, f"Character {position}:"),
                                             (self.japanese, japanese, f"{position} 文字目:")):
                    problem = client.get(path, query={"q": q}).expect(422).problem()
                    expect_equal(problem["position"], position, f"position of {q}")
                    expect_equal(problem["errors"][0]["pointer"], "/q", "pointer")
                    expect_in(words, problem["errors"][0]["message"], f"what is said of {q}")
                    expect_in(place, problem["errors"][0]["message"], f"what is said of {q}")
        self.agent.get("/search").expect(422)
        self.agent.get("/search", query={"q": "栗", "sort": "best"}).expect(422)
        self.agent.get("/search", query={"q": "栗", "type": "invoice"}).expect(422)
        self.agent.get("/search", query={"q": "栗", "cursor": "x"}).expect(422)

    def check_pages_while_things_change(self):
        customer = self.new_customer(family_name="葡萄園")
        wanted = [customer]
        for i in range(5):
            wanted.append(self.new_case(f"葡萄 {i}"))
            wanted.append(self.new_order(customer, "葡萄")["number"])
            wanted.append(self.agent.post(f"/customers/{customer}/memos", {"text": "葡萄"}
                                          ).expect(201).json()["id"])
        for sort in ("newest", "rank"):
            seen, cursor = [], None
            for _ in range(40):
                query = {"q": "葡萄", "limit": 4, "sort": sort}
                if cursor:
                    query["cursor"] = cursor
                page = self.agent.get("/search", query=query).expect(200).json()
                seen += [name_of(item) for item in page["items"]]
                cursor = page["next_cursor"]
                if not cursor:
                    break
                self.new_case("その後の葡萄")
            expect_equal(len(seen), len(set(seen)), f"nothing twice ({sort})")
            expect_equal(set(wanted) - set(seen), set(), f"nothing is missed ({sort})")
        newest = self.found("葡萄", limit=200)
        ranked = self.found("葡萄", sort="rank", limit=200)
        expect(newest.index(wanted[-1]) < newest.index(customer), "the memo is newer")
        expect(ranked.index(customer) < ranked.index(wanted[-1]), "names come before texts")

    def check_nobody_finds_what_they_may_not_see(self):
        hidden = self.mail("内緒の西瓜", subject="内緒の件", mailbox="support")
        open_one = self.mail("西瓜を売ります", mailbox="sales", sender="佐藤 <sato@example.jp>")
        seller = self.seller
        me = seller.get("/me").expect(200).json()["id"]
        agent = self.admin.get(f"/agents/{me}").expect(200)
        self.admin.patch(f"/agents/{me}", {"mailboxes": ["sales"]},
                         headers={"If-Match": agent.header("ETag")}).expect(200)
        expect_equal(self.found("西瓜"), [open_one, hidden], "by somebody who may see both")
        for path in ("/search", "/cases"):
            for q in (hidden, f"\"{hidden}\"", hidden[3:], "内緒", "内緒の件", f"{hidden} 西瓜",
                      "西瓜 mailbox:support", "西瓜 from:yamada"):
                for sort in ((None, "newest", "rank") if path == "/search" else (None,)):
                    query = {"q": q, **({"sort": sort} if sort else {})}
                    page = seller.get(path, query=query).expect(200).json()
                    expect_equal(page["items"], [], f"{path} {q} by somebody of another mailbox")
                    expect_equal(page["next_cursor"], None, f"cursor of {path} {q}")
            items = seller.get(path, query={"q": "西瓜"}).expect(200).json()["items"]
            expect_equal([item["number"] for item in items], [open_one], path)
        page = seller.get("/cases", query={"q": "status:new", "count": "true"}).expect(200).json()
        listed = seller.get("/cases", query={"status": "new", "count": "true"}).expect(200).json()
        expect_equal(page["count"], listed["count"], "what is counted")


if __name__ == "__main__":
    run_on_engines(__doc__, "search", SearchChecks)
