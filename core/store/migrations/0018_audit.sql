-- SPDX-License-Identifier: Apache-2.0
-- Makes the change history tamper-evident: each change, in feed order, has the hash of itself and
-- of the one before; now and then the newest hash is signed.
CREATE TABLE change_links (
  position BIGINT NOT NULL PRIMARY KEY,
  change_tx BIGINT NOT NULL,
  change_seq BIGINT NOT NULL UNIQUE,
  hash {{bytes}} NOT NULL
);

CREATE TABLE audit_checkpoints (
  position BIGINT NOT NULL PRIMARY KEY,
  hash {{bytes}} NOT NULL,
  at BIGINT NOT NULL,
  signature {{bytes}} NOT NULL
);
