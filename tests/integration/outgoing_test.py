#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replies on their way out, with real servers: drafts that survive a kill, files and inline images, blind
copies, undo, times, approval, no double answer, templates, ISO-2022-JP. What a customer got lies in Dovecot.
"""

import os
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import dovecot, mails, postfix, postgres
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kCustomer = "hanako@customer.example"
kHidden = "hidden@customer.example"
kPng = b"\x89PNG\r\n\x1a\n" + b"not much of an image"
kMailboxes = """\
[[mailbox]]
name = "support"
address = "support@shop.example"
signature = "テスト窓口 <support@shop.example>"

[[mailbox]]
name = "undo"
address = "undo@shop.example"
[mailbox.outgoing]
undo = "2s"

[[mailbox]]
name = "approved"
address = "approved@shop.example"
[mailbox.outgoing]
approval_for = ["agent"]

[[mailbox]]
name = "old"
address = "old@shop.example"
[mailbox.outgoing]
charset = "iso_2022_jp"
attachments = "1000B"
"""


class Outgoing(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.generator = mails.Generator(20261122)

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        self.dovecot = dovecot.Dovecot(self.sandbox, [kCustomer, kHidden])
        self.daemon = Daemon(self.sandbox, self.binary, url=url, mailboxes=(), extra=kMailboxes)
        self.postfix = postfix.Postfix(self.sandbox, self.daemon.lmtp_port, self.dovecot)
        self.daemon.smtp_port = self.postfix.port
        self.daemon.write_config()
        self.daemon.migrate()
        self.agent = self.daemon.client(self.daemon.token("sato", "agent"))
        self.other = self.daemon.client(self.daemon.token("suzuki", "agent"))
        self.chief = self.daemon.client(self.daemon.token("chief", "supervisor"))
        self.admin = self.daemon.client(self.daemon.token("root", "admin"))
        self.daemon.start()
        self.customer = self.dovecot.mailbox(kCustomer)
        self.hidden = self.dovecot.mailbox(kHidden)

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def new_case(self, mailbox="support"):
        mail = self.generator.next("utf8", sender=kCustomer, sender_name="山田 花子",
                                   recipients=[f"{mailbox}@shop.example"])
        taken = self.admin.intake(mail.raw, mailbox=mailbox).expect(201).json()
        return taken["case_number"], taken["message_id"]

    def answer(self, client, number, **wish):
        return client.post(f"/cases/{number}/messages", {"kind": "reply", **wish})

    def with_token(self, token, mailbox=None):
        """The mails that carry `token`, as they lie in the customer's mailbox."""
        return [message for message in (mailbox or self.customer).messages()
                if token in (message.get_body(("plain",)).get_content() or "")]

    def wait_for(self, token, mailbox=None):
        wait_until(lambda: self.with_token(token, mailbox), 20, f"the mail with {token}", poll=0.1)
        found = self.with_token(token, mailbox)
        expect_equal(len(found), 1, f"mails with {token}")
        return found[0]

    def state(self, message):
        answer = self.agent.get(f"/messages/{message}").expect(200).json()
        return {entry["state"] for entry in answer["delivery"]}

    def upload(self, client, name, content, media_type="application/octet-stream"):
        return client.request("POST", "/attachments", body=content, media_type=media_type,
                              query={"file_name": name})

    def check_files_images_and_blind_copies_arrive(self):
        number, _ = self.new_case()
        content = self.generator.rng.randbytes(3_000_000)
        image = self.upload(self.agent, "ロゴ.png", kPng, "image/png").expect(201).json()
        expect(image["content_id"], "an image has a content id")
        file = self.upload(self.agent, "領収書.pdf", content, "application/pdf").expect(201).json()
        self.other.get(f"/attachments/{file['id']}").expect(404)
        wish = {"text": "token-files 添付します。", "attachments": [image["id"], file["id"]],
                "html": f'<p>添付します。</p><img src="cid:{image["content_id"]}">',
                "bcc": [{"address": kHidden}]}
        self.answer(self.other, number, **wish).expect(422)
        made = self.answer(self.agent, number, **wish).expect(201).json()
        mail = self.wait_for("token-files")
        expect_equal(mail["Bcc"], None, "Bcc")
        for raw in self.customer.raws() + self.hidden.raws():
            headers = raw.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
            headers = re.sub(r"(?m)^(Delivered-To|Return-Path|Received|X-Original-To):.*(\r\n[ \t].*)*",
                             "", headers)
            expect(kHidden not in headers, lambda: f"the blind copy in {headers}")
        self.wait_for("token-files", self.hidden)
        html = mail.get_body(("html",)).get_content()
        expect_in(f"cid:{image['content_id']}", html, "the image in the html")
        expect_in("テスト窓口 &lt;support@shop.example&gt;", html, "the signature in the html")
        expect_in("テスト窓口 <support@shop.example>", mail.get_body(("plain",)).get_content(),
                  "the signature in the text")
        parts = {part.get_filename(): part for part in mail.walk() if part.get_filename()}
        expect_equal(set(parts), {"ロゴ.png", "領収書.pdf"}, "files")
        expect(parts["領収書.pdf"].get_payload(decode=True) == content, "the file's octets")
        expect_equal(parts["ロゴ.png"].get_content_disposition(), "inline", "the image's disposition")
        expect_equal(parts["ロゴ.png"]["Content-ID"], f"<{image['content_id']}>", "Content-ID")
        expect_equal([entry["address"] for entry in made["bcc"]], [kHidden], "bcc for agents")

    def check_bad_uploads_are_refused(self):
        self.upload(self.agent, "setup.exe", b"MZ").expect(422)
        self.upload(self.agent, "empty.txt", b"").expect(422)
        number, _ = self.new_case("old")
        big = self.upload(self.agent, "big.bin", b"x" * 1001).expect(201).json()
        problem = self.answer(self.agent, number, text="x", attachments=[big["id"]]).expect(422)
        expect_equal(problem.problem()["errors"][0]["pointer"], "/attachments", "pointer")
        self.answer(self.agent, number, text="x", html='<img src="cid:nobody@x">').expect(422)

    def check_a_draft_survives_a_kill(self):
        number, message = self.new_case()
        path = f"/cases/{number}/draft"
        self.agent.get(path).expect(404)
        file = self.upload(self.agent, "f.txt", b"in the draft").expect(201).json()
        wish = {"text": "token-draft 書きかけ", "to": [{"address": "half-written@"}],
                "attachments": [file["id"]], "after": message}
        saved = self.agent.request("PUT", path, json=wish).expect(200)
        expect_equal(saved.header("ETag"), '"1"', "ETag")
        self.daemon.kill9()
        self.daemon.start()
        again = self.agent.get(path).expect(200).json()
        expect_equal(again["text"], wish["text"], "text")
        expect_equal(again["attachments"][0]["file_name"], "f.txt", "file")
        self.other.get(path).expect(404)
        self.agent.request("PUT", path, json=wish).expect(428)
        wish["text"] += "の続き"
        self.agent.request("PUT", path, json=wish, headers={"If-Match": '"1"'}).expect(200)
        stale = self.agent.request("PUT", path, json=wish, headers={"If-Match": '"1"'}).expect(412)
        expect_equal(stale.problem()["current"]["version"], 2, "the current draft")
        self.agent.request("PUT", path, json={"text": "4111 1111 1111 1111"},
                           headers={"If-Match": '"2"'}).expect(422)
        self.answer(self.agent, number, text=wish["text"], attachments=[file["id"]],
                    draft_version=2).expect(201)
        self.agent.get(path).expect(404)
        mail = self.wait_for("token-draft")
        expect_equal([part.get_filename() for part in mail.iter_attachments()], ["f.txt"], "files")

    def check_undo_within_the_time_and_not_after_it(self):
        number, _ = self.new_case("undo")
        first = self.answer(self.agent, number, text="token-undone").expect(201).json()
        expect_equal(self.state(first["id"]), {"scheduled"}, "state")
        self.other.post(f"/messages/{first['id']}/cancel").expect(403)
        cancelled = self.agent.post(f"/messages/{first['id']}/cancel").expect(200).json()
        expect_equal([entry["state"] for entry in cancelled["delivery"]], ["draft"], "state")
        draft = self.agent.get(f"/cases/{number}/draft").expect(200).json()
        expect_equal(draft["text"], "token-undone", "the draft")
        expect_equal(self.agent.case(number)["status"], "new", "status")
        second = self.answer(self.agent, number, text="token-sent").expect(201).json()
        self.wait_for("token-sent")
        wait_until(lambda: self.state(second["id"]) == {"sent"}, 15, "the state sent", poll=0.05)
        late = self.agent.post(f"/messages/{second['id']}/cancel").expect(409)
        expect_in("already-sent", late.problem()["type"], "type")
        expect_equal(self.agent.case(number)["status"], "pending", "status")
        expect_equal(self.with_token("token-undone"), [], "mails that were called back")

    @after("check_a_draft_survives_a_kill", "check_undo_within_the_time_and_not_after_it")
    def check_a_scheduled_reply_survives_a_kill_and_goes_out_once(self):
        number, _ = self.new_case()
        kept = self.answer(self.agent, number, text="token-later", delay_seconds=3).expect(201).json()
        gone = self.answer(self.agent, number, text="token-never", delay_seconds=3).expect(201).json()
        now = self.answer(self.agent, number, text="token-now").expect(201).json()
        self.agent.post(f"/messages/{gone['id']}/cancel").expect(200)
        self.daemon.kill9()
        self.daemon.start()
        self.wait_for("token-later")
        wait_until(lambda: self.state(now["id"]) == {"sent"}, 20, "the other one sent", poll=0.05)
        expect_equal(self.state(kept["id"]), {"sent"}, "state")
        expect_equal(self.state(gone["id"]), {"draft"}, "state of what was called back")
        expect_equal(self.with_token("token-never"), [], "mails that were called back")

    def check_a_reply_waits_for_its_approval(self):
        number, _ = self.new_case("approved")
        reply = self.answer(self.agent, number, text="token-rude").expect(201).json()
        expect_equal(reply["approval"]["state"], "requested", "approval")
        waiting = list(self.chief.items("/deliveries", {"state": "awaiting_approval"}))
        expect_equal([item["message_id"] for item in waiting], [reply["id"]], "what waits")
        expect_equal(reply["allowed_actions"], ["move", "cancel"], "what its writer may do")
        shown = self.chief.get(f"/messages/{reply['id']}").expect(200).json()
        expect_equal(shown["allowed_actions"], ["move", "approve", "reject", "cancel"], "what a chief may do")
        self.agent.post(f"/messages/{reply['id']}/approve").expect(403)
        self.chief.post(f"/messages/{reply['id']}/reject", {}).expect(422)
        back = self.chief.post(f"/messages/{reply['id']}/reject",
                               {"reason": "丁寧に書いてください。"}).expect(200).json()
        expect_equal(back["approval"]["reason"], "丁寧に書いてください。", "reason")
        expect_equal(self.agent.get(f"/cases/{number}/draft").expect(200).json()["text"],
                     "token-rude", "the draft")
        reply = self.answer(self.agent, number, text="token-kind").expect(201).json()
        mine = self.answer(self.chief, number, text="token-chief").expect(201).json()
        expect_equal(mine["approval"], None, "a supervisor needs none")
        refused = self.chief.post(f"/messages/{reply['id']}/approve", {"after": reply["id"]})
        expect_in("answered-meanwhile", refused.expect(409).problem()["type"], "type")
        done = self.chief.post(f"/messages/{reply['id']}/approve", {"after": mine["id"]}).expect(200)
        expect_equal(done.json()["approval"]["by_name"], "chief", "who approved")
        self.wait_for("token-kind")
        expect_equal(self.with_token("token-rude"), [], "mails that were returned")

    def check_of_two_answers_at_once_one_goes_out(self):
        for turn in range(5):
            number, message = self.new_case()
            answers = []
            barrier = threading.Barrier(2)
            def send(client, text):
                barrier.wait()
                answers.append(self.answer(client, number, text=text, after=message))
            threads = [threading.Thread(target=send, args=(client.again(), f"token-twice-{turn} {name}"))
                       for name, client in (("a", self.agent), ("b", self.other))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            expect_equal(sorted(answer.status for answer in answers), [201, 409], "statuses")
            refused = next(answer for answer in answers if answer.status == 409).problem()
            expect_in("answered-meanwhile", refused["type"], "type")
            expect_equal(len(refused["messages"]), 1, "what came")
            newest = refused["messages"][0]["id"]
            self.answer(self.agent, number, text=f"after token-read-{turn}", after=newest).expect(201)
            self.wait_for(f"token-twice-{turn}")

    def check_an_answer_to_all_names_everybody_once_and_never_us(self):
        friend = "friend@customer.example"
        mail = self.generator.next("utf8", sender=kCustomer, sender_name="山田 花子", recipients=[
            "support@shop.example", friend, "undo+c.x@shop.example", kCustomer.upper()])
        raw = mail.raw.replace(b"\r\nSubject:", b"\r\nReply-To: " + kHidden.encode() +
                               b"\r\nSubject:", 1)
        taken = self.admin.intake(raw).expect(201).json()
        answer = self.agent.get(f"/messages/{taken['message_id']}/recipients").expect(200).json()
        expect_equal([one["address"] for one in answer["reply"]["to"]], [kHidden], "to the writer")
        expect_equal([one["address"] for one in answer["reply_all"]["to"]], [kHidden], "to all")
        copies = {one["address"].lower() for one in answer["reply_all"]["cc"]}
        expect_equal(copies, {friend, kCustomer}, "copies")
        self.agent.get("/customers/C-000009/deliveries").expect(404)

    def check_templates(self):
        number, _ = self.new_case()
        self.agent.post("/templates", {"name": "x", "text": "x"}).expect(403)
        wrong = self.chief.post("/templates", {"name": "発送", "text": "{{customer.nmae}}様"})
        expect_in("{{customer.nmae}}", wrong.expect(422).problem()["errors"][0]["message"], "message")
        made = self.chief.post("/templates", {
            "name": "発送", "language": "ja", "text": "{{customer.name}}様 {{order.number|番号なし}}",
            "html": "<p>{{case.subject}}</p><script>x</script>"}).expect(201)
        location = made.json()["id"]
        self.agent.patch("/cases/" + number, {"subject": "<b>&\"件名\""}, headers={
            "If-Match": self.agent.get("/cases/" + number).header("ETag")}).expect(200)
        shown = self.agent.post(f"/templates/{location}/preview", {"case": number}).expect(200).json()
        expect_equal(shown["text"], "山田 花子様 番号なし", "text")
        expect_equal(shown["html"].replace("&#34;", '"').replace("&quot;", '"'),
                     '<p>&lt;b&gt;&amp;"件名"</p>', "html")
        tried = self.agent.post("/templates/preview", {"case": number, "text": "{{case.number}}"})
        expect_equal(tried.expect(200).json()["text"], number, "text that is no template yet")
        self.chief.patch(f"/templates/{location}", {"position": 3}).expect(428)
        self.chief.patch(f"/templates/{location}", {"position": 3},
                         headers={"If-Match": '"1"'}).expect(200)
        listed = self.agent.get("/templates").expect(200).json()["items"]
        expect_equal([item["name"] for item in listed], ["発送"], "templates")
        self.chief.request("DELETE", f"/templates/{location}",
                           headers={"If-Match": '"2"'}).expect(204)
        self.agent.get(f"/templates/{location}").expect(404)

    def check_old_receivers_get_iso_2022_jp(self):
        number, _ = self.new_case("old")
        self.answer(self.agent, number, subject="ご案内〜発送", text="token-old ﾊﾞｰｹﾞﾝの山田様−").expect(201)
        mail = self.wait_for("token-old")
        expect_equal(mail.get_body(("plain",)).get_content_charset(), "iso-2022-jp", "charset")
        expect_equal(mail["Content-Transfer-Encoding"], "7bit", "encoding")
        expect_in("バーゲンの山田様", mail.get_body(("plain",)).get_content(), "text")
        expect_equal(str(mail["Subject"]), "ご案内〜発送", "subject")
        raw = next(raw for raw in self.customer.raws() if b"token-old" in raw)
        expect_in(b"Subject: =?ISO-2022-JP?B?", raw, "the raw subject")
        self.answer(self.agent, number, subject="①発送", text="token-new 髙橋です。").expect(201)
        mail = self.wait_for("token-new")
        expect_equal(mail.get_body(("plain",)).get_content_charset(), "utf-8", "charset")
        expect_in("髙橋です。", mail.get_body(("plain",)).get_content(), "text")
        expect_equal(str(mail["Subject"]), "①発送", "subject")


if __name__ == "__main__":
    run_on_engines(__doc__, "outgoing", Outgoing, root="start Postfix")
