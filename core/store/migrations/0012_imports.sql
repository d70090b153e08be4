-- SPDX-License-Identifier: Apache-2.0
-- Files of customers on their way in; the bytes go when a file is done.
CREATE TABLE imports (
  id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,
  dry_run BIGINT NOT NULL,
  charset TEXT NOT NULL,
  sealed {{bytes}},
  row_count BIGINT NOT NULL,
  counts TEXT NOT NULL,
  errors TEXT NOT NULL,
  error TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  agent_name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT
);
