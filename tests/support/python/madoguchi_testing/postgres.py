# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL server, or a database of its own in the server that
MADOGUCHI_TEST_POSTGRES names."""

import glob
import os
import re
import secrets
import signal
import subprocess

from madoguchi_testing.sandbox import as_user
from madoguchi_testing.waiting import wait_until


def tool(name):
    """The newest installed server tool; Debian keeps them off the PATH."""
    found = glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    found.sort(key=lambda path: int(path.split("/")[4]))
    return found[-1] if found else name


class Postgres:
    """`url` is a database for one daemon. A private server can be stopped, paused and killed."""

    def __init__(self, sandbox, name="pg", private=False, settings=()):
        self.sandbox_ = sandbox
        self.server_url_ = None if private else os.environ.get("MADOGUCHI_TEST_POSTGRES")
        self.user = "postgres" if os.geteuid() == 0 else None
        self.databases_ = 0
        self.log = os.path.join(sandbox.path, f"{name}.log")
        if self.server_url_:
            return
        self.port = sandbox.port()
        base = sandbox.folder(name, 0o755)
        self.data = os.path.join(base, "data")
        self.owner = self.user or subprocess.run(
            ["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        if self.user:
            subprocess.run(["chown", self.user, base], check=True)
        self.run_([tool("initdb"), "-D", self.data, "-U", self.owner, "-A", "trust", "-N",
                   "--locale=C.UTF-8", "-E", "UTF8"])
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="ascii") as file:
            file.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\n"
                       f"unix_socket_directories = '{base}'\nmax_connections = 60\n"
                       "shared_buffers = 32MB\nlog_min_messages = warning\n")
            file.writelines(line + "\n" for line in settings)
        self.start()

    def run_(self, command, check=True, timeout=60):
        done = subprocess.run(as_user(self.user, command) if self.user else command, cwd="/",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=timeout)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}")
        return done

    @property
    def pid(self):
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
                return int(file.readline())
        except (OSError, ValueError):
            return None

    def start(self):
        """Starts the server and returns when it takes connections."""
        command = [tool("postgres"), "-D", self.data]
        self.process_ = self.sandbox_.start(
            as_user(self.user, command) if self.user else command, self.log,
            end_signal=signal.SIGQUIT, cwd="/")
        def ready():
            if not self.process_.running():
                raise RuntimeError(f"PostgreSQL has ended:\n{self.tail()}")
            done = self.run_([tool("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                             check=False)
            return done.returncode == 0
        wait_until(ready, 60, lambda: f"PostgreSQL ready:\n{self.tail()}", poll=0.05)

    def stop(self, mode="fast"):
        """pg_ctl's modes: smart, fast, immediate (as a crash)."""
        number = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode]
        self.process_.signal(number)
        self.process_.wait(60)

    def backends(self):
        """The pids of the postmaster's children."""
        children = f"/proc/{self.process_.pid}/task/{self.process_.pid}/children"
        try:
            with open(children, encoding="ascii") as file:
                return [int(pid) for pid in file.read().split()]
        except OSError:
            return []

    def signal_all(self, number):
        """SIGSTOP or SIGCONT to the server and every backend."""
        for pid in [self.process_.pid, *self.backends()]:
            try:
                os.kill(pid, number)
            except OSError:
                pass

    def tail(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return file.read()[-2000:]
        except OSError:
            return ""

    def sql(self, statement, database="postgres"):
        """Runs one statement; its rows as lines of fields separated by |."""
        if self.server_url_:
            command = [tool("psql"), with_database(self.server_url_, database)]
        else:
            command = [tool("psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", self.owner,
                       database]
        done = self.run_([*command, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c",
                          "SET client_min_messages = error", "-c", statement])
        return done.stdout.strip()

    def create_database(self):
        """The URL of a new, empty database."""
        self.databases_ += 1
        if self.server_url_:
            name = f"madoguchi_test_{secrets.token_hex(6)}"
            done = subprocess.run([tool("psql"), self.server_url_, "-X", "-q", "-c",
                                   f"CREATE DATABASE {name}"], capture_output=True, text=True)
            if done.returncode != 0:
                raise RuntimeError(done.stderr)
            self.sandbox_.at_end([tool("psql"), self.server_url_, "-X", "-q", "-c",
                                  f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"])
            return with_database(self.server_url_, name)
        name = f"madoguchi_{self.databases_}"
        self.sql(f"CREATE DATABASE {name}")
        return f"postgresql://{self.owner}@127.0.0.1:{self.port}/{name}"


def with_database(url, name):
    """The same server's URL for another database."""
    found = re.match(r"^(postgres(?:ql)?://[^/?]*)(/[^?]*)?(\?.*)?$", url)
    if not found:
        raise ValueError(f"not a PostgreSQL URL: {url}")
    return f"{found.group(1)}/{name}{found.group(3) or ''}"


def database_name(url):
    return url.rpartition("/")[2].partition("?")[0]
