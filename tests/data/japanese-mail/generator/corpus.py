# SPDX-License-Identifier: Apache-2.0
"""The mails of the corpus while they are made: a Corpus collects them and their expectations.

Every expected value is given by the case that makes the mail, as the Unicode text that it then
encodes. No value is ever taken from what a reader made of the mail.
"""

import hashlib

from encoders import crlf

DATE = "Sat, 21 Nov 2026 10:00:00 +0900"
SENDER = ("", "sender@example.com")
DESK = ("", "support@shop.example")
ASCII = ("us-ascii", True)


def octets(value):
    return value if isinstance(value, bytes) else value.encode()


def people(pairs):
    return [{"name": name, "address": address} for name, address in pairs]


def decoding(pair):
    return {"charset": pair[0], "sure": pair[1]}


def attachment(file_name, media_type, data, content_id="", inline=False):
    made = {"file_name": file_name, "media_type": media_type, "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest()}
    if content_id:
        made["content_id"] = content_id
    if inline:
        made["inline"] = True
    return made


def part(head, body):
    """Headers and body of one part; `head` is bytes or lines of text."""
    return crlf(octets(head)) + b"\r\n\r\n" + octets(body)


def multipart(parts, boundary="b1", close=True):
    out = b"".join(b"--" + boundary.encode() + b"\r\n" + p + b"\r\n" for p in parts)
    return out + (b"--" + boundary.encode() + b"--\r\n" if close else b"")


class Corpus:
    def __init__(self):
        self.mails = {}
        self.expected = {}
        self._rule = ""
        self._prefix = ""

    def rule(self, prefix, rule):
        """What follows shows this rule; its mails are called `prefix`-something."""
        self._prefix, self._rule = prefix, rule

    def raw(self, name, about, mail, **values):
        """A mail of exactly these bytes. `values` are the expected ones; what is left out or
        empty must be empty, what is None is not compared."""
        name = f"{self._prefix}-{name}"
        assert name not in self.mails, name
        expected = {"rule": self._rule, "about": about}
        for key in ("from", "sender", "reply_to", "to", "cc"):
            given = values.get(key if key != "from" else "from_", [])
            if given is None or given:
                expected[key] = None if given is None else people(given)
        for key in ("subject", "text", "html"):
            if values.get(key) or (key in values and (key == "html" or values[key] is None)):
                expected[key] = values[key]
        for key in ("subject_decoding", "text_decoding", "html_decoding"):
            if key in values and values[key] is not None:
                expected[key] = decoding(values[key])
        for key in ("headers", "attachments", "found_by"):
            if values.get(key):
                expected[key] = values[key]
        if values.get("notices"):
            expected["notices"] = sorted(values["notices"])
        known = {"from_", "sender", "reply_to", "to", "cc", "subject", "text", "html", "headers",
                 "subject_decoding", "text_decoding", "html_decoding", "attachments", "found_by",
                 "notices"}
        assert set(values) <= known, set(values) - known
        self.mails[name] = mail
        self.expected[name] = expected

    def mail(self, name, about, head=(), body=b"Hello.\r\n", **values):
        """A whole mail with the usual headers, in which `head` replaces or adds some."""
        usual = {"From": SENDER[1], "To": DESK[1], "Subject": "Test", "Date": DATE,
                 "Message-ID": f"<{self._prefix}-{name}@example.com>", "MIME-Version": "1.0"}
        given = [(field, octets(value)) for field, value in head]
        overridden = {field for field, _ in given}
        fields = [(field, octets(value)) for field, value in usual.items()
                  if field not in overridden] + [(f, v) for f, v in given if v != b"(none)"]
        raw = b"".join(field.encode() + b": " + value + b"\r\n" for field, value in fields)
        values.setdefault("from_", [SENDER])
        values.setdefault("to", [DESK])
        if "Subject" not in overridden:
            values.setdefault("subject", "Test")
            values.setdefault("subject_decoding", ASCII)
        if body == b"Hello.\r\n":
            values.setdefault("text", "Hello.")
            values.setdefault("text_decoding", ASCII)
        self.raw(name, about, raw + b"\r\n" + octets(body), **values)

    def text_mail(self, name, about, content_type, body, text, decoded, encoding="8bit", head=(),
                  **values):
        """One part of text. `decoded` is its charset and whether it is sure."""
        fields = list(head)
        if content_type is not None:
            fields.append(("Content-Type", content_type))
        if encoding is not None:
            fields.append(("Content-Transfer-Encoding", encoding))
        if not decoded[1]:
            values.setdefault("notices", ["unsure_charset"])
        self.mail(name, about, fields, body, text=text, text_decoding=decoded, **values)

    def subject_mail(self, name, about, raw, subject, decoded, **values):
        if not decoded[1]:
            values.setdefault("notices", ["unsure_charset"])
        self.mail(name, about, [("Subject", raw)] + list(values.pop("head", [])),
                  subject=subject, subject_decoding=decoded, **values)

    def file_mail(self, name, about, disposition, file_name, media_type="application/pdf",
                  type_parameters=b"", data=b"%PDF-1.4\r\n", **values):
        """A text and one attached file, whose headers are the matter."""
        head = b"Content-Type: " + media_type.encode() + octets(type_parameters)
        if disposition is not None:
            head += b"\r\nContent-Disposition: " + octets(disposition)
        body = multipart([part("Content-Type: text/plain; charset=utf-8", "本文です。"),
                          head + b"\r\n\r\n" + data])
        self.mail(name, about, [("Content-Type", 'multipart/mixed; boundary="b1"')], body,
                  text="本文です。", text_decoding=("utf-8", True),
                  attachments=[attachment(file_name, media_type, data)], **values)
