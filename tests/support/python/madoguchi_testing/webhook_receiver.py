# SPDX-License-Identifier: Apache-2.0
"""A program that is told what happens: an https server that checks each request by the rules of
Standard Webhooks, with Python's own hmac and base64, and answers as it was told to."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import ssl
import threading
import time

from madoguchi_testing.mail_providers import make_certificate


class WebhookReceiver:
    """`taken`: (webhook-id, payload) of each request whose signature held; `answers`: the statuses of
    the next requests, then 204; None: the connection is closed without one."""

    def __init__(self, folder, name="receiver"):
        self.ca_file = make_certificate(folder, name, "127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, os.path.join(folder, f"{name}.key"))
        self.lock = threading.Lock()
        self.secrets = []
        self.taken = []
        self.forged = []
        self.answers = []
        self.headers = {}
        self.stalls = False
        self.go_on = threading.Event()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.receiver = self
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                 do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()

    def holds(self, headers, body):
        """Whether one of the signatures is made by a secret we know, not long ago."""
        if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
            return False
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        for secret in self.secrets:
            key = base64.b64decode(secret.removeprefix("whsec_"))
            mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            if f"v1,{mac}" in headers["webhook-signature"].split(" "):
                return True
        return False

    def next_answer(self):
        with self.lock:
            return self.answers.pop(0) if self.answers else 204

    def events(self, kind=None):
        with self.lock:
            return [payload for _, payload in self.taken if kind in (None, payload["type"])]


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Who goes away in the middle, or does not trust the certificate, is part of the test."""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if receiver.stalls:
            receiver.go_on.wait(60)
        with receiver.lock:
            where = receiver.taken if receiver.holds(self.headers, body) else receiver.forged
            where.append((self.headers["webhook-id"], json.loads(body)))
        status = receiver.next_answer()
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in receiver.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass
