# SPDX-License-Identifier: Apache-2.0
"""Mail providers that hand mails in by HTTP, as they sign, repeat and give up: Mailgun routes,
SendGrid Inbound Parse, Postmark inbound, Amazon SES over SNS. Signatures are made by Python's own
hmac and by the openssl program, not by the code under test.

A delivery is tried until the provider gives up; its waits are scaled (`minute` seconds of the test
for one of the provider's, 0 by default), and `between` is called before each further attempt. What
providers do that is not documented is an attribute marked "assumed": a pass proves nothing about
the real one there."""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import random
import ssl
import subprocess
import threading
import time
import urllib.parse
import uuid

from madoguchi_testing.description import description
from madoguchi_testing.waiting import let_pass


class Attempt:
    """One request and what came of it; `status` None: no answer."""

    def __init__(self, status, body, fault=None):
        self.status = status
        self.body = body
        self.fault = fault

    def __repr__(self):
        return f"{self.status}{f' ({self.fault})' if self.fault else ''}"


class Provider:
    """`port` and `path` are the hub's: "/hooks/NAME/SECRET". `faults` holds what happens to the next
    attempts, one each: None, "cut" (half of the body goes out), "drop" (all of it, and nobody reads
    the answer), or a function called with the connection after all of it went out."""

    waits = ()  # in minutes
    timeout = 15

    def __init__(self, port, path):
        self.port = port
        self.path = path
        self.rng = random.SystemRandom()  # names of deliveries never come twice
        self.minute = 0.0
        self.between = lambda attempt: None
        self.skew = 0  # seconds that the provider's clock is ahead
        self.faults = []
        self.attempts = []

    def now(self):
        return time.time() + self.skew

    def gives_up(self, status):
        raise NotImplementedError

    def post(self, headers, body):
        fault = self.faults.pop(0) if self.faults else None
        status, answer = None, b""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.putrequest("POST", self.path)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                connection.putheader(name, value)
            connection.endheaders(body[:len(body) // 2] if fault == "cut" else body)
            if callable(fault):
                fault(connection)
            if fault not in ("cut", "drop"):
                response = connection.getresponse()
                status, answer = response.status, response.read()
                if description() and 200 <= status < 300:  # what it is, the provider prescribes
                    description().note("takeHook", status)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        attempt = Attempt(status, answer, fault if isinstance(fault, str) else None)
        self.attempts.append(attempt)
        return attempt

    def deliver(self, make):
        """Calls `make()` for headers and body of each attempt; all attempts made."""
        mine = [self.post(*make())]
        for wait in self.waits:
            if self.gives_up(mine[-1].status):
                break
            let_pass(wait * self.minute)
            self.between(len(mine))
            mine.append(self.post(*make()))
        return mine


def multipart(fields, files=()):
    """Headers and body of a multipart/form-data. `fields` are (name, bytes); `files` are (name, file
    name, type, bytes)."""
    boundary = "xYzZY" + uuid.uuid4().hex
    body = b""
    for name, value in fields:
        body += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n').encode()
        body += value + b"\r\n"
    for name, file_name, media_type, content in files:
        body += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
                 f'filename="{file_name}"\r\nContent-Type: {media_type}\r\n\r\n').encode()
        body += content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body


def urlencoded(fields):
    body = "&".join(f"{name}={urllib.parse.quote_plus(value)}" for name, value in fields)
    return {"Content-Type": "application/x-www-form-urlencoded"}, body.encode()


def address_of(mail):
    return f"{mail.sender_name} <{mail.sender}>"


def headers_of(mail):
    """The headers of a mail as pairs, unfolded, as they stand in it."""
    head = mail.raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    pairs = []
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        pairs.append((name.decode("ascii"), value.strip().decode("ascii")))
    return pairs


class Mailgun(Provider):
    """`form`: "multipart" or "urlencoded"; `mime`: the URL ends so, and whole mails are sent."""

    waits = (10, 10, 15, 30, 60, 120, 240)

    def __init__(self, port, path, key, form="multipart", **options):
        super().__init__(port, path, **options)
        self.key = key
        self.form = form
        self.mime = path.endswith("mime")

    def gives_up(self, status):
        return status in (200, 406)

    def signature(self, timestamp, token):
        return hmac.new(self.key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()

    def signed(self, token=None, **changes):
        timestamp = str(int(self.now()))
        token = token or "".join(self.rng.choices("0123456789abcdef", k=50))
        fields = {"timestamp": timestamp, "token": token,
                  "signature": self.signature(timestamp, token), **changes}
        return [(name, value.encode()) for name, value in fields.items() if value is not None]

    def fields(self, mail, recipient=None):
        fields = [("recipient", (recipient or mail.recipients[0]).encode()),
                  ("sender", mail.sender.encode()), ("from", address_of(mail).encode()),
                  ("subject", mail.subject.encode())]
        if self.mime:
            return fields + [("body-mime", mail.raw)], []
        fields += [("body-plain", mail.text.encode()), ("stripped-text", mail.text.encode()),
                   ("message-headers", json.dumps(headers_of(mail)).encode()),
                   ("attachment-count", str(len(mail.attachments)).encode())]
        fields += [(name, value.encode()) for name, value in headers_of(mail)]
        if mail.html is not None:
            fields.append(("body-html", mail.html.encode()))
        files = [(f"attachment-{number}", one.name, one.media_type, one.content)
                 for number, one in enumerate(mail.attachments, 1)]
        return fields, files

    def request(self, mail, recipient=None, signed=None):
        fields, files = self.fields(mail, recipient)
        fields += signed if signed is not None else self.signed()
        if self.form == "urlencoded" and not files:
            return urlencoded(fields)
        return multipart(fields, files)

    def send(self, mail, recipient=None, signed=None):
        """One delivery: its token stays the same in every attempt."""
        signed = signed if signed is not None else self.signed()
        return self.deliver(lambda: self.request(mail, recipient, signed))


class SendGrid(Provider):
    """`key_file` signs by ECDSA over P-256; None: nothing is signed, as the old setting. `charset` is
    the one of subject, text and from; `whole`: the option "POST the raw, full MIME"; `head`: whether
    the field `headers` repeats what the other fields say."""

    waits = (5, 10, 20, 60)  # assumed
    signature_header = "X-Twilio-Email-Event-Webhook-Signature"  # assumed
    timestamp_header = "X-Twilio-Email-Event-Webhook-Timestamp"  # assumed

    def __init__(self, port, path, key_file=None, charset="utf-8", whole=False, head=True, **options):
        super().__init__(port, path, **options)
        self.key_file = key_file
        self.charset = charset
        self.whole = whole
        self.head = head

    def gives_up(self, status):
        return status is not None and status < 500  # assumed

    def fields(self, mail):
        envelope = {"to": mail.recipients, "from": mail.sender}
        fields = [("envelope", json.dumps(envelope).encode()), ("sender_ip", b"192.0.2.7"),
                  ("SPF", b"pass"), ("dkim", b"{}")]
        if self.whole:
            return fields + [("email", mail.raw)], []
        named = ("From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
        lines = [f"{name}: {value}" for name, value in headers_of(mail)
                 if self.head or name not in named]
        texts = {"from": address_of(mail), "subject": mail.subject, "text": mail.text,
                 "to": ", ".join(mail.recipients)}
        if mail.html is not None:
            texts["html"] = mail.html
        fields += [("headers", ("\n".join(lines) + "\n").encode()),
                   ("charsets", json.dumps({name: self.charset for name in texts}).encode()),
                   ("attachments", str(len(mail.attachments)).encode())]
        fields += [(name, text.encode(self.charset)) for name, text in texts.items()]
        info, files = {}, []
        for number, one in enumerate(mail.attachments, 1):
            info[f"attachment{number}"] = {"filename": one.name, "name": one.name,
                                           "type": one.media_type}
            files.append((f"attachment{number}", one.name, one.media_type, one.content))
        if info:
            fields.append(("attachment-info", json.dumps(info).encode()))
        return fields, files

    def signed(self, headers, body, timestamp=None):
        if self.key_file is None:
            return headers
        timestamp = timestamp or str(int(self.now()))
        signature = sign(self.key_file, "sha256", timestamp.encode() + body)
        return {**headers, self.signature_header: base64.b64encode(signature).decode(),
                self.timestamp_header: timestamp}

    def request(self, mail):
        headers, body = multipart(*self.fields(mail))
        return self.signed(headers, body), body

    def send(self, mail):
        return self.deliver(lambda: self.request(mail))


class Postmark(Provider):
    """`user` and `password` stand in the URL it was given; `raw`: "Include raw email content"."""

    waits = (1, 5, 10, 10, 10, 15, 30, 60, 120, 360)

    def __init__(self, port, path, user=None, password=None, raw=False, **options):
        super().__init__(port, path, **options)
        self.user = user
        self.password = password
        self.raw = raw

    def gives_up(self, status):
        return status in (200, 403)

    def message(self, mail, recipient=None, message_id=None):
        recipient = recipient or mail.recipients[0]
        hidden = ("from", "to", "subject", "date", "mime-version", "content-type",
                  "content-transfer-encoding")
        message = {
            "From": address_of(mail), "FromName": mail.sender_name,
            "FromFull": {"Email": mail.sender, "Name": mail.sender_name, "MailboxHash": ""},
            "To": ", ".join(mail.recipients),
            "ToFull": [{"Email": one, "Name": "", "MailboxHash": ""} for one in mail.recipients],
            "Cc": "", "CcFull": [], "Bcc": "", "BccFull": [], "OriginalRecipient": recipient,
            "Subject": mail.subject, "MessageID": message_id or str(uuid.UUID(int=self.rng.getrandbits(128))),
            "ReplyTo": "", "MailboxHash": recipient.partition("@")[0].partition("+")[2],
            "Date": mail.date.strftime("%a, %d %b %Y %H:%M:%S +0900"),
            "TextBody": mail.text, "HtmlBody": mail.html or "", "StrippedTextReply": "", "Tag": "",
            "Headers": [{"Name": name, "Value": value} for name, value in headers_of(mail)
                        if name.lower() not in hidden],
            "Attachments": [{"Name": one.name, "Content": base64.b64encode(one.content).decode(),
                             "ContentType": one.media_type, "ContentLength": len(one.content),
                             "ContentID": ""} for one in mail.attachments],
            "MessageStream": "inbound",
        }
        if self.raw:
            message["RawEmail"] = mail.raw.decode("utf-8", "surrogateescape")
        return message

    def request(self, message):
        headers = {"Content-Type": "application/json", "User-Agent": "Postmark"}
        if self.user:
            word = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {word}"
        return headers, json.dumps(message).encode()

    def send(self, mail, recipient=None, message_id=None):
        message = self.message(mail, recipient, message_id)
        return self.deliver(lambda: self.request(message))


class Sns(Provider):
    """SES receipt over an SNS topic, with the web server that SNS has for certificates and
    confirmations (https, on 127.0.0.1, signed by an authority of its own: `ca_file`).

    `encoding`: how SES writes `content`: "UTF8" or "BASE64"; `version`: of the signature; `content`
    False: the mail went to a bucket."""

    waits = (1 / 3, 1 / 3, 1 / 3)

    def __init__(self, port, path, folder, version="2", encoding="UTF8", **options):
        super().__init__(port, path, **options)
        self.version = version
        self.encoding = encoding
        self.content = True
        self.topic = "arn:aws:sns:us-east-1:123456789012:inbound"
        self.confirmed = []  # the query of each confirmation that came
        self.pages = []  # every path asked for
        self.answering = 200
        self.key_file = os.path.join(folder, "signing.key")
        self.certificate = make_certificate(folder, "signing", "sns.amazonaws.com")
        self.expired = make_certificate(folder, "expired", "sns.amazonaws.com", days=-1)
        authority = make_certificate(folder, "web", "127.0.0.1")
        self.ca_file = authority
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority, os.path.join(folder, "web.key"))
        self.web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SnsPages)
        self.web.daemon_threads = True
        self.web.provider = self
        self.web.socket = context.wrap_socket(self.web.socket, server_side=True)
        self.host = f"127.0.0.1:{self.web.server_address[1]}"
        self.certificate_url = f"https://{self.host}/SimpleNotificationService-0123abcd.pem"
        threading.Thread(target=self.web.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.web.shutdown()
        self.web.server_close()

    def gives_up(self, status):
        return status is not None and 200 <= status < 500

    def signed(self, message, key_file=None):
        names = ["Message", "MessageId"]
        if message["Type"] == "Notification":
            names += ["Subject"] if "Subject" in message else []
            names += ["Timestamp", "TopicArn", "Type"]
        else:
            names += ["SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        text = "".join(f"{name}\n{message[name]}\n" for name in names)
        digest = "sha1" if self.version == "1" else "sha256"
        signature = sign(key_file or self.key_file, digest, text.encode())
        return {**message, "Signature": base64.b64encode(signature).decode()}

    def envelope(self, type_, message, **changes):
        return {"Type": type_, "MessageId": str(uuid.UUID(int=self.rng.getrandbits(128))),
                "TopicArn": self.topic, "Message": message,
                "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.now())),
                "SignatureVersion": self.version, "SigningCertURL": self.certificate_url, **changes}

    def notification(self, mail, recipients=None, **changes):
        raw = mail.raw
        receipt = {"timestamp": "2026-11-22T00:00:00.000Z", "processingTimeMillis": 42,
                   "recipients": recipients or mail.recipients,
                   "spamVerdict": {"status": "PASS"}, "virusVerdict": {"status": "PASS"},
                   "spfVerdict": {"status": "PASS"}, "dkimVerdict": {"status": "PASS"},
                   "dmarcVerdict": {"status": "PASS"},
                   "action": {"type": "SNS", "topicArn": self.topic, "encoding": self.encoding}}
        body = {"notificationType": "Received", "receipt": receipt,
                "mail": {"timestamp": "2026-11-22T00:00:00.000Z", "source": mail.sender,
                         "messageId": "m" + mail.token, "destination": mail.recipients,
                         "headersTruncated": False,
                         "headers": [{"name": name, "value": value}
                                     for name, value in headers_of(mail)],
                         "commonHeaders": {"from": [address_of(mail)], "to": mail.recipients,
                                           "subject": mail.subject}}}
        if not self.content:
            receipt["action"] = {"type": "S3", "topicArn": self.topic, "bucketName": "shop-inbound",
                                 "objectKey": "mails/" + mail.token}
        elif self.encoding == "BASE64":
            body["content"] = base64.b64encode(raw).decode()
        else:
            body["content"] = raw.decode("utf-8")
        return self.envelope("Notification", json.dumps(body),
                             Subject="Amazon SES Email Receipt Notification", **changes)

    def confirmation(self, type_="SubscriptionConfirmation", **changes):
        token = "".join(self.rng.choices("0123456789abcdef", k=64))
        query = urllib.parse.urlencode({"Action": "ConfirmSubscription", "TopicArn": self.topic,
                                        "Token": token})
        return self.envelope(type_, "You have chosen to subscribe to the topic.",
                             **{"Token": token, "SubscribeURL": f"https://{self.host}/?{query}",
                                **changes})

    def request(self, message):
        return {"Content-Type": "text/plain; charset=UTF-8",
                "x-amz-sns-message-type": message["Type"],
                "x-amz-sns-message-id": message["MessageId"],
                "x-amz-sns-topic-arn": message["TopicArn"],
                "User-Agent": "Amazon Simple Notification Service Agent"}, json.dumps(message).encode()

    def publish(self, message, key_file=None):
        signed = self.signed(message, key_file)
        return self.deliver(lambda: self.request(signed))

    def send(self, mail, **changes):
        return self.publish(self.notification(mail, **changes))


class SnsPages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        provider = self.server.provider
        provider.pages.append(self.path)
        status, content = provider.answering, b""
        if status == 302:
            content = b"elsewhere"
        elif self.path.startswith("/SimpleNotificationService-"):
            name = provider.expired if "expired" in self.path else provider.certificate
            with open(name, "rb") as file:
                content = file.read()
        elif self.path.startswith("/?Action=ConfirmSubscription"):
            if status == 200:
                provider.confirmed.append(urllib.parse.urlsplit(self.path).query)
            content = b"<ConfirmSubscriptionResponse/>"
        else:
            status = 404
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "https://127.0.0.1/")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def openssl(*words, stdin=b""):
    done = subprocess.run(["openssl", *words], input=stdin, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {' '.join(words)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def sign(key_file, digest, content):
    return openssl("dgst", f"-{digest}", "-sign", key_file, stdin=content)


def make_certificate(folder, name, host, days=30):
    """NAME.key and NAME.pem, signed by itself, valid for `days`; -1: it ended a day ago."""
    key, pem = (os.path.join(folder, f"{name}.{kind}") for kind in ("key", "pem"))
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem,
               "-subj", f"/CN={host}"]
    if host[0].isdigit():
        request += ["-addext", f"subjectAltName=IP:{host}"]
    if days > 0:
        openssl(*request, "-days", str(days))
        return pem
    # Its request, then a certificate with dates of the past.
    openssl(*request, "-days", "1")
    signing_request = os.path.join(folder, f"{name}.csr")
    openssl("req", "-new", "-key", key, "-subj", f"/CN={host}", "-out", signing_request)
    database = os.path.join(folder, f"{name}.index")
    open(database, "w", encoding="ascii").close()
    config = os.path.join(folder, f"{name}.cnf")
    with open(config, "w", encoding="ascii") as file:
        file.write(f"[ca]\ndefault_ca=d\n[d]\ndatabase={database}\nnew_certs_dir={folder}\n"
                   "default_md=sha256\npolicy=p\nrand_serial=yes\n[p]\ncommonName=supplied\n")
    openssl("ca", "-batch", "-config", config, "-selfsign", "-keyfile", key, "-in", signing_request,
            "-out", pem, "-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-notext")
    return pem


def make_p256_key(folder, name):
    """NAME.key, and its public key as SendGrid shows it: base64 of the DER."""
    key = os.path.join(folder, f"{name}.key")
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
    der = openssl("ec", "-in", key, "-pubout", "-outform", "DER")
    return key, base64.b64encode(der).decode()
