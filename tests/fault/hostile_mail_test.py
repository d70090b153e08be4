#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""R21 and R22: mail that is made to break the hub is taken, read as far as the limits let it, and kept
octet by octet; memory stays below 300 MB, and the next ordinary mail is a case at once.

Besides, a mail that the reader never ends with, or dies of: after three tries it is in quarantine.
The reader has no such fault that we know of, so one is put into it from outside (LD_PRELOAD).
"""

import argparse
import concurrent.futures
import hashlib
import os
import random
import socket
import subprocess
import sys
import time
import types

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import hostile, lmtp, mails, postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.mail_providers import Mailgun
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import let_pass, wait_until

kBig = 50 << 20
kMemory = 300 << 20
kSecret = "0123456789abcdef0123456789abcdef"
kKey = "key-of-the-test"

# Stands before libgumbo, which every html passes: a marker in the html ends or hangs its reader.
kFault = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
typedef void* (*parse)(const void*, const char*, size_t);
void* gumbo_parse_with_options(const void* options, const char* text, size_t size) {
  if (memmem(text, size, "this-one-kills", 14) != NULL) abort();
  if (memmem(text, size, "this-one-hangs", 14) != NULL) for (volatile int i = 0;; ++i) {}
  return ((parse)dlsym(RTLD_NEXT, "gumbo_parse_with_options"))(options, text, size);
}
"""


class HostileMailTest(Checks):
    def __init__(self, sandbox, binary, engine, parallel, seed):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.parallel = parallel
        self.rng = random.Random(seed)
        self.generator = mails.Generator(self.rng.getrandbits(48))
        self.server = postgres.Postgres(sandbox) if engine == "postgresql" else None

    def setup(self):
        def write(name, text):
            path = os.path.join(self.sandbox.path, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path, 0o600)
            return path
        extra = (f'[[webhook]]\nname = "mailgun"\nprovider = "mailgun"\n'
                 f'secret_file = "{write("secret", kSecret)}"\n'
                 f'key_file = "{write("key", kKey)}"\n')
        url = self.server.create_database() if self.server else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url, extra=extra)
        self.daemon.migrate()
        self.token = self.daemon.token("chief", "admin")
        self.daemon.start()
        self.api = self.daemon.client(self.token, timeout=120)
        self.first_pid = self.daemon.pid

    def explain(self):
        return self.daemon.complaints()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    # What holds after every mail

    def ordinary(self, seconds=10):
        """The next mail of anybody is a case, and soon."""
        mail = self.generator.next("plain")
        began = time.monotonic()
        self.send(mail.raw)
        self.api.wait_for_case(mail.token, seconds)
        return time.monotonic() - began

    def send(self, raw, patience=120):
        """By LMTP as a mail server does: what is deferred comes again."""
        def taken():
            code = lmtp.deliver(self.daemon.lmtp_port, "mallory@example.jp", ["support@shop.example"], raw,
                                timeout=120)[0].code
            expect_in(code, (250, 451, 452), "LMTP's answer")
            return code == 250
        wait_until(taken, patience, "the mail is taken", poll=0.5)

    def trace(self, message_id, seconds=90):
        """The mail of that Message-ID once it is decided."""
        def decided():
            items = self.api.get("/mail-traces", query={"message_id": message_id}).expect(200).json()["items"]
            return items[0] if items and items[0]["outcome"] != "undecided" else None
        return wait_until(decided, seconds, f"{message_id} is decided", poll=0.1)

    def message(self, trace):
        for message in self.api.messages(trace["case_number"]):
            if message["id"] == trace["message"]:
                return message
        raise AssertionError(f"no message of {trace}")

    def same_octets(self, trace, raw):
        kept = self.api.get(f"/messages/{trace['message']}/raw").expect(200).body
        expect(kept == raw, f"the raw mail has {len(kept)} octets, not the {len(raw)} that were sent")

    def peak(self):
        return self.daemon.status()["peak_kib"] << 10

    def healthy(self):
        expect_equal(self.daemon.pid, self.first_pid, "the daemon's process")
        expect(self.daemon.running(), "the daemon runs")
        peak = self.peak()
        expect(peak <= kMemory, f"the daemon took {peak >> 20} MB of memory")

    # R22

    def check_each_hostile_mail_is_read_as_far_as_the_limits_let_it(self):
        slowest = ("", 0.0)
        for mail in hostile.fault_mails():
            raw = mail.raw()
            self.send(raw)
            began = time.monotonic()
            # The next one may not wait for it.
            self.ordinary()
            trace = self.trace(f"{mail.name}@hostile.example")
            took = time.monotonic() - began
            slowest = max(slowest, (mail.name, took), key=lambda one: one[1])
            expect_in(trace["outcome"], ("case_opened", "message_added"), mail.name)
            notices = self.message(trace)["notices"]
            if mail.cut:
                expect_in("partly_read", notices, f"notices of {mail.name}")
            self.same_octets(trace, raw)
            del raw
            self.healthy()
        print(f"        the slowest, {slowest[0]}, was decided after {slowest[1]:.1f} s; "
              f"at most {self.peak() >> 20} MB", flush=True)

    # R21

    def check_big_mails_at_once_stay_within_the_memory(self):
        folder = self.sandbox.folder("big")
        raws = {}
        for number in range(self.parallel):
            path = os.path.join(folder, str(number))
            with open(path, "wb") as file:
                file.write(hostile.big(kBig, number))
            raws[number] = path

        def deliver(number):
            with open(raws[number], "rb") as file:
                self.send(file.read(), 600)
        with concurrent.futures.ThreadPoolExecutor(self.parallel) as pool:
            began = time.monotonic()
            sent = [pool.submit(deliver, number) for number in raws]
            let_pass(1)
            waited = self.ordinary(30)
            for one in sent:
                one.result()
        for number, path in raws.items():
            trace = self.trace(f"big-{number}@hostile.example", 300)
            expect_equal(trace["outcome"], "case_opened", f"mail {number}")
            if number % 7 == 0:
                with open(path, "rb") as file:
                    self.same_octets(trace, file.read())
        print(f"        {self.parallel} mails of 50 MiB in {time.monotonic() - began:.0f} s, at most "
              f"{self.peak() >> 20} MB; an ordinary mail among them took {waited:.1f} s", flush=True)
        self.healthy()

    def check_a_big_mail_by_http(self):
        raw = hostile.big(kBig, 101, name="http")
        def taken():
            answer = self.api.again(timeout=120).intake(raw)
            if answer.status == 503:
                expect((answer.header("Retry-After") or "").isdigit(), "Retry-After")
                return None
            answer.expect(201, 202)
            return True
        wait_until(taken, 120, "the intake takes it", poll=0.5)
        self.same_octets(self.trace("http-101@hostile.example"), raw)
        self.healthy()

    def check_big_contents_go_out_at_once(self):
        """Downloads, some of peers that hardly read, and the mail read anew, while others come in."""
        raw = hostile.big(kBig, 202, name="out")
        self.send(raw)
        trace = self.trace("out-202@hostile.example")
        file = self.message(trace)["attachments"][0]
        paths = [f"/messages/{trace['message']}/raw", f"/attachments/{file['id']}"]
        sleepy = [self.ask_and_sleep(path) for path in paths * 4]

        def download(path):
            body = self.api.again(timeout=300).get(path).expect(200).body
            expect(body == raw if path == paths[0] else hashlib.sha256(body).hexdigest() == file["sha256"],
                   f"{path} gives {len(body)} octets, which are others")
        def redecode(_):
            answer = self.api.again(timeout=300).post(f"/messages/{trace['message']}/redecode",
                                                      {"charset": "utf-8"}).expect(200, 503)
            expect(answer.status == 200 or answer.header("Retry-After"), "Retry-After")
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            work = [pool.submit(download, path) for path in paths * 4]
            work += [pool.submit(redecode, None) for _ in range(3)]
            work.append(pool.submit(self.send, hostile.big(kBig, 203, name="out")))
            self.ordinary(30)
            for one in work:
                one.result()
        for one in sleepy:
            one.close()
        print(f"        at most {self.peak() >> 20} MB", flush=True)
        self.healthy()

    def ask_and_sleep(self, path):
        """A connection that asks and takes the first octets of the answer."""
        connection = socket.create_connection(("127.0.0.1", self.daemon.http_port), 60)
        connection.sendall(f"GET /api/v1{path} HTTP/1.1\r\nHost: test\r\n"
                           f"Authorization: Bearer {self.token}\r\n\r\n".encode())
        expect(connection.recv(1000).startswith(b"HTTP/1.1 200 "), "the answer of a slow reader")
        return connection

    def check_big_forms_of_a_webhook_at_once(self):
        def deliver(number):
            name = f"form-{number}".encode()
            mail = types.SimpleNamespace(
                raw=hostile.kHead % (name, name) + b"\r\n", sender="mallory@example.jp", sender_name="Mallory",
                recipients=["support@shop.example"], subject=f"form-{number}", text="see the file", html=None,
                attachments=[mails.Attachment("big.bin", "application/octet-stream",
                                              random.Random(number).randbytes(18 << 20))])
            provider = Mailgun(self.daemon.http_port, f"/hooks/mailgun/{kSecret}", kKey)
            provider.waits, provider.timeout = (), 120
            def taken():
                status = provider.send(mail)[-1].status
                expect_in(status, (200, 503), "the webhook's answer")
                return status == 200
            wait_until(taken, 300, "the webhook takes it", poll=0.5)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            for one in [pool.submit(deliver, number) for number in range(6)]:
                one.result()
        for number in range(6):
            expect_equal(self.trace(f"form-{number}@hostile.example")["outcome"], "case_opened",
                         f"form {number}")
        print(f"        at most {self.peak() >> 20} MB", flush=True)
        self.healthy()

    # A mail of death

    def fault_library(self):
        folder = self.sandbox.folder("fault")
        source, library = os.path.join(folder, "fault.c"), os.path.join(folder, "fault.so")
        with open(source, "w", encoding="utf-8") as file:
            file.write(kFault)
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        return library

    def deadly(self, name, marker):
        """Sends it and serves as a service manager does, until it is in quarantine; how often the
        daemon had to be started again."""
        environment = {"LD_PRELOAD": self.fault_library()}
        self.daemon.stop()
        self.daemon.start(extra_environment=environment)
        raw = hostile.kHead % (name.encode(), name.encode()) + hostile.text(
            b"<p>" + marker + b"</p>", b"text/html; charset=utf-8")
        self.send(raw)
        starts = 0
        others = []
        def quarantined():
            nonlocal starts
            if not self.daemon.running():
                code = self.daemon.wait_exit()
                expect(code != 0, "a service manager would not start it again")
                starts += 1
                expect(starts <= 5, "it starts again and again")
                self.daemon.start(extra_environment=environment)
            elif len(others) <= starts:
                mail = self.generator.next("plain")
                try:
                    self.send(mail.raw, 5)
                    others.append(mail)
                except Exception:  # it went down meanwhile
                    return None
            try:
                items = self.api.get("/quarantine").expect(200).json()["items"]
            except Exception:
                return None
            return [item for item in items if item["size"] == len(raw)] or None
        found = wait_until(quarantined, 600, f"{name} is in quarantine", poll=0.2)
        last = [entry["id"] for entry in self.daemon.log_entries()
                if entry.get("id") in ("jobs.hung", "daemon.started")][-1]
        if last == "jobs.hung":  # it ends for the last try, too
            self.daemon.wait_exit(60)
        if not self.daemon.running():
            self.daemon.start(extra_environment=environment)
        for mail in others:
            self.api.wait_for_case(mail.token, 30)
        expect_equal(len(found), 1, "mails in quarantine")
        kept = self.api.get(f"/quarantine/{found[0]['id']}/raw").expect(200).body
        expect(kept == raw, "its octets")
        self.ordinary(30)
        print(f"        in quarantine after {starts} restarts; {len(others)} other mails meanwhile",
              flush=True)
        self.api.post(f"/quarantine/{found[0]['id']}/discard", {"reason": "made by the test"}).expect(200, 204)
        return starts

    def check_a_mail_that_kills_its_reader_is_put_aside(self):
        expect(self.deadly("kills", b"this-one-kills") >= 3, "the fault hit")

    def check_a_mail_that_is_never_read_to_its_end_is_put_aside(self):
        expect(self.deadly("hangs", b"this-one-hangs") >= 2, "the fault hit")
        hung = [entry for entry in self.daemon.log_entries() if entry.get("id") == "jobs.hung"]
        expect_equal(len(hung), 3, "tries that did not end")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--daemon", help="path of madoguchid")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--parallel", type=int, default=20, help="big mails at once")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--only", help="run the checks with this in their name")
    arguments = parser.parse_args()
    binary = find_binary(arguments.daemon)
    print(f"seed {arguments.seed} (replay with --seed={arguments.seed})", flush=True)
    with Sandbox(f"hostile-{arguments.engine}") as sandbox:
        test = HostileMailTest(sandbox, binary, arguments.engine, arguments.parallel, arguments.seed)
        test.run(arguments.only)
    finish([test])


if __name__ == "__main__":
    main()
