-- expect: not-allowed-in-transaction
-- because: CREATE INDEX CONCURRENTLY needs transactions of its own.
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
-- migration
BEGIN;
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
COMMIT;
