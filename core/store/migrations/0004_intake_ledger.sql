-- SPDX-License-Identifier: Apache-2.0
-- Nothing is lost, and it can be shown: every mail is found by what people know of it, and counted
-- for each mailbox it came for.
ALTER TABLE intake ADD COLUMN mime_message_id TEXT NOT NULL DEFAULT '';
ALTER TABLE intake ADD COLUMN from_address TEXT NOT NULL DEFAULT '';
-- Runs that failed before it was put aside, of all rounds.
ALTER TABLE intake ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
-- Put aside for good by a person; it stays in quarantine, whole.
ALTER TABLE intake ADD COLUMN discarded_at BIGINT;
ALTER TABLE intake ADD COLUMN discarded_by TEXT NOT NULL DEFAULT '';
ALTER TABLE intake ADD COLUMN discard_reason TEXT NOT NULL DEFAULT '';
CREATE INDEX intake_by_mime_id ON intake (mime_message_id, received_at, id)
  WHERE mime_message_id <> '';
-- Newest first, and all that counting reads: the rows themselves hold the mails.
CREATE INDEX intake_tally ON intake (received_at, id, outcome, discarded_at);

-- One row for each mailbox a mail came for, written when it became durable and never changed: the
-- left side of the ledger, of which the outcomes of the intake rows are the right one. And one for
-- each address a mail is found by.
-- @sqlite
CREATE TABLE intake_entries (
  mailbox_id TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  intake_id TEXT NOT NULL,
  PRIMARY KEY (mailbox_id, received_at, intake_id)
) WITHOUT ROWID;
CREATE TABLE intake_addresses (
  address_key TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  intake_id TEXT NOT NULL,
  PRIMARY KEY (address_key, received_at, intake_id)
) WITHOUT ROWID;
INSERT INTO intake_entries
  SELECT DISTINCT json_extract(r.value, '$.mailbox'), i.received_at, i.id
  FROM intake i, json_each(i.recipients) r;
INSERT INTO intake_addresses
  SELECT DISTINCT lower(json_extract(r.value, '$.address')), i.received_at, i.id
  FROM intake i, json_each(i.recipients) r;
-- @end
-- @postgresql
CREATE TABLE intake_entries (
  mailbox_id TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  intake_id TEXT NOT NULL,
  PRIMARY KEY (mailbox_id, received_at, intake_id)
);
CREATE TABLE intake_addresses (
  address_key TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  intake_id TEXT NOT NULL,
  PRIMARY KEY (address_key, received_at, intake_id)
);
INSERT INTO intake_entries
  SELECT DISTINCT r.value ->> 'mailbox', i.received_at, i.id
  FROM intake i, json_array_elements(i.recipients::json) r(value);
INSERT INTO intake_addresses
  SELECT DISTINCT lower(r.value ->> 'address'), i.received_at, i.id
  FROM intake i, json_array_elements(i.recipients::json) r(value);
-- @end
UPDATE intake SET mime_message_id = m.mime_message_id, from_address = m.from_address
  FROM messages m WHERE m.id = intake.message_id;
INSERT INTO intake_addresses
  SELECT lower(i.sender), i.received_at, i.id FROM intake i WHERE i.sender <> ''
  ON CONFLICT DO NOTHING;
INSERT INTO intake_addresses
  SELECT lower(i.from_address), i.received_at, i.id FROM intake i WHERE i.from_address <> ''
  ON CONFLICT DO NOTHING;

-- Hours that are over, counted once: what the ledger need not count again. One that is not closed
-- is counted from the rows; its counts then are what was there when it was closed before.
CREATE TABLE intake_hours (
  mailbox_id TEXT NOT NULL,
  hour BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  closed BIGINT NOT NULL,
  registered_at BIGINT NOT NULL,
  counts TEXT NOT NULL,
  PRIMARY KEY (mailbox_id, hour)
);
CREATE INDEX intake_hours_open ON intake_hours (mailbox_id, hour) WHERE closed = 0;
