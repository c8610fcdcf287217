-- expect: not-allowed-in-transaction
-- because: REINDEX CONCURRENTLY is refused inside a transaction too.
-- observed: fails 25001
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
START TRANSACTION;
REINDEX INDEX CONCURRENTLY orders_status_idx;
COMMIT;
