#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""R17: SIGTERM under load.

What was under way is finished and answered, new work is refused, leases are given back, the exit code
is 0 within 20 s, and after the restart everything acknowledged is there. Meanwhile a mail server that
never greets holds a reply's job: it stays queued, and is sent once the server answers.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import injectors, ledger, mails, postgres, sinks
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import let_pass, wait_until

kExitWithin = 20
kMargin = 0.005  # a request written less than this before the signal may not have been read


class GracefulStop(Checks):
    def __init__(self, sandbox, binary, engine, rounds, seed):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.rounds = rounds
        self.rng = random.Random(seed)
        self.generator = mails.Generator(self.rng.getrandbits(48))
        self.load = None
        self.sink = None
        self.replies = []

    def setup(self):
        url = None
        self.server = None
        if self.engine == "postgresql":
            self.server = postgres.Postgres(self.sandbox, private=True)
            url = self.server.create_database()
        self.sink = sinks.SmtpSink(self.sandbox.port())
        self.daemon = Daemon(self.sandbox, self.binary, url=url, smtp_port=self.sink.port)
        self.daemon.migrate()
        self.token = self.daemon.token("injector", "admin")
        self.daemon.start()
        self.client = self.daemon.client(self.token)
        self.ledger = ledger.Ledger(os.path.join(self.sandbox.path, "ledger"))
        self.load = injectors.Load([self.daemon], self.token, self.ledger, self.rng.getrandbits(48),
                                   threads=9, pause=0.004, record=True).start()

    def explain(self):
        return self.daemon.complaints()

    def teardown(self):
        if self.load:
            self.load.stop()
        if self.daemon.running():
            self.daemon.stop()
        if self.sink:
            self.sink.close()

    def begin_reply(self):
        """A reply, whose job hangs when the mail server does not greet."""
        mail = self.generator.next("utf8")
        answer = self.client.intake(mail.raw).expect(201).json()
        self.ledger.write(mail.token, "intake", ledger.kOk)
        mark = f"reply-{len(self.replies)}-{self.rng.getrandbits(32):08x}"
        reply = self.client.post(f"/cases/{answer['case_number']}/messages",
                                 {"kind": "reply", "text": mark}).expect(201).json()
        self.replies.append((mark, mail.sender, reply["id"]))
        if self.sink.hanging.is_set():
            wait_until(lambda: self.sink.held > 0, 15, "a reply's job held by the mail server",
                       poll=0.02)

    def begin_upload(self):
        """A mail of which the daemon has half when the signal comes."""
        mail = self.generator.next("utf8", attachments=[mails.Attachment(
            "x.bin", "application/octet-stream", self.rng.randbytes(400_000))])
        connection = socket.create_connection(("127.0.0.1", self.daemon.http_port), 30)
        connection.sendall((
            "POST /api/v1/intake/mail?mailbox=support HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{self.daemon.http_port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: message/rfc822\r\nContent-Length: {len(mail.raw)}\r\n\r\n").encode()
            + mail.raw[:200_000])
        return mail, connection

    def end_upload(self, mail, connection):
        import http.client
        try:
            connection.sendall(mail.raw[200_000:])
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            status, content = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.ledger.write(mail.token, "upload", ledger.kUnknown, repr(error))
            raise AssertionError(f"a half-sent upload was cut off: {error!r}") from error
        finally:
            connection.close()
        self.ledger.write(mail.token, "upload",
                          ledger.kOk if status in (201, 202) else ledger.kUnknown, status)
        expect_in(status, (201, 202), f"the half-sent upload's answer {content!r}")

    def broken(self, since, signalled):
        """Requests that were under way at the signal and got no answer."""
        found = []
        for attempt in since:
            if attempt.torn:
                found.append(("torn", attempt))
            elif attempt.result == ledger.kUnknown and attempt.answer is None and \
                    attempt.began < signalled - kMargin:
                found.append(("unanswered", attempt))
        return [f"{kind} {attempt.item.operation} begun {(signalled - attempt.began) * 1000:.1f} ms "
                f"before the signal, {'kept' if attempt.warm else 'new'} connection: {attempt.detail}"
                for kind, attempt in found]

    def stop_once(self, number):
        """One stop under load and the restart after it; what was wrong, as lines."""
        failures = []
        self.load.wait_for_more(20, 30, f"round {number}")
        self.begin_reply()
        upload = self.begin_upload()
        let_pass(self.rng.uniform(0, 0.2))
        self.load.attempts.clear()
        let_pass(0.02)
        signalled = time.monotonic()
        self.daemon.signal(signal.SIGTERM)
        try:
            self.end_upload(*upload)
        except AssertionError as error:
            failures.append(str(error))
        try:
            code = self.daemon.wait_exit(kExitWithin + 2)
            if code != 0:
                failures.append(f"exit code {code}\n{self.daemon.tail(1500)}")
        except subprocess.TimeoutExpired:
            failures.append(f"still running {kExitWithin} s after SIGTERM")
            self.daemon.kill9()
        took = time.monotonic() - signalled
        self.stops.append(took)
        since = list(self.load.attempts)
        self.in_flight += sum(attempt.began < signalled and
                              (attempt.ended is None or attempt.ended > signalled)
                              for attempt in since)
        failures += self.broken(since, signalled)
        running = self.running_jobs()
        if running:
            failures.append(f"{running} job(s) left running")
        if self.engine == "sqlite" and self.daemon.integrity() != "ok":
            failures.append("integrity")
        self.daemon.start()
        return [f"round {number}: {text}" for text in failures]

    def stop_often(self, rounds, what):
        self.in_flight = 0
        self.stops = []
        failures = [text for number in range(rounds) for text in self.stop_once(number)]
        print(f"        {rounds} stops {what}, longest {max(self.stops):.2f} s, {self.in_flight} "
              f"requests under way at the signal", flush=True)
        expect(self.in_flight > 0, "no request was under way at any signal")
        expect(not failures, lambda: f"{len(failures)} failures: " + "; ".join(failures[:5]))
        expect_equal(self.load.unexpected_answers, [], "unexpected answers")

    def check_every_stop_finishes_what_it_began(self):
        self.stop_often(self.rounds, "under load")

    def check_a_stop_does_not_wait_for_a_mail_server_that_hangs(self):
        self.sink.hanging.set()
        self.held_replies = len(self.replies)
        self.stop_often(max(2, self.rounds // 4), "while the mail server hangs")

    def running_jobs(self):
        statement = "SELECT count(*) FROM jobs WHERE state = 'running'"
        if self.server:
            return int(self.server.sql(statement, postgres.database_name(self.daemon.url)))
        return self.daemon.query_stopped(statement)[0][0]

    def check_everything_acknowledged_is_there(self):
        self.load.drain(60)
        tokens = ledger.check(self.client, self.ledger)
        print(f"        {tokens} tokens, each there once", flush=True)

    def check_the_replies_were_kept_and_go_out(self):
        expect(self.replies, "replies were begun")
        states = [self.client.get(f"/messages/{identity}").expect(200).json()["delivery"][0]["state"]
                  for _, _, identity in self.replies]
        expect(set(states) <= {"queued", "deferred", "unknown", "sent"}, f"states {states}")
        self.sink.hanging.clear()
        try:
            self.daemon.restart()
        except subprocess.TimeoutExpired:  # told by the check before
            self.daemon.kill9()
            self.daemon.start()
        def arrived(mark, address):
            return sum(address in recipients and mark_in(mark, raw)
                       for _, recipients, raw in self.sink.mails)
        wait_until(lambda: all(arrived(mark, address) for mark, address, _ in self.replies), 90,
                   lambda: "every reply at the mail server: " + str([
                       (mark, arrived(mark, address)) for mark, address, _ in self.replies]), poll=0.2)
        for mark, address, identity in self.replies:
            # A stop between the server's 250 and the commit may send it once more, never lose it.
            expect_in(arrived(mark, address), (1, 2), f"mails with {mark}")
            wait_until(lambda one=identity: self.client.get(f"/messages/{one}").json()
                       ["delivery"][0]["state"] == "sent", 15, f"{mark}: delivery sent", poll=0.05)


def mark_in(mark, raw):
    import email
    import email.policy
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain",))
    return body is not None and mark in body.get_content()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    arguments = parser.parse_args()
    binary = find_binary(arguments.daemon)
    print(f"seed {arguments.seed} (replay with --seed={arguments.seed})", flush=True)
    with Sandbox(f"graceful-{arguments.engine}") as sandbox:
        test = GracefulStop(sandbox, binary, arguments.engine, arguments.rounds, arguments.seed)
        test.run()
    finish([test])


if __name__ == "__main__":
    main()
