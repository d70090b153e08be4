#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signing in by OpenID Connect: with a real provider (the certified one of npm, by the lock file of
tests/integration/oidc-provider), and with one whose answers are wrong in each way that must be noticed."""

import base64
import fcntl
import hashlib
import hmac
import html
import http.client
import http.cookies
import http.server
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.mail_providers import make_certificate
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.visitor import Visitor
from madoguchi_testing.waiting import wait_until

kSource = os.path.join(os.path.dirname(os.path.abspath(__file__)), "oidc-provider")


def installed(folder):
    """node_modules by the lock file, made once for all runs of a build."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install(folder)
    return folder


def install(folder):
    with open(os.path.join(kSource, "package-lock.json"), "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    mark = os.path.join(folder, "node_modules", ".madoguchi")
    for name in ("package.json", "package-lock.json", "provider.mjs"):
        shutil.copyfile(os.path.join(kSource, name), os.path.join(folder, name))
    if not os.path.exists(mark) or open(mark, encoding="utf-8").read() != wanted:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=240)
        with open(mark, "w", encoding="utf-8") as file:
            file.write(wanted)


class Person:
    """Somebody at the provider's pages: follows redirects there, fills its forms in, keeps its cookies."""

    def __init__(self, login):
        self.login = login
        self.cookies = {}

    def ask(self, url, form=None):
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=30,
                                                 context=ssl._create_unverified_context())
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if body else "GET",
                           parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, one in http.cookies.SimpleCookie(line).items():
                if one.value:
                    self.cookies[name] = one.value
                else:
                    self.cookies.pop(name, None)
        text = answer.read().decode()
        location = answer.headers.get("Location")
        return answer.status, urllib.parse.urljoin(url, location) if location else None, text

    def agrees(self, url, until):
        """Until the provider sends the browser to an address that begins with `until`."""
        form = None
        for _ in range(20):
            status, location, text = self.ask(url, form)
            form = None
            if location:
                if location.startswith(until):
                    return location
                url = location
                continue
            if status != 200:
                raise AssertionError(f"the provider answers {status}: {text[:500]}")
            url = urllib.parse.urljoin(url, html.unescape(re.search(r'action="([^"]+)"', text).group(1)))
            form = dict(re.findall(r'name="(prompt)" value="([^"]+)"', text))
            if form.get("prompt") == "login":
                form.update(login=self.login, password="x")
        raise AssertionError("the provider goes round in circles")


def b64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class FakeProvider:
    """Says whatever `change(header, claims)` makes of a good ID token."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate = make_certificate(folder, "fake", "127.0.0.1")
        self.change = lambda header, claims: None
        self.sign = None
        self.nonce = ""
        self.key_sets = 0
        self.new_key("one")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, os.path.join(folder, "fake.key"))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeHandler)
        self.server.daemon_threads = True
        self.server.provider = self
        self.server.handle_error = lambda *_: None
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                 do_handshake_on_connect=False)
        self.issuer = f"https://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def new_key(self, kid):
        self.kid = kid
        self.key_file = os.path.join(self.folder, f"{kid}.pem")
        subprocess.run(["openssl", "genrsa", "-out", self.key_file, "2048"], check=True,
                       stderr=subprocess.DEVNULL)
        text = subprocess.run(["openssl", "rsa", "-in", self.key_file, "-noout", "-modulus"], check=True,
                              capture_output=True, text=True).stdout
        self.modulus = bytes.fromhex(text.strip().partition("=")[2])
        self.public = subprocess.run(["openssl", "rsa", "-in", self.key_file, "-pubout"], check=True,
                                     capture_output=True).stdout

    def signature(self, header, text):
        if self.sign:
            return self.sign(text)
        if header["alg"] == "none":
            return b""
        if header["alg"] == "HS256":
            return hmac.new(self.public, text, hashlib.sha256).digest()
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key_file], input=text,
                              check=True, capture_output=True).stdout

    def token(self):
        now = int(time.time())
        header = {"alg": "RS256", "kid": self.kid, "typ": "JWT"}
        claims = {"iss": self.issuer, "sub": "kato-1", "aud": "hub", "exp": now + 300, "iat": now,
                  "nonce": self.nonce, "email": "kato@shop.example", "email_verified": True}
        self.change(header, claims)
        text = (b64url(json.dumps(header).encode()) + "." + b64url(json.dumps(claims).encode())).encode()
        return text.decode() + "." + b64url(self.signature(header, text))

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class FakeHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # noqa: N802
        provider = self.server.provider
        if self.path == "/.well-known/openid-configuration":
            return self.answer({"issuer": provider.issuer, "authorization_endpoint": provider.issuer + "/auth",
                                "token_endpoint": provider.issuer + "/token",
                                "jwks_uri": provider.issuer + "/keys"})
        provider.key_sets += 1
        return self.answer({"keys": [{"kty": "RSA", "kid": provider.kid, "use": "sig",
                                      "n": b64url(provider.modulus), "e": "AQAB"},
                                     {"kty": "oct", "kid": "secret", "k": "AAAA"}]})

    def do_POST(self):  # noqa: N802
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer({"access_token": "x", "token_type": "Bearer", "id_token": self.server.provider.token()})


class Oidc(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        folder = self.sandbox.folder("provider", 0o700)
        notes = os.environ.get("MADOGUCHI_OPERATIONS")
        self.node = installed(os.path.join(os.path.dirname(notes), "oidc-provider") if notes
                              else self.sandbox.folder("oidc-provider"))
        self.fake = FakeProvider(folder)
        self.real_port = self.sandbox.port()
        certificate = make_certificate(folder, "real", "127.0.0.1")
        both = os.path.join(folder, "authorities.pem")
        with open(both, "w", encoding="ascii") as file:
            for name in (certificate, self.fake.certificate):
                file.write(open(name, encoding="ascii").read())
        secret = os.path.join(folder, "secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write("a secret & more\n")
        real = f"https://127.0.0.1:{self.real_port}"
        extra = "\n".join([
            self.provider("company", real, 'client_id = "madoguchi"', f'client_secret_file = "{secret}"'),
            self.provider("auto", real, 'client_id = "madoguchi"', f'client_secret_file = "{secret}"',
                          'scopes = ["openid", "email", "profile", "groups"]', 'create_role = "agent"',
                          'create_domains = ["shop.example"]', 'role_claim = "groups"',
                          '[[oidc.role]]\nvalue = "cs-leads"\nrole = "supervisor"'),
            self.provider("fake", self.fake.issuer, 'client_id = "hub"')])
        url = postgres.Postgres(self.sandbox).create_database() if self.engine == "postgresql" else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url, extra=extra)
        self.daemon.options["http"] = (f'listen = "127.0.0.1:{self.daemon.http_port}"\n'
                                       f'public_url = "http://127.0.0.1:{self.daemon.http_port}"')
        self.daemon.options["net"] = f'trusted = ["127.0.0.1/32"]\nca_file = "{both}"'
        self.daemon.write_config()
        self.daemon.migrate()
        self.admin = self.daemon.client(self.daemon.token("root", "admin"))
        self.daemon.start()
        self.public_url = f"http://127.0.0.1:{self.daemon.http_port}"
        log = os.path.join(folder, "provider.log")
        self.sandbox.start(["node", "provider.mjs", str(self.real_port), os.path.join(folder, "real.key"),
                            certificate, *(f"{self.public_url}/api/v1/oidc/{name}/callback"
                                           for name in ("company", "auto"))],
                           log, cwd=self.node, env=dict(os.environ))
        wait_until(lambda: "ready" in open(log, encoding="utf-8").read(), 30,
                   lambda: "the provider: " + open(log, encoding="utf-8").read())

    @staticmethod
    def provider(name, issuer, *further):
        return "\n".join(["[[oidc]]", f'name = "{name}"', f'label = "{name}"', f'issuer = "{issuer}"', *further])

    def teardown(self):
        self.fake.close()
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def goes(self, visitor, provider, login, person=None):
        """There and back; the answer of the callback."""
        begun = visitor.get(f"/oidc/{provider}/start", query={"return_to": "/app/cases"}).expect(303)
        back = (person or Person(login)).agrees(begun.header("Location"), self.public_url)
        return visitor.get(back.removeprefix(self.public_url + "/api/v1"))

    def agent(self, name):
        return self.admin.post("/agents", {"name": name, "role": "agent"}).expect(201).json()["id"]

    def check_ways_are_told_to_strangers(self):
        ways = Visitor(self.daemon.http_port).get("/sign-in").expect(200).json()
        expect_equal([one["name"] for one in ways["providers"]], ["company", "auto", "fake"], "providers")
        expect_equal(ways["providers"][0]["url"], "/api/v1/oidc/company/start", "the button's address")

    def check_a_linked_agent_comes_in_by_a_real_provider(self):
        visitor = Visitor(self.daemon.http_port)
        refused = self.goes(visitor, "company", "sato").expect(403)
        expect(refused.problem()["type"].endswith(":no-agent"), refused)
        agent = self.agent("sato")
        link = {"provider": "company", "email": "sato@shop.example"}
        self.admin.post(f"/agents/{agent}/identities", link).expect(201)
        self.admin.post(f"/agents/{agent}/identities", link).expect(409)
        self.admin.post(f"/agents/{agent}/identities", {"provider": "company"}).expect(422)
        self.admin.post(f"/agents/{agent}/identities", {**link, "provider": "none"}).expect(422)
        done = self.goes(visitor, "company", "sato").expect(303)
        expect_equal(done.header("Location"), "/app/cases", "back")
        expect("__Host-oidc" not in visitor.cookies, "the flow's cookie is gone")
        me = visitor.get("/me").expect(200).json()
        expect_equal(me["name"], "sato", "who")
        sessions = visitor.get("/sessions").expect(200).json()["items"]
        expect_equal(sessions[0]["method"], "oidc", "how")
        visitor.post("/cases", {"channel": "phone", "text": "x", "kind": "note"}).expect(201)
        one = self.admin.get(f"/agents/{agent}/identities").expect(200).json()["items"][0]
        expect_equal((one["provider"], one["subject"]), ("company", "sato"), "the subject is known now")
        self.goes(Visitor(self.daemon.http_port), "company", "sato").expect(303)
        # Nobody comes in by an address that is not verified.
        other = self.agent("other")
        self.admin.post(f"/agents/{other}/identities",
                        {"provider": "company", "email": "unverified@shop.example"}).expect(201)
        self.goes(Visitor(self.daemon.http_port), "company", "unverified").expect(403)
        # Disabled, or not linked any more.
        state = self.admin.get(f"/agents/{agent}").expect(200).json()
        etag = {"If-Match": f"\"{state['version']}\""}
        self.admin.patch(f"/agents/{agent}", {"disabled": True}, headers=etag).expect(200)
        self.goes(Visitor(self.daemon.http_port), "company", "sato").expect(401)
        self.admin.request("DELETE", f"/agents/{agent}/identities/{one['id']}").expect(204)
        self.admin.request("DELETE", f"/agents/{agent}/identities/{one['id']}").expect(404)
        self.goes(Visitor(self.daemon.http_port), "company", "sato").expect(403)

    def check_people_of_the_company_are_made_agents(self):
        visitor = Visitor(self.daemon.http_port)
        self.goes(visitor, "auto", "lead-ito").expect(303)
        me = visitor.get("/me").expect(200).json()
        expect_equal((me["name"], me["role"]), ("lead-ito@shop.example", "supervisor"), "by claim")
        plain = Visitor(self.daemon.http_port)
        self.goes(plain, "auto", "mori").expect(303)
        expect_equal(plain.get("/me").json()["role"], "agent", "without the claim")

    def check_ways_back_that_were_not_begun_here(self):
        begun = Visitor(self.daemon.http_port)
        location = begun.get("/oidc/company/start").expect(303).header("Location")
        back = Person("mori").agrees(location, self.public_url).removeprefix(self.public_url + "/api/v1")
        refused = Visitor(self.daemon.http_port).get(back).expect(403)  # another browser
        expect(refused.problem()["type"].endswith(":provider-not-believed"), refused)
        expect("__Host-sid" not in begun.cookies, "nobody is in")
        begun.get(back.replace("state=", "state=x")).expect(403)
        begun.get(back.replace("/oidc/company/", "/oidc/auto/")).expect(403)
        begun.get("/oidc/company/callback", query={"error": "access_denied"}).expect(403)
        begun.get("/oidc/none/start").expect(404)
        for path in ("https://evil.example/", "//evil.example", "/\\evil.example", "app"):
            begun.get("/oidc/company/start", query={"return_to": path}).expect(422)

    def fake_sign_in(self, change, sign=None):
        visitor = Visitor(self.daemon.http_port)
        begun = visitor.get("/oidc/fake/start").expect(303)
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(begun.header("Location")).query))
        expect_equal(asked["code_challenge_method"], "S256", "PKCE")
        self.fake.nonce = asked["nonce"]
        self.fake.change = change
        self.fake.sign = sign
        return visitor.get("/oidc/fake/callback", query={"code": "x", "state": asked["state"]})

    def check_tokens_that_must_not_be_believed(self):
        agent = self.agent("kato")
        self.admin.post(f"/agents/{agent}/identities", {"provider": "fake", "subject": "kato-1"}).expect(201)
        good = self.fake_sign_in(lambda header, claims: None).expect(303)
        expect_equal(good.header("Location"), "/app/", "back")
        now = int(time.time())
        several = {"aud": ["hub", "other"]}
        wrong = {
            "aud": {"aud": "somebody-else"}, "no aud": {"aud": None}, "azp missing": several,
            "azp": {**several, "azp": "other"}, "iss": {"iss": "https://evil.example"},
            "iss with a slash": {"iss": self.fake.issuer + "/"}, "nonce": {"nonce": "another"},
            "no nonce": {"nonce": None}, "exp": {"exp": now - 61}, "no exp": {"exp": None},
            "exp as text": {"exp": str(now + 300)}, "iat to come": {"iat": now + 120},
            "iat long ago": {"iat": now - 3600}, "no iat": {"iat": None}, "nbf": {"nbf": now + 120},
            "no sub": {"sub": None}, "sub as a number": {"sub": 1},
        }
        for what, claims in wrong.items():
            def change(_, said, claims=claims):
                said.update(claims)
                for name in [name for name, value in said.items() if value is None]:
                    del said[name]
            answer = self.fake_sign_in(change)
            expect(answer.status == 403 and answer.problem()["type"].endswith(":provider-not-believed"),
                   f"{what}: {answer}")
        headers = {"none": {"alg": "none"}, "None": {"alg": "None"},
                   "HS256 with the public key": {"alg": "HS256"},
                   "an algorithm that is not configured": {"alg": "PS256"},
                   "no alg": {"alg": ""}, "crit": {"crit": ["exp"]}}
        for what, header in headers.items():
            answer = self.fake_sign_in(lambda said, _, header=header: said.update(header),
                                       (lambda text: b"") if what in ("None", "no alg") else None)
            expect(answer.status == 403, f"{what}: {answer}")
        # A key of its own in the header is not looked at.
        own = os.path.join(self.fake.folder, "own.pem")
        subprocess.run(["openssl", "genrsa", "-out", own, "2048"], check=True, stderr=subprocess.DEVNULL)
        brings = {"jku": "https://evil.example/keys", "x5u": "https://evil.example/x", "jwk": {"kty": "RSA"}}
        self.fake_sign_in(lambda header, _: header.update(brings), lambda text: subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", own], input=text, check=True,
            capture_output=True).stdout).expect(403)
        self.fake_sign_in(lambda header, _: header.update(brings)).expect(303)
        self.fake_sign_in(lambda _, claims: claims.update(several, azp="hub")).expect(303)
        self.fake_sign_in(lambda _, claims: claims.update(exp=now - 30)).expect(303)

    def check_keys_may_change(self):
        before = self.fake.key_sets
        self.fake.new_key("two")
        self.fake_sign_in(lambda header, claims: None).expect(303)
        expect_equal(self.fake.key_sets, before + 1, "read once again")
        self.fake_sign_in(lambda header, claims: header.update(kid="three")).expect(403)
        self.fake_sign_in(lambda header, claims: header.update(kid="four")).expect(403)
        expect_equal(self.fake.key_sets, before + 1, "and not for each unknown one")

    def check_a_wrong_configuration_is_refused(self):
        for wrong, what in (
                ('create_role = "emperor"', "supervisor"), ('label2 = "x"', "label2"),
                ('algorithms = ["HS256"]', "RS256"), ('algorithms = ["none"]', "RS256")):
            path = os.path.join(self.daemon.base, "wrong.toml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.daemon.config_text() + "\n" +
                           self.provider("bad", "https://login.example", 'client_id = "x"', wrong) + "\n")
            done = self.daemon.command("check-config", config=path)
            expect(done.returncode != 0, f"{wrong} was taken")
            expect_in(what, (done.stdout + done.stderr).decode(), wrong)


if __name__ == "__main__":
    run_on_engines(__doc__, "oidc", Oidc)
