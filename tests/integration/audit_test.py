#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The change history is sealed: whoever changes the database behind the daemon's back is found, with
the place, while the daemon runs and while it does not; and what was cut off is missed in a file of
signatures that was kept elsewhere."""

import json
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until


class Audit(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        self.server = postgres.Postgres(self.sandbox) if self.engine == "postgresql" else None
        url = self.server.create_database() if self.server else None
        self.kept = os.path.join(self.sandbox.folder("elsewhere"), "audit.jsonl")
        self.daemon = Daemon(self.sandbox, self.binary, url=url,
                             options={"audit": f'checkpoint_file = "{self.kept}"'})
        self.daemon.migrate()
        self.admin = self.daemon.client(self.daemon.token("root", "admin"))
        self.agent = self.daemon.client(self.daemon.token("sato", "agent"))
        self.daemon.start()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def sql(self, statement):
        if self.server:
            self.server.sql(statement, postgres.database_name(self.daemon.url))
            return
        database = sqlite3.connect(self.daemon.database_file)
        try:
            with database:
                database.execute(statement)
        finally:
            database.close()

    def change(self, name):
        self.agent.post("/customers", {"family_name": name}).expect(201)

    def sealed(self):
        """How many changes, once all of them are."""
        def state():
            answer = self.admin.get("/audit").expect(200).json()
            return answer if answer["unsealed"] == 0 else None
        return wait_until(state, 20, "all changes sealed")["sealed"]

    def verify(self, *files):
        done = self.daemon.command("audit", "verify", *files)
        return done.returncode, (done.stdout + done.stderr).decode()

    def check_1_untouched_it_holds(self):
        for name in ("山田", "佐藤", "鈴木"):
            self.change(name)
        number = self.sealed()
        expect(number >= 3, "changes were sealed")
        code, text = self.verify()
        expect_equal(code, 0, text)
        expect_in(f"{number} changes", text, "what was looked at")

    def check_2_a_stop_signs_what_there_is(self):
        number = self.sealed()
        self.daemon.stop()
        with open(self.kept, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        expect_equal(lines[-1]["position"], number, "the last signature")
        logged = [entry for entry in self.daemon.log_entries() if entry["id"] == "audit.checkpoint"]
        expect_equal(logged[-1]["signature"], lines[-1]["signature"], "the log's")
        code, text = self.verify(self.kept)
        expect_equal(code, 0, text)
        self.daemon.start()

    def check_3_a_change_behind_its_back_is_found(self):
        self.sql("UPDATE changes SET actor_name = 'nobody' WHERE seq = "
                 "(SELECT change_seq FROM change_links WHERE position = 2)")
        code, text = self.verify()
        expect_equal(code, 1, text)
        expect_in("position 2: ", text, "the place")
        expect_in("was modified", text, "what happened")
        self.sql("DELETE FROM changes WHERE seq = "
                 "(SELECT change_seq FROM change_links WHERE position = 3)")
        expect_in("was deleted", self.verify()[1], "what happened")

    def check_4_a_cut_off_end_is_missed_elsewhere(self):
        self.daemon.stop()
        for table, column in (("change_links", "position"), ("audit_checkpoints", "position")):
            self.sql(f"DELETE FROM {table} WHERE {column} > 1")
        self.sql("DELETE FROM changes WHERE seq > (SELECT max(change_seq) FROM change_links)")
        expect_equal(self.verify()[0], 0, "the database alone does not tell")
        code, text = self.verify(self.kept)
        expect_equal(code, 1, text)
        expect_in("cut off", text, "what happened")
        self.daemon.start()

    def check_5_bad_files_are_refused(self):
        bad = os.path.join(self.sandbox.folder("bad"), "bad.jsonl")
        with open(bad, "w", encoding="utf-8") as file:
            file.write("これは署名ではない\n")
        code, text = self.verify(bad)
        expect_equal(code, 1, text)
        expect_in("Line 1", text, "where")
        code, text = self.verify(bad + ".missing")
        expect_equal(code, 1, text)
        expect_in("Cannot read", text, "what")

    def check_6_only_operators_see_it(self):
        self.agent.get("/audit").expect(403)
        self.daemon.client(None).get("/audit").expect(401)

    def check_7_the_daemon_needs_no_right_to_rewrite_it(self):
        if not self.server:
            return
        self.daemon.stop()
        role = f"desk_{os.getpid()}"
        history = "changes, change_links, audit_checkpoints"
        self.sql(f"CREATE ROLE {role} LOGIN")
        self.sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        self.sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        self.sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {history} FROM {role}")
        try:
            other = re.sub(r"//[^@]*@", f"//{role}@", self.daemon.url)
            self.daemon.url = other
            self.daemon.write_config()
            self.daemon.start()
            before = self.sealed()
            self.change("高橋")
            expect(self.sealed() > before, "sealed by that role")
            self.daemon.stop()
        finally:
            self.sql(f"DROP OWNED BY {role}")
            self.sql(f"DROP ROLE {role}")


if __name__ == "__main__":
    run_on_engines(__doc__, "audit", Audit)
