# SPDX-License-Identifier: Apache-2.0
"""Cleans up after a test, also after one that was killed.

Runs as a process of its own, away from the test's children. Reads JSON lines from standard input:
what the test started, mounted and created. When the input ends (the test has closed it or is dead),
it ends the processes, unmounts and removes. Standard output closes when that is done.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time


def stat_fields(pid):
    """The fields of /proc/PID/stat from the state on; None when gone or a zombie."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] == b"Z" else fields


def start_time(pid):
    """The process's start in clock ticks, or None: with the pid it names one process for good."""
    fields = stat_fields(pid)
    return fields[19] if fields else None


def group_alive(group):
    """Whether the process group has a member that runs."""
    wanted = str(group).encode()
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = stat_fields(name)
            if fields and fields[2] == wanted:
                return True
    return False


def send(pid, number):
    for function in (os.killpg, os.kill):
        try:
            function(pid, number)
        except OSError:
            pass


def end_processes(processes):
    # A leader that is gone may leave its group behind; a stranger that got its number is spared.
    mine = {
        pid: entry
        for pid, entry in processes.items()
        if start_time(pid) == entry["start"] or (start_time(pid) is None and group_alive(pid))
    }
    for pid, entry in mine.items():
        send(pid, signal.SIGCONT)
        send(pid, entry["signal"])
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        if not any(start_time(pid) is not None or group_alive(pid) for pid in mine):
            return
        time.sleep(0.02)
    for pid in mine:
        send(pid, signal.SIGKILL)


def main():
    if os.fork() != 0:
        os._exit(0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    processes, mounts, paths, commands = {}, [], [], []
    for line in sys.stdin:
        entry = json.loads(line)
        if entry["what"] == "process":
            processes[entry["pid"]] = {"signal": entry["signal"], "start": start_time(entry["pid"])}
        elif entry["what"] == "ended":
            processes.pop(entry["pid"], None)
        elif entry["what"] == "mount":
            mounts.append(entry["path"])
        elif entry["what"] == "path":
            paths.append(entry["path"])
        elif entry["what"] == "command":
            commands.append(entry["command"])
    for command in commands:
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
    end_processes(processes)
    for path in reversed(mounts):
        subprocess.run(["umount", "-l", path], stderr=subprocess.DEVNULL)
    for path in paths:
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    main()
