#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mails that providers hand in by HTTP (Mailgun, SendGrid, Postmark, SES over SNS): each becomes one
case however often it comes, forged ones become none, and a killed daemon loses nothing."""

import http.client
import json
import os
import random
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import mail_providers, mails, postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kSigningKey = "key-0123456789abcdef0123456789abcdef"
kPassword = "correct-horse-battery"
kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kForwarding = "0a1b2c@inbound.postmark.example"


class WebhookTest(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.generator = mails.Generator(20261122)

    def setup(self):
        # Its own, because it is stopped.
        self.server = None
        if self.engine == "postgresql":
            self.server = postgres.Postgres(self.sandbox, private=True)
        folder = self.folder = self.sandbox.folder("providers", 0o700)
        self.p256, public = mail_providers.make_p256_key(folder, "sendgrid")
        self.other_p256, _ = mail_providers.make_p256_key(folder, "stranger")
        write = lambda name, content: self.sandbox.file(name, content + "\n", 0o600)
        rng = random.Random(4711)
        self.secrets = {name: f"{rng.getrandbits(160):040x}" for name in
                        ("mailgun", "mailgun-parts", "sendgrid", "sendgrid-signed", "postmark", "ses")}
        self.secrets["mailgun"] += "mime"
        self.paths = {name: f"/hooks/{name}/{secret}" for name, secret in self.secrets.items()}
        self.sns = mail_providers.Sns(0, self.paths["ses"], folder)
        files = {"mailgun": ("mailgun", f'key_file = "{write("mailgun.key", kSigningKey)}"'),
                 "mailgun-parts": ("mailgun", f'key_file = "{write("mailgun.key", kSigningKey)}"'),
                 "sendgrid": ("sendgrid", ""),
                 "sendgrid-signed": ("sendgrid", f'key_file = "{write("sendgrid.pub", public)}"'),
                 "postmark": ("postmark", 'mailbox = "sales"\nuser = "hub"\npassword_file = '
                              f'"{write("postmark.password", kPassword)}"'),
                 "ses": ("ses", f'topics = ["{self.sns.topic}"]\nsns_host = "{self.sns.host}"\n'
                         f'ca_file = "{self.sns.ca_file}"\n'
                         f'signing_ca_file = "{self.sns.certificate}"')}
        extra = ""
        for name, (provider, lines) in files.items():
            secret = write(f"{name}.secret", self.secrets[name])
            extra += (f'[[webhook]]\nname = "{name}"\nprovider = "{provider}"\n'
                      f'secret_file = "{secret}"\n{lines}\n\n')
        url = self.server.create_database() if self.server else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url, mailboxes=kMailboxes, extra=extra)
        self.daemon.migrate()
        self.token = self.daemon.token("chief", "admin")
        self.start()

    def teardown(self):
        self.sns.close()
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def start(self):
        self.daemon.start()
        self.api = self.daemon.client(self.token)
        self.sns.port = self.daemon.http_port

    def provider(self, kind, name, *words, **options):
        return kind(self.daemon.http_port, self.paths[name], *words, **options)

    def mailgun(self, name="mailgun", **options):
        return self.provider(mail_providers.Mailgun, name, kSigningKey, **options)

    def sendgrid(self, name="sendgrid", **options):
        return self.provider(mail_providers.SendGrid, name, **options)

    def postmark(self, **options):
        return self.provider(mail_providers.Postmark, "postmark",
                             **{"user": "hub", "password": kPassword, **options})

    def mail(self, kind="utf8", **changes):
        return self.generator.next(kind, **changes)

    def sent(self, attempts, *statuses):
        expect_equal([one.status for one in attempts], list(statuses), "answers")
        for one in attempts:
            if one.status == 200:
                expect_equal(one.body, b"", "body of 200")

    def see(self, mail):
        """The case and the one message of a mail."""
        case = self.api.wait_for_case(mail.token)[0]
        messages = self.api.messages(case["number"])
        expect_equal(len(messages), 1, "messages of the case")
        message = messages[0]
        expect_equal(case["subject"], mail.subject, "subject")
        expect(mails.same_text(message["text"], mail.text), lambda: f"text {message['text']!r}")
        expect_equal(message["from"]["address"], mail.sender, "sender")
        expect_equal(message["from"]["name"], mail.sender_name, "name of the sender")
        expect_equal([one["file_name"] for one in message["attachments"]],
                     [one.name for one in mail.attachments], "attachments")
        for listed, one in zip(message["attachments"], mail.attachments):
            expect_equal(self.api.get(f"/attachments/{listed['id']}").expect(200).body, one.content,
                         "content of the attachment")
        return case, message

    def see_nothing_of(self, *refused):
        """After a mail that was taken later, so that what came before was decided."""
        last = self.mail()
        self.sent(self.mailgun().send(last), 200)
        self.see(last)
        for mail in refused:
            expect_equal([case["number"] for case in self.api.cases() if mail.token in case["subject"]],
                         [], "cases of a mail that was refused")

    def count(self, account, result):
        text = self.api.root().get("/metrics").expect(200).body.decode()
        head = f'madoguchi_webhook_deliveries_total{{account="{account}",result="{result}"}} '
        found = [line for line in text.splitlines() if line.startswith(head)]
        return int(float(found[0][len(head):])) if found else 0

    # Mailgun

    def check_mailgun_hands_in_whole_mails(self):
        for form in ("multipart", "urlencoded"):
            for kind in ("iso_2022_jp", "attachment", "alternative"):
                mail = self.mail(kind)
                self.sent(self.mailgun(form=form).send(mail), 200)
                _, message = self.see(mail)
                expect_equal(message["mime_message_id"] if "mime_message_id" in message else
                             mail.message_id, mail.message_id, "Message-ID")
                raw = self.api.get(f"/messages/{message['id']}/raw").expect(200).body
                expect_equal(raw, mail.raw, "raw mail")

    def check_mailgun_hands_in_mails_that_it_took_apart(self):
        for form, kind in (("multipart", "attachment"), ("urlencoded", "utf8"),
                           ("multipart", "alternative")):
            mail = self.mail(kind)
            self.sent(self.mailgun("mailgun-parts", form=form).send(mail), 200)
            self.see(mail)

    def check_the_same_delivery_is_one_mail(self):
        known = self.count("mailgun", "duplicate")
        mail = self.mail("attachment")
        provider = self.mailgun()
        signed = provider.signed()
        for _ in range(3):
            self.sent(provider.send(mail, signed=signed), 200)
        self.see(mail)
        expect_equal(self.count("mailgun", "duplicate"), known + 2, "duplicates counted")
        trace = self.api.get("/mail-traces", query={"message_id": mail.message_id}).expect(200).json()
        expect_equal(len(trace["items"]), 1, "mails stored")

    def check_many_at_once_with_one_token_are_one_mail(self):
        mail = self.mail()
        signed = self.mailgun().signed()
        ends = []
        threads = [threading.Thread(target=lambda: ends.append(self.mailgun().send(mail, signed=signed)))
                   for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect_equal([[one.status for one in attempts] for attempts in ends], [[200]] * 8, "answers")
        self.see(mail)

    def check_an_answer_that_got_lost_is_one_mail(self):
        for fault in ("drop", "cut"):
            mail = self.mail()
            provider = self.mailgun()
            provider.faults = [fault, fault, fault]
            self.sent(provider.send(mail), None, None, None, 200)
            self.see(mail)

    def check_mailgun_forgeries(self):
        provider = self.mailgun()
        forged = [self.mail() for _ in range(4)]
        bad = provider.signed(signature="0" * 64)
        # It may be our key that is wrong: it comes again for hours, and is refused each time.
        self.sent(provider.send(forged[0], signed=bad), *[401] * 8)
        self.sent(provider.send(forged[1], signed=[]), *[401] * 8)
        for skew in (-73 * 3600, 3600):
            provider.skew = skew
            self.sent(provider.send(forged[2]), 406)  # and never again
        provider.skew = 0
        good = self.mail()
        signed = provider.signed()
        self.sent(provider.send(good, signed=signed), 200)
        self.sent(provider.send(forged[3], signed=signed), 406)
        self.see(good)
        self.see_nothing_of(*forged)
        headers, body = provider.request(self.mail())
        self.sent([provider.post(headers, body[:-20])], 400)
        self.sent([provider.post({"Content-Type": "application/json"}, b"{}")], 400)
        self.sent([provider.post(headers, b"")], 400)

    def check_a_delayed_mail_is_still_good(self):
        provider = self.mailgun()
        provider.skew = -8 * 3600 - 600  # what Mailgun's attempts take in all
        mail = self.mail()
        self.sent(provider.send(mail), 200)
        self.see(mail)

    def check_mail_for_nobody_is_refused_or_goes_to_the_chosen_mailbox(self):
        mail = self.mail()
        self.sent(self.mailgun().send(mail, "nobody@shop.example"), 406)
        self.see_nothing_of(mail)
        mail = self.mail()
        self.sent(self.postmark().send(mail, kForwarding), 200)
        case, _ = self.see(mail)
        expect_equal(case["mailbox"], "sales", "mailbox")
        mail = self.mail()
        self.sent(self.mailgun().send(mail, "Support+anything@shop.example"), 200)
        expect_equal(self.see(mail)[0]["mailbox"], "support", "mailbox of a sub-address")

    def check_strangers_learn_nothing(self):
        headers, body = self.mailgun().request(self.mail())
        ends = []
        for path in (f"/hooks/nobody/{self.secrets['mailgun']}", f"/hooks/mailgun/{'0' * 44}",
                     f"/hooks/mailgun/{self.secrets['ses']}", f"{self.paths['mailgun']}x"):
            provider = self.mailgun()
            provider.path = path
            answer = provider.post(headers, body)
            problem = json.loads(answer.body)
            ends.append((answer.status, {name: value for name, value in problem.items()
                                         if name not in ("request_id", "instance")}))
        expect_equal([status for status, _ in ends], [404] * 4, "statuses")
        expect(all(one == ends[0] for one in ends), lambda: f"answers differ: {ends}")
        expect_equal(self.api.root().get(self.paths["mailgun"]).status, 405, "GET")

    def check_a_body_without_use_is_refused_before_it_is_read(self):
        for path, status in ((self.paths["mailgun"], 413), (self.paths["ses"], 413),
                             (f"/hooks/mailgun/{'0' * 40}", 404)):
            connection = http.client.HTTPConnection("127.0.0.1", self.daemon.http_port, timeout=10)
            connection.putrequest("POST", path)
            size = 36 << 20 if path == self.paths["mailgun"] else 2 << 20
            connection.putheader("Content-Length", str(size))
            connection.putheader("Content-Type", "text/plain")
            connection.endheaders()  # and not one octet of the body
            expect_equal(connection.getresponse().status, status, path[:20])
            connection.close()

    # SendGrid

    def check_sendgrid_charsets_are_one_a_field(self):
        for charset in ("iso-2022-jp", "shift_jis", "cp932", "euc-jp", "utf-8"):
            for head in (True, False):
                mail = self.mail("alternative" if head else "attachment", sender_name="山田 太郎")
                provider = self.sendgrid(charset=charset, head=head)
                self.sent(provider.send(mail), 200)
                _, message = self.see(mail)
                expect("unsure_charset" not in message["notices"],
                       f"{charset}: notices {message['notices']}")

    def check_sendgrid_hands_in_whole_mails(self):
        mail = self.mail("iso_2022_jp")
        self.sent(self.sendgrid(whole=True).send(mail), 200)
        self.see(mail)

    def check_a_delivery_without_a_name_is_known_by_what_it_brought(self):
        mail = self.mail("attachment")
        for _ in range(2):
            self.sent(self.sendgrid(head=False).send(mail), 200)
        self.see(mail)

    def check_sendgrid_signatures(self):
        signing = {"name": "sendgrid-signed", "key_file": self.p256}
        mail = self.mail("iso_2022_jp")
        self.sent(self.sendgrid(charset="iso-2022-jp", **signing).send(mail), 200)
        self.see(mail)
        forged = [self.mail() for _ in range(4)]
        self.sent(self.sendgrid("sendgrid-signed").send(forged[0]), 401)
        self.sent(self.sendgrid("sendgrid-signed", key_file=self.other_p256).send(forged[1]), 401)
        provider = self.sendgrid(**signing)
        headers, body = provider.request(forged[2])
        other = body.replace(forged[2].sender.encode(), b"x" + forged[2].sender.encode()[1:])
        expect(other != body, "the forgery differs")
        self.sent([provider.post(headers, other)], 401)
        provider.skew = -73 * 3600
        self.sent(provider.send(forged[3]), 403)
        self.see_nothing_of(*forged)

    # Postmark

    def check_postmark_hands_in_mails(self):
        for kind in ("utf8", "iso_2022_jp", "attachment", "alternative"):
            mail = self.mail(kind)
            self.sent(self.postmark().send(mail), 200)
            self.see(mail)
        mail = self.mail("attachment")
        self.sent(self.postmark(raw=True).send(mail), 200)
        _, message = self.see(mail)
        raw = self.api.get(f"/messages/{message['id']}/raw").expect(200).body
        expect_equal(raw, mail.raw, "raw mail")

    def check_postmark_repeats_and_gives_up(self):
        mail = self.mail()
        for _ in range(2):
            self.sent(self.postmark().send(mail, message_id="b7bc2f4a-e38e-4336-af7d-e6c392c2f817"), 200)
        self.see(mail)
        forged = self.mail()
        self.sent(self.postmark(password="wrong").send(forged), *[401] * 11)
        self.sent(self.postmark(user=None).send(forged), *[401] * 11)
        provider = self.postmark()
        self.sent([provider.post(*provider.request({"From": "x"}))], 400)
        self.sent([provider.post({**provider.request({})[0]}, b"{")], 400)
        self.see_nothing_of(forged)

    # SES over SNS

    def check_sns_subscription_is_confirmed_once_it_is_proved(self):
        sns = self.sns
        host = f"https://{sns.host}/?Action=ConfirmSubscription&Token=1"
        bad = [
            sns.confirmation(TopicArn="arn:aws:sns:us-east-1:999999999999:inbound"),
            sns.confirmation(SubscribeURL=host.replace("https", "http")),
            sns.confirmation(SubscribeURL=host.replace("127.0.0.1", "localhost")),
            sns.confirmation(SubscribeURL=f"https://hub@{sns.host}/?Action=ConfirmSubscription"),
            sns.confirmation(SubscribeURL=f"https://sns.us-east-1.amazonaws.com.evil.example/"),
            sns.confirmation(SigningCertURL=sns.certificate_url.replace("https", "http")),
            sns.confirmation(SigningCertURL=f"https://{sns.host}/other.pem"),
            sns.confirmation(SigningCertURL=f"https://{sns.host}/SimpleNotificationService-expired.pem"),
            sns.confirmation(SigningCertURL="https://sns.us-east-1.amazonaws.com/"
                             "SimpleNotificationService-0123abcd.pem"),
        ]
        for message in bad:
            self.sent(sns.publish(message), 403)
        unsigned = {**sns.confirmation(), "Signature": "AAAA"}
        self.sent(sns.deliver(lambda: sns.request(unsigned)), 403)
        stranger = os.path.join(self.folder, "web.key")
        self.sent(sns.publish(sns.confirmation(), key_file=stranger), 403)
        changed = {**sns.signed(sns.confirmation()), "Token": "0" * 64}
        self.sent(sns.deliver(lambda: sns.request(changed)), 403)
        self.sent([sns.post({"Content-Type": "text/plain"}, b"nonsense")], 400)
        expect_equal(sns.confirmed, [], "confirmations after forgeries")
        for version in ("1", "2"):
            sns.version = version
            message = sns.confirmation()
            self.sent(sns.publish(message), 200)
            expect_in(message["Token"], sns.confirmed[-1], "the confirmation")
        expect_equal(len(sns.confirmed), 2, "confirmations")

    def check_sns_confirmation_waits_for_its_answer(self):
        sns = self.sns
        confirmed = len(sns.confirmed)
        sns.between = lambda attempt: setattr(sns, "answering", 200 if attempt == 2 else 302)
        sns.answering = 500
        self.sent(sns.publish(sns.confirmation()), 503, 503, 200)
        expect_equal(len(sns.confirmed), confirmed + 1, "confirmations")
        sns.between = lambda attempt: None

    def check_ses_hands_in_mails(self):
        sns = self.sns
        for version in ("1", "2"):
            for encoding, kind in (("UTF8", "utf8"), ("BASE64", "iso_2022_jp"), ("BASE64", "attachment")):
                sns.version, sns.encoding = version, encoding
                mail = self.mail(kind)
                if len(mail.raw) > 150_000:
                    mail = self.mail("alternative")
                self.sent(sns.send(mail), 200)
                _, message = self.see(mail)
                raw = self.api.get(f"/messages/{message['id']}/raw").expect(200).body
                expect_equal(raw, mail.raw, "raw mail")
        asked = sum("SimpleNotificationService-0123abcd" in path for path in sns.pages)
        expect_equal(asked, 1, "times the certificate was asked for")

    def check_ses_repetitions_and_forgeries(self):
        sns = self.sns
        mail = self.mail()
        message = sns.notification(mail)
        for _ in range(3):
            self.sent(sns.publish(message), 200)
        self.see(mail)
        forged = [self.mail() for _ in range(5)]
        self.sent(sns.publish({**sns.notification(forged[0]), "TopicArn": sns.topic + "2"}), 403)
        self.sent(sns.publish(sns.notification(forged[1]), key_file=os.path.join(self.folder, "web.key")),
                  403)
        signed = sns.signed(sns.notification(forged[2]))
        tampered = {**signed, "Message": signed["Message"].replace("PASS", "FAIL")}
        self.sent(sns.deliver(lambda: sns.request(tampered)), 403)
        self.sent(sns.publish({**sns.notification(forged[3]), "SignatureVersion": "3"}), 403)
        sns.skew = -73 * 3600
        self.sent(sns.send(forged[4]), 403)
        sns.skew = 0
        self.see_nothing_of(*forged)

    def check_ses_mail_in_a_bucket_is_seen(self):
        sns = self.sns
        sns.content = False
        mail = self.mail("attachment")
        self.sent(sns.send(mail), 200)
        sns.content = True
        case = self.api.wait_for_case(mail.token)[0]
        message = self.api.messages(case["number"])[0]
        expect_in("cut_at_size_limit", message["notices"], "notices")
        expect_in(f"s3://shop-inbound/mails/{mail.token}", message["text"], "text")
        expect_equal(message["from"]["address"], mail.sender, "sender")

    def check_ses_spam_is_marked(self):
        sns = self.sns
        mail = self.mail()
        message = sns.notification(mail)
        body = json.loads(message["Message"])
        body["receipt"]["spamVerdict"]["status"] = "FAIL"
        self.sent(sns.publish({**message, "Message": json.dumps(body)}), 200)
        _, stored = self.see(mail)
        raw = self.api.get(f"/messages/{stored['id']}/raw").expect(200).body
        expect_equal(raw, b"X-Spam-Flag: YES\r\n" + mail.raw, "raw mail")

    def check_internal_addresses_are_asked_only_when_trusted(self):
        """The same account without [net] trusted: its sns_host is this machine."""
        sns, asked = self.sns, len(self.sns.pages)
        hooks = self.daemon.extra
        other = Daemon(self.sandbox, self.binary, name="guarded", mailboxes=kMailboxes, extra=hooks,
                       options={"net": "trusted = []"})
        other.migrate()
        other.start()
        try:
            sns.port = other.http_port
            self.sent(sns.send(self.mail()), 403)
            self.sent(sns.publish(sns.confirmation()), 403)
        finally:
            sns.port = self.daemon.http_port
            other.stop()
        expect_equal(len(sns.pages), asked, "pages asked for")

    def check_an_account_that_cannot_work_is_told_at_once(self):
        doctor = self.daemon.command("doctor").stdout.decode()
        expect_in("webhooks", doctor, "doctor")
        short = self.sandbox.file("short.secret", "0123456789\n", 0o600)
        hook = f'[[webhook]]\nname = "in"\nprovider = "postmark"\nsecret_file = "{short}"\n'
        other = Daemon(self.sandbox, self.binary, name="short", extra=hook)
        other.migrate()
        other.start(wait=False)
        expect_equal(other.wait_exit(20), 78, "exit code")
        expect_in("short.secret", other.tail(), "what it says")

    def check_only_published_addresses_may_call(self):
        hooks = self.daemon.extra
        calls = {"192.0.2.0/24": 404, "127.0.0.0/8": 200}
        for ranges, status in calls.items():
            other = Daemon(self.sandbox, self.binary, name="from" + ranges[:3], mailboxes=kMailboxes,
                           extra=hooks.replace('name = "sendgrid"\n',
                                               f'name = "sendgrid"\nfrom = ["{ranges}"]\n'))
            other.migrate()
            other.start()
            try:
                provider = self.sendgrid()
                provider.port = other.http_port
                self.sent(provider.send(self.mail()), status)
            finally:
                other.stop()

    def check_sns_messages_that_are_no_mail_are_taken(self):
        sns = self.sns
        for text in ("Successfully validated SNS topic for Amazon SES event publishing.", "",
                     json.dumps({"notificationType": "Bounce"}), json.dumps([1]), "{"):
            self.sent(sns.publish(sns.envelope("Notification", text)), 200)
        self.sent(sns.publish(sns.confirmation("UnsubscribeConfirmation")), 200)

    # All of them

    def check_no_mail_is_lost_when_the_daemon_is_killed(self):
        sns = self.sns
        rng = random.Random(20261122)
        kinds = {"mailgun": self.mailgun, "sendgrid": self.sendgrid, "postmark": self.postmark,
                 "ses": lambda: sns}
        sent, killed = [], 0
        for number in range(16):
            name = list(kinds)[number % len(kinds)]
            provider = kinds[name]()
            mail = self.mail(rng.choice(("utf8", "iso_2022_jp", "alternative")))
            sns.encoding = "BASE64"

            def kill(connection, wait=rng.random() * 0.05):
                # The answer is on its way, was given, or never will be.
                connection.sock.settimeout(wait)
                try:
                    connection.sock.recv(1)
                except OSError:
                    pass
                self.daemon.kill9()
                connection.sock.settimeout(2)

            def start(attempt, provider=provider):
                if not self.daemon.running():
                    self.start()
                    provider.port = self.daemon.http_port

            if number % 2 == 0:
                provider.faults = [kill]
                killed += 1
            provider.between = start
            attempts = provider.send(mail)
            sns.between = lambda attempt: None
            if not self.daemon.running():
                self.start()
            expect_equal(attempts[-1].status, 200, f"{name}: last of {attempts}")
            # One that three deaths in a row fall upon would be put aside as their cause.
            self.see(mail)
            sent.append(mail)
        expect_equal(killed, 8, "kills")
        for mail in sent:
            self.see(mail)
        findings = self.api.get("/mailboxes/support/ledger").expect(200).json()
        expect(findings["healthy"] and findings["difference"] == 0, lambda: f"ledger {findings}")

    def check_a_provider_hears_503_while_there_is_no_database(self):
        if not self.server:
            return
        mail = self.mail()
        self.server.stop("fast")
        provider = self.postmark()

        def start(attempt):
            if attempt == 2:
                self.server.start()
                self.daemon.wait_ready()

        provider.between = start
        attempts = provider.send(mail)
        expect_equal([one.status for one in attempts][:2], [503, 503], "answers")
        expect_equal(attempts[-1].status, 200, f"last of {attempts}")
        self.see(mail)

    def check_big_mails_at_once_fit_into_memory(self):
        content = random.Random(1).randbytes(18 << 20)
        big = [self.mail(attachments=[mails.Attachment("図面.bin", "application/octet-stream", content)])
               for _ in range(4)]
        ends = []
        def send(mail):
            provider = self.postmark()
            provider.timeout = 120
            ends.append([one.status for one in provider.send(mail)])
        threads = [threading.Thread(target=send, args=(mail,)) for mail in big]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # One for which there is no room hears so, and comes again.
        expect(len(ends) == 4 and all(end[-1] == 200 and set(end[:-1]) <= {503} for end in ends),
               lambda: f"answers {ends}")
        for mail in big:
            self.see(mail)
        peak = self.daemon.status()["peak_kib"] >> 10
        print(f"        peak {peak} MiB", flush=True)
        expect(peak < 400, f"peak {peak} MiB")

    def check_no_card_number_is_shown_or_lies_in_the_clear(self):
        """A test number in text and subject, by each way and in each charset (S7)."""
        number, shown = "4539578763621486", "4539 5787-6362 1486"
        ways = [self.mailgun(), self.mailgun("mailgun-parts"), self.postmark(), self.sns,
                *(self.sendgrid(charset=charset, head=False) for charset in ("iso-2022-jp", "shift_jis"))]
        for provider in ways:
            mail = self.mail("alternative")
            mail = self.mail("alternative", token=mail.token, text=f"カードは {shown} です。\n{mail.token}\n",
                             html=f"<p>カードは {shown} です。</p>", subject=f"{mail.token} {number}")
            self.sent(provider.send(mail), 200)
            case = self.api.wait_for_case(mail.token)[0]
            message = self.api.messages(case["number"])[0]
            digits = re.sub(r"[^0-9]", "", json.dumps([case, message]))
            expect(number not in digits, lambda: f"the number is shown in {message}")
            expect_in("1486", message["text"], "the last four digits")
        for folder, _, files in os.walk(self.daemon.base):
            for name in files:
                if not os.path.isfile(os.path.join(folder, name)):
                    continue  # a socket
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
                for form in (number.encode(), shown.encode(), number[:12].encode()):
                    expect(form not in content, f"the number rests in {name}")

    def check_no_secret_is_in_the_log(self):
        with open(self.daemon.log, encoding="utf-8", errors="replace") as file:
            log = file.read()
        expect_in("webhook.refused", log, "the log")
        for secret in (*self.secrets.values(), kSigningKey, kPassword):
            expect(secret not in log, "a secret stands in the log")

    def check_a_new_secret_counts_after_a_reload(self):
        path = os.path.join(self.sandbox.path, "mailgun.secret")
        with open(path, "w", encoding="ascii") as file:
            file.write("f" * 36 + "mime\n")
        self.daemon.signal(1)
        fresh = self.mailgun()
        fresh.path = f"/hooks/mailgun/{'f' * 36}mime"
        mail = self.mail()
        headers, body = fresh.request(mail)
        wait_until(lambda: fresh.post(headers, body).status == 200, 10, "the new secret counts", poll=0.05)
        self.see(mail)
        old = self.mailgun().post(headers, body)
        expect_equal(old.status, 404, "the old secret")


if __name__ == "__main__":
    run_on_engines(__doc__, "webhook", WebhookTest)
