# SPDX-License-Identifier: Apache-2.0
"""What the checks of this folder share: the tree's files, and C++ cut into code, comments and strings."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CODE = ("core", "connectors", "sandboxes", "daemon", "tests")

_TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|(?:u8|[uUL])?R"(?P<tag>[^()\\\s]{0,16})\((?P<raw>.*?)\)(?P=tag)"'
    r'|(?:u8|[uUL])?"(?P<text>(?:\\.|[^"\\\n])*)"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'", re.S)


def tracked(*suffixes):
    """Paths from the root of the files that git knows or would take, that end so."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = listed.stdout.splitlines()
    else:  # no checkout: a source archive
        paths = [os.path.relpath(os.path.join(folder, name), ROOT)
                 for folder, _, names in os.walk(ROOT) for name in names]
        paths = [path for path in paths if not path.startswith(("build/", ".run/"))]
    return sorted(path for path in set(paths)
                  if path.endswith(suffixes) and os.path.isfile(os.path.join(ROOT, path)))


def cpp_files():
    return [path for path in tracked(".h", ".cpp") if path.split("/")[0] in CODE]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def is_test(path):
    """Code that is linked into tests only."""
    name = os.path.basename(path)
    return (name.endswith(("_test.cpp", "_test.h")) or name.startswith(("test_", "sample_")) or
            path.startswith(("tests/", "connectors/testkit/")))


class Source:
    """`code` is the text with comments and the insides of strings blanked, of the same length;
    `strings` are (line, text), neighbours that the compiler would join being one."""

    def __init__(self, path):
        self.path = path
        self.text = read(path)
        self.strings = []
        pieces = []
        at = 0
        last_end = None
        for token in _TOKEN.finditer(self.text):
            between = self.text[at:token.start()]
            pieces.append(between)
            at = token.end()
            what = token.group(0)
            raw, text = token.group("raw"), token.group("text")
            if raw is None and text is None:
                pieces.append(re.sub(r"[^\n]", " ", what))
                continue
            content = raw if raw is not None else text
            if last_end is not None and not "".join(pieces[last_end:]).strip():
                line, before = self.strings.pop()
                self.strings.append((line, before + content))
            else:
                self.strings.append((self.line_of(token.start()), content))
            pieces.append('"' + re.sub(r"[^\n]", " ", what)[2:] + '"')
            last_end = len(pieces)
        pieces.append(self.text[at:])
        self.code = "".join(pieces)

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def find(self, pattern):
        """(line, match) of a pattern in the code."""
        return [(self.line_of(match.start()), match) for match in re.finditer(pattern, self.code)]

    def includes(self):
        """(line, path, whether written with quotes)"""
        found = re.finditer(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', self.text, re.M)
        return [(self.line_of(match.start()), match.group(1) or match.group(2),
                 match.group(1) is not None) for match in found]


def finish(name, violations, notes=()):
    """Prints what was found and ends the process."""
    for note in notes:
        print(f"note: {note}")
    for violation in violations:
        print(violation)
    print(f"{name}: " + (f"{len(violations)} violations" if violations else "ok"))
    sys.exit(1 if violations else 0)
