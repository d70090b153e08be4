#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hands one real mail to the hub by LMTP, as a mail server would: Japanese in ISO-2022-JP, with a
picture attached. Waits until it is a case, and prints the case's number.
"""

import argparse
import base64
import email.utils
import smtplib
import sys
import time
from email import charset, encoders
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from hub_client import Hub

SENDER = "hanako@customer.example"
RECIPIENT = "support@shop.example"
SUBJECT = "届いた商品が破損していました"
TEXT = """サポート御中

先日注文したマグカップ（注文番号 10000245）が届きましたが、取っ手が割れていました。
写真を添付します。交換していただけますでしょうか。

山田 花子
"""
# A picture of 8 by 8 red dots.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mM4o6SEFTEMLQkAvM5EAUNdDNUAAAAA"
    "SUVORK5CYII=")


def mail():
    charset.add_charset("iso-2022-jp", charset.BASE64, None, "iso-2022-jp")
    message = MIMEMultipart()
    message["From"] = f"{Header('山田 花子', 'iso-2022-jp').encode()} <{SENDER}>"
    message["To"] = RECIPIENT
    message["Subject"] = Header(SUBJECT, "iso-2022-jp")
    message["Date"] = email.utils.formatdate(localtime=True)
    message["Message-ID"] = email.utils.make_msgid(domain="customer.example")
    body = MIMEText("", "plain", "us-ascii")
    body.replace_header("Content-Type", 'text/plain; charset="iso-2022-jp"')
    body.set_payload(TEXT.encode("iso-2022-jp").decode("ascii"))
    message.attach(body)
    picture = MIMEBase("image", "png")
    picture.set_payload(PICTURE)
    encoders.encode_base64(picture)
    picture.add_header("Content-Disposition", "attachment", filename=("utf-8", "ja", "写真.png"))
    message.attach(picture)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def deliver(address, raw):
    host, _, port = address.rpartition(":")
    try:
        with smtplib.LMTP(host, int(port), local_hostname="demo.customer.example") as server:
            refused = server.sendmail(SENDER, [RECIPIENT], raw)
    except (OSError, smtplib.SMTPException) as error:
        sys.exit(f"LMTP on {address}: {error}")
    if refused:
        sys.exit(f"LMTP on {address} refused the mail: {refused}")


def numbers(hub):
    found = hub.call("GET", "/cases", query={"requester": SENDER, "limit": 200})
    return [case["number"] for case in found["items"] if case["subject"] == SUBJECT]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lmtp", default="127.0.0.1:2424")
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--token-file", required=True)
    options = parser.parse_args()
    hub = Hub(options.url, options.token_file)
    before = set(numbers(hub))
    deliver(options.lmtp, mail())
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        new = [number for number in numbers(hub) if number not in before]
        if new:
            print(new[0])
            return
        time.sleep(0.1)
    sys.exit("The mail was taken, but is no case after 30 s: see the daemon's log.")


if __name__ == "__main__":
    main()
