-- expect: nothing
-- because: SELECT INTO makes a new table.
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
SELECT id, amount INTO big_orders FROM orders WHERE amount > 500;
CREATE INDEX big_orders_amount ON big_orders (amount);
