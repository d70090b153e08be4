# SPDX-License-Identifier: Apache-2.0
"""Load that keeps account: mails by LMTP and HTTP and inquiries with an Idempotency-Key, each carrying
a token, each repeated with the same bytes and key until it is acknowledged, as an MTA would."""

import collections
import random
import threading
import time

from madoguchi_testing import ledger as ledger_, mails
from madoguchi_testing.api import Client, NoAnswer, NotSent
from madoguchi_testing.lmtp import LmtpClient, Refused
from madoguchi_testing.waiting import wait_until

kAllOperations = ("lmtp", "intake", "case")


class Item:
    """One thing to be done once: what to send and how far it got."""

    def __init__(self, operation, token, mail):
        self.operation = operation
        self.token = token
        self.mail = mail
        self.last_result = None


class Attempt:
    """How one try went, for tests that look at single requests."""

    def __init__(self, item):
        self.item = item
        self.began = time.monotonic()
        self.ended = None
        self.result = None   # ok, fail, unknown
        self.answer = None   # status or reply code
        self.detail = ""
        self.torn = False    # part of an answer came
        self.warm = False    # over a connection that had been served before


class Injector(threading.Thread):
    """One thread, one item at a time, retried until it is acknowledged or the load ends."""

    def __init__(self, load, operations, seed, pause):
        super().__init__(daemon=True)
        self.load_ = load
        self.operations_ = operations
        self.rng_ = random.Random(seed)
        self.generator_ = mails.Generator(self.rng_.getrandbits(48))
        self.pause_ = pause
        self.item_ = None
        self.lmtp_clients_ = {}
        self.http_clients_ = {}

    def run(self):
        try:
            self.work_()
        except Exception as error:  # a mistake of the harness must not look like quiet
            self.load_.unexpected(f"the injector itself failed: {error!r}")

    def work_(self):
        load = self.load_
        while not load.stopping_.is_set():
            if self.item_ is None:
                if load.draining_.is_set():
                    break
                self.item_ = self.next_item_()
            attempt = self.try_(self.item_)
            if attempt.result == ledger_.kOk:
                self.item_ = None
                load.stopping_.wait(self.rng_.uniform(0, self.pause_))
            else:
                load.stopping_.wait(0.005 if attempt.answer is None else 0.05)
        for client in self.lmtp_clients_.values():
            client.close()

    def next_item_(self):
        operation = self.rng_.choice(self.operations_)
        mail = self.generator_.next(self.load_.kind)
        return Item(operation, mail.token, mail)

    def try_(self, item):
        daemon = self.rng_.choice(self.load_.daemons)
        attempt = Attempt(item)
        self.load_.begin_(self, attempt)
        try:
            getattr(self, f"send_{item.operation}_")(daemon, item, attempt)
        except (NotSent, OSError) as error:
            attempt.result, attempt.detail = ledger_.kFail, repr(error)
            self.forget_(daemon)
        except NoAnswer as error:
            attempt.result, attempt.detail, attempt.torn = ledger_.kUnknown, repr(error), error.torn
            self.forget_(daemon)
        except Refused as error:
            attempt.result, attempt.answer = ledger_.kFail, error.reply.code
            attempt.detail = repr(error)
            if not 400 <= error.reply.code < 500:
                self.load_.unexpected(f"LMTP {error}")
            self.forget_(daemon)
        attempt.ended = time.monotonic()
        self.load_.end_(self, attempt)
        # A daemon that is down refuses many times a second: one line in the ledger is enough.
        if attempt.result != ledger_.kFail or item.last_result != ledger_.kFail:
            self.load_.ledger.write(item.token, item.operation, attempt.result,
                                    attempt.answer or attempt.detail)
        item.last_result = attempt.result
        return attempt

    def forget_(self, daemon):
        client = self.lmtp_clients_.pop(daemon, None)
        if client:
            client.close()
        client = self.http_clients_.pop(daemon, None)
        if client:
            client.close()

    def lmtp_client_(self, daemon, attempt):
        if daemon in self.lmtp_clients_ and self.rng_.random() < 0.3:
            self.lmtp_clients_.pop(daemon).quit()
        attempt.warm = daemon in self.lmtp_clients_
        if not attempt.warm:
            self.lmtp_clients_[daemon] = LmtpClient(daemon.lmtp_port, self.load_.timeout)
        return self.lmtp_clients_[daemon]

    def send_lmtp_(self, daemon, item, attempt):
        client = self.lmtp_client_(daemon, attempt)
        reply = client.send(item.mail.sender, ["support@shop.example"], item.mail.raw)[0]
        attempt.answer, attempt.detail = reply.code, reply.text
        if reply.code == 250:
            attempt.result = ledger_.kOk
        else:
            attempt.result = ledger_.kFail
            if not 400 <= reply.code < 500:
                self.load_.unexpected(f"LMTP {reply!r}")

    def http_client_(self, daemon, attempt):
        if daemon not in self.http_clients_:
            self.http_clients_[daemon] = Client(daemon.http_port, self.load_.token,
                                        timeout=self.load_.timeout)
        attempt.warm = self.http_clients_[daemon].connection_ is not None
        return self.http_clients_[daemon]

    def send_intake_(self, daemon, item, attempt):
        answer = self.http_client_(daemon, attempt).intake(item.mail.raw)
        self.judge_http_(attempt, answer, (200, 201, 202))

    def send_case_(self, daemon, item, attempt):
        answer = self.http_client_(daemon, attempt).post("/cases", {
            "channel": "phone", "kind": "call", "status": "open", "subject": f"電話 {item.token}",
            "text": f"お電話 {item.token}"}, key=item.token)
        self.judge_http_(attempt, answer, (201,))

    def judge_http_(self, attempt, answer, good):
        attempt.answer, attempt.detail = answer.status, str(answer)
        if answer.status in good:
            attempt.result = ledger_.kOk
            return
        # 409: the same key is still running. 503: not now, and perhaps it was done.
        attempt.result = ledger_.kUnknown
        if answer.status == 503:
            if not (answer.header("Retry-After") or "").isdigit():
                self.load_.unexpected(f"503 without Retry-After: {answer}")
            elif answer.media_type != "application/problem+json":
                self.load_.unexpected(f"503 that is no problem+json: {answer}")
        elif answer.status != 409:
            self.load_.unexpected(f"{attempt.item.operation}: {answer}")


class Load:
    """Several injectors on one or more daemons. `unexpected_answers` must stay empty."""

    def __init__(self, daemons, token, ledger, seed, threads=5, operations=kAllOperations, pause=0.06,
                 kind=None, timeout=30, record=False):
        self.daemons = list(daemons)
        self.token = token
        self.ledger = ledger
        self.kind = kind
        self.timeout = timeout
        self.stopping_ = threading.Event()
        self.draining_ = threading.Event()
        self.lock_ = threading.Lock()
        self.answers = collections.Counter()  # (operation, status or reply code or result)
        self.unexpected_answers = []
        self.attempts = [] if record else None
        self.running_ = {}
        rng = random.Random(seed)
        self.threads_ = [
            Injector(self, (operations[index % len(operations)],), rng.getrandbits(48), pause)
            for index in range(threads)]

    def start(self):
        for thread in self.threads_:
            thread.start()
        return self

    def begin_(self, thread, attempt):
        with self.lock_:
            self.running_[thread] = attempt
            if self.attempts is not None:
                self.attempts.append(attempt)

    def end_(self, thread, attempt):
        with self.lock_:
            self.running_.pop(thread, None)
            self.answers[(attempt.item.operation, attempt.answer or attempt.result)] += 1

    def unexpected(self, text):
        with self.lock_:
            self.unexpected_answers.append(text)

    def count(self, operation, answer):
        with self.lock_:
            return self.answers[(operation, answer)]

    def total(self, answer):
        with self.lock_:
            return sum(count for (_, what), count in self.answers.items() if what == answer)

    def acknowledged(self):
        return len(self.ledger.acknowledged())

    def wait_for_more(self, count, seconds, what):
        """Until `count` more items have been acknowledged."""
        start = self.ledger.count(ledger_.kOk)
        wait_until(lambda: self.ledger.count(ledger_.kOk) >= start + count, seconds,
                   lambda: f"{what}: {count} more acknowledged, got "
                           f"{self.ledger.count(ledger_.kOk) - start}; {dict(self.answers)}")

    def drain(self, seconds=60):
        """Begins nothing new and waits until what was begun is acknowledged."""
        self.draining_.set()
        deadline = time.monotonic() + seconds
        for thread in self.threads_:
            thread.join(max(0.1, deadline - time.monotonic()))
        if self.unexpected_answers:
            self.stop()
            raise AssertionError(f"unexpected answers: {self.unexpected_answers[:3]}")
        stuck = [thread.item_ for thread in self.threads_ if thread.item_]
        if stuck:
            self.stop()
            histories = [self.ledger.history(item.token)[-5:] for item in stuck[:3]]
            raise AssertionError(f"{len(stuck)} item(s) were never acknowledged: {histories}")

    def stop(self):
        """Ends at once; what is under way stays as it is."""
        self.stopping_.set()
        for thread in self.threads_:
            thread.join(self.timeout + 10)
