-- expect: nothing
-- because: The table is created here.
-- observed: reads orders
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
CREATE UNLOGGED TABLE orders_copy AS SELECT * FROM orders;
ALTER TABLE orders_copy SET LOGGED;
