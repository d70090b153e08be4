#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills an empty hub with what one wants to see first: categories, and cases of several channels.

Idempotent: each call has its Idempotency-Key, and categories that are there by name stay.
"""

import argparse

from hub_client import Hub

CATEGORIES = (
    ("注文について", "注文内容の確認・変更・キャンセル"),
    ("配送について", "お届け日時・配送状況・未着"),
    ("返品・交換", "不良品・サイズ交換・返品の手続き"),
    ("お支払いについて", "決済・領収書・返金"),
    ("定期便について", "お届け間隔の変更・休止・解約"),
)

CASES = (
    {"channel": "phone", "kind": "call", "category": "配送について", "priority": "high",
     "subject": "指定日に届かない",
     "text": "11月20日着の指定だが、まだ届いていないとのお電話。配送会社へ確認し、折り返す約束。",
     "requester": {"name": "鈴木 一郎", "kana": "スズキ イチロウ",
                   "address": "ichiro@customer.example", "phone": "03-1234-5678"},
     "order_numbers": ["10000231"], "tags": ["折り返し"],
     "call": {"direction": "received", "number": "03-1234-5678", "outcome": "call_back"}},
    {"channel": "web", "kind": "inbound", "category": "返品・交換", "subject": "サイズ交換の希望",
     "text": "Mサイズを注文しましたが、Lサイズに交換していただけますか。未使用です。",
     "requester": {"name": "佐藤 美咲", "kana": "サトウ ミサキ",
                   "address": "misaki@customer.example"},
     "order_numbers": ["10000198"]},
    {"channel": "email", "kind": "inbound", "category": "定期便について",
     "subject": "次回のお届けを延期したい",
     "text": "旅行で留守にするため、次回のお届けを2週間後にしてください。",
     "requester": {"name": "高橋 健", "address": "ken@customer.example"}},
    {"channel": "internal", "kind": "note", "subject": "年末年始の配送案内を用意する",
     "text": "12月29日から1月3日は出荷を休む。返信用の文面を確認すること。"},
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--token-file", required=True)
    options = parser.parse_args()
    hub = Hub(options.url, options.token_file)

    there = {item["name"]: item["id"] for item in
             hub.call("GET", "/categories")["items"]}
    for position, (name, detail) in enumerate(CATEGORIES, 1):
        if name not in there:
            there[name] = hub.call("POST", "/categories", {"name": name, "detail": detail,
                                                           "position": position},
                                   key=f"demo-category-{position}")["id"]
    for number, case in enumerate(CASES, 1):
        body = dict(case)
        if "category" in body:
            body["category"] = there[body["category"]]
        made = hub.call("POST", "/cases", body, key=f"demo-case-{number}")
        print(f"{made['number']} {made['subject']}")


if __name__ == "__main__":
    main()
