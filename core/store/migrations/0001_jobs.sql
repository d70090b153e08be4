-- SPDX-License-Identifier: Apache-2.0
-- Side effects to be carried out after the transaction that decided them (core/jobs).
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  lane TEXT,
  run_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  lease_until BIGINT,
  owner TEXT,
  payload TEXT NOT NULL,
  error TEXT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT
);
-- What is to be run next.
CREATE INDEX jobs_ready ON jobs (run_at, id) WHERE state = 'ready';
-- Whose lease may have run out.
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';
-- Whether an earlier job of a lane is still to be done.
CREATE INDEX jobs_lanes ON jobs (lane, id) WHERE lane IS NOT NULL AND state IN ('ready', 'running');
-- What can be forgotten, and what a person must look at.
CREATE INDEX jobs_ended ON jobs (state, ended_at) WHERE ended_at IS NOT NULL;
