#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the harness itself against real Postfix, Dovecot and PostgreSQL and small stand-ins, so that
a red integration test means the daemon."""

import argparse
import email
import email.policy
import http.server
import json
import os
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from madoguchi_testing import api, dovecot, ledger, lmtp, mails, postfix, postgres, sinks
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in, finish, need_root
from madoguchi_testing.sandbox import Sandbox, process_status
from madoguchi_testing.warden import group_alive, start_time
from madoguchi_testing.waiting import wait_until


class StandIn(http.server.BaseHTTPRequestHandler):
    """A facade with one page of cases per request, for the client and the checker."""

    protocol_version = "HTTP/1.1"
    cases = []

    def answer(self, status, document, media_type="application/json"):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/api/v1/events":
            body = (f"id: 7\nevent: case\ndata: {self.headers.get('Last-Event-ID')}\n\n"
                    ": beat\n\nid: 8\nevent: case\ndata: two\n\n").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        elif path == "/api/v1/cases":
            begin = int(query.partition("cursor=")[2] or 0)
            end = begin + 1 if begin + 1 < len(self.cases) else None
            items = [{"number": case["number"], "subject": case["messages"][0]["subject"]}
                     for case in self.cases[begin:begin + 1]]
            self.answer(200, {"items": items, "next_cursor": str(end) if end else None})
        elif path.startswith("/api/v1/cases/"):
            number = path.split("/")[4]
            case = next(case for case in self.cases if case["number"] == number)
            self.answer(200, {"items": case["messages"], "next_cursor": None})
        else:
            self.answer(404, {"type": "urn:madoguchi:problem:not-found", "title": "no", "status": 404},
                        "application/problem+json")

    def log_message(self, *_):
        pass


class HarnessChecks(Checks):
    def __init__(self, sandbox):
        super().__init__("harness")
        self.sandbox = sandbox
        self.generator = mails.Generator(1)

    def check_mails_are_what_they_say(self):
        for kind in mails.kKinds:
            mail = self.generator.next(kind)
            seen = email.message_from_bytes(mail.raw, policy=email.policy.default)
            expect_equal(str(seen["Subject"]), mail.subject, f"{kind}: subject")
            expect(mails.same_text(seen.get_body(("plain",)).get_content(), mail.text),
                   lambda: f"{kind}: text {seen.get_body(('plain',)).get_content()!r}")
            expect(all(len(line) <= 998 for line in mail.raw.split(b"\r\n")), f"{kind}: long line")
            expect_in(mail.token, mail.subject, f"{kind}: token")
            got = [part.get_payload(decode=True) for part in seen.iter_attachments()]
            expect_equal(got, [item.content for item in mail.attachments], f"{kind}: attachments")
        same = [mails.Generator(5).next().raw for _ in range(2)]
        expect_equal(same[0], same[1], "the same seed")

    def check_lmtp_client_and_sink_agree(self):
        sink = sinks.LmtpSink(self.sandbox.port())
        try:
            client = lmtp.LmtpClient(sink.port)
            for kind in mails.kKinds:
                mail = self.generator.next(kind)
                replies = client.send(mail.sender, ["a@shop.example", "b@shop.example"], mail.raw)
                expect_equal([reply.code for reply in replies], [250, 250], "replies")
                expect_equal(sink.mails[-1][2], mail.raw, f"{kind}: bytes")
            client.quit()
        finally:
            sink.close()
        try:
            lmtp.deliver(sink.port, "a@b.example", ["c@d.example"], b"x")
        except api.NotSent:
            pass
        else:
            raise AssertionError("a closed port must be NotSent")

    def check_postgres_starts_dies_and_comes_back(self):
        server = postgres.Postgres(self.sandbox, private=True)
        url = server.create_database()
        name = postgres.database_name(url)
        server.sql("CREATE TABLE t (a int); INSERT INTO t VALUES (1)", name)
        server.stop("immediate")
        server.start()
        expect_equal(server.sql("SELECT a FROM t", name), "1", "row after a crash")
        expect(server.backends(), "the postmaster has children")
        server.signal_all(signal.SIGSTOP)
        server.signal_all(signal.SIGCONT)
        expect_equal(server.sql("SELECT a FROM t", name), "1", "row after a pause")
        os.environ["MADOGUCHI_TEST_POSTGRES"] = url
        try:
            other = postgres.Postgres(self.sandbox, "other").create_database()
        finally:
            del os.environ["MADOGUCHI_TEST_POSTGRES"]
        expect(postgres.database_name(other) != name, "a database of its own")
        server.stop()
        server.start()
        self.server = server

    def check_dovecot_and_postfix_deliver_to_the_customer(self):
        address = "hanako@customer.example"
        self.dovecot = dovecot.Dovecot(self.sandbox, [address])
        self.sink_port = self.sandbox.port()
        self.postfix = postfix.Postfix(self.sandbox, self.sink_port, self.dovecot)
        mail = self.generator.next("iso_2022_jp", recipients=[address])
        self.postfix.send("support@shop.example", [address], mail.raw)
        found = self.dovecot.mailbox(address).wait_for(1)[0]
        expect_equal(str(found["Subject"]), mail.subject, "subject in Dovecot")
        expect(self.dovecot.mailbox(address).raws()[0].endswith(mail.raw), "bytes in Dovecot")

    @after("check_dovecot_and_postfix_deliver_to_the_customer")
    def check_postfix_defers_and_delivers_to_the_hub_when_flushed(self):
        mail = self.generator.next("attachment")
        recipients = ["support@shop.example", "sales+c.1.x@shop.example"]
        self.postfix.send(mail.sender, recipients, mail.raw)
        self.postfix.wait_log("status=deferred")
        expect_equal(len(self.postfix.queue_entries()), 1, "queue")
        sink = sinks.LmtpSink(self.sink_port)
        try:
            self.postfix.flush()
            self.postfix.wait_empty()
            expect_equal(sorted(sink.mails[0][1]), sorted(recipients), "recipients")
            expect(sink.mails[0][2].endswith(mail.raw), "bytes at the hub")
        finally:
            sink.close()

    @after("check_dovecot_and_postfix_deliver_to_the_customer")
    def check_dovecot_restarts(self):
        expect_equal(self.dovecot.stop(), 0, "exit code")
        self.dovecot.start()
        expect_equal(len(self.dovecot.mailbox("hanako@customer.example").messages()), 1, "mails")

    def check_the_checker_finds_loss_and_doubles(self):
        book = ledger.Ledger(os.path.join(self.sandbox.path, "ledger"))
        names = [mails.new_token(self.generator.rng) for _ in range(4)]
        for name in names[:3]:
            book.write(name, "lmtp", ledger.kFail)
            book.write(name, "lmtp", ledger.kOk)
        book.write(names[3], "http", ledger.kUnknown)
        StandIn.cases = [{"number": f"CS-{index}", "messages": [
            {"id": f"m{index}", "subject": f"hello {name}", "text": f"{name} text"}]}
            for index, name in enumerate(names[:3])]
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        client = api.Client(server.server_port, "t")
        expect_equal(ledger.check(client, book, 1), 4, "tokens of an exact ledger")
        StandIn.cases[1]["messages"].append({"id": "again", "subject": "", "text": names[1]})
        self.must_fail(client, book, names[1])
        StandIn.cases[1]["messages"].pop()
        StandIn.cases.pop(0)
        self.must_fail(client, book, names[0])
        expect_equal(client.get("/nothing").problem()["status"], 404, "problem")
        stream = api.EventStream(client, 6)
        stream.wait_for(lambda events: len(events) == 2, 5, "two events")
        expect_equal([(event.id, event.data) for event in stream.snapshot()],
                     [("7", "6"), ("8", "two")], "events")
        stream.close()
        server.shutdown()
        server.server_close()
        with open(book.path, encoding="utf-8") as file:
            expect_equal(len(file.readlines()), 7, "lines of the ledger file")

    @staticmethod
    def must_fail(client, book, token):
        try:
            ledger.check(client, book, 1)
        except AssertionError as error:
            expect_in(token, str(error).partition("\n")[0], "the violating token")
            expect_in("history", str(error), "its history")
            return
        raise AssertionError("the checker saw nothing")

    def check_the_warden_cleans_up_after_a_killed_test(self):
        script = ("import sys; sys.path.insert(0, sys.argv[1])\n"
                  "from madoguchi_testing.sandbox import Sandbox\n"
                  "sandbox = Sandbox('victim')\n"
                  "process = sandbox.start(['sh', '-c', 'tail -f /dev/null & wait'], '/dev/null')\n"
                  "print(sandbox.path, process.pid, flush=True)\n"
                  "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n")
        environment = {name: value for name, value in os.environ.items()
                       if name != "MADOGUCHI_TEST_KEEP"}
        done = subprocess.run([sys.executable, "-c", script, os.path.dirname(
            os.path.abspath(__file__))], stdout=subprocess.PIPE, text=True, timeout=30,
            env=environment)
        path, pid = done.stdout.split()
        wait_until(lambda: not os.path.exists(path) and start_time(int(pid)) is None
                   and not group_alive(int(pid)), 15, "the victim's folder and processes gone")

    def check_status_of_a_process(self):
        status = process_status(os.getpid())
        expect(status["threads"] >= 1 and status["rss_kib"] > 1000, f"{status}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="run the checks with this in their name")
    arguments = parser.parse_args()
    need_root("start Postfix")
    with Sandbox("selfcheck") as sandbox:
        checks = HarnessChecks(sandbox)
        checks.run(arguments.only)
    finish([checks])


if __name__ == "__main__":
    main()
