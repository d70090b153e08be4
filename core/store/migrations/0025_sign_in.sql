-- SPDX-License-Identifier: Apache-2.0
-- How people sign in: passwords (Argon2id), sessions, links that set a password, second factors; and what tokens
-- are called. Of what somebody shows only the SHA-256 is kept.
CREATE TABLE passwords (
  agent_id TEXT NOT NULL PRIMARY KEY REFERENCES agents (id),
  phc TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES agents (id),
  hash TEXT NOT NULL UNIQUE,
  method TEXT NOT NULL,
  second_factor BIGINT NOT NULL,
  peer TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_agent ON sessions (agent_id, id);
-- What can be forgotten.
CREATE INDEX sessions_by_seen ON sessions (seen_at);

-- Invitations and links after a forgotten password: one an agent, used once.
CREATE TABLE password_links (
  agent_id TEXT NOT NULL PRIMARY KEY REFERENCES agents (id),
  hash TEXT NOT NULL UNIQUE,
  expires_at BIGINT NOT NULL
);

-- Failed attempts by account and address, account, and address; `key` is a hash of what is counted.
CREATE TABLE sign_in_failures (
  key TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (last_at);

-- TOTP (RFC 6238). `last_step` is the last time step that was used, which holds no second time.
CREATE TABLE second_factors (
  agent_id TEXT NOT NULL PRIMARY KEY REFERENCES agents (id),
  secret {{bytes}} NOT NULL,
  confirmed_at BIGINT,
  last_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE recovery_codes (
  agent_id TEXT NOT NULL REFERENCES agents (id),
  hash TEXT NOT NULL,
  PRIMARY KEY (agent_id, hash)
);

ALTER TABLE tokens ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN hint TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN last_used_at BIGINT;
ALTER TABLE tokens ADD COLUMN expires_at BIGINT;
CREATE INDEX tokens_by_agent ON tokens (agent_id, id);
