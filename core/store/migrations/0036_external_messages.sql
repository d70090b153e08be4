-- SPDX-License-Identifier: Apache-2.0
-- Messages that other systems exchanged with customers, brought here to be found by address. `digest` tells
-- whether one that comes again became different.
CREATE TABLE external_threads (
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  subject TEXT NOT NULL,
  status TEXT NOT NULL,
  assignee TEXT NOT NULL,
  labels TEXT NOT NULL,
  url TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (account, id)
);

CREATE TABLE external_messages (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  external_id TEXT NOT NULL,
  thread TEXT NOT NULL,
  direction TEXT NOT NULL,
  medium TEXT NOT NULL,
  sender TEXT NOT NULL,
  recipients TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  status TEXT NOT NULL,
  author TEXT NOT NULL,
  url TEXT NOT NULL,
  attachments TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  digest TEXT NOT NULL,
  UNIQUE (account, external_id)
);
CREATE INDEX external_messages_by_thread ON external_messages (account, thread);

-- Whose they are: every address on them but the company's own.
CREATE TABLE external_addresses (
  address_key TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  message_id TEXT NOT NULL REFERENCES external_messages (id),
  account TEXT NOT NULL,
  PRIMARY KEY (address_key, sent_at, message_id)
);
CREATE INDEX external_addresses_by_message ON external_addresses (message_id);
