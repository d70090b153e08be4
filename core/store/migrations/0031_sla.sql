-- SPDX-License-Identifier: Apache-2.0
-- Business hours, what a desk promises (SLA policies), and what happened to each case as far as promised times and
-- statistics go by it (ADR 0025).

CREATE TABLE business_hours (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  time_zone TEXT NOT NULL,
  definition TEXT NOT NULL,
  archived BIGINT NOT NULL,
  version BIGINT NOT NULL
);
INSERT INTO business_hours (id, name, time_zone, definition, archived, version) VALUES
  ('default', '標準営業時間', 'Asia/Tokyo',
   '{"week":{"monday":[{"from":"09:00","to":"18:00"}],"tuesday":[{"from":"09:00","to":"18:00"}],"wednesday":[{"from":"09:00","to":"18:00"}],"thursday":[{"from":"09:00","to":"18:00"}],"friday":[{"from":"09:00","to":"18:00"}]},"japanese_holidays":true}',
   0, 1);

CREATE TABLE sla_policies (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  position BIGINT NOT NULL,
  conditions TEXT NOT NULL,
  targets TEXT NOT NULL,
  hours_id TEXT NOT NULL REFERENCES business_hours (id),
  archived BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- Counts every change of the two tables above.
CREATE TABLE sla_state (
  id BIGINT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL
);
INSERT INTO sla_state (id, revision) VALUES (1, 1);

-- One row a case, narrow, written in the transaction of each change. First what happened, then the same as the list
-- filters by it, then how it stands by the settings of `revision`; 0: not looked at yet.
CREATE TABLE case_times (
  case_seq {{serial_key}},
  case_id TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  first_since BIGINT,
  first_at BIGINT,
  waiting_since BIGINT,
  wait_from BIGINT,
  wait_to BIGINT,
  stopped_since BIGINT,
  pauses TEXT NOT NULL,
  handled_at BIGINT,
  reopened BIGINT NOT NULL,
  channel TEXT NOT NULL,
  category_id TEXT,
  mailbox_id TEXT,
  assignee_id TEXT,
  team_id TEXT,
  customer_id TEXT,
  revision BIGINT NOT NULL,
  policy_id TEXT,
  standing TEXT,
  first_seconds BIGINT,
  resolution_seconds BIGINT,
  first_state TEXT,
  resolution_state TEXT,
  score BIGINT
);
CREATE INDEX case_times_to_look_at ON case_times (revision, case_seq) WHERE handled_at IS NULL OR revision = 0;
CREATE INDEX case_times_by_customer ON case_times (customer_id) WHERE handled_at IS NULL AND customer_id IS NOT NULL;

INSERT INTO case_times (case_seq, case_id, opened_at, first_since, first_at, waiting_since, stopped_since, pauses,
    handled_at, reopened, channel, category_id, mailbox_id, assignee_id, team_id, customer_id, revision)
  SELECT c.seq, c.id, c.created_at,
    CASE WHEN c.status IN ('resolved', 'closed') AND r.at IS NULL THEN NULL ELSE c.created_at END,
    r.at,
    CASE WHEN c.status IN ('new', 'open') AND c.last_inbound_at > r.last THEN c.last_inbound_at END,
    CASE WHEN c.status IN ('pending', 'resolved', 'closed') THEN c.modified_at END,
    '',
    CASE WHEN c.status IN ('resolved', 'closed') THEN c.modified_at END,
    0, c.channel, c.category_id, c.mailbox_id, c.assignee_id, c.team_id, c.customer_id, 0
  FROM cases c LEFT JOIN (SELECT case_id, min(created_at) AS at, max(created_at) AS last FROM messages
    WHERE kind = 'reply' GROUP BY case_id) r ON r.case_id = c.id;

-- Soonest first.
CREATE INDEX cases_by_due ON cases (due_at, seq) WHERE due_at IS NOT NULL;
