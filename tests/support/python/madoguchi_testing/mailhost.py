# SPDX-License-Identifier: Apache-2.0
"""A mail provider of a test's own: Dovecot as an ordinary user on loopback with IMAP, POP3, TLS with a
private authority, passwords and OAuth 2.0, whose tokens a small server of ours sells and checks."""

import http.server
import imaplib
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import threading
import urllib.parse

from madoguchi_testing.sandbox import as_user, group_of, wait_for_port
from madoguchi_testing.waiting import wait_until

kPassword = "shop-password"

kConfig = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{maildirs}/%u
mail_max_userip_connections = 100
verbose_proctitle = yes
auth_mechanisms = {mechanisms}
imap_capability = {capability}
imap_idle_notify_interval = 10 secs
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users
}}
passdb {{
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {base}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={maildirs}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = {imaps_ssl}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    address = 127.0.0.1
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""

kOAuth = """\
introspection_mode = post
introspection_url = http://127.0.0.1:{port}/introspect
username_attribute = username
active_attribute = active
active_value = true
tls_ca_cert_file =
"""


def make_certificates(folder, name="localhost"):
    """A private authority and a certificate for `name`: (ca, certificate, key)."""
    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "ca.key", "-out", "ca.pem", "-days", "10", "-subj", "/CN=Test Authority")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "server.key", "-out", "server.csr", "-subj", f"/CN={name}")
    with open(os.path.join(folder, "san"), "w", encoding="ascii") as file:
        file.write(f"subjectAltName=DNS:{name}\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-out", "server.pem", "-days", "5", "-extfile", "san")
    os.chmod(os.path.join(folder, "server.key"), 0o644)
    return tuple(os.path.join(folder, one) for one in ("ca.pem", "server.pem", "server.key"))


class TokenServer:
    """Sells access tokens for a refresh token and tells Dovecot whose they are. Each sale hands out a
    new refresh token; `strict` makes the old one void."""

    def __init__(self, user, refresh="refresh-0"):
        self.user = user
        self.refresh = refresh
        self.strict = False
        self.sold = []
        self.requests = []
        self.lock_ = threading.Lock()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(
                    int(self.headers.get("Content-Length", 0))).decode())
                field = {name: values[0] for name, values in form.items()}
                status, answer = owner.answer_(self.path, field)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server_ = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server_.server_address[1]
        threading.Thread(target=self.server_.serve_forever, daemon=True).start()

    def answer_(self, path, field):
        with self.lock_:
            if path == "/introspect":
                good = field.get("token") in self.sold
                return 200, {"active": good, "username": self.user if good else ""}
            self.requests.append(field)
            good = field.get("refresh_token") == self.refresh or (
                not self.strict and str(field.get("refresh_token", "")).startswith("refresh-"))
            if not good or field.get("client_id") != "client":
                return 400, {"error": "invalid_grant", "error_description": "consent again"}
            number = len(self.requests)
            self.sold.append(f"access-{number}")
            self.refresh = f"refresh-{number}"
            return 200, {"access_token": f"access-{number}", "token_type": "Bearer",
                         "expires_in": 3600, "refresh_token": self.refresh}

    def revoke(self):
        with self.lock_:
            self.sold.clear()


class MailHost:
    """`imap`, `imaps` and `pop3` are ports. Mails are put in by IMAP or as files of the Maildir."""

    def __init__(self, sandbox, users, name="mailhost", ssl="no", mechanisms="plain login",
                 certificate_name="localhost", capability=""):
        self.sandbox_ = sandbox
        self.user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        account = pwd.getpwnam(self.user)
        self.base = sandbox.folder(name, 0o755)
        self.maildirs = os.path.join(self.base, "maildirs")
        os.makedirs(self.maildirs, exist_ok=True)
        self.ca, certificate, key = make_certificates(self.base, certificate_name)
        self.imap, self.imaps, self.pop3 = sandbox.port(), sandbox.port(), sandbox.port()
        self.users = list(users)
        self.tokens = TokenServer(self.users[0])
        sandbox.file(f"{name}/users", "".join(f"{user}:{kPassword}\n" for user in users))
        sandbox.file(f"{name}/oauth2.conf", kOAuth.format(port=self.tokens.port))
        self.config = sandbox.file(f"{name}/dovecot.conf", kConfig.format(
            base=self.base, ssl=ssl, certificate=certificate, key=key, user=self.user,
            group=group_of(self.user), uid=account.pw_uid, gid=account.pw_gid,
            maildirs=self.maildirs, mechanisms=mechanisms, capability=capability, imap=self.imap,
            imaps=self.imaps if ssl != "no" else 0, imaps_ssl="yes" if ssl != "no" else "no",
            pop3=self.pop3))
        self.password_file = sandbox.file(f"{name}/password", kPassword + "\n", 0o600)
        if os.geteuid() == 0:
            for path in (self.base, self.maildirs):
                os.chown(path, account.pw_uid, account.pw_gid)
        self.process_ = None
        self.start()

    def start(self):
        # A stale socket of an earlier run costs Dovecot five seconds.
        shutil.rmtree(os.path.join(self.base, "run"), ignore_errors=True)
        self.process_ = self.sandbox_.start(
            as_user(self.user, ["/usr/sbin/dovecot", "-F", "-c", self.config]),
            os.path.join(self.base, "dovecot.out"), end_signal=signal.SIGTERM, cwd=self.base)
        wait_for_port(self.imap, 20, self.process_.running)

    def stop(self):
        self.process_.signal(signal.SIGTERM)
        return self.process_.wait(20)

    def doveadm(self, *words):
        done = subprocess.run(
            as_user(self.user, ["/usr/bin/doveadm", "-c", self.config, *words]),
            capture_output=True, timeout=30, cwd=self.base)
        if done.returncode != 0:
            raise AssertionError(f"doveadm {words}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode()

    def log_text(self):
        with open(os.path.join(self.base, "dovecot.log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def session(self, user=None):
        imap = imaplib.IMAP4("127.0.0.1", self.imap, timeout=10)
        imap.login(user or self.users[0], kPassword)
        return imap

    def put(self, raws, folder="INBOX", user=None, date=None):
        """Appends mails; `date` as an INTERNALDATE. A session that a kill hit is begun again; the mail it
        was at may then lie there twice."""
        left = list(raws)

        def appended():
            try:
                imap = self.session(user)
            except (OSError, imaplib.IMAP4.abort):
                return False
            try:
                while left:
                    status, answer = imap.append(quoted(folder), None, date, left[0])
                    if status == "OK":
                        left.pop(0)
                    elif b"TRYCREATE" in answer[0]:
                        imap.create(quoted(folder))
                    elif b"deleted under us" in answer[0]:
                        return False  # Dovecot has not noticed yet that the folder is a new one
                    else:
                        raise AssertionError(f"APPEND to {folder}: {answer}")
                imap.logout()
                return True
            except (OSError, imaplib.IMAP4.abort):
                return False
        # A Dovecot whose processes were killed makes no new ones for up to a minute at a time.
        wait_until(appended, 180, f"APPEND to {folder}", poll=0.1)

    def create(self, folder, user=None):
        imap = self.session(user)
        try:
            imap.create(quoted(folder))
        finally:
            imap.logout()

    def delete_folder(self, folder, user=None):
        imap = self.session(user)
        try:
            imap.delete(quoted(folder))
        finally:
            imap.logout()

    def flags(self, folder="INBOX", user=None):
        """The flags of each mail."""
        imap = self.session(user)
        try:
            imap.select(quoted(folder), readonly=True)
            _, data = imap.fetch("1:*", "(FLAGS)")
            return [line.decode() for line in data if line]
        finally:
            imap.logout()

    def count(self, folder="INBOX", user=None):
        """Mails in a folder; None when there is no such folder."""
        imap = self.session(user)
        try:
            status, answer = imap.status(quoted(folder), "(MESSAGES)")
            if status != "OK":
                return None
            return int(re.search(rb"MESSAGES (\d+)", answer[0]).group(1))
        except imaplib.IMAP4.error:
            return None
        finally:
            imap.logout()

    def kill_imap(self):
        """SIGKILL to every imap process of this server; how many there were."""
        killed = 0
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    stat = file.read()
                parent = int(stat.rpartition(b")")[2].split()[1])
                if parent == self.process_.pid and stat.split(b"(", 1)[1].startswith(b"imap)"):
                    os.kill(int(name), signal.SIGKILL)
                    killed += 1
            except (OSError, IndexError, ValueError):
                continue
        return killed

    def fetch_table(self, **changes):
        """A [mailbox.fetch] table for the first user."""
        values = {"host": "127.0.0.1", "port": self.imap, "security": "none", "user": self.users[0],
                  "password_file": self.password_file, "poll_interval": "1s"}
        values.update(changes)
        lines = ["[mailbox.fetch]"]
        nested = []
        for name, value in values.items():
            if value is None:
                continue
            if isinstance(value, dict):
                nested.append(f"[mailbox.fetch.{name}]")
                nested += [f"{key} = {json.dumps(one, ensure_ascii=False)}"
                           for key, one in value.items()]
            else:
                lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
        return "\n".join(lines + nested) + "\n"

    def oauth(self):
        return {"token_url": f"http://127.0.0.1:{self.tokens.port}/token", "client_id": "client",
                "refresh_token_file": self.sandbox_.file(
                    f"{os.path.basename(self.base)}/refresh", "refresh-0\n", 0o600)}


def quoted(folder):
    """A folder's name in modified UTF-7, by Python's own UTF-7, quoted."""
    out, wide = [], []

    def shift():
        if wide:
            text = "".join(wide).encode("utf-7").decode()
            out.append("&" + text[1:].rstrip("-").replace("/", ",") + "-")
            wide.clear()
    for letter in folder:
        if " " <= letter <= "~":
            shift()
            out.append("&-" if letter == "&" else letter)
        else:
            wide.append(letter)
    shift()
    return '"' + "".join(out) + '"'
