-- SPDX-License-Identifier: Apache-2.0
-- Deliveries of mail providers that were taken: one that comes again is known by its name, and one
-- that uses the name (Mailgun's signed token) for another mail by the digest.
CREATE TABLE webhook_deliveries (
  account TEXT NOT NULL,
  delivery TEXT NOT NULL,
  digest TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (account, delivery)
);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (at);
