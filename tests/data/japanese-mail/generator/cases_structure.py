# SPDX-License-Identifier: Apache-2.0
"""Structure: broken mails that must still be read, limits, which text is the body."""

from corpus import ASCII, DATE, DESK, SENDER, attachment, multipart, part
from encoders import b64_lines, crlf, euc, jis, qp, sjis, uu, word_b

UTF8 = ("utf-8", True)
HEAD = (f"From: sender@example.com\nTo: support@shop.example\nSubject: Test\nDate: {DATE}\n"
        "Message-ID: <s@example.com>\n")
MIXED = [("Content-Type", "multipart/mixed; boundary=b1")]
HONBUN = "本文です。"


def broken(c):
    c.rule("broken", "Reading never fails")

    def raw(name, about, data, text, decoded=ASCII, notices=("malformed",), **values):
        values = {"from_": [SENDER], "to": [DESK], "subject": "Test", "subject_decoding": ASCII, **values}
        c.raw(name, about, data if isinstance(data, bytes) else crlf(data.encode()), text=text,
              text_decoding=decoded, notices=list(notices), **values)

    nobody = {"from_": [], "to": [], "subject": "", "subject_decoding": None}
    raw("junk-first", "junk lines before the headers", "junk line\nmore of it\n" + HEAD + "\nhello\n", "hello")
    raw("mbox", "the From line of an mbox", "From sender@example.com Sat Nov 21 10:00:00 2026\n" + HEAD + "\nhello\n",
        "hello")
    raw("junk-between", "a junk line among the headers", "From: sender@example.com\njunk line\nTo: support@shop.example\n"
        "Subject: Test\n\nhello\n", "hello")
    raw("blank-first", "blank lines before the headers", "\n\n" + HEAD + "\nhello\n", "hello")
    raw("bom-first", "a byte order mark before the headers", b"\xef\xbb\xbf" + crlf((HEAD + "\nhello\n").encode()), "hello",
        notices=())
    raw("body-only", "a body without headers", HONBUN + "\n二行目\n", HONBUN + "\n二行目", UTF8, **nobody)
    raw("body-only-sjis", "and in Shift_JIS", sjis("こんにちは\r\nさようなら\r\n"), "こんにちは\nさようなら", ("cp932", True), **nobody)
    raw("headers-only", "headers and no blank line", HEAD, "", None, ())
    raw("nothing", "nothing at all", b"", "", None, ("malformed",), **nobody)
    raw("boundary-for-blank", "a boundary in place of the blank line", HEAD +
        "Content-Type: multipart/mixed; boundary=b1\n--b1\nContent-Type: text/plain; charset=utf-8\n\n" + HONBUN + "\n--b1--\n",
        HONBUN, UTF8)
    raw("bare-cr", "bare CR as line end", (HEAD + "\nhello\nthere\n").replace("\n", "\r").encode(), "hello\nthere")
    raw("bare-lf", "bare LF as line end", (HEAD + "\nhello\nthere\n").encode(), "hello\nthere", notices=())
    raw("blank-in-name", "a blank before the colon", HEAD.replace("Subject:", "Subject :") + "\nhello\n", "hello", notices=())
    raw("nul", "a NUL in the body", crlf((HEAD + "\nhel\0lo\n").encode()), "hello", notices=())

    def mime(name, about, body, text, decoded=UTF8, head=(("Content-Type", "multipart/mixed; boundary=b1"),),
             notices=("malformed",), **values):
        c.mail(name, about, list(head), body, text=text, text_decoding=decoded, notices=list(notices), **values)

    one = part("Content-Type: text/plain; charset=utf-8", HONBUN)
    two = part("Content-Type: text/plain; charset=iso-2022-jp", jis("続きです。"))
    mime("no-end", "the end boundary is missing", multipart([one], close=False), HONBUN)
    mime("no-boundary", "no boundary parameter: it can be seen", multipart([one]), HONBUN,
         head=[("Content-Type", "multipart/mixed")])
    mime("wrong-boundary", "another boundary than was announced", multipart([one], "other"), HONBUN)
    mime("unusable-boundary", "no boundary anywhere: shown as text", HONBUN.encode() + b"\r\n", HONBUN)
    mime("unusable-boundary-sjis", "and in Shift_JIS", sjis("こんにちは。") + b"\r\n", "こんにちは。", ("cp932", True))
    mime("inner-no-end", "an inner multipart without its end",
         multipart([part("Content-Type: multipart/alternative; boundary=b2", multipart([one], "b2", False)), two]),
         HONBUN + "\n続きです。")
    mime("empty-multipart", "a multipart without parts", b"--b1--\r\n", "", None, notices=())
    mime("preamble", "preamble and epilogue are no text", b"preamble\r\n" + multipart([one]) + b"epilogue\r\n", HONBUN,
         notices=())
    mime("headerless-part", "a part without headers", multipart([b"\r\nhello"]), "hello", ASCII, notices=())
    mime("headerless-part-8bit", "and in Shift_JIS", multipart([b"\r\n" + sjis("こんにちは")]), "こんにちは", ("cp932", True),
         notices=())
    mime("part-no-blank", "a part that begins with its text at once", multipart([HONBUN.encode()]), HONBUN)
    mime("boundary-blanks", "blanks behind a boundary", b"--b1 \t\r\n" + one + b"\r\n--b1--  \r\n", HONBUN, notices=())
    mime("boundary-quoted-blank", "a boundary with blanks in it", multipart([one], "b 1"), HONBUN, notices=(),
         head=[("Content-Type", 'multipart/mixed; boundary="b 1"')])
    mime("boundary-prefix", "a boundary that begins like another",
         multipart([part("Content-Type: multipart/mixed; boundary=b11", multipart([one], "b11")), two]),
         HONBUN + "\n続きです。", notices=())
    mime("boundary-in-text", "a line of the text that begins like the boundary",
         multipart([part("Content-Type: text/plain; charset=utf-8", "--b1x\r\n" + HONBUN)]), "--b1x\n" + HONBUN, notices=())
    mime("base64-multipart", "a multipart that was encoded", b64_lines(multipart([one])), HONBUN, notices=(),
         head=MIXED + [("Content-Transfer-Encoding", "base64")])
    mime("qp-multipart", "a multipart that says it is quoted-printable and is not", multipart([one]), HONBUN, notices=(),
         head=MIXED + [("Content-Transfer-Encoding", "quoted-printable")])
    mime("unknown-multipart", "a multipart of a kind nobody knows", multipart([one, two]), HONBUN + "\n続きです。", notices=(),
         head=[("Content-Type", "multipart/x-shop; boundary=b1")])
    for label in ("rot13", "x-unknown", "utf-8", "8-bit", "binary", ""):
        c.text_mail(f"encoding-{label or 'empty'}", f"transfer encoding “{label}” is read as 8bit",
                    "text/plain; charset=shift_jis", sjis(HONBUN) + b"\r\n", HONBUN, ("cp932", True), label)
    c.text_mail("encoding-comment", "a comment behind the encoding", "text/plain; charset=utf-8", b64_lines(HONBUN.encode()),
                HONBUN, UTF8, "BASE64 (really)")
    c.text_mail("type-text", "a type without subtype", "text", "本文です。\r\n".encode(), HONBUN, UTF8)
    c.text_mail("type-junk", "a type that is none", "charset=utf-8", "本文です。\r\n".encode(), HONBUN, UTF8)
    c.text_mail("type-spaces", "blanks in the parameters", "text/plain ; charset = shift_jis", sjis(HONBUN) + b"\r\n",
                HONBUN, ("cp932", True))
    c.text_mail("type-comment", "a comment in the type", "text/plain (text); charset=shift_jis (sjis)",
                sjis(HONBUN) + b"\r\n", HONBUN, ("cp932", True))
    c.mail("attached-body", "a whole mail that says it is an attachment",
           [("Content-Type", "text/plain; charset=utf-8"), ("Content-Disposition", "attachment")], HONBUN.encode() + b"\r\n",
           text=HONBUN, text_decoding=UTF8)
    c.mail("no-mime-version", "no MIME-Version", [("MIME-Version", "(none)"), ("Content-Type", "text/plain; charset=euc-jp")],
           euc(HONBUN) + b"\r\n", text=HONBUN, text_decoding=("euc-jp", True))
    c.mail("twice", "the first Subject and Content-Type count",
           [("Subject", "first"), ("Subject", "second"), ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Type", "text/html")], HONBUN.encode() + b"\r\n", subject="first", subject_decoding=ASCII, text=HONBUN,
           text_decoding=UTF8)


def uuencoded(c):
    c.rule("uu", "uuencode in the body")
    data = sjis("表の中身です。\r\n") * 5
    before, after = "見積書です。\r\n", "以上です。\r\n"
    for charset, encode in (("cp932", sjis), ("iso-2022-jp", jis)):
        label = {"cp932": "shift_jis"}.get(charset, charset)
        c.text_mail(f"{charset}-text", "a file between two lines of text", f"text/plain; charset={label}",
                    encode(before) + uu(b"a.txt", data) + encode(after), "見積書です。\n以上です。", (charset, True),
                    attachments=[attachment("a.txt", "application/octet-stream", data)])
    c.text_mail("sjis-name", "its name in Shift_JIS", "text/plain; charset=shift_jis",
                sjis(before) + uu(sjis("能力表.txt"), data), "見積書です。", ("cp932", True),
                attachments=[attachment("能力表.txt", "application/octet-stream", data)])
    c.text_mail("two", "two files", "text/plain", b"see\r\n" + uu(b"a.txt", data) + uu(b"b.txt", b"abc"), "see", ASCII,
                attachments=[attachment("a.txt", "application/octet-stream", data),
                             attachment("b.txt", "application/octet-stream", b"abc")])
    c.text_mail("path", "its name is cleaned", "text/plain", b"see\r\n" + uu(b"../../b.txt", b"abc"), "see", ASCII,
                attachments=[attachment("b.txt", "application/octet-stream", b"abc")])
    c.text_mail("no-end", "a file that was cut", "text/plain", b"see\r\n" + uu(b"a.txt", data * 3, end=False), "see", ASCII,
                attachments=[attachment("a.txt", "application/octet-stream", data * 3)])
    c.text_mail("prose", "people write “begin”, too", "text/plain", b"begin 644 steps\r\nand so on.\r\n",
                "begin 644 steps\nand so on.", ASCII)
    c.mail("encoding", "as transfer encoding", MIXED, multipart([
        part("Content-Type: text/plain", "see"),
        part("Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: x-uuencode", uu(b"b.pdf", data))]),
        text="see", text_decoding=ASCII, attachments=[attachment("a.pdf", "application/pdf", data)])


def limits(c):
    c.rule("limit", "Limits: past one the mail says that it was partly read")
    partly = ["partly_read"]
    deep = part("Content-Type: text/plain", "deepest")
    for level in range(51, 0, -1):
        deep = part(f"Content-Type: multipart/mixed; boundary=d{level}", multipart([deep], f"d{level}"))
    top, body = deep.split(b"\r\n\r\n", 1)
    c.mail("depth", "more than 50 levels", [("Content-Type", top.split(b": ", 1)[1])], body, text="", notices=partly)
    small = part("Content-Type: text/plain", "x")
    c.mail("parts", "more than 1,000 parts", MIXED, multipart([small] * 1001), text="\n".join("x" * 1000), text_decoding=ASCII,
           notices=partly)
    c.mail("headers", "more than 2,000 headers", [("Subject", word_b("件名".encode(), "utf-8"))] +
           [("X-N", str(i)) for i in range(2001)], subject="件名", subject_decoding=UTF8, notices=partly)
    c.mail("references", "more than 200 references",
           [("References", "\r\n ".join(f"<r{i}@example.com>" for i in range(201)))], notices=partly)
    c.mail("addresses", "more than 5,000 addresses", [("Cc", ",\r\n ".join(f"c{i}@example.com" for i in range(5001)))],
           cc=None, notices=partly)
    c.mail("parameters", "more than 100 parameters",
           [("Content-Type", "text/plain; charset=utf-8;" + ";".join(f"\r\n p{i}=1" for i in range(100)))],
           HONBUN.encode() + b"\r\n", text=HONBUN, text_decoding=UTF8, notices=partly)
    subject = ("Subject", word_b("件名".encode(), "utf-8"))
    filler = "\r\n ".join(["x" * 70] * 1000)
    c.mail("header-line", "one header over 64 KB, and others behind it", [("X-Long", filler), subject],
           subject="件名", subject_decoding=UTF8, notices=partly)
    c.mail("header-octets", "headers over 256 KB, none of them too long",
           [subject] + [(f"X-Long-{i}", filler[:60_000].rstrip()) for i in range(5)],
           subject="件名", subject_decoding=UTF8, notices=partly)
    row = "<p>お問い合わせの内容です。</p>\r\n"
    c.mail("html", "html over 4 MB", [("Content-Type", "text/html; charset=utf-8")],
           (row * (4 * 1024 * 1024 // len(row.encode()) + 1)).encode(), text=None, html=None,
           html_decoding=UTF8, notices=partly)


def flowed(c):
    c.rule("flowed", "format=flowed with DelSp")

    def mail(name, about, parameters, body, text):
        c.text_mail(name, about, "text/plain; charset=utf-8; " + parameters, crlf(body.encode()), text, UTF8)

    mail("delsp", "Japanese is joined without a blank", "format=flowed; delsp=yes", "長い文章が \n続きます。\n次の行\n", "長い文章が続きます。\n次の行")
    mail("delsp-case", "in any letters", "Format=Flowed; DelSp=YES", "長い文章が \n続きます。\n", "長い文章が続きます。")
    mail("no-delsp", "without DelSp the blank stays", "format=flowed", "hello \nworld\n", "hello world")
    mail("quotes", "quoted lines flow by their depth", "format=flowed", "> a \n> b\n>> c \n>> d\n> e\n",
         "> a b\n>> c d\n> e")
    mail("depth-change", "a change of depth ends a line", "format=flowed", "> a \nb\n", "> a \nb")
    mail("stuffed", "a stuffed blank goes", "format=flowed", " From here\n >no quote\n", "From here\n>no quote")
    mail("signature", "the signature's mark does not flow", "format=flowed; delsp=yes", "本文 \n-- \n山田\n", "本文\n-- \n山田")
    mail("fixed", "format=fixed is as it stands", "format=fixed", "hello \nworld\n", "hello \nworld")
    c.text_mail("jis", "in ISO-2022-JP, whose lines end in ASCII", "text/plain; charset=iso-2022-jp; format=flowed; delsp=yes",
                jis("長い文章が") + b" \r\n" + jis("続きます。") + b"\r\n", "長い文章が続きます。", ("iso-2022-jp", True))


def html(c):
    c.rule("html", "html to text keeps links, lists and tables readable")
    for name, about, source, text in (
            ("paragraphs", "paragraphs", "<p>一つ目</p><p>二つ目</p>", "一つ目\n\n二つ目"),
            ("breaks", "line breaks", "一行目<br>二行目<br/>三行目", "一行目\n二行目\n三行目"),
            ("divs", "blocks", "<div>一行目</div><div>二行目</div>", "一行目\n二行目"),
            ("link", "a link and where it goes", '<a href="https://shop.example/orders/1">ご注文</a>です',
             "ご注文 <https://shop.example/orders/1>です"),
            ("link-same", "a link that shows where it goes", '<a href="https://shop.example/">https://shop.example/</a>',
             "https://shop.example/"),
            ("list", "a list", "<ul><li>りんご</li><li>みかん</li></ul>", "- りんご\n- みかん"),
            ("numbered", "a numbered list", "<ol><li>りんご</li><li>みかん</li></ol>", "1. りんご\n2. みかん"),
            ("table", "a table of data", '<table border="1"><tr><th>品</th><th>数</th></tr><tr><td>本</td><td>2</td></tr></table>',
             "品 | 数\n本 | 2"),
            ("entities", "entities", "&lt;&#12354;&amp;&#x3044;&yen;100&gt;", "<あ&い¥100>"),
            ("hidden", "what nobody sees", "<style>p{}</style><script>x()</script><p>見える</p><p style='display:none'>見えない</p>",
             "見える"),
            ("quote", "a quote", "<p>返信</p><blockquote>引用</blockquote>", "返信\n\n> 引用")):
        for charset, label, encode in (("utf-8", "utf-8", str.encode), ("iso-2022-jp", "iso-2022-jp", jis)):
            c.text_mail(f"{name}-{charset}", about + f", {label}", f"text/html; charset={label}", encode(source) + b"\r\n", text,
                        (charset, True), html=source, html_decoding=(charset, True))


def bodies(c):
    c.rule("body", "Text body: the best of alternatives, text parts joined in order")
    plain = part("Content-Type: text/plain; charset=iso-2022-jp", jis("文字だけ"))
    rich = part("Content-Type: text/html; charset=shift_jis\nContent-Transfer-Encoding: quoted-printable",
                qp(sjis("<p>きれいな文字</p>")))
    alternative = [("Content-Type", "multipart/alternative; boundary=b1")]
    both = {"text": "文字だけ", "text_decoding": ("iso-2022-jp", True), "html": "<p>きれいな文字</p>",
            "html_decoding": ("cp932", True)}
    c.mail("alternative", "plain text is the text, html is the html", alternative, multipart([plain, rich]), **both)
    c.mail("alternative-order", "in whichever order", alternative, multipart([rich, plain]), **both)
    c.mail("alternative-empty", "an empty plain text beside html", alternative,
           multipart([part("Content-Type: text/plain", " "), rich]), text="きれいな文字", text_decoding=("cp932", True),
           html="<p>きれいな文字</p>", html_decoding=("cp932", True))
    c.mail("alternative-html-only", "nothing but html", alternative, multipart([rich]), text="きれいな文字",
           text_decoding=("cp932", True), html="<p>きれいな文字</p>", html_decoding=("cp932", True))
    png = b"\x89PNG\r\n\x1a\n"
    image = part("Content-Type: image/png; name=a.png\nContent-ID: <a@x>\nContent-Transfer-Encoding: base64", b64_lines(png))
    shown = part("Content-Type: text/html; charset=utf-8", '<p>図<img src="cid:a@x"></p>')
    c.mail("alternative-related", "an alternative with its images", alternative,
           multipart([plain, part("Content-Type: multipart/related; boundary=b2", multipart([shown, image], "b2"))]),
           text="文字だけ", text_decoding=("iso-2022-jp", True), html='<p>図<img src="cid:a@x"></p>', html_decoding=UTF8,
           attachments=[attachment("a.png", "image/png", png, "a@x", True)])
    c.mail("decomail", "the mail of a phone: related round mixed round alternative",
           [("From", "hanako@docomo.ne.jp"), ("Content-Type", "multipart/mixed; boundary=b1")],
           multipart([part("Content-Type: multipart/related; boundary=b2", multipart([
               part("Content-Type: multipart/alternative; boundary=b3", multipart([
                   part("Content-Type: text/plain; charset=Shift_JIS", sjis("晴れ") + b"\xf8\x9f"),
                   part("Content-Type: text/html; charset=Shift_JIS", sjis("<p>晴れ") + b"\xf8\x9f</p>")], "b3")),
               ], "b2"))]), from_=[("", "hanako@docomo.ne.jp")], text="晴れ\u2600", text_decoding=("cp932", True),
           html="<p>晴れ\u2600</p>", html_decoding=("cp932", True))
    for first, second in (("cp932", "iso-2022-jp"), ("utf-8", "euc-jp"), ("iso-2022-jp", "utf-8")):
        encoders = {"cp932": sjis, "iso-2022-jp": jis, "euc-jp": euc, "utf-8": str.encode}
        labels = {"cp932": "shift_jis"}
        texts = [part(f"Content-Type: text/plain; charset={labels.get(x, x)}", encoders[x](t))
                 for x, t in ((first, "はじめ"), (second, "おわり"))]
        c.mail(f"joined-{first}-{second}", "text parts of two charsets, in order", MIXED, multipart(texts),
               text="はじめ\nおわり", text_decoding=(first, True))
    c.mail("text-file", "a text with a name is a file", MIXED,
           multipart([plain, part("Content-Type: text/plain; charset=shift_jis; name=log.txt", sjis("記録"))]),
           text="文字だけ", text_decoding=("iso-2022-jp", True),
           attachments=[attachment("log.txt", "text/plain", sjis("記録"))])
    c.mail("text-attached", "a text that is attached is a file", MIXED,
           multipart([plain, part("Content-Type: text/plain; charset=shift_jis\nContent-Disposition: attachment; filename=a.txt",
                                  sjis("記録"))]), text="文字だけ", text_decoding=("iso-2022-jp", True),
           attachments=[attachment("a.txt", "text/plain", sjis("記録"))])
    c.mail("empty", "an empty body", [("Content-Type", "text/plain; charset=iso-2022-jp")], b"", text="")
    c.text_mail("blank-lines", "blank lines at the end go, those inside stay", "text/plain; charset=utf-8",
                "一\r\n\r\n二\r\n\r\n\r\n".encode(), "一\n\n二", UTF8)
    c.text_mail("leading-blanks", "blanks before a line stay", "text/plain; charset=utf-8", "　字下げ\r\n  two\r\n".encode(),
                "　字下げ\n  two", UTF8)


def add(c):
    broken(c)
    uuencoded(c)
    limits(c)
    flowed(c)
    html(c)
    bodies(c)
