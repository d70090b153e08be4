#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""R1 and R2: no accepted mail or inquiry is lost or doubled when the daemon is killed.

Under load by LMTP and HTTP the daemon gets SIGKILL at a random moment up to 300 ms after /readyz first
said 200, again and again; on PostgreSQL the server is crashed, too, and two daemons share it. What was
not acknowledged is repeated with the same bytes and key. At the end the ledger is exact: each token
is there once. On SQLite the file is checked after each kill.
"""

import argparse
import os
import random
import re
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import injectors, ledger, postgres
from madoguchi_testing.checks import Checks, after, expect, expect_equal, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import let_pass, wait_until


class KillTest(Checks):
    def __init__(self, sandbox, binary, engine, cycles, daemons, seed):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.cycles = cycles
        self.count = daemons
        self.rng = random.Random(seed)
        self.starts = []
        self.kills = 0
        self.crashes = 0
        self.hits = 0
        self.load = None

    def setup(self):
        url = None
        self.server = None
        if self.engine == "postgresql":
            self.server = postgres.Postgres(self.sandbox, private=True)
            url = self.server.create_database()
        first = Daemon(self.sandbox, self.binary, url=url)
        self.daemons = [first]
        for index in range(1, self.count):
            self.daemons.append(Daemon(self.sandbox, self.binary, url=url, name=f"daemon{index}",
                                       key_file=first.key_file))
        first.migrate()
        self.token = first.token("injector", "admin")
        for daemon in self.daemons:
            daemon.start()
        self.ledger = ledger.Ledger(os.path.join(self.sandbox.path, "ledger"))
        self.load = injectors.Load(self.daemons, self.token, self.ledger,
                                   self.rng.getrandbits(48)).start()

    def explain(self):
        return "\n".join(daemon.complaints() for daemon in self.daemons)

    def teardown(self):
        if self.load:
            self.load.stop()
        for daemon in self.daemons:
            if daemon.running():
                daemon.stop()

    def start(self, daemon):
        daemon.start()
        self.starts.append(daemon.last_start_seconds)

    def check_it_comes_back_from_every_kill(self):
        self.load.wait_for_more(5, 30, "before the first kill")
        for cycle in range(self.cycles):
            let_pass(self.rng.uniform(0, 0.3))
            before = self.load.total("unknown")
            what = self.rng.random() if self.server else 1
            if what < 0.3:
                self.crash_the_database(self.rng.random() < 0.5)
            else:
                victims = self.daemons if self.rng.random() < 0.2 else [self.rng.choice(self.daemons)]
                for victim in victims:
                    victim.kill9()
                    self.kills += 1
                for victim in victims:
                    if victim.database_file:
                        expect_equal(victim.integrity(), "ok", f"integrity in cycle {cycle}")
                    self.start(victim)
            self.hits += self.load.total("unknown") > before
            unexpected = self.load.unexpected_answers
            expect(not unexpected, lambda: f"cycle {cycle}: unexpected answers {unexpected[:3]}")
            if (cycle + 1) % 50 == 0:
                print(f"        {cycle + 1} cycles, {self.load.acknowledged()} acknowledged, "
                      f"{self.load.total('unknown')} requests cut", flush=True)

    def crash_the_database(self, with_daemon):
        victim = self.rng.choice(self.daemons)
        if with_daemon:
            victim.kill9()
            self.kills += 1
        self.server.stop("immediate")
        self.crashes += 1
        self.server.start()
        if with_daemon:
            self.start(victim)
        for daemon in self.daemons:
            wait_until(lambda one=daemon: one.ready_status() == 200, 5,
                       lambda one=daemon: f"{one.name} ready again after the database's crash:\n"
                                          f"{one.tail()}")

    @after("check_it_comes_back_from_every_kill")
    def check_the_kills_hit_running_requests(self):
        cut = self.load.total("unknown")
        print(f"        {self.kills} kills, {self.crashes} crashes of the database, {cut} requests "
              f"cut in {self.hits} cycles, {self.load.acknowledged()} acknowledged", flush=True)
        expect(self.kills > 0, "nothing was killed")
        expect(cut > 0, "no kill interrupted a request")
        expect(self.crashes > 0 or not self.server or self.cycles < 10, "the database never crashed")

    @after("check_it_comes_back_from_every_kill")
    def check_everything_is_acknowledged_in_the_end(self):
        # A key that a killed replica had begun is free again after a minute on PostgreSQL.
        self.load.drain(60 if self.engine == "sqlite" else 120)

    def check_the_ledger_is_exact(self):
        tokens = ledger.check(self.daemons[0].client(self.token), self.ledger, 120)
        expect(tokens > self.cycles, f"only {tokens} tokens")
        print(f"        {tokens} tokens, each there once", flush=True)

    @after("check_it_comes_back_from_every_kill")
    def check_no_healthy_mail_was_quarantined(self):
        # A kill is no mark against a mail that happened to be in work: every mail here can be read.
        # The ledger alone does not see it when the same mail was also taken a second time.
        def gauge(name):
            text = self.daemons[0].client(self.token, base="").get("/metrics").expect(200).body.decode()
            found = re.search(rf"^{name} (\S+)$", text, re.M)
            expect(found, f"{name} in /metrics")
            return float(found.group(1))
        wait_until(lambda: gauge("madoguchi_intake_undecided") == 0, 60, "every mail decided", poll=0.2)
        expect_equal(gauge("madoguchi_intake_quarantined"), 0.0, "mails in quarantine")

    @after("check_it_comes_back_from_every_kill")
    def check_a_restart_takes_less_than_two_seconds(self):
        median = statistics.median(self.starts)
        print(f"        restart: median {median:.3f} s, longest {max(self.starts):.3f} s", flush=True)
        expect(median < 2, f"median restart {median:.2f} s")

    @after("check_the_ledger_is_exact")
    def check_the_ledger_is_exact_after_a_last_restart(self):
        for daemon in self.daemons:
            daemon.stop()
            if daemon.database_file:
                expect_equal(daemon.integrity(), "ok", "integrity after the last stop")
        self.daemons[0].start()
        ledger.check(self.daemons[0].client(self.token), self.ledger, 10)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--daemons", type=int, help="on PostgreSQL; 2 unless told")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    arguments = parser.parse_args()
    binary = find_binary(arguments.daemon)
    print(f"seed {arguments.seed} (replay with --seed={arguments.seed})", flush=True)
    daemons = 1 if arguments.engine == "sqlite" else arguments.daemons or 2
    with Sandbox(f"kill-{arguments.engine}") as sandbox:
        test = KillTest(sandbox, binary, arguments.engine, arguments.cycles, daemons, arguments.seed)
        test.run()
    finish([test])


if __name__ == "__main__":
    main()
