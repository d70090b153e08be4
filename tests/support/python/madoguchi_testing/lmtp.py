# SPDX-License-Identifier: Apache-2.0
"""An LMTP client (RFC 2033): one reply per accepted recipient after the data, and an honest account
of how far a broken session got."""

import socket

from madoguchi_testing.api import NoAnswer, NotSent


class Reply:
    def __init__(self, code, lines):
        self.code = code
        self.lines = lines

    @property
    def text(self):
        return "\n".join(self.lines)

    def __repr__(self):
        return f"{self.code} {self.text}"


class Refused(Exception):
    """The server said no before the data: nothing was taken."""

    def __init__(self, verb, reply):
        super().__init__(f"{verb}: {reply!r}")
        self.reply = reply


def stuffed(raw):
    """The mail as it goes over the wire behind DATA, without the final dot line."""
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    if lines and lines[-1] == b"":
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines)


class LmtpClient:
    """One connection, several mails one after the other."""

    def __init__(self, port, timeout=30, name="mta.test.example"):
        self.extensions = []
        try:
            self.socket_ = socket.create_connection(("127.0.0.1", port), timeout)
        except OSError as error:
            raise NotSent(f"connect: {error!r}") from error
        self.file_ = self.socket_.makefile("rb")
        greeting = self.read_()
        if greeting.code != 220:
            raise Refused("greeting", greeting)
        self.extensions = self.command_(f"LHLO {name}", 250).lines

    def read_(self):
        lines = []
        while True:
            try:
                line = self.file_.readline(4096)
            except OSError as error:
                raise NotSent(f"reply: {error!r}") from error
            if not line.endswith(b"\n"):
                raise NotSent("the server closed the connection")
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            lines.append(text[4:])
            if text[3:4] != "-":
                return Reply(int(text[:3]), lines)

    def write_(self, content):
        try:
            self.socket_.sendall(content)
        except OSError as error:
            raise NotSent(f"write: {error!r}") from error

    def say(self, line):
        """Sends one line and returns the reply."""
        self.write_(line.encode("utf-8") + b"\r\n")
        return self.read_()

    def command_(self, line, *expected):
        reply = self.say(line)
        if reply.code not in expected:
            raise Refused(line.partition(" ")[0], reply)
        return reply

    def send(self, sender, recipients, raw):
        """The replies per recipient, in order; those refused at RCPT have that reply. Raises NotSent
        when the final dot did not go out, NoAnswer when it did and the replies did not all come."""
        self.command_(f"MAIL FROM:<{sender}>", 250)
        replies = [self.say(f"RCPT TO:<{recipient}>") for recipient in recipients]
        accepted = [index for index, reply in enumerate(replies) if reply.code in (250, 251)]
        if not accepted:
            self.say("RSET")
            return replies
        self.command_("DATA", 354)
        self.write_(stuffed(raw) + b".\r\n")
        for index in accepted:
            try:
                replies[index] = self.read_()
            except NotSent as error:
                raise NoAnswer(f"after the data: {error}") from error
        return replies

    def quit(self):
        try:
            self.say("QUIT")
        except NotSent:
            pass
        self.close()

    def close(self):
        self.file_.close()
        self.socket_.close()


def deliver(port, sender, recipients, raw, timeout=30):
    """One mail over a connection of its own."""
    client = LmtpClient(port, timeout)
    try:
        replies = client.send(sender, recipients, raw)
        client.quit()
        return replies
    finally:
        client.close()
