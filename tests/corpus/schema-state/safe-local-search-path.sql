-- expect: nothing
-- because: Within the transaction orders is the new shop.orders.
-- observed: nothing on existing tables
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
CREATE INDEX orders_status_idx ON orders (status);
COMMIT;
