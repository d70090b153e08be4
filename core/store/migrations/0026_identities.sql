-- SPDX-License-Identifier: Apache-2.0
-- Accounts at providers (OpenID Connect) by which agents sign in. By a mail address until the first time, from then
-- on by the subject, which the provider never gives to anybody else.
CREATE TABLE agent_identities (
  id TEXT NOT NULL PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES agents (id),
  issuer TEXT NOT NULL,
  subject TEXT,
  email TEXT,
  created_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE UNIQUE INDEX agent_identities_by_subject ON agent_identities (issuer, subject) WHERE subject IS NOT NULL;
CREATE UNIQUE INDEX agent_identities_by_email ON agent_identities (issuer, email) WHERE email IS NOT NULL;
CREATE INDEX agent_identities_by_agent ON agent_identities (agent_id, id);
