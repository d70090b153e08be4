# SPDX-License-Identifier: Apache-2.0
"""Who wrote it: fallbacks of From, carrier addresses, forms of addresses."""

from encoders import jis, sjis, word_b


def fallbacks(c):
    c.rule("from", "From falls back")
    w = word_b("山田".encode(), "utf-8")
    for name, about, head, sender, more in (
            ("reply-to", "no address in From: Reply-To", [("From", w), ("Reply-To", "r@example.com")],
             ("山田", "r@example.com"), {"reply_to": [("", "r@example.com")]}),
            ("reply-to-name", "no From: Reply-To with its name",
             [("From", "(none)"), ("Reply-To", w + b" <r@example.com>")], ("山田", "r@example.com"),
             {"reply_to": [("山田", "r@example.com")]}),
            ("return-path", "neither: Return-Path", [("From", ""), ("Return-Path", "<p@example.com>")],
             ("", "p@example.com"), {}),
            ("sender", "none of them: Sender", [("From", w), ("Sender", "s@example.com")],
             ("山田", "s@example.com"), {"sender": [("", "s@example.com")]}),
            ("order", "Reply-To before Return-Path before Sender",
             [("From", "nobody"), ("Sender", "s@example.com"), ("Return-Path", "<p@example.com>"),
              ("Reply-To", "r@example.com")], ("nobody", "r@example.com"),
             {"sender": [("", "s@example.com")], "reply_to": [("", "r@example.com")]}),
            ("order-2", "Return-Path before Sender",
             [("From", "nobody"), ("Sender", "s@example.com"), ("Return-Path", "<p@example.com>")],
             ("nobody", "p@example.com"), {"sender": [("", "s@example.com")]}),
            ("null-path", "the null sender is nobody",
             [("From", "<>"), ("Return-Path", "<>"), ("Sender", "s@example.com")], ("", "s@example.com"),
             {"sender": [("", "s@example.com")]}),
            ("kept", "From with an address stays", [("From", "a@example.com"), ("Reply-To", "r@example.com")],
             ("", "a@example.com"), {"reply_to": [("", "r@example.com")]})):
        c.mail(name, about, head, from_=[sender], **more)
    c.mail("nobody", "nobody at all", [("From", w)], from_=[("山田", "")])


def carriers(c):
    c.rule("address", "Carrier addresses are accepted, addresses compare without quotes")
    for n, address in enumerate(("a..b@docomo.ne.jp", "hanako.@docomo.ne.jp", "-hanako@ezweb.ne.jp",
                                 ".hanako@ezweb.ne.jp", "hana...ko.@softbank.ne.jp", "h/a?n+a@docomo.ne.jp",
                                 "-.-@i.softbank.jp"), 1):
        c.mail(f"odd-{n}", "an address that RFC 5322 does not allow", [("From", address)], from_=[("", address)])
        c.mail(f"odd-angle-{n}", "in angles, with a name",
               [("From", word_b(jis("花子"), "iso-2022-jp") + b" <" + address.encode() + b">")],
               from_=[("花子", address)])
        local, domain = address.split("@")
        c.mail(f"odd-quoted-{n}", "as a careful server rewrites it", [("From", f'"{local}"@{domain}')],
               from_=[("", address)])
        c.mail(f"odd-quoted-angle-{n}", "the same in angles",
               [("From", f'Hanako <"{local}"@{domain}>')], from_=[("Hanako", address)])
    for name, about, raw, people in (
            ("name-comma", "a comma in a name without quotes", "Yamada, Taro <a@example.com>",
             [("Yamada, Taro", "a@example.com")]),
            ("comment", "a name in a comment", "a@example.com (Taro Yamada)", [("Taro Yamada", "a@example.com")]),
            ("nested-comment", "comments in comments", "a@example.com (Taro (the (first)))",
             [("Taro (the (first))", "a@example.com")]),
            ("double-angle", "angles twice", "Taro <<a@example.com>>", [("Taro", "a@example.com")]),
            ("no-close", "an angle that is not closed", "Taro <a@example.com", [("Taro", "a@example.com")]),
            ("no-angle", "a name without angles", "Taro a@example.com", [("Taro", "a@example.com")]),
            ("mailto", "mailto: before it", "Taro <mailto:a@example.com>", [("Taro", "a@example.com")]),
            ("group", "a group", "team: a@example.com, b@example.com;", [("", "a@example.com"), ("", "b@example.com")]),
            ("semicolons", "semicolons between addresses", "a@example.com; b@example.com",
             [("", "a@example.com"), ("", "b@example.com")]),
            ("name-is-address", "a name that is an address", '"a@example.com" <a@example.com>',
             [("a@example.com", "a@example.com")]),
            ("escaped", "escapes in quotes", '"Taro \\"T\\" Yamada" <a@example.com>', [('Taro "T" Yamada', "a@example.com")]),
            ("blank-at", "blanks round the @", "a @ example.com", [("", "a@example.com")]),
            ("domain-literal", "an address of numbers", "<a@[192.0.2.1]>", [("", "a@[192.0.2.1]")]),
            ("folded", "folded in the middle", "Taro Yamada\r\n <a@example.com>", [("Taro Yamada", "a@example.com")]),
            ("empty-members", "commas with nothing between", "a@example.com,, ,b@example.com,",
             [("", "a@example.com"), ("", "b@example.com")]),
            ("trailing-dot", "a dot behind the domain", "<a@example.com.>", [("", "a@example.com")])):
        c.mail(name, about, [("To", raw)], to=people)
    c.mail("full-width", "raw full-width text round an address",
           [("To", "お客様係（山田） <a@example.com>")], to=[("お客様係（山田）", "a@example.com")])
    c.mail("sjis-comment", "a raw Shift_JIS comment",
           [("To", b"a@example.com (" + sjis("おきゃくさまかかり") + b")")], to=[("おきゃくさまかかり", "a@example.com")])
    c.mail("encoded-whole", "name and address encoded together, as they should not be",
           [("To", word_b("花子 <a@example.com>".encode(), "utf-8"))], to=[("花子", "a@example.com")])
    c.mail("several-headers", "two To headers are one list",
           [("To", "a@example.com"), ("To", "b@example.com")], to=[("", "a@example.com"), ("", "b@example.com")])


def add(c):
    fallbacks(c)
    carriers(c)
