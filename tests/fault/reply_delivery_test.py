#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""R13: a reply that an agent sent is delivered once, or is visibly not.

A mail server that fails at each point of the dialogue, by a refusal for now, one for good, a cut and a
hang; a daemon that is killed at each hang; agents who reply by the API all the while. Each reply arrives
once (twice only where a crash or a cut came between the server's taking it and the answer), or says that it
failed; each try carries the same Message-ID; replies of one case arrive in their order.
"""

import collections
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import mails, postgres
from madoguchi_testing.api import NoAnswer, NotSent
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.faulty_smtp import FaultySmtp, every_fault, kKinds
from madoguchi_testing.mail_providers import make_certificate
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kCases = 16
kReplies = 3
kFinal = ("sent", "failed")


class ReplyDelivery(Checks):
    def __init__(self, sandbox, binary, engine, seed):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.rng = random.Random(seed)
        self.generator = mails.Generator(self.rng.getrandbits(48))
        self.replies = {}  # subject -> message id
        self.kills = 0
        self.sink = None

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        folder = self.sandbox.folder(f"smtp-{self.engine}", 0o700)
        self.certificate = make_certificate(folder, "smtp", "127.0.0.1")
        self.key = os.path.join(folder, "smtp.key")
        password = os.path.join(folder, "password")
        with open(password, "w", encoding="ascii") as file:
            file.write("opensesame\n")
        os.chmod(password, 0o600)
        self.port = self.sandbox.port()
        self.daemon = Daemon(self.sandbox, self.binary, url=url, smtp_port=self.port, options={
            "smtp": f'host = "127.0.0.1"\nport = {self.port}\nsecurity = "starttls"\n'
                    f'user = "hub"\npassword_file = "{password}"\nca_file = "{self.certificate}"'})
        self.daemon.migrate()
        self.token = self.daemon.token("sato", "admin")
        self.daemon.start()
        self.client = self.daemon.client(self.token)

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()
        if self.sink:
            self.sink.close()

    def explain(self):
        return self.daemon.complaints()

    def new_case(self):
        mail = self.generator.next("utf8")
        return self.client.intake(mail.raw).expect(201).json()["case_number"]

    def reply(self, client, number, subject):
        """By an agent who tries until he is answered."""
        wish = {"kind": "reply", "subject": subject, "text": "お返事です。"}
        def answered():
            try:
                return client.post(f"/cases/{number}/messages", wish, key=subject)
            except (NotSent, NoAnswer, OSError):
                return None
        answer = wait_until(answered, 60, f"the reply {subject} is taken", poll=0.05)
        if answer.status == 409:  # the answer of a try that died with the daemon is being awaited
            return False
        self.replies[subject] = answer.expect(201).json()["id"]
        return True

    def states(self):
        found = {}
        for subject, message in list(self.replies.items()):
            delivery = self.client.get(f"/messages/{message}").expect(200).json()["delivery"]
            found[subject] = delivery[0]["state"]
        return found

    def kill(self):
        self.kills += 1
        self.daemon.kill9()
        self.daemon.start()

    def check_replies_wait_while_nobody_is_there(self):
        number = self.new_case()
        self.reply(self.client, number, f"{number}.early")
        wait_until(lambda: set(self.states().values()) == {"deferred"}, 30, "the reply is deferred")

    @after("check_replies_wait_while_nobody_is_there")
    def check_each_reply_arrives_once_or_says_that_it_failed(self):
        plan = every_fault()
        self.rng.shuffle(plan)
        self.sink = FaultySmtp(self.port, self.certificate, self.key, plan)
        numbers = [self.new_case() for _ in range(kCases)]

        def write(number):
            client = self.client.again()
            for turn in range(kReplies):
                subject = f"{number}.{turn}"
                wait_until(lambda: self.reply(client, number, subject), 60, subject, poll=0.2)
        agents = [threading.Thread(target=write, args=(number,)) for number in numbers]
        for agent in agents:
            agent.start()
        excused = collections.Counter()

        def settled():
            if self.sink.held > 0:
                # What was taken just now may not have been written down.
                before = self.states() if self.daemon.running() else {}
                self.kill()
                for subject in {one.subject for one in self.sink.tries if one.answered}:
                    if before.get(subject) != "sent":
                        excused[subject] += 1
                return None
            if any(agent.is_alive() for agent in agents):
                return None
            states = self.states()
            done = not self.sink.plan and all(state in kFinal for state in states.values())
            return states if done else None
        began = time.monotonic()
        states = wait_until(settled, 800, lambda: f"all replies settled: {self.states()}, to come "
                            f"{self.sink.plan}", poll=0.2)
        expect_equal(sorted(set(self.sink.done)), sorted(every_fault()), "faults that hit")
        hangs = sum(kind.endswith("hang") for _, kind in self.sink.done)
        expect(2 * self.kills >= hangs, f"{self.kills} kills for {hangs} hangs, of which two are met at once")
        expect_equal(len(states), kCases * kReplies + 1, "replies")
        self.judge(states, excused)
        counts = collections.Counter(states.values())
        print(f"        {counts['sent']} sent, {counts['failed']} failed after {len(self.sink.done)} "
              f"faults and {self.kills} kills in {time.monotonic() - began:.0f} s; "
              f"{len(self.sink.tries)} tries with DATA", flush=True)

    def judge(self, states, excused):
        tries = collections.defaultdict(list)
        for one in self.sink.tries:
            tries[one.subject].append(one)
        expect_equal(set(tries) - set(states), set(), "replies that nobody wrote")
        arrived = collections.defaultdict(list)
        for subject, state in states.items():
            ids = {one.message_id for one in tries[subject]}
            expect(len(ids) <= 1, f"{subject} has the Message-IDs {ids}")
            copies = [one for one in tries[subject] if one.taken]
            silent = sum(not one.answered for one in copies)
            expect(len(copies) <= 1 + silent + excused[subject],
                   f"{subject} arrived {len(copies)} times, {silent} of them without an answer")
            expect(copies or state == "failed", f"{subject} is {state} and never arrived")
        for one in self.sink.tries:
            number = one.subject.partition(".")[0]
            if one.taken and one.subject not in arrived[number]:
                arrived[number].append(one.subject)
        for number, subjects in arrived.items():
            expect_equal(subjects, sorted(subjects), f"the order in {number}")
        failed = [subject for subject, state in states.items() if state == "failed"]
        # From MAIL on, a 5xx is about the mail; a kill may come before one is written down.
        expect_in(len(failed), (1, 2, 3, 4), f"refused for good: {failed}")
        for subject in failed:
            delivery = self.client.get(f"/messages/{self.replies[subject]}").json()["delivery"][0]
            expect_in("554 5.7.1 not here", delivery["detail"], f"the server's words of {subject}")

    @after("check_each_reply_arrives_once_or_says_that_it_failed")
    def check_a_bad_farewell_holds_nobody_up(self):
        self.sink.keeps = True
        number = self.new_case()
        for kind in kKinds:
            subject = f"{number}.{kind}"
            self.reply(self.client, number, subject)
            wait_until(lambda: self.states()[subject] == "sent", 30, f"{subject} is sent")
            self.sink.farewell = kind
            began = time.monotonic()
            self.daemon.stop()
            expect(time.monotonic() - began < 10, f"the stop took {time.monotonic() - began:.1f} s")
            self.daemon.start()
            expect_equal(self.states()[subject], "sent", f"{subject} after {kind} at QUIT")
            expect_equal(sum(one.subject == subject for one in self.sink.tries), 1, f"tries of {subject}")
        expect_equal([kind for point, kind in self.sink.done if point == "QUIT"], list(kKinds),
                     "faults at QUIT")


if __name__ == "__main__":
    run_on_engines(__doc__, "reply-delivery", ReplyDelivery, seeded=True)
