-- SPDX-License-Identifier: Apache-2.0
-- Where mails belong: each mailbox's own rules, cases that go on from others, and what was moved,
-- so that it can be undone.
ALTER TABLE mailboxes ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';

-- The case that this one goes on from.
ALTER TABLE cases ADD COLUMN linked_to BIGINT;

-- Messages that a person moved from one case to another; `kept` is what undoing has to know.
CREATE TABLE case_moves (
  seq {{serial_key}},
  kind TEXT NOT NULL,
  source_seq BIGINT NOT NULL,
  target_seq BIGINT NOT NULL,
  messages TEXT NOT NULL,
  kept TEXT NOT NULL,
  at BIGINT NOT NULL,
  undone_at BIGINT
);
CREATE INDEX case_moves_by_source ON case_moves (source_seq, seq);
CREATE INDEX case_moves_by_target ON case_moves (target_seq, seq);
