-- SPDX-License-Identifier: Apache-2.0
-- Products and orders. Amounts are whole yen; what is only shown with an order is JSON in its row, what
-- it is found by stands in columns or in order_keys.

CREATE TABLE products (
  id TEXT NOT NULL PRIMARY KEY,
  account TEXT NOT NULL,
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  variants TEXT NOT NULL,
  price BIGINT NOT NULL,
  tax_rate BIGINT NOT NULL,
  stock BIGINT,
  folded TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  UNIQUE (account, sku)
);
CREATE INDEX products_by_sku ON products (sku, id);

-- Each code once in its account, of products and of variants.
CREATE TABLE product_codes (
  account TEXT NOT NULL,
  sku TEXT NOT NULL,
  product_id TEXT NOT NULL REFERENCES products (id),
  PRIMARY KEY (account, sku)
);
CREATE INDEX product_codes_by_product ON product_codes (product_id);

CREATE TABLE orders (
  seq {{serial_key}},
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  number TEXT NOT NULL,
  customer_id TEXT NOT NULL REFERENCES customers (id),
  case_seq BIGINT,
  source TEXT NOT NULL,
  source_message TEXT,
  items TEXT NOT NULL,
  discount BIGINT NOT NULL,
  coupons TEXT NOT NULL,
  points_used BIGINT NOT NULL,
  shipping_fee BIGINT NOT NULL,
  payment_fee BIGINT NOT NULL,
  tax_included BIGINT NOT NULL,
  subtotal BIGINT NOT NULL,
  tax TEXT NOT NULL,
  total BIGINT NOT NULL,
  payment_method TEXT NOT NULL,
  card TEXT NOT NULL,
  payment_state TEXT NOT NULL,
  refunded BIGINT NOT NULL,
  state TEXT NOT NULL,
  cancel_reason TEXT NOT NULL,
  shipping_address TEXT NOT NULL,
  desired_date TEXT NOT NULL,
  time_slot TEXT NOT NULL,
  shipments TEXT NOT NULL,
  remark TEXT NOT NULL,
  memo TEXT NOT NULL,
  labels TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  sync TEXT NOT NULL,
  ordered_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
-- Two shops may have the same number.
CREATE UNIQUE INDEX orders_by_number ON orders (number, account);
-- Newest first, for what the screens filter by.
CREATE INDEX orders_in_order ON orders (ordered_at, seq);
CREATE INDEX orders_by_customer ON orders (customer_id, ordered_at, seq);
CREATE INDEX orders_by_state ON orders (state, ordered_at, seq);
CREATE INDEX orders_by_payment_state ON orders (payment_state, ordered_at, seq);
CREATE INDEX orders_by_case ON orders (case_seq) WHERE case_seq IS NOT NULL;
CREATE INDEX orders_by_subscription ON orders (subscription_id, ordered_at, seq)
  WHERE subscription_id <> '';

-- What else an order is found by, whole: codes of its items, tracking numbers, labels.
CREATE TABLE order_keys (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  ordered_at BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (kind, key, ordered_at, seq)
);

-- What a file brings: customers, products.
ALTER TABLE imports ADD COLUMN kind TEXT NOT NULL DEFAULT 'customers';

-- What happens to an order after it has left: returns, exchanges, reships, refunds.

CREATE TABLE order_returns (
  id TEXT NOT NULL PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  items TEXT NOT NULL,
  replacement_items TEXT NOT NULL,
  replacement_order_id TEXT,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  refund BIGINT NOT NULL,
  case_seq BIGINT,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL
);
CREATE INDEX order_returns_by_order ON order_returns (order_id, id);
