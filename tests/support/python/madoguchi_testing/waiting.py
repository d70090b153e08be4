# SPDX-License-Identifier: Apache-2.0
"""Waiting on conditions with deadlines: the only place of the tests that lets time pass."""

import time

kPollSeconds = 0.01


class Late(AssertionError):
    """A condition did not come true before its deadline."""


def wait_until(condition, seconds, what, poll=kPollSeconds):
    """Calls `condition` until it returns something true, and returns that.

    `what` names the condition for the message; it may be a function, called when it is too late.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            text = what() if callable(what) else what
            raise Late(f"not within {seconds:g} s: {text}")
        time.sleep(poll)


def let_pass(seconds):
    """Lets time pass where time itself is the test's input: the random moment of a kill, the length
    of an outage. Never to wait for something to become true."""
    if seconds > 0:
        time.sleep(seconds)
