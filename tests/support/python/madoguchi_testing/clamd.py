# SPDX-License-Identifier: Apache-2.0
"""A private clamd on a unix socket, with signatures of the test's own and small limits."""

import hashlib
import os
import pwd
import signal
import socket

from madoguchi_testing.sandbox import as_user
from madoguchi_testing.waiting import wait_until

# The EICAR string, in two pieces so that no scanner takes this file for it.
kEicar = (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")
kEvil = b"MADOGUCHI-TEST-EVIL"

kConfig = """\
LocalSocket {socket}
DatabaseDirectory {base}/signatures
TemporaryDirectory {base}/tmp
LogFile {base}/clamd.log
Foreground yes
StreamMaxLength 3M
MaxScanSize 2M
MaxFileSize 2M
MaxFiles 20
MaxRecursion 4
AlertExceedsMax yes
"""


class Clamd:
    """Finds kEicar (whole contents) and kEvil (anywhere), also in archives; nothing else."""

    def __init__(self, sandbox, name="clamd"):
        self.sandbox_ = sandbox
        self.user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        account = pwd.getpwnam(self.user)
        self.base = sandbox.folder(name, 0o755)
        self.socket = os.path.join(self.base, "clamd.ctl")
        for folder in ("signatures", "tmp"):
            os.makedirs(os.path.join(self.base, folder))
        digest = hashlib.md5(kEicar).hexdigest()
        sandbox.file(f"{name}/signatures/own.hdb", f"{digest}:{len(kEicar)}:Own.Eicar\n")
        sandbox.file(f"{name}/signatures/own.ndb", f"Own.Evil:0:*:{kEvil.hex()}\n")
        self.config = sandbox.file(f"{name}/clamd.conf",
                                   kConfig.format(socket=self.socket, base=self.base))
        if os.geteuid() == 0:
            for path in (self.base, os.path.join(self.base, "tmp")):
                os.chown(path, account.pw_uid, account.pw_gid)
        self.process_ = None

    def start(self):
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        self.process_ = self.sandbox_.start(
            as_user(self.user, ["/usr/sbin/clamd", "-c", self.config]),
            os.path.join(self.sandbox_.path, "clamd.out"), end_signal=signal.SIGTERM, cwd=self.base)
        wait_until(self.answers, 30, lambda: f"clamd's PONG:\n{self.tail()}", poll=0.05)

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(5)
                line.connect(self.socket)
                line.sendall(b"zPING\0")
                return line.recv(100) == b"PONG\0"
        except OSError:
            return False

    def kill9(self):
        self.process_.kill()

    def freeze(self):
        """It accepts connections and answers none, until it is killed."""
        self.process_.signal(signal.SIGSTOP)

    def tail(self):
        try:
            with open(os.path.join(self.base, "clamd.log"), encoding="utf-8",
                      errors="replace") as file:
                return file.read()[-2000:]
        except OSError:
            return ""
