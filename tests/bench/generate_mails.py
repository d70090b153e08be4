#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the mails that the intake is measured with: 60 % plain text of 2 KB, 25 % ISO-2022-JP,
15 % with an attachment of 100 KB. All differ, each has a sender of its own; the same seed gives the
same bytes. Words are drawn as often as in real text, so that the search index grows as it would.
"""

import argparse
import datetime
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing.mails import Attachment, Mail, new_token

kMailbox = "support@shop.example"
kTextBytes = 2000
kAttachmentBytes = 100_000
kCard = "4111 1111 1111 1111"  # a test number that passes the check digit

kSubjects = ["商品", "ご注文", "定期便", "領収書", "クーポン", "お届け先", "サイズ", "配送", "返品", "会員登録"]
kVerbs = ["を変更したいのですが、方法を教えてください。", "がまだ届いていません。", "について確認をお願いします。",
          "を間違えて申し込んでしまいました。", "の予定日はいつになりますか。", "を取り消していただけますか。",
          "に不具合がありましたので交換を希望します。", "のメールが届かないのはなぜでしょうか。"]
kOpenings = ["お世話になっております。", "先日は対応ありがとうございました。", "急ぎの連絡です。", "はじめまして。"]


def vocabulary(rng, count):
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ar", "en", "is")]
    return ["".join(rng.choice(syllables) for _ in range(rng.choice((1, 2, 2, 3)))) for _ in range(count)]


class Mix:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.words = vocabulary(self.rng, 5000)
        # The n-th word is drawn in proportion to 1/n (Zipf).
        self.weights = [1 / (n + 1) for n in range(len(self.words))]

    def english(self, token):
        lines, size = [f"Reference {token}, order {self.rng.randrange(10**8)}.", ""], 60
        while size < kTextBytes:
            words = self.rng.choices(self.words, self.weights, k=11)
            line = " ".join(words).capitalize() + "."
            lines.append(line)
            size += len(line) + 2
        return "\n".join(lines) + "\n"

    def japanese(self, token):
        lines, size = [self.rng.choice(kOpenings), f"受付 {token}"], 60
        while size < kTextBytes:
            line = (f"{self.rng.choice(kSubjects)}（{self.rng.randrange(10**6)}）の{self.rng.choice(kSubjects)}"
                    f"{self.rng.choice(kVerbs)}")
            lines.append(line)
            size += 2 * len(line) + 8  # as ISO-2022-JP
        return "\n".join(lines) + "\n"

    def mail(self, number, kind):
        token = new_token(self.rng)
        sender = f"customer{number:06d}@customer.example"
        attachments = []
        if kind == "plain":
            text, charset, name = self.english(token), "us-ascii", f"Customer {number}"
            subject = " ".join(self.rng.choices(self.words, k=4)) + f" {token}"
        else:
            text, name = self.japanese(token), "山田 花子"
            charset = "iso-2022-jp" if kind == "iso_2022_jp" else "utf-8"
            subject = self.rng.choice(kSubjects) + f"について {token}"
        if kind == "attachment":
            attachments = [Attachment("領収書.pdf", "application/pdf",
                                      self.rng.randbytes(kAttachmentBytes))]
        if number == 0:
            text += f"\nMy card is {kCard}.\n"
        date = datetime.datetime(2026, 11, 1) + datetime.timedelta(seconds=number)
        return Mail(sender, name, [kMailbox], subject, text,
                    f"{token}.{number}@mail.customer.example", token, date, charset, attachments)


def kind_of(number):
    """Of each twenty: twelve, five and three, mixed."""
    place = number * 7 % 20
    return "plain" if place < 12 else "iso_2022_jp" if place < 17 else "attachment"


def write_mails(folder, count, seed=20261122):
    """Returns the tokens of the mails, in their order."""
    mix, tokens = Mix(seed), []
    os.makedirs(folder, exist_ok=True)
    for number in range(count):
        mail = mix.mail(number, kind_of(number))
        tokens.append(mail.token)
        with open(os.path.join(folder, f"{number:06d}.eml"), "wb") as file:
            file.write(mail.raw)
    return tokens


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=20261122)
    arguments = parser.parse_args()
    write_mails(arguments.folder, arguments.count, arguments.seed)


if __name__ == "__main__":
    main()
