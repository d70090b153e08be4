# SPDX-License-Identifier: Apache-2.0
"""Mails that are made to break what reads them: huge, deep, without end, or lying about themselves.

Each is built when it is asked for: together they are far more than fits into memory.
"""

import base64
import random
import struct

kHead = (b"From: Mallory <mallory@example.jp>\r\nTo: support@shop.example\r\nSubject: %s\r\n"
         b"Message-ID: <%s@hostile.example>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0900\r\n"
         b"MIME-Version: 1.0\r\n")


class HostileMail:
    """`cut`: the limits leave some of it unread, which the message has to say."""

    def __init__(self, name, build, cut=False):
        self.name = name
        self.build_ = build
        self.cut = cut

    def raw(self):
        raw = self.build_(kHead % (self.name.encode(), self.name.encode()))
        return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")  # as a mail travels


def multipart(parts, boundary=b"b", head=b""):
    return (head + b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n' +
            b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) +
            b"--" + boundary + b"--\r\n")


def text(content, kind=b"text/plain; charset=utf-8", encoding=b"8bit"):
    return (b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" +
            content + b"\r\n")


def lines(content, width=76):
    return b"\r\n".join(content[at:at + width] for at in range(0, len(content), width))


def big(size, seed=0, name="big"):
    """One attachment in base64; `size` octets in all, or a few less."""
    octets = random.Random(seed).randbytes((size - 2000) * 57 // 78)
    part = (b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
            b"Content-Disposition: attachment; filename=big.bin\r\n\r\n" +
            base64.encodebytes(octets).replace(b"\n", b"\r\n"))
    return multipart([text(b"see the attachment"), part],
                     head=kHead % (name.encode(), f"{name}-{seed}".encode()))


def nested(head, depth, boundary=lambda level: b"b%d" % level, heart=b"the heart"):
    raw = head
    for level in range(depth):
        name = boundary(level)
        raw += b"Content-Type: multipart/mixed; boundary=" + name + b"\r\n\r\n--" + name + b"\r\n"
    return raw + b"\r\n" + heart + b"\r\n"


def prefixes(head):
    """Each boundary begins with the one around it."""
    return nested(head, 300, lambda level: b"-" * (level % 60 + 1) + b"=%d" % level)


def long_boundary(head):
    dashes = b"-" * 60_000
    folded = b"\r\n ".join(b"boundary*%d=%s" % (at, dashes[:900]) + b";" for at in range(60))
    return (head + b"Content-Type: multipart/mixed;\r\n " + folded[:-1] + b"\r\n\r\n" +
            (b"-" * 990 + b"\r\n") * 10_000)


def forwarded(head, depth):
    raw = head
    for _ in range(depth):
        raw += b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nFrom: a@example.jp\r\n"
    return raw + b"\r\nthe heart\r\n"


def uuencoded(head):
    body = b"".join(b"begin 644 file%d.txt\r\n#86)C\r\n`\r\nend\r\n" % at for at in range(50_000))
    return head + b"\r\n" + body + b"begin 644 never ends\r\n" * 20_000


def winmail(head):
    """A TNEF stream (MS-OXTNEF) of attributes that announce far more than there is."""
    def attribute(level, name, content, size=None):
        announced = len(content) if size is None else size
        checksum = sum(content) & 0xFFFF
        return struct.pack("<BII", level, name, announced) + content + struct.pack("<H", checksum)
    stream = struct.pack("<IH", 0x223E9F78, 1)
    for at in range(20_000):
        stream += attribute(2, 0x00069002, bytes(14))  # attAttachRendData: one more attachment
        stream += attribute(2, 0x00018010, b"file%d.bin\0" % at)
        stream += attribute(2, 0x0006800F, b"x" * 20)
    stream += attribute(2, 0x0006800F, b"x", 0x7FFFFFFF)
    part = (b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" +
            base64.encodebytes(stream).replace(b"\n", b"\r\n"))
    return multipart([text(b"see the file"), part], head=head)


def html(head, body):
    return head + text(body, b"text/html; charset=utf-8")


def charset_lies(head):
    """Every label is wrong, none of the bytes is what it says."""
    labels = [b"utf-8", b"iso-2022-jp", b"shift_jis", b"euc-jp", b"us-ascii", b"utf-7", b"utf-16",
              b"gb18030", b"x-none", b"iso-8859-1", b"big5", b"euc-kr"]
    source = "機種依存文字①②③と髙橋﨑ｱｲｳ".encode("cp932", "replace") + "日本語".encode("euc-jp") + b"\x1b$B\xff\x80"
    body = b"\r\n".join([source * 20] * 120)
    return multipart([text(body, b"text/plain; charset=" + label) for label in labels] * 8, head=head)


def big_text(head, line, size=40 << 20, kind=b"text/plain; charset=utf-8"):
    return head + text((line + b"\r\n") * (size // (len(line) + 2)), kind)


def fault_mails():
    """All but the big ones, which a test sends many of at once."""
    word = b"=?utf-8?B?44GC?= "
    many = b"a@example.jp, "
    folding = b"\r\n "
    hard = {
        "html-deep": b"<div>" * 400_000 + b"x",
        "html-tables": b"<table><tr><td>" * 60_000 + b"x",
        "html-formatting": b"<b><i><font color=red><a href=x>" * 40_000 + b"</p>" * 40_000,
        "html-unclosed": b"<a " + b"x=" * 1_000_000,
        "html-comments": b"<!--" * 500_000 + b"<![endif]" * 50_000,
        "html-entities": b"&amp;&#x41;&nosuch" * 150_000,
        "html-css": b"<style>" + b"a{b:url(" * 200_000 + b"</style><p style='" + b"\\" * 500_000 + b"'>x",
        "html-attributes": b"<p " + b" ".join(b"a%d=b" % at for at in range(200_000)) + b">x",
        "html-quotes": b"<blockquote>\n&gt; On wrote:<br>" * 80_000,
        "html-numbers": b"4<b>1</b>" * 300_000,
    }
    found = [
        HostileMail("recipients", lambda head: head + b"Cc: " + many * 100_000 + b"\r\n\r\nhi\r\n", True),
        HostileMail("headers", lambda head: head + b"X-Many: a\r\n" * 200_000 + b"\r\nhi\r\n", True),
        HostileMail("one-header", lambda head: head + b"X-Long: " + lines(b"x" * (20 << 20), 900).replace(
            b"\r\n", folding) + b"\r\n\r\nhi\r\n", True),
        HostileMail("header-line", lambda head: head + b"X-Long: " + b"x" * (20 << 20) + b"\r\n\r\nhi\r\n",
                    True),
        HostileMail("parts", lambda head: multipart([text(b"part")] * 100_000, head=head), True),
        HostileMail("nested", lambda head: nested(head, 10_000), True),
        HostileMail("nested-big", lambda head: nested(head, 60, heart=b"\r\n" * (20 << 20)), True),
        HostileMail("forwarded", lambda head: forwarded(head, 1_000)),
        HostileMail("prefixes", prefixes, True),
        HostileMail("long-boundary", long_boundary),
        HostileMail("folding", lambda head: head + b"X-Folded:" + b"\r\n a" * 250_000 +
                    b"\r\n\r\nhi\r\n", True),
        HostileMail("blank-folding", lambda head: head + (b"X-A: b\r\n" + b" \r\n" * 28) * 300_000 +
                    b"\r\n\r\nhi\r\n", True),
        HostileMail("words", lambda head: head + b"X-Words: " + (word * 4 + folding) * 250_000 +
                    b"\r\n\r\nhi\r\n", True),
        HostileMail("words-in-subject", lambda head: head.replace(b"Subject: words-in-subject\r\n", b"") +
                    b"Subject: " + (word * 4 + folding) * 250_000 + b"\r\n\r\nhi\r\n", True),
        HostileMail("charset-lies", charset_lies),
        HostileMail("uuencode", uuencoded, True),
        HostileMail("tnef", winmail, True),
        HostileMail("text", lambda head: big_text(head, "長い文章です。".encode() * 4), True),
        HostileMail("text-lines", lambda head: big_text(head, b"> >"), True),
        HostileMail("text-digits", lambda head: big_text(head, b"4111 1111-1111 1112 "), True),
        HostileMail("text-quotes", lambda head: big_text(
            head, b"On Mon, Nov 21, 2026 at 10:00, a <a@example.jp> wrote:"), True),
        HostileMail("text-lie", lambda head: big_text(head, b"\x82\xa4\xe3\x1b$B" * 12), True),
        HostileMail("text-flowed", lambda head: big_text(
            head, b">>>> a ", kind=b"text/plain; format=flowed"), True),
        HostileMail("html-40mb", lambda head: html(head, b"<p>text</p>\r\n" * 3_000_000), True),
    ]
    found += [HostileMail(name, lambda head, body=body: html(head, body)) for name, body in hard.items()]
    return found
