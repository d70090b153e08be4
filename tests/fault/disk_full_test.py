#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""R6: a full disk is a refusal for now, not a loss.

The data folder is a small file system in memory that is filled in mid-run: LMTP says 452, the API 503
with Retry-After, reading goes on; when there is space again everything goes on by itself. Needs root.
"""

import argparse
import errno
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import injectors, ledger, lmtp, mails
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in, finish, need_root
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import let_pass, wait_until

kSize = "96m"


class Filler:
    """Takes all the space of a folder's file system, again and again: a reserve that the daemon gives
    up is taken, too."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "filler")
        self.written = 0

    def fill(self):
        """How many bytes it could take now."""
        before = self.written
        with open(self.path, "ab", buffering=0) as file:
            for size in (1 << 20, 1 << 16, 1 << 12, 1):
                try:
                    while True:
                        self.written += file.write(b"\0" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
        return self.written - before

    def free(self):
        os.remove(self.path)
        self.written = 0


class DiskFull(Checks):
    def __init__(self, sandbox, binary, rounds, seed):
        super().__init__("sqlite")
        self.sandbox = sandbox
        self.binary = binary
        self.rounds = rounds
        self.rng = random.Random(seed)
        self.generator = mails.Generator(self.rng.getrandbits(48))
        self.load = None

    def setup(self):
        data = self.sandbox.mount_tmpfs("small", kSize)
        self.daemon = Daemon(self.sandbox, self.binary, data_dir=data)
        self.daemon.migrate()
        self.token = self.daemon.token("injector", "admin")
        self.daemon.start()
        self.client = self.daemon.client(self.token)
        self.filler = Filler(data)
        self.ledger = ledger.Ledger(os.path.join(self.sandbox.path, "ledger"))
        self.load = injectors.Load([self.daemon], self.token, self.ledger,
                                   self.rng.getrandbits(48), kind="utf8").start()

    def explain(self):
        return self.daemon.complaints()

    def teardown(self):
        if self.load:
            self.load.stop()
        if self.daemon.running():
            self.daemon.stop()

    def until_full(self):
        """Fills until the daemon refuses by LMTP and by HTTP."""
        seen = {name: self.load.count(*name) for name in (("lmtp", 452), ("intake", 503))}
        self.filler.fill()
        def refused():
            self.filler.fill()
            return all(self.load.count(*name) > before for name, before in seen.items())
        wait_until(refused, 30, lambda: "LMTP 452 and HTTP 503 on a full disk; answers "
                   f"{dict(self.load.answers)}, log:\n{self.daemon.tail()}", poll=0.02)

    def check_it_works_while_there_is_space(self):
        self.load.wait_for_more(20, 30, "with space")
        expect_equal(self.load.total(452) + self.load.total(503), 0, "refusals with space")

    @after("check_it_works_while_there_is_space")
    def check_a_full_disk_is_refused_for_now(self):
        self.until_full()
        mail = self.generator.next("attachment", attachments=[
            mails.Attachment("x.bin", "application/octet-stream", self.rng.randbytes(300_000))])
        self.unacknowledged = mail
        reply = lmtp.deliver(self.daemon.lmtp_port, mail.sender, mail.recipients, mail.raw)[0]
        self.ledger.write(mail.token, "lmtp", ledger.kOk if reply.code == 250 else ledger.kFail)
        expect_equal(reply.code, 452, f"LMTP reply {reply!r}")
        expect_in("4.3.1", reply.text, "LMTP's enhanced code")
        self.filler.fill()
        answer = self.client.intake(mail.raw).expect(503)
        answer.problem()
        expect((answer.header("Retry-After") or "").isdigit(), "Retry-After")
        self.ledger.write(mail.token, "intake", ledger.kUnknown)
        answer = self.client.post("/cases", {"channel": "phone", "kind": "call", "status": "open",
                                             "subject": "voll", "text": "voll"})
        expect_in(answer.status, (201, 503), f"POST /cases: {answer}")
        expect_equal(self.load.unexpected_answers, [], "unexpected answers")

    @after("check_a_full_disk_is_refused_for_now")
    def check_reading_goes_on(self):
        self.filler.fill()
        fresh = self.daemon.client(self.token)
        cases = fresh.get("/cases").expect(200).json()["items"]
        expect(cases, "cases to read")
        fresh.get(f"/cases/{cases[-1]['number']}/messages").expect(200)
        self.daemon.client().get("/cases").expect(401)
        self.daemon.client(base="").get("/livez").expect(200)

    @after("check_a_full_disk_is_refused_for_now")
    def check_it_recovers_by_itself(self):
        pid = self.daemon.pid
        self.filler.free()
        self.load.wait_for_more(20, 20, "after space came back")
        expect_equal(self.daemon.pid, pid, "the same process")
        expect_equal(self.daemon.ready_status(), 200, "/readyz")
        mail = self.unacknowledged
        reply = lmtp.deliver(self.daemon.lmtp_port, mail.sender, mail.recipients, mail.raw)[0]
        expect_equal(reply.code, 250, f"the refused mail again {reply!r}")
        self.ledger.write(mail.token, "lmtp", ledger.kOk)

    @after("check_it_recovers_by_itself")
    def check_again_and_again(self):
        for _ in range(self.rounds):
            let_pass(self.rng.uniform(0, 0.3))
            self.until_full()
            let_pass(self.rng.uniform(0, 0.5))
            self.filler.free()
            self.load.wait_for_more(10, 20, "after space came back")

    @after("check_it_recovers_by_itself")
    def check_a_kill_on_a_full_disk_loses_nothing(self):
        self.until_full()
        self.daemon.kill9()
        expect_equal(self.daemon.integrity(), "ok", "integrity of the full disk's file")
        self.filler.free()
        self.daemon.start()
        self.load.wait_for_more(10, 20, "after the restart")

    def check_nothing_acknowledged_is_lost(self):
        if os.path.exists(self.filler.path):
            self.filler.free()
        expect(self.load.count("lmtp", 452) > 0 and self.load.count("intake", 503) > 0,
               "the disk was never full")
        self.load.drain(60)
        tokens = ledger.check(self.client, self.ledger)
        self.daemon.stop()
        expect_equal(self.daemon.integrity(), "ok", "integrity")
        self.daemon.start()
        ledger.check(self.client, self.ledger, 10)
        print(f"        {tokens} tokens, each there once; {self.load.total(452)} times 452, "
              f"{self.load.total(503)} times 503", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    arguments = parser.parse_args()
    need_root("mount a small file system")
    binary = find_binary(arguments.daemon)
    print(f"seed {arguments.seed} (replay with --seed={arguments.seed})", flush=True)
    with Sandbox("disk-full") as sandbox:
        test = DiskFull(sandbox, binary, arguments.rounds, arguments.seed)
        test.run()
    finish([test])


if __name__ == "__main__":
    main()
