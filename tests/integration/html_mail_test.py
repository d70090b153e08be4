#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""S5 in a real browser: what html of mails does in Chromium behind each layer alone.

Each payload of tests/data/html-payloads comes by mail and is shown in a frame, as the console shows
it, by way of a server between browser and hub that takes layers away:

  sanitised   layer 1 alone: the hub's document without its headers, in a frame without a sandbox
  headers     layer 3 alone: the mail as it came under the hub's headers, without a sandbox
  sandbox     layer 2 alone: the mail as it came in the sandbox, without headers
  frame       layers 2 and 3: the mail as it came
  bare        nothing but that the page around cannot be led away: shows that the payloads are alive
"""

import http.client
import http.server
import json
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.browser import Browser, World
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kRoot = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
kSandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
kNoSandbox = "allow-same-origin allow-scripts allow-forms allow-modals allow-popups allow-pointer-lock"
kLayers = {"sanitised": {1}, "headers": {3}, "sandbox": {2}, "frame": {2, 3}, "bare": set()}

# Shows all of one mode, some frames at a time. `left`: by itself it shows something else. Then it does
# what a reader might: points at everything and clicks what is no link to elsewhere. `fired` is what
# scripts of the mails leave.
kRunner = """<!doctype html><meta charset=utf-8><title>runner</title><script>
const wait = (time) => new Promise((done) => setTimeout(done, time));
const where = location.href;
window.fired = {};
function poke(frame, result) {
  let page;
  try { page = frame.contentDocument; } catch (error) {}
  if (!page || frame.contentWindow.location.pathname !== result.path) { result.left = true; return; }
  result.words = page.documentElement.textContent.includes("words");
  for (const one of page.querySelectorAll("*")) {
    const href = String(one.getAttribute("href") || one.getAttribute("xlink:href") || "");
    for (const kind of ["mouseover", "pointerover", "focus"])
      one.dispatchEvent(new MouseEvent(kind, {bubbles: true}));
    if (one.focus) one.focus();
    if (one.click && !/^(https?:)?\\/\\//.test(href.trim())) one.click();
  }
}
async function one(index, mode) {
  const result = {index, path: "/" + mode.name + "/" + index};
  const frame = document.createElement("iframe");
  if (mode.sandbox) frame.setAttribute("sandbox", mode.sandbox);
  frame.src = result.path;
  const loaded = new Promise((done) => { frame.onload = done; setTimeout(done, 5000); });
  document.body.append(frame);
  await loaded;
  await wait(200);
  poke(frame, result);
  await wait(200);
  result.fired = Boolean(window.fired[mode.name + index]);
  frame.remove();
  return result;
}
async function run() {
  const plan = await (await fetch("/plan")).json();
  for (const mode of plan.modes) {
    const results = [];
    for (let from = 0; from < plan.count; from += 16) {
      const some = [];
      for (let i = from; i < Math.min(from + 16, plan.count); ++i) some.push(one(i, mode));
      results.push(...await Promise.all(some));
    }
    await fetch("/results/" + mode.name, {method: "POST", body: JSON.stringify(
        {results, moved: location.href !== where})});
  }
}
run();
</script><body></body>"""


class Between(http.server.ThreadingHTTPServer):
    """The console's place: the runner, the hub's documents with layers taken away, the results."""

    daemon_threads = True

    def __init__(self, daemon, token):
        super().__init__(("127.0.0.1", 0), BetweenHandler)
        self.hub_port = daemon.http_port
        self.token = token
        self.payloads = []
        self.messages = []
        self.results = {}
        self.strays = []
        self.documents = {}
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        """A frame that goes before its document is whole."""

    def ask_hub(self, path, host):
        hub = http.client.HTTPConnection("127.0.0.1", self.hub_port, timeout=30)
        hub.request("GET", path, headers={"Authorization": f"Bearer {self.token}", "Host": host})
        answer = hub.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def armed(self, html, mode, index):
        """With a script that leaves a trace and hosts that tell whose they are."""
        return html.replace("steal()", f"parent.fired.{mode}{index}=1") \
                   .replace("e.example", f"{mode}{index}.e.example")


class BetweenHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body, headers=(("Content-Type", "text/html; charset=utf-8"),), status=200):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "date", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # noqa: N802
        server = self.server
        parts = self.path.split("/")
        if self.path == "/runner":
            return self.answer(kRunner.encode())
        if self.path == "/plan":
            modes = [{"name": mode, "sandbox": kSandbox if 2 in layers else "" if layers else kNoSandbox}
                     for mode, layers in kLayers.items()]
            plan = json.dumps({"modes": modes, "count": len(server.payloads)}).encode()
            return self.answer(plan, [("Content-Type", "application/json")])
        if len(parts) == 3 and parts[1] in kLayers and parts[2].isdigit():
            return self.show(parts[1], int(parts[2]))
        if parts[1] in ("document", "mail-img", "api"):
            path = f"/api/v1/messages/{parts[2]}/body" if parts[1] == "document" else self.path
            status, headers, body = server.ask_hub(path, self.headers["Host"])
            server.documents[self.path] = status
            return self.answer(body, headers, status)
        # A click on a relative link is the reader's wish, what a page loads is not.
        if self.headers.get("Sec-Fetch-Dest") not in ("document", "iframe"):
            server.strays.append(self.path)
        return self.answer(b"", status=404)

    def show(self, mode, index):
        server = self.server
        layers = kLayers[mode]
        status, headers, body = server.ask_hub(f"/api/v1/messages/{server.messages[index]}/body",
                                               self.headers["Host"])
        if 3 not in layers:
            headers = [("Content-Type", "text/html; charset=utf-8")]
        html = body.decode() if 1 in layers else server.payloads[index]["html"]
        self.answer(server.armed(html, mode, index).encode(), headers, status)

    def do_POST(self):  # noqa: N802
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith("/results/"):
            self.server.results[self.path.rpartition("/")[2]] = json.loads(body)
        else:
            self.server.strays.append(self.path)
        self.answer(b"")

    def log_message(self, *_):
        pass


def html_mail(identity, html, image=None):
    body = html.encode()
    head = (f"From: mallory@example.jp\r\nTo: support@shop.example\r\nSubject: {identity}\r\n"
            f"Date: Sat, 21 Nov 2026 10:00:00 +0900\r\nMessage-ID: <{identity}@example.jp>\r\n"
            "MIME-Version: 1.0\r\n")
    part = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body
    if not image:
        return head.encode() + part + b"\r\n"
    name, kind, octets = image
    return (head.encode() + b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n" + part +
            f"\r\n--b\r\nContent-Type: {kind}\r\nContent-ID: <{name}>\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n".encode() + octets + b"\r\n--b--\r\n")


class HtmlMail(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = postgres.Postgres(self.sandbox).create_database() if self.engine == "postgresql" else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url)
        self.daemon.migrate()
        token = self.daemon.token("sato", "agent")
        self.admin = self.daemon.client(self.daemon.token("root", "admin"))
        self.agent = self.daemon.client(token)
        self.daemon.start()
        self.world = World()
        self.between = Between(self.daemon, token)
        with open(os.path.join(kRoot, "tests", "data", "html-payloads", "payloads.json"),
                  encoding="utf-8") as file:
            self.between.payloads = json.load(file)
        for index, payload in enumerate(self.between.payloads):
            taken = self.admin.intake(html_mail(f"payload-{index}", payload["html"])).expect(201).json()
            self.between.messages.append(taken["message_id"])

    def teardown(self):
        self.between.shutdown()
        self.between.server_close()
        self.world.close()
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def show_all(self):
        with Browser(self.sandbox, self.between.url + "/runner", self.world):
            wait_until(lambda: len(self.between.results) == len(kLayers), 400,
                       lambda: f"results of {list(kLayers)}, there are {list(self.between.results)}",
                       poll=0.1)

    def outcome(self, mode):
        """What each payload did: {index: set of deeds}, and which of them were seen to be read."""
        did = {}
        for result in self.between.results[mode]["results"]:
            index = result["index"]
            deeds = {deed for deed in ("fired", "left") if result.get(deed)}
            if self.world.heard(f"{mode}{index}.e.example"):
                deeds.add("asked")
            if deeds:
                did[index] = deeds
        return did

    def strays(self, mode):
        """What pages asked of the hub by a relative URL."""
        return [path for path in self.between.strays if path.startswith(f"/{mode}/")]

    def blame(self, did):
        return {self.between.payloads[index]["html"]: sorted(deeds) for index, deeds in did.items()}

    def check_each_layer_alone_holds_what_it_claims(self):
        self.show_all()
        for mode in kLayers:
            expect(not self.between.results[mode]["moved"], f"{mode}: the page around was led away")
        for mode in ("sanitised", "headers", "frame"):
            expect_equal(self.blame(self.outcome(mode)), {}, f"what mails did behind {mode}")
            expect_equal(self.strays(mode), [], f"what mails asked of the hub behind {mode}")
        # A sandbox stops no requests: that is what layer 3 is for.
        did = {index: deeds & {"fired", "left"} for index, deeds in self.outcome("sandbox").items()}
        expect_equal(self.blame({index: deeds for index, deeds in did.items() if deeds}), {},
                     "what mails did behind sandbox")
        bare = self.outcome("bare")
        fired = sum("fired" in deeds for deeds in bare.values())
        asked = sum("asked" in deeds for deeds in bare.values())
        print(f"        without any layer {fired} of {len(self.between.payloads)} ran a script and "
              f"{asked} asked others")
        expect(fired >= 30 and asked >= 20 and self.strays("bare"),
               f"payloads are alive: {fired} fired, {asked} asked, and {self.strays('bare')}")
        read = {result["index"] for result in self.between.results["sanitised"]["results"]
                if result.get("words")}
        lost = [payload["html"] for index, payload in enumerate(self.between.payloads)
                if index not in read and payload.get("words") != "may_go"]
        expect_equal(lost, [], "mails whose words nobody can read")

    def check_the_headers_of_a_message_s_document(self):
        answer = self.agent.get(f"/messages/{self.between.messages[0]}/body").expect(200)
        expect_equal(answer.headers["Content-Type"], "text/html; charset=utf-8", "Content-Type")
        policy = answer.headers["Content-Security-Policy"]
        expect_equal(policy, "default-src 'none'; "
                     f"img-src 127.0.0.1:{self.daemon.http_port}/mail-img/ data:; "
                     "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
                     f"frame-ancestors 'self'; sandbox {kSandbox}", "policy")
        expect_equal(answer.headers["X-Content-Type-Options"], "nosniff", "nosniff")
        expect_equal(answer.headers["Referrer-Policy"], "no-referrer", "referrer")
        expect_equal(answer.headers["Cache-Control"], "no-store", "cache")

    def check_images_of_the_mail_are_shown_and_no_others(self):
        image = ("logo@shop.example", "image/png", b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAA"
                 b"DUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        html = ('<p>words 領収書</p><img src="cid:logo@shop.example">'
                '<img src="https://images.e.example/1.png">')
        taken = self.admin.intake(html_mail("with-image", html, image)).expect(201).json()
        message = self.agent.get(f"/messages/{taken['message_id']}").expect(200).json()
        attachment = message["attachments"][0]["id"]
        self.between.documents.clear()
        with Browser(self.sandbox, f"{self.between.url}/document/{message['id']}", self.world):
            wait_until(lambda: f"/mail-img/{attachment}" in self.between.documents, 60,
                       lambda: f"the image is asked for, not only {self.between.documents}")
        expect_equal(self.between.documents[f"/mail-img/{attachment}"], 200, "the image")
        served = self.agent.root().get(f"/mail-img/{attachment}").expect(200)
        expect_equal((served.media_type, served.headers["Content-Disposition"]), ("image/png", None),
                     "what it is served as")
        expect(not self.world.heard("images.e.example"), "an image of elsewhere was loaded")

    def check_what_is_no_image_is_served_as_none(self):
        svg = ("x@shop.example", "image/png", b"PHN2ZyBvbmxvYWQ9InN0ZWFsKCkiLz4=")
        taken = self.admin.intake(html_mail("svg", '<img src="cid:x@shop.example">', svg)).expect(201)
        message = self.agent.get(f"/messages/{taken.json()['message_id']}").expect(200).json()
        attachment = message["attachments"][0]["id"]
        root, stranger = self.agent.root(), self.daemon.client().root()
        root.get(f"/mail-img/{attachment}").expect(404)  # an SVG that says it is a PNG
        root.get("/mail-img/none").expect(404).problem()
        stranger.get(f"/mail-img/{attachment}").expect(401).problem()
        stranger.get(f"/api/v1/messages/{message['id']}/body").expect(401).problem()
        self.agent.get("/messages/none/body").expect(404).problem()

    def check_another_mailbox_s_message_is_not_shown(self):
        self.admin.post("/mailboxes", {"name": "other", "address": "other@shop.example"}).expect(201)
        scoped = self.admin.post("/agents", {"name": "suzuki", "role": "agent",
                                             "mailboxes": ["other"]}).expect(201).json()
        expect_in("suzuki", scoped["name"], "agent")
        suzuki = self.daemon.client(self.daemon.token("suzuki", "agent"))
        suzuki.get(f"/messages/{self.between.messages[0]}/body").expect(404)


if __name__ == "__main__":
    run_on_engines(__doc__, "html-mail", HtmlMail)
