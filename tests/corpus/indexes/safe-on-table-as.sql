-- expect: nothing
-- because: CREATE TABLE AS makes a new table.
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
CREATE TABLE big_orders AS SELECT id, amount FROM orders WHERE amount > 500;
CREATE UNIQUE INDEX big_orders_id ON big_orders (id);
