-- SPDX-License-Identifier: Apache-2.0
-- Programs of others that are told what happens here, and each telling.

CREATE TABLE webhook_endpoints (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  mailboxes TEXT,
  state TEXT NOT NULL,
  secret {{bytes}} NOT NULL,
  old_secret {{bytes}},
  old_secret_until BIGINT,
  -- Up to here in the change feed there is a telling of all it wants to know.
  place_tx BIGINT NOT NULL,
  place_seq BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE webhook_messages (
  endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints (id),
  change_seq BIGINT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Counts how often it was to be sent anew; a job of an earlier round does nothing.
  round BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  tried_at BIGINT,
  answer BIGINT,
  error TEXT NOT NULL,
  PRIMARY KEY (endpoint_id, change_seq)
);
CREATE INDEX webhook_messages_dead ON webhook_messages (endpoint_id, change_seq) WHERE state = 'dead';
CREATE INDEX webhook_messages_waiting ON webhook_messages (endpoint_id, change_seq) WHERE state = 'waiting';
CREATE INDEX webhook_messages_tried ON webhook_messages (tried_at) WHERE state <> 'waiting';
