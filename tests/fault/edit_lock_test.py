#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""R27: exactly one editor of a customer's screen.

Agents edit the same few customers; some let the lock go, some vanish, some stop for longer than the
lease and come back with the token they had, some are pushed aside by a supervisor. On PostgreSQL they
do it through two daemons, one of which has a wall clock two days ahead and is stopped for a while with
requests under way; leases are made to run out under their hands. On SQLite the daemon is killed. Then
the customers' histories, in the order of their sequences, must show no change but the holder's, under
the holder's token, and everything that was answered with 201 exactly once. Last, by the real clock: a
holder who vanishes is gone after 60 seconds, and not before.
"""

import glob
import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.api import NoAnswer, NotSent
from madoguchi_testing.checks import Checks, expect, expect_equal
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import let_pass, wait_until

kLease = 60
kAgents = 6
kCustomers = 3
kSeconds = 12


def skewed():
    """The environment of a daemon whose wall clock is two days ahead."""
    library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    expect(library, "libfaketime is not installed (tools/packages.txt)")
    return {"LD_PRELOAD": library[0], "FAKETIME": "+2d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class Editor(threading.Thread):
    """One agent with a tab open on several customers; what was answered is noted."""

    def __init__(self, client, name, customers, seed, stop):
        super().__init__(daemon=True)
        self.client = client
        self.name_ = name
        self.customers = customers
        self.rng = random.Random(seed)
        self.stop_ = stop
        self.tokens = {}
        self.written = []   # (customer, text) that were answered with 201
        self.unknown = []   # the same, never answered
        self.refused = 0
        self.failure = None

    def run(self):
        count = 0
        while not self.stop_.is_set():
            count += 1
            try:
                self.edit(self.rng.choice(self.customers), count)
            except (NotSent, NoAnswer):
                let_pass(0.02)  # the daemon is away
            except Exception as error:  # shown by the test
                self.failure = error
                return

    def headers(self, customer):
        return {"Edit-Lock": self.tokens[customer]} if customer in self.tokens else {}

    def edit(self, customer, count):
        path = f"/customers/{customer}"
        answer = self.client.request("PUT", path + "/edit-lock", headers=self.headers(customer))
        if answer.status == 200:
            self.tokens[customer] = answer.json()["token"]
        elif answer.status == 423:
            if answer.problem()["type"].endswith("edit-lock-lost"):
                del self.tokens[customer]
        else:
            answer.expect(200, 423, 503)
        if customer not in self.tokens:
            return
        # Tried with whatever token there is: a paused tab does not know that its lock is gone.
        for part in range(self.rng.randrange(1, 4)):
            text = f"{self.tokens[customer]} {self.name_} {count}-{part}"
            try:
                memo = self.client.post(path + "/memos", {"text": text}, headers=self.headers(customer))
            except (NotSent, NoAnswer):
                self.unknown.append((customer, text))
                raise
            memo.expect(201, 423, 503)
            if memo.status == 201:
                self.written.append((customer, text))
            elif memo.status == 423:
                self.refused += 1
        let_pass(self.rng.uniform(0, 0.03))
        if self.rng.random() < 0.4:
            self.client.request("DELETE", path + "/edit-lock",
                                headers=self.headers(customer)).expect(204, 423, 503)


class EditLockFaults(Checks):
    def __init__(self, sandbox, binary, engine, seed):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.rng = random.Random(seed)
        self.daemons = []

    def setup(self):
        self.database = None
        if self.engine == "postgresql":
            self.server = postgres.Postgres(self.sandbox)
            url = self.server.create_database()
            self.database = url.rpartition("/")[2].partition("?")[0]
            first = Daemon(self.sandbox, self.binary, url=url, name="first")
            second = Daemon(self.sandbox, self.binary, url=url, name="second", key_file=first.key_file)
            self.daemons = [first, second]
        else:
            self.daemons = [Daemon(self.sandbox, self.binary)]
        self.daemons[0].migrate()
        self.tokens = {f"editor{i}": self.daemons[0].token(f"editor{i}", "agent")
                       for i in range(kAgents)}
        self.chief = self.daemons[0].token("chief", "supervisor")
        self.daemons[0].start()
        for other in self.daemons[1:]:
            other.start(extra_environment=skewed())
        made = self.daemons[0].client(self.chief)
        self.customers = [made.post("/customers", {"family_name": f"共有{i}"}).expect(201).json()["number"]
                          for i in range(kCustomers)]

    def teardown(self):
        for daemon in self.daemons:
            if daemon.running():
                daemon.stop()

    def explain(self):
        return "\n".join(daemon.complaints() for daemon in self.daemons)

    def run_leases_out(self):
        """Moves leases a minute nearer their end, but those that a daemon has in hand, which may be
        stopped; PostgreSQL only, where anybody may."""
        self.server.sql("UPDATE edit_locks SET lease_until = lease_until - 61000000 WHERE customer_id IN "
                        "(SELECT customer_id FROM edit_locks WHERE lease_until IS NOT NULL "
                        "FOR UPDATE SKIP LOCKED)", self.database)

    def disturb(self, until):
        chief = self.daemons[0].client(self.chief)
        faults = {"taken over": 0, "run out": 0, "stopped": 0, "killed": 0}
        while time.monotonic() < until:
            let_pass(self.rng.uniform(0.2, 0.6))
            customer = self.rng.choice(self.customers)
            lock = chief.request("PUT", f"/customers/{customer}/edit-lock",
                                 json={"action": "take_over", "reason": "順番"}).expect(200).json()
            faults["taken over"] += 1
            chief.request("DELETE", f"/customers/{customer}/edit-lock",
                          headers={"Edit-Lock": lock["token"]}).expect(204, 423)
            if self.engine == "sqlite":
                if self.rng.random() < 0.25:
                    self.daemons[0].kill9()
                    self.daemons[0].start()
                    chief = self.daemons[0].client(self.chief)
                    faults["killed"] += 1
                continue
            if self.rng.random() < 0.4:
                second = self.daemons[1]
                second.signal(signal.SIGSTOP)
                try:
                    self.run_leases_out()
                    let_pass(self.rng.uniform(0.1, 0.4))
                finally:
                    second.signal(signal.SIGCONT)
                faults["stopped"] += 1
            else:
                self.run_leases_out()
                faults["run out"] += 1
        return faults

    def check_one_editor_at_a_time(self):
        stop = threading.Event()
        editors = []
        for i, (name, token) in enumerate(self.tokens.items()):
            daemon = self.daemons[i % len(self.daemons)]
            editors.append(Editor(daemon.client(token), name, self.customers,
                                  self.rng.getrandbits(48), stop))
        for editor in editors:
            editor.start()
        faults = self.disturb(time.monotonic() + kSeconds)
        stop.set()
        for editor in editors:
            editor.join(60)
        failures = [repr(editor.failure) for editor in editors if editor.failure]
        expect_equal(failures, [], "editors that failed")
        wanted = ("taken over", "killed") if self.engine == "sqlite" else \
            ("taken over", "run out", "stopped")
        for fault in wanted:
            expect(faults[fault] > 0, f"nothing was {fault}: {faults}")
        refused = sum(editor.refused for editor in editors)
        written = [entry for editor in editors for entry in editor.written]
        unknown = {entry for editor in editors for entry in editor.unknown}
        expect(refused > 0, "nobody ever came late: nothing was tried")
        expect(len(written) > 50, f"only {len(written)} changes")
        seen = []
        for customer in self.customers:
            seen += [(customer, text) for text in self.follow(customer)]
        lost = set(written) - set(seen)
        expect_equal(lost, set(), "answered with 201 and not there")
        expect_equal(len(seen), len(set(seen)), "changes that are there twice")
        surplus = set(seen) - set(written) - unknown
        expect_equal(surplus, set(), "there and never answered with 201")
        print(f"        {len(written)} changes, {refused} refused, {faults}", flush=True)

    def follow(self, customer):
        """The texts of the customer's memos; fails at the first that is not the holder's."""
        client = self.daemons[0].client(self.chief)
        history = list(client.items(f"/customers/{customer}/changes"))
        holder, token, texts = None, 0, []
        for entry in reversed(history):
            fields = {field["field"]: field["to"] for field in entry["fields"]}
            event = entry["event"]
            if event in ("edit_lock.acquired", "edit_lock.taken_over", "edit_lock.handed_over"):
                expect(int(fields["token"]) >= token, f"{customer}: the token fell: {entry}")
                holder, token = fields["holder"], int(fields["token"])
            elif event == "customer_memo.created":
                expect(entry["actor_name"] == holder and fields["text"].split()[0] == str(token),
                       f"{customer}: {holder} holds it with {token}, and yet: {entry}")
                texts.append(fields["text"])
        return texts

    def check_the_other_clock_was_wrong(self):
        if self.engine == "sqlite":
            return
        made = [daemon.client(self.chief).post("/customers", {"family_name": "時計"}).expect(201).json()
                for daemon in self.daemons]
        days = {one["created_at"][:10] for one in made}
        expect_equal(len(days), 2, "dates by the two clocks")

    def check_who_vanishes_is_gone_after_a_minute_and_not_before(self):
        first = self.daemons[0].client(self.tokens["editor0"])
        # By the other daemon, whose clock is wrong, where there is one.
        second = self.daemons[-1].client(self.tokens["editor1"])
        customer = first.post("/customers", {"family_name": "消えた人"}).expect(201).json()["number"]
        path = f"/customers/{customer}/edit-lock"
        stream = self.daemons[-1].events(self.tokens["editor1"])
        began = time.monotonic()
        first.request("PUT", path).expect(200)
        answered = time.monotonic()
        try:
            wait_until(lambda: second.request("PUT", path).status == 200, kLease + 5,
                       "the lock of who vanished", poll=0.5)
            took = time.monotonic() - began
            expect(time.monotonic() - answered >= kLease - 1, f"already after {took:.1f} s")
            expect(took <= kLease + 2, f"only after {took:.1f} s")
            stream.wait_for(lambda events: [event for event in events
                                            if event.kind == "edit_lock.expired"], 10, "it is told")
        finally:
            stream.close()


if __name__ == "__main__":
    run_on_engines(__doc__, "edit-lock-faults", EditLockFaults, seeded=True)
