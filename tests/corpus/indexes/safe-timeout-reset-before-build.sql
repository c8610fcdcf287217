-- expect: nothing
-- because: RESET gives back what the server has by default, which is none.
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
RESET lock_timeout;
CREATE INDEX CONCURRENTLY orders_region_idx ON orders (region);
