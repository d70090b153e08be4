#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the daemon serves the console: headers, encodings, what a browser keeps, what is not there; and how a
build without it says so (MADOGUCHI_CONSOLE=OFF in the environment)."""

import gzip
import http.client
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines

kWithout = os.environ.get("MADOGUCHI_CONSOLE") == "OFF"
# Segments that a file server might follow out of its folder.
kTraversals = ("/app/../api/v1/me", "/app/..", "/app/%2e%2e/%2e%2e/etc/passwd", "/app/assets/../index.html",
               "/app/assets/%2e%2e%2findex.html", "/app//etc/passwd", "/app/assets/..%5cindex.html",
               "/app/assets/%00", "/app/assets/")


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()


class ConsoleServing(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        # Without a file of the sources in reach: everything is in the binary.
        self.daemon = Daemon(sandbox, binary)

    def setup(self):
        self.daemon.migrate()
        self.daemon.start()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def ask(self, path, method="GET", **headers):
        """As it stands: no client that tidies paths or unpacks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.http_port, timeout=20)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value
                                                      for name, value in headers.items()})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def page(self):
        page = self.ask("/app/")
        expect_equal(page.status, 200, "/app/")
        return page

    def a_script(self):
        found = re.search(r'src="(/app/assets/[^"]+\.js)"', self.page().body.decode())
        expect(found is not None, lambda: f"a script in {self.page().body!r}")
        return found.group(1)

    def check_root_and_app_lead_to_the_console(self):
        for path in ("/", "/app"):
            answer = self.ask(path)
            expect_equal((answer.status, answer.headers["Location"]), (303, "/app/"), path)

    def check_the_api_never_falls_back(self):
        for path in ("/api/v1/nothing", "/api/", "/api/v1/app/", "/nothing", "/apple/"):
            answer = self.ask(path, Accept="text/html")
            expect_equal(answer.status, 404, path)
            expect_in("problem+json", answer.headers["Content-Type"], path)

    def check_a_build_without_it_says_so(self):
        if not kWithout:
            return
        answer = self.ask("/app/", Accept_Language="ja")
        expect_equal(answer.status, 404, "/app/")
        expect_in("MADOGUCHI_CONSOLE", answer.body.decode(), "what it says")
        expect_in("コンソール", answer.body.decode(), "what it says")


class Console(ConsoleServing):
    """What only a build with the console can show."""

    def check_the_page_is_asked_for_each_time(self):
        page = self.page()
        expect_equal(page.headers["Content-Type"], "text/html; charset=utf-8", "type")
        expect_equal(page.headers["Cache-Control"], "no-cache", "kept")
        etag = page.headers["ETag"]
        expect(re.fullmatch(r'"[\w-]{22}"', etag), f"ETag {etag}")
        again = self.ask("/app/", If_None_Match=etag)
        expect_equal((again.status, again.body), (304, b""), "what the browser has already")
        expect_equal(again.headers["ETag"], etag, "ETag of the 304")
        expect_equal(self.ask("/app/", If_None_Match='"other"').status, 200, "another version")
        for path in ("/app/index.html", "/app/cases", "/app/cases/CS-000001?x=1&y", "/app/no-such.js"):
            expect_equal(self.ask(path).body, page.body, path)

    def check_its_policy_lets_nothing_in(self):
        policy = self.page().headers["Content-Security-Policy"]
        expected = {"default-src 'none'", "script-src 'self'", "style-src 'self'",
                    "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'",
                    "frame-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
                    "require-trusted-types-for 'script'", "trusted-types svelte-trusted-html"}
        expect_equal({one.strip() for one in policy.split(";")}, expected, "Content-Security-Policy")
        for name, value in (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
                            ("Cross-Origin-Opener-Policy", "same-origin"),
                            ("Cross-Origin-Resource-Policy", "same-origin")):
            expect_equal(self.page().headers[name], value, name)
        expect_in("camera=()", self.page().headers["Permissions-Policy"], "Permissions-Policy")
        text = self.page().body.decode()
        expect(not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=", text),
               lambda: f"nothing inline in {text}")

    def check_hashed_files_are_kept_for_ever(self):
        script = self.ask(self.a_script())
        expect_equal(script.status, 200, "the script")
        expect_equal(script.headers["Cache-Control"], "public, max-age=31536000, immutable", "kept")
        expect_equal(script.headers["Content-Type"], "text/javascript; charset=utf-8", "type")

    def check_it_comes_as_small_as_the_browser_takes_it(self):
        path = self.a_script()
        plain = self.ask(path)
        expect_equal(plain.headers["Content-Encoding"], None, "encoding for who names none")
        zipped = self.ask(path, Accept_Encoding="gzip")
        expect_equal(zipped.headers["Content-Encoding"], "gzip", "encoding")
        expect_equal(gzip.decompress(zipped.body), plain.body, "the content")
        brotli = self.ask(path, Accept_Encoding="gzip, deflate, br, zstd")
        expect_equal(brotli.headers["Content-Encoding"], "br", "encoding")
        expect(len(brotli.body) < len(zipped.body) < len(plain.body), "each is smaller")
        for answer in (plain, zipped, brotli):
            expect_equal(answer.headers["Vary"], "Accept-Encoding", "Vary")
            expect_equal(answer.headers["ETag"], plain.headers["ETag"], "ETag")
        expect_equal(self.ask(path, Accept_Encoding="br;q=0, gzip;q=0").body, plain.body, "refused ones")

    def check_head_tells_the_same_without_the_body(self):
        for path in ("/app/", self.a_script()):
            head, whole = self.ask(path, "HEAD"), self.ask(path)
            expect_equal(head.status, 200, path)
            expect_equal(head.body, b"", path)
            for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
                expect_equal(head.headers[name], whole.headers[name], f"{name} of {path}")
        expect_equal(self.ask("/app/", "POST").status, 405, "POST")

    def check_nothing_leads_out_of_it(self):
        page = self.page().body
        for path in kTraversals:
            answer = self.ask(path)
            inside = answer.status == 200 and answer.body == page
            expect(inside or answer.status in (400, 404), lambda: f"{path}: {answer.status}")
            expect(b"root:" not in answer.body, path)

    def check_a_file_of_another_version_is_not_the_page(self):
        answer = self.ask("/app/assets/index-00000000.js")
        expect_equal(answer.status, 404, "a script that is not there")
        expect_in("problem+json", answer.headers["Content-Type"], "its type")
        expect_equal(answer.headers["Cache-Control"], "no-store", "and nobody remembers it")


if __name__ == "__main__":
    run_on_engines(__doc__, "console-serving", *([ConsoleServing] if kWithout else [Console]))
