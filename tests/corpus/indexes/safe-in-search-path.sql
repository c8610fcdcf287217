-- expect: nothing
-- because: The table was created in the schema that search_path names, and so is found there.
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
SET search_path = shop, public;
CREATE TABLE orders (id bigint PRIMARY KEY, status text);
CREATE INDEX orders_status_idx ON orders (status);
