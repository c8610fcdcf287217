-- expect: nothing
-- because: The transaction is closed before the build starts.
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
BEGIN;
ALTER TABLE orders ADD COLUMN region text;
COMMIT;
CREATE INDEX CONCURRENTLY orders_region_idx ON orders (region);
