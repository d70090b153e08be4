-- SPDX-License-Identifier: Apache-2.0
-- Connected accounts of outside systems. What they bring is marked with their name, so an account in use is
-- archived, never deleted. Secrets are one sealed JSON object ("accounts|secrets|<id>|1").
CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  type TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  options TEXT NOT NULL,
  secrets {{bytes}},
  poll_every BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  per BIGINT NOT NULL,
  concurrency BIGINT NOT NULL,
  overlap BIGINT NOT NULL,
  start_failure TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_by_name ON accounts (name);

-- What is pulled from an account: how far (the connector's own cursor, sealed, "account_streams|cursor|<account>/<stream>|1"),
-- how it went, and the number of the one job that may go on with it.
CREATE TABLE account_streams (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  stream TEXT NOT NULL,
  cursor {{bytes}},
  turn BIGINT NOT NULL,
  state TEXT NOT NULL,
  items BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  more BIGINT NOT NULL,
  next_at BIGINT,
  last_success_at BIGINT,
  complete_until BIGINT,
  last_error TEXT NOT NULL,
  last_error_at BIGINT,
  PRIMARY KEY (account_id, stream)
);

-- When the bucket of requests to an account will be full again: one number for all processes, over restarts.
CREATE TABLE account_rates (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  full_at BIGINT NOT NULL
);

-- The last failures of each account, masked.
CREATE TABLE account_errors (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  at BIGINT NOT NULL,
  operation TEXT NOT NULL,
  class TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX account_errors_by_account ON account_errors (account_id, id);
