-- SPDX-License-Identifier: Apache-2.0
-- Orders that come again. As with orders, amounts are whole yen and lists are JSON.

CREATE TABLE subscriptions (
  seq {{serial_key}},
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  number TEXT NOT NULL,
  customer_id TEXT NOT NULL REFERENCES customers (id),
  case_seq BIGINT,
  state TEXT NOT NULL,
  interval_unit TEXT NOT NULL,
  interval_count BIGINT NOT NULL,
  next_date TEXT NOT NULL,
  month_day BIGINT NOT NULL,
  time_slot TEXT NOT NULL,
  lead_days BIGINT NOT NULL,
  deadline_days BIGINT NOT NULL,
  delivered_count BIGINT NOT NULL,
  minimum_count BIGINT NOT NULL,
  items TEXT NOT NULL,
  discount BIGINT NOT NULL,
  shipping_fee BIGINT NOT NULL,
  payment_fee BIGINT NOT NULL,
  tax_included BIGINT NOT NULL,
  total BIGINT NOT NULL,
  payment_method TEXT NOT NULL,
  card TEXT NOT NULL,
  shipping_address TEXT NOT NULL,
  memo TEXT NOT NULL,
  labels TEXT NOT NULL,
  pause_reasons TEXT NOT NULL,
  cancel_reasons TEXT NOT NULL,
  resume_on TEXT NOT NULL,
  last_order_id TEXT NOT NULL,
  error TEXT NOT NULL,
  sync TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX subscriptions_by_number ON subscriptions (number, account);
CREATE INDEX subscriptions_by_customer ON subscriptions (customer_id, seq);
CREATE INDEX subscriptions_by_state ON subscriptions (state, seq);

-- Each delivery has one order, whoever makes it and how often it is tried.
CREATE TABLE subscription_orders (
  subscription_id TEXT NOT NULL REFERENCES subscriptions (id),
  delivery_date TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id),
  PRIMARY KEY (subscription_id, delivery_date)
);
