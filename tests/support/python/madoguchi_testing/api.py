# SPDX-License-Identifier: Apache-2.0
"""A client of the facade: JSON, problem+json, keep-alive, paging, live events.

Tells apart what a fault test must tell apart: NotSent (the daemon cannot have seen the request) and
NoAnswer (it may have).
"""

import http.client
import json as json_
import select
import socket
import threading
import time
import urllib.parse

from madoguchi_testing.checks import shorten
from madoguchi_testing.description import description
from madoguchi_testing.waiting import wait_until


class NotSent(Exception):
    """No connection, or it was closed before the request was whole."""


class NoAnswer(Exception):
    """The request went out whole and no whole answer came: its effect is unknown."""

    def __init__(self, message, torn=False):
        super().__init__(message)
        self.torn = torn  # True: part of an answer had come


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def header(self, name, default=None):
        return self.headers.get(name, default)

    @property
    def media_type(self):
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    def json(self):
        return json_.loads(self.body.decode("utf-8"))

    def problem(self):
        """The problem document; fails when the answer is not a well-formed one."""
        if self.media_type != "application/problem+json":
            raise AssertionError(f"not problem+json: {self}")
        problem = self.json()
        for name, kind in (("type", str), ("title", str), ("status", int)):
            if not isinstance(problem.get(name), kind):
                raise AssertionError(f"problem without {name}: {self}")
        if problem["status"] != self.status:
            raise AssertionError(f"problem's status is not the answer's: {self}")
        return problem

    def expect(self, *statuses):
        if self.status not in statuses:
            wanted = " or ".join(str(status) for status in statuses)
            raise AssertionError(f"expected {wanted}, got {self}")
        return self

    def __str__(self):
        return f"HTTP {self.status} {self.media_type} {shorten(self.body, 500)}"


class Client:
    """One agent's view of the facade. Not for two threads at once: `client.again()` for another."""

    def __init__(self, port, token=None, language=None, base="/api/v1", timeout=30,
                 keep_alive=True):
        self.port = port
        self.token = token
        self.language = language
        self.base = base
        self.timeout = timeout
        self.keep_alive = keep_alive
        self.connection_ = None
        self.used_ = False

    def again(self, **changes):
        fields = {"port": self.port, "token": self.token, "language": self.language,
                  "base": self.base, "timeout": self.timeout, "keep_alive": self.keep_alive}
        return Client(**{**fields, **changes})

    def root(self):
        """For /readyz, /livez, /metrics."""
        return self.again(base="")

    def close(self):
        if self.connection_ is not None:
            self.connection_.close()
            self.connection_ = None

    def request(self, method, path, json=None, body=None, headers=None, query=None,
                media_type=None, key=None):
        """Sends one request. `query` is a dict (lists repeat a name) or pairs; `key` becomes the
        Idempotency-Key. A GET or HEAD on a kept connection that had died is sent again."""
        target = self.base + path
        if query:
            target += "?" + urllib.parse.urlencode(query, doseq=True)
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if self.language:
            sent.setdefault("Accept-Language", self.language)
        if key is not None:
            sent["Idempotency-Key"] = key
        if not self.keep_alive:
            sent["Connection"] = "close"
        if json is not None:
            body = json_.dumps(json, ensure_ascii=False).encode("utf-8")
            sent.setdefault("Content-Type", "application/json")
        elif media_type:
            sent.setdefault("Content-Type", media_type)
        if body is None and method in ("POST", "PUT", "PATCH"):
            body = b""
        while True:
            reused = self.used_ and self.connection_ is not None
            try:
                return self.once_(method, target, body, sent)
            except (NotSent, NoAnswer) as error:
                dead = isinstance(error, NotSent) or not error.torn
                if not (reused and dead and
                        (method in ("GET", "HEAD") or isinstance(error, NotSent))):
                    raise

    def once_(self, method, target, body, headers):
        if self.connection_ is not None and self.connection_.sock is not None and \
                select.select([self.connection_.sock], [], [], 0)[0]:
            self.close()  # closed by the daemon since the last answer
        if self.connection_ is None:
            self.connection_ = http.client.HTTPConnection("127.0.0.1", self.port,
                                                          timeout=self.timeout)
            self.used_ = False
        connection = self.connection_
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            self.used_ = True
        except (OSError, http.client.HTTPException) as error:
            # The daemon may answer an error early (413) and close: the answer can still be read.
            answer = self.early_answer_(connection)
            self.close()
            if answer is not None:
                return answer
            raise NotSent(f"{method} {target}: {error!r}") from error
        begun = False
        try:
            answer = connection.getresponse()
            begun = True
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(f"{method} {target}: {error!r}", torn=begun) from error
        response = Response(answer.status, answer.headers, content)
        if description() and method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            description().check(method, target, response.status, response.media_type, content)
        if answer.will_close or not self.keep_alive:
            self.close()
        return response

    @staticmethod
    def early_answer_(connection):
        if connection.sock is None:
            return None
        try:
            connection.sock.settimeout(2)
            answer = http.client.HTTPResponse(connection.sock)
            answer.begin()
            return Response(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            return None

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, json=None, **options):
        return self.request("POST", path, json=json, **options)

    def patch(self, path, json=None, **options):
        return self.request("PATCH", path, json=json, **options)

    def intake(self, raw, mailbox="support", key=None):
        query = {"mailbox": mailbox} if mailbox else None
        return self.request("POST", "/intake/mail", body=raw, media_type="message/rfc822",
                            query=query, key=key)

    def items(self, path, query=None, limit=200, most=1_000_000):
        """All items of a list, page by page."""
        cursor = None
        seen = set()
        count = 0
        while True:
            wanted = dict(query or {})
            wanted["limit"] = limit
            if cursor:
                wanted["cursor"] = cursor
            page = self.get(path, query=wanted).expect(200).json()
            for item in page["items"]:
                count += 1
                if count > most:
                    raise AssertionError(f"{path}: more than {most} items")
                yield item
            cursor = page.get("next_cursor")
            if not cursor:
                return
            if cursor in seen:
                raise AssertionError(f"{path}: the cursor {cursor!r} came twice")
            seen.add(cursor)

    def cases(self, **query):
        return list(self.items("/cases", query))

    def case(self, number):
        return self.get(f"/cases/{number}").expect(200).json()

    def messages(self, number):
        return list(self.items(f"/cases/{number}/messages"))

    def wait_for_case(self, token, seconds=20, count=1):
        """The cases that carry `token` in their subject, once there are `count`."""
        def found():
            cases = [case for case in self.cases() if token in (case.get("subject") or "")]
            return cases if len(cases) >= count else None
        cases = wait_until(found, seconds, f"{count} case(s) with {token} in the subject", poll=0.05)
        if len(cases) != count:
            numbers = [case["number"] for case in cases]
            raise AssertionError(f"{token}: expected {count} case(s), got {numbers}")
        return cases


class Event:
    def __init__(self, identity, kind, data):
        self.id = identity
        self.kind = kind
        self.data = data

    def __repr__(self):
        return f"Event({self.id}, {self.kind}, {shorten(self.data, 120)})"


class EventStream:
    """GET /events, read by a thread of its own until closed."""

    def __init__(self, client, last_event_id=None):
        self.events = []
        self.ended = None  # why the stream ended
        self.listening = False  # whether nothing can be missed any more
        self.condition_ = threading.Condition()
        self.socket_ = socket.create_connection(("127.0.0.1", client.port), 10)
        self.socket_.settimeout(120)
        lines = [f"GET {client.base}/events HTTP/1.1", f"Host: 127.0.0.1:{client.port}",
                 "Accept: text/event-stream", f"Authorization: Bearer {client.token}"]
        if last_event_id is not None:
            lines.append(f"Last-Event-ID: {last_event_id}")
        self.socket_.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
        self.response_ = http.client.HTTPResponse(self.socket_)
        self.response_.begin()
        self.status = self.response_.status
        self.media_type = (self.response_.headers.get("Content-Type") or "").partition(";")[0]
        if self.status != 200:
            raise AssertionError(f"GET /events: HTTP {self.status} {self.response_.read()!r}")
        if description():
            description().note("streamEvents", self.status)
        self.thread_ = threading.Thread(target=self.read_, daemon=True)
        self.thread_.start()

    def read_(self):
        identity, kind, data = None, "message", []
        try:
            while True:
                line = self.response_.readline()
                if not line:
                    break
                text = line.decode("utf-8").rstrip("\r\n")
                if not text:
                    if data or identity is not None and kind != "message":
                        with self.condition_:
                            self.events.append(Event(identity, kind, "\n".join(data)))
                            self.condition_.notify_all()
                    kind, data = "message", []
                    continue
                name, _, value = text.partition(":")
                value = value[1:] if value.startswith(" ") else value
                if name == "retry":
                    with self.condition_:
                        self.listening = True
                        self.condition_.notify_all()
                elif name == "id":
                    identity = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    data.append(value)
            why = "closed by the daemon"
        except (OSError, ValueError, http.client.HTTPException, AttributeError) as error:
            why = repr(error)
        with self.condition_:
            self.ended = why
            self.condition_.notify_all()

    def snapshot(self):
        with self.condition_:
            return list(self.events)

    def wait_for(self, condition, seconds, what):
        """Until `condition(events)` holds; returns what it returned."""
        deadline = time.monotonic() + seconds
        with self.condition_:
            while True:
                value = condition(self.events)
                if value:
                    return value
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {seconds:g} s: {what}; got {self.events!r}, "
                                         f"stream {self.ended or 'open'}")
                self.condition_.wait(min(left, 0.5))

    def close(self):
        try:
            self.socket_.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.thread_.join(5)
        self.socket_.close()
