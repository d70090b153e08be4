#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/check_api.py finds each way to break a caller, and nothing in what breaks nobody."""

import copy
import json
import os
import sys
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tools"))

import check_api

with open(os.path.join(ROOT, "docs", "api", "openapi.json"), encoding="utf-8") as file:
    DOCUMENT = json.load(file)


class ApiChanges(unittest.TestCase):
    def breaks(self, change):
        new = copy.deepcopy(DOCUMENT)
        change(new)
        return check_api.Comparison(DOCUMENT, new).run()

    def schema(self, document, name):
        return document["components"]["schemas"][name]

    def operation(self, document, name):
        for item in document["paths"].values():
            for operation in item.values():
                if operation.get("operationId") == name:
                    return operation
        raise KeyError(name)

    def test_the_same_breaks_nothing(self):
        self.assertEqual(self.breaks(lambda new: None), [])

    def test_what_is_gone(self):
        def change(new):
            del new["paths"]["/api/v1/cases/{number}/take"]
            del self.schema(new, "Case")["properties"]["subject"]
            del self.schema(new, "CaseCreate")["properties"]["category"]
            self.operation(new, "listCases")["parameters"].pop(0)
        found = "\n".join(self.breaks(change))
        self.assertIn("takeCase: is gone", found)
        self.assertIn("getCase, answer 200, subject: is gone", found)
        self.assertIn("createCase, body, category: is gone", found)
        self.assertIn("listCases, parameter ", found)

    def test_what_is_required(self):
        def change(new):
            self.schema(new, "CaseCreate")["required"].append("subject")
            self.operation(new, "getCase")["parameters"].append(
                {"name": "why", "in": "query", "required": True, "schema": {"type": "string"}})
        found = self.breaks(change)
        self.assertIn("createCase, body, subject: is required", found)
        self.assertIn("getCase, parameter why: is new and required", found)

    def test_what_may_be_something_else(self):
        def change(new):
            self.schema(new, "Case")["properties"]["number"]["type"] = ["string", "null"]
            self.schema(new, "Case")["required"].remove("status")
            self.schema(new, "CaseCreate")["properties"]["channel"]["enum"].remove("fax")
            self.schema(new, "AgentCreate")["properties"]["name"]["maxLength"] = 1
            self.operation(new, "createCase")["responses"]["200"] = \
                self.operation(new, "createCase")["responses"].pop("201")
            self.operation(new, "getCase")["x-permission"] = "agents_manage"
        found = "\n".join(self.breaks(change))
        self.assertIn("getCase, answer 200, number: may be null now", found)
        self.assertIn("getCase, answer 200, status: may be missing", found)
        self.assertIn("createCase, body, channel: takes no fax any more", found)
        self.assertIn("createAgent, body, name: has a lower maxLength", found)
        self.assertIn("createCase: does not answer 201 any more", found)
        self.assertIn("getCase: needs another permission", found)

    def test_what_is_new_and_harmless(self):
        def change(new):
            new["paths"]["/api/v1/news"] = {"get": {"operationId": "listNews", "responses": {}}}
            self.schema(new, "Case")["properties"]["mood"] = {"type": "string"}
            self.schema(new, "Case")["properties"]["status"]["enum"].append("sleeping")
            self.schema(new, "CaseCreate")["properties"]["mood"] = {"type": "string"}
            self.schema(new, "CaseCreate")["properties"]["channel"]["enum"].append("pigeon")
            self.operation(new, "listCases")["parameters"].append(
                {"name": "mood", "in": "query", "schema": {"type": "string"}})
        self.assertEqual(self.breaks(change), [])


if __name__ == "__main__":
    unittest.main(verbosity=0)
