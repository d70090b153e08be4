-- SPDX-License-Identifier: Apache-2.0
-- What the change history says of people rests sealed (core/store/changes.h): under the salt of the case or
-- customer, without which it cannot be opened any more.
ALTER TABLE changes ADD COLUMN sealed {{bytes}};
-- @sqlite
CREATE TABLE history_salts (
  subject TEXT NOT NULL PRIMARY KEY,
  salt {{bytes}} NOT NULL
) WITHOUT ROWID;
-- @end
-- @postgresql
CREATE TABLE history_salts (
  subject TEXT NOT NULL PRIMARY KEY,
  salt {{bytes}} NOT NULL
);
-- @end

-- Who was erased, and what was: rows stay, so that everything still adds up.
ALTER TABLE customers ADD COLUMN erased_at BIGINT;
ALTER TABLE cases ADD COLUMN erased_at BIGINT;

-- Customers who must not be erased, by whom it was said and why.
CREATE TABLE legal_holds (
  customer_id TEXT NOT NULL PRIMARY KEY REFERENCES customers (id),
  reason TEXT NOT NULL,
  agent_name TEXT NOT NULL,
  at BIGINT NOT NULL
);

-- Who saw which customer: once for each hour, agent and way.
CREATE TABLE sightings (
  customer_id TEXT NOT NULL,
  hour BIGINT NOT NULL,
  agent_id TEXT NOT NULL,
  way TEXT NOT NULL,
  agent_name TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (customer_id, hour, agent_id, way)
);
CREATE INDEX sightings_by_time ON sightings (at);

-- How long things are kept; one row.
CREATE TABLE retention (
  id BIGINT NOT NULL PRIMARY KEY,
  rules TEXT NOT NULL,
  version BIGINT NOT NULL
);
INSERT INTO retention (id, rules, version) VALUES (1, '{}', 1);
CREATE INDEX customers_erased ON customers (seq) WHERE erased_at IS NOT NULL;
