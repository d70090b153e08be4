# SPDX-License-Identifier: Apache-2.0
"""A person with a browser, as far as the facade can tell: keeps the session's cookie and CSRF token and
says with each request what a browser says."""

import http.cookies

from madoguchi_testing.api import Client


class Visitor(Client):
    """`browser` False: the bare cookie, without Origin, Sec-Fetch-Site and X-CSRF-Token."""

    def __init__(self, port, browser=True, **options):
        super().__init__(port, **options)
        self.browser = browser
        self.cookies = {}
        self.csrf_token = None

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    def request(self, method, path, headers=None, **options):
        sent = dict(headers or {})
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}"
                                                for name, value in self.cookies.items()))
        if self.browser:
            sent.setdefault("Sec-Fetch-Site", "same-origin")
            if method not in ("GET", "HEAD"):
                sent.setdefault("Origin", self.origin)
                if self.csrf_token:
                    sent.setdefault("X-CSRF-Token", self.csrf_token)
        answer = super().request(method, path, headers={k: v for k, v in sent.items() if v is not None},
                                 **options)
        self.keep(answer)
        return answer

    def keep(self, answer):
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, one in http.cookies.SimpleCookie(line).items():
                if one.value and one["max-age"] != "0":
                    self.cookies[name] = one.value
                else:
                    self.cookies.pop(name, None)
        if answer.media_type == "application/json" and isinstance(answer.json(), dict):
            self.csrf_token = answer.json().get("csrf_token", self.csrf_token)

    def sign_in(self, name, password, **further):
        return self.post("/sessions", {"name": name, "password": password, **further})


def give_password(admin, port, name, password, role="agent"):
    """An agent of that name, new or not, who has set that password by an invitation; the agent's id."""
    made = admin.post("/agents", {"name": name, "role": role})
    if made.status == 201:
        identity = made.json()["id"]
    else:
        identity = next(one["id"] for one in admin.get("/agents").json()["items"] if one["name"] == name)
    link = admin.post(f"/agents/{identity}/invitation").expect(200).json()
    Visitor(port).post("/password-links/use",
                       {"token": link["token"], "password": password}).expect(204)
    return identity
