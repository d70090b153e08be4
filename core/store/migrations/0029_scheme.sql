-- SPDX-License-Identifier: Apache-2.0
-- What people may do with cases: allowed transitions, required fields, alerts; one row.

CREATE TABLE scheme (
  name TEXT NOT NULL PRIMARY KEY,
  -- JSON; empty: as a desk begins, everything allowed.
  content TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT
);
INSERT INTO scheme (name, content, version, changed_at) VALUES ('desk', '', 1, NULL);
