-- SPDX-License-Identifier: Apache-2.0
-- Replies on their way out: what holds them back, what is not sent yet, and the texts they are made of.

-- How replies leave a mailbox: undo time, approval, size of attachments, charset.
ALTER TABLE mailboxes ADD COLUMN outgoing TEXT NOT NULL DEFAULT '{}';

-- What holds a reply back: released (nothing), awaiting_approval, scheduled, or for ever: withdrawn.
ALTER TABLE messages ADD COLUMN sending TEXT NOT NULL DEFAULT 'released';
ALTER TABLE messages ADD COLUMN send_at BIGINT;
-- Who approved or returned it, when and why.
ALTER TABLE messages ADD COLUMN approval TEXT;

-- An upload that a draft names waits as long as the draft does; the others are forgotten.
ALTER TABLE attachments ADD COLUMN draft_id TEXT;
CREATE INDEX attachments_unused ON attachments (created_at) WHERE message_id IS NULL;
CREATE INDEX attachments_waiting ON attachments (uploaded_by) WHERE message_id IS NULL;
CREATE INDEX attachments_by_draft ON attachments (draft_id) WHERE draft_id IS NOT NULL;
CREATE INDEX attachments_by_content ON attachments (sha256);

-- What an agent has begun to write in a case; one for each.
CREATE TABLE drafts (
  id TEXT NOT NULL PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES cases (id),
  agent_id TEXT NOT NULL REFERENCES agents (id),
  content TEXT NOT NULL,
  version BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  UNIQUE (case_id, agent_id)
);

-- Texts that replies begin with.
CREATE TABLE templates (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  language TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL,
  position BIGINT NOT NULL,
  version BIGINT NOT NULL
);
