-- SPDX-License-Identifier: Apache-2.0
-- What customers answer when they are asked how it went, and by what statistics find their cases.

CREATE TABLE satisfaction_answers (
  case_seq BIGINT NOT NULL PRIMARY KEY,
  score BIGINT NOT NULL,
  comment TEXT NOT NULL,
  answered_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE INDEX case_times_by_opened ON case_times (opened_at);
CREATE INDEX case_times_by_handled ON case_times (handled_at) WHERE handled_at IS NOT NULL;
CREATE INDEX case_times_unhandled ON case_times (opened_at) WHERE handled_at IS NULL;
