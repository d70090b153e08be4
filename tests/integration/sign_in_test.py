#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How people and programs come in and go, through the facade: invitations, passwords, codes, sessions and what
protects their writes from other sites (security.md S2), tokens, disabled agents; and a real browser."""

import base64
import hmac
import http.client
import http.server
import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.api import EventStream
from madoguchi_testing.browser import Browser, World
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.visitor import Visitor, give_password
from madoguchi_testing.waiting import wait_until

kPassword = "tetsudou murasaki"


def etag(resource):
    return {"If-Match": f"\"{resource['version']}\""}

# A console's first steps; then it goes to the page of another site, which is where the hash says.
kOwnPage = """<!doctype html><meta charset=utf-8><script>
async function call(method, path, body, headers) {
  const answer = await fetch("/api/v1" + path, {method, body: body && JSON.stringify(body), headers:
      {...(body ? {"Content-Type": "application/json"} : {}), ...headers}});
  return {status: answer.status, body: answer.status === 204 ? null : await answer.json()};
}
async function run() {
  const result = {};
  result.before = (await call("GET", "/me")).status;
  result.signed_in = (await call("POST", "/sessions",
      {name: "browser", password: "tetsudou murasaki"})).status;
  result.cookie_of_scripts = document.cookie;
  const me = await call("GET", "/me");
  result.me = me.status;
  const wish = {channel: "phone", text: "by a browser", kind: "note"};
  result.without_token = (await call("POST", "/cases", wish)).status;
  result.made = (await call("POST", "/cases", wish, {"X-CSRF-Token": me.body.csrf_token})).status;
  const events = new EventSource("/api/v1/events");
  result.events = await new Promise((done) => {
    events.onopen = () => done("open");
    events.onerror = () => done("refused");
  });
  events.close();
  await fetch("/results/own", {method: "POST", body: JSON.stringify(result)});
  location.href = location.hash.slice(1);
}
run();
</script>"""
kEvilPage = """<!doctype html><meta charset=utf-8><script>
async function tries(url, options) {
  try {
    const answer = await fetch(url, {credentials: "include", ...options});
    return answer.type === "opaque" ? "failed" : "status " + answer.status;
  } catch (error) { return "failed"; }
}
async function run() {
  const cases = "DESK/api/v1/cases";
  const wish = JSON.stringify({channel: "phone", text: "evil", subject: "evil", kind: "note"});
  const result = {};
  result.simple = await tries(cases, {method: "POST", mode: "no-cors", body: wish});
  result.form = await tries(cases, {method: "POST", mode: "no-cors",
                                    body: new URLSearchParams({channel: "phone", text: "evil"})});
  result.read = await tries("DESK/api/v1/me", {});
  await fetch("DESK/results/evil", {method: "POST", mode: "no-cors", body: JSON.stringify(result)});
}
run();
</script>"""


def totp(secret, steps=0):
    """The code of an authenticator app, now or some steps on."""
    step = int(time.time()) // 30 + steps
    mac = hmac.new(base64.b32decode(secret.upper()), step.to_bytes(8, "big"), "sha1").digest()
    offset = mac[-1] & 15
    return f"{(int.from_bytes(mac[offset:offset + 4], 'big') & 0x7FFFFFFF) % 1000000:06}"


class Pages(http.server.ThreadingHTTPServer):
    """One page, and the hub behind it: the console's place."""

    daemon_threads = True

    def __init__(self, hub_port, page):
        super().__init__(("127.0.0.1", 0), PagesHandler)
        self.hub_port = hub_port
        self.page = page
        self.results = {}
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        """A page that goes before its answer is whole."""

    def close(self):
        self.shutdown()
        self.server_close()


class PagesHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.partition("?")[0]
        if path == "/page":
            return self.answer(200, [("Content-Type", "text/html")], self.server.page.encode())
        if path.startswith("/results/"):
            self.server.results[path.rpartition("/")[2]] = json.loads(body)
            return self.answer(204, [], b"")
        if not path.startswith("/api/"):
            return self.answer(404, [], b"")
        hub = http.client.HTTPConnection("127.0.0.1", self.server.hub_port, timeout=30)
        hub.request(self.command, self.path, body=body or None,
                    headers={name: value for name, value in self.headers.items()
                             if name.lower() not in ("connection", "content-length")})
        answer = hub.getresponse()
        if answer.headers.get_content_type() == "text/event-stream":
            self.send_response(answer.status)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.readline())
            self.close_connection = True
            return None
        return self.answer(answer.status, answer.getheaders(), answer.read())

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "date", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    do_GET = do_POST = do_OPTIONS = serve


class SignIn(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = postgres.Postgres(self.sandbox).create_database() if self.engine == "postgresql" else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url,
                             options={"sign_in": 'second_factor_for = ["supervisor"]'})
        self.daemon.migrate()
        self.admin = self.daemon.client(self.daemon.token("root", "admin"))
        self.daemon.start()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def visitor(self, **options):
        return Visitor(self.daemon.http_port, **options)

    def person(self, name, role="agent"):
        """Somebody who is signed in."""
        identity = give_password(self.admin, self.daemon.http_port, name, kPassword, role)
        visitor = self.visitor()
        visitor.sign_in(name, kPassword).expect(201)
        visitor.identity = identity
        return visitor

    def check_an_invitation_leads_to_a_session(self):
        agent = self.admin.post("/agents", {"name": "sato", "role": "agent"}).expect(201).json()
        link = self.admin.post(f"/agents/{agent['id']}/invitation").expect(200).json()
        expect(link["url"].endswith("/app/password#" + link["token"]), link["url"])
        stranger = self.visitor(language="ja")
        refused = stranger.post("/password-links/use", {"token": link["token"], "password": "password1234"})
        problem = refused.expect(422).problem()
        expect_equal(problem["errors"][0]["pointer"], "/password", "where")
        expect_in("推測", problem["errors"][0]["message"], "why")
        stranger.post("/password-links/use", {"token": "x" * 43, "password": kPassword}).expect(404)
        good = {"token": link["token"], "password": kPassword}
        stranger.post("/password-links/use", good).expect(204)
        stranger.post("/password-links/use", good).expect(404)
        made = stranger.sign_in("sato", kPassword).expect(201)
        cookie = made.header("Set-Cookie")
        value = stranger.cookies["__Host-sid"]
        expect_equal(len(value), 43, "256 bits")
        expect_equal(cookie, f"__Host-sid={value}; Path=/; Secure; HttpOnly; SameSite=Lax", "the cookie")
        me = stranger.get("/me").expect(200).json()
        expect_equal(me["name"], "sato", "me")
        expect_equal(me["session"], made.json()["id"], "my session")
        expect_equal(me["csrf_token"], made.json()["csrf_token"], "the same token in both")
        expect("csrf_token" not in self.admin.get("/me").expect(200).json(), "tokens need none")
        # It works, and is taken for nobody else.
        case = {"channel": "phone", "text": "お電話", "kind": "note"}
        stranger.post("/cases", case).expect(201)
        stranger.post("/agents", {"name": "x", "role": "admin"}).expect(403)
        stranger.request("DELETE", "/sessions/current").expect(204)
        expect("__Host-sid" not in stranger.cookies, "the cookie is taken away")
        self.visitor(browser=False).get("/me", headers={"Cookie": f"__Host-sid={value}"}).expect(401)

    def check_wrong_passwords_look_alike(self):
        give_password(self.admin, self.daemon.http_port, "wrong", kPassword)
        self.admin.post("/agents", {"name": "without", "role": "agent"}).expect(201)
        answers = set()
        for name in ("wrong", "without", "nobody"):
            refused = self.visitor().sign_in(name, "not this one").expect(401)
            answers.add((refused.problem()["type"], refused.problem()["detail"]))
        expect_equal(len(answers), 1, f"one answer: {answers}")
        visitor = self.visitor()
        for _ in range(4):
            visitor.sign_in("wrong", "not this one").expect(401)
        slowed = visitor.sign_in("wrong", kPassword).expect(429)
        expect(0 < int(slowed.header("Retry-After")) <= 30, "Retry-After")
        for _ in range(4):
            visitor.sign_in("nobody", "not this one").expect(401)
        visitor.sign_in("nobody", "not this one").expect(429)
        for wish in ({"name": "wrong"}, {"name": "", "password": "x"}, {"name": "wrong", "password": 1}):
            visitor.post("/sessions", wish).expect(422)
        expect_in("sign_in.refused", self.daemon.tail(100_000), "the log")
        expect("not this one" not in self.daemon.tail(100_000), "no password in the log")

    def check_writes_of_other_sites_are_refused(self):
        person = self.person("csrf")
        case = b'{"channel": "phone", "text": "x", "kind": "note"}'
        cookie = {"Cookie": f"__Host-sid={person.cookies['__Host-sid']}"}
        token = {"X-CSRF-Token": person.csrf_token}
        origin = {"Origin": person.origin}
        json = {"Content-Type": "application/json"}
        bare = self.visitor(browser=False)
        good = {**cookie, **token, **origin, **json}
        bare.request("POST", "/cases", body=case, headers=good).expect(201)
        bare.request("POST", "/cases", body=case,
                     headers={**cookie, **token, **json, "Sec-Fetch-Site": "same-origin"}).expect(201)
        matrix = {
            "no Origin": {**cookie, **token, **json},
            "another Origin": {**good, "Origin": "https://evil.example"},
            "a null Origin": {**good, "Origin": "null"},
            "a form": {**good, "Content-Type": "application/x-www-form-urlencoded"},
            "text/plain": {**good, "Content-Type": "text/plain"},
            "no type": {**cookie, **token, **origin},
            "no token": {**cookie, **origin, **json},
            "a wrong token": {**good, "X-CSRF-Token": "x" * 43},
            "cross-site": {**good, "Sec-Fetch-Site": "cross-site"},
            "same-site": {**good, "Sec-Fetch-Site": "same-site"},
        }
        before = len(self.admin.cases())
        for what, headers in matrix.items():
            refused = bare.request("POST", "/cases", body=case, headers=headers)
            expect(refused.status == 403 and refused.problem()["type"].endswith(":csrf"), f"{what}: {refused}")
        expect_equal(len(self.admin.cases()), before, "nothing was made")
        bare.request("DELETE", "/sessions/current", headers=cookie).expect(403)
        bare.get("/cases", headers={**cookie, "Origin": "https://evil.example"}).expect(403)
        bare.get("/cases", headers={**cookie, "Sec-Fetch-Site": "cross-site"}).expect(403)
        bare.get("/cases", headers={**cookie, "Sec-Fetch-Site": "cross-site",
                                    "Sec-Fetch-Mode": "navigate"}).expect(200)
        # Bytes: the token is enough, and is needed.
        upload = {**cookie, "Content-Type": "image/png"}
        bare.request("POST", "/attachments?file_name=a.png", body=b"x", headers=upload).expect(403)
        bare.request("POST", "/attachments?file_name=a.png", body=b"x",
                     headers={**upload, **token}).expect(201)
        # Nobody is signed in by another site; nor does a cookie count beside a bearer token.
        self.visitor().post("/sessions", {"name": "csrf", "password": kPassword},
                            headers={"Origin": "https://evil.example"}).expect(403)
        self.admin.request("POST", "/cases", body=case, headers={**cookie, **json}).expect(201)

    def check_sessions_are_listed_and_ended(self):
        first = self.person("several")
        second = self.visitor()
        second.sign_in("several", kPassword).expect(201)
        mine = second.get("/sessions").expect(200).json()["items"]
        expect_equal([one["current"] for one in mine], [True, False], "newest first")
        expect_equal(mine[0]["method"], "password", "how")
        expect_equal(mine[0]["peer"], "127.0.0.1", "from where")
        other = self.person("other")
        other.get("/sessions", query={"agent": first.identity}).expect(403)
        other.request("DELETE", f"/sessions/{mine[1]['id']}").expect(404)
        expect_equal(len(self.admin.get("/sessions", query={"agent": first.identity}).expect(200)
                         .json()["items"]), 2, "for an administrator")
        self.admin.get("/sessions").expect(200)
        second.request("DELETE", f"/sessions/{mine[1]['id']}").expect(204)
        first.get("/me").expect(401)
        second.get("/me").expect(200)
        self.admin.request("DELETE", f"/sessions/{mine[0]['id']}").expect(204)
        second.get("/me").expect(401)

    def check_a_changed_password_ends_other_sessions(self):
        first = self.person("change")
        second = self.visitor()
        second.sign_in("change", kPassword).expect(201)
        old = second.cookies["__Host-sid"]
        wish = {"current": kPassword, "password": "seven quiet kettles"}
        second.request("PUT", "/me/password", json={**wish, "current": "x"}).expect(422)
        self.admin.request("PUT", "/me/password", json=wish).expect(403)
        second.request("PUT", "/me/password", json=wish).expect(200)
        expect(second.cookies["__Host-sid"] != old, "another reference")
        second.post("/cases", {"channel": "phone", "text": "x", "kind": "note"}).expect(201)
        first.get("/me").expect(401)
        self.visitor(browser=False).get("/me", headers={"Cookie": f"__Host-sid={old}"}).expect(401)
        self.visitor().sign_in("change", kPassword).expect(401)
        self.visitor().sign_in("change", "seven quiet kettles").expect(201)

    def check_a_second_factor(self):
        person = self.person("careful")
        expect_equal(person.get("/me/second-factor").expect(200).json(),
                     {"enabled": False, "required": False, "recovery_codes_left": 0}, "at first")
        self.admin.post("/me/second-factor").expect(403)  # tokens have none
        start = person.post("/me/second-factor").expect(200).json()
        expect(start["uri"].startswith("otpauth://totp/Madoguchi:careful?secret="), start["uri"])
        person.post("/me/second-factor/confirm", {"code": "12"}).expect(422)
        old = person.cookies["__Host-sid"]
        done = person.post("/me/second-factor/confirm", {"code": totp(start["secret"])}).expect(200).json()
        expect_equal(len(set(done["codes"])), 10, "recovery codes")
        expect(person.cookies["__Host-sid"] != old, "another reference")
        person.post("/cases", {"channel": "phone", "text": "x", "kind": "note"}).expect(201)
        other = self.visitor()
        missing = other.sign_in("careful", kPassword).expect(401)
        expect(missing.problem()["type"].endswith(":second-factor-required"), missing)
        other.sign_in("careful", "not this one", code="000000").expect(401)
        replayed = other.sign_in("careful", kPassword, code=totp(start["secret"])).expect(401)
        expect(replayed.problem()["type"].endswith(":wrong-code"), replayed)
        other.sign_in("careful", kPassword, code=totp(start["secret"], 1)).expect(201)
        other.sign_in("careful", kPassword, code=done["codes"][0]).expect(201)
        other.sign_in("careful", kPassword, code=done["codes"][0]).expect(401)
        fresh = other.post("/me/second-factor/recovery-codes", {"code": done["codes"][1]}).expect(200).json()
        other.post("/me/second-factor/remove", {"code": done["codes"][2]}).expect(422)
        other.post("/me/second-factor/remove", {"code": fresh["codes"][2]}).expect(204)
        self.visitor().sign_in("careful", kPassword).expect(201)
        self.admin.request("DELETE", f"/agents/{person.identity}/second-factor").expect(404)

    def check_a_role_that_needs_a_second_factor(self):
        person = self.person("leader", "supervisor")
        expect_equal(person.get("/me").expect(200).json()["enrolling"], True, "me")
        refused = person.get("/cases").expect(403)
        expect(refused.problem()["type"].endswith(":second-factor-missing"), refused)
        start = person.post("/me/second-factor").expect(200).json()
        codes = person.post("/me/second-factor/confirm",
                            {"code": totp(start["secret"])}).expect(200).json()["codes"]
        person.get("/cases").expect(200)
        person.post("/me/second-factor/remove", {"code": codes[0]}).expect(403)
        self.admin.request("DELETE", f"/agents/{person.identity}/second-factor").expect(204)
        person.get("/me").expect(401)
        person.sign_in("leader", kPassword).expect(201)
        person.request("DELETE", "/sessions/current").expect(204)

    def check_sessions_live_through_a_restart(self):
        person = self.person("restart")
        self.daemon.restart()
        self.admin = self.admin.again(port=self.daemon.http_port)
        person.port = self.daemon.http_port
        person.close()
        person.get("/me").expect(200)

    def check_tokens(self):
        person = self.person("programmer")
        made = person.post("/tokens", {"name": "日報"}, key="once").expect(201).json()
        program = self.daemon.client(made["token"])
        expect_equal(program.get("/me").expect(200).json()["name"], "programmer", "whose")
        listed = person.get("/tokens").expect(200).json()["items"]
        expect_equal([one["hint"] for one in listed], [made["token"][-4:]], "what is left of it")
        expect("token" not in listed[0], "told once")
        expect(listed[0]["last_used_at"], "its use is noted")
        # A repetition makes no second one, and tells no secret.
        again = person.post("/tokens", {"name": "日報"}, key="once").expect(409)
        expect(again.problem()["type"].endswith(":secret-told-once"), again)
        expect(made["token"].encode() not in again.body, "not told again")
        expect_equal(len(person.get("/tokens").json()["items"]), 1, "one token")
        person.post("/tokens", {"name": "x", "expires_at": "2020-01-01T00:00:00Z"}).expect(422)
        person.post("/tokens", {"name": "x", "agent": "none"}).expect(403)
        robot = self.admin.post("/agents", {"name": "till", "role": "integration"}).expect(201).json()
        other = self.admin.post("/tokens", {"name": "x", "agent": person.identity}).expect(422)
        expect_equal(other.problem()["errors"][0]["pointer"], "/agent", "where")
        tills = self.admin.post("/tokens", {"name": "till 1", "agent": robot["id"],
                                            "expires_at": "2099-01-01T00:00:00Z"}).expect(201).json()
        self.daemon.client(tills["token"]).get("/me").expect(200)
        expect_equal(len(self.admin.get("/tokens", query={"agent": robot["id"]}).json()["items"]), 1, "its")
        person.get("/tokens", query={"agent": robot["id"]}).expect(403)
        person.request("DELETE", f"/tokens/{tills['id']}").expect(404)
        stream = EventStream(self.daemon.client(tills["token"]))
        self.admin.request("DELETE", f"/tokens/{tills['id']}").expect(204)
        self.daemon.client(tills["token"]).get("/me").expect(401)
        wait_until(lambda: stream.ended, 3, "the revoked token's stream ends")
        stream.close()
        person.request("DELETE", f"/tokens/{made['id']}").expect(204)
        program.get("/me").expect(401)

    def check_secrets_of_webhooks_are_told_once(self):
        wish = {"name": "n", "url": "https://receiver.example/", "events": ["*"]}
        made = self.admin.post("/webhooks", wish, key="hook").expect(201).json()
        again = self.admin.post("/webhooks", wish, key="hook").expect(409)
        expect(again.problem()["type"].endswith(":secret-told-once"), again)
        expect(made["secret"].encode() not in again.body, "not told again")
        expect_equal([one["name"] for one in self.admin.get("/webhooks").json()["items"]].count("n"), 1,
                     "one webhook")
        self.admin.request("DELETE", f"/webhooks/{made['id']}", headers=etag(made)).expect(204)

    def readers(self):
        metrics = self.admin.root().get("/metrics").expect(200).body.decode()
        return int(next(line for line in metrics.splitlines()
                        if line.startswith("madoguchi_feed_readers ")).split()[1])

    def check_a_disabled_agent_is_out_at_once(self):
        person = self.person("leaver")
        token = person.post("/tokens", {"name": "x"}).expect(201).json()["token"]
        stream = EventStream(self.daemon.client(token))
        answers = []
        began = self.daemon.client(token).get("/changes").expect(200).json()["next"]

        def wait_for_changes(client):
            after = began
            while True:
                answer = client.get("/changes", query={"after": after, "wait": 60})
                if answer.status != 200:
                    answers.append(answer)
                    return
                after = answer.json()["next"]
        polls = [threading.Thread(target=wait_for_changes, args=(client,))
                 for client in (self.daemon.client(token, timeout=90), person)]
        person.timeout = 90
        before = self.readers()
        for poll in polls:
            poll.start()
        wait_until(lambda: self.readers() == before + 2, 10, lambda: f"both listen: {self.readers()}")
        agent = self.admin.get(f"/agents/{person.identity}").expect(200).json()
        changed = time.monotonic()
        self.admin.patch(f"/agents/{person.identity}", {"disabled": True}, headers=etag(agent)).expect(200)
        self.daemon.client(token).get("/me").expect(401)
        wait_until(lambda: stream.ended, 5, "the stream ends")
        for poll in polls:
            poll.join(10)
        expect(time.monotonic() - changed < 5, "at once")
        expect_equal([answer.status for answer in answers], [401, 401], "the long polls")
        stream.close()
        self.visitor().sign_in("leaver", kPassword).expect(401)
        agent = self.admin.get(f"/agents/{person.identity}").expect(200).json()
        self.admin.patch(f"/agents/{person.identity}", {"disabled": False}, headers=etag(agent)).expect(200)
        person.get("/me").expect(401)
        self.visitor().sign_in("leaver", kPassword).expect(201)

    def check_a_real_browser_signs_in(self):
        """Over plain HTTP, as on a desk's own machine: Chromium keeps and sends the cookie, says where
        requests come from, and no page of another site gets in by it."""
        give_password(self.admin, self.daemon.http_port, "browser", kPassword)
        world = World()
        desk = Pages(self.daemon.http_port, kOwnPage)
        evil = Pages(self.daemon.http_port, kEvilPage.replace("DESK", desk.url))
        try:
            with Browser(self.sandbox, f"{desk.url}/page#{evil.url}/page", world):
                wait_until(lambda: "evil" in desk.results, 60, lambda: f"the pages end: {desk.results}")
        finally:
            desk.close()
            evil.close()
            world.close()
        expect_equal(desk.results["own"], {"before": 401, "signed_in": 201, "cookie_of_scripts": "",
                                           "me": 200, "without_token": 403, "made": 201,
                                           "events": "open"}, "our own page")
        expect_equal(desk.results["evil"], {"simple": "failed", "form": "failed", "read": "failed"},
                     "another site's page")
        names = [case["subject"] for case in self.admin.cases()]
        expect("evil" not in names, "nothing came of it")


if __name__ == "__main__":
    run_on_engines(__doc__, "sign-in", SignIn)
