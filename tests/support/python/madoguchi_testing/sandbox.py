# SPDX-License-Identifier: Apache-2.0
"""A temporary folder and the processes of one test, removed together."""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

from madoguchi_testing.waiting import wait_until


class Process:
    """A child in a process group of its own, known to the warden."""

    def __init__(self, sandbox, popen, end_signal):
        self.sandbox_ = sandbox
        self.popen = popen
        self.pid = popen.pid
        sandbox.own_process(self.pid, end_signal)

    def running(self):
        return self.popen.poll() is None

    def signal(self, number):
        if self.running():
            os.kill(self.pid, number)

    def kill(self):
        """SIGKILL to the process and its group, and waits for the end."""
        for function in (os.killpg, os.kill):
            try:
                function(self.pid, signal.SIGKILL)
            except OSError:
                pass
        return self.wait(20)

    def wait(self, seconds):
        """The exit code (negative: the signal)."""
        code = self.popen.wait(seconds)
        self.sandbox_.disown_process(self.pid)
        return code


class Sandbox:
    """`with Sandbox("main-job") as sandbox:`: a folder that others may pass through (servers drop
    their privileges), and everything that was started in it. `keep` leaves the folder."""

    def __init__(self, name, keep=False):
        self.path = tempfile.mkdtemp(prefix=f"madoguchi-{name}-")
        os.chmod(self.path, 0o711)
        self.keep = keep or bool(os.environ.get("MADOGUCHI_TEST_KEEP"))
        self.lock_ = threading.Lock()
        self.ports_ = set()
        warden = os.path.join(os.path.dirname(os.path.abspath(__file__)), "warden.py")
        self.warden_ = subprocess.Popen(
            [sys.executable, warden], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True, cwd="/")
        self.warden_.wait(20)
        if not self.keep:
            self.tell_({"what": "path", "path": self.path})

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.close()

    def close(self):
        with self.lock_:
            if self.warden_.stdin.closed:
                return
            self.warden_.stdin.close()
        self.warden_.stdout.read()
        if self.keep:
            print(f"kept: {self.path}", flush=True)

    def tell_(self, entry):
        with self.lock_:
            if not self.warden_.stdin.closed:
                self.warden_.stdin.write(json.dumps(entry).encode() + b"\n")
                self.warden_.stdin.flush()

    def own_process(self, pid, end_signal=signal.SIGKILL):
        self.tell_({"what": "process", "pid": pid, "signal": int(end_signal)})

    def disown_process(self, pid):
        self.tell_({"what": "ended", "pid": pid})

    def at_end(self, command):
        """A command to run when the test has ended, before its processes are."""
        self.tell_({"what": "command", "command": command})

    def folder(self, name, mode=0o755):
        path = os.path.join(self.path, name)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        return path

    def file(self, name, content, mode=0o644):
        path = os.path.join(self.path, name)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        os.chmod(path, mode)
        return path

    def start(self, command, output, end_signal=signal.SIGKILL, env=None, cwd=None):
        """Starts a process; what it prints is appended to the file `output`."""
        with open(output, "ab") as file:
            popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                start_new_session=True, env=env, cwd=cwd or self.path)
        return Process(self, popen, end_signal)

    def mount_tmpfs(self, name, size, mode="0700"):
        """A file system in memory of `size` (as mount takes it: "32m"). Needs root."""
        path = self.folder(name)
        self.tell_({"what": "mount", "path": path})
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode={mode}", "tmpfs", path], check=True)
        return path

    def port(self):
        """A port nobody listens on, below the range the kernel gives to outgoing connections: one
        from inside it could be taken by a client while the server it belongs to is down."""
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            low, high = (int(number) for number in file.read().split())
        first, last = (15000, low - 1) if low > 20000 else (high + 1, 65535)
        if first >= last:
            first, last = 15000, 32000
        for _ in range(1000):
            port = random.SystemRandom().randint(first, last)
            if port in self.ports_:
                continue
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
            self.ports_.add(port)
            return port
        raise RuntimeError("no free port")


def wait_for_port(port, seconds, alive=None):
    """Until something accepts on 127.0.0.1:port; `alive` says whether waiting still makes sense."""

    def accepts():
        if alive is not None and not alive():
            raise RuntimeError(f"the server for port {port} has ended")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False

    wait_until(accepts, seconds, f"a server on port {port}")


def as_user(user, command):
    """The command under another user, when this one is root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={user}", f"--regid={group_of(user)}", "--clear-groups", *command]


def group_of(user):
    import grp
    import pwd
    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


def copy_folder(source, target):
    shutil.copytree(source, target)


def process_status(pid):
    """Threads and resident memory (KiB) of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        text = file.read()
    def number(name):
        found = re.search(rf"^{name}:\s*(\d+)", text, re.M)
        return int(found.group(1)) if found else 0
    return {"threads": number("Threads"), "rss_kib": number("VmRSS"), "peak_kib": number("VmHWM")}
