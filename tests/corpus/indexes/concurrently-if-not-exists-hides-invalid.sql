-- expect: concurrent-if-not-exists
-- because: What a cancelled build left has the name already: the statement succeeds and the index stays invalid.
-- observed: SHARE UPDATE EXCLUSIVE on orders; leaves orders_status_idx invalid
-- setup, unknown to the linter
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE INDEX orders_status_idx ON orders (status);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_status_idx'::regclass;
-- migration
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);
