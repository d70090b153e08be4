#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""R3 and R4: fetching by IMAP loses no mail and doubles none, whatever happens to the server.

R3: its processes are killed while mails are fetched, and the connection is cut after every N octets of
a window. R4: the UIDVALIDITY changes, UIDs are given to other mails, a folder is deleted and made anew,
an old Maildir is restored. The public API tells what arrived.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import mails, postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.mailhost import MailHost
from madoguchi_testing.proxy import FaultProxy
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import let_pass, wait_until

kFolder = "問い合わせ"


class ImapFaultTest(Checks):
    def __init__(self, sandbox, binary, engine, kills, step, seed):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.kills = kills
        self.step = step
        self.rng = random.Random(seed)
        self.generator = mails.Generator(self.rng.getrandbits(48))
        self.daemon = None
        self.number = 0

    def setup(self):
        self.users = [f"user{number}@shop.example" for number in range(12)]
        self.host = MailHost(self.sandbox, self.users)
        self.server = postgres.Postgres(self.sandbox) if self.engine == "postgresql" else None

    def explain(self):
        return self.daemon.complaints() if self.daemon else ""

    def guarded_(self, title, function):
        seconds = super().guarded_(title, function)
        if self.daemon and self.daemon.running():
            self.daemon.kill9()
        return seconds

    def hub(self, proxy=None, **changes):
        """A hub for a mailbox of its own, and the mails that must come out of it."""
        self.number += 1
        self.user = self.users[self.number]
        port = proxy.port if proxy else self.host.imap
        table = self.host.fetch_table(**{"user": self.user, "port": port, **changes})
        url = self.server.create_database() if self.server else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url, name=f"hub{self.number}", extra=table)
        self.daemon.migrate()
        self.token = self.daemon.token("chief", "admin")
        self.daemon.start()
        self.api = self.daemon.client(self.token)
        self.wanted = {}
        if proxy is None or proxy.cut_after is None:
            self.settled(0)

    def put(self, count, kind=None, folder="INBOX"):
        made = [self.generator.next(kind) for _ in range(count)]
        self.host.put([mail.raw for mail in made], folder=folder, user=self.user)
        self.wanted.update({mail.token: mail for mail in made})
        return made

    def state(self):
        return self.api.get("/mailboxes/support").expect(200).json()["fetch"]

    def settled(self, count, seconds=120):
        """Until so many cases are there and the mailbox was read to its end since."""
        def there():
            return len(self.api.cases()) >= count and self.state()["state"] == "good"
        wait_until(there, seconds, lambda: f"{count} cases, there are {len(self.api.cases())}, "
                                           f"fetching: {self.state()}", poll=0.1)
        self.read_again()

    def read_again(self):
        """Until the mailbox was read to its end once more, and everything that came is decided."""
        before = self.state()["last_success_at"]
        wait_until(lambda: self.state()["last_success_at"] != before, 90, "one more poll", poll=0.1)
        def undecided():
            text = self.api.root().get("/metrics").expect(200).body.decode()
            return float(re.search(r"^madoguchi_intake_undecided (\S+)$", text, re.M).group(1))
        wait_until(lambda: undecided() == 0, 60, "every mail decided", poll=0.1)

    def exact(self):
        """Each mail that was put there is one case with one message of exactly its octets."""
        self.settled(len(self.wanted))
        found = {}
        for case in self.api.cases():
            token = mails.kTokenPattern.search(case["subject"] or "")
            expect(token and token.group(0) in self.wanted, f"a stranger: {case}")
            expect(token.group(0) not in found, f"{token.group(0)} came twice")
            messages = self.api.messages(case["number"])
            expect_equal(len(messages), 1, f"messages of {token.group(0)}")
            found[token.group(0)] = messages[0]["id"]
        missing = set(self.wanted) - set(found)
        expect(not missing, f"lost: {sorted(missing)[:3]} of {len(self.wanted)}")
        for token in self.rng.sample(sorted(found), min(20, len(found))):
            raw = self.api.get(f"/messages/{found[token]}/raw").expect(200).body
            expect(raw == self.wanted[token].raw, f"{token} is torn")

    # R3

    def check_the_server_is_killed_while_it_hands_over_mails(self):
        self.hub(after="delete")
        killed = 0

        def killed_some():
            nonlocal killed
            now = self.host.kill_imap()
            killed += now
            return now > 0

        for _ in range(self.kills):
            self.put(30)
            self.daemon.signal(1)  # SIGHUP: it tries at once
            for _ in range(3):
                let_pass(self.rng.uniform(0, 0.15))
                killed_some()
            # Between two tries there is nobody to kill.
            wait_until(killed_some, 60, "an imap process to kill", poll=0.02)
        expect(killed >= self.kills, f"only {killed} processes were killed")
        self.exact()
        wait_until(lambda: self.host.count(user=self.user) == 0, 90, "taken mails deleted", poll=0.2)
        print(f"        {killed} imap processes killed, {len(self.wanted)} mails", flush=True)

    def check_the_connection_is_cut_after_every_n_octets(self):
        # Mails lie there; each connection gets a few octets further than the one before, until it can
        # take a batch. The hub waits longer and longer between tries, and a reload makes it try now.
        proxy = FaultProxy(self.host.imap)
        try:
            self.hub(proxy)
            self.daemon.stop()
            self.put(8, "plain")
            window = range(1, 4097, self.step)
            for n in window:
                proxy.cut_after, proxy.by_reset = n, self.rng.random() < 0.5
                cuts = proxy.cuts
                if not self.daemon.running():
                    self.daemon.start()
                else:
                    self.daemon.signal(1)  # SIGHUP: tries at once
                wait_until(lambda: proxy.cuts > cuts, 30, f"a cut after {n} octets", poll=0.01)
            expect(proxy.cuts >= len(window), f"{proxy.cuts} cuts")
            proxy.cut_after = None
            self.daemon.signal(1)
            self.exact()
            print(f"        {proxy.cuts} cuts in {proxy.connections} connections", flush=True)
        finally:
            proxy.close()

    def check_it_comes_back_within_a_minute(self):
        self.hub()
        self.host.stop()
        wait_until(lambda: self.state()["state"] == "failing", 90, "failing", poll=0.2)
        self.host.start()
        self.put(3)
        self.settled(3, 75)
        self.exact()

    # R4

    def doveadm(self, *words):
        return self.host.doveadm("mailbox", *words)

    def check_another_uidvalidity(self):
        for first_run in ("now", "everything"):
            self.hub(first_run=first_run)
            self.put(60)
            self.exact()
            for running in (True, False):
                if not running:
                    self.daemon.stop()
                validity = 2_000_000_000 + self.rng.randrange(1000)
                self.doveadm("update", "-u", self.user, "--uid-validity", str(validity), "INBOX")
                self.put(5)
                if not running:
                    self.daemon.start()
                self.exact()
            expect(self.state()["mails"] >= 60 + 65 + 5, f"listed anew: {self.state()}")
            self.daemon.stop()

    def check_mails_from_before_stay_where_they_are_after_another_uidvalidity(self):
        self.number += 1
        self.user = self.users[self.number]
        self.number -= 1
        old = [self.generator.next() for _ in range(5)]
        self.host.put([mail.raw for mail in old], user=self.user, date='"01-Nov-2026 10:00:00 +0900"')
        self.hub()
        self.put(5)
        self.exact()
        self.doveadm("update", "-u", self.user, "--uid-validity", "1999999999", "INBOX")
        self.put(2)
        self.exact()

    def check_a_folder_deleted_and_made_anew(self):
        self.host.create(kFolder, user=self.users[self.number + 1])
        self.hub(folders=[kFolder])
        self.put(5, folder=kFolder)
        self.exact()
        self.host.delete_folder(kFolder, user=self.user)
        self.host.create(kFolder, user=self.user)
        self.put(7, folder=kFolder)
        self.exact()
        self.daemon.stop()
        self.host.delete_folder(kFolder, user=self.user)
        self.host.create(kFolder, user=self.user)
        self.put(20, folder=kFolder)
        self.daemon.start()
        self.exact()

    def check_an_old_maildir_is_restored(self):
        self.hub()
        self.put(10)
        self.exact()
        maildir = os.path.join(self.host.maildirs, self.user)
        backup = maildir + ".backup"
        shutil.copytree(maildir, backup, symlinks=True)
        self.put(10)
        self.exact()
        for count in (3, 25):
            # The mails after the backup are gone there, and their UIDs go to others.
            self.daemon.stop()
            self.host.kill_imap()
            shutil.rmtree(maildir)
            shutil.copytree(backup, maildir, symlinks=True)
            if os.geteuid() == 0:
                subprocess.run(["chown", "-R", f"{self.host.user}:", maildir], check=True)
            self.put(count)
            self.daemon.start()
            self.exact()

    def check_the_index_is_deleted(self):
        self.hub()
        self.put(10)
        self.exact()
        self.host.kill_imap()
        maildir = os.path.join(self.host.maildirs, self.user)
        removed = [name for name in os.listdir(maildir) if name.startswith("dovecot")]
        for name in removed:
            os.remove(os.path.join(maildir, name))
        expect("dovecot-uidlist" in removed, f"removed {removed}")
        self.put(5)
        self.exact()

    def check_the_hub_is_killed_while_it_fetches_and_deletes(self):
        self.hub(after="move", move_to="Taken")
        for _ in range(self.kills):
            self.put(40)
            let_pass(self.rng.uniform(0, 0.4))
            self.daemon.kill9()
            self.daemon.start()
        self.exact()
        wait_until(lambda: self.host.count(user=self.user) == 0, 60, "taken mails moved", poll=0.2)
        expect_equal(self.host.count("Taken", user=self.user), len(self.wanted), "in their folder")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--kills", type=int, default=8, help="rounds in which something is killed")
    parser.add_argument("--step", type=int, default=61, help="octets between two cuts")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--only", help="run the checks with this in their name")
    arguments = parser.parse_args()
    binary = find_binary(arguments.daemon)
    print(f"seed {arguments.seed} (replay with --seed={arguments.seed})", flush=True)
    with Sandbox(f"imap-fault-{arguments.engine}") as sandbox:
        test = ImapFaultTest(sandbox, binary, arguments.engine, arguments.kills, arguments.step,
                             arguments.seed)
        test.run(arguments.only)
    finish([test])


if __name__ == "__main__":
    main()
