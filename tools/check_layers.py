#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom.

The domain knows nothing; connectors know no storage; the API knows no vendor; only daemon/app and
daemon/cli know everything. Headers of heavy libraries stay inside the folder that wraps them: a
header that includes one (or includes such a header) may be included from its own folder only.
"""

import os

from cpp_source import ROOT, Source, cpp_files, finish, is_test

BASE = {"core/base"}
LEAVES = ["core/json", "core/observe", "core/config", "core/crypto", "core/net", "core/mail",
          "core/db"]
EVERYTHING = {"*"}

MAY_INCLUDE = {
    "core/base": set(),
    "core/text": BASE,
    **{leaf: BASE | set(LEAVES[:LEAVES.index(leaf)]) for leaf in LEAVES},
    "core/domain": BASE,
    "core/jobs": BASE | {"core/observe", "core/db"},
    "core/connector": BASE | {"core/config", "core/json", "core/crypto", "core/net",
                              "core/observe", "core/mail", "core/domain"},
    "core/store": BASE | {"core/json", "core/observe", "core/crypto", "core/db", "core/domain",
                          "core/jobs"},
    "core/service": BASE | {"core/json", "core/config", "core/observe", "core/crypto", "core/net",
                            "core/mail", "core/domain", "core/store", "core/jobs",
                            "core/connector"},
    "connectors": BASE | {"core/connector"},
    "connectors/*": BASE | {"core/connector", "core/config", "core/json", "core/net", "core/mail",
                            "core/crypto", "core/observe", "core/domain"},
    # Stand in for outside systems: they share nothing with the connectors they are tried with.
    "sandboxes": BASE | {"sandboxes/kit"},
    "sandboxes/kit": BASE | {"core/json"},
    "sandboxes/*": BASE | {"core/json", "sandboxes/kit"},
    "daemon/http": BASE | {"core/observe"},
    "daemon/lmtp": BASE | {"core/observe", "core/service"},
    "daemon/api": BASE | {"core/service", "core/domain", "core/json", "core/observe",
                          "daemon/http"},
    # Its routes stand in the facade's one table (docs/adr/0013-one-route-table.md).
    "daemon/admin": BASE | {"core/service", "core/domain", "core/json", "core/observe",
                            "daemon/http", "daemon/api"},
    "daemon/console": BASE | {"daemon/http", "daemon/api"},
    "daemon/app": EVERYTHING,
    "daemon/cli": EVERYTHING,
    "daemon": EVERYTHING,
    "tests": EVERYTHING,
}
# core/text folds and guards for everybody but the domain and what lies below it.
NO_TEXT = {"core/base", "core/domain"}

HEAVY = ("Poco/", "sqlite3.h", "libpq-fe.h", "boost/", "unicode/", "httplib.h", "toml++/",
         "toml.hpp", "curl/", "gumbo.h", "openssl/", "uchardet", "argon2.h", "nlohmann/")
# Whose business the library is: its headers there may show it, and still do not leave the folder.
SHOWN = {"core/json": ("nlohmann/",)}


def folder_of(path):
    """The folder of the table that a path belongs to."""
    parts = os.path.dirname(path).split("/")
    if parts[0] == "tests":
        return "tests"
    return "/".join(parts[:2])


def rule_of(folder):
    if folder in MAY_INCLUDE:
        return MAY_INCLUDE[folder]
    for group in ("connectors", "sandboxes"):
        if folder.startswith(group + "/"):
            return MAY_INCLUDE[group + "/*"]
    return None


def may(source, target, test):
    """Whether a file of `source` may include one of `target`."""
    if source == target:
        return True
    if test and (target in ("tests", "connectors/testkit") or target.startswith("sandboxes/")):
        return True
    allowed = rule_of(source)
    if allowed is None:
        return False
    if "*" in allowed or target in allowed:
        return True
    return target == "core/text" and source not in NO_TEXT


def resolve(path, name):
    """The tree's file that an include names, or None."""
    for candidate in (name, os.path.normpath(os.path.join(os.path.dirname(path), name))):
        if os.path.isfile(os.path.join(ROOT, candidate)):
            return candidate
    return None


def heavy_headers(sources):
    """header -> why: the headers through which a heavy library can be seen."""
    why = {}
    for path, source in sources.items():
        if not path.endswith(".h") or folder_of(path) == "tests":
            continue
        shown = SHOWN.get(folder_of(path), ())
        for _, name, _ in source.includes():
            if name.startswith(HEAVY) and not name.startswith(shown or ("\0",)):
                why.setdefault(path, name)
    changed = True
    while changed:
        changed = False
        for path, source in sources.items():
            if not path.endswith(".h") or path in why:
                continue
            for _, name, quoted in source.includes():
                target = resolve(path, name) if quoted else None
                if target in why and folder_of(target) == folder_of(path):
                    why[path] = why[target]
                    changed = True
                    break
    return why


def main():
    sources = {path: Source(path) for path in cpp_files()}
    heavy = heavy_headers(sources)
    violations = []
    for path, source in sources.items():
        folder = folder_of(path)
        if rule_of(folder) is None:
            violations.append(f"{path}:1: {folder} is not in the table of tools/check_layers.py")
            continue
        for line, name, quoted in source.includes():
            if not quoted:
                continue
            target = resolve(path, name)
            if target is None:
                if name.startswith(("core/", "connectors/", "sandboxes/", "daemon/", "tests/")):
                    violations.append(f"{path}:{line}: there is no {name}")
                elif name.startswith(HEAVY):
                    violations.append(f"{path}:{line}: write <{name}> for a library's header")
                continue
            if target != name:
                violations.append(f"{path}:{line}: include \"{target}\", from the root")
            other = folder_of(target)
            if not may(folder, other, is_test(path)):
                violations.append(f"{path}:{line}: {folder} may not include {other} ({target})")
            if target in heavy and other != folder and other != "connectors/testkit":
                violations.append(f"{path}:{line}: {target} shows <{heavy[target]}> and is private "
                                  f"to {other}")
            if not is_test(path) and is_test(target):
                violations.append(f"{path}:{line}: {target} is for tests only")
    finish("check_layers", violations)


if __name__ == "__main__":
    main()
