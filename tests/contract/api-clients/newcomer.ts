// SPDX-License-Identifier: Apache-2.0
// What a shop's engineer writes first, by types made from docs/api/openapi.json: takes a call down as a
// case, takes it on, answers, and finds it again. Prints what it saw as JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./madoguchi.js";

const [url, token] = process.argv.slice(2);
if (!url || !token) throw new Error("usage: newcomer URL TOKEN");
const hub = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });

type Case = components["schemas"]["Case"];

function found<T>(answer: { data?: T; error?: components["schemas"]["Problem"]; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${answer.response.status} ${answer.error?.type}: ${answer.error?.detail}`);
  }
  return answer.data;
}

const made: Case = found(await hub.POST("/api/v1/cases", {
  body: { channel: "phone", kind: "call", text: "領収書を送ってほしい", requester: { name: "山田 花子" } },
}));
const number = made.number;
const taken: Case = found(await hub.POST("/api/v1/cases/{number}/take", { params: { path: { number } } }));
found(await hub.POST("/api/v1/cases/{number}/messages", {
  params: { path: { number } },
  body: { kind: "note", text: "経理に確認中" },
}));
const entries = found(await hub.GET("/api/v1/cases/{number}/messages", { params: { path: { number } } }));
const mine = found(await hub.GET("/api/v1/cases", { params: { query: { assignee: ["me"], limit: 10 } } }));

// What is wrong does not compile.
// @ts-expect-error there is no such channel
void ({ channel: "pigeon", kind: "call", text: "" } satisfies components["schemas"]["CaseCreate"]);
// @ts-expect-error cases have no such member
void taken.colour;
// @ts-expect-error nobody asks for a case without its number
void (() => hub.GET("/api/v1/cases/{number}", {}));

// A refusal is typed as well.
const missing = await hub.GET("/api/v1/cases/{number}", { params: { path: { number: "CS-999999" } } });
console.log(JSON.stringify({
  number,
  assignee: taken.assignee,
  texts: entries.items.map((one) => one.text),
  listed: mine.items.some((one) => one.number === number),
  missing: missing.error?.type,
}));
