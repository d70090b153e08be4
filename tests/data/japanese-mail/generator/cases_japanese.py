# SPDX-License-Identifier: Apache-2.0
"""The ISO-2022-JP family, byte traps, carrier emoji, the wave dash and its like."""

from encoders import (b64, b64_lines, euc, jis, jis_of_sjis, jis_pair, qp, sjis, word_b, word_q)

JIS = "text/plain; charset=iso-2022-jp"
SURE = ("iso-2022-jp", True)


def family(c):
    c.rule("jis", "ISO-2022-JP is a family")

    def body(name, about, data, text, decoded=SURE, content_type=JIS, encoding="7bit"):
        c.text_mail(name, about, content_type, data + b"\r\n", text, decoded, encoding)

    body("0208-1983", "ESC $ B and ESC ( B", jis("漢字とかな"), "漢字とかな")
    body("0208-1978", "ESC $ @", jis("漢字とかな", kanji=b"$@"), "漢字とかな")
    body("roman", "ESC ( J: the letters of JIS X 0201 are ASCII", jis("値段は\\100です", ascii_set=b"(J"),
         "値段は\\100です")
    body("0208-1990", "ESC & @ announces the edition of 1990", jis("漢字", kanji=b"&@\x1b$B"), "漢字")
    body("0208-four-octets", "ESC $ ( B, the long form", jis("漢字", kanji=b"$(B"), "漢字")
    body("0212", "ESC $ ( D: JIS X 0212", jis("丂と侫と髙"), "丂と侫と髙", content_type=JIS + "-1")
    body("0212-names", "JIS X 0212 in a name", jis("吉田卋界"), "吉田卋界")
    body("kana-escape", "half-width kana by ESC ( I", jis("ｶﾀｶﾅとｶﾞｷﾞ"), "ｶﾀｶﾅとｶﾞｷﾞ")
    body("kana-so-si", "half-width kana by SO and SI", jis("ｶﾀｶﾅとｶﾞｷﾞ", kana="so"), "ｶﾀｶﾅとｶﾞｷﾞ")
    body("kana-8bit", "half-width kana as 8-bit octets", jis("ｶﾀｶﾅとｶﾞｷﾞ", kana="8bit"),
         "ｶﾀｶﾅとｶﾞｷﾞ", encoding="8bit")
    body("kana-escape-only", "nothing but half-width kana", jis("ﾃｽﾄ"), "ﾃｽﾄ")
    body("kana-so-only", "nothing but SO, kana, SI", jis("ﾃｽﾄ", kana="so"), "ﾃｽﾄ")
    body("kana-so-no-si", "SO without SI: the line's end is its end",
         b"\x0e" + bytes(o & 0x7F for o in sjis("ﾃｽﾄ")) + b"\r\nabc", "ﾃｽﾄ\nabc")
    for n, line in enumerate(("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", "㍉㌔㌢㍍㌘㌧㌃㌶㍑㍗㌍㌦㌣㌫㍊㌻",
                              "㎜㎝㎞㎎㎏㏄㎡㍻〝〟№㏍℡", "㊤㊥㊦㊧㊨㈱㈲㈹㍾㍽㍼"), 1):
        body(f"nec-row-13-{n}", "NEC row 13", jis(line), line)
    body("ibm-kanji", "IBM kanji in the rows of NEC", jis("髙﨑彅珉纊褜鍈銈蓜俉"), "髙﨑彅珉纊褜鍈銈蓜俉")
    body("small-roman", "ⅰ to ⅹ in the rows of NEC", jis("ⅰⅱⅲⅹ"), "ⅰⅱⅲⅹ")
    body("no-final-escape", "the last line never returns to ASCII", jis("本文です", final=False), "本文です")
    body("no-escape-at-line-end", "no line returns to ASCII",
         b"\r\n".join(jis(line, final=False) for line in ("一行目", "二行目")) + b"\r\nabc",
         "一行目\n二行目\nabc")
    body("escape-over-lines", "one escape for many lines",
         jis("一行目", final=False) + b"\r\n" + jis("二行目", kanji=b"$B"), "一行目\n二行目")
    body("base64", "in base64", b64_lines(jis("漢字とｶﾅ①")), "漢字とｶﾅ①", encoding="base64")
    body("quoted-printable", "in quoted-printable", qp(jis("漢字=かな")), "漢字=かな",
         encoding="quoted-printable")
    body("quoted-printable-escapes", "every octet written as =XX",
         b"".join(b"=%02X" % o for o in jis("漢字")), "漢字", encoding="quoted-printable")
    body("ascii-between", "letters between kanji", jis("abc漢字def漢字ghi"), "abc漢字def漢字ghi")
    body("empty-escapes", "escapes with nothing between them",
         b"\x1b$B\x1b(B" + jis("漢字") + b"\x1b$B\x1b(B", "漢字")
    body("space-in-kanji", "a space octet between two kanji", b"\x1b$B" + jis_pair("漢") + b" " +
         jis_pair("字") + b"\x1b(B", "漢 字")
    body("unassigned", "a place of JIS X 0208 that has no character", b"\x1b$B))\x1b(B" +
         jis("とほかの文字がありますのでよく読んでください"), "〓とほかの文字がありますのでよく読んでください",
         ("iso-2022-jp", False))
    body("half-character", "an escape inside a character", jis("文字の途中で切れた漢", final=False)[:-1] +
         b"\x1b(B" + jis("がありますのでよく読んでください"),
         "文字の途中で切れた\ufffdがありますのでよく読んでください", ("iso-2022-jp", False))
    html = "<p>注文「い」&lt;は&gt;</p>"
    c.text_mail("html", "html: octets of kanji that look like < and & are none",
                "text/html; charset=iso-2022-jp", jis(html) + b"\r\n", "注文「い」<は>", SURE, "7bit",
                html=html, html_decoding=SURE)
    text = "件名の漢字とｶﾅ①"
    for name, data in (("escape", jis(text)), ("so-si", jis(text, kana="so")),
                       ("no-final", jis(text, final=False)), ("1978", jis(text, kanji=b"$@"))):
        c.subject_mail(f"word-{name}", "the same in an encoded-word", word_b(data, "ISO-2022-JP"), text,
                       SURE)
        c.subject_mail(f"word-q-{name}", "and in a Q word", word_q(data, "iso-2022-jp"), text, SURE)


def traps(c):
    c.rule("trap", "Byte traps")
    for char in "表予能ソ十申暴貼欺構禄":
        assert sjis(char)[-1] == 0x5C
    for n, word in enumerate(("表", "予定表", "十", "ソ", "能代 申", "機能", "欺貼暴"), 1):
        c.mail(f"5c-quoted-{n}", "a raw Shift_JIS name in quotes whose trail octet is a backslash",
               [("From", b'"' + sjis(word) + b'" <sender@example.com>'),
                ("Subject", b"Test"), ("Content-Type", "text/plain; charset=shift_jis")],
               sjis("こんにちは、" + word) + b"\r\n", from_=[(word, "sender@example.com")],
               subject="Test", subject_decoding=("us-ascii", True), text="こんにちは、" + word,
               text_decoding=("cp932", True))
        c.file_mail(f"5c-name-{n}", "and a raw Shift_JIS file name in quotes",
                    b'attachment; filename="' + sjis(f"これは{word}.pdf") + b'"', f"これは{word}.pdf")
    c.mail("5c-word", "and the same inside of an encoded-word in quotes",
           [("From", b'"' + word_b(sjis("機能表"), "shift_jis") + b'" <sender@example.com>')],
           from_=[("機能表", "sender@example.com")])
    for name, word in (("quote", "いい"), ("comma", "あが"), ("angle", "塾宿術"), ("paren", "医位囲")):
        c.mail(f"jis-quoted-{name}", "raw ISO-2022-JP in quotes, its octets look like syntax",
               [("From", b'"' + jis(word) + b'" <sender@example.com>'),
                ("Content-Type", JIS)], jis("本文") + b"\r\n", from_=[(word, "sender@example.com")],
               text="本文", text_decoding=SURE)
        c.mail(f"jis-bare-{name}", "and without quotes",
               [("From", jis(word) + b" <sender@example.com>"), ("Content-Type", JIS)],
               jis("本文") + b"\r\n", from_=[(word, "sender@example.com")], text="本文",
               text_decoding=SURE)
    escape = jis("件名")  # ESC $ B .. .. .. .. ESC ( B
    for n, cut in enumerate((1, 2, 8, 9), 1):
        c.subject_mail(f"folded-escape-{n}", "an escape sequence broken by folding",
                       b"Re: " + escape[:cut] + b"\r\n " + escape[cut:], "Re: 件名", SURE)
    c.subject_mail("folded-escape-tab", "and by a tab",
                   b"Re: " + escape[:2] + b"\r\n\t" + escape[2:], "Re: 件名", SURE)
    c.subject_mail("no-final-raw", "a raw subject without its final ESC ( B",
                   jis("ご注文の件", final=False), "ご注文の件", SURE)
    c.mail("no-final-word-then-text", "a word without its final ESC ( B does not swallow what follows",
           [("From", word_b(jis("山田", final=False), "iso-2022-jp") + b" <sender@example.com>")],
           from_=[("山田", "sender@example.com")])

    def base64_body(name, about, data, **values):
        c.text_mail(f"base64-{name}", about, "text/plain; charset=shift_jis", data + b"\r\n",
                    "こんにちは", ("cp932", True), "base64", **values)

    data = b64(sjis("こんにちは"))
    assert data.endswith(b"==")
    base64_body("no-padding", "base64 without padding", data.rstrip(b"="))
    base64_body("short-padding", "one = where two belong", data[:-1])
    base64_body("long-padding", "more padding than belongs", data + b"==")
    base64_body("odd-lines", "lines of odd lengths",
                b"\r\n".join(data[i:i + 5] for i in range(0, len(data), 5)))
    base64_body("blanks", "blanks between the digits",
                b" ".join(data[i:i + 3] for i in range(0, len(data), 3)))
    base64_body("padding-inside", "pieces that were padded each",
                b64(sjis("こん")) + b"\r\n" + b64(sjis("にちは")))
    base64_body("junk-inside", "characters that are no digits", data[:4] + b"*" + data[4:],
                notices=["malformed"])
    base64_body("one-line", "one long line", data)
    text = "長い" * 400
    c.text_mail("base64-long-line", "a line of base64 longer than 998 octets",
                "text/plain; charset=utf-8", b64(text.encode()) + b"\r\n", text, ("utf-8", True),
                "base64")
    for n, raw in enumerate((b64(sjis("ご注文")).rstrip(b"="), b64(sjis("ご注文の件")).rstrip(b"="),
                             b64(sjis("ご注文の")) + b"=",), 1):
        subject = ("ご注文", "ご注文の件", "ご注文の")[n - 1]
        c.subject_mail(f"base64-word-{n}", "an encoded-word with wrong or no padding",
                       b"=?shift_jis?B?" + raw + b"?=", subject, ("cp932", True))

    def qp_body(name, about, data, text="こんにちは", decoded=("cp932", True)):
        label = {"cp932": "shift_jis"}.get(decoded[0], decoded[0])
        c.text_mail(f"qp-{name}", about, f"text/plain; charset={label}", data + b"\r\n", text,
                    decoded, "quoted-printable")

    hello = sjis("こんにちは")
    qp_body("8bit", "8 bit in quoted-printable", hello)
    qp_body("8bit-mixed", "one octet of a character as =XX, one raw",
            b"".join(bytes((o,)) if i % 2 else b"=%02X" % o for i, o in enumerate(hello)))
    qp_body("lower-case", "lower-case digits", b"".join(b"=%02x" % o for o in hello))
    qp_body("soft-break", "a soft line break inside a character",
            b"=82=\r\n=B1" + b"".join(b"=%02X" % o for o in hello[2:]))
    qp_body("soft-break-blanks", "blanks after the sign of a soft line break",
            b"=82=  \r\n=B1" + b"".join(b"=%02X" % o for o in hello[2:]))
    qp_body("bare-sign", "an = that was not encoded stays",
            "https://shop.example/?id=x&y=z ".encode() + b"".join(b"=%02X" % o for o in hello),
            "https://shop.example/?id=x&y=z こんにちは")
    qp_body("sign-at-end", "an = as the last octet goes",
            b"".join(b"=%02X" % o for o in "あ".encode()) + b"=", "あ", ("utf-8", True))
    qp_body("underscore", "an underscore is no space in a body", b"a_b" + hello, "a_bこんにちは")


# Shift_JIS code of the carrier and what it is in Unicode (EmojiSources.txt of the UCD).
DOCOMO = ((0xF89F, "\u2600"), (0xF8A0, "\u2601"), (0xF8A7, "\u2648"), (0xF8E8, "\u260e"),
          (0xF8E9, "\U0001f4f1"), (0xF957, "\U0001f303"), (0xF987, "1\u20e3"), (0xF985, "#\u20e3"),
          (0xF991, "\u2764"), (0xF995, "\U0001f603"), (0xF99C, "\u2668"), (0xF9B0, "\U0001f197"),
          (0xF9BC, "\U0001f48c"), (0xF9D2, "\U0001f62d"), (0xF9D6, "\u00a9"))
KDDI = ((0xF660, "\u2600"), (0xF664, "\u2614"), (0xF6A5, "\U0001f1ef\U0001f1f5"),
        (0xF6C5, "\U0001f47e"), (0xF6FB, "1\u20e3"), (0xF741, "4\u20e3"), (0xF774, "\u00a9"),
        (0xF7A5, "\U0001f4f1"), (0xF7BD, "\U0001f382"), (0xF34E, "\U0001f423"),
        (0xF356, "\U0001f51e"), (0xF3BC, "\U0001f302"), (0xF3C5, "\U0001f303"),
        (0xF457, "\U0001f30b"), (0xF458, "\U0001f49d"))
SOFTBANK = ((0xF98B, "\u2600"), (0xF949, "\u260e"), (0xF976, "\U0001f3e0"), (0xF998, "\U0001f603"),
            (0xF9EB, "\U0001f382"), (0xF76B, "\U0001f47e"), (0xF77D, "\u26a1"),
            (0xF7A7, "\U0001f51e"), (0xF7BC, "1\u20e3"), (0xF7DF, "\u2648"), (0xFB51, "\U0001f62d"),
            (0xFB7C, "\U0001f302"), (0xFBAB, "\U0001f1ef\U0001f1f5"))
# Webcodes of SoftBank (ESC $, two letters, SI).
WEBCODES = (("Gj", "\u2600"), ("Ok", "\U0001f382"), ("P1", "\U0001f62d"), ("Q+", "\U0001f1ef\U0001f1f5"),
            ("E]", "\u26a1"), ("F'", "\U0001f51e"))


def au_jis(code):
    """au writes its emoji in mail as JIS rows 0x75 to 0x7B: the Shift_JIS codes moved down."""
    code -= 0x0B00 if code >= 0xF640 else 0x0600
    return jis_of_sjis(bytes((code >> 8, code & 0xFF)))


def emoji(c):
    c.rule("emoji", "Emoji of the carriers")
    senders = {"docomo": "hanako@docomo.ne.jp", "kddi": "hanako@ezweb.ne.jp",
               "softbank": "hanako@softbank.ne.jp"}

    def phone(name, about, carrier, content_type, data, text, decoded, word=None):
        head = [("From", senders.get(carrier, "sender@example.com"))]
        values = {}
        if word is not None:
            head.append(("Subject", word))
            values = {"subject": text.split("\n")[0], "subject_decoding": decoded}
        c.text_mail(name, about, content_type, data + b"\r\n", text, decoded, None, head=head,
                    from_=[("", head[0][1])], **values)

    def sjis_of(table):
        text = "絵文字" + "と".join(char for _, char in table)
        data = sjis("絵文字") + sjis("と").join(bytes((code >> 8, code & 0xFF)) for code, _ in table)
        return text, data

    for carrier, table in (("docomo", DOCOMO), ("kddi", KDDI), ("softbank", SOFTBANK)):
        text, data = sjis_of(table)
        phone(f"{carrier}-sjis", "Shift_JIS codes, body and subject", carrier,
              "text/plain; charset=shift_jis", data, text, ("cp932", True), word_b(data, "Shift_JIS"))
        phone(f"{carrier}-only", "an emoji alone", carrier, "text/plain; charset=Shift_JIS",
              bytes((table[0][0] >> 8, table[0][0] & 0xFF)), "\u2600", ("cp932", True))
    text, data = sjis_of(DOCOMO)
    phone("docomo-relayed", "from somebody whose carrier nobody knows", "", "text/plain; charset=cp932",
          data, text, ("cp932", True))
    text, data = sjis_of(KDDI)
    phone("kddi-relayed", "au's from somebody whose carrier nobody knows", "",
          "text/plain; charset=windows-31j", data, text, ("cp932", True))
    by_row = {}
    for code, char in KDDI:
        by_row.setdefault(au_jis(code)[0], []).append((au_jis(code), char))
    assert sorted(by_row) == list(range(0x75, 0x7C)), [hex(row) for row in by_row]
    for row, chars in sorted(by_row.items()):
        text = "絵" + "".join(char for _, char in chars)
        data = b"\x1b$B" + jis_pair("絵") + b"".join(code for code, _ in chars) + b"\x1b(B"
        phone(f"kddi-jis-row-{row:x}", f"au: JIS row {row:X}, body and subject", "kddi", JIS, data,
              text, SURE, word_b(data, "iso-2022-jp"))
    data = b"\x1b$B" + jis_pair("絵") + au_jis(0xF660) + au_jis(0xF7A5) + b"\x1b(B"
    phone("kddi-jis-relayed", "rows 75 to 78 hold nothing else, so anybody's are au's", "", JIS, data,
          "絵\u2600\U0001f4f1", SURE)
    phone("nec-kanji-not-emoji", "rows 79 to 7B of others than au are kanji", "", JIS,
          jis("髙﨑褜"), "髙﨑褜", SURE)
    for code, char in WEBCODES:
        data = jis("絵") + b"\x1b$" + code.encode() + b"\x0f" + jis("です")
        phone(f"softbank-webcode-{ord(code[0]):x}", f"SoftBank webcode ${code}", "softbank", JIS, data,
              f"絵{char}です", SURE)
    phone("softbank-webcode-run", "several webcodes of a group under one escape", "softbank", JIS,
          b"\x1b$Gj)\x0f" + jis("です"), "\u2600\u260eです", SURE)
    for carrier, code in (("docomo", 0xF040), ("kddi", 0xF748), ("softbank", 0xF7FB)):
        data = sjis("不明") + bytes((code >> 8, code & 0xFF)) + sjis("な絵文字")
        phone(f"unknown-{carrier}", "a code in no table is a visible mark", carrier,
              "text/plain; charset=shift_jis", data, "不明〓な絵文字", ("cp932", True),
              word_b(data, "shift_jis"))
    data = b"\x1b$B" + jis_pair("不") + jis_pair("明") + au_jis(0xF748) + jis_pair("な") + b"\x1b(B"
    phone("unknown-kddi-jis", "an unknown one in au's rows", "kddi", JIS, data, "不明〓な", SURE)
    phone("unknown-webcode", "an unknown webcode", "softbank", JIS,
          jis("不明") + b"\x1b$G~\x0f" + jis("な"), "不明〓な", SURE)
    for name, text in (("zwj", "家族👨‍👩‍👧‍👦です"), ("skin", "はい👍🏽"), ("flag", "🇯🇵から"),
                       ("keycap", "1️⃣番")):
        phone(f"unicode-{name}", "an emoji of today stays as it is", "docomo",
              "text/plain; charset=utf-8", text.encode(), text, ("utf-8", True),
              word_b(text.encode(), "utf-8"))


PAIRS = (("wave-dash", "～", "〜"), ("minus", "－", "−"), ("parallel", "∥", "‖"),
         ("cent", "￠", "¢"), ("pound", "￡", "£"), ("not", "￢", "¬"))


def wave_dash(c):
    c.rule("wave", "Wave dash")
    for name, microsoft, other in PAIRS:
        stored = f"価格{microsoft}表示"
        twin = f"価格{other}表示"
        for charset, label, data in (("cp932", "shift_jis", sjis(stored)), ("euc-jp", "euc-jp", euc(stored)),
                                     ("iso-2022-jp", "iso-2022-jp", jis(stored))):
            c.text_mail(f"{name}-{charset}", f"{microsoft} is stored as decoded and found by {other}",
                        f"text/plain; charset={label}", data + b"\r\n", stored, (charset, True),
                        head=[("Subject", word_b(data, label))], subject=stored,
                        subject_decoding=(charset, True), found_by=[stored, twin])
        c.text_mail(f"{name}-utf-8", f"{other} is stored as it is and found by {microsoft}",
                    "text/plain; charset=utf-8", twin.encode() + b"\r\n", twin, ("utf-8", True),
                    head=[("Subject", word_b(twin.encode(), "utf-8"))], subject=twin,
                    subject_decoding=("utf-8", True), found_by=[stored, twin])
    c.text_mail("search-width", "half-width kana and full-width letters are found by their others",
                JIS, jis("ﾀﾞﾝﾎﾞｰﾙ ＡＢＣ") + b"\r\n", "ﾀﾞﾝﾎﾞｰﾙ ＡＢＣ", SURE,
                found_by=["ダンボール", "abc"])


def add(c):
    family(c)
    traps(c)
    emoji(c)
    wave_dash(c)
