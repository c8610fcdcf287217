-- expect: index-build-blocks-writes
-- because: SET LOCAL search_path ends with its transaction: orders is public.orders again.
-- observed: SHARE on orders; builds orders_status_idx
-- setup
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    amount integer NOT NULL,
    status text,
    note text,
    created_at timestamptz
);
CREATE SCHEMA shop;
-- migration
BEGIN;
SET LOCAL search_path = shop;
CREATE TABLE orders (id bigint PRIMARY KEY, status text);
COMMIT;
CREATE INDEX orders_status_idx ON orders (status);
