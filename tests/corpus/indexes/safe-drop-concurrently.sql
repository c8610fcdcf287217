-- expect: nothing
-- because: DROP INDEX CONCURRENTLY waits, but blocks nobody.
-- observed: SHARE UPDATE EXCLUSIVE on orders
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE INDEX orders_status_idx ON orders (status);
-- migration
DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
