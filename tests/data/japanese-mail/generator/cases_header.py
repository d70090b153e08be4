# SPDX-License-Identifier: Apache-2.0
"""Encoded-words and raw 8-bit headers."""

from encoders import b64, encode, euc, jis, q, sjis, word_b, word_q

LABEL = {"utf-8": "UTF-8", "cp932": "Shift_JIS", "euc-jp": "EUC-JP", "iso-2022-jp": "ISO-2022-JP"}
TEXT = "ご注文の件について表示"


def joins(c):
    c.rule("join", "Join before decode")
    for charset, label in LABEL.items():
        data = encode(TEXT, charset)
        # 3 n octets: pieces that are whole base64 and still cut a character or an escape.
        cuts = {"inside-character": 3 if charset == "utf-8" else 6, "odd": 7}
        cuts["inside-character"] = {"utf-8": 4, "cp932": 3, "euc-jp": 3, "iso-2022-jp": 6}[charset]
        for name, at in cuts.items():
            for how, word in (("b", word_b), ("q", word_q)):
                c.subject_mail(f"{charset}-{name}-{how}", f"{label} words cut after octet {at}",
                               word(data[:at], label) + b"\r\n " + word(data[at:], label), TEXT,
                               (charset, True))
        c.subject_mail(f"{charset}-every-octet", "a word for each octet",
                       b"\r\n ".join(word_q(data[i:i + 1], label) for i in range(len(data))), TEXT,
                       (charset, True))
        whole = b64(data).rstrip(b"=")
        c.subject_mail(f"{charset}-cut-base64", "the base64 text itself was cut, not the octets",
                       b"\r\n ".join(b"=?" + label.encode() + b"?B?" + whole[i:i + 10] + b"?="
                                     for i in range(0, len(whole), 10)), TEXT, (charset, True))
    data = jis(TEXT)
    for at in (1, 2, len(data) - 2, len(data) - 1):
        c.subject_mail(f"escape-{at}", "words cut inside an escape sequence",
                       word_b(data[:at], "ISO-2022-JP") + b"\r\n " + word_b(data[at:], "ISO-2022-JP"),
                       TEXT, ("iso-2022-jp", True))
    half = jis("ご注文の", final=False)
    c.subject_mail("escape-left-open", "the second word goes on without an escape of its own",
                   word_b(half, "iso-2022-jp") + b"\r\n " +
                   word_b(jis("件です")[3:], "iso-2022-jp"), "ご注文の件です", ("iso-2022-jp", True))
    c.subject_mail("escape-each", "each word with its own escapes",
                   word_b(jis("ご注文の"), "iso-2022-jp") + b"\r\n " +
                   word_b(jis("件です"), "iso-2022-jp"), "ご注文の件です", ("iso-2022-jp", True))
    c.subject_mail("escape-each-unclosed", "each begins with an escape, none ends with one",
                   word_b(half, "iso-2022-jp") + b"\r\n " +
                   word_b(jis("件です", final=False), "iso-2022-jp"), "ご注文の件です",
                   ("iso-2022-jp", True))
    c.subject_mail("padded", "padded base64 words are joined after decoding, not before",
                   b"=?utf-8?B?YWI=?= =?utf-8?B?Y2Q=?= =?utf-8?B?ZQ==?=", "abcde", ("utf-8", True))
    c.subject_mail("label-case", "the same label in other letters",
                   word_b("ご注文".encode()[:4], "utf-8") + b" " + word_b("ご注文".encode()[4:], "UTF-8"),
                   "ご注文", ("utf-8", True))
    c.subject_mail("encodings", "one charset in B and Q",
                   word_b("ご注".encode(), "utf-8") + b" " + word_q("文の件".encode(), "utf-8"), "ご注文の件",
                   ("utf-8", True))
    c.subject_mail("encodings-cut", "B and Q, cut inside a character",
                   word_b("ご注".encode()[:4], "utf-8") + b" " + word_q("ご注".encode()[4:], "utf-8"),
                   "ご注", ("utf-8", True))
    c.subject_mail("charsets", "two charsets: no space between, each read by itself",
                   word_b(jis("ご注文"), "iso-2022-jp") + b"\r\n " + word_b("の件".encode(), "utf-8"),
                   "ご注文の件", ("iso-2022-jp", True))
    c.subject_mail("no-space", "words without white space between them",
                   word_b("ご注".encode()[:4], "utf-8") + word_b("ご注".encode()[4:], "utf-8"), "ご注",
                   ("utf-8", True))
    c.subject_mail("tab", "folded by a tab", word_b("ご注".encode(), "utf-8") + b"\r\n\t" +
                   word_b("文".encode(), "utf-8"), "ご注文", ("utf-8", True))
    c.subject_mail("many-blanks", "folded with many blanks", word_b("ご注".encode(), "utf-8") +
                   b"  \r\n     " + word_b("文".encode(), "utf-8"), "ご注文", ("utf-8", True))
    c.subject_mail("three-lines", "folded over lines of nothing but blanks",
                   word_b("ご注".encode(), "utf-8") + b"\r\n \r\n " + word_b("文".encode(), "utf-8"),
                   "ご注文", ("utf-8", True), head=[("X-Mailer", "Example 1.0")])


def words(c):
    c.rule("word", "Encoded-words glued to text")
    w = word_b("ご注文".encode(), "utf-8")
    for name, raw, text in (
            ("before", b"Re:" + w, "Re:ご注文"), ("after", w + b"(2)", "ご注文(2)"),
            ("both", b"[shop]" + w + b"#12", "[shop]ご注文#12"),
            ("spaced", b"Re: " + w + b" (2)", "Re: ご注文 (2)"),
            ("two", b"Re:" + w + b"/" + w, "Re:ご注文/ご注文"),
            ("quotes", b'"' + w + b'"', '"ご注文"'),
            ("brackets", "【".encode() + b" " + w, "【 ご注文")):
        c.subject_mail(f"glued-{name}", "a word without white space round it", raw, text,
                       ("utf-8", True))
    for name, about, raw, text, decoded in (
            ("q-space", "blanks inside a Q word", b"=?utf-8?Q?" + q("ご".encode()) + b" no kudan?=",
             "ご no kudan", ("utf-8", True)),
            ("q-lower", "lower-case letters and digits", b"=?utf-8?q?=e3=81=82?=", "あ", ("utf-8", True)),
            ("b-lower", "b for B", b"=?utf-8?b?44GC?=", "あ", ("utf-8", True)),
            ("language", "a language behind the charset", b"=?utf-8*ja?B?44GC?=", "あ", ("utf-8", True)),
            ("no-end", "a word that lost its end", b"=?utf-8?B?44GC", "あ", ("utf-8", True)),
            ("half-end", "a word that lost half of its end", b"=?utf-8?B?44GC?", "あ", ("utf-8", True)),
            ("empty", "a word of nothing", b"=?utf-8?B??= a", "a", None),
            ("long", "one word longer than a line may be",
             word_b(("長い件名" * 30).encode(), "utf-8"), "長い件名" * 30, ("utf-8", True)),
            ("folded-inside", "a word folded inside", b"=?utf-8?B?44GC\r\n 44GE?=", "あい",
             ("utf-8", True)),
            ("q-8bit", "raw octets inside a Q word", b"=?utf-8?Q?" + "ご注文".encode() + b"?=", "ご注文",
             ("utf-8", True)),
            ("q-question", "a question mark inside a Q word", b"=?utf-8?Q?=E3=81=82?a?=", "あ?a",
             ("utf-8", True)),
            ("no-word", "something that only looks like one", b"a =?b? c=?utf-8?X?d?=",
             "a =?b? c=?utf-8?X?d?=", None),
            ("unknown-charset", "a charset nobody knows: detected",
             word_b(sjis("こんにちは"), "x-shop-charset"), "こんにちは", ("cp932", True)),
            ("line-break", "a line break inside the encoded text is a space",
             word_b("あ\r\nBcc: x@example.com".encode(), "utf-8"), "あ  Bcc: x@example.com",
             ("utf-8", True)),
            ("nul", "control characters are no text", word_b("あ\0\x07い".encode(), "utf-8"), "あい",
             ("utf-8", True))):
        c.subject_mail(name, about, raw, text, decoded or ("utf-8", True)) if decoded else c.mail(
            name, about, [("Subject", raw)], subject=text)
    sender = "sender@example.com"
    for name, about, raw, shown in (
            ("from", "a display name", w + b" <sender@example.com>", "ご注文"),
            ("from-glued", "a word glued to the angle", w + b"<sender@example.com>", "ご注文"),
            ("from-quoted", "a word in quotes", b'"' + w + b'" <sender@example.com>', "ご注文"),
            ("from-quoted-two", "two words in quotes",
             b'"' + word_b(jis("山田"), "iso-2022-jp") + b" " + word_b(jis("太郎"), "iso-2022-jp") +
             b'" <sender@example.com>', "山田太郎"),
            ("from-comment", "a word in a comment", b"sender@example.com (" + w + b")", "ご注文"),
            ("from-mixed", "a word and a text", w + b" Taro <sender@example.com>", "ご注文 Taro"),
            ("from-comma", "an encoded comma divides nothing",
             word_b("山田, 太郎".encode(), "utf-8") + b" <sender@example.com>", "山田, 太郎"),
            ("from-angle", "encoded angles are no address",
             word_b("偽 <boss@shop.example>".encode(), "utf-8") + b" <sender@example.com>",
             "偽 <boss@shop.example>"),
            ("from-folded", "folded inside the name",
             word_b(jis("株式会社山田商店"), "iso-2022-jp") + b"\r\n " +
             word_b(jis("お客様係"), "iso-2022-jp") + b"\r\n <sender@example.com>",
             "株式会社山田商店お客様係")):
        c.mail(name, about, [("From", raw)], from_=[(shown, sender)])
    c.mail("to-list", "words in a list of addresses",
           [("To", w + b" <a@example.com>,\r\n " + word_q("甲".encode(), "utf-8") +
             b" <b@example.com>, c@example.com"), ("Cc", b'"' + w + b'" <d@example.com>')],
           to=[("ご注文", "a@example.com"), ("甲", "b@example.com"), ("", "c@example.com")],
           cc=[("ご注文", "d@example.com")])
    c.mail("any-header", "any header is decoded",
           [("Organization", word_b(jis("山田商店"), "iso-2022-jp")), ("X-Note", "Plain ")],
           headers={"Organization": "山田商店", "X-Note": "Plain"})


def raw_headers(c):
    c.rule("raw", "Raw 8-bit headers: the body's charset first")
    for charset, label, codec, text in (
            ("cp932", "shift_jis", "cp932", "見積書"), ("euc-jp", "euc-jp", "euc-jp", "見積書"),
            ("utf-8", "utf-8", "utf-8", "見積書"), ("gb18030", "gb2312", "gb18030", "订单"),
            ("cp949", "euc-kr", "cp949", "주문"), ("big5-hkscs", "big5", "big5hkscs", "訂單"),
            ("koi8-r", "koi8-r", "koi8_r", "Заказ"), ("windows-1252", "iso-8859-1", "cp1252", "Straße"),
            ("iso-2022-jp", "iso-2022-jp", "iso-2022-jp", "見積書")):
        data = encode(text, codec)
        c.mail(charset, f"raw {label} in Subject, From and To",
               [("Subject", data), ("From", data + b" <sender@example.com>"),
                ("To", b'"' + data + b'" <support@shop.example>'),
                ("Content-Type", f"text/plain; charset={label}"), ("X-Note", data)],
               data + b"\r\n", subject=text, subject_decoding=(charset, True), text=text,
               text_decoding=(charset, True), from_=[(text, "sender@example.com")],
               to=[(text, "support@shop.example")], headers={"X-Note": text})
    hello = "こんにちは、お届け日をおしえてください"
    for charset in ("cp932", "euc-jp", "iso-2022-jp", "utf-8"):
        data = encode(hello, charset)
        c.subject_mail(f"{charset}-no-hint", "raw, and a body that tells nothing", data, hello,
                       (charset, True))
        c.mail(f"{charset}-folded", "raw and folded between characters",
               [("Subject", data + b"\r\n " + data)], subject=hello + " " + hello,
               subject_decoding=(charset, True))
    c.mail("other-than-body", "raw Shift_JIS over a body of UTF-8",
           [("Subject", sjis(hello)), ("Content-Type", "text/plain; charset=utf-8")],
           "本文".encode() + b"\r\n", subject=hello, subject_decoding=("cp932", True), text="本文",
           text_decoding=("utf-8", True))
    c.mail("utf-8-over-sjis", "raw UTF-8 over a body of Shift_JIS",
           [("Subject", hello), ("Content-Type", "text/plain; charset=shift_jis")],
           sjis("本文") + b"\r\n", subject=hello, subject_decoding=("utf-8", True), text="本文",
           text_decoding=("cp932", True))
    c.mail("with-words", "raw octets beside an encoded-word",
           [("Subject", "ご注文 ".encode() + word_b("の件".encode(), "utf-8"))], subject="ご注文 の件",
           subject_decoding=("utf-8", True))
    c.rule("unsure", "Honest: an unsure decoding carries a notice")
    c.subject_mail("subject", "a raw subject too short to be sure of", sjis("至急"), "至急",
                   ("cp932", False))
    c.subject_mail("subject-latin", "a raw subject in Latin letters", b"Gr\xfc\xdfe", "Grüße",
                   ("windows-1252", False))
    c.mail("from-name", "a raw name too short to be sure of",
           [("From", sjis("山田") + b" <sender@example.com>")], from_=[("山田", "sender@example.com")],
           notices=["unsure_charset"])
    c.mail("cc-name", "a guessed name among the recipients",
           [("Cc", b'"' + euc("山田") + b'" <c@example.com>')], cc=[("山田", "c@example.com")],
           notices=["unsure_charset"])
    c.mail("from-word", "a word that says utf-8 and is not",
           [("From", word_b(sjis("山田"), "utf-8") + b" <sender@example.com>")],
           from_=[("山田", "sender@example.com")], notices=["unsure_charset"])
    c.mail("body-of-two", "the guess was made in the second text of the body",
           [("Content-Type", "multipart/mixed; boundary=b1")],
           b"--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + "本文".encode() +
           b"\r\n--b1\r\nContent-Type: text/plain\r\n\r\ncaf\xe9 cr\xeape\r\n--b1--\r\n",
           text="本文\ncafé crêpe", text_decoding=("utf-8", True), notices=["unsure_charset"])
    c.mail("sure", "a mail that is all sure carries none",
           [("Subject", word_b(jis("至急"), "iso-2022-jp")),
            ("Content-Type", "text/plain; charset=shift_jis")], sjis("至急") + b"\r\n", subject="至急",
           subject_decoding=("iso-2022-jp", True), text="至急", text_decoding=("cp932", True))


def add(c):
    joins(c)
    words(c)
    raw_headers(c)
