#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the API promised stays: docs/api/openapi.json against docs/api/openapi.released.json, the
description that people and programs hold on to.

  tools/check_api.py              says what would break a caller; 1 when there is something
  tools/check_api.py --release    makes today's description the promise; for a release

A break that has to be is named in CHANGELOG.md under "Breaking", word for word as it is printed here.
An answer may get further members and further values of an enumeration: callers pass over what they do
not know. A request may not lose any, since unknown members are refused.
"""

import json
import os
import shutil
import sys

from api_description import METHODS, resolve

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
API = os.path.join(ROOT, "docs", "api")
# A limit on what a caller may send: how it may move.
LOWER_BOUNDS = ("minimum", "minLength", "minItems")
UPPER_BOUNDS = ("maximum", "maxLength", "maxItems")


class Comparison:
    def __init__(self, old, new):
        self.old = old
        self.new = new
        self.breaks = []

    def say(self, where, what):
        line = f"{where}: {what}"
        if line not in self.breaks:
            self.breaks.append(line)

    def run(self):
        for path, item in self.old["paths"].items():
            for method in METHODS:
                if method not in item:
                    continue
                operation = item[method]
                new = self.new["paths"].get(path, {}).get(method)
                if new is None:
                    self.say(operation["operationId"], "is gone")
                else:
                    self.operation(operation, new)
        return self.breaks

    def operation(self, old, new):
        name = old["operationId"]
        if new["operationId"] != name:
            self.say(name, f"is called {new['operationId']}")
        if old.get("x-permission") != new.get("x-permission") or old.get("security") != new.get("security"):
            self.say(name, "needs another permission")
        self.parameters(name, old, new)
        self.request(name, old, new)
        self.answers(name, old, new)

    def parameters(self, name, old, new):
        def by_name(document, operation):
            found = (resolve(document, one) for one in operation.get("parameters", []))
            return {(one["in"], one["name"]): one for one in found}
        before, after = by_name(self.old, old), by_name(self.new, new)
        for key, one in before.items():
            where = f"{name}, parameter {key[1]}"
            if key not in after:
                self.say(where, "is gone")
                continue
            if after[key].get("required") and not one.get("required"):
                self.say(where, "is required")
            self.taken(where, one.get("schema"), after[key].get("schema"), ())
        for key, one in after.items():
            if key not in before and one.get("required"):
                self.say(f"{name}, parameter {key[1]}", "is new and required")

    def request(self, name, old, new):
        before, after = old.get("requestBody"), new.get("requestBody")
        if after and after.get("required") and not (before and before.get("required")):
            self.say(f"{name}, body", "is required")
        if not before:
            return
        for kind, media in before["content"].items():
            if not after or kind not in after["content"]:
                self.say(f"{name}, body", f"is not taken as {kind} any more")
            else:
                self.taken(f"{name}, body", media.get("schema"), after["content"][kind].get("schema"), ())

    def answers(self, name, old, new):
        for status, answer in old["responses"].items():
            if not status.startswith("2"):
                continue
            if status not in new["responses"]:
                self.say(name, f"does not answer {status} any more")
                continue
            before = resolve(self.old, answer).get("content", {})
            after = resolve(self.new, new["responses"][status]).get("content", {})
            for kind, media in before.items():
                if kind not in after:
                    self.say(f"{name}, answer {status}", f"is not {kind} any more")
                else:
                    self.given(f"{name}, answer {status}", media.get("schema"),
                               after[kind].get("schema"), ())

    @staticmethod
    def types(schema):
        if "oneOf" in schema:
            return set().union(*(Comparison.types(one) if "$ref" not in one else {"object"}
                                 for one in schema["oneOf"]))
        kinds = schema.get("type")
        return set([kinds] if isinstance(kinds, str) else kinds or [])

    def inside(self, document, schema):
        """The schema of a value that may also be null, without that."""
        schema = resolve(document, schema) or {}
        if "oneOf" in schema:
            real = [one for one in schema["oneOf"] if one.get("type") != "null"]
            return resolve(document, real[0]) if real else {}
        return schema

    def taken(self, where, old, new, seen):
        """What a caller may send: at least what it could."""
        before_types = self.types(resolve(self.old, old) or {})
        after_types = self.types(resolve(self.new, new) or {})
        wide = after_types | ({"integer"} if "number" in after_types else set())
        if after_types and not before_types <= wide:
            self.say(where, f"takes no {', '.join(sorted(before_types - wide))} any more")
        key = (str(old), str(new))
        if key in seen:
            return
        seen += (key,)
        before, after = self.inside(self.old, old), self.inside(self.new, new)
        if "enum" in before or "enum" in after:
            lost = [one for one in before.get("enum", []) if one not in after.get("enum", [])]
            if "enum" in after and ("enum" not in before or lost):
                self.say(where, f"takes no {', '.join(map(str, lost)) or 'other values'} any more")
        for bound in LOWER_BOUNDS:
            if after.get(bound, float("-inf")) > before.get(bound, float("-inf")):
                self.say(where, f"has a higher {bound}")
        for bound in UPPER_BOUNDS:
            if after.get(bound, float("inf")) < before.get(bound, float("inf")):
                self.say(where, f"has a lower {bound}")
        for name, member in before.get("properties", {}).items():
            if name not in after.get("properties", {}):
                self.say(f"{where}, {name}", "is gone")
            else:
                self.taken(f"{where}, {name}", member, after["properties"][name], seen)
        for name in after.get("required", []):
            if name not in before.get("required", []):
                self.say(f"{where}, {name}", "is required")
        if "items" in before and "items" in after:
            self.taken(f"{where}, each", before["items"], after["items"], seen)

    def given(self, where, old, new, seen):
        """What a caller gets: at most what it knows."""
        before_types = self.types(resolve(self.old, old) or {})
        after_types = self.types(resolve(self.new, new) or {})
        wide = before_types | ({"integer"} if "number" in before_types else set())
        if before_types and not after_types <= wide:
            self.say(where, f"may be {', '.join(sorted(after_types - wide))} now")
        key = (str(old), str(new))
        if key in seen:
            return
        seen += (key,)
        before, after = self.inside(self.old, old), self.inside(self.new, new)
        for name, member in before.get("properties", {}).items():
            if name not in after.get("properties", {}):
                self.say(f"{where}, {name}", "is gone")
                continue
            # A member by right is left out only for those who were not meant to see it.
            by_right = "Only with the permission" in after["properties"][name].get("description", "")
            missing = name in before.get("required", []) and name not in after.get("required", [])
            if missing and not by_right:
                self.say(f"{where}, {name}", "may be missing")
            self.given(f"{where}, {name}", member, after["properties"][name], seen)
        if "items" in before and "items" in after:
            self.given(f"{where}, each", before["items"], after["items"], seen)


def main():
    released, current = (os.path.join(API, name) for name in ("openapi.released.json", "openapi.json"))
    if sys.argv[1:] == ["--release"]:
        shutil.copyfile(current, released)
        return 0
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 64
    documents = []
    for path in (released, current):
        with open(path, encoding="utf-8") as file:
            documents.append(json.load(file))
    with open(os.path.join(ROOT, "CHANGELOG.md"), encoding="utf-8") as file:
        changelog = file.read()
    named = changelog.partition("Breaking")[2]
    breaks = [one for one in Comparison(*documents).run() if one not in named]
    for one in breaks:
        print(f"breaks callers: {one}")
    if breaks:
        print("check_api: take it back, or name it in CHANGELOG.md under Breaking", file=sys.stderr)
        return 1
    print("check_api: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
