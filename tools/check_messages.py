#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The catalogue of log messages: ids are unique and well formed, each message is logged in exactly one
place, warnings and errors say what to do, and docs/log-messages.md is what the code says (--write
writes it).
"""

import os
import re
import sys

from cpp_source import ROOT, Source, cpp_files, finish, is_test

PAGE = "docs/log-messages.md"
LEVELS = ("error", "warning", "info", "debug")
DECLARATION = re.compile(r"\bconstexpr\s+(?:\w+::)*LogMessage\s+(k\w+)\s*(?:=\s*)?\{")


def part_of(path):
    return "/".join(path.split("/")[:2])


class Message:
    def __init__(self, source, line, name, id_, level, text, advice):
        self.path, self.line, self.name = source.path, line, name
        self.place = f"{source.path}:{line}"
        self.in_namespace = re.search(r"namespace [\w:]*\bmessages\b", source.code) is not None
        self.id, self.level, self.text, self.advice = id_, level, text, advice


def unescape(text):
    return text.replace('\\"', '"').replace("\\\\", "\\")


def messages_of(source, violations):
    for match in DECLARATION.finditer(source.code):
        line = source.line_of(match.start())
        end = source.code.index("}", match.end())
        literals = re.findall(r'"((?:\\.|[^"\\])*)"|(,)', source.text[match.end():end])
        fields = [""]
        for text, comma in literals:
            if comma:
                fields.append("")
            else:
                fields[-1] += unescape(text)
        level = re.search(r"Level::(\w+)", source.code[match.end():end])
        if len(fields) < 4 or not level:
            violations.append(f"{source.path}:{line}: cannot read {match.group(1)}: write "
                              '{"id", Level::level, "text", "advice"}')
            continue
        yield Message(source, line, match.group(1), fields[0], level.group(1), fields[2], fields[3])


def check(message, violations):
    where = f"{message.path}:{message.line}: {message.id}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+", message.id):
        violations.append(f"{where}: an id is part.what, in lower snake case")
    if not message.text.endswith((".", "?")) or "{" in message.text or "%" in message.text:
        violations.append(f"{where}: the text is a sentence without values")
    if message.level in ("warning", "error") and not message.advice:
        violations.append(f"{where}: a {message.level} says what to do about it")


def page_of(messages):
    lines = ["<!-- Written by tools/check_messages.py --write from the code; edit the messages there. -->",
             "# Log messages", "",
             "The daemon logs one JSON object a line. `id` is stable: filter and alarm by it. The level says",
             "who must act: **error**, something is lost, stuck or refused until a person acts; **warning**,",
             "unexpected, nothing is lost, look when it repeats; **info**, what was asked for worked, or a",
             "state changed; **debug**, off by default.", ""]
    for part in sorted({message.id.split(".")[0] for message in messages}):
        lines += [f"## {part}", "", "| id | level | text | what to do |", "|---|---|---|---|"]
        for message in sorted(messages, key=lambda one: one.id):
            if message.id.split(".")[0] == part:
                cells = [f"`{message.id}`", message.level, message.text, message.advice]
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def main():
    violations = []
    sources = [Source(path) for path in cpp_files() if not is_test(path)]
    messages = [message for source in sources for message in messages_of(source, violations)]
    by_id = {}
    for message in messages:
        check(message, violations)
        if message.id in by_id:
            other = by_id[message.id]
            violations.append(f"{message.path}:{message.line}: {message.id} is also at "
                              f"{other.path}:{other.line}")
        by_id[message.id] = message
    names = {}
    for message in messages:
        names.setdefault((part_of(message.path), message.name), []).append(message)
    for (part, name), same in names.items():
        # Asking for a message's level is not logging it.
        qualified = "messages::" if all(message.in_namespace for message in same) else ""
        uses = [f"{source.path}:{line}" for source in sources if part_of(source.path) == part
                for line, _ in source.find(rf"\b{qualified}{name}\b(?!\s*\.)")]
        uses = [use for use in uses if use not in {one.place for one in same}]
        # A name that several files of a folder define for themselves is used once by each.
        if len(uses) != len(same):
            message = same[0]
            violations.append(f"{message.path}:{message.line}: {message.id} ({name}) is logged in "
                              f"{len(uses)} places: {', '.join(uses) or 'nowhere'}")
    page = page_of(messages)
    target = os.path.join(ROOT, PAGE)
    if "--write" in sys.argv[1:]:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(page)
    else:
        try:
            with open(target, encoding="utf-8") as file:
                fresh = file.read() == page
        except OSError:
            fresh = False
        if not fresh:
            violations.append(f"{PAGE}: stale; run tools/check_messages.py --write")
    finish("check_messages", violations)


if __name__ == "__main__":
    main()
