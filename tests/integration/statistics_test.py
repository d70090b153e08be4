#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Statistics through the facade: each number is what the list of cases counts with the same filters, for each
caller what that caller sees, by day, category, channel, agent, mailbox and team, as JSON and as a table."""

import csv
import datetime
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import postgres
from madoguchi_testing.checks import Checks, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.script import run_on_engines

kAgents = {"hanako": "agent", "chief": "supervisor"}
kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kDay = datetime.timedelta(days=1)
kJapan = datetime.timezone(datetime.timedelta(hours=9))


class Statistics(Checks):
    def __init__(self, sandbox, binary, engine):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=url, mailboxes=kMailboxes)
        self.daemon.migrate()
        self.tokens = {name: self.daemon.token(name, role) for name, role in kAgents.items()}
        self.tokens["admin"] = self.daemon.token("admin", "admin")
        self.daemon.start()
        for name, token in self.tokens.items():
            setattr(self, name, self.daemon.client(token))
        seller = self.admin.post("/agents", {"name": "seller", "role": "agent",
                                             "mailboxes": ["sales"]}).expect(201)
        self.seller = self.daemon.client(self.daemon.token("seller", "agent"))
        expect_equal(seller.json()["mailboxes"], ["sales"], "sees one mailbox")
        self.empty()
        self.fill()

    def empty(self):
        nothing = self.hanako.get("/statistics/cases").expect(200).json()
        expect_equal((nothing["total"]["created"], len(nothing["rows"])), (0, 30), "thirty empty days")
        expect_equal(nothing["total"]["first_response"]["wall_minutes"],
                     {"count": 0, "p50": None, "p90": None, "p95": None}, "of nothing")
        expect_equal(self.hanako.get("/statistics/backlog").expect(200).json()["rows"], [], "no backlog")

    def fill(self):
        self.category = self.chief.post("/categories", {"name": "返品"}).expect(201).json()["id"]
        self.chief.post("/sla-policies", {"name": "標準", "targets": {
            "first_response": 600, "resolution": 1200}}).expect(201)
        self.cases = []
        for i in range(12):
            wish = {"channel": ("web", "phone", "fax")[i % 3], "text": f"{i} 件目",
                    "mailbox": "support" if i % 4 else "sales"}
            if i % 2:
                wish["category"] = self.category
            if wish["channel"] == "phone":
                wish.update(kind="call", call={"direction": "received", "outcome": "spoken"})
            number = self.hanako.post("/cases", wish).expect(201).json()["number"]
            self.cases.append(number)
            if i < 6:
                self.hanako.post(f"/cases/{number}/take").expect(200)
            if i in (1, 2, 3, 7):
                self.hanako.post(f"/cases/{number}/resolve").expect(200)
        self.hanako.post(f"/cases/{self.cases[3]}/reopen").expect(200)

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    def counted(self, client, **query):
        return client.get("/cases", query={"count": "true", **query}).expect(200).json()["count"]

    def period(self, statistics):
        begin = datetime.datetime.fromisoformat(statistics["from"]).replace(tzinfo=kJapan)
        end = datetime.datetime.fromisoformat(statistics["to"]).replace(tzinfo=kJapan) + kDay
        return begin.isoformat(), end.isoformat()

    def same_as_the_list(self, client, row, statistics, **query):
        begin, end = self.period(statistics)
        created = {"created_after": begin, "created_before": end, **query}
        resolved = {"resolved_after": begin, "resolved_before": end, **query}
        expect_equal(row["created"], self.counted(client, **created), f"created {query}")
        expect_equal(row["resolved"], self.counted(client, **resolved), f"resolved {query}")
        expect_equal(row["reopened"], self.counted(client, reopened="true", **created), f"reopened {query}")
        expect_equal(row["first_response"]["sla_missed"],
                     self.counted(client, sla_missed="first_response", **created), f"late {query}")
        expect_equal(row["resolution"]["sla_missed"],
                     self.counted(client, sla_missed="resolution", **resolved), f"late {query}")

    def check_every_number_is_what_the_list_counts(self):
        for client in (self.hanako, self.seller):
            for by, name in (("channel", "channel"), ("category", "category"), ("agent", "assignee")):
                found = client.get("/statistics/cases", query={"by": by}).expect(200).json()
                self.same_as_the_list(client, found["total"], found)
                expect_equal(sum(row["created"] for row in found["rows"]), found["total"]["created"], by)
                for row in found["rows"]:
                    if row["key"]:
                        self.same_as_the_list(client, row, found, **{name: row["key"]})
                    elif by == "agent":
                        self.same_as_the_list(client, row, found, assignee="none")
        total = self.hanako.get("/statistics/cases").expect(200).json()["total"]
        expect_equal((total["created"], total["resolved"], total["reopened"]), (12, 3, 1), "all")
        expect_equal(total["first_response"]["wall_minutes"]["count"], 4, "four talks")
        expect_equal(total["resolution"]["sla_met"], 3, "in time")
        seen = self.seller.get("/statistics/cases").expect(200).json()["total"]
        expect_equal(seen["created"], 3, "what the seller sees")

    def check_days_are_days_in_japan(self):
        found = self.hanako.get("/statistics/cases", query={"by": "day"}).expect(200).json()
        expect_equal(found["time_zone"], "Asia/Tokyo", "zone")
        for row in found["rows"][-2:]:
            day = dict(found, **{"from": row["key"], "to": row["key"]})
            self.same_as_the_list(self.hanako, row, day)
        one = self.hanako.get("/statistics/cases", query={
            "from": found["to"], "to": found["to"]}).expect(200).json()
        expect_equal([row["key"] for row in one["rows"]], [found["to"]], "one day")

    def check_filters_narrow(self):
        query = {"channel": ["web", "fax"], "category": self.category, "assignee": "me"}
        found = self.hanako.get("/statistics/cases", query={"by": "mailbox", **query}).expect(200).json()
        self.same_as_the_list(self.hanako, found["total"], found, **query)
        expect({row["key"] for row in found["rows"]} <= {"support", "sales"}, "by the names of mailboxes")
        teams = self.hanako.get("/statistics/cases", query={"by": "team", "mailbox": "sales"}).expect(200).json()
        expect_equal([(row["key"], row["created"]) for row in teams["rows"]], [("", 3)], "no teams")

    def check_the_backlog_by_age(self):
        for by, name in (("channel", "channel"), ("agent", "assignee")):
            found = self.hanako.get("/statistics/backlog", query={"by": by}).expect(200).json()
            for row in [found["total"]] + found["rows"]:
                query = {} if row is found["total"] else {name: row["key"] or "none"}
                expect_equal(row["unresolved"], self.counted(self.hanako, unresolved="true", **query), by)
                expect_equal(row["overdue"], self.counted(self.hanako, overdue="true", **query), by)
                ages = sum(row[age] for age in ("today", "days_3", "days_7", "days_30", "older"))
                expect_equal(ages, row["unresolved"], "each has an age")
            expect_equal(found["total"]["today"], found["total"]["unresolved"], "all of today")
            nobody = self.counted(self.hanako, unresolved="true", assignee="none")
            expect_equal(found["total"]["unassigned"], nobody, "of nobody")
        self.hanako.get("/statistics/backlog", query={"by": "day"}).expect(422)

    def check_the_table_says_the_same(self):
        found = self.hanako.get("/statistics/cases", query={"by": "category"}).expect(200).json()
        answer = self.hanako.get("/statistics/cases.csv", query={"by": "category"}).expect(200)
        expect_equal(answer.media_type, "text/csv", "type")
        rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
        expect_equal([(row["key"], row["name"], int(row["created"]), int(row["resolved"])) for row in rows],
                     [(row["key"], row["name"], row["created"], row["resolved"]) for row in found["rows"]],
                     "rows")
        expect_in("返品", [row["name"] for row in rows], "names")

    def check_what_is_wrong_is_refused(self):
        for query in ({"from": "2026-02-30"}, {"to": "yesterday"}, {"from": "2026-02-02", "to": "2026-02-01"},
                      {"from": "2020-01-01", "to": "2026-01-01"}, {"by": "hour"}, {"mailbox": "none"}):
            self.hanako.get("/statistics/cases", query=query).expect(422)
        self.daemon.client(None).get("/statistics/cases").expect(401)


if __name__ == "__main__":
    run_on_engines(__doc__, "statistics", Statistics)
