-- expect: not-allowed-in-transaction
-- because: The runner wraps the file in a transaction, as most do unless told otherwise.
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
-- migration
CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
