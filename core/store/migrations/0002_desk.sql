-- SPDX-License-Identifier: Apache-2.0
-- The desk: who works, where mails arrive, cases and their messages, what came in, and the change
-- feed. Times are microseconds UTC, ids UUIDv7 text, enumerations text, lists JSON text.

CREATE TABLE agents (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL,
  mailboxes TEXT,
  disabled BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE tokens (
  id TEXT NOT NULL PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES agents (id),
  hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

CREATE TABLE categories (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  detail TEXT NOT NULL,
  position BIGINT NOT NULL,
  archived BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE mailboxes (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  address_key TEXT NOT NULL UNIQUE,
  category_id TEXT REFERENCES categories (id),
  signature TEXT NOT NULL,
  managed_by TEXT NOT NULL,
  position BIGINT NOT NULL,
  archived BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE customers (
  id TEXT NOT NULL PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE customer_emails (
  customer_id TEXT NOT NULL REFERENCES customers (id),
  address TEXT NOT NULL,
  address_key TEXT NOT NULL UNIQUE
);
CREATE INDEX customer_emails_by_customer ON customer_emails (customer_id);

CREATE TABLE cases (
  seq {{serial_key}},
  id TEXT NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  subject TEXT NOT NULL,
  status TEXT NOT NULL,
  pending_until BIGINT,
  priority TEXT NOT NULL,
  category_id TEXT REFERENCES categories (id),
  tags TEXT NOT NULL,
  assignee_id TEXT REFERENCES agents (id),
  team_id TEXT,
  customer_id TEXT REFERENCES customers (id),
  requester_name TEXT NOT NULL,
  requester_kana TEXT NOT NULL,
  requester_address TEXT NOT NULL,
  requester_key TEXT NOT NULL,
  requester_phone TEXT NOT NULL,
  ccs TEXT NOT NULL,
  mailbox_id TEXT REFERENCES mailboxes (id),
  order_numbers TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  last_inbound_at BIGINT,
  due_at BIGINT,
  merged_into BIGINT,
  version BIGINT NOT NULL
);
-- Newest first, for the single filters and the pairs that screens use.
CREATE INDEX cases_by_modified ON cases (modified_at, seq);
CREATE INDEX cases_by_status ON cases (status, modified_at, seq);
CREATE INDEX cases_by_assignee ON cases (assignee_id, modified_at, seq);
CREATE INDEX cases_unresolved ON cases (assignee_id, modified_at, seq)
  WHERE status IN ('new', 'open', 'pending');
CREATE INDEX cases_unresolved_by_modified ON cases (modified_at, seq)
  WHERE status IN ('new', 'open', 'pending');
CREATE INDEX cases_by_customer ON cases (customer_id, modified_at, seq)
  WHERE customer_id IS NOT NULL;
CREATE INDEX cases_by_requester ON cases (requester_key, modified_at, seq)
  WHERE requester_key <> '';
CREATE INDEX cases_by_category ON cases (category_id, modified_at, seq)
  WHERE category_id IS NOT NULL;

CREATE TABLE messages (
  seq {{serial_key}},
  id TEXT NOT NULL UNIQUE,
  case_id TEXT NOT NULL REFERENCES cases (id),
  kind TEXT NOT NULL,
  from_name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  recipients TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT NOT NULL,
  body_visible TEXT,
  body_html TEXT NOT NULL,
  mime_message_id TEXT NOT NULL,
  in_reply_to TEXT NOT NULL,
  reference_ids TEXT NOT NULL,
  sent_at BIGINT,
  received_at BIGINT,
  author_id TEXT REFERENCES agents (id),
  call TEXT,
  notices TEXT NOT NULL,
  intake_id TEXT,
  content_key TEXT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX messages_by_case ON messages (case_id, seq);
CREATE INDEX messages_by_mime_id ON messages (mime_message_id) WHERE mime_message_id <> '';
CREATE UNIQUE INDEX messages_by_content ON messages (content_key) WHERE content_key IS NOT NULL;

CREATE TABLE placements (
  message_id TEXT NOT NULL REFERENCES messages (id),
  mailbox_id TEXT NOT NULL REFERENCES mailboxes (id),
  recipient TEXT NOT NULL,
  case_id TEXT NOT NULL REFERENCES cases (id),
  intake_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (message_id, mailbox_id, recipient)
);
CREATE INDEX placements_by_case ON placements (case_id, mailbox_id);

CREATE TABLE blobs (
  id TEXT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  place TEXT NOT NULL,
  sealed {{bytes}}
);
CREATE TABLE blob_chunks (
  blob_id TEXT NOT NULL,
  part BIGINT NOT NULL,
  sealed {{bytes}} NOT NULL,
  PRIMARY KEY (blob_id, part)
);

CREATE TABLE attachments (
  id TEXT NOT NULL PRIMARY KEY,
  message_id TEXT REFERENCES messages (id),
  position BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  inline BIGINT NOT NULL,
  content_id TEXT NOT NULL,
  uploaded_by TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX attachments_by_message ON attachments (message_id, position);

CREATE TABLE deliveries (
  message_id TEXT NOT NULL REFERENCES messages (id),
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (message_id, address)
);

CREATE TABLE intake (
  id TEXT NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  sender TEXT NOT NULL,
  recipients TEXT NOT NULL,
  size BIGINT NOT NULL,
  raw {{bytes}},
  received_at BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  decision TEXT NOT NULL,
  case_seq BIGINT,
  message_id TEXT,
  decided_at BIGINT
);
CREATE INDEX intake_by_outcome ON intake (outcome, received_at)
  WHERE outcome IN ('undecided', 'quarantined');

CREATE TABLE changes (
  seq {{serial_key}},
  tx BIGINT NOT NULL DEFAULT {{transaction_id}},
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  object_type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  case_id TEXT,
  customer_id TEXT,
  mailboxes TEXT NOT NULL,
  actor_id TEXT,
  actor_name TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX changes_by_object ON changes (object_id, seq);
CREATE INDEX changes_in_order ON changes (tx, seq);

CREATE TABLE idempotency (
  request_key TEXT NOT NULL PRIMARY KEY,
  body_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  owner TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  effect TEXT,
  status BIGINT,
  headers TEXT,
  body TEXT
);
CREATE INDEX idempotency_by_age ON idempotency (started_at);

CREATE TABLE hub_secrets (
  name TEXT NOT NULL PRIMARY KEY,
  sealed {{bytes}} NOT NULL
);

-- Word pairs of each message's text (core/text/bigrams.h); the row is the message's.
-- @sqlite
CREATE VIRTUAL TABLE message_search USING fts5 (grams, content = '', tokenize = 'ascii');
-- Merged beside the mails (Messages::merge_index), not by them, unless very many came at once.
INSERT INTO message_search (message_search, rank) VALUES ('automerge', 0);
INSERT INTO message_search (message_search, rank) VALUES ('crisismerge', 400);
-- @end
-- @postgresql
CREATE TABLE message_search (
  seq BIGINT PRIMARY KEY,
  folded TEXT NOT NULL,
  grams TSVECTOR NOT NULL
);
CREATE INDEX message_search_grams ON message_search USING gin (grams) WITH (fastupdate = on);
-- @end
