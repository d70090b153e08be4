# SPDX-License-Identifier: Apache-2.0
"""Outside systems to try against, played by the program itself (docs/guide/sandboxes.md)."""

import json
import signal
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from madoguchi_testing.checks import expect_equal

kToken = "sandbox-relation-token"


class VendorSandbox:
    """`madoguchid sandbox VENDOR` as a process of its own."""

    def __init__(self, binary, vendor="relation"):
        self.process = subprocess.Popen([binary, "sandbox", vendor, "--listen=127.0.0.1:0"],
                                        stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        self.hint = self.process.stdout.readline()
        self.port = urllib.parse.urlsplit(self.url).port

    def ask(self, path, body=None, token=kToken, method=None, timeout=10):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def control(self, path, body=None, method=None):
        status, answer = self.ask("/_sandbox" + path, body, method=method)
        expect_equal(status, 200, f"{path}: {answer}")
        return json.loads(answer)

    def raw(self, seconds):
        """The octets that come within that time."""
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.settimeout(seconds)
            line.sendall(f"GET /api/v2/message_boxes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {kToken}\r\n\r\n"
                         .encode())
            octets = b""
            try:
                while piece := line.recv(65536):
                    octets += piece
                    if len(octets) > 4_000_000:
                        return octets, "more"
            except TimeoutError:
                return octets, "silence"
            except ConnectionResetError:
                return octets, "reset"
            return octets, "end"

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)
