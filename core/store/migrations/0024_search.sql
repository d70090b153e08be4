-- SPDX-License-Identifier: Apache-2.0
-- What cases (beside their messages), orders and memos are found by: folded texts (core/text/fold.h) and the
-- index of their words. `ref` is the object's id, `at` when it came into the hub. Customers and messages have their own.
-- @sqlite
CREATE TABLE search_texts (
  seq {{serial_key}},
  kind TEXT NOT NULL,
  ref TEXT NOT NULL,
  names TEXT NOT NULL,
  others TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (kind, ref)
);
CREATE VIRTUAL TABLE search_words USING fts5 (names, others, content = '', tokenize = 'ascii');
-- @end
-- @postgresql
CREATE TABLE search_texts (
  seq {{serial_key}},
  kind TEXT NOT NULL,
  ref TEXT NOT NULL,
  names TEXT NOT NULL,
  others TEXT NOT NULL,
  at BIGINT NOT NULL,
  grams TSVECTOR NOT NULL,
  UNIQUE (kind, ref)
);
CREATE INDEX search_texts_grams ON search_texts USING gin (grams) WITH (fastupdate = on);
-- @end

-- Up to where (number, or time of a memo) it is known that everything is indexed; what came before this
-- migration is not (core/service/found_by.h).
CREATE TABLE search_fill (
  kind TEXT NOT NULL PRIMARY KEY,
  filled_to BIGINT NOT NULL
);
INSERT INTO search_fill (kind, filled_to) VALUES ('case', 0), ('order', 0), ('memo', -1);
