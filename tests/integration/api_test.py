#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conventions of the facade and of the subcommands, seen from outside: what contract.md promises
to every caller, on both database engines."""

import http.client
import json
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import mails, postgres
from madoguchi_testing.api import NoAnswer, NotSent
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import let_pass, wait_until

kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kJapanese = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

# What strangers may ask: what this is, and how to come in.
kOpen = {"getOpenapi", "signIn", "listSignInWays", "usePasswordLink", "startOidc", "finishOidc"}


class ApiChecks(Checks):
    def __init__(self, sandbox, binary, engine, seed):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.rng = random.Random(seed)
        self.generator = mails.Generator(self.rng.getrandbits(48))

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=url, mailboxes=kMailboxes)
        self.daemon.migrate()
        self.tokens = {role: self.daemon.token(f"the-{role}", role)
                       for role in ("admin", "agent", "viewer", "integration")}
        self.daemon.start()
        self.admin = self.daemon.client(self.tokens["admin"])
        self.agent = self.daemon.client(self.tokens["agent"])
        self.viewer = self.daemon.client(self.tokens["viewer"])
        self.nobody = self.daemon.client()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def token_text(self):
        return mails.new_token(self.rng)

    def new_case(self, client=None, **changes):
        token = self.token_text()
        body = {"channel": "phone", "kind": "call", "status": "open", "subject": f"電話 {token}",
                "text": f"折り返しを希望 {token}", **changes}
        return (client or self.agent).post("/cases", body).expect(201).json()

    def cases_with(self, token):
        return [case for case in self.agent.cases() if token in (case["subject"] or "")]

    # Who may

    def check_strangers_get_401(self):
        for client in (self.nobody, self.daemon.client("madoguchi-no-such-token"),
                       self.daemon.client(self.tokens["admin"][:-1])):
            answer = client.get("/cases").expect(401)
            expect_equal(answer.problem()["status"], 401, "problem")
            expect_in("bearer", (answer.header("WWW-Authenticate") or "").lower(), "challenge")
        for path in ("/cases/CS-000001", "/messages/x", "/attachments/x", "/messages/x/raw"):
            self.nobody.get(path).expect(401)

    def check_every_route_of_the_document_denies_strangers(self):
        document = self.admin.get("/openapi.json").expect(200).json()
        expect(document["openapi"].startswith("3.1"), f"OpenAPI {document['openapi']}")
        tried = 0
        for path, methods in document["paths"].items():
            path = re.sub(r"\{[^}]*\}", "x", path)
            if not path.startswith("/api/v1") and not path.startswith("/cases"):
                continue  # /livez and its like have rules of their own
            client = self.daemon.client(base="" if path.startswith("/api") else "/api/v1")
            for method in methods:
                if method in ("get", "post", "put", "patch", "delete") and \
                        methods[method]["operationId"] not in kOpen:
                    answer = client.request(method.upper(), path)
                    expect(answer.status == 401, f"{method} {path} without a token: {answer}")
                    tried += 1
        expect(tried >= 8, f"only {tried} routes in the document")
        expect(any(path.endswith("/cases/{number}/take") for path in document["paths"]),
               "take is in the document")

    def check_a_role_that_may_not_gets_403(self):
        self.viewer.get("/cases").expect(200)
        for answer in (self.viewer.post("/cases", {"channel": "phone", "kind": "note", "text": "x",
                                                   "status": "new"}),
                       self.viewer.intake(self.generator.next().raw),
                       self.agent.intake(self.generator.next().raw)):
            answer.expect(403).problem()

    def check_what_is_not_there_is_404(self):
        for path in ("/cases/CS-999999", "/cases/nonsense", "/messages/nonsense",
                     "/attachments/nonsense", "/messages/nonsense/raw", "/no-such-route"):
            self.agent.get(path).expect(404).problem()
        self.agent.post("/cases/CS-999999/take").expect(404).problem()

    # Problems

    def check_problems_speak_japanese_and_english(self):
        texts = {}
        for language, header in (("ja", "ja,en;q=0.5"), ("en", "en-GB,en;q=0.9,ja;q=0.1")):
            problem = self.agent.again(language=header).get("/cases/CS-999999").expect(404).problem()
            texts[language] = problem["title"] + " " + problem.get("detail", "")
            expect(problem["type"].startswith("urn:madoguchi:problem:"), f"type {problem['type']}")
        expect(kJapanese.search(texts["ja"]), f"Japanese: {texts['ja']!r}")
        expect(not kJapanese.search(texts["en"]), f"English: {texts['en']!r}")

    def check_the_request_id_goes_in_and_out(self):
        answer = self.agent.get("/cases/CS-999999", headers={"X-Request-Id": "req-1234567890"})
        expect_equal(answer.header("X-Request-Id"), "req-1234567890", "X-Request-Id")
        expect_in("req-1234567890", answer.problem()["instance"], "instance")
        made = self.agent.get("/cases")
        expect(made.header("X-Request-Id"), "an X-Request-Id of the daemon's own")
        other = self.agent.get("/cases")
        expect(made.header("X-Request-Id") != other.header("X-Request-Id"), "a new one each time")

    def check_bodies_that_do_not_parse_are_400_and_wrong_ones_422(self):
        good = {"channel": "phone", "kind": "note", "status": "open", "text": "x"}
        for body in (b"{", b"not json", b"", b'{"channel": "phone",}', b"\xff\xfe{}", b'{"a":1}{}',
                     b'"' + b"[" * 2 + b'"x'):
            answer = self.agent.post("/cases", body=body, media_type="application/json")
            expect_equal(answer.status, 400, f"{body!r}: {answer}")
            answer.problem()
        def wrong(changes, pointer):
            body = {**good, **changes}
            problem = self.agent.post("/cases", body).expect(422).problem()
            pointers = [error["pointer"] for error in problem.get("errors", [])]
            expect_in(pointer, pointers, f"pointer for {changes}")
        wrong({"colour": "red"}, "/colour")
        wrong({"requester": {"name": "x", "shoe_size": 3}}, "/requester/shoe_size")
        wrong({"channel": "telepathy"}, "/channel")
        wrong({"text": 5}, "/text")
        wrong({"text": ""}, "/text")
        wrong({"kind": "reply"}, "/kind")
        lacking = {key: value for key, value in good.items() if key != "text"}
        problem = self.agent.post("/cases", lacking).expect(422).problem()
        expect_in("/text", [error["pointer"] for error in problem["errors"]], "missing member")
        deep = b'{"text":' + b"[" * 100 + b"]" * 100 + b"}"
        answer = self.agent.post("/cases", body=deep, media_type="application/json")
        expect_in(answer.status, (400, 422), f"depth 100: {answer}")
        self.agent.post("/cases", body=json.dumps(good).encode(), media_type="text/plain").expect(415)

    def check_unknown_filters_and_bad_values_are_refused(self):
        for query in ({"colour": "red"}, {"status": "sideways"}, {"limit": 0}, {"limit": 201},
                      {"limit": "many"}, {"cursor": "nonsense"}, {"created_after": "yesterday"}):
            answer = self.agent.get("/cases", query=query)
            expect_in(answer.status, (400, 422), f"{query}: {answer}")
            answer.problem()

    # Versions

    def check_etags_guard_changes(self):
        number = self.new_case()["number"]
        path = f"/cases/{number}"
        first = self.agent.get(path).expect(200)
        etag = first.header("ETag")
        expect(re.fullmatch(r'"[^"]+"', etag or ""), f"a strong ETag, got {etag!r}")
        expect(first.json()["version"] is not None, "version")
        change = {"priority": "high"}
        self.agent.patch(path, change).expect(428).problem()
        expect_equal(self.agent.get(path).header("ETag"), etag, "ETag after a refused change")
        changed = self.agent.patch(path, change, headers={"If-Match": etag}).expect(200)
        expect_equal(changed.json()["priority"], "high", "priority")
        expect(changed.header("ETag") not in (None, etag), "a new ETag")
        stale = self.agent.patch(path, {"priority": "low"}, headers={"If-Match": etag}).expect(412)
        expect_in('"high"', json.dumps(stale.problem()), "the current state in the problem")
        expect_equal(self.agent.get(path).json()["priority"], "high", "priority after a stale change")
        self.agent.patch(path, {"colour": "red"},
                         headers={"If-Match": changed.header("ETag")}).expect(422)
        self.agent.post(path + "/resolve", headers={"If-Match": etag}).expect(412).problem()
        self.agent.post(path + "/resolve").expect(200)

    def check_two_changes_with_one_version_one_wins(self):
        number = self.new_case()["number"]
        path = f"/cases/{number}"
        etag = self.agent.get(path).header("ETag")
        statuses = in_parallel(20, lambda index: self.agent.again().patch(
            path, {"subject": f"subject {index}"}, headers={"If-Match": etag}).status)
        expect_equal(sorted(statuses), [200] + [412] * 19, "statuses")

    def check_of_twenty_takers_one_gets_it(self):
        number = self.new_case()["number"]
        tokens = [self.tokens["agent"], self.tokens["admin"]]
        statuses = in_parallel(20, lambda index: self.daemon.client(tokens[index % 2]).post(
            f"/cases/{number}/take").status)
        expect_equal(statuses.count(200) >= 1, True, f"one 200 in {statuses}")
        expect(set(statuses) <= {200, 409}, f"statuses {statuses}")
        holder = self.agent.case(number)["assignee"]
        winners = {index % 2 for index, status in enumerate(statuses) if status == 200}
        expect_equal(len(winners), 1, f"winners of {statuses}, holder {holder}")

    # Idempotency

    def check_a_hundred_equal_requests_have_one_effect(self):
        token = self.token_text()
        body = {"channel": "phone", "kind": "call", "status": "open", "subject": f"百回 {token}",
                "text": token}
        def send(_):
            client = self.agent.again()
            while True:
                answer = client.post("/cases", body, key=f"hundred-{token}")
                if answer.status != 409:  # 409: the first one is still running
                    return answer.status, answer.body
        answers = in_parallel(100, send)
        expect_equal({status for status, _ in answers}, {201}, "statuses")
        expect_equal(len({content for _, content in answers}), 1, "different bodies")
        expect_equal(len(self.cases_with(token)), 1, "cases")

    def check_a_key_belongs_to_one_body_caller_and_path(self):
        token = self.token_text()
        body = {"channel": "phone", "kind": "call", "status": "open", "subject": token, "text": token}
        key = f"key-{token}"
        first = self.agent.post("/cases", body, key=key).expect(201)
        again = self.agent.post("/cases", body, key=key).expect(201)
        expect_equal(again.body, first.body, "the same answer")
        for name in ("Location", "ETag"):
            expect_equal(again.header(name), first.header(name), name)
        self.agent.post("/cases", {**body, "text": "other"}, key=key).expect(422).problem()
        number = first.json()["number"]
        note = self.agent.post(f"/cases/{number}/messages", {"kind": "note", "text": "n"},
                               key=key).expect(201)
        other = self.admin.post("/cases", body, key=key).expect(201)
        expect(other.json()["number"] != number, "another caller's key is another key")
        expect(note.json()["kind"] == "note", "another path's key is another key")
        self.agent.post("/cases", body, key="k" * 255).expect(201)
        self.agent.post("/cases", body, key="k" * 256).expect(400).problem()

    def check_a_refusal_is_kept_too(self):
        token = self.token_text()
        bad = {"channel": "phone", "kind": "call", "text": token, "colour": "red"}
        first = self.agent.post("/cases", bad, key=f"bad-{token}").expect(422)
        again = self.agent.post("/cases", bad, key=f"bad-{token}").expect(422)
        expect_equal(again.json().get("errors"), first.json().get("errors"), "errors")

    def check_a_key_survives_kill_9(self):
        token = self.token_text()
        body = {"channel": "phone", "kind": "call", "status": "open", "subject": token, "text": token}
        first = self.agent.post("/cases", body, key=f"crash-{token}").expect(201)
        self.daemon.kill9()
        self.daemon.start()
        again = self.agent.post("/cases", body, key=f"crash-{token}").expect(201)
        expect_equal(again.body, first.body, "the answer after the crash")
        expect_equal(len(self.cases_with(token)), 1, "cases")

    def check_a_crash_between_effect_and_answer_has_one_effect(self):
        token = self.token_text()
        began = time.monotonic()
        self.agent.again().post("/cases", {"channel": "phone", "kind": "call", "status": "open",
                                           "subject": token, "text": token}).expect(201)
        takes = time.monotonic() - began
        interrupted = 0
        sent = []
        while len(sent) < 12 or (not interrupted and len(sent) < 100):
            token = self.token_text()
            body = {"channel": "phone", "kind": "call", "status": "open", "subject": token,
                    "text": token}
            outcome = []
            def send():
                try:
                    outcome.append(self.agent.again().post("/cases", body, key=token).status)
                except (NoAnswer, NotSent) as error:
                    outcome.append(error)
            thread = threading.Thread(target=send)
            thread.start()
            let_pass(self.rng.uniform(0, 1.5 * takes))
            self.daemon.kill9()
            thread.join(30)
            interrupted += isinstance(outcome[0], NoAnswer)
            self.daemon.start()
            sent.append((token, body, outcome))
            if self.engine == "sqlite":
                self.agent.post("/cases", body, key=token).expect(201)
        expect(interrupted > 0, "no kill hit a running request")
        for token, body, outcome in sent:
            # On PostgreSQL another replica might still be at it: a dead one is told by its silence.
            wait_until(lambda: self.agent.post("/cases", body, key=token).status == 201, 75,
                       f"201 for the key of an interrupted request ({outcome})", poll=0.5)
            expect_equal(len(self.cases_with(token)), 1, f"cases of one key, {outcome}")

    # Lists

    def check_paging_misses_and_doubles_nothing(self):
        token = self.token_text()
        made = set()
        lock = threading.Lock()
        def make(index):
            client = self.agent.again()
            for number in range(53):
                answer = client.post("/cases", {
                    "channel": "phone", "kind": "note", "status": "open",
                    "subject": f"{token} {index} {number}", "text": "page"}).expect(201).json()
                with lock:
                    made.add(answer["number"])
        in_parallel(4, make)
        expect_equal(len(made), 212, "cases made")
        for limit in (7, 50, 200):
            seen = [case["number"] for case in self.agent.items("/cases", {}, limit)
                    if token in (case["subject"] or "")]
            expect_equal(len(seen), len(set(seen)), f"doubles with limit {limit}")
            expect_equal(set(seen), made, f"cases with limit {limit}")
        page = self.agent.get("/cases", query={"limit": 10}).expect(200).json()
        expect_equal(len(page["items"]), 10, "items of a page")
        expect("count" not in page and "total" not in page, "no total unless asked")
        self.agent.get("/cases", query={"limit": 10, "count": "true"}).expect(200)
        # New cases between two pages do not push others out of the rest.
        seen, cursor = [], None
        while True:
            query = {"limit": 50, "sort": "-created_at", **({"cursor": cursor} if cursor else {})}
            page = self.agent.get("/cases", query=query).expect(200).json()
            seen += [case["number"] for case in page["items"]]
            self.new_case()
            cursor = page["next_cursor"]
            if not cursor:
                break
        expect_equal(len(seen), len(set(seen)), "doubles while cases come in")
        expect(made <= set(seen), "a case was missed while others came in")

    def check_filters_select(self):
        mail = self.generator.next("utf8", recipients=["sales@shop.example"])
        number = self.admin.intake(mail.raw, mailbox="sales").expect(201).json()["case_number"]
        def numbers(**query):
            return {case["number"] for case in self.agent.items("/cases", query)}
        mine = self.new_case(status="resolved")["number"]
        expect(number in numbers(status="new") and mine not in numbers(status="new"), "status")
        both = numbers(status=["new", "resolved"])
        expect({number, mine} <= both, "two values of one filter mean OR")
        expect_equal(numbers(status="new", mailbox="sales"), {number}, "different filters mean AND")
        expect(mine in numbers(status_group="handled"), "status_group")
        expect(number in numbers(unresolved="true") and mine not in numbers(unresolved="true"),
               "unresolved")
        expect(number in numbers(channel="email") and mine in numbers(channel="phone"), "channel")
        expect(number in numbers(assignee="none"), "assignee=none")
        self.agent.post(f"/cases/{number}/take").expect(200)
        expect(number not in numbers(assignee="none"), "assignee=none after take")
        expect(number in numbers(assignee="me"), "assignee=me")
        expect(number not in {case["number"] for case in self.admin.items(
            "/cases", {"assignee": "me"})}, "assignee=me is the caller")
        expect_equal(numbers(requester=mail.sender), {number}, "requester")
        expect_equal(numbers(q=mail.token), {number}, "q")
        expect_equal(numbers(created_after="2199-01-01T00:00:00Z"), set(), "created_after")
        expect(number in numbers(created_before="2199-01-01T00:00:00Z"), "created_before")

    # Requests as such

    def check_head_answers_as_get_without_a_body(self):
        path = f"/cases/{self.new_case()['number']}"
        get, head = self.agent.get(path).expect(200), self.agent.request("HEAD", path).expect(200)
        expect_equal(head.body, b"", "body of HEAD")
        for name in ("Content-Type", "ETag", "Content-Length"):
            if name != "Content-Length" or head.header(name) is not None:
                expect_equal(head.header(name), get.header(name), name)

    def check_a_wrong_method_is_405_with_allow(self):
        for method, path, allowed in (("DELETE", "/cases", {"GET", "POST"}),
                                      ("PUT", "/cases/CS-000001", {"GET", "PATCH"}),
                                      ("GET", "/cases/CS-000001/take", {"POST"})):
            answer = self.agent.request(method, path, json={} if method == "PUT" else None).expect(405)
            answer.problem()
            allow = {name.strip() for name in (answer.header("Allow") or "").split(",")}
            expect(allowed <= allow, f"Allow {allow}")

    def check_bodies_over_the_limit_are_413(self):
        big = {"channel": "phone", "kind": "note", "text": "x" * (1 << 20)}
        self.agent.post("/cases", big).expect(413).problem()
        # Refused by its announced length, before 60 MB travel.
        with socket.create_connection(("127.0.0.1", self.daemon.http_port), 10) as connection:
            connection.sendall((
                "POST /api/v1/intake/mail?mailbox=support HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{self.daemon.http_port}\r\n"
                f"Authorization: Bearer {self.tokens['admin']}\r\n"
                "Content-Type: message/rfc822\r\nContent-Length: 62914560\r\n\r\n").encode())
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            expect_equal(answer.status, 413, "announced 60 MB")
        content = self.rng.randbytes(20 << 20)
        mail = self.generator.next("utf8", attachments=[
            mails.Attachment("動画.bin", "application/octet-stream", content)])
        answer = self.admin.intake(mail.raw).expect(201).json()
        message = self.agent.get(f"/messages/{answer['message_id']}").expect(200).json()
        got = self.agent.get(f"/attachments/{message['attachments'][0]['id']}").expect(200)
        expect(got.body == content, "20 MiB come back as they went in")
        self.agent.get("/cases", headers={"X-Padding": "x" * 40_000}).expect(431)

    def check_health_metrics_and_versions(self):
        root = self.daemon.client(base="")
        root.get("/livez").expect(200)
        root.get("/readyz").expect(200)
        metrics = root.get("/metrics").expect(200)
        expect_in(b"# TYPE", metrics.body, "Prometheus text")
        printed = self.daemon.command("openapi", check=True).stdout
        expect_equal(json.loads(printed)["openapi"], self.admin.get("/openapi.json").json()["openapi"],
                     "openapi subcommand")

    # Cases and messages

    def check_an_inquiry_is_opened_by_hand(self):
        token = self.token_text()
        case = self.agent.post("/cases", {
            "channel": "phone", "kind": "call", "status_group": "in_progress",
            "text": f"{token} 商品が届かないとのこと",
            "requester": {"name": "鈴木 一郎", "kana": "スズキ イチロウ", "phone": "03-1234-5678"},
            "order_numbers": ["A-100"]}).expect(201).json()
        expect_equal(case["status"], "open", "status")
        expect_equal(case["status_group"], "in_progress", "status group")
        expect_in(token, case["subject"], "the subject is the start of the text")
        expect_equal(case["requester"]["name"], "鈴木 一郎", "requester")
        expect_equal(case["order_numbers"], ["A-100"], "order numbers")
        messages = self.agent.messages(case["number"])
        expect_equal([message["kind"] for message in messages], ["call"], "messages")
        expect_in(token, messages[0]["text"], "text")
        expect_equal([entry["number"] for entry in self.cases_with(token)], [case["number"]], "list")

    def check_a_note_can_be_edited_and_a_mail_cannot(self):
        number = self.new_case()["number"]
        note = self.agent.post(f"/cases/{number}/messages", {"kind": "note", "text": "alt"}).expect(201)
        path = f"/messages/{note.json()['id']}"
        etag = self.agent.get(path).expect(200).header("ETag")
        changed = self.agent.patch(path, {"text": "neu"}, headers={"If-Match": etag}).expect(200)
        expect_equal(changed.json()["text"], "neu", "text")
        answer = self.admin.intake(self.generator.next("plain").raw).expect(201).json()
        path = f"/messages/{answer['message_id']}"
        etag = self.agent.get(path).expect(200).header("ETag")
        answer = self.agent.patch(path, {"text": "forged"}, headers={"If-Match": etag})
        expect_in(answer.status, (403, 409, 422), f"editing a mail: {answer}")

    def check_a_reply_after_an_unseen_message_is_409(self):
        mail = self.generator.next("utf8")
        number = self.admin.intake(mail.raw).expect(201).json()["case_number"]
        first = self.agent.messages(number)[0]["id"]
        path = f"/cases/{number}/messages"
        # A colleague's note is no reason to hold an answer back; what the customer wrote is.
        self.agent.post(path, {"kind": "note", "text": "社内メモ"}).expect(201)
        self.agent.post(path, {"kind": "reply", "text": "x", "after": first}).expect(201)
        came = self.agent.post(path, {"kind": "inbound", "text": "追伸です"}).expect(201).json()
        refused = self.agent.post(path, {"kind": "reply", "text": "y", "after": first}).expect(409)
        expect_in(came["id"], json.dumps(refused.problem()), "what came since")
        self.agent.post(path, {"kind": "reply", "text": "y", "after": came["id"]}).expect(201)

    # Intake

    def check_intake_by_http(self):
        mail = self.generator.next("iso_2022_jp")
        answer = self.admin.intake(mail.raw).expect(201).json()
        expect_equal(answer["outcome"], "case_opened", "outcome")
        for name in ("intake_id", "reason", "case_number", "message_id"):
            expect(answer.get(name), f"{name} in {answer}")
        message = self.agent.get(f"/messages/{answer['message_id']}").expect(200).json()
        expect_equal(message["subject"], mail.subject, "subject")
        raw = self.admin.get(f"/messages/{answer['message_id']}/raw").expect(200)
        expect(raw.body == mail.raw, "raw is what was sent")
        again = self.admin.intake(mail.raw).expect(200).json()
        expect_equal(again["outcome"], "duplicate", "second time")
        expect_equal(again["case_number"], answer["case_number"], "its case")
        later = self.admin.get(f"/intake/{answer['intake_id']}").expect(200).json()
        expect_equal(later["outcome"], "case_opened", "GET /intake/{id}")
        decision = self.admin.get(f"/messages/{answer['message_id']}/decision").expect(200).json()
        expect(decision, "the decision is told")
        expect_in(self.admin.intake(mail.raw, mailbox="nobody").status, (404, 422), "no such mailbox")
        self.admin.post("/intake/mail", body=mail.raw, media_type="text/plain",
                        query={"mailbox": "support"}).expect(415)
        expect_in(self.admin.intake(b"").status, (400, 422), "an empty mail")
        same_id = self.generator.next("plain", message_id=mail.message_id)
        other = self.admin.intake(same_id.raw).expect(201).json()
        expect(other["message_id"] != answer["message_id"],
               "the same Message-ID with other content is another message")

    def check_rubbish_is_taken_too(self):
        for raw in (b"\x00\x01\x02\xff" * 50, b"no headers at all", b"\r\n\r\n",
                    b"Subject: =?bad?Q?x\r\nContent-Type: multipart/mixed\r\n\r\nx",
                    b"From: <>\r\n\r\n" + b"x" * 100_000):
            answer = self.admin.intake(raw)
            expect_in(answer.status, (200, 201, 202), f"{raw[:20]!r}: {answer}")
        self.daemon.client(base="").get("/readyz").expect(200)

    def check_intake_by_command_while_it_runs(self):
        mail, other = self.generator.next("iso_2022_jp"), self.generator.next("attachment")
        done = self.daemon.command("intake", "--mailbox=sales", stdin=mail.raw)
        expect_equal(done.returncode, 0, f"exit code, {done.stderr.decode()}")
        case = self.agent.wait_for_case(mail.token)[0]
        expect_equal(case["mailbox"], "sales", "mailbox")
        message = self.agent.messages(case["number"])[0]
        raw = self.admin.get(f"/messages/{message['id']}/raw").expect(200)
        expect(raw.body == mail.raw, "raw is what was piped in")
        path = self.sandbox.file("mail.eml", other.raw)
        done = self.daemon.command("intake", "--mailbox=support", path)
        expect_equal(done.returncode, 0, f"exit code with FILE, {done.stderr.decode()}")
        self.agent.wait_for_case(other.token)
        expect_equal(self.daemon.command("intake", "--mailbox=support").returncode, 65, "empty mail")
        huge = b"Subject: huge\r\n\r\n" + b"x" * 76 * (51 * 1024 * 1024 // 76)
        expect_equal(self.daemon.command("intake", stdin=huge).returncode, 65, "over-size mail")

    def check_intake_by_command_while_it_is_down(self):
        self.daemon.stop()
        waiting = [self.generator.next(kind) for kind in ("iso_2022_jp", "attachment", "plain")]
        for mail in waiting:
            done = self.daemon.command("intake", "--mailbox=support", stdin=mail.raw)
            expect_equal(done.returncode, 0, f"exit code, {done.stderr.decode()}")
        spool = os.path.join(self.daemon.data_dir, "spool")
        contents = b""
        for folder, _, files in os.walk(spool):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    contents += file.read()
        expect(contents, "the mails lie in the spool")
        for mail in waiting:
            expect(mail.token.encode() not in contents, "the spool is sealed")
        expect_equal(self.daemon.command("intake").returncode, 65, "empty mail")
        self.daemon.start()
        for mail in waiting:
            self.agent.wait_for_case(mail.token)
        wait_until(lambda: not any(files for _, _, files in os.walk(spool)), 10, "an empty spool")

    def check_intake_that_cannot_write_says_try_again(self):
        blocked = self.sandbox.file("blocked", "a file, not a folder")
        config = self.sandbox.file("blocked.toml", self.daemon.config_text().replace(
            f'data_dir = "{self.daemon.data_dir}"', f'data_dir = "{blocked}/data"').replace(
            self.daemon.control, self.daemon.control + ".nobody"))
        done = self.daemon.command("intake", stdin=self.generator.next().raw, config=config)
        expect_equal(done.returncode, 75, f"exit code, {done.stderr.decode()}")

    # Commands and signals

    def check_sighup_keeps_it_running(self):
        self.daemon.signal(signal.SIGHUP)
        self.new_case()
        good = self.daemon.config_text()
        size = os.path.getsize(self.daemon.log)
        with open(self.daemon.config, "w", encoding="utf-8") as file:
            file.write(good + "\n[no_such_table]\nx = 1\n")
        try:
            self.daemon.signal(signal.SIGHUP)
            wait_until(lambda: b"no_such_table" in self.log_from(size), 10,
                       "the mistake in the log after SIGHUP")
        finally:
            self.daemon.write_config()
        self.daemon.signal(signal.SIGHUP)
        self.new_case()
        expect_equal(self.daemon.ready_status(), 200, "/readyz")

    def log_from(self, offset):
        with open(self.daemon.log, "rb") as file:
            file.seek(offset)
            return file.read()

    def check_logs_are_json_lines_without_personal_data(self):
        with open(self.daemon.log, encoding="utf-8", errors="replace") as file:
            lines = [line for line in file if line.strip()]
        expect(lines, "log lines")
        for line in lines:
            try:
                json.loads(line)
            except ValueError as error:
                raise AssertionError(f"not JSON: {line[:300]!r}") from error
        text = "".join(lines)
        for token in self.tokens.values():
            expect(token not in text, "a token in the log")
        expect("@customer.example" not in text, "a customer's address in the log")

    def check_config_errors_name_file_line_and_key(self):
        expect_equal(self.daemon.command("check-config").returncode, 0, "a good file")
        good = self.daemon.config_text()
        for change, line_of, words in (
                (("[smtp]\n", "[smtp]\nprot = 25\n"), "prot = 25", ("prot",)),
                (("[smtp]\n", "[smtp]\nuser = 5\n"), "user = 5", ("user",)),
                (('security = "none"', 'security = "maybe"'), 'security = "maybe"',
                 ("security", "starttls")),
                ((f"port = {self.daemon.smtp_port}", "port = 70000"), "port = 70000", ("port",)),
                (("[smtp]", "[smtp"), "[smtp", ()),
                (('address = "sales@shop.example"', 'address = "no address"'), "no address",
                 ("address",))):
            content = good.replace(*change)
            expect(content != good, f"the change {change} is one")
            path = self.sandbox.file("broken.toml", content)
            lines = content.split("\n")
            line = next(number for number, text in enumerate(lines, 1) if line_of in text)
            for subcommand in ("check-config", "run"):
                done = self.daemon.command(subcommand, config=path, timeout=20)
                said = (done.stdout + done.stderr).decode(errors="replace")
                expect(done.returncode != 0, f"{subcommand} took {line_of!r}")
                expect(re.search(rf"broken\.toml:{line}\b", said), f"{line_of!r} is at line {line}, "
                       f"{subcommand} said {said!r}")
                for word in words:
                    expect_in(word, said, f"{subcommand} about {line_of!r}")
        done = self.daemon.command("check-config", config="/nonexistent/madoguchi.toml")
        expect(done.returncode != 0, "a file that is not there")
        expect_in("/nonexistent/madoguchi.toml", done.stderr.decode() + done.stdout.decode(), "name")

    def check_wrong_commands_are_refused(self):
        for words in (("token", "create", "--agent=x", "--role=king"), ("token", "create"),
                      ("no-such-subcommand",), ("backup",)):
            done = self.daemon.command(*words, timeout=20)
            expect(done.returncode != 0, f"{' '.join(words)} was taken")
            expect(done.stderr, f"{' '.join(words)} says why")

    def check_a_token_made_while_it_runs_works_at_once(self):
        token = self.daemon.token("late-comer", "viewer")
        self.daemon.client(token).get("/cases").expect(200)
        second = self.daemon.token("late-comer", "viewer")
        expect(token != second, "another token for the same agent")
        self.daemon.client(token).get("/cases").expect(200)
        self.daemon.client(second).get("/cases").expect(200)

    def check_backup_while_it_runs(self):
        token = self.token_text()
        self.agent.post("/cases", {"channel": "phone", "kind": "note", "status": "open",
                                   "subject": token, "text": "backup"}).expect(201)
        path = os.path.join(self.sandbox.path, f"backup-{self.engine}")
        done = self.daemon.command("backup", path)
        expect_equal(done.returncode, 0, f"exit code, {done.stderr.decode()}")
        # One archive of the database, and of the blobs that lie beside it on SQLite.
        folder = self.sandbox.folder(f"unpacked-{self.engine}")
        with tarfile.open(path) as archive:
            for name in archive.getnames():
                expect(not name.startswith("/") and ".." not in name, f"name {name} in the archive")
            archive.extractall(folder)
        heads = {}
        for where, _, files in os.walk(folder):
            for name in files:
                with open(os.path.join(where, name), "rb") as file:
                    heads[os.path.join(where, name)] = file.read(16)
        if self.engine == "sqlite":
            found = [name for name, head in heads.items() if head.startswith(b"SQLite format 3\0")]
            expect_equal(len(found), 1, f"SQLite files among {list(heads)}")
            connection = sqlite3.connect(found[0])
            try:
                expect_equal(connection.execute("PRAGMA integrity_check").fetchone()[0], "ok",
                             "integrity")
            finally:
                connection.close()
            with open(found[0], "rb") as file:
                expect(token.encode() in file.read(), "the newest case is in the backup")
        else:
            expect(any(head.startswith(b"PGDMP") for head in heads.values()),
                   f"pg_dump's custom format among {heads}")
        mode = os.stat(path).st_mode & 0o777
        expect_equal(mode & 0o077, 0, f"mode {mode:o}")
        done = self.daemon.command("backup", os.path.join(self.sandbox.path, "no", "such", "folder"))
        expect(done.returncode != 0, "a backup into a folder that is not there")

    def changes_after(self, client, place):
        """The objects of all changes after `place`, and where they end."""
        objects = []
        while True:
            page = client.get(f"/changes?after={place}&wait=0").expect(200).json()
            if page["next"] == place:
                return objects, place
            objects += [item["object_id"] for item in page["items"]]
            place = page["next"]

    @after("check_backup_while_it_runs")
    def check_a_backup_is_restored_elsewhere(self):
        mail = self.generator.next("attachment", attachments=[mails.Attachment(
            "大きい.bin", "application/octet-stream", self.rng.randbytes(300_000))])
        taken = self.admin.intake(mail.raw).expect(201).json()
        place = self.changes_after(self.admin, "0-0")[1]
        path = os.path.join(self.sandbox.path, "backup-to-restore")
        self.daemon.command("backup", path, check=True)
        after_backup = self.token_text()
        self.new_case(subject=after_backup)
        before = {case["number"] for case in self.agent.cases()
                  if case["subject"] != after_backup}
        url = None
        if self.engine == "postgresql":
            # A server of its own, whose transactions are numbered from the beginning.
            url = postgres.Postgres(self.sandbox, name="pg-restored",
                                    private=True).create_database()
        other = Daemon(self.sandbox, self.binary, url=url, name="restored",
                       key_file=self.daemon.key_file, mailboxes=kMailboxes)
        done = other.command("restore", path)
        expect_equal(done.returncode, 0, f"exit code, {done.stderr.decode()}")
        other.start()
        try:
            client = other.client(self.tokens["admin"])
            expect_equal({case["number"] for case in client.cases()}, before, "cases")
            message = client.get(f"/messages/{taken['message_id']}").expect(200).json()
            got = client.get(f"/attachments/{message['attachments'][0]['id']}").expect(200)
            expect(got.body == mail.attachments[0].content, "the attachment")
            raw = client.get(f"/messages/{taken['message_id']}/raw").expect(200)
            expect(raw.body == mail.raw, "the raw mail")
            expect_in(taken["case_number"], self.changes_after(client, "0-0")[0],
                      "the feed shows what was restored")
            expect_equal(self.changes_after(client, place)[0], [], "a reader of before")
            new = self.new_case(client)["number"]
            wait_until(lambda: new in self.changes_after(client, place)[0], 5,
                       "a reader of before hears of what is new")
        finally:
            other.stop()
        again = other.command("restore", path)
        expect(again.returncode != 0, "a restore over a hub that is there was not refused")

    def check_a_second_daemon_on_one_file_is_refused(self):
        if self.engine != "sqlite":
            return
        second = Daemon(self.sandbox, self.binary, url=self.daemon.url, name="second",
                        key_file=self.daemon.key_file, data_dir=self.daemon.data_dir)
        for words in (("run",), ("migrate",)):
            try:
                done = second.command(*words, timeout=20)
            except subprocess.TimeoutExpired as error:
                raise AssertionError(f"a second daemon's {words[0]} went on") from error
            expect(done.returncode != 0, f"{words[0]}: exit code of the second")
            expect(done.stderr + done.stdout, "it says why")
        self.new_case()

    @after("check_a_key_survives_kill_9")
    def check_a_stop_without_load_is_quick_and_clean(self):
        self.daemon.stop(seconds=10)
        if self.engine == "sqlite":
            expect_equal(self.daemon.integrity(), "ok", "integrity")
        self.daemon.start()
        self.agent.get("/cases").expect(200)


def in_parallel(count, function):
    """The results of function(0) … function(count - 1), all started together."""
    results = [None] * count
    errors = []
    gate = threading.Barrier(count)
    def run(index):
        try:
            gate.wait(30)
            results[index] = function(index)
        except Exception as error:  # told to the caller's thread
            errors.append(error)
    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


if __name__ == "__main__":
    run_on_engines(__doc__, "api", ApiChecks, seeded=True)
