-- SPDX-License-Identifier: Apache-2.0
-- Macros, rules and what they did; who is there to be given cases, and whose turn it is.

-- Each agent's own, or everybody's when nobody owns it. Actions are JSON of the service.
CREATE TABLE macros (
  id TEXT NOT NULL PRIMARY KEY,
  owner_id TEXT REFERENCES agents (id),
  name TEXT NOT NULL,
  actions TEXT NOT NULL,
  position BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX macros_by_owner ON macros (owner_id);

-- Content is JSON of the service: events, conditions, actions.
CREATE TABLE rules (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  position BIGINT NOT NULL,
  content TEXT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE rule_runs (
  seq {{serial_key}},
  rule_id TEXT NOT NULL,
  case_id TEXT NOT NULL,
  case_seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  changes TEXT NOT NULL,
  error TEXT NOT NULL
);
CREATE INDEX rule_runs_by_rule ON rule_runs (rule_id, seq);
CREATE INDEX rule_runs_by_case ON rule_runs (case_id, at);

-- Who was given a case last, of each list of agents that take turns.
CREATE TABLE assignment_turns (
  agents TEXT NOT NULL PRIMARY KEY,
  last_agent TEXT NOT NULL,
  turn BIGINT NOT NULL
);

-- Whoever has no row is available.
CREATE TABLE agent_availability (
  agent_id TEXT NOT NULL PRIMARY KEY REFERENCES agents (id),
  state TEXT NOT NULL,
  since BIGINT NOT NULL
);
