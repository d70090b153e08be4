# SPDX-License-Identifier: Apache-2.0
"""A test script as a class: methods named check_* run in the order they are written."""

import os
import sys
import time
import traceback

kSkipped = 77  # the exit code CTest shows as skipped


def after(*names):
    """This check makes no sense when one of those has failed."""
    def mark(function):
        function.needs = names
        return function
    return mark


class Checks:
    """Runs its check_* methods; counts; prints one line each and a closing line."""

    def __init__(self, label=""):
        self.label = f" [{label}]" if label else ""
        self.failed_names = []
        self.passed = 0
        self.skipped = 0

    def names(self):
        found = []
        for kind in reversed(type(self).__mro__):
            found += [name for name in vars(kind) if name.startswith("check_") and name not in found]
        return found

    def setup(self):
        """Starts what the checks need; when it fails, none runs."""

    def teardown(self):
        """Ends it; a failure counts."""

    def explain(self):
        """What else to print after a failure; the daemon's complaints, say."""
        return ""

    def guarded_(self, title, function):
        began = time.monotonic()
        try:
            function()
        except Exception as error:  # a test's failure, whatever it is
            self.failed_names.append(title)
            print(f"  FAIL  {title}: {describe(error)}", flush=True)
            try:
                said = self.explain()
            except Exception as second:  # setup may not have got far
                said = f"(nothing to explain with: {second!r})"
            for line in said.splitlines():
                print(f"        {line}", flush=True)
            return None
        return time.monotonic() - began

    def run(self, only=None):
        """Runs all checks, or those with `only` in their name and what they need. True: all good."""
        if self.guarded_(f"setup{self.label}", self.setup) is None:
            return False
        good = self.run_checks_(only)
        return self.guarded_(f"teardown{self.label}", self.teardown) is not None and good

    def run_checks_(self, only):
        chosen = self.names()
        if only:
            wanted = [name for name in chosen if only in name]
            for name in wanted:
                wanted += [need for need in getattr(getattr(self, name), "needs", ())
                           if need not in wanted]
            chosen = [name for name in chosen if name in wanted]
        bad = set()
        for name in chosen:
            title = name[len("check_"):].replace("_", " ") + self.label
            function = getattr(self, name)
            missing = [need for need in getattr(function, "needs", ()) if need in bad]
            if missing:
                bad.add(name)
                self.skipped += 1
                print(f"  skip  {title}: needs {', '.join(missing)}", flush=True)
                continue
            seconds = self.guarded_(title, function)
            if seconds is None:
                bad.add(name)
            else:
                self.passed += 1
                print(f"  ok    {title} ({seconds:.2f} s)", flush=True)
        return not bad

    def summary(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {len(self.failed_names)} failed{skipped}{self.label}"


def describe(error):
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
                       for frame in reversed(frames[-3:]))
    return f"{type(error).__name__}: {error} ({where})"


def expect(good, what):
    if not good:
        raise AssertionError(what() if callable(what) else what)


def expect_equal(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: expected {shorten(expected)}, got {shorten(actual)}")


def expect_in(part, whole, what):
    if part not in whole:
        raise AssertionError(f"{what}: {shorten(part)} is not in {shorten(whole)}")


def shorten(value, limit=600):
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def finish(checks_list):
    """Prints the closing lines and ends the script with the right exit code."""
    for checks in checks_list:
        print(checks.summary(), flush=True)
        for name in checks.failed_names:
            print(f"  failed: {name}", flush=True)
    good = checks_list and all(not checks.failed_names and not checks.skipped and checks.passed
                               for checks in checks_list)
    sys.exit(0 if good else 1)


def need_root(why):
    """Ends the script as skipped, not as passed, where it cannot run."""
    if os.geteuid() != 0:
        print(f"skipped: needs root to {why}", flush=True)
        sys.exit(kSkipped)
