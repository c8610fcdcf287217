-- expect: move-schema
-- because: Whoever looks for the table where it was finds nothing.
-- observed: ACCESS EXCLUSIVE on orders
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
ALTER TABLE orders SET SCHEMA shop;
