#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/api/madoguchi.postman_collection.json (Postman Collection 2.1) from docs/api/openapi.json:
every operation, sorted by its tag, with the variables `hub` and `token`. --check: says whether it is
fresh."""

import json
import os
import re
import sys

from api_description import METHODS, resolve

API = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs", "api")
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


class Collection:
    def __init__(self, document):
        self.document = document

    def example(self, schema, depth=0):
        """A value to begin with: what has to be there, and where it says so what it looks like."""
        schema = resolve(self.document, schema)
        if "oneOf" in schema:
            return self.example(schema["oneOf"][0], depth)
        if schema.get("examples"):
            return schema["examples"][0]
        if "enum" in schema:
            return schema["enum"][0]
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else kinds[0]
        if kind == "object":
            members = schema.get("properties", {})
            names = schema.get("required") or ([] if depth else list(members)[:1])
            return {name: self.example(members[name], depth + 1) for name in names}
        if kind == "array":
            return [self.example(schema.get("items", {}), depth + 1)] if schema.get("minItems") else []
        if kind == "string":
            return {"date-time": "2026-12-01T00:00:00Z"}.get(schema.get("format"), "…")
        return {"boolean": False, "null": None}.get(kind, schema.get("minimum", 0))

    def request(self, path, method, operation):
        parts = [re.sub(r"^\{(.*)\}$", r":\1", part) for part in path.strip("/").split("/")]
        parameters = [resolve(self.document, one) for one in operation.get("parameters", [])]
        url = {"raw": "{{hub}}/" + "/".join(parts), "host": ["{{hub}}"], "path": parts}
        query = [{"key": one["name"], "value": "", "description": one.get("description", ""),
                  "disabled": not one.get("required", False)}
                 for one in parameters if one["in"] == "query"]
        variables = [{"key": one["name"], "value": ""} for one in parameters if one["in"] == "path"]
        if query:
            url["query"] = query
        if variables:
            url["variable"] = variables
        request = {"method": method.upper(), "url": url, "header": [
            {"key": one["name"], "value": '"1"' if one["name"] == "If-Match" else "",
             "disabled": not one.get("required", False)} for one in parameters if one["in"] == "header"]}
        described = operation.get("description")
        if described:
            request["description"] = described
        if operation.get("security") == []:
            request["auth"] = {"type": "noauth"}
        content = operation.get("requestBody", {}).get("content", {})
        for kind, media in content.items():
            request["header"].append({"key": "Content-Type", "value": kind})
            value = self.example(media["schema"]) if "schema" in media else None
            request["body"] = {"mode": "raw", "raw": "" if value is None else
                               json.dumps(value, ensure_ascii=False, indent=2)}
            break
        return {"name": operation["summary"], "request": request}

    def make(self):
        folders = {tag["name"]: {"name": tag["name"], "description": tag["description"], "item": []}
                   for tag in self.document["tags"]}
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    folders[operation["tags"][0]]["item"].append(self.request(path, method, operation))
        return {
            "info": {"name": "Madoguchi", "schema": SCHEMA,
                     "description": "Set `hub` to where it listens and `token` to one of "
                                    "`madoguchid token create`."},
            "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
            "variable": [{"key": "hub", "value": "http://127.0.0.1:8080"}, {"key": "token", "value": ""}],
            "item": list(folders.values()),
        }


def main():
    with open(os.path.join(API, "openapi.json"), encoding="utf-8") as file:
        made = json.dumps(Collection(json.load(file)).make(), ensure_ascii=False, indent=1) + "\n"
    path = os.path.join(API, "madoguchi.postman_collection.json")
    if sys.argv[1:] == ["--check"]:
        with open(path, encoding="utf-8") as file:
            if file.read() == made:
                return 0
        print("docs/api/madoguchi.postman_collection.json is stale; run tools/check_generated.sh --write",
              file=sys.stderr)
        return 1
    with open(path, "w", encoding="utf-8") as file:
        file.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
