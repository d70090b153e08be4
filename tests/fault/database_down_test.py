#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""R8: the database is down, at the start and in mid-run.

PostgreSQL is stopped, crashed, paused, out of connections, and its backends are terminated over and
over. Meanwhile every answer is a 503 problem within two seconds and an LMTP 451, threads do not pile
up, and within five seconds of the database's return everything works. Nothing acknowledged is lost.
"""

import argparse
import os
import random
import signal
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import injectors, ledger, lmtp, mails, postgres
from madoguchi_testing.api import NotSent
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.lmtp import Refused
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import let_pass, wait_until

kAnswerWithin = 2.0
kRecoverWithin = 5.0
kThreadsMore = 16


class Occupant:
    """A connection that is opened and held, by the protocol's start alone."""

    def __init__(self, port, user, database):
        self.socket_ = socket.create_connection(("127.0.0.1", port), 10)
        body = b"".join(part.encode() + b"\0" for part in ("user", user, "database", database)) + b"\0"
        self.socket_.sendall(struct.pack("!ii", 8 + len(body), 196608) + body)
        while True:
            kind = self.read_(1)
            length = struct.unpack("!i", self.read_(4))[0]
            content = self.read_(length - 4)
            if kind == b"E":
                raise ConnectionError(content.decode(errors="replace"))
            if kind == b"Z":
                return

    def read_(self, size):
        content = b""
        while len(content) < size:
            part = self.socket_.recv(size - len(content))
            if not part:
                raise ConnectionError("closed")
            content += part
        return content

    def close(self):
        self.socket_.close()


class DatabaseDown(Checks):
    def __init__(self, sandbox, binary, seconds, seed):
        super().__init__("postgresql")
        self.sandbox = sandbox
        self.binary = binary
        self.seconds = seconds
        self.rng = random.Random(seed)
        self.generator = mails.Generator(self.rng.getrandbits(48))
        self.load = None

    def setup(self):
        self.server = postgres.Postgres(self.sandbox, private=True)
        self.url = self.server.create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=self.url)
        self.daemon.migrate()
        self.token = self.daemon.token("injector", "admin")
        self.daemon.start()
        self.client = self.daemon.client(self.token)
        self.ledger = ledger.Ledger(os.path.join(self.sandbox.path, "ledger"))
        self.load = injectors.Load([self.daemon], self.token, self.ledger,
                                   self.rng.getrandbits(48)).start()
        self.load.wait_for_more(20, 30, "before the first outage")
        self.threads = self.daemon.status()["threads"]

    def explain(self):
        return self.daemon.complaints()

    def teardown(self):
        if self.load:
            self.load.stop()
        if self.daemon.running():
            self.daemon.stop()

    # What must hold while the database is away

    def outage(self, what):
        """Every door refuses, quickly, again and again for `seconds`."""
        wait_until(lambda: self.daemon.ready_status() == 503, 5, f"{what}: /readyz 503")
        until = time.monotonic() + self.seconds
        rounds = 0
        while rounds < 3 or time.monotonic() < until:
            rounds += 1
            self.refused(what, lambda client: client.get("/cases"))
            mail = self.generator.next("utf8")
            self.refused(what, lambda client, raw=mail.raw: client.intake(raw))
            self.ledger.write(mail.token, "intake", ledger.kUnknown, what)
            self.refused_by_lmtp(what)
            self.daemon.client(base="").get("/livez").expect(200)
        self.crowd(what)
        expect_equal(self.load.unexpected_answers, [], f"{what}: unexpected answers")

    def refused(self, what, request):
        began = time.monotonic()
        answer = request(self.daemon.client(self.token))
        took = time.monotonic() - began
        expect_equal(answer.status, 503, f"{what}: {answer}")
        answer.problem()
        expect((answer.header("Retry-After") or "").isdigit(), f"{what}: Retry-After")
        expect(took <= kAnswerWithin, f"{what}: the 503 took {took:.2f} s")

    def refused_by_lmtp(self, what):
        mail = self.generator.next("plain")
        began = time.monotonic()
        try:
            reply = lmtp.deliver(self.daemon.lmtp_port, mail.sender, mail.recipients, mail.raw)[0]
        except Refused as error:
            reply = error.reply
        took = time.monotonic() - began
        self.ledger.write(mail.token, "lmtp", ledger.kUnknown, reply)
        expect_equal(reply.code, 451, f"{what}: LMTP {reply!r}")
        expect(took <= kAnswerWithin + 1, f"{what}: LMTP took {took:.2f} s")

    def crowd(self, what):
        """Sixty callers at once do not make sixty threads wait for the database."""
        most = [0]
        done = threading.Event()
        def watch():
            while not done.wait(0.02):
                most[0] = max(most[0], self.daemon.status()["threads"])
        statuses = []
        def call():
            try:
                statuses.append(self.daemon.client(self.token).get("/cases").status)
            except NotSent as error:
                statuses.append(repr(error))
        watcher = threading.Thread(target=watch)
        watcher.start()
        callers = [threading.Thread(target=call) for _ in range(60)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        done.set()
        watcher.join()
        expect_equal(set(statuses), {503}, f"{what}: answers to sixty callers")
        expect(most[0] <= self.threads + kThreadsMore,
               f"{what}: {most[0]} threads, {self.threads} before")

    def recovery(self, what):
        began = time.monotonic()
        wait_until(lambda: self.daemon.ready_status() == 200, kRecoverWithin,
                   lambda: f"{what}: /readyz 200 again:\n{self.daemon.tail()}")
        def works():
            return self.daemon.client(self.token).get("/cases").status == 200
        left = kRecoverWithin - (time.monotonic() - began)
        wait_until(works, max(left, 0.1), f"{what}: reading works again")
        self.load.wait_for_more(10, 15, what)
        print(f"        {what}: back after {time.monotonic() - began:.2f} s", flush=True)

    # The outages

    def check_it_survives_a_stopped_database(self):
        self.server.stop("fast")
        try:
            self.outage("stopped")
        finally:
            self.server.start()
        self.recovery("stopped")

    def check_it_survives_a_crashed_database(self):
        self.server.stop("immediate")
        try:
            self.outage("crashed")
        finally:
            self.server.start()
        self.recovery("crashed")

    def check_it_survives_a_paused_database(self):
        self.server.signal_all(signal.SIGSTOP)
        try:
            self.outage("paused")
        finally:
            self.server.signal_all(signal.SIGCONT)
        self.recovery("paused")

    def check_it_survives_terminated_backends(self):
        until = time.monotonic() + self.seconds
        terminated = 0
        while time.monotonic() < until:
            answer = self.server.sql(
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
                f"WHERE datname = '{postgres.database_name(self.url)}'")
            terminated += int(answer)
            let_pass(0.05)
        expect(terminated > 10, f"only {terminated} backends were terminated")
        expect_equal(self.load.unexpected_answers, [], "unexpected answers")
        expect(self.daemon.status()["threads"] <= self.threads + kThreadsMore, "threads")
        self.recovery(f"{terminated} backends terminated")

    def check_it_survives_having_no_connections(self):
        occupants = []
        name = postgres.database_name(self.url)
        try:
            self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            f"WHERE datname = '{name}'")
            until = time.monotonic() + 10
            while time.monotonic() < until:
                try:
                    occupants.append(Occupant(self.server.port, self.server.owner, "postgres"))
                except OSError:
                    # Every place is taken: by the daemon too, or not any more.
                    if self.daemon.ready_status() == 503:
                        break
                    self.terminate_one(name, occupants)
            expect(len(occupants) > 30, f"only {len(occupants)} connections were taken")
            self.outage("no connections")
        finally:
            for occupant in occupants:
                occupant.close()
        self.recovery("no connections")

    def terminate_one(self, name, occupants):
        """Gives one connection back for a moment, to end the daemon's own with it."""
        if occupants:
            occupants.pop().close()
        try:
            self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            f"WHERE datname = '{name}'")
        except RuntimeError:
            pass  # somebody was quicker

    def check_it_starts_without_the_database(self):
        self.daemon.stop()
        self.server.stop("fast")
        try:
            self.daemon.start(wait=False)
            wait_until(lambda: self.daemon.ready_status() == 503, 10,
                       lambda: f"/readyz 503 without a database:\n{self.daemon.tail()}")
            expect(self.daemon.running(), "the daemon runs")
            self.refused("start", lambda client: client.get("/cases"))
            self.refused_by_lmtp("start")
        finally:
            self.server.start()
        self.recovery("started without a database")

    def check_nothing_is_lost(self):
        if not self.daemon.running():
            self.daemon.start()
        expect(self.load.total(503) > 0 and self.load.total(451) > 0, "the load met no outage")
        self.load.drain(60)
        tokens = ledger.check(self.client, self.ledger)
        print(f"        {tokens} tokens, none lost, none doubled; {self.load.total(503)} times 503, "
              f"{self.load.total(451)} times 451", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--only", help="run the checks with this in their name")
    parser.add_argument("--seconds", type=float, default=4, help="length of an outage (long: 60)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    arguments = parser.parse_args()
    binary = find_binary(arguments.daemon)
    print(f"seed {arguments.seed} (replay with --seed={arguments.seed})", flush=True)
    with Sandbox("database-down") as sandbox:
        test = DatabaseDown(sandbox, binary, arguments.seconds, arguments.seed)
        test.run(arguments.only)
    finish([test])


if __name__ == "__main__":
    main()
