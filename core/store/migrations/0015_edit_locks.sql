-- SPDX-License-Identifier: Apache-2.0
-- Who edits a customer's screen. A row stays when nobody does: its token never falls, so that whoever
-- lost the lock and does not know it yet is told apart from whoever has it now. lease_until and
-- asked_until are on the line that leases are measured on (core/store/edit_locks.h), since is a time.
CREATE TABLE edit_locks (
  customer_id TEXT NOT NULL PRIMARY KEY REFERENCES customers (id),
  token BIGINT NOT NULL,
  holder_id TEXT NOT NULL,
  holder_name TEXT NOT NULL,
  since BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT,
  asked_by TEXT NOT NULL DEFAULT '',
  asked_by_name TEXT NOT NULL DEFAULT '',
  asked_until BIGINT
);
CREATE INDEX edit_locks_leased ON edit_locks (lease_until) WHERE lease_until IS NOT NULL;
