# SPDX-License-Identifier: Apache-2.0
"""Names of attachments."""

from corpus import DATE, attachment, multipart, part
from encoders import b64_lines, encode, euc, jis, percent, sjis, word_b, word_q

NAME = "見積書（表）①.pdf"
LABEL = {"utf-8": "UTF-8", "cp932": "Shift_JIS", "euc-jp": "EUC-JP", "iso-2022-jp": "ISO-2022-JP"}
PDF = b"%PDF-1.4\r\n"


def encoded_names(c):
    c.rule("name", "Names of attachments")
    for charset, label in LABEL.items():
        data = encode(NAME, charset)
        lab = label.encode()
        c.file_mail(f"{charset}-2231", f"RFC 2231, {label}",
                    b"attachment; filename*=" + lab + b"'ja'" + percent(data), NAME)
        cut = 7
        c.file_mail(f"{charset}-2231-parts", "continuations, cut inside a character",
                    b"attachment;\r\n filename*0*=" + lab + b"''" + percent(data[:cut]) +
                    b";\r\n filename*1*=" + percent(data[cut:12]) + b";\r\n filename*2*=" +
                    percent(data[12:]), NAME)
        c.file_mail(f"{charset}-2231-disorder", "continuations in any order",
                    b"attachment;\r\n filename*2*=" + percent(data[12:]) + b";\r\n filename*0*=" + lab +
                    b"''" + percent(data[:cut]) + b";\r\n filename*1*=" + percent(data[cut:12]), NAME)
        c.file_mail(f"{charset}-2047", "RFC 2047 inside of quotes, as no standard allows",
                    b'attachment; filename="' + word_b(data, label) + b'"', NAME)
        c.file_mail(f"{charset}-2047-bare", "RFC 2047 without quotes",
                    b"attachment; filename=" + word_b(data, label), NAME)
        c.file_mail(f"{charset}-2047-folded", "words of a name folded inside of quotes",
                    b'attachment;\r\n filename="' + word_b(data[:6], label) + b"\r\n " +
                    word_b(data[6:], label) + b'"', NAME)
        c.file_mail(f"{charset}-2047-type", "only in the name of the Content-Type", "attachment", NAME,
                    type_parameters=b';\r\n name="' + word_q(data, label) + b'"')
    kana = "おみつもりのひょう.pdf"
    for charset in LABEL:
        c.file_mail(f"{charset}-raw", "a raw 8-bit name",
                    b'attachment; filename="' + encode(kana, charset) + b'"', kana)
        c.file_mail(f"{charset}-raw-bare", "a raw 8-bit name without quotes",
                    b"attachment; filename=" + encode(kana, charset), kana)


def precedence(c):
    star = b"filename*=utf-8''" + percent("星.pdf".encode())
    plain = b'filename="plain.pdf"'
    name = b'; name="type.pdf"'
    for tag, about, disposition, parameters, shown in (
            ("star-first", "filename* beats filename", b"attachment; " + star + b"; " + plain, b"", "星.pdf"),
            ("star-last", "whichever comes first", b"attachment; " + plain + b"; " + star, b"", "星.pdf"),
            ("filename-name", "filename beats name", b"attachment; " + plain, name, "plain.pdf"),
            ("star-name", "filename* beats name", b"attachment; " + star, name, "星.pdf"),
            ("name-only", "name when there is nothing else", b"attachment", name, "type.pdf"),
            ("name-star", "name* too", b"attachment", b"; name*=utf-8''" + percent("星.pdf".encode()), "星.pdf"),
            ("empty-filename", "an empty filename is none", b'attachment; filename=""', name, "type.pdf"),
            ("name-in-disposition", "name where filename belongs", b'attachment; name="odd.pdf"', b"", "odd.pdf"),
            ("parts-plain", "continuations without encoding",
             b'attachment; filename*0="long-"; filename*1="name.pdf"', b"", "long-name.pdf"),
            ("parts-mixed", "encoded and plain continuations",
             b"attachment; filename*0*=utf-8''%E8%A1%A8; filename*1=\"-%41.pdf\"", b"", "表-%41.pdf"),
            ("parts-two-digits", "more than ten continuations, sorted by number",
             b"attachment; filename*10=k; filename*11=.pdf; " +
             b"; ".join(b"filename*%d=%c" % (i, 97 + i) for i in range(10)), b"", "abcdefghijk.pdf"),
            ("star-quoted", "filename* in quotes", b"attachment; filename*=\"utf-8''%E8%A1%A8.pdf\"", b"", "表.pdf"),
            ("star-no-charset", "filename* without its charset", b"attachment; filename*=''%E8%A1%A8.pdf", b"", "表.pdf"),
            ("star-raw", "filename* without quotes marks or charset", b"attachment; filename*=%E8%A1%A8.pdf", b"", "表.pdf"),
            ("star-lies", "filename* whose charset is wrong",
             b"attachment; filename*=iso-8859-1''%E8%A1%A8.pdf", b"", "表.pdf"),
            ("percent-literal", "a percent sign in a plain name stays", b'attachment; filename="50%25.pdf"', b"", "50%25.pdf"),
            ("unquoted-spaces", "blanks without quotes", b"attachment; filename=my file.pdf", b"", "my file.pdf"),
            ("no-closing-quote", "a quote that is not closed", b'attachment; filename="open.pdf', b"", "open.pdf"),
            ("upper-case", "parameter names in any letters", b'ATTACHMENT; FileName="a.pdf"', b"", "a.pdf"),
            ("blanks", "blanks round the equals sign", b'attachment ; filename = "a.pdf"', b"", "a.pdf"),
            ("semicolon", "a semicolon inside of quotes", b'attachment; filename="a;b.pdf"', b"", "a;b.pdf"),
            ("escaped-quote", "an escaped quote", b'attachment; filename="a\\"b.pdf"', b"", 'a"b.pdf'),
            ("path-slash", "a path", b'attachment; filename="../../etc/a.pdf"', b"", "a.pdf"),
            ("path-backslash", "a path of Windows", b'attachment; filename="C:\\Users\\taro\\a.pdf"', b"", "a.pdf"),
            ("path-encoded", "a path that was encoded", b"attachment; filename*=utf-8''..%2F..%2F%E8%A1%A8.pdf", b"", "表.pdf"),
            ("control", "control characters", b"attachment; filename*=utf-8''a%00%0D%0Ab%07.pdf", b"", "ab.pdf"),
            ("bidi", "an override of the direction",
             b"attachment; filename*=utf-8''" + percent("請求\u202efdp.exe".encode()), b"", "請求fdp.exe"),
            ("isolate", "isolates and marks of direction",
             b"attachment; filename*=utf-8''" + percent("\u2067a\u2069\u200f.pdf".encode()), b"", "a.pdf"),
            ("zero-width", "a space of no width", b"attachment; filename*=utf-8''" +
             percent("a\u200b.pdf".encode()), b"", "a.pdf"),
            ("trailing-dots", "dots at the end, which Windows drops", b'attachment; filename="a.exe. . "', b"", "a.exe"),
            ("only-dots", "nothing left of a name", b'attachment; filename=".."', b"", "attachment-1.pdf"),
            ("only-slash", "nothing left of a path", b'attachment; filename="/"', b"", "attachment-1.pdf"),
            ("none", "no name at all", b"attachment", b"", "attachment-1.pdf"),
            ("too-long", "a name that is too long keeps its end",
             b'attachment; filename="' + b"a" * 300 + b'.pdf"', b"", "a" * 196 + ".pdf"),
            ("too-long-kanji", "and is cut between characters",
             b"attachment; filename*=utf-8''" + percent(("あ" * 100 + ".pdf").encode()), b"",
             "あ" * 65 + ".pdf")):
        c.file_mail(tag, about, disposition, shown, type_parameters=parameters)
    c.file_mail("raw-unsure", "a raw name too short to be sure of: a notice",
                b'attachment; filename="' + sjis("見積.pdf") + b'"', "見積.pdf", notices=["unsure_charset"])
    c.file_mail("no-disposition", "no Content-Disposition", None, "type.pdf", type_parameters=name)


def nameless(c):
    c.rule("nameless", "Nameless parts get a name from their type")
    types = (("application/pdf", "attachment-1.pdf"), ("image/jpeg", "image-1.jpg"), ("image/png", "image-1.png"),
             ("image/gif", "image-1.gif"), ("text/csv", "attachment-1.csv"), ("text/calendar", "attachment-1.ics"),
             ("application/zip", "attachment-1.zip"), ("video/3gpp", "attachment-1.3gp"),
             ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment-1.xlsx"),
             ("application/x-of-nobody", "attachment-1.bin"), ("application/octet-stream", "attachment-1.bin"))
    for media_type, shown in types:
        c.file_mail(media_type.replace("/", "-"), f"a nameless {media_type}", "attachment", shown, media_type)


def shown(subject, text):
    """A nested mail as it follows the text of the mail that brings it."""
    return ("---------- Forwarded message ----------\nFrom: a@example.com\n"
            f"Date: {DATE}\n" + (f"Subject: {subject}\n" if subject else "") + "\n" + text)


def nested(c):
    c.rule("nested", "A nested message/rfc822 is an attachment named after its subject")
    inner_text = b"From: a@example.com\r\nDate: Sat, 21 Nov 2026 10:00:00 +0900\r\nMIME-Version: 1.0\r\n"

    def forward(name, about, subject, decoded, file_name, **values):
        inner = inner_text + (b"Subject: " + subject + b"\r\n" if subject is not None else b"") + b"\r\ninner"
        c.mail(name, about, [("Content-Type", "multipart/mixed; boundary=b1")],
               multipart([part("Content-Type: text/plain; charset=utf-8", "転送します。"),
                          part("Content-Type: message/rfc822", inner)]),
               text="転送します。\n\n" + shown(decoded, "inner"), text_decoding=("utf-8", True),
               attachments=[attachment(file_name, "message/rfc822", inner)], **values)

    forward("plain", "ASCII", b"hello", "hello", "hello.eml")
    for charset, label in LABEL.items():
        forward(charset, f"an encoded subject in {label}", word_b(encode("ご注文の表", charset), label), "ご注文の表",
                "ご注文の表.eml")
    forward("raw-sjis", "a raw subject", sjis("おといあわせのけん"), "おといあわせのけん", "おといあわせのけん.eml")
    forward("raw-jis", "a raw subject in ISO-2022-JP", jis("お問い合わせ"), "お問い合わせ", "お問い合わせ.eml")
    forward("raw-unsure", "a raw subject too short to be sure of: a notice", sjis("至急"), "至急", "至急.eml",
            notices=["unsure_charset"])
    forward("no-subject", "no subject", None, "", "message.eml")
    forward("empty-subject", "an empty subject", b"", "", "message.eml")
    forward("slashes", "a subject with slashes is no path", word_b("A/B\\C の件".encode(), "utf-8"), "A/B\\C の件",
            "A_B_C の件.eml")
    forward("bidi", "a subject that turns its direction", word_b("請求\u202efdp".encode(), "utf-8"),
            "請求\u202efdp", "請求fdp.eml")
    inner = inner_text + b"Subject: =?utf-8?B?" + b"5YaF" + b"?=\r\nContent-Type: multipart/mixed; boundary=b2\r\n\r\n" + \
        multipart([part("Content-Type: text/plain", "inner"), part("Content-Type: application/pdf; name=in.pdf", PDF)], "b2")
    inner = inner.removesuffix(b"\r\n")
    c.mail("its-parts-stay", "the files of a nested mail stay in it", [("Content-Type", "multipart/mixed; boundary=b1")],
           multipart([part("Content-Type: text/plain", "outer"), part("Content-Type: message/rfc822", inner)]),
           text="outer\n\n" + shown("内", "inner"), text_decoding=("us-ascii", True),
           attachments=[attachment("内.eml", "message/rfc822", inner)])
    one = inner_text + b"Subject: one\r\n\r\n1"
    two = inner_text + b"Subject: two\r\n\r\n2"
    c.mail("digest", "the parts of a digest are mails", [("Content-Type", "multipart/digest; boundary=b1")],
           multipart([b"\r\n" + one, b"\r\n" + two]), text=shown("one", "1") + "\n\n" + shown("two", "2"), attachments=[
               attachment("one.eml", "message/rfc822", one), attachment("two.eml", "message/rfc822", two)])
    inner = inner_text + b"Subject: encoded\r\n\r\n" + "本文".encode()
    c.mail("base64", "a nested mail in base64, as no standard allows",
           [("Content-Type", "multipart/mixed; boundary=b1")],
           multipart([part("Content-Type: text/plain", "outer"),
                      part("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", b64_lines(inner))]),
           text="outer\n\n" + shown("encoded", "本文"), text_decoding=("us-ascii", True),
           attachments=[attachment("encoded.eml", "message/rfc822", inner)])
    c.mail("whole", "a mail that is nothing but another mail", [("Content-Type", "message/rfc822")], one,
           text=shown("one", "1"),
           attachments=[attachment("one.eml", "message/rfc822", one)])
    c.rule("name", "Names of attachments")


def many(c):
    c.rule("files", "Several files in one mail")
    parts = [part("Content-Type: text/plain; charset=iso-2022-jp", jis("添付します。"))]
    files = []
    for name in ("一.pdf", "二.pdf", "三.pdf"):
        parts.append(b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''" +
                     percent(name.encode()) + b"\r\n\r\n" + PDF)
        files.append(attachment(name, "application/pdf", PDF))
    c.mail("three", "three of them, in order", [("Content-Type", "multipart/mixed; boundary=b1")], multipart(parts),
           text="添付します。", text_decoding=("iso-2022-jp", True), attachments=files)
    png = b"\x89PNG\r\n\x1a\n"
    body = multipart([part("Content-Type: text/html; charset=utf-8", '<p>図<img src="cid:fig@x"></p>'),
                      part('Content-Type: image/png; name="' + "=?UTF-8?B?5ZuzLnBuZw==?=" + '"\nContent-ID: <fig@x>\n'
                           "Content-Transfer-Encoding: base64", b64_lines(png))])
    c.mail("inline", "an image shown by the html", [("Content-Type", "multipart/related; boundary=b1")], body,
           text="図", text_decoding=("utf-8", True), html_decoding=("utf-8", True),
           html='<p>図<img src="cid:fig@x"></p>',
           attachments=[attachment("図.png", "image/png", png, "fig@x", True)])
    data = euc("列,値\r\n")
    c.mail("octets", "the octets of a text file are its own", [("Content-Type", "multipart/mixed; boundary=b1")],
           multipart([part("Content-Type: text/plain", "see"),
                      part("Content-Type: text/csv; charset=euc-jp; name=a.csv\nContent-Disposition: attachment\n"
                           "Content-Transfer-Encoding: base64", b64_lines(data))]),
           text="see", text_decoding=("us-ascii", True), attachments=[attachment("a.csv", "text/csv", data)])


def add(c):
    encoded_names(c)
    precedence(c)
    nameless(c)
    nested(c)
    many(c)
