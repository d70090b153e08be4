-- SPDX-License-Identifier: Apache-2.0
-- Teams, with their members and mailboxes as lists, and roles that a desk makes for itself. An agent
-- with a role_id has its permissions; `role` is then the built-in one that it is based on.
CREATE TABLE teams (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  members TEXT NOT NULL,
  mailboxes TEXT NOT NULL,
  archived BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE roles (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  based_on TEXT NOT NULL,
  permissions TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

ALTER TABLE agents ADD COLUMN role_id TEXT REFERENCES roles (id);

CREATE INDEX cases_by_team ON cases (team_id, modified_at, seq) WHERE team_id IS NOT NULL;
