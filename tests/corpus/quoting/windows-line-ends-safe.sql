-- expect: nothing
-- because: Line ends make no difference, in comments neither.
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
-- DROP TABLE orders;
ALTER TABLE orders
  ADD COLUMN region text; -- TRUNCATE orders;
/*
DELETE FROM orders;
*/
CREATE INDEX CONCURRENTLY
  orders_region_idx
  ON orders (region);
