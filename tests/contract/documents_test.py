#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the documents tell people to type works: the README's commands, the guide to the API from top
to bottom, the demo scripts behind ./run; and every link within the tree leads somewhere.
"""

import glob
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "support", "python"))

from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import Daemon, find_binary
from madoguchi_testing.sandbox import Sandbox, wait_for_port


def read(*names):
    with open(os.path.join(ROOT, *names), encoding="utf-8") as file:
        return file.read()


def blocks(text):
    """The shell code of a document."""
    return re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)


class Documents(Checks):
    def __init__(self, sandbox):
        super().__init__()
        self.sandbox = sandbox

    def setup(self):
        self.daemon = Daemon(self.sandbox, find_binary())
        self.daemon.migrate()
        self.daemon.start()
        self.folder = self.sandbox.folder("checkout", 0o700)
        os.mkdir(os.path.join(self.folder, ".run"))
        self.token_file = os.path.join(self.folder, ".run", "token")
        with open(self.token_file, "w", encoding="ascii") as file:
            file.write(self.daemon.token("demo", "admin") + "\n")
        with open(self.token_file, encoding="ascii") as file:
            self.hub = self.daemon.client(file.read().strip())
        wait_for_port(self.daemon.lmtp_port, 10)

    def teardown(self):
        self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def shell(self, script):
        """Runs what a document says, against this daemon's ports, in a folder with a .run/token."""
        script = script.replace("127.0.0.1:8080", f"127.0.0.1:{self.daemon.http_port}")
        script = script.replace("127.0.0.1:2424", f"127.0.0.1:{self.daemon.lmtp_port}")
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder,
                              env={**os.environ, "no_proxy": "*"}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=90, check=False)
        expect_equal(done.returncode, 0, f"{script}\n{done.stdout}{done.stderr}")
        return done.stdout

    def demo(self, script, *options):
        done = subprocess.run(
            [sys.executable, "-B", os.path.join(ROOT, "tools", script),
             f"--url=http://127.0.0.1:{self.daemon.http_port}", f"--token-file={self.token_file}",
             *options], capture_output=True, text=True, timeout=90, check=False)
        expect_equal(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def categories(self):
        return self.hub.get("/categories").expect(200).json()["items"]

    def check_the_demo_data_is_taken_once(self):
        self.demo("demo_data.py")
        categories = self.categories()
        cases = list(self.hub.items("/cases"))
        expect(len(categories) >= 5 and len(cases) >= 4, f"{len(categories)}, {len(cases)}")
        self.demo("demo_data.py")
        expect_equal(len(self.categories()), len(categories), "categories afterwards")
        expect_equal(len(list(self.hub.items("/cases"))), len(cases), "cases afterwards")

    def check_the_demo_mail_becomes_a_case(self):
        lmtp = f"--lmtp=127.0.0.1:{self.daemon.lmtp_port}"
        number = self.demo("send_demo_mail.py", lmtp).strip()
        case = self.hub.get(f"/cases/{number}").expect(200).json()
        expect_equal(case["subject"], "届いた商品が破損していました", "subject")
        expect_equal(case["requester"]["name"], "山田 花子", "requester")
        message = self.hub.messages(number)[0]
        expect_in("取っ手が割れていました", message["text"], "text")
        expect_equal([one["file_name"] for one in message["attachments"]], ["写真.png"], "attachments")
        again = self.demo("send_demo_mail.py", lmtp).strip()
        expect(again != number, "another mail is another case")

    @after("check_the_demo_mail_becomes_a_case")
    def check_the_readme_names_the_two_commands_and_its_curl_lines_work(self):
        code = "".join(blocks(read("README.md")))
        for command in ("./run", "./test"):
            expect(re.search(rf"^{re.escape(command)}\b", code, re.M), f"{command} in README.md")
            path = os.path.join(ROOT, command)
            expect(os.access(path, os.X_OK), f"{command} can be run")
            subprocess.run(["bash", "-n", path], check=True)
        lines = [line for line in code.splitlines() if line.startswith("curl ")]
        expect(lines, "README.md has a curl line")
        for line in lines:
            expect_in("山田 花子", self.shell(line), line)

    def check_the_guide_to_the_api_works_from_top_to_bottom(self):
        parts = blocks(read("docs", "guide", "api.md"))
        expect(len(parts) > 5, "blocks in docs/guide/api.md")
        said = self.shell("\n".join(parts))
        for word in ("case_opened", "duplicate", '"status":"open"', '"kind":"reply"', "resolved"):
            expect_in(word, said.replace('": "', '":"'), "what the guide's commands print")

    def check_links_lead_somewhere(self):
        pages = [*glob.glob(os.path.join(ROOT, "*.md")),
                 *glob.glob(os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)]
        expect(len(pages) > 10, f"pages: {len(pages)}")
        for page in pages:
            with open(page, encoding="utf-8") as file:
                text = re.sub(r"^```.*?^```", "", file.read(), flags=re.M | re.S)
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
                if re.match(r"[a-z]+:", target):
                    continue
                path = os.path.join(os.path.dirname(page), target)
                expect(os.path.exists(path), f"{os.path.relpath(page, ROOT)} links to {target}")


def main():
    with Sandbox("documents") as sandbox:
        checks = Documents(sandbox)
        checks.run()
    finish([checks])


if __name__ == "__main__":
    main()
