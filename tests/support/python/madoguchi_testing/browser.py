# SPDX-License-Identifier: Apache-2.0
"""A Chromium without a window that opens one page, and a listener in place of the rest of the world."""

import os
import shutil
import socket
import subprocess
import threading

from madoguchi_testing.waiting import wait_until


class World:
    """Stands for every host but 127.0.0.1: takes whatever connects, keeps the first octets (a request,
    or the greeting of TLS, which names the host) and says nothing."""

    def __init__(self):
        self.lock = threading.Lock()
        self.heard_ = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept_, daemon=True).start()

    def accept_(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.hear_, args=(connection,), daemon=True).start()

    def hear_(self, connection):
        with connection:
            connection.settimeout(5)
            try:
                octets = connection.recv(4096)
            except OSError:
                octets = b""
        with self.lock:
            self.heard_.append(octets)

    def heard(self, host):
        """Whether anybody asked that host for anything."""
        with self.lock:
            return any(host.encode() in octets for octets in self.heard_)

    def close(self):
        self.listener.close()


class Browser:
    """Opens `url` at once; `world` is whom it reaches behind all names."""

    def __init__(self, sandbox, url, world):
        program = shutil.which("chromium")
        if not program:
            raise SystemExit("no chromium: apt-get install chromium")
        self.profile = sandbox.folder("chromium", 0o700)
        self.log = open(os.path.join(self.profile, "log"), "wb")
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage",
             f"--user-data-dir={self.profile}",
             f"--host-resolver-rules=MAP * 127.0.0.1:{world.port}, EXCLUDE 127.0.0.1", url],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "HOME": self.profile})

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            wait_until(lambda: self.process.poll() is not None, 20, "the browser ends")
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
