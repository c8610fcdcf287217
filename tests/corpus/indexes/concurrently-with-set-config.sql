-- expect: concurrent-build-with-timeout
-- because: set_config sets the timeout of the session just as SET does.
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
SELECT set_config('statement_timeout', '30s', false);
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
