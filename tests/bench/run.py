#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the hub beside its floors, in the same run, one after the other in turns.

    cmake --preset bench && ninja -C build/bench && /usr/bin/python3 tests/bench/run.py

A floor is what the same work costs without the hub's part of it. What a figure means and what was
last measured is in docs/benchmarks.md; --write puts this run's figures there. --smoke runs all of it
small and judges no times.
"""

import argparse
import json
import os
import platform
import pwd
import random
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import time

kHere = os.path.dirname(os.path.abspath(__file__))
kRoot = os.path.dirname(os.path.dirname(kHere))
sys.path.insert(0, os.path.join(kRoot, "tests", "support", "python"))
sys.path.insert(0, kHere)

import generate_mails
from madoguchi_testing.checks import expect, expect_equal
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.mailhost import MailHost
from madoguchi_testing.sandbox import Sandbox
from madoguchi_testing.waiting import let_pass, wait_until

kLmtpConnections = 16
kHttpConnections = 16
kSections = ("intake", "answers", "growth", "idle", "mail", "mailbox", "flat")


class Size:
    """How much of everything."""

    def __init__(self, smoke):
        self.mails = 60 if smoke else 6000
        self.rounds = 1 if smoke else 3
        self.turns = 1 if smoke else 5
        self.seconds = 0.3 if smoke else 3
        self.small = 60 if smoke else 1000
        self.large = 200 if smoke else 200_000
        self.streams = 50 if smoke else 2000
        self.starts = 1 if smoke else 5
        self.readings = 1 if smoke else 7
        self.waiting = 60 if smoke else 10_000
        self.batches = 3 if smoke else 10
        self.pause = 0.1 if smoke else 25
        self.batch = 60 if smoke else 10_000


class Figure:
    """One line of the table. `ratio` is compared with `limit` in the direction `sense` (">=", "<=");
    a figure without a limit is there to be known."""

    def __init__(self, name, value, floor="", ratio=None, sense="", limit=None, unit="", note=""):
        self.name = name
        self.value = value
        self.floor = floor
        self.ratio = ratio
        self.sense = sense
        self.limit = limit
        self.unit = unit
        self.note = note

    @property
    def good(self):
        if self.limit is None:
            return None
        return self.ratio >= self.limit if self.sense == ">=" else self.ratio <= self.limit

    def cells(self):
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}" if not self.unit else \
            f"{self.ratio:.0f} {self.unit}"
        limit = ""
        if self.limit is not None:
            limit = f"{'≥' if self.sense == '>=' else '≤'} {self.limit:g}{' ' if self.unit else ''}{self.unit}"
        verdict = {None: "", True: "pass", False: "**fail**"}[self.good]
        return [self.name, self.value, self.floor, ratio, limit, verdict, self.note]


kHead = ["what", "hub", "floor", "ratio", "target", "", "beside it"]


def table(figures):
    rows = [kHead, ["---"] * len(kHead)] + [figure.cells() for figure in figures]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def cpu_seconds(pid):
    """User and system time of a process so far."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def last_json(text):
    return json.loads(text.strip().splitlines()[-1].removeprefix("JSON "))


def median(values):
    return statistics.median(values)


def metric(text, name):
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    if not found:
        raise AssertionError(f"no metric {name}")
    return float(found.group(1))


class Bench:
    def __init__(self, arguments, sandbox):
        self.sandbox = sandbox
        self.size = Size(arguments.smoke)
        if arguments.mails:
            self.size.mails = arguments.mails
        self.binary = arguments.daemon
        self.tools = arguments.tools
        self.figures = []

    def tool(self, name, *words):
        done = subprocess.run([os.path.join(self.tools, name), *map(str, words)],
                              capture_output=True, text=True, check=False, cwd=self.sandbox.path)
        if done.returncode != 0:
            raise AssertionError(f"{name}: exit {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)

    def add(self, *arguments, **named):
        figure = Figure(*arguments, **named)
        self.figures.append(figure)
        print("  " + " | ".join(cell for cell in figure.cells() if cell), flush=True)

    def daemon(self, name, cases=0, agents=1):
        """A started daemon with `cases` cases, its client with a token, and its agents' ids."""
        daemon = Daemon(self.sandbox, self.binary, name=name)
        daemon.migrate()
        token = daemon.token("admin", "admin")
        for number in range(agents - 1):
            daemon.token(f"agent{number:02d}", "agent")
        if cases:
            self.tool("bench_seed_cases", daemon.url, cases)
        daemon.start()
        return daemon, daemon.client(token)

    # Durable intake

    def intake(self):
        folder = os.path.join(self.sandbox.path, "mails")
        tokens = generate_mails.write_mails(folder, self.size.mails)
        floors, parses, hubs, accepted, costs, peaks = [], [], [], [], [], []
        for turn in range(self.size.rounds):
            file = os.path.join(self.sandbox.folder("floor"), f"{turn}.db")
            floor = self.tool("bench_mail_floor", folder, file)
            floors.append(floor["mails"] / floor["seconds"])
            parses.append(floor["mails"] / floor["parse_seconds"])
            daemon, client = self.daemon(f"intake{turn}")
            began_cpu = cpu_seconds(daemon.pid)
            load = self.tool("bench_lmtp_load", daemon.lmtp_port, folder,
                             generate_mails.kMailbox, kLmtpConnections)
            probe = client.root()
            wait_until(lambda: metric(probe.get("/metrics").body.decode(), "madoguchi_intake_undecided") == 0,
                       600, "all mails decided", poll=0.02)
            # Answered once the index holds all that was committed before.
            found = client.get("/cases", query={"q": tokens[-1]}).expect(200).json()["items"]
            expect_equal(len(found), 1, "cases found by the last mail's word")
            took = time.monotonic() - load["begin"]
            hubs.append(load["mails"] / took)
            accepted.append(load["mails"] / load["seconds"])
            costs.append((cpu_seconds(daemon.pid) - began_cpu) / load["mails"])
            peaks.append(daemon.status()["peak_kib"] / 1024)
            self.check_intake(daemon, client, tokens)
            # What is deleted now would make ext4 search for free inodes in the next turn: it all
            # goes at the end.
            daemon.stop()
        self.add("durable intake, mails/s until the last is decided", f"{median(hubs):,.0f}",
                 f"{median(floors):,.0f} (GMime + SQLite)", median(hubs) / median(floors), ">=", 0.4,
                 note=f"accepted at {median(accepted):,.0f}/s; {median(costs) * 1e3:.2f} ms CPU a mail; "
                      f"GMime alone {median(parses):,.0f}/s; peak memory {max(peaks):.0f} MB")

    def load(self, daemon, client, folder, count):
        """Hands the mails in by LMTP and waits until the last is decided; mails a second."""
        before = self.decided(client)
        load = self.tool("bench_lmtp_load", daemon.lmtp_port, folder, generate_mails.kMailbox,
                         kLmtpConnections)
        self.wait_decided(client, before + count)
        return count / (time.monotonic() - load["begin"])

    @staticmethod
    def decided(client):
        text = client.root().get("/metrics").body.decode()
        return sum(map(float, re.findall(r"^madoguchi_intake_decided_total\{.*\} (\S+)$", text, re.M)))

    def wait_decided(self, client, count):
        wait_until(lambda: self.decided(client) == count, 1200,
                   lambda: f"{count} mails decided, now {self.decided(client)}", poll=0.02)

    def check_intake(self, daemon, client, tokens):
        """All mails are cases, can be found, and no card number was kept."""
        metrics = client.root().get("/metrics").body.decode()
        expect_equal(metric(metrics, 'madoguchi_intake_decided_total{outcome="case_opened"}'),
                     float(len(tokens)), "mails that opened a case")
        for token in (tokens[0], random.Random(1).choice(tokens), tokens[-1]):
            found = client.get("/cases", query={"q": token}).expect(200).json()["items"]
            expect_equal(len(found), 1, f"cases found by {token}")
        found = client.get("/cases", query={"q": tokens[0]}).json()["items"][0]["number"]
        message = client.messages(found)[0]
        expect(generate_mails.kCard not in message["text"], "a card number was kept")
        expect("card_number_masked" in message["notices"], lambda: f"notices {message['notices']}")

    # Reading

    def mail(self):
        mix = os.path.join(self.sandbox.path, "mix")
        generate_mails.write_mails(mix, min(self.size.mails, 2000))
        corpus = self.sandbox.folder("corpus")
        for entry in os.scandir(os.path.join(kRoot, "tests", "data", "japanese-mail", "mails")):
            # What exceeds the limits of reading is cut, on one side only.
            if not entry.name.startswith("limit-"):
                shutil.copy(entry.path, corpus)
        for name, folder in (("the generated mix", mix), ("the Japanese corpus", corpus)):
            said = self.tool("bench_read_mail", folder, self.sandbox.folder(os.path.basename(folder) + "-hub"),
                             self.size.readings)
            rate = {side: said["mails"] / said[side]["seconds"] for side in ("gmime", "read", "stage_two")}
            for side, what, limit in (("read", "MIME and charset to text", 0.6),
                                      ("stage_two", "stage 2 without the database", 0.25)):
                self.add(f"{what}, {name}, mails/s of processor time", f"{rate[side]:,.0f}",
                         f"{rate['gmime']:,.0f} (GMime)", rate[side] / rate["gmime"], ">=", limit,
                         note=f"{1e6 / rate[side]:.0f} µs a mail, GMime {1e6 / rate['gmime']:.0f}")

    # A mailbox that fills up while nobody looks

    def mailbox(self):
        folder = os.path.join(self.sandbox.path, "waiting")
        tokens = generate_mails.write_mails(folder, self.size.waiting)
        daemon, client = self.daemon("by-lmtp")
        lmtp = self.load(daemon, client, folder, len(tokens))
        daemon.stop()
        user = generate_mails.kMailbox
        host = MailHost(self.sandbox, [user])
        daemon = Daemon(self.sandbox, self.binary, name="by-imap", extra=host.fetch_table())
        daemon.migrate()
        token = daemon.token("admin", "admin")
        daemon.start()
        client = daemon.client(token)
        wait_until(lambda: (client.get("/mailboxes/support").json()["fetch"] or {}).get("state") == "good",
                   20, "the mailbox is fetched")
        daemon.stop()
        self.fill(host, user, folder)
        began = time.monotonic()
        daemon.start()
        self.wait_decided(client, len(tokens))
        took = time.monotonic() - began
        cpu = cpu_seconds(daemon.pid)
        for sought in (tokens[0], tokens[-1]):
            found = client.get("/cases", query={"q": sought}).expect(200).json()["items"]
            expect_equal(len(found), 1, f"cases found by {sought}")
        daemon.stop()
        host.stop()
        self.add(f"{len(tokens):,} mails that wait in Dovecot, mails/s until the last is decided",
                 f"{len(tokens) / took:,.0f}", f"{lmtp:,.0f} (the same mails by LMTP)",
                 len(tokens) / took / lmtp, ">=", 0.5,
                 note=f"{cpu / len(tokens) * 1e3:.2f} ms CPU a mail, Dovecot's apart")

    @staticmethod
    def fill(host, user, folder):
        """Puts the mails into the Maildir as a server would have."""
        account = pwd.getpwnam(host.user)
        inbox = os.path.join(host.maildirs, user, "new")
        for name in sorted(os.listdir(folder)):
            path = shutil.copy(os.path.join(folder, name), os.path.join(inbox, f"{name[:-4]}.M1P1.bench"))
            if os.geteuid() == 0:
                os.chown(path, account.pw_uid, account.pw_gid)

    # Memory over many mails

    def flat(self):
        daemon, client = self.daemon("flat")
        memory, rates = [], []
        for batch in range(self.size.batches):
            folder = os.path.join(self.sandbox.path, "batch")
            generate_mails.write_mails(folder, self.size.batch, seed=batch)
            rates.append(self.load(daemon, client, folder, self.size.batch))
            shutil.rmtree(folder)
            if batch in (1, self.size.batches - 1):
                let_pass(self.size.pause)  # what the allocator holds free goes back every 20 s
            memory.append(daemon.status()["rss_kib"] / 1024)
            print(f"    {memory[-1]:.0f} MB, {rates[-1]:,.0f} mails/s", flush=True)
        peak = daemon.status()["peak_kib"] / 1024
        daemon.stop()
        total = self.size.batches * self.size.batch
        self.add(f"memory after {total:,} mails, MB", f"{memory[-1]:.0f}",
                 f"{memory[1]:.0f} (after {2 * self.size.batch:,})", memory[-1] / memory[1], "<=", 1.1,
                 note=f"peak {peak:.0f} MB; {rates[1]:,.0f} mails/s at the beginning, {rates[-1]:,.0f} at the end")

    # Answers

    def requests(self, port, path, count=1, token=""):
        """One run of the generator; the same for the hub and the floor."""
        done = subprocess.run(
            ["wrk", "-t1", f"-c{kHttpConnections}", f"-d{max(self.size.seconds, 1):.0f}s",
             "-H", f"Authorization: Bearer {token}",
             "-s", os.path.join(kHere, "requests.lua"), f"http://127.0.0.1:{port}", "--", path,
             str(count)], capture_output=True, text=True, check=True)
        said = last_json(done.stdout)
        expect_equal(said["bad"], 0, f"failed requests of {path}")
        return said

    def turns(self, sides, path, count):
        """Each side in turn: requests/s and CPU a request, medians. `sides`: (port, pid, token)."""
        rates = [[] for _ in sides]
        costs = [[] for _ in sides]
        for turn in range(self.size.turns + 1):
            for index, (port, pid, token) in enumerate(sides):
                before = cpu_seconds(pid)
                said = self.requests(port, path, count[index], token)
                if turn == 0 and self.size.turns > 1:
                    continue  # warming up
                rates[index].append(said["requests"] / said["seconds"])
                costs[index].append((cpu_seconds(pid) - before) / said["requests"])
        return [median(one) for one in rates], [median(one) for one in costs]

    def constant(self, daemon, token, path):
        """A server that gives the daemon's answer to `path` to everything: port and process."""
        with socket.create_connection(("127.0.0.1", daemon.http_port), 10) as connection:
            connection.sendall((f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                f"Authorization: Bearer {token}\r\n\r\n").encode())
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        expect(answer.startswith(b"HTTP/1.1 200"), lambda: f"{path}: {answer[:200]!r}")
        file = self.sandbox.file("answer", answer)
        process = subprocess.Popen([os.path.join(self.tools, "bench_constant_server"), file],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return int(process.stdout.readline()), process, len(answer)

    def answers(self):
        daemon, client = self.daemon("answers", self.size.small, agents=10)
        for name, path, sample, limit in (
                ("GET /cases/{number}, requests/s", "/api/v1/cases/CS-%06d",
                 "/api/v1/cases/CS-000001", 0.5),
                ("GET /cases?limit=50, requests/s", "/api/v1/cases?limit=50",
                 "/api/v1/cases?limit=50", 0.25)):
            port, process, octets = self.constant(daemon, client.token, sample)
            try:
                rates, costs = self.turns(((daemon.http_port, daemon.pid, client.token),
                                           (port, process.pid, client.token)), path,
                                          (self.size.small,) * 2)
            finally:
                process.stdin.close()
                process.wait(20)
                process.stdout.close()
            self.add(name, f"{rates[0]:,.0f}", f"{rates[1]:,.0f} (constant answer)",
                     rates[0] / rates[1], ">=", limit,
                     note=f"{octets:,} octets; {costs[0] * 1e6:.0f} µs CPU a request, floor "
                          f"{costs[1] * 1e6:.0f}")
        daemon.stop()

    # Growth

    def growth(self):
        small, small_client = self.daemon("small", self.size.small, agents=10)
        large, large_client = self.daemon("large", self.size.large, agents=10)
        sides = ((small.http_port, small.pid, small_client.token),
                 (large.http_port, large.pid, large_client.token))
        counts = (self.size.small, self.size.large)
        asked = (("the list", "/api/v1/cases?limit=50"),
                 ("the unresolved", "/api/v1/cases?unresolved=true&limit=50"),
                 ("one status", "/api/v1/cases?status=open&limit=50"),
                 ("one assignee", "/api/v1/cases?assignee=me&limit=50"),
                 ("one case", "/api/v1/cases/CS-%06d"))
        for name, path in asked:
            rates, costs = self.turns(sides, path, counts)
            self.add(f"{name} at {self.size.large:,} cases, µs a request", f"{1e6 / rates[1]:.0f}",
                     f"{1e6 / rates[0]:.0f} (at {self.size.small:,})", rates[0] / rates[1], "<=", 1.3,
                     note=f"CPU {costs[1] * 1e6:.0f} and {costs[0] * 1e6:.0f} µs")
        started = self.start_seconds(large)
        self.add(f"ready to serve with {self.size.large:,} cases", "", "", started * 1e3, "<=", 500,
                 unit="ms")
        for daemon in (small, large):
            daemon.stop()

    # At rest

    def start_seconds(self, daemon):
        seconds = []
        for _ in range(self.size.starts):
            daemon.restart()
            seconds.append(daemon.last_start_seconds)
        return median(seconds)

    def idle(self):
        daemon, client = self.daemon("idle")
        started = self.start_seconds(daemon)
        self.add("ready to serve after the start", "", "", started * 1e3, "<=", 500, unit="ms")
        client.get("/cases").expect(200)
        let_pass(2)  # what is done once after the start is over
        self.add("memory at rest", "", "", daemon.status()["rss_kib"] / 1024, "<=", 40, unit="MB",
                 note=f"{daemon.status()['threads']} threads")
        streams = [self.stream(daemon, client.token) for _ in range(self.size.streams)]
        wait_until(lambda: metric(client.root().get("/metrics").body.decode(), "madoguchi_feed_readers") ==
                   len(streams), 20, "all streams read the feed")
        quiet = daemon.status()["rss_kib"] / 1024
        mail = generate_mails.Mix(1).mail(1, "plain")
        client.intake(mail.raw).expect(201)
        for stream in streams:
            self.expect_event(stream)
        busy = daemon.status()
        self.add(f"memory with {len(streams):,} live event streams", "", "",
                 max(quiet, busy["rss_kib"] / 1024), "<=", 64, unit="MB",
                 note=f"{quiet:.0f} MB before the first event, {busy['threads']} threads")
        for stream in streams:
            stream.close()
        daemon.stop()

    @staticmethod
    def stream(daemon, token):
        connection = socket.create_connection(("127.0.0.1", daemon.http_port), 20)
        connection.sendall((f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
                            f"Authorization: Bearer {token}\r\n\r\n").encode())
        got = b""
        while b"retry:" not in got:
            chunk = connection.recv(4096)
            expect(chunk, lambda: f"the stream ended: {got!r}")
            got += chunk
        expect(got.startswith(b"HTTP/1.1 200"), lambda: f"{got!r}")
        return connection

    @staticmethod
    def expect_event(connection):
        got = b""
        while b"event: case.created" not in got:
            chunk = connection.recv(4096)
            expect(chunk, lambda: f"the stream ended: {got!r}")
            got += chunk


def machine():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        found = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.M)
    return (f"{os.cpu_count()} cores ({found.group(1) if found else platform.machine()}), "
            f"Linux {platform.release().partition('-')[0]}")


def write(path, figures):
    """Replaces what stands between the markers of the document."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    begin, end = "<!-- figures -->\n", "<!-- end of figures -->"
    head, rest = text.split(begin)
    tail = rest.split(end)[1]
    stamp = f"{time.strftime('%Y-%m-%d')}, {machine()}\n\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + begin + stamp + table(figures) + end + tail)


def arguments_of():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    build = os.path.join(kRoot, "build", "bench")
    parser.add_argument("--daemon", default=os.path.join(build, "madoguchid"))
    parser.add_argument("--tools", default=os.path.join(build, "tests", "bench"),
                        help="the folder with the bench_* programs")
    parser.add_argument("--only", choices=kSections, action="append")
    parser.add_argument("--mails", type=int, help="how many mails are handed in")
    parser.add_argument("--smoke", action="store_true", help="small; no times are judged")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    return parser.parse_args()


def main():
    arguments = arguments_of()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt-get install wrk")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 10_000)), hard))
    with Sandbox("bench") as sandbox:
        bench = Bench(arguments, sandbox)
        for section in arguments.only or kSections:
            print(section, flush=True)
            getattr(bench, section)()
    print("\n" + machine() + "\n" + table(bench.figures), flush=True)
    if arguments.write:
        write(os.path.join(kRoot, "docs", "benchmarks.md"), bench.figures)
    missed = [figure.name for figure in bench.figures if figure.good is False]
    if arguments.smoke:
        print(f"bench: {len(bench.figures)} figures; a smoke run judges none")
    elif missed:
        sys.exit("targets missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
