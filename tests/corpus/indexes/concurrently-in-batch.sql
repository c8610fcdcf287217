-- expect: not-allowed-in-transaction
-- because: Several statements in one query string are one implicit transaction, without any BEGIN.
-- transaction: batch
-- observed: ACCESS EXCLUSIVE on orders; fails 25001
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
ALTER TABLE orders ADD COLUMN region text;
CREATE INDEX CONCURRENTLY orders_region_idx ON orders (region);
