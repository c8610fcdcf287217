-- expect: add-check-scans
-- because: Line ends make no difference.
-- observed: ACCESS EXCLUSIVE on orders; scans orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
-- migration
-- written on Windows

ALTER TABLE orders
  ADD CONSTRAINT amount_positive
  CHECK (amount > 0);
