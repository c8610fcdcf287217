-- expect: nothing
-- because: The new index is there before the old one goes.
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds orders_status_created_at_idx
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
CREATE INDEX CONCURRENTLY orders_status_created_at_idx ON orders (status, created_at);
DROP INDEX CONCURRENTLY orders_status_idx;
