# SPDX-License-Identifier: Apache-2.0
"""Small servers that stand in for the other side in the harness's own checks."""

import socketserver
import threading


class LmtpSink(socketserver.ThreadingTCPServer):
    """Takes every mail. `mails` holds (sender, recipients, raw). While `hanging` is set, clients get
    no greeting; `held` counts those that wait for it."""

    allow_reuse_address = True
    daemon_threads = True
    smtp = False

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), SinkSession)
        self.port = port
        self.mails = []
        self.held = 0
        self.lock = threading.Lock()
        self.hanging = threading.Event()
        self.thread_ = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self.thread_.start()

    def close(self):
        self.shutdown()
        self.server_close()


class SmtpSink(LmtpSink):
    """The same for SMTP: one reply for all recipients."""

    smtp = True


class SinkSession(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode("ascii") + b"\r\n")

    def handle(self):
        sender, recipients = "", []
        if self.server.hanging.is_set():
            with self.server.lock:
                self.server.held += 1
            try:
                self.rfile.read()  # until the client gives up
            except OSError:
                pass
            with self.server.lock:
                self.server.held -= 1
            return
        self.say("220 sink")
        for line in self.rfile:
            text = line.decode("ascii", "replace").strip()
            verb = text.partition(" ")[0].upper()
            if verb in ("LHLO", "EHLO"):
                self.say("250-sink")
                self.say("250 8BITMIME")
            elif verb == "MAIL":
                sender = text[text.find("<") + 1:text.find(">")]
                recipients = []
                self.say("250 2.1.0 ok")
            elif verb == "RCPT":
                recipients.append(text[text.find("<") + 1:text.find(">")])
                self.say("250 2.1.5 ok")
            elif verb == "DATA":
                self.say("354 go on")
                body = b""
                for content in self.rfile:
                    if content == b".\r\n":
                        break
                    body += content[1:] if content.startswith(b".") else content
                self.server.mails.append((sender, recipients, body))
                for _ in recipients[:1] if self.server.smtp else recipients:
                    self.say("250 2.0.0 taken")
            elif verb == "QUIT":
                self.say("221 2.0.0 bye")
                return
            else:
                self.say("250 2.0.0 ok")
