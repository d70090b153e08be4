# SPDX-License-Identifier: Apache-2.0
"""What the demo scripts say to the facade, with Python's standard library alone."""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request


class Hub:
    def __init__(self, url, token_file):
        self.base_ = url.rstrip("/") + "/api/v1"
        with open(token_file, encoding="ascii") as file:
            self.token_ = file.read().strip()
        # The hub is on this machine: whatever proxy the environment names is not asked.
        self.opener_ = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method, path, body=None, query=None, key=None):
        """The JSON of the answer; ends the script with the problem when the hub refuses."""
        address = self.base_ + path + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(address, method=method)
        request.add_header("Authorization", f"Bearer {self.token_}")
        if key:
            request.add_header("Idempotency-Key", key)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body, ensure_ascii=False).encode("utf-8")
        try:
            with self.opener_.open(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode('utf-8', 'replace')}")
        except OSError as error:
            sys.exit(f"{method} {path}: {error}")
