-- SPDX-License-Identifier: Apache-2.0
-- Customers: whom cases belong to, how they are reached, and how they are found. Lists that are only
-- shown with the customer are JSON in its row; what a customer is found by stands in tables beside it.

ALTER TABLE customers ADD COLUMN seq BIGINT;
ALTER TABLE customers ADD COLUMN family_name TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN given_name TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN family_name_kana TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN given_name_kana TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN company TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN emails TEXT NOT NULL DEFAULT '[]';
ALTER TABLE customers ADD COLUMN phones TEXT NOT NULL DEFAULT '[]';
ALTER TABLE customers ADD COLUMN external_ids TEXT NOT NULL DEFAULT '[]';
ALTER TABLE customers ADD COLUMN billing_address TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE customers ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE customers ADD COLUMN blacklisted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN blacklist_reasons TEXT NOT NULL DEFAULT '[]';
ALTER TABLE customers ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN birthday TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN sex TEXT NOT NULL DEFAULT 'unknown';
-- What the shop counts.
ALTER TABLE customers ADD COLUMN standing TEXT NOT NULL DEFAULT '';
-- Where the shop's copy stands.
ALTER TABLE customers ADD COLUMN sync TEXT NOT NULL DEFAULT '';
-- The customer that this one was merged into; it is kept as it was, for unmerging.
ALTER TABLE customers ADD COLUMN merged_into TEXT;
ALTER TABLE customers ADD COLUMN modified_at BIGINT NOT NULL DEFAULT 0;
UPDATE customers SET seq = (SELECT count(*) FROM customers o WHERE o.id <= customers.id),
  modified_at = created_at;
CREATE UNIQUE INDEX customers_by_seq ON customers (seq);
CREATE INDEX customers_blacklisted ON customers (seq) WHERE blacklisted = 1;
CREATE INDEX customers_by_birthday ON customers (birthday, seq) WHERE birthday <> '';
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;
-- @postgresql
CREATE SEQUENCE customer_numbers;
SELECT setval('customer_numbers', (SELECT coalesce(max(seq), 0) + 1 FROM customers), false);
-- @end

-- Several customers may have the same address: families, and the same person twice.
ALTER TABLE customer_emails RENAME TO customer_emails_before;
DROP INDEX customer_emails_by_customer;
CREATE TABLE customer_emails (
  customer_id TEXT NOT NULL REFERENCES customers (id),
  address TEXT NOT NULL,
  address_key TEXT NOT NULL,
  preferred BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (address_key, customer_id)
);
INSERT INTO customer_emails (customer_id, address, address_key)
  SELECT customer_id, address, address_key FROM customer_emails_before;
DROP TABLE customer_emails_before;
CREATE INDEX customer_emails_by_customer ON customer_emails (customer_id);

-- What else a customer is found by, whole: telephone numbers, numbers in other systems, postal codes,
-- and name with address, as one key, for finding the same person twice.
-- @sqlite
CREATE TABLE customer_keys (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  PRIMARY KEY (kind, key, customer_id)
) WITHOUT ROWID;
-- @end
-- @postgresql
CREATE TABLE customer_keys (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  PRIMARY KEY (kind, key, customer_id)
);
-- @end

-- Where deliveries go. The billing address is the customer's own.
CREATE TABLE customer_addresses (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customers (id),
  label TEXT NOT NULL,
  address TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX customer_addresses_by_customer ON customer_addresses (customer_id, id);

CREATE TABLE customer_memos (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id TEXT NOT NULL REFERENCES customers (id),
  body_text TEXT NOT NULL,
  author_id TEXT,
  author_name TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL
);
CREATE INDEX customer_memos_by_customer ON customer_memos (customer_id, id);

-- Small lists that supervisors keep: customer labels, reasons of the blacklist.
CREATE TABLE master_data (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  detail TEXT NOT NULL,
  position BIGINT NOT NULL,
  archived BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (kind, name)
);

-- Customers that were merged: what undoing it has to know.
CREATE TABLE customer_merges (
  seq {{serial_key}},
  source_id TEXT NOT NULL REFERENCES customers (id),
  target_id TEXT NOT NULL REFERENCES customers (id),
  kept TEXT NOT NULL,
  at BIGINT NOT NULL,
  undone_at BIGINT
);
CREATE INDEX customer_merges_by_source ON customer_merges (source_id, seq);
CREATE INDEX customer_merges_by_target ON customer_merges (target_id, seq);

-- The history of a customer, with everything below it.
CREATE INDEX changes_by_customer ON changes (customer_id, seq) WHERE customer_id IS NOT NULL;

-- The texts of a customer, folded (core/text/fold.h), and the index of their words, as messages have it.
-- @sqlite
CREATE TABLE customer_texts (
  seq INTEGER PRIMARY KEY,
  names TEXT NOT NULL,
  kana TEXT NOT NULL,
  places TEXT NOT NULL,
  others TEXT NOT NULL,
  marks TEXT NOT NULL
);
CREATE VIRTUAL TABLE customer_search USING fts5 (grams, content = '', tokenize = 'ascii');
-- @end
-- @postgresql
CREATE TABLE customer_texts (
  seq BIGINT PRIMARY KEY,
  names TEXT NOT NULL,
  kana TEXT NOT NULL,
  places TEXT NOT NULL,
  others TEXT NOT NULL,
  marks TEXT NOT NULL,
  grams TSVECTOR NOT NULL
);
CREATE INDEX customer_texts_grams ON customer_texts USING gin (grams) WITH (fastupdate = on);
-- @end
