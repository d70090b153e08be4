#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asking customers how it went: the link in a mail made from a template, the page behind it, answers that are
kept, changed and refused, and that only a form that was sent is an answer."""

import http.client
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines

kAgents = {"hanako": "agent", "chief": "supervisor", "viewer": "viewer"}
kForm = "application/x-www-form-urlencoded"


class Satisfaction(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=url)
        self.public_url = "https://hub.example"
        self.daemon.options["http"] = (f'listen = "127.0.0.1:{self.daemon.http_port}"\n'
                                       f'public_url = "{self.public_url}"')
        self.daemon.write_config()
        self.daemon.migrate()
        self.tokens = {name: self.daemon.token(name, role) for name, role in kAgents.items()}
        self.daemon.start()
        for name, token in self.tokens.items():
            setattr(self, name, self.daemon.client(token))

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_case(self):
        wish = {"channel": "web", "text": "いつ届きますか"}
        return self.hanako.post("/cases", wish).expect(201).json()["number"]

    def link(self, number):
        answer = self.hanako.post(f"/cases/{number}/satisfaction-link").expect(200).json()
        expect(answer["url"].startswith(self.public_url + "/open/satisfaction/"), "an address of the hub")
        return urllib.parse.urlsplit(answer["url"]).path

    def open(self, method, path, form=None, media_type=kForm):
        """As a browser does, or a scanner: without a token."""
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.http_port, timeout=30)
        body = urllib.parse.urlencode(form) if form is not None else None
        headers = {"Content-Type": media_type} if form is not None else {}
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), text

    def check_the_page_is_as_the_description_says(self):
        path = self.link(self.new_case())
        stranger = self.daemon.client(None).root()
        stranger.request("GET", path).expect(200)
        stranger.request("POST", path, body=b"score=5", media_type=kForm).expect(200)

    def check_following_the_link_is_no_answer(self):
        number = self.new_case()
        path = self.link(number)
        for _ in range(3):
            status, headers, text = self.open("GET", path)
            expect_equal(status, 200, "page")
            expect_in("対応はいかがでしたか", text, "in Japanese")
            expect_in("How did we do?", text, "and English")
            policy = headers["Content-Security-Policy"]
            for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"):
                expect_in(part, policy, "policy")
            expect("<script" not in text and "http" not in text.split("<body>")[1], "nothing from elsewhere")
            expect_equal(headers["Cache-Control"], "no-store", "kept nowhere")
        self.open("HEAD", path)
        expect("satisfaction" not in self.hanako.get(f"/cases/{number}").expect(200).json(), "no answer")

    def check_an_answer_is_kept_shown_and_found(self):
        number = self.new_case()
        path = self.link(number)
        place = self.chief.get("/changes").expect(200).json()["next"]
        status, _, text = self.open("POST", path, {"score": "4", "comment": "早かったです。\r\nまた <b>使います</b>"})
        expect_equal(status, 200, "taken")
        expect_in("ありがとうございました", text, "thanks")
        expect("<b>" not in text, "what was written is text")
        given = self.hanako.get(f"/cases/{number}").expect(200).json()["satisfaction"]
        expect_equal((given["score"], given["comment"]), (4, "早かったです。\nまた <b>使います</b>"), "kept")
        status, _, text = self.open("GET", path)
        expect_in('value="4" checked', text, "shown to be changed")
        self.open("POST", path, {"score": "2"})
        changed = self.hanako.get(f"/cases/{number}").expect(200).json()["satisfaction"]
        expect_equal((changed["score"], changed["answered_at"]), (2, given["answered_at"]), "changed")
        found = self.hanako.get("/cases", query={"satisfaction": ["1", "2"]}).expect(200).json()["items"]
        expect_in(number, [one["number"] for one in found], "found by the score")
        self.hanako.get("/cases", query={"satisfaction": "6"}).expect(422)
        history = self.chief.get("/changes", query={"after": place}).expect(200).json()["items"]
        events = [one for one in history if one["event"] == "case.satisfaction_answered"]
        expect_equal(len([one for one in events if one["object_id"] == number]), 2, "in the feed")

    def check_what_is_wrong_is_said_on_the_page(self):
        number = self.new_case()
        path = self.link(number)
        for form in ({}, {"score": "9"}, {"score": "x"}, {"score": "5", "comment": "a" * 2001},
                     {"score": "5", "comment": "4111 1111 1111 1111"}):
            status, headers, text = self.open("POST", path, form)
            expect_equal((status, headers["Content-Type"]), (422, "text/html; charset=utf-8"), str(form)[:40])
            expect("4111" not in text, "the number is not echoed")
        expect_equal(self.open("POST", path, {"score": "5"}, "application/json")[0], 415, "not a form")
        for wrong in (path[:-1] + ("A" if path[-1] != "A" else "B"), "/open/satisfaction/1.2.3",
                      path.replace("satisfaction/", "satisfaction/1")):
            expect_equal(self.open("GET", wrong)[0], 404, wrong)
            expect_equal(self.open("POST", wrong, {"score": "5"})[0], 404, wrong)
        expect("satisfaction" not in self.hanako.get(f"/cases/{number}").expect(200).json(), "no answer")

    def check_templates_hold_the_link(self):
        number = self.new_case()
        made = self.chief.post("/templates", {
            "name": "アンケート", "subject": "ご意見", "text": "{{case.satisfaction_url}}"}).expect(201).json()
        text = self.hanako.post(f"/templates/{made['id']}/preview", {"case": number}).expect(200).json()["text"]
        expect(text.startswith(self.public_url + "/open/satisfaction/"), "the link")
        expect_equal(self.open("GET", urllib.parse.urlsplit(text.strip()).path)[0], 200, "it opens")

    def check_who_may_make_a_link(self):
        number = self.new_case()
        self.viewer.post(f"/cases/{number}/satisfaction-link").expect(403)
        self.hanako.post("/cases/CS-999999/satisfaction-link").expect(404)


if __name__ == "__main__":
    run_on_engines(__doc__, "satisfaction", Satisfaction)
