#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/guide/roles.md from docs/api/openapi.json: what each role may do, what each permission
opens and which members it reveals. --check: says whether it is fresh."""

import json
import os
import re
import sys

from api_description import METHODS

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PAGE = os.path.join(ROOT, "docs", "guide", "roles.md")
NEEDED = re.compile(r" Only with the permission (\w+)\.")

INTRO = """\
# Roles, teams and what one sees

<!-- Written by tools/write_roles.py; change that, or the tables in core/domain. -->

Three questions decide about each call, in this order:

1. **May the role do this at all?** Each operation names the permission that it needs (`x-permission` in the API's
   description). Without it: 403, whatever the object is.
2. **Is the object in sight?** An agent whose `mailboxes` is null sees the whole desk. Any other sees
   - what came by the agent's own mailboxes and by those of the agent's teams,
   - cases that are given to the agent or to one of the agent's teams, as long as they are,
   - cases without a mailbox that no team has.

   Everything that belongs to a case goes with it: messages, attachments, raw mails, decisions, history, events, search
   hits, counts, the customer's screen. What is out of sight is 404, as if it were not there. Customers and orders belong to
   the whole desk; their cases do not. Webhooks, the audit state and new mailboxes concern the whole desk and are only for
   those who see all of it.
3. **May the role see this member?** Some members need a permission of their own. For a role without it they are left out of
   every answer, event, file, search and template, cannot be asked for (403) and cannot be set (422).

A brand or a shop is a mailbox and a team: `POST /teams {"name": "Brand B", "members": [...], "mailboxes": ["brand-b"]}`, and
agents with `"mailboxes": []`. `POST /cases/{number}/assign {"team": ID}` gives a case to a team. A team that has cases is
archived when it is deleted: its members still see them, and it is given nothing new.

A role of your own is a name for some permissions: `POST /roles {"name": "電話受付", "based_on": "agent", "permissions":
[...]}`, then `PATCH /agents/{id} {"custom_role": ID}`. `based_on` is whose place it takes where a rule names a role, such as
approval before sending. Nobody can give a permission or a mailbox that they do not have themselves. A change of rights holds
from the next call on; open event streams end and come back with what is allowed now.

The text of a mail is never changed: who may read cases reads in it what the customer wrote, a signature's telephone number
too. The mail as it came (`/messages/{id}/raw`) needs `customers_contact_read` as well.
"""


def members_of(document):
    """Permission to {schema: [member]}."""
    found = {}
    for name, schema in sorted(document["components"]["schemas"].items()):
        for member, described in schema.get("properties", {}).items():
            for permission in NEEDED.findall(described.get("description", "")):
                found.setdefault(permission, {}).setdefault(name, []).append(member)
    return found


def operations_of(document):
    """Permission to ["GET /cases"]."""
    found = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            needs = [item[method].get("x-permission"), *item[method].get("x-further-permissions", ())]
            for permission in filter(None, needs):
                found.setdefault(permission, []).append(
                    f"`{method.upper()} {path.removeprefix('/api/v1')}`")
    return found


def page():
    with open(os.path.join(ROOT, "docs", "api", "openapi.json"), encoding="utf-8") as file:
        document = json.load(file)
    roles, permissions = document["x-roles"], document["x-permissions"]
    lines = [INTRO, "## The built-in roles", "", "| role | for whom | |", "|---|---|---|"]
    lines += [f"| `{name}` | {role['en']} | {role['ja']} |" for name, role in roles.items()]
    lines += ["", f"| permission | {' | '.join(roles)} | allows | |",
              f"|---|{'---|' * len(roles)}---|---|"]
    for name, text in permissions.items():
        marks = " | ".join("●" if name in role["permissions"] else "" for role in roles.values())
        lines.append(f"| `{name}` | {marks} | {text['en']} | {text['ja']} |")
    lines += ["", "## Members that need a permission of their own", ""]
    for permission, schemas in members_of(document).items():
        named = "; ".join(f"{schema}: {', '.join(members)}" for schema, members in schemas.items())
        lines += [f"`{permission}`: {named}.", ""]
    lines += ["## Operations by permission", "", "| permission | operations |", "|---|---|"]
    operations = operations_of(document)
    for name in permissions:
        lines.append(f"| `{name}` | {', '.join(operations.get(name, ['members and parameters']))} |")
    return "\n".join(lines) + "\n"


def main():
    text = page()
    if "--check" not in sys.argv[1:]:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(text)
        return 0
    try:
        with open(PAGE, encoding="utf-8") as file:
            fresh = file.read() == text
    except FileNotFoundError:
        fresh = False
    if not fresh:
        print("docs/guide/roles.md is stale; run tools/check_generated.sh --write", file=sys.stderr)
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main())
