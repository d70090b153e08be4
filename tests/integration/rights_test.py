#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may do and see what (S3, S14, S15), made from the API's description: every operation with every
role, a role of the desk's own, no token and a disabled agent, on objects of their own, of another team,
of another mailbox and on none. An operation that is not in the table fails the test. Then what leaked
elsewhere, each by its name, and who hears which event."""

import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "python"))

from madoguchi_testing import mails, postgres
from madoguchi_testing.api import EventStream
from madoguchi_testing.checks import Checks, after, expect, expect_equal, expect_in
from madoguchi_testing.daemon import Daemon
from madoguchi_testing.description import Description
from madoguchi_testing.script import run_on_engines
from madoguchi_testing.waiting import wait_until

kMailboxes = (("support", "support@shop.example"), ("sales", "sales@shop.example"))
kRoles = ("viewer", "agent", "supervisor", "admin", "integration")

# What each role may do, apart from the code: a change of either is a change of both.
kViewer = {"cases_read", "customers_read", "customers_contact_read", "orders_read",
           "orders_amount_read", "settings_read", "events_read"}
kAgent = kViewer | {"cases_write", "cases_assign", "customers_write", "orders_write", "raw_read"}
kSupervisor = kAgent | {"replies_approve", "customers_merge", "customers_transfer",
                        "orders_payment", "subscriptions_exception", "edit_locks_take_over",
                        "settings_write", "operations_read"}
kMay = {
    "viewer": kViewer,
    "agent": kAgent,
    "supervisor": kSupervisor,
    "admin": kSupervisor | {"intake_write", "agents_manage", "webhooks_manage", "hazards_read",
                            "privacy_manage"},
    "integration": (kAgent - {"raw_read"}) | {"customers_transfer", "orders_payment",
                                              "intake_write"},
    # A role of the desk's own: an agent who sees neither how to reach people nor what they pay.
    "blind": kAgent - {"customers_contact_read", "orders_amount_read"},
}


class Entry:
    """One operation: what it needs, what its path names, what it says to who may.

    kind: open (strangers too), anyone (any good token), desk (no object of a mailbox in the path),
    or what the path names: case, message, attachment, image, mailbox, intake, quarantine.
    own: the status for one's own object, or without any; missing: for an object that is not there.
    """

    def __init__(self, needs, kind="desk", own=None, missing=404, body=None, whole_desk=False,
                 query=None, before=None):
        self.needs = set(needs.split()) if needs else set()
        self.kind = kind
        self.own = own
        self.missing = missing
        self.body = body
        self.whole_desk = whole_desk
        self.query = query
        self.before = before


kWebhooks = "webhooks_manage customers_contact_read orders_amount_read"
kPrivacy = "privacy_manage customers_contact_read orders_amount_read"


def master_data(name, list_name, permission="settings"):
    return {f"list{list_name}": Entry(f"{permission}_read", own=200),
            f"create{name}": Entry(f"{permission}_write", own=422),
            f"get{name}": Entry(f"{permission}_read"),
            f"patch{name}": Entry(f"{permission}_write")}


kTable = {
    "livez": Entry("", "open", own=200), "readyz": Entry("", "open", own=200),
    "metrics": Entry("", "open", own=200), "getOpenapi": Entry("", "open", own=200),
    "takeHook": Entry("", "open", own=404),
    "getMe": Entry("", "anyone", own=200),

    # Cases
    "listConnectorTypes": Entry("settings_read", own=200),
    "getConnectorType": Entry("settings_read"),
    "listCases": Entry("cases_read", own=200),
    "createCase": Entry("cases_write", own=422),
    "bulkCases": Entry("cases_write", own=422),
    "listCallBacks": Entry("cases_read", own=200),
    "getCase": Entry("cases_read", "case", own=200),
    "patchCase": Entry("cases_write", "case", own=200, body={"priority": "high"}),
    "assignCase": Entry("cases_assign", "case", own=200, body={"assignee": None}),
    "getDraft": Entry("cases_write", "case", own=200, before="putDraft"),
    "putDraft": Entry("cases_write", "case", own=200, body={"text": "x"}),
    "deleteDraft": Entry("cases_write", "case", own=204, before="putDraft"),
    "mergeCase": Entry("cases_write", "case", own=200, body={"into": "{another}"}),
    "listMessages": Entry("cases_read", "case", own=200),
    "addMessage": Entry("cases_write", "case", own=201, body={"kind": "note", "text": "x"}),
    "listCaseOrders": Entry("orders_read", "case", own=200),
    "listPresence": Entry("cases_read", "case", own=200),
    "sayPresence": Entry("cases_read", "case", own=200, body={"state": "looking"}),
    "reopenCase": Entry("cases_write", "case", own=200),
    "resolveCase": Entry("cases_write", "case", own=200),
    "splitCase": Entry("cases_write", "case", own=422, body={"messages": ["{message}"]}),
    "takeCase": Entry("cases_write", "case", own=200),
    "undoCaseMove": Entry("cases_write", "case", own=409),
    "search": Entry("cases_read", own=200, query={"q": "x"}),

    # Messages
    "getMessage": Entry("cases_read", "message", own=200),
    "patchMessage": Entry("cases_write", "message", own=200, body={"text": "y"}),
    "approveReply": Entry("replies_approve", "message", own=409),
    "rejectReply": Entry("replies_approve", "message", own=409, body={"reason": "x"}),
    "cancelReply": Entry("cases_write", "message", own=409),
    "getMessageBody": Entry("cases_read", "message", own=200),
    "getDecision": Entry("cases_read", "mail", own=200),
    "getRawMessage": Entry("raw_read customers_contact_read", "mail", own=200),
    "moveMessage": Entry("cases_write", "message", own=200, body={"case": "{another}"}),
    "getAnswerRecipients": Entry("cases_read", "mail", own=200),
    "redecodeMessage": Entry("cases_write", "mail", own=200, body={"charset": "utf-8"}),
    "redecodeMessages": Entry("cases_write", own=422),
    "uploadAttachment": Entry("cases_write", own=201, query={"file_name": "a.txt"}),
    "getAttachment": Entry("cases_read", "attachment", own=200),
    "getMailImage": Entry("cases_read", "attachment", own=404),
    "listDeliveries": Entry("cases_read", own=200),
    "listSuppressions": Entry("cases_read", own=200),
    "releaseSuppression": Entry("cases_write customers_contact_read"),

    # Mails in
    "takeMail": Entry("intake_write", own=404, query={"mailbox": "sales"}),
    "getIntake": Entry("intake_write", "intake", own=200),
    "listMailTraces": Entry("operations_read", own=200),
    "listQuarantine": Entry("operations_read", own=200),
    "reprocessQuarantine": Entry("settings_write", own=202),
    "reprocessQuarantined": Entry("settings_write"),
    "discardQuarantined": Entry("settings_write", body={"reason": "x"}),
    "getRawQuarantined": Entry("raw_read hazards_read"),

    # Customers
    "listCustomers": Entry("customers_read", own=200),
    "createCustomer": Entry("customers_write", own=422),
    "exportCustomers": Entry("customers_transfer", own=200),
    "createImport": Entry("customers_transfer customers_contact_read", own=422),
    "getImport": Entry("customers_transfer"),
    "mergeCustomer": Entry("customers_merge", body={"into": "CU-999998"}),
    "unmergeCustomer": Entry("customers_merge"),
    **{name: Entry("customers_read") for name in
       ("getCustomer", "listDeliveryAddresses", "getDeliveryAddress", "listCards", "getCard",
        "listCardSessions", "getCardSession", "listCustomerChanges", "listDuplicates",
        "getEditLock", "listMemos", "getMemo", "getScreen", "listCustomerSurveys", "getSurvey")},
    **{name: Entry("customers_write") for name in
       ("patchCustomer", "deleteDeliveryAddress", "patchDeliveryAddress", "patchCard", "deleteCard",
        "cancelCardSession", "putEditLock", "deleteMemo", "deleteEditLock")},
    "createDeliveryAddress": Entry("customers_write", missing=422),
    "createCardSession": Entry("customers_write", missing=422),
    "createMemo": Entry("customers_write", body={"text": "x"}),
    "patchMemo": Entry("customers_write", body={"text": "x"}),
    "keepCard": Entry("customers_transfer", missing=422),
    "listCustomerCases": Entry("cases_read"),
    "listCustomerDeliveries": Entry("cases_read"),
    "getCustomerDelivery": Entry("cases_read"),
    "listCustomerOrders": Entry("orders_read"),
    "listCustomerSubscriptions": Entry("orders_read"),
    "listSurveys": Entry("customers_read", own=200),
    "takeSurveys": Entry("customers_transfer", own=422),
    "patchSurvey": Entry("customers_write"),

    # Orders
    "listProducts": Entry("orders_read", own=200),
    "listOrders": Entry("orders_read", own=200),
    "createOrder": Entry("orders_write", own=422),
    "bulkOrders": Entry("orders_write", own=422),
    "notifyOrders": Entry("cases_write", own=422),
    "bulkOrderPayments": Entry("orders_payment", own=422),
    "getOrder": Entry("orders_read"), "listReturns": Entry("orders_read"),
    "getReturn": Entry("orders_read"),
    "patchOrder": Entry("orders_write"),
    "cancelOrder": Entry("orders_write", body={"reason": "x"}),
    "createReturn": Entry("orders_write", missing=422),
    "patchReturn": Entry("orders_write"),
    "listSubscriptions": Entry("orders_read", own=200),
    "createSubscription": Entry("orders_write", own=422),
    "getSubscription": Entry("orders_read"),
    "cancelSubscription": Entry("orders_write", missing=422),
    **{name: Entry("orders_write") for name in
       ("patchSubscription", "orderSubscriptionNow", "pauseSubscription", "resumeSubscription",
        "skipSubscription")},

    # Settings
    **master_data("BlacklistReason", "BlacklistReasons"), **master_data("Category", "Categories"),
    **master_data("Label", "Labels"), **master_data("ReturnReason", "ReturnReasons"),
    **master_data("SubscriptionReason", "SubscriptionReasons"),
    **master_data("Template", "Templates"), "deleteTemplate": Entry("settings_write"),
    "previewTexts": Entry("cases_read", own=422),
    "previewTemplate": Entry("cases_read", body={"case": "{case}"}),
    "listMailboxes": Entry("settings_read", own=200),
    "createMailbox": Entry("settings_write", own=422, whole_desk=True),
    "getMailbox": Entry("settings_read", "mailbox", own=200),
    "patchMailbox": Entry("settings_write", "mailbox", own=409, body={"signature": "x"}),
    "getLedger": Entry("operations_read", "mailbox", own=200),
    "listViews": Entry("cases_read", own=200), "createView": Entry("cases_read", own=422),
    "getView": Entry("cases_read"), "deleteView": Entry("cases_read"),
    "patchView": Entry("cases_read", body={"name": "x"}),
    "getOperation": Entry("cases_read"), "cancelOperation": Entry("cases_read"),
    "retryOperation": Entry("cases_read"),

    # What is known of a person
    **{name: Entry(kPrivacy, whole_desk=True) for name in
       ("exportPerson", "listSightings", "getLegalHold", "deleteLegalHold")},
    "eraseCustomer": Entry(kPrivacy, missing=422, whole_desk=True),
    "putLegalHold": Entry(kPrivacy, missing=422, whole_desk=True),
    "getRetention": Entry(kPrivacy, own=200, whole_desk=True),
    "putRetention": Entry(kPrivacy, own=200, whole_desk=True),
    "previewRetention": Entry(kPrivacy, own=200, whole_desk=True),
    "bulkSubscriptions": Entry("orders_write", own=422),
    "notifySubscriptions": Entry("cases_write", own=422),

    # Who works here
    "listAgents": Entry("settings_read", own=200), "createAgent": Entry("agents_manage", own=422),
    "getAgent": Entry("settings_read"), "patchAgent": Entry("agents_manage"),
    "listTeams": Entry("settings_read", own=200), "createTeam": Entry("agents_manage", own=422),
    "getTeam": Entry("settings_read"), "patchTeam": Entry("agents_manage"),
    "deleteTeam": Entry("agents_manage"),
    "listRoles": Entry("settings_read", own=200), "createRole": Entry("agents_manage", own=422),
    "getRole": Entry("settings_read"), "patchRole": Entry("agents_manage"),
    "deleteRole": Entry("agents_manage"),
    "listPermissions": Entry("settings_read", own=200),

    # Signing in
    "signIn": Entry("", "open", own=422), "usePasswordLink": Entry("", "open", own=422),
    "listSignInWays": Entry("", "open", own=200),
    "startOidc": Entry("", "open", own=404), "finishOidc": Entry("", "open", own=404),
    "listSessions": Entry("", "anyone", own=200), "endSession": Entry("", "anyone"),
    "changePassword": Entry("", "anyone", own=422),
    "listTokens": Entry("", "anyone", own=200), "createToken": Entry("", "anyone", own=422),
    "revokeToken": Entry("", "anyone"),
    "getSecondFactor": Entry("", "anyone", own=200),
    "beginSecondFactor": Entry("", "anyone", own=403),
    **{name: Entry("", "anyone", own=422) for name in
       ("confirmSecondFactor", "renewRecoveryCodes", "removeSecondFactor")},
    "inviteAgent": Entry("agents_manage"), "resetSecondFactor": Entry("agents_manage"),
    "listIdentities": Entry("agents_manage"), "unlinkIdentity": Entry("agents_manage"),
    "linkIdentity": Entry("agents_manage", missing=422),

    # The desk's scheme, what happens by itself, what is promised
    "getScheme": Entry("settings_read", own=200), "listSchemeChanges": Entry("settings_read", own=200),
    "putScheme": Entry("settings_write", own=422),
    "listMacros": Entry("cases_read", own=200), "createMacro": Entry("cases_read", own=422),
    "getMacro": Entry("cases_read"), "patchMacro": Entry("cases_read"),
    "deleteMacro": Entry("cases_read"), "applyMacro": Entry("cases_write", "case", own=422, body={"macro": "none"}),
    **master_data("Rule", "Rules"), "deleteRule": Entry("settings_write"),
    "listRuleRuns": Entry("settings_read", whole_desk=True),
    "dryRunRule": Entry("settings_write", own=422),
    "getMyAvailability": Entry("cases_write", own=200),
    "putMyAvailability": Entry("cases_write", own=422),
    **master_data("BusinessHours", "BusinessHours"), "getBusinessDays": Entry("settings_read"),
    **master_data("SlaPolicy", "SlaPolicies"),
    "askSatisfaction": Entry("", "open", own=404),
    "answerSatisfaction": Entry("", "open", own=404),
    "createSatisfactionLink": Entry("cases_write", "case", own=409),
    **{name: Entry("cases_read", own=200) for name in
       ("getCaseStatistics", "exportCaseStatistics", "getBacklog")},

    # What happens
    "streamEvents": Entry("events_read", "stream", own=200),
    "pollChanges": Entry("events_read", own=200),
    "getAuditState": Entry("operations_read", own=200, whole_desk=True),
    "listWebhooks": Entry(kWebhooks, own=200, whole_desk=True),
    "createWebhook": Entry(kWebhooks, own=422, whole_desk=True),
    "replayWebhook": Entry(kWebhooks, missing=422, whole_desk=True),
    **{name: Entry(kWebhooks, whole_desk=True) for name in
       ("getWebhook", "patchWebhook", "deleteWebhook", "listWebhookDeliveries",
        "retryWebhookDelivery", "rotateWebhookSecret", "testWebhook")},
}
kScoped = ("case", "message", "mail", "attachment", "mailbox", "intake")


class RightsChecks(Checks):
    def __init__(self, sandbox, binary, engine, seed):
        super().__init__(engine)
        self.sandbox = sandbox
        self.binary = binary
        self.engine = engine
        self.generator = mails.Generator(seed)
        self.operations = {}
        for path, methods in Description().document["paths"].items():
            for method, operation in methods.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    self.operations[operation["operationId"]] = (method.upper(), path, operation)

    def setup(self):
        url = None
        if self.engine == "postgresql":
            url = postgres.Postgres(self.sandbox).create_database()
        self.daemon = Daemon(self.sandbox, self.binary, url=url, mailboxes=kMailboxes)
        self.daemon.migrate()
        tokens = {name: self.daemon.token(name, name) for name in kRoles}
        tokens["root"] = self.daemon.token("root", "admin")
        tokens["blind"] = self.daemon.token("blind", "agent")
        tokens["gone"] = self.daemon.token("gone", "admin")
        self.daemon.start()
        self.clients = {name: self.daemon.client(token) for name, token in tokens.items()}
        self.clients["nobody"] = self.daemon.client()
        self.root = self.clients["root"]
        self.ids = {agent["name"]: agent["id"] for agent in self.whole(self.root, "/agents")}
        role = self.root.post("/roles", {
            "name": "電話受付", "based_on": "agent",
            "permissions": sorted(kMay["blind"])}).expect(201).json()
        self.change_agent("blind", custom_role=role["id"], mailboxes=["support"])
        for name in kRoles:
            self.change_agent(name, mailboxes=["support"])
        self.change_agent("gone", disabled=True)
        self.others = self.root.post("/teams", {"name": "他のチーム",
                                                "members": [self.ids["root"]]}).expect(201).json()
        self.make_objects()

    def teardown(self):
        if self.daemon.running():
            self.daemon.stop()

    def explain(self):
        return self.daemon.complaints()

    @staticmethod
    def whole(client, path):
        return client.get(path).expect(200).json()["items"]

    def change_agent(self, name, **changes):
        path = f"/agents/{self.ids[name]}"
        etag = self.root.get(path).header("ETag")
        return self.root.patch(path, changes, headers={"If-Match": etag}).expect(200).json()

    def new_mail(self, mailbox, **changes):
        """An intake with its case, message and attachment."""
        mail = self.generator.next(kind="attachment", recipients=[f"{mailbox}@shop.example"],
                                   **changes)
        taken = self.root.intake(mail.raw, mailbox).expect(201).json()
        message = self.root.get(f"/messages/{taken['message_id']}").expect(200).json()
        return {"case": taken["case_number"], "message": taken["message_id"],
                "mail": taken["message_id"], "intake": taken["intake_id"], "mailbox": mailbox,
                "attachment": message["attachments"][0]["id"], "subject": message["subject"]}

    def new_call(self, **members):
        """A case by hand, whose message can be changed."""
        case = self.root.post("/cases", {"channel": "phone", "kind": "note", "status": "open",
                                         "text": "折り返し", **members}).expect(201).json()
        message = self.root.messages(case["number"])[0]["id"]
        return {"case": case["number"], "message": message}

    def make_objects(self):
        self.other_mailbox = self.new_mail("sales")
        self.other_team = self.new_call()
        self.root.post(f"/cases/{self.other_team['case']}/assign",
                       {"team": self.others["id"]}).expect(200)
        self.own = self.new_mail("support")

    # Every operation

    def path_of(self, path, values):
        return re.sub(r"\{([^}]*)\}", lambda name: values.get(name.group(1), "none"), path)

    def ask(self, client, operation, kind=None, values=None, entry=None):
        """One call as far as it can go on `values`; what the path names else is not there."""
        method, path, described = self.operations[operation]
        entry = entry or kTable[operation]
        values = values or {}
        name = re.findall(r"\{([^}]*)\}", path)
        filled = {name[0]: values[kind]} if kind and name else {}
        if not path.startswith("/api/v1"):
            client = client.again(base="")
        else:
            path = path.removeprefix("/api/v1")
        target = self.path_of(path, filled)
        options = {"query": entry.query}
        if any(one.get("$ref", "").endswith("/IfMatch")
               for one in described.get("parameters", [])):
            options["headers"] = {"If-Match": "*"}
        content = described.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            given = {"another": self.own["case"], "case": self.own["case"],
                     "message": values.get("message", "none")}
            text = json.dumps(entry.body or {})
            for one, value in given.items():
                text = text.replace("{%s}" % one, value)
            options["json"] = json.loads(text)
        elif "message/rfc822" in content:
            options.update(body=self.generator.next().raw, media_type="message/rfc822")
        elif content:
            media_type = next(iter(content))
            options.update(body=b"x", media_type="text/plain" if media_type == "*/*" else media_type)
        return client.request(method, target, **options)

    def own_object(self, kind):
        """A new one where the operation changes it."""
        if kind in ("case", "message"):
            return self.new_call(mailbox="support")
        return self.own

    def expect_status(self, answer, status, who, operation, what):
        expect(answer.status == status,
               f"{operation} by {who} on {what}: {status} expected, got {answer}")

    def check_every_operation_is_in_the_table(self):
        expect_equal(sorted(set(self.operations) - set(kTable)), [],
                     "operations without an entry in kTable: say who may use them")
        expect_equal(sorted(set(kTable) - set(self.operations)), [], "entries of no operation")

    def check_the_description_names_the_permissions_of_the_table(self):
        for operation, (_, _, described) in self.operations.items():
            named = {described["x-permission"]} if "x-permission" in described else set()
            named |= set(described.get("x-further-permissions", ()))
            expect_equal(sorted(named), sorted(kTable[operation].needs), operation)
            expect_equal(described.get("x-whole-desk", False), kTable[operation].whole_desk,
                         f"{operation}: whole desk")

    def check_roles_are_served_as_they_are(self):
        served = {role["id"]: set(role["permissions"]) for role in self.whole(self.root, "/roles")
                  if role["built_in"]}
        expect_equal(served, {role: kMay[role] for role in kRoles}, "GET /roles")
        known = {one["name"] for one in self.whole(self.root, "/permissions")}
        expect_equal(known, kMay["admin"], "GET /permissions")
        for role in kMay:
            mine = self.clients[role].get("/me").expect(200).json()
            expect_equal(set(mine["permissions"]), kMay[role], f"/me of {role}")
            expect_equal(mine["mailboxes"], ["support"], f"mailboxes of {role}")

    def check_strangers_and_disabled_agents_get_401(self):
        for operation, entry in kTable.items():
            if entry.kind == "open":
                continue
            for who in ("nobody", "gone"):
                answer = self.ask(self.clients[who], operation)
                self.expect_status(answer, 401, who, operation, "anything")

    def check_a_role_without_the_permission_gets_403_whatever_it_asks_for(self):
        for operation, entry in kTable.items():
            for role, may in kMay.items():
                if entry.needs <= may and not entry.whole_desk:
                    continue
                for values in (None, self.own, self.other_mailbox):
                    kind = entry.kind if values and entry.kind in values else None
                    answer = self.ask(self.clients[role], operation, kind, values)
                    self.expect_status(answer, 403, role, operation, "anything")
                    if kind is None:
                        break

    def each_that_may(self, kinds):
        for operation, entry in kTable.items():
            if entry.kind not in kinds:
                continue
            for role, may in kMay.items():
                if entry.needs <= may and not entry.whole_desk:
                    yield operation, entry, role

    def check_what_is_not_there_is_404(self):
        for operation, entry, role in self.each_that_may(("desk", *kScoped)):
            if "{" not in self.operations[operation][1]:
                continue
            answer = self.ask(self.clients[role], operation)
            self.expect_status(answer, entry.missing, role, operation, "nothing")

    def check_what_is_out_of_scope_is_404(self):
        for operation, entry, role in self.each_that_may(kScoped):
            for name in ("other_mailbox", "other_team"):
                values = getattr(self, name)
                if entry.kind not in values:
                    continue
                answer = self.ask(self.clients[role], operation, entry.kind, values)
                self.expect_status(answer, 404, role, operation, name)

    def check_what_is_ones_own_is_served(self):
        for operation, entry, role in self.each_that_may(("desk", *kScoped)):
            named = "{" in self.operations[operation][1]
            if entry.own is None or (named and entry.kind == "desk"):
                continue
            values = self.own_object(entry.kind) if entry.kind in kScoped else None
            kind = entry.kind if values else None
            if entry.before:
                self.ask(self.clients[role], entry.before, kind, values).expect(200, 201)
            answer = self.ask(self.clients[role], operation, kind, values)
            self.expect_status(answer, entry.own, role, operation, "its own")

    def check_operations_of_the_whole_desk_serve_who_sees_all_of_it(self):
        for operation, entry in kTable.items():
            if not entry.whole_desk:
                continue
            named = "{" in self.operations[operation][1]
            answer = self.ask(self.root, operation)
            self.expect_status(answer, entry.missing if named else entry.own, "root", operation,
                               "the desk")

    # What leaked elsewhere (FreeScout's advisories of 2026)

    def check_search_by_number_finds_nothing_hidden(self):
        """GHSA-wqq7: any ticket by its number in the search box."""
        agent = self.clients["agent"]
        for hidden in (self.other_mailbox, self.other_team):
            for path in ("/search", "/cases"):
                found = agent.get(path, query={"q": hidden["case"]}).expect(200).json()["items"]
                expect_equal(found, [], f"{path} by {hidden['case']}")
        found = agent.get("/search", query={"q": self.own["case"]}).expect(200).json()["items"]
        expect_equal([item["number"] for item in found], [self.own["case"]], "its own by number")

    def check_a_merge_takes_nothing_in_or_out_of_sight(self):
        """GHSA-v8vc: merging read and moved tickets of other mailboxes."""
        agent = self.clients["agent"]
        hidden = self.other_mailbox["case"]
        mine = self.own_object("message")
        agent.post(f"/cases/{mine['case']}/merge", {"into": hidden}).expect(404, 422)
        agent.post(f"/cases/{hidden}/merge", {"into": mine["case"]}).expect(404)
        agent.post(f"/messages/{mine['message']}/move", {"case": hidden}).expect(404, 422)
        expect_equal(self.root.case(hidden)["merged_into"], None, "the hidden case")
        expect_equal(self.root.case(mine["case"])["merged_into"], None, "the own case")

    def check_the_customer_s_card_shows_no_hidden_case(self):
        """GHSA-cr68: the customer's card listed tickets of other mailboxes."""
        customer = self.root.post("/customers", {
            "family_name": "共通", "emails": [{"address": "common@customer.example",
                                             "preferred": True}]}).expect(201).json()["number"]
        for mailbox in ("support", "sales"):
            taken = self.new_mail(mailbox, sender="common@customer.example",
                                  sender_name="共通", text=f"marker-{mailbox}")
            case = self.root.case(taken["case"])
            expect_equal(case["customer"], customer, "whose case it is")
            reply = self.root.post(f"/cases/{taken['case']}/messages",
                                   {"kind": "reply", "text": f"answer-{mailbox}"}).expect(201)
            expect(reply.json()["id"], "a reply")
        agent = self.clients["agent"]
        for path in (f"/customers/{customer}/screen", f"/customers/{customer}/cases",
                     f"/customers/{customer}/deliveries", f"/customers/{customer}/changes",
                     "/cases", "/deliveries", "/search?q=marker-sales", "/call-backs",
                     "/cases?mailbox=sales"):
            text = agent.get(path).expect(200).body.decode()
            expect(taken["case"] not in text, f"{path} tells of {taken['case']}")
            expect("marker-sales" not in text and "answer-sales" not in text, f"{path} tells all")
        screen = agent.get(f"/customers/{customer}/screen").expect(200).json()
        expect_equal(screen["cases"]["count"], 1, "cases counted")
        counted = agent.get("/cases", query={"customer": customer, "count": "true"}).json()
        expect_equal(counted["count"], 1, "cases counted in the list")

    def check_whoever_sees_only_what_is_given_to_them_sees_nothing_else(self):
        """GHSA-89fj, GHSA-c83g: users who may see assigned tickets only saw the others."""
        token = self.daemon.token("temp", "agent")
        temp = self.daemon.client(token)
        self.ids["temp"] = temp.get("/me").expect(200).json()["id"]
        self.change_agent("temp", mailboxes=[])
        mail = self.new_mail("support")
        paths = (f"/cases/{mail['case']}", f"/cases/{mail['case']}/messages",
                 f"/messages/{mail['message']}", f"/messages/{mail['message']}/raw",
                 f"/attachments/{mail['attachment']}")
        for path in paths:
            temp.get(path).expect(404)
        self.root.post(f"/cases/{mail['case']}/assign",
                       {"assignee": self.ids["temp"]}).expect(200)
        for path in paths:
            temp.get(path).expect(200)
        expect_in(mail["case"], [case["number"] for case in temp.cases()], "the list")
        self.root.post(f"/cases/{mail['case']}/assign", {"assignee": None}).expect(200)
        for path in paths:
            temp.get(path).expect(404)
        expect(mail["case"] not in [case["number"] for case in temp.cases()], "still in the list")

    def check_attachments_need_a_token_and_their_case(self):
        """GHSA-wg74: attachment links worked for whoever had them."""
        path = f"/attachments/{self.own['attachment']}"
        self.clients["nobody"].get(path).expect(401)
        self.clients["gone"].get(path).expect(401)
        self.clients["nobody"].get(path, query={"token": "x"}).expect(401, 422)
        self.clients["agent"].get(path).expect(200)
        self.clients["agent"].get(f"/attachments/{self.other_mailbox['attachment']}").expect(404)
        waiting = self.root.request("POST", "/attachments", body=b"x", media_type="text/plain",
                                    query={"file_name": "a.txt"}).expect(201).json()["id"]
        self.clients["admin"].get(f"/attachments/{waiting}").expect(404)  # another's upload

    def check_notes_of_hidden_cases_cannot_be_changed(self):
        """GHSA-9vx8, GHSA-3w38: notes edited and deleted without the right to."""
        note = self.other_team["message"]
        for role in ("agent", "supervisor", "admin"):
            self.clients[role].patch(f"/messages/{note}", {"text": "changed"},
                                     headers={"If-Match": "*"}).expect(404)
        mine = self.own_object("message")
        self.clients["viewer"].patch(f"/messages/{mine['message']}", {"text": "changed"},
                                     headers={"If-Match": "*"}).expect(403)
        self.clients["agent"].patch(f"/messages/{self.own['message']}", {"text": "changed"},
                                    headers={"If-Match": "*"}).expect(409)  # a mail is final
        self.clients["agent"].request("DELETE", f"/messages/{mine['message']}").expect(405)

    def check_results_of_mails_into_other_mailboxes_are_hidden(self):
        integration = self.clients["integration"]
        integration.get(f"/intake/{self.own['intake']}").expect(200)
        integration.get(f"/intake/{self.other_mailbox['intake']}").expect(404)
        integration.intake(self.generator.next().raw, "sales").expect(404)
        # The only one that it sees need not be named.
        integration.intake(self.generator.next().raw, None).expect(201)
        traces = self.clients["supervisor"].get("/mail-traces").expect(200).body.decode()
        expect_in(self.own["intake"], traces, "its own in the traces")
        expect(self.other_mailbox["intake"] not in traces, "a hidden mail in the traces")
        names = [one["name"] for one in self.whole(self.clients["agent"], "/mailboxes")]
        expect_equal(names, ["support"], "mailboxes")
        self.clients["agent"].post("/cases", {"channel": "phone", "kind": "note", "text": "x",
                                              "mailbox": "sales"}).expect(422)

    # Who hears what

    def check_two_roles_hear_exactly_what_each_may(self):
        """GHSA-gh3r, GHSA-w668 and S14: what one hears more than the other is what is hidden."""
        all_ = EventStream(self.root)
        some = EventStream(self.clients["agent"])
        wait_until(lambda: all_.listening and some.listening, 10, "both listen", poll=0.02)
        hidden, seen = [], []
        for mailbox in ("sales", "support"):
            mail = self.new_mail(mailbox)
            (hidden if mailbox == "sales" else seen).append(mail["case"])
            for call in (("take", None), ("messages", {"kind": "note", "text": "秘密"}),
                         ("presence", {"state": "looking"}), ("resolve", None)):
                self.root.post(f"/cases/{mail['case']}/{call[0]}", call[1]).expect(200, 201)
        call = self.new_call()
        self.root.post(f"/cases/{call['case']}/assign", {"team": self.others["id"]}).expect(200)
        self.root.patch(f"/cases/{call['case']}", {"subject": "他のチームだけ"},
                        headers={"If-Match": "*"}).expect(200)
        last = self.new_mail("support")["case"]
        seen.append(last)
        def told(events):
            return any(json.loads(event.data)["object_id"] == last for event in events)
        all_.wait_for(told, 20, "the last event for who sees all")
        some.wait_for(told, 20, "the last event for who sees some")
        everything, part = all_.snapshot(), some.snapshot()
        all_.close()
        some.close()
        agents_only = [event for event in everything
                       if json.loads(event.data)["object_id"] not in hidden]
        text = "".join(event.data for event in part)
        for number in hidden:
            expect(number not in text, f"{number} in the stream")
        changed = [event for event in part if "他のチームだけ" in event.data]
        expect_equal(changed, [], "events of another team's case")
        lacking = [event for event in agents_only
                   if event.data not in text and any(number in event.data for number in seen)]
        expect_equal(lacking, [], "events of its own that it did not hear")
        expect(any(number in "".join(event.data for event in everything) for number in hidden),
               "who sees all heard of the hidden ones")

    def check_an_open_stream_ends_when_rights_change(self):
        token = self.daemon.token("listener", "agent")
        client = self.daemon.client(token)
        self.ids["listener"] = client.get("/me").expect(200).json()["id"]
        for change in ({"mailboxes": ["support"]}, {"role": "viewer"}, {"disabled": True}):
            stream = EventStream(client)
            wait_until(lambda: stream.listening, 10, "it listens", poll=0.02)
            self.change_agent("listener", **change)
            mail = self.new_mail("sales")
            wait_until(lambda: stream.ended, 10, f"the stream ends after {change}", poll=0.02)
            text = "".join(event.data for event in stream.snapshot())
            expect(mail["case"] not in text, f"told after {change}")
            stream.close()

    def check_a_team_s_stream_follows_its_team(self):
        token = self.daemon.token("member", "agent")
        client = self.daemon.client(token)
        self.ids["member"] = client.get("/me").expect(200).json()["id"]
        self.change_agent("member", mailboxes=["support"])
        team = self.root.post("/teams", {"name": "ブランドB", "members": [self.ids["member"]],
                                         "mailboxes": ["sales"]}).expect(201)
        path = f"/teams/{team.json()['id']}"
        client.get(f"/cases/{self.other_mailbox['case']}").expect(200)
        stream = EventStream(client)
        wait_until(lambda: stream.listening, 10, "it listens", poll=0.02)
        first = self.new_mail("sales")["case"]
        stream.wait_for(lambda events: any(first in event.data for event in events), 10, "heard")
        stale = self.root.patch(path, {"members": []}).expect(428)
        expect(stale.problem()["status"] == 428, "a version is needed")
        self.root.patch(path, {"members": []}, headers={"If-Match": team.header("ETag")}).expect(200)
        client.get(f"/cases/{self.other_mailbox['case']}").expect(404)
        wait_until(lambda: stream.ended, 10, "the stream ends", poll=0.02)
        stream.close()
        self.root.patch(path, {"name": ""}, headers={"If-Match": "*"}).expect(422)
        self.root.post("/teams", {"name": "ブランドB"}).expect(422)
        expect_equal(client.get(path).expect(200).json()["members"], [], "GET /teams/{id}")
        case = self.new_call()["case"]
        self.root.post(f"/cases/{case}/assign", {"team": team.json()["id"]}).expect(200)
        listed = self.root.cases(team=team.json()["id"])
        expect_equal([one["number"] for one in listed], [case], "GET /cases?team=")
        begun = self.root.post("/cases/bulk", {"action": "assign", "ids": [self.new_call()["case"]],
                                               "team": team.json()["id"]}).expect(202).json()
        def done():
            operation = self.root.get(f"/operations/{begun['operation_id']}").expect(200).json()
            return operation if operation["state"] == "done" else None
        expect_equal(wait_until(done, 10, "the bulk", poll=0.02)["counts"]["done"], 1, "bulk")
        expect_equal(len(self.root.cases(team=team.json()["id"])), 2, "the team's cases")
        self.root.request("DELETE", path, headers={"If-Match": "*"}).expect(204)
        expect(self.root.get(path).expect(200).json()["archived"], "in use: archived")
        unused = self.root.post("/teams", {"name": "短命"}).expect(201).json()["id"]
        self.root.request("DELETE", f"/teams/{unused}", headers={"If-Match": "*"}).expect(204)
        self.root.get(f"/teams/{unused}").expect(404)

    # What of a thing one sees

    def check_a_role_without_it_sees_neither_contacts_nor_amounts_anywhere(self):
        canaries = {"contact": ("090-7531-8642", "09075318642", "canary.person@customer.example",
                                "隠し町", "819-7531"),
                    "amounts": ("13579246", "27158492", "13,579,246", "27,158,492")}
        customer = self.root.post("/customers", {
            "family_name": "秘匿", "given_name": "花子",
            "emails": [{"address": "canary.person@customer.example", "preferred": True}],
            "phones": [{"number": "090-7531-8642", "kind": "mobile", "preferred": True}],
            "billing_address": {"postal_code": "8197531", "prefecture": "福岡県", "city": "糸島市",
                                "street": "隠し町1-2"}}).expect(201).json()["number"]
        self.root.post(f"/customers/{customer}/addresses", {
            "label": "会社", "address": {"postal_code": "8197531", "city": "糸島市",
                                       "street": "隠し町3"}}).expect(201)
        case = self.root.post("/cases", {
            "channel": "phone", "kind": "call", "text": "注文", "customer": customer,
            "mailbox": "support", "requester": {"name": "秘匿 花子", "phone": "090-7531-8642",
                                                "address": "canary.person@customer.example"},
            "ccs": [{"kind": "address", "address": "canary.person@customer.example"}],
        }).expect(201).json()["number"]
        order = self.root.post("/orders", {
            "customer": customer, "case": case,
            "items": [{"sku": "TEA", "name": "緑茶", "quantity": 2, "tax_rate": 8,
                       "unit_price": {"amount_minor": 13579246, "currency": "JPY"}}],
        }).expect(201).json()
        self.root.patch(f"/orders/{order['id']}", {"memo": "急ぎ"},
                        headers={"If-Match": "*"}).expect(200)
        self.root.patch(f"/customers/{customer}", {"rank": "gold"},
                        headers={"If-Match": "*"}).expect(200)
        self.root.post(f"/cases/{case}/messages", {"kind": "reply", "text": "承りました"}).expect(201)
        blind, agent = self.clients["blind"], self.clients["agent"]
        stream = EventStream(blind, last_event_id="0-0")
        paths = [f"/customers/{customer}", f"/customers/{customer}/screen", "/customers",
                 f"/customers/{customer}/addresses", f"/customers/{customer}/changes",
                 f"/customers/{customer}/orders", f"/customers/{customer}/cases",
                 f"/customers/{customer}/deliveries", f"/customers/{customer}/duplicates",
                 f"/cases/{case}", "/cases", f"/cases/{case}/messages", f"/cases/{case}/orders",
                 f"/orders/{order['id']}", "/orders", "/search?q=" + customer, "/subscriptions",
                 "/search?q=%E7%A7%98%E5%8C%BF", "/customers?q=%E7%A7%98%E5%8C%BF",
                 "/changes?after=0-0"]
        whole = "".join(agent.get(path).expect(200).body.decode() for path in paths)
        for kind, texts in canaries.items():
            expect(any(text in whole for text in texts), f"the test has {kind} to hide")
        heard = stream.wait_for(
            lambda events: events if any("gold" in event.data for event in events) else None, 20,
            "the last change")
        parts = {path: blind.get(path).expect(200).body.decode() for path in paths}
        parts["/events"] = "".join(event.data for event in heard)
        stream.close()
        stale = blind.patch(f"/customers/{customer}", {"rank": "x"}, headers={"If-Match": '"1"'})
        parts["a stale version"] = stale.expect(412).body.decode()
        tried = blind.post("/templates/preview", {
            "case": case, "text": "{{requester.phone}} {{requester.address}} {{order.total}} "
                                  "{{order.shipping_address}}"}).expect(200)
        parts["a preview"] = tried.body.decode()
        parts["a write"] = blind.patch(f"/orders/{order['id']}", {"memo": "静か"},
                                       headers={"If-Match": "*"}).expect(200).body.decode()
        for where, text in parts.items():
            for kind, secrets in canaries.items():
                for secret in secrets:
                    expect(secret not in text, f"{where} shows {kind}: {secret}")
        for path in (f"/customers/{customer}", f"/cases/{case}", f"/orders/{order['id']}"):
            expect_equal(blind.get(path).json()["version"], agent.get(path).json()["version"],
                         "the rest is there")

    @after("check_a_role_without_it_sees_neither_contacts_nor_amounts_anywhere")
    def check_what_is_hidden_can_be_neither_asked_for_nor_set(self):
        blind, agent = self.clients["blind"], self.clients["agent"]
        for path in ("/customers?email=canary.person@customer.example",
                     "/customers?phone=09075318642", "/customers?postal_code=8197531",
                     "/customers?address=x", "/cases?requester=canary.person@customer.example",
                     "/deliveries?address=x@customer.example",
                     "/suppressions?address=x@customer.example"):
            agent.get(path).expect(200)
            blind.get(path).expect(403).problem()
        for word in ("09075318642", "090-7531-8642", "canary.person", "隠し町"):
            for path in ("/customers", "/search"):
                expect(agent.get(path, query={"q": word}).expect(200).json()["items"],
                       f"{path} finds {word}")
                found = blind.get(path, query={"q": word}).expect(200).json()["items"]
                expect_equal(found, [], f"{path} by {word}")
        customer = agent.get("/customers", query={"q": "秘匿"}).json()["items"][0]["number"]
        for member in ({"emails": []}, {"phones": []}, {"billing_address": None},
                       {"purchase_total": {"amount_minor": 1, "currency": "JPY"}}):
            refused = blind.patch(f"/customers/{customer}", member, headers={"If-Match": "*"})
            expect_in(next(iter(member)), refused.expect(422).problem()["errors"][0]["pointer"],
                      "which member")
        order = agent.get(f"/customers/{customer}/orders").json()["items"][0]["id"]
        blind.patch(f"/orders/{order}", {"discount": {"amount_minor": 1, "currency": "JPY"}},
                    headers={"If-Match": "*"}).expect(422)
        case = agent.get(f"/customers/{customer}/cases").json()["items"][0]["number"]
        blind.patch(f"/cases/{case}", {"requester": {"name": "x", "phone": "03-0000-0000"}},
                    headers={"If-Match": "*"}).expect(422)
        blind.post("/views", {"name": "x", "filter": {"requester": ["a@b.example"]}}).expect(422)
        blind.get(f"/messages/{self.own['message']}/raw").expect(403)

    @after("check_a_role_without_it_sees_neither_contacts_nor_amounts_anywhere")
    def check_a_file_of_customers_leaves_out_what_its_reader_may_not_see(self):
        role = self.root.post("/roles", {
            "name": "集計", "based_on": "supervisor",
            "permissions": ["customers_read", "customers_transfer"]}).expect(201)
        token = self.daemon.token("counter", "agent")
        counter = self.daemon.client(token)
        self.ids["counter"] = counter.get("/me").expect(200).json()["id"]
        self.change_agent("counter", custom_role=role.json()["id"])
        file = counter.get("/customers/export").expect(200).body.decode("utf-8-sig")
        header = file.splitlines()[0].split(",")
        for column in ("email", "phone", "postal_code", "street"):
            expect(column not in header, f"{column} in the file")
        expect_in("秘匿", file, "the rest")
        for secret in ("canary.person", "7531", "隠し町"):
            expect(secret not in file, f"{secret} in the file")
        counter.request("POST", "/imports", body=b"number,phone\n", media_type="text/csv").expect(403)
        counter.get("/cases").expect(403)
        # A role of one's own cannot be more than its maker.
        path = f"/roles/{role.json()['id']}"
        self.root.request("DELETE", path, headers={"If-Match": "*"}).expect(409)
        changed = self.root.patch(path, {"description": "月次の集計"}, headers={"If-Match": "*"})
        expect_equal(changed.expect(200).json()["description"], "月次の集計", "PATCH /roles/{id}")
        expect_equal(self.root.get(path).expect(200).json()["version"], 2, "GET /roles/{id}")
        self.root.post("/roles", {"name": "集計", "based_on": "agent",
                                  "permissions": []}).expect(422)
        self.root.post("/roles", {"name": "別", "based_on": "agent",
                                  "permissions": ["fly"]}).expect(422)
        self.change_agent("counter", role="viewer")
        self.root.request("DELETE", path, headers={"If-Match": "*"}).expect(204)
        self.root.get(path).expect(404)


if __name__ == "__main__":
    run_on_engines(__doc__, "rights", RightsChecks, seeded=True)
