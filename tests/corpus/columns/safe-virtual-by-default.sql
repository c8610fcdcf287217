-- expect: nothing
-- because: Without a keyword a generated column is virtual on 18.
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
ALTER TABLE orders ADD COLUMN gross integer GENERATED ALWAYS AS (amount + amount / 5);
