-- expect: concurrent-build-with-timeout
-- because: The build waits for old transactions as a lock wait: lock_timeout kills it and leaves an invalid index.
-- observed: SHARE UPDATE EXCLUSIVE on orders; builds orders_status_idx
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
SET lock_timeout = '5s';
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
