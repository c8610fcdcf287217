-- expect: index-build-blocks-writes
-- because: search_path leads the index to shop.orders, which exists; the new table is in public.
-- observed: SHARE on shop.orders; builds shop.orders_status_idx
-- setup
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, status text);
-- migration
CREATE TABLE orders (id bigint PRIMARY KEY, status text);
SET search_path TO shop;
CREATE INDEX orders_status_idx ON orders (status);
