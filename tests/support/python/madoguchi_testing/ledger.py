# SPDX-License-Identifier: Apache-2.0
"""What the injectors were promised, and the checker that holds the daemon to it.

The ledger is an append-only file, one JSON line per event, synced before the injector goes on. The
checker reads the daemon's state through the public API alone and demands: acknowledged means exactly
one; never acknowledged means at most one.
"""

import collections
import json
import os
import threading
import time

from madoguchi_testing.mails import kTokenPattern
from madoguchi_testing.waiting import wait_until

kOk, kFail, kUnknown = "ok", "fail", "unknown"


class Ledger:
    def __init__(self, path):
        self.path = path
        self.lock_ = threading.Lock()
        self.file_ = open(path, "ab", buffering=0)
        self.history_ = collections.defaultdict(list)
        self.began_ = time.monotonic()

    def write(self, token, operation, result, detail=""):
        """`fail`: nothing can have happened; `unknown`: something may have."""
        entry = {"token": token, "op": operation, "result": result,
                 "t": round(time.monotonic() - self.began_, 4)}
        if detail:
            entry["detail"] = str(detail)[:300]
        with self.lock_:
            self.history_[token].append(entry)
            self.file_.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            os.fsync(self.file_.fileno())

    def history(self, token):
        with self.lock_:
            return list(self.history_.get(token, ()))

    def tokens(self):
        """Each token and whether it was ever acknowledged."""
        with self.lock_:
            return {token: any(entry["result"] == kOk for entry in entries)
                    for token, entries in self.history_.items()}

    def acknowledged(self):
        return {token for token, ok in self.tokens().items() if ok}

    def count(self, result):
        with self.lock_:
            return sum(entry["result"] == result
                       for entries in self.history_.values() for entry in entries)

    def close(self):
        self.file_.close()


def state_of(client):
    """Token -> the messages that carry it, as (case number, message id), for all that there is; and
    token -> the cases that carry it in their subject."""
    messages = collections.defaultdict(set)
    cases = collections.defaultdict(set)
    for case in client.items("/cases"):
        number = case["number"]
        for token in kTokenPattern.findall(case.get("subject") or ""):
            cases[token].add(number)
        for message in client.items(f"/cases/{number}/messages"):
            if message.get("kind") == "reply":
                continue  # repeats the subject of what it answers
            text = (message.get("subject") or "") + "\n" + (message.get("text") or "")
            for token in set(kTokenPattern.findall(text)):
                messages[token].add((number, message["id"]))
    return messages, cases


def violations(client, ledger):
    """What is wrong, as lines; the history of the first violating token follows it."""
    messages, cases = state_of(client)
    found = []
    for token, ok in ledger.tokens().items():
        count = len(messages.get(token, ()))
        if (count == 1 and len(cases.get(token, ())) <= 1) or (count == 0 and not ok):
            continue
        line = (f"{token}: {count} message(s) {sorted(messages.get(token, ()))}, "
                f"case(s) {sorted(cases.get(token, ()))}, "
                f"{'acknowledged' if ok else 'never acknowledged'}")
        if not found:
            history = "\n    ".join(json.dumps(entry, ensure_ascii=False)
                                    for entry in ledger.history(token))
            line += f"\n  its history:\n    {history}"
        found.append(line)
    strangers = set(messages) - set(ledger.tokens())
    found += [f"{token}: in the daemon, not in the ledger" for token in sorted(strangers)]
    return found


def count_messages(client):
    return sum(1 for case in client.items("/cases") for _ in
               client.items(f"/cases/{case['number']}/messages"))


def settle(client, ledger, seconds=60):
    """Waits until every acknowledged token can be seen (an LMTP 250 is given before a mail has become
    a message); what is still missing afterwards is left to `violations` to name."""
    def all_there():
        messages, _ = state_of(client)
        return all(token in messages for token in ledger.acknowledged())
    try:
        wait_until(all_there, seconds, "every acknowledged token in the API", poll=0.3)
    except AssertionError:
        pass


def check(client, ledger, seconds=60):
    """Fails with the first violating token and its history unless the ledger is exact."""
    settle(client, ledger, seconds)
    found = violations(client, ledger)
    if found:
        more = f"\n  and {len(found) - 1} more: " + "\n  ".join(found[1:6]) if len(found) > 1 else ""
        raise AssertionError(f"the ledger is not exact: {found[0]}{more}")
    return len(ledger.tokens())
