-- expect: not-allowed-in-transaction
-- also: dynamic-sql
-- because: A DO block is one statement of one transaction.
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
DO $$ BEGIN
    CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
END $$;
