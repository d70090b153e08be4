#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Habits of the house that a script can see. Each exemption has its reason beside it."""

import os
import re

from cpp_source import Source, cpp_files, finish, is_test, read, tracked

MAX_HEADER = 300
WISHED = {".h": 200, ".cpp": 500}

SCRIPTS = ("run", "test", ".ci/run")

# Where `catch (...)` stands between foreign code and the end of the process.
CATCH_ALL = (
    "daemon/app/", "daemon/api/dispatcher.cpp", "daemon/api/exchange.cpp", "daemon/http/", "daemon/lmtp/", "daemon/main.cpp",
    "core/jobs/", "core/db/", "core/connector/",
)
# Where threads begin.
THREADS = ("core/db/", "core/jobs/", "daemon/app/", "daemon/http/", "daemon/lmtp/", "sandboxes/kit/")

# (pattern in code, what is wrong, paths where it is right)
BANNED = (
    (r"\bcatch\s*\(\s*\.\.\.\s*\)", "catch (...) only at the ends of threads and calls", CATCH_ALL),
    (r"\.\s*detach\s*\(", "no thread is detached", ()),
    (r"\bstd::(?:recursive_|shared_|timed_|recursive_timed_|shared_timed_)?mutex\b",
     "a mutex owns its data: Guarded or Monitor", ("core/base/guarded.h",)),
    (r"\bstd::condition_variable(?:_any)?\b", "wait with Monitor", ("core/base/guarded.h",)),
    (r"\bstd::thread\b(?!::)", "std::jthread", ()),
    (r"\bstd::jthread\b", "threads begin in core/db, core/jobs, daemon/app, http and lmtp only",
     THREADS),
    (r"::instance\s*\(\s*\)", "no singletons", ("daemon/app/",)),
    (r"\b(?:class|struct)\s+\w*(?:Manager|Helper|Utils?|Processor)\b(?!\s*;)",
     "say what it is: no Manager, Helper, Util or Processor", ()),
    (r"\busing\s+namespace\s+(?!std::(?:string_view|chrono|literals)|std::\w+_literals)\w",
     "no using namespace", ()),
    # A private constructor needs unique_ptr<T>(new T…); Poco's factories take what they are given.
    (r"(?m:^)(?:(?!_ptr<).)*?(?<![\w:])(?:new\s+[A-Za-z_][\w:]*\s*[({\[]|delete\s+[A-Za-z_])",
     "no new, no delete", ("daemon/lmtp/",)),
    (r"\bhttplib::(?:SSL)?Server\b", "cpp-httplib faces no network: sandboxes and the testkit only",
     ("connectors/testkit/", "tests/")),
    (r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\(|(?<![\w.:>])sleep\s*\(",
     "no sleeping: wait on a condition", ()),
    (r"\bstd::(?:format|expected|ranges|views)\b", "not in g++ 12 and clang 14 together",
     ()),
)
# Patterns that tests may use: they start threads and stand between fakes as they like.
TESTS_MAY = ("std::jthread", "detached", "catch (...)", "threads begin", "no using namespace", "no new")

HEADERS = (
    (r"^Poco/Net/Mail(?:Message|Recipient|Stream)\.h$", "Poco's mail reader crashes on small mails", ()),
    (r"^Poco/Zip/", "Poco's Zip is open to traversal and bombs", ()),
    (r"^Poco/TextEncoding", "charsets are converted by ICU", ()),
    (r"^Poco/JWT/", "not before its algorithms are listed one by one (RFC 8725)", ()),
    (r"^httplib\.h$", "the outgoing client is core/net",
     ("core/net/", "connectors/testkit/", "tests/")),
    (r"^nlohmann/", "JSON is read through core/json", ("core/json/", "connectors/", "tests/")),
    (r"^(?:ranges|format|expected)$", "not in g++ 12 and clang 14 together", ()),
)

# Python that may wait by the clock, and why.
SLEEP_IN_PYTHON = {
    "tests/support/python/madoguchi_testing/waiting.py": "the loop that waits on conditions",
    "tests/support/python/madoguchi_testing/warden.py": "ends processes by itself, after the test",
}


def spdx(path):
    lines = read(path).split("\n", 2)[:2]
    first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
    if path.endswith((".sql",)):
        return first == "-- SPDX-License-Identifier: Apache-2.0"
    return first in ("// SPDX-License-Identifier: Apache-2.0", "# SPDX-License-Identifier: Apache-2.0")


def check_any(path, found):
    if not spdx(path):
        found(path, 1, "no SPDX line")
    for number, line in enumerate(read(path).splitlines(), 1):
        if re.search(r"\b(?:TODO|FIXME|XXX|HACK)\b", line) and path != "tools/check_sources.py":
            found(path, number, "what is not done is an issue, not a comment")
        if re.search(r"(?<![\w./-])/(?:work|root|home)/\w", line) and "/home/vmail" not in line:
            found(path, number, "a path of one machine")


def check_cpp(path, found, wish):
    source = Source(path)
    test = is_test(path)
    for pattern, why, where in BANNED:
        if path.startswith(where) and where:
            continue
        if "/sandbox" in path and "cpp-httplib" in why:
            continue
        if test and any(word in why for word in TESTS_MAY):
            continue
        for line, _ in source.find(pattern):
            found(path, line, why)
    for line, name, _ in source.includes():
        for pattern, why, where in HEADERS:
            allowed = (where and path.startswith(where)) or "/sandbox" in path
            if re.search(pattern, name) and not allowed:
                found(path, line, f"<{name}>: {why}")
    for line, match in source.find(r"(?m:^)[ \t]*#[ \t]*define[ \t]+(\w+)"):
        # A library's own switches are set by macros; so be it.
        if not re.match(r"(?:CPPHTTPLIB|TOML|BOOST|U|POCO|JSON)_", match.group(1)):
            found(path, line, f"no macros: {match.group(1)}")
    lines = source.text.count("\n")
    if path.endswith(".h"):
        if "#pragma once" not in source.text:
            found(path, 1, "no #pragma once")
        if lines > MAX_HEADER:
            found(path, 1, f"{lines} lines: a header has {MAX_HEADER} at most")
    limit = WISHED[os.path.splitext(path)[1]]
    if lines > limit and not test:
        wish(f"{path}: {lines} lines, {limit} are the habit")


def check_python(path, found):
    if path in SLEEP_IN_PYTHON:
        return
    for number, line in enumerate(read(path).splitlines(), 1):
        if re.search(r"\btime\.sleep\(", line):
            found(path, number, "no sleeping: madoguchi_testing.waiting")


def main():
    violations, notes = [], []

    def found(path, line, why):
        violations.append(f"{path}:{line}: {why}")

    every = tracked(".h", ".cpp", ".py", ".sh", ".cmake", ".sql", "CMakeLists.txt", *SCRIPTS)
    for path in every:
        check_any(path, found)
    for path in cpp_files():
        check_cpp(path, found, notes.append)
    for path in tracked(".py"):
        if path.startswith("tests/"):
            check_python(path, found)
    finish("check_sources", violations, notes)


if __name__ == "__main__":
    main()
