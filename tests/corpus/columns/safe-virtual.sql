-- expect: nothing
-- because: A virtual column is computed when it is read.
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
ALTER TABLE orders ADD COLUMN double_amount integer GENERATED ALWAYS AS (amount * 2) VIRTUAL;
