# SPDX-License-Identifier: Apache-2.0
"""Holds every answer that a test gets against docs/api/openapi.json, and notes which operations were
exercised. Does both where MADOGUCHI_OPERATIONS names a folder for the notes, as ctest does for the
integration tests; tests/integration/operations_test.py reads them at the end.
"""

import collections
import functools
import json
import os
import re

kRoot = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 4))
# Of the server, before it knows which operation is asked.
kBefore = (400, 408, 413, 414, 431, 501, 503, 505)
kMethods = ("get", "post", "put", "patch", "delete")


def notes_folder():
    return os.environ.get("MADOGUCHI_OPERATIONS")


def strict(schema):
    """The same schema, refusing members that it does not name."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(one) for name, one in schema.items()}
    if "properties" in made and isinstance(made.get("properties"), dict) and "type" in made:
        made.setdefault("additionalProperties", False)
    return made


class Description:
    def __init__(self, path=os.path.join(kRoot, "docs", "api", "openapi.json")):
        with open(path, encoding="utf-8") as file:
            self.document = json.load(file)
        self.strict_ = strict(self.document)
        servers = self.document.get("servers") or [{"url": ""}]
        self.base = re.sub(r"^https?://[^/]*", "", servers[0]["url"]).rstrip("/")
        self.operations = {}
        self.routes_ = []
        for path, item in self.document["paths"].items():
            pattern = re.compile("".join(
                "[^/]+" if part.startswith("{") else re.escape(part)
                for part in re.split(r"(\{[^}]*\})", path)) + "$")
            for method in kMethods:
                if method in item:
                    self.operations[item[method]["operationId"]] = item[method]
                    self.routes_.append((method, path.count("{"), pattern, item[method]))
        self.routes_.sort(key=lambda route: route[1])  # what is literal goes first
        self.validators_ = {}
        self.noted_ = set()
        self.held_ = collections.Counter()
        self.last_ = {}

    def operation(self, method, path):
        path = path.partition("?")[0]
        below = path.removeprefix(self.base)
        for route_method, _, pattern, operation in self.routes_:
            if route_method == method.lower() and (pattern.match(below) or pattern.match(path)):
                return operation
        return None

    def resolved_(self, value):
        while isinstance(value, dict) and "$ref" in value:
            found = self.strict_
            for name in value["$ref"].removeprefix("#/").split("/"):
                found = found[name.replace("~1", "/").replace("~0", "~")]
            value = found
        return value

    def validator_(self, operation, status, media_type, schema):
        import jsonschema
        key = (operation["operationId"], status, media_type)
        if key not in self.validators_:
            resolver = jsonschema.RefResolver("", self.strict_)
            self.validators_[key] = jsonschema.Draft202012Validator(strict(schema), resolver=resolver)
        return self.validators_[key]

    def check(self, method, path, status, media_type, body):
        """AssertionError when the answer is not one that the description promises."""
        operation = self.operation(method, path)
        if operation is None:
            if status < 400:
                raise AssertionError(f"{method} {path} answered {status} and is not described")
            return
        name = operation["operationId"]
        answer = self.resolved_(operation["responses"].get(str(status)))
        if answer is None:
            if status in kBefore:
                return
            raise AssertionError(f"{name}: status {status} is not described")
        content = answer.get("content", {})
        if not body:
            return self.note(name, status)
        if media_type not in content and not any(one in content for one in ("*/*", "image/*")):
            raise AssertionError(f"{name}: {status} with {media_type} is not described, "
                                 f"only {list(content)}")
        if media_type in ("application/json", "application/problem+json"):
            if self.enough_(name, status, body):
                return
            value = json.loads(body.decode("utf-8"))
            schema = content[media_type].get("schema", {})
            errors = sorted(self.validator_(operation, status, media_type, schema).iter_errors(value),
                            key=lambda error: list(map(str, error.absolute_path)))
            if errors:
                where = "/" + "/".join(map(str, errors[0].absolute_path))
                raise AssertionError(f"{name}: {status} is not as described, at {where}: "
                                     f"{errors[0].message[:500]}")
        self.note(name, status)

    def enough_(self, name, status, body):
        """Tests that wait ask the same again and again, and validating takes longer than answering: the
        same answer is looked at once, and after a hundred each tenth."""
        key = (name, status)
        if self.last_.get(key) == body:
            return True
        self.last_[key] = body
        self.held_[key] += 1
        return self.held_[key] > 100 and self.held_[key] % 10 != 0

    def note(self, name, status):
        if (name, status) in self.noted_:
            return
        self.noted_.add((name, status))
        folder = notes_folder()
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, str(os.getpid())), "a", encoding="utf-8") as file:
            file.write(f"{name} {status}\n")


@functools.lru_cache(maxsize=1)
def description():
    """The description to hold answers against; None where nobody asked for it."""
    return Description() if notes_folder() else None
