// SPDX-License-Identifier: Apache-2.0
// An OpenID provider for the tests: node provider.mjs PORT KEY CERTIFICATE REDIRECT_URI...
// Whoever logs in as NAME is NAME@shop.example; its own pages ask for name and password and take any.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import Provider from "oidc-provider";

const [port, key, certificate, ...redirectUris] = process.argv.slice(2);
const provider = new Provider(`https://127.0.0.1:${port}`, {
  clients: [{ client_id: "madoguchi", client_secret: "a secret & more", redirect_uris: redirectUris }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["not a secret"] },
  pkce: { required: () => true },
  async findAccount(_, id) {
    return {
      accountId: id,
      claims: async () => ({
        sub: id, email: `${id}@shop.example`, email_verified: id !== "unverified", name: `${id} さん`,
        groups: id.startsWith("lead") ? ["all", "cs-leads"] : ["all"],
      }),
    };
  },
});
createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, provider.callback())
  .listen(Number(port), "127.0.0.1", () => console.log("ready"));
