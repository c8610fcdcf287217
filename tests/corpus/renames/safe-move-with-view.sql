-- expect: nothing
-- because: A view takes the table's place in the same transaction.
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
BEGIN;
ALTER TABLE orders SET SCHEMA shop;
CREATE VIEW public.orders AS SELECT * FROM shop.orders;
COMMIT;
