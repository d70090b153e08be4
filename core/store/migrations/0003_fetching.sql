-- SPDX-License-Identifier: Apache-2.0
-- Mailboxes that are fetched: how far each account was read, who reads it, how it went. The cursor is
-- the connector's own, sealed; an account is "imap://user@host:port", so that another one starts anew.
CREATE TABLE fetch_cursors (
  mailbox_id TEXT NOT NULL REFERENCES mailboxes (id),
  account TEXT NOT NULL,
  active BIGINT NOT NULL,
  cursor {{bytes}},
  mails BIGINT NOT NULL,
  owner TEXT,
  lease_until BIGINT,
  state TEXT NOT NULL,
  last_success_at BIGINT,
  last_error TEXT NOT NULL,
  last_error_at BIGINT,
  PRIMARY KEY (mailbox_id, account)
);

-- A mail of an archive: the status its case begins with, and no automatic answer to it.
ALTER TABLE intake ADD COLUMN archive_status TEXT;
-- Over the size limit, so only its beginning was fetched.
ALTER TABLE intake ADD COLUMN is_cut BIGINT NOT NULL DEFAULT 0;
