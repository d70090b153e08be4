-- SPDX-License-Identifier: Apache-2.0
-- What became of mails that were sent: by whom it is known, why, and which addresses are no good.
ALTER TABLE deliveries ADD COLUMN address_key TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN status_code TEXT NOT NULL DEFAULT '';
-- The delivery report that said so: it knows more than the server that took the mail.
ALTER TABLE deliveries ADD COLUMN report_id TEXT;
UPDATE deliveries SET address_key = lower(address);
CREATE INDEX deliveries_by_time ON deliveries (at, message_id, address);
CREATE INDEX deliveries_by_state ON deliveries (state, at, message_id, address);
CREATE INDEX deliveries_by_address ON deliveries (address_key, at, message_id, address);

-- Addresses that get no automatic mail any more, and the message that could not be delivered.
CREATE TABLE suppressions (
  address_key TEXT NOT NULL PRIMARY KEY,
  address TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  message_id TEXT NOT NULL REFERENCES messages (id),
  at BIGINT NOT NULL
);
CREATE INDEX suppressions_by_time ON suppressions (at, address_key);

-- When each sender was last sent an automatic acknowledgement.
CREATE TABLE acknowledgements (
  address_key TEXT NOT NULL PRIMARY KEY,
  message_id TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX acknowledgements_by_time ON acknowledgements (at);

-- What a mailbox answers by itself, per language; empty: nothing.
ALTER TABLE mailboxes ADD COLUMN auto_reply_ja TEXT NOT NULL DEFAULT '';
ALTER TABLE mailboxes ADD COLUMN auto_reply_en TEXT NOT NULL DEFAULT '';
