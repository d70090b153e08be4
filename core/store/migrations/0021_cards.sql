-- SPDX-License-Identifier: Apache-2.0
-- Cards that payment services keep for customers, by token, never by number. The token is sealed
-- ("cards|token|<id>|1"); token_key is a digest of account and token, to know it again.
CREATE TABLE cards (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customers (id),
  account TEXT NOT NULL,
  token {{bytes}} NOT NULL,
  token_key TEXT NOT NULL,
  brand TEXT NOT NULL,
  last_digits TEXT NOT NULL,
  expiry TEXT NOT NULL,
  holder TEXT NOT NULL,
  expiry_editable BIGINT NOT NULL,
  holder_editable BIGINT NOT NULL,
  session_id TEXT,
  sync TEXT NOT NULL,
  removed_at BIGINT,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX cards_by_customer ON cards (customer_id, id);
CREATE INDEX cards_by_token ON cards (token_key);

-- Beside the cards: merging and unmerging customers moves cards and leaves each customer's choice.
CREATE TABLE card_defaults (
  customer_id TEXT NOT NULL PRIMARY KEY REFERENCES customers (id),
  card_id TEXT NOT NULL REFERENCES cards (id)
);

-- Connected accounts whose payment service registers cards. Their connectors write these rows.
CREATE TABLE card_gateways (
  account TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  needs_device BIGINT NOT NULL,
  patience BIGINT NOT NULL
);

CREATE TABLE card_sessions (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customers (id),
  customer_number TEXT NOT NULL,
  account TEXT NOT NULL,
  device TEXT NOT NULL,
  state TEXT NOT NULL,
  vendor_ref TEXT NOT NULL,
  amount BIGINT NOT NULL,
  prompt TEXT NOT NULL,
  agent_id TEXT,
  agent_name TEXT NOT NULL,
  code TEXT NOT NULL,
  card_id TEXT REFERENCES cards (id),
  reports TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX card_sessions_by_customer ON card_sessions (customer_id, id);
CREATE INDEX card_sessions_by_vendor_ref ON card_sessions (account, vendor_ref)
  WHERE vendor_ref <> '';
-- A reader or pad does one thing at a time.
CREATE UNIQUE INDEX card_sessions_at_device ON card_sessions (account, device)
  WHERE device <> '' AND state IN ('created', 'waiting', 'processing');
