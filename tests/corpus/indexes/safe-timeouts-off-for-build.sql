-- expect: nothing
-- because: Both timeouts are off when the build starts.
-- observed: ACCESS EXCLUSIVE on orders; builds orders_region_idx
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
SET lock_timeout = '2s';
ALTER TABLE orders ADD COLUMN region text;
SET lock_timeout = 0;
SET statement_timeout = '0';
CREATE INDEX CONCURRENTLY orders_region_idx ON orders (region);
