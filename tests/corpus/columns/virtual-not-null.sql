-- expect: set-not-null-scans
-- also: add-column-required, required-by-constraint, add-check-scans
-- because: A virtual column is stored nowhere, but NOT NULL makes every row be computed and checked.
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
ALTER TABLE orders ADD COLUMN double_amount integer GENERATED ALWAYS AS (amount * 2) VIRTUAL NOT NULL;
