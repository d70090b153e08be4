#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every configuration that is shipped loads, and one with a mistake does not."""

import glob
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "support", "python"))

from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in, finish
from madoguchi_testing.daemon import find_binary


class Examples(Checks):
    def setup(self):
        self.binary = find_binary()
        self.files = [os.path.join(ROOT, "config", "madoguchi.toml"),
                      os.path.join(ROOT, "config", "madoguchi.reference.toml"),
                      *sorted(glob.glob(os.path.join(ROOT, "config", "examples", "*.toml")))]

    def load(self, path):
        return subprocess.run([self.binary, f"--config={path}", "check-config"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
                              check=False)

    def refused(self, text, *words):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "broken.toml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            done = self.load(path)
        said = done.stdout + done.stderr
        expect(done.returncode not in (0, 139, 134), lambda: f"exit {done.returncode}: {said}")
        for word in ("broken.toml", *words):
            expect_in(word, said, "what it says")

    def check_every_example_loads(self):
        expect(len(self.files) > 4, f"examples: {self.files}")
        for path in self.files:
            done = self.load(path)
            expect_equal(done.returncode, 0, f"{os.path.basename(path)}: {done.stdout}{done.stderr}")

    def check_an_unknown_key_is_refused_with_its_line(self):
        with open(self.files[0], encoding="utf-8") as file:
            text = file.read()
        broken = text.replace('[http]\n', '[http]\nlisen = "127.0.0.1:1"\n')
        line = broken[:broken.index("lisen")].count("\n") + 1
        self.refused(broken, "lisen", str(line))

    def check_a_wrong_value_is_refused_with_what_is_allowed(self):
        self.refused('[smtp]\nsecurity = "perhaps"\n\n[[mailbox]]\nname = "a"\naddress = "a@b.example"\n',
                     "security", "starttls")

    def check_a_missing_key_is_refused(self):
        self.refused('[[mailbox]]\nname = "support"\n', "address")

    def check_a_file_that_is_no_toml_is_refused(self):
        self.refused("[http\n", "1")

    def check_a_missing_file_is_refused(self):
        done = self.load("/nonexistent/madoguchi.toml")
        expect(done.returncode not in (0, 139, 134), f"exit {done.returncode}")
        expect_in("/nonexistent/madoguchi.toml", done.stdout + done.stderr, "what it says")

    def check_every_key_of_the_examples_is_in_the_reference(self):
        with open(self.files[1], encoding="utf-8") as file:
            reference = file.read()
        for path in self.files:
            with open(path, encoding="utf-8") as file:
                for key in re.findall(r"^(\w+) =", file.read(), re.M):
                    expect(re.search(rf"^#?(?:{key} =|\[\w+\.{key}\])", reference, re.M),
                           f"{path}: {key}")


def main():
    checks = Examples()
    checks.run()
    finish([checks])


if __name__ == "__main__":
    main()
