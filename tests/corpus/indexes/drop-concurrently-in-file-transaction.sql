-- expect: not-allowed-in-transaction
-- because: DROP INDEX CONCURRENTLY is refused inside a transaction too.
-- transaction: file
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
DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
