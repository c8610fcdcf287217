CREATE TABLE orders (
  id integer PRIMARY KEY,
  amount_cents integer NOT NULL DEFAULT 100 CONSTRAINT amount_is_positive CHECK (amount_cents >= 0),
  refund_cents integer,
  note text,
  CHECK (refund_cents <= amount_cents)
);
COMMENT ON COLUMN orders.amount_cents IS 'in cents, the customer''s currency';
CREATE INDEX orders_amount_idx ON orders (amount_cents DESC NULLS LAST, id) INCLUDE (note);
CREATE UNIQUE INDEX orders_amount_big ON orders (amount_cents, id) WHERE amount_cents > 1000;
INSERT INTO orders SELECT i, CASE i % 5 WHEN 0 THEN 0 WHEN 1 THEN 2147483647 ELSE i END, CASE WHEN i % 5 > 1 THEN i / 2 END, 'é"''' || i
FROM generate_series(1, 3000) AS i;
