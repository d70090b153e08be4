# SPDX-License-Identifier: Apache-2.0
"""A submission server (STARTTLS, AUTH PLAIN) that fails where it is told to, and remembers every try.

Each connection does one fault of the plan, until all were done; then it is a friendly server. A fault is
(point, kind). Points are those of the dialogue: GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, MESSAGE
(after all of it). Kinds: "4xx" and "5xx" answer so, "cut" ends the connection, "hang" says nothing;
"taken-cut" and "taken-hang" do so after MESSAGE with the mail in the customer's hands.
"""

import email
import email.policy
import socketserver
import ssl
import threading

kPoints = ("GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "MESSAGE")
kKinds = ("4xx", "5xx", "cut", "hang")
kAnswers = {"4xx": "451 4.3.0 not now", "5xx": "554 5.7.1 not here"}
kGreetings = {"4xx": "421 4.3.2 busy", "5xx": "554 5.3.2 no service"}


def every_fault():
    return [(point, kind) for point in kPoints for kind in kKinds] + [
        ("MESSAGE", "taken-cut"), ("MESSAGE", "taken-hang")]


class Try:
    """A mail that came whole: whether it was taken, and whether its sender was told."""

    def __init__(self, raw):
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.message_id = mail["Message-ID"]
        self.subject = mail["Subject"]
        self.taken = False
        self.answered = False


class FaultySmtp(socketserver.ThreadingTCPServer):
    """`tries` in their order; `done` are the faults that hit; `held` counts connections that hang,
    until their client goes. `keeps`: connections go on after a mail. `farewell` is the kind of fault
    that the next QUIT meets."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port, certificate, key, plan):
        super().__init__(("127.0.0.1", port), Session)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.lock = threading.Lock()
        self.plan = list(plan)
        self.keeps = False
        self.farewell = None
        self.tries = []
        self.done = []
        self.held = 0
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def draw(self):
        with self.lock:
            return self.plan.pop() if self.plan else None

    def put_back(self, fault):
        """The connection ended before it came to that."""
        with self.lock:
            self.plan.insert(0, fault)

    def hit(self, fault):
        with self.lock:
            self.done.append(fault)

    def hang(self, sock):
        with self.lock:
            self.held += 1
        try:
            while sock.recv(4096):
                pass
        except OSError:
            pass
        with self.lock:
            self.held -= 1

    def handle_error(self, request, client_address):
        pass  # a client that was killed

    def close(self):
        self.shutdown()
        self.server_close()


class Over(Exception):
    """The connection ends here."""


class Session(socketserver.BaseRequestHandler):
    def handle(self):
        self.socket, self.buffer = self.request, b""
        self.fault = self.server.draw()
        try:
            if self.at("GREETING", kGreetings):
                return
            self.say("220 mta.customer.example ESMTP")
            while self.command(self.line()):
                pass
        except (Over, OSError, ssl.SSLError):
            pass
        finally:
            if self.fault:
                self.server.put_back(self.fault)
            self.socket.close()  # of TLS it is another one than the server closes

    def say(self, *lines):
        self.socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise Over
        self.buffer += data

    def line(self):
        while b"\r\n" not in self.buffer:
            self.more()
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line.decode("utf-8", "replace")

    def message(self):
        while not self.buffer.endswith(b"\r\n.\r\n"):
            self.more()
        raw, self.buffer = self.buffer[:-3], b""
        return raw.replace(b"\r\n..", b"\r\n.")

    def at(self, point, answers=None):
        """Does the fault when this is its point; True: the verb has had its answer."""
        if self.fault is None or self.fault[0] != point:
            return False
        fault, self.fault = self.fault, None
        self.server.hit(fault)
        kind = fault[1].removeprefix("taken-")
        if kind == "hang":
            self.server.hang(self.socket)
        if kind in ("hang", "cut"):
            raise Over
        self.say((answers or kAnswers)[kind])
        return True

    def command(self, line):
        """False after a farewell."""
        verb = line.partition(" ")[0].upper()
        if verb in ("EHLO", "HELO"):
            if not self.at("EHLO"):
                secure = isinstance(self.socket, ssl.SSLSocket)
                self.say("250-mta.customer.example", "250-SIZE 52428800", "250-8BITMIME",
                         "250 AUTH PLAIN" if secure else "250 STARTTLS")
        elif verb == "STARTTLS":
            if not self.at("STARTTLS"):
                self.say("220 2.0.0 go on")
                self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)
                self.buffer = b""
        elif verb == "AUTH":
            if line.rstrip().upper() == "AUTH PLAIN":
                self.say("334 ")
                self.line()
            if not self.at("AUTH"):
                self.say("235 2.7.0 welcome")
        elif verb == "MAIL":
            if not self.at("MAIL"):
                self.say("250 2.1.0 ok")
        elif verb == "RCPT":
            if not self.at("RCPT"):
                self.say("250 2.1.5 ok")
        elif verb == "DATA":
            return self.data()
        elif verb == "QUIT":
            if self.server.farewell:
                self.fault, self.server.farewell = ("QUIT", self.server.farewell), None
            if not self.at("QUIT"):
                self.say("221 2.0.0 bye")
            return False
        else:
            self.say("250 2.0.0 ok")
        return True

    def data(self):
        if self.at("DATA"):
            return True
        self.say("354 go on")
        one = Try(self.message())
        with self.server.lock:
            self.server.tries.append(one)
        one.taken = self.fault is None or self.fault[0] != "MESSAGE" or \
            self.fault[1].startswith("taken-")
        if self.at("MESSAGE"):
            return True
        one.answered = True
        self.say("250 2.0.0 taken")
        return self.server.keeps
