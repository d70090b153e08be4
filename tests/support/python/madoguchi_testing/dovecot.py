# SPDX-License-Identifier: Apache-2.0
"""A private Dovecot as an ordinary user on loopback: the customers' mailboxes, read by IMAP."""

import email
import email.policy
import imaplib
import os
import pwd
import shutil
import signal

from madoguchi_testing.sandbox import as_user, group_of, wait_for_port
from madoguchi_testing.waiting import wait_until

kPassword = "customer-password"

kConfig = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
info_log_path = {base}/dovecot.log
debug_log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{maildirs}/%u
mail_plugins =
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={maildirs}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """IMAP on `port` for the given addresses; each has the folder maildirs/ADDRESS."""

    def __init__(self, sandbox, addresses, name="dovecot"):
        self.sandbox_ = sandbox
        self.addresses = list(addresses)
        self.user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        account = pwd.getpwnam(self.user)
        self.base = sandbox.folder(name, 0o755)
        self.maildirs = os.path.join(self.base, "maildirs")
        os.makedirs(self.maildirs)
        self.port = sandbox.port()
        self.log = os.path.join(self.base, "dovecot.log")
        sandbox.file(f"{name}/users", "".join(f"{address}:{kPassword}\n" for address in addresses))
        self.config = sandbox.file(f"{name}/dovecot.conf", kConfig.format(
            base=self.base, user=self.user, group=group_of(self.user), uid=account.pw_uid,
            gid=account.pw_gid, maildirs=self.maildirs, port=self.port))
        if os.geteuid() == 0:
            for path in (self.base, self.maildirs):
                os.chown(path, account.pw_uid, account.pw_gid)
        self.start()

    def start(self):
        # A stale socket of an earlier run costs Dovecot five seconds.
        shutil.rmtree(os.path.join(self.base, "run"), ignore_errors=True)
        self.process_ = self.sandbox_.start(
            as_user(self.user, ["/usr/sbin/dovecot", "-F", "-c", self.config]),
            os.path.join(self.sandbox_.path, "dovecot.out"), end_signal=signal.SIGTERM,
            cwd=self.base)
        wait_for_port(self.port, 20, self.process_.running)

    def stop(self):
        self.process_.signal(signal.SIGTERM)
        return self.process_.wait(20)

    def mailbox(self, address):
        return Mailbox(self.port, address)

    def tail(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return file.read()[-2000:]
        except OSError:
            return ""


class Mailbox:
    """One customer's INBOX, as a mail program sees it."""

    def __init__(self, port, address):
        self.port = port
        self.address = address

    def raws(self):
        """All mails as they lie there."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=20) as imap:
            imap.login(self.address, kPassword)
            imap.select("INBOX", readonly=True)
            _, answer = imap.search(None, "ALL")
            numbers = answer[0].split()
            mails = []
            for number in numbers:
                _, data = imap.fetch(number, "(BODY.PEEK[])")
                mails.append(data[0][1])
            return mails

    def messages(self):
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raws()]

    def wait_for(self, count, seconds=30):
        """The messages, once there are `count`; more than that is a failure."""
        def enough():
            found = self.messages()
            return found if len(found) >= count else None
        found = wait_until(enough, seconds, f"{count} mail(s) for {self.address}", poll=0.1)
        if len(found) > count:
            raise AssertionError(f"{self.address}: expected {count} mail(s), got {len(found)}: "
                                 f"{[message['Subject'] for message in found]}")
        return found
