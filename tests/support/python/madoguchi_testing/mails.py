# SPDX-License-Identifier: Apache-2.0
"""Mails made from a seed: the same seed gives the same bytes.

Each carries a token in its subject and its text, so that it can be found again wherever it went.
"""

import base64
import datetime
import random
import re

kTokenPattern = re.compile(r"tk[0-9a-f]{16}")

kSentences = [
    "先日注文した商品がまだ届いていません。",
    "領収書の宛名を変更していただけますか。",
    "サイズを間違えたので交換をお願いします。",
    "定期便の次回お届け日を遅らせたいです。",
    "クーポンが使えないのはなぜでしょうか。",
    "お世話になっております。よろしくお願いいたします。",
    "返品の方法を教えてください。",
]
kNames = [("山田 花子", "hanako"), ("佐藤 太郎", "taro"), ("鈴木 一郎", "ichiro"),
          ("Ann Example", "ann"), ("髙橋 みなみ", "minami")]
kKinds = ("plain", "utf8", "iso_2022_jp", "attachment", "alternative")


def new_token(rng):
    return f"tk{rng.getrandbits(64):016x}"


class Attachment:
    def __init__(self, name, media_type, content):
        self.name = name
        self.media_type = media_type
        self.content = content


class Mail:
    """A mail as raw bytes and as what a reader should see in it."""

    def __init__(self, sender, sender_name, recipients, subject, text, message_id, token, date,
                 charset="utf-8", attachments=(), html=None, in_reply_to=None, references=(),
                 extra_headers=()):
        self.sender = sender
        self.sender_name = sender_name
        self.recipients = list(recipients)
        self.subject = subject
        self.text = text
        self.message_id = message_id
        self.token = token
        self.date = date
        self.charset = charset
        self.attachments = list(attachments)
        self.html = html
        self.in_reply_to = in_reply_to
        self.references = list(references)
        self.extra_headers = list(extra_headers)
        self.raw = self.build_()

    def build_(self):
        boundary = "=_" + base64.b16encode(self.token.encode()).decode().lower()[-24:]
        head = [
            b"From: " + mailbox(self.sender_name, self.sender, self.charset),
            b"To: " + ", ".join(self.recipients).encode("ascii"),
            b"Subject: " + encoded(self.subject, self.charset),
            b"Date: " + self.date.strftime("%a, %d %b %Y %H:%M:%S +0900").encode("ascii"),
            b"Message-ID: <" + self.message_id.encode("ascii") + b">",
        ]
        if self.in_reply_to:
            head.append(b"In-Reply-To: <" + self.in_reply_to.encode("ascii") + b">")
        if self.references:
            head.append(b"References: " +
                        b"\r\n ".join(b"<" + name.encode("ascii") + b">" for name in self.references))
        head += [line.encode("ascii") for line in self.extra_headers]
        head.append(b"MIME-Version: 1.0")
        text_head, text_body = text_part(self.text, self.charset)
        if self.html is not None:
            inner = boundary + "a"
            html_head, html_body = text_part(self.html, "utf-8", "html")
            text_head = [f'Content-Type: multipart/alternative; boundary="{inner}"'.encode("ascii")]
            text_body = multipart(inner, [(text_part(self.text, self.charset)),
                                          (html_head, html_body)])
        if not self.attachments:
            return b"\r\n".join(head + text_head) + b"\r\n\r\n" + text_body
        head.append(f'Content-Type: multipart/mixed; boundary="{boundary}"'.encode("ascii"))
        parts = [(text_head, text_body)] + [attachment_part(item) for item in self.attachments]
        return b"\r\n".join(head) + b"\r\n\r\n" + multipart(boundary, parts)


def multipart(boundary, parts):
    mark = b"--" + boundary.encode("ascii")
    body = b""
    for head, content in parts:
        body += mark + b"\r\n" + b"\r\n".join(head) + b"\r\n\r\n" + content
        if not content.endswith(b"\r\n"):
            body += b"\r\n"
    return body + mark + b"--\r\n"


def wrapped(content):
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def text_part(text, charset, subtype="plain"):
    text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    if charset == "us-ascii":
        return ([f"Content-Type: text/{subtype}; charset=us-ascii".encode("ascii"),
                 b"Content-Transfer-Encoding: 7bit"], text.encode("ascii"))
    if charset == "iso-2022-jp":
        return ([f"Content-Type: text/{subtype}; charset=ISO-2022-JP".encode("ascii"),
                 b"Content-Transfer-Encoding: 7bit"], text.encode("iso-2022-jp"))
    return ([f"Content-Type: text/{subtype}; charset=UTF-8".encode("ascii"),
             b"Content-Transfer-Encoding: base64"], wrapped(text.encode("utf-8")))


def attachment_part(item):
    """The name by RFC 2231 with an RFC 2047 twin for old readers, as Japanese mail programs do."""
    utf8 = "".join(f"%{byte:02X}" for byte in item.name.encode("utf-8"))
    old = encoded(item.name, "iso-2022-jp") if not item.name.isascii() else item.name.encode()
    return ([b"Content-Type: " + item.media_type.encode("ascii") + b';\r\n name="' + old + b'"',
             b"Content-Transfer-Encoding: base64",
             b"Content-Disposition: attachment;\r\n filename*=UTF-8''" + utf8.encode("ascii")],
            wrapped(item.content))


def encoded(text, charset):
    """A header value as folded encoded-words, none of which splits a character."""
    if text.isascii():
        return text.encode("ascii")
    name = "ISO-2022-JP" if charset == "iso-2022-jp" else "UTF-8"
    codec = "iso-2022-jp" if charset == "iso-2022-jp" else "utf-8"
    words = []
    for begin in range(0, len(text), 10):
        content = base64.b64encode(text[begin:begin + 10].encode(codec))
        words.append(b"=?" + name.encode() + b"?B?" + content + b"?=")
    return b"\r\n ".join(words)


def mailbox(name, address, charset):
    if not name:
        return address.encode("ascii")
    shown = b'"' + name.encode() + b'"' if name.isascii() else encoded(name, charset)
    return shown + b" <" + address.encode("ascii") + b">"


class Generator:
    """A stream of different mails; `Generator(seed)` gives the same ones again."""

    def __init__(self, seed, recipient="support@shop.example", domain="customer.example"):
        self.rng = random.Random(seed)
        self.recipient = recipient
        self.domain = domain

    def next(self, kind=None, **changes):
        rng = self.rng
        token = changes.pop("token", None) or new_token(rng)
        kind = kind or rng.choice(kKinds)
        name, local = rng.choice(kNames[3:4] if kind == "plain" else kNames[:3])
        sentence, body = rng.choice(kSentences), rng.sample(kSentences, 3)
        subject, text, charset = f"{sentence} {token}", "\n".join(body) + f"\n\n{token}\n", "utf-8"
        if kind == "plain":
            charset = "us-ascii"
            subject = f"Where is my order {token}"
            text = f"Hello,\n\nI am waiting for {token}.\n.\n..two dots\n\nAnn\n"
        elif kind == "iso_2022_jp":
            charset = "iso-2022-jp"
        fields = {
            "sender": f"{local}{rng.randrange(1000)}@{self.domain}",
            "sender_name": name,
            "recipients": [self.recipient],
            "subject": subject,
            "text": text,
            "message_id": f"{token}.{rng.getrandbits(32):08x}@mail.{self.domain}",
            "token": token,
            "date": datetime.datetime(2026, 11, 1) + datetime.timedelta(
                seconds=rng.randrange(20 * 86400)),
            "charset": charset,
        }
        if kind == "attachment":
            size = rng.choice((10, 3000, 70_000, 200_000))
            fields["attachments"] = [Attachment("領収書.pdf", "application/pdf",
                                                rng.randbytes(size))]
        elif kind == "alternative":
            fields["html"] = f"<html><body><p>{'<br>'.join(body)}</p><p>{token}</p></body></html>"
        fields.update(changes)
        return Mail(**fields)


def normal_id(message_id):
    """A Message-ID without its angle brackets."""
    return (message_id or "").strip().strip("<>")


def same_text(actual, expected):
    """Whether two texts are the same but for line ends and space at the ends."""
    def plain(text):
        return "\n".join(line.rstrip() for line in
                         (text or "").replace("\r\n", "\n").strip().split("\n"))
    return plain(actual) == plain(expected)
