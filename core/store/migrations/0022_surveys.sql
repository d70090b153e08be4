-- SPDX-License-Identifier: Apache-2.0
-- What customers answered in surveys that other services ran. A response is known by the account it came
-- from and the service's own id of it. One that is nobody's yet is kept, with what may tell whose it is.
CREATE TABLE survey_responses (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  external_id TEXT NOT NULL,
  survey_id TEXT NOT NULL,
  survey TEXT NOT NULL,
  respondent_customer TEXT NOT NULL,
  respondent_external_id TEXT NOT NULL,
  respondent_email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  customer_id TEXT REFERENCES customers (id),
  linked_by TEXT NOT NULL,
  answers TEXT NOT NULL,
  answered_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (account, external_id)
);
CREATE INDEX survey_responses_in_order ON survey_responses (answered_at, id);
CREATE INDEX survey_responses_by_customer ON survey_responses (customer_id, answered_at, id)
  WHERE customer_id IS NOT NULL;
CREATE INDEX survey_responses_unlinked ON survey_responses (answered_at, id)
  WHERE customer_id IS NULL;
CREATE INDEX survey_responses_by_email ON survey_responses (email_key)
  WHERE customer_id IS NULL AND email_key <> '';
CREATE INDEX survey_responses_by_external_id ON survey_responses (account, respondent_external_id)
  WHERE customer_id IS NULL AND respondent_external_id <> '';
