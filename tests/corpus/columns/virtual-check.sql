-- expect: add-check-scans
-- because: The CHECK computes the virtual column for every row under ACCESS EXCLUSIVE.
-- pg: 18
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
ALTER TABLE orders ADD COLUMN double_amount integer GENERATED ALWAYS AS (amount * 2) VIRTUAL CHECK (double_amount > 0);
