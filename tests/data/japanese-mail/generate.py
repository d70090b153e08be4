#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes mails/*.eml and expected.json; with --check says whether they are what it would write.

Python 3.9 or later, standard library only; the same bytes every time. README.md describes it all.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "generator"))

import cases_charset  # noqa: E402
import cases_header  # noqa: E402
import cases_japanese  # noqa: E402
import cases_names  # noqa: E402
import cases_people  # noqa: E402
import cases_structure  # noqa: E402
from corpus import Corpus  # noqa: E402


def generate():
    """{path: bytes} of everything that is generated."""
    corpus = Corpus()
    for module in (cases_charset, cases_japanese, cases_header, cases_names, cases_people,
                   cases_structure):
        module.add(corpus)
    files = {f"mails/{name}.eml": mail for name, mail in corpus.mails.items()}
    text = json.dumps({"format": 1, "mails": corpus.expected}, ensure_ascii=False, indent=1)
    files["expected.json"] = text.encode() + b"\n"
    return files, corpus


def committed():
    files = {}
    folder = os.path.join(HERE, "mails")
    names = [f"mails/{name}" for name in os.listdir(folder)] if os.path.isdir(folder) else []
    for name in names + ["expected.json"]:
        if os.path.exists(os.path.join(HERE, name)):
            with open(os.path.join(HERE, name), "rb") as file:
                files[name] = file.read()
    return files


def main():
    files, corpus = generate()
    old = committed()
    if sys.argv[1:] == ["--check"]:
        wrong = sorted(name for name in files.keys() | old.keys()
                       if files.get(name) != old.get(name))
        for name in wrong:
            print(f"{name}: not what generate.py writes")
        print(f"{len(corpus.mails)} mails, {len(wrong)} files differ")
        return 1 if wrong or len(corpus.mails) < 300 else 0
    os.makedirs(os.path.join(HERE, "mails"), exist_ok=True)
    for name in old.keys() - files.keys():
        os.remove(os.path.join(HERE, name))
    for name, data in files.items():
        if old.get(name) != data:
            with open(os.path.join(HERE, name), "wb") as file:
                file.write(data)
    counts = {}
    for expected in corpus.expected.values():
        counts[expected["rule"]] = counts.get(expected["rule"], 0) + 1
    for rule, count in counts.items():
        print(f"{count:4} {rule}")
    print(f"{len(corpus.mails):4} mails")
    return 0


if __name__ == "__main__":
    sys.exit(main())
