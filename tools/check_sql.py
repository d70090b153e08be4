#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SQL is written in core/store, core/jobs and core/db, and in tests that look at what was stored."""

import re

from cpp_source import Source, cpp_files, finish, is_test

ALLOWED = ("core/store/", "core/jobs/", "core/db/", "tests/")
SQL = re.compile(
    r"\bSELECT\b.+\bFROM\b|\bINSERT\s+(OR\s+\w+\s+)?INTO\b|\bUPDATE\s+\w+\s+SET\b|\bDELETE\s+FROM\b"
    r"|\b(CREATE|DROP|ALTER)\s+(TABLE|INDEX|VIEW|TRIGGER)\b|\bPRAGMA\s+\w+", re.S | re.I)


def main():
    violations = []
    for path in cpp_files():
        if path.startswith(ALLOWED) or is_test(path):
            continue
        for line, text in Source(path).strings:
            # Prose in lower case ("select one from the list") is no statement.
            found = SQL.search(text)
            if found and re.search(r"[A-Z]{4}", found.group(0)):
                violations.append(f"{path}:{line}: SQL outside core/store: {found.group(0)[:60]!r}")
    finish("check_sql", violations)


if __name__ == "__main__":
    main()
