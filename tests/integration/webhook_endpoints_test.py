#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Programs are told what happens here (R14): by a real https server that checks each signature with
code of its own, answers badly, hangs, and is away while the daemon is killed."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until
from madoguchi_testing.webhook_receiver import WebhookReceiver


class WebhookEndpoints(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        self.server = postgres.Postgres(self.sandbox) if self.engine == "postgresql" else None
        url = self.server.create_database() if self.server else None
        folder = self.sandbox.folder("receivers")
        self.receiver = WebhookReceiver(folder)
        options = {"net": f'trusted = ["127.0.0.0/8"]\nca_file = "{self.receiver.ca_file}"'}
        self.daemon = Daemon(self.sandbox, self.binary, url=url, options=options)
        self.daemon.migrate()
        self.admin_token = self.daemon.token("root", "admin")
        self.supervisor_token = self.daemon.token("chief", "supervisor")
        self.start()

    def start(self):
        self.daemon.start()
        self.admin = self.daemon.client(self.admin_token)
        self.supervisor = self.daemon.client(self.supervisor_token)

    def teardown(self):
        self.receiver.close()
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def webhook(self, **wish):
        made = self.admin.post("/webhooks", {"name": "shop", "url": self.receiver.url,
                                             **wish}).expect(201).json()
        self.receiver.secrets.append(made["secret"])
        return made

    def case(self, text):
        return self.supervisor.post("/cases", {"channel": "phone", "text": text,
                                               "kind": "call"}).expect(201).json()["number"]

    def told(self, number, kind="case.created", times=1):
        def found():
            events = [event for event in self.receiver.events(kind)
                      if event["data"]["object_id"] == number]
            return len(events) >= times
        wait_until(found, 60, f"{kind} of {number}")

    def state(self, webhook):
        return self.admin.get(f"/webhooks/{webhook['id']}").expect(200).json()

    def check_1_an_event_arrives_signed(self):
        self.hook = self.webhook(events=["case.*"])
        expect("secret" not in self.state(self.hook), "the secret is shown once")
        number = self.case("配送が遅れています")
        self.told(number)
        expect_equal(self.receiver.forged, [], "requests whose signature does not hold")
        payload = [event for event in self.receiver.events() if event["data"]["object_id"] == number][0]
        expect_equal(sorted(payload), ["data", "timestamp", "type"], "members of the payload")
        changes = self.admin.get("/changes", query={"after": "0-0", "wait": 0}).expect(200).json()
        expect_in(payload["data"], changes["items"], "the event of the feed")

    def check_2_a_test_reaches_it_alone(self):
        self.admin.post(f"/webhooks/{self.hook['id']}/test", {}).expect(202)
        self.told(self.hook["id"], "webhook.tested")

    def check_3_bad_answers_are_tried_again_under_the_same_id(self):
        self.receiver.answers = [None, 302]
        number = self.case("retry")
        self.told(number, times=3)
        ids = {identity for identity, event in self.receiver.taken
               if event["data"]["object_id"] == number}
        expect_equal(len(ids), 1, "ids of one event")
        wait_until(lambda: self.state(self.hook)["waiting"] == 0, 60, "delivered")
        listed = self.admin.get(f"/webhooks/{self.hook['id']}/deliveries").expect(200).json()["items"]
        mine = [one for one in listed if one["id"] in ids]
        expect_equal([(one["state"], one["attempts"], one["answer"]) for one in mine],
                     [("delivered", 3, 204)], "what is shown of it")

    def check_4_nothing_is_lost_when_the_daemon_is_killed(self):
        self.receiver.answers = [503]
        numbers = [self.case(f"killed {i}") for i in range(5)]
        self.daemon.kill9()
        self.start()
        for number in numbers:
            self.told(number)

    def check_5_one_that_hangs_moves_nobody_else(self):
        other = WebhookReceiver(self.sandbox.folder("hanging"), "receiver")
        # The same authority signs neither: its certificate is its own, so it is refused, not asked.
        sick = self.admin.post("/webhooks", {"name": "sick", "url": other.url}).expect(201).json()
        number = self.case("beside a sick one")
        self.told(number)
        wait_until(lambda: self.state(sick)["waiting"] > 0, 20, "it waits")
        wait_until(lambda: any("certificate" in one["error"] for one in self.admin.get(
            f"/webhooks/{sick['id']}/deliveries").expect(200).json()["items"]), 30, "why it fails")
        expect_equal(other.taken + other.forged, [], "requests without a certificate that holds")
        self.admin.request("DELETE", f"/webhooks/{sick['id']}",
                           headers={"If-Match": f'"{self.state(sick)["version"]}"'}).expect(204)
        other.close()

    def check_6_a_stop_waits_for_no_answer(self):
        self.receiver.stalls = True
        number = self.case("stalled")
        wait_until(lambda: self.state(self.hook)["waiting"] > 0, 20, "on its way")
        self.daemon.stop()
        self.receiver.stalls = False
        self.receiver.go_on.set()
        self.start()
        self.told(number)

    def check_7_what_happened_is_sent_again(self):
        before = len(self.receiver.events("case.created"))
        self.admin.post(f"/webhooks/{self.hook['id']}/replay", {"after": "0-0"}).expect(202)
        wait_until(lambda: len(self.receiver.events("case.created")) > before + 5, 60, "sent again")

    def check_7_one_is_sent_again_by_hand_and_with_a_new_secret(self):
        renamed = self.admin.patch(f"/webhooks/{self.hook['id']}", {"name": "倉庫"}, headers={
            "If-Match": f'"{self.state(self.hook)["version"]}"'}).expect(200).json()
        expect_in(renamed["name"], [one["name"] for one in
                                    self.admin.get("/webhooks").expect(200).json()["items"]], "listed")
        wait_until(lambda: self.state(self.hook)["waiting"] == 0, 60, "nothing on its way")
        rotated = self.admin.post(f"/webhooks/{self.hook['id']}/rotate-secret").expect(200).json()
        self.receiver.secrets = [rotated["secret"]]
        one = self.admin.get(f"/webhooks/{self.hook['id']}/deliveries").expect(200).json()["items"][0]
        times = len([1 for identity, _ in self.receiver.taken if identity == one["id"]])
        self.admin.post(f"/webhooks/{self.hook['id']}/deliveries/{one['id']}/retry").expect(202)
        wait_until(lambda: len([1 for identity, _ in self.receiver.taken if identity == one["id"]]) > times,
                   60, "sent again, signed by the new secret")
        expect_equal(self.receiver.forged, [], "requests whose signature does not hold")

    def check_8_bad_wishes_and_strangers_are_refused(self):
        for wish, pointer in (({"url": "http://127.0.0.1/"}, "/url"),
                              ({"url": "https://u:p@example.com/"}, "/url"),
                              ({"events": ["everything"]}, "/events/0"),
                              ({"mailboxes": ["どこにもない"]}, "/mailboxes/0")):
            problem = self.admin.post("/webhooks", {"name": "x", "url": "https://example.com/",
                                                    **wish}).expect(422).problem()
            expect_equal(problem["errors"][0]["pointer"], pointer, f"where {wish} is wrong")
        self.supervisor.get("/webhooks").expect(403)
        self.admin.get("/webhooks/nobody").expect(404)
        self.admin.post(f"/webhooks/{self.hook['id']}/replay", {}).expect(422)

    def check_9_an_internal_address_is_never_asked(self):
        """The same hook when the configuration trusts no range."""
        self.daemon.stop()
        plain = Daemon(self.sandbox, self.binary, name="plain",
                       options={"net": f'ca_file = "{self.receiver.ca_file}"'})
        plain.migrate()
        token = plain.token("root", "admin")
        plain.start()
        try:
            admin = plain.client(token)
            before = len(self.receiver.taken) + len(self.receiver.forged)
            made = admin.post("/webhooks", {"name": "inside",
                                            "url": self.receiver.url}).expect(201).json()
            admin.post(f"/webhooks/{made['id']}/test", {}).expect(202)
            wait_until(lambda: any("internal" in one["error"] for one in admin.get(
                f"/webhooks/{made['id']}/deliveries").expect(200).json()["items"]), 30, "refused")
            expect_equal(len(self.receiver.taken) + len(self.receiver.forged), before, "requests")
        finally:
            plain.stop()


if __name__ == "__main__":
    run_on_engines(__doc__, "webhook-endpoints", WebhookEndpoints)
