# SPDX-License-Identifier: Apache-2.0
"""A madoguchid of a test's own: its configuration, its life and its deaths."""

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

from madoguchi_testing.api import Client, EventStream
from madoguchi_testing.sandbox import process_status
from madoguchi_testing.waiting import wait_until

kMailboxes = (("support", "support@shop.example"),)


def find_binary(given=None):
    """The daemon to test: the argument, MADOGUCHID, or a build of this tree."""
    root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 4))
    candidates = [given, os.environ.get("MADOGUCHID")] if given or os.environ.get("MADOGUCHID") \
        else [os.path.join(root, "build", preset, *folder, "madoguchid")
              for preset in ("dev", "release") for folder in (("daemon",), ())]
    for path in candidates:
        if path and os.access(path, os.X_OK):
            return os.path.abspath(path)
    raise SystemExit("no madoguchid: build it, or name it with --daemon or MADOGUCHID")


class DaemonDied(Exception):
    pass


class Daemon:
    """`url` None: a SQLite file of its own. `extra` is further TOML; `options` replaces parts of the
    tables of the configuration: {"lmtp": 'listen = "..."'}."""

    def __init__(self, sandbox, binary, url=None, mailboxes=kMailboxes, smtp_port=None, name="daemon",
                 data_dir=None, key_file=None, extra="", options=None):
        self.sandbox_ = sandbox
        self.binary = binary
        self.name = name
        self.base = sandbox.folder(name, 0o700)
        self.data_dir = data_dir or os.path.join(self.base, "data")
        os.makedirs(self.data_dir, exist_ok=True)
        self.database_file = None if url else os.path.join(self.data_dir, "madoguchi.db")
        self.url = url or f"sqlite://{self.database_file}"
        self.key_file = key_file or os.path.join(self.base, "master.key")
        self.control = os.path.join(self.base, "control.sock")
        self.log = os.path.join(self.base, "stderr.log")
        self.config = os.path.join(self.base, "madoguchi.toml")
        self.mailboxes = list(mailboxes)
        self.smtp_port = smtp_port or sandbox.port()  # nobody there: replies stay queued
        self.extra = extra
        self.options = dict(options or {})
        self.process_ = None
        self.last_start_seconds = None
        self.choose_ports_()
        self.write_config()

    def choose_ports_(self):
        self.http_port = self.sandbox_.port()
        self.lmtp_port = self.sandbox_.port()

    def config_text(self):
        tables = {
            "http": f'listen = "127.0.0.1:{self.http_port}"',
            "control": f'socket = "{self.control}"',
            "database": f'url = "{self.url}"',
            "storage": f'data_dir = "{self.data_dir}"',
            "net": 'trusted = ["127.0.0.1/32"]',
            "secrets": f'key_file = "{self.key_file}"',
            "lmtp": f'listen = "127.0.0.1:{self.lmtp_port}"',
            "smtp": f'host = "127.0.0.1"\nport = {self.smtp_port}\nsecurity = "none"',
        }
        tables.update(self.options)
        text = "".join(f"[{name}]\n{body}\n\n" for name, body in tables.items() if body is not None)
        for mailbox, address in self.mailboxes:
            text += f'[[mailbox]]\nname = "{mailbox}"\naddress = "{address}"\n\n'
        return text + self.extra

    def write_config(self):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(self.config_text())

    # Subcommands

    def command(self, *words, stdin=None, timeout=60, check=False, config=None):
        """Runs a subcommand; stdout and stderr are bytes."""
        done = subprocess.run([self.binary, f"--config={config or self.config}", *words],
                              input=stdin if stdin is not None else b"", capture_output=True,
                              timeout=timeout, cwd=self.base)
        if check and done.returncode != 0:
            raise AssertionError(f"madoguchid {' '.join(words)}: exit {done.returncode}\n"
                                 f"{done.stdout.decode(errors='replace')}"
                                 f"{done.stderr.decode(errors='replace')}")
        return done

    def migrate(self):
        self.command("migrate", check=True)

    def token(self, agent="admin", role="admin"):
        text = self.command("token", "create", f"--agent={agent}", f"--role={role}",
                            check=True).stdout.decode().strip()
        if not text or len(text.split()) != 1:
            raise AssertionError(f"token create must print the token alone, printed {text!r}")
        return text

    # Life

    def start(self, wait=True, seconds=20, extra_environment=None):
        """Starts `run`; with `wait`, returns when /readyz says 200."""
        for attempt in range(5):
            self.log_offset_ = os.path.getsize(self.log) if os.path.exists(self.log) else 0
            began = time.monotonic()
            environment = {**os.environ, **(extra_environment or {})}
            self.process_ = self.sandbox_.start(
                [self.binary, f"--config={self.config}", "run"], self.log, cwd=self.base,
                env=environment)
            if not wait:
                return self
            try:
                self.wait_ready(seconds)
            except DaemonDied:
                taken = "address already in use" in self.tail(20_000).lower()
                if not taken or attempt == 4 or self.last_start_seconds is not None:
                    raise
                self.choose_ports_()
                self.write_config()
                continue
            self.last_start_seconds = time.monotonic() - began
            return self

    def ready_status(self, timeout=5):
        """The status of /readyz, or None when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=timeout)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def wait_ready(self, seconds=20):
        def ready():
            if not self.process_.running():
                raise DaemonDied(f"the daemon ended with {self.process_.wait(5)} before it was "
                                 f"ready:\n{self.tail()}")
            return self.ready_status() == 200
        wait_until(ready, seconds, lambda: f"/readyz 200 (now {self.ready_status()}):\n{self.tail()}",
                   poll=0.005)

    def running(self):
        return self.process_ is not None and self.process_.running()

    @property
    def pid(self):
        return self.process_.pid

    def signal(self, number):
        self.process_.signal(number)

    def wait_exit(self, seconds=30):
        """The exit code; negative is the signal that ended it."""
        return self.process_.wait(seconds)

    def stop(self, seconds=25):
        """SIGTERM and the exit code, which must be 0."""
        self.signal(signal.SIGTERM)
        code = self.wait_exit(seconds)
        if code != 0:
            raise AssertionError(f"after SIGTERM the daemon ended with {code}:\n{self.tail()}")
        return code

    def kill9(self):
        self.signal(signal.SIGKILL)
        return self.wait_exit(20)

    def restart(self):
        if self.running():
            self.stop()
        return self.start()

    # Looking at it

    def client(self, token=None, **options):
        return Client(self.http_port, token, **options)

    def events(self, token, last_event_id=None):
        return EventStream(self.client(token), last_event_id)

    def status(self):
        return process_status(self.pid)

    def tail(self, size=4000):
        """The end of what this run has logged."""
        try:
            with open(self.log, "rb") as file:
                file.seek(getattr(self, "log_offset_", 0))
                return file.read()[-size:].decode("utf-8", "replace")
        except OSError:
            return ""

    def log_entries(self):
        """All log lines that are JSON."""
        entries = []
        with open(self.log, encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    entries.append(json.loads(line))
                except ValueError:
                    continue
        return entries

    def complaints(self, count=5):
        """The last warnings and errors that were logged since this was asked last, and lines that
        are no log lines: a crash's last words."""
        offset, self.complained_to_ = getattr(self, "complained_to_", 0), os.path.getsize(self.log)
        with open(self.log, "rb") as file:
            file.seek(offset)
            lines = file.read().decode("utf-8", "replace").splitlines()
        def bad(line):
            try:
                return json.loads(line).get("level") in ("warning", "error")
            except (ValueError, AttributeError):
                return bool(line.strip())
        return "\n".join(line[:500] for line in [line for line in lines if bad(line)][-count:])

    def lmtp_listening(self):
        try:
            socket.create_connection(("127.0.0.1", self.lmtp_port), 1).close()
            return True
        except OSError:
            return False

    # The SQLite file of a stopped daemon

    def copy_of_database(self):
        """A copy (with its WAL) that may be opened: opening the file itself would fold the WAL in
        and hide how the daemon recovers."""
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        folder = tempfile.mkdtemp(prefix="madoguchi-copy-", dir=memory)
        for suffix in ("", "-wal"):
            source = self.database_file + suffix
            if os.path.exists(source):
                shutil.copyfile(source, os.path.join(folder, "copy.db" + suffix))
        return folder, os.path.join(folder, "copy.db")

    def query_stopped(self, statement):
        """Rows of a statement on a copy of the stopped daemon's SQLite file."""
        folder, path = self.copy_of_database()
        try:
            connection = sqlite3.connect(path)
            try:
                return connection.execute(statement).fetchall()
            finally:
                connection.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def integrity(self):
        """What PRAGMA integrity_check says; "ok" is good."""
        return "\n".join(str(row[0]) for row in self.query_stopped("PRAGMA integrity_check"))
