#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No card number rests here (S7): test numbers of the card schemes are handed in by every way in and
typed into every field, then looked for in everything that is kept, logged, streamed or answered."""

import argparse
import base64
import email
import email.policy
import os
import socket
import sqlite3
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import lmtp, mail_providers, mails, postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import wait_until

kMailboxes = (("support", "support@shop.example"), ("forms", "forms@shop.example"))
kSigningKey = "key-0123456789abcdef0123456789abcdef"
kWide = str.maketrans("0123456789", "０１２３４５６７８９")

# One for each way, so that a find names it. Published by the schemes and acquirers for tests.
kNumbers = {
    "iso-2022-jp": "4111111111111111", "shift_jis": "4012888888881881", "euc-jp": "5555555555554444",
    "html": "5105105105105100", "subject": "378282246310005", "header": "371449635398431",
    "file name": "3530111333300000", "text file": "3566002020360505", "mail within": "30569309025904",
    "big": "38520000023237", "form": "6011111111111117", "webhook": "6011000990139424",
    "posted": "6200000000000005", "spooled": "6205500000000000004", "agent": "4242424242424242",
    "log": "4000056655665556", "killed": "5200828282828210", "duplicate": "2223003122003222",
    "utf-16 file": "3056930009020004", "name": "4917610000000000",
}
kCodes = {"iso-2022-jp": "739", "big": "846"}
# No card number, since no scheme begins so: what the search has to find where things rest.
kControl = "7777888899990001"


def luhn(number):
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def grouped(number, separator):
    sizes = (4, 6, 5) if len(number) == 15 else (4,) * 5
    groups, at = [], 0
    for size in sizes:
        groups.append(number[at:at + size])
        at += size
    return separator.join(group for group in groups if group)


def base64_cores(data):
    """What of the base64 of `data` stays the same wherever it stands in a longer text."""
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data)
        begin = (0, 2, 3)[offset]
        end = len(encoded) - (0 if (offset + len(data)) % 3 == 0 else 4)
        yield encoded[begin:end]


def needles(number):
    """The number as bytes, in all the ways it might rest; the last four digits may stay."""
    texts = [number[:-4]] + [grouped(number, separator)[:-4].rstrip(separator)
                             for separator in (" ", "-", ".", "\u3000", "ー", "&nbsp;")]
    found = set()
    for text in texts:
        for form in (text, text.translate(kWide)):
            for charset in ("utf-8", "utf-16-le", "utf-16-be", "shift_jis", "euc_jp"):
                try:
                    plain = form.encode(charset)
                except UnicodeEncodeError:
                    continue
                found.add(plain)
                found.update(base64_cores(plain))
        found.add("".join(f"={ord(letter):02X}" for letter in text if letter.isdigit()).encode())
        found.add("".join(f"&#{ord(letter)};" for letter in text if letter.isdigit()).encode())
        found.add(text.encode().hex().encode())
    wide = number[:-4].translate(kWide).encode("iso2022_jp")
    found.add(wide[3:-3])
    return found


kNeedles = {needle: way for way, number in kNumbers.items() for needle in needles(number)}


def search(place, content):
    """That no number is in the content."""
    finds = [f"the number of {way!r} as {needle[:60]!r}"
             for needle, way in kNeedles.items() if needle in content]
    expect(not finds, lambda: f"{place}: {finds[:5]}")


def search_folder(folder, patterns):
    """That no number is in a file of the folder. By grep, which looks for all of them at once."""
    done = subprocess.run(["grep", "-r", "-a", "-o", "-F", "-f", patterns, "."], cwd=folder,
                          env={"LC_ALL": "C", "PATH": os.environ["PATH"]}, capture_output=True, timeout=250)
    # A file may go while it is read; nothing found is 1.
    expect(not done.stdout, lambda: f"{folder}: {done.stdout[:300]!r}")
    expect(done.returncode in (1, 2), f"grep ended with {done.returncode}")


class CardNumberTest(Checks):
    def __init__(self, sandbox, binary, engine, server):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.server = server
        self.generator = mails.Generator(20261122)
        self.daemon = None

    def setup(self):
        for way, number in kNumbers.items():
            expect(luhn(number), f"{way}: {number} is no card number")
        expect_equal(kControl[0], "7", "a control that is no card number")
        expect_equal(len(set(kNumbers.values())), len(kNumbers), "different numbers")
        self.patterns = os.path.join(self.sandbox.path, "patterns")
        with open(self.patterns, "wb") as file:
            file.write(b"\n".join(kNeedles) + b"\n")
        expect(not any(b"\n" in needle or not needle for needle in kNeedles), "lines of patterns")
        self.hook = f"/hooks/mailgun/{'ab' * 20}mime"
        write = lambda name, text: self.sandbox.file(name, text + "\n", 0o600)
        extra = ('[[mailbox.form]]\nfrom = "form@shop.example"\n\n'
                 '[[webhook]]\nname = "mailgun"\nprovider = "mailgun"\n'
                 f'secret_file = "{write("hook.secret", "ab" * 20 + "mime")}"\n'
                 f'key_file = "{write("hook.key", kSigningKey)}"\n')
        url = self.server.create_database() if self.server else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url, mailboxes=kMailboxes, extra=extra)
        self.daemon.migrate()
        self.token = self.daemon.token("chief", "admin")
        self.daemon.start()
        self.api = self.daemon.client(self.token)
        self.stream = self.daemon.events(self.token)
        self.outcomes = []

    def teardown(self):
        self.stream.close()
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints() if self.daemon else ""

    # Ways in

    def raw(self, way, body=None, charset="utf-8", headers=(), sender="yamada@customer.example",
            recipient="support@shop.example", subject=None, content=None):
        """A mail whose text is `body`, or whose MIME headers and body are `content`."""
        lines = [f"From: {sender}", f"To: {recipient}", f"Subject: {subject or 'about ' + way}",
                 f"Message-ID: <{way.replace(' ', '-')}@customer.example>",
                 "Date: Sun, 22 Nov 2026 10:00:00 +0900", "MIME-Version: 1.0", *headers]
        head = "\r\n".join(lines).encode("utf-8") + b"\r\n"
        if content is not None:
            return head + content
        text = body.encode("iso2022_jp" if charset == "iso-2022-jp" else charset)
        return head + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + text + b"\r\n"

    def by_lmtp(self, raw, recipient="support@shop.example"):
        for reply in lmtp.deliver(self.daemon.lmtp_port, "yamada@customer.example", [recipient], raw):
            expect_equal(reply.code, 250, "LMTP")

    def posted(self, raw, mailbox="support"):
        answer = self.api.intake(raw, mailbox).expect(200, 201, 202).json()
        self.outcomes.append(answer)
        return answer

    def message_of(self, answer):
        expect_equal(answer["outcome"], "case_opened", "outcome")
        message = self.api.get(f"/messages/{answer['message_id']}").expect(200).json()
        expect_in("card_number_masked", message["notices"], "notices")
        return message

    def check_a_number_that_is_none_is_found(self):
        """Else all that is not found below would prove nothing."""
        self.posted(self.raw("control", f"番号は {kControl} です"))
        kept = os.path.join(self.sandbox.path, "control")
        with open(kept, "wb") as file:
            file.write(kControl.encode() + b"\n")
        try:
            search_folder(self.server.data if self.server else self.daemon.base, kept)
        except AssertionError as error:
            expect_in(kControl, str(error), "what was found")
        else:
            raise AssertionError("the search finds nothing")
        if self.server:
            expect_in(kControl.encode(), self.dumped(), "the dump")

    def check_texts_in_japanese_charsets(self):
        for charset in ("iso-2022-jp", "shift_jis", "euc-jp"):
            number = kNumbers[charset]
            body = f"カード番号は{grouped(number, 'ー').translate(kWide)}と {number} です。" \
                   f"セキュリティコードは{kCodes.get(charset, '123')}です。"
            raw = self.raw(charset, body, charset)
            self.by_lmtp(raw)
            answer = self.posted(raw.replace(b"Message-ID: <", b"Message-ID: <x"))
            message = self.message_of(answer)
            expect_in(f"ー{number[-4:].translate(kWide)}と ************{number[-4:]} です。",
                      message["text"], charset)
            expect_in("コードは***です", message["text"], charset)
            kept = self.api.get(f"/messages/{answer['message_id']}/raw").expect(200).body
            expect_in(f"charset={charset}".encode(), kept, "the charset stays")
            read = email.message_from_bytes(kept, policy=email.policy.default)
            expect_equal(read.get_content().strip(), message["text"].strip(), "the masked mail")

    def check_html_subject_headers_names_and_files(self):
        number = kNumbers["html"]
        html = (f"<p>{grouped(number, '&nbsp;')}</p><p>{number[:4]}<b>{number[4:8]}</b>{number[8:]}</p><p>"
                + "".join(f"&#{ord(digit)};" for digit in number) + f"</p><img alt='{number}'>")
        content = (b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                   + base64.encodebytes(html.encode()))
        expect_in(f"************{number[-4:]}",
                  self.message_of(self.posted(self.raw("html", content=content)))["html"], "html")
        number = kNumbers["subject"]
        words = f"=?utf-8?B?{base64.b64encode(('カード ' + number).encode()).decode()}?="
        message = self.message_of(self.posted(self.raw("subject", "x", subject=words)))
        expect_equal(message["subject"], f"カード ***********{number[-4:]}", "subject")
        self.message_of(self.posted(self.raw("header", "x", headers=(f"X-Comment: {kNumbers['header']}",))))
        sender = f'"{grouped(kNumbers["name"], " ")}" <yamada@customer.example>'
        message = self.message_of(self.posted(self.raw("name", "x", sender=sender)))
        expect_equal(message["from"]["name"], f"**** **** **** {kNumbers['name'][-4:]}", "name")
        inner = self.raw("mail within", f"fwd {kNumbers['mail within']}")
        parts = [
            b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello",
            b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\""
            + kNumbers["file name"].encode() + b".pdf\"\r\n\r\n%PDF",
            b"Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(f"1,{kNumbers['text file']}\r\n".encode()).rstrip(),
            b"Content-Type: text/plain; name=u.txt\r\nContent-Disposition: attachment\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(b"\xff\xfe" + f"no. {kNumbers['utf-16 file']}".encode("utf-16-le")).rstrip(),
            b"Content-Type: message/rfc822\r\n\r\n" + inner]
        content = b"Content-Type: multipart/mixed; boundary=bnd\r\n\r\n" + b"".join(
            b"--bnd\r\n" + part + b"\r\n" for part in parts) + b"--bnd--\r\n"
        message = self.message_of(self.posted(self.raw("files", content=content)))
        expect_equal(message["attachments"][0]["file_name"],
                     f"************{kNumbers['file name'][-4:]}.pdf", "file name")
        expect_equal(self.api.get(f"/attachments/{message['attachments'][1]['id']}").expect(200).body,
                     f"1,************{kNumbers['text file'][-4:]}\r\n".encode(), "the file")

    def check_forms_webhooks_duplicates_and_the_spool(self):
        number = kNumbers["form"]
        answer = self.posted(self.raw("form", f"お名前: 山田花子\nメールアドレス: hanako@customer.example\n"
                                      f"カード: {number}\nCVV: 123\n", sender="form@shop.example",
                                      recipient="forms@shop.example"), "forms")
        self.message_of(answer)
        provider = mail_providers.Mailgun(self.daemon.http_port, self.hook, kSigningKey)
        mail = self.generator.next("utf8")
        mail = self.generator.next("utf8", token=mail.token, text=f"{mail.token} {kNumbers['webhook']}\n")
        expect_equal([one.status for one in provider.send(mail)], [200], "webhook")
        self.api.wait_for_case(mail.token)
        raw = self.raw("duplicate", f"number {kNumbers['duplicate']}")
        self.message_of(self.posted(raw))
        again = self.posted(raw)
        expect_equal(again["outcome"], "duplicate", "outcome of the second")
        self.daemon.stop()
        spooled = self.raw("spooled", f"number {kNumbers['spooled']}")
        self.daemon.command("intake", "--mailbox=support", stdin=spooled, check=True)
        self.search_files()
        self.daemon.start()
        self.stream = self.daemon.events(self.token)
        self.wait_decided()

    def check_big_mails_and_a_killed_daemon(self):
        number = kNumbers["big"]
        def big(way, index):
            content = (b"Content-Type: multipart/mixed; boundary=bnd\r\n\r\n--bnd\r\n\r\ncard "
                       + grouped(kNumbers[way], " ").encode() + b" CVV " + kCodes["big"].encode()
                       + b"\r\n--bnd\r\nContent-Type: image/png; name=a.png\r\n"
                       b"Content-Transfer-Encoding: base64\r\n\r\n"
                       + base64.encodebytes(os.urandom(300_000)) + b"--bnd--\r\n")
            return self.raw(f"{way}{index}", content=content)
        message = self.message_of(self.posted(big("big", 0)))
        expect_in(f"**** **** **{number[-4:-2]} {number[-2:]} CVV ***", message["text"], "text")
        for index in range(6):
            self.by_lmtp(big("killed", index))
        self.daemon.kill9()
        self.daemon.start()
        self.stream.close()
        self.stream = self.daemon.events(self.token)
        self.wait_decided()
        ids = {trace["id"] for trace in self.api.items("/mail-traces")}
        def left():
            return sorted(ids & {os.path.basename(path) for path in self.files(self.daemon.data_dir)})
        wait_until(lambda: not left(), 40, lambda: f"originals are left: {left()}", poll=0.2)
        for trace in self.api.items("/mail-traces"):
            if trace.get("message"):
                self.api.get(f"/messages/{trace['message']}/raw").expect(200)

    def wait_decided(self):
        wait_until(lambda: all(trace["outcome"] != "undecided" for trace in self.api.items("/mail-traces")),
                   40, "all mails are decided", poll=0.1)

    # What people write

    def refused(self, answer, what):
        search(f"the answer to {what}", answer.body)
        expect_equal(answer.status, 422, what)
        expect_equal(answer.problem()["type"], "urn:madoguchi:problem:pan-detected", what)

    def check_every_field_refuses_and_never_echoes(self):
        number = kNumbers["agent"]
        case = self.posted(self.raw("plain", "hello"))["case_number"]
        current = self.api.get(f"/cases/{case}").expect(200)
        version = {"If-Match": current.header("ETag")}
        new = {"channel": "phone", "category": None, "text": "x", "kind": "call"}
        template = {"name": "n", "subject": "s", "text": "t"}
        for text in (number, grouped(number, " "), grouped(number, "-").translate(kWide),
                     f"x {number} CVV 123", f"************{number[-4:]} CVV 123"):
            for what, method, path, body, headers in (
                    ("a case's text", "POST", "/cases", {**new, "text": text}, {}),
                    ("a case's subject", "POST", "/cases", {**new, "subject": text}, {}),
                    ("a requester", "POST", "/cases", {**new, "requester": {"name": text}}, {}),
                    ("a tag", "POST", "/cases", {**new, "tags": [text]}, {}),
                    ("an order number", "POST", "/cases", {**new, "order_numbers": [text]}, {}),
                    ("a reply", "POST", f"/cases/{case}/messages", {"kind": "reply", "text": text}, {}),
                    ("a reply's html", "POST", f"/cases/{case}/messages",
                     {"kind": "reply", "text": "x", "html": f"<p>{text}</p>"}, {}),
                    ("a note", "POST", f"/cases/{case}/messages", {"kind": "note", "text": text}, {}),
                    ("a draft", "PUT", f"/cases/{case}/draft", {"text": text}, {}),
                    ("the subject", "PATCH", f"/cases/{case}", {"subject": text}, version),
                    ("an unknown member", "PATCH", f"/cases/{case}", {text: "x"}, version),
                    ("a template", "POST", "/templates", {**template, "text": text}, {}),
                    ("a template's name", "POST", "/templates", {**template, "name": text}, {}),
                    ("a preview", "POST", "/templates/preview", {"text": text}, {}),
                    ("a split", "POST", f"/cases/{case}/split", {"messages": [], "subject": text}, {}),
                    ("a reason", "POST", "/quarantine/none/discard", {"reason": text}, {}),
                    ("an agent", "POST", "/agents", {"name": text, "role": "agent"}, {})):
                self.refused(self.api.request(method, path, json=body, headers=headers), what)
            self.refused(self.api.get("/cases", query={"q": text}), "a search")
        self.refused(self.api.post("/attachments", body=b"x", query={"file_name": number + ".txt"},
                                   media_type="text/plain"), "a file's name")
        self.refused(self.api.post("/attachments", body=number.encode(), query={"file_name": "a.csv"},
                                   media_type="text/csv"), "a file")
        self.refused(self.api.post("/cases", {**new}, key=number), "a key")
        hidden = "<p>" + "".join(f"<b>{digit}</b>" for digit in number) + "</p>"
        self.refused(self.api.post(f"/cases/{case}/messages", {"kind": "reply", "text": "x", "html": hidden}),
                     "html that cuts it")

    def check_errors_and_their_log_lines(self):
        number = kNumbers["log"]
        for method, path, options in (
                ("GET", f"/cases/{number}", {}), ("GET", f"/messages/{number}", {}),
                ("GET", f"/{number}", {}), ("GET", "/cases", {"query": {"status": number}}),
                ("GET", "/cases", {"query": {"cursor": number}}),
                ("GET", "/cases", {"headers": {"Authorization": f"Bearer {number}"}}),
                ("GET", "/me", {"headers": {"X-Request-Id": number}}),
                ("POST", "/cases", {"body": b'{"text": "' + number.encode() + b'"', "media_type":
                                    "application/json"}),
                ("POST", "/cases", {"json": {"text": "x"}, "headers": {"Content-Type": f"x/{number}"}}),
                ("PATCH", "/cases/CS-000001", {"json": {}, "headers": {"If-Match": number}})):
            answer = self.api.request(method, path, **options)
            search(f"the answer to {method} {path[:20]}", answer.body)
            for name, value in answer.headers.items() if hasattr(answer.headers, "items") else answer.headers:
                search(f"the header {name} of {method} {path[:20]}", value.encode("utf-8", "replace"))
        for line in (f"GET /{number} HTTP/9", f"GET / HTTP/1.1\r\nHost: x\r\nBad Header {number}: 1",
                     f"{number} / HTTP/1.1"):
            with socket.create_connection(("127.0.0.1", self.daemon.http_port), 10) as plain:
                plain.sendall(line.encode() + b"\r\n\r\n")
                plain.settimeout(10)
                search("a refusal", plain.makefile("rb").read(4096))
        client = lmtp.LmtpClient(self.daemon.lmtp_port)
        for line in (number, f"MAIL FROM:<{grouped(number, ' ')}>", f"VRFY {number}"):
            search("an LMTP reply", repr(client.say(line)).encode())
        client.close()

    # Where it might be

    def files(self, folder):
        found = {}
        for path, _, names in os.walk(folder):
            for name in names:
                whole = os.path.join(path, name)
                try:
                    if os.path.isfile(whole):
                        with open(whole, "rb") as file:
                            found[whole] = file.read()
                except FileNotFoundError:
                    pass  # it has just gone
        return found

    def search_files(self):
        search_folder(self.daemon.base, self.patterns)

    def dumped(self):
        done = subprocess.run([postgres.tool("pg_dump"), "--inserts", self.daemon.url],
                              capture_output=True, timeout=120)
        expect_equal(done.returncode, 0, done.stderr.decode(errors="replace"))
        return done.stdout

    def check_what_rests(self):
        self.wait_decided()
        self.search_files()
        if not self.server:
            expect(any(path.endswith("-wal") for path in self.files(self.daemon.base)), "no WAL to look into")
            self.search_words()
            return
        search("the dump", self.dumped())
        search_folder(self.server.data, self.patterns)

    def search_words(self):
        """The index keeps its words shortened: asked for, not looked for."""
        folder, path = self.daemon.copy_of_database()
        try:
            connection = sqlite3.connect(path)
            connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, message_search, row)")
            words = b"\n".join(str(row[0]).encode() for row in
                               connection.execute("SELECT term FROM temp.words"))
            connection.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        expect_in(kControl.encode(), words, "the index")
        search("the index", words)

    def check_what_is_answered(self):
        paths = ["/cases", "/changes", "/mail-traces", "/quarantine", "/templates", "/me", "/agents",
                 "/mailboxes", "/mailboxes/support", "/mailboxes/support/ledger", "/deliveries"]
        for case in self.api.items("/cases"):
            paths += [f"/cases/{case['number']}", f"/cases/{case['number']}/messages"]
            for message in self.api.messages(case["number"]):
                at = f"/messages/{message['id']}"
                paths += [at, f"{at}/raw", f"{at}/decision", f"{at}/recipients"]
                paths += [f"/attachments/{file['id']}" for file in message["attachments"]]
        paths += [f"/intake/{trace['id']}" for trace in self.api.items("/mail-traces")]
        masked = 0
        for path in paths:
            answer = self.api.get(path, query={"limit": 200} if path in ("/cases", "/mail-traces")
                                  else None).expect(200)
            search(path, answer.body)
            masked += b"card_number_masked" in answer.body
        expect(masked > 20, f"{masked} answers say that something was masked")
        for message in {outcome["message_id"] for outcome in self.outcomes if outcome.get("message_id")}:
            search("redecode", self.api.post(f"/messages/{message}/redecode", {"charset": "utf-8"}).body)
        self.wait_decided()
        self.search_files()

    def check_what_is_streamed(self):
        events = self.stream.snapshot()
        expect(events, "no event at all")
        search("the stream", "\n".join(event.data for event in events).encode())
        everything = self.daemon.events(self.token, last_event_id="0-0")
        try:
            everything.wait_for(lambda seen: any("card_number_masked" in event.kind + event.data
                                                 for event in seen), 10, "an event of the masking")
            search("the whole stream", "\n".join(event.data for event in everything.snapshot()).encode())
        finally:
            everything.close()

    def check_a_backup_and_the_log(self):
        file = os.path.join(self.daemon.base, "backup.tar")
        done = self.daemon.command("backup", file, timeout=120)
        expect_equal(done.returncode, 0, done.stderr.decode(errors="replace"))
        self.search_files()
        with open(self.daemon.log, "rb") as log:
            expect_in(b"intake.card_number_masked", log.read(), "the log")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--only", help="run the checks with this in their name")
    arguments = parser.parse_args()
    binary = find_binary(arguments.daemon)
    with Sandbox(f"card-number-{arguments.engine}") as sandbox:
        server = postgres.Postgres(sandbox, private=True) if arguments.engine == "postgresql" else None
        test = CardNumberTest(sandbox, binary, arguments.engine, server)
        test.run(arguments.only)
    finish([test])


if __name__ == "__main__":
    main()
