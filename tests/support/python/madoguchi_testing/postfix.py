# SPDX-License-Identifier: Apache-2.0
"""A private Postfix on loopback: relays the shop's domain to the hub by LMTP and delivers the
customers' domain into Maildirs that Dovecot serves. Needs root."""

import grp
import os
import pwd
import re
import smtplib
import subprocess

from madoguchi_testing.sandbox import wait_for_port
from madoguchi_testing.waiting import wait_until

kMaster = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n  -  n  60    1  pickup
cleanup   unix  n  -  n  -     0  cleanup
qmgr      unix  n  -  n  300   1  qmgr
tlsmgr    unix  -  -  n  1000? 1  tlsmgr
rewrite   unix  -  -  n  -     -  trivial-rewrite
bounce    unix  -  -  n  -     0  bounce
defer     unix  -  -  n  -     0  bounce
trace     unix  -  -  n  -     0  bounce
verify    unix  -  -  n  -     1  verify
flush     unix  n  -  n  1000? 0  flush
proxymap  unix  -  -  n  -     -  proxymap
proxywrite unix -  -  n  -     1  proxymap
smtp      unix  -  -  n  -     -  smtp
relay     unix  -  -  n  -     -  smtp
showq     unix  n  -  n  -     -  showq
error     unix  -  -  n  -     -  error
retry     unix  -  -  n  -     -  error
discard   unix  -  -  n  -     -  discard
local     unix  -  n  n  -     -  local
virtual   unix  -  n  n  -     -  virtual
lmtp      unix  -  -  n  -     -  lmtp
anvil     unix  -  -  n  -     1  anvil
scache    unix  -  -  n  -     1  scache
postlog   unix-dgram n - n -   1  postlogd
"""

kMain = """\
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {log}
maillog_file_prefixes = {base}
multi_instance_enable = no
myhostname = mta.test.example
mydomain = test.example
myorigin = test.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
local_transport = error:no local delivery here
alias_maps =
alias_database =
local_recipient_maps =
local_header_rewrite_clients =
append_dot_mydomain = no
append_at_myorigin = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_host_lookup = native
lmtp_host_lookup = native
smtputf8_enable = yes
recipient_delimiter = +
message_size_limit = 62914560
virtual_mailbox_limit = 0
relay_domains = {shop}
relay_transport = lmtp:inet:127.0.0.1:{lmtp}
lmtp_connection_cache_on_demand = no
minimal_backoff_time = 600s
queue_run_delay = 600s
virtual_mailbox_domains = {customer}
virtual_mailbox_base = {maildirs}
virtual_mailbox_maps = texthash:{config}/maildirs
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""


class Postfix:
    """`port` takes SMTP. Mail for the mailboxes of `dovecot` goes into its Maildirs, mail for
    `shop_domain` to the hub at `lmtp_port`, anything else is refused or bounces. `settings` are
    further lines of main.cf."""

    def __init__(self, sandbox, lmtp_port, dovecot, shop_domain="shop.example",
                 customer_domain="customer.example", name="postfix", settings=()):
        self.sandbox_ = sandbox
        base = sandbox.folder(name, 0o755)
        self.config = os.path.join(base, "etc")
        self.queue = os.path.join(base, "queue")
        self.log = os.path.join(base, "mail.log")
        data = os.path.join(base, "data")
        for path in (self.config, self.queue, data):
            os.makedirs(path)
        account = pwd.getpwnam("postfix")
        os.chown(data, account.pw_uid, account.pw_gid)
        user = pwd.getpwnam(dovecot.user)
        self.port = sandbox.port()
        values = {"queue": self.queue, "data": data, "log": self.log, "base": base,
                  "lmtp": lmtp_port, "shop": shop_domain, "customer": customer_domain,
                  "maildirs": dovecot.maildirs, "config": self.config, "uid": user.pw_uid,
                  "gid": grp.getgrgid(user.pw_gid).gr_gid, "port": self.port}
        self.write_("main.cf", kMain.format(**values) + "".join(f"{line}\n" for line in settings))
        self.write_("master.cf", kMaster.format(**values))
        self.write_("maildirs", "".join(f"{address} {address}/\n" for address in dovecot.addresses))
        self.start()

    def write_(self, name, content):
        with open(os.path.join(self.config, name), "w", encoding="ascii") as file:
            file.write(content)

    def command(self, *words, check=True):
        environment = {**os.environ, "MAIL_CONFIG": self.config}
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, env=environment)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout}\n{self.tail()}")
        return done.stdout

    @property
    def pid(self):
        with open(os.path.join(self.queue, "pid", "master.pid"), encoding="ascii") as file:
            return int(file.read().strip())

    def start(self):
        self.command("postfix", "-c", self.config, "start")
        self.pid_ = self.pid
        self.sandbox_.own_process(self.pid_, 15)
        wait_for_port(self.port, 20)

    def stop(self):
        self.command("postfix", "-c", self.config, "stop", check=False)
        self.sandbox_.disown_process(self.pid_)

    def send(self, sender, recipients, raw):
        """Hands a mail in by SMTP; returns when Postfix has taken it."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as smtp:
            refused = smtp.sendmail(sender, recipients, raw)
        if refused:
            raise AssertionError(f"Postfix refused {refused}")

    def flush(self):
        """Tries everything deferred now."""
        self.command("postqueue", "-c", self.config, "-f")

    def queue_entries(self):
        """Queue ids of what has not been delivered."""
        listing = self.command("postqueue", "-c", self.config, "-p")
        return re.findall(r"^([0-9A-Za-z]{6,})[*!]?\s", listing, re.M)

    def log_text(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def tail(self):
        return self.log_text()[-3000:]

    def wait_empty(self, seconds=30):
        wait_until(lambda: not self.queue_entries(), seconds,
                   lambda: f"an empty Postfix queue:\n{self.tail()}", poll=0.1)

    def wait_log(self, pattern, seconds=30, count=1):
        wait_until(lambda: len(re.findall(pattern, self.log_text())) >= count, seconds,
                   lambda: f"{pattern!r} {count}x in Postfix's log:\n{self.tail()}", poll=0.05)
