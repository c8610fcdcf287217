-- expect: concurrent-build-with-timeout
-- because: A statement_timeout in the middle of the build leaves an invalid index with the suffix _ccnew.
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
CREATE INDEX orders_status_idx ON orders (status);
-- migration
SET SESSION statement_timeout TO 60000;
REINDEX INDEX CONCURRENTLY orders_status_idx;
