-- SPDX-License-Identifier: Apache-2.0
-- Inquiries: why one waits, calls that have been promised, views of the list, and many changed at once.

ALTER TABLE cases ADD COLUMN pending_reason TEXT NOT NULL DEFAULT '';

-- Calls that somebody has promised to make, of entries of telephone calls.
ALTER TABLE messages ADD COLUMN call_back_at BIGINT;
-- @sqlite
UPDATE messages SET call_back_at =
  CAST(strftime('%s', json_extract(call, '$.call_back_at')) AS INTEGER) * 1000000
  WHERE call IS NOT NULL AND json_extract(call, '$.call_back_at') IS NOT NULL;
-- @end
-- @postgresql
UPDATE messages SET call_back_at =
  CAST(extract(epoch FROM CAST(CAST(call AS json) ->> 'call_back_at' AS timestamptz)) * 1000000 AS BIGINT)
  WHERE call IS NOT NULL AND CAST(call AS json) ->> 'call_back_at' IS NOT NULL;
-- @end
CREATE INDEX messages_call_back ON messages (call_back_at, seq) WHERE call_back_at IS NOT NULL;

-- Named filters of the list of inquiries, each agent's own, or everybody's when nobody owns it.
CREATE TABLE views (
  id TEXT NOT NULL PRIMARY KEY,
  owner_id TEXT REFERENCES agents (id),
  name TEXT NOT NULL,
  filter TEXT NOT NULL,
  position BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX views_by_owner ON views (owner_id);

-- One wish for many objects: each is a row with an end of its own.
CREATE TABLE operations (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  wish TEXT NOT NULL,
  preview BIGINT NOT NULL,
  state TEXT NOT NULL,
  runs BIGINT NOT NULL,
  agent_id TEXT NOT NULL,
  agent_name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE TABLE operation_rows (
  operation_id TEXT NOT NULL REFERENCES operations (id),
  position BIGINT NOT NULL,
  object TEXT NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (operation_id, position)
);
CREATE INDEX operation_rows_ready ON operation_rows (operation_id, position) WHERE state = 'ready';
