#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Mail fetched by IMAP and POP3 from a real Dovecot: ways to sign in, TLS and its refusals, folders,
what becomes of taken mails, first runs, news within two seconds, mails of any size, and how it shows.
"""

import datetime
import os
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import mails, postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.mailhost import MailHost, quoted
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kUser = "support@shop.example"
kFolder = "問い合わせ＆フォーム"


class Fetching(Checks):
    """What the checks of both protocols share: a hub for a fetch table, gone after its check."""

    def __init__(self, sandbox, binary, engine, label):
        super().__init__(f"{label} {engine}")
        self.label_ = label
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.generator = mails.Generator(20261122)
        self.daemon = None
        self.count = 0

    def setup(self):
        self.server = None
        if self.engine == "postgresql":
            self.server = postgres.Postgres(self.sandbox, name=f"pg-{self.label_}")
        self.users = [f"user{number}@shop.example" for number in range(40)]

    def explain(self):
        return self.daemon.complaints() if self.daemon else ""

    def guarded_(self, title, function):
        seconds = super().guarded_(title, function)
        if self.daemon and self.daemon.running():
            self.daemon.kill9()
        self.daemon = None
        return seconds

    def user(self):
        """A mailbox nobody has used yet."""
        self.count += 1
        return self.users[self.count]

    def hub(self, table, wait=True):
        self.hubs = getattr(self, "hubs", 0) + 1
        url = self.server.create_database() if self.server else None
        self.daemon = Daemon(self.sandbox, self.binary, url=url, name=f"{self.label_}{self.hubs}",
                             extra=table)
        self.daemon.migrate()
        token = self.daemon.token("chief", "admin")
        self.daemon.start()
        self.api = self.daemon.client(token)
        if wait:
            self.wait_state("good")
        return self.daemon

    def fetch(self):
        return self.api.get("/mailboxes/support").expect(200).json()["fetch"]

    def wait_state(self, state, seconds=20):
        return wait_until(lambda: self.fetch() if (self.fetch() or {}).get("state") == state else None, seconds,
                          lambda: f"fetching is {state}: {self.fetch()}", poll=0.05)

    def mail(self, **changes):
        return self.generator.next(changes.pop("kind", "plain"), **changes)

    def see(self, mail, seconds=20):
        case = self.api.wait_for_case(mail.token, seconds)[0]
        messages = self.api.messages(case["number"])
        expect_equal(len(messages), 1, "messages of the case")
        return case, messages[0]

    def see_exactly(self, wanted, seconds=30):
        """All of these, each once, and nothing else."""
        for mail in wanted:
            self.api.wait_for_case(mail.token, seconds)
        expect_equal(len(self.api.cases()), len(wanted), "cases")

    def doctor(self):
        done = self.daemon.command("doctor")
        lines = [line for line in done.stdout.decode().splitlines() if "fetching support" in line]
        expect_equal(len(lines), 1, "doctor's line")
        return lines[0]


class ImapTest(Fetching):
    def __init__(self, sandbox, binary, engine):
        super().__init__(sandbox, binary, engine, "imap")

    def setup(self):
        super().setup()
        self.host = MailHost(self.sandbox, self.users, ssl="yes")

    def table(self, user, **changes):
        return self.host.fetch_table(**{"user": user, **changes})

    def check_news_become_a_case_within_two_seconds(self):
        user = self.user()
        old = self.mail()
        self.host.put([old.raw], user=user)
        self.hub(self.table(user, poll_interval="1h"))
        taken = []
        for _ in range(5):
            new = self.mail(kind="iso_2022_jp")
            # IDLE is on once the hub has asked again after it was told of the mail before.
            wait_until(lambda: len(self.idling(user)) > 0, 10, "the hub waits for news", poll=0.05)
            began = time.monotonic()
            self.host.put([new.raw], user=user)
            case, message = self.see(new, 10)
            taken.append(time.monotonic() - began)
            expect_equal(case["subject"], new.subject, "subject")
            expect(mails.same_text(message["text"], new.text), lambda: f"text {message['text']!r}")
        print(f"        from APPEND to case: {', '.join(f'{one:.2f}' for one in taken)} s", flush=True)
        expect(sorted(taken)[2] < 2, f"median {sorted(taken)[2]:.2f} s")
        expect_equal([case for case in self.api.cases() if old.token in case["subject"]], [],
                     "the mail that lay there before")
        expect(not any("Seen" in flags for flags in self.host.flags(user=user)), "nothing was marked")
        state = self.fetch()
        expect_equal(state["mails"], 5, "mails")
        expect(state["last_error"] is None and state["lag_seconds"] <= 60, f"state {state}")
        expect(user in state["account"] and state["account"].startswith("imap://"), "account")
        metrics = self.api.root().get("/metrics").expect(200).body.decode()
        expect_in('madoguchi_fetch_mails_total{mailbox="support"} 5', metrics, "metrics")
        listed = self.api.get("/mailboxes").expect(200).json()["items"]
        expect_equal(listed[0]["fetch"]["state"], "good", "state in the list")

    def idling(self, user):
        """imap processes of that user that wait in IDLE, as Dovecot's process titles have it."""
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    with open(f"/proc/{name}/cmdline", "rb") as file:
                        line = file.read().decode(errors="replace")
                    if "imap" in line and user in line and "IDLE" in line:
                        found.append(line)
                except OSError:
                    continue
        return found

    def check_a_mail_is_what_lies_there_to_the_last_octet(self):
        user = self.user()
        self.hub(self.table(user))
        mail = self.mail(kind="attachment",
                         attachments=[mails.Attachment("大きい.bin", "application/octet-stream",
                                                       self.generator.rng.randbytes(12_000_000))])
        literal_trap = self.mail(text="a{310}\n* 1 FETCH (UID 1 BODY[] {3}\nm1 OK done\n)\n.\n")
        self.host.put([mail.raw, literal_trap.raw], user=user)
        for one in (mail, literal_trap):
            _, message = self.see(one)
            raw = self.api.get(f"/messages/{message['id']}/raw").expect(200).body
            expect(raw == one.raw, lambda: f"raw of {len(raw)} octets for {len(one.raw)}")

    def check_a_mail_over_the_limit_comes_in_part_and_stays(self):
        user = self.user()
        self.hub("\n".join([self.table(user, after="delete"), "[limits]", 'message_size = "1MiB"']))
        big = self.mail(kind="attachment",
                        attachments=[mails.Attachment("big.bin", "application/octet-stream",
                                                      self.generator.rng.randbytes(3_000_000))])
        small = self.mail()
        self.host.put([big.raw, small.raw], user=user)
        _, message = self.see(big)
        expect_in("cut_at_size_limit", message["notices"], "notices")
        self.see(small)
        wait_until(lambda: self.host.count(user=user) == 1, 20, "only the big one left", poll=0.1)
        expect_in("fetch.cut", [entry.get("id") for entry in self.daemon.log_entries()], "the log")

    def check_several_folders_with_japanese_names(self):
        user = self.user()
        self.host.create(kFolder, user=user)
        expect_equal(quoted("日本語"), '"&ZeVnLIqe-"', "modified UTF-7 of the test itself")
        self.hub(self.table(user, folders=["INBOX", kFolder]))
        first, second = self.mail(), self.mail()
        self.host.put([first.raw], user=user)
        self.host.put([second.raw], folder=kFolder, user=user)
        self.see_exactly([first, second])

    def check_news_in_each_of_several_folders_become_a_case_within_two_seconds(self):
        user = self.user()
        folders = ["INBOX", kFolder, "Orders"]
        for folder in folders[1:]:
            self.host.create(folder, user=user)
        self.hub(self.table(user, folders=folders, poll_interval="1h"))
        taken = []
        for folder in folders + folders[::-1] + folders:
            new = self.mail()
            wait_until(lambda: len(self.idling(user)) == len(folders), 10, "the hub watches each folder",
                       poll=0.05)
            began = time.monotonic()
            self.host.put([new.raw], folder=folder, user=user)
            self.see(new, 10)
            taken.append(time.monotonic() - began)
        print(f"        from APPEND to case: {', '.join(f'{one:.2f}' for one in taken)} s", flush=True)
        expect(sorted(taken)[-2] < 2, f"all but one {sorted(taken)[-2]:.2f} s")

    def check_a_missing_folder_is_told_and_holds_up_no_other(self):
        user = self.user()
        self.hub(self.table(user, folders=["INBOX", kFolder]), wait=False)
        state = self.wait_state("failing")
        expect_in(kFolder, state["last_error"], "the error names the folder")
        first, second = self.mail(), self.mail()
        self.host.put([first.raw], user=user)
        self.see(first)
        self.host.create(kFolder, user=user)
        self.wait_state("good", 70)
        self.host.put([second.raw], folder=kFolder, user=user)
        self.see_exactly([first, second])

    def check_taken_mails_are_deleted_and_only_they(self):
        user = self.user()
        old = self.mail()
        self.host.put([old.raw], user=user)
        self.hub(self.table(user, after="delete"))
        batch = [self.mail() for _ in range(120)]
        self.host.put([mail.raw for mail in batch], user=user)
        self.see_exactly(batch, 60)
        wait_until(lambda: self.host.count(user=user) == 1, 20, "only the old mail left", poll=0.1)

    def check_taken_mails_are_moved(self):
        user = self.user()
        self.hub(self.table(user, after="move", move_to="対応済み"))
        batch = [self.mail() for _ in range(3)]
        self.host.put([mail.raw for mail in batch], user=user)
        self.see_exactly(batch)
        wait_until(lambda: self.host.count("対応済み", user=user) == 3, 20, "all moved", poll=0.1)
        expect_equal(self.host.count(user=user), 0, "left in INBOX")

    def check_moving_works_without_the_extensions(self):
        host = MailHost(self.sandbox, self.users, name="plainhost", capability="IMAP4rev1")
        user = self.user()
        self.hub(host.fetch_table(user=user, after="move", move_to="Archive", poll_interval="1s"))
        batch = [self.mail() for _ in range(3)]
        host.put([mail.raw for mail in batch], user=user)
        self.see_exactly(batch)
        wait_until(lambda: host.count("Archive", user=user) == 3, 20, "all moved", poll=0.1)
        wait_until(lambda: host.count(user=user) == 0, 20, "none left in INBOX", poll=0.1)
        expect(" MOVE" not in host.log_text(), "no MOVE")

    def check_first_run_everything_is_an_archive(self):
        user = self.user()
        old = [self.mail() for _ in range(70)]
        self.host.put([mail.raw for mail in old], user=user)
        self.hub(self.table(user, first_run="everything", archive_status="resolved"))
        new = self.mail()
        self.host.put([new.raw], user=user)
        self.see_exactly([*old, new], 60)
        statuses = {case["subject"]: case["status"] for case in self.api.cases()}
        expect_equal({statuses[mail.subject] for mail in old}, {"resolved"}, "status of the archive")
        expect_equal(statuses[new.subject], "new", "status of a new mail")

    def check_first_run_from_a_day(self):
        user = self.user()
        before, after = self.mail(), self.mail()
        day = datetime.datetime(2026, 11, 10, 12, tzinfo=datetime.timezone.utc)
        self.host.put([before.raw], user=user, date=day - datetime.timedelta(days=3))
        self.host.put([after.raw], user=user, date=day)
        self.hub(self.table(user, first_run="2026-11-10"))
        self.see_exactly([after])
        # What arrives from now on counts by its arrival, whatever its date says.
        moved_in = self.mail()
        self.host.put([moved_in.raw], user=user, date=day - datetime.timedelta(days=30))
        self.see_exactly([after, moved_in])
        expect_equal(self.api.cases()[0]["status"], "new", "status")

    def check_it_goes_on_after_a_restart(self):
        user = self.user()
        self.hub(self.table(user, after="leave"))
        first, second = self.mail(), self.mail()
        self.host.put([first.raw], user=user)
        self.see(first)
        self.daemon.stop()
        self.host.put([second.raw], user=user)
        self.daemon.start()
        self.see_exactly([first, second])
        expect_equal(self.fetch()["mails"], 2, "mails fetched in all")

    def check_a_wrong_password_is_said_clearly(self):
        user = self.user()
        wrong = self.sandbox.file("wrong-password", "nonsense\n", 0o600)
        self.hub(self.table(user, password_file=wrong), wait=False)
        state = self.wait_state("failing")
        expect_in("refuses the login", state["last_error"], "last_error")
        expect_in("uthentication failed", state["last_error"], "the server's words")
        expect("nonsense" not in self.daemon.tail(100_000), "the password is in no log")
        line = self.doctor()
        expect(line.startswith("FAIL") and "refuses the login" in line, line)
        entries = [entry for entry in self.daemon.log_entries() if entry.get("id") == "fetch.failing"]
        expect_equal(len(entries), 1, "log lines about it")

    def check_tls_and_starttls(self):
        for security, port in (("tls", self.host.imaps), ("starttls", self.host.imap)):
            user = self.user()
            self.hub(self.table(user, host="localhost", security=security, port=port,
                                ca_file=self.host.ca))
            mail = self.mail()
            self.host.put([mail.raw], user=user)
            self.see_exactly([mail])
            expect(self.doctor().startswith("ok"), "doctor")
            expect(f"user=<{user}>" in self.host.log_text(), "login in Dovecot's log")
            expect(re.search(rf"user=<{re.escape(user)}>.*TLS", self.host.log_text()), "with TLS")
            self.daemon.stop()

    def check_a_certificate_that_is_not_right_is_refused(self):
        other = MailHost(self.sandbox, self.users, name="othername", ssl="yes",
                         certificate_name="mail.other.example")
        cases = (("unknown authority", {"port": self.host.imaps, "ca_file": other.ca}),
                 ("wrong name", {"port": other.imaps, "ca_file": other.ca}),
                 ("system's authorities", {"port": self.host.imaps}),
                 ("unknown authority by STARTTLS",
                  {"port": self.host.imap, "security": "starttls", "ca_file": other.ca}))
        for what, changes in cases:
            user = self.user()
            self.hub(self.table(user, **{"host": "localhost", "security": "tls", **changes}),
                     wait=False)
            state = self.wait_state("failing")
            expect(re.search("certificate|SSL", state["last_error"]), f"{what}: {state}")
            expect(user not in self.host.log_text() + other.log_text(),
                   f"{what}: the login was sent")
            self.daemon.stop()

    def check_starttls_is_never_given_up(self):
        clear = MailHost(self.sandbox, self.users, name="clearhost", ssl="no")
        user = self.user()
        self.hub(clear.fetch_table(user=user, host="localhost", security="starttls"), wait=False)
        self.wait_state("failing")
        expect(user not in clear.log_text(), "the login was sent in the clear")

    def check_oauth_with_both_mechanisms(self):
        for mechanism in ("oauthbearer", "xoauth2"):
            host = MailHost(self.sandbox, self.users, name=mechanism,
                            mechanisms=f"plain {mechanism}")
            user = host.users[0]
            table = host.fetch_table(user=user, password_file=None, oauth=host.oauth())
            self.hub(table)
            first = self.mail()
            host.put([first.raw], user=user)
            self.see(first)
            expect(re.search(f"method={mechanism}", host.log_text(), re.I), host.log_text()[-500:])
            expect_equal(host.tokens.requests[0]["grant_type"], "refresh_token", "grant type")
            # The server takes only the newest refresh token now: it was kept over the restart.
            self.daemon.stop()
            host.tokens.strict = True
            second = self.mail()
            host.put([second.raw], user=user)
            self.daemon.start()
            self.see_exactly([first, second])
            # A token that is revoked before its time is bought anew.
            host.tokens.revoke()
            host.kill_imap()
            third = self.mail()
            host.put([third.raw], user=user)
            self.see_exactly([first, second, third])
            expect("refresh-" not in self.daemon.tail(100_000), "no token is in a log")
            self.daemon.stop()

    def check_a_refused_refresh_token_is_said_clearly(self):
        host = MailHost(self.sandbox, self.users, name="refused", mechanisms="plain xoauth2")
        host.tokens.strict = True
        host.tokens.refresh = "another"
        self.hub(host.fetch_table(user=host.users[0], password_file=None, oauth=host.oauth()),
                 wait=False)
        state = self.wait_state("failing")
        expect_in("invalid_grant", state["last_error"], "last_error")

    def check_settings_change_with_a_reload(self):
        first_user, second_user = self.user(), self.user()
        self.hub(self.table(first_user))
        self.daemon.extra = self.table(second_user)
        self.daemon.write_config()
        self.daemon.signal(signal.SIGHUP)
        wait_until(lambda: second_user in self.fetch()["account"], 10, "the new account", poll=0.05)
        self.wait_state("good")
        mail = self.mail()
        self.host.put([mail.raw], user=second_user)
        self.see_exactly([mail])


class Pop3Test(Fetching):
    def __init__(self, sandbox, binary, engine):
        super().__init__(sandbox, binary, engine, "pop3")

    def setup(self):
        super().setup()
        self.host = MailHost(self.sandbox, self.users, name="pop3host", ssl="yes")

    def table(self, user, **changes):
        return self.host.fetch_table(**{"user": user, "protocol": "pop3", "port": self.host.pop3,
                                        **changes})

    def check_mails_are_taken_once_and_left(self):
        user = self.user()
        old = self.mail()
        self.host.put([old.raw], user=user)
        self.hub(self.table(user))
        dots = self.mail(text="one\n.\n..two\n...three\n")
        batch = [dots, *(self.mail() for _ in range(4))]
        self.host.put([mail.raw for mail in batch], user=user)
        self.see_exactly(batch)
        _, message = self.see(dots)
        raw = self.api.get(f"/messages/{message['id']}/raw").expect(200).body
        expect(raw == dots.raw, lambda: f"raw {raw!r}")
        self.daemon.stop()
        more = self.mail()
        self.host.put([more.raw], user=user)
        self.daemon.start()
        self.see_exactly([*batch, more])
        expect_equal(self.host.count(user=user), 7, "mails left on the server")
        expect_equal(self.fetch()["mails"], 6, "mails fetched in all")
        expect(self.doctor().startswith("ok"), "doctor")

    def check_taken_mails_are_deleted(self):
        user = self.user()
        old = self.mail()
        self.host.put([old.raw], user=user)
        self.hub(self.table(user, after="delete"))
        batch = [self.mail() for _ in range(250)]
        self.host.put([mail.raw for mail in batch], user=user)
        self.see_exactly(batch, 60)
        wait_until(lambda: self.host.count(user=user) == 1, 20, "only the old one left", poll=0.1)

    def check_everything_is_an_archive(self):
        user = self.user()
        old = [self.mail() for _ in range(5)]
        self.host.put([mail.raw for mail in old], user=user)
        self.hub(self.table(user, first_run="everything"))
        new = self.mail()
        self.host.put([new.raw], user=user)
        self.see_exactly([*old, new])
        statuses = {case["subject"]: case["status"] for case in self.api.cases()}
        expect_equal({statuses[mail.subject] for mail in old}, {"closed"}, "status of the archive")
        expect_equal(statuses[new.subject], "new", "status of a new mail")

    def check_starttls_and_a_wrong_password(self):
        user = self.user()
        self.hub(self.table(user, host="localhost", security="starttls", ca_file=self.host.ca))
        mail = self.mail()
        self.host.put([mail.raw], user=user)
        self.see_exactly([mail])
        self.daemon.stop()
        wrong = self.sandbox.file("wrong-pop3-password", "nonsense\n", 0o600)
        self.hub(self.table(self.user(), password_file=wrong), wait=False)
        state = self.wait_state("failing")
        expect_in("refuses the login", state["last_error"], "last_error")


if __name__ == "__main__":
    run_on_engines(__doc__, "imap", ImapTest, Pop3Test)
